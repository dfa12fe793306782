// SPDX-License-Identifier: Apache-2.0
// The few digests that request signing needs, on OpenSSL's libcrypto.
#ifndef PEERDECK_BASE_CRYPTO_H
#define PEERDECK_BASE_CRYPTO_H

#include "base/base.h"

enum { SHA1_SIZE = 20, SHA256_SIZE = 32, SHA256_HEX_SIZE = 65 };

void crypto_sha256(const void *data, size_t size, unsigned char out[SHA256_SIZE]);
void crypto_sha256_hex(const void *data, size_t size, char out[SHA256_HEX_SIZE]); // lower case, NUL-terminated
void crypto_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size, unsigned char out[SHA256_SIZE]);
void crypto_hmac_sha1(const void *key, size_t key_size, const void *data, size_t size, unsigned char out[SHA1_SIZE]);
void crypto_md5(const void *data, size_t size, unsigned char out[16]); // Content-MD5 only, never for security
bool crypto_random(void *out, size_t size); // from the operating system
// `digits` lower-case hex digits and a NUL.
bool crypto_random_hex(char *out, size_t digits);
bool crypto_equal(const void *a, const void *b, size_t size); // constant time

#endif
