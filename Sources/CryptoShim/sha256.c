#include "status.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

// Fetched once: looking an algorithm up costs several times what hashing a short message does.
static EVP_MD *sha256;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void fetch(void) { sha256 = EVP_MD_fetch(NULL, "SHA256", NULL); }

static const EVP_MD *algorithm(void) {
    pthread_once(&once, fetch);
    return sha256;
}

cs_status cs_sha256_once(const uint8_t *bytes, size_t count, uint8_t digest[CS_SHA256_BYTES]) {
    const EVP_MD *md = algorithm();
    return cs_answer(md && EVP_Digest(bytes, count, digest, NULL, md, NULL) == 1 ? CS_OK : CS_FAILED);
}

cs_status cs_sha256_new(cs_sha256 **hash) {
    const EVP_MD *md = algorithm();
    EVP_MD_CTX *context = md ? EVP_MD_CTX_new() : NULL;
    if (!context || EVP_DigestInit_ex2(context, md, NULL) != 1) {
        EVP_MD_CTX_free(context);
        return cs_answer(CS_FAILED);
    }
    *hash = (cs_sha256 *)context;
    return CS_OK;
}

cs_status cs_sha256_update(cs_sha256 *hash, const uint8_t *bytes, size_t count) {
    return cs_answer(EVP_DigestUpdate((EVP_MD_CTX *)hash, bytes, count) == 1 ? CS_OK : CS_FAILED);
}

cs_status cs_sha256_finish(cs_sha256 *hash, uint8_t digest[CS_SHA256_BYTES]) {
    return cs_answer(EVP_DigestFinal_ex((EVP_MD_CTX *)hash, digest, NULL) == 1 ? CS_OK : CS_FAILED);
}

void cs_sha256_free(cs_sha256 *hash) { EVP_MD_CTX_free((EVP_MD_CTX *)hash); }

cs_status cs_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
                         uint8_t code[CS_SHA256_BYTES]) {
    const EVP_MD *md = algorithm();
    if (key_count > INT32_MAX) return CS_REFUSED;
    // HMAC() takes a NULL key to mean "the key of last time".
    const void *given = key_count ? (const void *)key : "";
    const uint8_t *made = md ? HMAC(md, given, (int)key_count, message, message_count, code, NULL) : NULL;
    return cs_answer(made ? CS_OK : CS_FAILED);
}

int cs_equal(const uint8_t *a, const uint8_t *b, size_t count) { return count == 0 || CRYPTO_memcmp(a, b, count) == 0; }
