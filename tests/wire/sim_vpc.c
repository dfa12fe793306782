// SPDX-License-Identifier: Apache-2.0
// Networks and their way to the Internet: each step waits for the one before it, and goes in the reverse order.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdarg.h>

#include "base/banned.h"

enum { QUERY_SIZE = 512, NAT_SECONDS = 200, SOON = 10 };

struct chain {
	struct simulator simulator;
	char vpc[40], vswitch[40], gateway[40], table[40], eip[40], ip[16], entry[40];
};

// Makes a call in cn-beijing and expects the code ("" = it went well).
static struct sim_reply call(struct chain *chain, const char *wanted, const char *action, const char *format, ...)
{
	char query[QUERY_SIZE] = "RegionId=cn-beijing&";
	size_t used = strlen(query);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(query + used, sizeof(query) - used, format, arguments);
	va_end(arguments);
	struct sim_reply reply = sim_rpc(&chain->simulator, "vpc", action, query);
	UNIT_SAME_TEXT(reply.code, wanted);
	return reply;
}

#define EXPECT(chain, wanted, ...)                                                                                     \
	do {                                                                                                           \
		struct sim_reply expected = call(chain, wanted, __VA_ARGS__);                                          \
		sim_done(&expected);                                                                                   \
	} while (0)

static void keep(char *out, size_t size, const struct sim_reply *reply, const char *pointer)
{
	const char *text = sim_text(reply, pointer);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	snprintf(out, size, "%s", text);
}

static void make_networks(struct chain *chain)
{
	sim_begin(&chain->simulator, "empty", -1, -1);
	struct sim_reply reply = call(chain, "", "CreateVpc", "CidrBlock=192.168.0.0%%2F16&ClientToken=one");
	keep(chain->vpc, sizeof(chain->vpc), &reply, "/VpcId");
	sim_done(&reply);
	EXPECT(chain, "IncorrectVpcStatus", "CreateVSwitch", "VpcId=%s&ZoneId=cn-beijing-i&CidrBlock=192.168.1.0/24",
	        chain->vpc);
	sim_advance(&chain->simulator, SOON);
	reply = call(chain, "", "CreateVSwitch", "VpcId=%s&ZoneId=cn-beijing-i&CidrBlock=192.168.1.0/24", chain->vpc);
	keep(chain->vswitch, sizeof(chain->vswitch), &reply, "/VSwitchId");
	sim_done(&reply);
}

static struct sim_reply gateway(struct chain *chain, const char *wanted)
{
	return call(chain, wanted, "CreateNatGateway", "VpcId=%s&VSwitchId=%s&NatType=Enhanced", chain->vpc,
	        chain->vswitch);
}

static struct sim_reply snat(struct chain *chain, const char *wanted)
{
	return call(chain, wanted, "CreateSnatEntry", "SnatTableId=%s&SourceVSwitchId=%s&SnatIp=%s", chain->table,
	        chain->vswitch, chain->ip);
}

static void associate(struct chain *chain, const char *wanted)
{
	EXPECT(chain, wanted, "AssociateEipAddress", "AllocationId=%s&InstanceId=%s&InstanceType=Nat", chain->eip,
	        chain->gateway);
}

static void refuse(struct sim_reply reply)
{
	sim_done(&reply);
}

// The whole chain, each step tried too early first.
static void make_chain(struct chain *chain)
{
	make_networks(chain);
	refuse(gateway(chain, "IncorrectStatus.VSWITCH"));
	sim_advance(&chain->simulator, SOON);
	struct sim_reply reply = gateway(chain, "");
	keep(chain->gateway, sizeof(chain->gateway), &reply, "/NatGatewayId");
	keep(chain->table, sizeof(chain->table), &reply, "/SnatTableIds/SnatTableId/0");
	sim_done(&reply);
	reply = call(chain, "", "AllocateEipAddress", "Bandwidth=5&InternetChargeType=PayByTraffic");
	keep(chain->eip, sizeof(chain->eip), &reply, "/AllocationId");
	keep(chain->ip, sizeof(chain->ip), &reply, "/EipAddress");
	sim_done(&reply);
	associate(chain, "IncorrectStatus.NatGateway");
	refuse(snat(chain, "IncorrectStatus.NatGateway"));
	sim_advance(&chain->simulator, NAT_SECONDS);
	refuse(snat(chain, "EIP_NOT_IN_GATEWAY"));
	associate(chain, "");
	refuse(snat(chain, "EIP_NOT_IN_GATEWAY"));
	associate(chain, "IncorrectEipStatus");
	sim_advance(&chain->simulator, SOON);
	reply = snat(chain, "");
	keep(chain->entry, sizeof(chain->entry), &reply, "/SnatEntryId");
	sim_done(&reply);
	refuse(snat(chain, "Forbidden.SourceVSwitchId.Duplicated"));
}

static void each_step_waits_for_the_one_before(void)
{
	struct chain chain;
	make_chain(&chain);
	struct sim_reply reply = call(&chain, "", "DescribeNatGateways", "NatGatewayId=%s", chain.gateway);
	UNIT_SAME_TEXT(sim_text(&reply, "/NatGateways/NatGateway/0/IpLists/IpList/0/AllocationId"), chain.eip);
	UNIT_SAME_TEXT(sim_text(&reply, "/NatGateways/NatGateway/0/NatGatewayPrivateInfo/VswitchId"), chain.vswitch);
	sim_done(&reply);
	reply = call(&chain, "", "DescribeVpcAttribute", "VpcId=%s", chain.vpc);
	UNIT_SAME_TEXT(sim_text(&reply, "/CloudResources/CloudResourceSetType/3/ResourceType"), "NATGateway");
	sim_done(&reply);
	sim_end(&chain.simulator);
}

static size_t made_by_api(const struct world *world)
{
	size_t count = 0;
	for (size_t r = 0; r < world->region_count; r++)
		for (size_t kind = 0; kind < KIND_COUNT; kind++)
			for (size_t i = 0; i < world->regions[r].tables[kind].count; i++)
				count += world->regions[r].tables[kind].items[i]->made_by == MADE_BY_API;
	return count;
}

static void the_chain_comes_apart_only_in_reverse(void)
{
	struct chain chain;
	make_chain(&chain);
	EXPECT(&chain, "IncorretSnatEntryStatus", "DeleteSnatEntry", "SnatTableId=%s&SnatEntryId=%s", chain.table,
	        chain.entry);
	EXPECT(&chain, "DependencyViolation.NatGateway", "DeleteVpc", "VpcId=%s", chain.vpc);
	EXPECT(&chain, "DependencyViolation.EnhancedNatGateway", "DeleteVSwitch", "VSwitchId=%s", chain.vswitch);
	EXPECT(&chain, "DependencyViolation.SnatEntry", "DeleteNatGateway", "NatGatewayId=%s", chain.gateway);
	EXPECT(&chain, "InvalidIpStatus.HasBeenUsedBySnatTable", "UnassociateEipAddress", "AllocationId=%s", chain.eip);
	EXPECT(&chain, "IncorrectEipStatus", "ReleaseEipAddress", "AllocationId=%s", chain.eip);
	sim_advance(&chain.simulator, SOON);
	EXPECT(&chain, "", "DeleteSnatEntry", "SnatTableId=%s&SnatEntryId=%s", chain.table, chain.entry);
	sim_advance(&chain.simulator, SOON);
	EXPECT(&chain, "DependencyViolation.EIPS", "DeleteNatGateway", "NatGatewayId=%s", chain.gateway);
	EXPECT(&chain, "", "UnassociateEipAddress", "AllocationId=%s", chain.eip);
	EXPECT(&chain, "IncorrectEipStatus", "ReleaseEipAddress", "AllocationId=%s", chain.eip);
	sim_advance(&chain.simulator, SOON);
	EXPECT(&chain, "", "ReleaseEipAddress", "AllocationId=%s", chain.eip);
	EXPECT(&chain, "", "DeleteNatGateway", "NatGatewayId=%s", chain.gateway);
	EXPECT(&chain, "IncorrectStatus.NatGateway", "DeleteNatGateway", "NatGatewayId=%s", chain.gateway);
	sim_advance(&chain.simulator, NAT_SECONDS);
	EXPECT(&chain, "InvalidNatGatewayId.NotFound", "DeleteNatGateway", "NatGatewayId=%s", chain.gateway);
	EXPECT(&chain, "", "DeleteVSwitch", "VSwitchId=%s", chain.vswitch);
	EXPECT(&chain, "DependencyViolation.VSwitch", "DeleteVpc", "VpcId=%s", chain.vpc);
	sim_advance(&chain.simulator, SOON);
	EXPECT(&chain, "", "DeleteVpc", "VpcId=%s", chain.vpc);
	CU_ASSERT_EQUAL(made_by_api(&chain.simulator.world), 0);
	sim_end(&chain.simulator);
}

static void force_takes_the_entries_along(void)
{
	struct chain chain;
	make_chain(&chain);
	EXPECT(&chain, "", "DeleteNatGateway", "NatGatewayId=%s&Force=true", chain.gateway);
	sim_advance(&chain.simulator, NAT_SECONDS);
	struct sim_reply reply = call(&chain, "", "DescribeEipAddresses", "AllocationId=%s", chain.eip);
	UNIT_SAME_TEXT(sim_text(&reply, "/EipAddresses/EipAddress/0/Status"), "Available");
	sim_done(&reply);
	reply = call(&chain, "", "DescribeSnatTableEntries", "NatGatewayId=%s", chain.gateway);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/SnatTableEntries/SnatTableEntry")), 0);
	sim_done(&reply);
	sim_end(&chain.simulator);
}

static void blocks_must_fit_and_not_overlap(void)
{
	static const struct {
		const char *block, *code;
	} vpcs[] = {{"10.0.0.0/7", "InvalidCidrBlock.Malformed"}, {"10.0.0.1/16", "InvalidCidrBlock.Malformed"},
	        {"100.64.0.0/16", "InvalidCidrBlock.Malformed"}, {"nonsense", "InvalidCidrBlock.Malformed"},
	        {"10.0.0.0/8", ""}},
	  vswitches[] = {{"10.0.0.0/24", "InvalidCidrBlock.NotInVpc"},
	          {"192.168.1.128/25", "InvalidCidrBlock.Overlapped"}, {"192.168.2.0/30", "InvalidCidrBlock.Malformed"},
	          {"192.168.2.0/24", ""}};
	struct chain chain;
	make_networks(&chain);
	for (size_t i = 0; i < COUNT_OF(vpcs); i++)
		EXPECT(&chain, vpcs[i].code, "CreateVpc", "CidrBlock=%s", vpcs[i].block);
	for (size_t i = 0; i < COUNT_OF(vswitches); i++)
		EXPECT(&chain, vswitches[i].code, "CreateVSwitch", "VpcId=%s&ZoneId=cn-beijing-i&CidrBlock=%s",
		        chain.vpc, vswitches[i].block);
	EXPECT(&chain, "InvalidZoneId.NotFound", "CreateVSwitch",
	        "VpcId=%s&ZoneId=cn-hongkong-b&CidrBlock=192.168.3.0/24", chain.vpc);
	EXPECT(&chain, "DryRunOperation", "CreateVpc", "CidrBlock=10.1.0.0/16&DryRun=true");
	sim_end(&chain.simulator);
}

static void the_same_token_gives_the_same_vpc(void)
{
	struct chain chain;
	make_networks(&chain);
	struct sim_reply reply = call(&chain, "", "CreateVpc", "CidrBlock=192.168.0.0%%2F16&ClientToken=one");
	UNIT_SAME_TEXT(sim_text(&reply, "/VpcId"), chain.vpc);
	sim_done(&reply);
	sim_end(&chain.simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(each_step_waits_for_the_one_before),
        UNIT_TEST(the_chain_comes_apart_only_in_reverse),
        UNIT_TEST(force_takes_the_entries_along),
        UNIT_TEST(blocks_must_fit_and_not_overlap),
        UNIT_TEST(the_same_token_gives_the_same_vpc),
};
const struct unit_suite sim_vpc_suite = UNIT_SUITE("vpc", tests);
