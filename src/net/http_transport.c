// SPDX-License-Identifier: Apache-2.0
// The transport thread: starts what may start, drives libcurl, ends what is over. It sleeps in curl_multi_poll; with
// nothing under way it wakes only when somebody hands it something.
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <string.h>

#include "base/resident.h"
#include "net/http_internal.h"

#include "base/banned.h"

static int64_t monotonic_now(const struct http_client *client)
{
	return clock_monotonic(client->options.clock);
}

// Batches take turns; those whose sender waits for a single answer go before the others.
static void list_push(struct http_batch_list *list, struct http_batch *batch)
{
	batch->next = NULL;
	if (list->last)
		list->last->next = batch;
	else
		list->first = batch;
	list->last = batch;
}

static void list_remove(struct http_batch_list *list, struct http_batch *batch, struct http_batch *before)
{
	if (before)
		before->next = batch->next;
	else
		list->first = batch->next;
	if (list->last == batch)
		list->last = before;
	batch->next = NULL;
}

// Puts a transfer in its line. The lock is held.
static void enqueue(struct http_client *client, struct http_transfer *transfer, bool front)
{
	struct http_batch *batch = transfer->batch;
	struct http_line *line = transfer->request.on_data ? &client->streams_ready : &batch->ready;

	if (front)
		http_line_push_front(line, transfer);
	else
		http_line_push(line, transfer);
	client->queued++;
	if (line == &batch->ready && !batch->listed) {
		batch->listed = true;
		list_push(batch->single ? &client->singles : &client->batches, batch);
	}
}

// Takes the first batch of a list that may start something and lets it queue up again. The lock is held.
static struct http_transfer *take_from(struct http_client *client, struct http_batch_list *list)
{
	bool room = client->in_flight + client->unread < client->options.parallel + HTTP_UNREAD_SLACK;
	struct http_batch *before = NULL;

	for (struct http_batch *batch = list->first; batch; before = batch, batch = batch->next) {
		struct http_transfer *transfer;

		// One at a time is always allowed, or batches could wait for each other's readers.
		if (!room && !batch->single && atomic_load(&batch->held) > 0) {
			client->starved = true;
			continue;
		}
		transfer = http_line_pop(&batch->ready);
		list_remove(list, batch, before);
		batch->listed = batch->ready.first != NULL;
		if (batch->listed)
			list_push(list, batch);
		return transfer;
	}
	return NULL;
}

// The next transfer that may be started, already counted as in flight; NULL when none may.
static struct http_transfer *take_ready(struct http_client *client)
{
	struct http_transfer *transfer = NULL;

	pthread_mutex_lock(&client->lock);
	client->starved = client->paused > 0;
	// Whoever waits for one answer may be the reader that paused bodies wait for: their places are lent to it.
	if (client->in_flight - client->paused < client->options.parallel)
		transfer = take_from(client, &client->singles);
	if (!transfer && client->in_flight < client->options.parallel)
		transfer = take_from(client, &client->batches);
	if (transfer)
		client->in_flight++;
	if (!transfer && client->streams < HTTP_STREAMS_MOST) {
		transfer = http_line_pop(&client->streams_ready);
		if (transfer)
			client->streams++;
	}
	if (transfer) {
		client->queued--;
		atomic_fetch_add(&transfer->batch->held, 1);
	}
	pthread_mutex_unlock(&client->lock);
	return transfer;
}

// It is no longer in flight; `unread` when an answer comes of it.
static void leave_flight(struct http_client *client, struct http_transfer *transfer, bool unread)
{
	pthread_mutex_lock(&client->lock);
	if (transfer->request.on_data)
		client->streams--;
	else
		client->in_flight--;
	if (unread)
		client->unread++;
	else
		atomic_fetch_sub(&transfer->batch->held, 1);
	pthread_mutex_unlock(&client->lock);
}

static void delay(struct http_client *client, struct http_transfer *transfer, int64_t due)
{
	transfer->due = due;
	http_line_push(&client->delayed, transfer);
	client->delayed_count++;
	if (due < client->next_due)
		client->next_due = due;
}

static bool is_cancelled(const struct http_transfer *transfer)
{
	return cancel_asked(transfer->request.cancel) || atomic_load(&transfer->batch->abandoned);
}

static void set_cancelled(struct http_transfer *transfer)
{
	error_set(&transfer->failure, ERROR_CANCELLED, _("cancelled"));
	error_doing(&transfer->failure, "%s",
	        transfer->request.operation ? transfer->request.operation : http_method_name(transfer->request.method));
}

static void deliver(struct http_client *client, struct http_transfer *transfer)
{
	pthread_mutex_lock(&client->lock);
	client->totals.bytes_received += transfer->received;
	client->totals.failures += transfer->response.error.kind != ERROR_NONE;
	pthread_mutex_unlock(&client->lock);
	http_batch_deliver(transfer->batch, transfer);
}

// Delivers what was in flight.
static void deliver_from_flight(struct http_client *client, struct http_transfer *transfer)
{
	leave_flight(client, transfer, true);
	deliver(client, transfer);
}

// Delivers what was waiting in a line, as cancelled. What an earlier attempt got is not the answer any more, but that
// it may have reached the service still is.
static void deliver_cancelled(struct http_client *client, struct http_transfer *transfer)
{
	set_cancelled(transfer);
	transfer->response.status = 0;
	http_error_fill(transfer, CURLE_OK);
	pthread_mutex_lock(&client->lock);
	client->unread++;
	pthread_mutex_unlock(&client->lock);
	atomic_fetch_add(&transfer->batch->held, 1);
	deliver(client, transfer);
}

// What one pass has learnt about keys without a token, so that a thousand requests of one key ask once.
struct refusals {
	struct {
		const char *key;
		int64_t due;
	} keys[8];
	size_t count;
};

// 0 when the budget lets it go now, otherwise when to ask again.
static int64_t budget_due(
        struct http_client *client, const struct http_transfer *transfer, struct refusals *refusals, int64_t now)
{
	const char *key = transfer->request.budget_key;
	int64_t wait;

	if (!client->options.budget || !key)
		return 0;
	for (size_t i = 0; i < refusals->count; i++)
		if (strcmp(refusals->keys[i].key, key) == 0)
			return refusals->keys[i].due;
	wait = budget_take(client->options.budget, key);
	if (wait == 0)
		return 0;
	if (refusals->count < COUNT_OF(refusals->keys)) {
		refusals->keys[refusals->count].key = key;
		refusals->keys[refusals->count++].due = now + wait;
	}
	return now + wait;
}

static void activate(struct http_client *client, struct http_transfer *transfer)
{
	transfer->previous = NULL;
	transfer->next = client->active;
	if (client->active)
		client->active->previous = transfer;
	client->active = transfer;
	client->active_count++;
}

static void deactivate(struct http_client *client, struct http_transfer *transfer)
{
	if (transfer->previous)
		transfer->previous->next = transfer->next;
	else
		client->active = transfer->next;
	if (transfer->next)
		transfer->next->previous = transfer->previous;
	transfer->next = transfer->previous = NULL;
	client->active_count--;
}

static void start(struct http_client *client, struct http_transfer *transfer, int64_t now)
{
	if (is_cancelled(transfer)) {
		leave_flight(client, transfer, false);
		deliver_cancelled(client, transfer);
		return;
	}
	if (!http_attempt_begin(transfer, now)) {
		deliver_from_flight(client, transfer);
		return;
	}
	pthread_mutex_lock(&client->lock);
	transfer->number = transfer->number ? transfer->number : ++client->numbers;
	client->totals.requests++;
	client->totals.retries += transfer->response.attempts > 1;
	http_client_count_call(client, now);
	pthread_mutex_unlock(&client->lock);
	http_log_attempt(transfer);
	activate(client, transfer);
}

static void start_ready(struct http_client *client)
{
	struct refusals refusals = {.count = 0};
	int64_t now = monotonic_now(client);
	struct http_transfer *transfer;

	while ((transfer = take_ready(client)) != NULL) {
		// One that is delivered may be gone at once: only those that stay here lend their keys to the refusals.
		int64_t due = is_cancelled(transfer) ? 0 : budget_due(client, transfer, &refusals, now);

		if (due == 0) {
			start(client, transfer, now);
			continue;
		}
		leave_flight(client, transfer, false);
		delay(client, transfer, due);
	}
}

// Puts those whose time has come in front of their lines.
static void release_delayed(struct http_client *client, int64_t now)
{
	struct http_line waiting = client->delayed;
	struct http_transfer *transfer;

	if (client->delayed_count == 0 || now < client->next_due)
		return;
	client->delayed = (struct http_line){0};
	client->delayed_count = 0;
	client->next_due = INT64_MAX;
	while ((transfer = http_line_pop(&waiting)) != NULL) {
		if (transfer->due > now) {
			delay(client, transfer, transfer->due);
			continue;
		}
		pthread_mutex_lock(&client->lock);
		enqueue(client, transfer, true);
		pthread_mutex_unlock(&client->lock);
	}
}

// Milliseconds until the next attempt; -1 when there is none.
static int64_t retry_wait(struct http_client *client, struct http_transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	const struct http_response *response = &transfer->response;
	int64_t wait = -1, asked = http_retry_after(response, clock_now(client->options.clock));

	if (response->status == 429 && !request->judge && client->options.budget && request->budget_key)
		budget_throttled(client->options.budget, request->budget_key, asked);
	if (response->attempts >= request->attempts || transfer->streamed || is_cancelled(transfer) ||
	        response->error.kind == ERROR_CANCELLED)
		return -1;
	if ((request->judge ? request->judge : http_judge_safe)(response, request->user, &wait) != HTTP_RETRY)
		return -1;
	if (wait >= 0)
		return wait < HTTP_RETRY_WAIT_MOST_MS ? wait : HTTP_RETRY_WAIT_MOST_MS;
	return asked >= 0 ? asked
	                  : http_backoff(response->attempts, client->options.random(client->options.random_user));
}

// Bodies of a batch that arrive faster than they are read would all be held in full, half of them for nothing. So only
// some are received at a time; the others wait in the kernel's buffers, and from there they come at the speed of
// memory.
static bool has_room_for_body(struct http_client *client, struct http_batch *batch)
{
	unsigned unread;

	// One at least, or a reader that keeps its answers would never get another.
	if (client->bodies == 0 && atomic_load(&batch->untaken) == 0)
		return true;
	pthread_mutex_lock(&client->lock);
	unread = client->unread;
	pthread_mutex_unlock(&client->lock);
	return client->bodies + unread < 2 + client->options.parallel / 8;
}

bool http_body_may_begin(struct http_transfer *transfer)
{
	struct http_client *client = transfer->client;
	curl_off_t announced = -1;

	client->curl->curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (transfer->batch->single || transfer->request.on_data || (announced >= 0 && announced <= HTTP_SMALL_BODY))
		return true;
	if (has_room_for_body(client, transfer->batch)) {
		transfer->body_begun = true;
		client->bodies++;
		return true;
	}
	transfer->body_paused = true;
	client->paused++;
	return false;
}

// Lets paused bodies begin while there is room, the oldest first.
static void continue_bodies(struct http_client *client)
{
	while (client->paused > 0) {
		struct http_transfer *oldest = NULL;

		for (struct http_transfer *transfer = client->active; transfer; transfer = transfer->next)
			if (transfer->body_paused && has_room_for_body(client, transfer->batch))
				oldest = transfer;
		if (!oldest)
			return;
		oldest->body_paused = false;
		oldest->body_begun = true;
		client->paused--;
		client->bodies++;
		client->curl->curl_easy_pause(oldest->easy, CURLPAUSE_CONT);
	}
}

static void forget_body(struct http_client *client, struct http_transfer *transfer)
{
	client->bodies -= transfer->body_begun;
	client->paused -= transfer->body_paused;
	transfer->body_begun = transfer->body_paused = false;
}

static void finish_attempt(struct http_client *client, struct http_transfer *transfer, CURLcode code)
{
	int64_t wait;

	deactivate(client, transfer);
	forget_body(client, transfer);
	http_attempt_end(transfer, code);
	http_log_answer(transfer);
	wait = retry_wait(client, transfer);
	if (wait < 0) {
		deliver_from_flight(client, transfer);
		return;
	}
	http_log_retry(transfer, wait);
	leave_flight(client, transfer, false);
	delay(client, transfer, monotonic_now(client) + wait);
}

static void read_messages(struct http_client *client)
{
	CURLMsg *message;
	int left;

	while ((message = client->curl->curl_multi_info_read(client->multi, &left)) != NULL) {
		struct http_transfer *transfer = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		client->curl->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		finish_attempt(client, transfer, code);
	}
}

// Ends what was cancelled, and what stalls.
static void look_at_active(struct http_client *client, bool all, int64_t now)
{
	struct http_transfer *next;

	for (struct http_transfer *transfer = client->active; transfer; transfer = next) {
		next = transfer->next;
		if (all || is_cancelled(transfer))
			set_cancelled(transfer);
		else if (!http_attempt_stalled(transfer, now))
			continue;
		finish_attempt(client, transfer, CURLE_ABORTED_BY_CALLBACK);
	}
}

// Takes the cancelled ones (or all) out of a line; returns how many.
static size_t split_line(struct http_line *line, bool all, struct http_line *out)
{
	struct http_line whole = *line;
	struct http_transfer *transfer;
	size_t taken = 0;

	*line = (struct http_line){0};
	while ((transfer = http_line_pop(&whole)) != NULL) {
		if (!all && !is_cancelled(transfer)) {
			http_line_push(line, transfer);
			continue;
		}
		http_line_push(out, transfer);
		taken++;
	}
	return taken;
}

static void split_list(struct http_client *client, struct http_batch_list *list, bool all, struct http_line *out)
{
	struct http_batch *before = NULL, *next;

	for (struct http_batch *batch = list->first; batch; batch = next) {
		next = batch->next;
		client->queued -= split_line(&batch->ready, all, out);
		if (batch->ready.first) {
			before = batch;
			continue;
		}
		list_remove(list, batch, before);
		batch->listed = false;
	}
}

static void look_at_waiting(struct http_client *client, bool all)
{
	struct http_line cancelled = {0};
	struct http_transfer *transfer;

	pthread_mutex_lock(&client->lock);
	split_list(client, &client->singles, all, &cancelled);
	split_list(client, &client->batches, all, &cancelled);
	client->queued -= split_line(&client->streams_ready, all, &cancelled);
	pthread_mutex_unlock(&client->lock);
	client->delayed_count -= split_line(&client->delayed, all, &cancelled);
	while ((transfer = http_line_pop(&cancelled)) != NULL)
		deliver_cancelled(client, transfer);
}

// Looks for cancelled and stalled ones when it is time to.
static void look_around(struct http_client *client, bool now_please)
{
	int64_t now = monotonic_now(client);

	if (!now_please && now < client->next_tick)
		return;
	client->next_tick = now + HTTP_TICK_MS;
	look_at_active(client, false, now);
	look_at_waiting(client, false);
}

// How long to sleep. What waits in a line for an answer to be read needs no tick: the reader wakes us.
static int sleep_time(const struct http_client *client)
{
	int64_t now = monotonic_now(client), until = client->next_tick;

	if (client->active_count == 0 && client->delayed_count == 0)
		return INT_MAX;
	if (client->delayed_count > 0 && client->next_due < until)
		until = client->next_due;
	return until > now ? (int)(until - now) : 0;
}

// With nothing under way, only as much is kept as makes the next request quick.
static void settle(struct http_client *client)
{
	int64_t now;

	if (client->active_count > 0 || client->delayed_count > 0)
		return;
	http_client_drop_bodies(client);
	now = monotonic_now(client);
	if (now >= client->next_trim) {
		client->next_trim = now + HTTP_TRIM_MS;
		resident_trim();
	}
	while (client->idle_count > HTTP_IDLE_HANDLES)
		client->curl->curl_easy_cleanup(client->idle[--client->idle_count]);
}

static void *transport_run(void *user)
{
	struct http_client *client = user;
	int running;

	for (;;) {
		bool stopping, sweep;

		pthread_mutex_lock(&client->lock);
		stopping = client->stopping;
		sweep = client->sweep;
		client->sweep = false;
		pthread_mutex_unlock(&client->lock);
		if (stopping)
			break;
		look_around(client, sweep);
		release_delayed(client, monotonic_now(client));
		start_ready(client);
		client->curl->curl_multi_perform(client->multi, &running);
		read_messages(client);
		// An answer makes room for the next request, which should not wait for the next event.
		start_ready(client);
		continue_bodies(client);
		settle(client);
		client->curl->curl_multi_poll(client->multi, NULL, 0, sleep_time(client), NULL);
	}
	look_at_active(client, true, 0);
	look_at_waiting(client, true);
	while (client->idle_count > 0)
		client->curl->curl_easy_cleanup(client->idle[--client->idle_count]);
	return NULL;
}

// Signals are the main thread's; a broken pipe is an error return here.
static int thread_create(pthread_t *thread, void *(*run)(void *), void *user)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int failed;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, HTTP_STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(thread, &attributes, run, user);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return failed;
}

bool http_transport_start(struct http_client *client, struct error *error)
{
	const struct curl_library *curl = curl_load(error);

	if (!curl)
		return false;
	client->curl = curl;
	client->next_due = INT64_MAX;
	client->multi = curl->curl_multi_init();
	client->share = curl->curl_share_init();
	if (!client->multi || !client->share) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		goto failed;
	}
	// Only this thread uses it, so it needs no locks: TLS sessions of one connection shorten the next one's
	// greeting.
	curl->curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl->curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl->curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)client->options.parallel + 16);
	if (thread_create(&client->thread, transport_run, client) == 0) {
		pthread_setname_np(client->thread, "transport");
		client->running = true;
		return true;
	}
	error_set(error, ERROR_SYSTEM, _("the transport thread cannot be started"));

failed:
	if (client->multi)
		curl->curl_multi_cleanup(client->multi);
	if (client->share)
		curl->curl_share_cleanup(client->share);
	client->multi = NULL;
	client->share = NULL;
	return false;
}

void http_transport_wake(struct http_client *client)
{
	client->curl->curl_multi_wakeup(client->multi);
}

bool http_transport_submit(struct http_batch *batch, struct http_transfer *transfer, struct error *error)
{
	struct http_client *client = batch->client;
	bool ready;

	pthread_mutex_lock(&client->lock);
	ready = !client->stopping && (client->running || http_transport_start(client, error));
	if (ready)
		enqueue(client, transfer, false);
	else if (client->stopping)
		error_set(error, ERROR_CANCELLED, _("cancelled"));
	pthread_mutex_unlock(&client->lock);
	if (ready)
		http_transport_wake(client);
	return ready;
}
