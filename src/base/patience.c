// SPDX-License-Identifier: Apache-2.0
#include "config.h"

#include "base/patience.h"

#include <errno.h>
#include <time.h>

#include "base/banned.h"

static void *wait_and_ask(void *user)
{
	struct patience *patience = user;
	struct timespec until;
	int status = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += patience->ms / 1000;
	until.tv_nsec += patience->ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&patience->lock);
	while (!patience->has_ended && status != ETIMEDOUT)
		status = pthread_cond_timedwait(&patience->ended, &patience->lock, &until);
	if (!patience->has_ended)
		cancel_ask(&patience->cancel);
	pthread_mutex_unlock(&patience->lock);
	return NULL;
}

void patience_begin(struct patience *patience, const struct cancel *parent, int64_t ms)
{
	pthread_condattr_t attributes;

	*patience = (struct patience){.cancel = {.parent = parent}, .ms = ms};
	if (ms <= 0)
		return;
	pthread_mutex_init(&patience->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&patience->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	patience->has_thread = pthread_create(&patience->thread, NULL, wait_and_ask, patience) == 0;
}

void patience_end(struct patience *patience)
{
	if (patience->ms <= 0)
		return;
	pthread_mutex_lock(&patience->lock);
	patience->has_ended = true;
	pthread_cond_signal(&patience->ended);
	pthread_mutex_unlock(&patience->lock);
	if (patience->has_thread)
		pthread_join(patience->thread, NULL);
	pthread_cond_destroy(&patience->ended);
	pthread_mutex_destroy(&patience->lock);
}

bool patience_is_over(const struct patience *patience)
{
	return atomic_load(&patience->cancel.asked) && !cancel_asked(patience->cancel.parent);
}

void patience_explain(const struct patience *patience, struct error *error)
{
	if (patience && error && error->kind == ERROR_CANCELLED && patience_is_over(patience))
		error_set(error, ERROR_TIMEOUT, _("no answer within %lld s; it is asked again"),
		        (long long)(patience->ms / 1000));
}
