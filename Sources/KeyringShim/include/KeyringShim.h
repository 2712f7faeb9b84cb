// Linux's keyring of the user, in the kernel's memory: what is put there is on no disk, and goes by itself after a while.
#ifndef FIELDSYNC_KEYRING_SHIM_H
#define FIELDSYNC_KEYRING_SHIM_H

#include <stddef.h>
#include <stdint.h>

enum {
    /// The longest that is kept under one name, in bytes.
    KS_BYTES_MAX = 32767,
};

/// Keeps bytes under a name for some seconds, for processes of this user alone. Returns 0, or an errno: EPERM or ENOSYS
/// where the system does not let programs use the keyring.
int ks_put(const char *name, const uint8_t *bytes, size_t count, unsigned seconds);

/// Copies what is kept. Returns how many bytes that are; -1 where nothing is, or it does not fit.
long ks_get(const char *name, uint8_t *bytes, size_t room);

/// Removes it. Returns whether there was anything.
int ks_remove(const char *name);

#endif
