// SPDX-License-Identifier: Apache-2.0
// Temporary kubeconfigs of ACK clusters: asked for the endpoint that can be reached from here.
#include "alibaba/source.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { KUBECONFIG_MINUTES = 60 };

// The addresses stand as JSON inside a text of the cluster's details.
static bool has_public_endpoint(const cJSON *detail)
{
	const char *text = json_text(detail, "master_url");
	struct json_doc doc;
	bool found;

	if (!*text || !json_open(&doc, text, strlen(text), "master_url", NULL))
		return false;
	found = *json_text(doc.root, "api_server_endpoint") != '\0';
	json_close(&doc);
	return found;
}

// Inside a VPC, or where there is no public one, it is the intranet's.
static bool choose_intranet(struct session *session, const struct scope *cluster, bool *intranet, struct cancel *cancel,
        struct error *error)
{
	struct http_response *response;
	struct json_doc doc;
	struct call call;
	bool known;

	*intranet = session->endpoints.vpc;
	if (*intranet)
		return true;
	call_init(&call, "cs.DescribeClusterDetail", cluster->region);
	call_set(&call, "ClusterId", cluster->cluster);
	response = call_perform(&session->caller, &call, cancel, error);
	call_finish(&call);
	if (!response)
		return false;
	known = json_open(&doc, response->body, response->body_size, "answer of cs.DescribeClusterDetail", error);
	if (known) {
		*intranet = !has_public_endpoint(doc.root);
		json_close(&doc);
	}
	http_response_destroy(response);
	return known;
}

bool source_kubeconfig(struct session *session, const struct scope *cluster, struct secret **out, int64_t *expires,
        struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct call call;
	bool intranet;

	*out = NULL;
	*expires = 0;
	if (!choose_intranet(session, cluster, &intranet, cancel, error))
		return false;
	call_init(&call, "cs.DescribeClusterUserKubeconfig", cluster->region);
	call_set(&call, "ClusterId", cluster->cluster);
	call_set_flag(&call, "PrivateIpAddress", intranet);
	call_set_number(&call, "TemporaryDurationMinutes", KUBECONFIG_MINUTES);
	response = call_perform(&session->caller, &call, cancel, error);
	call_finish(&call);
	if (!response)
		return false;
	*out = take_secret(response, "config", expires, error);
	http_response_destroy(response);
	return *out != NULL;
}
