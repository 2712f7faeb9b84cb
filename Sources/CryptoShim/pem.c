#include "pem.h"
#include "CryptoShim.h"
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

typedef void *(*decoder)(const unsigned char **bytes, long count);

static void *decode_certificate(const unsigned char **bytes, long count) { return d2i_X509(NULL, bytes, count); }
static void *decode_request(const unsigned char **bytes, long count) { return d2i_X509_REQ(NULL, bytes, count); }
static void *decode_key(const unsigned char **bytes, long count) { return d2i_AutoPrivateKey(NULL, bytes, count); }

// Whether nothing that could be read as a further object follows.
static int at_end(BIO *bio) {
    char *name = NULL, *header = NULL;
    unsigned char *bytes = NULL;
    long count = 0;
    ERR_clear_error();
    int another = PEM_read_bio(bio, &name, &header, &bytes, &count) == 1;
    int none = !another && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(bytes);
    return none;
}

// The one object in `pem`, whose label must be `label` and whose bytes must be used up by decoding it. libcrypto's own
// readers skip what they do not look for, so two of them may see different objects in one text.
static void *read_only_object(const char *pem, const char *label, decoder decode, void (*release)(void *)) {
    size_t pem_count = strnlen(pem, CS_PEM_BYTES_MAX + 1);
    if (pem_count == 0 || pem_count > CS_PEM_BYTES_MAX) return NULL;
    BIO *bio = BIO_new_mem_buf(pem, (int)pem_count);
    char *name = NULL, *header = NULL;
    unsigned char *bytes = NULL;
    long count = 0;
    void *object = NULL;
    if (bio && PEM_read_bio(bio, &name, &header, &bytes, &count) == 1 && strcmp(name, label) == 0 && !*header) {
        const unsigned char *next = bytes;
        object = decode(&next, count);
        if (object && (next != bytes + count || !at_end(bio))) {
            release(object);
            object = NULL;
        }
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(bytes, (size_t)count);
    BIO_free(bio);
    return object;
}

static void release_certificate(void *object) { X509_free(object); }
static void release_request(void *object) { X509_REQ_free(object); }
static void release_key(void *object) { EVP_PKEY_free(object); }

X509 *cs_read_certificate(const char *pem) {
    return read_only_object(pem, PEM_STRING_X509, decode_certificate, release_certificate);
}

X509_REQ *cs_read_request(const char *pem) {
    return read_only_object(pem, PEM_STRING_X509_REQ, decode_request, release_request);
}

EVP_PKEY *cs_read_key(const char *pem) {
    return read_only_object(pem, PEM_STRING_PKCS8INF, decode_key, release_key);
}

// The text that was written to `bio`, which is freed.
static char *text_of(BIO *bio, int written) {
    char *bytes = NULL;
    long count = written ? BIO_get_mem_data(bio, &bytes) : 0;
    char *text = count > 0 ? malloc((size_t)count + 1) : NULL;
    if (text) {
        memcpy(text, bytes, (size_t)count);
        text[count] = 0;
    }
    BIO_free(bio);
    return text;
}

char *cs_write_certificate(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    return text_of(bio, bio && PEM_write_bio_X509(bio, certificate) == 1);
}

char *cs_write_request(X509_REQ *request) {
    BIO *bio = BIO_new(BIO_s_mem());
    return text_of(bio, bio && PEM_write_bio_X509_REQ(bio, request) == 1);
}

char *cs_write_key(EVP_PKEY *key) {
    // Secure memory: the buffer is wiped when it is freed.
    BIO *bio = BIO_new(BIO_s_secmem());
    return text_of(bio, bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
}

void cs_free_text(char *text) {
    if (text) OPENSSL_cleanse(text, strlen(text));
    free(text);
}
