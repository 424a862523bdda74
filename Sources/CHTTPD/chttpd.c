#include "chttpd.h"

#include <cload.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/types.h>

// What is used of libmicrohttpd, as its manual declares it since 0.9.71; libmicrohttpd.so.12 is that of Debian 12 and 13.
enum { NO = 0, YES = 1 };
enum { USE_EPOLL = 512, MAY_SUSPEND = 8192 | 1024 };
enum { OPTION_END = 0, OPTION_MEMORY = 1, OPTION_CONNECTIONS = 2, OPTION_COMPLETED = 4, OPTION_PER_ADDRESS = 5,
       OPTION_LISTENER = 12, OPTION_STRICT = 29, OPTION_CONNECTION = 27 };
enum { HEADERS = 1, ARGUMENTS = 8 };
enum { BLOCK = 4096 };
enum { INFO_DESCRIPTOR = 3, INFO_SOCKET = 6 };
enum { COPY = 2 };

typedef int (*accept_policy)(void *, const void *, unsigned);
typedef ssize_t (*content_reader)(void *, uint64_t, char *, size_t);
typedef int (*access_handler)(void *, void *, const char *, const char *, const char *, const char *, size_t *, void **);

static void *(*start_daemon)(unsigned, uint16_t, accept_policy, void *, access_handler, void *, ...);
static void (*stop_daemon)(void *);
static const void *(*daemon_info)(void *, int, ...);
static int (*get_timeout)(void *, unsigned long long *);
static int (*run)(void *);
static const char *(*lookup)(void *, int, const char *);
static int (*get_values)(void *, int, int (*)(void *, int, const char *, const char *), void *);
static const void *(*connection_info)(void *, int, ...);
static void (*suspend)(void *);
static void (*resume)(void *);
static void *(*make_response)(size_t, void *, int);
static void *(*make_stream)(uint64_t, size_t, content_reader, void *, void (*)(void *));
static int (*add_header)(void *, const char *, const char *);
static int (*queue_response)(void *, unsigned, void *);
static void (*free_response)(void *);

static bool is_loaded;

static void open_library(void) {
    void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW);
    if (!library) return;
    is_loaded = cload(library, &start_daemon, "MHD_start_daemon") && cload(library, &stop_daemon, "MHD_stop_daemon")
        && cload(library, &daemon_info, "MHD_get_daemon_info") && cload(library, &get_timeout, "MHD_get_timeout")
        && cload(library, &run, "MHD_run") && cload(library, &lookup, "MHD_lookup_connection_value")
        && cload(library, &get_values, "MHD_get_connection_values")
        && cload(library, &connection_info, "MHD_get_connection_info")
        && cload(library, &suspend, "MHD_suspend_connection") && cload(library, &resume, "MHD_resume_connection")
        && cload(library, &make_response, "MHD_create_response_from_buffer")
        && cload(library, &make_stream, "MHD_create_response_from_callback")
        && cload(library, &add_header, "MHD_add_response_header")
        && cload(library, &queue_response, "MHD_queue_response") && cload(library, &free_response, "MHD_destroy_response");
}

bool chttpd_is_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return is_loaded;
}

struct server {
    void *daemon;
    struct chttpd_calls calls;
    void *context;
};

static int handle(void *raw, void *connection, const char *path, const char *method, const char *version,
                  const char *bytes, size_t *count, void **request) {
    (void)version;
    struct server *server = raw;
    if (!*request) {
        *request = server->calls.begin(server->context, connection, method, path);
        return *request ? YES : NO;
    }
    if (*count > 0) {
        bool goes_on = server->calls.receive(server->context, *request, bytes, *count);
        *count = 0;
        return goes_on ? YES : NO;
    }
    server->calls.finish(server->context, *request, connection);
    return YES;
}

static void complete(void *raw, void *connection, void **request, int how) {
    (void)how;
    struct server *server = raw;
    if (*request) server->calls.end(server->context, *request, connection);
    *request = NULL;
}

static void notify(void *raw, void *connection, void **context, int what) {
    (void)context;
    struct server *server = raw;
    int descriptor = chttpd_socket(connection);
    if (what == 0) server->calls.opened(server->context, descriptor);
    else server->calls.closed(server->context, descriptor);
}

void *chttpd_start(int listener, unsigned connections, unsigned connections_per_address, size_t head,
                   const struct chttpd_calls *calls, void *context) {
    struct server *server = chttpd_is_there() ? calloc(1, sizeof *server) : NULL;
    if (!server) return NULL;
    server->calls = *calls;
    server->context = context;
    server->daemon = start_daemon(USE_EPOLL | MAY_SUSPEND, 0, NULL, NULL, handle, server, OPTION_LISTENER, listener,
                                  OPTION_CONNECTIONS, connections, OPTION_PER_ADDRESS, connections_per_address,
                                  OPTION_MEMORY, head, OPTION_STRICT, 1, OPTION_COMPLETED, complete, server,
                                  OPTION_CONNECTION, notify, server, OPTION_END);
    if (server->daemon) return server;
    free(server);
    return NULL;
}

void chttpd_stop(void *raw) {
    struct server *server = raw;
    stop_daemon(server->daemon);
    free(server);
}

int chttpd_descriptor(void *raw) {
    const int *found = daemon_info(((struct server *)raw)->daemon, INFO_DESCRIPTOR);
    return found ? *found : -1;
}

long long chttpd_pause(void *raw) {
    unsigned long long pause = 0;
    if (get_timeout(((struct server *)raw)->daemon, &pause) != YES) return -1;
    return pause > 3600000 ? 3600000 : (long long)pause;
}

void chttpd_work(void *raw) { run(((struct server *)raw)->daemon); }

const char *chttpd_header(void *connection, const char *name) { return lookup(connection, HEADERS, name); }

struct counter {
    const char *name;
    size_t count;
};

static int count_one(void *raw, int kind, const char *name, const char *value) {
    (void)kind;
    (void)value;
    struct counter *counter = raw;
    if (strcasecmp(name, counter->name) == 0) counter->count++;
    return YES;
}

size_t chttpd_count_headers(void *connection, const char *name) {
    struct counter counter = {name, 0};
    get_values(connection, HEADERS, count_one, &counter);
    return counter.count;
}

struct teller {
    void *context;
    void (*tell)(void *, const char *, const char *);
};

static int tell_one(void *raw, int kind, const char *name, const char *value) {
    (void)kind;
    struct teller *teller = raw;
    teller->tell(teller->context, name, value);
    return YES;
}

void chttpd_each_value(void *connection, void *context, void (*tell)(void *, const char *, const char *)) {
    struct teller teller = {context, tell};
    get_values(connection, ARGUMENTS, tell_one, &teller);
}

int chttpd_socket(void *connection) {
    const int *found = connection_info(connection, INFO_SOCKET);
    return found ? *found : -1;
}

void chttpd_suspend(void *connection) { suspend(connection); }
void chttpd_resume(void *connection) { resume(connection); }

bool chttpd_answer(void *connection, unsigned status, const char *body, size_t length, const char *const *headers,
                   size_t count) {
    void *response = make_response(length, (void *)(uintptr_t)body, COPY);
    if (!response) return false;
    for (size_t i = 0; i + 1 < count; i += 2) add_header(response, headers[i], headers[i + 1]);
    bool is_queued = queue_response(connection, status, response) == YES;
    free_response(response);
    return is_queued;
}

struct stream {
    struct server *server;
    void *connection;
    void *request;
};

// A reader that has nothing and does not hold its connection is asked again at once, for ever.
static ssize_t read_stream(void *raw, uint64_t place, char *bytes, size_t most) {
    (void)place;
    struct stream *stream = raw;
    ssize_t count = stream->server->calls.fill(stream->server->context, stream->request, bytes, most);
    if (count == 0) suspend(stream->connection);
    return count;
}

bool chttpd_stream(void *raw, void *connection, void *request, const char *const *headers, size_t count) {
    struct stream *stream = malloc(sizeof *stream);
    if (!stream) return false;
    *stream = (struct stream){raw, connection, request};
    void *response = make_stream(UINT64_MAX, BLOCK, read_stream, stream, free);
    if (!response) {
        free(stream);
        return false;
    }
    for (size_t i = 0; i + 1 < count; i += 2) add_header(response, headers[i], headers[i + 1]);
    bool is_queued = queue_response(connection, 200, response) == YES;
    free_response(response);
    return is_queued;
}
