// SPDX-License-Identifier: Apache-2.0
// Books in the order of their last use.
#include "config.h"

#include "orphans/book_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct book_cache {
	pthread_mutex_t lock;
	struct kept_book *newest;
	size_t bytes;
};

struct book_cache *book_cache_create(void)
{
	struct book_cache *cache = calloc(1, sizeof *cache);

	if (!cache || pthread_mutex_init(&cache->lock, NULL) != 0) {
		free(cache);
		return NULL;
	}
	return cache;
}

void kept_book_destroy(struct kept_book *kept)
{
	if (!kept)
		return;
	caa_book_finish(&kept->book);
	free(kept);
}

void book_cache_destroy(struct book_cache *cache)
{
	if (!cache)
		return;
	for (struct kept_book *kept = cache->newest, *older; kept; kept = older) {
		older = kept->older;
		kept_book_destroy(kept);
	}
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct kept_book *book_create(const char *key)
{
	struct kept_book *kept = calloc(1, sizeof *kept);

	if (!kept || !caa_book_init(&kept->book)) {
		free(kept);
		return NULL;
	}
	snprintf(kept->key, sizeof kept->key, "%s", key);
	return kept;
}

struct kept_book *book_cache_take(struct book_cache *cache, const char *key)
{
	struct kept_book *found = NULL;

	if (!cache || !*key)
		return book_create("");
	pthread_mutex_lock(&cache->lock);
	for (struct kept_book **at = &cache->newest; *at && !found; at = &(*at)->older)
		if (strcmp((*at)->key, key) == 0) {
			found = *at;
			*at = found->older;
			cache->bytes -= found->bytes;
			break;
		}
	pthread_mutex_unlock(&cache->lock);
	return found ? found : book_create(key);
}

void book_cache_put(struct book_cache *cache, struct kept_book *kept)
{
	struct kept_book *gone = NULL;

	kept->bytes = sizeof *kept + caa_book_bytes(&kept->book);
	if (!cache || !*kept->key || kept->book.is_full || kept->bytes > BOOK_CACHE_BYTES_MOST) {
		kept_book_destroy(kept);
		return;
	}
	pthread_mutex_lock(&cache->lock);
	kept->older = cache->newest;
	cache->newest = kept;
	cache->bytes += kept->bytes;
	// The oldest go, from the end.
	for (struct kept_book **at = &cache->newest; cache->bytes > BOOK_CACHE_BYTES_MOST && *at;) {
		if ((*at)->older) {
			at = &(*at)->older;
			continue;
		}
		cache->bytes -= (*at)->bytes;
		(*at)->older = gone;
		gone = *at;
		*at = NULL;
		at = &cache->newest;
	}
	pthread_mutex_unlock(&cache->lock);
	for (struct kept_book *older; gone; gone = older) {
		older = gone->older;
		kept_book_destroy(gone);
	}
}
