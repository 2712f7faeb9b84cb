// What Linux tells of a file.
#ifndef FIELDSYNC_FILE_SHIM_H
#define FIELDSYNC_FILE_SHIM_H

#include <stdint.h>

/// The file's number on its disk, and when it was made in nanoseconds since 1970 (0 where the file system does not tell).
/// Returns 0, or what `errno` says.
int fl_identity(const char *path, uint64_t *inode, uint64_t *birth);

#endif
