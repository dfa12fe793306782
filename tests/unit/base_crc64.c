// SPDX-License-Identifier: Apache-2.0
// CRC-64/XZ by every way that it is computed.
#include "config.h"

#include "base/crc64.h"
#include "tests/unit/base.h"

#include "base/banned.h"

enum { LONGEST = 1500 };

static void the_check_value_is_the_published_one(void)
{
	CU_ASSERT_TRUE(crc64(0, "123456789", 9) == 0x995dc9bbdf1939fa);
	CU_ASSERT_TRUE(crc64(0, "", 0) == 0);
}

// Short texts go by table, long ones by multiplication; both must agree with one byte at a time, at any alignment.
static void all_lengths_agree_with_single_bytes_and_with_their_halves(void)
{
	unsigned char bytes[LONGEST + 1];
	uint32_t seed = 1;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
	for (size_t size = 0; size < LONGEST; size += size < 300 ? 1 : 37) {
		const unsigned char *at = bytes + size % 2;
		size_t half = size / 3;
		uint64_t whole = crc64(0, at, size), single = 0;

		for (size_t i = 0; i < size; i++)
			single = crc64(single, at + i, 1);
		CU_ASSERT_TRUE(whole == single);
		CU_ASSERT_TRUE(whole == crc64(crc64(0, at, half), at + half, size - half));
		CU_ASSERT_TRUE(
		        whole == crc64_combine(crc64(0, at, half), crc64(0, at + half, size - half), size - half));
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_check_value_is_the_published_one),
        UNIT_TEST(all_lengths_agree_with_single_bytes_and_with_their_halves),
};
const struct unit_suite base_crc64_suite = UNIT_SUITE("crc64", tests);
