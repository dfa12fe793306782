// SPDX-License-Identifier: Apache-2.0
// Profiles of the command line tool in all their modes, the shared ini file, and the chain.
#include "config.h"

#include "tests/unit/alibaba.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alibaba/credentials.h"
#include "alibaba/ini.h"
#include "alibaba/profile.h"
#include "base/banned.h"

static char home[64], config_path[256], ini_file[256];

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

static void make_home(const char *config, const char *ini)
{
	char folder[128];

	snprintf(home, sizeof(home), "/tmp/peerdeck-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(home));
	snprintf(folder, sizeof(folder), "%s/.aliyun", home);
	mkdir(folder, 0700);
	snprintf(config_path, sizeof(config_path), "%s/config.json", folder);
	if (config)
		write_file(config_path, config);
	snprintf(folder, sizeof(folder), "%s/.alibabacloud", home);
	mkdir(folder, 0700);
	snprintf(ini_file, sizeof(ini_file), "%s/credentials", folder);
	if (ini)
		write_file(ini_file, ini);
}

static void drop_home(void)
{
	char folder[128];

	unlink(config_path);
	unlink(ini_file);
	snprintf(folder, sizeof(folder), "%s/.aliyun", home);
	rmdir(folder);
	snprintf(folder, sizeof(folder), "%s/.alibabacloud", home);
	rmdir(folder);
	rmdir(home);
}

static const char all_modes[] =
        "{\"current\":\"ak\",\"profiles\":[\n"
        "{\"name\":\"ak\",\"mode\":\"ak\",\"access_key_id\":\"id1\",\"access_key_secret\":\"s1\",\"region_id\":\"cn-"
        "beijing\"},\n"
        "{\"name\":\"guessed\",\"access_key_id\":\"id2\",\"access_key_secret\":\"s2\",\"sts_token\":\"t2\"},\n"
        "{\"name\":\"chain\",\"mode\":\"ChainableRamRoleArn\",\"source_profile\":\"ak\",\"ram_role_arn\":\"arn\"},\n"
        "{\"name\":\"circle\",\"mode\":\"ChainableRamRoleArn\",\"source_profile\":\"circle2\",\"ram_role_arn\":\"arn\"}"
        ",\n"
        "{\"name\":\"circle2\",\"mode\":\"ChainableRamRoleArn\",\"source_profile\":\"circle\",\"ram_role_arn\":\"arn\"}"
        ",\n"
        "{\"name\":\"half\",\"mode\":\"AK\",\"access_key_id\":\"id3\"},\n"
        "{\"name\":\"bearer\",\"mode\":\"BearerToken\",\"bearer_token\":\"x\"},\n"
        "{\"name\":\"odd\",\"mode\":\"Magic\"},\n"
        "{\"name\":\"sso\",\"mode\":\"CloudSSO\",\"access_key_id\":\"id4\",\"access_key_secret\":\"s4\",\"sts_token\":"
        "\"t4\","
        "\"sts_expiration\":4102444800},\n"
        "{\"name\":\"late\",\"mode\":\"OAuth\",\"access_key_id\":\"id5\",\"access_key_secret\":\"s5\",\"sts_token\":"
        "\"t5\","
        "\"sts_expiration\":1000},\n"
        "{\"name\":\"program\",\"mode\":\"External\",\"process_command\":\"printf "
        "'{\\\"mode\\\":\\\"StsToken\\\",\\\"access_key_id\\\":\\\"id6\\\",\\\"access_key_secret\\\":\\\"s6\\\","
        "\\\"sts_token\\\":\\\"t6\\\"}'\"},\n"
        "{\"name\":\"silent\",\"mode\":\"External\",\"process_command\":\"true\"}\n"
        "]}\n";

struct got {
	bool opened, fetched;
	char id[160], token[160];
	struct error error;
};

static struct got fetch(const char *profile, const char *const *more)
{
	static const char *pairs[32];
	struct test_environment pairs_of = {pairs};
	struct environment environment = {test_environment_get, &pairs_of};
	struct endpoint_settings endpoints;
	struct profile_settings settings;
	struct credential_options options = {
	        .environment = &environment, .clock = &clock_system, .profile = profile, .endpoints = &endpoints};
	struct credentials *credentials;
	struct got got = {0};
	size_t count = 0;

	pairs[count++] = "HOME";
	pairs[count++] = home;
	pairs[count++] = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
	pairs[count++] = "true";
	for (; more && *more && count < COUNT_OF(pairs) - 1; more++)
		pairs[count++] = *more;
	pairs[count] = NULL;
	endpoint_settings_init(&endpoints, &environment);
	credentials = credentials_open(&options, &settings, &got.error);
	got.opened = credentials;
	if (credentials) {
		struct key *key = credentials_get(credentials, NULL, &got.error);

		got.fetched = key;
		if (key) {
			snprintf(got.id, sizeof(got.id), "%s", key->id);
			snprintf(got.token, sizeof(got.token), "%s", secret_text(key->token));
		}
		key_unref(key);
		credentials_close(credentials);
	}
	return got;
}

static void modes_without_a_service_give_their_keys(void)
{
	struct got got;

	make_home(all_modes, NULL);
	got = fetch("ak", NULL);
	CU_ASSERT_STRING_EQUAL(got.id, "id1");
	CU_ASSERT_STRING_EQUAL(got.token, "");
	got = fetch("guessed", NULL);
	CU_ASSERT_STRING_EQUAL(got.token, "t2");
	got = fetch("sso", NULL);
	CU_ASSERT_STRING_EQUAL(got.id, "id4");
	got = fetch("program", NULL);
	CU_ASSERT_STRING_EQUAL(got.id, "id6");
	CU_ASSERT_STRING_EQUAL(got.token, "t6");
	drop_home();
}

static void modes_that_cannot_work_say_which_command_helps(void)
{
	struct got got;

	make_home(all_modes, NULL);
	got = fetch("half", NULL);
	CU_ASSERT_FALSE(got.opened);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.message, "access_key_secret"));
	got = fetch("bearer", NULL);
	CU_ASSERT_FALSE(got.opened);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.remedy, "aliyun configure"));
	got = fetch("late", NULL);
	CU_ASSERT_FALSE(got.fetched);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.remedy, "--mode OAuth"));
	got = fetch("silent", NULL);
	CU_ASSERT_FALSE(got.fetched);
	got = fetch("program", (const char *const[]){"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1", NULL});
	CU_ASSERT_FALSE(got.fetched);
	got = fetch("nobody", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.remedy, "guessed"));
	drop_home();
}

static void source_profiles_in_a_circle_are_refused(void)
{
	struct got got;

	make_home(all_modes, NULL);
	got = fetch("circle", NULL);
	CU_ASSERT_FALSE(got.opened);
	CU_ASSERT_EQUAL(got.error.kind, ERROR_CONFIG);
	drop_home();
}

static void broken_files_are_told_with_their_line(void)
{
	struct got got;

	make_home("{\"current\":\"a\",\n\"profiles\":[\n{\"name\" \"a\"}]}", NULL);
	got = fetch("", NULL);
	CU_ASSERT_FALSE(got.opened);
	CU_ASSERT_EQUAL(got.error.kind, ERROR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.doing, "config.json:3"));
	drop_home();
	make_home(all_modes, NULL);
	got = fetch("odd", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.doing, "config.json:9"));
	drop_home();
	make_home(NULL, "[default]\ntype = access_key\nnonsense\n");
	got = fetch("", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.doing, "credentials:3"));
	drop_home();
}

static void environment_beats_files_unless_a_profile_is_named(void)
{
	static const char *const keys[] = {
	        "ALIBABA_CLOUD_ACCESS_KEY_ID", "env", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s", NULL};
	static const char *const other[] = {"ALIBABACLOUD_ACCESS_KEY_ID", "caa", "ALIBABACLOUD_ACCESS_KEY_SECRET", "s",
	        "ALIBABACLOUD_SECURITY_TOKEN", "t", NULL};
	static const char *const half[] = {"ALIBABA_CLOUD_ACCESS_KEY_ID", "env", NULL};
	struct got got;

	make_home(all_modes, NULL);
	got = fetch("", keys);
	CU_ASSERT_STRING_EQUAL(got.id, "env");
	got = fetch("", other);
	CU_ASSERT_STRING_EQUAL(got.token, "t");
	got = fetch("ak", keys);
	CU_ASSERT_STRING_EQUAL(got.id, "id1");
	got = fetch("", NULL);
	CU_ASSERT_STRING_EQUAL(got.id, "id1");
	got = fetch("", half);
	CU_ASSERT_FALSE(got.fetched);
	drop_home();
}

static void ini_sections_are_read(void)
{
	struct got got;

	make_home(NULL, "# mine\n[other]\ntype=access_key\naccess_key_id=x\n\n[default]\ntype = access_key ; static\n"
	                "access_key_id = ini\naccess_key_secret = a#b\n");
	got = fetch("", NULL);
	CU_ASSERT_STRING_EQUAL(got.id, "ini");
	got = fetch("other", NULL);
	CU_ASSERT_FALSE(got.fetched);
	CU_ASSERT_PTR_NOT_NULL(strstr(got.error.doing, "credentials:2"));
	drop_home();
}

static const struct unit_test tests[] = {
        UNIT_TEST(modes_without_a_service_give_their_keys),
        UNIT_TEST(modes_that_cannot_work_say_which_command_helps),
        UNIT_TEST(source_profiles_in_a_circle_are_refused),
        UNIT_TEST(broken_files_are_told_with_their_line),
        UNIT_TEST(environment_beats_files_unless_a_profile_is_named),
        UNIT_TEST(ini_sections_are_read),
};
const struct unit_suite alibaba_profile_suite = UNIT_SUITE("profiles", tests);
