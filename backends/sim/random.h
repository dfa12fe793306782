// SPDX-License-Identifier: Apache-2.0
// Repeatable randomness (xoshiro256**, public domain algorithm by Blackman and Vigna), seeded by splitmix64.
#ifndef PEERDECK_SIM_RANDOM_H
#define PEERDECK_SIM_RANDOM_H

#include "base/base.h"

struct random {
	uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t limit);               // 0 … limit-1; 0 for limit 0
int64_t random_between(struct random *random, int64_t least, int64_t most); // both included
bool random_chance(struct random *random, double probability);
void random_letters(struct random *random, char *out, size_t count); // 0-9 a-z, and a NUL
void random_hex(struct random *random, char *out, size_t count);     // 0-9 a-f, and a NUL
void random_uuid(struct random *random, bool upper, char out[37]);

#endif
