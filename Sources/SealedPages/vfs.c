// What SQLite calls: opens databases and their logs sealed, and nothing else.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

static sqlite3_vfs sealed;

static sqlite3_vfs *inner_of(sqlite3_vfs *vfs) { return vfs->pAppData; }

enum { FILE_BYTES = sizeof(sp_database) > sizeof(sp_log) ? sizeof(sp_database) : sizeof(sp_log) };
/// A multiple of every alignment.
enum { INNER_AT = (FILE_BYTES + 15) / 16 * 16 };

int sp_inner_characteristics(sqlite3_file *inner) {
    // A page is never half the old one and half the new one to SQLite as it would be if we changed the order of writes;
    // what the disk promises of smaller parts than ours is no promise for ours.
    int kept = SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN | SQLITE_IOCAP_IMMUTABLE;
    return (inner->pMethods->xDeviceCharacteristics(inner) & kept) | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int sp_inner_control(sqlite3_file *inner, int operation, void *argument) {
    switch (operation) {
        case SQLITE_FCNTL_SIZE_HINT:
        case SQLITE_FCNTL_CHUNK_SIZE: return SQLITE_OK;
        case SQLITE_FCNTL_MMAP_SIZE: return SQLITE_NOTFOUND;
        default: return inner->pMethods->xFileControl(inner, operation, argument);
    }
}

static int open_inner(sqlite3_vfs *vfs, const char *path, sqlite3_file *inner, int flags, int *out) {
    inner->pMethods = NULL;
    int code = inner_of(vfs)->xOpen(inner_of(vfs), path, inner, flags, out);
    if (code != SQLITE_OK && inner->pMethods) inner->pMethods->xClose(inner);
    return code;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    sqlite3_file *inner = (sqlite3_file *)((char *)file + INNER_AT);
    file->pMethods = NULL;
    if (path && flags & SQLITE_OPEN_MAIN_DB) {
        int code = open_inner(vfs, path, inner, flags, out);
        if (code != SQLITE_OK) return code;
        code = sp_database_open((sp_database *)file, inner, sqlite3_uri_int64(path, "key", 0));
        if (code != SQLITE_OK) inner->pMethods->xClose(inner);
        return code;
    }
    if (path && flags & SQLITE_OPEN_WAL) {
        sp_database *database = sp_database_of(sqlite3_database_file_object(path));
        if (!database) return SQLITE_CANTOPEN;
        int code = open_inner(vfs, path, inner, flags, out);
        if (code == SQLITE_OK) sp_log_open((sp_log *)file, inner, database);
        return code;
    }
    // Journals and temporary files would hold pages in the clear, and a journal that somebody else put there would be
    // played back.
    sqlite3_log(SQLITE_CANTOPEN, "a sealed database has no journal and no temporary files: %s", path ? path : "");
    return SQLITE_CANTOPEN;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int syncs) {
    return inner_of(vfs)->xDelete(inner_of(vfs), path, syncs);
}

static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
    return inner_of(vfs)->xAccess(inner_of(vfs), path, flags, answer);
}

static int full_path(sqlite3_vfs *vfs, const char *path, int count, char *full) {
    return inner_of(vfs)->xFullPathname(inner_of(vfs), path, count, full);
}

static int randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    return inner_of(vfs)->xRandomness(inner_of(vfs), count, bytes);
}

static int pause_for(sqlite3_vfs *vfs, int microseconds) {
    return inner_of(vfs)->xSleep(inner_of(vfs), microseconds);
}

static int now_in_days(sqlite3_vfs *vfs, double *days) { return inner_of(vfs)->xCurrentTime(inner_of(vfs), days); }

static int last_error(sqlite3_vfs *vfs, int count, char *text) {
    return inner_of(vfs)->xGetLastError(inner_of(vfs), count, text);
}

static int now_in_milliseconds(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    return inner_of(vfs)->xCurrentTimeInt64(inner_of(vfs), milliseconds);
}

static int registered = SQLITE_ERROR;

static void register_once(void) {
    // The handle of the key is in the URI; not every build of SQLite reads those unless it is told to.
    (void)sqlite3_config(SQLITE_CONFIG_URI, 1);
    registered = sqlite3_initialize();
    sqlite3_vfs *inner = sqlite3_vfs_find(NULL);
    if (registered != SQLITE_OK || !inner || inner->iVersion < 2) return;
    sealed = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = INNER_AT + inner->szOsFile,
        .mxPathname = inner->mxPathname,
        .zName = "sealed",
        .pAppData = inner,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = pause_for,
        .xCurrentTime = now_in_days,
        .xGetLastError = last_error,
        .xCurrentTimeInt64 = now_in_milliseconds,
    };
    registered = sqlite3_vfs_register(&sealed, 0);
}

int sp_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
    return registered;
}
