// SPDX-License-Identifier: Apache-2.0
// Many requests, answers as they come.
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "net/http_internal.h"
#include "net/json.h"

#include "base/banned.h"

enum { CANCEL_LOOK_MS = 200, DRAIN_THREADS_MOST = 16, DRAIN_STACK_SIZE = 1 << 20 };

void http_batch_init(struct http_batch *batch, struct http_client *client, bool single)
{
	pthread_condattr_t attributes;

	*batch = (struct http_batch){.client = http_client_ref(client), .single = single};
	atomic_init(&batch->abandoned, false);
	atomic_init(&batch->held, 0);
	atomic_init(&batch->untaken, 0);
	pthread_mutex_init(&batch->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&batch->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

void http_batch_finish(struct http_batch *batch)
{
	struct http_client *client = batch->client;
	struct http_response *response;
	bool left;

	atomic_store(&batch->abandoned, true);
	pthread_mutex_lock(&batch->lock);
	left = batch->outstanding > batch->answers;
	pthread_mutex_unlock(&batch->lock);
	if (left) {
		pthread_mutex_lock(&client->lock);
		client->sweep = true;
		pthread_mutex_unlock(&client->lock);
		http_transport_wake(client);
	}
	while ((response = http_batch_next(batch, NULL)) != NULL)
		http_response_destroy(response);
	pthread_cond_destroy(&batch->changed);
	pthread_mutex_destroy(&batch->lock);
	http_client_unref(client);
}

bool http_batch_add(struct http_batch *batch, const struct http_request *request, struct error *error)
{
	struct http_transfer *transfer = http_transfer_create(batch->client, request, error);

	if (!transfer)
		return false;
	transfer->batch = batch;
	pthread_mutex_lock(&batch->lock);
	batch->outstanding++;
	pthread_mutex_unlock(&batch->lock);
	if (http_transport_submit(batch, transfer, error))
		return true;
	pthread_mutex_lock(&batch->lock);
	batch->outstanding--;
	pthread_cond_broadcast(&batch->changed);
	pthread_mutex_unlock(&batch->lock);
	transfer->request.user_free = NULL;
	http_transfer_destroy(transfer);
	return false;
}

// The batch may be gone as soon as its lock is released.
void http_batch_deliver(struct http_batch *batch, struct http_transfer *transfer)
{
	if (transfer->request.on_end)
		transfer->request.on_end(transfer->request.user);
	pthread_mutex_lock(&batch->lock);
	atomic_fetch_add(&batch->untaken, 1);
	http_line_push(&batch->answered, transfer);
	batch->answers++;
	pthread_cond_signal(&batch->changed);
	pthread_mutex_unlock(&batch->lock);
}

// Waits a while; with `cancel` only so long that asking it is noticed.
static void wait_for_change(struct http_batch *batch, const struct cancel *cancel)
{
	struct timespec until;

	if (!cancel) {
		pthread_cond_wait(&batch->changed, &batch->lock);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += CANCEL_LOOK_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&batch->changed, &batch->lock, &until);
}

// With nothing left to take, the batch may go on by one even when the reader keeps all answers.
static void note_taken(struct http_batch *batch)
{
	struct http_client *client = batch->client;
	bool wake;

	atomic_fetch_sub(&batch->held, 1);
	if (atomic_fetch_sub(&batch->untaken, 1) > 1)
		return;
	pthread_mutex_lock(&client->lock);
	wake = client->starved;
	pthread_mutex_unlock(&client->lock);
	if (wake)
		http_transport_wake(client);
}

// A draining reader counts as busy until it says that it is not: it may submit more.
static struct http_response *batch_take(struct http_batch *batch, const struct cancel *cancel, bool draining)
{
	struct http_transfer *transfer = NULL;

	pthread_mutex_lock(&batch->lock);
	while (!cancel_asked(cancel)) {
		transfer = http_line_pop(&batch->answered);
		if (transfer || (batch->outstanding == 0 && batch->busy == 0) || (!draining && batch->outstanding == 0))
			break;
		wait_for_change(batch, cancel);
	}
	if (transfer) {
		batch->answers--;
		batch->outstanding--;
		batch->busy += draining;
		if (batch->outstanding == 0)
			pthread_cond_broadcast(&batch->changed);
	}
	pthread_mutex_unlock(&batch->lock);
	if (!transfer)
		return NULL;
	note_taken(batch);
	transfer->batch = NULL;
	return &transfer->response;
}

struct http_batch *http_batch_create(struct http_client *client, struct error *error)
{
	struct http_batch *batch = malloc(sizeof(*batch));

	if (!batch) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	http_batch_init(batch, client, false);
	return batch;
}

void http_batch_destroy(struct http_batch *batch)
{
	if (!batch)
		return;
	http_batch_finish(batch);
	free(batch);
}

bool http_batch_submit(struct http_batch *batch, const struct http_request *request, struct error *error)
{
	return http_batch_add(batch, request, error);
}

struct http_response *http_batch_next(struct http_batch *batch, struct cancel *cancel)
{
	return batch_take(batch, cancel, false);
}

size_t http_batch_outstanding(struct http_batch *batch)
{
	size_t outstanding;

	pthread_mutex_lock(&batch->lock);
	outstanding = batch->outstanding;
	pthread_mutex_unlock(&batch->lock);
	return outstanding;
}

bool http_batch_wait(struct http_batch *batch, int64_t most_ms)
{
	struct timespec until;
	bool ready;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(most_ms / 1000);
	until.tv_nsec += (long)(most_ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&batch->lock);
	while (batch->answers == 0 && batch->outstanding > 0 &&
	        pthread_cond_timedwait(&batch->changed, &batch->lock, &until) == 0)
		;
	ready = batch->answers > 0 || batch->outstanding == 0;
	pthread_mutex_unlock(&batch->lock);
	return ready;
}

struct drain {
	struct http_batch *batch;
	void (*on_answer)(struct http_response *, void *user);
	void *user;
	struct cancel *cancel;
};

static void drain_run(const struct drain *drain)
{
	struct http_batch *batch = drain->batch;
	struct http_response *response;

	while ((response = batch_take(batch, drain->cancel, true)) != NULL) {
		drain->on_answer(response, drain->user);
		pthread_mutex_lock(&batch->lock);
		batch->busy--;
		if (batch->busy == 0 && batch->outstanding == 0)
			pthread_cond_broadcast(&batch->changed);
		pthread_mutex_unlock(&batch->lock);
	}
}

static void *drain_thread(void *user)
{
	drain_run(user);
	json_thread_finish();
	return NULL;
}

void http_batch_drain(struct http_batch *batch, unsigned threads, void (*on_answer)(struct http_response *, void *user),
        void *user, struct cancel *cancel)
{
	struct drain drain = {.batch = batch, .on_answer = on_answer, .user = user, .cancel = cancel};
	pthread_t helpers[DRAIN_THREADS_MOST];
	pthread_attr_t attributes;
	unsigned started = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, DRAIN_STACK_SIZE);
	// Fewer helpers are slower, not wrong.
	while (started + 1 < threads && started < DRAIN_THREADS_MOST &&
	        pthread_create(&helpers[started], &attributes, drain_thread, &drain) == 0)
		started++;
	pthread_attr_destroy(&attributes);
	drain_run(&drain);
	while (started > 0)
		pthread_join(helpers[--started], NULL);
}
