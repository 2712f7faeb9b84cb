// Preloaded into a program: runs it until it first looks at anything in the folder AGAIN_FOLDER, and lets it go on from there
// again and again, each time in a copy of the process. So images by the ten thousand are opened by the real program, without
// loading its libraries and reading its command line as often.
//
// For each line on standard input one run; it is answered by a line on standard output: the exit code, or the negative number
// of the signal. What the program prints lies in AGAIN_FOLDER.out and AGAIN_FOLDER.err.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char folder[PATH_MAX];
static int has_begun;

__attribute__((constructor)) static void learn(void) {
    snprintf(folder, sizeof folder, "%s", getenv("AGAIN_FOLDER") ? getenv("AGAIN_FOLDER") : "");
    unsetenv("LD_PRELOAD");
}

static void redirect(const char *path, const char *suffix, int flags, int descriptor) {
    char whole[PATH_MAX + 8];
    snprintf(whole, sizeof whole, "%s%s", path, suffix);
    int file = REAL(open)(whole, flags, 0600);
    if (file < 0 || dup2(file, descriptor) < 0 || close(file) != 0) _exit(126);
}

/// A process with several threads cannot be copied: that this one has none is looked at, not believed.
static int thread_count(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks) return 0;
    for (struct dirent *task; (task = readdir(tasks));) count += task->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/// Returns in each copy; the process itself ends here.
static void serve(void) {
    char line[16];
    if (thread_count() != 1) _exit(127);
    while (read(0, line, sizeof line) > 0) {
        int status = 0;
        pid_t child = fork();
        if (child < 0) _exit(127);
        if (child == 0) {
            redirect("/dev/null", "", O_RDONLY, 0);
            redirect(folder, ".out", O_WRONLY | O_CREAT | O_TRUNC, 1);
            redirect(folder, ".err", O_WRONLY | O_CREAT | O_TRUNC, 2);
            return;
        }
        while (waitpid(child, &status, 0) < 0) {}
        dprintf(1, "%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
    _exit(0);
}

static void look(const char *path) {
    size_t count = strlen(folder);
    if (has_begun || !count || strncmp(path, folder, count) != 0) return;
    has_begun = 1;
    serve();
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPEN(name, at, ...)                          \
    int name(__VA_ARGS__, int flags, ...) {          \
        va_list rest;                                \
        va_start(rest, flags);                       \
        mode_t mode = mode_of(flags, rest);          \
        va_end(rest);                                \
        look(path);                                  \
        return REAL(openat64)(at, path, flags, mode); \
    }
OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, at, int at, const char *path)
OPEN(openat64, at, int at, const char *path)

int stat(const char *path, struct stat *status) {
    look(path);
    return REAL(stat)(path, status);
}
int stat64(const char *path, struct stat64 *status) {
    look(path);
    return REAL(stat64)(path, status);
}
