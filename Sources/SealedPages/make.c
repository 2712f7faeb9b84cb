// Making a database, and trying a key on one.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "include/SealedPages.h"

/// "file:PATH?vfs=sealed&key=HANDLE", which the caller frees.
static char *uri_of(const char *path, int64_t key) {
    static const char hexadecimal[] = "0123456789ABCDEF";
    char *uri = malloc(strlen(path) * 3 + 64), *end = uri;
    if (!uri) return NULL;
    end += sprintf(end, "file:");
    for (const char *c = path; *c; c++) {
        if (*c != '%' && *c != '?' && *c != '#') {
            *end++ = *c;
            continue;
        }
        *end++ = '%';
        *end++ = hexadecimal[(unsigned char)*c >> 4];
        *end++ = hexadecimal[(unsigned char)*c & 15];
    }
    sprintf(end, "?vfs=sealed&key=%lld", (long long)key);
    return uri;
}

static int open_at(const char *path, int64_t key, int flags, sqlite3 **db) {
    char *uri = uri_of(path, key);
    *db = NULL;
    int code = sp_register();
    if (code == SQLITE_OK && !uri) code = SQLITE_NOMEM;
    if (code == SQLITE_OK) code = sqlite3_open_v2(uri, db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL);
    free(uri);
    return code;
}

int sp_create(const char *path, int64_t key) {
    sqlite3 *db;
    int reserved = SP_RESERVED_BYTES;
    struct stat status;
    if (stat(path, &status) == 0 && status.st_size > 0) return SQLITE_CANTOPEN;
    int code = open_at(path, key, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db);
    if (code == SQLITE_OK) code = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db,
                            "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA temp_store = MEMORY;"
                            "PRAGMA journal_mode = MEMORY; PRAGMA journal_mode = WAL;",
                            NULL, NULL, NULL);
    int closed = sqlite3_close(db);
    return code == SQLITE_OK ? closed : code;
}

int sp_try(const char *path, int64_t key) {
    sqlite3 *db;
    int code = open_at(path, key, SQLITE_OPEN_READWRITE, &db);
    if (code == SQLITE_OK) code = sqlite3_busy_timeout(db, 5000);
    if (code == SQLITE_OK) code = sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL);
    sqlite3_close(db);
    return code;
}
