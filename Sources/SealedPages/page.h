// A page of the database as it lies on the disk: the ciphertext, and in the bytes that SQLite leaves alone the nonce and
// the tag. Page 1 begins with the salt, in the place of the words with which every plain database begins.
#ifndef FIELDSYNC_SEALED_PAGE_H
#define FIELDSYNC_SEALED_PAGE_H

#include "cipher.h"
#include "include/SealedPages.h"

/// Four letters, so that a sealed database is told from other files, and random bytes.
int sp_salt_new(uint8_t salt[SP_SALT_BYTES]);
int sp_salt_is_ours(const uint8_t salt[SP_SALT_BYTES]);

/// Whether a plain page 1 is of a database that can be sealed: page size, reserved bytes, no auto-vacuum.
int sp_page_is_sealable(const uint8_t page[SP_PAGE_BYTES]);

int sp_page_seal(sp_cipher *cipher, const uint8_t salt[SP_SALT_BYTES], uint32_t number, const uint8_t *page,
                 uint8_t slot[SP_PAGE_BYTES]);
int sp_page_unseal(sp_cipher *cipher, uint32_t number, const uint8_t slot[SP_PAGE_BYTES], uint8_t *page);

/// The first 100 bytes of a plain page 1, as far as SQLite needs them to know what file it opens.
void sp_page_head(uint8_t head[100]);

#endif
