// SPDX-License-Identifier: Apache-2.0
// Watches. Each has a position in the history of its kind, so that many idle ones cost nothing and a slow one holds
// nothing back. kubernetes docs: Kubernetes API Concepts, Efficient detection of changes; Streaming lists.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/kube_http.h"
#include "sim/kube_snapshot.h"
#include "sim/memory.h"

#include "base/banned.h"

enum {
	BATCH = 64 * 1024,
	BOOKMARK_MS = 60 * 1000,
	LEAST_S = 1800,
	MOST_S = 3600,
	LAST_CALL_MS = 2000,
	NAME_SIZE = 320
};

struct kube_stream {
	struct kube_call call; // a copy: how objects are wanted
	struct kube_selector selector;
	struct flow *flow;
	struct kube_stream *next, *previous;        // in the collection
	uint64_t position;                          // up to here it has been told
	bool initial;                               // what exists comes first, as it was at `position`
	char namespace[NAME_SIZE], name[NAME_SIZE]; // how far that has come
	bool bookmarks, ends_initial, headed, over, broken;
	int64_t bookmark_due, end_due; // monotonic ms
	struct buffer out;
	size_t sent;
};

static void begin_event(struct kube_stream *stream, const char *type)
{
	buffer_printf(&stream->out, "{\"type\":\"%s\",\"object\":", type);
}

static void add_table(struct kube_stream *stream, uint64_t version)
{
	buffer_printf(&stream->out,
	        "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\"%llu\"},"
	        "\"columnDefinitions\":",
	        (unsigned long long)version);
	if (stream->headed)
		buffer_add_text(&stream->out, "null");
	else
		kube_table_columns(&stream->out, stream->call.resource);
	stream->headed = true;
	buffer_add_text(&stream->out, ",\"rows\":[");
}

static void add_event(struct kube_stream *stream, const char *type, const struct kube_state *state)
{
	begin_event(stream, type);
	if (stream->call.shape == SHAPE_TABLE) {
		add_table(stream, state->version);
		kube_table_row(&stream->call, &stream->out, state);
		buffer_add_text(&stream->out, "]}");
	} else {
		kube_render(&stream->call, &stream->out, state);
	}
	buffer_add_text(&stream->out, "}\n");
}

static void add_bookmark(struct kube_stream *stream, uint64_t version, bool initial_end)
{
	char api_version[API_VERSION_SIZE];
	begin_event(stream, "BOOKMARK");
	if (stream->call.shape == SHAPE_TABLE) {
		add_table(stream, version);
		buffer_add_text(&stream->out, "]}}\n");
		return;
	}
	bool partial = stream->call.shape == SHAPE_METADATA;
	buffer_printf(&stream->out,
	        "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"%llu\","
	        "\"creationTimestamp\":null%s}}}\n",
	        partial ? "PartialObjectMetadata" : stream->call.named->kind,
	        partial ? "meta.k8s.io/v1" : kube_api_version(stream->call.named, api_version),
	        (unsigned long long)version,
	        initial_end ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
}

static void add_error(struct kube_stream *stream, int code, const char *reason, const char *message)
{
	cJSON *status = kube_failure(code, reason, message);
	begin_event(stream, "ERROR");
	tree_write(&stream->out, status);
	buffer_add_text(&stream->out, "}\n");
	cJSON_Delete(status);
	stream->over = true;
}

static void add_too_old(struct kube_stream *stream)
{
	char message[120];
	snprintf(message, sizeof(message), "too old resource version: %llu (%llu)",
	        (unsigned long long)stream->position, (unsigned long long)stream->call.kube->version);
	add_error(stream, 410, "Expired", message);
}

static bool wants(const struct kube_stream *stream, const struct kube_state *state)
{
	const char *namespace = stream->call.namespace;
	return state && (!*namespace || !strcmp(namespace, kube_state_namespace(state))) &&
	       selector_matches(&stream->selector, state);
}

// The objects that exist, a batch at a time.
static void add_initial(struct kube_stream *stream)
{
	struct kube_snapshot snapshot;
	struct arena arena;
	const struct kube_state *state;
	arena_init(&arena, 0);
	snapshot_begin(&snapshot, stream->call.kube, stream->call.resource, stream->position, &arena, stream->namespace,
	        stream->name);
	while (stream->out.size < BATCH && (state = snapshot_next(&snapshot))) {
		snprintf(stream->namespace, NAME_SIZE, "%s", kube_state_namespace(state));
		snprintf(stream->name, NAME_SIZE, "%s", kube_state_name(state));
		if (wants(stream, state))
			add_event(stream, "ADDED", state);
	}
	if (stream->out.size < BATCH) {
		stream->initial = false;
		if (stream->ends_initial)
			add_bookmark(stream, stream->position, true);
	}
	arena_finish(&arena);
}

static void add_change(struct kube_stream *stream, const struct kube_entry *entry)
{
	bool is = entry->change != KUBE_DELETED && wants(stream, entry->now);
	bool was = wants(stream, entry->before);
	if (is) {
		add_event(stream, was ? "MODIFIED" : "ADDED", entry->now);
	} else if (was && entry->change == KUBE_DELETED) {
		add_event(stream, "DELETED", entry->now);
	} else if (was) {
		// It ceased to match: its last matching state under the version of the change.
		struct kube_state *last = kube_state_copy(entry->before, entry->version);
		add_event(stream, "DELETED", last);
		kube_state_drop(last);
	}
}

static size_t first_after(const struct kube_history *history, uint64_t version)
{
	size_t low = 0, high = history->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (history->entries[(history->first + middle) % history->room].version <= version)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_cut(const struct kube *kube)
{
	return kube->faults.cut > 0 && random_chance(&kube->world->random[RANDOM_FAULTS], kube->faults.cut);
}

static void add_changes(struct kube_stream *stream)
{
	const struct kube *kube = stream->call.kube;
	const struct kube_history *history = &kube->collections[stream->call.resource->index].history;
	if (stream->position < history->lost) {
		add_too_old(stream);
		return;
	}
	for (size_t i = first_after(history, stream->position); i < history->count && stream->out.size < BATCH; i++) {
		const struct kube_entry *entry = &history->entries[(history->first + i) % history->room];
		size_t before = stream->out.size;
		if (entry->time > kube->world->now - kube->faults.stale_ms) {
			flow_wake_at(stream->flow, clock_monotonic(&clock_system) + 200);
			return;
		}
		add_change(stream, entry);
		stream->position = entry->version;
		if (stream->out.size > before && is_cut(kube)) {
			stream->out.size -= (stream->out.size - before) / 2;
			stream->broken = true;
			return;
		}
	}
}

static void add_on_time(struct kube_stream *stream)
{
	int64_t now = clock_monotonic(&clock_system);
	bool ends = now >= stream->end_due;
	bool marks = now >= stream->bookmark_due || (ends && stream->bookmarks);
	if (stream->bookmarks && marks && !stream->initial && !stream->call.kube->faults.stale_ms) {
		stream->position = stream->call.kube->version;
		add_bookmark(stream, stream->position, false);
		stream->bookmark_due = now + BOOKMARK_MS;
	}
	stream->over = stream->over || ends;
	int64_t due = stream->end_due;
	if (stream->bookmarks && stream->bookmark_due < due)
		due = stream->bookmark_due;
	flow_wake_at(stream->flow, due);
}

static void fill(struct kube_stream *stream)
{
	buffer_clear(&stream->out);
	stream->sent = 0;
	if (stream->over || stream->broken)
		return;
	if (!stream->call.kube->cluster || stream->call.kube->faults.unreachable) {
		stream->broken = true;
		return;
	}
	if (stream->call.resource->withdrawn) {
		stream->over = true;
		return;
	}
	flow_wake_at(stream->flow, stream->end_due);
	if (stream->initial)
		add_initial(stream);
	if (!stream->initial && !stream->over)
		add_changes(stream);
	if (!stream->out.size && !stream->over && !stream->broken)
		add_on_time(stream);
}

static ssize_t stream_read(void *user, char *out, size_t most)
{
	struct kube_stream *stream = user;
	if (stream->sent == stream->out.size)
		fill(stream);
	size_t left = stream->out.size - stream->sent;
	if (!left)
		return stream->broken ? FLOW_BREAK : stream->over ? FLOW_END : 0;
	size_t size = left < most ? left : most;
	memcpy(out, stream->out.data + stream->sent, size);
	stream->sent += size;
	return (ssize_t)size;
}

static void stream_opened(void *user, struct flow *flow)
{
	struct kube_stream *stream = user;
	stream->flow = flow;
}

static void stream_free(void *user)
{
	struct kube_stream *stream = user;
	struct kube_collection *collection = kube_collection(stream->call.kube, stream->call.resource);
	if (stream->next)
		stream->next->previous = stream->previous;
	*(stream->previous ? &stream->previous->next : &collection->watches) = stream->next;
	collection->watch_count--;
	buffer_finish(&stream->out);
	free(stream);
}

void kube_watches_wake(struct kube *kube, const struct kube_resource *resource)
{
	for (struct kube_stream *stream = kube_collection(kube, resource)->watches; stream; stream = stream->next)
		if (stream->flow)
			flow_wake(stream->flow);
}

static bool read_position(struct kube_call *call, struct kube_stream *stream)
{
	const char *text = kube_query(call, "resourceVersion");
	char *end;
	uint64_t version = strtoull(text, &end, 10);
	if (*end)
		return kube_fail_invalid(
		        call, "", "resourceVersion", "FieldValueInvalid", "Invalid value: must be a number");
	if (version > call->kube->version) {
		kube_cause(call, "ResourceVersionTooLarge", "Too large resource version", NULL);
		answer_header(call->answer, "Retry-After", "1");
		return kube_fail(call, 504, "Timeout", "Too large resource version: %llu, current: %llu",
		        (unsigned long long)version, (unsigned long long)call->kube->version);
	}
	stream->initial = !version;
	stream->position = version ? version : call->kube->version;
	return true;
}

// kubernetes docs: sendInitialEvents needs resourceVersionMatch=NotOlderThan and bookmarks
static bool read_initial(struct kube_call *call, struct kube_stream *stream)
{
	bool asked = *kube_query(call, "sendInitialEvents");
	const char *match = kube_query(call, "resourceVersionMatch");
	if (!asked && *match)
		return kube_fail_invalid(call, "", "resourceVersionMatch", "FieldValueForbidden",
		        "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
	if (!asked)
		return true;
	if (strcmp(match, "NotOlderThan") != 0)
		return kube_fail_invalid(call, "", "resourceVersionMatch", "FieldValueForbidden",
		        "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
	stream->initial = kube_query_flag(call, "sendInitialEvents");
	if (stream->initial)
		stream->position = call->kube->version;
	stream->ends_initial = stream->initial && stream->bookmarks;
	return true;
}

void kube_serve_watch(struct kube_call *call)
{
	struct kube_stream *stream = memory_zeroed(1, sizeof(*stream));
	stream->bookmarks = kube_query_flag(call, "allowWatchBookmarks");
	if (!kube_parse_selectors(call, &stream->selector) || !read_position(call, stream) ||
	        !read_initial(call, stream)) {
		free(stream);
		return;
	}
	if (*call->name && stream->selector.field_count < MAX_TERMS)
		stream->selector.fields[stream->selector.field_count++] =
		        (struct field_term){.field = FIELD_NAME, .value = call->name};
	int64_t now = clock_monotonic(&clock_system), seconds = kube_query_int(call, "timeoutSeconds", 0);
	if (seconds <= 0)
		seconds = random_between(&call->kube->random, LEAST_S, MOST_S);
	stream->call = *call;
	stream->call.causes = NULL;
	stream->end_due = now + 1000 * seconds;
	stream->bookmark_due = now + BOOKMARK_MS;
	if (stream->bookmarks && 1000 * seconds > 2 * LAST_CALL_MS &&
	        stream->end_due - LAST_CALL_MS < stream->bookmark_due)
		stream->bookmark_due = stream->end_due - LAST_CALL_MS;
	snprintf(stream->namespace, NAME_SIZE, "%s", call->namespace);
	buffer_init(&stream->out, KUBE_ANSWER_LIMIT);
	struct kube_collection *collection = kube_collection(call->kube, call->resource);
	stream->next = collection->watches;
	if (stream->next)
		stream->next->previous = stream;
	collection->watches = stream;
	collection->watch_count++;
	call->answer->status = 200;
	call->answer->content_type = "application/json";
	call->answer->flow =
	        (struct flow_source){.read = stream_read, .opened = stream_opened, .free = stream_free, .user = stream};
}
