#include "keys.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    int64_t handle;
    uint8_t key[SP_KEY_BYTES];
    struct entry *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries;
static int64_t last;

int64_t sp_key_add(const uint8_t key[SP_KEY_BYTES]) {
    struct entry *entry = malloc(sizeof *entry);
    if (!entry) return 0;
    memcpy(entry->key, key, SP_KEY_BYTES);
    pthread_mutex_lock(&lock);
    entry->handle = ++last;
    entry->next = entries;
    entries = entry;
    pthread_mutex_unlock(&lock);
    return entry->handle;
}

void sp_key_remove(int64_t handle) {
    struct entry *found = NULL;
    pthread_mutex_lock(&lock);
    for (struct entry **link = &entries; *link; link = &(*link)->next) {
        if ((*link)->handle != handle) continue;
        found = *link;
        *link = found->next;
        break;
    }
    pthread_mutex_unlock(&lock);
    if (!found) return;
    OPENSSL_cleanse(found, sizeof *found);
    free(found);
}

int sp_key_copy(int64_t handle, uint8_t key[SP_KEY_BYTES]) {
    int isThere = 0;
    pthread_mutex_lock(&lock);
    for (struct entry *entry = entries; entry && !isThere; entry = entry->next) {
        if (entry->handle != handle) continue;
        memcpy(key, entry->key, SP_KEY_BYTES);
        isThere = 1;
    }
    pthread_mutex_unlock(&lock);
    return isThere;
}
