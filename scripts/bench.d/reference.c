/* The raw references: the same rows into the same tables with nothing around them. Every verb prints one JSON object.
 *
 *   insert SOURCE DEST COUNT BATCH [search]   COUNT work orders of SOURCE into an empty copy of their table and indexes
 *   update DB COUNT                           one column and the state of COUNT work orders, one transaction
 *   session SOURCE DEST COUNT                 a peer: SQLite's session extension with zstd brings COUNT work orders over
 *   first DB                                  opens the database and reads one row
 *   fsync FILE COUNT                          median of COUNT times: 4 KB appended and fsynced
 *   pingpong COUNT                            COUNT round trips of 64 bytes on one TCP connection
 *   zstd FILE                                 bytes of FILE and of FILE at level 3
 *
 * BATCH 0: one transaction for all. Databases are as ours: WAL, synchronous=FULL, 32 MB of cache.
 */
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    fprintf(stderr, "reference: %s\n", what);
    exit(1);
}

static void check(int code, sqlite3 *db) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(sqlite3_errmsg(db));
}

static sqlite3 *open_database(const char *path) {
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK) fail(path);
    check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;"
                           "PRAGMA temp_store=MEMORY;", 0, 0, 0), db);
    return db;
}

static void execute(sqlite3 *db, const char *sql) { check(sqlite3_exec(db, sql, 0, 0, 0), db); }

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v2(db, sql, -1, &statement, 0), db);
    return statement;
}

/* The rows of a table, all in memory. */
struct rows {
    sqlite3_value **values;
    char **texts; /* what the search index holds of each row */
    int columns;
    long count;
};

/* As the product splits text: every Chinese character alone and with its right neighbour. */
static char *split(const unsigned char *text, size_t length, char *out) {
    const unsigned char *previous = 0, *end = text + length;
    size_t previous_size = 0;
    while (text < end) {
        size_t size = *text < 0x80 ? 1 : *text < 0xE0 ? 2 : *text < 0xF0 ? 3 : 4;
        int ideograph = size == 3 && *text >= 0xE3 && *text <= 0xE9 && !(*text == 0xE3 && text[1] < 0x81);
        if (ideograph) {
            if (previous) {
                *out++ = ' ';
                out = (char *)memcpy(out, previous, previous_size) + previous_size;
                out = (char *)memcpy(out, text, size) + size;
            }
            *out++ = ' ';
            out = (char *)memcpy(out, text, size) + size;
            *out++ = ' ';
            previous = text;
            previous_size = size;
        } else {
            out = (char *)memcpy(out, text, size) + size;
            previous = 0;
        }
        text += size;
    }
    return out;
}

static char *search_text(sqlite3_stmt *row, int columns) {
    size_t total = 0;
    for (int i = 0; i < columns; i++)
        if (sqlite3_column_type(row, i) == SQLITE_TEXT) total += sqlite3_column_bytes(row, i) + 1;
    char *text = malloc(4 * total + 1), *end = text;
    for (int i = 0; i < columns; i++) {
        if (sqlite3_column_type(row, i) != SQLITE_TEXT) continue;
        end = split(sqlite3_column_text(row, i), sqlite3_column_bytes(row, i), end);
        *end++ = '\n';
    }
    *end = 0;
    return text;
}

static struct rows load(const char *path, long limit, int with_text) {
    sqlite3 *db = open_database(path);
    sqlite3_stmt *all = prepare(db, "SELECT * FROM work_order ORDER BY rowid LIMIT ?");
    sqlite3_bind_int64(all, 1, limit);
    struct rows rows = {.columns = sqlite3_column_count(all)};
    rows.values = malloc(sizeof *rows.values * rows.columns * limit);
    rows.texts = with_text ? malloc(sizeof *rows.texts * limit) : 0;
    for (; sqlite3_step(all) == SQLITE_ROW; rows.count++) {
        long i = rows.count;
        for (int c = 0; c < rows.columns; c++)
            rows.values[i * rows.columns + c] = sqlite3_value_dup(sqlite3_column_value(all, c));
        if (with_text) rows.texts[i] = search_text(all, rows.columns);
    }
    sqlite3_finalize(all);
    sqlite3_close(db);
    return rows;
}

/* The table, its indexes, and for searching the index over all text, as they are in the source. */
static sqlite3 *empty_copy(const char *source, const char *path, int with_search) {
    sqlite3 *from = open_database(source), *to = open_database(path);
    sqlite3_stmt *schema = prepare(from, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND"
                                         " (tbl_name = 'work_order' OR name = ?) ORDER BY rowid");
    check(sqlite3_bind_text(schema, 1, with_search ? "search" : "", -1, SQLITE_STATIC), from);
    while (sqlite3_step(schema) == SQLITE_ROW) execute(to, (const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    sqlite3_close(from);
    return to;
}

static void fill(sqlite3 *db, const struct rows *rows, long batch) {
    char sql[1000] = "INSERT INTO work_order VALUES (?";
    for (int c = 1; c < rows->columns; c++) strcat(sql, ", ?");
    sqlite3_stmt *row = prepare(db, strcat(sql, ")"));
    sqlite3_stmt *text = rows->texts ? prepare(db, "INSERT INTO search (rowid, text) VALUES (?, ?)") : 0;
    for (long i = 0; i < rows->count; i++) {
        if (i % batch == 0) execute(db, "BEGIN IMMEDIATE");
        for (int c = 0; c < rows->columns; c++) sqlite3_bind_value(row, c + 1, rows->values[i * rows->columns + c]);
        check(sqlite3_step(row), db);
        sqlite3_reset(row);
        if (text) {
            sqlite3_bind_int64(text, 1, i + 1);
            sqlite3_bind_text(text, 2, rows->texts[i], -1, SQLITE_STATIC);
            check(sqlite3_step(text), db);
            sqlite3_reset(text);
        }
        if (i % batch == batch - 1 || i == rows->count - 1) execute(db, "COMMIT");
    }
    sqlite3_finalize(row);
    sqlite3_finalize(text);
}

static void insert(const char *source, const char *path, long count, long batch, int with_search) {
    struct rows rows = load(source, count, with_search);
    sqlite3 *db = empty_copy(source, path, with_search);
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    fill(db, &rows, batch ? batch : count);
    execute(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    printf("{\"rows\":%ld,\"wall_s\":%.6f,\"cpu_s\":%.6f}\n", rows.count, seconds(CLOCK_MONOTONIC) - wall,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static int abort_on_conflict(void *context, int kind, sqlite3_changeset_iter *change) {
    (void)context, (void)kind, (void)change;
    return SQLITE_CHANGESET_ABORT;
}

/* The changeset is packed, sent nowhere, unpacked and applied; recording it is not counted. */
static void session(const char *source, const char *path, long count) {
    struct rows rows = load(source, count, 0);
    sqlite3 *from = empty_copy(source, ":memory:", 0), *to = empty_copy(source, path, 0);
    sqlite3_session *recorder;
    check(sqlite3session_create(from, "main", &recorder), from);
    check(sqlite3session_attach(recorder, "work_order"), from);
    fill(from, &rows, count);
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    int size;
    void *changes;
    check(sqlite3session_changeset(recorder, &size, &changes), from);
    size_t room = ZSTD_compressBound(size);
    void *packed = malloc(room), *unpacked = malloc(size);
    size_t travelled = ZSTD_compress(packed, room, changes, size, 3);
    ZSTD_decompress(unpacked, size, packed, travelled);
    execute(to, "BEGIN IMMEDIATE");
    check(sqlite3changeset_apply(to, size, unpacked, 0, abort_on_conflict, 0), to);
    execute(to, "COMMIT");
    execute(to, "PRAGMA wal_checkpoint(TRUNCATE)");
    printf("{\"rows\":%ld,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"bytes\":%zu}\n", rows.count, seconds(CLOCK_MONOTONIC) - wall,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, travelled);
}

static void update(const char *path, long count) {
    sqlite3 *db = open_database(path);
    sqlite3_stmt *some = prepare(db, "SELECT id, state FROM work_order ORDER BY id DESC LIMIT ?");
    sqlite3_bind_int64(some, 1, count);
    sqlite3_value **values = malloc(sizeof *values * 2 * count);
    long found = 0;
    for (; sqlite3_step(some) == SQLITE_ROW; found++)
        for (int c = 0; c < 2; c++) values[2 * found + c] = sqlite3_value_dup(sqlite3_column_value(some, c));
    sqlite3_finalize(some);
    sqlite3_stmt *change = prepare(db, "UPDATE work_order SET diagnosis = ?, state = ? WHERE id = ?");
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    execute(db, "BEGIN IMMEDIATE");
    for (long i = 0; i < found; i++) {
        char text[100];
        int length = snprintf(text, sizeof text, "现场复检,温度传感器已校准 %ld", i);
        sqlite3_bind_text(change, 1, text, length, SQLITE_STATIC);
        sqlite3_bind_value(change, 2, values[2 * i + 1]);
        sqlite3_bind_value(change, 3, values[2 * i]);
        check(sqlite3_step(change), db);
        sqlite3_reset(change);
    }
    execute(db, "COMMIT");
    printf("{\"rows\":%ld,\"wall_s\":%.6f,\"cpu_s\":%.6f}\n", found, seconds(CLOCK_MONOTONIC) - wall,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static void first(const char *path) {
    sqlite3 *db = open_database(path);
    sqlite3_stmt *row = prepare(db, "SELECT * FROM work_order LIMIT 1");
    check(sqlite3_step(row), db);
    printf("{\"columns\":%d}\n", sqlite3_column_count(row));
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, long count) {
    qsort(times, count, sizeof *times, ascending);
    return times[count / 2];
}

static void fsyncs(const char *path, long count) {
    int file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
    char page[4096] = {0};
    double *times = malloc(sizeof *times * count);
    for (long i = 0; i < count; i++) {
        double start = seconds(CLOCK_MONOTONIC);
        if (write(file, page, sizeof page) != sizeof page || fsync(file) != 0) fail("fsync");
        times[i] = seconds(CLOCK_MONOTONIC) - start;
    }
    printf("{\"median_s\":%.6f}\n", median(times, count));
}

static void exactly(ssize_t (*move)(int, char *), int socket) {
    char bytes[64] = {0};
    if (move(socket, bytes) != sizeof bytes) fail("ping-pong");
}
static ssize_t give(int socket, char *bytes) { return send(socket, bytes, 64, 0); }
static ssize_t take(int socket, char *bytes) { return recv(socket, bytes, 64, MSG_WAITALL); }

static long rounds;
static void *echo(void *listener) {
    int one = 1, peer = accept(*(int *)listener, 0, 0);
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (long i = 0; i < rounds; i++) {
        exactly(take, peer);
        exactly(give, peer);
    }
    return 0;
}

static void pingpong(long count) {
    rounds = count;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0), line = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1)) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    pthread_t thread;
    pthread_create(&thread, 0, echo, &listener);
    if (connect(line, (struct sockaddr *)&address, size)) fail("connect");
    setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    double *times = malloc(sizeof *times * count), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (long i = 0; i < count; i++) {
        double start = seconds(CLOCK_MONOTONIC);
        exactly(give, line);
        exactly(take, line);
        times[i] = seconds(CLOCK_MONOTONIC) - start;
    }
    printf("{\"median_s\":%.9f,\"cpu_s\":%.9f}\n", median(times, count),
           (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / count);
}

static void zstd(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    size_t size = ftell(file), room = ZSTD_compressBound(size);
    char *in = malloc(size), *out = malloc(room);
    rewind(file);
    if (fread(in, 1, size, file) != size) fail(path);
    printf("{\"bytes\":%zu,\"compressed\":%zu}\n", size, ZSTD_compress(out, room, in, size, 3));
}

int main(int count, char **words) {
    const char *verb = count > 1 ? words[1] : "";
    if (!strcmp(verb, "insert") && count >= 6) insert(words[2], words[3], atol(words[4]), atol(words[5]), count > 6);
    else if (!strcmp(verb, "update") && count == 4) update(words[2], atol(words[3]));
    else if (!strcmp(verb, "session") && count == 5) session(words[2], words[3], atol(words[4]));
    else if (!strcmp(verb, "first") && count == 3) first(words[2]);
    else if (!strcmp(verb, "fsync") && count == 4) fsyncs(words[2], atol(words[3]));
    else if (!strcmp(verb, "pingpong") && count == 3) pingpong(atol(words[2]));
    else if (!strcmp(verb, "zstd") && count == 3) zstd(words[2]);
    else fail("insert|update|session|first|fsync|pingpong|zstd");
    return 0;
}
