// How this target's files answer: a failure leaves nothing in libcrypto's error queue, where the next caller on this
// thread (libcurl among them) would take it for its own.
#ifndef FIELDSYNC_STATUS_H
#define FIELDSYNC_STATUS_H

#include "CryptoShim.h"
#include <openssl/err.h>

static inline cs_status cs_answer(cs_status status) {
    if (status != CS_OK) ERR_clear_error();
    return status;
}

#endif
