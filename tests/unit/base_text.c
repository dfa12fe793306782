// SPDX-License-Identifier: Apache-2.0
// Showing, measuring, cutting, matching and ordering text.
#include "config.h"

#include "base/text.h"
#include "tests/unit/base.h"

#include "base/banned.h"

static void utf8_is_checked_strictly(void)
{
	CU_ASSERT_TRUE(text_is_utf8("", 0));
	CU_ASSERT_TRUE(text_is_utf8("a\xe4\xb8\xad\xf0\x9f\x98\x80", 8));
	CU_ASSERT_FALSE(text_is_utf8("\xc0\xaf", 2));         // overlong
	CU_ASSERT_FALSE(text_is_utf8("\xed\xa0\x80", 3));     // surrogate
	CU_ASSERT_FALSE(text_is_utf8("\xf4\x90\x80\x80", 4)); // above U+10FFFF
	CU_ASSERT_FALSE(text_is_utf8("\xe4\xb8", 2));         // cut
	CU_ASSERT_FALSE(text_is_utf8("\x80", 1));
	CU_ASSERT_FALSE(text_is_utf8("\xff", 1));
}

static void foreign_text_cannot_steer_a_terminal(void)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
	        {"plain", "plain"},
	        {"\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad\xe6\x96\x87"},
	        {"a\033[31mb", "a^[[31mb"},
	        {"tab\tnewline\n", "tab newline "},
	        {"\r\b\x7f", "^M^H^?"},
	        {"\xc2\x9b", "<U+009B>"},
	        {"\xe2\x80\xae", "<U+202E>"},
	        {"\xef\xbb\xbf", "<U+FEFF>"},
	        {"\xf3\xa0\x80\x81", "<U+E0001>"},
	        {"bad\xff\xc3", "bad\xef\xbf\xbd\xef\xbf\xbd"},
	        {"e\xcc\x81", "e\xcc\x81"},
	};
	struct buffer buffer;
	char out[64];

	buffer_init(&buffer, 1000);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t length = strlen(cases[i].text);
		bool same = strcmp(cases[i].text, cases[i].shown) == 0;

		CU_ASSERT_EQUAL(text_visible(cases[i].text, length, out, sizeof(out)), strlen(cases[i].shown));
		UNIT_SAME_TEXT(out, cases[i].shown);
		CU_ASSERT_EQUAL(text_is_visible(cases[i].text, length), same);
		CU_ASSERT_TRUE(text_is_visible(out, strlen(out)));
		buffer_clear(&buffer);
		CU_ASSERT_TRUE(text_add_visible(&buffer, cases[i].text, length));
		UNIT_SAME_TEXT(buffer_text(&buffer), cases[i].shown);
	}
	CU_ASSERT_EQUAL(text_visible("a\0b", 3, out, sizeof(out)), 4);
	UNIT_SAME_TEXT(out, "a^@b");
	buffer_finish(&buffer);
}

static void visible_text_is_cut_between_characters(void)
{
	char out[6] = "?????";

	CU_ASSERT_EQUAL(text_visible("abc\xe4\xb8\xad", 6, out, sizeof(out)), 3);
	UNIT_SAME_TEXT(out, "abc");
	CU_ASSERT_EQUAL(text_visible("ab\xe4\xb8\xad", 5, out, sizeof(out)), 5);
	CU_ASSERT_EQUAL(text_visible("abcd\033", 5, out, sizeof(out)), 4);
	UNIT_SAME_TEXT(out, "abcd");
	CU_ASSERT_EQUAL(text_visible("abc", 3, out, 1), 0);
	UNIT_SAME_TEXT(out, "");
	CU_ASSERT_EQUAL(text_visible("abc", 3, NULL, 0), 0);
}

static void columns_follow_east_asian_width(void)
{
	CU_ASSERT_EQUAL(text_columns("abc", 3), 3);
	CU_ASSERT_EQUAL(text_columns("\xe4\xb8\xad\xe6\x96\x87", 6), 4);
	CU_ASSERT_EQUAL(text_columns("e\xcc\x81", 3), 1);
	CU_ASSERT_EQUAL(text_columns("\xff", 1), 1);
	CU_ASSERT_EQUAL(text_columns("", 0), 0);
}

static void fit_never_splits_a_character(void)
{
	int used = -1;

	CU_ASSERT_EQUAL(text_fit("\xe4\xb8\xad\xe6\x96\x87", 6, 3, &used), 3);
	CU_ASSERT_EQUAL(used, 2);
	CU_ASSERT_EQUAL(text_fit("e\xcc\x81x", 4, 1, &used), 3);
	CU_ASSERT_EQUAL(used, 1);
	CU_ASSERT_EQUAL(text_fit("abc", 3, 0, &used), 0);
	CU_ASSERT_EQUAL(used, 0);
	CU_ASSERT_EQUAL(text_fit("abc", 3, 99, NULL), 3);
}

static bool finds(const char *text, const char *needle)
{
	struct buffer folded;
	bool found;

	buffer_init(&folded, 1000);
	CU_ASSERT_TRUE(text_fold(&folded, needle, strlen(needle)));
	found = text_contains_folded(text, buffer_text(&folded));
	buffer_finish(&folded);
	return found;
}

static void search_ignores_case(void)
{
	CU_ASSERT_TRUE(finds("Peer-Pod-NGINX", "nginx"));
	CU_ASSERT_TRUE(finds("aab", "AB"));
	CU_ASSERT_TRUE(finds("x", ""));
	CU_ASSERT_FALSE(finds("", "x"));
	CU_ASSERT_FALSE(finds("ngin", "nginx"));
	CU_ASSERT_TRUE(finds("\xc3\x84rger", "\xc3\xa4RGER")); // Ä ä
	CU_ASSERT_TRUE(
	        finds("\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", "\xcf\x86\xce\x9f\xce\xa3")); // ς Σ
	CU_ASSERT_TRUE(finds("\xe2\x84\xaa"
	                     "elvin",
	        "kelvin"));                                                  // the Kelvin sign
	CU_ASSERT_TRUE(finds("\xe5\x8c\x97\xe4\xba\xac-1", "\xe4\xba\xac")); // 北京
	CU_ASSERT_TRUE(finds("bad\xff"
	                     "byte",
	        "D\xff"
	        "B"));
}

static void natural_order_is_by_value_of_numbers(void)
{
	static const char *const sorted[] = {"", "1", "2", "10", "010a", "a", "A1", "a2", "a10", "a10b", "B", "node-9",
	        "node-10", "node-99999999999999999999", "node-100000000000000000000", "\xe5\x8c\x97", "\xff"};

	for (size_t i = 0; i < COUNT_OF(sorted); i++)
		for (size_t n = 0; n < COUNT_OF(sorted); n++) {
			int order = text_compare_natural(sorted[i], sorted[n]);

			CU_ASSERT_EQUAL(order < 0, i < n);
			CU_ASSERT_EQUAL(order > 0, i > n);
		}
	CU_ASSERT_NOT_EQUAL(text_compare_natural("a", "A"), 0);
	CU_ASSERT_NOT_EQUAL(text_compare_natural("a01", "a1"), 0);
}

static void globs_match(void)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
	        {"*", "", true},
	        {"", "", true},
	        {"", "a", false},
	        {"a*", "abc", true},
	        {"*c", "abc", true},
	        {"a*c*e", "abcde", true},
	        {"a?c", "abc", true},
	        {"a?c", "ac", false},
	        {"?", "\xe4\xb8\xad", true},
	        {"podvm-*-????", "podvm-nginx-1a2b", true},
	        {"*ab", "aab", true},
	        {"*aab*b", "aaaabbb", true},
	        {"a", "A", false},
	        {"**a", "bba", true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_EQUAL(text_glob(cases[i].pattern, cases[i].text), cases[i].matches);
	CU_ASSERT_TRUE(text_starts_with("abc", "ab"));
	CU_ASSERT_FALSE(text_starts_with("ab", "abc"));
}

static void numbers_are_read_strictly(void)
{
	static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1a", "0x1", "9223372036854775808", "--1"};
	int64_t value = 42;

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_FALSE(text_to_int64(bad[i], &value));
	CU_ASSERT_EQUAL(value, 42);
	CU_ASSERT_TRUE(text_to_int64("-9223372036854775808", &value));
	CU_ASSERT_EQUAL(value, INT64_MIN);
	CU_ASSERT_TRUE(text_to_int64("007", &value));
	CU_ASSERT_EQUAL(value, 7);
}

static const struct unit_test tests[] = {
        UNIT_TEST(utf8_is_checked_strictly),
        UNIT_TEST(foreign_text_cannot_steer_a_terminal),
        UNIT_TEST(visible_text_is_cut_between_characters),
        UNIT_TEST(columns_follow_east_asian_width),
        UNIT_TEST(fit_never_splits_a_character),
        UNIT_TEST(search_ignores_case),
        UNIT_TEST(natural_order_is_by_value_of_numbers),
        UNIT_TEST(globs_match),
        UNIT_TEST(numbers_are_read_strictly),
};
const struct unit_suite base_text_suite = UNIT_SUITE("base text", tests);
