// SPDX-License-Identifier: Apache-2.0
// Threads that take the next piece of work until there is none.
#include "config.h"
#include "kubernetes/parallel.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "net/json.h"

#include "base/banned.h"

enum { STACK = 512 << 10 };

struct parallel {
	atomic_size_t next;
	size_t count;
	void (*work)(size_t, void *);
	void *user;
};

static void take_all(struct parallel *parallel)
{
	size_t index;

	while ((index = atomic_fetch_add(&parallel->next, 1)) < parallel->count)
		parallel->work(index, parallel->user);
}

static void *helper_main(void *user)
{
	take_all(user);
	json_thread_finish();
	return NULL;
}

// Signals are for the thread that owns the terminal.
static unsigned start_helpers(pthread_t *threads, unsigned wanted, struct parallel *parallel)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	unsigned started = 0;

	if (pthread_attr_init(&attributes) != 0)
		return 0;
	pthread_attr_setstacksize(&attributes, STACK > PTHREAD_STACK_MIN ? STACK : (size_t)PTHREAD_STACK_MIN);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < wanted && pthread_create(&threads[started], &attributes, helper_main, parallel) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

void parallel_run(size_t count, unsigned threads, void (*work)(size_t index, void *user), void *user)
{
	struct parallel parallel = {.count = count, .work = work, .user = user};
	pthread_t helpers[PARALLEL_THREADS_MOST];
	unsigned wanted = count < threads ? (unsigned)count : threads, started = 0;

	if (wanted > PARALLEL_THREADS_MOST)
		wanted = PARALLEL_THREADS_MOST;
	if (wanted > 1)
		started = start_helpers(helpers, wanted - 1, &parallel);
	take_all(&parallel);
	for (unsigned i = 0; i < started; i++)
		pthread_join(helpers[i], NULL);
}
