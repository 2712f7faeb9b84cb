// Pages of a database that nobody has open.
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/SealedPages.h"
#include "page.h"

struct sp_pages {
    int descriptor;
    uint8_t salt[SP_SALT_BYTES];
    sp_cipher *cipher;
};

static int failure(void) { return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR; }

static int begin(sp_pages *pages, const uint8_t *key) {
    if (pread(pages->descriptor, pages->salt, SP_SALT_BYTES, 0) != SP_SALT_BYTES || !sp_salt_is_ours(pages->salt))
        return SQLITE_NOTADB;
    pages->cipher = sp_cipher_new(key, pages->salt);
    return pages->cipher ? SQLITE_OK : SQLITE_NOMEM;
}

int sp_pages_open(const char *path, const uint8_t key[SP_KEY_BYTES], sp_pages **pages) {
    sp_pages *made = calloc(1, sizeof *made);
    if (!made) return SQLITE_NOMEM;
    made->descriptor = open(path, O_RDWR | O_CLOEXEC);
    int code = made->descriptor < 0 ? SQLITE_CANTOPEN : begin(made, key);
    if (code == SQLITE_OK) {
        *pages = made;
        return code;
    }
    if (made->descriptor >= 0) close(made->descriptor);
    free(made);
    return code;
}

int sp_pages_write(sp_pages *pages, uint32_t number, const uint8_t *page) {
    uint8_t slot[SP_PAGE_BYTES];
    if (number == 0 || (number == 1 && !sp_page_is_sealable(page))) return SQLITE_NOTADB;
    if (!sp_page_seal(pages->cipher, pages->salt, number, page, slot)) return SQLITE_IOERR;
    off_t at = (off_t)(number - 1) * SP_PAGE_BYTES;
    for (size_t done = 0; done < SP_PAGE_BYTES;) {
        ssize_t count = pwrite(pages->descriptor, slot + done, SP_PAGE_BYTES - done, at + (off_t)done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return failure();
        done += (size_t)count;
    }
    return SQLITE_OK;
}

uint32_t sp_pages_count(const sp_pages *pages) {
    struct stat status;
    if (fstat(pages->descriptor, &status) != 0) return 0;
    return (uint32_t)((status.st_size + SP_PAGE_BYTES - 1) / SP_PAGE_BYTES);
}

int sp_pages_read(sp_pages *pages, uint32_t number, uint8_t *page) {
    static const uint8_t blank[SP_PAGE_BYTES];
    uint8_t slot[SP_PAGE_BYTES];
    size_t done = 0;
    while (done < SP_PAGE_BYTES) {
        ssize_t count =
            pread(pages->descriptor, slot + done, SP_PAGE_BYTES - done, (off_t)(number - 1) * SP_PAGE_BYTES + (off_t)done);
        if (count < 0 && errno == EINTR) continue;
        // A sector that the disk cannot read is no worse than one that it reads wrongly.
        if (count <= 0) return SQLITE_CORRUPT;
        done += (size_t)count;
    }
    if (memcmp(slot, blank, SP_PAGE_BYTES) == 0) return SQLITE_EMPTY;
    return sp_page_unseal(pages->cipher, number, slot, page) ? SQLITE_OK : SQLITE_CORRUPT;
}

int sp_pages_truncate(sp_pages *pages, uint32_t count) {
    return ftruncate(pages->descriptor, (off_t)count * SP_PAGE_BYTES) == 0 ? SQLITE_OK : failure();
}

int sp_pages_close(sp_pages *pages) {
    int code = fsync(pages->descriptor) == 0 ? SQLITE_OK : failure();
    if (close(pages->descriptor) != 0 && code == SQLITE_OK) code = failure();
    sp_cipher_free(pages->cipher);
    free(pages);
    return code;
}
