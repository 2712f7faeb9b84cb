// A SQLite VFS, named "sealed", under which every page on the disk is encrypted and authenticated: AES-256-GCM, in the
// database and in its write-ahead log. SQLite above it is unmodified and sees an ordinary database.
//
// A database is opened by the URI "file:PATH?vfs=sealed&key=HANDLE", where the handle stands for a key of this process.
// It is in WAL mode, its pages have 4096 bytes of which SQLite leaves 32 alone, it is not auto-vacuumed, and
// temporary files are refused ("PRAGMA temp_store = MEMORY"). A page that is not what was written is SQLITE_CORRUPT.
// See docs/decisions for what is bound to what, and for what no file can be protected from.
#ifndef FIELDSYNC_SEALED_PAGES_H
#define FIELDSYNC_SEALED_PAGES_H

#include <stdint.h>

enum {
    SP_KEY_BYTES = 32,
    SP_PAGE_BYTES = 4096,
    /// Of each page, at its end: the nonce and the tag.
    SP_RESERVED_BYTES = 32,
};

/// Registers the VFS; again does nothing. Call it before anything else of SQLite's.
/// Returns an SQLite result code, as all functions here that return an int.
int sp_register(void);

/// Takes a key (a copy of it). Returns its handle, 1 or more; 0 for want of memory.
int64_t sp_key_add(const uint8_t key[SP_KEY_BYTES]);
/// Forgets it. Files that are open stay so.
void sp_key_remove(int64_t handle);

/// Makes an empty database in WAL mode where there is none.
int sp_create(const char *path, int64_t key);

/// SQLITE_OK when the database at `path` opens under the key, SQLITE_CORRUPT when it does not, SQLITE_NOTADB when it is
/// no sealed database. It may be open elsewhere meanwhile.
int sp_try(const char *path, int64_t key);

/// Pages of a database that nobody has open, put into their places one by one.
typedef struct sp_pages sp_pages;

int sp_pages_open(const char *path, const uint8_t key[SP_KEY_BYTES], sp_pages **pages);
/// `page` has SP_PAGE_BYTES; number counts from 1.
int sp_pages_write(sp_pages *pages, uint32_t number, const uint8_t *page);
/// How many the file has room for.
uint32_t sp_pages_count(const sp_pages *pages);
/// SQLITE_OK; SQLITE_EMPTY for a place where nothing was ever written, or where it was wiped; SQLITE_CORRUPT for anything
/// else that is not what was written.
int sp_pages_read(sp_pages *pages, uint32_t number, uint8_t *page);
/// The database ends after so many pages.
int sp_pages_truncate(sp_pages *pages, uint32_t count);
/// On the disk when it returns SQLITE_OK; frees in any case.
int sp_pages_close(sp_pages *pages);

/// The frames of the log of a database that nobody has open, read one by one as far as they open.
typedef struct sp_frames sp_frames;

/// SQLITE_EMPTY where there is no log, or nothing in it; SQLITE_CORRUPT when neither its header nor its mark opens.
int sp_frames_open(const char *path, const uint8_t key[SP_KEY_BYTES], sp_frames **frames);
/// Whether the header is what was written: frames may be read without it.
int sp_frames_has_header(const sp_frames *frames);
/// How many were on the disk when the log was last synced: what does not open among them is damage.
uint32_t sp_frames_marked(const sp_frames *frames);
/// How many the file has room for.
uint32_t sp_frames_count(const sp_frames *frames);
/// SQLITE_OK; SQLITE_CORRUPT for one that is not of this round, or not what was written.
/// `number`: of the page; `pages`: of the database after the transaction that ends here, 0 for any other frame.
int sp_frames_read(sp_frames *frames, uint32_t frame, uint32_t *number, uint32_t *pages, uint8_t *page);
void sp_frames_close(sp_frames *frames);

#endif
