// SPDX-License-Identifier: Apache-2.0
// One item as JSON, with all that it was judged by: for output and for the audit record.
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "orphans/report_own.h"

#include "base/banned.h"

enum { JSON_PODS_MOST = 20 };

struct json {
	struct buffer *out;
	bool has_member;
};

static void name(struct json *json, const char *member)
{
	if (json->has_member)
		buffer_add_char(json->out, ',');
	json->has_member = true;
	text_add_json_string(json->out, member, strlen(member));
	buffer_add_char(json->out, ':');
}

static void text(struct json *json, const char *member, const char *value)
{
	name(json, member);
	text_add_json_string(json->out, value ? value : "", value ? strlen(value) : 0);
}

// null where nothing is known.
static void moment(struct json *json, const char *member, int64_t time)
{
	char iso[TIME_TEXT_SIZE];

	name(json, member);
	if (time == 0) {
		buffer_add_text(json->out, "null");
		return;
	}
	time_format_iso(time, iso);
	text_add_json_string(json->out, iso, strlen(iso));
}

static void number(struct json *json, const char *member, int64_t value)
{
	name(json, member);
	buffer_printf(json->out, "%lld", (long long)value);
}

static void money(struct json *json, const char *member, double value)
{
	name(json, member);
	if (isnan(value))
		buffer_add_text(json->out, "null");
	else
		buffer_printf(json->out, "%.6g", value);
}

static void flag(struct json *json, const char *member, bool value)
{
	name(json, member);
	buffer_add_text(json->out, value ? "true" : "false");
}

static void answer(struct json *json, const char *member, enum answer value)
{
	name(json, member);
	buffer_add_text(json->out, value == ANSWER_UNKNOWN ? "null" : value == ANSWER_YES ? "true" : "false");
}

static void open_with(struct json *json, char bracket)
{
	buffer_add_char(json->out, bracket);
	json->has_member = false;
}

static void close_with(struct json *json, char bracket)
{
	buffer_add_char(json->out, bracket);
	json->has_member = true;
}

static void element(struct json *json)
{
	if (json->has_member)
		buffer_add_char(json->out, ',');
	open_with(json, '{');
}

static const char *cluster_name(const struct evidence *evidence, cluster_ref cluster)
{
	return cluster != CLUSTER_NONE && cluster <= evidence->cluster_count ? evidence->clusters[cluster - 1].name
	                                                                     : "";
}

static bool rule_is_fact(enum rule rule)
{
	return rule >= FACT_E1;
}

static void reasons(
        struct json *json, const struct report *report, const struct report_item *item, const struct evidence *evidence)
{
	const struct judgement *judgement = &item->judgement;

	name(json, "evidence");
	open_with(json, '[');
	for (size_t i = 0; i < judgement->reason_count; i++) {
		const struct reason *reason = &judgement->reasons[i];
		char settles[512] = "";

		element(json);
		text(json, "fact", rule_is_fact(reason->rule) ? rule_name(reason->rule) : "");
		text(json, "rule", rule_name(reason->rule));
		text(json, "text", rule_text(reason->rule));
		text(json, "cluster", cluster_name(evidence, reason->cluster));
		text(json, "namespace", reason->namespace_name);
		text(json, "subject", reason->subject);
		reason_settles(report, item, reason, settles, sizeof settles);
		text(json, "settles", settles);
		moment(json, "until", reason->until);
		close_with(json, '}');
	}
	close_with(json, ']');
}

static void leftover_reasons(struct json *json, const struct report_item *item)
{
	const struct report_leftover *leftover = report_leftover(item);

	name(json, "evidence");
	open_with(json, '[');
	element(json);
	text(json, "fact", "");
	text(json, "rule", report_item_rule(item));
	text(json, "text", report_item_why(item));
	text(json, "cluster", item->cluster);
	text(json, "namespace", item->namespace_name);
	text(json, "subject", item->vm);
	moment(json, "until", leftover->judgement.until);
	close_with(json, '}');
	close_with(json, ']');
	answer(json, "is_free", leftover->facts.is_free);
	moment(json, "free_since", leftover->facts.free_since);
	answer(json, "vm_exists", leftover->facts.vm_exists);
	answer(json, "has_controller", leftover->facts.has_controller);
	flag(json, "list_is_complete", leftover->facts.list_is_complete);
}

static void vm_facts(struct json *json, const struct evidence *evidence)
{
	const struct evidence_vm *vm = &evidence->vm;

	name(json, "vm");
	open_with(json, '{');
	moment(json, "created_from", vm->created.start);
	moment(json, "created_until", vm->created.end);
	answer(json, "is_prepaid", vm->is_prepaid);
	answer(json, "has_data_disks", vm->has_data_disks);
	answer(json, "is_node", vm->is_node);
	answer(json, "is_of_scale_set", vm->is_of_scale_set);
	answer(json, "fits_known_network", vm->fits_known_network);
	answer(json, "is_protected", vm->is_protected);
	answer(json, "is_locked", vm->is_locked);
	answer(json, "has_other_addresses", vm->has_other_addresses);
	answer(json, "has_other_tags", vm->has_other_tags);
	flag(json, "is_kept", vm->is_kept);
	close_with(json, '}');
}

static void log_facts(struct json *json, const struct report_item *item, const struct evidence *evidence)
{
	const struct evidence_log *log = &evidence->log;

	name(json, "log");
	open_with(json, '{');
	text(json, "cluster", cluster_name(evidence, log->cluster));
	text(json, "node", log->node);
	text(json, "sandbox", log->sandbox);
	text(json, "namespace", log->namespace_name);
	text(json, "pod", log->pod_name);
	flag(json, "is_mapped", log->is_mapped);
	flag(json, "is_half_created", log->is_half_created);
	flag(json, "is_deleted", log->is_deleted);
	flag(json, "is_refused", log->is_refused);
	name(json, "lines");
	open_with(json, '[');
	for (size_t i = 0; i < item->line_count; i++) {
		element(json);
		moment(json, "time", item->lines[i].time);
		text(json, "node", item->lines[i].node);
		text(json, "text", item->lines[i].text);
		close_with(json, '}');
	}
	close_with(json, ']');
	close_with(json, '}');
}

static void data_facts(struct json *json, const struct evidence *evidence)
{
	static const char *const states[] = {[USER_DATA_UNREAD] = "unread",
	        [USER_DATA_FOREIGN] = "foreign",
	        [USER_DATA_BROKEN] = "broken",
	        [USER_DATA_PODVM] = "podvm"};
	const struct evidence_data *data = &evidence->data;

	name(json, "user_data");
	open_with(json, '{');
	text(json, "state", states[data->state]);
	text(json, "namespace", data->namespace_name);
	text(json, "pod", data->pod_name);
	text(json, "pod_ip", data->pod_ip);
	text(json, "worker_ip", data->worker_ip);
	text(json, "worker_cluster", cluster_name(evidence, data->worker_cluster));
	close_with(json, '}');
}

static void pod_facts(struct json *json, const struct evidence *evidence)
{
	number(json, "pod_count", (int64_t)evidence->pod_count);
	name(json, "pods");
	open_with(json, '[');
	for (size_t i = 0; i < evidence->pod_count && i < JSON_PODS_MOST; i++) {
		const struct evidence_pod *pod = &evidence->pods[i];

		element(json);
		text(json, "cluster", cluster_name(evidence, pod->cluster));
		text(json, "namespace", pod->namespace_name);
		text(json, "name", pod->name);
		text(json, "uid", pod->uid);
		text(json, "node", pod->node);
		text(json, "ip", pod->ips[0]);
		flag(json, "is_terminal", pod->is_terminal);
		flag(json, "is_deleting", pod->is_deleting);
		flag(json, "is_ready", pod->is_ready);
		moment(json, "created", pod->created);
		moment(json, "running_since", pod->running_since);
		close_with(json, '}');
	}
	close_with(json, ']');
	name(json, "peerpods");
	open_with(json, '[');
	for (size_t i = 0; i < evidence->peerpod_count && i < JSON_PODS_MOST; i++) {
		const struct evidence_peerpod *peerpod = &evidence->peerpods[i];

		element(json);
		text(json, "cluster", cluster_name(evidence, peerpod->cluster));
		text(json, "namespace", peerpod->namespace_name);
		text(json, "name", peerpod->name);
		text(json, "pod_uid", peerpod->pod_uid);
		text(json, "vm_id", peerpod->vm_id);
		flag(json, "has_finalizer", peerpod->has_finalizer);
		moment(json, "created", peerpod->created);
		moment(json, "deleting_since", peerpod->deleting_since);
		close_with(json, '}');
	}
	close_with(json, ']');
}

static void settled_facts(struct json *json, const struct evidence *evidence)
{
	name(json, "settled");
	open_with(json, '{');
	number(json, "age_ms", evidence->scan->cloud_now - evidence->vm.created.end);
	number(json, "seen_ms", evidence->seen_ms);
	number(json, "seen_scans", evidence->seen_scans);
	moment(json, "unused_since", evidence->unused_since);
	number(json, "termination_ms", evidence->termination_ms);
	number(json, "clock_offset_ms", evidence->scan->clock_offset_ms);
	flag(json, "clocks_are_measured", evidence->scan->clocks_are_measured);
	flag(json, "changed_lately", evidence->changed_lately);
	text(json, "tag_cluster", cluster_name(evidence, evidence->tag_cluster));
	text(json, "record_cluster", cluster_name(evidence, evidence->record_cluster));
	moment(json, "judged_at", evidence->scan->now);
	close_with(json, '}');
}

static void readings(struct json *json, const struct report *report)
{
	static const char *const words[] = {[CLUSTER_UNREAD] = "unread",
	        [CLUSTER_DENIED] = "denied",
	        [CLUSTER_STALE] = "stale",
	        [CLUSTER_READ] = "read",
	        [CLUSTER_GONE] = "gone"};

	name(json, "readings");
	open_with(json, '[');
	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];

		element(json);
		text(json, reading->is_cluster ? "cluster" : "region", reading->name);
		if (reading->is_cluster)
			text(json, "reading", words[reading->reading]);
		flag(json, "is_complete", reading->is_complete);
		moment(json, "read_at", reading->read_at);
		text(json, "why", reading->why);
		text(json, "missing", reading->missing);
		close_with(json, '}');
	}
	close_with(json, ']');
}

static void belongings(struct json *json, const struct report_item *item)
{
	name(json, "belongings");
	open_with(json, '[');
	for (size_t i = 0; i < item->belonging_count; i++) {
		struct report_hanging hanging;

		report_belonging(item, i, &hanging);
		element(json);
		text(json, "kind", report_item_sort(&hanging.item));
		text(json, "id", hanging.item.record->id);
		text(json, "name", hanging.item.record->name);
		close_with(json, '}');
	}
	close_with(json, ']');
}

static void head(struct json *json, const struct report *report, const struct report_item *item)
{
	char settles[512] = "";

	text(json, "id", item->record->id);
	text(json, "name", item->record->name);
	text(json, "region", item->record->region);
	text(json, "status", item->record->status);
	moment(json, "created", item->record->created);
	text(json, "kind", report_item_sort(item));
	text(json, "verdict", verdict_name(item->verdict));
	text(json, "rule", report_item_rule(item));
	text(json, "why", report_item_why(item));
	report_settles(report, item, report->ended, settles, sizeof settles);
	text(json, "settles", settles);
	moment(json, "settles_at", item->settles_at);
	moment(json, "since", item->since);
	money(json, "cost_per_hour", item->cost.per_hour);
	money(json, "cost_so_far", item->cost.so_far);
	text(json, "currency", item->cost.currency);
	text(json, "cluster", item->cluster);
	text(json, "cluster_id", item->cluster_id);
	text(json, "cluster_uid", item->cluster_uid);
	text(json, "namespace", item->namespace_name);
	text(json, "pod", item->pod);
	text(json, "pod_uid", item->pod_uid);
	text(json, "node", item->node);
	text(json, "sandbox", item->sandbox);
	text(json, "vm_id", item->kind == KIND_VM ? item->record->id : item->vm);
}

bool report_item_json(const struct report *report, const struct report_item *item, struct buffer *out)
{
	struct json json = {.out = out};
	struct evidence evidence;

	open_with(&json, '{');
	head(&json, report, item);
	if (item->kind != KIND_VM) {
		leftover_reasons(&json, item);
	} else {
		report_evidence(item, &evidence);
		reasons(&json, report, item, &evidence);
		vm_facts(&json, &evidence);
		if (evidence.cluster_count > 0 || evidence.pod_count > 0) {
			log_facts(&json, item, &evidence);
			data_facts(&json, &evidence);
			pod_facts(&json, &evidence);
		}
		settled_facts(&json, &evidence);
		belongings(&json, item);
	}
	readings(&json, report);
	name(&json, "record");
	record_json(kind_get(item->kind), item->record, NULL, out);
	close_with(&json, '}');
	return !out->broken;
}
