#include "WakeShim.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// Far away: the timer is there to be cancelled, which the kernel does whenever the wall clock leaves the one that stands
// still while the machine sleeps.
static int arm(int descriptor) {
    struct itimerspec far = {.it_value = {.tv_sec = time(NULL) + 365L * 24 * 3600}};
    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

int ws_open_clock(void) {
    int descriptor = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (descriptor < 0) return -1;
    // A clock that is set just now: once more.
    if (arm(descriptor) == 0 || (errno == ECANCELED && arm(descriptor) == 0)) return descriptor;
    close(descriptor);
    return -1;
}

int ws_clock_jumped(int descriptor) {
    uint64_t expirations;
    int jumped = read(descriptor, &expirations, sizeof expirations) >= 0 || errno == ECANCELED;
    if (jumped && arm(descriptor) != 0) arm(descriptor);
    return jumped;
}
