#include "CryptoShim.h"
#include <sys/random.h>
#include <unistd.h>

// getentropy gives at most this much at a time.
enum { GIFT_BYTES_MAX = 256 };

cs_status cs_random(uint8_t *bytes, size_t count) {
    while (count > 0) {
        size_t part = count < GIFT_BYTES_MAX ? count : GIFT_BYTES_MAX;
        if (getentropy(bytes, part) != 0) return CS_FAILED;
        bytes += part;
        count -= part;
    }
    return CS_OK;
}
