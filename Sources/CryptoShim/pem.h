// Reading and writing the PEM texts that certificates, requests and keys travel in.
#ifndef FIELDSYNC_PEM_H
#define FIELDSYNC_PEM_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/// Each is NULL unless the text is that one object and nothing more; the caller frees it.
X509 *cs_read_certificate(const char *pem);
X509_REQ *cs_read_request(const char *pem);
EVP_PKEY *cs_read_key(const char *pem);

/// Each is NULL for want of memory; the caller gives it to cs_free_text.
char *cs_write_certificate(X509 *certificate);
char *cs_write_request(X509_REQ *request);
char *cs_write_key(EVP_PKEY *key);

#endif
