// SPDX-License-Identifier: Apache-2.0
// What is so in a world, and what a report makes of it.
#include <config.h>
#include "tests/worlds/world_truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/json.h"

#include "base/banned.h"

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct world_vm *)a)->id, ((const struct world_vm *)b)->id);
}

static struct world_vm read_vm(const cJSON *json)
{
	const cJSON *used = json_member(json, "in_use_by");

	return (struct world_vm){
	        .id = json_text(json, "id"),
	        .json = json,
	        .is_podvm = !strcmp(json_text(json, "sort"), "podvm"),
	        .is_used = used && !cJSON_IsNull(used),
	        .unused_since = json_time(json, "settled_since"),
	        .obstacle = json_text(json, "obstacle"),
	        .pod_state = json_text(json, "pod_state"),
	};
}

bool world_truth_read(struct world_cloud *cloud, struct world_now *out, struct error *error)
{
	const cJSON *list, *vm;

	*out = (struct world_now){.json = world_cloud_get(cloud, "/_sim/truth", error)};
	if (!out->json)
		return false;
	list = json_member(out->json, "vms");
	out->vms = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*out->vms));
	if (!out->vms) {
		world_now_finish(out);
		return error_set(error, ERROR_MEMORY, "out of memory");
	}
	cJSON_ArrayForEach(vm, list) out->vms[out->count++] = read_vm(vm);
	qsort(out->vms, out->count, sizeof(*out->vms), by_id);
	return true;
}

void world_now_finish(struct world_now *now)
{
	cJSON_Delete(now->json);
	free(now->vms);
	*now = (struct world_now){0};
}

const struct world_vm *world_now_find(const struct world_now *now, const char *id)
{
	const struct world_vm wanted = {.id = id};

	return now->count ? bsearch(&wanted, now->vms, now->count, sizeof(*now->vms), by_id) : NULL;
}

// Left in the same way for long enough.
static bool is_settled(const struct world_vm *vm, const struct world_now *peace)
{
	const struct world_vm *before = peace ? world_now_find(peace, vm->id) : NULL;

	return before && before->unused_since && before->unused_since == vm->unused_since && !*before->obstacle &&
	       !strcmp(before->pod_state, vm->pod_state);
}

static enum truth truth_of(const struct world_vm *vm, const struct world_vm *later, const struct world_now *peace)
{
	if (!vm->is_podvm)
		return TRUTH_OTHER;
	// Used at any moment of the scan is used.
	if (vm->is_used || (later && later->is_used))
		return TRUTH_IN_USE;
	if (*vm->obstacle)
		return TRUTH_LEFT_VETOED;
	return is_settled(vm, peace) ? TRUTH_LEFT_SETTLED : TRUTH_LEFT_YOUNG;
}

// The whole story of a VM, for whoever looks into a seed: what is so, and what was made of it.
static void explain(const struct report *report, const struct report_item *item, const struct world_vm *vm)
{
	char *truth = cJSON_PrintUnformatted(vm->json);
	struct buffer story;

	buffer_init(&story, 4 << 20);
	if (truth && report_item_json(report, item, &story))
		fprintf(stderr, "{\"truth\":%s,\"item\":%s}\n", truth, buffer_text(&story));
	cJSON_free(truth);
	buffer_finish(&story);
}

static void tell_example(struct world_tally *tally, const char *what, const struct report_item *item)
{
	// One judged live is worse than those that were only not found.
	if (*tally->example && item->verdict != VERDICT_LIVE && item->verdict != VERDICT_ORPHAN)
		return;
	snprintf(tally->example, sizeof(tally->example), "%s: %s %s, judged %s by %s", what, item->record->id,
	        item->record->name, verdict_name(item->verdict), rule_name(item->judgement.rule));
}

void world_truth_compare(const struct world_now *before, const struct world_now *after, const struct report *report,
        const struct world_now *peace, struct world_tally *tally)
{
	for (size_t i = 0; i < report->item_count; i++) {
		const struct report_item *item = report->items[i];
		const struct world_vm *vm = world_now_find(before, item->record->id),
		                      *later = world_now_find(after, item->record->id);
		enum truth truth;

		if (item->kind != KIND_VM || (!vm && !later))
			continue;
		truth = truth_of(vm ? vm : later, later, peace);
		tally->judged[item->verdict][truth]++;
		if (item->verdict == VERDICT_ORPHAN && (truth == TRUTH_IN_USE || truth == TRUTH_OTHER)) {
			tally->in_use_judged_orphan++;
			tell_example(tally, "in use judged orphan", item);
			if (getenv("WORLDS_EXPLAIN"))
				explain(report, item, vm ? vm : later);
		} else if (truth == TRUTH_LEFT_SETTLED && item->verdict != VERDICT_ORPHAN) {
			tell_example(tally, "settled and not found", item);
			if (getenv("WORLDS_EXPLAIN"))
				explain(report, item, vm ? vm : later);
		}
	}
}
