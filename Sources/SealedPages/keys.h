// The keys that this process may open databases with.
#ifndef FIELDSYNC_SEALED_KEYS_H
#define FIELDSYNC_SEALED_KEYS_H

#include "include/SealedPages.h"

/// Copies the key of a handle. Returns whether there is one.
int sp_key_copy(int64_t handle, uint8_t key[SP_KEY_BYTES]);

#endif
