// SPDX-License-Identifier: Apache-2.0
// What the scenarios make, and what they can ask for.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>
#include <unistd.h>

#include "sim/params.h"
#include "sim/service.h"
#include "sim/xml_out.h"

#include "base/banned.h"

static size_t count_vms(const struct world *world, enum vm_sort sort, bool used)
{
	size_t count = 0;
	for (size_t r = 0; r < world->region_count; r++)
		for (size_t i = 0; i < world->regions[r].tables[KIND_INSTANCE].count; i++) {
			const struct instance *instance =
			        (const void *)world->regions[r].tables[KIND_INSTANCE].items[i];
			count += instance->sort == sort && (instance->use.pod != NULL) == used;
		}
	return count;
}

static size_t count_kind(const struct world *world, enum resource_kind kind)
{
	size_t count = 0;
	for (size_t r = 0; r < world->region_count; r++)
		count += world->regions[r].tables[kind].count;
	return count;
}

static void the_demo_has_something_to_look_at(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	const struct world *world = &simulator.world;
	CU_ASSERT_EQUAL(world->region_count, 12);
	CU_ASSERT(count_kind(world, KIND_CLUSTER) >= 3);
	CU_ASSERT(count_kind(world, KIND_NODE_POOL) >= 5);
	CU_ASSERT(count_vms(world, VM_PODVM, true) >= 50 && count_vms(world, VM_PODVM, true) <= 70);
	CU_ASSERT(count_vms(world, VM_PODVM, false) >= 3);
	CU_ASSERT(count_vms(world, VM_NODE, false) >= 8);
	size_t sick = 0;
	for (size_t i = 0; i < world->region_count; i++)
		sick += world->regions[i].error_rate > 0;
	CU_ASSERT_EQUAL(sick, 1);
	sim_advance(&simulator, 6 * 3600);
	CU_ASSERT(count_vms(world, VM_PODVM, true) >= 35 && count_vms(world, VM_PODVM, true) <= 90);
	sim_end(&simulator);
}

static void a_large_world_is_spread_evenly(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "large", 1000, 30);
	const struct world *world = &simulator.world;
	CU_ASSERT_EQUAL(world->region_count, 30);
	CU_ASSERT_EQUAL(count_kind(world, KIND_INSTANCE), 1000);
	for (size_t i = 0; i < world->region_count; i++)
		CU_ASSERT(world->regions[i].tables[KIND_INSTANCE].count >= 33 &&
		          world->regions[i].tables[KIND_INSTANCE].count <= 34);
	sim_end(&simulator);
}

static void a_scenario_file_names_who_may_do_what(void)
{
	static const char text[] =
	        "regions = [ \"cn-beijing\" ];\nrules = { throttle_rate = 1.0; throttle_burst = 3.0; };\n"
	        "identities = ( { key_id = \"LTAIone\"; secret = \"one\"; },\n"
	        "  { key_id = \"LTAItwo\"; secret = \"two\"; allow = [ \"ecs:Describe*\" ]; deny = [ "
	        "\"ecs:DescribeDisks\" ]; },\n"
	        "  { key_id = \"LTAIthree\"; secret = \"three\"; inactive = true; } );\n";
	char path[] = "/tmp/peerdeck-scenario-XXXXXX";
	int descriptor = mkstemp(path);
	CU_ASSERT_FATAL(descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
	close(descriptor);
	struct simulator simulator;
	sim_begin(&simulator, path, -1, -1);
	unlink(path);
	static const struct {
		const char *key, *secret, *action, *code;
	} rows[] = {
	        {"LTAIone", "one", "DescribeDisks", ""},
	        {"LTAItwo", "two", "DescribeInstances", ""},
	        {"LTAItwo", "two", "DescribeDisks", "Forbidden.RAM"},
	        {"LTAIthree", "three", "DescribeImages", "InvalidAccessKeyId.Inactive"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct sim_signing signing = {.key_id = rows[i].key, .secret = rows[i].secret};
		struct sim_reply reply = sim_signed(
		        &simulator, "POST", "/", "RegionId=cn-beijing", NULL, rows[i].action, "2014-05-26", &signing);
		UNIT_SAME_TEXT(reply.code, rows[i].code);
		sim_done(&reply);
	}
	// Three at once are served, the fourth has to wait; another operation has its own limit.
	for (int i = 0; i < 4; i++) {
		struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeZones", "RegionId=cn-beijing");
		UNIT_SAME_TEXT(reply.code, i < 3 ? "" : "Throttling.User");
		sim_done(&reply);
	}
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeRegions", "");
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	simulator.wall += 1100;
	reply = sim_rpc(&simulator, "ecs", "DescribeZones", "RegionId=cn-beijing");
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	sim_end(&simulator);
}

static void every_table_of_parameters_can_be_read(void)
{
	static const char *const types[] = {"text", "int", "bool", "json", "time", "number"};
	for (size_t s = 0; services[s]; s++)
		for (size_t i = 0; i < services[s]->operation_count; i++) {
			const struct operation *operation = &services[s]->operations[i];
			struct param_word word;
			for (const char *at = operation->params; param_word_next(&at, &word);) {
				bool known = false;
				for (size_t t = 0; t < COUNT_OF(types); t++)
					known = known || !strcmp(types[t], word.type);
				if (!known || !*word.name)
					printf("\n    %s.%s: %s:%s\n", services[s]->name, operation->name, word.name,
					        word.type);
				CU_ASSERT_TRUE(known && *word.name);
			}
			CU_ASSERT_PTR_NOT_NULL(operation->run);
			CU_ASSERT_EQUAL(services[s]->style == STYLE_ROA, operation->path != NULL);
		}
}

static void an_answer_can_be_xml(void)
{
	struct buffer out;
	buffer_init(&out, 4096);
	CU_ASSERT_TRUE(xml_from_json(
	        &out, "Error", "{\"Code\":\"A&B\",\"List\":{\"Item\":[\"1\",\"<2>\"]},\"Yes\":true,\"N\":5}"));
	UNIT_SAME_TEXT(buffer_text(&out),
	        "<?xml version='1.0' encoding='UTF-8'?><Error><Code>A&amp;B</Code><List><Item>1</Item>"
	        "<Item>&lt;2&gt;</Item></List><Yes>true</Yes><N>5</N></Error>");
	buffer_finish(&out);
}

static void again_and_again(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	world_later(world, 1, resource, again_and_again, 0);
}

static void a_world_that_is_too_fast_waits_for_the_machine(void)
{
	struct world world;
	int64_t start = 1000000, later = start + 1000000;
	CU_ASSERT_TRUE_FATAL(world_init(&world, 1, 1e6, start));
	again_and_again(&world, NULL, 0);
	world_keep_up(&world, later);
	CU_ASSERT(world.now > start && world.now < start + 1000000 * INT64_C(1000000));
	CU_ASSERT_EQUAL(world_wait(&world, later, 1000), 1);
	// From where it is it goes on.
	int64_t before = world.now;
	world_keep_up(&world, later + 1);
	CU_ASSERT(world.now > before);
	world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_demo_has_something_to_look_at),
        UNIT_TEST(a_large_world_is_spread_evenly),
        UNIT_TEST(a_scenario_file_names_who_may_do_what),
        UNIT_TEST(every_table_of_parameters_can_be_read),
        UNIT_TEST(an_answer_can_be_xml),
        UNIT_TEST(a_world_that_is_too_fast_waits_for_the_machine),
};
const struct unit_suite sim_world_suite = UNIT_SUITE("world", tests);
