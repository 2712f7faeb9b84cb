#include "status.h"
#include <openssl/evp.h>

cs_status cs_scrypt(const uint8_t *passphrase, size_t passphrase_count, const uint8_t *salt, size_t salt_count,
                    int log_n, int r, int p, uint8_t *key, size_t key_count) {
    if (log_n < 1 || log_n > 20 || r < 1 || r > 64 || p < 1 || p > 64) return CS_REFUSED;
    uint64_t n = (uint64_t)1 << log_n;
    // What the algorithm needs (RFC 7914, section 6) and a little over; libcrypto's own bound is 32 MiB.
    uint64_t memory = 128 * (uint64_t)r * (n + (uint64_t)p + 2) + 4096;
    // A NULL passphrase only asks libcrypto whether the parameters are possible.
    const char *given = passphrase_count ? (const char *)passphrase : "";
    int done = EVP_PBE_scrypt(given, passphrase_count, salt, salt_count, n, (uint64_t)r, (uint64_t)p, memory, key,
                              key_count) == 1;
    return cs_answer(done ? CS_OK : CS_FAILED);
}
