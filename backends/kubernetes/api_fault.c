// SPDX-License-Identifier: Apache-2.0
// Status to error, with the right that is missing as the remedy.
#include "config.h"
#include "kubernetes/api_fault.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static const struct row {
	long code;
	enum error_kind kind;
	bool retryable;
	const char *remedy;
} rows[] = {
        {400, ERROR_USAGE, false, ""},
        {401, ERROR_CREDENTIALS, false, N_("sign in again, or fetch a fresh kubeconfig")},
        {404, ERROR_NOT_FOUND, false, ""},
        {405, ERROR_PROTOCOL, false, ""},
        {406, ERROR_PROTOCOL, false, ""},
        {408, ERROR_TIMEOUT, true, ""},
        {409, ERROR_CONFLICT, false, N_("it has changed or exists already: read it again and decide anew")},
        {410, ERROR_CONFLICT, true, N_("the position in the cluster's history is too old: list again")},
        {413, ERROR_LIMIT, false, ""},
        {415, ERROR_PROTOCOL, false, ""},
        {422, ERROR_USAGE, false, ""},
        {429, ERROR_THROTTLED, true, N_("the cluster asks for patience, or a disruption budget forbids this now")},
        {504, ERROR_TIMEOUT, true, ""},
};

static void fill_code(struct error *error, long code)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].code != code)
			continue;
		error->kind = rows[i].kind;
		error->retryable = rows[i].retryable;
		if (*rows[i].remedy)
			error_remedy(error, "%s", _(rows[i].remedy));
		return;
	}
	error->kind = code >= 500 ? ERROR_SERVICE : ERROR_PROTOCOL;
	error->retryable = code >= 500;
}

void api_fault_doing(struct error *error, const char *verb, const struct api_target *target)
{
	struct buffer words;

	buffer_init(&words, 400);
	api_target_add_words(&words, target);
	if (target->name)
		buffer_printf(&words, " %s", target->name);
	if (!target->resource->has_space)
		error_doing(error, "%s %s", verb, buffer_text(&words));
	else if (target->space)
		error_doing(error, _("%s %s in namespace %s"), verb, buffer_text(&words), target->space);
	else
		error_doing(error, _("%s %s in all namespaces"), verb, buffer_text(&words));
	buffer_finish(&words);
}

// The right as an administrator would grant it.
static void fill_missing_right(struct error *error, const char *verb, const struct api_target *target)
{
	const struct api_resource *resource = target->resource;
	const char *part = target->part ? target->part : "", *slash = target->part ? "/" : "";

	error->kind = ERROR_DENIED;
	if (resource->has_space && target->space)
		error_remedy(error,
		        _("have the verb \"%s\" on \"%s%s%s\" (API group \"%s\") allowed in namespace %s, by a Role"),
		        verb, resource->plural, slash, part, resource->group, target->space);
	else
		error_remedy(error,
		        _("have the verb \"%s\" on \"%s%s%s\" (API group \"%s\") allowed in the whole cluster, by a "
		          "ClusterRole"),
		        verb, resource->plural, slash, part, resource->group);
}

static bool fault_fill(struct error *error, long code, const char *reason, const char *message, const char *verb,
        const struct api_target *target)
{
	if (!error)
		return false;
	error_set(error, ERROR_SERVICE, "%s", message);
	fill_code(error, code);
	error->http_status = (int)code;
	snprintf(error->code, sizeof(error->code), "%s", reason);
	api_fault_doing(error, verb, target);
	if (code == 403)
		fill_missing_right(error, verb, target);
	return false;
}

bool api_fault_set_status(struct error *error, const cJSON *status, const char *verb, const struct api_target *target)
{
	const char *reason = json_text(status, "reason"), *message = json_text(status, "message");
	int64_t code = json_int(status, "code", 0);

	return fault_fill(error, code > 0 && code < 1000 ? (long)code : 500, reason,
	        *message ? message : (*reason ? reason : _("the cluster gives no reason")), verb, target);
}

static bool is_status(const struct json_doc *doc)
{
	return strcmp(json_text(doc->root, "kind"), "Status") == 0;
}

bool api_fault_set(struct error *error, long http_status, const char *text, size_t size, const char *request_id,
        const char *verb, const struct api_target *target)
{
	struct json_doc doc;
	bool opened = json_open(&doc, text, size, "Status", NULL);
	char shown[200] = "";

	if (opened && is_status(&doc)) {
		const char *message = json_text(doc.root, "message");

		fault_fill(error, http_status, json_text(doc.root, "reason"),
		        *message ? message : _("the cluster gives no reason"), verb, target);
	} else {
		// A proxy or load balancer speaks.
		text_visible(text, size < 150 ? size : 150, shown, sizeof(shown));
		fault_fill(error, http_status, "", shown, verb, target);
		if (error)
			snprintf(error->message, sizeof(error->message),
			        _("the cluster's address answered %ld without saying why: %s"), http_status, shown);
	}
	if (opened)
		json_close(&doc);
	if (error && request_id)
		snprintf(error->request_id, sizeof(error->request_id), "%s", request_id);
	return false;
}
