// SPDX-License-Identifier: Apache-2.0
// Instances and images from creation to end, idempotence, faults.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>

#include "base/banned.h"

enum { QUERY_SIZE = 1024 };

static const char *first_of(struct simulator *simulator, enum resource_kind kind)
{
	struct table *table = &simulator->world.home->tables[kind];
	return table->count ? table->items[0]->id : "";
}

static void run_query(struct simulator *simulator, char out[QUERY_SIZE], const char *more)
{
	snprintf(out, QUERY_SIZE,
	        "RegionId=cn-beijing&ImageId=m-2zealinux3&InstanceType=ecs.g7.large&VSwitchId=%s&SecurityGroupId=%s%s",
	        first_of(simulator, KIND_VSWITCH), first_of(simulator, KIND_SECURITY_GROUP), more);
}

static const char *status_of(struct simulator *simulator, const char *id)
{
	static char status[32];
	char query[QUERY_SIZE];
	snprintf(query, sizeof(query), "RegionId=cn-beijing&InstanceIds=[%%22%s%%22]", id);
	struct sim_reply reply = sim_rpc(simulator, "ecs", "DescribeInstances", query);
	const char *text = sim_text(&reply, "/Instances/Instance/0/Status");
	snprintf(status, sizeof(status), "%s", text ? text : "gone");
	sim_done(&reply);
	return status;
}

static void act(struct simulator *simulator, const char *action, const char *id, const char *more, const char *code)
{
	char query[QUERY_SIZE];
	snprintf(query, sizeof(query), "InstanceId=%s%s", id, more);
	struct sim_reply reply = sim_rpc(simulator, "ecs", action, query);
	UNIT_SAME_TEXT(reply.code, code);
	sim_done(&reply);
}

static void an_instance_lives_and_goes(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE], id[40];
	sim_begin(&simulator, "demo", -1, -1);
	run_query(&simulator, query, "&InstanceName=test-vm");
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "RunInstances", query);
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/InstanceIdSets/InstanceIdSet/0"));
	snprintf(id, sizeof(id), "%s", sim_text(&reply, "/InstanceIdSets/InstanceIdSet/0"));
	sim_done(&reply);
	UNIT_SAME_TEXT(status_of(&simulator, id), "gone"); // not shown yet
	act(&simulator, "DeleteInstance", id, "&Force=true", "IncorrectInstanceStatus.Initializing");
	sim_advance(&simulator, 4);
	UNIT_SAME_TEXT(status_of(&simulator, id), "Starting");
	sim_advance(&simulator, 20);
	UNIT_SAME_TEXT(status_of(&simulator, id), "Running");
	act(&simulator, "StartInstance", id, "", "IncorrectInstanceStatus");
	act(&simulator, "DeleteInstance", id, "", "IncorrectInstanceStatus");
	act(&simulator, "StopInstance", id, "", "");
	UNIT_SAME_TEXT(status_of(&simulator, id), "Stopping");
	sim_advance(&simulator, 10);
	UNIT_SAME_TEXT(status_of(&simulator, id), "Stopped");
	act(&simulator, "StartInstance", id, "", "");
	sim_advance(&simulator, 20);
	act(&simulator, "RebootInstance", id, "", "");
	sim_advance(&simulator, 7);
	UNIT_SAME_TEXT(status_of(&simulator, id), "Starting");
	sim_advance(&simulator, 20);
	act(&simulator, "DeleteInstance", id, "&Force=true&DryRun=true", "DryRunOperation");
	act(&simulator, "DeleteInstance", id, "&Force=true", "");
	sim_advance(&simulator, 10);
	UNIT_SAME_TEXT(status_of(&simulator, id), "gone");
	act(&simulator, "DeleteInstance", id, "&Force=true", "InvalidInstanceId.NotFound");
	sim_end(&simulator);
}

static void a_protected_instance_stays(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	struct table *table = &simulator.world.home->tables[KIND_INSTANCE];
	struct instance *instance = NULL;
	for (size_t i = 0; i < table->count; i++)
		if (((struct instance *)(void *)table->items[i])->deletion_protection)
			instance = (void *)table->items[i];
	CU_ASSERT_PTR_NOT_NULL_FATAL(instance);
	act(&simulator, "DeleteInstance", instance->base.id, "&Force=true", "InvalidOperation.DeletionProtection");
	act(&simulator, "ModifyInstanceAttribute", instance->base.id, "&DeletionProtection=false", "");
	act(&simulator, "DeleteInstance", instance->base.id, "&Force=true", "");
	sim_end(&simulator);
}

static void the_same_token_makes_one_instance(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE], other[QUERY_SIZE];
	sim_begin(&simulator, "demo", -1, -1);
	size_t before = simulator.world.home->tables[KIND_INSTANCE].count;
	run_query(&simulator, query, "&ClientToken=abc");
	run_query(&simulator, other, "&ClientToken=abc&InstanceName=other");
	struct sim_reply first = sim_rpc(&simulator, "ecs", "RunInstances", query);
	struct sim_reply second = sim_rpc(&simulator, "ecs", "RunInstances", query);
	struct sim_reply third = sim_rpc(&simulator, "ecs", "RunInstances", other);
	UNIT_SAME_TEXT(sim_text(&second, "/InstanceIdSets/InstanceIdSet/0"),
	        sim_text(&first, "/InstanceIdSets/InstanceIdSet/0"));
	CU_ASSERT(strcmp(sim_text(&first, "/RequestId"), sim_text(&second, "/RequestId")) != 0);
	UNIT_SAME_TEXT(third.code, "IdempotentParameterMismatch");
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_INSTANCE].count, before + 1);
	sim_done(&first);
	sim_done(&second);
	sim_done(&third);
	sim_end(&simulator);
}

static void a_dry_run_changes_nothing(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE];
	sim_begin(&simulator, "demo", -1, -1);
	uint64_t changes = simulator.world.changes;
	run_query(&simulator, query, "&DryRun=true");
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "RunInstances", query);
	UNIT_SAME_TEXT(reply.code, "DryRunOperation");
	sim_done(&reply);
	// cn-beijing-h does not sell the confidential type.
	snprintf(query, sizeof(query),
	        "RegionId=cn-beijing&ImageId=m-2zealinux3&InstanceType=ecs.g8i.xlarge&VSwitchId=%s&SecurityGroupId=%s&"
	        "DryRun=true"
	        "&SecurityOptions.ConfidentialComputingMode=TDX",
	        first_of(&simulator, KIND_VSWITCH), first_of(&simulator, KIND_SECURITY_GROUP));
	reply = sim_rpc(&simulator, "ecs", "RunInstances", query);
	UNIT_SAME_TEXT(reply.code, "OperationDenied.NoStock");
	sim_done(&reply);
	CU_ASSERT_EQUAL(simulator.world.changes, changes);
	sim_end(&simulator);
}

static int images_shown(struct simulator *simulator, const char *id, const char *states)
{
	char query[QUERY_SIZE];
	snprintf(query, sizeof(query), "RegionId=cn-beijing&ImageId=%s%s", id, states);
	struct sim_reply reply = sim_rpc(simulator, "ecs", "DescribeImages", query);
	int count = cJSON_GetArraySize(sim_at(&reply, "/Images/Image"));
	sim_done(&reply);
	return count;
}

static void an_import_takes_its_time(void)
{
	struct simulator simulator;
	char image[64], query[QUERY_SIZE];
	sim_begin(&simulator, "empty", -1, -1);
	simulator.world.find_object = NULL; // the object is not what this is about
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "ImportImage",
	        "RegionId=cn-beijing&ImageName=podvm&BootMode=UEFI&DiskDeviceMapping.1.OSSBucket=b&DiskDeviceMapping.1."
	        "OSSObject=o");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/ImageId"));
	snprintf(image, sizeof(image), "%s", sim_text(&reply, "/ImageId"));
	snprintf(query, sizeof(query), "RegionId=cn-beijing&TaskId=%s", sim_text(&reply, "/TaskId"));
	sim_done(&reply);
	sim_advance(&simulator, 120);
	CU_ASSERT_EQUAL(images_shown(&simulator, image, ""), 0);
	CU_ASSERT_EQUAL(images_shown(&simulator, image, "&Status=Creating,Waiting,Available"), 1);
	reply = sim_rpc(&simulator, "ecs", "DescribeTaskAttribute", query);
	UNIT_SAME_TEXT(sim_text(&reply, "/TaskStatus"), "Processing");
	sim_done(&reply);
	sim_advance(&simulator, 20 * 60);
	CU_ASSERT_EQUAL(images_shown(&simulator, image, ""), 1);
	reply = sim_rpc(&simulator, "ecs", "DescribeTaskAttribute", query);
	UNIT_SAME_TEXT(sim_text(&reply, "/TaskStatus"), "Finished");
	UNIT_SAME_TEXT(sim_text(&reply, "/TaskProcess"), "100%");
	sim_done(&reply);
	sim_end(&simulator);
}

static void a_failed_import_says_why(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE];
	sim_begin(&simulator, "empty", -1, -1);
	simulator.world.find_object = NULL;
	simulator.world.rules.import_failures = 1;
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "ImportImage",
	        "RegionId=cn-beijing&DiskDeviceMapping.1.OSSBucket=b&DiskDeviceMapping.1.OSSObject=o");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/TaskId"));
	snprintf(query, sizeof(query), "RegionId=cn-beijing&TaskId=%s", sim_text(&reply, "/TaskId"));
	sim_done(&reply);
	sim_advance(&simulator, 20 * 60);
	reply = sim_rpc(&simulator, "ecs", "DescribeTaskAttribute", query);
	UNIT_SAME_TEXT(sim_text(&reply, "/TaskStatus"), "Failed");
	UNIT_SAME_TEXT(sim_text(&reply, "/OperationProgressSet/OperationProgress/0/ErrorCode"),
	        "InvalidImageFormat.Malformed");
	sim_done(&reply);
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_SNAPSHOT].count, 0);
	sim_end(&simulator);
}

static void code_of(struct simulator *simulator, const char *action, const char *query, const char *code)
{
	struct sim_reply reply = sim_rpc(simulator, "ecs", action, query);
	UNIT_SAME_TEXT(reply.code, code);
	sim_done(&reply);
}

// Where the usage of this one snapshot is as asked for.
static int snapshots_shown(struct simulator *simulator, const char *id, const char *usage)
{
	char query[QUERY_SIZE];
	snprintf(query, sizeof(query), "RegionId=cn-beijing&SnapshotIds=[%%22%s%%22]%s", id, usage);
	struct sim_reply reply = sim_rpc(simulator, "ecs", "DescribeSnapshots", query);
	int count = cJSON_GetArraySize(sim_at(&reply, "/Snapshots/Snapshot"));
	sim_done(&reply);
	return count;
}

static void an_image_leaves_its_snapshot_behind(void)
{
	static const char mapped[] = "/Images/Image/0/DiskDeviceMappings/DiskDeviceMapping/0/SnapshotId";
	struct simulator simulator;
	char image[64], copy[64], snapshot[64], query[QUERY_SIZE], delete_snapshot[QUERY_SIZE];
	sim_begin(&simulator, "demo", -1, -1);
	simulator.world.find_object = NULL;
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "ImportImage",
	        "RegionId=cn-beijing&ImageName=podvm&BootMode=UEFI&DiskDeviceMapping.1.OSSBucket=b&DiskDeviceMapping.1."
	        "OSSObject=o");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/ImageId"));
	snprintf(image, sizeof(image), "%s", sim_text(&reply, "/ImageId"));
	sim_done(&reply);
	snprintf(query, sizeof(query), "RegionId=cn-beijing&ImageId=%s&Status=Creating,Waiting,Available", image);
	reply = sim_rpc(&simulator, "ecs", "DescribeImages", query);
	UNIT_SAME_TEXT(sim_text(&reply, mapped), "");
	sim_done(&reply);
	sim_advance(&simulator, 20 * 60);
	reply = sim_rpc(&simulator, "ecs", "DescribeImages", query);
	snprintf(snapshot, sizeof(snapshot), "%s", sim_text(&reply, mapped));
	sim_done(&reply);
	CU_ASSERT_EQUAL(strncmp(snapshot, "s-2ze", 5), 0);
	CU_ASSERT_EQUAL(snapshots_shown(&simulator, snapshot, "&Usage=image"), 1);
	snprintf(query, sizeof(query), "RegionId=cn-beijing&DestinationRegionId=cn-hongkong&ImageId=%s", image);
	reply = sim_rpc(&simulator, "ecs", "CopyImage", query);
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/ImageId"));
	snprintf(copy, sizeof(copy), "%s", sim_text(&reply, "/ImageId"));
	sim_done(&reply);
	sim_advance(&simulator, 20 * 60);
	// A copy stands on one of its own.
	snprintf(query, sizeof(query), "RegionId=cn-hongkong&ImageId=%s", copy);
	reply = sim_rpc(&simulator, "ecs", "DescribeImages", query);
	CU_ASSERT_EQUAL(strncmp(sim_text(&reply, mapped), "s-", 2), 0);
	CU_ASSERT_NOT_EQUAL(strcmp(sim_text(&reply, mapped), snapshot), 0);
	sim_done(&reply);

	snprintf(delete_snapshot, sizeof(delete_snapshot), "SnapshotId=%s", snapshot);
	code_of(&simulator, "DeleteSnapshot", "", "MissingParameter");
	code_of(&simulator, "DeleteSnapshot", delete_snapshot, "SnapshotCreatedImage");
	snprintf(query, sizeof(query),
	        "RegionId=cn-beijing&InstanceType=ecs.g7.large&ImageId=%s&VSwitchId=%s&SecurityGroupId=%s", image,
	        first_of(&simulator, KIND_VSWITCH), first_of(&simulator, KIND_SECURITY_GROUP));
	code_of(&simulator, "RunInstances", query, "");
	snprintf(query, sizeof(query), "RegionId=cn-beijing&ImageId=%s", image);
	code_of(&simulator, "DeleteImage", query, "ImageUsingByInstance");
	CU_ASSERT_EQUAL(snapshots_shown(&simulator, snapshot, "&Usage=image_disk"), 1);
	snprintf(query, sizeof(query), "RegionId=cn-beijing&Force=true&ImageId=%s", image);
	code_of(&simulator, "DeleteImage", query, "");
	CU_ASSERT_EQUAL(snapshots_shown(&simulator, snapshot, ""), 1);
	code_of(&simulator, "DeleteSnapshot", delete_snapshot, "SnapshotCreatedDisk");
	snprintf(query, sizeof(query), "SnapshotId=%s&Force=true", snapshot);
	code_of(&simulator, "DeleteSnapshot", query, "");
	CU_ASSERT_EQUAL(snapshots_shown(&simulator, snapshot, ""), 0);
	// What is not there is ignored.
	code_of(&simulator, "DeleteSnapshot", delete_snapshot, "");
	sim_end(&simulator);
}

static bool set_faults(struct simulator *simulator, const char *spec)
{
	return simulator_fault(simulator, spec, NULL);
}

static void faults_happen_as_often_as_asked(void)
{
	struct simulator simulator;
	int throttled = 0, broken = 0;
	sim_begin(&simulator, "empty", -1, -1);
	CU_ASSERT_TRUE(set_faults(&simulator, "throttle=0.3,region=cn-beijing"));
	for (int i = 0; i < 300; i++) {
		struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing");
		throttled += !strcmp(reply.code, "Throttling.User");
		sim_done(&reply);
		reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-hongkong");
		CU_ASSERT_EQUAL(reply.status, 200);
		sim_done(&reply);
	}
	CU_ASSERT(throttled > 50 && throttled < 150);
	CU_ASSERT_TRUE(set_faults(&simulator, "off"));
	CU_ASSERT_TRUE(set_faults(&simulator, "unreachable=cn-hongkong"));
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-hongkong");
	broken += !reply.answered;
	sim_done(&reply);
	CU_ASSERT_EQUAL(broken, 1);
	CU_ASSERT_FALSE(set_faults(&simulator, "throttle=2"));
	CU_ASSERT_FALSE(set_faults(&simulator, "gremlins=1"));
	CU_ASSERT_FALSE(set_faults(&simulator, "unreachable=cn-nowhere"));
	sim_end(&simulator);
}

// A connection that breaks does so before the call took effect, or after.
static void a_reset_call_may_have_happened(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE];
	sim_begin(&simulator, "demo", -1, -1);
	size_t before = simulator.world.home->tables[KIND_INSTANCE].count;
	CU_ASSERT_TRUE(set_faults(&simulator, "reset=1,op=RunInstances"));
	run_query(&simulator, query, "");
	for (int i = 0; i < 20; i++) {
		struct sim_reply reply = sim_rpc(&simulator, "ecs", "RunInstances", query);
		CU_ASSERT_FALSE(reply.answered);
		sim_done(&reply);
	}
	size_t made = simulator.world.home->tables[KIND_INSTANCE].count - before;
	CU_ASSERT(made > 2 && made < 18);
	sim_end(&simulator);
}

static size_t sum_of_ids(struct simulator *simulator)
{
	size_t sum = 0;
	struct table *table = &simulator->world.home->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++)
		for (const char *c = table->items[i]->id; *c; c++)
			sum = sum * 31 + (unsigned char)*c;
	return sum;
}

static void the_same_seed_lives_the_same_life(void)
{
	struct simulator one, other;
	sim_begin(&one, "demo", -1, -1);
	sim_begin(&other, "demo", -1, -1);
	size_t before = sum_of_ids(&one);
	sim_advance(&one, 3600);
	for (int i = 0; i < 36; i++) {
		// Questions do not change what happens.
		struct sim_reply reply = sim_rpc(&other, "ecs", "DescribeInstances", "RegionId=cn-beijing");
		sim_done(&reply);
		sim_advance(&other, 100);
	}
	CU_ASSERT(sum_of_ids(&one) != before);
	CU_ASSERT_EQUAL(sum_of_ids(&one), sum_of_ids(&other));
	sim_end(&one);
	sim_end(&other);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_instance_lives_and_goes),
        UNIT_TEST(a_protected_instance_stays),
        UNIT_TEST(the_same_token_makes_one_instance),
        UNIT_TEST(a_dry_run_changes_nothing),
        UNIT_TEST(an_import_takes_its_time),
        UNIT_TEST(a_failed_import_says_why),
        UNIT_TEST(an_image_leaves_its_snapshot_behind),
        UNIT_TEST(faults_happen_as_often_as_asked),
        UNIT_TEST(a_reset_call_may_have_happened),
        UNIT_TEST(the_same_seed_lives_the_same_life),
};
const struct unit_suite sim_life_suite = UNIT_SUITE("life", tests);
