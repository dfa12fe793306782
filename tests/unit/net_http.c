// SPDX-License-Identifier: Apache-2.0
// What of the HTTP client needs no server: masking, and when to try again.
#include "config.h"

#include "base/buffer.h"
#include "net/http_internal.h"
#include "net/http_mask.h"
#include "tests/unit/net.h"

#include <stdlib.h>

#include "base/banned.h"

static void names_of_secrets_are_known_however_they_are_spelt(void)
{
	static const char *const secret[] = {"Authorization", "authorization", "Proxy-Authorization", "Cookie",
	        "Set-Cookie", "x-acs-security-token", "x-oss-security-token", "SecurityToken", "AccessKeySecret",
	        "access_key_secret", "OIDCToken", "UserData", "Password", "login_password", "client_secret",
	        "refresh_token", "SAMLAssertion", "Signature", "x-oss-signature", "config", "kubeconfig",
	        "client-key-data", "PrivateKeyBody", "sig", "bearerToken", "X-Amz-Credential"};
	static const char *const harmless[] = {"AccessKeyId", "ClientToken", "NextToken", "x-acs-signature-nonce",
	        "SignatureMethod", "InstanceId", "Configuration", "x-acs-action", "configs", "design", "key", "Status",
	        "ConfigId", "secretName"};

	for (size_t i = 0; i < COUNT_OF(secret); i++) {
		if (!http_mask_is_secret(secret[i], strlen(secret[i])))
			printf("\n    shown: %s\n", secret[i]);
		CU_ASSERT_TRUE(http_mask_is_secret(secret[i], strlen(secret[i])));
	}
	for (size_t i = 0; i < COUNT_OF(harmless); i++) {
		if (http_mask_is_secret(harmless[i], strlen(harmless[i])))
			printf("\n    masked: %s\n", harmless[i]);
		CU_ASSERT_FALSE(http_mask_is_secret(harmless[i], strlen(harmless[i])));
	}
}

static void urls_and_headers_are_masked(void)
{
	struct buffer out;

	buffer_init(&out, 1000);
	http_mask_url(&out, "https://h/p?a=b&SecurityToken=abc%20d&NextToken=x&AccessKeySecret=k");
	UNIT_SAME_TEXT(buffer_text(&out), "https://h/p?a=b&SecurityToken=***&NextToken=x&AccessKeySecret=***");
	buffer_clear(&out);
	http_mask_url(&out, "https://h/SecurityToken=x");
	UNIT_SAME_TEXT(buffer_text(&out), "https://h/SecurityToken=x");
	buffer_clear(&out);
	http_mask_header(&out, "Authorization: ACS3-HMAC-SHA256 Credential=AK,Signature=abc");
	http_mask_header(&out, "; x-acs-action: Describe");
	UNIT_SAME_TEXT(buffer_text(&out), "Authorization: ***; x-acs-action: Describe");
	buffer_finish(&out);
}

static void bodies_are_masked(void)
{
	static const struct {
		const char *body, *shown;
	} cases[] = {
	        {"{\"a\":1,\"SecurityToken\":\"x\",\"b\":\"c\"}", "{\"a\":1,\"SecurityToken\":***,\"b\":\"c\"}"},
	        {"{\"a\":\"x\\\\\",\"token\" : \"y\\\"z\"}", "{\"a\":\"x\\\\\",\"token\" : ***}"},
	        {"{\"Credentials\":{\"AccessKeyId\":\"i\",\"x\":[\"}\"]},\"b\":1}", "{\"Credentials\":***,\"b\":1}"},
	        {"{\"password\":12345}", "{\"password\":***}"},
	        {"{\"token\":\"cut in the midd", "{\"token\":***"},
	        {"{\"token\":", "{\"token\":***"},
	        {"{\"token\"", "{\"token\""},
	        {"{\"Parameters\":\"{\\\"Password\\\":\\\"p\\\",\\\"n\\\":\\\"v\\\"}\",\"t\":1}",
	                "{\"Parameters\":\"{\\\"Password\\\":***,\\\"n\\\":\\\"v\\\"}\",\"t\":1}"},
	        {"{\"config\":\"apiVersion: v1\\nkind: Config\"}", "{\"config\":***}"},
	        {"[\"token\",\"secret\"]", "[\"token\",\"secret\"]"},
	        {" {\"NextToken\":\"n\"}", "{\"NextToken\":\"n\"}"},
	        {"<A><Id>1</Id><SecurityToken>x</SecurityToken><Secret>y",
	                "<A><Id>1</Id><SecurityToken>***</SecurityToken><Secret>***"},
	        {"Action=AssumeRole&OIDCToken=x&RoleArn=y", "Action=AssumeRole&OIDCToken=***&RoleArn=y"},
	        {"#cloud-config\npassword: x\n", "(26 bytes, not shown)"},
	        {"client-key-data: abc=\n", "(22 bytes, not shown)"},
	        {"", ""},
	};
	struct buffer out;

	buffer_init(&out, 1000);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		// Its own block of memory, so that reading past the end shows.
		size_t size = strlen(cases[i].body);
		char *body = malloc(size ? size : 1);

		memcpy(body, cases[i].body, size);
		buffer_clear(&out);
		http_mask_body(&out, body, size);
		UNIT_SAME_TEXT(buffer_text(&out), cases[i].shown);
		free(body);
	}
	buffer_finish(&out);
}

static void no_cut_of_a_body_shows_its_secret(void)
{
	const char body[] = "{\"a\":\"\\\\\",\"p\":\"{\\\"Token\\\":\\\"HIDDEN\\\"}\",\"Secret\":\"HIDDEN\",\"Data\":{"
	                    "\"Cookie\":[\"HIDDEN\"]}}";
	struct buffer out;

	buffer_init(&out, 1000);
	for (size_t size = 0; size < sizeof(body); size++) {
		buffer_clear(&out);
		http_mask_body(&out, body, size);
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), "HI"));
	}
	buffer_finish(&out);
}

static void back_off_is_full_jitter_with_a_ceiling(void)
{
	static const int64_t ceilings[] = {500, 1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000};

	for (unsigned attempt = 1; attempt <= COUNT_OF(ceilings); attempt++) {
		int64_t most = 0, least = INT64_MAX;

		for (uint32_t i = 0, random = 1; i < 1000; i++, random = random * 1664525 + 1013904223) {
			int64_t wait = http_backoff(attempt, random);

			most = wait > most ? wait : most;
			least = wait < least ? wait : least;
		}
		CU_ASSERT_TRUE(most <= ceilings[attempt - 1] && most > ceilings[attempt - 1] * 9 / 10);
		CU_ASSERT_TRUE(least < ceilings[attempt - 1] / 10);
	}
}

static int64_t wait_for(const char *lines)
{
	struct http_response response = {.header_lines = lines, .server_date = 1795207920000};

	return http_retry_after(&response, 0);
}

static void the_services_wait_is_read(void)
{
	CU_ASSERT_EQUAL(wait_for("content-type: x\0"), -1);
	CU_ASSERT_EQUAL(wait_for("retry-after: 7\0"), 7000);
	CU_ASSERT_EQUAL(wait_for("retry-after: 0\0"), 0);
	CU_ASSERT_EQUAL(wait_for("retry-after: -5\0"), 0);
	CU_ASSERT_EQUAL(wait_for("retry-after: 999999999999999999\0"), HTTP_RETRY_WAIT_MOST_MS);
	CU_ASSERT_EQUAL(wait_for("retry-after: soon\0"), -1);
	CU_ASSERT_EQUAL(wait_for("retry-after: Fri, 20 Nov 2026 20:52:05 GMT\0"), 5000);
	CU_ASSERT_EQUAL(wait_for("retry-after: Fri, 20 Nov 2026 20:51:00 GMT\0"), 0);
	CU_ASSERT_EQUAL(wait_for("retry-after: Fri, 20 Nov 2026 23:52:05 GMT\0"), HTTP_RETRY_WAIT_MOST_MS);
	CU_ASSERT_EQUAL(wait_for("retry-after: 7\0x-acs-retry-after: 250\0"), 250);
	CU_ASSERT_EQUAL(wait_for("x-acs-retry-after: x\0"), -1);
	CU_ASSERT_EQUAL(wait_for(NULL), -1);
}

static void only_what_may_pass_is_judged_worth_a_retry(void)
{
	static const struct {
		long status;
		enum http_next next;
	} cases[] = {{200, HTTP_DONE}, {302, HTTP_DONE}, {400, HTTP_DONE}, {403, HTTP_DONE}, {404, HTTP_DONE},
	        {408, HTTP_RETRY}, {429, HTTP_RETRY}, {500, HTTP_RETRY}, {501, HTTP_DONE}, {502, HTTP_RETRY},
	        {503, HTTP_RETRY}, {504, HTTP_RETRY}};
	struct http_response failed = {.error = {.kind = ERROR_NETWORK}};
	int64_t wait = -1;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct http_response response = {.status = cases[i].status};

		CU_ASSERT_EQUAL(http_judge_safe(&response, NULL, &wait), cases[i].next);
	}
	CU_ASSERT_EQUAL(http_judge_safe(&failed, NULL, &wait), HTTP_DONE);
	failed.error.retryable = true;
	CU_ASSERT_EQUAL(http_judge_safe(&failed, NULL, &wait), HTTP_RETRY);
	CU_ASSERT_EQUAL(wait, -1);
}

static void metadata_services_may_be_asked_plainly_when_meant(void)
{
	static const char *const good[] = {
	        "http://100.100.100.200/latest/", "http://169.254.169.254/x", "http://127.0.0.1/"};
	static const char *const bad[] = {"http://100.128.0.1/", "http://100.63.255.255/", "http://169.253.0.1/",
	        "http://8.8.8.8/", "http://metadata.example/"};
	const struct curl_library *curl = curl_load(NULL);
	struct http_place place;

	CU_ASSERT_PTR_NOT_NULL_FATAL(curl);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		CU_ASSERT_TRUE(http_place_find(curl, good[i], true, &place, NULL));
	CU_ASSERT_TRUE(place.loopback && place.plain);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_FALSE(http_place_find(curl, bad[i], true, &place, NULL));
}

static const struct unit_test tests[] = {
        UNIT_TEST(names_of_secrets_are_known_however_they_are_spelt),
        UNIT_TEST(urls_and_headers_are_masked),
        UNIT_TEST(bodies_are_masked),
        UNIT_TEST(no_cut_of_a_body_shows_its_secret),
        UNIT_TEST(back_off_is_full_jitter_with_a_ceiling),
        UNIT_TEST(the_services_wait_is_read),
        UNIT_TEST(only_what_may_pass_is_judged_worth_a_retry),
        UNIT_TEST(metadata_services_may_be_asked_plainly_when_meant),
};
const struct unit_suite net_http_suite = UNIT_SUITE("net http", tests);
