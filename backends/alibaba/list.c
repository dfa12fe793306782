// SPDX-License-Identifier: Apache-2.0
// The engine that reads lists: sends pages, takes answers, ends scopes.
#include "alibaba/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/fault.h"
#include "base/banned.h"

enum { THREADS = 2, GARBLED_MOST = 3, PASSES_MOST = 3, PAGES_MOST = 20000 };

void list_part_fail(struct list_part *part, const struct error *error)
{
	if (part->error.kind == ERROR_NONE)
		part->error = *error;
	if (part->error.kind == ERROR_NONE)
		error_set(&part->error, ERROR_INTERNAL, _("Reading failed"));
}

static void set_paging(struct call *call, unsigned number)
{
	unsigned size = call->operation->page_size;

	switch (call->operation->paging) {
	case PAGING_NUMBER:
		call_set_number(call, "PageNumber", number);
		call_set_number(call, "PageSize", size);
		break;
	case PAGING_TOKEN:
		call_set_number(call, "MaxResults", size);
		break;
	case PAGING_MARKER:
		call_set_number(call, "MaxItems", size);
		break;
	case PAGING_CS:
		call_set_number(call, "page_number", number);
		call_set_number(call, "page_size", size);
		break;
	case PAGING_CS_NODES:
		call_set_number(call, "pageNumber", number);
		call_set_number(call, "pageSize", size);
		break;
	case PAGING_NONE:
		break;
	}
}

static const char *region_of(const struct list_part *part, const struct operation *operation)
{
	if (*part->scope->region && !(operation->flags & OPERATION_NO_REGION))
		return part->scope->region;
	return session_some_region(part->reading->session);
}

struct list_page *list_page_create(struct list_part *part, enum page_sort sort, const char *operation)
{
	struct list_page *page = calloc(1, sizeof(*page));

	if (!page)
		return NULL;
	page->part = part;
	page->sort = sort;
	page->number = 1;
	call_init(&page->call, operation, "");
	if (page->call.broken)
		return page;
	snprintf(page->call.region, sizeof(page->call.region), "%s", region_of(part, page->call.operation));
	if (operation_takes(page->call.operation, "RegionId"))
		call_set_region(&page->call);
	if (operation_takes(page->call.operation, "region_id"))
		call_set(&page->call, "region_id", page->call.region);
	if (operation_takes(page->call.operation, "ClusterId"))
		call_set(&page->call, "ClusterId", part->scope->cluster);
	if (sort == PAGE_LIST) {
		set_paging(&page->call, 1);
		if (part->reading->lister->ask)
			part->reading->lister->ask(&page->call, part->scope);
	}
	return page;
}

void list_page_destroy(struct list_page *page)
{
	if (!page)
		return;
	call_finish(&page->call);
	free(page);
}

// With the part locked; its last page is in. Gives the lock up while the sink takes the builder.
static void end_part(struct list_part *part)
{
	struct list_reading *reading = part->reading;
	struct snapshot_builder *builder = part->builder;
	bool failed = part->error.kind != ERROR_NONE;

	if (part->ended)
		return;
	part->ended = true;
	part->builder = NULL;
	if (*part->scope->region && part->error.kind != ERROR_CANCELLED)
		memory_saw(&reading->session->memory, part->scope->region, part->error.kind);
	if (!failed && part->times && !part->scope->cluster[0])
		memory_keep_times(&reading->session->memory, part->scope->region, part->times, part->time_count);
	atomic_fetch_sub(&reading->open_parts, 1);
	pthread_mutex_unlock(&part->lock);
	reading->sink->end(reading->sink, part->scope, builder, failed ? &part->error : NULL);
	pthread_mutex_lock(&part->lock);
}

static bool first_page(struct list_part *part, struct error *error)
{
	struct list_page *page = list_page_create(part, PAGE_LIST, part->operation->name);

	if (!page)
		return error_set(error, ERROR_MEMORY, _("Out of memory"));
	list_page_send(page);
	return true;
}

static bool begin_pages(struct list_part *part, struct error *error)
{
	part->passes++;
	return part->reading->lister->begin ? part->reading->lister->begin(part, error) : first_page(part, error);
}

// Numbered pages shift while things come and go: when the counts do not agree, the list is read once more.
static bool pages_shifted(const struct list_part *part)
{
	return part->total >= 0 && (part->total_least != part->total_most ||
	                                   (int64_t)snapshot_builder_count(part->builder) < part->total_most);
}

// With the part locked. All that was sent is answered: goes on to what is left to do, or ends.
static void settle_part(struct list_part *part)
{
	struct error error;

	if (part->error.kind == ERROR_NONE && !part->proving && pages_shifted(part) && part->passes < PASSES_MOST) {
		part->total = -1;
		if (!begin_pages(part, &error))
			list_part_fail(part, &error);
	}
	if (part->error.kind == ERROR_NONE && !part->open_pages && part->reading->lister->complete)
		part->reading->lister->complete(part);
	if (part->error.kind == ERROR_NONE && !part->open_pages)
		list_prove(part);
	if (!part->open_pages)
		end_part(part);
}

// Called with the part locked, as all sending is.
void list_page_send(struct list_page *page)
{
	struct list_part *part = page->part;
	struct list_reading *reading = part->reading;
	struct error error;

	error_clear(&error);
	page->generation = call_generation(&reading->session->caller);
	part->open_pages++;
	if (call_submit(&reading->session->caller, &page->call, reading->batch, page, reading->cancel, &error))
		return;
	part->open_pages--;
	if (!*error.doing)
		call_describe(&page->call, error.doing, sizeof(error.doing));
	list_part_fail(part, &error);
	list_page_destroy(page);
}

// Puts the page on its way once more.
static void send_again(struct list_page *page)
{
	page->part->open_pages--;
	list_page_send(page);
}

static int64_t total_of(const struct list_page *page, const cJSON *root)
{
	switch (page->call.operation->paging) {
	case PAGING_NUMBER:
		return json_int(root, "TotalCount", -1);
	case PAGING_CS:
		return json_int(json_member(root, "page_info"), "total_count", -1);
	case PAGING_CS_NODES:
		return json_int(json_member(root, "page"), "total_count", -1);
	default:
		return -1;
	}
}

static void note_total(struct list_part *part, int64_t total)
{
	if (total < 0)
		return;
	if (part->total < 0)
		part->total_least = part->total_most = total;
	part->total = total;
	if (total < part->total_least)
		part->total_least = total;
	if (total > part->total_most)
		part->total_most = total;
	snapshot_total(part->builder, total);
}

static void send_number(struct list_part *part, const struct list_page *like, unsigned number)
{
	struct list_page *page = list_page_create(part, PAGE_LIST, like->call.operation->name);

	if (!page) {
		error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	page->number = number;
	set_paging(&page->call, number);
	list_page_send(page);
}

// The first page tells how many there are: the others go out together.
static void follow_numbers(struct list_part *part, const struct list_page *page, size_t items)
{
	unsigned size = page->call.operation->page_size;

	if (page->number != 1)
		return;
	if (part->total < 0 && items == size) {
		send_number(part, page, page->number + 1);
		return;
	}
	for (unsigned number = 2; number <= PAGES_MOST && (int64_t)(number - 1) * size < part->total; number++)
		if (part->error.kind == ERROR_NONE)
			send_number(part, page, number);
}

static void follow_token(struct list_part *part, struct list_page *page, const cJSON *root)
{
	const char *token = json_text(root, "NextToken");
	const char *before = call_get(&page->call, "NextToken");
	struct list_page *next;

	if (!*token)
		return;
	// A service that answers the same token for ever must not keep us for ever.
	if ((before && !strcmp(before, token)) || page->number == PAGES_MOST) {
		error_set(&part->error, ERROR_PROTOCOL, _("The service answers the same page token again and again"));
		return;
	}
	next = list_page_create(part, page->sort, page->call.operation->name);
	if (!next) {
		error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	for (size_t i = 0; i < page->call.count; i++)
		call_set(&next->call, page->call.parameters[i].name, page->call.parameters[i].value);
	call_set(&next->call, "NextToken", token);
	next->number = page->number + 1;
	list_page_send(next);
}

static size_t count_items(const struct list_part *part, const cJSON *root)
{
	const cJSON *list = json_path(root, part->reading->lister->items);

	return cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
}

void list_part_add(struct list_part *part, const cJSON *root)
{
	const cJSON *list = json_path(root, part->reading->lister->items), *item;

	cJSON_ArrayForEach(item, list) if (cJSON_IsObject(item)) part->reading->lister->add(part, item);
	part->reading->sink->page(part->reading->sink, part->scope, part->builder);
}

static void take_list_page(struct list_part *part, struct list_page *page, const cJSON *root)
{
	switch (page->call.operation->paging) {
	case PAGING_TOKEN:
		// First, so that the next page is under way while this one is taken in.
		follow_token(part, page, root);
		break;
	case PAGING_NUMBER:
	case PAGING_CS:
	case PAGING_CS_NODES:
		note_total(part, total_of(page, root));
		follow_numbers(part, page, count_items(part, root));
		break;
	default:
		break;
	}
	list_part_add(part, root);
}

// With the part locked.
static void take_answer(struct list_part *part, struct list_page *page, const cJSON *root)
{
	if (part->error.kind != ERROR_NONE)
		return;
	switch (page->sort) {
	case PAGE_LIST:
		take_list_page(part, page, root);
		break;
	case PAGE_FIRST:
	case PAGE_SAMPLE:
		part->reading->lister->after_page(part, page, root);
		break;
	case PAGE_WITNESS:
		list_after_witness(part, page, root);
		break;
	case PAGE_PROOF:
	case PAGE_PROBE:
		break;
	}
}

// True when the keys had expired and the page is on its way again with others.
static bool renewed_and_sent(struct list_page *page, const struct http_response *response)
{
	struct list_part *part = page->part;
	struct list_reading *reading = part->reading;

	if (page->renewed || !call_renew(&reading->session->caller, response, page->generation, reading->cancel))
		return false;
	page->renewed = true;
	pthread_mutex_lock(&part->lock);
	send_again(page);
	if (!part->open_pages)
		settle_part(part);
	pthread_mutex_unlock(&part->lock);
	return true;
}

// True when the page is on its way again.
static bool mend(struct list_page *page, const struct http_response *response, const struct error *error)
{
	struct list_part *part = page->part;
	struct list_reading *reading = part->reading;
	const char *fallback = reading->lister->fallback;

	if (renewed_and_sent(page, response))
		return true;
	if (page->sort != PAGE_LIST || !fallback || part->operation != page->call.operation ||
	        (fault_class_of(error->code) != FAULT_VERSION && error->http_status != 404) ||
	        !strcmp(fallback, part->operation->name))
		return false;
	pthread_mutex_lock(&part->lock);
	part->operation = operation_find(fallback);
	if (part->operation) {
		struct error problem;

		if (!first_page(part, &problem))
			list_part_fail(part, &problem);
	}
	part->open_pages--;
	if (!part->open_pages)
		settle_part(part);
	pthread_mutex_unlock(&part->lock);
	list_page_destroy(page);
	return true;
}

static void page_over(struct list_page *page)
{
	struct list_part *part = page->part;

	part->open_pages--;
	if (!part->open_pages)
		settle_part(part);
	pthread_mutex_unlock(&part->lock);
	list_page_destroy(page);
}

static void page_failed(struct list_page *page, const struct http_response *response, const struct error *error)
{
	struct list_part *part = page->part;

	if (mend(page, response, error))
		return;
	pthread_mutex_lock(&part->lock);
	// Without page numbers a region is read in one walk.
	if ((page->sort == PAGE_FIRST || page->sort == PAGE_SAMPLE) && error->kind == ERROR_USAGE) {
		struct error problem;

		part->samples_open -= page->sort == PAGE_SAMPLE;
		if (!part->split && !first_page(part, &problem))
			list_part_fail(part, &problem);
		part->split = true;
	} else {
		list_part_fail(part, error);
	}
	page_over(page);
}

static void on_answer(struct http_response *response, void *user)
{
	struct list_page *page = response->tag;
	struct list_part *part = page->part;
	struct json_doc doc;
	struct error error;
	char what[160];

	(void)user;
	call_describe(&page->call, what, sizeof(what));
	if (page->sort == PAGE_PROOF || page->sort == PAGE_PROBE) {
		if (renewed_and_sent(page, response)) {
			http_response_destroy(response);
			return;
		}
		pthread_mutex_lock(&part->lock);
		if (page->sort == PAGE_PROOF)
			list_after_proof(part, page, response);
		else
			list_after_probe(part, page, response);
		page_over(page);
	} else if (!fault_check(response, page->call.operation, what, &error)) {
		page_failed(page, response, &error);
	} else if (!json_open(&doc, response->body, response->body_size, what, &error)) {
		if (++page->garbled < GARBLED_MOST) {
			pthread_mutex_lock(&part->lock);
			send_again(page);
			if (!part->open_pages)
				settle_part(part);
			pthread_mutex_unlock(&part->lock);
		} else {
			page_failed(page, response, &error);
		}
	} else {
		pthread_mutex_lock(&part->lock);
		take_answer(part, page, doc.root);
		page_over(page);
		json_close(&doc);
	}
	http_response_destroy(response);
}

static bool start_part(struct list_part *part)
{
	struct list_reading *reading = part->reading;
	struct error error;

	part->builder = reading->sink->begin(reading->sink, part->scope);
	part->begun = part->builder;
	if (!part->begun)
		return false;
	pthread_mutex_lock(&part->lock);
	if (*part->scope->region && !session_region_is_valid(part->scope->region, &error))
		list_part_fail(part, &error);
	else if (!begin_pages(part, &error))
		list_part_fail(part, &error);
	if (!part->open_pages)
		end_part(part);
	pthread_mutex_unlock(&part->lock);
	return true;
}

static bool make_parts(struct list_reading *reading, const struct scope *scopes, size_t count, struct error *error)
{
	reading->parts = calloc(count ? count : 1, sizeof(*reading->parts));
	if (!reading->parts)
		return error_set(error, ERROR_MEMORY, _("Out of memory"));
	reading->count = count;
	atomic_init(&reading->open_parts, count);
	for (size_t i = 0; i < count; i++) {
		struct list_part *part = &reading->parts[i];

		part->reading = reading;
		part->scope = &scopes[i];
		part->operation = operation_find(reading->lister->operation);
		part->total = -1;
		pthread_mutex_init(&part->lock, NULL);
	}
	return true;
}

// What is still open when reading stops was cancelled.
static void finish_parts(struct list_reading *reading)
{
	struct error cancelled;

	error_set(&cancelled, ERROR_CANCELLED, _("Cancelled"));
	for (size_t i = 0; i < reading->count; i++) {
		struct list_part *part = &reading->parts[i];

		pthread_mutex_lock(&part->lock);
		if (part->begun && !part->ended) {
			list_part_fail(part, &cancelled);
			end_part(part);
		}
		pthread_mutex_unlock(&part->lock);
		pthread_mutex_destroy(&part->lock);
		free(part->times);
	}
	free(reading->parts);
}

bool list_read(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	struct list_reading reading = {.session = session, .lister = lister_find(kind), .sink = sink, .cancel = cancel};
	struct http_response *left;

	if (!reading.lister)
		return error_set(error, ERROR_USAGE, _("Alibaba Cloud lists no such things"));
	reading.batch = http_batch_create(session->services.http, error);
	if (!reading.batch)
		return false;
	if (!make_parts(&reading, scopes, count, error)) {
		http_batch_destroy(reading.batch);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		start_part(&reading.parts[i]);
	http_batch_drain(reading.batch, THREADS, on_answer, &reading, cancel);
	// Cancelled: the answers that still come are thrown away with their pages.
	while (cancel_asked(cancel) && (left = http_batch_next(reading.batch, NULL))) {
		list_page_destroy(left->tag);
		http_response_destroy(left);
	}
	http_batch_destroy(reading.batch);
	finish_parts(&reading);
	return !cancel_asked(cancel) || error_set(error, ERROR_CANCELLED, _("Cancelled"));
}
