// SPDX-License-Identifier: Apache-2.0
// Encodings and digests, against the examples of their specifications.
#include "config.h"

#include "base/crypto.h"
#include "base/text.h"
#include "tests/unit/base.h"

#include "base/banned.h"

static void percent_keeps_unreserved_characters(void)
{
	struct buffer out;
	char text[] = "a%20b%2fc%zz%4";

	buffer_init(&out, 1000);
	CU_ASSERT_TRUE(text_add_percent(&out, "AZaz09-_.~ */+\xe4\xb8\xad", 17, NULL));
	UNIT_SAME_TEXT(buffer_text(&out), "AZaz09-_.~%20%2A%2F%2B%E4%B8%AD");
	buffer_clear(&out);
	CU_ASSERT_TRUE(text_add_percent(&out, "a/b c\0", 6, "/"));
	UNIT_SAME_TEXT(buffer_text(&out), "a/b%20c%00");
	CU_ASSERT_EQUAL(text_percent_decode(text), 10);
	UNIT_SAME_TEXT(text, "a b/c%zz%4");
	buffer_finish(&out);
}

static void base64_follows_rfc_4648(void)
{
	static const struct {
		const char *plain, *encoded;
	} cases[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	        {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "Z===", "=Zg=", "Zm9v*", "Zg==Zg==", "Zm9v="};
	struct buffer out;

	buffer_init(&out, 1000);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buffer_clear(&out);
		CU_ASSERT_TRUE(text_add_base64(&out, cases[i].plain, strlen(cases[i].plain)));
		UNIT_SAME_TEXT(buffer_text(&out), cases[i].encoded);
		buffer_clear(&out);
		CU_ASSERT_TRUE(text_decode_base64(&out, cases[i].encoded, strlen(cases[i].encoded)));
		UNIT_SAME_TEXT(buffer_text(&out), cases[i].plain);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_FALSE(text_decode_base64(&out, bad[i], strlen(bad[i])));
	UNIT_SAME_TEXT(buffer_text(&out), "foobar");
	buffer_clear(&out);
	CU_ASSERT_TRUE(text_decode_base64(&out, "Zm9v\r\n YmFy\n", 12));
	UNIT_SAME_TEXT(buffer_text(&out), "foobar");
	buffer_finish(&out);
}

static void json_strings_are_safe_in_a_terminal(void)
{
	struct buffer out;

	buffer_init(&out, 1000);
	CU_ASSERT_TRUE(text_add_json_string(&out, "a\"b\\c\n\t\033\x7f\xc2\x9b\xe4\xb8\xad\xff\xf3\xa0\x80\x81", 19));
	UNIT_SAME_TEXT(
	        buffer_text(&out), "\"a\\\"b\\\\c\\n\\t\\u001b\\u007f\\u009b\xe4\xb8\xad\xef\xbf\xbd\\udb40\\udc01\"");
	buffer_clear(&out);
	CU_ASSERT_TRUE(text_add_json_string(&out, "", 0));
	UNIT_SAME_TEXT(buffer_text(&out), "\"\"");
	buffer_finish(&out);
}

static void csv_fields_follow_rfc_4180(void)
{
	struct buffer out;

	buffer_init(&out, 1000);
	text_add_csv_field(&out, "plain", 5);
	buffer_add_char(&out, ',');
	text_add_csv_field(&out, "a,b\"c\nd", 7);
	UNIT_SAME_TEXT(buffer_text(&out), "plain,\"a,b\"\"c\nd\"");
	buffer_finish(&out);
}

static const char *hex(const void *data, size_t size)
{
	static struct buffer out = {.limit = 200};

	buffer_clear(&out);
	text_add_hex(&out, data, size);
	// Leaves nothing for a leak checker to find.
	static char text[201];
	snprintf(text, sizeof(text), "%s", buffer_text(&out));
	buffer_finish(&out);
	return text;
}

static void shell_words_stay_one_word(void)
{
	struct buffer out;

	buffer_init(&out, 256);
	CU_ASSERT_TRUE(text_add_shell_word(&out, "i-2ze0.a/b:c=d@e"));
	UNIT_SAME_TEXT(buffer_text(&out), "i-2ze0.a/b:c=d@e");
	buffer_clear(&out);
	CU_ASSERT_TRUE(text_add_shell_word(&out, ""));
	UNIT_SAME_TEXT(buffer_text(&out), "''");
	buffer_clear(&out);
	CU_ASSERT_TRUE(text_add_shell_word(&out, "it's $(rm -rf ~)"));
	UNIT_SAME_TEXT(buffer_text(&out), "'it'\\''s $(rm -rf ~)'");
	buffer_finish(&out);
}

static void digests_match_published_vectors(void)
{
	unsigned char out[SHA256_SIZE], key[20];
	char text[SHA256_HEX_SIZE];

	crypto_sha256_hex("", 0, text);
	UNIT_SAME_TEXT(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	crypto_sha256("abc", 3, out);
	UNIT_SAME_TEXT(hex(out, SHA256_SIZE), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	// RFC 4231 test case 1, RFC 2202 test case 1, RFC 1321.
	memset(key, 0x0b, sizeof(key));
	crypto_hmac_sha256(key, sizeof(key), "Hi There", 8, out);
	UNIT_SAME_TEXT(hex(out, SHA256_SIZE), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	crypto_hmac_sha1(key, sizeof(key), "Hi There", 8, out);
	UNIT_SAME_TEXT(hex(out, SHA1_SIZE), "b617318655057264e28bc0b6fb378c8ef146be00");
	crypto_hmac_sha256(NULL, 0, "", 0, out);
	UNIT_SAME_TEXT(hex(out, SHA256_SIZE), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
	crypto_md5("abc", 3, out);
	UNIT_SAME_TEXT(hex(out, 16), "900150983cd24fb0d6963f7d28e17f72");
}

static void random_values_differ(void)
{
	char a[101], b[101];

	CU_ASSERT_TRUE(crypto_random_hex(a, 100));
	CU_ASSERT_TRUE(crypto_random_hex(b, 100));
	CU_ASSERT_EQUAL(strspn(a, "0123456789abcdef"), 100);
	CU_ASSERT_EQUAL(strlen(a), 100);
	CU_ASSERT_FALSE(crypto_equal(a, b, 100));
	CU_ASSERT_TRUE(crypto_equal(a, a, 100));
	CU_ASSERT_TRUE(crypto_random_hex(a, 0));
	UNIT_SAME_TEXT(a, "");
}

static const struct unit_test tests[] = {
        UNIT_TEST(percent_keeps_unreserved_characters),
        UNIT_TEST(base64_follows_rfc_4648),
        UNIT_TEST(json_strings_are_safe_in_a_terminal),
        UNIT_TEST(csv_fields_follow_rfc_4180),
        UNIT_TEST(shell_words_stay_one_word),
        UNIT_TEST(digests_match_published_vectors),
        UNIT_TEST(random_values_differ),
};
const struct unit_suite base_encode_suite = UNIT_SUITE("base encode", tests);
