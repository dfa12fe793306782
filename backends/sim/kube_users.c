// SPDX-License-Identifier: Apache-2.0
// Authentication.
#include "config.h"
#include "sim/kube_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/kube_users_private.h"
#include "sim/memory.h"

#include "base/banned.h"

struct kube_users *kube_users(const struct kube *kube)
{
	return kube->users;
}

static void users_destroy(void *user)
{
	struct kube_users *users = user;
	kube_authority_destroy(users->authority);
	free(users->tokens);
	free(users);
}

struct kube_authority *kube_authority(const struct kube *kube)
{
	return kube_users(kube)->authority;
}

// source: the bootstrap policy of kube-apiserver, as far as it matters to people and their tools.
static void add_roles(struct kube *kube)
{
	static const struct {
		const char *name, *rules, *group;
	} roles[] = {
	        {"cluster-admin",
	                "[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"*\"]},"
	                "{\"nonResourceURLs\":[\"*\"],\"verbs\":[\"*\"]}]",
	                "system:masters"},
	        {"system:discovery",
	                "[{\"nonResourceURLs\":[\"/api\",\"/api/*\",\"/apis\",\"/apis/*\",\"/healthz\",\"/livez\",\"/"
	                "openapi\","
	                "\"/openapi/*\",\"/readyz\",\"/version\",\"/version/\"],\"verbs\":[\"get\"]}]",
	                "system:authenticated"},
	        {"system:public-info-viewer",
	                "[{\"nonResourceURLs\":[\"/healthz\",\"/livez\",\"/readyz\",\"/version\",\"/version/\"],"
	                "\"verbs\":[\"get\"]}]",
	                "system:unauthenticated"},
	        {"system:basic-user",
	                "[{\"apiGroups\":[\"authorization.k8s.io\"],\"resources\":[\"selfsubjectaccessreviews\","
	                "\"selfsubjectrulesreviews\"],\"verbs\":[\"create\"]},{\"apiGroups\":[\"authentication.k8s."
	                "io\"],"
	                "\"resources\":[\"selfsubjectreviews\"],\"verbs\":[\"create\"]}]",
	                "system:authenticated"},
	        {"view",
	                "[{\"apiGroups\":[\"\",\"apps\",\"batch\",\"coordination.k8s.io\",\"confidentialcontainers."
	                "org\"],"
	                "\"resources\":[\"pods\",\"pods/log\",\"pods/status\",\"configmaps\",\"events\",\"services\","
	                "\"serviceaccounts\",\"daemonsets\",\"deployments\",\"replicasets\",\"statefulsets\",\"jobs\","
	                "\"cronjobs\",\"peerpods\",\"namespaces\",\"leases\"],\"verbs\":[\"get\",\"list\",\"watch\"]}]",
	                NULL},
	        {"edit",
	                "[{\"apiGroups\":[\"\",\"apps\",\"batch\",\"coordination.k8s.io\"],\"resources\":[\"*\"],"
	                "\"verbs\":[\"get\",\"list\",\"watch\",\"create\",\"update\",\"patch\",\"delete\","
	                "\"deletecollection\"]}]",
	                NULL},
	        {"admin", "[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"*\"]}]", NULL},
	        {"sim:without-logs",
	                "[{\"apiGroups\":[\"*\"],\"resources\":[\"pods\",\"nodes\",\"events\",\"namespaces\","
	                "\"configmaps\","
	                "\"runtimeclasses\",\"peerpods\",\"daemonsets\",\"deployments\",\"replicasets\"],\"verbs\":["
	                "\"get\","
	                "\"list\",\"watch\"]}]",
	                "sim:without-logs"},
	};
	const struct kube_resource *all = kube_resource(kube, "clusterroles.rbac.authorization.k8s.io"),
	                           *bindings = kube_resource(kube, "clusterrolebindings.rbac.authorization.k8s.io");
	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		kube_put(kube, all,
		        tree_printf("{\"metadata\":{\"name\":\"%s\"},\"rules\":%s}", roles[i].name, roles[i].rules),
		        "kube-apiserver");
		if (roles[i].group)
			kube_put(kube, bindings,
			        tree_printf("{\"metadata\":{\"name\":\"%s\"},\"roleRef\":{\"apiGroup\":\"rbac."
			                    "authorization.k8s.io\","
			                    "\"kind\":\"ClusterRole\",\"name\":\"%s\"},\"subjects\":[{\"apiGroup\":"
			                    "\"rbac.authorization.k8s.io\",\"kind\":\"Group\",\"name\":\"%s\"}]}",
			                roles[i].name, roles[i].name, roles[i].group),
			        "kube-apiserver");
	}
	kube_put(kube, kube_resource(kube, "rolebindings.rbac.authorization.k8s.io"),
	        tree_printf("{\"metadata\":{\"name\":\"sim:namespaced\",\"namespace\":\"default\"},\"roleRef\":{"
	                    "\"apiGroup\":"
	                    "\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"admin\"},\"subjects\":"
	                    "[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Group\",\"name\":\"sim:"
	                    "namespaced\"}]}"),
	        "kube-apiserver");
}

void kube_users_begin(struct kube *kube)
{
	struct kube_users *users = memory_zeroed(1, sizeof(*users));
	users->authority = kube_authority_create(kube->cluster->base.id);
	kube->users = users;
	kube->users_destroy = users_destroy;
	add_roles(kube);
}

const char *kube_users_token(struct kube *kube, const struct kube_subject *subject, int64_t expires)
{
	struct kube_users *users = kube_users(kube);
	struct kube_token *token;
	if (users->token_count == MAX_TOKENS) {
		memmove(users->tokens, users->tokens + 1, (MAX_TOKENS - 1) * sizeof(*users->tokens));
		users->token_count--;
	}
	users->tokens = memory_grow(users->tokens, &users->token_room, users->token_count, sizeof(*users->tokens));
	token = &users->tokens[users->token_count++];
	*token = (struct kube_token){.subject = *subject, .expires = expires};
	random_letters(&kube->random, token->text, sizeof(token->text) - 1);
	return token->text;
}

bool kube_subject_has_group(const struct kube_subject *subject, const char *group)
{
	for (size_t i = 0; i < subject->group_count; i++)
		if (!strcmp(subject->groups[i], group))
			return true;
	return false;
}

void kube_subject_add_group(struct kube_subject *subject, const char *group)
{
	if (subject->group_count < MAX_KUBE_GROUPS && !kube_subject_has_group(subject, group))
		snprintf(subject->groups[subject->group_count++], KUBE_NAME_SIZE, "%s", group);
}

static bool by_token(const struct kube_users *users, const char *text, int64_t wall, struct kube_subject *out)
{
	for (size_t i = 0; i < users->token_count; i++) {
		const struct kube_token *token = &users->tokens[i];
		if (strcmp(token->text, text) != 0)
			continue;
		*out = token->subject;
		return !token->expires || token->expires > wall;
	}
	return false;
}

// Revoked kubeconfigs have certificates of an earlier generation; temporary ones end when the world has been advanced.
static bool by_certificate(
        const struct kube *kube, const struct request *request, int64_t wall, struct kube_subject *out)
{
	if (!kube_certificate_read(request->certificate, request->certificate_size, out))
		return false;
	if (out->until && out->until < wall + kube->world->advanced)
		return false;
	return out->generation >= (uint64_t)kube->cluster->kubeconfig_generation;
}

// False when the caller may not be somebody else.
static bool impersonate(struct kube *kube, const struct request *request, struct kube_subject *subject)
{
	const char *name = request_header(request, "impersonate-user");
	struct kube_access access = {
	        .verb = "impersonate", .group = "", .resource = "users", .subresource = "", .namespace = ""};
	if (!name)
		return true;
	access.name = name;
	if (!kube_users_allow(kube, subject, &access))
		return false;
	struct kube_subject other = {0};
	snprintf(other.name, sizeof(other.name), "%s", name);
	for (size_t i = 0; i < request->headers.count; i++)
		if (!strcmp(request->headers.items[i].name, "impersonate-group"))
			kube_subject_add_group(&other, request->headers.items[i].value);
	kube_subject_add_group(&other, "system:authenticated");
	*subject = other;
	return true;
}

bool kube_users_identify(struct kube *kube, const struct request *request, int64_t wall, struct kube_subject *out)
{
	const char *authorization = request_header(request, "authorization");
	bool known;
	*out = (struct kube_subject){0};
	if (authorization && !strncasecmp(authorization, "Bearer ", 7))
		known = by_token(kube_users(kube), authorization + 7, wall, out);
	else if (request->certificate)
		known = by_certificate(kube, request, wall, out);
	else if (authorization || request->bad_certificate)
		return false;
	else {
		snprintf(out->name, sizeof(out->name), "system:anonymous");
		kube_subject_add_group(out, "system:unauthenticated");
		return true;
	}
	if (!known)
		return false;
	kube_subject_add_group(out, "system:authenticated");
	return impersonate(kube, request, out);
}
