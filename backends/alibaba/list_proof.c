// SPDX-License-Identifier: Apache-2.0
// Silence is not absence: some calls answer an empty list instead of a refusal. Emptiness is believed when a dry run
// shows the permission; network interfaces, whose call has no dry run, when the region has no instance that must own
// one.
#include "alibaba/list.h"

#include <string.h>

#include "alibaba/fault.h"
#include "base/banned.h"

static const char witness[] = "ecs.DescribeInstances";

static void deny(struct list_part *part, const struct operation *operation, const char *message)
{
	char permission[96];

	operation_permission(operation, permission);
	error_set(&part->error, ERROR_DENIED, "%s", message);
	error_doing(&part->error, _("%s in %s"), operation->name, part->scope->region);
	error_remedy(&part->error, _("Ask the account's administrator for the RAM action %s"), permission);
}

static void send_proof(struct list_part *part, const char *operation)
{
	struct list_page *page = list_page_create(part, PAGE_PROOF, operation);

	if (!page) {
		error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	call_set_flag(&page->call, "DryRun", true);
	list_page_send(page);
}

static void send_witness(struct list_part *part)
{
	struct list_page *page = list_page_create(part, PAGE_WITNESS, witness);

	if (!page) {
		error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	call_set_number(&page->call, "MaxResults", 10);
	list_page_send(page);
}

void list_prove(struct list_part *part)
{
	struct memory *memory = &part->reading->session->memory;
	const struct operation *operation = part->operation;

	if (!(operation->flags & OPERATION_SILENT) || part->proven)
		return;
	if (snapshot_builder_count(part->builder)) {
		// What was seen proves nothing for later: an empty list after this one is asked about anew.
		memory_proved(memory, part->scope->region, operation->name, false);
		return;
	}
	if (part->proving || memory_is_proven(memory, part->scope->region, operation->name))
		return;
	part->proving = true;
	if (operation->flags & OPERATION_DRY_RUN)
		send_proof(part, operation->name);
	else
		send_witness(part);
}

void list_after_proof(struct list_part *part, const struct list_page *page, struct http_response *response)
{
	struct fault fault;
	struct error error;

	if (response->error.kind != ERROR_NONE) {
		list_part_fail(part, &response->error);
		return;
	}
	if (response->status >= 200 && response->status < 300) {
		deny(part, part->operation,
		        _("The list is empty, and the service did not say whether this may be seen"));
		return;
	}
	fault_read(response, &fault);
	if (fault.class == FAULT_DRY_RUN) {
		part->proven = true;
		memory_proved(&part->reading->session->memory, part->scope->region, part->operation->name, true);
		return;
	}
	// A refused witness leaves the question open, and an open question is no absence.
	if (fault.class == FAULT_DENIED && page->call.operation != part->operation) {
		deny(part, part->operation, _("The list is empty, and nothing proves that it may be seen"));
		return;
	}
	fault_error(&fault, page->call.operation, response->status, page->call.operation->name, &error);
	list_part_fail(part, &error);
}

void list_after_witness(struct list_part *part, const struct list_page *page, const cJSON *root)
{
	const cJSON *list = json_path(root, "Instances.Instance");

	(void)page;
	if (cJSON_GetArraySize(list) > 0)
		deny(part, part->operation, _("The list is empty although there are instances, which own some"));
	else
		send_proof(part, witness);
}
