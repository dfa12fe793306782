// SPDX-License-Identifier: Apache-2.0
// Pieces wait in a buffer that the two threads swap.
#include "config.h"
#include "kubernetes/api_stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "kubernetes/api_fault.h"

#include "base/banned.h"

struct pipe {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct buffer waiting;
	bool ended, overflowed;
};

static void pipe_init(struct pipe *pipe)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&pipe->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pipe->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	buffer_init(&pipe->waiting, API_STREAM_UNREAD_MOST);
	pipe->ended = pipe->overflowed = false;
}

static void pipe_finish(struct pipe *pipe)
{
	buffer_finish(&pipe->waiting);
	pthread_cond_destroy(&pipe->changed);
	pthread_mutex_destroy(&pipe->lock);
}

// On the transport thread.
static bool pipe_push(const char *data, size_t size, void *user)
{
	struct pipe *pipe = user;
	bool taken;

	pthread_mutex_lock(&pipe->lock);
	taken = buffer_add(&pipe->waiting, data, size);
	pipe->overflowed = !taken;
	pthread_cond_signal(&pipe->changed);
	pthread_mutex_unlock(&pipe->lock);
	return taken;
}

static void pipe_end(void *user)
{
	struct pipe *pipe = user;

	pthread_mutex_lock(&pipe->lock);
	pipe->ended = true;
	pthread_cond_signal(&pipe->changed);
	pthread_mutex_unlock(&pipe->lock);
}

static struct timespec moment_in(int64_t ms)
{
	struct timespec moment;

	clock_gettime(CLOCK_MONOTONIC, &moment);
	moment.tv_sec += ms / 1000;
	moment.tv_nsec += (long)(ms % 1000) * 1000000;
	if (moment.tv_nsec >= 1000000000) {
		moment.tv_sec++;
		moment.tv_nsec -= 1000000000;
	}
	return moment;
}

// Under the lock, which is let go while the reader is asked.
static void pipe_wait(struct pipe *pipe, const struct api_reader *reader)
{
	int64_t wait = -1;

	if (reader->on_idle) {
		pthread_mutex_unlock(&pipe->lock);
		wait = reader->on_idle(reader->user);
		pthread_mutex_lock(&pipe->lock);
	}
	while (pipe->waiting.size == 0 && !pipe->ended) {
		struct timespec until = moment_in(wait);

		if (wait < 0)
			pthread_cond_wait(&pipe->changed, &pipe->lock);
		else if (pthread_cond_timedwait(&pipe->changed, &pipe->lock, &until) != 0)
			return;
	}
}

// Swaps what waits into `out`, which is empty; false when all has been read. A cancelled transfer ends by itself, so
// there is no need to look for that here.
static bool pipe_take(struct pipe *pipe, struct buffer *out, const struct api_reader *reader)
{
	struct buffer taken;

	pthread_mutex_lock(&pipe->lock);
	while (pipe->waiting.size == 0 && !pipe->ended)
		pipe_wait(pipe, reader);
	taken = pipe->waiting;
	pipe->waiting = *out;
	pthread_mutex_unlock(&pipe->lock);
	*out = taken;
	return out->size > 0;
}

// Reads until the end; false when the reader stopped it.
static bool read_pieces(struct pipe *pipe, const struct api_reader *reader, struct cancel *stop)
{
	struct buffer piece;
	bool wanted = true;

	buffer_init(&piece, API_STREAM_UNREAD_MOST);
	while (pipe_take(pipe, &piece, reader)) {
		if (wanted && !reader->on_piece(piece.data, piece.size, reader->user)) {
			wanted = false;
			cancel_ask(stop);
		}
		buffer_clear(&piece);
	}
	buffer_finish(&piece);
	return wanted;
}

static struct http_response *stream_once(struct api *api, struct api_call *call, const struct access_grant *grant,
        const struct api_reader *reader, struct cancel *cancel, bool *wanted, bool *overflowed, struct error *error)
{
	struct http_batch *batch = http_batch_create(api->http, error);
	struct api_request *request = calloc(1, sizeof(*request));
	struct cancel stop = {.parent = cancel};
	struct http_response *response = NULL;
	struct pipe pipe;

	pipe_init(&pipe);
	call->on_data = pipe_push;
	call->on_end = pipe_end;
	call->user = &pipe;
	if (batch && !request)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	if (batch && request && api_request_init(request, call, grant, &stop, error)) {
		if (http_batch_submit(batch, &request->request, error)) {
			*wanted = read_pieces(&pipe, reader, &stop);
			response = http_batch_next(batch, NULL);
			*overflowed = pipe.overflowed;
		}
		api_request_finish(request);
	}
	free(request);
	http_batch_destroy(batch);
	pipe_finish(&pipe);
	return response;
}

bool api_stream(struct api *api, struct api_call *call, const struct api_reader *reader, struct cancel *cancel,
        struct error *error)
{
	for (bool again = true;; again = false) {
		struct http_response *response;
		struct access_grant grant;
		bool wanted = true, overflowed = false, good;

		if (!access_take(api->access, &grant, cancel, error))
			return false;
		response = stream_once(api, call, &grant, reader, cancel, &wanted, &overflowed, error);
		good = response && response->status == 401 && access_refused(api->access, &grant) && again;
		access_grant_finish(&grant);
		if (good) {
			http_response_destroy(response);
			continue;
		}
		good = response && (!wanted || api_answer_check(response, call, error));
		if (good && wanted && overflowed) {
			good = error_set(error, ERROR_LIMIT, _("more than %d MiB wait to be read"),
			        API_STREAM_UNREAD_MOST >> 20);
			api_fault_doing(error, call->verb, call->target);
			if (error)
				error->retryable = true;
		}
		http_response_destroy(response);
		return good;
	}
}
