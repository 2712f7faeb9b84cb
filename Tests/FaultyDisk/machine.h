// What is known of the files of a machine.
#ifndef FAULTY_DISK_MACHINE_H
#define FAULTY_DISK_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "include/FaultyDisk.h"

/// A write, a truncation (no bytes), or the making of a file that is not synced yet.
typedef struct fd_change {
    int64_t at;
    size_t count;
    /// What it wrote, and what was there before: `was` bytes of it.
    uint8_t *bytes, *before;
    size_t was;
    /// How long the file was before.
    int64_t size;
    enum {
        /// The next sync brings it to the disk.
        FD_WRITTEN,
        /// Its sync failed: the system takes for written what may never be, and no later sync brings it to the disk.
        FD_DOOMED,
        /// It is on the disk, over a doomed one.
        FD_DURABLE
    } standing;
    struct fd_change *next, *previous;
} fd_change;

/// What was written to a file since its last sync, in order.
typedef struct fd_pending {
    char *path;
    fd_change *first, *last;
    struct fd_pending *next;
} fd_pending;

struct fd_machine {
    char *folder;
    size_t length;
    fd_pending *pending;
    fd_fault fault;
    uint64_t after, operations;
    int is_stopped, is_full;
    fd_machine *next;
};

/// The machine that a path belongs to, or NULL.
fd_machine *fd_machine_of(const char *path);

fd_pending *fd_pending_of(fd_machine *machine, const char *path);
/// Takes over bytes and before.
void fd_remember(fd_pending *pending, fd_change change);
/// What is not doomed is on the disk.
void fd_sync(fd_pending *pending);
void fd_fail_sync(fd_pending *pending);
/// Nothing of it is pending.
void fd_settle(fd_pending *pending);
void fd_forget(fd_machine *machine, const char *path);

typedef enum { FD_WRITE, FD_TRUNCATE, FD_DELETE, FD_SYNC } fd_operation;
/// Counts an operation and lets a fault come.
/// - Returns: SQLITE_OK, or the error that it meets.
int fd_step(fd_machine *machine, fd_operation operation);

#endif
