// What the authority's own certificate and those that it issues have in common.
#ifndef FIELDSYNC_CERTIFICATE_H
#define FIELDSYNC_CERTIFICATE_H

#include <openssl/x509.h>

/// A certificate of version 3 with a random serial number, valid from 1970 until `days` from now: a device, be it one
/// whose battery was empty, must be able to come in and learn the time. NULL when libcrypto fails.
X509 *cs_certificate_new(int days);
/// 1 when the extension, in the notation of openssl's configuration files, was added.
int cs_certificate_extend(X509 *certificate, X509 *issuer, int nid, const char *value);
/// 1 when the UTF-8 text was added; it must have 1 to CS_NAME_CHARACTERS_MAX characters.
int cs_name_add(X509_NAME *name, int nid, const char *text);

#endif
