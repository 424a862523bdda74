#ifndef CCRYPTO_H
#define CCRYPTO_H
#include <stdbool.h>
#include <stddef.h>

// SHA-256 (FIPS 180-4) and Ed25519 (RFC 8032) by OpenSSL's libcrypto, which libcurl has loaded anyway: it is opened when the
// first of these is called, and without it each answers false.

enum { CCRYPTO_DIGEST = 32, CCRYPTO_SEED = 32, CCRYPTO_KEY = 32, CCRYPTO_SIGNATURE = 64 };

/// Whether libcrypto is there; loads it.
bool ccrypto_is_there(void);
bool ccrypto_digest(const void *_Nonnull bytes, size_t count, unsigned char *_Nonnull digest);
/// The public key of the private key that a seed is.
bool ccrypto_key(const unsigned char *_Nonnull seed, unsigned char *_Nonnull key);
bool ccrypto_sign(const unsigned char *_Nonnull seed, const void *_Nonnull bytes, size_t count,
                  unsigned char *_Nonnull signature);
/// Whether a signature is that of the key over the bytes.
bool ccrypto_verify(const unsigned char *_Nonnull key, const void *_Nonnull bytes, size_t count,
                    const unsigned char *_Nonnull signature);
#endif
