// Preloaded into a program (LD_PRELOAD), keeps what it writes to regular files from reaching them until fsync or
// fdatasync, and forgets it when the file is closed before: as a disk may that loses its power at the worst moment.
//
// Only pwrite and write on files below the folder in POWERCUT are held back; what is held back cannot be read either,
// so a program that leaves out a sync loses what it wrote even without a power cut.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct held {
    int descriptor;
    off_t offset;
    size_t count;
    char *bytes;
    struct held *next;
};

static struct held *first;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t really_write(int descriptor, const void *bytes, size_t count, off_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    return real(descriptor, bytes, count, offset);
}

static int is_ours(int descriptor) {
    const char *folder = getenv("POWERCUT");
    char link[64], path[4096];
    struct stat status;
    if (!folder || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

// Writes what is held back of a file, or forgets it.
static int release(int descriptor, int keep) {
    int result = 0;
    pthread_mutex_lock(&lock);
    struct held **place = &first, *reversed = NULL;
    while (*place) {
        struct held *one = *place;
        if (one->descriptor != descriptor) {
            place = &one->next;
            continue;
        }
        *place = one->next;
        one->next = reversed;
        reversed = one;
    }
    while (reversed) {
        struct held *one = reversed;
        reversed = one->next;
        if (keep && really_write(descriptor, one->bytes, one->count, one->offset) != (ssize_t)one->count) result = -1;
        free(one->bytes);
        free(one);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static ssize_t hold(int descriptor, const void *bytes, size_t count, off_t offset) {
    struct held *one = malloc(sizeof *one);
    one->descriptor = descriptor;
    one->offset = offset;
    one->count = count;
    one->bytes = malloc(count);
    memcpy(one->bytes, bytes, count);
    pthread_mutex_lock(&lock);
    one->next = first;
    first = one;
    pthread_mutex_unlock(&lock);
    return (ssize_t)count;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    if (is_ours(descriptor)) return hold(descriptor, bytes, count, offset);
    return really_write(descriptor, bytes, count, offset);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite64(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (is_ours(descriptor)) return hold(descriptor, bytes, count, lseek(descriptor, 0, SEEK_END));
    return real(descriptor, bytes, count);
}

int fdatasync(int descriptor) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (release(descriptor, 1) != 0) {
        errno = ENOSPC;
        return -1;
    }
    return real(descriptor);
}
int fsync(int descriptor) { return fdatasync(descriptor); }

int close(int descriptor) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    release(descriptor, 0);
    return real(descriptor);
}
