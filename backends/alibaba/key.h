// SPDX-License-Identifier: Apache-2.0
// One set of keys that requests are signed with. Never changed after it was made; shared by reference count.
#ifndef PEERDECK_ALIBABA_KEY_H
#define PEERDECK_ALIBABA_KEY_H

#include <stdatomic.h>

#include "base/secret.h"

struct key {
	atomic_uint references;
	char id[160];
	struct secret *secret;
	struct secret *token; // NULL = a permanent key
	int64_t expires;      // 0 = never
	char source[128];     // for people: "profile ops (~/.aliyun/config.json)"
};

// Copies the texts; `token` may be NULL or "". NULL when out of memory or a text is too long.
struct key *key_create(const char *id, const char *secret, const char *token, int64_t expires, const char *source);
struct key *key_ref(struct key *key); // NULL in, NULL out
void key_unref(struct key *key);

#endif
