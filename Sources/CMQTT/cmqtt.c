#include "cmqtt.h"

#include <cload.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// What is used of libmosquitto, as its manual declares it since 1.6; its structures stay opaque but for the message.
struct message {
    int number;
    char *topic;
    void *payload;
    int count;
    int quality;
    bool is_retained;
};

static int (*lib_init)(void);
static void *(*new_client)(const char *, bool, void *);
static void (*destroy)(void *);
static int (*will_set)(void *, const char *, int, const void *, int, bool);
static int (*user_set)(void *, const char *, const char *);
static int (*tls_set)(void *, const char *, const char *, const char *, const char *, int (*)(char *, int, int, void *));
static int (*tls_opts_set)(void *, int, const char *, const char *);
static int (*tls_insecure_set)(void *, bool);
static int (*connect_to)(void *, const char *, int, int, const char *, const void *);
static int (*set_number)(void *, int, int);
static int (*add_number)(void **, int, unsigned);
static void (*free_properties)(void **);
static const void *(*get_number)(const void *, int, unsigned short *, bool);
static int (*disconnect)(void *);
static int (*publish)(void *, int *, const char *, int, const void *, int, bool);
static int (*subscribe)(void *, int *, const char *, int);
static int (*get_socket)(void *);
static bool (*want_write)(void *);
static int (*loop_read)(void *, int);
static int (*loop_write)(void *, int);
static int (*loop_misc)(void *);
static void (*on_connect)(void *, void (*)(void *, void *, int, int, const void *));
static void (*on_subscribe)(void *, void (*)(void *, void *, int, int, const int *));
static void (*on_message)(void *, void (*)(void *, void *, const struct message *));
static void (*on_publish)(void *, void (*)(void *, void *, int, int, const void *));
static void (*on_log)(void *, void (*)(void *, void *, int, const char *));
static const char *(*text_of)(int);

static bool is_loaded;

static void open_library(void) {
    void *library = dlopen("libmosquitto.so.1", RTLD_NOW);
    if (!library) return;
    is_loaded = cload(library, &lib_init, "mosquitto_lib_init") && cload(library, &new_client, "mosquitto_new")
        && cload(library, &destroy, "mosquitto_destroy") && cload(library, &will_set, "mosquitto_will_set")
        && cload(library, &user_set, "mosquitto_username_pw_set") && cload(library, &tls_set, "mosquitto_tls_set")
        && cload(library, &tls_opts_set, "mosquitto_tls_opts_set")
        && cload(library, &tls_insecure_set, "mosquitto_tls_insecure_set")
        && cload(library, &connect_to, "mosquitto_connect_bind_v5")
        && cload(library, &set_number, "mosquitto_int_option")
        && cload(library, &add_number, "mosquitto_property_add_int32")
        && cload(library, &free_properties, "mosquitto_property_free_all")
        && cload(library, &get_number, "mosquitto_property_read_int16")
        && cload(library, &disconnect, "mosquitto_disconnect")
        && cload(library, &publish, "mosquitto_publish") && cload(library, &subscribe, "mosquitto_subscribe")
        && cload(library, &get_socket, "mosquitto_socket") && cload(library, &want_write, "mosquitto_want_write")
        && cload(library, &loop_read, "mosquitto_loop_read") && cload(library, &loop_write, "mosquitto_loop_write")
        && cload(library, &loop_misc, "mosquitto_loop_misc")
        && cload(library, &on_connect, "mosquitto_connect_v5_callback_set")
        && cload(library, &on_subscribe, "mosquitto_subscribe_callback_set")
        && cload(library, &on_message, "mosquitto_message_callback_set")
        && cload(library, &on_publish, "mosquitto_publish_v5_callback_set")
        && cload(library, &on_log, "mosquitto_log_callback_set") && cload(library, &text_of, "mosquitto_strerror")
        && lib_init() == 0;
}

bool cmqtt_is_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return is_loaded;
}

struct client {
    void *handle;
    struct cmqtt_calls calls;
    void *context;
};

static void connected(void *handle, void *raw, int code, int flags, const void *properties) {
    enum { SERVER_KEEP_ALIVE = 19 };
    (void)flags;
    struct client *client = raw;
    unsigned short silence = 0;
    get_number(properties, SERVER_KEEP_ALIVE, &silence, false);
    // From here on it would say something of each message.
    on_log(handle, NULL);
    client->calls.connected(client->context, code, silence);
}

static void subscribed(void *handle, void *raw, int number, int count, const int *granted) {
    (void)handle;
    (void)number;
    struct client *client = raw;
    for (int i = 0; i < count; i++) client->calls.subscribed(client->context, granted[i] < 3);
}

static void received(void *handle, void *raw, const struct message *message) {
    (void)handle;
    struct client *client = raw;
    size_t count = message->count > 0 ? (size_t)message->count : 0;
    client->calls.received(client->context, message->topic, message->payload, count, message->is_retained);
}

// Answers of MQTT 5 from 128 on refuse; 3.1.1 has none.
static void published(void *handle, void *raw, int number, int reason, const void *properties) {
    (void)handle;
    (void)number;
    (void)properties;
    struct client *client = raw;
    client->calls.taken(client->context, reason < 128);
}

static void said(void *handle, void *raw, int level, const char *text) {
    (void)handle;
    (void)level;
    struct client *client = raw;
    client->calls.said(client->context, text);
}

void *cmqtt_new(const char *identifier, const struct cmqtt_calls *calls, void *context) {
    struct client *client = cmqtt_is_there() ? calloc(1, sizeof *client) : NULL;
    if (!client) return NULL;
    client->calls = *calls;
    client->context = context;
    client->handle = new_client(identifier, true, client);
    if (!client->handle) {
        free(client);
        return NULL;
    }
    on_connect(client->handle, connected);
    on_subscribe(client->handle, subscribed);
    on_message(client->handle, received);
    on_publish(client->handle, published);
    on_log(client->handle, said);
    return client;
}

void cmqtt_free(void *raw) {
    struct client *client = raw;
    destroy(client->handle);
    free(client);
}

static void *handle_of(void *client) { return ((struct client *)client)->handle; }

int cmqtt_set_user(void *client, const char *name, const char *password) {
    return user_set(handle_of(client), name, password);
}

int cmqtt_set_tls(void *client, const char *file, const char *folder, bool takes_any) {
    int code = tls_set(handle_of(client), file, folder, NULL, NULL, NULL);
    if (code == 0 && takes_any) code = tls_opts_set(handle_of(client), 0, NULL, NULL);
    return code == 0 && takes_any ? tls_insecure_set(handle_of(client), true) : code;
}

int cmqtt_set_will(void *client, const char *topic, const char *text) {
    return will_set(handle_of(client), topic, (int)strlen(text), text, 1, true);
}

int cmqtt_connect(void *client, const char *host, int port, int keep_alive, bool is_five, unsigned largest_packet) {
    enum { PROTOCOL_VERSION = 1, MAXIMUM_PACKET_SIZE = 39 };
    if (!is_five) return connect_to(handle_of(client), host, port, keep_alive, NULL, NULL);
    void *properties = NULL;
    int code = set_number(handle_of(client), PROTOCOL_VERSION, 5);
    if (code == 0) code = add_number(&properties, MAXIMUM_PACKET_SIZE, largest_packet);
    if (code == 0) code = connect_to(handle_of(client), host, port, keep_alive, NULL, properties);
    int cause = errno;
    free_properties(&properties);
    errno = cause;
    return code;
}

bool cmqtt_is_too_new(int answer) { return answer == 1 || answer == 132; }

int cmqtt_subscribe(void *client, const char *topic, int quality) {
    return subscribe(handle_of(client), NULL, topic, quality);
}

int cmqtt_publish(void *client, const char *topic, const char *text) {
    return publish(handle_of(client), NULL, topic, (int)strlen(text), text, 1, true);
}

int cmqtt_say(void *client, const char *topic, const char *text) {
    return publish(handle_of(client), NULL, topic, (int)strlen(text), text, 0, false);
}

int cmqtt_tell(void *client, const char *topic, const void *text, size_t count, bool is_kept) {
    return publish(handle_of(client), NULL, topic, (int)count, text, 1, is_kept);
}

int cmqtt_disconnect(void *client) { return disconnect(handle_of(client)); }
int cmqtt_socket(void *client) { return get_socket(handle_of(client)); }
bool cmqtt_wants_to_write(void *client) { return want_write(handle_of(client)); }
int cmqtt_read(void *client) { return loop_read(handle_of(client), 1); }
int cmqtt_write(void *client) { return loop_write(handle_of(client), 1); }
int cmqtt_look(void *client) { return loop_misc(handle_of(client)); }

bool cmqtt_is_system_error(int code) { return code == 14; }
bool cmqtt_is_unknown_name(int code) { return code == 15 || code == 20; }
bool cmqtt_is_malformed(int code) { return code == 21; }
bool cmqtt_is_tls_error(int code) { return code == 8 || code == 23; }
const char *cmqtt_text(int code) { return text_of(code); }
