// How the log lies on the disk.
#ifndef FIELDSYNC_SEALED_LOG_H
#define FIELDSYNC_SEALED_LOG_H

#include <sqlite3.h>

#include "cipher.h"
#include "file.h"

enum {
    SP_MARK_AT = 512,
    SP_MARK = SP_LOG_SALTS + 8,
    SP_FRAMES_AT = 1024,
    SP_HEADER_ROW = SP_FRAME_HEADER + SP_OVERHEAD,
    SP_FRAME_ROWS = SP_HEADER_ROW + SP_PAGE_BYTES + SP_OVERHEAD,
};

/// What a row of the log is bound to; `salts` is NULL for the header and the mark.
sp_place sp_log_place(char kind, const uint8_t *salts, uint32_t frame);

/// Where a frame begins.
sqlite3_int64 sp_frame_at(uint32_t frame);

#endif
