#include "hosts.h"
#include "CryptoShim.h"
#include <string.h>

enum { DNS_NAME_BYTES_MAX = 253 };

static int is_dns_name(const char *host) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t count = strlen(host);
    return count > 0 && count <= DNS_NAME_BYTES_MAX && host[0] != '.' && strspn(host, allowed) == count;
}

static GENERAL_NAME *parse(const char *host) {
    int type = GEN_IPADD;
    ASN1_STRING *value = a2i_IPADDRESS(host);
    if (!value && is_dns_name(host)) {
        type = GEN_DNS;
        value = ASN1_IA5STRING_new();
        if (value && ASN1_STRING_set(value, host, -1) != 1) {
            ASN1_STRING_free(value);
            value = NULL;
        }
    }
    GENERAL_NAME *name = value ? GENERAL_NAME_new() : NULL;
    if (name)
        GENERAL_NAME_set0_value(name, type, value);
    else
        ASN1_STRING_free(value);
    return name;
}

GENERAL_NAMES *cs_hosts_parse(const char *const *hosts, size_t count) {
    if (count == 0 || count > CS_HOSTS_MAX) return NULL;
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    for (size_t i = 0; names && i < count; i++) {
        GENERAL_NAME *name = parse(hosts[i]);
        if (!name || sk_GENERAL_NAME_push(names, name) == 0) {
            GENERAL_NAME_free(name);
            GENERAL_NAMES_free(names);
            return NULL;
        }
    }
    return names;
}

static int are_hosts(const GENERAL_NAMES *names) {
    int count = sk_GENERAL_NAME_num(names);
    if (count < 1 || count > CS_HOSTS_MAX) return 0;
    for (int i = 0; i < count; i++) {
        int type = sk_GENERAL_NAME_value(names, i)->type;
        if (type != GEN_DNS && type != GEN_IPADD) return 0;
    }
    return 1;
}

GENERAL_NAMES *cs_hosts_of_request(X509_REQ *request) {
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
    GENERAL_NAMES *names = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    if (names && are_hosts(names)) return names;
    GENERAL_NAMES_free(names);
    return NULL;
}
