// The write-ahead log: SQLite's headers and pages, each with its nonce and tag, so that its offsets are not the file's.
//
//     0     the log's header: nonce, 32 bytes, tag
//     512   the mark: nonce, salts, frames, four zeros, tag
//     1024  frames: nonce, header of 24 bytes, tag; nonce, page, tag
//
// The header of a frame holds a checksum over the plain page: it is sealed as well.
#include <string.h>

#include "file.h"
#include "log.h"

#define LOG(file) ((sp_log *)(file))

/// No code of SQLite's: the bytes are there and do not open.
enum { DOES_NOT_OPEN = -1 };

static int damaged(const char *what, uint32_t number) {
    sqlite3_log(SQLITE_CORRUPT, "%s %u of a sealed log is not what was written, or is under another key", what, number);
    return SQLITE_CORRUPT;
}

sp_place sp_log_place(char kind, const uint8_t *salts, uint32_t frame) {
    sp_place place = {{(uint8_t)kind}, 1};
    if (!salts) return place;
    memcpy(place.bytes + 1, salts, SP_LOG_SALTS);
    sp_put32(place.bytes + 1 + SP_LOG_SALTS, frame);
    place.count = 1 + SP_LOG_SALTS + 4;
    return place;
}

sqlite3_int64 sp_frame_at(uint32_t frame) { return SP_FRAMES_AT + (sqlite3_int64)frame * SP_FRAME_ROWS; }

/// Reads a row and opens it. SQLITE_IOERR_SHORT_READ: the file ends before.
static int read_row(sp_log *log, const sp_place *place, sqlite3_int64 at, size_t count, uint8_t *plain) {
    int code = log->inner->pMethods->xRead(log->inner, log->row, (int)(count + SP_OVERHEAD), at);
    if (code != SQLITE_OK) return code;
    if (!log->database->cipher) return DOES_NOT_OPEN;
    return sp_unseal_row(log->database->cipher, place, log->row, count, plain) ? SQLITE_OK : DOES_NOT_OPEN;
}

static int write_row(sp_log *log, const sp_place *place, sqlite3_int64 at, size_t count, const uint8_t *plain) {
    if (!log->database->cipher || !sp_seal_row(log->database->cipher, place, plain, count, log->row))
        return SQLITE_IOERR_WRITE;
    return log->inner->pMethods->xWrite(log->inner, log->row, (int)(count + SP_OVERHEAD), at);
}

static int is_blank(const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bytes[i]) return 0;
    return 1;
}

static void know_salts(sp_log *log, const uint8_t *salts) {
    memcpy(log->salts, salts, SP_LOG_SALTS);
    log->locks = log->database->locks;
    log->knows_salts = 1;
}

/// SQLITE_IOERR_SHORT_READ where none was written yet.
static int read_header(sp_log *log, uint8_t header[SP_LOG_HEADER]) {
    sp_place place = sp_log_place('H', NULL, 0);
    log->knows_salts = 0;
    int code = read_row(log, &place, 0, SP_LOG_HEADER, header);
    if (code == SQLITE_OK) know_salts(log, header + 16);
    // A file that was made longer before anything was written to it reads as zeros after a power cut.
    if (code == DOES_NOT_OPEN && is_blank(log->row, SP_LOG_HEADER + SP_OVERHEAD)) code = SQLITE_IOERR_SHORT_READ;
    if (code == SQLITE_IOERR_SHORT_READ) memset(header, 0, SP_LOG_HEADER);
    return code == DOES_NOT_OPEN ? damaged("header", 0) : code;
}

static int refresh(sp_log *log) {
    uint8_t header[SP_LOG_HEADER];
    if (log->knows_salts && log->locks == log->database->locks) return SQLITE_OK;
    return read_header(log, header);
}

/// How many frames of this round were known to be on the disk.
static int read_mark(sp_log *log, uint32_t *frames) {
    uint8_t mark[SP_MARK];
    sp_place place = sp_log_place('M', NULL, 0);
    *frames = 0;
    int code = read_row(log, &place, SP_MARK_AT, SP_MARK, mark);
    if (code == SQLITE_IOERR_SHORT_READ) return SQLITE_OK;
    if (code == DOES_NOT_OPEN) return is_blank(log->row, SP_MARK + SP_OVERHEAD) ? SQLITE_OK : damaged("mark", 0);
    if (code == SQLITE_OK && memcmp(mark, log->salts, SP_LOG_SALTS) == 0) *frames = sp_get32(mark + SP_LOG_SALTS);
    return code;
}

static void write_mark(sp_log *log) {
    uint8_t mark[SP_MARK] = {0};
    sp_place place = sp_log_place('M', NULL, 0);
    memcpy(mark, log->salts, SP_LOG_SALTS);
    sp_put32(mark + SP_LOG_SALTS, log->unmarked);
    log->unmarked = 0;
    // What was committed is on the disk with or without it.
    (void)write_row(log, &place, SP_MARK_AT, SP_MARK, mark);
}

/// Where a byte of SQLite's log is: which sealed piece, and which byte of it.
typedef struct {
    char kind;
    uint32_t frame;
    size_t count, start;
    sqlite3_int64 at;
} piece;

static piece piece_at(sqlite3_int64 offset) {
    if (offset < SP_LOG_HEADER) return (piece){'H', 0, SP_LOG_HEADER, (size_t)offset, 0};
    uint32_t frame = (uint32_t)((offset - SP_LOG_HEADER) / SP_FRAME);
    size_t start = (size_t)((offset - SP_LOG_HEADER) % SP_FRAME);
    if (start < SP_FRAME_HEADER) return (piece){'F', frame, SP_FRAME_HEADER, start, sp_frame_at(frame)};
    return (piece){'D', frame, SP_PAGE_BYTES, start - SP_FRAME_HEADER, sp_frame_at(frame) + SP_HEADER_ROW};
}

static int read_piece(sp_log *log, const piece *piece, uint8_t *plain) {
    if (piece->kind == 'H') return read_header(log, plain);
    int code = refresh(log);
    if (code != SQLITE_OK) return code;
    sp_place place = sp_log_place(piece->kind, log->salts, piece->frame);
    return read_row(log, &place, piece->at, piece->count, plain);
}

/// A frame that does not open: damage where it was on the disk before, else the tail that a crash left.
static int tail(sp_log *log, uint32_t frame, uint8_t *buffer) {
    uint32_t marked = 0;
    int code = read_mark(log, &marked);
    if (code != SQLITE_OK) return code;
    if (frame < marked) return damaged("frame", frame);
    // No frame of zeros is valid.
    memset(buffer, 0, SP_FRAME);
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *buffer, int count, sqlite3_int64 offset) {
    sp_log *log = LOG(file);
    // SQLite reads whole frames when it finds out what is in the log, and parts of them when it knows.
    int is_finding_out = count == SP_FRAME && offset >= SP_LOG_HEADER && (offset - SP_LOG_HEADER) % SP_FRAME == 0;
    uint8_t *out = buffer;
    for (int left = count; left > 0;) {
        piece piece = piece_at(offset);
        int taken = (int)(piece.count - piece.start);
        if (taken > left) taken = left;
        int whole = (size_t)taken == piece.count;
        int code = read_piece(log, &piece, whole ? out : log->plain);
        if (code == SQLITE_IOERR_SHORT_READ) memset(out, 0, (size_t)left);
        if (code == DOES_NOT_OPEN)
            return is_finding_out ? tail(log, piece.frame, buffer) : damaged("frame", piece.frame);
        if (code != SQLITE_OK) return code;
        if (!whole) memcpy(out, log->plain + piece.start, (size_t)taken);
        out += taken;
        offset += taken;
        left -= taken;
    }
    return SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *buffer, int count, sqlite3_int64 offset) {
    sp_log *log = LOG(file);
    const uint8_t *plain = buffer;
    piece piece = piece_at(offset);
    if (piece.start != 0 || (size_t)count != piece.count) return SQLITE_IOERR_WRITE;
    if (piece.kind == 'H') {
        know_salts(log, plain + 16);
        log->unmarked = 0;
    } else {
        // Not those in a frame's header: they are zeros as long as its checksum is to be made anew.
        int code = refresh(log);
        if (code != SQLITE_OK) return code;
        // The size of the database: only the last frame of a transaction has it.
        if (piece.kind == 'F' && sp_get32(plain + 4) != 0) log->unmarked = piece.frame + 1;
    }
    sp_place place = sp_log_place(piece.kind, piece.kind == 'H' ? NULL : log->salts, piece.frame);
    return write_row(log, &place, piece.at, piece.count, plain);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    sqlite3_int64 frames = (size - SP_LOG_HEADER + SP_FRAME - 1) / SP_FRAME;
    sqlite3_int64 kept = size <= 0 ? 0 : frames < 0 ? SP_FRAMES_AT : sp_frame_at((uint32_t)frames);
    return LOG(file)->inner->pMethods->xTruncate(LOG(file)->inner, kept);
}

static int log_sync(sqlite3_file *file, int flags) {
    sp_log *log = LOG(file);
    int code = log->inner->pMethods->xSync(log->inner, flags);
    if (code == SQLITE_OK && log->unmarked > 0) write_mark(log);
    return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
    sp_log *log = LOG(file);
    sqlite3_int64 bytes = 0;
    uint32_t marked = 0;
    int code = log->inner->pMethods->xFileSize(log->inner, &bytes);
    *size = 0;
    if (code != SQLITE_OK || bytes < SP_FRAMES_AT) return code;
    uint32_t frames = (uint32_t)((bytes - SP_FRAMES_AT) / SP_FRAME_ROWS);
    *size = SP_LOG_HEADER + (sqlite3_int64)frames * SP_FRAME;
    code = refresh(log);
    if (code == SQLITE_IOERR_SHORT_READ) return SQLITE_OK;
    if (code == SQLITE_OK) code = read_mark(log, &marked);
    return code == SQLITE_OK && marked > frames ? damaged("frame", marked - 1) : code;
}

static int log_close(sqlite3_file *file) {
    memset(LOG(file)->plain, 0, SP_PAGE_BYTES);
    return LOG(file)->inner->pMethods->xClose(LOG(file)->inner);
}

static int log_lock(sqlite3_file *file, int level) {
    return LOG(file)->inner->pMethods->xLock(LOG(file)->inner, level);
}

static int log_unlock(sqlite3_file *file, int level) {
    return LOG(file)->inner->pMethods->xUnlock(LOG(file)->inner, level);
}

static int log_is_reserved(sqlite3_file *file, int *answer) {
    return LOG(file)->inner->pMethods->xCheckReservedLock(LOG(file)->inner, answer);
}

static int log_control(sqlite3_file *file, int operation, void *argument) {
    return sp_inner_control(LOG(file)->inner, operation, argument);
}

static int log_sector(sqlite3_file *file) { return LOG(file)->inner->pMethods->xSectorSize(LOG(file)->inner); }

static int log_characteristics(sqlite3_file *file) { return sp_inner_characteristics(LOG(file)->inner); }

static const sqlite3_io_methods methods = {
    1, log_close, log_read, log_write, log_truncate, log_sync, log_size, log_lock, log_unlock, log_is_reserved,
    log_control, log_sector, log_characteristics, NULL, NULL, NULL, NULL, NULL, NULL,
};

void sp_log_open(sp_log *log, sqlite3_file *inner, sp_database *database) {
    memset(log, 0, sizeof *log);
    log->inner = inner;
    log->database = database;
    log->base.pMethods = &methods;
}
