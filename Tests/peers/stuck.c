// Preloaded into a program (LD_PRELOAD), makes the disk below the folder in STUCK_FOLDER stuck as long as the file
// STUCK_WHILE is there: every call on a file there waits until it is gone. A serial adapter below it takes as long to be
// set up and closed. Nothing is changed or lost by it.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static int is_ours(const char *path) {
    const char *folder = getenv("STUCK_FOLDER");
    return path && folder && strncmp(path, folder, strlen(folder)) == 0;
}

static void wait_for(const char *path) {
    const char *flag = getenv("STUCK_WHILE");
    if (!flag || !is_ours(path)) return;
    while (syscall(SYS_faccessat, AT_FDCWD, flag, F_OK) == 0) usleep(20000);
}

static void wait_for_file(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    wait_for(path);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int (*real_execve)(const char *, char *const[], char *const[]);
__attribute__((constructor)) static void find(void) { real_execve = (__typeof__(real_execve))dlsym(RTLD_NEXT, "execve"); }

#define OPEN(name)                                    \
    int name(const char *path, int flags, ...) {      \
        REAL(name);                                   \
        va_list rest;                                 \
        va_start(rest, flags);                        \
        mode_t mode = va_arg(rest, mode_t);           \
        va_end(rest);                                 \
        wait_for(path);                               \
        return real(path, flags, mode);               \
    }
OPEN(open)
OPEN(open64)

int unlink(const char *path) { REAL(unlink); wait_for(path); return real(path); }
int rename(const char *from, const char *to) { REAL(rename); wait_for(from); return real(from, to); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); wait_for(path); return real(path, mode); }
int stat(const char *path, struct stat *status) { REAL(stat); wait_for(path); return real(path, status); }
int lstat(const char *path, struct stat *status) { REAL(lstat); wait_for(path); return real(path, status); }
int stat64(const char *path, struct stat64 *status) { REAL(stat64); wait_for(path); return real(path, status); }
int lstat64(const char *path, struct stat64 *status) { REAL(lstat64); wait_for(path); return real(path, status); }
int statvfs(const char *path, struct statvfs *space) { REAL(statvfs); wait_for(path); return real(path, space); }
int statvfs64(const char *path, struct statvfs64 *space) { REAL(statvfs64); wait_for(path); return real(path, space); }
int execve(const char *path, char *const words[], char *const variables[]) {
    // Found before: the child of a program with threads may not look for it.
    wait_for(path);
    return real_execve(path, words, variables);
}
DIR *opendir(const char *path) { REAL(opendir); wait_for(path); return real(path); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    REAL(pwrite);
    wait_for_file(file);
    return real(file, bytes, count, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    REAL(pwrite64);
    wait_for_file(file);
    return real(file, bytes, count, at);
}
ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    // A line that was opened without blocking never makes its writer wait.
    if (!isatty(file)) wait_for_file(file);
    return real(file, bytes, count);
}
int fsync(int file) { REAL(fsync); wait_for_file(file); return real(file); }
int fdatasync(int file) { REAL(fdatasync); wait_for_file(file); return real(file); }
int tcsetattr(int line, int when, const struct termios *wanted) {
    REAL(tcsetattr);
    wait_for_file(line);
    return real(line, when, wanted);
}
int close(int file) {
    REAL(close);
    if (isatty(file)) wait_for_file(file);
    return real(file);
}
