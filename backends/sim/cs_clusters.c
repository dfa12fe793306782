// SPDX-License-Identifier: Apache-2.0
// Reading clusters.
#include "config.h"
#include "sim/cs.h"

#include <stdio.h>
#include <string.h>

#include "sim/clusters.h"
#include "sim/kube_server.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 50, MOST_PAGE = 100 };

struct cluster *cs_cluster(struct call *call)
{
	const char *id = call_text(call, "ClusterId");
	if (!id)
		id = call_text(call, "cluster_id");
	struct cluster *cluster = world_find_in(call->world, KIND_CLUSTER, call->region, id);
	if (!cluster)
		call_fail(call, 404, "ErrorClusterNotFound", "Cluster %s not found", id ? id : "");
	return cluster;
}

static bool equal(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, found);
}

static void write_tags(struct json_out *out, const struct resource *resource)
{
	json_list(out, "tags");
	for (size_t i = 0; i < resource->tag_count; i++) {
		json_object(out, NULL);
		json_text(out, "key", resource->tags[i].key);
		json_text(out, "value", resource->tags[i].value);
		json_object_end(out);
	}
	json_list_end(out);
}

static void write_vswitches(struct json_out *out, const struct cluster *cluster)
{
	json_list(out, "vswitch_ids");
	for (size_t i = 0; i < cluster->vswitch_count; i++)
		json_text(out, NULL, cluster->vswitches[i]->base.id);
	json_list_end(out);
}

// Where the API really answers; before it runs, where it will be.
static const char *public_url(const struct cluster *cluster, const char *ip, char *out, size_t size)
{
	const char *endpoint = kube_endpoint(cluster);
	if (*endpoint)
		return endpoint;
	snprintf(out, size, "https://%s:6443", ip);
	return out;
}

static void write_urls(struct json_out *out, const struct cluster *cluster)
{
	char public_ip[IP_TEXT_SIZE] = "", intranet_ip[IP_TEXT_SIZE] = "", text[160];
	struct json_out inner = {0};
	if (cluster->public_ip)
		ip_format(cluster->public_ip, public_ip);
	if (cluster->intranet_ip)
		ip_format(cluster->intranet_ip, intranet_ip);
	buffer_init(&inner.buffer, sizeof(text) * 4);
	json_object(&inner, NULL);
	if (*public_ip)
		json_text(&inner, "api_server_endpoint", public_url(cluster, public_ip, text, sizeof(text)));
	if (*intranet_ip)
		json_printf(&inner, "intranet_api_server_endpoint", "https://%s:6443", intranet_ip);
	json_object_end(&inner);
	json_text(out, "master_url", buffer_text(&inner.buffer));
	buffer_finish(&inner.buffer);
}

static void write_members(struct json_out *out, const struct cluster *cluster)
{
	json_text(out, "cluster_id", cluster->base.id);
	json_text(out, "name", cluster->name);
	json_text(out, "state", cluster->base.state);
	json_text(out, "cluster_type", cluster->type);
	json_text(out, "cluster_spec", cluster->spec);
	json_text(out, "profile", cluster->profile);
	json_text(out, "current_version", cluster->version);
	json_text(out, "init_version", cluster->version);
	json_text(out, "next_version", cluster->next_version);
	json_text(out, "region_id", cluster->base.region->id);
	json_text(out, "vpc_id", cluster->vpc ? cluster->vpc->base.id : "");
	write_vswitches(out, cluster);
	json_text(out, "security_group_id", cluster->group ? cluster->group->base.id : "");
	json_int(out, "size", cluster_size(cluster));
	json_time_local(out, "created", cluster->base.created);
	json_time_local(out, "updated", cluster->updated);
	json_bool(out, "deletion_protection", cluster->deletion_protection);
	json_text(out, "container_cidr", cluster->container_cidr);
	json_text(out, "service_cidr", cluster->service_cidr);
	json_text(out, "cluster_domain", "cluster.local");
	json_text(out, "proxy_mode", cluster->proxy_mode);
	json_text(out, "timezone", cluster->timezone);
	json_text(out, "ip_stack", "ipv4");
	json_text(out, "resource_group_id", "rg-acfmxazb4ph6aiy");
	write_tags(out, &cluster->base);
	write_urls(out, cluster);
	json_printf(out, "meta_data", "{\"RRSAConfig\":{\"enabled\":%s}}", cluster->rrsa ? "true" : "false");
}

static void write_list(struct call *call, const struct region *only)
{
	struct page page;
	const char *name = call_text(call, "name"), *id = call_text(call, "cluster_id");
	const char *type = call_text(call, "cluster_type"), *spec = call_text(call, "cluster_spec");
	const char *profile = call_text(call, "profile");
	if (!cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, NULL);
	json_list(&call->out, "clusters");
	for (size_t r = 0; r < call->world->region_count; r++) {
		struct cluster *cluster;
		if (only && only != &call->world->regions[r])
			continue;
		EACH(cluster, &call->world->regions[r], KIND_CLUSTER)
		{
			if (!call_sees(call, &cluster->base) || (name && !strstr(cluster->name, name)) ||
			        !equal(id, cluster->base.id) || !equal(type, cluster->type) ||
			        !equal(spec, cluster->spec) || !equal(profile, cluster->profile) ||
			        !page_takes(&page, &cluster->base))
				continue;
			json_object(&call->out, NULL);
			write_members(&call->out, cluster);
			json_object_end(&call->out);
		}
	}
	json_list_end(&call->out);
	cs_page_end(call, &page, "page_info");
	json_object_end(&call->out);
}

void cs_describe_clusters_for_region(struct call *call)
{
	if (call->world->rules.old_cluster_list) {
		call_fail(call, 404, "InvalidAction.NotFound",
		        "Specified api is not found, please check your url and method.");
		return;
	}
	write_list(call, call->region);
}

// The older list shows all regions at once; it has been switched off where the newer one is.
void cs_describe_clusters_v1(struct call *call)
{
	if (!call->world->rules.old_cluster_list) {
		call_fail(call, 404, "InvalidAction.NotFound",
		        "Specified api is not found, please check your url and method.");
		return;
	}
	write_list(call, world_region(call->world, call_text(call, "region_id")));
}

static void write_rrsa(struct call *call, const struct cluster *cluster)
{
	struct json_out *out = &call->out;
	const char *region = cluster->base.region->id, *id = cluster->base.id;
	json_object(out, "rrsa_config");
	json_bool(out, "enabled", cluster->rrsa);
	if (cluster->rrsa) {
		json_printf(out, "issuer", "https://oidc-ack-%s.oss-%s.aliyuncs.com/%s,https://kubernetes.default.svc",
		        region, region, id);
		json_text(out, "audience", "sts.aliyuncs.com,https://kubernetes.default.svc");
		json_printf(out, "oidc_name", "ack-rrsa-%s", id);
		json_printf(out, "oidc_arn", "acs:ram::%s:oidc-provider/ack-rrsa-%s", call->world->account, id);
		json_printf(
		        out, "jwks_url", "https://oidc-ack-%s.oss-%s.aliyuncs.com/%s/jwks.json", region, region, id);
		json_printf(out, "open_api_configuration_url",
		        "https://oidc-ack-%s.oss-%s.aliyuncs.com/%s/.well-known/openid-configuration", region, region,
		        id);
		json_text(out, "max_oidc_token_expiration", "12h");
	}
	json_object_end(out);
}

void cs_describe_cluster_detail(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	struct json_out *out = &call->out;
	if (!cluster)
		return;
	json_object(out, NULL);
	write_members(out, cluster);
	write_rrsa(call, cluster);
	json_text(out, "worker_ram_role_name", cluster->worker_role);
	json_printf(out, "node_cidr_mask", "%lld", (long long)cluster->node_cidr_mask);
	json_object(out, "control_plane_endpoints_config");
	json_list(out, "load_balancers_config");
	json_list_end(out);
	json_object(out, "internal_dns_config");
	json_bool(out, "enabled", false);
	json_raw(out, "bind_vpcs", "[]");
	json_object_end(out);
	json_object_end(out);
	json_object(out, "maintenance_window");
	json_bool(out, "enable", false);
	json_object_end(out);
	json_text(out, "external_loadbalancer_id", "");
	json_bool(out, "private_zone", false);
	json_object_end(out);
}
