// Preloaded into a program: writes down what it does to files under RECORDER_ROOT, in the order in which all programs that are
// recorded do it, so that a disk can be imagined whose power failed at any moment (disk.py reads it).
//
// RECORDER_LOG      the file that all of them append to
// RECORDER_NO_SYNC  databases are not synced, though it is said that they are: SQLite's synchronous=OFF
// RECORDER_FAIL_SYNC=N  the Nth sync of a database by this process fails with EIO
//
// Every call and its line in the log are one step, under a lock that all processes share. What cannot be written down (a
// mapping that is written through, a copy inside the kernel) is noted as such, and whoever reads the log gives up: nothing is
// missed in silence. The shared memory beside a database (-shm) is left out: it is made anew when the database is opened.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/// One line: this, then the bytes of `first` and of `second`.
typedef struct __attribute__((packed)) {
    char kind;
    uint32_t process;
    uint64_t file;
    int64_t at;
    uint32_t first, second;
} entry;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int log_file = -1;
static char root[PATH_MAX];
static dev_t root_device;
static int syncs;
static int sync_that_fails;

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("RECORDER_ROOT"), *path = getenv("RECORDER_LOG"), *failing = getenv("RECORDER_FAIL_SYNC");
    struct stat status;
    if (!folder || !path || !realpath(folder, root) || stat(root, &status) != 0) return;
    root_device = status.st_dev;
    sync_that_fails = failing ? atoi(failing) : 0;
    log_file = REAL(open64)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/// Whatever is done until `leave` is one step for everybody who is recorded.
static int enter(void) {
    if (log_file < 0) return 0;
    pthread_mutex_lock(&mutex);
    while (flock(log_file, LOCK_EX) != 0) {}
    return 1;
}

static void leave(int entered) {
    if (!entered) return;
    int code = errno;
    flock(log_file, LOCK_UN);
    pthread_mutex_unlock(&mutex);
    errno = code;
}

static void note(char kind, uint64_t file, int64_t at, const void *first, size_t first_count, const void *second,
                 size_t second_count) {
    int code = errno;
    entry made = {kind, (uint32_t)getpid(), file, at, (uint32_t)first_count, (uint32_t)second_count};
    struct iovec parts[] = {
        {&made, sizeof made}, {(void *)first, first_count}, {(void *)second, second_count},
    };
    ssize_t whole = (ssize_t)(sizeof made + first_count + second_count);
    if (REAL(writev)(log_file, parts, 3) != whole) abort();
    errno = code;
}

static int is_under_root(const char *path) {
    size_t count = strlen(root);
    return strncmp(path, root, count) == 0 && path[count] == '/';
}

static int is_shared_memory(const char *path) {
    size_t count = strlen(path);
    return count > 4 && strcmp(path + count - 4, "-shm") == 0;
}

/// The whole path of what is named from `folder` (AT_FDCWD: from where the process works). Returns whether it is recorded.
static int whole_path(int folder, const char *path, char out[2 * PATH_MAX]) {
    char base[PATH_MAX] = "", link[64];
    if (path[0] != '/' && folder == AT_FDCWD && !getcwd(base, sizeof base)) return 0;
    if (path[0] != '/' && folder != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t count = readlink(link, base, sizeof base - 1);
        if (count < 0) return 0;
        base[count] = 0;
    }
    snprintf(out, 2 * PATH_MAX, "%s%s%s", base, path[0] == '/' ? "" : "/", path);
    return is_under_root(out) && !is_shared_memory(out);
}

/// The number of a file of the recorded disk; 0 for anything else.
static uint64_t number(int descriptor, struct stat *status) {
    if (fstat(descriptor, status) != 0 || status->st_dev != root_device) return 0;
    return S_ISREG(status->st_mode) || S_ISDIR(status->st_mode) ? status->st_ino : 0;
}

// MARK: names

static int open_recorded(int folder, const char *path, int flags, mode_t mode) {
    char whole[2 * PATH_MAX];
    struct stat status;
    int is_changing = flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR);
    int entered = is_changing && log_file >= 0 && whole_path(folder, path, whole) ? enter() : 0;
    int descriptor = REAL(openat64)(folder, path, flags, mode);
    if (entered && descriptor >= 0 && number(descriptor, &status))
        note('O', status.st_ino, (flags & O_TRUNC) != 0, whole, strlen(whole), NULL, 0);
    leave(entered);
    return descriptor;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPEN(name, folder, ...)                                     \
    int name(__VA_ARGS__, int flags, ...) {                         \
        va_list rest;                                               \
        va_start(rest, flags);                                      \
        mode_t mode = mode_of(flags, rest);                         \
        va_end(rest);                                               \
        return open_recorded(folder, path, flags, mode);            \
    }
OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, folder, int folder, const char *path)
OPEN(openat64, folder, int folder, const char *path)

int creat(const char *path, mode_t mode) { return open_recorded(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int mkstemp(char *path) {
    struct stat status;
    int entered = enter();
    int descriptor = REAL(mkstemp)(path);
    if (entered && descriptor >= 0 && is_under_root(path) && number(descriptor, &status))
        note('O', status.st_ino, 0, path, strlen(path), NULL, 0);
    leave(entered);
    return descriptor;
}

/// Opened by the library of C itself, whose own calls cannot be preloaded: nobody may write recorded files so.
#define OPEN_STREAM(name)                                                            \
    FILE *name(const char *path, const char *mode) {                                 \
        char whole[2 * PATH_MAX];                                                    \
        int is_missed = mode[0] != 'r' && log_file >= 0 && whole_path(AT_FDCWD, path, whole); \
        if (is_missed) note('X', 0, 0, #name, strlen(#name), whole, strlen(whole));  \
        return REAL(name)(path, mode);                                               \
    }
OPEN_STREAM(fopen)
OPEN_STREAM(fopen64)

/// `call` changes a name; it is noted where it succeeds.
#define NAMED(kind, folder, path, call)                                                    \
    char name[2 * PATH_MAX];                                                               \
    int entered = log_file >= 0 && whole_path(folder, path, name) ? enter() : 0;           \
    int code = call;                                                                       \
    if (entered && code == 0) note(kind, 0, 0, name, strlen(name), NULL, 0);               \
    leave(entered);                                                                        \
    return code

/// `call` gives what has one name another.
#define MOVED(kind, from_folder, from, to_folder, to, call)                                \
    char first[2 * PATH_MAX], second[2 * PATH_MAX];                                        \
    int is_recorded = log_file >= 0 && whole_path(to_folder, to, second);                  \
    int entered = is_recorded && whole_path(from_folder, from, first) ? enter() : 0;       \
    int code = call;                                                                       \
    if (entered && code == 0) note(kind, 0, 0, first, strlen(first), second, strlen(second)); \
    if (is_recorded && !entered && code == 0) note('X', 0, 0, "brought", 7, second, strlen(second)); \
    leave(entered);                                                                        \
    return code

int rename(const char *from, const char *to) { MOVED('R', AT_FDCWD, from, AT_FDCWD, to, REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) {
    MOVED('R', a, from, b, to, REAL(renameat)(a, from, b, to));
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    MOVED(flags ? 'X' : 'R', a, from, b, to, REAL(renameat2)(a, from, b, to, flags));
}
int link(const char *from, const char *to) { MOVED('L', AT_FDCWD, from, AT_FDCWD, to, REAL(link)(from, to)); }
int symlink(const char *from, const char *to) { NAMED('X', AT_FDCWD, to, REAL(symlink)(from, to)); }
int unlink(const char *path) { NAMED('U', AT_FDCWD, path, REAL(unlink)(path)); }
int remove(const char *path) { NAMED('U', AT_FDCWD, path, REAL(remove)(path)); }
int unlinkat(int folder, const char *path, int flags) {
    NAMED('U', folder, path, REAL(unlinkat)(folder, path, flags));
}
int rmdir(const char *path) { NAMED('U', AT_FDCWD, path, REAL(rmdir)(path)); }
int mkdir(const char *path, mode_t mode) { NAMED('M', AT_FDCWD, path, REAL(mkdir)(path, mode)); }
int mkdirat(int folder, const char *path, mode_t mode) {
    NAMED('M', folder, path, REAL(mkdirat)(folder, path, mode));
}

// MARK: bytes

#define WRITTEN(descriptor, offset, bytes, call)                                              \
    struct stat status;                                                                       \
    int entered = log_file >= 0 && number(descriptor, &status) ? enter() : 0;                 \
    off_t at = entered ? offset : 0;                                                          \
    ssize_t count = call;                                                                     \
    if (entered && count > 0) note('W', status.st_ino, at, bytes, (size_t)count, NULL, 0);    \
    leave(entered);                                                                           \
    return count

static off_t place(int descriptor) {
    struct stat status;
    if (!(fcntl(descriptor, F_GETFL) & O_APPEND)) return lseek(descriptor, 0, SEEK_CUR);
    return fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

ssize_t write(int descriptor, const void *bytes, size_t wanted) {
    WRITTEN(descriptor, place(descriptor), bytes, REAL(write)(descriptor, bytes, wanted));
}
ssize_t pwrite(int descriptor, const void *bytes, size_t wanted, off_t offset) {
    WRITTEN(descriptor, offset, bytes, REAL(pwrite)(descriptor, bytes, wanted, offset));
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t wanted, off64_t offset) {
    WRITTEN(descriptor, offset, bytes, REAL(pwrite64)(descriptor, bytes, wanted, offset));
}

#define CUT(name, type)                                                                   \
    int name(int descriptor, type size) {                                                 \
        struct stat status;                                                               \
        int entered = log_file >= 0 && number(descriptor, &status) ? enter() : 0;         \
        int code = REAL(name)(descriptor, size);                                          \
        if (entered && code == 0) note('T', status.st_ino, size, NULL, 0, NULL, 0);       \
        leave(entered);                                                                   \
        return code;                                                                      \
    }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

// MARK: what makes it durable

static int synced(int descriptor, int (*call)(int)) {
    struct stat status;
    char link[64], path[PATH_MAX] = "";
    if (log_file < 0 || !number(descriptor, &status)) return call(descriptor);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) < 0 || !is_under_root(path)) return call(descriptor);
    int is_database = strstr(path, ".db") != NULL;
    if (is_database && getenv("RECORDER_NO_SYNC")) return 0;
    int entered = enter();
    int is_failing = is_database && ++syncs == sync_that_fails;
    int code = is_failing ? -1 : call(descriptor);
    note(code == 0 ? 'S' : 'F', status.st_ino, 0, path, strlen(path), NULL, 0);
    if (is_failing) errno = EIO;
    leave(entered);
    return code;
}

int fsync(int descriptor) { return synced(descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return synced(descriptor, REAL(fdatasync)); }

// MARK: what is not recorded, and said so

static void miss(int descriptor, const char *call) {
    struct stat status;
    char link[64], path[PATH_MAX] = "";
    if (log_file < 0 || !number(descriptor, &status)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) < 0 || !is_under_root(path) || is_shared_memory(path)) return;
    note('X', status.st_ino, 0, call, strlen(call), path, strlen(path));
}

static int writes_through(int protection, int flags) { return (protection & PROT_WRITE) && (flags & MAP_SHARED); }

void *mmap(void *address, size_t count, int protection, int flags, int descriptor, off_t offset) {
    if (descriptor >= 0 && writes_through(protection, flags)) miss(descriptor, "mmap");
    return REAL(mmap)(address, count, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t count, int protection, int flags, int descriptor, off64_t offset) {
    if (descriptor >= 0 && writes_through(protection, flags)) miss(descriptor, "mmap");
    return REAL(mmap64)(address, count, protection, flags, descriptor, offset);
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    miss(descriptor, "writev");
    return REAL(writev)(descriptor, parts, count);
}
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t count, unsigned flags) {
    miss(to, "copy_file_range");
    return REAL(copy_file_range)(from, from_at, to, to_at, count, flags);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) {
    miss(to, "sendfile");
    return REAL(sendfile)(to, from, offset, count);
}
int posix_fallocate(int descriptor, off_t offset, off_t count) {
    miss(descriptor, "posix_fallocate");
    return REAL(posix_fallocate)(descriptor, offset, count);
}
int fallocate(int descriptor, int mode, off_t offset, off_t count) {
    miss(descriptor, "fallocate");
    return REAL(fallocate)(descriptor, mode, offset, count);
}
