// SPDX-License-Identifier: Apache-2.0
// Which known word a mistyped one was meant to be.
#include "config.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

enum { NEAREST_WORD_MOST = 64, NEAREST_FAR = 1000 };

static char plain(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '_' ? '-' : c);
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned two = a < b ? a : b;

	return two < c ? two : c;
}

// Changes, insertions, losses and swaps of neighbours (optimal string alignment).
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][NEAREST_WORD_MOST + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	size_t columns = strlen(b);

	if (strlen(a) > NEAREST_WORD_MOST || columns > NEAREST_WORD_MOST)
		return NEAREST_FAR;
	for (size_t j = 0; j <= columns; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= columns; j++) {
			bool same = plain(a[i - 1]) == plain(b[j - 1]);

			now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) &&
			        plain(a[i - 2]) == plain(b[j - 1]) && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[columns];
}

const char *text_nearest(const char *word, const char *(*candidate)(size_t index, const void *user), const void *user)
{
	const char *nearest = NULL, *name;
	// Up to a third of the letters may be wrong.
	unsigned best = (unsigned)strlen(word) / 3 + 1;

	for (size_t i = 0; (name = candidate(i, user)); i++) {
		unsigned d = distance(word, name);

		if (d < best || (d == best && !nearest && d < strlen(name))) {
			best = d;
			nearest = name;
		}
	}
	return nearest;
}
