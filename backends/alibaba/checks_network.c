// SPDX-License-Identifier: Apache-2.0
// Whether security groups let traffic in, and whether a vSwitch has a way out (Alibaba Cloud API: ECS
// DescribeSecurityGroupAttribute, VPC DescribeNatGateways, DescribeSnatTableEntries).
#include "alibaba/checks.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/banned.h"

struct network {
	uint32_t address, mask;
};

// IPv4 with or without a length.
static bool network_parse(const char *text, struct network *out)
{
	char address[INET_ADDRSTRLEN];
	size_t length = strcspn(text, "/");
	int64_t bits = 32;
	struct in_addr parsed;

	if (!length || length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET, address, &parsed) != 1 ||
	        (text[length] && (!text_to_int64(text + length + 1, &bits) || bits < 0 || bits > 32)))
		return false;
	out->mask = bits ? UINT32_MAX << (32 - bits) : 0;
	out->address = ntohl(parsed.s_addr) & out->mask;
	return true;
}

static bool network_holds(const char *outer, const char *inner)
{
	struct network out, in;

	return network_parse(outer, &out) && network_parse(inner, &in) && in.mask >= out.mask &&
	       (in.address & out.mask) == out.address;
}

static bool rule_is_for(const cJSON *rule, const struct cloud_passage *passage)
{
	const char *protocol = json_text(rule, "IpProtocol"), *ports = json_text(rule, "PortRange");
	const char *slash = strchr(ports, '/');
	const char *group = json_text(rule, "SourceGroupId"), *cidr = json_text(rule, "SourceCidrIp");
	int64_t first, last;
	char start[16];

	if (strcasecmp(json_text(rule, "Direction"), "ingress") != 0 ||
	        (strcasecmp(protocol, "ALL") != 0 && strcasecmp(protocol, passage->protocol) != 0) || !slash)
		return false;
	snprintf(start, sizeof(start), "%.*s", (int)(slash - ports), ports);
	if (!text_to_int64(start, &first) || !text_to_int64(slash + 1, &last) ||
	        (first != -1 && (passage->port < first || passage->port > last)))
		return false;
	for (size_t i = 0; *group && i < passage->from_count; i++)
		if (!strcmp(group, passage->from[i]))
			return true;
	return *cidr && network_holds(cidr, *passage->from_cidr ? passage->from_cidr : "0.0.0.0/0");
}

struct decision {
	int64_t priority; // of the rule that decides so far: 1 is the highest
	bool accepts, members_may_talk;
};

static void weigh(const cJSON *root, const struct cloud_passage *passage, const char *group, struct decision *out)
{
	const cJSON *rule;

	cJSON_ArrayForEach(rule, json_path(root, "Permissions.Permission"))
	{
		int64_t priority = json_int(rule, "Priority", 1);
		bool accepts = strcasecmp(json_text(rule, "Policy"), "Drop") != 0;

		if (!rule_is_for(rule, passage) || priority > out->priority)
			continue;
		// Of equal ones the refusal wins.
		out->accepts = priority < out->priority ? accepts : out->accepts && accepts;
		out->priority = priority;
	}
	if (strcasecmp(json_text(root, "InnerAccessPolicy"), "Accept") != 0)
		return;
	for (size_t i = 0; i < passage->from_count; i++)
		out->members_may_talk = out->members_may_talk || !strcmp(passage->from[i], group);
}

static bool weigh_group(struct session *session, const struct scope *region, const struct cloud_passage *passage,
        const char *group, struct decision *out, struct cancel *cancel, struct error *error)
{
	char token[256] = "";

	do {
		struct answer_doc answer;
		struct call call;

		call_init(&call, "ecs.DescribeSecurityGroupAttribute", region->region);
		call_set_region(&call);
		call_set(&call, "SecurityGroupId", group);
		call_set(&call, "Direction", "ingress");
		call_set_number(&call, "MaxResults", 1000);
		if (*token)
			call_set(&call, "NextToken", token);
		if (!answer_open(session, &call, &answer, cancel, error))
			return false;
		weigh(answer.doc.root, passage, group, out);
		snprintf(token, sizeof(token), "%s", json_text(answer.doc.root, "NextToken"));
		answer_close(&answer);
	} while (*token);
	return true;
}

bool check_lets_in(struct session *session, const struct scope *region, const struct cloud_passage *passage,
        enum answer *out, struct cancel *cancel, struct error *error)
{
	struct decision decision = {.priority = INT_MAX};

	*out = ANSWER_UNKNOWN;
	for (size_t i = 0; i < passage->to_count; i++)
		if (!weigh_group(session, region, passage, passage->to[i], &decision, cancel, error))
			return false;
	if (decision.priority < INT_MAX)
		*out = decision.accepts ? ANSWER_YES : ANSWER_NO;
	else
		*out = decision.members_may_talk ? ANSWER_YES : ANSWER_NO;
	return true;
}

// A gateway without any entry would serve nobody: an empty list of entries is a refusal as likely as not, and is told
// so.
static bool entries_cover(struct session *session, const struct scope *region, const char *gateway, const char *vswitch,
        const char *cidr, bool *covered, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	const cJSON *entry;
	bool seen = false;
	struct call call;

	call_init(&call, "vpc.DescribeSnatTableEntries", region->region);
	call_set_region(&call);
	call_set(&call, "NatGatewayId", gateway);
	call_set_number(&call, "PageSize", 50);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	cJSON_ArrayForEach(entry, json_path(answer.doc.root, "SnatTableEntries.SnatTableEntry"))
	{
		seen = true;
		const char *source = json_text(entry, "SourceCIDR");

		if (!strcmp(json_text(entry, "Status"), "Available") &&
		        (!strcmp(json_text(entry, "SourceVSwitchId"), vswitch) ||
		                (*source && *cidr && network_holds(source, cidr))))
			*covered = true;
	}
	answer_close(&answer);
	return seen || list_is_refused("vpc.DescribeSnatTableEntries", error);
}

bool check_egress(struct session *session, const struct scope *region, const char *vpc, const char *vswitch,
        const char *cidr, struct cloud_egress *out, struct cancel *cancel, struct error *error)
{
	enum { GATEWAYS_MOST = 16 };
	char ids[GATEWAYS_MOST][CLOUD_WORD];
	struct answer_doc answer;
	const cJSON *gateway;
	size_t count = 0;
	struct call call;

	memset(out, 0, sizeof(*out));
	call_init(&call, "vpc.DescribeNatGateways", region->region);
	call_set_region(&call);
	call_set(&call, "VpcId", vpc);
	call_set_number(&call, "PageSize", 50);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	cJSON_ArrayForEach(gateway, json_path(answer.doc.root, "NatGateways.NatGateway"))
	{
		out->has_gateway = true;
		if (strcmp(json_text(gateway, "Status"), "Available") != 0 || count == GATEWAYS_MOST)
			continue;
		out->is_ready = true;
		snprintf(ids[count++], CLOUD_WORD, "%s", json_text(gateway, "NatGatewayId"));
	}
	answer_close(&answer);
	if (!out->has_gateway && !list_may_be_seen(session, "vpc.DescribeNatGateways", region, cancel, error))
		return false;
	for (size_t i = 0; i < count && !out->is_covered; i++) {
		if (!entries_cover(session, region, ids[i], vswitch, cidr, &out->is_covered, cancel, error))
			return false;
		if (out->is_covered)
			snprintf(out->gateway, sizeof(out->gateway), "%s", ids[i]);
	}
	return true;
}
