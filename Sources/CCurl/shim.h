#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H
#include <curl/curl.h>

/// The version of the library at hand.
static inline const char *_Nonnull ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }

// curl_easy_setopt and its like are variadic, which Swift cannot call: one typed wrapper per kind of argument.
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
// No word before TLS: the constant is an enumeration's in libcurl 7 and a number in 8.
static inline CURLcode ccurl_demand_tls(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
}
// As for the constant above. By HTTP/2 all requests to a server share one connection, which libcurl keeps when one of them
// gets no answer: where a router lost it, none would get one for a quarter of an hour, until the kernel gives it up.
static inline CURLcode ccurl_speak_http1(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}
// What every handle needs, whatever it asks and whom:
// - No signals: there are threads.
// - No proxy of the environment: it has two connections for all servers together, and knows nothing of those in the house.
// - A request that is given up while its name is looked up leaves that to the look-up's own thread. Otherwise libcurl waits
//   for it: with a name server that is away half a minute, in which no other request goes on.
static inline void ccurl_keep_apart(CURL *handle) {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
}
/// TLS sessions for all handles of one thread; without it each has its own, and mostly not the one that is wanted.
static inline CURLSH *ccurl_share_sessions(void) {
    CURLSH *share = curl_share_init();
    if (share) curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return share;
}
typedef size_t (*ccurl_receive)(char *, size_t, size_t, void *);
static inline CURLcode ccurl_set_body_receiver(CURL *handle, ccurl_receive function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}
static inline CURLcode ccurl_set_header_receiver(CURL *handle, ccurl_receive function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_HEADERDATA, context) : code;
}
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
/// A text that belongs to the handle, or NULL.
static inline const char *ccurl_get_string(CURL *handle, CURLINFO info) {
    const char *found = NULL;
    return curl_easy_getinfo(handle, info, &found) == CURLE_OK ? found : NULL;
}
/// The socket of a handle that only connects; -1 when it has none (any more).
static inline curl_socket_t ccurl_get_socket(CURL *handle) {
    curl_socket_t found = CURL_SOCKET_BAD;
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &found) == CURLE_OK ? found : CURL_SOCKET_BAD;
}
#endif
