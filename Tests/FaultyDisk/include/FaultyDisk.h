// A VFS beneath everything else that knows what is on the disk for certain, and fails when it is told to.
#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <stdint.h>

/// Everything under one folder: what loses its power together.
typedef struct fd_machine fd_machine;

/// What happens at the operation that it is armed for.
typedef enum {
    FD_NOTHING,
    /// From this operation on nothing reaches the files, as after kill -9: it fails, and so does everything after it.
    FD_STOP,
    /// Writes find the disk full, until `fd_heal`.
    FD_FULL,
    /// This write fails.
    FD_WRITE_ERROR,
    /// This sync fails, and what it was to bring to the disk may never get there.
    FD_SYNC_ERROR
} fd_fault;

/// Makes it the VFS that databases of this process are opened with from now on. Before anything is sealed: a VFS that lies
/// over another one finds it when it is registered itself.
void fd_install(void);

/// - Parameter folder: an absolute path, without a slash at its end. No machine is inside another.
fd_machine *fd_machine_new(const char *folder);
/// No file of it is open any more.
void fd_machine_free(fd_machine *machine);

/// Arms it: the fault comes with the operation after so many others; those are writes, truncations, deletions and syncs.
void fd_arm(fd_machine *machine, fd_fault fault, uint64_t after);
/// Takes back a fault that has not come, and makes room on a full disk.
void fd_heal(fd_machine *machine);
/// Stops it now: what connections that are still open do has no effect, not even when they are closed.
void fd_stop(fd_machine *machine);
int fd_is_stopped(const fd_machine *machine);
/// Starts it again as it was when it was stopped. All files were closed.
void fd_start(fd_machine *machine);
/// Starts it again after its power failed when it was stopped: of each write that was not synced, sectors may be lost, as
/// follows from the seed.
/// - Returns: how many writes were lost or torn.
int fd_start_without_power(fd_machine *machine, uint64_t seed);
/// How many operations there were.
uint64_t fd_operations(const fd_machine *machine);

#endif
