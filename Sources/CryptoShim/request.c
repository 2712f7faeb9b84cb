#include "certificate.h"
#include "hosts.h"
#include "pem.h"
#include "status.h"
#include <openssl/ec.h>

static int add_hosts(X509_REQ *request, GENERAL_NAMES *hosts) {
    STACK_OF(X509_EXTENSION) *extensions = NULL;
    int done = X509V3_add1_i2d(&extensions, NID_subject_alt_name, hosts, 0, X509V3_ADD_DEFAULT) == 1
        && X509_REQ_add_extensions(request, extensions) == 1;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    return done;
}

static cs_status sign(X509_REQ *request, EVP_PKEY *key, const char *common_name, GENERAL_NAMES *hosts) {
    if (X509_REQ_set_version(request, X509_REQ_VERSION_1) != 1) return CS_FAILED;
    if (!cs_name_add(X509_REQ_get_subject_name(request), NID_commonName, common_name)) return CS_REFUSED;
    int done = X509_REQ_set_pubkey(request, key) == 1 && add_hosts(request, hosts)
        && X509_REQ_sign(request, key, EVP_sha256()) > 0;
    return done ? CS_OK : CS_FAILED;
}

static cs_status write_pair(X509_REQ *request, EVP_PKEY *key, char **request_pem, char **key_pem) {
    char *request_text = cs_write_request(request), *key_text = cs_write_key(key);
    if (request_text && key_text) {
        *request_pem = request_text;
        *key_pem = key_text;
        return CS_OK;
    }
    cs_free_text(request_text);
    cs_free_text(key_text);
    return CS_FAILED;
}

cs_status cs_request_create(const char *common_name, const char *const *hosts, size_t host_count,
                            char **request_pem, char **key_pem) {
    GENERAL_NAMES *names = cs_hosts_parse(hosts, host_count);
    if (!names) return cs_answer(CS_REFUSED);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *request = X509_REQ_new();
    cs_status status = key && request ? sign(request, key, common_name, names) : CS_FAILED;
    if (status == CS_OK) status = write_pair(request, key, request_pem, key_pem);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    GENERAL_NAMES_free(names);
    return cs_answer(status);
}
