// Preloaded into a program (LD_PRELOAD), makes the time of day that it sees early or late: by CLOCK_SHIFT seconds, or by
// those that the file CLOCK_SHIFT_FILE says, at each moment anew. Clocks that nobody sets are as they are.
//
// The file has ten characters of a number and a letter: y when a time server keeps that clock, n when none does.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

enum { DIGITS = 10, LENGTH = DIGITS + 1 };

static const volatile char *file;
static time_t fixed;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("CLOCK_SHIFT"), *path = getenv("CLOCK_SHIFT_FILE");
    fixed = text ? strtol(text, NULL, 10) : 0;
    int descriptor = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) return;
    void *found = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, descriptor, 0);
    if (found != MAP_FAILED) file = found;
    close(descriptor);
}

static time_t shift(void) {
    if (!file) return fixed;
    char digits[LENGTH] = {0};
    for (int i = 0; i < DIGITS; i++) digits[i] = file[i];
    return strtol(digits, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int code = (int)syscall(SYS_clock_gettime, clock, now);
    if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int code = (int)syscall(SYS_gettimeofday, now, zone);
    if (code == 0 && now) now->tv_sec += shift();
    return code;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

int ntp_adjtime(struct timex *state) {
    if (!file) return (int)syscall(SYS_adjtimex, state);
    return file[DIGITS] == 'y' ? TIME_OK : TIME_ERROR;
}
