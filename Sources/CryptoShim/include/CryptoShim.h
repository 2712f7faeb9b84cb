// The part of OpenSSL 3.0's libcrypto that FieldSync uses, as plain functions over bytes.
//
// Every function returns a cs_status, writes its result only when that is CS_OK, and aborts on no input. Buffers are
// the caller's, of the sizes below; text that a function makes is NUL-terminated and belongs to the caller, who gives
// it back to cs_free_text. All functions may be called from any thread.
#ifndef FIELDSYNC_CRYPTO_SHIM_H
#define FIELDSYNC_CRYPTO_SHIM_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CS_OK = 0,
    /// What was given is not what it should be: bad PEM, a wrong signature, a failed tag, a size out of range.
    CS_REFUSED = 1,
    /// libcrypto or the operating system failed, for example for want of memory.
    CS_FAILED = 2,
} cs_status;

enum {
    CS_SHA256_BYTES = 32,
    CS_ED25519_SEED_BYTES = 32,
    CS_ED25519_PUBLIC_BYTES = 32,
    CS_ED25519_SIGNATURE_BYTES = 64,
    CS_P256_SECRET_BYTES = 32,
    CS_GCM_KEY_BYTES = 32,
    CS_GCM_NONCE_BYTES = 12,
    CS_GCM_TAG_BYTES = 16,
    /// The longest certificate, key or request that is read, and the most names that one may carry.
    CS_PEM_BYTES_MAX = 64 * 1024,
    CS_HOSTS_MAX = 100,
    /// X.520's bound on a common or organisation name, in characters.
    CS_NAME_CHARACTERS_MAX = 64,
};

// Hashes

typedef struct cs_sha256 cs_sha256;

cs_status cs_sha256_once(const uint8_t *bytes, size_t count, uint8_t digest[CS_SHA256_BYTES]);
/// Starts a hash of many parts, which cs_sha256_free ends.
cs_status cs_sha256_new(cs_sha256 **hash);
cs_status cs_sha256_update(cs_sha256 *hash, const uint8_t *bytes, size_t count);
cs_status cs_sha256_finish(cs_sha256 *hash, uint8_t digest[CS_SHA256_BYTES]);
void cs_sha256_free(cs_sha256 *hash);

cs_status cs_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
                         uint8_t code[CS_SHA256_BYTES]);

/// 1 when both are the same; the time taken depends on `count` alone.
int cs_equal(const uint8_t *a, const uint8_t *b, size_t count);

// Randomness

/// Fills `bytes` from the operating system.
cs_status cs_random(uint8_t *bytes, size_t count);

// Ed25519 (RFC 8032)

cs_status cs_ed25519_public(const uint8_t seed[CS_ED25519_SEED_BYTES], uint8_t public_key[CS_ED25519_PUBLIC_BYTES]);
cs_status cs_ed25519_sign(const uint8_t seed[CS_ED25519_SEED_BYTES], const uint8_t *message, size_t count,
                          uint8_t signature[CS_ED25519_SIGNATURE_BYTES]);
/// CS_REFUSED when the signature is not by this key over this message.
cs_status cs_ed25519_verify(const uint8_t public_key[CS_ED25519_PUBLIC_BYTES], const uint8_t *message, size_t count,
                            const uint8_t signature[CS_ED25519_SIGNATURE_BYTES]);

// AES-256-GCM

/// Writes `count` bytes of ciphertext and then the tag: `sealed` has room for count + CS_GCM_TAG_BYTES.
cs_status cs_gcm_seal(const uint8_t key[CS_GCM_KEY_BYTES], const uint8_t nonce[CS_GCM_NONCE_BYTES],
                      const uint8_t *associated, size_t associated_count,
                      const uint8_t *plain, size_t count, uint8_t *sealed);
/// `sealed` is ciphertext and tag, `count` bytes in all; `plain` has room for count - CS_GCM_TAG_BYTES and holds
/// nothing of use unless the answer is CS_OK.
cs_status cs_gcm_open(const uint8_t key[CS_GCM_KEY_BYTES], const uint8_t nonce[CS_GCM_NONCE_BYTES],
                      const uint8_t *associated, size_t associated_count,
                      const uint8_t *sealed, size_t count, uint8_t *plain);

// Keys from passphrases (RFC 7914)

/// Work 2^log_n (1...20), block size r, parallelism p; takes 128 · r · 2^log_n bytes of memory while it runs.
cs_status cs_scrypt(const uint8_t *passphrase, size_t passphrase_count, const uint8_t *salt, size_t salt_count,
                    int log_n, int r, int p, uint8_t *key, size_t key_count);

// Certificates (X.509, ECDSA P-256)

/// A self-signed authority of 20 years, and its key (PKCS #8, not encrypted).
cs_status cs_authority_create(const char *organisation, char **certificate_pem, char **key_pem);
/// The private number of an authority's key.
cs_status cs_authority_secret(const char *key_pem, uint8_t secret[CS_P256_SECRET_BYTES]);
/// The authority of a private number again: the same key and name, so that whoever trusts an earlier certificate of it
/// trusts what it issues; another certificate, with a serial and a signature of its own.
cs_status cs_authority_restore(const char *organisation, const uint8_t secret[CS_P256_SECRET_BYTES],
                               char **certificate_pem, char **key_pem);
/// A key and a request for a server that answers to `hosts`: each an IP address or a DNS name.
cs_status cs_request_create(const char *common_name, const char *const *hosts, size_t host_count,
                            char **request_pem, char **key_pem);
/// A server certificate for the hosts of a request. Nothing but the public key and the hosts is taken from it, and it
/// must be signed by that key.
cs_status cs_authority_issue(const char *certificate_pem, const char *key_pem, const char *request_pem,
                             const char *common_name, int days, char **issued_pem);
/// SHA-256 over the DER of the one certificate in `certificate_pem`. Text that holds anything else is refused:
/// whoever trusts the file by this fingerprint must not be made to trust a second certificate in it.
cs_status cs_certificate_fingerprint(const char *certificate_pem, uint8_t digest[CS_SHA256_BYTES]);
/// Wipes and frees; NULL is fine.
void cs_free_text(char *text);

#endif
