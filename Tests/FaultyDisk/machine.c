#include "machine.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static fd_machine *machines;

fd_machine *fd_machine_new(const char *folder) {
    fd_machine *made = calloc(1, sizeof *made);
    made->folder = strdup(folder);
    made->length = strlen(folder);
    pthread_mutex_lock(&lock);
    made->next = machines;
    machines = made;
    pthread_mutex_unlock(&lock);
    return made;
}

void fd_machine_free(fd_machine *machine) {
    pthread_mutex_lock(&lock);
    fd_machine **link = &machines;
    while (*link != machine) link = &(*link)->next;
    *link = machine->next;
    pthread_mutex_unlock(&lock);
    while (machine->pending) fd_forget(machine, machine->pending->path);
    free(machine->folder);
    free(machine);
}

fd_machine *fd_machine_of(const char *path) {
    pthread_mutex_lock(&lock);
    fd_machine *found = machines;
    while (found && !(strncmp(path, found->folder, found->length) == 0 && path[found->length] == '/')) found = found->next;
    pthread_mutex_unlock(&lock);
    return found;
}

fd_pending *fd_pending_of(fd_machine *machine, const char *path) {
    for (fd_pending *pending = machine->pending; pending; pending = pending->next)
        if (strcmp(pending->path, path) == 0) return pending;
    fd_pending *made = calloc(1, sizeof *made);
    made->path = strdup(path);
    made->next = machine->pending;
    return machine->pending = made;
}

void fd_remember(fd_pending *pending, fd_change change) {
    fd_change *made = malloc(sizeof *made);
    *made = change;
    made->next = NULL;
    made->previous = pending->last;
    if (pending->last) pending->last->next = made;
    else pending->first = made;
    pending->last = made;
}

void fd_settle(fd_pending *pending) {
    while (pending->first) {
        fd_change *next = pending->first->next;
        free(pending->first->bytes);
        free(pending->first->before);
        free(pending->first);
        pending->first = next;
    }
    pending->last = NULL;
}

void fd_sync(fd_pending *pending) {
    int is_doomed = 0;
    for (fd_change *change = pending->first; change; change = change->next) {
        if (change->standing == FD_DOOMED) is_doomed = 1;
        else change->standing = FD_DURABLE;
    }
    if (!is_doomed) fd_settle(pending);
}

void fd_fail_sync(fd_pending *pending) {
    for (fd_change *change = pending->first; change; change = change->next)
        if (change->standing == FD_WRITTEN) change->standing = FD_DOOMED;
}

void fd_forget(fd_machine *machine, const char *path) {
    for (fd_pending **link = &machine->pending; *link; link = &(*link)->next) {
        fd_pending *pending = *link;
        if (strcmp(pending->path, path) != 0) continue;
        *link = pending->next;
        fd_settle(pending);
        free(pending->path);
        free(pending);
        return;
    }
}

static int matches(fd_fault fault, fd_operation operation) {
    switch (fault) {
        case FD_NOTHING: return 0;
        case FD_STOP: return 1;
        case FD_FULL:
        case FD_WRITE_ERROR: return operation == FD_WRITE;
        case FD_SYNC_ERROR: return operation == FD_SYNC;
    }
    return 0;
}

static int come(fd_machine *machine) {
    fd_fault fault = machine->fault;
    machine->fault = FD_NOTHING;
    switch (fault) {
        case FD_NOTHING: return SQLITE_OK;
        case FD_STOP: machine->is_stopped = 1; return SQLITE_IOERR_WRITE;
        case FD_FULL: machine->is_full = 1; return SQLITE_FULL;
        case FD_WRITE_ERROR: return SQLITE_IOERR_WRITE;
        case FD_SYNC_ERROR: return SQLITE_IOERR_FSYNC;
    }
    return SQLITE_OK;
}

int fd_step(fd_machine *machine, fd_operation operation) {
    if (machine->is_stopped) return SQLITE_IOERR_WRITE;
    machine->operations++;
    if (machine->is_full && operation == FD_WRITE) return SQLITE_FULL;
    if (machine->fault == FD_NOTHING) return SQLITE_OK;
    if (machine->after > 0) {
        machine->after--;
        return SQLITE_OK;
    }
    return matches(machine->fault, operation) ? come(machine) : SQLITE_OK;
}

void fd_arm(fd_machine *machine, fd_fault fault, uint64_t after) {
    machine->fault = fault;
    machine->after = after;
}

void fd_heal(fd_machine *machine) {
    machine->fault = FD_NOTHING;
    machine->is_full = 0;
}

void fd_stop(fd_machine *machine) { machine->is_stopped = 1; }
int fd_is_stopped(const fd_machine *machine) { return machine->is_stopped; }
uint64_t fd_operations(const fd_machine *machine) { return machine->operations; }
