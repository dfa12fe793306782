// SPDX-License-Identifier: Apache-2.0
// Kubeconfigs: handing them out, who holds one, revoking.
#include "config.h"
#include "sim/cs.h"

#include <string.h>

#include "base/text.h"
#include "sim/identity.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { LEAST_MINUTES = 15, MOST_MINUTES = 4320, TEXT_LIMIT = 64 * 1024, MINUTE_MS = 60 * 1000 };
enum { USUAL_PAGE = 20, MOST_PAGE = 50 };

// A PEM frame around bytes that depend on the cluster, on who asks and on how often it was revoked.
static void add_pem(struct buffer *out, const char *label, const struct cluster *cluster, const char *user)
{
	struct buffer pem, body;
	buffer_init(&pem, TEXT_LIMIT);
	buffer_init(&body, TEXT_LIMIT);
	buffer_printf(&body, "%s of %s for %s, issue %lld", label, cluster->base.id, user,
	        (long long)cluster->kubeconfig_generation);
	buffer_printf(&pem, "-----BEGIN %s-----\n", label);
	text_add_base64(&pem, buffer_text(&body), body.size);
	buffer_printf(&pem, "\n-----END %s-----\n", label);
	text_add_base64(out, buffer_text(&pem), pem.size);
	buffer_finish(&pem);
	buffer_finish(&body);
}

static void write_kubeconfig(struct buffer *out, const struct cluster *cluster, const char *user, bool intranet)
{
	char ip[IP_TEXT_SIZE];
	ip_format(intranet ? cluster->intranet_ip : cluster->public_ip, ip);
	buffer_printf(out, "apiVersion: v1\nclusters:\n- cluster:\n    server: https://%s:6443\n", ip);
	buffer_add_text(out, "    certificate-authority-data: ");
	add_pem(out, "CERTIFICATE", cluster, "the cluster");
	buffer_printf(
	        out, "\n  name: kubernetes\ncontexts:\n- context:\n    cluster: kubernetes\n    user: \"%s\"\n", user);
	buffer_printf(out, "  name: %s-%s\ncurrent-context: %s-%s\nkind: Config\npreferences: {}\n", user,
	        cluster->base.id, user, cluster->base.id);
	buffer_printf(out, "users:\n- name: \"%s\"\n  user:\n    client-certificate-data: ", user);
	add_pem(out, "CERTIFICATE", cluster, user);
	buffer_add_text(out, "\n    client-key-data: ");
	add_pem(out, "PRIVATE KEY", cluster, user);
	buffer_add_char(out, '\n');
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
	if (strcmp(cluster->base.state, "initial") == 0 || (!intranet && !cluster->public_ip)) {
		call_fail(call, 400, "ErrorClusterEndpoint",
		        intranet || cluster->public_ip ? "The API server of the cluster is not ready yet."
		                                       : "The cluster has no public API server endpoint.");
		return;
	}
	struct buffer text;
	const char *user = call->identity ? call->identity->user_id : "";
	buffer_init(&text, TEXT_LIMIT);
	write_kubeconfig(&text, cluster, user, intranet);
	json_object(&call->out, NULL);
	json_text(&call->out, "config", buffer_text(&text));
	json_time(&call->out, "expiration",
	        call->world->now + (minutes ? minutes : 3 * 365 * 24 * (int64_t)60) * MINUTE_MS);
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
