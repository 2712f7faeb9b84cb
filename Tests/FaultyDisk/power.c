// What a machine finds on its disk when it starts again.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine.h"

enum { SECTOR = 512 };

static uint64_t word(uint64_t *seed) {
    uint64_t z = *seed += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static void put(int file, const uint8_t *bytes, size_t count, int64_t at) {
    if (count && pwrite(file, bytes, count, at) != (ssize_t)count) abort();
}

static void cut(int file, int64_t size) {
    if (ftruncate(file, size) != 0) abort();
}

static void undo(int file, const fd_change *change) {
    cut(file, change->size);
    put(file, change->before, change->was, change->at);
}

/// Writes what survived of a change.
static void keep_some(int file, const fd_change *change, uint64_t *seed) {
    size_t from = 0;
    while (from < change->count) {
        size_t to = ((size_t)change->at + from) / SECTOR * SECTOR + SECTOR - (size_t)change->at;
        if (to > change->count) to = change->count;
        if (word(seed) % 2) put(file, change->bytes + from, to - from, change->at + (int64_t)from);
        from = to;
    }
}

static void redo(int file, const fd_change *change) {
    if (change->bytes) put(file, change->bytes, change->count, change->at);
    else cut(file, change->at);
}

/// Everything back to the last sync, and then some of what came after it.
static int lose(const fd_pending *pending, uint64_t *seed) {
    int lost = 0, file = open(pending->path, O_RDWR | O_CLOEXEC);
    if (file < 0) return 0;
    for (const fd_change *change = pending->last; change; change = change->previous) undo(file, change);
    uint64_t share = word(seed) % 5;
    for (const fd_change *change = pending->first; change; change = change->next) {
        uint64_t fate = word(seed) % 8;
        if (change->standing == FD_DURABLE || share == 0 || fate >= 2 * share) {
            redo(file, change);
            continue;
        }
        lost++;
        if (fate == 0 && change->bytes) keep_some(file, change, seed);
    }
    close(file);
    return lost;
}

void fd_start(fd_machine *machine) {
    fd_heal(machine);
    machine->is_stopped = 0;
}

int fd_start_without_power(fd_machine *machine, uint64_t seed) {
    int lost = 0;
    while (machine->pending) {
        lost += lose(machine->pending, &seed);
        fd_forget(machine, machine->pending->path);
    }
    fd_start(machine);
    return lost;
}
