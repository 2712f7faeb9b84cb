#include "certificate.h"
#include "hosts.h"
#include "pem.h"
#include "status.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <string.h>

enum { AUTHORITY_DAYS = 20 * 365 + 5, ISSUED_DAYS_MAX = AUTHORITY_DAYS };

static cs_status sign_authority(X509 *certificate, EVP_PKEY *key, const char *organisation) {
    X509_NAME *name = X509_get_subject_name(certificate);
    if (!cs_name_add(name, NID_organizationName, organisation)) return CS_REFUSED;
    int done = cs_name_add(name, NID_commonName, "FieldSync CA")
        && X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1
        // pathlen:0: it issues servers' certificates and no further authority.
        && cs_certificate_extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && cs_certificate_extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign")
        && cs_certificate_extend(certificate, certificate, NID_subject_key_identifier, "hash")
        && X509_sign(certificate, key, EVP_sha256()) > 0;
    return done ? CS_OK : CS_FAILED;
}

// An authority whose key is `key`, which is freed; NULL when there is none.
static cs_status authority_of(EVP_PKEY *key, const char *organisation, char **certificate_pem, char **key_pem) {
    X509 *certificate = cs_certificate_new(AUTHORITY_DAYS);
    cs_status status = key && certificate ? sign_authority(certificate, key, organisation) : CS_FAILED;
    char *certificate_text = status == CS_OK ? cs_write_certificate(certificate) : NULL;
    char *key_text = status == CS_OK ? cs_write_key(key) : NULL;
    if (certificate_text && key_text) {
        *certificate_pem = certificate_text;
        *key_pem = key_text;
    } else {
        cs_free_text(certificate_text);
        cs_free_text(key_text);
        if (status == CS_OK) status = CS_FAILED;
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return cs_answer(status);
}

cs_status cs_authority_create(const char *organisation, char **certificate_pem, char **key_pem) {
    return authority_of(EVP_EC_gen("P-256"), organisation, certificate_pem, key_pem);
}

// The key whose private number is `secret`, by the shortest ECPrivateKey (RFC 5915): libcrypto works out the public half.
static EVP_PKEY *key_of(const uint8_t secret[CS_P256_SECRET_BYTES]) {
    static const uint8_t before[] = {0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20};
    static const uint8_t curve[] = {0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
    uint8_t bytes[sizeof before + CS_P256_SECRET_BYTES + sizeof curve];
    memcpy(bytes, before, sizeof before);
    memcpy(bytes + sizeof before, secret, CS_P256_SECRET_BYTES);
    memcpy(bytes + sizeof before + CS_P256_SECRET_BYTES, curve, sizeof curve);
    const unsigned char *next = bytes;
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &next, sizeof bytes);
    OPENSSL_cleanse(bytes, sizeof bytes);
    // A number that is 0 or not below the order of the curve is none.
    EVP_PKEY_CTX *check = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    int good = check && EVP_PKEY_private_check(check) == 1;
    EVP_PKEY_CTX_free(check);
    if (good) return key;
    EVP_PKEY_free(key);
    return NULL;
}

cs_status cs_authority_restore(const char *organisation, const uint8_t secret[CS_P256_SECRET_BYTES],
                               char **certificate_pem, char **key_pem) {
    EVP_PKEY *key = key_of(secret);
    if (!key) return cs_answer(CS_REFUSED);
    return authority_of(key, organisation, certificate_pem, key_pem);
}

cs_status cs_authority_secret(const char *key_pem, uint8_t secret[CS_P256_SECRET_BYTES]) {
    EVP_PKEY *key = cs_read_key(key_pem);
    BIGNUM *number = NULL;
    int done = key && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1
        && BN_bn2binpad(number, secret, CS_P256_SECRET_BYTES) == CS_P256_SECRET_BYTES;
    BN_clear_free(number);
    EVP_PKEY_free(key);
    return cs_answer(done ? CS_OK : CS_REFUSED);
}

// Signs a server's certificate over the public key of `request` for `hosts`.
static cs_status sign_server(X509 *server, X509 *authority, EVP_PKEY *authority_key, X509_REQ *request,
                             GENERAL_NAMES *hosts, const char *common_name) {
    EVP_PKEY *key = X509_REQ_get0_pubkey(request);
    // Proof that whoever asks holds the key.
    if (!key || X509_REQ_verify(request, key) != 1) return CS_REFUSED;
    if (!cs_name_add(X509_get_subject_name(server), NID_commonName, common_name)) return CS_REFUSED;
    int done = X509_set_issuer_name(server, X509_get_subject_name(authority)) == 1
        && X509_set_pubkey(server, key) == 1
        && cs_certificate_extend(server, authority, NID_basic_constraints, "critical,CA:FALSE")
        && cs_certificate_extend(server, authority, NID_key_usage, "critical,digitalSignature")
        && cs_certificate_extend(server, authority, NID_ext_key_usage, "serverAuth")
        && cs_certificate_extend(server, authority, NID_subject_key_identifier, "hash")
        && cs_certificate_extend(server, authority, NID_authority_key_identifier, "keyid:always")
        && X509_add1_ext_i2d(server, NID_subject_alt_name, hosts, 0, X509V3_ADD_DEFAULT) == 1
        && X509_sign(server, authority_key, EVP_sha256()) > 0;
    return done ? CS_OK : CS_FAILED;
}

cs_status cs_authority_issue(const char *certificate_pem, const char *key_pem, const char *request_pem,
                             const char *common_name, int days, char **issued_pem) {
    if (days < 1 || days > ISSUED_DAYS_MAX) return CS_REFUSED;
    X509 *authority = cs_read_certificate(certificate_pem);
    EVP_PKEY *key = cs_read_key(key_pem);
    X509_REQ *request = cs_read_request(request_pem);
    GENERAL_NAMES *hosts = request ? cs_hosts_of_request(request) : NULL;
    X509 *server = cs_certificate_new(days);
    cs_status status = CS_REFUSED;
    if (authority && key && hosts && X509_check_private_key(authority, key) == 1)
        status = server ? sign_server(server, authority, key, request, hosts, common_name) : CS_FAILED;
    char *text = status == CS_OK ? cs_write_certificate(server) : NULL;
    if (text)
        *issued_pem = text;
    else if (status == CS_OK)
        status = CS_FAILED;
    X509_free(server);
    GENERAL_NAMES_free(hosts);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    X509_free(authority);
    return cs_answer(status);
}
