// SPDX-License-Identifier: Apache-2.0
// A fuzz target is a file with this one function. `make fuzz` builds it for libFuzzer; `make check` runs it over its
// corpus, each file whole, cut everywhere and with bytes changed.
#ifndef PEERDECK_TESTS_FUZZ_FUZZ_H
#define PEERDECK_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Holds in every build, unlike assert.
#define FUZZ_CHECK(condition)                                                                                          \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			abort();                                                                                       \
	} while (0)

#endif
