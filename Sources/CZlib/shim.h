#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H
#include <zlib.h>

// deflateInit2 is a macro, which Swift cannot call. The frame is gzip's, or else zlib's own.
static inline int czlib_begin(z_stream *stream, int level, int is_gzip) {
    return deflateInit2(stream, level, Z_DEFLATED, is_gzip ? 15 + 16 : 15, 8, Z_DEFAULT_STRATEGY);
}
#endif
