// SPDX-License-Identifier: Apache-2.0
// What a judgement asks of Alibaba Cloud, and what a sweep does there, against peerdeck-sim on loopback.
#include "config.h"

#include "tests/wire/alibaba_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "orphans/quarantine.h"
#include "base/banned.h"

enum { PATH_LENGTH = 64, ID_LENGTH = 64, ASKERS = 8 };

static const char contents[] =
        "regions = [ \"cn-beijing\" ];\nrules = { silent_empty = %s; };\n"
        "identities = ( { name = \"someone\"; key_id = \"LTAI5tsomeonesomeone\"; secret = "
        "\"someonesomeonesomeonesomeone\"; deny = ( %s ); } );\n"
        "clusters = ( { region = \"cn-beijing\"; name = \"caa\"; pools = ( { name = \"default\"; type = "
        "\"ecs.g7.xlarge\"; size = 1; } ); podvms = { count = 4; }; } );\n"
        "instances = ( { region = \"cn-beijing\"; name = \"jump-host\"; } );\n"
        "leftovers = ( { region = \"cn-beijing\"; enis = 1; eips = 1; bound = 1; } );\n";

static struct scope beijing = {.context = "test", .region = "cn-beijing"};

// A small world in which some permissions are missing: "\"ecs:DescribeUserData\"".
static void start(struct world *world, char path[PATH_LENGTH], const char *denied, bool silent)
{
	const char *const arguments[] = {
	        "./peerdeck-sim", "--with-parent", "--time-scale", "30", "--scenario", path, NULL};
	int file;

	snprintf(path, PATH_LENGTH, "/tmp/peerdeck-test-XXXXXX");
	file = mkstemp(path);
	CU_ASSERT_TRUE_FATAL(file >= 0);
	CU_ASSERT_TRUE(dprintf(file, contents, silent ? "true" : "false", denied) > 0);
	close(file);
	world_start(world, arguments);
}

static void stop(struct world *world, const char *path)
{
	world_stop(world);
	unlink(path);
}

static const struct cloud_source *source(void)
{
	return backend_alibaba.cloud;
}

static void find_podvm(struct world *world, char id[ID_LENGTH])
{
	struct scope scope;

	CU_ASSERT_TRUE_FATAL(find_vm(world, &beijing, 1, "podvm", &scope, id, ID_LENGTH));
}

static void a_region_is_proven_by_a_dry_run(void)
{
	struct region_proof proof;
	char path[PATH_LENGTH];
	struct world world;
	struct error error;

	start(&world, path, "", false);
	fault(&world, "skew=300");
	CU_ASSERT_TRUE(source()->prove(world.session, &beijing, &proof, NULL, &error));
	CU_ASSERT_TRUE(proof.vms_are_proven);
	CU_ASSERT_STRING_EQUAL(proof.missing, "");
	CU_ASSERT_EQUAL(proof.error.kind, ERROR_NONE);
	CU_ASSERT_TRUE(proof.offset_is_known);
	CU_ASSERT_TRUE(proof.offset_ms > 240000 && proof.offset_ms < 360000);
	fault(&world, "unreachable=cn-beijing");
	CU_ASSERT_TRUE(source()->prove(world.session, &beijing, &proof, NULL, &error));
	CU_ASSERT_FALSE(proof.vms_are_proven);
	CU_ASSERT_NOT_EQUAL(proof.error.kind, ERROR_NONE);
	stop(&world, path);
}

static void an_unproven_region_names_the_permission(void)
{
	static const bool silences[] = {true, false};

	for (size_t i = 0; i < COUNT_OF(silences); i++) {
		struct region_proof proof;
		char path[PATH_LENGTH];
		struct world world;
		struct error error;

		start(&world, path, "\"ecs:DescribeInstances\"", silences[i]);
		CU_ASSERT_TRUE(source()->prove(world.session, &beijing, &proof, NULL, &error));
		CU_ASSERT_FALSE(proof.vms_are_proven);
		CU_ASSERT_STRING_EQUAL(proof.missing, "ecs:DescribeInstances");
		CU_ASSERT_EQUAL(proof.error.kind, ERROR_DENIED);
		stop(&world, path);
	}
}

static void disks_are_listed_and_their_silence_is_told(void)
{
	static struct reading reading;
	char path[PATH_LENGTH];
	struct world world;

	start(&world, path, "", true);
	read_scopes(&world, &reading, KIND_DISK, &beijing, 1);
	CU_ASSERT_EQUAL(reading.failed, 0);
	CU_ASSERT_TRUE(reading.records >= 5);
	CU_ASSERT_EQUAL(reading.records, truth_count(&world, "/resources/disk"));
	for (size_t i = 0; reading.count && i < reading.snapshots[0]->count; i++) {
		const struct disk_record *disk = (const struct disk_record *)reading.snapshots[0]->records[i];

		CU_ASSERT_TRUE(*disk->type && *disk->instance_id && disk->size_gib > 0 && disk->record.created > 0);
	}
	release(&reading);
	stop(&world, path);
	start(&world, path, "\"ecs:DescribeDisks\"", true);
	read_scopes(&world, &reading, KIND_DISK, &beijing, 1);
	CU_ASSERT_EQUAL(reading.failed, 1);
	CU_ASSERT_EQUAL(reading.errors[0].kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(reading.errors[0].remedy, "ecs:DescribeDisks"));
	release(&reading);
	stop(&world, path);
}

static void user_data_comes_as_a_secret(void)
{
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct secret *secret = NULL;
	struct world world;
	struct error error;

	start(&world, path, "", false);
	find_podvm(&world, id);
	CU_ASSERT_TRUE(source()->user_data(world.session, &beijing, id, &secret, NULL, &error));
	CU_ASSERT_TRUE(secret_length(secret) > 100);
	secret_unref(secret);
	CU_ASSERT_FALSE(source()->user_data(world.session, &beijing, "i-nothere00000000000", &secret, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	stop(&world, path);
}

static void denied_user_data_names_the_permission(void)
{
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct secret *secret = NULL;
	struct world world;
	struct error error = {0};

	start(&world, path, "\"ecs:DescribeUserData\"", false);
	find_podvm(&world, id);
	CU_ASSERT_FALSE(source()->user_data(world.session, &beijing, id, &secret, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "ecs:DescribeUserData"));
	CU_ASSERT_PTR_NULL(secret);
	stop(&world, path);
}

static enum presence look(struct world *world, enum kind_id kind, const char *id, struct error *error)
{
	enum presence presence = PRESENCE_UNKNOWN;
	bool known = source()->exists(world->session, &beijing, kind, id, &presence, NULL, error);

	CU_ASSERT_EQUAL(known, presence != PRESENCE_UNKNOWN);
	return presence;
}

static void presence_is_asked_by_id(void)
{
	static const struct {
		enum kind_id kind;
		const char *nobody;
	} rows[] = {{KIND_VM, "i-nothere00000000000"}, {KIND_ENI, "eni-nothere00000000000"},
	        {KIND_EIP, "eip-nothere00000000000"}, {KIND_DISK, "d-nothere00000000000"}};
	static struct reading reading;
	char path[PATH_LENGTH];
	struct world world;
	struct error error = {0};

	start(&world, path, "", true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct scope scope;
		const struct record *record = first_of(&world, &reading, rows[i].kind, &beijing, 1, &scope);

		CU_ASSERT_PTR_NOT_NULL_FATAL(record);
		CU_ASSERT_EQUAL(look(&world, rows[i].kind, record->id, &error), PRESENCE_PRESENT);
		CU_ASSERT_EQUAL(look(&world, rows[i].kind, rows[i].nobody, &error), PRESENCE_ABSENT);
		release(&reading);
	}
	stop(&world, path);
	// A refusal, and an empty list that a refusal may stand behind, is no absence.
	start(&world, path,
	        "\"ecs:DescribeInstanceAttribute\", \"ecs:DescribeNetworkInterfaceAttribute\", "
	        "\"vpc:DescribeEipAddresses\", \"ecs:DescribeDisks\"",
	        true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT_EQUAL(look(&world, rows[i].kind, rows[i].nobody, &error), PRESENCE_UNKNOWN);
		CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	}
	fault(&world, "unreachable=cn-beijing");
	CU_ASSERT_EQUAL(look(&world, KIND_VM, rows[0].nobody, &error), PRESENCE_UNKNOWN);
	stop(&world, path);
}

static size_t requests_of(struct world *world, const char *operation)
{
	cJSON *stats = control(world, HTTP_GET, "/_sim/stats");
	size_t count = (size_t)json_int(json_member(json_member(stats, "operations"), operation), "requests", 0);

	cJSON_Delete(stats);
	return count;
}

struct asker {
	pthread_t thread;
	struct world *world;
	double per_hour;
	bool known;
};

static void *ask_price(void *user)
{
	struct asker *asker = user;
	char currency[8];
	struct error error;

	asker->known = source()->price(asker->world->session, &beijing, "ecs.g8i.xlarge", "cn-beijing-i", 40,
	        &asker->per_hour, currency, NULL, &error);
	json_thread_finish();
	return NULL;
}

static void a_price_is_asked_for_once(void)
{
	static struct asker askers[ASKERS];
	char path[PATH_LENGTH], currency[8];
	double larger, address, again;
	struct world world;
	struct error error;

	start(&world, path, "", false);
	fault(&world, "latency=200");
	for (size_t i = 0; i < ASKERS; i++) {
		askers[i] = (struct asker){.world = &world};
		CU_ASSERT_EQUAL_FATAL(pthread_create(&askers[i].thread, NULL, ask_price, &askers[i]), 0);
	}
	for (size_t i = 0; i < ASKERS; i++) {
		pthread_join(askers[i].thread, NULL);
		CU_ASSERT_TRUE(askers[i].known);
		CU_ASSERT_TRUE(askers[i].per_hour > 0 && askers[i].per_hour == askers[0].per_hour);
	}
	CU_ASSERT_EQUAL(requests_of(&world, "ecs.DescribePrice"), 1);
	CU_ASSERT_TRUE(source()->price(
	        world.session, &beijing, "ecs.g8i.xlarge", "cn-beijing-i", 400, &larger, currency, NULL, &error));
	CU_ASSERT_TRUE(larger > askers[0].per_hour);
	CU_ASSERT_STRING_EQUAL(currency, "CNY");
	CU_ASSERT_TRUE(source()->address_price(world.session, &beijing, &address, currency, NULL, &error));
	CU_ASSERT_TRUE(address > 0);
	CU_ASSERT_STRING_EQUAL(currency, "CNY");
	CU_ASSERT_TRUE(source()->address_price(world.session, &beijing, &again, currency, NULL, &error));
	CU_ASSERT_EQUAL(requests_of(&world, "bssopenapi.GetPayAsYouGoPrice"), 1);
	// A type that is not sold has no price, and that is remembered for a while too.
	CU_ASSERT_FALSE(source()->price(world.session, &beijing, "ecs.none", "", 40, &again, currency, NULL, &error));
	CU_ASSERT_FALSE(source()->price(world.session, &beijing, "ecs.none", "", 40, &again, currency, NULL, &error));
	CU_ASSERT_TRUE(*error.message);
	CU_ASSERT_EQUAL(requests_of(&world, "ecs.DescribePrice"), 3);
	stop(&world, path);
}

static bool rehearse(struct world *world, const char *action, enum kind_id kind, const char *id, struct error *error)
{
	error_clear(error);
	return source()->rehearse(world->session, action, kind, &beijing, id, NULL, error);
}

static const struct record *find_record(
        struct world *world, struct reading *reading, enum kind_id kind, bool (*fits)(const struct record *record))
{
	read_scopes(world, reading, kind, &beijing, 1);
	for (size_t i = 0; reading->count && i < reading->snapshots[0]->count; i++)
		if (fits(reading->snapshots[0]->records[i]))
			return reading->snapshots[0]->records[i];
	return NULL;
}

static bool is_free_interface(const struct record *record)
{
	const struct eni_record *eni = (const struct eni_record *)record;

	return !strcmp(record->status, "Available") && !*eni->eip_id;
}

static bool is_primary(const struct record *record)
{
	return !strcmp(((const struct eni_record *)record)->type, "Primary");
}

static bool is_free_address(const struct record *record)
{
	return !strcmp(record->status, "Available");
}

static bool is_bound_address(const struct record *record)
{
	return !strcmp(((const struct eip_record *)record)->instance_type, "NetworkInterface");
}

static bool is_gateway_address(const struct record *record)
{
	return !strcmp(((const struct eip_record *)record)->instance_type, "Nat");
}

static const struct {
	const char *action;
	enum kind_id kind;
	bool (*fits)(const struct record *record);
	bool works;
} rehearsals[] = {
        {"delete", KIND_ENI, is_free_interface, true},
        {"delete", KIND_ENI, is_primary, false},
        {"release", KIND_EIP, is_free_address, true},
        {"release", KIND_EIP, is_bound_address, true},
        {"release", KIND_EIP, is_gateway_address, false},
};

static void rehearsals_change_nothing(void)
{
	static struct reading reading;
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct world world;
	struct error error;
	size_t vms, enis, eips;

	start(&world, path, "", false);
	find_podvm(&world, id);
	vms = truth_count(&world, "/vms");
	enis = truth_count(&world, "/resources/eni");
	eips = truth_count(&world, "/resources/eip");
	CU_ASSERT_TRUE(rehearse(&world, "delete", KIND_VM, id, &error));
	CU_ASSERT_TRUE(rehearse(&world, "stop-saving", KIND_VM, id, &error));
	CU_ASSERT_TRUE(rehearse(&world, "quarantine", KIND_VM, id, &error));
	CU_ASSERT_FALSE(rehearse(&world, "delete", KIND_VM, "i-nothere00000000000", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	for (size_t i = 0; i < COUNT_OF(rehearsals); i++) {
		const struct record *record = find_record(&world, &reading, rehearsals[i].kind, rehearsals[i].fits);

		CU_ASSERT_PTR_NOT_NULL_FATAL(record);
		CU_ASSERT_EQUAL(rehearse(&world, rehearsals[i].action, rehearsals[i].kind, record->id, &error),
		        rehearsals[i].works);
		release(&reading);
	}
	CU_ASSERT_EQUAL(truth_count(&world, "/vms"), vms);
	CU_ASSERT_EQUAL(truth_count(&world, "/resources/eni"), enis);
	CU_ASSERT_EQUAL(truth_count(&world, "/resources/eip"), eips);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", false, NULL, 0), 0);
	stop(&world, path);
	start(&world, path, "\"ecs:DeleteInstance\", \"ecs:StopInstance\"", false);
	find_podvm(&world, id);
	CU_ASSERT_FALSE(rehearse(&world, "delete", KIND_VM, id, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_FALSE(rehearse(&world, "quarantine", KIND_VM, id, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	stop(&world, path);
}

// Status and tags of a VM as its list says.
static bool vm_is(struct world *world, const char *id, const char *status, const char *key, bool tagged)
{
	static struct reading reading;
	const struct vm_record *vm = NULL;
	bool good = false, found = false;

	read_scopes(world, &reading, KIND_VM, &beijing, 1);
	if (reading.count)
		vm = (const struct vm_record *)snapshot_find(reading.snapshots[0], id);
	if (vm) {
		for (unsigned i = 0; i < vm->tags.count; i++)
			found = found || !strcmp(vm->tags.items[i].key, key);
		good = !strcmp(vm->record.status, status) && found == tagged;
	}
	release(&reading);
	return good;
}

static void a_quarantine_is_put_on_and_lifted(void)
{
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct world world;
	struct error error = {0};

	struct scope scope;

	start(&world, path, "", false);
	// One in use would be deleted by its adaptor as soon as it stops.
	CU_ASSERT_TRUE_FATAL(find_vm(&world, &beijing, 1, "other", &scope, id, ID_LENGTH));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &beijing, id, "quarantine", NULL, "ops on call", NULL, &error));
	CU_ASSERT_TRUE(vm_is(&world, id, "Stopped", QUARANTINE_TAG, true));
	CU_ASSERT_TRUE(vm_is(&world, id, "Stopped", QUARANTINE_TAG_BY, true));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &beijing, id, "unquarantine", NULL, NULL, NULL, &error));
	CU_ASSERT_TRUE(vm_is(&world, id, "Running", QUARANTINE_TAG, false));
	CU_ASSERT_TRUE(vm_is(&world, id, "Running", QUARANTINE_TAG_BY, false));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &beijing, id, "tag", NULL, "one=1\ntwo=2", NULL, &error));
	CU_ASSERT_TRUE(vm_is(&world, id, "Running", "two", true));
	CU_ASSERT_EQUAL(requests_of(&world, "ecs.TagResources"), 2);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 0);
	stop(&world, path);
}

static void left_overs_go_and_others_stay(void)
{
	static const struct {
		const char *action;
		enum kind_id kind;
		bool (*fits)(const struct record *record);
		bool works;
	} rows[] = {
	        {"release", KIND_EIP, is_gateway_address, false},
	        {"release", KIND_EIP, is_bound_address, true},
	        {"release", KIND_EIP, is_free_address, true},
	        {"delete", KIND_ENI, is_primary, false},
	        {"delete", KIND_ENI, is_free_interface, true},
	        {"delete", KIND_ENI, is_free_interface, true},
	};
	static struct reading reading;
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct world world;
	size_t enis, eips;

	start(&world, path, "", false);
	enis = truth_count(&world, "/resources/eni");
	eips = truth_count(&world, "/resources/eip");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error error = {0};
		const struct record *record = find_record(&world, &reading, rows[i].kind, rows[i].fits);
		bool good;

		CU_ASSERT_PTR_NOT_NULL_FATAL(record);
		snprintf(id, sizeof(id), "%s", record->id);
		release(&reading);
		good = act(&world, rows[i].kind, &beijing, id, rows[i].action, NULL, NULL, NULL, &error);
		if (good != rows[i].works)
			printf("%zu: %s %s\n", i, error.code, error.message);
		CU_ASSERT_EQUAL(good, rows[i].works);
	}
	CU_ASSERT_EQUAL(truth_count(&world, "/resources/eni"), enis - 2);
	CU_ASSERT_EQUAL(truth_count(&world, "/resources/eip"), eips - 2);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 0);
	stop(&world, path);
}

// Half of the answers get lost on the way back: each thing goes once, and is known to be gone.
static void lost_answers_settle(void)
{
	static struct reading reading;
	char path[PATH_LENGTH], id[ID_LENGTH];
	struct intent gone = {.context = "test",
	        .operation = "vpc.ReleaseEipAddress",
	        .region = "cn-beijing",
	        .subject = "eip-nothere00000000000",
	        .subject_kind = "eip",
	        .before = "Available"};
	struct world world;
	struct error error = {0};
	const struct record *record;

	start(&world, path, "", false);
	fault(&world, "reset=0.5&op=ecs.DeleteNetworkInterface");
	fault(&world, "reset=0.5&op=vpc.ReleaseEipAddress");
	record = find_record(&world, &reading, KIND_ENI, is_free_interface);
	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	snprintf(id, sizeof(id), "%s", record->id);
	release(&reading);
	CU_ASSERT_TRUE(act(&world, KIND_ENI, &beijing, id, "delete", NULL, NULL, NULL, &error));
	CU_ASSERT_EQUAL(look(&world, KIND_ENI, id, &error), PRESENCE_ABSENT);
	record = find_record(&world, &reading, KIND_EIP, is_free_address);
	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	snprintf(id, sizeof(id), "%s", record->id);
	release(&reading);
	CU_ASSERT_TRUE(act(&world, KIND_EIP, &beijing, id, "release", NULL, NULL, NULL, &error));
	CU_ASSERT_EQUAL(look(&world, KIND_EIP, id, &error), PRESENCE_ABSENT);
	CU_ASSERT_TRUE(journal_intend(world.journal, &gone, "{\"AllocationId\":\"eip-nothere00000000000\"}", &error));
	CU_ASSERT_TRUE(backend_alibaba.settle(world.session, &gone, NULL, &error));
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 0);
	stop(&world, path);
}

static void a_kubeconfig_is_temporary_and_secret(void)
{
	static struct reading reading;
	char path[PATH_LENGTH];
	struct secret *secret = NULL;
	struct scope scope;
	struct world world;
	struct error error = {0};
	const struct record *cluster;
	int64_t expires = 0, left;

	start(&world, path, "", false);
	cluster = first_of(&world, &reading, KIND_CLUSTER, &beijing, 1, &scope);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cluster);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", cluster->id);
	CU_ASSERT_TRUE(source()->kubeconfig(world.session, &scope, &secret, &expires, NULL, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(secret_text(secret), "client-key-data"));
	left = expires - clock_now(&clock_system);
	CU_ASSERT_TRUE(left > 10 * 60000 && left < 24 * 3600000);
	secret_unref(secret);
	snprintf(scope.cluster, sizeof(scope.cluster), "c0000000000000000");
	CU_ASSERT_FALSE(source()->kubeconfig(world.session, &scope, &secret, &expires, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_PTR_NULL(secret);
	release(&reading);
	stop(&world, path);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
	        UNIT_TEST(a_region_is_proven_by_a_dry_run),
	        UNIT_TEST(an_unproven_region_names_the_permission),
	        UNIT_TEST(disks_are_listed_and_their_silence_is_told),
	        UNIT_TEST(user_data_comes_as_a_secret),
	        UNIT_TEST(denied_user_data_names_the_permission),
	        UNIT_TEST(presence_is_asked_by_id),
	        UNIT_TEST(a_price_is_asked_for_once),
	        UNIT_TEST(rehearsals_change_nothing),
	        UNIT_TEST(a_quarantine_is_put_on_and_lifted),
	        UNIT_TEST(left_overs_go_and_others_stay),
	        UNIT_TEST(lost_answers_settle),
	        UNIT_TEST(a_kubeconfig_is_temporary_and_secret),
	};
	static const struct unit_suite suites[] = {UNIT_SUITE("alibaba evidence", tests)};

	unsetenv("ALIBABA_CLOUD_PROFILE");
	unsetenv("ALIBABA_CLOUD_SECURITY_TOKEN");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
