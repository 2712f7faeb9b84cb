// The power fails: what was acknowledged is there, what was not is whole or not there at all.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

typedef struct {
    const char *database, *image;
    uint64_t *seed;
    int64_t acknowledged;
    int images;
} trial;

/// - Parameter under_way: rows of the transaction that is not acknowledged yet.
static void look(trial *trial, int64_t under_way) {
    sqlite3 *db = NULL;
    int64_t count = 0;
    write_image(trial->database, trial->image, trial->seed);
    int code = try_open(trial->image, &db);
    if (code == SQLITE_OK) code = read_rows(db, &count);
    demand(code == SQLITE_OK, "image %d, after %lld rows: error %d: %s", trial->images, (long long)trial->acknowledged,
           code, sqlite3_errmsg(db));
    demand(count == trial->acknowledged || count == trial->acknowledged + under_way,
           "image %d: %lld rows, %lld were acknowledged", trial->images, (long long)count,
           (long long)trial->acknowledged);
    // Whoever opens it goes on.
    insert_row(db, count);
    demand_ok(sqlite3_close(db), "close");
    trial->images++;
}

static trial *current;
static int64_t current_rows;

static void look_now(void) {
    trial *looking = current;
    current = NULL;
    if (looking) look(looking, current_rows);
    current = looking;
}

/// Called by SQLite while a transaction is under way.
static int in_between(void *unused) {
    (void)unused;
    if (current && word(current->seed) % 16 == 0) look_now();
    return 0;
}

void power(const char *folder, uint64_t seed) {
    char database[400], image[400];
    snprintf(database, sizeof database, "%s/power.db", folder);
    snprintf(image, sizeof image, "%s/image.db", folder);
    sqlite3 *db = open_database(database, 1);
    make_table(db);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 30; PRAGMA cache_size = 12");
    trial trial = {database, image, &seed, 0, 0};
    before_sync = look_now;
    sqlite3_progress_handler(db, 2000, in_between, NULL);
    for (int round = 0; round < 120; round++) {
        int64_t rows = 1 + (int64_t)(word(&seed) % (round % 10 == 9 ? 200 : 6));
        int is_committed = word(&seed) % 8 != 0;
        current_rows = is_committed ? rows : 0;
        current = &trial;
        run(db, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < rows; i++) insert_row(db, trial.acknowledged + i);
        run(db, is_committed ? "COMMIT" : "ROLLBACK");
        if (is_committed) trial.acknowledged += rows;
        current_rows = 0;
        look_now();
        if (word(&seed) % 20 == 0) run(db, "PRAGMA wal_checkpoint(RESTART)");
        if (word(&seed) % 40 == 0) run(db, "CREATE TABLE other AS SELECT text FROM row; DROP TABLE other; VACUUM");
        look_now();
    }
    current = NULL;
    demand_ok(sqlite3_close(db), "close");
    printf("power: %d images, %lld rows\n", trial.images, (long long)trial.acknowledged);
}
