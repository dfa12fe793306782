// SPDX-License-Identifier: Apache-2.0
// Regions, and whether each of them answers us: a dry run per region that nothing is known of lately.
#include "alibaba/list.h"

#include <stdio.h>
#include <string.h>

#include "alibaba/fault.h"
#include "base/banned.h"

enum { PROBE_TIMEOUT_MS = 6000, PROBE_ATTEMPTS = 3, REGIONS_MOST = 256 };

static const char *health_word(enum error_kind health)
{
	switch (health) {
	case ERROR_DENIED:
		return "denied";
	case ERROR_NETWORK:
	case ERROR_TIMEOUT:
		return "unreachable";
	case ERROR_NONE:
	case ERROR_THROTTLED:
	case ERROR_CONFLICT:
		return "available";
	default:
		return "failing";
	}
}

static void send_probe(struct list_part *part, const char *region)
{
	struct list_page *page = list_page_create(part, PAGE_PROBE, "ecs.DescribeInstances");

	if (!page)
		return;
	snprintf(page->subject, sizeof(page->subject), "%s", region);
	snprintf(page->call.region, sizeof(page->call.region), "%s", region);
	call_set_region(&page->call);
	call_set_flag(&page->call, "DryRun", true);
	page->call.attempts = PROBE_ATTEMPTS;
	page->call.timeout_ms = PROBE_TIMEOUT_MS;
	list_page_send(page);
}

// The records came with the answer; a probe replaces its region's record, since published ones never change.
static void set_status(struct list_part *part, const char *region, const char *status)
{
	struct snapshot *seen = snapshot_partial(part->builder, 0);
	const struct record *old = seen ? snapshot_find(seen, region) : NULL;
	struct region_record *record = old ? snapshot_add(part->builder, region) : NULL;

	if (record) {
		record->record.name = snapshot_text(part->builder, old->name);
		record->record.region = snapshot_shared(part->builder, region);
		record->record.status = snapshot_shared(part->builder, status);
		record->endpoint = snapshot_text(part->builder, ((const struct region_record *)old)->endpoint);
	}
	snapshot_unref(seen);
}

void list_regions_complete(struct list_part *part)
{
	struct snapshot *seen;

	if (part->proving)
		return;
	part->proving = true;
	seen = snapshot_partial(part->builder, 0);
	for (size_t i = 0; seen && i < seen->count && i < REGIONS_MOST && part->error.kind == ERROR_NONE; i++) {
		const struct record *record = seen->records[i];
		enum error_kind health;

		if (!memory_health(&part->reading->session->memory, record->id, &health) &&
		        endpoint_region_is_valid(record->id))
			send_probe(part, record->id);
	}
	snapshot_unref(seen);
}

void list_after_probe(struct list_part *part, const struct list_page *page, struct http_response *response)
{
	enum error_kind health = response->error.kind;

	if (health == ERROR_NONE && (response->status < 200 || response->status > 299)) {
		struct fault fault;
		struct error error;

		fault_read(response, &fault);
		fault_error(&fault, NULL, response->status, page->subject, &error);
		health = fault.class == FAULT_DRY_RUN ? ERROR_NONE : error.kind;
	}
	if (health == ERROR_CANCELLED)
		return;
	memory_saw(&part->reading->session->memory, page->subject, health);
	set_status(part, page->subject, health_word(health));
}

void list_add_region(struct list_part *part, const cJSON *item)
{
	const char *id = json_text(item, "RegionId"), *status = json_text(item, "Status");
	struct region_record *record = *id ? snapshot_add(part->builder, id) : NULL;
	enum error_kind health;

	if (!record)
		return;
	if (memory_health(&part->reading->session->memory, id, &health))
		status = health_word(health);
	record->record.name = snapshot_text(part->builder, json_text(item, "LocalName"));
	record->record.region = snapshot_shared(part->builder, id);
	record->record.status = snapshot_shared(part->builder, *status ? status : "available");
	record->endpoint = snapshot_text(part->builder, json_text(item, "RegionEndpoint"));
}
