// One database's own key, and what it seals.
#ifndef FIELDSYNC_SEALED_CIPHER_H
#define FIELDSYNC_SEALED_CIPHER_H

#include <stddef.h>
#include <stdint.h>

enum {
    SP_SALT_BYTES = 16,
    SP_NONCE_BYTES = 16,
    SP_TAG_BYTES = 16,
    SP_OVERHEAD = SP_NONCE_BYTES + SP_TAG_BYTES,
    /// The longest that sealed bytes may be bound to.
    SP_PLACE_BYTES_MAX = 16,
};

/// Where sealed bytes belong: they open nowhere else.
typedef struct {
    uint8_t bytes[SP_PLACE_BYTES_MAX];
    size_t count;
} sp_place;

typedef struct sp_cipher sp_cipher;

/// A cipher under HMAC-SHA256(key, salt): each database has a key of its own. NULL for want of memory.
sp_cipher *sp_cipher_new(const uint8_t *key, const uint8_t salt[SP_SALT_BYTES]);
void sp_cipher_free(sp_cipher *cipher);

/// Random bytes. Returns whether there were any.
int sp_random(uint8_t *bytes, size_t count);

/// Writes `count` bytes of ciphertext, a new nonce and the tag. Returns whether it was done.
int sp_seal(sp_cipher *cipher, const sp_place *place, const uint8_t *plain, size_t count, uint8_t *sealed,
            uint8_t nonce[SP_NONCE_BYTES], uint8_t tag[SP_TAG_BYTES]);
/// Returns whether the bytes are what was sealed for this place; only then is there anything in `plain`.
int sp_unseal(sp_cipher *cipher, const sp_place *place, const uint8_t *sealed, size_t count, uint8_t *plain,
              const uint8_t nonce[SP_NONCE_BYTES], const uint8_t tag[SP_TAG_BYTES]);

/// Nonce, ciphertext, tag, in a row.
int sp_seal_row(sp_cipher *cipher, const sp_place *place, const uint8_t *plain, size_t count, uint8_t *row);
int sp_unseal_row(sp_cipher *cipher, const sp_place *place, const uint8_t *row, size_t count, uint8_t *plain);

/// Big-endian.
void sp_put32(uint8_t *bytes, uint32_t number);
uint32_t sp_get32(const uint8_t *bytes);

#endif
