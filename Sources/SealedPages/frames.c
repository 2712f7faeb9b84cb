// The frames of a log that nobody has open, whatever else of the database is damaged.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/SealedPages.h"
#include "log.h"
#include "page.h"

struct sp_frames {
    int descriptor;
    sp_cipher *cipher;
    uint8_t salts[SP_LOG_SALTS];
    int has_header;
    uint32_t marked, count;
};

static int read_row(sp_frames *frames, const sp_place *place, off_t at, size_t count, uint8_t *plain) {
    uint8_t row[SP_PAGE_BYTES + SP_OVERHEAD];
    size_t whole = count + SP_OVERHEAD;
    if (pread(frames->descriptor, row, whole, at) != (ssize_t)whole) return 0;
    return sp_unseal_row(frames->cipher, place, row, count, plain);
}

/// The salts of the round stand in the header, and again in the mark.
static int begin(sp_frames *frames) {
    uint8_t header[SP_LOG_HEADER], mark[SP_MARK];
    sp_place header_place = sp_log_place('H', NULL, 0), mark_place = sp_log_place('M', NULL, 0);
    frames->has_header = read_row(frames, &header_place, 0, SP_LOG_HEADER, header);
    int has_mark = read_row(frames, &mark_place, SP_MARK_AT, SP_MARK, mark);
    if (!frames->has_header && !has_mark) return SQLITE_CORRUPT;
    memcpy(frames->salts, frames->has_header ? header + 16 : mark, SP_LOG_SALTS);
    if (has_mark && memcmp(mark, frames->salts, SP_LOG_SALTS) == 0) frames->marked = sp_get32(mark + SP_LOG_SALTS);
    return SQLITE_OK;
}

static int cipher_of(const char *path, const uint8_t *key, sp_cipher **cipher) {
    uint8_t salt[SP_SALT_BYTES];
    int database = open(path, O_RDONLY | O_CLOEXEC);
    if (database < 0) return SQLITE_CANTOPEN;
    int is_ours = pread(database, salt, SP_SALT_BYTES, 0) == SP_SALT_BYTES && sp_salt_is_ours(salt);
    close(database);
    if (!is_ours) return SQLITE_NOTADB;
    *cipher = sp_cipher_new(key, salt);
    return *cipher ? SQLITE_OK : SQLITE_NOMEM;
}

/// Of the log beside the database.
static int open_log(const char *path) {
    size_t count = strlen(path) + sizeof "-wal";
    char *log = malloc(count);
    if (!log) return -1;
    snprintf(log, count, "%s-wal", path);
    int descriptor = open(log, O_RDONLY | O_CLOEXEC);
    free(log);
    return descriptor;
}

int sp_frames_open(const char *path, const uint8_t key[SP_KEY_BYTES], sp_frames **frames) {
    struct stat status;
    sp_frames *made = calloc(1, sizeof *made);
    if (!made) return SQLITE_NOMEM;
    made->descriptor = open_log(path);
    int code = SQLITE_EMPTY;
    if (made->descriptor >= 0 && fstat(made->descriptor, &status) == 0 && status.st_size >= SP_FRAMES_AT) {
        made->count = (uint32_t)((status.st_size - SP_FRAMES_AT) / SP_FRAME_ROWS);
        code = cipher_of(path, key, &made->cipher);
        if (code == SQLITE_OK) code = begin(made);
    }
    if (code == SQLITE_OK) *frames = made;
    else sp_frames_close(made);
    return code;
}

int sp_frames_has_header(const sp_frames *frames) { return frames->has_header; }
uint32_t sp_frames_marked(const sp_frames *frames) { return frames->marked; }
uint32_t sp_frames_count(const sp_frames *frames) { return frames->count; }

int sp_frames_read(sp_frames *frames, uint32_t frame, uint32_t *number, uint32_t *pages, uint8_t *page) {
    uint8_t header[SP_FRAME_HEADER];
    sp_place header_place = sp_log_place('F', frames->salts, frame), page_place = sp_log_place('D', frames->salts, frame);
    off_t at = (off_t)sp_frame_at(frame);
    if (!read_row(frames, &header_place, at, SP_FRAME_HEADER, header)) return SQLITE_CORRUPT;
    if (!read_row(frames, &page_place, at + SP_HEADER_ROW, SP_PAGE_BYTES, page)) return SQLITE_CORRUPT;
    *number = sp_get32(header);
    *pages = sp_get32(header + 4);
    return SQLITE_OK;
}

void sp_frames_close(sp_frames *frames) {
    if (frames->descriptor >= 0) close(frames->descriptor);
    sp_cipher_free(frames->cipher);
    free(frames);
}
