// SPDX-License-Identifier: Apache-2.0
// Each secret has pages of its own, so that locking, hiding and wiping them touches nothing else.
#include "config.h"
#include "base/secret.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/banned.h"

struct secret {
	atomic_uint references;
	size_t mapped; // bytes, this header included
	size_t length;
	char text[];
};

struct secret *secret_create(const char *text, size_t length)
{
	size_t mapped = sizeof(struct secret) + length + 1;
	struct secret *secret;

	if (length > SIZE_MAX / 2)
		return NULL;
	secret = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (secret == MAP_FAILED)
		return NULL;
	// Best effort: a low RLIMIT_MEMLOCK must not keep anybody from logging in.
	(void)mlock(secret, mapped);
	(void)madvise(secret, mapped, MADV_DONTDUMP);
	atomic_init(&secret->references, 1);
	secret->mapped = mapped;
	secret->length = length;
	if (length > 0)
		memcpy(secret->text, text, length);
	secret->text[length] = '\0';
	return secret;
}

struct secret *secret_ref(struct secret *secret)
{
	if (secret)
		atomic_fetch_add_explicit(&secret->references, 1, memory_order_relaxed);
	return secret;
}

void secret_unref(struct secret *secret)
{
	size_t mapped;

	if (!secret || atomic_fetch_sub_explicit(&secret->references, 1, memory_order_acq_rel) != 1)
		return;
	mapped = secret->mapped;
	secret_wipe(secret->text, secret->length);
	munmap(secret, mapped);
}

const char *secret_text(const struct secret *secret)
{
	return secret ? secret->text : "";
}

size_t secret_length(const struct secret *secret)
{
	return secret ? secret->length : 0;
}

void secret_wipe(void *data, size_t size)
{
	if (size > 0)
		explicit_bzero(data, size);
}
