#include "cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { NONCES = 64 };

struct sp_cipher {
    EVP_CIPHER_CTX *sealing, *opening;
    /// Drawn together: a call for sixteen bytes costs as much as one for a thousand.
    uint8_t nonces[NONCES][SP_NONCE_BYTES];
    size_t left;
};

static EVP_CIPHER_CTX *context(const uint8_t *key, int seals) {
    EVP_CIPHER_CTX *made = EVP_CIPHER_CTX_new();
    if (made && EVP_CipherInit_ex(made, EVP_aes_256_gcm(), NULL, NULL, NULL, seals) == 1 &&
        EVP_CIPHER_CTX_ctrl(made, EVP_CTRL_AEAD_SET_IVLEN, SP_NONCE_BYTES, NULL) == 1 &&
        EVP_CipherInit_ex(made, NULL, NULL, key, NULL, seals) == 1)
        return made;
    EVP_CIPHER_CTX_free(made);
    return NULL;
}

sp_cipher *sp_cipher_new(const uint8_t *key, const uint8_t salt[SP_SALT_BYTES]) {
    static const char purpose[] = "fieldsync sealed pages 1";
    uint8_t message[sizeof purpose + SP_SALT_BYTES], own[32];
    unsigned count = sizeof own;
    sp_cipher *cipher = calloc(1, sizeof *cipher);
    if (!cipher) return NULL;
    memcpy(message, purpose, sizeof purpose);
    memcpy(message + sizeof purpose, salt, SP_SALT_BYTES);
    if (HMAC(EVP_sha256(), key, 32, message, sizeof message, own, &count)) {
        cipher->sealing = context(own, 1);
        cipher->opening = context(own, 0);
    }
    OPENSSL_cleanse(own, sizeof own);
    if (cipher->sealing && cipher->opening) return cipher;
    sp_cipher_free(cipher);
    return NULL;
}

void sp_cipher_free(sp_cipher *cipher) {
    if (!cipher) return;
    EVP_CIPHER_CTX_free(cipher->sealing);
    EVP_CIPHER_CTX_free(cipher->opening);
    free(cipher);
}

int sp_random(uint8_t *bytes, size_t count) { return RAND_bytes(bytes, (int)count) == 1; }

int sp_seal(sp_cipher *cipher, const sp_place *place, const uint8_t *plain, size_t count, uint8_t *sealed,
            uint8_t nonce[SP_NONCE_BYTES], uint8_t tag[SP_TAG_BYTES]) {
    int written = 0;
    if (cipher->left == 0) {
        if (!sp_random(cipher->nonces[0], sizeof cipher->nonces)) return 0;
        cipher->left = NONCES;
    }
    memcpy(nonce, cipher->nonces[--cipher->left], SP_NONCE_BYTES);
    EVP_CIPHER_CTX *c = cipher->sealing;
    return EVP_EncryptInit_ex(c, NULL, NULL, NULL, nonce) == 1 &&
           EVP_EncryptUpdate(c, NULL, &written, place->bytes, (int)place->count) == 1 &&
           EVP_EncryptUpdate(c, sealed, &written, plain, (int)count) == 1 && (size_t)written == count &&
           EVP_EncryptFinal_ex(c, sealed + count, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SP_TAG_BYTES, tag) == 1;
}

int sp_unseal(sp_cipher *cipher, const sp_place *place, const uint8_t *sealed, size_t count, uint8_t *plain,
              const uint8_t nonce[SP_NONCE_BYTES], const uint8_t tag[SP_TAG_BYTES]) {
    int written = 0;
    EVP_CIPHER_CTX *c = cipher->opening;
    int opened = EVP_DecryptInit_ex(c, NULL, NULL, NULL, nonce) == 1 &&
                 EVP_DecryptUpdate(c, NULL, &written, place->bytes, (int)place->count) == 1 &&
                 EVP_DecryptUpdate(c, plain, &written, sealed, (int)count) == 1 && (size_t)written == count &&
                 EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SP_TAG_BYTES, (void *)tag) == 1 &&
                 EVP_DecryptFinal_ex(c, plain + count, &written) == 1;
    if (!opened) OPENSSL_cleanse(plain, count);
    return opened;
}

int sp_seal_row(sp_cipher *cipher, const sp_place *place, const uint8_t *plain, size_t count, uint8_t *row) {
    uint8_t *body = row + SP_NONCE_BYTES;
    return sp_seal(cipher, place, plain, count, body, row, body + count);
}

int sp_unseal_row(sp_cipher *cipher, const sp_place *place, const uint8_t *row, size_t count, uint8_t *plain) {
    const uint8_t *body = row + SP_NONCE_BYTES;
    return sp_unseal(cipher, place, body, count, plain, row, body + count);
}

void sp_put32(uint8_t *bytes, uint32_t number) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

uint32_t sp_get32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}
