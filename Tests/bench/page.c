// page.c PORT: sends the bytes of its standard input once a second to all who look, by libmicrohttpd and nothing else.
//
// What the page of the house is compared with. It shares the shim by which the program loads the library.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <chttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 128 };

struct request {
    void *connection;
    size_t sent;
    unsigned message;
    bool is_held;
};

static char message[65536];
static size_t length;
static unsigned number = 1;
static struct request *all[MOST];

static void *begin(void *context, void *connection, const char *method, const char *path) {
    (void)context, (void)method, (void)path;
    struct request *request = calloc(1, sizeof *request);
    request->connection = connection;
    for (int i = 0; i < MOST; i++) {
        if (all[i]) continue;
        all[i] = request;
        break;
    }
    return request;
}

static bool receive(void *context, void *request, const char *bytes, size_t count) {
    (void)context, (void)request, (void)bytes, (void)count;
    return true;
}

static void *server;

static void finish(void *context, void *request, void *connection) {
    (void)context;
    const char *headers[] = {"Content-Type", "text/event-stream", "Cache-Control", "no-store"};
    chttpd_stream(server, connection, request, headers, 4);
}

static void end(void *context, void *request, void *connection) {
    (void)context, (void)connection;
    for (int i = 0; i < MOST; i++) {
        if (all[i] == request) all[i] = NULL;
    }
    free(request);
}

static ssize_t fill(void *context, void *raw, char *bytes, size_t most) {
    (void)context;
    struct request *request = raw;
    if (request->message != number) {
        request->message = number;
        request->sent = 0;
    }
    size_t count = length - request->sent < most ? length - request->sent : most;
    memcpy(bytes, message + request->sent, count);
    request->sent += count;
    request->is_held = count == 0;
    return (ssize_t)count;
}

static void change(void *context, int descriptor) { (void)context, (void)descriptor; }

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

int main(int count, char **words) {
    if (count != 2) return 64;
    length = fread(message, 1, sizeof message, stdin);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(words[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) return 1;
    struct chttpd_calls calls = {begin, receive, finish, end, fill, change, change};
    server = chttpd_start(listener, 128, 128, 16384, &calls, &calls);
    if (!server) return 1;
    long long next = now() + 1000;
    while (true) {
        struct pollfd wait = {chttpd_descriptor(server), POLLIN, 0};
        long long left = next - now(), pause = chttpd_pause(server);
        if (pause >= 0 && pause < left) left = pause;
        poll(&wait, 1, left > 0 ? (int)left : 0);
        if (now() >= next) {
            next += 1000;
            number++;
            for (int i = 0; i < MOST; i++) {
                if (!all[i] || !all[i]->is_held) continue;
                all[i]->is_held = false;
                chttpd_resume(all[i]->connection);
            }
        }
        do chttpd_work(server);
        while (chttpd_pause(server) == 0);
    }
}
