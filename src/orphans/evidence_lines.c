// SPDX-License-Identifier: Apache-2.0
// Evidence as words, section by section.
#include "config.h"
#include "orphans/evidence_lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "orphans/report_own.h"
#include "orphans/sweep_plan.h"

#include "base/banned.h"

enum { LINES_MOST = 200, TEXT_SIZE = 1024, TAGS_SHOWN = 12, PODS_SHOWN = 5 };

struct writing {
	struct evidence_lines *out;
	const struct report *report;
	const struct report_item *item;
	int64_t now;
	struct evidence evidence; // of a VM
};

static void say(struct writing *writing, enum evidence_section section, enum evidence_mark mark, const char *format,
        ...) PRINTF_LIKE(4, 5);

static void say(
        struct writing *writing, enum evidence_section section, enum evidence_mark mark, const char *format, ...)
{
	char raw[TEXT_SIZE], visible[TEXT_SIZE];
	struct evidence_lines *out = writing->out;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	vsnprintf(raw, sizeof raw, format, arguments);
	va_end(arguments);
	text_visible(raw, strlen(raw), visible, sizeof visible);
	text = arena_strdup(&out->arena, visible);
	if (text && out->count < LINES_MOST)
		out->lines[out->count++] = (struct evidence_line){section, mark, text};
}

static const char *age_text(int64_t ms, char out[TIME_TEXT_SIZE])
{
	time_format_age(ms > 0 ? ms : 0, out);
	return out;
}

static const char *moment(int64_t time, char out[TIME_TEXT_SIZE])
{
	if (time == 0)
		snprintf(out, TIME_TEXT_SIZE, "%s", _("not known"));
	else
		time_format_iso(time, out);
	return out;
}

static const char *known(const char *text)
{
	return text && *text ? text : "–";
}

// ---- what it is ----

static void say_tags(struct writing *writing, const struct tag_list *tags)
{
	struct buffer text;

	buffer_init(&text, TEXT_SIZE - 64);
	for (unsigned i = 0; i < tags->count && i < TAGS_SHOWN; i++)
		buffer_printf(&text, "%s%s=%s", i ? ", " : "", tags->items[i].key, tags->items[i].value);
	if (tags->count > TAGS_SHOWN)
		buffer_printf(&text, _(" and %u more"), tags->count - TAGS_SHOWN);
	say(writing, EVIDENCE_WHAT, EVIDENCE_PLAIN, _("tags: %s"), tags->count ? buffer_text(&text) : _("none"));
	buffer_finish(&text);
}

static void say_what(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct vm_record *vm = (const struct vm_record *)item->record;
	char created[TIME_TEXT_SIZE], age[TIME_TEXT_SIZE];

	say(writing, EVIDENCE_WHAT, EVIDENCE_PLAIN, _("%s  %s  %s  %s"), known(item->record->name), item->record->id,
	        known(item->record->region), known(item->record->status));
	say(writing, EVIDENCE_WHAT, EVIDENCE_PLAIN, _("created %s, %s ago"), moment(item->record->created, created),
	        item->record->created ? age_text(writing->now - item->record->created, age) : "–");
	if (item->kind != KIND_VM)
		return;
	say(writing, EVIDENCE_WHAT, EVIDENCE_PLAIN, _("type %s, image %s, vSwitch %s, address %s, %s"), known(vm->type),
	        known(vm->image_id), known(vm->vswitch_id), known(vm->private_ip), known(vm->charge_type));
	say_tags(writing, &vm->tags);
}

static void say_verdict(struct writing *writing)
{
	char settles[512];

	say(writing, EVIDENCE_VERDICT, EVIDENCE_PLAIN, _("%s: %s"), verdict_name(writing->item->verdict),
	        report_item_why(writing->item));
	report_settles(writing->report, writing->item, writing->now, settles, sizeof settles);
	if (*settles)
		say(writing, EVIDENCE_VERDICT, EVIDENCE_WAITS, _("what would settle it: %s"), settles);
}

// ---- whose it is ----

static const char *cluster_name(const struct evidence *evidence, cluster_ref cluster)
{
	return cluster != CLUSTER_NONE && cluster <= evidence->cluster_count ? evidence->clusters[cluster - 1].name
	                                                                     : "–";
}

static void say_fact(
        struct writing *writing, enum evidence_section section, enum evidence_mark mark, const struct reason *reason)
{
	const char *cluster = cluster_name(&writing->evidence, reason->cluster);

	if (reason->subject && *reason->subject)
		say(writing, section, mark, _("%s (%s): %s/%s of %s"), rule_text(reason->rule), rule_name(reason->rule),
		        known(reason->namespace_name), reason->subject, cluster);
	else if (reason->cluster != CLUSTER_NONE)
		say(writing, section, mark, _("%s (%s): %s"), rule_text(reason->rule), rule_name(reason->rule),
		        cluster);
	else
		say(writing, section, mark, _("%s (%s)"), rule_text(reason->rule), rule_name(reason->rule));
}

static void say_facts(struct writing *writing, enum evidence_section section, enum rule first, enum rule last,
        enum evidence_mark mark)
{
	const struct judgement *judgement = &writing->item->judgement;

	for (size_t i = 0; i < judgement->reason_count; i++)
		if (judgement->reasons[i].rule >= first && judgement->reasons[i].rule <= last)
			say_fact(writing, section, mark, &judgement->reasons[i]);
}

static void say_owner(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct vm_record *vm = (const struct vm_record *)item->record;
	cluster_ref owner = item->judgement.owner;

	if (*item->cluster)
		say(writing, EVIDENCE_OWNER, EVIDENCE_PLAIN, _("cluster %s (%s, uid %s)"), item->cluster,
		        known(item->cluster_id), known(item->cluster_uid));
	else
		say(writing, EVIDENCE_OWNER, EVIDENCE_OPEN, _("no cluster is proven to have made it"));
	say_facts(writing, EVIDENCE_OWNER, FACT_E1, FACT_E12, EVIDENCE_HOLDS);
	if (owner == CLUSTER_NONE || owner > writing->evidence.cluster_count)
		return;
	if (writing->evidence.claims[owner - 1].config_fits)
		say(writing, EVIDENCE_OWNER, EVIDENCE_HOLDS,
		        _("vSwitch %s and its security groups are those of peer-pods-cm"), known(vm->vswitch_id));
	else
		say(writing, EVIDENCE_OWNER, EVIDENCE_STANDS_AGAINST,
		        _("vSwitch %s or its security groups are in no known peer-pods-cm of that cluster"),
		        known(vm->vswitch_id));
}

static void say_served(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct evidence *evidence = &writing->evidence;
	size_t told = 0;
	char when[TIME_TEXT_SIZE];

	if (*item->pod)
		say(writing, EVIDENCE_SERVED, EVIDENCE_PLAIN, _("%s/%s, uid %s, sandbox %s, node %s"),
		        known(item->namespace_name), item->pod, known(item->pod_uid), known(item->sandbox),
		        known(item->node));
	else
		say(writing, EVIDENCE_SERVED, EVIDENCE_OPEN, _("it is not known which pod it was made for"));
	if (evidence->unused_since != 0)
		say(writing, EVIDENCE_SERVED, EVIDENCE_PLAIN, _("first found without that pod %s"),
		        moment(evidence->unused_since, when));
	for (size_t i = 0; i < evidence->pod_count && told < PODS_SHOWN; i++, told++)
		say(writing, EVIDENCE_SERVED, EVIDENCE_PLAIN, _("a pod of that name: %s/%s of %s, uid %s, since %s%s"),
		        known(evidence->pods[i].namespace_name), known(evidence->pods[i].name),
		        cluster_name(evidence, evidence->pods[i].cluster), known(evidence->pods[i].uid),
		        moment(evidence->pods[i].created, when),
		        evidence->pods[i].is_terminal   ? _(", ended")
		        : evidence->pods[i].is_deleting ? _(", ending")
		                                        : "");
	if (evidence->pod_count > told)
		say(writing, EVIDENCE_SERVED, EVIDENCE_PLAIN, _("and %zu more pods of that name"),
		        evidence->pod_count - told);
}

static bool is_use(enum rule rule)
{
	return rule >= RULE_LIVE_PEERPOD && rule <= RULE_LIVE_NAME;
}

static void say_unused(struct writing *writing)
{
	const struct report_item *item = writing->item;
	size_t naming = 0;

	if (is_use(item->judgement.rule) || item->judgement.rule == RULE_CONFLICT ||
	        item->verdict == VERDICT_CREATING) {
		say_fact(writing, EVIDENCE_UNUSED, EVIDENCE_STANDS_AGAINST, &item->judgement.reasons[0]);
		return;
	}
	for (size_t i = 0; i < writing->evidence.peerpod_count; i++)
		naming += writing->evidence.peerpods[i].vm_id &&
		          strcmp(writing->evidence.peerpods[i].vm_id, item->record->id) == 0;
	if (naming == 0)
		say(writing, EVIDENCE_UNUSED, EVIDENCE_HOLDS, _("no PeerPod names it"));
	else
		say(writing, EVIDENCE_UNUSED, EVIDENCE_PLAIN, _("PeerPods that name it: %zu, none of a pod in use"),
		        naming);
	if (writing->evidence.pod_count == 0)
		say(writing, EVIDENCE_UNUSED, EVIDENCE_HOLDS, _("no pod of any cluster that was read fits its name"));
	say_facts(writing, EVIDENCE_UNUSED, FACT_T1, FACT_S4, EVIDENCE_HOLDS);
	if (writing->evidence.log.is_refused)
		say(writing, EVIDENCE_UNUSED, EVIDENCE_HOLDS,
		        _("the adaptor refused to stop it: it no longer knows its sandbox"));
}

// ---- settled, and what is against it ----

static enum evidence_mark mark_of(const struct judgement *judgement, enum rule rule)
{
	if (!judgement_has(judgement, rule))
		return EVIDENCE_HOLDS;
	return rule_need(rule) == NEED_TIME ? EVIDENCE_WAITS : EVIDENCE_STANDS_AGAINST;
}

// Whether the conditions were asked at all.
static bool was_weighed(const struct report_item *item)
{
	return item->verdict == VERDICT_ORPHAN ||
	       (item->verdict == VERDICT_SUSPECT && item->judgement.rule != RULE_CONFLICT);
}

static void say_settled(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct evidence *evidence = &writing->evidence;
	const struct judgement *judgement = &item->judgement;
	int64_t age = evidence->scan->cloud_now - evidence->vm.created.end;
	char text[TIME_TEXT_SIZE], seen[TIME_TEXT_SIZE];

	if (!was_weighed(item))
		return;
	say(writing, EVIDENCE_SETTLED, mark_of(judgement, RULE_AGE), _("%s old (30 min needed)"), age_text(age, text));
	say(writing, EVIDENCE_SETTLED, mark_of(judgement, RULE_SEEN),
	        _("the same result in %u readings over %s (3 over 15 min needed)"), evidence->seen_scans,
	        age_text(evidence->seen_ms, seen));
	if (evidence->unused_since != 0)
		say(writing, EVIDENCE_SETTLED, mark_of(judgement, RULE_TERM), _("its pod has been gone for %s"),
		        age_text(evidence->scan->now - evidence->unused_since, text));
	else
		say(writing, EVIDENCE_SETTLED, mark_of(judgement, RULE_TERM), _("no pod of it was ever seen"));
}

static const struct against {
	enum rule rule;
	const char *good; // N_(); NULL = told only when it holds
} againsts[] = {
        {RULE_VETO_PROTECTED, N_("deletion protection is off")},
        {RULE_VETO_ADDRESSES, N_("it has only the adaptor's interfaces and addresses")},
        {RULE_VETO_LOCKED, N_("the cloud has not locked it")},
        {RULE_VETO_TAGS, N_("no tag says that somebody else cares for it")},
        {RULE_VETO_DEVELOPER, N_("its cluster is not in developer mode")},
        {RULE_VETO_MAKER, N_("the node that made it is ready, or gone")},
        {RULE_VETO_CHANGED, N_("the verdict has stood for three scans")},
        {RULE_CLOCKS_DIFFER, N_("the clocks agree")},
        {RULE_NOT_OWNED, NULL},
        {RULE_OWNERS_DISAGREE, NULL},
        {RULE_PODS_DISAGREE, NULL},
        {RULE_CONFIG_DIFFERS, NULL},
        {RULE_POD_PENDING, NULL},
        {RULE_VETO_CLUSTERS, NULL},
        {RULE_VETO_CONTROLLER, NULL},
        {RULE_VETO_FLOOD, NULL},
        {RULE_VETO_BUSY, NULL},
        {RULE_VETO_FRESH, NULL},
};

static void say_against(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct judgement *judgement = &item->judgement;

	if (!was_weighed(item))
		return;
	for (size_t i = 0; i < COUNT_OF(againsts); i++) {
		const struct against *against = &againsts[i];

		if (judgement_has(judgement, against->rule))
			say(writing, EVIDENCE_AGAINST, mark_of(judgement, against->rule), "%s",
			        rule_text(against->rule));
		else if (against->good)
			say(writing, EVIDENCE_AGAINST, EVIDENCE_HOLDS, "%s", _(against->good));
	}
}

static void say_log(struct writing *writing)
{
	const struct report_item *item = writing->item;
	char when[TIME_TEXT_SIZE];

	for (size_t i = 0; i < item->line_count; i++)
		say(writing, EVIDENCE_LOG, EVIDENCE_PLAIN, "%s  %s  %s", moment(item->lines[i].time, when),
		        item->lines[i].text, known(item->lines[i].node));
}

// ---- what goes with it, costs, and how it was read ----

static void say_belonging(struct writing *writing, const struct report_item *item)
{
	const struct disk_record *disk = (const struct disk_record *)item->record;
	const struct eip_record *eip = (const struct eip_record *)item->record;
	const char *fate = sweep_fate_text(item->kind, sweep_fate_of(item, writing->item->record->id));

	switch (item->kind) {
	case KIND_DISK:
		say(writing, EVIDENCE_WITH, EVIDENCE_PLAIN, _("disk %s, %lld GiB, %s"), item->record->id,
		        (long long)disk->size_gib, fate);
		break;
	case KIND_ENI:
		say(writing, EVIDENCE_WITH, EVIDENCE_PLAIN, _("interface %s %s, %s"), item->record->id,
		        item->record->name, fate);
		break;
	case KIND_EIP:
		say(writing, EVIDENCE_WITH, EVIDENCE_PLAIN, _("address %s %s, %s"), known(eip->address),
		        item->record->id, fate);
		break;
	case KIND_PEERPOD:
		say(writing, EVIDENCE_WITH, EVIDENCE_PLAIN, _("PeerPod %s, %s"), item->record->name, fate);
		break;
	default:
		break;
	}
}

static void say_cost(struct writing *writing)
{
	const struct report_cost *cost = &writing->item->cost;
	const struct vm_record *vm = (const struct vm_record *)writing->item->record;
	char since[TIME_TEXT_SIZE], hour[MONEY_TEXT_SIZE], day[MONEY_TEXT_SIZE], so_far[MONEY_TEXT_SIZE];

	if (!money_text(cost->per_hour, cost->currency, hour, sizeof(hour)) ||
	        !money_text(cost->per_hour * 24, cost->currency, day, sizeof(day))) {
		say(writing, EVIDENCE_COST, EVIDENCE_OPEN, _("its price is not known"));
		return;
	}
	say(writing, EVIDENCE_COST, EVIDENCE_PLAIN, _("%s an hour, %s a day"), hour, day);
	if (writing->item->since != 0 && money_text(cost->so_far, cost->currency, so_far, sizeof(so_far)))
		say(writing, EVIDENCE_COST, EVIDENCE_PLAIN, _("%s since %s"), so_far,
		        moment(writing->item->since, since));
	if (writing->item->kind == KIND_VM && vm->vcpu > 0)
		say(writing, EVIDENCE_COST, EVIDENCE_PLAIN, _("%lld vCPU"), (long long)vm->vcpu);
}

static void say_readings(struct writing *writing)
{
	const struct report *report = writing->report;
	char age[TIME_TEXT_SIZE];

	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];
		const char *what = reading->is_cluster ? _("cluster") : _("region");

		if (reading->is_complete)
			say(writing, EVIDENCE_READ, EVIDENCE_HOLDS, _("%s %s, read %s ago"), what, known(reading->name),
			        age_text(writing->now - reading->read_at, age));
		else if (*reading->missing)
			say(writing, EVIDENCE_READ, EVIDENCE_OPEN, _("%s %s, not read whole: %s (missing: %s)"), what,
			        known(reading->name), known(reading->why), reading->missing);
		else
			say(writing, EVIDENCE_READ, EVIDENCE_OPEN, _("%s %s, not read whole: %s"), what,
			        known(reading->name), known(reading->why));
	}
}

static void say_unknown(struct writing *writing)
{
	const struct evidence *evidence = &writing->evidence;

	if (evidence->data.state == USER_DATA_UNREAD)
		say(writing, EVIDENCE_UNKNOWN, EVIDENCE_OPEN, _("its user data was not read"));
	if (!evidence->log.is_mapped)
		say(writing, EVIDENCE_UNKNOWN, EVIDENCE_OPEN,
		        _("no log of an adaptor that was read tells of its creation"));
	if (evidence->maker == MAKER_UNKNOWN)
		say(writing, EVIDENCE_UNKNOWN, EVIDENCE_OPEN, _("which node made it"));
	if (*writing->item->pod)
		say(writing, EVIDENCE_UNKNOWN, EVIDENCE_OPEN, _("who ended its pod: audit logs are not read"));
}

static void say_leftover(struct writing *writing)
{
	const struct report_item *item = writing->item;
	const struct report_leftover *leftover = report_leftover(item);
	char when[TIME_TEXT_SIZE];

	if (*item->vm)
		say(writing, EVIDENCE_OWNER, EVIDENCE_PLAIN, _("it was made for the VM %s"), item->vm);
	if (*item->cluster)
		say(writing, EVIDENCE_OWNER, EVIDENCE_PLAIN, _("cluster %s (%s, uid %s)"), item->cluster,
		        known(item->cluster_id), known(item->cluster_uid));
	if (*item->pod)
		say(writing, EVIDENCE_SERVED, EVIDENCE_PLAIN, "%s/%s", known(item->namespace_name), item->pod);
	if (leftover->facts.kind != LEFTOVER_EIP)
		say(writing, EVIDENCE_UNUSED,
		        leftover->facts.vm_exists == ANSWER_NO    ? EVIDENCE_HOLDS
		        : leftover->facts.vm_exists == ANSWER_YES ? EVIDENCE_STANDS_AGAINST
		                                                  : EVIDENCE_OPEN,
		        "%s",
		        leftover->facts.vm_exists == ANSWER_NO ? _("the cloud says by id that this VM does not exist")
		        : leftover->facts.vm_exists == ANSWER_YES ? _("this VM exists")
		                                                  : _("it is not proven that this VM is gone"));
	if (leftover->facts.free_since != 0)
		say(writing, EVIDENCE_SETTLED, EVIDENCE_PLAIN, _("first found free %s"),
		        moment(leftover->facts.free_since, when));
}

bool evidence_lines_make(const struct report *report, const struct report_item *item, int64_t now,
        struct evidence_lines *out, struct error *error)
{
	struct writing writing = {.out = out, .report = report, .item = item, .now = now};
	struct report_hanging belonging;

	if (item->kind == KIND_VM)
		report_evidence(item, &writing.evidence);
	*out = (struct evidence_lines){0};
	arena_init(&out->arena, 0);
	out->lines = arena_alloc(&out->arena, LINES_MOST * sizeof *out->lines);
	if (!out->lines)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	say_what(&writing);
	say_verdict(&writing);
	if (item->kind != KIND_VM) {
		say_leftover(&writing);
	} else if (writing.evidence.claims || writing.evidence.cluster_count == 0) {
		say_owner(&writing);
		say_served(&writing);
		say_unused(&writing);
		say_settled(&writing);
		say_against(&writing);
		say_log(&writing);
	}
	for (size_t i = 0; i < item->belonging_count; i++) {
		report_belonging(item, i, &belonging);
		say_belonging(&writing, &belonging.item);
	}
	say_cost(&writing);
	say_readings(&writing);
	if (item->kind == KIND_VM)
		say_unknown(&writing);
	return true;
}

void evidence_lines_finish(struct evidence_lines *lines)
{
	arena_finish(&lines->arena);
	*lines = (struct evidence_lines){0};
}

const char *evidence_heading(enum evidence_section section, const struct report_item *item)
{
	static const char *const headings[EVIDENCE_SECTIONS] = {
	        [EVIDENCE_WHAT] = N_("What"),
	        [EVIDENCE_VERDICT] = N_("Verdict"),
	        [EVIDENCE_OWNER] = N_("Belongs to"),
	        [EVIDENCE_SERVED] = N_("Served"),
	        [EVIDENCE_UNUSED] = N_("Unused"),
	        [EVIDENCE_SETTLED] = N_("Settled"),
	        [EVIDENCE_AGAINST] = N_("No veto"),
	        [EVIDENCE_LOG] = N_("Adaptor's log"),
	        [EVIDENCE_WITH] = N_("Goes with it"),
	        [EVIDENCE_COST] = N_("Costs"),
	        [EVIDENCE_READ] = N_("Read"),
	        [EVIDENCE_UNKNOWN] = N_("Not known"),
	};

	if (section == EVIDENCE_UNUSED && (item->verdict == VERDICT_LIVE || item->verdict == VERDICT_CREATING))
		return _("Used by");
	if (section == EVIDENCE_AGAINST && item->kind == KIND_VM)
		for (size_t i = 0; i < COUNT_OF(againsts); i++)
			if (judgement_has(&item->judgement, againsts[i].rule))
				return _("Against it");
	return _(headings[section]);
}

const char *evidence_mark_text(enum evidence_mark mark, bool ascii)
{
	static const char *const marks[][2] = {
	        [EVIDENCE_PLAIN] = {"", ""},
	        [EVIDENCE_HOLDS] = {"✔", "+"},
	        [EVIDENCE_STANDS_AGAINST] = {"✖", "x"},
	        [EVIDENCE_OPEN] = {"?", "?"},
	        [EVIDENCE_WAITS] = {"…", "~"},
	};

	return marks[mark][ascii];
}
