#include "ccrypto.h"

#include <cload.h>
#include <pthread.h>

// What is used of libcrypto 3, as its manual declares it; its structures stay opaque.
enum { ED25519 = 1087 };

static void *(*fetch_digest)(void *, const char *, const char *);
static int (*digest_of)(const void *, size_t, unsigned char *, unsigned *, const void *, void *);
static void *(*private_key)(int, void *, const unsigned char *, size_t);
static void *(*public_key)(int, void *, const unsigned char *, size_t);
static int (*raw_public_key)(const void *, unsigned char *, size_t *);
static void (*free_key)(void *);
static void *(*new_context)(void);
static void (*free_context)(void *);
static int (*begin_signing)(void *, void **, const void *, void *, void *);
static int (*sign)(void *, unsigned char *, size_t *, const unsigned char *, size_t);
static int (*begin_verifying)(void *, void **, const void *, void *, void *);
static int (*verify)(void *, const unsigned char *, size_t, const unsigned char *, size_t);

static void *sha256;
static bool is_loaded;

static void open_library(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_NOW);
    if (!library) return;
    if (!cload(library, &fetch_digest, "EVP_MD_fetch") || !cload(library, &digest_of, "EVP_Digest")
        || !cload(library, &private_key, "EVP_PKEY_new_raw_private_key")
        || !cload(library, &public_key, "EVP_PKEY_new_raw_public_key")
        || !cload(library, &raw_public_key, "EVP_PKEY_get_raw_public_key") || !cload(library, &free_key, "EVP_PKEY_free")
        || !cload(library, &new_context, "EVP_MD_CTX_new") || !cload(library, &free_context, "EVP_MD_CTX_free")
        || !cload(library, &begin_signing, "EVP_DigestSignInit") || !cload(library, &sign, "EVP_DigestSign")
        || !cload(library, &begin_verifying, "EVP_DigestVerifyInit") || !cload(library, &verify, "EVP_DigestVerify"))
        return;
    // Looked up once: that takes longer than the digest of a line.
    sha256 = fetch_digest(NULL, "SHA256", NULL);
    is_loaded = sha256 != NULL;
}

bool ccrypto_is_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return is_loaded;
}

bool ccrypto_digest(const void *bytes, size_t count, unsigned char *digest) {
    return ccrypto_is_there() && digest_of(bytes, count, digest, NULL, sha256, NULL) == 1;
}

bool ccrypto_key(const unsigned char *seed, unsigned char *key) {
    void *pair = ccrypto_is_there() ? private_key(ED25519, NULL, seed, CCRYPTO_SEED) : NULL;
    if (!pair) return false;
    size_t count = CCRYPTO_KEY;
    bool is_done = raw_public_key(pair, key, &count) == 1 && count == CCRYPTO_KEY;
    free_key(pair);
    return is_done;
}

bool ccrypto_sign(const unsigned char *seed, const void *bytes, size_t count, unsigned char *signature) {
    void *pair = ccrypto_is_there() ? private_key(ED25519, NULL, seed, CCRYPTO_SEED) : NULL;
    if (!pair) return false;
    void *context = new_context();
    size_t length = CCRYPTO_SIGNATURE;
    bool is_done = context && begin_signing(context, NULL, NULL, NULL, pair) == 1
        && sign(context, signature, &length, bytes, count) == 1 && length == CCRYPTO_SIGNATURE;
    free_context(context);
    free_key(pair);
    return is_done;
}

bool ccrypto_verify(const unsigned char *key, const void *bytes, size_t count, const unsigned char *signature) {
    void *half = ccrypto_is_there() ? public_key(ED25519, NULL, key, CCRYPTO_KEY) : NULL;
    if (!half) return false;
    void *context = new_context();
    bool is_right = context && begin_verifying(context, NULL, NULL, NULL, half) == 1
        && verify(context, signature, CCRYPTO_SIGNATURE, bytes, count) == 1;
    free_context(context);
    free_key(half);
    return is_right;
}
