// SPDX-License-Identifier: Apache-2.0
// Roles and policies in the world's tables.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/ram.h"
#include "sim/service.h"

#include "base/banned.h"

enum { ID_SIZE = 160 };

#define ALLOW(actions)                                                                                                 \
	"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":" actions ",\"Resource\":\"*\"}]}"
#define TRUST_PREFIX                                                                                                   \
	"{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{"        \
	"\"Service\":[\""
#define TRUST_SUFFIX "\"]}}]}"

const struct system_policy system_policies[] = {
        {"AdministratorAccess", "Full access to all services and resources", ALLOW("\"*\"")},
        {"ReadOnlyAccess", "Read access to all services and resources",
                ALLOW("[\"*:Describe*\",\"*:List*\",\"*:Get*\",\"*:BatchGet*\",\"*:Query*\"]")},
        {"AliyunECSFullAccess", "Full access to ECS",
                ALLOW("[\"ecs:*\",\"vpc:DescribeVpcs\",\"vpc:DescribeVSwitches\"]")},
        {"AliyunECSReadOnlyAccess", "Read access to ECS", ALLOW("[\"ecs:Describe*\",\"ecs:List*\",\"ecs:Get*\"]")},
        {"AliyunVPCFullAccess", "Full access to VPC", ALLOW("\"vpc:*\"")},
        {"AliyunVPCReadOnlyAccess", "Read access to VPC", ALLOW("[\"vpc:Describe*\",\"vpc:List*\",\"vpc:Get*\"]")},
        {"AliyunCSFullAccess", "Full access to Container Service", ALLOW("\"cs:*\"")},
        {"AliyunCSReadOnlyAccess", "Read access to Container Service",
                ALLOW("[\"cs:Describe*\",\"cs:List*\",\"cs:Get*\",\"cs:Check*\"]")},
        {"AliyunOSSFullAccess", "Full access to OSS", ALLOW("\"oss:*\"")},
        {"AliyunOSSReadOnlyAccess", "Read access to OSS", ALLOW("[\"oss:Get*\",\"oss:List*\"]")},
        {"AliyunRAMFullAccess", "Full access to RAM", ALLOW("[\"ram:*\",\"ims:*\"]")},
        {"AliyunRAMReadOnlyAccess", "Read access to RAM",
                ALLOW("[\"ram:Get*\",\"ram:List*\",\"ims:Get*\",\"ims:List*\"]")},
        {"AliyunSTSAssumeRoleAccess", "May assume roles", ALLOW("\"sts:AssumeRole\"")},
        {"AliyunECSImageImportRolePolicy", "What ECS needs to import an image from OSS",
                ALLOW("[\"oss:GetObject\",\"oss:GetBucketLocation\",\"oss:GetBucketInfo\"]")},
        {"AliyunECSImageExportRolePolicy", "What ECS needs to export an image to OSS",
                ALLOW("[\"oss:GetObject\",\"oss:PutObject\",\"oss:DeleteObject\",\"oss:GetBucketLocation\","
                      "\"oss:AbortMultipartUpload\",\"oss:ListMultipartUploads\",\"oss:ListParts\"]")},
        {"AliyunCSManagedKubernetesRolePolicy", "What managed clusters need", ALLOW("[\"ecs:*\",\"vpc:*\",\"slb:*\"]")},
        {"AliyunCSDefaultRolePolicy", "What Container Service needs",
                ALLOW("[\"ecs:*\",\"vpc:*\",\"slb:*\",\"ess:*\"]")},
        {"AliyunCSManagedNetworkRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedCsiRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedCsiPluginRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedCsiProvisionerRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedLogRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedCmsRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSManagedArmsRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCSKubernetesAuditRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunCISDefaultRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
        {"AliyunOOSLifecycleHook4CSRolePolicy", "What components of clusters need", ALLOW("\"log:*\"")},
};
const size_t system_policy_count = COUNT_OF(system_policies);

// Roles that the cloud makes when a service is first used.
static const struct {
	const char *name, *service, *policy;
} service_roles[] = {
        {"AliyunECSImageImportDefaultRole", "ecs.aliyuncs.com", "AliyunECSImageImportRolePolicy"},
        {"AliyunCSDefaultRole", "cs.aliyuncs.com", "AliyunCSDefaultRolePolicy"},
        {"AliyunCSManagedKubernetesRole", "cs.aliyuncs.com", "AliyunCSManagedKubernetesRolePolicy"},
        {"AliyunCSManagedNetworkRole", "cs.aliyuncs.com", "AliyunCSManagedNetworkRolePolicy"},
        {"AliyunCSManagedCsiRole", "cs.aliyuncs.com", "AliyunCSManagedCsiRolePolicy"},
        {"AliyunCSManagedCsiPluginRole", "cs.aliyuncs.com", "AliyunCSManagedCsiPluginRolePolicy"},
        {"AliyunCSManagedCsiProvisionerRole", "cs.aliyuncs.com", "AliyunCSManagedCsiProvisionerRolePolicy"},
        {"AliyunCSManagedLogRole", "cs.aliyuncs.com", "AliyunCSManagedLogRolePolicy"},
        {"AliyunCSManagedCmsRole", "cs.aliyuncs.com", "AliyunCSManagedCmsRolePolicy"},
        {"AliyunCSManagedArmsRole", "cs.aliyuncs.com", "AliyunCSManagedArmsRolePolicy"},
        {"AliyunCSKubernetesAuditRole", "cs.aliyuncs.com", "AliyunCSKubernetesAuditRolePolicy"},
        {"AliyunCISDefaultRole", "cs.aliyuncs.com", "AliyunCISDefaultRolePolicy"},
        {"AliyunOOSLifecycleHook4CSRole", "oos.aliyuncs.com", "AliyunOOSLifecycleHook4CSRolePolicy"},
        {"AliyunServiceRoleForNatgw", "nat.aliyuncs.com", NULL},
};

const struct system_policy *system_policy_find(const char *name)
{
	for (size_t i = 0; i < system_policy_count; i++)
		if (!strcmp(system_policies[i].name, name))
			return &system_policies[i];
	return NULL;
}

struct role *role_create(
        struct world *world, const char *name, const char *description, const char *document, enum made_by made_by)
{
	char id[ID_SIZE], digits[24];
	struct random *random = &world->random[made_by == MADE_BY_WORLD ? RANDOM_POPULATE : RANDOM_API];
	snprintf(id, sizeof(id), "role:%s", name);
	struct role *role = resource_create(world, KIND_ROLE, NULL, id, sizeof(*role), made_by);
	role->name = role->base.id + strlen("role:");
	role->description = world_text(world, description);
	role->document = world_text(world, document);
	snprintf(digits, sizeof(digits), "3%017llu", (unsigned long long)random_below(random, 100000000000000000u));
	role->role_id = world_text(world, digits);
	role->max_session = SESSION_USUAL_S;
	role->updated = world->now;
	if (made_by != MADE_BY_WORLD)
		role->base.visible_from = world->now + world->rules.ram_after_ms;
	return role;
}

void ram_populate(struct world *world)
{
	char document[512];
	for (size_t i = 0; i < COUNT_OF(service_roles) && !world->rules.fresh_account; i++) {
		if (!i && world->rules.no_import_role)
			continue;
		snprintf(document, sizeof(document), TRUST_PREFIX "%s" TRUST_SUFFIX, service_roles[i].service);
		struct role *role = role_create(world, service_roles[i].name, "", document, MADE_BY_WORLD);
		if (service_roles[i].policy)
			role_attach(world, role, "System", service_roles[i].policy);
	}
}

struct role *role_find(const struct world *world, const char *name)
{
	char id[ID_SIZE];
	snprintf(id, sizeof(id), "role:%s", name);
	return world_find(world, KIND_ROLE, id);
}

const char *role_arn(struct world *world, const char *name)
{
	return world_printf(world, "acs:ram::%s:role/%s", world->account, name);
}

struct attachment *role_attachment(struct role *role, const char *type, const char *name)
{
	for (size_t i = 0; i < role->policy_count; i++)
		if (!strcmp(role->policies[i].type, type) && !strcmp(role->policies[i].name, name))
			return &role->policies[i];
	return NULL;
}

bool role_attach(struct world *world, struct role *role, const char *type, const char *name)
{
	if (role->policy_count == ROLE_POLICIES_MOST)
		return false;
	role->policies[role->policy_count++] = (struct attachment){
	        .type = world_text(world, type), .name = world_text(world, name), .since = world->now};
	world->changes++;
	return true;
}

void role_detach(struct world *world, struct role *role, const char *type, const char *name)
{
	struct attachment *attached = role_attachment(role, type, name);
	if (!attached)
		return;
	size_t after = role->policy_count - (size_t)(attached - role->policies) - 1;
	memmove(attached, attached + 1, after * sizeof(*attached));
	role->policy_count--;
	world->changes++;
}

struct policy *policy_create(
        struct world *world, const char *name, const char *description, const char *document, enum made_by made_by)
{
	char id[ID_SIZE];
	snprintf(id, sizeof(id), "policy:%s", name);
	struct policy *policy = resource_create(world, KIND_POLICY, NULL, id, sizeof(*policy), made_by);
	policy->name = policy->base.id + strlen("policy:");
	policy->description = world_text(world, description);
	policy->versions[0] = (struct policy_version){1, world_text(world, document), world->now};
	policy->version_count = 1;
	policy->current = policy->last = 1;
	policy->updated = world->now;
	return policy;
}

struct policy *policy_find(const struct world *world, const char *name)
{
	char id[ID_SIZE];
	snprintf(id, sizeof(id), "policy:%s", name);
	return world_find(world, KIND_POLICY, id);
}

struct policy_version *policy_version_find(struct policy *policy, int number)
{
	for (size_t i = 0; i < policy->version_count; i++)
		if (policy->versions[i].number == number)
			return &policy->versions[i];
	return NULL;
}

size_t policy_users(const struct world *world, const char *type, const char *name)
{
	size_t count = 0;
	struct role *role;
	EACH(role, world->home, KIND_ROLE)
	count += role_attachment(role, type, name) != NULL;
	return count;
}

bool ram_allows_image_import(const struct world *world)
{
	const struct role *role = role_find(world, "AliyunECSImageImportDefaultRole");
	return role && resource_visible(world, &role->base) && role->policy_count &&
	       strstr(role->document, "ecs.aliyuncs.com");
}
