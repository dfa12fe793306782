// SPDX-License-Identifier: Apache-2.0
// vSwitches, images, types, quotas and clusters, each asked by id.
#include "config.h"
#include "alibaba/checks.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alibaba/fault.h"
#include "base/text.h"
#include "base/banned.h"

bool answer_open(
        struct session *session, struct call *call, struct answer_doc *out, struct cancel *cancel, struct error *error)
{
	char what[96];

	snprintf(what, sizeof(what), "%s", call->operation ? call->operation->name : call->wrong);
	out->response = call_perform(&session->caller, call, cancel, error);
	call_finish(call);
	if (!out->response)
		return false;
	if (json_open(&out->doc, out->response->body, out->response->body_size, what, error))
		return true;
	http_response_destroy(out->response);
	return false;
}

void answer_close(struct answer_doc *answer)
{
	json_close(&answer->doc);
	http_response_destroy(answer->response);
}

bool list_may_be_seen(struct session *session, const char *operation, const struct scope *region, struct cancel *cancel,
        struct error *error)
{
	struct http_response *response;
	struct error refusal = {0};
	struct call call;

	call_init(&call, operation, region->region);
	call_set_region(&call);
	call_set_flag(&call, "DryRun", true);
	response = call_perform(&session->caller, &call, cancel, &refusal);
	call_finish(&call);
	if (!response && fault_class_of(refusal.code) == FAULT_DRY_RUN)
		return true;
	if (response)
		error_set(&refusal, ERROR_DENIED, _("Nothing was found, and nothing proves that it may be seen"));
	http_response_destroy(response);
	if (error)
		*error = refusal;
	return false;
}

bool list_is_refused(const char *operation, struct error *error)
{
	char permission[96];

	operation_permission(operation_find(operation), permission);
	error_set(error, ERROR_DENIED, _("The list is empty, which is no answer"));
	error_remedy(error, _("Ask the account's administrator for the RAM action %s"), permission);
	return false;
}

static void copy(char *out, size_t size, const cJSON *item, const char *member)
{
	snprintf(out, size, "%s", json_text(item, member));
}

static bool check_vswitch(struct session *session, const struct scope *region, const char *id,
        struct cloud_vswitch *out, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct call call;

	memset(out, 0, sizeof(*out));
	call_init(&call, "vpc.DescribeVSwitchAttributes", region->region);
	call_set_region(&call);
	call_set(&call, "VSwitchId", id);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	copy(out->vpc, sizeof(out->vpc), answer.doc.root, "VpcId");
	copy(out->zone, sizeof(out->zone), answer.doc.root, "ZoneId");
	copy(out->status, sizeof(out->status), answer.doc.root, "Status");
	copy(out->cidr, sizeof(out->cidr), answer.doc.root, "CidrBlock");
	out->free_addresses = json_int(answer.doc.root, "AvailableIpAddressCount", -1);
	answer_close(&answer);
	return *out->vpc || error_set(error, ERROR_NOT_FOUND, _("There is no vSwitch %s in %s"), id, region->region);
}

static bool check_group(struct session *session, const struct scope *region, const char *id, char vpc[CLOUD_WORD],
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct call call;

	call_init(&call, "ecs.DescribeSecurityGroupAttribute", region->region);
	call_set_region(&call);
	call_set(&call, "SecurityGroupId", id);
	call_set_number(&call, "MaxResults", 10);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	copy(vpc, CLOUD_WORD, answer.doc.root, "VpcId");
	answer_close(&answer);
	return true;
}

// Images of others are found only when they are asked for as such.
static bool ask_image(struct session *session, const struct scope *region, const char *id, bool is_public,
        struct cloud_image *out, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	const cJSON *item;
	struct call call;

	call_init(&call, "ecs.DescribeImages", region->region);
	call_set_region(&call);
	call_set(&call, "ImageId", id);
	call_set(&call, "Status", "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated");
	if (is_public) {
		call_set(&call, "ImageOwnerAlias", "others");
		call_set_flag(&call, "IsPublic", true);
	}
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	item = cJSON_GetArrayItem(json_path(answer.doc.root, "Images.Image"), 0);
	if (item) {
		copy(out->name, sizeof(out->name), item, "ImageName");
		copy(out->status, sizeof(out->status), item, "Status");
		copy(out->architecture, sizeof(out->architecture), item, "Architecture");
		copy(out->boot_mode, sizeof(out->boot_mode), item, "BootMode");
		out->is_usable = !strcmp(out->status, "Available");
	}
	answer_close(&answer);
	return true;
}

static bool check_image(struct session *session, const struct scope *region, const char *id, struct cloud_image *out,
        struct cancel *cancel, struct error *error)
{
	memset(out, 0, sizeof(*out));
	if (!ask_image(session, region, id, false, out, cancel, error))
		return false;
	if (!*out->status && !ask_image(session, region, id, true, out, cancel, error))
		return false;
	if (*out->status)
		return true;
	return list_may_be_seen(session, "ecs.DescribeImages", region, cancel, error) &&
	       error_set(error, ERROR_NOT_FOUND, _("There is no image %s in %s"), id, region->region);
}

static bool check_cluster(struct session *session, const struct scope *cluster, struct cloud_cluster *out,
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	const cJSON *identities;
	struct call call;

	memset(out, 0, sizeof(*out));
	call_init(&call, "cs.DescribeClusterDetail", cluster->region);
	call_set(&call, "ClusterId", cluster->cluster);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	copy(out->vpc, sizeof(out->vpc), answer.doc.root, "vpc_id");
	copy(out->security_group, sizeof(out->security_group), answer.doc.root, "security_group_id");
	identities = json_member(answer.doc.root, "rrsa_config");
	if (identities)
		out->has_identities = json_flag(identities, "enabled", false) ? ANSWER_YES : ANSWER_NO;
	copy(out->provider, sizeof(out->provider), identities, "oidc_arn");
	copy(out->issuer, sizeof(out->issuer), identities, "issuer");
	// The first of the list is what tokens say.
	out->issuer[strcspn(out->issuer, ",")] = '\0';
	answer_close(&answer);
	return true;
}

static enum answer offer_of(const cJSON *root, const char *zone, const char *type)
{
	const cJSON *place, *resource, *offer;

	cJSON_ArrayForEach(place, json_path(root, "AvailableZones.AvailableZone"))
	{
		if (strcmp(json_text(place, "ZoneId"), zone) != 0)
			continue;
		cJSON_ArrayForEach(resource, json_path(place, "AvailableResources.AvailableResource"))
		{
			cJSON_ArrayForEach(offer, json_path(resource, "SupportedResources.SupportedResource"))
			{
				if (!strcmp(json_text(offer, "Value"), type))
					return strcmp(json_text(offer, "Status"), "Available") ? ANSWER_NO : ANSWER_YES;
			}
		}
	}
	return ANSWER_NO;
}

static bool check_sells(struct session *session, const struct scope *region, const char *zone, const char *type,
        enum answer *out, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct call call;

	*out = ANSWER_UNKNOWN;
	call_init(&call, "ecs.DescribeAvailableResource", region->region);
	call_set_region(&call);
	call_set(&call, "DestinationResource", "InstanceType");
	call_set(&call, "InstanceChargeType", "PostPaid");
	call_set(&call, "ZoneId", zone);
	call_set(&call, "InstanceType", type);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	*out = offer_of(answer.doc.root, zone, type);
	answer_close(&answer);
	return true;
}

static void fill_trial(struct call *call, const struct cloud_trial *trial)
{
	call_set_region(call);
	call_set(call, "ImageId", trial->image);
	call_set(call, "InstanceType", trial->type);
	call_set(call, "VSwitchId", trial->vswitch);
	for (size_t i = 0; i < trial->group_count; i++) {
		char name[40];

		snprintf(name, sizeof(name), "SecurityGroupIds.%zu", i + 1);
		call_set(call, name, trial->groups[i]);
	}
	call_set(call, "InstanceChargeType", "PostPaid");
	call_set_number(call, "Amount", 1);
	call_set(call, "SystemDisk.Category", "cloud_essd");
	if (trial->disk_gib > 0)
		call_set_number(call, "SystemDisk.Size", trial->disk_gib);
	if (trial->is_confidential)
		call_set(call, "SecurityOptions.ConfidentialComputingMode", "TDX");
	call_set_flag(call, "DryRun", true);
}

static bool check_trial(struct session *session, const struct scope *region, const struct cloud_trial *trial,
        struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct error problem = {0};
	struct call call;

	call_init(&call, "ecs.RunInstances", region->region);
	fill_trial(&call, trial);
	call.attempts = 1;
	response = call_perform(&session->caller, &call, cancel, &problem);
	call_finish(&call);
	if (!response && fault_class_of(problem.code) == FAULT_DRY_RUN)
		return true;
	if (response)
		error_set(&problem, ERROR_PROTOCOL,
		        _("The service did not treat the trial as a trial; look for a new VM"));
	http_response_destroy(response);
	if (error)
		*error = problem;
	return false;
}

// Quotas are told by their unit and name: their codes differ between regions and families.
static const struct {
	const char *product;
	const char *word;
	int sort;
} limit_rows[] = {
        {"ecs", "vCPU", LIMIT_VCPU},
        {"ecs", "network interface", LIMIT_INTERFACES},
        {"ecs", "ENI", LIMIT_INTERFACES},
        {"eip", "EIP", LIMIT_ADDRESSES},
        {"eip", "elastic IP", LIMIT_ADDRESSES},
};

static void take_limit(const char *product, const cJSON *item, struct cloud_limit *out)
{
	copy(out->code, sizeof(out->code), item, "QuotaActionCode");
	copy(out->name, sizeof(out->name), item, "QuotaName");
	copy(out->unit, sizeof(out->unit), item, "QuotaUnit");
	out->total = json_int(item, "TotalQuota", -1);
	out->used = json_int(item, "TotalUsage", -1);
	out->sort = LIMIT_OTHER;
	for (size_t i = 0; i < COUNT_OF(limit_rows); i++)
		if (!strcmp(limit_rows[i].product, product) && strcasestr(out->name, limit_rows[i].word)) {
			out->sort = limit_rows[i].sort;
			break;
		}
}

static bool check_limits(struct session *session, const struct scope *region, struct cloud_limit out[CLOUD_LIMITS_MOST],
        size_t *count, struct cancel *cancel, struct error *error)
{
	static const char *const products[] = {"ecs", "eip"};
	bool seen = false;

	*count = 0;
	for (size_t i = 0; i < COUNT_OF(products); i++) {
		struct answer_doc answer;
		const cJSON *item;
		struct call call;

		call_init(&call, "quotas.ListProductQuotas", "");
		call_set(&call, "ProductCode", products[i]);
		call_set(&call, "QuotaCategory", "CommonQuota");
		call_set(&call, "Dimensions.1.Key", "regionId");
		call_set(&call, "Dimensions.1.Value", region->region);
		call_set_number(&call, "MaxResults", 100);
		if (!answer_open(session, &call, &answer, cancel, error))
			return false;
		cJSON_ArrayForEach(item, json_member(answer.doc.root, "Quotas"))
		{
			seen = true;
			if (*count == CLOUD_LIMITS_MOST)
				break;
			take_limit(products[i], item, &out[*count]);
			*count += out[*count].sort != LIMIT_OTHER && out[*count].total >= 0;
		}
		answer_close(&answer);
	}
	// Every account has quotas.
	return seen || list_is_refused("quotas.ListProductQuotas", error);
}

static bool check_console(struct session *session, const struct scope *region, const char *vm, struct buffer *out,
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct call call;
	const char *text;
	bool good;

	call_init(&call, "ecs.GetInstanceConsoleOutput", region->region);
	call_set_region(&call);
	call_set(&call, "InstanceId", vm);
	call_set_flag(&call, "RemoveSymbols", true);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	text = json_text(answer.doc.root, "ConsoleOutput");
	good = text_decode_base64(out, text, strlen(text)) ||
	       error_set(error, ERROR_PROTOCOL, _("The console output is not base64"));
	answer_close(&answer);
	return good;
}

const struct cloud_checks cloud_checks = {
        .vswitch = check_vswitch,
        .group = check_group,
        .image = check_image,
        .cluster = check_cluster,
        .sells = check_sells,
        .lets_in = check_lets_in,
        .trial = check_trial,
        .egress = check_egress,
        .limits = check_limits,
        .role = check_role,
        .console = check_console,
};
