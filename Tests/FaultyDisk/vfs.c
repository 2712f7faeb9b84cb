#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/// A file of a machine; one of nobody's is opened by the VFS below alone.
typedef struct {
    sqlite3_file base;
    fd_machine *machine;
    fd_pending *pending;
    sqlite3_file *inner;
} faulty;

#define OWN(file) ((faulty *)(file))
#define INNER(file) (OWN(file)->inner)

static int close_file(sqlite3_file *file) { return INNER(file)->pMethods->xClose(INNER(file)); }

static int read_at(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at) {
    return INNER(file)->pMethods->xRead(INNER(file), bytes, count, at);
}

static int64_t size_now(sqlite3_file *file) {
    sqlite3_int64 size = 0;
    INNER(file)->pMethods->xFileSize(INNER(file), &size);
    return size;
}

static uint8_t *copy_of(const void *bytes, size_t count) { return count ? memcpy(malloc(count), bytes, count) : NULL; }

/// - Parameter count: of bytes from there on that will be another's.
static fd_change before(sqlite3_file *file, int64_t at, int64_t count) {
    fd_change change = {.at = at, .size = size_now(file)};
    int64_t there = change.size - at;
    if (there > count) there = count;
    if (there <= 0) return change;
    change.was = (size_t)there;
    change.before = malloc(change.was);
    read_at(file, change.before, (int)change.was, at);
    return change;
}

static int write_at(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at) {
    int code = fd_step(OWN(file)->machine, FD_WRITE);
    if (code != SQLITE_OK) return code;
    fd_change change = before(file, at, count);
    change.count = (size_t)count;
    change.bytes = copy_of(bytes, change.count);
    fd_remember(OWN(file)->pending, change);
    return INNER(file)->pMethods->xWrite(INNER(file), bytes, count, at);
}

static int truncate_at(sqlite3_file *file, sqlite3_int64 size) {
    int code = fd_step(OWN(file)->machine, FD_TRUNCATE);
    if (code != SQLITE_OK) return code;
    fd_remember(OWN(file)->pending, before(file, size, INT64_MAX));
    return INNER(file)->pMethods->xTruncate(INNER(file), size);
}

/// The disk has everything, and nobody waits for it: what really lies below may forget it.
static int sync_file(sqlite3_file *file, int flags) {
    (void)flags;
    int code = fd_step(OWN(file)->machine, FD_SYNC);
    if (code == SQLITE_OK) fd_sync(OWN(file)->pending);
    if (code == SQLITE_IOERR_FSYNC) fd_fail_sync(OWN(file)->pending);
    return code;
}

static int size_of(sqlite3_file *file, sqlite3_int64 *size) {
    return INNER(file)->pMethods->xFileSize(INNER(file), size);
}
static int lock(sqlite3_file *file, int level) { return INNER(file)->pMethods->xLock(INNER(file), level); }
static int unlock(sqlite3_file *file, int level) { return INNER(file)->pMethods->xUnlock(INNER(file), level); }
static int is_reserved(sqlite3_file *file, int *answer) {
    return INNER(file)->pMethods->xCheckReservedLock(INNER(file), answer);
}
static int control(sqlite3_file *file, int operation, void *argument) {
    return INNER(file)->pMethods->xFileControl(INNER(file), operation, argument);
}
static int sector(sqlite3_file *file) { return INNER(file)->pMethods->xSectorSize(INNER(file)); }
static int characteristics(sqlite3_file *file) { return INNER(file)->pMethods->xDeviceCharacteristics(INNER(file)); }
static int map(sqlite3_file *file, int page, int size, int extend, void volatile **mapped) {
    return INNER(file)->pMethods->xShmMap(INNER(file), page, size, extend, mapped);
}
static int shared_lock(sqlite3_file *file, int offset, int count, int flags) {
    return INNER(file)->pMethods->xShmLock(INNER(file), offset, count, flags);
}
static void barrier(sqlite3_file *file) { INNER(file)->pMethods->xShmBarrier(INNER(file)); }
static int unmap(sqlite3_file *file, int deletes) { return INNER(file)->pMethods->xShmUnmap(INNER(file), deletes); }

static const sqlite3_io_methods methods = {
    2, close_file, read_at, write_at, truncate_at, sync_file, size_of, lock, unlock, is_reserved, control, sector,
    characteristics, map, shared_lock, barrier, unmap, NULL, NULL,
};

static sqlite3_vfs *below;

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    fd_machine *machine = path ? fd_machine_of(path) : NULL;
    if (!machine) return below->xOpen(below, path, file, flags, out);
    file->pMethods = NULL;
    if (machine->is_stopped) return SQLITE_CANTOPEN;
    sqlite3_file *inner = (sqlite3_file *)(OWN(file) + 1);
    inner->pMethods = NULL;
    int code = below->xOpen(below, path, inner, flags, out);
    if (code != SQLITE_OK) {
        if (inner->pMethods) inner->pMethods->xClose(inner);
        return code;
    }
    *OWN(file) = (faulty){{&methods}, machine, fd_pending_of(machine, path), inner};
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int syncs) {
    (void)vfs;
    fd_machine *machine = fd_machine_of(path);
    if (machine) {
        if (fd_step(machine, FD_DELETE) != SQLITE_OK) return SQLITE_IOERR_DELETE;
        fd_settle(fd_pending_of(machine, path));
    }
    return below->xDelete(below, path, syncs);
}

static void install(void) {
    static sqlite3_vfs disk;
    // Where this comes first: SQLite counts its memory under one lock for all threads.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_initialize() != SQLITE_OK) abort();
    below = sqlite3_vfs_find(NULL);
    disk = *below;
    disk.zName = "faulty-disk";
    disk.szOsFile = (int)sizeof(faulty) + below->szOsFile;
    disk.xOpen = open_file;
    disk.xDelete = delete_file;
    if (sqlite3_vfs_register(&disk, 1) != SQLITE_OK) abort();
}

void fd_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
