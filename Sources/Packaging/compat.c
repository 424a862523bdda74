// What Swift's Debian libraries want from glibc 2.38 and bookworm's 2.36 lacks.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The names by which headers of glibc 2.38 call them; strtol and its kin learnt C23's 0b1010, which nobody writes here.
#undef sscanf
#undef strtol
#undef strtoll
#undef strtoul
int old_vsscanf(const char *, const char *, va_list) __asm__("vsscanf");
long old_strtol(const char *, char **, int) __asm__("strtol");
long long old_strtoll(const char *, char **, int) __asm__("strtoll");
unsigned long old_strtoul(const char *, char **, int) __asm__("strtoul");

int new_sscanf(const char *, const char *, ...) __asm__("__isoc23_sscanf");
int new_sscanf(const char *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int count = old_vsscanf(text, format, values);
    va_end(values);
    return count;
}

long new_strtol(const char *, char **, int) __asm__("__isoc23_strtol");
long new_strtol(const char *text, char **end, int base) { return old_strtol(text, end, base); }

long long new_strtoll(const char *, char **, int) __asm__("__isoc23_strtoll");
long long new_strtoll(const char *text, char **end, int base) { return old_strtoll(text, end, base); }

unsigned long new_strtoul(const char *, char **, int) __asm__("__isoc23_strtoul");
unsigned long new_strtoul(const char *text, char **end, int base) { return old_strtoul(text, end, base); }

size_t new_strlcpy(char *, const char *, size_t) __asm__("strlcpy");
size_t new_strlcpy(char *to, const char *from, size_t size) {
    size_t length = strlen(from);
    if (size > 0) {
        size_t count = length < size ? length : size - 1;
        memcpy(to, from, count);
        to[count] = 0;
    }
    return length;
}

size_t new_strlcat(char *, const char *, size_t) __asm__("strlcat");
size_t new_strlcat(char *to, const char *from, size_t size) {
    size_t used = strnlen(to, size);
    return used + new_strlcpy(to + used, from, size - used);
}
