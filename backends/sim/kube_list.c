// SPDX-License-Identifier: Apache-2.0
// Reading objects: one, or a page of a list. kubernetes docs: Kubernetes API Concepts, Retrieving large results sets in
// chunks; Resource versions.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_http.h"
#include "sim/kube_populate.h"
#include "sim/kube_snapshot.h"

#include "base/banned.h"

enum { TOKEN_LIMIT = 4096 };

// Where a list goes on.
struct position {
	uint64_t version; // of the whole list; 0 = any
	const char *namespace, *name;
};

bool kube_parse_selectors(struct kube_call *call, struct kube_selector *selector)
{
	const char *why = NULL, *labels = kube_query(call, "labelSelector"),
	           *fields = kube_query(call, "fieldSelector");
	*selector = (struct kube_selector){0};
	if (!selector_parse_labels(selector, call->arena, labels, &why))
		return kube_fail(call, 400, "BadRequest", "unable to parse requirement: %s", why);
	if (!selector_parse_fields(selector, call->arena, call->resource, fields, &why))
		return kube_fail(call, 400, "BadRequest", "%s", why);
	return true;
}

static bool read_token(struct kube_call *call, struct position *position, bool *any)
{
	const char *token = kube_query(call, "continue");
	struct buffer text;
	if (!*token)
		return true;
	buffer_init(&text, TOKEN_LIMIT);
	bool good = text_decode_base64(&text, token, strlen(token)) && text.size;
	char *copy = good ? arena_strndup(call->arena, text.data, text.size) : NULL, *end;
	buffer_finish(&text);
	if (!copy)
		return kube_fail(call, 400, "BadRequest", "continue key is not valid: %s", token);
	position->version = strtoull(copy, &end, 10);
	*any = position->version == 0;
	char *slash = *end == ':' ? strchr(end + 1, '/') : NULL;
	if (!slash)
		return kube_fail(call, 400, "BadRequest", "continue key is not valid: %s", token);
	*slash = 0;
	position->namespace = end + 1;
	position->name = slash + 1;
	return true;
}

static void add_token(struct buffer *out, uint64_t version, const char *namespace, const char *name)
{
	struct buffer text;
	buffer_init(&text, TOKEN_LIMIT);
	buffer_printf(&text, "%llu:%s/%s", (unsigned long long)version, namespace, name);
	text_add_base64(out, buffer_text(&text), text.size);
	buffer_finish(&text);
}

static bool fail_expired(struct kube_call *call, const struct position *position)
{
	struct buffer token;
	cJSON *status = kube_failure(410, "Expired",
	        "The provided continue parameter is too old to display a consistent list result. You can start a new "
	        "list "
	        "without the continue parameter, or use the continue token in this response to retrieve the remainder "
	        "of "
	        "the results. Continuing with the provided token results in an inconsistent list - objects that were "
	        "created, modified, or deleted between the time the first chunk was returned and now may show up in "
	        "the "
	        "list.");
	buffer_init(&token, TOKEN_LIMIT);
	add_token(&token, 0, position->namespace, position->name);
	tree_set_text(tree_object(status, "metadata"), "continue", buffer_text(&token));
	buffer_finish(&token);
	kube_send_tree(call, 410, status);
	call->answer->code = "Expired";
	return false;
}

// What "resourceVersion" and "resourceVersionMatch" ask of a list.
static bool read_version(struct kube_call *call, struct position *position)
{
	const char *text = kube_query(call, "resourceVersion"), *match = kube_query(call, "resourceVersionMatch");
	char *end;
	uint64_t version = strtoull(text, &end, 10);
	if (kube_query_flag(call, "sendInitialEvents"))
		return kube_fail_invalid(call, "", "sendInitialEvents", "FieldValueForbidden",
		        "Forbidden: sendInitialEvents is forbidden for list");
	if (*match && (!*text || (strcmp(match, "Exact") != 0 && strcmp(match, "NotOlderThan") != 0)))
		return kube_fail_invalid(call, "", "resourceVersionMatch", "FieldValueForbidden",
		        "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
	if (*end)
		return kube_fail_invalid(
		        call, "", "resourceVersion", "FieldValueInvalid", "Invalid value: must be a number");
	if (version > call->kube->version) {
		kube_cause(call, "ResourceVersionTooLarge", "Too large resource version", NULL);
		answer_header(call->answer, "Retry-After", "1");
		return kube_fail(call, 504, "Timeout", "Too large resource version: %llu, current: %llu",
		        (unsigned long long)version, (unsigned long long)call->kube->version);
	}
	if (!strcmp(match, "Exact") && !*kube_query(call, "continue"))
		position->version = version;
	return true;
}

// With the fault "stale": the version that was the last one so long ago.
static uint64_t stale_version(const struct kube_call *call)
{
	const struct kube *kube = call->kube;
	const struct kube_history *history = &kube->collections[call->resource->index].history;
	uint64_t version = 0;
	for (size_t i = history->count; kube->faults.stale_ms && i-- > 0;) {
		const struct kube_entry *entry = &history->entries[(history->first + i) % history->room];
		if (entry->time <= kube->world->now - kube->faults.stale_ms)
			break;
		version = entry->version - 1;
	}
	return version;
}

static void write_head(struct kube_call *call, struct buffer *out)
{
	char version[API_VERSION_SIZE];
	const char *kind = call->named->kind;
	if (call->shape == SHAPE_TABLE)
		buffer_add_text(out, "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{");
	else if (call->shape == SHAPE_METADATA)
		buffer_add_text(out,
		        "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{");
	else
		buffer_printf(out, "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{", kind,
		        kube_api_version(call->named, version));
}

struct page {
	size_t limit, taken, rest;
	const struct kube_state *last;
	bool more;
};

static size_t count_rest(struct kube_snapshot *snapshot, const char *namespace)
{
	size_t count = 1; // the one that did not fit
	const struct kube_state *state;
	while ((state = snapshot_next(snapshot)) && (!*namespace || !strcmp(kube_state_namespace(state), namespace)))
		count++;
	return count;
}

static void write_items(struct kube_call *call, struct buffer *out, struct kube_snapshot *snapshot,
        const struct kube_selector *selector, struct page *page)
{
	const struct kube_state *state;
	const char *namespace = call->namespace;
	while ((state = snapshot_next(snapshot))) {
		if (*namespace && strcmp(kube_state_namespace(state), namespace) != 0)
			return;
		if (!selector_matches(selector, state) ||
		        (*call->name && strcmp(kube_state_name(state), call->name) != 0))
			continue;
		if (page->limit && page->taken == page->limit) {
			page->more = true;
			page->rest = count_rest(snapshot, namespace);
			return;
		}
		if (page->taken++)
			buffer_add_char(out, ',');
		if (call->shape == SHAPE_TABLE)
			kube_table_row(call, out, state);
		else
			kube_render(call, out, state);
		page->last = state;
	}
}

static void write_page(struct kube_call *call, const struct position *position, uint64_t version,
        const struct kube_selector *selector, size_t limit)
{
	struct buffer out, items;
	struct kube_snapshot snapshot;
	struct page page = {.limit = limit};
	uint64_t shown = version ? version : call->kube->version;
	buffer_init(&out, KUBE_ANSWER_LIMIT);
	buffer_init(&items, KUBE_ANSWER_LIMIT);
	snapshot_begin(
	        &snapshot, call->kube, call->resource, version, call->arena, position->namespace, position->name);
	write_items(call, &items, &snapshot, selector, &page);
	write_head(call, &out);
	buffer_printf(&out, "\"resourceVersion\":\"%llu\"", (unsigned long long)shown);
	if (page.more) {
		buffer_add_text(&out, ",\"continue\":\"");
		add_token(&out, shown, kube_state_namespace(page.last), kube_state_name(page.last));
		buffer_add_char(&out, '"');
		if (selector_is_empty(selector))
			buffer_printf(&out, ",\"remainingItemCount\":%zu", page.rest);
	}
	buffer_add_char(&out, '}');
	if (call->shape == SHAPE_TABLE) {
		buffer_add_text(&out, ",\"columnDefinitions\":");
		kube_table_columns(&out, call->resource);
	}
	buffer_add_text(&out, call->shape == SHAPE_TABLE ? ",\"rows\":[" : ",\"items\":[");
	buffer_add(&out, items.data, items.size);
	buffer_add_text(&out, "]}\n");
	buffer_finish(&items);
	kube_send(call, 200, "application/json", &out);
}

void kube_serve_list(struct kube_call *call)
{
	struct kube_selector selector;
	struct position position = {.namespace = call->namespace, .name = ""};
	bool any = false;
	if (!strcmp(call->resource->plural, "leases"))
		kube_nodes_beat(call->kube);
	if (!kube_parse_selectors(call, &selector) || !read_version(call, &position) ||
	        !read_token(call, &position, &any))
		return;
	const struct kube_history *history = &kube_collection(call->kube, call->resource)->history;
	if (position.version && position.version < history->lost) {
		if (*kube_query(call, "continue"))
			fail_expired(call, &position);
		else
			kube_fail(call, 410, "Expired", "too old resource version: %llu (%llu)",
			        (unsigned long long)position.version, (unsigned long long)call->kube->version);
		return;
	}
	int64_t limit = kube_query_int(call, "limit", 0);
	// Answers from the watch cache come whole.
	if (limit < 0 || (!strcmp(kube_query(call, "resourceVersion"), "0") && !*kube_query(call, "continue")))
		limit = 0;
	uint64_t version = position.version ? position.version : stale_version(call);
	write_page(call, &position, version, &selector, (size_t)limit);
}

void kube_serve_get(struct kube_call *call)
{
	if (!strcmp(call->resource->plural, "leases"))
		kube_nodes_beat(call->kube);
	const struct kube_object *object = kube_find(call->kube, call->resource, call->namespace, call->name);
	if (!object)
		kube_fail_not_found(call, call->name);
	else
		kube_send_state(call, 200, object->state);
}
