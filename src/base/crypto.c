// SPDX-License-Identifier: Apache-2.0
// Digests for request signing. Randomness comes straight from the kernel: no generator of ours to seed or to fork.
#include "config.h"
#include "base/crypto.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/banned.h"

static const char hex_digits[] = "0123456789abcdef";

// Digests of memory fail only when the library is broken or forbids the algorithm: the result is then all zero, which
// no service accepts.
static void digest(const EVP_MD *algorithm, const void *data, size_t size, unsigned char *out, size_t out_size)
{
	unsigned int written = 0;

	if (!algorithm || !EVP_Digest(data, size, out, &written, algorithm, NULL) || written != out_size)
		memset(out, 0, out_size);
}

static void hmac(const EVP_MD *algorithm, const void *key, size_t key_size, const void *data, size_t size,
        unsigned char *out, size_t out_size)
{
	unsigned int written = 0;

	// HMAC() takes a NULL key for "the key of last time".
	if (!key)
		key = "";
	if (key_size > INT_MAX || !HMAC(algorithm, key, (int)key_size, data, size, out, &written) ||
	        written != out_size)
		memset(out, 0, out_size);
}

static void to_hex(const unsigned char *data, size_t size, char *out)
{
	for (size_t i = 0; i < size; i++) {
		*out++ = hex_digits[data[i] >> 4];
		*out++ = hex_digits[data[i] & 15];
	}
	*out = '\0';
}

void crypto_sha256(const void *data, size_t size, unsigned char out[SHA256_SIZE])
{
	digest(EVP_sha256(), data, size, out, SHA256_SIZE);
}

void crypto_sha256_hex(const void *data, size_t size, char out[SHA256_HEX_SIZE])
{
	unsigned char hash[SHA256_SIZE];

	crypto_sha256(data, size, hash);
	to_hex(hash, sizeof(hash), out);
}

void crypto_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size, unsigned char out[SHA256_SIZE])
{
	hmac(EVP_sha256(), key, key_size, data, size, out, SHA256_SIZE);
}

void crypto_hmac_sha1(const void *key, size_t key_size, const void *data, size_t size, unsigned char out[SHA1_SIZE])
{
	hmac(EVP_sha1(), key, key_size, data, size, out, SHA1_SIZE);
}

void crypto_md5(const void *data, size_t size, unsigned char out[16])
{
	digest(EVP_md5(), data, size, out, 16);
}

bool crypto_random(void *out, size_t size)
{
	unsigned char *at = out;

	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

bool crypto_random_hex(char *out, size_t digits)
{
	unsigned char random[32];

	for (size_t done = 0; done < digits; done++) {
		size_t at = done % (2 * sizeof(random));

		if (at == 0 && !crypto_random(random, sizeof(random)))
			return false;
		out[done] = hex_digits[at % 2 ? random[at / 2] & 15 : random[at / 2] >> 4];
	}
	out[digits] = '\0';
	return true;
}

bool crypto_equal(const void *a, const void *b, size_t size)
{
	return CRYPTO_memcmp(a, b, size) == 0;
}
