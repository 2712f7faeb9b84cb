// The names that a server answers to: X.509's subject alternative names, of which only DNS names and IP addresses.
#ifndef FIELDSYNC_HOSTS_H
#define FIELDSYNC_HOSTS_H

#include <openssl/x509v3.h>

/// NULL when one of them is neither an IP address nor a DNS name, or when there are none or too many.
GENERAL_NAMES *cs_hosts_parse(const char *const *hosts, size_t count);
/// The hosts that a request asks for; NULL when it asks for none, for too many or for another kind of name.
GENERAL_NAMES *cs_hosts_of_request(X509_REQ *request);

#endif
