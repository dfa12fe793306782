// SPDX-License-Identifier: Apache-2.0
// Keys by reference count.
#include "alibaba/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct key *key_create(const char *id, const char *secret, const char *token, int64_t expires, const char *source)
{
	struct key *key = calloc(1, sizeof(*key));

	if (!key)
		return NULL;
	atomic_init(&key->references, 1);
	key->expires = expires;
	snprintf(key->source, sizeof(key->source), "%s", source);
	key->secret = secret_create(secret, strlen(secret));
	if (token && *token)
		key->token = secret_create(token, strlen(token));
	if (!key->secret || (token && *token && !key->token) ||
	        snprintf(key->id, sizeof(key->id), "%s", id) >= (int)sizeof(key->id)) {
		key_unref(key);
		return NULL;
	}
	return key;
}

struct key *key_ref(struct key *key)
{
	if (key)
		atomic_fetch_add_explicit(&key->references, 1, memory_order_relaxed);
	return key;
}

void key_unref(struct key *key)
{
	if (!key || atomic_fetch_sub_explicit(&key->references, 1, memory_order_acq_rel) != 1)
		return;
	secret_unref(key->secret);
	secret_unref(key->token);
	free(key);
}
