// SPDX-License-Identifier: Apache-2.0
// Kubeconfigs: handing them out, who holds one, revoking.
#include "config.h"
#include "sim/cs.h"

#include <stdio.h>
#include <string.h>

#include "sim/identity.h"
#include "sim/kube_server.h"
#include "sim/kube_tree.h"
#include "sim/params.h"
#include "sim/service.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { LEAST_MINUTES = 15, MOST_MINUTES = 4320, TEXT_LIMIT = 64 * 1024, MINUTE_MS = 60 * 1000 };
enum { USUAL_MINUTES = 3 * 365 * 24 * 60 };
enum { USUAL_PAGE = 20, MOST_PAGE = 50 };

// The binding that ACK makes for a user who asks for a kubeconfig.
static void bind_user(struct kube *kube, const char *user)
{
	char name[160];
	const struct kube_resource *bindings = kube_resource(kube, "clusterrolebindings.rbac.authorization.k8s.io");
	snprintf(name, sizeof(name), "%.100s-cluster-admin-clusterrolebinding", user);
	if (kube_find(kube, bindings, NULL, name))
		return;
	kube_put(kube, bindings,
	        tree_printf("{\"metadata\":{\"name\":\"%s\",\"labels\":{\"ack.aliyun.com/type\":\"user\"}},\"roleRef\":"
	                    "{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"cluster-"
	                    "admin\"},"
	                    "\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"%"
	                    "s\"}]}",
	                name, user),
	        "ack");
}

static void write_kubeconfig(
        struct buffer *out, const struct call *call, const struct cluster *cluster, bool intranet, int64_t minutes)
{
	const char *user = call->identity ? call->identity->user_id : "";
	static const char *const groups[] = {"system:users", NULL};
	char ip[IP_TEXT_SIZE], server[64], context[200];
	struct kube *kube = kube_of(cluster);
	ip_format(cluster->intranet_ip, ip);
	snprintf(server, sizeof(server), "https://%s:6443", ip);
	snprintf(context, sizeof(context), "%.100s-%s", user, cluster->base.id);
	bind_user(kube, user);
	struct kubeconfig_plan plan = {.server = intranet ? server : NULL,
	        .context = context,
	        .cluster = "kubernetes",
	        .user = user,
	        .subject = user,
	        .groups = groups,
	        .generation = (uint32_t)cluster->kubeconfig_generation,
	        .valid_s = 60 * (minutes ? minutes : USUAL_MINUTES),
	        .until = minutes ? call->simulator->wall + call->world->advanced + minutes * MINUTE_MS : 0};
	kubeconfig_write(out, kube, &plan);
}

void cs_describe_cluster_user_kubeconfig(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	int64_t minutes = call_int(call, "TemporaryDurationMinutes", 0);
	bool intranet = call_bool(call, "PrivateIpAddress", false);
	if (!cluster)
		return;
	if (minutes && (minutes < LEAST_MINUTES || minutes > MOST_MINUTES)) {
		param_invalid(call, "TemporaryDurationMinutes");
		return;
	}
	if (!kube_of(cluster) || (!intranet && !cluster->public_ip)) {
		call_fail(call, 400, "ErrorClusterEndpoint",
		        intranet || cluster->public_ip ? "The API server of the cluster is not ready yet."
		                                       : "The cluster has no public API server endpoint.");
		return;
	}
	struct buffer text;
	buffer_init(&text, TEXT_LIMIT);
	write_kubeconfig(&text, call, cluster, intranet, minutes);
	json_object(&call->out, NULL);
	json_text(&call->out, "config", buffer_text(&text));
	json_time(&call->out, "expiration", call->world->now + (minutes ? minutes : USUAL_MINUTES) * MINUTE_MS);
	json_object_end(&call->out);
	buffer_finish(&text);
}

void cs_list_cluster_kubeconfig_states(struct call *call)
{
	struct page page;
	struct cluster *cluster = cs_cluster(call);
	struct json_out *out = &call->out;
	struct resource key = {.sequence = 1};
	if (!cluster || !cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(out, NULL);
	json_list(out, "states");
	if (call->identity && page_takes(&page, &key)) {
		json_object(out, NULL);
		json_text(out, "account_id", call->identity->user_id);
		json_text(out, "account_name", call->identity->arn);
		json_text(out, "account_display_name", call->identity->user_id);
		json_text(out, "account_type", call->identity->type);
		json_text(out, "account_state", "Active");
		json_text(out, "cert_state", "Unexpired");
		json_time(out, "cert_expire_time", cluster->base.created + 3 * 365 * 24 * (int64_t)60 * MINUTE_MS);
		json_bool(out, "revokable", true);
		json_object_end(out);
	}
	json_list_end(out);
	cs_page_end(call, &page, "page");
	json_object_end(out);
}

void cs_revoke_k8s_cluster_kubeconfig(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	if (!cluster)
		return;
	cluster->kubeconfig_generation++;
	json_object(&call->out, NULL);
	json_object_end(&call->out);
}
