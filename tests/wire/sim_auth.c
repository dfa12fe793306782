// SPDX-License-Identifier: Apache-2.0
// Who is let in, and what the others are told.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>

#include "sim/signing.h"

#include "base/banned.h"

static const char *const ECS = "2014-05-26";

static void expect_code(const struct sim_signing *signing, const char *code)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	struct sim_reply reply = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, signing);
	UNIT_SAME_TEXT(reply.code, code);
	if (*code)
		UNIT_SAME_TEXT(sim_text(&reply, "/Code"), code);
	CU_ASSERT_PTR_NOT_NULL(sim_text(&reply, "/RequestId"));
	sim_done(&reply);
	sim_end(&simulator);
}

static void a_right_signature_is_let_in(void)
{
	expect_code(&(struct sim_signing){0}, "");
}

static void a_wrong_secret_is_refused(void)
{
	expect_code(&(struct sim_signing){.secret = "wrong"}, "SignatureDoesNotMatch");
}

static void an_unknown_key_is_refused(void)
{
	expect_code(&(struct sim_signing){.key_id = "LTAIunknown"}, "InvalidAccessKeyId.NotFound");
}

static void a_late_clock_is_refused(void)
{
	expect_code(&(struct sim_signing){.late_ms = 16 * 60 * 1000}, "InvalidTimeStamp.Expired");
	expect_code(&(struct sim_signing){.late_ms = 14 * 60 * 1000}, "");
	expect_code(&(struct sim_signing){.late_ms = -16 * 60 * 1000}, "InvalidTimeStamp.Expired");
}

static void an_unsigned_header_is_refused(void)
{
	expect_code(&(struct sim_signing){.unsigned_header = "x-acs-extra"}, "IncompleteSignature");
}

static void a_token_for_a_plain_key_is_refused(void)
{
	expect_code(&(struct sim_signing){.token = "whatever"}, "InvalidSecurityToken.MismatchWithAccessKey");
}

static void a_nonce_is_good_once(void)
{
	struct simulator simulator;
	const struct sim_signing signing = {.nonce = "0123456789abcdef0123456789abcdef"};
	sim_begin(&simulator, "empty", -1, -1);
	struct sim_reply first = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, &signing);
	struct sim_reply second = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, &signing);
	CU_ASSERT_EQUAL(first.status, 200);
	UNIT_SAME_TEXT(second.code, "SignatureNonceUsed");
	sim_done(&first);
	sim_done(&second);
	sim_end(&simulator);
}

static void temporary_credentials_expire(void)
{
	struct simulator simulator;
	struct identity identity = {
	        .key_id = "STS.test", .secret = "s", .token = "t", .type = "AssumedRoleUser", .arn = ""};
	sim_begin(&simulator, "empty", -1, -1);
	identity.expires = simulator.wall + 1000;
	identity_add(simulator.world.identities, &identity);
	const struct sim_signing good = {.key_id = "STS.test", .secret = "s", .token = "t"};
	const struct sim_signing bare = {.key_id = "STS.test", .secret = "s"};
	struct sim_reply reply = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, &good);
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	reply = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, &bare);
	UNIT_SAME_TEXT(reply.code, "MissingSecurityToken");
	sim_done(&reply);
	simulator.wall += 2000;
	reply = sim_signed(&simulator, "POST", "/", "", NULL, "DescribeRegions", ECS, &good);
	UNIT_SAME_TEXT(reply.code, "InvalidSecurityToken.Expired");
	sim_done(&reply);
	sim_end(&simulator);
}

static void a_missing_permission_is_named(void)
{
	struct simulator simulator;
	const struct sim_signing signing = {.key_id = "LTAIlimited", .secret = "s"};
	struct identity identity = {
	        .key_id = "LTAIlimited", .secret = "s", .type = "RAMUser", .arn = "", .user_id = "2"};
	sim_begin(&simulator, "demo", -1, -1);
	identity.allowed[identity.allowed_count++] = "ecs:DescribeRegions";
	identity_add(simulator.world.identities, &identity);
	const char *query = "RegionId=cn-beijing";
	struct sim_reply reply = sim_signed(&simulator, "POST", "/", query, NULL, "DescribeInstances", ECS, &signing);
	CU_ASSERT_EQUAL(reply.status, 403);
	UNIT_SAME_TEXT(reply.code, "Forbidden.RAM");
	UNIT_SAME_TEXT(sim_text(&reply, "/AccessDeniedDetail/AuthAction"), "ecs:DescribeInstances");
	sim_done(&reply);
	simulator.world.rules.silent_empty = true;
	reply = sim_signed(&simulator, "POST", "/", query, NULL, "DescribeInstances", ECS, &signing);
	CU_ASSERT_EQUAL(reply.status, 200);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")), 0);
	sim_done(&reply);
	reply = sim_signed(
	        &simulator, "POST", "/", "RegionId=cn-beijing&DryRun=true", NULL, "DescribeInstances", ECS, &signing);
	UNIT_SAME_TEXT(reply.code, "Forbidden.RAM");
	sim_done(&reply);
	sim_end(&simulator);
}

static void expect_parameter(const char *query, const char *code)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", query);
	UNIT_SAME_TEXT(reply.code, code);
	sim_done(&reply);
	sim_end(&simulator);
}

static void parameters_are_checked(void)
{
	expect_parameter("RegionId=cn-beijing", "");
	expect_parameter("", "MissingParameter");
	expect_parameter("RegionId=cn-nowhere", "InvalidRegionId.NotFound");
	expect_parameter("RegionId=cn-beijing&Colour=red", "InvalidParameter");
	expect_parameter("RegionId=cn-beijing&MaxResults=many", "InvalidParameter");
	expect_parameter("RegionId=cn-beijing&MaxResults=101", "InvalidParameter");
	expect_parameter("RegionId=cn-beijing&Status=Sleeping", "InvalidParameter");
	expect_parameter("RegionId=cn-beijing&InstanceIds=i-1", "InvalidParameter");
	expect_parameter("RegionId=cn-beijing&Tag.1.Key=a&Tag.1.Value=b", "");
	expect_parameter("RegionId=cn-beijing&Tag.1.Colour=b", "InvalidParameter");
}

static const char *member(const cJSON *vector, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(vector, name));
	return text ? text : "";
}

static void request_of(struct request *request, const cJSON *vector)
{
	const cJSON *item;
	*request = (struct request){.method = member(vector, "method"), .path = member(vector, "path")};
	request->raw_query = member(vector, "rawQueryOnWire");
	arena_init(&request->arena, 0);
	buffer_init(&request->body, 1 << 20);
	buffer_add_text(&request->body, member(vector, "body"));
	pairs_parse(&request->arena, &request->query, request->raw_query, strlen(request->raw_query), true);
	if (strstr(member(cJSON_GetObjectItemCaseSensitive(vector, "headers"), "content-type"), "urlencoded"))
		pairs_parse(&request->arena, &request->form, buffer_text(&request->body), request->body.size, true);
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(vector, "headers"))
	        pairs_add(&request->arena, &request->headers, item->string, item->valuestring);
}

static bool check_v3(const cJSON *vector)
{
	struct request request;
	struct buffer canonical;
	char names[1024] = "", signature[65];
	const char *authorization = member(vector, "authorization"), *list = strstr(authorization, "SignedHeaders=");
	snprintf(names, sizeof(names), "%.*s", (int)strcspn(list + 14, ","), list + 14);
	request_of(&request, vector);
	if (!*request.raw_query) {
		const cJSON *item;
		cJSON_ArrayForEach(item,
		        cJSON_GetObjectItemCaseSensitive(vector, "query")) if (cJSON_IsString(item) &&
		                                                               !pairs_get(&request.query, item->string))
		        pairs_add(&request.arena, &request.query, item->string, item->valuestring);
	}
	buffer_init(&canonical, 1 << 20);
	signing_v3_canonical(&request, names, &canonical);
	signing_v3(buffer_text(&canonical), member(vector, "accessKeySecret"), signature);
	bool good = strstr(authorization, signature) != NULL;
	if (!good)
		printf("\n    %s:\n%s\n  wanted\n%s\n", member(vector, "name"), buffer_text(&canonical),
		        member(vector, "canonicalRequest"));
	buffer_finish(&canonical);
	buffer_finish(&request.body);
	arena_finish(&request.arena);
	return good;
}

static bool check_v1(const cJSON *vector)
{
	struct request request;
	struct buffer text, signature;
	bool rpc = !strcmp(member(vector, "style"), "RPC");
	request_of(&request, vector);
	buffer_init(&text, 1 << 20);
	buffer_init(&signature, 1 << 10);
	(rpc ? signing_rpc_text : signing_roa_text)(&request, &text);
	signing_sha1(buffer_text(&text), member(vector, "accessKeySecret"), rpc ? "&" : "", &signature);
	bool good = rpc ? !strcmp(buffer_text(&signature), member(vector, "signatureValue"))
	                : strstr(member(vector, "authorization"), buffer_text(&signature)) != NULL;
	if (!good)
		printf("\n    %s:\n%s\n  wanted\n%s\n", member(vector, "name"), buffer_text(&text),
		        member(vector, "stringToSign"));
	buffer_finish(&text);
	buffer_finish(&signature);
	buffer_finish(&request.body);
	arena_finish(&request.arena);
	return good;
}

static char *read_vectors(void)
{
	const char *folder = getenv("srcdir");
	char path[4096];
	struct buffer text;
	char piece[4096];
	snprintf(path, sizeof(path), "%s/tests/data/signing-vectors.json", folder ? folder : TEST_SRCDIR);
	FILE *file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	buffer_init(&text, 1 << 24);
	for (size_t got; (got = fread(piece, 1, sizeof(piece), file)) > 0;)
		buffer_add(&text, piece, got);
	fclose(file);
	return buffer_take(&text);
}

static void published_signatures_are_recomputed(void)
{
	char *text = read_vectors();
	cJSON *root = cJSON_Parse(text);
	const cJSON *vector;
	int checked = 0;
	cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(root, "vectors"))
	{
		const char *signature = member(vector, "signature");
		bool v3 = !strcmp(signature, "ACS3-HMAC-SHA256"), v1 = !strcmp(signature, "HMAC-SHA1");
		if (!v3 && !v1)
			continue;
		checked++;
		CU_ASSERT_TRUE(v3 ? check_v3(vector) : check_v1(vector));
	}
	CU_ASSERT(checked >= 20);
	cJSON_Delete(root);
	free(text);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_right_signature_is_let_in),
        UNIT_TEST(a_wrong_secret_is_refused),
        UNIT_TEST(an_unknown_key_is_refused),
        UNIT_TEST(a_late_clock_is_refused),
        UNIT_TEST(an_unsigned_header_is_refused),
        UNIT_TEST(a_token_for_a_plain_key_is_refused),
        UNIT_TEST(a_nonce_is_good_once),
        UNIT_TEST(temporary_credentials_expire),
        UNIT_TEST(a_missing_permission_is_named),
        UNIT_TEST(parameters_are_checked),
        UNIT_TEST(published_signatures_are_recomputed),
};
const struct unit_suite sim_auth_suite = UNIT_SUITE("auth", tests);
