#include "page.h"

#include <string.h>

static const char ours[4] = "FSP1";
static const char words[SP_SALT_BYTES] = "SQLite format 3";

enum { CONTENT = SP_PAGE_BYTES - SP_RESERVED_BYTES };

int sp_salt_new(uint8_t salt[SP_SALT_BYTES]) {
    memcpy(salt, ours, sizeof ours);
    return sp_random(salt + sizeof ours, SP_SALT_BYTES - sizeof ours);
}

int sp_salt_is_ours(const uint8_t salt[SP_SALT_BYTES]) { return memcmp(salt, ours, sizeof ours) == 0; }

int sp_page_is_sealable(const uint8_t page[SP_PAGE_BYTES]) {
    return memcmp(page, words, sizeof words) == 0 && page[16] == SP_PAGE_BYTES >> 8 && page[17] == 0 &&
           page[20] == SP_RESERVED_BYTES && sp_get32(page + 52) == 0;
}

static sp_place place_of(uint32_t number) {
    sp_place place = {{'P'}, 5};
    sp_put32(place.bytes + 1, number);
    return place;
}

/// Of page 1 the words are not sealed: the salt stands in their place.
static size_t start_of(uint32_t number) { return number == 1 ? SP_SALT_BYTES : 0; }

int sp_page_seal(sp_cipher *cipher, const uint8_t salt[SP_SALT_BYTES], uint32_t number, const uint8_t *page,
                 uint8_t slot[SP_PAGE_BYTES]) {
    sp_place place = place_of(number);
    size_t start = start_of(number);
    memcpy(slot, salt, start);
    return sp_seal(cipher, &place, page + start, CONTENT - start, slot + start, slot + CONTENT,
                   slot + CONTENT + SP_NONCE_BYTES);
}

int sp_page_unseal(sp_cipher *cipher, uint32_t number, const uint8_t slot[SP_PAGE_BYTES], uint8_t *page) {
    sp_place place = place_of(number);
    size_t start = start_of(number);
    memcpy(page, words, start);
    memset(page + CONTENT, 0, SP_RESERVED_BYTES);
    return sp_unseal(cipher, &place, slot + start, CONTENT - start, page + start, slot + CONTENT,
                     slot + CONTENT + SP_NONCE_BYTES);
}

void sp_page_head(uint8_t head[100]) {
    static const uint8_t form[] = {SP_PAGE_BYTES >> 8, 0, 2, 2, SP_RESERVED_BYTES, 64, 32, 32};
    memset(head, 0, 100);
    memcpy(head, words, sizeof words);
    memcpy(head + sizeof words, form, sizeof form);
}
