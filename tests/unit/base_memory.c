// SPDX-License-Identifier: Apache-2.0
// Arenas, buffers, secrets.
#include "config.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/secret.h"
#include "tests/unit/base.h"

#include <stdlib.h>

#include "base/banned.h"

static void arena_gives_zeroed_and_aligned_memory(void)
{
	struct arena arena;

	arena_init(&arena, 0);
	for (size_t size = 0; size < 5000; size += 37) {
		unsigned char *memory = arena_alloc(&arena, size);
		size_t set = 0;

		CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
		CU_ASSERT_EQUAL((uintptr_t)memory % 16, 0);
		for (size_t i = 0; i < size; i++)
			set += memory[i] != 0;
		CU_ASSERT_EQUAL(set, 0);
		memset(memory, 0xff, size);
		CU_ASSERT_PTR_NOT_NULL(arena_bytes(&arena, 3));
	}
	arena_reset(&arena);
	CU_ASSERT_EQUAL(arena.used, 0);
	CU_ASSERT_EQUAL(*(unsigned char *)arena_alloc(&arena, 1), 0);
	arena_finish(&arena);
}

static void arena_keeps_pointers_valid_while_it_grows(void)
{
	struct arena arena;
	char *first, *numbers[1000];

	arena_init(&arena, 0);
	first = arena_strdup(&arena, "first");
	for (int i = 0; i < 1000; i++)
		numbers[i] = arena_printf(&arena, "%0*d", 1 + i % 97, i);
	CU_ASSERT_PTR_NOT_NULL(arena_bytes(&arena, 3 << 20));
	UNIT_SAME_TEXT(first, "first");
	UNIT_SAME_TEXT(numbers[7], "00000007");
	CU_ASSERT_EQUAL(atoll(numbers[999]), 999);
	arena_finish(&arena);
	arena_finish(&arena);
}

static void arena_refuses_more_than_its_limit(void)
{
	struct arena arena;

	arena_init(&arena, 100);
	CU_ASSERT_PTR_NOT_NULL(arena_bytes(&arena, 60));
	CU_ASSERT_PTR_NULL(arena_bytes(&arena, 41));
	CU_ASSERT_PTR_NULL(arena_alloc(&arena, 41));
	CU_ASSERT_PTR_NULL(arena_alloc(&arena, SIZE_MAX));
	CU_ASSERT_PTR_NOT_NULL(arena_bytes(&arena, 40));
	CU_ASSERT_PTR_NULL(arena_bytes(&arena, 1));
	arena_finish(&arena);
}

static void arena_move_hands_everything_over(void)
{
	struct arena to, from;
	char *a, *b;

	arena_init(&to, 0);
	arena_init(&from, 0);
	arena_move(&to, &from);
	a = arena_strdup(&from, "from one");
	arena_move(&to, &from);
	b = arena_strdup(&from, "from two");
	arena_move(&to, &from);
	arena_finish(&from);
	UNIT_SAME_TEXT(a, "from one");
	UNIT_SAME_TEXT(b, "from two");
	CU_ASSERT_EQUAL(to.used, 18);
	CU_ASSERT_EQUAL(from.used, 0);
	arena_finish(&to);
}

static void buffer_breaks_at_its_limit_and_keeps_what_it_had(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 10);
	UNIT_SAME_TEXT(buffer_text(&buffer), "");
	CU_ASSERT_TRUE(buffer_add_text(&buffer, "12345"));
	CU_ASSERT_TRUE(buffer_printf(&buffer, "%d", 67890));
	CU_ASSERT_FALSE(buffer_add_char(&buffer, 'x'));
	CU_ASSERT_TRUE(buffer.broken);
	CU_ASSERT_FALSE(buffer_add(&buffer, "", 0));
	UNIT_SAME_TEXT(buffer_text(&buffer), "1234567890");
	CU_ASSERT_PTR_NULL(buffer_take(&buffer));
	buffer_clear(&buffer);
	CU_ASSERT_TRUE(buffer_add_text(&buffer, "again"));
	UNIT_SAME_TEXT(buffer_text(&buffer), "again");
	buffer_finish(&buffer);
}

static void buffer_take_hands_the_memory_over(void)
{
	struct buffer buffer;
	char *text;

	buffer_init(&buffer, SIZE_MAX);
	text = buffer_take(&buffer);
	UNIT_SAME_TEXT(text, "");
	free(text);
	for (int i = 0; i < 1000; i++)
		buffer_printf(&buffer, "%d,", i);
	CU_ASSERT_EQUAL(buffer.size, 3890);
	text = buffer_take(&buffer);
	CU_ASSERT_EQUAL(strlen(text), 3890);
	CU_ASSERT_EQUAL(buffer.size, 0);
	free(text);
	buffer_finish(&buffer);
}

static void buffer_with_limit_zero_takes_nothing(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 0);
	CU_ASSERT_TRUE(buffer_add(&buffer, "", 0));
	CU_ASSERT_FALSE(buffer_add_char(&buffer, 'x'));
	buffer_finish(&buffer);
}

static void secret_holds_any_bytes_until_the_last_reference(void)
{
	struct secret *secret = secret_create("a\0b", 3);
	struct secret *same = secret_ref(secret);

	CU_ASSERT_PTR_EQUAL(secret, same);
	secret_unref(secret);
	CU_ASSERT_EQUAL(secret_length(same), 3);
	CU_ASSERT_EQUAL(memcmp(secret_text(same), "a\0b", 4), 0);
	secret_unref(same);
	UNIT_SAME_TEXT(secret_text(NULL), "");
	CU_ASSERT_EQUAL(secret_length(NULL), 0);
	CU_ASSERT_PTR_NULL(secret_ref(NULL));
	secret_unref(NULL);
}

static void secret_wipe_clears(void)
{
	char text[] = "hidden";

	secret_wipe(text, sizeof(text));
	CU_ASSERT_EQUAL(memcmp(text, "\0\0\0\0\0\0", sizeof(text)), 0);
}

static const struct unit_test tests[] = {
        UNIT_TEST(arena_gives_zeroed_and_aligned_memory),
        UNIT_TEST(arena_keeps_pointers_valid_while_it_grows),
        UNIT_TEST(arena_refuses_more_than_its_limit),
        UNIT_TEST(arena_move_hands_everything_over),
        UNIT_TEST(buffer_breaks_at_its_limit_and_keeps_what_it_had),
        UNIT_TEST(buffer_take_hands_the_memory_over),
        UNIT_TEST(buffer_with_limit_zero_takes_nothing),
        UNIT_TEST(secret_holds_any_bytes_until_the_last_reference),
        UNIT_TEST(secret_wipe_clears),
};
const struct unit_suite base_memory_suite = UNIT_SUITE("base memory", tests);
