// The sealed pages alone, under trials that want a process of their own: SealedTrial VERB PATH [NUMBER].
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "SealedPages.h"
#include "trial.h"

void demand(int holds, const char *format, ...) {
    va_list arguments;
    if (holds) return;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void demand_ok(int code, const char *what) { demand(code == SQLITE_OK, "%s: %d %s", what, code, sqlite3_errstr(code)); }

void run(sqlite3 *db, const char *sql) {
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    demand(code == SQLITE_OK, "%s: %d %s", sql, code, sqlite3_errmsg(db));
}

content read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    demand(file != NULL, "%s cannot be read", path);
    fseek(file, 0, SEEK_END);
    content read = {NULL, (size_t)ftell(file)};
    rewind(file);
    read.bytes = malloc(read.count + 1);
    demand(fread(read.bytes, 1, read.count, file) == read.count, "%s cannot be read", path);
    fclose(file);
    return read;
}

void write_file(const char *path, const uint8_t *bytes, size_t count) {
    FILE *file = fopen(path, "wb");
    demand(file && fwrite(bytes, 1, count, file) == count && fclose(file) == 0, "%s cannot be written", path);
}

void write_rows(const char *path) {
    sqlite3 *db = open_database(path, 1);
    int64_t number = 0;
    make_table(db);
    run(db, "PRAGMA wal_autocheckpoint = 20");
    demand_ok(read_rows(db, &number), "read");
    while (1) {
        insert_row(db, number);
        printf("%lld\n", (long long)++number);
        fflush(stdout);
    }
}

void count_rows(const char *path) {
    sqlite3 *db = open_database(path, 1);
    int64_t count = 0;
    make_table(db);
    demand_ok(read_rows(db, &count), "read");
    printf("%lld\n", (long long)count);
    demand_ok(sqlite3_close(db), "close");
}

void share_rows(const char *path, int rows) {
    sqlite3 *db = open_database(path, 1);
    int64_t count = 0;
    make_table(db);
    run(db, "PRAGMA wal_autocheckpoint = 20");
    for (int i = 0; i < rows; i++) {
        sqlite3_stmt *statement;
        run(db, "BEGIN IMMEDIATE");
        demand_ok(sqlite3_prepare_v2(db, "SELECT count(*) FROM row", -1, &statement, NULL), "prepare");
        demand(sqlite3_step(statement) == SQLITE_ROW, "no count: %s", sqlite3_errmsg(db));
        int64_t next = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        insert_row(db, next);
        run(db, "COMMIT");
        demand_ok(i % 8 == 0 ? read_rows(db, &count) : SQLITE_OK, "read");
    }
    demand_ok(sqlite3_close(db), "close");
}

/// The handle of a key in hexadecimal.
static int64_t key_of(const char *digits) {
    uint8_t key[SP_KEY_BYTES];
    demand(strlen(digits) == 2 * sizeof key, "a key has %zu digits", 2 * sizeof key);
    for (size_t i = 0; i < sizeof key; i++) {
        unsigned byte;
        demand(sscanf(digits + 2 * i, "%2x", &byte) == 1, "a key is hexadecimal");
        key[i] = (uint8_t)byte;
    }
    return sp_key_add(key);
}

static sqlite3 *open_under(const char *path, const char *digits) {
    char uri[600];
    sqlite3 *db = NULL;
    snprintf(uri, sizeof uri, "file:%s?vfs=sealed&key=%lld", path, (long long)key_of(digits));
    demand_ok(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL), path);
    sqlite3_busy_timeout(db, 10000);
    run(db, "PRAGMA temp_store = MEMORY");
    return db;
}

void run_sql(const char *path, const char *key, const char *sql, const char *other, const char *other_key) {
    sqlite3 *db = open_under(path, key);
    if (other) {
        char *attach = sqlite3_mprintf(
            "ATTACH 'file:%q?vfs=sealed&key=%lld' AS node", other, (long long)key_of(other_key));
        run(db, attach);
        sqlite3_free(attach);
    }
    content script = {NULL, 0};
    if (sql[0] == '@') {
        script = read_file(sql + 1);
        script.bytes[script.count] = 0;
    }
    run(db, script.bytes ? (const char *)script.bytes : sql);
    free(script.bytes);
    demand_ok(sqlite3_close(db), "close");
}

void hold(const char *path, const char *key, const char *flag) {
    sqlite3 *db = open_under(path, key);
    run(db, "BEGIN IMMEDIATE");
    puts("held");
    fflush(stdout);
    for (int i = 0; i < 2000 && access(flag, F_OK) != 0; i++) usleep(10000);
    run(db, "COMMIT");
    demand_ok(sqlite3_close(db), "close");
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(const char *path, int is_sealed, int rows) {
    int64_t count = 0;
    double start = seconds();
    sqlite3 *db = open_database(path, is_sealed);
    make_table(db);
    run(db, "BEGIN");
    for (int i = 0; i < rows; i++) insert_row(db, i);
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    double inserted = seconds();
    for (int i = 0; i < 500; i++) insert_row(db, rows + i);
    double committed = seconds();
    sqlite3_close(db);
    db = open_database(path, is_sealed);
    run(db, "PRAGMA cache_size = 10");
    double open = seconds();
    uint64_t seed = 1;
    sqlite3_stmt *statement;
    demand_ok(sqlite3_prepare_v2(db, "SELECT length(text) FROM row WHERE number = ?", -1, &statement, NULL), "prepare");
    for (int i = 0; i < rows; i++) {
        sqlite3_bind_int64(statement, 1, (int64_t)(word(&seed) % (uint64_t)rows));
        demand(sqlite3_step(statement) == SQLITE_ROW, "no row");
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    double pointed = seconds();
    demand_ok(read_rows(db, &count), "read");
    printf("%s: %d inserts %.2f s, 500 commits %.2f s, %d point reads without cache %.2f s, scan and check %.2f s\n",
           is_sealed ? "sealed" : "plain", rows, inserted - start, committed - inserted, rows, pointed - open,
           seconds() - pointed);
    sqlite3_close(db);
}

void speed(const char *folder, int rows) {
    char path[400];
    snprintf(path, sizeof path, "%s/plain.db", folder);
    measure(path, 0, rows);
    snprintf(path, sizeof path, "%s/sealed.db", folder);
    measure(path, 1, rows);
}

int refusals;

/// What SQLite and the sealed pages say of an error.
static void tell(void *unused, int code, const char *text) {
    (void)unused;
    if (strstr(text, "is not what was written")) refusals++;
    if (getenv("SEALED_TRIAL_LOG")) fprintf(stderr, "%d: %s\n", code, text);
}

int main(int count, char **words) {
    demand(count >= 3, "usage: SealedTrial flips|power|write|count|share|speed PATH [NUMBER], sql PATH KEY SQL [PATH KEY], hold PATH KEY FLAG");
    const char *verb = words[1], *path = words[2];
    uint64_t number = count > 3 ? strtoull(words[3], NULL, 10) : 1;
    sqlite3_config(SQLITE_CONFIG_LOG, tell, NULL);
    if (strcmp(verb, "power") == 0) record();
    demand_ok(sp_register(), "register");
    if (strcmp(verb, "flips") == 0) flips(path, number);
    if (strcmp(verb, "power") == 0) power(path, number);
    if (strcmp(verb, "write") == 0) write_rows(path);
    if (strcmp(verb, "count") == 0) count_rows(path);
    if (strcmp(verb, "share") == 0) share_rows(path, (int)number);
    if (strcmp(verb, "speed") == 0) speed(path, (int)number);
    if (strcmp(verb, "sql") == 0) {
        demand(count == 5 || count == 7, "sql PATH KEY SQL [PATH KEY]");
        run_sql(path, words[3], words[4], count > 5 ? words[5] : NULL, count > 5 ? words[6] : NULL);
    }
    if (strcmp(verb, "hold") == 0) {
        demand(count == 5, "hold PATH KEY FLAG");
        hold(path, words[3], words[4]);
    }
    return 0;
}
