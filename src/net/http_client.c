// SPDX-License-Identifier: Apache-2.0
// The client, single requests, responses, counters.
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "net/http_internal.h"

#include "base/banned.h"

static uint32_t random_from_system(void *user)
{
	uint32_t value = 0;

	(void)user;
	(void)crypto_random(&value, sizeof(value));
	return value;
}

static void fill_defaults(struct http_options *options)
{
	if (options->parallel == 0)
		options->parallel = HTTP_PARALLEL_DEFAULT;
	if (options->parallel > HTTP_PARALLEL_MOST)
		options->parallel = HTTP_PARALLEL_MOST;
	if (options->connect_timeout_ms <= 0)
		options->connect_timeout_ms = 10000;
	if (options->timeout_ms <= 0)
		options->timeout_ms = 60000;
	if (options->stall_timeout_ms <= 0)
		options->stall_timeout_ms = 20000;
	if (!options->clock)
		options->clock = &clock_system;
	if (!options->random)
		options->random = random_from_system;
}

struct http_client *http_client_create(const struct http_options *options, struct error *error)
{
	struct http_client *client = calloc(1, sizeof(*client));
	char *agent = NULL;

	if (options && options->user_agent)
		agent = strdup(options->user_agent);
	if (!client || (options && options->user_agent && !agent)) {
		free(client);
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	atomic_init(&client->references, 1);
	if (options)
		client->options = *options;
	client->options.user_agent = agent;
	fill_defaults(&client->options);
	pthread_mutex_init(&client->lock, NULL);
	return client;
}

struct http_client *http_client_ref(struct http_client *client)
{
	atomic_fetch_add_explicit(&client->references, 1, memory_order_relaxed);
	return client;
}

void http_client_unref(struct http_client *client)
{
	if (!client || atomic_fetch_sub_explicit(&client->references, 1, memory_order_acq_rel) != 1)
		return;
	// Here and not with the thread: wake-ups may come as long as there are references.
	if (client->multi)
		client->curl->curl_multi_cleanup(client->multi);
	if (client->share)
		client->curl->curl_share_cleanup(client->share);
	http_client_drop_bodies(client);
	pthread_mutex_destroy(&client->lock);
	free((char *)(uintptr_t)client->options.user_agent);
	free(client);
}

void http_client_destroy(struct http_client *client)
{
	bool running;

	if (!client)
		return;
	pthread_mutex_lock(&client->lock);
	client->stopping = true;
	running = client->running;
	pthread_mutex_unlock(&client->lock);
	if (running) {
		http_transport_wake(client);
		pthread_join(client->thread, NULL);
	}
	http_client_unref(client);
}

void http_client_keep_body(struct http_client *client, struct http_body body)
{
	pthread_mutex_lock(&client->lock);
	// With nothing more to do it is not needed.
	if (client->bodies_kept_count < COUNT_OF(client->bodies_kept) && client->in_flight > 0) {
		client->bodies_kept[client->bodies_kept_count++] = body;
		body.data = NULL;
	}
	pthread_mutex_unlock(&client->lock);
	free(body.data);
}

struct http_body http_client_take_body(struct http_client *client, size_t room)
{
	struct http_body body = {0};

	pthread_mutex_lock(&client->lock);
	for (size_t i = client->bodies_kept_count; i-- > 0 && !body.data;) {
		if (client->bodies_kept[i].room < room)
			continue;
		body = client->bodies_kept[i];
		client->bodies_kept[i] = client->bodies_kept[--client->bodies_kept_count];
	}
	pthread_mutex_unlock(&client->lock);
	return body;
}

void http_client_drop_bodies(struct http_client *client)
{
	pthread_mutex_lock(&client->lock);
	while (client->bodies_kept_count > 0)
		free(client->bodies_kept[--client->bodies_kept_count].data);
	pthread_mutex_unlock(&client->lock);
}

struct http_response *http_perform(struct http_client *client, const struct http_request *request, struct error *error)
{
	struct http_response *response = NULL;
	struct http_batch batch;

	http_batch_init(&batch, client, true);
	if (http_batch_add(&batch, request, error))
		response = http_batch_next(&batch, NULL);
	http_batch_finish(&batch);
	return response;
}

void http_response_destroy(struct http_response *response)
{
	struct http_transfer *transfer = (struct http_transfer *)response;
	struct http_client *client;
	bool wake;

	if (!response)
		return;
	client = transfer->client;
	pthread_mutex_lock(&client->lock);
	client->unread--;
	wake = client->starved;
	pthread_mutex_unlock(&client->lock);
	if (wake)
		http_transport_wake(client);
	http_transfer_destroy(transfer);
}

const char *http_response_header(const struct http_response *response, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = response->header_lines; line && *line; line += strlen(line) + 1)
		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return line + length + 2;
	return NULL;
}

// Moves the ring of seconds on to `now`. The lock is held.
static void calls_advance(struct http_client *client, int64_t now)
{
	int64_t second = now / 1000, passed = second - client->calls_second;

	if (passed <= 0)
		return;
	client->calls_second = second;
	if (passed >= 60) {
		memset(client->calls, 0, sizeof(client->calls));
		return;
	}
	memmove(client->calls, client->calls + passed, (60 - (size_t)passed) * sizeof(client->calls[0]));
	memset(client->calls + 60 - passed, 0, (size_t)passed * sizeof(client->calls[0]));
}

void http_client_count_call(struct http_client *client, int64_t now)
{
	calls_advance(client, now);
	client->calls[59]++;
}

void http_client_stats(struct http_client *client, struct http_stats *out)
{
	int64_t now = clock_monotonic(client->options.clock);

	pthread_mutex_lock(&client->lock);
	calls_advance(client, now);
	*out = client->totals;
	out->in_flight = client->in_flight + client->streams;
	out->unread = client->unread;
	out->waiting = (unsigned)(client->queued + atomic_load(&client->delayed_count));
	out->calls_last_minute = 0;
	for (size_t i = 0; i < COUNT_OF(client->calls); i++) {
		out->calls_last_minute += client->calls[i];
		out->calls_by_second[i] = client->calls[i] < 255 ? (unsigned char)client->calls[i] : 255;
	}
	pthread_mutex_unlock(&client->lock);
}
