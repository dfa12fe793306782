// SPDX-License-Identifier: Apache-2.0
// Log lines are always asked for with their times, which are the place to go on from; they are taken off again.
#include "config.h"
#include "kubernetes/api_logs.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "kubernetes/api_lines.h"
#include "kubernetes/api_stream.h"

#include "base/banned.h"

enum { PAUSE_MS = 800, LOOK_MS = 100, STAMP_SIZE = 48, SILENCE_MS = -1 };

struct following {
	const struct api_log_query *query;
	bool (*on_line)(const char *text, size_t size, void *user);
	void *user;
	struct api_lines lines;
	char stamp[STAMP_SIZE]; // of the last line handed on
	unsigned at_stamp;      // lines handed on that bear it
	unsigned to_skip;       // of those, how many will come again
	bool resuming, stopped;
	uint64_t count;
};

// The time before a line: *rest is what stands behind it. False when there is none.
static bool split_stamp(const char *text, size_t size, char stamp[STAMP_SIZE], const char **rest)
{
	const char *space = memchr(text, ' ', size < STAMP_SIZE ? size : STAMP_SIZE);
	int64_t time;

	if (!space || text[0] < '0' || text[0] > '9')
		return false;
	snprintf(stamp, STAMP_SIZE, "%.*s", (int)(space - text), text);
	*rest = space + 1;
	return time_parse(stamp, &time);
}

// Fractions are compared as text when the milliseconds are the same.
static bool is_earlier(const char *a, const char *b)
{
	int64_t first = 0, second = 0;

	(void)time_parse(a, &first);
	(void)time_parse(b, &second);
	return first != second ? first < second : strcmp(a, b) < 0;
}

// True for a line that was handed on before the stream broke.
static bool is_repeated(struct following *following, const char *stamp)
{
	if (!following->resuming)
		return false;
	if (strcmp(stamp, following->stamp) == 0 && following->to_skip > 0) {
		following->to_skip--;
		return true;
	}
	if (is_earlier(stamp, following->stamp))
		return true;
	following->resuming = false;
	return false;
}

static bool take_line(const char *text, size_t size, void *user)
{
	struct following *following = user;
	char stamp[STAMP_SIZE];
	const char *rest = text;

	if (split_stamp(text, size, stamp, &rest)) {
		if (is_repeated(following, stamp))
			return true;
		following->at_stamp = strcmp(stamp, following->stamp) == 0 ? following->at_stamp + 1 : 1;
		memcpy(following->stamp, stamp, sizeof(stamp));
	}
	following->count++;
	if (!following->query->timestamps) {
		size -= (size_t)(rest - text);
		text = rest;
	}
	following->stopped = !following->on_line(text, size, following->user);
	return !following->stopped;
}

static bool on_piece(const char *data, size_t size, void *user)
{
	struct following *following = user;

	return api_lines_feed(&following->lines, data, size);
}

static void add_number(struct buffer *url, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	api_add_parameter(url, name, text);
}

static bool add_url(struct buffer *url, const struct following *following, const struct api_target *target)
{
	const struct api_log_query *query = following->query;

	api_target_add_path(url, target);
	api_add_parameter(url, "timestamps", "true");
	api_add_parameter(url, "container", query->container);
	api_add_parameter(url, "follow", query->follow ? "true" : NULL);
	api_add_parameter(url, "previous", query->previous ? "true" : NULL);
	if (*following->stamp)
		return api_add_parameter(url, "sinceTime", following->stamp);
	if (query->tail >= 0)
		add_number(url, "tailLines", query->tail);
	if (query->since_s > 0)
		add_number(url, "sinceSeconds", query->since_s);
	if (query->limit_bytes > 0)
		add_number(url, "limitBytes", query->limit_bytes);
	return api_add_parameter(url, "sinceTime", query->since_time);
}

static bool follow_once(struct api *api, struct following *following, struct cancel *cancel, struct error *error)
{
	const struct api_target target = {.resource = &api_resources[API_PODS],
	        .space = following->query->space,
	        .name = following->query->pod,
	        .part = "log"};
	struct api_call call = {.verb = "get", .target = &target, .accept = "*/*", .attempts = 1};
	struct buffer url;
	bool good = false;

	buffer_init(&url, API_URL_MOST);
	following->resuming = *following->stamp != '\0';
	following->to_skip = following->at_stamp;
	call.stall_ms = following->query->follow ? SILENCE_MS : 0;
	api_lines_init(&following->lines, API_LOG_LINE_MOST, true, take_line, following);
	if (!add_url(&url, following, &target)) {
		error_set(error, ERROR_LIMIT, _("an address of more than %d bytes"), API_URL_MOST);
	} else {
		call.url = buffer_text(&url);
		good = api_stream(api, &call, &(struct api_reader){on_piece, NULL, following}, cancel, error);
		// A line that a broken stream cut comes again whole.
		if (good && !following->stopped)
			api_lines_end(&following->lines);
	}
	api_lines_finish(&following->lines);
	buffer_finish(&url);
	return good;
}

static bool wait_a_while(int64_t pause, const struct cancel *cancel)
{
	int64_t until = clock_monotonic(&clock_system) + pause;

	while (!cancel_asked(cancel)) {
		int64_t left = until - clock_monotonic(&clock_system);
		struct pollfd none = {.fd = -1};

		if (left <= 0)
			return true;
		poll(&none, 1, (int)(left < LOOK_MS ? left : LOOK_MS));
	}
	return false;
}

bool api_logs(struct api *api, const struct api_log_query *query,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error)
{
	struct following following = {.query = query, .on_line = on_line, .user = user};
	int64_t pause = query->pause_ms ? query->pause_ms : PAUSE_MS;

	for (unsigned breaks = 0;;) {
		struct error failure = {0};
		uint64_t before = following.count;

		if (follow_once(api, &following, cancel, &failure))
			return true;
		breaks = following.count > before ? 1 : breaks + 1;
		// What nobody follows is taken up again only when it had begun to come.
		if ((!query->follow && !*following.stamp) || query->limit_bytes > 0 || !failure.retryable ||
		        breaks > API_LOG_BREAKS_MOST || !wait_a_while(pause, cancel)) {
			if (error)
				*error = failure;
			return false;
		}
	}
}
