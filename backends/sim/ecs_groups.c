// SPDX-License-Identifier: Apache-2.0
// Security groups.
#include "config.h"
#include "sim/ecs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/instances.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100, RULE_PAGE = 500, MOST_RULE_PAGE = 1000, MOST_IDS = 100, MOST_RULES = 100 };

static bool equal(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, found);
}

static void write_group(struct json_out *out, const struct security_group *group)
{
	json_object(out, NULL);
	json_text(out, "SecurityGroupId", group->base.id);
	json_text(out, "SecurityGroupName", group->name);
	json_text(out, "SecurityGroupType", group->type);
	json_text(out, "Description", group->description);
	json_text(out, "VpcId", group->vpc->base.id);
	json_text(out, "ResourceGroupId", "");
	json_time(out, "CreationTime", group->base.created);
	json_bool(out, "ServiceManaged", group->managed);
	json_int(out, "EcsCount", (int64_t)group->users);
	resource_write_tags(out, &group->base, "TagKey", "TagValue");
	json_object_end(out);
}

void ecs_describe_security_groups(struct call *call)
{
	struct page page;
	struct tag tags[20];
	const char *ids[MOST_IDS];
	const char *id = call_text(call, "SecurityGroupId"), *vpc = call_text(call, "VpcId");
	const char *name = call_text(call, "SecurityGroupName"), *type = call_text(call, "SecurityGroupType");
	bool fuzzy = call_bool(call, "FuzzyQuery", false);
	size_t tag_count = call_tags(call, tags, COUNT_OF(tags));
	int id_count = call_json_list(call, "SecurityGroupIds", ids, MOST_IDS);
	if (id_count == -1 || !page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE) || call_dry_run(call))
		return;
	json_object(&call->out, "SecurityGroups");
	json_list(&call->out, "SecurityGroup");
	struct security_group *group;
	EACH(group, call->region, KIND_SECURITY_GROUP)
	{
		bool named = !name || (fuzzy ? strstr(group->name, name) != NULL : text_glob(name, group->name));
		if (call_sees(call, &group->base) && equal(id, group->base.id) &&
		        id_is_wanted(ids, id_count, group->base.id) && equal(vpc, group->vpc->base.id) &&
		        equal(type, group->type) && named && resource_has_tags(&group->base, tags, tag_count) &&
		        page_takes(&page, &group->base))
			write_group(&call->out, group);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	json_text(&call->out, "RegionId", call->region->id);
	page_end(call, &page);
}

static struct security_group *group_of(struct call *call)
{
	struct security_group *group =
	        world_find_in(call->world, KIND_SECURITY_GROUP, call->region, call_text(call, "SecurityGroupId"));
	if (!group)
		call_fail(
		        call, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.");
	return group;
}

static void write_rule(struct json_out *out, const struct security_rule *rule)
{
	bool in = !strcmp(rule->direction, "ingress");
	char protocol[16];
	size_t length = 0;
	for (const char *c = rule->protocol; *c && length + 1 < sizeof(protocol); c++)
		protocol[length++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
	protocol[length] = 0;
	json_object(out, NULL);
	json_text(out, "Direction", rule->direction);
	json_text(out, "IpProtocol", protocol);
	json_text(out, "PortRange", rule->port_range);
	json_text(out, "Policy", "Accept");
	json_text(out, "Priority", "1");
	json_text(out, "NicType", "intranet");
	json_text(out, "SourceCidrIp", in && !rule->source_is_group ? rule->source : "");
	json_text(out, "DestCidrIp", !in && !rule->source_is_group ? rule->source : "");
	json_text(out, "SourceGroupId", in && rule->source_is_group ? rule->source : "");
	json_text(out, "DestGroupId", !in && rule->source_is_group ? rule->source : "");
	json_text(out, "SourcePortRange", "");
	json_text(out, "Description", rule->description);
	json_time(out, "CreateTime", rule->created);
	json_object_end(out);
}

void ecs_describe_security_group_attribute(struct call *call)
{
	struct page page;
	struct security_group *group = group_of(call);
	const char *direction = call_text_or(call, "Direction", "all");
	if (!group || !page_begin(call, &page, PAGE_TOKENS, RULE_PAGE, MOST_RULE_PAGE))
		return;
	json_text(&call->out, "SecurityGroupId", group->base.id);
	json_text(&call->out, "SecurityGroupName", group->name);
	json_text(&call->out, "Description", group->description);
	json_text(&call->out, "VpcId", group->vpc->base.id);
	json_text(&call->out, "RegionId", group->base.region->id);
	json_text(&call->out, "InnerAccessPolicy", "Accept");
	json_object(&call->out, "Permissions");
	json_list(&call->out, "Permission");
	for (size_t i = group->rule_count; i-- > 0;) {
		// Rules are paged like resources: their place in the group is their key.
		struct resource key = {.sequence = i + 1};
		if ((!strcmp(direction, "all") || !strcmp(direction, group->rules[i].direction)) &&
		        page_takes(&page, &key))
			write_rule(&call->out, &group->rules[i]);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void ecs_describe_security_group_references(struct call *call)
{
	const char *ids[10];
	size_t count = call_list(call, "SecurityGroupId", ids, COUNT_OF(ids));
	json_object(&call->out, "SecurityGroupReferences");
	json_list(&call->out, "SecurityGroupReference");
	for (size_t i = 0; i < count; i++) {
		struct security_group *group;
		json_object(&call->out, NULL);
		json_text(&call->out, "SecurityGroupId", ids[i]);
		json_object(&call->out, "ReferencingSecurityGroups");
		json_list(&call->out, "ReferencingSecurityGroup");
		EACH(group, call->region, KIND_SECURITY_GROUP)
		for (size_t k = 0; k < group->rule_count; k++)
			if (group->rules[k].source_is_group && !strcmp(group->rules[k].source, ids[i])) {
				json_object(&call->out, NULL);
				json_text(&call->out, "SecurityGroupId", group->base.id);
				json_text(&call->out, "AliUid", call->world->account);
				json_object_end(&call->out);
				break;
			}
		json_list_end(&call->out);
		json_object_end(&call->out);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
}

void ecs_create_security_group(struct call *call)
{
	struct tag tags[20];
	struct vpc *vpc = world_find_in(call->world, KIND_VPC, call->region, call_text(call, "VpcId"));
	const char *name = call_text(call, "SecurityGroupName");
	if (!vpc) {
		call_fail(call, 404, "InvalidVpcId.NotFound", "The specified VpcId does not exist.");
		return;
	}
	if (name && (strlen(name) < 2 || strlen(name) > 128)) {
		call_fail(call, 400, "InvalidSecurityGroupName.Malformed",
		        "The specified SecurityGroupName is wrongly formed.");
		return;
	}
	struct security_group *group = security_group_create(call->world, RANDOM_API, vpc, name, MADE_BY_API);
	group->description = world_text(call->world, call_text_or(call, "Description", ""));
	group->type = world_text(call->world, call_text_or(call, "SecurityGroupType", "normal"));
	security_group_allow(call->world, group, "egress", "all", "-1/-1", "0.0.0.0/0", "");
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < count; i++)
		resource_tag(call->world, &group->base, tags[i].key, tags[i].value ? tags[i].value : "");
	json_text(&call->out, "SecurityGroupId", group->base.id);
}

// The n-th permission; n = 0 is the older form without a number. False: there is no such one.
static const char *rule_member(const struct call *call, size_t n, const char *member)
{
	return n ? call_member(call, "Permissions", n, member) : call_text(call, member);
}

static bool add_rule(struct call *call, struct security_group *group, size_t n)
{
	static const char *const protocols[] = {"tcp", "udp", "icmp", "gre", "all", "icmpv6"};
	const char *protocol = rule_member(call, n, "IpProtocol"), *ports = rule_member(call, n, "PortRange");
	const char *cidr = rule_member(call, n, "SourceCidrIp"), *source = rule_member(call, n, "SourceGroupId");
	const char *description = rule_member(call, n, "Description");
	uint32_t network;
	int prefix, first, last;
	char lower[16] = "";
	for (size_t i = 0; protocol && protocol[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)(protocol[i] >= 'A' && protocol[i] <= 'Z' ? protocol[i] + 32 : protocol[i]);
	bool known = false;
	for (size_t i = 0; i < COUNT_OF(protocols); i++)
		known = known || !strcmp(lower, protocols[i]);
	if (!known)
		return call_fail(call, 400, "InvalidIpProtocol.Malformed",
		        "The specified parameter \"IpProtocol\" is not valid.");
	if (!ports || sscanf(ports, "%d/%d", &first, &last) != 2 || first > last || last > 65535)
		return call_fail(call, 400, "InvalidIpProtocol.PortRange",
		        "The specified parameter \"PortRange\" is not valid.");
	bool group_known = source && world_find_in(call->world, KIND_SECURITY_GROUP, call->region, source);
	if (source && *source && !group_known)
		return call_fail(
		        call, 404, "InvalidSourceGroupId.NotFound", "The specified SourceGroupId does not exist.");
	if (!group_known && !cidr_parse(cidr, &network, &prefix))
		return call_fail(call, 400, "InvalidSourceCidrIp.Malformed",
		        "The specified parameter \"SourceCidrIp\" is not valid.");
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct security_rule *rule = &group->rules[i];
		if (!strcmp(rule->direction, "ingress") && !strcmp(rule->protocol, lower) &&
		        !strcmp(rule->port_range, ports) && !strcmp(rule->source, group_known ? source : cidr))
			return true; // the same rule again changes nothing
	}
	security_group_allow(call->world, group, "ingress", lower, ports, group_known ? source : cidr, description);
	return true;
}

void ecs_authorize_security_group(struct call *call)
{
	struct security_group *group = group_of(call);
	if (!group)
		return;
	if (call_text(call, "IpProtocol")) {
		add_rule(call, group, 0);
		return;
	}
	size_t n = 1;
	while (n <= MOST_RULES && rule_member(call, n, "IpProtocol") && add_rule(call, group, n))
		n++;
	if (n == 1 && !call->failed)
		param_missing(call, "Permissions.1.IpProtocol");
}

void ecs_delete_security_group(struct call *call)
{
	struct security_group *group = group_of(call), *other;
	if (!group)
		return;
	if (group->managed) {
		call_fail(call, 403, "InvalidOperation.DeletionProtection",
		        "The operation is not allowed: the security group is managed by a cloud service.");
		return;
	}
	bool referenced = false;
	EACH(other, call->region, KIND_SECURITY_GROUP)
	for (size_t i = 0; other != group && i < other->rule_count; i++)
		referenced = referenced || !strcmp(other->rules[i].source, group->base.id);
	if (group->users || referenced) {
		call_fail(call, 403, "DependencyViolation",
		        "There is still instance(s), network interface(s) or rule(s) that use the specified security "
		        "group.");
		return;
	}
	resource_destroy(call->world, &group->base);
}
