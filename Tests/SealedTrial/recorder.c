// A VFS that remembers what was written since the last sync, for images of a disk whose power failed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

enum { FILES = 4, SECTOR = 512 };

/// One write or truncation that is not synced yet.
typedef struct change {
    sqlite3_int64 at;
    int count;
    uint8_t *bytes;
    struct change *next;
} change;

/// What the disk holds for certain, and what it may hold.
typedef struct {
    char path[512];
    uint8_t *bytes;
    size_t count;
    change *first, **end;
} record_of_file;

static record_of_file records[FILES];

typedef struct {
    sqlite3_file base;
    record_of_file *record;
    sqlite3_file *inner;
} recorded;

#define INNER(file) (((recorded *)(file))->inner)

static record_of_file *record_for(const char *path) {
    for (int i = 0; i < FILES; i++) {
        if (strcmp(records[i].path, path) == 0) return &records[i];
        if (records[i].path[0]) continue;
        snprintf(records[i].path, sizeof records[i].path, "%s", path);
        records[i].end = &records[i].first;
        return &records[i];
    }
    demand(0, "more files than are recorded: %s", path);
    return NULL;
}

static void apply(record_of_file *record, const change *change, size_t from, size_t to) {
    if (!change->bytes) {
        if ((size_t)change->at < record->count) record->count = (size_t)change->at;
        return;
    }
    size_t end = (size_t)change->at + to;
    if (end > record->count) {
        record->bytes = realloc(record->bytes, end);
        memset(record->bytes + record->count, 0, end - record->count);
        record->count = end;
    }
    memcpy(record->bytes + change->at + from, change->bytes + from, to - from);
}

static void add(record_of_file *record, sqlite3_int64 at, const void *bytes, int count) {
    change *made = calloc(1, sizeof *made);
    made->at = at;
    made->count = count;
    if (bytes) made->bytes = memcpy(malloc((size_t)count), bytes, (size_t)count);
    *record->end = made;
    record->end = &made->next;
}

static void settle(record_of_file *record) {
    while (record->first) {
        change *change = record->first;
        apply(record, change, 0, (size_t)change->count);
        record->first = change->next;
        free(change->bytes);
        free(change);
    }
    record->end = &record->first;
}

static int close_file(sqlite3_file *file) { return INNER(file)->pMethods->xClose(INNER(file)); }
static int read_at(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at) {
    return INNER(file)->pMethods->xRead(INNER(file), bytes, count, at);
}
static int write_at(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at) {
    add(((recorded *)file)->record, at, bytes, count);
    return INNER(file)->pMethods->xWrite(INNER(file), bytes, count, at);
}
static int truncate_at(sqlite3_file *file, sqlite3_int64 size) {
    add(((recorded *)file)->record, size, NULL, 0);
    return INNER(file)->pMethods->xTruncate(INNER(file), size);
}
void (*before_sync)(void);

static int sync_file(sqlite3_file *file, int flags) {
    if (before_sync) before_sync();
    settle(((recorded *)file)->record);
    return INNER(file)->pMethods->xSync(INNER(file), flags);
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
    recorded *made = (recorded *)file;
    made->base.pMethods = NULL;
    made->inner = (sqlite3_file *)(made + 1);
    int code = below->xOpen(below, path, made->inner, flags, out);
    if (code != SQLITE_OK) return code;
    made->record = record_for(path);
    made->base.pMethods = &methods;
    return SQLITE_OK;
}

void record(void) {
    static sqlite3_vfs recorder;
    demand_ok(sqlite3_initialize(), "initialise");
    below = sqlite3_vfs_find(NULL);
    recorder = *below;
    recorder.zName = "recorder";
    recorder.szOsFile = (int)sizeof(recorded) + below->szOsFile;
    recorder.xOpen = open_file;
    demand_ok(sqlite3_vfs_register(&recorder, 1), "register");
}

/// A copy of what is certain with some of the rest: every change is there, or lost, or torn between sectors of the file.
static content imagine(const record_of_file *record, uint64_t *seed) {
    record_of_file image = {.bytes = malloc(record->count + 1), .count = record->count};
    if (record->count) memcpy(image.bytes, record->bytes, record->count);
    uint64_t lost = word(seed) % 4;
    for (const change *change = record->first; change; change = change->next) {
        uint64_t fate = word(seed) % 8;
        if (lost == 0 || fate < lost) continue;
        if (fate != 7 || !change->bytes) {
            apply(&image, change, 0, (size_t)change->count);
            continue;
        }
        size_t from = 0;
        while (from < (size_t)change->count) {
            size_t to = ((size_t)change->at + from) / SECTOR * SECTOR + SECTOR - (size_t)change->at;
            if (to > (size_t)change->count) to = (size_t)change->count;
            if (word(seed) % 2) apply(&image, change, from, to);
            from = to;
        }
    }
    return (content){image.bytes, image.count};
}

void write_image(const char *database, const char *image, uint64_t *seed) {
    static const char *const suffixes[] = {"", "-wal"};
    char from[512], to[512];
    snprintf(to, sizeof to, "%s-shm", image);
    remove(to);
    for (int i = 0; i < 2; i++) {
        snprintf(from, sizeof from, "%s%s", database, suffixes[i]);
        snprintf(to, sizeof to, "%s%s", image, suffixes[i]);
        remove(to);
        content made = imagine(record_for(from), seed);
        if (made.count) write_file(to, made.bytes, made.count);
        free(made.bytes);
    }
}
