// The database file: SQLite's pages in slots of the same size.
#include <openssl/crypto.h>
#include <string.h>

#include "file.h"
#include "keys.h"
#include "page.h"

#define DATABASE(file) ((sp_database *)(file))

static int damaged(uint32_t number) {
    sqlite3_log(SQLITE_CORRUPT, "sealed page %u is not what was written, or is under another key", number);
    return SQLITE_CORRUPT;
}

/// Reads the salt of a file that is not empty.
/// Returns SQLITE_EMPTY for one that is.
static int know_salt(sp_database *database) {
    if (database->cipher) return SQLITE_OK;
    int code = database->inner->pMethods->xRead(database->inner, database->salt, SP_SALT_BYTES, 0);
    if (code == SQLITE_IOERR_SHORT_READ) {
        sqlite3_int64 size = 0;
        code = database->inner->pMethods->xFileSize(database->inner, &size);
        if (code == SQLITE_OK) code = size == 0 ? SQLITE_EMPTY : SQLITE_NOTADB;
    }
    if (code != SQLITE_OK) return code;
    if (!sp_salt_is_ours(database->salt)) return SQLITE_NOTADB;
    database->cipher = sp_cipher_new(database->key, database->salt);
    return database->cipher ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int database_close(sqlite3_file *file) {
    sp_database *database = DATABASE(file);
    sp_cipher_free(database->cipher);
    OPENSSL_cleanse(database->key, sizeof database->key);
    OPENSSL_cleanse(database->slot, sizeof database->slot);
    return database->inner->pMethods->xClose(database->inner);
}

static int database_read(sqlite3_file *file, void *buffer, int count, sqlite3_int64 offset) {
    sp_database *database = DATABASE(file);
    uint32_t number = (uint32_t)(offset / SP_PAGE_BYTES) + 1;
    int start = (int)(offset % SP_PAGE_BYTES);
    int code = know_salt(database);
    if (code == SQLITE_EMPTY) {
        memset(buffer, 0, (size_t)count);
        return SQLITE_IOERR_SHORT_READ;
    }
    if (code != SQLITE_OK) return code;
    if (start + count > SP_PAGE_BYTES) return SQLITE_IOERR_READ;
    // SQLite asks what file this is before it looks into the log, when a checkpoint may have left page 1 torn.
    if (offset == 0 && count == 100) {
        sp_page_head(buffer);
        return SQLITE_OK;
    }
    code = database->inner->pMethods->xRead(database->inner, database->slot, SP_PAGE_BYTES, offset - start);
    // Nothing asks for a page that was never written: the file was cut off.
    if (code == SQLITE_IOERR_SHORT_READ) return damaged(number);
    if (code != SQLITE_OK) return code;
    if (count == SP_PAGE_BYTES)
        return sp_page_unseal(database->cipher, number, database->slot, buffer) ? SQLITE_OK : damaged(number);
    uint8_t page[SP_PAGE_BYTES];
    if (!sp_page_unseal(database->cipher, number, database->slot, page)) return damaged(number);
    memcpy(buffer, page + start, (size_t)count);
    OPENSSL_cleanse(page, sizeof page);
    return SQLITE_OK;
}

static int database_write(sqlite3_file *file, const void *buffer, int count, sqlite3_int64 offset) {
    sp_database *database = DATABASE(file);
    uint32_t number = (uint32_t)(offset / SP_PAGE_BYTES) + 1;
    if (count != SP_PAGE_BYTES || offset % SP_PAGE_BYTES != 0) return SQLITE_IOERR_WRITE;
    if (number == 1 && !sp_page_is_sealable(buffer)) {
        sqlite3_log(SQLITE_IOERR_WRITE, "a sealed database has pages of 4096 bytes, 32 reserved, no auto-vacuum");
        return SQLITE_IOERR_WRITE;
    }
    int code = know_salt(database);
    if (code == SQLITE_EMPTY && number == 1 && sp_salt_new(database->salt)) {
        database->cipher = sp_cipher_new(database->key, database->salt);
        code = database->cipher ? SQLITE_OK : SQLITE_IOERR_NOMEM;
    }
    if (code != SQLITE_OK) return code == SQLITE_EMPTY ? SQLITE_IOERR_WRITE : code;
    if (!sp_page_seal(database->cipher, database->salt, number, buffer, database->slot)) return SQLITE_IOERR_WRITE;
    return database->inner->pMethods->xWrite(database->inner, database->slot, SP_PAGE_BYTES, offset);
}

static int database_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return DATABASE(file)->inner->pMethods->xTruncate(DATABASE(file)->inner, size);
}

static int database_sync(sqlite3_file *file, int flags) {
    return DATABASE(file)->inner->pMethods->xSync(DATABASE(file)->inner, flags);
}

static int database_size(sqlite3_file *file, sqlite3_int64 *size) {
    return DATABASE(file)->inner->pMethods->xFileSize(DATABASE(file)->inner, size);
}

static int database_lock(sqlite3_file *file, int level) {
    return DATABASE(file)->inner->pMethods->xLock(DATABASE(file)->inner, level);
}

static int database_unlock(sqlite3_file *file, int level) {
    return DATABASE(file)->inner->pMethods->xUnlock(DATABASE(file)->inner, level);
}

static int database_is_reserved(sqlite3_file *file, int *answer) {
    return DATABASE(file)->inner->pMethods->xCheckReservedLock(DATABASE(file)->inner, answer);
}

static int database_control(sqlite3_file *file, int operation, void *argument) {
    return sp_inner_control(DATABASE(file)->inner, operation, argument);
}

static int database_sector(sqlite3_file *file) {
    return DATABASE(file)->inner->pMethods->xSectorSize(DATABASE(file)->inner);
}

static int database_characteristics(sqlite3_file *file) { return sp_inner_characteristics(DATABASE(file)->inner); }

// The log's index holds page numbers and checksums, nothing of the pages.

static int database_map(sqlite3_file *file, int page, int size, int extend, void volatile **mapped) {
    return DATABASE(file)->inner->pMethods->xShmMap(DATABASE(file)->inner, page, size, extend, mapped);
}

static int database_shared_lock(sqlite3_file *file, int offset, int count, int flags) {
    if (flags & SQLITE_SHM_LOCK) DATABASE(file)->locks++;
    return DATABASE(file)->inner->pMethods->xShmLock(DATABASE(file)->inner, offset, count, flags);
}

static void database_barrier(sqlite3_file *file) {
    DATABASE(file)->inner->pMethods->xShmBarrier(DATABASE(file)->inner);
}

static int database_unmap(sqlite3_file *file, int deletes) {
    return DATABASE(file)->inner->pMethods->xShmUnmap(DATABASE(file)->inner, deletes);
}

/// Without xFetch: nothing is mapped past us.
static const sqlite3_io_methods methods = {
    2, database_close, database_read, database_write, database_truncate, database_sync, database_size, database_lock,
    database_unlock, database_is_reserved, database_control, database_sector, database_characteristics, database_map,
    database_shared_lock, database_barrier, database_unmap, NULL, NULL,
};

sp_database *sp_database_of(sqlite3_file *file) {
    return file && file->pMethods == &methods ? DATABASE(file) : NULL;
}

int sp_database_open(sp_database *database, sqlite3_file *inner, int64_t key) {
    memset(database, 0, sizeof *database);
    if (!sp_key_copy(key, database->key)) {
        sqlite3_log(SQLITE_AUTH, "there is no key of the handle %lld", (long long)key);
        return SQLITE_AUTH;
    }
    database->inner = inner;
    database->base.pMethods = &methods;
    return SQLITE_OK;
}
