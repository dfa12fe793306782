// SPDX-License-Identifier: Apache-2.0
// Files cut into parts, checksums of parts joined, marks of uploads.
#include "config.h"

#include "tests/unit/alibaba.h"

#include <stdlib.h>

#include "alibaba/upload_plan.h"
#include "base/crc64.h"

#include "base/banned.h"

enum { MIB = 1 << 20, OSS_PARTS_MOST = 10000 };

static void parts_cover_the_file_within_what_oss_takes(void)
{
	static const uint64_t sizes[] = {0, 1, UPLOAD_PART_LEAST, UPLOAD_PART_LEAST + 1, 20ull << 30, (20ull << 30) + 7,
	        100ull << 30, 2048ull << 30};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct upload_plan plan;
		uint64_t sum = 0;

		upload_plan_make(&plan, sizes[i], 16);
		CU_ASSERT_TRUE(plan.count <= OSS_PARTS_MOST);
		CU_ASSERT_EQUAL(plan.count == 0, sizes[i] <= UPLOAD_PART_LEAST);
		CU_ASSERT_EQUAL(plan.part_size % MIB, 0);
		CU_ASSERT_TRUE(plan.parallel >= 1 && plan.parallel <= UPLOAD_PARALLEL_MOST);
		for (unsigned part = 0; part < plan.count; part++) {
			CU_ASSERT_TRUE(upload_part_size(&plan, part) > 0);
			sum += upload_part_size(&plan, part);
		}
		CU_ASSERT_EQUAL(sum, plan.count ? sizes[i] : 0);
	}
}

static void the_context_s_limit_of_requests_holds(void)
{
	struct upload_plan plan;

	upload_plan_make(&plan, 1ull << 30, 2);
	CU_ASSERT_EQUAL(plan.parallel, 2);
	upload_plan_make(&plan, 1ull << 30, 0);
	CU_ASSERT_EQUAL(plan.parallel, UPLOAD_PARALLEL_MOST);
	upload_plan_make(&plan, UPLOAD_PART_LEAST + 1, 16);
	CU_ASSERT_EQUAL(plan.parallel, 2);
}

static void checksums_of_parts_join_to_that_of_the_whole(void)
{
	enum { SIZE = 3 * UPLOAD_PART_LEAST / 2 + 77 };
	unsigned char *bytes = malloc(SIZE);
	struct upload_plan plan;
	uint64_t crcs[2];

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(i * 2654435761u >> 13);
	upload_plan_make(&plan, SIZE, 16);
	CU_ASSERT_EQUAL_FATAL(plan.count, 2);
	crcs[0] = crc64(0, bytes, plan.part_size);
	crcs[1] = crc64(0, bytes + plan.part_size, SIZE - plan.part_size);
	CU_ASSERT_EQUAL(upload_crc(&plan, crcs), crc64(0, bytes, SIZE));
	free(bytes);
}

static void marks_come_back_as_they_were_and_others_are_none(void)
{
	static const char *const wrong[] = {"", "1", "1 2 3", "2 5 16777216 7 8 id", "1 5 0 7 8 id",
	        "1 5 16777216 7 8 ", "1 5 16777216 7 8 two words", "bucket/object"};
	struct upload_mark mark = {
	        .size = 5ull << 40, .part_size = 16 * MIB, .modified_ns = 1795225597123456789, .began = 7};
	struct upload_mark read;
	char text[UPLOAD_MARK_SIZE];

	upload_mark_write(&mark, text);
	CU_ASSERT_TRUE(upload_mark_read(&read, text));
	CU_ASSERT_EQUAL(read.size, mark.size);
	CU_ASSERT_EQUAL(read.modified_ns, mark.modified_ns);
	CU_ASSERT_STRING_EQUAL(read.id, "");
	snprintf(mark.id, sizeof(mark.id), "0004B9894A22E5B1888A1E29F8236E2D");
	upload_mark_write(&mark, text);
	CU_ASSERT_TRUE(upload_mark_read(&read, text));
	CU_ASSERT_STRING_EQUAL(read.id, mark.id);
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CU_ASSERT_FALSE(upload_mark_read(&read, wrong[i]));
	CU_ASSERT_FALSE(upload_mark_read(&read, NULL));
}

static const struct unit_test tests[] = {
        UNIT_TEST(parts_cover_the_file_within_what_oss_takes),
        UNIT_TEST(the_context_s_limit_of_requests_holds),
        UNIT_TEST(checksums_of_parts_join_to_that_of_the_whole),
        UNIT_TEST(marks_come_back_as_they_were_and_others_are_none),
};
const struct unit_suite alibaba_upload_suite = UNIT_SUITE("upload", tests);
