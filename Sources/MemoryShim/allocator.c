#include "MemoryShim.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

// Otherwise the allocator raises the first two by itself, up to 32 and 64 MiB, once a long block was freed: it keeps what
// follows. And each thread would have a pool of its own, each as large as it ever was.
enum { LONG_BLOCK_BYTES = 128 * 1024, KEPT_BYTES = 1024 * 1024, POOLS = 2 };

void ms_keep_little(void) {
    mallopt(M_MMAP_THRESHOLD, LONG_BLOCK_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_ARENA_MAX, POOLS);
}

void ms_give_back(void) { malloc_trim(KEPT_BYTES); }
#else
void ms_keep_little(void) {}
void ms_give_back(void) {}
#endif
