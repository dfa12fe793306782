// SPDX-License-Identifier: Apache-2.0
// Two generations of hash sets; the older one is dropped every half hour, or when the newer one is large. Each entry is
// a 128-bit digest, so that a nonce of any length costs the same.
#include "config.h"
#include "sim/nonces.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { GENERATION_MS = 30 * 60 * 1000, MOST = 1 << 20, FIRST = 1 << 10 };

struct digest {
	uint64_t high, low;
};

struct generation {
	struct digest *slots;
	size_t size, used;
};

struct nonces {
	struct generation now, before;
	int64_t since;
};

struct nonces *nonces_create(void)
{
	struct nonces *nonces = memory_zeroed(1, sizeof(*nonces));
	nonces->now = (struct generation){.slots = memory_zeroed(FIRST, sizeof(struct digest)), .size = FIRST};
	return nonces;
}

void nonces_destroy(struct nonces *nonces)
{
	if (!nonces)
		return;
	free(nonces->now.slots);
	free(nonces->before.slots);
	free(nonces);
}

static struct digest *slot_of(const struct generation *generation, struct digest digest)
{
	size_t i = digest.low & (generation->size - 1);
	while ((generation->slots[i].high || generation->slots[i].low) &&
	        (generation->slots[i].high != digest.high || generation->slots[i].low != digest.low))
		i = (i + 1) & (generation->size - 1);
	return &generation->slots[i];
}

static bool holds(const struct generation *generation, struct digest digest)
{
	if (!generation->size)
		return false;
	const struct digest *slot = slot_of(generation, digest);
	return slot->high || slot->low;
}

static void grow(struct generation *generation)
{
	struct generation bigger = {.size = generation->size * 2, .used = generation->used};
	bigger.slots = memory_zeroed(bigger.size, sizeof(*bigger.slots));
	for (size_t i = 0; i < generation->size; i++)
		if (generation->slots[i].high || generation->slots[i].low)
			*slot_of(&bigger, generation->slots[i]) = generation->slots[i];
	free(generation->slots);
	*generation = bigger;
}

static struct digest digest_of(const char *key_id, const char *nonce)
{
	unsigned char mac[SHA256_SIZE];
	struct digest digest;
	crypto_hmac_sha256(key_id, strlen(key_id), nonce, strlen(nonce), mac);
	memcpy(&digest, mac, sizeof(digest));
	digest.high |= 1; // an empty slot is all zero
	return digest;
}

bool nonces_use(struct nonces *nonces, const char *key_id, const char *nonce, int64_t now)
{
	struct digest digest = digest_of(key_id, nonce);
	if (now - nonces->since > GENERATION_MS || nonces->now.used >= MOST) {
		free(nonces->before.slots);
		nonces->before = nonces->now;
		nonces->now = (struct generation){.slots = memory_zeroed(FIRST, sizeof(digest)), .size = FIRST};
		nonces->since = now;
	}
	if (holds(&nonces->now, digest) || holds(&nonces->before, digest))
		return false;
	if ((nonces->now.used + 1) * 2 > nonces->now.size)
		grow(&nonces->now);
	*slot_of(&nonces->now, digest) = digest;
	nonces->now.used++;
	return true;
}
