#include "status.h"
#include <openssl/evp.h>

static EVP_PKEY *secret(const uint8_t *seed) {
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, CS_ED25519_SEED_BYTES);
}

cs_status cs_ed25519_public(const uint8_t seed[CS_ED25519_SEED_BYTES], uint8_t public_key[CS_ED25519_PUBLIC_BYTES]) {
    EVP_PKEY *key = secret(seed);
    size_t count = CS_ED25519_PUBLIC_BYTES;
    int done = key && EVP_PKEY_get_raw_public_key(key, public_key, &count) == 1;
    EVP_PKEY_free(key);
    return cs_answer(done ? CS_OK : CS_FAILED);
}

cs_status cs_ed25519_sign(const uint8_t seed[CS_ED25519_SEED_BYTES], const uint8_t *message, size_t count,
                          uint8_t signature[CS_ED25519_SIGNATURE_BYTES]) {
    EVP_PKEY *key = secret(seed);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t signature_count = CS_ED25519_SIGNATURE_BYTES;
    int done = key && context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestSign(context, signature, &signature_count, message, count) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return cs_answer(done ? CS_OK : CS_FAILED);
}

cs_status cs_ed25519_verify(const uint8_t public_key[CS_ED25519_PUBLIC_BYTES], const uint8_t *message, size_t count,
                            const uint8_t signature[CS_ED25519_SIGNATURE_BYTES]) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CS_ED25519_PUBLIC_BYTES);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    cs_status status = CS_FAILED;
    if (key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1) {
        int verified = EVP_DigestVerify(context, signature, CS_ED25519_SIGNATURE_BYTES, message, count) == 1;
        status = verified ? CS_OK : CS_REFUSED;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return cs_answer(status);
}
