#include "certificate.h"
#include "pem.h"
#include "status.h"
#include <openssl/bn.h>
#include <openssl/x509v3.h>

enum { SECONDS_PER_DAY = 86400, SERIAL_BITS = 127 };

static int set_random_serial(X509 *certificate) {
    BIGNUM *serial = BN_new();
    // The top bit is set, so the number is never zero; 127 bits keep its encoding positive in 16 bytes.
    int done = serial && BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate));
    BN_free(serial);
    return done;
}

X509 *cs_certificate_new(int days) {
    X509 *certificate = X509_new();
    int done = certificate && X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate)
        && ASN1_TIME_set(X509_getm_notBefore(certificate), 0)
        && X509_gmtime_adj(X509_getm_notAfter(certificate), (long)days * SECONDS_PER_DAY);
    if (done) return certificate;
    X509_free(certificate);
    return NULL;
}

int cs_certificate_extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    int done = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

int cs_name_add(X509_NAME *name, int nid, const char *text) {
    return *text && X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1;
}

cs_status cs_certificate_fingerprint(const char *certificate_pem, uint8_t digest[CS_SHA256_BYTES]) {
    X509 *certificate = cs_read_certificate(certificate_pem);
    if (!certificate) return cs_answer(CS_REFUSED);
    int done = X509_digest(certificate, EVP_sha256(), digest, NULL) == 1;
    X509_free(certificate);
    return cs_answer(done ? CS_OK : CS_FAILED);
}
