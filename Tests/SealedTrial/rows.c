// A database of numbered rows, whose content follows from their numbers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "SealedPages.h"
#include "trial.h"

uint64_t word(uint64_t *seed) {
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

int64_t trial_key(void) {
    static int64_t handle;
    if (!handle) {
        uint8_t key[SP_KEY_BYTES];
        memset(key, 0x5A, sizeof key);
        handle = sp_key_add(key);
    }
    return handle;
}

int try_open(const char *path, sqlite3 **db) {
    char uri[600];
    snprintf(uri, sizeof uri, "file:%s?vfs=sealed&key=%lld", path, (long long)trial_key());
    int code = sqlite3_open_v2(uri, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(*db, "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL", 0, 0, 0);
    sqlite3_busy_timeout(*db, 10000);
    return code;
}

sqlite3 *open_database(const char *path, int is_sealed) {
    sqlite3 *db = NULL;
    FILE *there = fopen(path, "r");
    if (there) fclose(there);
    if (!is_sealed) {
        demand_ok(sqlite3_open(path, &db), "open");
        run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
        return db;
    }
    if (!there) demand_ok(sp_create(path, trial_key()), "create");
    demand_ok(try_open(path, &db), path);
    return db;
}

void make_table(sqlite3 *db) {
    run(db, "CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT) STRICT");
}

/// Some rows are longer than a page.
static void content_of(int64_t number, char key[40], char *text, size_t *count) {
    uint64_t seed = (uint64_t)number * 7919;
    snprintf(key, 40, "%016llx", (unsigned long long)word(&seed));
    *count = 40 + (size_t)(word(&seed) % (number % 50 == 7 ? 20000 : 300));
    snprintf(text, 24, "CANARY %lld ", (long long)number);
    for (size_t i = strlen(text); i < *count; i++) text[i] = (char)('a' + word(&seed) % 26);
}

enum { TEXT_MAX = 21000 };

void insert_row(sqlite3 *db, int64_t number) {
    static char text[TEXT_MAX];
    char key[40];
    size_t count;
    sqlite3_stmt *statement;
    content_of(number, key, text, &count);
    demand_ok(sqlite3_prepare_v2(db, "INSERT INTO row VALUES (?, ?, ?)", -1, &statement, NULL), "prepare");
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
    // Copied: a look at an image in between uses the same bytes.
    sqlite3_bind_text(statement, 3, text, (int)count, SQLITE_TRANSIENT);
    int code = sqlite3_step(statement);
    demand(code == SQLITE_DONE, "insert %lld: %s", (long long)number, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
}

int read_rows(sqlite3 *db, int64_t *count) {
    static char text[TEXT_MAX];
    char key[40];
    sqlite3_stmt *statement;
    *count = 0;
    int code = sqlite3_prepare_v2(db, "SELECT number, key, text FROM row ORDER BY number", -1, &statement, NULL);
    if (code != SQLITE_OK) return code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        size_t bytes;
        content_of(*count, key, text, &bytes);
        if (sqlite3_column_int64(statement, 0) != *count || sqlite3_column_bytes(statement, 2) != (int)bytes ||
            memcmp(sqlite3_column_text(statement, 2), text, bytes) != 0 ||
            strcmp((const char *)sqlite3_column_text(statement, 1), key) != 0) {
            sqlite3_finalize(statement);
            return SQLITE_MISMATCH;
        }
        ++*count;
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) return code;
    code = sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL);
    if (code != SQLITE_OK) return code;
    code = sqlite3_step(statement);
    int is_sound = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    int finished = sqlite3_finalize(statement);
    return is_sound ? SQLITE_OK : finished != SQLITE_OK ? finished : SQLITE_CORRUPT;
}
