// SPDX-License-Identifier: Apache-2.0
// Pages by number, which shift while things change, and by token, which do not: a token holds the sequence number of
// the last item, and what it belongs to.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { LEAST_BY_TOKEN = 10 };

struct each each_in(const struct region *region, enum resource_kind kind)
{
	const struct table *table = region ? &region->tables[kind] : NULL;
	return (struct each){.table = table, .index = table ? table->count : 0};
}

struct resource *each_next(struct each *each)
{
	return each->index ? each->table->items[--each->index] : NULL;
}

// What a token is good for: the same operation, region and filters.
static uint32_t page_scope(const struct call *call)
{
	static const char *const apart[] = {
	        "NextToken", "MaxResults", "next_token", "max_results", "SignatureNonce", "Timestamp", "Signature", "SecurityToken", "AccessKeyId"};
	uint32_t hash = 2166136261u;
	for (const char *c = call->operation->name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	uint32_t sum = 0;
	for (size_t i = 0; i < call->params.count; i++) {
		const struct pair *pair = &call->params.items[i];
		bool counts = true;
		for (size_t k = 0; k < COUNT_OF(apart); k++)
			counts = counts && strcmp(apart[k], pair->name) != 0;
		uint32_t one = 2166136261u;
		for (const char *c = pair->name; counts && *c; c++)
			one = (one ^ (unsigned char)*c) * 16777619u;
		for (const char *c = pair->value; counts && *c; c++)
			one = (one ^ (unsigned char)*c) * 16777619u;
		sum += counts ? one : 0;
	}
	return hash ^ sum;
}

static bool token_read(struct call *call, const char *token, uint64_t *out)
{
	struct buffer text;
	uint64_t before;
	uint32_t scope;
	buffer_init(&text, 256);
	bool good = text_decode_base64(&text, token, strlen(token)) &&
	            sscanf(buffer_text(&text), "p1:%" SCNx32 ":%" SCNu64, &scope, &before) == 2 &&
	            scope == page_scope(call);
	buffer_finish(&text);
	if (!good)
		return call_fail(
		        call, 400, "InvalidParameter.NextToken", "The specified parameter NextToken is not valid.");
	*out = before;
	return true;
}

bool page_begin(struct call *call, struct page *page, enum page_style style, size_t usual, size_t most)
{
	const char *token = call_text(call, "NextToken");
	bool by_token = style != PAGE_NUMBERS && (token || call_text(call, "MaxResults"));
	bool by_number = call_text(call, "PageNumber") || call_text(call, "PageSize");
	if (style == PAGE_BOTH && by_token && by_number && call_text(call, "PageNumber"))
		return call_fail(call, 400, "InvalidParameter.PagingConflict",
		        "PageNumber and PageSize cannot be used together with MaxResults and NextToken.");
	*page = (struct page){.by_token = style == PAGE_TOKENS || by_token, .before = UINT64_MAX};
	int64_t size = call_int(call, page->by_token ? "MaxResults" : "PageSize", (int64_t)usual);
	int64_t number = call_int(call, "PageNumber", 1);
	if (page->by_token && size > 0 && size < LEAST_BY_TOKEN && most >= LEAST_BY_TOKEN)
		size = LEAST_BY_TOKEN;
	if (size < 1 || size > (int64_t)most)
		return param_invalid(call, page->by_token ? "MaxResults" : "PageSize");
	if (number < 1 || number > INT32_MAX)
		return param_invalid(call, "PageNumber");
	page->size = (size_t)size;
	page->number = (size_t)number;
	return !page->by_token || !token || token_read(call, token, &page->before);
}

bool page_takes(struct page *page, const struct resource *resource)
{
	if (page->by_token) {
		if (resource->sequence >= page->before)
			return false;
		if (page->taken == page->size) {
			page->more = true;
			return false;
		}
	} else {
		size_t at = page->seen++;
		if (at < (page->number - 1) * page->size || page->taken == page->size)
			return false;
	}
	page->taken++;
	page->last = resource->sequence;
	return true;
}

size_t page_slice(struct page *page, struct resource *const *items, size_t count, size_t *from)
{
	size_t low = 0, high = count;
	page->seen = count;
	if (page->by_token) {
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (items[middle]->sequence >= page->before)
				low = middle + 1;
			else
				high = middle;
		}
	} else {
		low = (page->number - 1) * page->size;
	}
	*from = low < count ? low : count;
	page->taken = count - *from < page->size ? count - *from : page->size;
	page->more = *from + page->taken < count;
	if (page->taken)
		page->last = items[*from + page->taken - 1]->sequence;
	return page->taken;
}

bool page_is_done(const struct page *page)
{
	return page->by_token && page->more;
}

void page_end(struct call *call, struct page *page)
{
	struct json_out *out = &call->out;
	if (!page->by_token) {
		json_int(out, "TotalCount", (int64_t)page->seen);
		json_int(out, "PageNumber", (int64_t)page->number);
		json_int(out, "PageSize", (int64_t)page->size);
		return;
	}
	// What the counts say is not to be relied on when paging by token.
	json_int(out, "TotalCount", 0);
	struct buffer token;
	char plain[64];
	buffer_init(&token, 256);
	if (page->more) {
		snprintf(plain, sizeof(plain), "p1:%" PRIx32 ":%" PRIu64, page_scope(call), page->last);
		text_add_base64(&token, plain, strlen(plain));
	}
	json_text(out, "NextToken", buffer_text(&token));
	buffer_finish(&token);
}

static int64_t cs_int(const struct call *call, const char *snake, const char *camel, int64_t otherwise)
{
	return call_int(call, snake, call_int(call, camel, otherwise));
}

bool cs_page_begin(struct call *call, struct page *page, size_t usual, size_t most)
{
	const char *token = call_text(call, "next_token");
	*page = (struct page){.by_token = token || call_text(call, "max_results"), .before = UINT64_MAX};
	int64_t size = page->by_token ? call_int(call, "max_results", (int64_t)usual)
				      : cs_int(call, "page_size", "pageSize", (int64_t)usual);
	int64_t number = cs_int(call, "page_number", "pageNumber", 1);
	if (size < 1 || size > (int64_t)most)
		return param_invalid(call, page->by_token ? "max_results" : "page_size");
	if (number < 1 || number > INT32_MAX)
		return param_invalid(call, "page_number");
	page->size = (size_t)size;
	page->number = (size_t)number;
	return !page->by_token || !token || token_read(call, token, &page->before);
}

void cs_page_end(struct call *call, struct page *page, const char *name)
{
	struct buffer token;
	char plain[64];
	if (!page->by_token) {
		json_object(&call->out, name);
		json_int(&call->out, "page_number", (int64_t)page->number);
		json_int(&call->out, "page_size", (int64_t)page->size);
		json_int(&call->out, "total_count", (int64_t)page->seen);
		json_object_end(&call->out);
		return;
	}
	buffer_init(&token, 256);
	if (page->more) {
		snprintf(plain, sizeof(plain), "p1:%" PRIx32 ":%" PRIu64, page_scope(call), page->last);
		text_add_base64(&token, plain, strlen(plain));
	}
	json_text(&call->out, "next_token", buffer_text(&token));
	buffer_finish(&token);
}
