// SPDX-License-Identifier: Apache-2.0
// The Alibaba backend against peerdeck-sim on loopback: lists, faults, actions, doubts.
#include "config.h"

#include "tests/wire/alibaba_world.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static const char *const still_world[] = {
        "./peerdeck-sim", "--with-parent", "--scenario", "large", "--vms", "1500", "--regions", "4", NULL};
static const char *const busy_world[] = {"./peerdeck-sim", "--with-parent", "--scenario", "demo", "--vms", "12000",
        "--latency", "20", "--time-scale", "120", NULL};
static const char *const live_world[] = {
        "./peerdeck-sim", "--with-parent", "--scenario", "demo", "--time-scale", "10", NULL};

static void lists_hold_exactly_what_there_is(void)
{
	static const struct {
		enum kind_id kind;
		const char *truth;
	} rows[] = {{KIND_VM, "/vms"}, {KIND_VPC, "/resources/vpc"}, {KIND_VSWITCH, "/resources/vswitch"},
	        {KIND_ENI, "/resources/eni"}, {KIND_EIP, "/resources/eip"}, {KIND_IMAGE, "/resources/image"},
	        {KIND_CLUSTER, "/resources/cluster"}};
	static struct scope scopes[SCOPES_MOST];
	static struct reading reading;
	struct world world;
	size_t count;

	world_start(&world, still_world);
	count = region_scopes(&world, scopes);
	CU_ASSERT_EQUAL(count, 4);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		read_scopes(&world, &reading, rows[i].kind, scopes, count);
		CU_ASSERT_EQUAL(reading.failed, 0);
		CU_ASSERT_EQUAL(reading.records, truth_count(&world, rows[i].truth));
		release(&reading);
	}
	// Again, cut by what the first reading remembers.
	read_scopes(&world, &reading, KIND_VM, scopes, count);
	CU_ASSERT_EQUAL(reading.records, 1500);
	release(&reading);
	world_stop(&world);
}

static void faults_on_the_wire_lose_nothing(void)
{
	static const char *const specs[] = {
	        "throttle=0.1&http500=0.05&reset=0.05", "truncate=0.1&garbage=0.1", "skew=3600"};
	static struct scope scopes[SCOPES_MOST];
	static struct reading reading;
	struct world world;
	size_t count;

	world_start(&world, still_world);
	count = region_scopes(&world, scopes);
	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		fault(&world, "off");
		fault(&world, specs[i]);
		read_scopes(&world, &reading, KIND_VM, scopes, count);
		CU_ASSERT_EQUAL(reading.failed, 0);
		CU_ASSERT_EQUAL(reading.records, 1500);
		release(&reading);
	}
	world_stop(&world);
}

static void an_unreachable_region_fails_alone(void)
{
	static struct scope scopes[SCOPES_MOST];
	static struct reading reading;
	struct world world;
	char spec[160];
	size_t count;

	world_start(&world, still_world);
	count = region_scopes(&world, scopes);
	snprintf(spec, sizeof(spec), "unreachable=%.100s", scopes[1].region);
	fault(&world, spec);
	read_scopes(&world, &reading, KIND_VM, scopes, count);
	CU_ASSERT_EQUAL(reading.failed, 1);
	for (size_t i = 0; i < reading.count; i++)
		CU_ASSERT_TRUE(reading.snapshots[i]->complete || !reading.snapshots[i]->count);
	release(&reading);
	world_stop(&world);
}

enum { FLEET_MOST = 20000, FLEET_ROUNDS = 4 };

struct fleet {
	cJSON *truth;
	const char *ids[FLEET_MOST];
	size_t count;
};

// The VMs of these regions, as they really are now.
static void fleet_see(struct world *world, struct fleet *fleet, const struct scope *scopes, size_t count)
{
	const cJSON *vm;

	fleet->truth = control(world, HTTP_GET, "/_sim/truth");
	fleet->count = 0;
	cJSON_ArrayForEach(vm, json_member(fleet->truth, "vms"))
	{
		for (size_t i = 0; i < count; i++)
			if (!strcmp(json_text(vm, "region"), scopes[i].region) && fleet->count < FLEET_MOST)
				fleet->ids[fleet->count++] = json_text(vm, "id");
	}
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t times_read(const struct reading *reading, const char *id)
{
	size_t seen = 0;

	for (size_t i = 0; i < reading->count; i++)
		seen += snapshot_find(reading->snapshots[i], id) != NULL;
	return seen;
}

// A large fleet that changes all the time, read in pieces: who was there before and after is in it, exactly once. The
// first reading cuts by a sample, the later ones by what the session remembers.
static void a_live_fleet_is_read_without_gaps_or_doubles(void)
{
	static struct scope scopes[SCOPES_MOST];
	static struct reading reading;
	static struct fleet before, after;
	struct world world;
	size_t count, stayed = 0, changed = 0;

	world_start(&world, busy_world);
	count = region_scopes(&world, scopes);
	count = count < 3 ? count : 3;
	for (int round = 0; round < FLEET_ROUNDS; round++) {
		size_t distinct = 0;

		fleet_see(&world, &before, scopes, count);
		read_scopes(&world, &reading, KIND_VM, scopes, count);
		fleet_see(&world, &after, scopes, count);
		qsort(after.ids, after.count, sizeof(after.ids[0]), compare_ids);
		for (size_t i = 0; i < before.count; i++) {
			bool there = bsearch(&before.ids[i], after.ids, after.count, sizeof(after.ids[0]), compare_ids);

			stayed += there;
			changed += !there;
			if (there && times_read(&reading, before.ids[i]) != 1)
				CU_FAIL("an instance that was there all the time was not read exactly once");
		}
		for (size_t i = 0; i < reading.count; i++)
			distinct += reading.snapshots[i]->count;
		CU_ASSERT_EQUAL(distinct, reading.records);
		CU_ASSERT_EQUAL(reading.failed, 0);
		cJSON_Delete(before.truth);
		cJSON_Delete(after.truth);
		release(&reading);
	}
	CU_ASSERT_TRUE(stayed > 1000);
	CU_ASSERT_TRUE(changed > 0);
	world_stop(&world);
}

static const char *const quick_world[] = {"./peerdeck-sim", "--with-parent", "--scenario", "large", "--vms", "40",
        "--regions", "2", "--time-scale", "30", NULL};

static void actions_change_what_they_name(void)
{
	static struct scope scopes[SCOPES_MOST];
	struct world world;
	struct scope scope;
	struct error error = {0};
	struct buffer text;
	char id[64];
	size_t count, before;

	world_start(&world, quick_world);
	count = region_scopes(&world, scopes);
	CU_ASSERT_TRUE_FATAL(find_vm(&world, scopes, count, "podvm", &scope, id, sizeof(id)));
	CU_ASSERT_FALSE(act(&world, KIND_VM, &scope, id, "stop", "Stopped", NULL, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "stop", NULL, NULL, NULL, &error));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "start", NULL, NULL, NULL, &error));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "tag", NULL, "peerdeck=yes", NULL, &error));
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "untag", NULL, "peerdeck", NULL, &error));
	buffer_init(&text, 1 << 20);
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "console", NULL, NULL, &text, &error));
	CU_ASSERT_TRUE(text.size > 0);
	buffer_clear(&text);
	CU_ASSERT_TRUE(backend_alibaba.describe(world.session, KIND_VM, &scope, id, &text, NULL, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), id));
	buffer_finish(&text);
	before = truth_count(&world, "/vms");
	CU_ASSERT_TRUE(act(&world, KIND_VM, &scope, id, "delete", NULL, NULL, NULL, &error));
	CU_ASSERT_EQUAL(truth_count(&world, "/vms"), before - 1);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 0);
	world_stop(&world);
}

// The adaptor deletes a VM whose pod is in use once it stops: waiting for it ends with it.
static void a_vm_that_goes_while_it_is_waited_for_is_told(void)
{
	static const char *const fast_world[] = {
	        "./peerdeck-sim", "--with-parent", "--scenario", "demo", "--time-scale", "60", NULL};
	static struct scope scopes[SCOPES_MOST];
	struct world world;
	struct scope scope;
	struct error error = {0};
	char id[64];

	world_start(&world, fast_world);
	const size_t count = region_scopes(&world, scopes);
	CU_ASSERT_TRUE_FATAL(find_vm(&world, scopes, count, "podvm", &scope, id, sizeof(id)));
	const int64_t start = clock_monotonic(&clock_system);
	CU_ASSERT_FALSE(act(&world, KIND_VM, &scope, id, "stop", NULL, NULL, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - start < 60000);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 0);
	world_stop(&world);
}

// The connection is cut although the call took effect: it is done once, and known to be done.
static void lost_answers_do_nothing_twice(void)
{
	static struct scope scopes[SCOPES_MOST];
	struct world world;
	size_t count, before, deleted = 0;

	world_start(&world, quick_world);
	count = region_scopes(&world, scopes);
	before = truth_count(&world, "/vms");
	fault(&world, "reset=0.5&op=ecs.DeleteInstance");
	for (int i = 0; i < 6; i++) {
		struct error error = {0};
		struct scope scope;
		char id[64];

		if (!find_vm(&world, scopes, count, "podvm", &scope, id, sizeof(id)))
			break;
		if (act(&world, KIND_VM, &scope, id, "delete", NULL, NULL, NULL, &error))
			deleted++;
	}
	CU_ASSERT_TRUE(deleted > 0);
	CU_ASSERT_EQUAL(truth_count(&world, "/vms"), before - deleted);
	world_stop(&world);
}

// A console that ended between intent and outcome: looking tells what became of it.
static void doubts_are_settled_by_looking(void)
{
	static struct scope scopes[SCOPES_MOST];
	struct intent gone = {
	        .context = "test", .operation = "ecs.DeleteInstance", .subject_kind = "vm", .before = "Running"};
	struct intent fresh;
	struct world world;
	struct scope scope;
	struct error error = {0};
	char id[64];
	size_t count;

	world_start(&world, quick_world);
	count = region_scopes(&world, scopes);
	CU_ASSERT_TRUE_FATAL(find_vm(&world, scopes, count, "podvm", &scope, id, sizeof(id)));
	snprintf(gone.region, sizeof(gone.region), "%.63s", scope.region);
	fresh = gone;
	snprintf(gone.subject, sizeof(gone.subject), "i-nothere00000000000");
	snprintf(fresh.subject, sizeof(fresh.subject), "%s", id);
	CU_ASSERT_TRUE(journal_intend(world.journal, &gone, "{\"InstanceId\":\"i-nothere00000000000\"}", &error));
	CU_ASSERT_TRUE(journal_intend(world.journal, &fresh, "{\"InstanceId\":\"x\"}", &error));
	CU_ASSERT_TRUE(backend_alibaba.settle(world.session, &gone, NULL, &error));
	// Still there a moment after the call: it may yet arrive.
	CU_ASSERT_FALSE(backend_alibaba.settle(world.session, &fresh, NULL, &error));
	CU_ASSERT_TRUE(error.retryable);
	CU_ASSERT_EQUAL(journal_list(world.journal, "test", true, NULL, 0), 1);
	world_stop(&world);
}

static void node_pools_take_a_new_size(void)
{
	static struct scope scopes[SCOPES_MOST];
	static struct reading clusters, pools, nodes;
	struct world world;
	struct scope scope;
	const struct record *cluster, *pool;
	struct error error = {0};
	char size[24];
	size_t count;

	world_start(&world, live_world);
	count = region_scopes(&world, scopes);
	cluster = first_of(&world, &clusters, KIND_CLUSTER, scopes, count, &scope);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cluster);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", cluster->id);
	read_scopes(&world, &nodes, KIND_NODE, &scope, 1);
	CU_ASSERT_EQUAL(nodes.failed, 0);
	pool = first_of(&world, &pools, KIND_NODE_POOL, &scope, 1, &scope);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
	if (!((const struct node_pool_record *)pool)->auto_scaling) {
		snprintf(size, sizeof(size), "%lld", (long long)((const struct node_pool_record *)pool)->desired + 1);
		CU_ASSERT_TRUE(act(&world, KIND_NODE_POOL, &scope, pool->id, "scale", NULL, size, NULL, &error));
		if (error.kind != ERROR_NONE)
			printf("scale: %s %s\n", error.code, error.message);
	}
	release(&nodes);
	release(&pools);
	release(&clusters);
	world_stop(&world);
}

static struct {
	unsigned lines, failed;
} told;

static void tell(const struct check *check, void *user)
{
	(void)user;
	told.lines++;
	told.failed += check->result == CHECK_FAIL;
	if (check->result == CHECK_FAIL)
		printf("%s: %s\n", check->what, check->seen);
}

static void doctor_finds_a_healthy_account_healthy(void)
{
	struct identity identity;
	struct world world;
	struct error error;

	world_start(&world, quick_world);
	CU_ASSERT_TRUE(backend_alibaba.identify(world.session, &identity, NULL, &error));
	CU_ASSERT_TRUE(*identity.account && *identity.arn && *identity.display);
	memset(&told, 0, sizeof(told));
	backend_alibaba.doctor(world.session, tell, NULL, NULL);
	CU_ASSERT_TRUE(told.lines >= 10);
	CU_ASSERT_EQUAL(told.failed, 0);
	world_stop(&world);
}

static void a_wrong_key_is_told_as_one(void)
{
	struct context_config context = {.name = "wrong", .backend = "alibaba"};
	struct services services;
	struct identity identity;
	struct session *session;
	struct world world;
	struct error error = {0};

	world_start(&world, quick_world);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "not-it", 1);
	services = (struct services){.http = world.http, .clock = &clock_system};
	session = backend_alibaba.open(&context, &services, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	CU_ASSERT_FALSE(backend_alibaba.identify(session, &identity, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_TRUE(*error.remedy);
	backend_alibaba.close(session);
	world_stop(&world);
}

static void make_role(struct world *world, const char *account)
{
	char policy[512];
	struct http_response *response;
	struct error error = {0};
	struct call call;

	snprintf(policy, sizeof(policy),
	        "{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\","
	        "\"Principal\":{\"RAM\":[\"acs:ram::%s:root\"]}}]}",
	        account);
	call_init(&call, "ram.CreateRole", "");
	call_set(&call, "RoleName", "reader");
	call_set(&call, "AssumeRolePolicyDocument", policy);
	response = call_perform(&world->session->caller, &call, NULL, &error);
	if (!response)
		printf("%s: %s\n", error.code, error.message);
	CU_ASSERT_PTR_NOT_NULL(response);
	http_response_destroy(response);
	call_finish(&call);
}

static void write_profile(const char *home, const char *account, const char *role)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/.aliyun", home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/.aliyun/config.json", home);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fprintf(file,
	        "{\"current\":\"role\",\"profiles\":[{\"name\":\"ak\",\"mode\":\"AK\",\"access_key_id\":\"%s\","
	        "\"access_key_secret\":\"%s\"},{\"name\":\"role\",\"mode\":\"ChainableRamRoleArn\",\"source_profile\":"
	        "\"ak\",\"ram_role_arn\":\"acs:ram::%s:role/%s\",\"ram_session_name\":\"peer deck\"}]}",
	        getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), account, role);
	fclose(file);
}

static struct session *open_profile(struct world *world)
{
	struct context_config context = {.name = "role", .backend = "alibaba", .profile = "role"};
	struct services services = {.http = world->http, .clock = &clock_system, .parallel = 4};
	struct error error = {0};

	return backend_alibaba.open(&context, &services, &error);
}

// The service forgets temporary keys far sooner than they say: each time new ones are fetched, once for all callers.
static void expired_keys_are_renewed_at_once(void)
{
	char home[] = "/tmp/peerdeck-test-XXXXXX", path[128];
	struct identity identity = {0};
	struct session *session;
	struct world world;
	struct error error = {0};

	world_start(&world, quick_world);
	CU_ASSERT_TRUE(backend_alibaba.identify(world.session, &identity, NULL, &error));
	make_role(&world, identity.account);
	fault(&world, "expire=1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(home));
	setenv("HOME", home, 1);
	write_profile(home, identity.account, "reader");
	session = open_profile(&world);
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	CU_ASSERT_TRUE(backend_alibaba.identify(session, &identity, NULL, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(identity.arn, "assumed-role/reader"));
	cJSON_Delete(control(&world, HTTP_POST, "/_sim/advance?seconds=60"));
	{
		struct call call;
		struct http_response *response;

		call_init(&call, "sts.GetCallerIdentity", "");
		response = call_perform(&session->caller, &call, NULL, &error);
		CU_ASSERT_PTR_NOT_NULL(response);
		http_response_destroy(response);
		call_finish(&call);
	}
	backend_alibaba.close(session);
	// A role that is not there is a fault of credentials, never a thing that is gone.
	write_profile(home, identity.account, "nobody");
	session = open_profile(&world);
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	{
		struct scope scope = {.context = "role", .region = "cn-beijing"};
		struct buffer text;

		buffer_init(&text, 4096);
		CU_ASSERT_FALSE(backend_alibaba.describe(session, KIND_VM, &scope, "i-1", &text, NULL, &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
		buffer_finish(&text);
	}
	backend_alibaba.close(session);
	snprintf(path, sizeof(path), "%s/.aliyun/config.json", home);
	unlink(path);
	snprintf(path, sizeof(path), "%s/.aliyun", home);
	rmdir(path);
	rmdir(home);
	world_stop(&world);
}

// Lists without permission are empty in this world, as they were before December 2025.
static void silence_is_no_absence(void)
{
	static const enum kind_id kinds[] = {KIND_VM, KIND_ENI, KIND_VPC};
	static struct reading reading;
	struct scope scope = {.context = "test", .region = "cn-beijing"};
	char path[] = "/tmp/peerdeck-test-XXXXXX";
	const char *const arguments[] = {"./peerdeck-sim", "--with-parent", "--scenario", path, NULL};
	int file = mkstemp(path);
	struct world world;

	CU_ASSERT_TRUE_FATAL(file >= 0);
	CU_ASSERT_TRUE(dprintf(file, "regions = [ \"cn-beijing\" ];\nrules = { silent_empty = true; };\n"
	                             "identities = ( { name = \"blind\"; key_id = \"LTAI5tblindblindblind\"; secret = "
	                             "\"blindblindblindblindblindblind\"; deny = ( \"ecs:DescribeInstances\", "
	                             "\"ecs:DescribeNetworkInterfaces\", \"vpc:DescribeVpcs\" ); } );\n") > 0);
	close(file);
	world_start(&world, arguments);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		read_scopes(&world, &reading, kinds[i], &scope, 1);
		CU_ASSERT_EQUAL(reading.failed, 1);
		CU_ASSERT_EQUAL(reading.errors[0].kind, ERROR_DENIED);
		if (reading.errors[0].kind != ERROR_DENIED)
			printf("%s: %s\n", reading.errors[0].code, reading.errors[0].message);
		CU_ASSERT_PTR_NOT_NULL(strstr(reading.errors[0].remedy, "RAM action"));
		release(&reading);
	}
	read_scopes(&world, &reading, KIND_EIP, &scope, 1);
	CU_ASSERT_EQUAL(reading.failed, 0);
	release(&reading);
	world_stop(&world);
	unlink(path);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
	        UNIT_TEST(lists_hold_exactly_what_there_is),
	        UNIT_TEST(faults_on_the_wire_lose_nothing),
	        UNIT_TEST(an_unreachable_region_fails_alone),
	        UNIT_TEST(a_live_fleet_is_read_without_gaps_or_doubles),
	        UNIT_TEST(actions_change_what_they_name),
	        UNIT_TEST(lost_answers_do_nothing_twice),
	        UNIT_TEST(a_vm_that_goes_while_it_is_waited_for_is_told),
	        UNIT_TEST(doctor_finds_a_healthy_account_healthy),
	        UNIT_TEST(a_wrong_key_is_told_as_one),
	        UNIT_TEST(expired_keys_are_renewed_at_once),
	        UNIT_TEST(silence_is_no_absence),
	        UNIT_TEST(doubts_are_settled_by_looking),
	        UNIT_TEST(node_pools_take_a_new_size),
	};
	static const struct unit_suite suites[] = {UNIT_SUITE("alibaba", tests)};

	unsetenv("ALIBABA_CLOUD_PROFILE");
	unsetenv("ALIBABA_CLOUD_SECURITY_TOKEN");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
