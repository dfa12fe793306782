// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/oss_digest.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/banned.h"

// The library's context itself: nothing else is kept.
struct oss_digest *oss_digest_create(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context && EVP_DigestInit_ex(context, EVP_md5(), NULL) != 1) {
		EVP_MD_CTX_free(context);
		context = NULL;
	}
	return (struct oss_digest *)(void *)context;
}

void oss_digest_destroy(struct oss_digest *digest)
{
	EVP_MD_CTX_free((EVP_MD_CTX *)(void *)digest);
}

void oss_digest_add(struct oss_digest *digest, const void *data, size_t size)
{
	EVP_DigestUpdate((EVP_MD_CTX *)(void *)digest, data, size);
}

void oss_digest_end(struct oss_digest *digest, unsigned char out[MD5_SIZE])
{
	memset(out, 0, MD5_SIZE);
	EVP_DigestFinal_ex((EVP_MD_CTX *)(void *)digest, out, NULL);
}
