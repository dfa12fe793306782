// SPDX-License-Identifier: Apache-2.0
// Makes the plan of a sweep: what may go, what may not and why.
#include "config.h"
#include "orphans/sweep_plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "orphans/quarantine.h"

#include "base/banned.h"

enum { PLAN_MOST = 64 << 20, WHY_SIZE = 320, DIGEST_MOST = 32 << 20 };

struct planning {
	const struct sweep_request *request;
	struct sweep_plan *plan;
	struct sweep_item *items;
	struct sweep_refused *refused;
	struct sweep_group *groups;
	const struct report_item **chosen; // in the report's order
	size_t chosen_count;
	size_t most;
};

// Doubts that say that it may be in use, that somebody is at work on it or that the cloud would refuse: those no
// override lifts.
static const enum rule lasting_doubts[] = {RULE_CONFLICT, RULE_PODS_DISAGREE, RULE_POD_PENDING, RULE_VETO_FRESH,
        RULE_VETO_CONTROLLER, RULE_VETO_PROTECTED, RULE_VETO_LOCKED, RULE_VETO_BUSY};

static void refuse(
        struct planning *planning, const char *id, const char *name, enum sweep_refusal rule, const char *why)
{
	struct sweep_plan *plan = planning->plan;

	planning->refused[plan->refused_count++] = (struct sweep_refused){arena_strdup(&plan->arena, id),
	        arena_strdup(&plan->arena, name), rule, arena_strdup(&plan->arena, why)};
}

static bool is_asked(const struct sweep_request *request, const char *id)
{
	for (size_t i = 0; i < request->id_count; i++)
		if (strcmp(request->ids[i], id) == 0)
			return true;
	return false;
}

// ---- what may go ----

static bool refuses_verdict(
        const struct planning *planning, const struct report_item *item, enum sweep_refusal *rule, char *why)
{
	*rule = SWEEP_REFUSED_VERDICT;
	if (item->verdict == VERDICT_ORPHAN)
		return false;
	if (item->verdict != VERDICT_SUSPECT || item->kind != KIND_VM) {
		snprintf(why, WHY_SIZE, _("%s: %s"), verdict_name(item->verdict),
		        item->kind == KIND_VM ? rule_text(item->judgement.rule)
		                              : leftover_rule_text(report_leftover(item)->judgement.rule));
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(lasting_doubts); i++)
		if (judgement_has(&item->judgement, lasting_doubts[i])) {
			*rule = SWEEP_REFUSED_DOUBT;
			snprintf(why, WHY_SIZE, _("suspect, and no override lifts this: %s"),
			        rule_text(lasting_doubts[i]));
			return true;
		}
	if (!planning->request->override_suspect) {
		*rule = SWEEP_REFUSED_SUSPECT;
		snprintf(why, WHY_SIZE, _("only suspect: %s"), rule_text(item->judgement.rule));
		return true;
	}
	*rule = SWEEP_REFUSED_SUSPECTS;
	snprintf(why, WHY_SIZE, "%s", _("a suspect goes alone, never with others"));
	return planning->chosen_count > 1;
}

static bool refuses_quarantine(
        const struct planning *planning, const struct report_item *item, enum sweep_refusal *rule, char *why)
{
	const struct sweep_request *request = planning->request;
	int64_t wanted = request->quarantine_ms ? request->quarantine_ms : SWEEP_QUARANTINE_MS, since, until;
	bool stopped = strcmp(item->record->status, "Stopped") == 0;
	char time[TIME_TEXT_SIZE];

	if (request->mode == SWEEP_DELETE)
		return false;
	*rule = SWEEP_REFUSED_KIND;
	snprintf(why, WHY_SIZE, "%s", _("only VMs can be stopped and tagged"));
	if (item->kind != KIND_VM)
		return true;
	since = quarantine_since(&((const struct vm_record *)item->record)->tags);
	until = since + wanted;
	if (request->mode == SWEEP_QUARANTINE && since && stopped) {
		*rule = SWEEP_REFUSED_IN_QUARANTINE;
		time_format_iso(since, time);
		snprintf(why, WHY_SIZE, _("in quarantine since %s"), time);
		return true;
	}
	if (request->mode == SWEEP_QUARANTINE)
		return false;
	*rule = SWEEP_REFUSED_NOT_QUARANTINE;
	snprintf(why, WHY_SIZE, "%s", _("not in quarantine"));
	if (!since || !stopped)
		return true;
	*rule = SWEEP_REFUSED_IN_QUARANTINE;
	time_format_iso(until, time);
	snprintf(why, WHY_SIZE, _("in quarantine until %s"), time);
	return request->now < until;
}

const struct action *sweep_action(const struct backend *cloud, enum kind_id kind, enum sweep_mode mode)
{
	const char *name = kind == KIND_EIP ? "release" : mode == SWEEP_QUARANTINE ? "quarantine" : "delete";

	for (size_t i = 0; cloud && i < cloud->action_count; i++)
		if (cloud->actions[i].kind == kind && strcmp(cloud->actions[i].name, name) == 0)
			return &cloud->actions[i];
	return NULL;
}

static bool refuses_state(
        const struct planning *planning, const struct report_item *item, enum sweep_refusal *rule, char *why)
{
	const struct action *action = sweep_action(planning->request->cloud, item->kind, planning->request->mode);

	*rule = SWEEP_REFUSED_STATE;
	return action && action->allowed && !action->allowed(item->record, why, WHY_SIZE);
}

static bool refuses_owner(
        const struct planning *planning, const struct report_item *item, enum sweep_refusal *rule, char *why)
{
	(void)planning;
	*rule = SWEEP_REFUSED_UNOWNED;
	snprintf(why, WHY_SIZE, "%s", _("it is not known which cluster it belongs to"));
	return !item->cluster_id[0] && (item->kind == KIND_VM || !item->scope->region[0]);
}

static bool (*const refusals[])(const struct planning *planning, const struct report_item *item,
        enum sweep_refusal *rule, char *why) = {refuses_verdict, refuses_owner, refuses_quarantine, refuses_state};

static bool is_refused(struct planning *planning, const struct report_item *item)
{
	enum sweep_refusal rule;
	char why[WHY_SIZE];

	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (refusals[i](planning, item, &rule, why)) {
			refuse(planning, item->record->id, item->record->name, rule, why);
			return true;
		}
	return false;
}

// ---- clusters ----

static const struct report_reading *reading_of(const struct report *report, const char *cluster_id)
{
	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_cluster && strcmp(report->readings[i].scope.cluster, cluster_id) == 0)
			return &report->readings[i];
	return NULL;
}

// A deleted cluster is confirmed by its id, and so is one whose name another one has, too.
static const char *group_word(const struct planning *planning, const struct report_item *item)
{
	const struct report *report = planning->plan->report;
	const struct report_reading *reading = reading_of(report, item->cluster_id);

	if (!item->cluster_id[0])
		return item->scope->region;
	if (!item->cluster[0] || (reading && reading->reading == CLUSTER_GONE))
		return item->cluster_id;
	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *other = &report->readings[i];

		if (other->is_cluster && strcmp(other->scope.cluster, item->cluster_id) != 0 &&
		        strcmp(other->name, item->cluster) == 0)
			return item->cluster_id;
	}
	return item->cluster;
}

static size_t group_of(struct planning *planning, const struct report_item *item)
{
	struct sweep_plan *plan = planning->plan;
	const struct report_reading *reading = reading_of(plan->report, item->cluster_id);

	for (size_t i = 0; i < plan->group_count; i++)
		if (strcmp(planning->groups[i].cluster_id, item->cluster_id) == 0 &&
		        (item->cluster_id[0] || strcmp(planning->groups[i].region, item->scope->region) == 0))
			return i;
	planning->groups[plan->group_count] = (struct sweep_group){
	        .word = group_word(planning, item),
	        .cluster_id = item->cluster_id,
	        .region = item->scope->region,
	        .vms = reading ? reading->vms : 0,
	};
	return plan->group_count++;
}

// ---- what hangs on an item ----

enum sweep_fate sweep_fate_of(const struct report_item *thing, const char *vm)
{
	const struct leftover *known = &report_leftover(thing)->facts;
	struct leftover leftover = {
	        .name = thing->record->name, .is_kept = known->is_kept, .list_is_complete = true, .now = 1};
	struct leftover_judgement judgement;
	char made_for[128];

	if (thing->kind == KIND_DISK)
		return ((const struct disk_record *)thing->record)->delete_with_instance ? FATE_RELEASED : FATE_STAYS;
	if (thing->kind == KIND_PEERPOD)
		return known->has_controller == ANSWER_NO && known->is_deleting && known->has_finalizer ? FATE_DELETED
		                                                                                        : FATE_STAYS;
	if (thing->kind == KIND_ENI) {
		const struct eni_record *eni = (const struct eni_record *)thing->record;

		if (strcmp(eni->type, "Primary") == 0 || eni->delete_on_release)
			return FATE_RELEASED;
		leftover.kind = LEFTOVER_ENI;
		if (!leftover_vm(LEFTOVER_ENI, thing->record->name, made_for, sizeof(made_for)) ||
		        strcmp(made_for, vm) != 0)
			return FATE_STAYS;
	} else {
		leftover.kind = LEFTOVER_EIP;
		leftover.description = ((const struct eip_record *)thing->record)->description;
	}
	leftover_judge(&leftover, &judgement);
	return judgement.rule == LEFTOVER_FOREIGN || judgement.rule == LEFTOVER_KEPT ? FATE_STAYS : FATE_DELETED;
}

static bool is_extra_kind(enum kind_id kind)
{
	return kind == KIND_ENI || kind == KIND_EIP || kind == KIND_DISK || kind == KIND_PEERPOD;
}

static void extra_add(struct sweep_item *item, struct sweep_extra *extras, const struct report_item *thing)
{
	struct sweep_extra *extra = &extras[item->extra_count];

	for (size_t i = 0; i < item->extra_count; i++)
		if (extras[i].kind == thing->kind && strcmp(extras[i].id, thing->record->id) == 0)
			return;
	*extra = (struct sweep_extra){.kind = thing->kind,
	        .fate = sweep_fate_of(thing, item->item->record->id),
	        .scope = *thing->scope,
	        .id = thing->record->id,
	        .name = thing->record->name,
	        .address = "",
	        .created = thing->record->created,
	        .space = ""};
	if (thing->kind == KIND_EIP)
		extra->address = ((const struct eip_record *)thing->record)->address;
	if (thing->kind == KIND_PEERPOD)
		extra->space = ((const struct peerpod_record *)thing->record)->namespace_name;
	item->extra_count++;
}

static bool is_left_by(const struct report_item *thing, const char *vm)
{
	if (thing->kind == KIND_PEERPOD)
		return strcmp(((const struct peerpod_record *)thing->record)->vm_id, vm) == 0;
	return strcmp(thing->vm, vm) == 0;
}

static bool extras_find(struct sweep_plan *plan, struct sweep_item *item)
{
	const struct report *report = plan->report;
	const char *vm = item->item->record->id;
	struct sweep_extra *extras;
	size_t most = item->item->belonging_count;
	struct report_hanging belonging;

	if (item->item->kind != KIND_VM)
		return true;
	for (size_t i = 0; i < report->item_count; i++)
		most += is_extra_kind(report->items[i]->kind) && is_left_by(report->items[i], vm);
	extras = arena_alloc(&plan->arena, most * sizeof(*extras));
	if (!extras)
		return false;
	item->extras = extras;
	for (size_t i = 0; i < item->item->belonging_count; i++)
		if (is_extra_kind(item->item->belongings[i].kind)) {
			report_belonging(item->item, i, &belonging);
			extra_add(item, extras, &belonging.item);
		}
	for (size_t i = 0; i < report->item_count; i++)
		if (is_extra_kind(report->items[i]->kind) && is_left_by(report->items[i], vm))
			extra_add(item, extras, report->items[i]);
	return true;
}

// ---- the whole ----

static void choose(struct planning *planning)
{
	const struct report *report = planning->plan->report;
	const struct sweep_request *request = planning->request;

	for (size_t i = 0; i < report->item_count; i++)
		if (is_asked(request, report->items[i]->record->id))
			planning->chosen[planning->chosen_count++] = report->items[i];
	for (size_t i = 0; i < request->id_count; i++)
		if (!report_find(report, request->ids[i]))
			refuse(planning, request->ids[i], "", SWEEP_REFUSED_ABSENT, _("the last scan did not find it"));
}

static bool take(struct planning *planning)
{
	struct sweep_plan *plan = planning->plan;
	char why[WHY_SIZE];

	snprintf(why, sizeof(why), _("more than %zu in one confirmation"), planning->most);
	for (size_t i = 0; i < planning->chosen_count; i++) {
		const struct report_item *chosen = planning->chosen[i];
		struct sweep_item *item = &planning->items[plan->count];

		if (is_refused(planning, chosen))
			continue;
		if (plan->count == planning->most) {
			refuse(planning, chosen->record->id, chosen->record->name, SWEEP_REFUSED_BATCH, why);
			continue;
		}
		*item = (struct sweep_item){.item = chosen, .group = group_of(planning, chosen)};
		sweep_basis_of(plan->report, chosen, &item->basis);
		if (plan->mode != SWEEP_QUARANTINE && !extras_find(plan, item))
			return false;
		plan->is_override = plan->is_override || chosen->verdict == VERDICT_SUSPECT;
		plan->count++;
	}
	return true;
}

// Most of a cluster's VMs at once is believed of nobody who did not say so.
static void apply_ceiling(struct planning *planning)
{
	struct sweep_plan *plan = planning->plan;
	size_t kept = 0;
	char why[WHY_SIZE];

	for (size_t group = 0; group < plan->group_count; group++) {
		size_t count = 0;

		for (size_t i = 0; i < plan->count; i++)
			count += planning->items[i].group == group && planning->items[i].item->kind == KIND_VM;
		planning->groups[group].count = count;
	}
	for (size_t i = 0; i < plan->count; i++) {
		const struct sweep_item item = planning->items[i];
		const struct sweep_group *group = &planning->groups[item.group];

		if (planning->request->ceiling_lifted || item.item->kind != KIND_VM ||
		        !verdict_is_flood(group->count, group->vms)) {
			planning->items[kept++] = item;
			continue;
		}
		snprintf(why, sizeof(why), _("%zu of the %zu pod VMs of %s at once is above the ceiling"), group->count,
		        group->vms, group->word);
		refuse(planning, item.item->record->id, item.item->record->name, SWEEP_REFUSED_SHARE, why);
	}
	plan->count = kept;
}

// Groups that lost all their items go.
static bool count_groups(struct planning *planning)
{
	struct sweep_plan *plan = planning->plan;
	size_t *places = arena_alloc(&plan->arena, (plan->group_count + 1) * sizeof(*places));
	size_t kept = 0;

	if (!places)
		return false;
	for (size_t group = 0; group < plan->group_count; group++)
		planning->groups[group].count = 0;
	for (size_t i = 0; i < plan->count; i++)
		planning->groups[planning->items[i].group].count++;
	for (size_t group = 0; group < plan->group_count; group++) {
		places[group] = kept;
		if (planning->groups[group].count)
			planning->groups[kept++] = planning->groups[group];
	}
	for (size_t i = 0; i < plan->count; i++)
		planning->items[i].group = places[planning->items[i].group];
	plan->group_count = kept;
	return true;
}

static void sum_costs(struct sweep_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct report_cost *cost = &plan->items[i].item->cost;

		plan->unpriced += isnan(cost->per_hour);
		plan->currency_count = cost_add(plan->savings, plan->currency_count, SWEEP_CURRENCIES_MOST, cost);
	}
}

static bool digest(struct sweep_plan *plan)
{
	struct buffer text;
	char facts[256], against[512];
	bool good;

	buffer_init(&text, DIGEST_MOST);
	buffer_printf(&text, "%s\n", sweep_mode_name(plan->mode));
	for (size_t i = 0; i < plan->count; i++) {
		const struct sweep_item *item = &plan->items[i];

		sweep_facts_text(item->basis.facts, facts, sizeof(facts));
		sweep_against_text(item->basis.against, against, sizeof(against));
		buffer_printf(&text, "%s\t%s\t%s\t%" PRId64 "\t%s\t%s\t%s\t%s\t%s\n", kind_get(item->item->kind)->name,
		        item->item->record->id, item->item->record->name, item->item->record->created,
		        verdict_name(item->basis.verdict), item->basis.owner, item->basis.pod_uid, facts, against);
		for (size_t n = 0; n < item->extra_count; n++)
			buffer_printf(&text, "+\t%s\t%s\t%d\n", kind_get(item->extras[n].kind)->name,
			        item->extras[n].id, item->extras[n].fate);
	}
	good = !text.broken;
	crypto_sha256_hex(buffer_text(&text), text.size, plan->digest);
	buffer_finish(&text);
	return good;
}

static bool planning_init(struct planning *planning)
{
	struct sweep_plan *plan = planning->plan;
	size_t most = plan->report->item_count, asked = planning->request->id_count;

	planning->items = arena_alloc(&plan->arena, (most + 1) * sizeof(*planning->items));
	planning->refused = arena_alloc(&plan->arena, (most + asked + 1) * sizeof(*planning->refused));
	planning->groups = arena_alloc(&plan->arena, (most + 1) * sizeof(*planning->groups));
	planning->chosen = arena_alloc(&plan->arena, (most + 1) * sizeof(*planning->chosen));
	planning->most = planning->request->most ? planning->request->most : SWEEP_BATCH;
	plan->items = planning->items;
	plan->refused = planning->refused;
	plan->groups = planning->groups;
	return planning->items && planning->refused && planning->groups && planning->chosen;
}

struct sweep_plan *sweep_plan_create(
        const struct report *report, const struct sweep_request *request, struct error *error)
{
	struct sweep_plan *plan = calloc(1, sizeof(*plan));
	struct planning planning = {.request = request, .plan = plan};

	if (!plan) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	arena_init(&plan->arena, PLAN_MOST);
	plan->report = report_ref(report);
	plan->mode = request->mode;
	plan->made = request->now;
	if (request->id_count > SWEEP_ASKED_MOST || request->most > SWEEP_ITEMS_MOST) {
		error_set(error, ERROR_LIMIT, _("more than %d things in one sweep"), SWEEP_ITEMS_MOST);
		sweep_plan_destroy(plan);
		return NULL;
	}
	if (planning_init(&planning)) {
		choose(&planning);
		if (take(&planning)) {
			apply_ceiling(&planning);
			sum_costs(plan);
			if (count_groups(&planning) && digest(plan))
				return plan;
		}
	}
	error_set(error, ERROR_MEMORY, _("out of memory"));
	sweep_plan_destroy(plan);
	return NULL;
}

void sweep_plan_destroy(struct sweep_plan *plan)
{
	if (!plan)
		return;
	report_unref(plan->report);
	arena_finish(&plan->arena);
	free(plan);
}
