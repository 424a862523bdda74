#include "cpostgres.h"

#include <cload.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// What is used of libpq, as its manual declares it since 9.0; its structures stay opaque.
static void *(*connect_start)(const char *const *, const char *const *, int);
static int (*connect_poll)(void *);
static int (*status_of)(const void *);
static char *(*error_of)(const void *);
static int (*socket_of)(const void *);
static void (*finish)(void *);
static int (*set_nonblocking)(void *, int);
static int (*send_query)(void *, const char *);
static int (*send_params)(void *, const char *, int, const unsigned *, const char *const *, const int *, const int *, int);
static int (*flush)(void *);
static int (*consume)(void *);
static int (*is_busy)(void *);
static void *(*get_result)(void *);
static int (*result_status)(const void *);
static char *(*result_error)(const void *, int);
static int (*row_count)(const void *);
static int (*column_count)(const void *);
static char *(*value_of)(const void *, int, int);
static void (*clear)(void *);
static char *(*encrypt)(void *, const char *, const char *, const char *);
static void (*free_memory)(void *);
static int (*set_verbosity)(void *, int);
static void *(*set_notices)(void *, void (*)(void *, const void *), void *);

// Its numbers, which never change: they are part of its interface.
enum { CONNECTION_OK = 0 };
enum { POLL_FAILED = 0, POLL_READING = 1, POLL_WRITING = 2, POLL_OK = 3 };
enum { RESULT_EMPTY = 0, RESULT_COMMAND = 1, RESULT_TUPLES = 2 };
enum { VERBOSITY_DEFAULT = 1, VERBOSITY_VERBOSE = 2 };
enum { FIELD_STATE = 'C', FIELD_MESSAGE = 'M' };

static bool is_loaded;

static void open_library(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW);
    if (!library) return;
    is_loaded = cload(library, &connect_start, "PQconnectStartParams") && cload(library, &connect_poll, "PQconnectPoll")
        && cload(library, &status_of, "PQstatus") && cload(library, &error_of, "PQerrorMessage")
        && cload(library, &socket_of, "PQsocket") && cload(library, &finish, "PQfinish")
        && cload(library, &set_nonblocking, "PQsetnonblocking") && cload(library, &send_query, "PQsendQuery")
        && cload(library, &send_params, "PQsendQueryParams") && cload(library, &flush, "PQflush")
        && cload(library, &consume, "PQconsumeInput") && cload(library, &is_busy, "PQisBusy")
        && cload(library, &get_result, "PQgetResult") && cload(library, &result_status, "PQresultStatus")
        && cload(library, &result_error, "PQresultErrorField") && cload(library, &row_count, "PQntuples")
        && cload(library, &column_count, "PQnfields") && cload(library, &value_of, "PQgetvalue")
        && cload(library, &clear, "PQclear") && cload(library, &set_notices, "PQsetNoticeReceiver")
        && cload(library, &set_verbosity, "PQsetErrorVerbosity")
        && cload(library, &encrypt, "PQencryptPasswordConn") && cload(library, &free_memory, "PQfreemem");
}

bool cpostgres_is_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return is_loaded;
}

static void ignore(void *context, const void *notice) {
    (void)context;
    (void)notice;
}

/// Copies the beginning of a text.
static void copy_part(char *target, size_t room, const char *text, size_t count) {
    if (count >= room) count = room - 1;
    if (count > 0) memcpy(target, text, count);
    target[count] = 0;
}

/// Copies the first line of a text.
static void copy(char *target, size_t room, const char *text) {
    copy_part(target, room, text, text ? strcspn(text, "\n") : 0);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_BOOTTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// Waits for the connection's socket; false when its time is over or the bell was rung, with the reason.
static bool wait_for(void *connection, short events, struct cpostgres_patience patience, double end,
                     struct cpostgres_answer *answer) {
    double left = end - now();
    if (left > patience.stall) left = patience.stall;
    struct pollfd states[] = {{.fd = socket_of(connection), .events = events}, {.fd = patience.bell, .events = POLLIN}};
    int ready = left <= 0 ? 0 : poll(states, 2, (int)(left * 1000) + 1);
    if (ready < 0 && errno == EINTR) return true;
    if (ready > 0 && states[1].revents == 0) return true;
    copy(answer->text, sizeof answer->text, ready > 0 ? "given up" : "no answer in time");
    return false;
}

void *cpostgres_connect(const char *const *names, const char *const *values, struct cpostgres_patience patience,
                        struct cpostgres_answer *answer) {
    memset(answer, 0, sizeof *answer);
    double end = now() + patience.whole;
    void *connection = cpostgres_is_there() ? connect_start(names, values, 0) : NULL;
    if (!connection) return NULL;
    // There is no result that would have the SQLSTATE: it stands in the words.
    set_verbosity(connection, VERBOSITY_VERBOSE);
    int step = status_of(connection) == 1 ? POLL_FAILED : POLL_WRITING;
    while (step == POLL_READING || step == POLL_WRITING) {
        if (!wait_for(connection, step == POLL_READING ? POLLIN : POLLOUT, patience, end, answer)) break;
        step = connect_poll(connection);
    }
    if (step == POLL_OK && set_nonblocking(connection, 1) == 0) {
        set_notices(connection, ignore, NULL);
        set_verbosity(connection, VERBOSITY_DEFAULT);
        answer->is_done = true;
        return connection;
    }
    // All of it: each address of the name has words of its own.
    char *words = error_of(connection);
    size_t count = words ? strlen(words) : 0;
    if (step == POLL_FAILED) {
        copy_part(answer->text, sizeof answer->text, words, count);
    } else if (count > 0 && count + strlen(answer->text) < sizeof answer->text) {
        memmove(answer->text + count, answer->text, strlen(answer->text) + 1);
        memcpy(answer->text, words, count);
    }
    finish(connection);
    return NULL;
}

/// Notes the outcome of a statement: the first that failed counts.
static void note(const void *result, struct cpostgres_answer *answer) {
    int status = result_status(result);
    if (status == RESULT_TUPLES && row_count(result) > 0 && column_count(result) > 0) {
        copy(answer->value, sizeof answer->value, value_of(result, 0, 0));
    }
    if (status == RESULT_TUPLES || status == RESULT_COMMAND || status == RESULT_EMPTY || !answer->is_done) return;
    answer->is_done = false;
    copy(answer->state, sizeof answer->state, result_error(result, FIELD_STATE));
    copy(answer->text, sizeof answer->text, result_error(result, FIELD_MESSAGE));
}

bool cpostgres_perform(void *connection, const char *statement, int count, const char *const *parameters,
                       struct cpostgres_patience patience, struct cpostgres_answer *answer) {
    memset(answer, 0, sizeof *answer);
    double end = now() + patience.whole;
    int sent = count > 0 ? send_params(connection, statement, count, NULL, parameters, NULL, NULL, 0)
                         : send_query(connection, statement);
    int unsent = sent ? 1 : -1;
    answer->is_done = true;
    while (unsent >= 0) {
        unsent = unsent > 0 ? flush(connection) : 0;
        if (unsent < 0) break;
        while (unsent == 0 && !is_busy(connection)) {
            void *result = get_result(connection);
            if (!result) {
                // A statement that ended the connection has no state.
                if (!answer->is_done && !answer->text[0]) copy(answer->text, sizeof answer->text, error_of(connection));
                return status_of(connection) == CONNECTION_OK;
            }
            note(result, answer);
            clear(result);
        }
        if (!wait_for(connection, unsent > 0 ? POLLIN | POLLOUT : POLLIN, patience, end, answer)) {
            answer->is_done = false;
            answer->state[0] = 0;
            return false;
        }
        // It must also be read while there is something to send, or both sides wait for each other.
        if (!consume(connection)) break;
    }
    answer->is_done = false;
    answer->state[0] = 0;
    copy(answer->text, sizeof answer->text, error_of(connection));
    return false;
}

bool cpostgres_scramble(void *connection, const char *password, const char *user, char *text, size_t room) {
    char *found = encrypt(connection, password, user, "scram-sha-256");
    bool fits = found && strlen(found) < room;
    if (fits) strcpy(text, found);
    if (found) free_memory(found);
    return fits;
}

void cpostgres_close(void *connection) { finish(connection); }
