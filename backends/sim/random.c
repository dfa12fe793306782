// SPDX-License-Identifier: Apache-2.0
// xoshiro256**.
#include "config.h"
#include "sim/random.h"

#include "base/banned.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void random_seed(struct random *random, uint64_t seed)
{
	for (size_t i = 0; i < COUNT_OF(random->state); i++)
		random->state[i] = splitmix(&seed);
}

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t random_next(struct random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t random_below(struct random *random, uint64_t limit)
{
	// The bias of a remainder does not matter for limits this small.
	return limit ? (random_next(random) >> 11) % limit : 0;
}

int64_t random_between(struct random *random, int64_t least, int64_t most)
{
	return most <= least ? least : least + (int64_t)random_below(random, (uint64_t)(most - least) + 1);
}

bool random_chance(struct random *random, double probability)
{
	return (double)(random_next(random) >> 11) * 0x1.0p-53 < probability;
}

static void random_digits(struct random *random, const char *digits, size_t base, char *out, size_t count)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < count; i++) {
		if (i % 8 == 0)
			bits = random_next(random) >> 11;
		out[i] = digits[bits % base];
		bits /= base;
	}
	out[count] = 0;
}

void random_letters(struct random *random, char *out, size_t count)
{
	random_digits(random, "0123456789abcdefghijklmnopqrstuvwxyz", 36, out, count);
}

void random_hex(struct random *random, char *out, size_t count)
{
	random_digits(random, "0123456789abcdef", 16, out, count);
}

void random_uuid(struct random *random, bool upper, char out[37])
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char hex[33];
	random_digits(random, digits, 16, hex, 32);
	for (size_t from = 0, to = 0; to < 36; to++)
		out[to] = (to == 8 || to == 13 || to == 18 || to == 23) ? '-' : hex[from++];
	out[36] = 0;
}
