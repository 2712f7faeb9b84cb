// What the trials share. Each ends the process with 1 and a sentence when the sealed pages did not keep their promise.
#ifndef FIELDSYNC_SEALED_TRIAL_H
#define FIELDSYNC_SEALED_TRIAL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/// Damages each part of a database and its log, at places that follow from the seed.
void flips(const char *folder, uint64_t seed);
/// Cuts the power at moments that follow from the seed, and looks what is left.
void power(const char *folder, uint64_t seed);
/// Writes numbered rows for ever and prints each number once it is committed.
void write_rows(const char *path);
/// Prints how many rows there are, after it saw that none is missing or different.
void count_rows(const char *path);
/// Appends so many rows beside others who do, and reads all now and then.
void share_rows(const char *path, int rows);
/// Prints seconds of inserts and of cold reads, plain and sealed.
void speed(const char *folder, int rows);

// For tests of the programs: what sqlite3's own tool would do with a database that is not sealed. Keys are hexadecimal.

/// Runs statements, or those in a file where they are "@FILE"; another database is attached as node.
void run_sql(const char *path, const char *key, const char *sql, const char *other, const char *other_key);
/// Holds the write lock, says so, and lets go once there is a file.
void hold(const char *path, const char *key, const char *flag);

// Random words of a seed.
uint64_t word(uint64_t *seed);

// A database of numbered rows.
int64_t trial_key(void);
sqlite3 *open_database(const char *path, int is_sealed);
int try_open(const char *path, sqlite3 **db);
void make_table(sqlite3 *db);
void insert_row(sqlite3 *db, int64_t number);
/// SQLITE_OK, and how many rows there are, each as it was written; SQLITE_MISMATCH for one that is not; else the error.
int read_rows(sqlite3 *db, int64_t *count);
void run(sqlite3 *db, const char *sql);

/// How often the sealed pages, and not SQLite above them, refused what they read.
extern int refusals;

void demand(int holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
void demand_ok(int code, const char *what);

// Files.
typedef struct {
    uint8_t *bytes;
    size_t count;
} content;
content read_file(const char *path);
void write_file(const char *path, const uint8_t *bytes, size_t count);

// A VFS under the sealed one that remembers writes until they are synced. Only with one connection.
void record(void);
/// Called before something is synced: the worst moment.
extern void (*before_sync)(void);
/// Writes the files as they may lie on the disk when the power fails now: everything that was synced, and of what was not
/// some sectors.
void write_image(const char *database, const char *image, uint64_t *seed);

#endif
