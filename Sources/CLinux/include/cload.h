#pragma once

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/// Finds a function of a library that was opened when it was first needed.
///
/// `function` is the address of the pointer to it; false when the library has none of that name.
static inline bool cload(void *_Nonnull library, void *_Nonnull function, const char *_Nonnull name) {
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}
