// SPDX-License-Identifier: Apache-2.0
// What is installed of peer pods: the adaptor's DaemonSet and configuration, peerpod-ctrl, its webhook.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/parallel.h"
#include "kubernetes/survey.h"

#include "base/banned.h"

static const char usual_space[] = "confidential-containers-system";
static const char adaptor_name[] = "cloud-api-adaptor-daemonset", config_name[] = "peer-pods-cm";
static const char controller_name[] = "peerpodctrl-controller-manager";
static const char webhook_name[] = "peer-pods-webhook-controller-manager", webhook_space[] = "peer-pods-webhook-system";
static const char webhook_config[] = "peer-pods-webhook-mutating-webhook-configuration";

static const struct api_resource deployments = {"apps", "v1", "deployments", "Deployment", true};
static const struct api_resource webhooks = {
        "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false};

static const char *pod_label(const struct pod_record *pod, const char *key)
{
	for (unsigned i = 0; i < pod->labels.count; i++)
		if (strcmp(pod->labels.items[i].key, key) == 0)
			return pod->labels.items[i].value;
	return "";
}

// The adaptor is where its pods are.
static const char *adaptor_space(const struct snapshot *pods)
{
	const char *found = usual_space;

	for (size_t i = 0; i < pods->count; i++) {
		const struct pod_record *pod = (const struct pod_record *)pods->records[i];

		if (strcmp(pod_label(pod, "app"), "cloud-api-adaptor") != 0)
			continue;
		found = pod->namespace_name;
		if (strcmp(found, usual_space) == 0)
			break;
	}
	return found;
}

// Reads one object; false when it is not there (known) or could not be read (noted unless `words` is NULL).
static bool read_object(struct surveying *surveying, const struct api_target *target, const char *words,
        struct http_response **response, struct json_doc *doc, struct error *error)
{
	*response = api_get(surveying->reach->api, target, surveying->cancel, error);
	if (*response && json_open(doc, (*response)->body, (*response)->body_size, words ? words : "object", error))
		return true;
	http_response_destroy(*response);
	*response = NULL;
	if (words && error->kind != ERROR_NOT_FOUND)
		survey_note(surveying, "get", words, false, error);
	return false;
}

static void read_adaptor(struct surveying *surveying)
{
	const struct api_target target = {
	        .resource = &api_resources[API_DAEMON_SETS], .space = surveying->space, .name = adaptor_name};
	struct survey_adaptor *adaptor = &surveying->out->adaptor;
	struct http_response *response;
	struct error error = {0};
	const cJSON *status;
	struct json_doc doc;

	if (!read_object(surveying, &target, "daemonsets.apps", &response, &doc, &error))
		return;
	status = json_member(doc.root, "status");
	adaptor->exists = true;
	adaptor->image =
	        survey_text(surveying, json_text(json_path(doc.root, "spec.template.spec.containers.0"), "image"));
	adaptor->desired = json_int(status, "desiredNumberScheduled", 0);
	adaptor->ready = json_int(status, "numberReady", 0);
	adaptor->updated = json_int(status, "updatedNumberScheduled", 0);
	adaptor->available = json_int(status, "numberAvailable", 0);
	json_close(&doc);
	http_response_destroy(response);
}

static struct tag_list keep_values(struct surveying *surveying, const cJSON *data)
{
	unsigned count = (unsigned)cJSON_GetArraySize(data), kept = 0;
	struct text_pair *items;
	const cJSON *item;

	pthread_mutex_lock(&surveying->lock);
	items = arena_alloc(&surveying->out->arena, count * sizeof(*items));
	cJSON_ArrayForEach(item, data)
	{
		if (!items || !cJSON_IsString(item))
			continue;
		items[kept].key = arena_strdup(&surveying->out->arena, item->string);
		items[kept].value = arena_strdup(&surveying->out->arena, item->valuestring);
		kept += items[kept].key && items[kept].value;
	}
	pthread_mutex_unlock(&surveying->lock);
	return (struct tag_list){items, items ? kept : 0};
}

static void read_config(struct surveying *surveying)
{
	const struct api_target target = {
	        .resource = &api_resources[API_CONFIG_MAPS], .space = surveying->space, .name = config_name};
	struct survey_config *config = &surveying->out->config;
	struct http_response *response;
	struct error error = {0};
	struct json_doc doc;

	if (!read_object(surveying, &target, "configmaps peer-pods-cm", &response, &doc, &error))
		return;
	config->exists = true;
	config->values = keep_values(surveying, json_member(doc.root, "data"));
	config->changed = fill_written(json_member(doc.root, "metadata"), false);
	json_close(&doc);
	http_response_destroy(response);
}

// The pods of a Deployment tell of it where reading Deployments is not allowed; their absence tells nothing.
static void judge_by_pods(const struct snapshot *pods, const char *name, enum answer *exists, enum answer *is_ready)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < pods->count; i++) {
		const struct pod_record *pod = (const struct pod_record *)pods->records[i];

		if (strncmp(pod->record.name, name, length) != 0 || pod->record.name[length] != '-')
			continue;
		*exists = ANSWER_YES;
		if (*is_ready != ANSWER_YES)
			*is_ready = pod->is_ready && !pod->deleting_since ? ANSWER_YES : ANSWER_NO;
	}
}

static void read_deployment(
        struct surveying *surveying, const char *space, const char *name, enum answer *exists, enum answer *is_ready)
{
	const struct api_target target = {.resource = &deployments, .space = space, .name = name};
	struct http_response *response;
	struct error error = {0};
	struct json_doc doc;

	judge_by_pods(surveying->out->pods, name, exists, is_ready);
	if (read_object(surveying, &target, NULL, &response, &doc, &error)) {
		*exists = ANSWER_YES;
		*is_ready = json_int(json_member(doc.root, "status"), "readyReplicas", 0) > 0 ? ANSWER_YES : ANSWER_NO;
		json_close(&doc);
		http_response_destroy(response);
	} else if (error.kind == ERROR_NOT_FOUND && *exists == ANSWER_UNKNOWN) {
		*exists = *is_ready = ANSWER_NO;
	}
}

static void read_controller(struct surveying *surveying)
{
	struct survey_controller *controller = &surveying->out->controller;

	read_deployment(surveying, surveying->space, controller_name, &controller->is_installed, &controller->is_ready);
}

static void read_webhook(struct surveying *surveying)
{
	const struct api_target target = {.resource = &webhooks, .name = webhook_config};
	struct survey_controller *controller = &surveying->out->controller;
	enum answer exists = ANSWER_UNKNOWN;
	struct http_response *response;
	struct error error = {0};
	struct json_doc doc;

	if (read_object(surveying, &target, NULL, &response, &doc, &error)) {
		controller->has_webhook = ANSWER_YES;
		json_close(&doc);
		http_response_destroy(response);
	} else if (error.kind == ERROR_NOT_FOUND) {
		controller->has_webhook = ANSWER_NO;
	}
	read_deployment(surveying, webhook_space, webhook_name, &exists, &controller->webhook_is_ready);
	if (controller->has_webhook == ANSWER_UNKNOWN && exists == ANSWER_YES)
		controller->has_webhook = ANSWER_YES;
}

// Logs are read later and only where they are needed: whether that is allowed is asked now.
static void ask_for_logs(struct surveying *surveying)
{
	const struct api_target target = {
	        .resource = &api_resources[API_PODS], .space = surveying->space, .part = "log"};
	struct error error = {0};
	bool allowed = true;

	if (api_may(surveying->reach->api, "get", &target, &allowed, surveying->cancel, &error) && allowed)
		return;
	if (error.kind == ERROR_NONE)
		error_set(&error, ERROR_DENIED, _("reading logs in namespace %s is not allowed"), surveying->space);
	survey_note(surveying, "get", "pods/log", true, &error);
}

static void look(size_t part, void *user)
{
	static void (*const parts[])(struct surveying *) = {
	        read_adaptor, read_config, read_controller, read_webhook, ask_for_logs};

	parts[part](user);
}

void survey_look_at_adaptor(struct surveying *surveying)
{
	enum { PARTS = 5 };

	surveying->space = adaptor_space(surveying->out->pods);
	parallel_run(PARTS, PARTS, look, surveying);
}
