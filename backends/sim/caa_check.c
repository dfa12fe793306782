// SPDX-License-Identifier: Apache-2.0
// The adaptor's start: configuration, credentials, instance types, the VPC of its vSwitch.
#include "config.h"
#include "sim/caa_check.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/identity.h"
#include "sim/ram.h"
#include "sim/rrsa.h"

#include "base/banned.h"

#define SUBJECT "system:serviceaccount:confidential-containers-system:cloud-api-adaptor"

static struct role *role_of(const struct kubernetes *kubernetes, const struct caa_config *config)
{
	const char *name = config->role_arn ? strstr(config->role_arn, ":role/") : NULL;
	return name ? role_find(kubernetes->world, name + strlen(":role/")) : NULL;
}

bool caa_may(const struct kubernetes *kubernetes, const struct caa_config *config, const char *action)
{
	struct identity identity = {.type = "AssumedRoleUser"};
	if (config->access_key) {
		const struct identity *known = identity_find(kubernetes->world->identities, config->access_key);
		return known && !known->inactive && identity_allows(known, action);
	}
	const struct role *role = role_of(kubernetes, config);
	if (!role)
		return false;
	ram_permissions(kubernetes->world, role, &identity);
	// A role without a policy allows nothing; an identity without a list everything.
	return role->policy_count && identity_allows(&identity, action);
}

static bool role_admits(struct kubernetes *kubernetes, const struct role *role)
{
	struct world *world = kubernetes->world;
	cJSON *claims = cJSON_CreateObject();
	cJSON_AddStringToObject(claims, "iss", rrsa_issuer(world, kubernetes->cluster));
	cJSON_AddStringToObject(claims, "aud", RRSA_AUDIENCE);
	cJSON_AddStringToObject(claims, "sub", SUBJECT);
	bool trusted = kubernetes->cluster->rrsa && role->base.visible_from <= world->now &&
	               rrsa_is_trusted(role->document, rrsa_provider_arn(world, kubernetes->cluster), claims);
	cJSON_Delete(claims);
	return trusted;
}

static bool check_credentials(struct kubernetes *kubernetes, const struct caa_config *config, char *why, size_t size)
{
	if (config->access_key) {
		const struct identity *known = identity_find(kubernetes->world->identities, config->access_key);
		if (known && !known->inactive)
			return true;
		snprintf(why, size,
		        "failed to update instance type spec list: SDKError: StatusCode: 404 Code: "
		        "InvalidAccessKeyId.NotFound Message: code: 404, Specified access key is not found.");
		return false;
	}
	const struct role *role = role_of(kubernetes, config);
	if (!config->role_arn || !config->has_token) {
		snprintf(why, size,
		        "failed to pass authentication of alibaba cloud: unable to get credentials from any of the "
		        "providers in the chain: %s",
		        config->role_arn ? "the OIDC token file does not exist" : "the RoleArn is empty");
		return false;
	}
	if (!role || !role_admits(kubernetes, role)) {
		snprintf(why, size,
		        "failed to get credential of alibaba cloud: refresh session token failed: httpStatusCode: %d, "
		        "errmsg: %s",
		        role ? 403 : 404, role ? "AuthenticationFail.NoPermission" : "EntityNotExist.Role");
		return false;
	}
	return true;
}

bool caa_check(struct kubernetes *kubernetes, const struct caa_config *config, char *why, size_t size)
{
	const struct {
		const char *key, *value;
	} needed[] = {{"VSWITCH_ID", config->vswitch_id}, {"IMAGEID", config->image_id}, {"REGION", config->region},
	        {"SECURITY_GROUP_IDS", config->group_count ? config->group_ids[0] : NULL}};
	struct world *world = kubernetes->world;
	if (config->provider && strcmp(config->provider, "alibabacloud") != 0) {
		snprintf(why, size, "cloud-api-adaptor: unsupported cloud provider %s", config->provider);
		return false;
	}
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		if (!needed[i].value || !*needed[i].value) {
			snprintf(why, size, "Required environment variable %s is NOT set", needed[i].key);
			return false;
		}
	if (!check_credentials(kubernetes, config, why, size))
		return false;
	struct region *region = world_region(world, config->region);
	bool known = config->type && instance_type_find(config->type);
	if (!known || !caa_may(kubernetes, config, "ecs:DescribeInstanceTypes")) {
		snprintf(why, size, "failed to update instance type spec list: %s",
		        known ? "SDKError: StatusCode: 403 Code: Forbidden.RAM Message: code: 403, User not authorized "
		                "to "
		                "operate on the specified resource, or this API doesn't support RAM."
		              : "instance type not found");
		return false;
	}
	bool may = caa_may(kubernetes, config, "vpc:DescribeVSwitchAttributes");
	if (!may || !region || !world_find_in(world, KIND_VSWITCH, region, config->vswitch_id)) {
		snprintf(why, size,
		        "failed to get vpc id: failed to describe the vswitch attribute: SDKError: Code: %s",
		        may ? "InvalidVSwitchId.NotFound" : "Forbidden.RAM");
		return false;
	}
	return true;
}
