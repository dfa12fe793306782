// SPDX-License-Identifier: Apache-2.0
// Keeps what adaptors' logs told from scan to scan, so that only new lines are read. Bounded; what does not fit is read
// from its beginning again. Safe from any thread: a book is taken out by who reads on.
#ifndef PEERDECK_ORPHANS_BOOK_CACHE_H
#define PEERDECK_ORPHANS_BOOK_CACHE_H

#include "orphans/caa_book.h"

enum {
	BOOK_CACHE_BYTES_MOST = 16 << 20,
	BOOK_CACHE_KEY_SIZE = 256,
};

struct kept_book {
	struct caa_book book;
	int64_t read_to; // time of the last line, by the API; 0 = none had one
	// private
	char key[BOOK_CACHE_KEY_SIZE];
	size_t bytes;
	struct kept_book *older;
};

struct book_cache;
struct book_cache *book_cache_create(void); // NULL when out of memory
void book_cache_destroy(struct book_cache *cache);
// A new, empty book where none is kept; NULL only when out of memory. Without a cache, or a key, always a new one.
struct kept_book *book_cache_take(struct book_cache *cache, const char *key);
// Takes the book: keeps it as the newest, or destroys it where there is no room or no key.
void book_cache_put(struct book_cache *cache, struct kept_book *kept);
void kept_book_destroy(struct kept_book *kept);

#endif
