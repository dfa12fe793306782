// SPDX-License-Identifier: Apache-2.0
// What health asks of Alibaba Cloud, against peerdeck-sim on loopback.
#include "config.h"

#include "tests/wire/alibaba_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { PATH_LENGTH = 64 };

static const char contents[] =
        "regions = [ \"cn-beijing\" ];\nrules = { silent_empty = true; vcpu_quota = 40; };\n"
        "identities = ( { name = \"someone\"; key_id = \"LTAI5tsomeonesomeone\"; secret = "
        "\"someonesomeonesomeonesomeone\"; deny = ( %s ); } );\n"
        "clusters = ( { region = \"cn-beijing\"; name = \"caa\"; pools = ( { name = \"default\"; type = "
        "\"ecs.g7.xlarge\"; size = 1; } ); podvms = { count = 2; }; },\n"
        "{ region = \"cn-beijing\"; name = \"alone\"; nat = false; rrsa = false; pools = ( { name = \"default\"; type "
        "= "
        "\"ecs.g7.xlarge\"; size = 1; } ); } );\n";

struct place {
	char cluster[64], vpc[64], vswitch[64], group[64], image[64];
};

static struct scope beijing = {.context = "test", .region = "cn-beijing"};

static void start(struct world *world, char path[PATH_LENGTH], const char *denied)
{
	const char *const arguments[] = {"./peerdeck-sim", "--with-parent", "--scenario", path, NULL};
	int file;

	snprintf(path, PATH_LENGTH, "/tmp/peerdeck-test-XXXXXX");
	file = mkstemp(path);
	CU_ASSERT_TRUE_FATAL(file >= 0);
	CU_ASSERT_TRUE(dprintf(file, contents, denied) > 0);
	close(file);
	world_start(world, arguments);
}

static void stop(struct world *world, const char *path)
{
	world_stop(world);
	unlink(path);
}

static const struct cloud_checks *checks(void)
{
	return backend_alibaba.cloud->checks;
}

static void find_place(struct world *world, const char *name, struct place *out)
{
	static struct reading reading;
	const struct cluster_record *found = NULL;

	read_scopes(world, &reading, KIND_CLUSTER, &beijing, 1);
	for (size_t i = 0; reading.count && i < reading.snapshots[0]->count; i++)
		if (!strcmp(reading.snapshots[0]->records[i]->name, name))
			found = (const struct cluster_record *)reading.snapshots[0]->records[i];
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	snprintf(out->cluster, sizeof(out->cluster), "%s", found->record.id);
	snprintf(out->vpc, sizeof(out->vpc), "%s", found->vpc_id);
	snprintf(out->group, sizeof(out->group), "%s", found->security_group_id);
	snprintf(out->vswitch, sizeof(out->vswitch), "%s", found->vswitch_ids.count ? found->vswitch_ids.items[0] : "");
	release(&reading);
	read_scopes(world, &reading, KIND_VM, &beijing, 1);
	for (size_t i = 0; reading.count && i < reading.snapshots[0]->count; i++) {
		const struct vm_record *vm = (const struct vm_record *)reading.snapshots[0]->records[i];

		if (!strcmp(vm->sort, "podvm"))
			snprintf(out->image, sizeof(out->image), "%s", vm->image_id);
	}
	release(&reading);
}

static void the_place_of_pod_vms_is_described(void)
{
	char path[PATH_LENGTH], vpc[CLOUD_WORD];
	struct cloud_vswitch vswitch;
	struct cloud_cluster cluster;
	struct cloud_image image;
	struct place place, alone;
	struct scope scope = beijing;
	enum answer sells;
	struct world world;
	struct error error = {0};

	start(&world, path, "");
	find_place(&world, "caa", &place);
	CU_ASSERT_TRUE(checks()->vswitch(world.session, &beijing, place.vswitch, &vswitch, NULL, &error));
	CU_ASSERT_STRING_EQUAL(vswitch.vpc, place.vpc);
	CU_ASSERT_TRUE(*vswitch.zone && *vswitch.cidr && vswitch.free_addresses > 100);
	CU_ASSERT_FALSE(checks()->vswitch(world.session, &beijing, "vsw-nothere", &vswitch, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_TRUE(checks()->group(world.session, &beijing, place.group, vpc, NULL, &error));
	CU_ASSERT_STRING_EQUAL(vpc, place.vpc);
	CU_ASSERT_FALSE(checks()->group(world.session, &beijing, "sg-nothere", vpc, NULL, &error));
	CU_ASSERT_TRUE(checks()->image(world.session, &beijing, place.image, &image, NULL, &error));
	CU_ASSERT_TRUE(image.is_usable && *image.name);
	CU_ASSERT_FALSE(checks()->image(world.session, &beijing, "m-nothere", &image, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", place.cluster);
	CU_ASSERT_TRUE(checks()->cluster(world.session, &scope, &cluster, NULL, &error));
	CU_ASSERT_EQUAL(cluster.has_identities, ANSWER_YES);
	CU_ASSERT_TRUE(*cluster.issuer && !strchr(cluster.issuer, ',') && *cluster.provider && *cluster.security_group);
	find_place(&world, "alone", &alone);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", alone.cluster);
	CU_ASSERT_TRUE(checks()->cluster(world.session, &scope, &cluster, NULL, &error));
	CU_ASSERT_EQUAL(cluster.has_identities, ANSWER_NO);
	CU_ASSERT_TRUE(
	        checks()->sells(world.session, &beijing, "cn-beijing-i", "ecs.g8i.xlarge", &sells, NULL, &error));
	CU_ASSERT_EQUAL(sells, ANSWER_YES);
	stop(&world, path);
}

static void traffic_is_judged_by_the_groups(void)
{
	char path[PATH_LENGTH];
	struct cloud_egress egress;
	struct cloud_vswitch vswitch;
	struct place place, alone;
	const char *own[1], *other[1];
	struct cloud_passage passage = {.to = own, .to_count = 1, .protocol = "tcp", .port = 15150};
	enum answer lets_in;
	struct world world;
	struct error error = {0};

	start(&world, path, "");
	find_place(&world, "caa", &place);
	find_place(&world, "alone", &alone);
	own[0] = place.group;
	other[0] = alone.group;
	passage.from = own;
	passage.from_count = 1;
	passage.from_cidr = "";
	CU_ASSERT_TRUE(checks()->lets_in(world.session, &beijing, &passage, &lets_in, NULL, &error));
	CU_ASSERT_EQUAL(lets_in, ANSWER_YES);
	passage.from = other;
	passage.from_cidr = "203.0.113.0/24";
	CU_ASSERT_TRUE(checks()->lets_in(world.session, &beijing, &passage, &lets_in, NULL, &error));
	CU_ASSERT_EQUAL(lets_in, ANSWER_NO);
	CU_ASSERT_TRUE(checks()->vswitch(world.session, &beijing, place.vswitch, &vswitch, NULL, &error));
	CU_ASSERT_TRUE(checks()->egress(
	        world.session, &beijing, place.vpc, place.vswitch, vswitch.cidr, &egress, NULL, &error));
	CU_ASSERT_TRUE(egress.has_gateway && egress.is_ready && egress.is_covered);
	CU_ASSERT_TRUE(checks()->egress(
	        world.session, &beijing, alone.vpc, alone.vswitch, "10.99.0.0/24", &egress, NULL, &error));
	CU_ASSERT_FALSE(egress.is_covered);
	stop(&world, path);
}

static void a_trial_tells_what_would_happen(void)
{
	char path[PATH_LENGTH];
	struct cloud_limit limits[CLOUD_LIMITS_MOST];
	struct place place;
	const char *groups[1];
	struct cloud_trial trial;
	struct buffer console;
	struct world world;
	struct error error = {0};
	size_t vms, count;
	bool has_vcpus = false;

	start(&world, path, "");
	find_place(&world, "caa", &place);
	groups[0] = place.group;
	vms = truth_count(&world, "/vms");
	trial = (struct cloud_trial){.image = place.image,
	        .type = "ecs.g7.large",
	        .vswitch = place.vswitch,
	        .groups = groups,
	        .group_count = 1,
	        .disk_gib = 40};
	if (!checks()->trial(world.session, &beijing, &trial, NULL, &error))
		printf("%s %s\n", error.code, error.message);
	CU_ASSERT_TRUE(checks()->trial(world.session, &beijing, &trial, NULL, &error));
	trial.image = "m-nothere";
	CU_ASSERT_FALSE(checks()->trial(world.session, &beijing, &trial, NULL, &error));
	CU_ASSERT_STRING_EQUAL(error.code, "InvalidImageId.NotFound");
	trial.image = place.image;
	trial.type = "ecs.g8i.48xlarge";
	CU_ASSERT_FALSE(checks()->trial(world.session, &beijing, &trial, NULL, &error));
	CU_ASSERT_TRUE(*error.code);
	CU_ASSERT_EQUAL(truth_count(&world, "/vms"), vms);
	CU_ASSERT_TRUE(checks()->limits(world.session, &beijing, limits, &count, NULL, &error));
	for (size_t i = 0; i < count; i++)
		has_vcpus = has_vcpus || (limits[i].sort == LIMIT_VCPU && limits[i].total == 40 && limits[i].used > 0);
	CU_ASSERT_TRUE(has_vcpus);
	buffer_init(&console, 1 << 20);
	CU_ASSERT_FALSE(checks()->console(world.session, &beijing, "i-nothere", &console, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	buffer_finish(&console);
	stop(&world, path);
}

static void post(struct world *world, const char *operation, const char *const *pairs)
{
	struct http_response *response;
	struct error error = {0};
	struct call call;

	call_init(&call, operation, "");
	for (size_t i = 0; pairs[i]; i += 2)
		call_set(&call, pairs[i], pairs[i + 1]);
	response = call_perform(&world->session->caller, &call, NULL, &error);
	if (!response)
		printf("%s: %s %s\n", operation, error.code, error.message);
	CU_ASSERT_PTR_NOT_NULL(response);
	http_response_destroy(response);
	call_finish(&call);
}

static void a_role_is_compared_with_what_the_adaptor_needs(void)
{
	static const char subject[] = "system:serviceaccount:confidential-containers-system:cloud-api-adaptor";
	char path[PATH_LENGTH], trust[1024];
	struct cloud_role_question question;
	struct cloud_cluster cluster;
	struct cloud_role role;
	struct place place;
	struct scope scope = beijing;
	struct world world;
	struct error error = {0};

	start(&world, path, "");
	find_place(&world, "caa", &place);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", place.cluster);
	CU_ASSERT_TRUE(checks()->cluster(world.session, &scope, &cluster, NULL, &error));
	snprintf(trust, sizeof(trust),
	        "{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{"
	        "\"Federated\":[\"%.200s\"]},\"Condition\":{\"StringEquals\":{\"oidc:aud\":\"sts.aliyuncs.com\","
	        "\"oidc:iss\":\"%.200s\",\"oidc:sub\":\"%s\"}}}]}",
	        cluster.provider, cluster.issuer, subject);
	post(&world, "ram.CreateRole",
	        (const char *const[]){"RoleName", "caa", "AssumeRolePolicyDocument", trust, NULL});
	question = (struct cloud_role_question){.role = "acs:ram::1:role/caa",
	        .provider = cluster.provider,
	        .issuer = cluster.issuer,
	        .audience = "sts.aliyuncs.com",
	        .subject = subject};
	CU_ASSERT_TRUE(checks()->role(world.session, &question, &role, NULL, &error));
	CU_ASSERT_EQUAL(role.trusts_provider, ANSWER_YES);
	CU_ASSERT_EQUAL(role.trusts_subject, ANSWER_YES);
	CU_ASSERT_EQUAL(role.trusts_audience, ANSWER_YES);
	// Nothing is attached to it yet.
	CU_ASSERT_EQUAL(role.allows_all, ANSWER_NO);
	CU_ASSERT_PTR_NOT_NULL(strstr(role.missing, "ecs:DescribeInstanceTypes"));
	CU_ASSERT_PTR_NULL(strstr(role.missing, "vpc:AllocateEipAddress"));
	question.subject = "system:serviceaccount:default:cloud-api-adaptor";
	question.provider = "acs:ram::1:oidc-provider/other";
	CU_ASSERT_TRUE(checks()->role(world.session, &question, &role, NULL, &error));
	CU_ASSERT_EQUAL(role.trusts_provider, ANSWER_NO);
	CU_ASSERT_EQUAL(role.trusts_subject, ANSWER_NO);
	question.role = "nobody";
	CU_ASSERT_FALSE(checks()->role(world.session, &question, &role, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	stop(&world, path);
}

static void what_is_not_allowed_is_told(void)
{
	char path[PATH_LENGTH];
	struct cloud_egress egress;
	struct cloud_image image;
	struct cloud_limit limits[CLOUD_LIMITS_MOST];
	struct cloud_role_question question = {
	        .role = "caa", .provider = "p", .issuer = "i", .audience = "a", .subject = "s"};
	struct cloud_role role;
	struct world world;
	struct error error = {0};
	size_t count;

	start(&world, path, "\"ecs:DescribeImages\", \"ram:GetRole\"");
	CU_ASSERT_FALSE(checks()->image(world.session, &beijing, "m-some", &image, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "ecs:DescribeImages"));
	CU_ASSERT_FALSE(checks()->role(world.session, &question, &role, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "ram:GetRole"));
	stop(&world, path);
	// Empty lists that may be refusals.
	start(&world, path, "\"vpc:DescribeNatGateways\", \"quotas:ListProductQuotas\"");
	CU_ASSERT_FALSE(checks()->egress(world.session, &beijing, "vpc-1", "vsw-1", "", &egress, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "vpc:DescribeNatGateways"));
	CU_ASSERT_FALSE(checks()->limits(world.session, &beijing, limits, &count, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "quotas:ListProductQuotas"));
	stop(&world, path);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
	        UNIT_TEST(the_place_of_pod_vms_is_described),
	        UNIT_TEST(traffic_is_judged_by_the_groups),
	        UNIT_TEST(a_trial_tells_what_would_happen),
	        UNIT_TEST(a_role_is_compared_with_what_the_adaptor_needs),
	        UNIT_TEST(what_is_not_allowed_is_told),
	};
	static const struct unit_suite suites[] = {UNIT_SUITE("alibaba checks", tests)};

	unsetenv("ALIBABA_CLOUD_PROFILE");
	unsetenv("ALIBABA_CLOUD_SECURITY_TOKEN");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
