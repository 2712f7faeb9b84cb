#include "status.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>

// libcrypto counts bytes in int.
static int countable(size_t count) { return count <= INT32_MAX - CS_GCM_TAG_BYTES; }

cs_status cs_gcm_seal(const uint8_t key[CS_GCM_KEY_BYTES], const uint8_t nonce[CS_GCM_NONCE_BYTES],
                      const uint8_t *associated, size_t associated_count,
                      const uint8_t *plain, size_t count, uint8_t *sealed) {
    if (!countable(count) || !countable(associated_count)) return CS_REFUSED;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int part = 0;
    int done = context && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && (associated_count == 0
            || EVP_EncryptUpdate(context, NULL, &part, associated, (int)associated_count) == 1)
        && (count == 0 || EVP_EncryptUpdate(context, sealed, &part, plain, (int)count) == 1)
        && EVP_EncryptFinal_ex(context, sealed + count, &part) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CS_GCM_TAG_BYTES, sealed + count) == 1;
    EVP_CIPHER_CTX_free(context);
    return cs_answer(done ? CS_OK : CS_FAILED);
}

cs_status cs_gcm_open(const uint8_t key[CS_GCM_KEY_BYTES], const uint8_t nonce[CS_GCM_NONCE_BYTES],
                      const uint8_t *associated, size_t associated_count,
                      const uint8_t *sealed, size_t count, uint8_t *plain) {
    if (count < CS_GCM_TAG_BYTES || !countable(count) || !countable(associated_count)) return CS_REFUSED;
    size_t body = count - CS_GCM_TAG_BYTES;
    uint8_t nowhere = 0;
    int part = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int ready = context && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CS_GCM_TAG_BYTES, (void *)(sealed + body)) == 1
        && (associated_count == 0
            || EVP_DecryptUpdate(context, NULL, &part, associated, (int)associated_count) == 1)
        && (body == 0 || EVP_DecryptUpdate(context, plain, &part, sealed, (int)body) == 1);
    int genuine = ready && EVP_DecryptFinal_ex(context, body ? plain + body : &nowhere, &part) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!genuine && body) OPENSSL_cleanse(plain, body);
    return cs_answer(genuine ? CS_OK : ready ? CS_REFUSED : CS_FAILED);
}
