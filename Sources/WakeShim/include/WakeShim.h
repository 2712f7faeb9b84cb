// What Linux tells a program that waits, each by a descriptor to poll: networks that come and go, a clock that was set or
// stood still, files that were written. Swift's Glibc does not know these headers.
#ifndef FIELDSYNC_WAKE_SHIM_H
#define FIELDSYNC_WAKE_SHIM_H

#include <stddef.h>

/// Each answers -1 where the system has no such thing.
int ws_open_networks(void);
int ws_open_clock(void);
int ws_open_folder(const char *path);

/// Takes what there is to read. Answers 1 when an address that others can reach, or a default route, came or went.
int ws_networks_changed(int descriptor);
/// The same for messages that are at hand.
int ws_networks_changed_by(const void *messages, size_t count);
/// Answers 1 when the clock was set, or the machine slept, since the last call.
int ws_clock_jumped(int descriptor);
/// Answers 1 when a file whose name begins with `prefix` was written.
int ws_folder_written(int descriptor, const char *prefix);

#endif
