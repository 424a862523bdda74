#ifndef CHTTPD_H
#define CHTTPD_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// An HTTP server by libmicrohttpd, which is loaded when the first one starts: most boxes have nothing that posts to them.
//
// It never waits: whoever owns a server calls `chttpd_work` when its descriptor is readable or its pause is over. All
// calls to a server, and so all that it calls, come from one thread at a time.

/// What a server calls. The context is that of `chttpd_start`.
struct chttpd_calls {
    /// The head of a request has come: a new object for it. It may be answered already.
    void *_Nullable (*_Nonnull begin)(void *_Nonnull context, void *_Nonnull connection, const char *_Nonnull method,
                                      const char *_Nonnull path);
    /// Bytes of its body have come; false closes the connection.
    bool (*_Nonnull receive)(void *_Nonnull context, void *_Nonnull request, const char *_Nonnull bytes, size_t count);
    /// All has come, and it must be answered now, or be suspended; called again when it is resumed.
    void (*_Nonnull finish)(void *_Nonnull context, void *_Nonnull request, void *_Nonnull connection);
    /// The request is over, answered or not; frees its object.
    void (*_Nonnull end)(void *_Nonnull context, void *_Nonnull request, void *_Nonnull connection);
    /// Bytes for a stream; 0 suspends the connection, -1 ends the stream.
    ssize_t (*_Nonnull fill)(void *_Nonnull context, void *_Nonnull request, char *_Nonnull bytes, size_t most);
    void (*_Nonnull opened)(void *_Nonnull context, int descriptor);
    void (*_Nonnull closed)(void *_Nonnull context, int descriptor);
};

/// Whether libmicrohttpd is there; loads it.
bool chttpd_is_there(void);

/// Serves a listening socket, which becomes the server's; NULL when that fails.
void *_Nullable chttpd_start(int listener, unsigned connections, unsigned connections_per_address, size_t head,
                             const struct chttpd_calls *_Nonnull calls, void *_Nonnull context);
void chttpd_stop(void *_Nonnull server);
/// Readable when there is work.
int chttpd_descriptor(void *_Nonnull server);
/// Milliseconds after which there is work in any case; -1 for never.
long long chttpd_pause(void *_Nonnull server);
void chttpd_work(void *_Nonnull server);

/// A header of a request, whatever its case, or NULL.
const char *_Nullable chttpd_header(void *_Nonnull connection, const char *_Nonnull name);
/// The number of headers of a name.
size_t chttpd_count_headers(void *_Nonnull connection, const char *_Nonnull name);
/// Tells the values of the question behind the path.
void chttpd_each_value(void *_Nonnull connection, void *_Nonnull context,
                       void (*_Nonnull tell)(void *_Nonnull context, const char *_Nonnull name,
                                             const char *_Nullable value));
/// Leaves a connection alone, from within `finish`, until it is resumed, from any thread; that is work for the server,
/// of which it does not notice before `chttpd_work` (0.9.75).
///
/// All connections must be resumed before the server is stopped.
void chttpd_suspend(void *_Nonnull connection);
void chttpd_resume(void *_Nonnull connection);
/// The socket of a connection.
int chttpd_socket(void *_Nonnull connection);
/// Answers; headers are name, value, name, value, and are as many as `count` says.
bool chttpd_answer(void *_Nonnull connection, unsigned status, const char *_Nonnull body, size_t length,
                   const char *_Nonnull const *_Nonnull headers, size_t count);
/// Answers 200 with a stream, which `fill` fills until it ends it or the client leaves.
bool chttpd_stream(void *_Nonnull server, void *_Nonnull connection, void *_Nonnull request,
                   const char *_Nonnull const *_Nonnull headers, size_t count);
#endif
