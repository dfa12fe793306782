// SPDX-License-Identifier: Apache-2.0
// Many things at the same time, on a few threads that end with the work.
#include "config.h"

#include "orphans/scan_own.h"

#include <string.h>

#include "net/json.h"

#include "base/banned.h"

struct crew {
	struct scan *scan;
	void (*run)(struct scan *scan, size_t place);
	size_t count;
	atomic_size_t next;
};

static void crew_work(struct crew *crew)
{
	for (;;) {
		size_t place = atomic_fetch_add(&crew->next, 1);

		if (place >= crew->count || cancel_asked(crew->scan->cancel) || atomic_load(&crew->scan->is_broken))
			return;
		crew->run(crew->scan, place);
	}
}

static void *crew_main(void *user)
{
	crew_work(user);
	json_thread_finish();
	return NULL;
}

bool scan_tasks(struct scan *scan, size_t count, unsigned threads, void (*run)(struct scan *scan, size_t place))
{
	struct crew crew = {.scan = scan, .run = run, .count = count};
	pthread_t helpers[SCAN_THREADS_MOST];
	size_t started = 0;

	if (threads > SCAN_THREADS_MOST)
		threads = SCAN_THREADS_MOST;
	while (started + 1 < threads && started + 1 < count &&
	        pthread_create(&helpers[started], NULL, crew_main, &crew) == 0)
		started++;
	crew_work(&crew);
	for (size_t i = 0; i < started; i++)
		pthread_join(helpers[i], NULL);
	return !cancel_asked(scan->cancel) && !atomic_load(&scan->is_broken);
}

void scan_progress(struct scan *scan, long done, const char *what)
{
	long now = atomic_fetch_add(&scan->done, done) + done;

	if (scan->options.progress)
		scan->options.progress(now, atomic_load(&scan->total), what, scan->options.user);
}

void *scan_alloc(struct scan *scan, size_t size)
{
	void *memory;

	pthread_mutex_lock(&scan->lock);
	memory = arena_alloc(&scan->arena, size);
	pthread_mutex_unlock(&scan->lock);
	if (!memory)
		atomic_store(&scan->is_broken, true);
	return memory;
}

const char *scan_shared(struct scan *scan, const char *text)
{
	const char *copy;

	if (!text || !*text)
		return "";
	pthread_mutex_lock(&scan->lock);
	copy = intern_bytes(&scan->texts, &scan->arena, text, strlen(text) + 1);
	pthread_mutex_unlock(&scan->lock);
	if (!copy)
		atomic_store(&scan->is_broken, true);
	return copy ? copy : "";
}

const char *scan_text(struct scan *scan, const char *text)
{
	const char *copy;

	if (!text || !*text)
		return "";
	pthread_mutex_lock(&scan->lock);
	copy = arena_strdup(&scan->arena, text);
	pthread_mutex_unlock(&scan->lock);
	if (!copy)
		atomic_store(&scan->is_broken, true);
	return copy ? copy : "";
}

const void *scan_intern(struct scan *scan, const void *items, size_t size)
{
	const void *copy = intern_bytes(&scan->interned, &scan->arena, items, size);

	if (!copy)
		atomic_store(&scan->is_broken, true);
	return copy;
}
