// Every bit of the files may change: then there is an error, or all rows are as they were.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

static char original[400], copy[400];
static content database, wal;

/// Opens the copy and reads everything. Returns whether that ended in an error of the sealed pages.
static int is_refused(int64_t rows, const char *what, size_t at) {
    refusals = 0;
    sqlite3 *db = NULL;
    int64_t count = 0;
    int code = try_open(copy, &db);
    if (code == SQLITE_OK) code = read_rows(db, &count);
    sqlite3_close(db);
    demand(code != SQLITE_MISMATCH, "%s, byte %zu: a row was read that was never written", what, at);
    demand(code != SQLITE_OK || count == rows, "%s, byte %zu: %lld of %lld rows, and no error", what, at,
           (long long)count, (long long)rows);
    return code != SQLITE_OK && (refusals > 0 || code == SQLITE_NOTADB);
}

static void restore(void) {
    char path[420];
    snprintf(path, sizeof path, "%s-shm", copy);
    remove(path);
    write_file(copy, database.bytes, database.count);
    snprintf(path, sizeof path, "%s-wal", copy);
    write_file(path, wal.bytes, wal.count);
}

static int flip(content *file, size_t at, int bit, int64_t rows, const char *what) {
    file->bytes[at] ^= (uint8_t)(1 << bit);
    restore();
    int refused = is_refused(rows, what, at);
    file->bytes[at] ^= (uint8_t)(1 << bit);
    return refused;
}

static void swap(content *file, size_t a, size_t b, size_t count, int64_t rows, const char *what) {
    uint8_t *kept = malloc(count);
    memcpy(kept, file->bytes + a, count);
    memcpy(file->bytes + a, file->bytes + b, count);
    memcpy(file->bytes + b, kept, count);
    restore();
    demand(is_refused(rows, what, a), "%s %zu and %zu exchanged, and no error", what, a, b);
    memcpy(file->bytes + b, file->bytes + a, count);
    memcpy(file->bytes + a, kept, count);
    free(kept);
}

void flips(const char *folder, uint64_t seed) {
    enum { PAGE = 4096, FRAMES = 1024, FRAME = 4184, HEADER = 56 };
    char path[420];
    snprintf(original, sizeof original, "%s/flips.db", folder);
    snprintf(copy, sizeof copy, "%s/flipped.db", folder);
    sqlite3 *db = open_database(original, 1);
    make_table(db);
    int64_t rows = 0;
    for (; rows < 1000; rows++) insert_row(db, rows);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    database = read_file(original);
    demand(database.count > 100 * PAGE, "too little to damage");
    restore();
    demand(!is_refused(rows, "nothing", 0), "the copy itself is refused");
    for (size_t page = 0; page < database.count / PAGE; page++) {
        size_t places[] = {0, 3, 4, 15, 16, 23, 24, 99, 100, 4063, 4064, 4079, 4080, 4095, word(&seed) % PAGE};
        size_t count = page < 3 ? sizeof places / sizeof *places : 1;
        for (size_t i = 0; i < count; i++) {
            size_t at = page * PAGE + (count == 1 ? word(&seed) % PAGE : places[i]);
            demand(flip(&database, at, (int)(word(&seed) % 8), rows, "page"), "byte %zu of the database", at);
        }
    }
    swap(&database, 2 * PAGE, 3 * PAGE, PAGE, rows, "pages");
    size_t whole = database.count;
    database.count -= PAGE;
    restore();
    (void)is_refused(rows, "a database cut short", database.count);
    database.count = whole;
    uint8_t kept[PAGE];
    memcpy(kept, database.bytes + 5 * PAGE, PAGE);
    memset(database.bytes + 5 * PAGE, 0, PAGE);
    restore();
    demand(is_refused(rows, "a page of zeros", 5 * PAGE), "a page of zeros");
    memcpy(database.bytes + 5 * PAGE, kept, PAGE);
    printf("database: %zu pages, every flip refused\n", database.count / PAGE);

    snprintf(path, sizeof path, "%s-wal", original);
    for (; rows < 1010; rows++) insert_row(db, rows);
    content earlier = read_file(path);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    database = read_file(original);
    for (; rows < 1030; rows++) insert_row(db, rows);
    wal = read_file(path);
    demand(wal.count > FRAMES + 20 * FRAME, "too little to damage");
    restore();
    demand(!is_refused(rows, "nothing", 0), "the copy itself is refused");
    for (size_t at = 0; at < 64; at++)
        demand(flip(&wal, at, (int)(word(&seed) % 8), rows, "log's header"), "byte %zu of the log is not checked", at);
    for (size_t at = 512; at < 560; at++)
        demand(flip(&wal, at, (int)(word(&seed) % 8), rows, "mark"), "byte %zu of the mark is not checked", at);
    for (size_t frame = 0; frame < (wal.count - FRAMES) / FRAME; frame++) {
        size_t at = FRAMES + frame * FRAME;
        demand(flip(&wal, at + word(&seed) % HEADER, (int)(word(&seed) % 8), rows, "frame's header"),
               "the header of frame %zu is not checked", frame);
        demand(flip(&wal, at + HEADER + word(&seed) % (FRAME - HEADER), (int)(word(&seed) % 8), rows, "frame"),
               "frame %zu is not checked", frame);
    }
    printf("log: %zu frames, every flip refused\n", (wal.count - FRAMES) / FRAME);

    swap(&wal, FRAMES, FRAMES + FRAME, FRAME, rows, "frames");
    swap(&wal, FRAMES + HEADER, FRAMES + FRAME + HEADER, FRAME - HEADER, rows, "pages of frames");
    for (size_t at = FRAMES; at + FRAME <= earlier.count; at += FRAME) {
        uint8_t kept[FRAME];
        memcpy(kept, wal.bytes + at, FRAME);
        memcpy(wal.bytes + at + HEADER, earlier.bytes + at + HEADER, FRAME - HEADER);
        restore();
        demand(is_refused(rows, "a page of an earlier round", at), "a page of an earlier round at %zu", at);
        memcpy(wal.bytes + at, kept, FRAME);
    }
    free(earlier.bytes);
    for (size_t cut = 1; cut < 20; cut++) {
        size_t whole = wal.count;
        wal.count -= cut * FRAME / 2;
        restore();
        demand(is_refused(rows, "a log cut short", wal.count), "a log that lost %zu bytes", cut * FRAME / 2);
        wal.count = whole;
    }
    sqlite3_close(db);
    puts("exchanged, cut short, zeroed: every one refused");
}
