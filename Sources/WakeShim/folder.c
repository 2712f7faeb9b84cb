#include "WakeShim.h"

#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

int ws_open_folder(const char *path) {
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return -1;
    if (inotify_add_watch(descriptor, path, IN_MODIFY | IN_CLOSE_WRITE) >= 0) return descriptor;
    close(descriptor);
    return -1;
}

int ws_folder_written(int descriptor, const char *prefix) {
    _Alignas(struct inotify_event) char events[16384];
    int written = 0;
    ssize_t count;
    while ((count = read(descriptor, events, sizeof events)) > 0) {
        for (char *at = events; at < events + count;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            // More happened than the queue holds: perhaps this, too.
            if (event->mask & IN_Q_OVERFLOW) written = 1;
            if (event->len > 0 && strncmp(event->name, prefix, strlen(prefix)) == 0) written = 1;
            at += sizeof *event + event->len;
        }
    }
    return written;
}
