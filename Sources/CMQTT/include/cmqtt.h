#ifndef CMQTT_H
#define CMQTT_H
#include <stdbool.h>
#include <stddef.h>

// An MQTT client by libmosquitto, which is loaded when the first one is made: most boxes have no broker.
//
// A client belongs to one thread. Its calls return 0, or an error for the questions below; what it
// calls, it calls from within `cmqtt_read`.

/// What a client calls. The context is that of `cmqtt_new`.
struct cmqtt_calls {
    /// The broker answered: 0 when it lets us in, else why not by MQTT 3.1.1. The silence is the one in seconds after which
    /// it wants to be pinged, 0 when it leaves that to us.
    void (*_Nonnull connected)(void *_Nonnull context, int code, int silence);
    /// The broker answered a subscription: whether it lets us read.
    void (*_Nonnull subscribed)(void *_Nonnull context, bool is_granted);
    void (*_Nonnull received)(void *_Nonnull context, const char *_Nonnull topic, const void *_Nullable payload,
                              size_t count, bool is_retained);
    /// The broker has a message of ours: whether it let us publish it.
    void (*_Nonnull taken)(void *_Nonnull context, bool is_allowed);
    /// What the library says of what it does, for the cause of an error.
    void (*_Nonnull said)(void *_Nonnull context, const char *_Nonnull text);
};

/// Whether libmosquitto is there; loads it.
bool cmqtt_is_there(void);

/// A client without a session at the broker that outlives the connection; NULL without memory.
void *_Nullable cmqtt_new(const char *_Nonnull identifier, const struct cmqtt_calls *_Nonnull calls,
                          void *_Nonnull context);
void cmqtt_free(void *_Nonnull client);
int cmqtt_set_user(void *_Nonnull client, const char *_Nonnull name, const char *_Nullable password);
/// Trusts the certificates of a file, or else of a folder; with `takes_any` all of them.
int cmqtt_set_tls(void *_Nonnull client, const char *_Nullable file, const char *_Nullable folder, bool takes_any);
/// What the broker tells others when we are gone without a word; it is kept there.
int cmqtt_set_will(void *_Nonnull client, const char *_Nonnull topic, const char *_Nonnull text);
/// Looks the name up and connects, which may take minutes; errno has the cause of an error.
///
/// With MQTT 5 the broker keeps larger packets to itself, and may refuse the version; otherwise it is MQTT 3.1.1, in which
/// any client can send us a packet of 256 MB.
int cmqtt_connect(void *_Nonnull client, const char *_Nonnull host, int port, int keep_alive, bool is_five,
                  unsigned largest_packet);
/// Whether an answer to the connection says that the broker does not know MQTT 5.
bool cmqtt_is_too_new(int answer);
int cmqtt_subscribe(void *_Nonnull client, const char *_Nonnull topic, int quality);
/// Tells others; it is kept there.
int cmqtt_publish(void *_Nonnull client, const char *_Nonnull topic, const char *_Nonnull text);
/// Tells others, who must be there to hear it.
int cmqtt_say(void *_Nonnull client, const char *_Nonnull topic, const char *_Nonnull text);
/// Tells others with QoS 1; `is_kept` when it is kept there. The library waits with more than 20 until the broker has some.
int cmqtt_tell(void *_Nonnull client, const char *_Nonnull topic, const void *_Nullable text, size_t count, bool is_kept);
int cmqtt_disconnect(void *_Nonnull client);

/// The socket, or -1.
int cmqtt_socket(void *_Nonnull client);
bool cmqtt_wants_to_write(void *_Nonnull client);
int cmqtt_read(void *_Nonnull client);
int cmqtt_write(void *_Nonnull client);
/// To be called several times in the silence that is allowed, since only this pings.
int cmqtt_look(void *_Nonnull client);

/// Whether errno has the cause of an error.
bool cmqtt_is_system_error(int code);
/// Whether no machine is called so.
bool cmqtt_is_unknown_name(int code);
/// Whether a packet ends before its time.
bool cmqtt_is_malformed(int code);
/// Whether TLS went wrong.
bool cmqtt_is_tls_error(int code);
const char *_Nonnull cmqtt_text(int code);
#endif
