#define _GNU_SOURCE
#include "KeyringShim.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Everything for who possesses the key and for the user; nothing for groups and others.
enum { FOR_THE_USER = 0x3f3f0000 };

static long find(const char *name) {
    return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
}

int ks_put(const char *name, const uint8_t *bytes, size_t count, unsigned seconds) {
    if (count > KS_BYTES_MAX) return EINVAL;
    long key = syscall(SYS_add_key, "user", name, bytes, count, KEY_SPEC_USER_KEYRING);
    if (key < 0) return errno;
    // Without the time limit it would stay until the machine stops.
    if (syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds) < 0 ||
        syscall(SYS_keyctl, KEYCTL_SETPERM, key, FOR_THE_USER) < 0) {
        int error = errno;
        syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
        return error;
    }
    return 0;
}

long ks_get(const char *name, uint8_t *bytes, size_t room) {
    long key = find(name);
    if (key < 0) return -1;
    long count = syscall(SYS_keyctl, KEYCTL_READ, key, bytes, room);
    return count >= 0 && (size_t)count <= room ? count : -1;
}

int ks_remove(const char *name) {
    long key = find(name);
    if (key < 0) return 0;
    syscall(SYS_keyctl, KEYCTL_REVOKE, key);
    syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
    return 1;
}
