// The two kinds of files that the VFS seals, each around a file of the operating system's VFS.
#ifndef FIELDSYNC_SEALED_FILE_H
#define FIELDSYNC_SEALED_FILE_H

#include <sqlite3.h>

#include "cipher.h"
#include "include/SealedPages.h"

typedef struct {
    sqlite3_file base;
    sqlite3_file *inner;
    uint8_t key[SP_KEY_BYTES];
    uint8_t salt[SP_SALT_BYTES];
    /// NULL while the file is empty.
    sp_cipher *cipher;
    /// Locks of the log's index that were taken: with each, the log may have begun anew.
    uint64_t locks;
    uint8_t slot[SP_PAGE_BYTES];
} sp_database;

enum {
    SP_LOG_HEADER = 32,
    SP_FRAME_HEADER = 24,
    SP_FRAME = SP_FRAME_HEADER + SP_PAGE_BYTES,
    SP_LOG_SALTS = 8,
};

/// A write-ahead log. Each header and each page is sealed by itself, as SQLite writes them, so the file is longer than
/// the log that SQLite sees. A mark says how many frames were on the disk when the log was last synced: what fails among
/// those is damage, what fails after them was never acknowledged.
typedef struct {
    sqlite3_file base;
    sqlite3_file *inner;
    sp_database *database;
    /// Of the round of the log that is in the file; known as long as no lock was taken since.
    uint8_t salts[SP_LOG_SALTS];
    int knows_salts;
    uint64_t locks;
    /// Frames up to the last commit that was written here and is not synced yet; 0: none.
    uint32_t unmarked;
    uint8_t row[SP_PAGE_BYTES + SP_OVERHEAD];
    uint8_t plain[SP_PAGE_BYTES];
} sp_log;

/// NULL for a file that is not ours.
sp_database *sp_database_of(sqlite3_file *file);

int sp_database_open(sp_database *database, sqlite3_file *inner, int64_t key);
void sp_log_open(sp_log *log, sqlite3_file *inner, sp_database *database);

/// What is the same for both.
int sp_inner_characteristics(sqlite3_file *inner);
int sp_inner_control(sqlite3_file *inner, int operation, void *argument);

#endif
