// SPDX-License-Identifier: Apache-2.0
// The filter language of `/` and `--filter`: a plain word = substring, any case; ~re or /re/ = POSIX extended regular
// expression, any case; ! first = inverse; -f x = fuzzy; -l k=v,k2,k!=v = tags; -p = problems (a state that
// wants an eye); column:value (substring in that column), column=value, !=, >, >=, <, <= with numbers, money, sizes and ages (age>2h). Several terms separated by
// spaces must all hold; quotes keep spaces.
#ifndef PEERDECK_INVENTORY_FILTER_H
#define PEERDECK_INVENTORY_FILTER_H

#include "base/error.h"
#include "inventory/kind.h"

struct filter;

// NULL on a mistake; the error says what and where (column). An empty text gives a filter that everything passes.
struct filter *filter_parse(const struct kind *kind, const char *text, struct error *error);
void filter_destroy(struct filter *filter);
bool filter_passes(const struct filter *filter, const struct record *record, const struct field_context *context);
bool filter_is_empty(const struct filter *filter);
// Many records at once, several times faster: clears passes[i] (bytes that are 0 or 1) where records[i] does not pass;
// those already 0 are not looked at. Returns how many are left.
size_t filter_select(const struct filter *filter, const struct record *const *records, size_t count,
        const struct field_context *context, unsigned char *passes);
// True when everything that passes `filter` must also pass `wider` (typing on narrows), so that only those need a look.
bool filter_narrows(const struct filter *filter, const struct filter *wider);
// True when the answer can change as time passes (age>2h).
bool filter_uses_time(const struct filter *filter);
// Completions of the last word: column names, tags. Returns how many were written.
size_t filter_complete(const struct kind *kind, const char *text, size_t cursor, char (*out)[64], size_t most);

#endif
