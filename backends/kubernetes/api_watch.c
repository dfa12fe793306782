// SPDX-License-Identifier: Apache-2.0
// List, watch from there, watch again from the last position, list again when that is too old.
#include "config.h"
#include "kubernetes/api_watch.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "kubernetes/api_fault.h"
#include "kubernetes/api_lines.h"
#include "kubernetes/api_query.h"
#include "kubernetes/api_stream.h"

#include "base/banned.h"

enum {
	PAUSE_MS = 800,
	PAUSE_MOST_MS = 30000,
	LOOK_MS = 100,
	STREAM_ATTEMPTS = 4, // only when told when to come back
	SHORT_MS = 1000,     // a watch that ends sooner without an event has failed
	HEALTHY_MS = 60000,  // after so long earlier failures are forgotten
	SECONDS_LEAST = 300,
	SECONDS_SPREAD = 301,
	SILENCE_MS = 30000, // beyond timeoutSeconds
};

static const char metadata_event[] = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

struct watching {
	struct api *api;
	const struct api_query *query;
	const struct api_watch_sink *sink;
	const struct api_watch_options *options;
	const struct clock *clock;
	struct cancel *cancel;
	struct api_lines lines;
	char version[API_VERSION_SIZE]; // position; "" = list first
	uint64_t events;
	unsigned failures;
	bool ailing;          // health was told
	struct error failure; // of the stream, found by its reader
};

static uint32_t watch_random(void)
{
	uint32_t value = 0;

	// Without randomness watches end together, no worse.
	(void)crypto_random(&value, sizeof(value));
	return value;
}

static bool stop_with(struct watching *watching, enum error_kind kind, const char *message)
{
	error_set(&watching->failure, kind, "%s", message);
	api_fault_doing(&watching->failure, "watch", &watching->query->target);
	watching->failure.retryable = true;
	return false;
}

static void tell_health(struct watching *watching, const struct error *error)
{
	if (!error && !watching->ailing)
		return;
	watching->ailing = error != NULL;
	if (watching->sink->health)
		watching->sink->health(error, watching->sink->list.user);
}

// Moves the position; the object's version is opaque.
static bool move_on(struct watching *watching, const cJSON *object)
{
	const char *version = json_text(json_member(object, "metadata"), "resourceVersion");

	if (!*version || strlen(version) >= sizeof(watching->version))
		return stop_with(watching, ERROR_PROTOCOL, _("an event without a usable resourceVersion"));
	snprintf(watching->version, sizeof(watching->version), "%s", version);
	return true;
}

static bool take_event(struct watching *watching, const cJSON *root)
{
	static const char *const types[] = {
	        [API_ADDED] = "ADDED", [API_MODIFIED] = "MODIFIED", [API_DELETED] = "DELETED"};
	const char *type = json_text(root, "type");
	const cJSON *object = json_member(root, "object");

	if (strcmp(type, "ERROR") == 0) {
		api_fault_set_status(&watching->failure, object, "watch", &watching->query->target);
		return false;
	}
	watching->events++;
	if (strcmp(type, "BOOKMARK") == 0) {
		tell_health(watching, NULL);
		return move_on(watching, object);
	}
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (strcmp(type, types[i]) != 0)
			continue;
		if (!move_on(watching, object))
			return false;
		tell_health(watching, NULL);
		watching->sink->event((enum api_event)i, object, watching->sink->list.user);
		return true;
	}
	return stop_with(watching, ERROR_PROTOCOL, _("an event of an unknown type"));
}

static bool on_line(const char *text, size_t size, void *user)
{
	struct watching *watching = user;
	struct json_doc doc;
	bool more;

	if (size == 0)
		return true;
	if (!json_open(&doc, text, size, "event of a watch", &watching->failure)) {
		api_fault_doing(&watching->failure, "watch", &watching->query->target);
		watching->failure.retryable = true;
		return false;
	}
	more = take_event(watching, doc.root);
	json_close(&doc);
	return more;
}

static bool on_piece(const char *data, size_t size, void *user)
{
	struct watching *watching = user;

	if (api_lines_feed(&watching->lines, data, size))
		return true;
	if (watching->lines.partial.broken)
		stop_with(watching, ERROR_LIMIT, _("an event of more than 8 MiB"));
	return false;
}

static int64_t on_idle(void *user)
{
	const struct watching *watching = user;

	return watching->sink->idle(watching->sink->list.user);
}

static bool watch_list(struct watching *watching, struct error *error)
{
	if (!api_list(
	            watching->api, watching->query, &watching->sink->list, watching->version, watching->cancel, error))
		return false;
	if (!*watching->version)
		return error_set(error, ERROR_PROTOCOL, _("a list without a resourceVersion"));
	if (watching->sink->listed)
		watching->sink->listed(watching->sink->list.user);
	tell_health(watching, NULL);
	return true;
}

// A cluster that says how long to wait is obeyed before anything else; for the rest the watch has its own pauses.
static enum http_next judge_stream(const struct http_response *response, void *user, int64_t *wait_ms)
{
	(void)user;
	(void)wait_ms;
	if (response->error.kind != ERROR_NONE || (response->status != 429 && response->status != 503))
		return HTTP_DONE;
	return http_response_header(response, "retry-after") ? HTTP_RETRY : HTTP_DONE;
}

// One stream. True when it ended well; a last line without its end was cut and comes again from the position.
static bool watch_stream(struct watching *watching, struct error *error)
{
	unsigned seconds = watching->options->seconds;
	char timeout[16];
	struct buffer url;
	struct api_call call = {.verb = "watch",
	        .target = &watching->query->target,
	        .judge = judge_stream,
	        .attempts = STREAM_ATTEMPTS};
	bool good;

	if (seconds == 0)
		seconds = SECONDS_LEAST + watch_random() % SECONDS_SPREAD;
	snprintf(timeout, sizeof(timeout), "%u", seconds);
	buffer_init(&url, API_URL_MOST);
	api_query_add(&url, watching->query);
	api_add_parameter(&url, "watch", "true");
	api_add_parameter(&url, "resourceVersion", watching->version);
	api_add_parameter(&url, "allowWatchBookmarks", "true");
	if (!api_add_parameter(&url, "timeoutSeconds", timeout)) {
		buffer_finish(&url);
		return error_set(error, ERROR_LIMIT, _("an address of more than %d bytes"), API_URL_MOST);
	}
	call.url = buffer_text(&url);
	call.accept = watching->query->metadata_only ? metadata_event : NULL;
	call.stall_ms = (int64_t)seconds * 1000 + SILENCE_MS;
	error_clear(&watching->failure);
	api_lines_init(&watching->lines, API_EVENT_MOST, false, on_line, watching);
	good = api_stream(watching->api, &call,
	        &(struct api_reader){on_piece, watching->sink->idle ? on_idle : NULL, watching}, watching->cancel,
	        error);
	if (watching->sink->idle)
		on_idle(watching);
	api_lines_finish(&watching->lines);
	buffer_finish(&url);
	if (good && watching->failure.kind != ERROR_NONE) {
		*error = watching->failure;
		return false;
	}
	return good;
}

// Doubling pause with jitter; false when cancelled meanwhile.
static bool wait_a_while(struct watching *watching)
{
	int64_t pause = watching->options->pause_ms ? watching->options->pause_ms : PAUSE_MS;
	int64_t most = watching->options->pause_most_ms ? watching->options->pause_most_ms : PAUSE_MOST_MS;
	int64_t until;

	for (unsigned i = 1; i < watching->failures && pause < most; i++)
		pause *= 2;
	if (pause > most)
		pause = most;
	until = clock_monotonic(watching->clock) + pause / 2 + (int64_t)(watch_random() % (uint32_t)(pause / 2 + 1));
	while (!cancel_asked(watching->cancel)) {
		int64_t left = until - clock_monotonic(watching->clock);
		struct pollfd none = {.fd = -1};

		if (left <= 0)
			return true;
		if (watching->sink->idle)
			on_idle(watching);
		poll(&none, 1, (int)(left < LOOK_MS ? left : LOOK_MS));
	}
	return false;
}

static bool is_final(const struct error *error)
{
	static const enum error_kind kinds[] = {ERROR_CANCELLED, ERROR_DENIED, ERROR_NOT_FOUND, ERROR_CREDENTIALS,
	        ERROR_CONFIG, ERROR_USAGE, ERROR_MEMORY, ERROR_INTERNAL};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (error->kind == kinds[i])
			return true;
	return false;
}

// One list or stream; says whether to go on at once.
static bool watch_step(struct watching *watching, struct error *error)
{
	int64_t began = clock_monotonic(watching->clock), lasted;
	uint64_t events = watching->events;

	error_clear(error);
	if (!*watching->version)
		return watch_list(watching, error);
	if (!watch_stream(watching, error) && error->http_status == 410) {
		watching->version[0] = '\0';
		// A position that was good for something is no failure.
		return watching->events > events;
	}
	lasted = clock_monotonic(watching->clock) - began;
	if (lasted >= HEALTHY_MS)
		watching->failures = 0;
	if (error->kind != ERROR_NONE)
		return false;
	if (lasted < SHORT_MS && watching->events == events) {
		error_set(error, ERROR_PROTOCOL, _("the cluster ends watches at once"));
		api_fault_doing(error, "watch", &watching->query->target);
		return false;
	}
	return true;
}

bool api_watch(struct api *api, const struct api_query *query, const struct api_watch_sink *sink,
        const struct api_watch_options *options, struct cancel *cancel, struct error *error)
{
	static const struct api_watch_options usual = {0};
	struct watching watching = {.api = api, .query = query, .sink = sink, .cancel = cancel};
	struct error failure = {0};

	watching.options = options ? options : &usual;
	watching.clock = watching.options->clock ? watching.options->clock : &clock_system;
	while (!cancel_asked(cancel)) {
		if (watch_step(&watching, &failure))
			continue;
		if (is_final(&failure))
			break;
		watching.failures++;
		// A position that is too old is not yet a reason to doubt the picture: the list that follows mends it.
		if (failure.http_status != 410)
			tell_health(&watching, &failure);
		if (!wait_a_while(&watching))
			break;
	}
	if (cancel_asked(cancel))
		return error_set(error, ERROR_CANCELLED, _("cancelled"));
	if (error)
		*error = failure;
	return false;
}
