#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "include/FileShim.h"

int fl_identity(const char *path, uint64_t *inode, uint64_t *birth) {
    struct statx status;
    if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &status) != 0) return errno;
    *inode = status.stx_ino;
    *birth = status.stx_mask & STATX_BTIME
                 ? (uint64_t)status.stx_btime.tv_sec * 1000000000u + status.stx_btime.tv_nsec
                 : 0;
    return 0;
}
