// SPDX-License-Identifier: Apache-2.0
// The table of checks, and what they share.
#include "config.h"
#include "orphans/health_own.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "orphans/podvm_name.h"

#include "base/banned.h"

enum { SURVEY = NEEDS(HEALTH_SURVEY), LOGS = SURVEY | NEEDS(HEALTH_LOGS), PLACE = SURVEY | NEEDS(HEALTH_PLACE) };

const struct health_check health_checks[HEALTH_CHECKS] = {
        {"H0", N_("the cluster's API"), SURVEY, judge_cluster, NULL, NULL},
        {"H1", N_("worker nodes"), SURVEY, judge_worker_nodes, NULL, NULL},
        {"H2", N_("adaptor: DaemonSet"), SURVEY, judge_adaptor_counts, NULL, NULL},
        {"H3", N_("adaptor: a pod on each worker"), SURVEY, judge_adaptor_pods, NULL, NULL},
        {"H4", N_("adaptor: its log"), LOGS, judge_adaptor_logs, NULL, NULL},
        {"H5", N_("RuntimeClass"), SURVEY, judge_runtime_class, NULL, NULL},
        {"H6", N_("kata on the workers"), SURVEY, judge_kata_label, NULL, NULL},
        {"H7", N_("room for pod VMs on the nodes"), SURVEY, judge_capacity, NULL, NULL},
        {"H8", N_("webhook"), SURVEY | NEEDS(HEALTH_WEBHOOK), judge_webhook, NULL, NULL},
        {"H9", N_("peerpod-ctrl"), LOGS, judge_controller, NULL, NULL},
        {"H10", N_("where pod VMs are made"), PLACE | NEEDS(HEALTH_TRIAL), judge_place, NULL, NULL},
        {"H11", N_("the adaptor's role"), SURVEY | NEEDS(HEALTH_ROLE), judge_identity, NULL, NULL},
        {"H12", N_("workers and pod VMs reach each other"), SURVEY | NEEDS(HEALTH_PASSAGES), judge_passages, NULL,
                NULL},
        {"H13", N_("pod VMs reach the Internet"), SURVEY | NEEDS(HEALTH_EGRESS), judge_egress, NULL, NULL},
        {"H14", N_("configuration in force"), SURVEY, judge_config_age, NULL, NULL},
        {"H15", N_("quotas"), PLACE | NEEDS(HEALTH_LIMITS) | NEEDS(HEALTH_VMS), judge_limits, NULL, NULL},
};

const struct health_check health_path[HEALTH_PATH] = {
        {"P1", N_("the pod"), SURVEY, path_pod, NULL, NULL},
        {"P2", N_("RuntimeClass"), SURVEY, path_runtime_class, NULL, NULL},
        {"P3", N_("its node"), SURVEY, path_node, NULL, NULL},
        {"P4", N_("adaptor on the node"), SURVEY, path_adaptor, NULL, NULL},
        {"P5", N_("the adaptor saw the pod"), LOGS, path_seen, NULL, NULL},
        {"P6", N_("the cloud made a VM"), LOGS | NEEDS(HEALTH_LIMITS) | NEEDS(HEALTH_VMS), path_create, NULL, NULL},
        {"P7", N_("the VM runs"), LOGS | NEEDS(HEALTH_VMS), path_vm, NULL, NULL},
        {"P8", N_("connection to its agent"), LOGS | NEEDS(HEALTH_VMS) | NEEDS(HEALTH_PASSAGES) | NEEDS(HEALTH_CONSOLE),
                path_agent, NULL, NULL},
        {"P9", N_("its containers"), SURVEY, path_containers, NULL, NULL},
};

bool health_judge(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	memset(out, 0, sizeof(*out));
	out->result = DIAGNOSIS_PASS;
	out->link.kind = KIND_COUNT;
	if ((facts->known & check->needs) != check->needs)
		return false;
	check->judge(facts, check, out);
	return true;
}

static unsigned weight(enum diagnosis_result result)
{
	static const unsigned weights[DIAGNOSIS_RESULTS] = {
	        [DIAGNOSIS_SKIP] = 1, [DIAGNOSIS_WARN] = 2, [DIAGNOSIS_UNKNOWN] = 3, [DIAGNOSIS_FAIL] = 4};

	return weights[result];
}

void finding_add(struct health_finding *out, enum diagnosis_result result, const char *format, ...)
{
	size_t used = strlen(out->seen);
	char text[600], clean[600];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_visible(text, strlen(text), clean, sizeof(clean));
	if (used + 2 < sizeof(out->seen))
		snprintf(out->seen + used, sizeof(out->seen) - used, "%s%s", used ? "\n" : "", clean);
	if (weight(result) > weight(out->result)) {
		out->result = result;
		out->remedy[0] = '\0';
	}
}

void finding_remedy(struct health_finding *out, const char *format, ...)
{
	va_list arguments;

	if (*out->remedy)
		return;
	va_start(arguments, format);
	vsnprintf(out->remedy, sizeof(out->remedy), format, arguments);
	va_end(arguments);
}

// The permission in a remedy: "… the RAM action ecs:DescribeImages".
static void find_permission(const char *remedy, char *out, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:-*";

	for (const char *at = remedy; *at;) {
		size_t length = strspn(at, letters);
		const char *colon = length ? memchr(at, ':', length) : NULL;

		if (colon && colon > at && colon + 1 < at + length) {
			snprintf(out, size, "%.*s", (int)length, at);
			return;
		}
		at += length ? length : 1;
	}
	snprintf(out, size, "%.150s", remedy);
}

void finding_failed(struct health_finding *out, const char *what, const struct error *error)
{
	bool is_absent = error->kind == ERROR_NOT_FOUND;
	bool is_worse = weight(is_absent ? DIAGNOSIS_FAIL : DIAGNOSIS_UNKNOWN) > weight(out->result);

	finding_add(out, is_absent ? DIAGNOSIS_FAIL : DIAGNOSIS_UNKNOWN, "%s: %.300s%s%.90s%s", what, error->message,
	        *error->code ? " (" : "", error->code, *error->code ? ")" : "");
	if (is_worse)
		finding_remedy(out, "%s", error->remedy);
	if (error->kind == ERROR_DENIED && !*out->missing)
		find_permission(error->remedy, out->missing, sizeof(out->missing));
}

void finding_unread(const struct health_facts *facts, struct health_finding *out, const char *permission)
{
	if (facts->survey->state == SURVEY_UNREAD) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the cluster was not read"));
		return;
	}
	finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("it may not be read"));
	snprintf(out->missing, sizeof(out->missing), "%s", permission);
	finding_remedy(out, _("Ask the cluster's administrator for: %s"), permission);
}

void finding_link(struct health_finding *out, const struct health_facts *facts, enum kind_id kind,
        const struct record *record, const char *space)
{
	if (out->link.kind != KIND_COUNT)
		return;
	out->link.kind = kind;
	out->link.scope = facts->cluster;
	snprintf(out->link.id, sizeof(out->link.id), "%s", record->id);
	snprintf(out->link.name, sizeof(out->link.name), "%s", record->name);
	snprintf(out->link.space, sizeof(out->link.space), "%s", space);
}

void finding_log(
        struct health_finding *out, const struct health_facts *facts, const struct health_log *log, int64_t time)
{
	out->link.kind = KIND_COUNT;
	finding_link(out, facts, KIND_POD, &log->pod->record, log->pod->namespace_name);
	out->link.log_time = time;
	out->link.is_previous = log->is_previous;
}

void moment_text(const struct health_facts *facts, int64_t time, char out[TIME_TEXT_SIZE])
{
	enum { RECENT_MS = 18 * 60 * MINUTE_MS };

	if (facts->now - time < RECENT_MS)
		time_format_clock(time, out);
	else
		time_format_iso(time, out);
}

const char *tag_of(const struct tag_list *tags, const char *key)
{
	for (unsigned i = 0; i < tags->count; i++)
		if (!strcmp(tags->items[i].key, key))
			return tags->items[i].value;
	return NULL;
}

bool is_worker(const struct node_record *node)
{
	return tag_of(&node->labels, "node.kubernetes.io/worker") != NULL;
}

bool is_adaptor(const struct pod_record *pod)
{
	const char *app = tag_of(&pod->labels, "app");

	return app && !strcmp(app, "cloud-api-adaptor");
}

static const struct record *record_at(const struct snapshot *snapshot, size_t index)
{
	return snapshot && index < snapshot->count ? snapshot->records[index] : NULL;
}

const struct node_record *node_at(const struct health_facts *facts, size_t index)
{
	return (const struct node_record *)record_at(facts->survey->nodes, index);
}

const struct pod_record *pod_at(const struct health_facts *facts, size_t index)
{
	return (const struct pod_record *)record_at(facts->survey->pods, index);
}

const struct event_record *event_at(const struct health_facts *facts, size_t index)
{
	return (const struct event_record *)record_at(facts->survey->events, index);
}

const struct node_record *node_named(const struct health_facts *facts, const char *name)
{
	const struct node_record *node;

	for (size_t i = 0; (node = node_at(facts, i)); i++)
		if (!strcmp(node->record.name, name))
			return node;
	return NULL;
}

const struct pod_record *adaptor_on(const struct health_facts *facts, const char *node)
{
	const struct pod_record *pod, *found = NULL;

	// While it is being replaced there are two: the one that stays counts.
	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (is_adaptor(pod) && !strcmp(pod->node, node) && (!found || found->deleting_since))
			found = pod;
	return found;
}

size_t workers(const struct health_facts *facts)
{
	const struct node_record *node;
	size_t count = 0;

	for (size_t i = 0; (node = node_at(facts, i)); i++)
		count += is_worker(node);
	return count;
}

const struct health_log *log_of(const struct health_facts *facts, const struct pod_record *pod)
{
	for (size_t i = 0; pod && i < facts->log_count; i++)
		if (facts->logs[i].pod == pod && !facts->logs[i].is_previous)
			return &facts->logs[i];
	return NULL;
}

bool event_is_of(const struct event_record *event, const struct pod_record *pod)
{
	if (!pod)
		return true;
	if (*event->object_uid)
		return !strcmp(event->object_uid, pod->record.id);
	return !strcmp(event->object_kind, "Pod") && !strcmp(event->object, pod->record.name) &&
	       !strcmp(event->namespace_name, pod->namespace_name);
}

size_t orphans_text(const struct health_facts *facts, char *out, size_t size)
{
	const struct report *report = facts->report;
	size_t count = 0, used = 0;

	*out = '\0';
	for (size_t i = 0; report && i < report->item_count; i++) {
		const struct report_item *item = report->items[i];
		const struct vm_record *vm = (const struct vm_record *)item->record;
		int written;

		if (item->kind != KIND_VM || item->verdict != VERDICT_ORPHAN ||
		        strcmp(item->scope->region, setup_region(facts)) != 0)
			continue;
		if (count++ >= 3)
			continue;
		written = snprintf(out + used, size - used, "%s%s (%lld vCPU)", used ? ", " : "", item->record->name,
		        (long long)vm->vcpu);
		if (written > 0 && used + (size_t)written < size)
			used += (size_t)written;
	}
	return count;
}

size_t strays_text(const struct health_facts *facts, char *out, size_t size)
{
	const struct snapshot *vms = facts->cloud.vms;
	size_t count = 0;

	*out = '\0';
	for (size_t i = 0; facts->survey->pods && vms && i < vms->count; i++) {
		const struct pod_record *pod;
		struct podvm_name name;
		bool fits = false;

		if (!podvm_name_parse(vms->records[i]->name, &name))
			continue;
		for (size_t k = 0; !fits && (pod = pod_at(facts, k)); k++)
			fits = podvm_name_fits_pod(&name, pod->record.name, PODVM_NAME_LIMIT);
		if (!fits && !count++)
			snprintf(out, size, "%s", vms->records[i]->name);
	}
	return count;
}

const char *setup_region(const struct health_facts *facts)
{
	return *facts->setup.region ? facts->setup.region : facts->cluster.region;
}
