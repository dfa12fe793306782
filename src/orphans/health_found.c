// SPDX-License-Identifier: Apache-2.0
// Symptoms that no single message tells.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "orphans/podvm_name.h"

#include "base/banned.h"

enum { PATIENCE_MS = 2 * MINUTE_MS, STUCK_MS = 15 * MINUTE_MS };

static bool is_looked_at(const struct health_facts *facts, const struct pod_record *pod)
{
	return pod->is_peer && (!facts->pod || facts->pod == pod);
}

static void tell_pod(const struct health_facts *facts, const struct health_check *check, const struct pod_record *pod,
        struct health_finding *out, const char *words)
{
	finding_add(out, DIAGNOSIS_FAIL, "%s/%s: %s", pod->namespace_name, pod->record.name, words);
	finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
	finding_remedy(out, "%s", _(check->remedy));
}

// A log that was read, of an adaptor that works, begins before the pod, and has no line of it.
static bool was_never_asked(const struct health_facts *facts, const struct pod_record *pod)
{
	const struct pod_record *adaptor = adaptor_on(facts, pod->node);
	const struct health_log *log = log_of(facts, adaptor);

	return adaptor && adaptor->is_ready && log && log->is_read && log->book.first_time &&
	       log->book.first_time < pod->record.created &&
	       !caa_book_pod_last(&log->book, pod->namespace_name, pod->record.name);
}

void find_nothing_seen(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *pod;

	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (is_looked_at(facts, pod) && *pod->node && !strcmp(pod->phase, "Pending") && !pod->deleting_since &&
		        facts->now - pod->record.created > PATIENCE_MS && was_never_asked(facts, pod))
			tell_pod(facts, check, pod, out, _("the adaptor of its node was never asked for a VM"));
}

void find_no_pods(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	if (!facts->survey->adaptor.exists || facts->survey->adaptor.desired)
		return;
	finding_add(out, DIAGNOSIS_FAIL, "%s", _("no node fits its selector node.kubernetes.io/worker"));
	finding_remedy(out, "%s", _(check->remedy));
}

void find_standup(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	for (size_t i = 0; i < facts->log_count; i++) {
		const struct health_log *log = &facts->logs[i];
		const struct health_mark *mark = &log->marks[MARK_PODS_NOT_READY];

		if (!log->is_read || log->is_previous || log->pod->is_ready || !mark->count)
			continue;
		finding_add(out, DIAGNOSIS_FAIL, "%s: %.300s", log->pod->record.name, mark->text);
		finding_log(out, facts, log, mark->time);
		finding_remedy(out, "%s", _(check->remedy));
	}
}

// Some retries are usual while a VM boots; what counts is that they go on.
void find_proxy(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	for (size_t i = 0; i < facts->log_count; i++) {
		const struct health_log *log = &facts->logs[i];

		for (size_t k = 0; log->is_read && !log->is_previous && k < log->retry_count; k++) {
			const struct health_retry *retry = &log->retries[k];

			if (retry->last < facts->since || retry->last - retry->first < PATIENCE_MS ||
			        log->marks[MARK_PROXY_DEADLINE].count)
				continue;
			finding_add(out, DIAGNOSIS_FAIL, _("%s: %s does not answer since %lld s"), log->pod->node,
			        retry->address, (long long)((retry->last - retry->first) / 1000));
			finding_log(out, facts, log, retry->last);
			finding_remedy(out, "%s", _(check->remedy));
		}
	}
}

void find_calico(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *pod;

	for (size_t i = 0; facts->setup.vxlan_is_usual && facts->survey->config.exists && (pod = pod_at(facts, i));
	        i++) {
		const char *app = tag_of(&pod->labels, "k8s-app");

		if (!app || strcmp(app, "calico-node") != 0)
			continue;
		finding_add(out, DIAGNOSIS_WARN,
		        _("%s/%s runs, and VXLAN_PORT is %d: pods can lose their network while "
		          "their VM is well"),
		        pod->namespace_name, pod->record.name, facts->setup.vxlan_port);
		finding_remedy(out, "%s", _(check->remedy));
		return;
	}
}

void find_deadline(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct snapshot *vms = facts->cloud.vms;
	struct podvm_name name;
	size_t count = 0;

	find_pattern(facts, check, out);
	if (out->result == DIAGNOSIS_PASS || out->link.kind != KIND_POD)
		return;
	for (size_t i = 0; vms && i < vms->count; i++)
		count += podvm_name_parse(vms->records[i]->name, &name) &&
		         podvm_name_fits_pod(&name, out->link.name, PODVM_NAME_LIMIT);
	if (count > 1)
		finding_add(out, DIAGNOSIS_FAIL, _("%zu VMs have that pod's name"), count);
}

void find_quota(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	char names[300];
	size_t count;

	find_pattern(facts, check, out);
	if (out->result == DIAGNOSIS_PASS)
		return;
	count = orphans_text(facts, names, sizeof(names));
	if (count) {
		finding_add(out, DIAGNOSIS_FAIL, _("held by %zu orphans: %s"), count, names);
		return;
	}
	count = strays_text(facts, names, sizeof(names));
	if (count)
		finding_add(out, DIAGNOSIS_FAIL, _("%zu pod VMs fit no pod of this cluster: %s …"), count, names);
}

void find_stuck_pods(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *pod;

	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (is_looked_at(facts, pod) && pod->deleting_since &&
		        facts->now - pod->deleting_since > pod->termination_ms + STUCK_MS)
			tell_pod(facts, check, pod, out, _("is being deleted, and does not go"));
}

static bool pod_is_there(const struct health_facts *facts, const char *uid)
{
	return facts->survey->pods && snapshot_find(facts->survey->pods, uid);
}

void find_stuck_peerpods(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct snapshot *peerpods = facts->survey->peerpods;
	size_t count = 0;

	for (size_t i = 0; !facts->pod && facts->survey->pods && peerpods && i < peerpods->count; i++) {
		const struct peerpod_record *peerpod = (const struct peerpod_record *)peerpods->records[i];

		if (!peerpod->deleting_since || !peerpod->has_finalizer || pod_is_there(facts, peerpod->pod_uid) ||
		        facts->now - peerpod->deleting_since < STUCK_MS || count++)
			continue;
		finding_add(out, DIAGNOSIS_FAIL, _("%s/%s waits for somebody to delete %s"), peerpod->namespace_name,
		        peerpod->record.name, peerpod->vm_id);
		finding_link(out, facts, KIND_PEERPOD, &peerpod->record, peerpod->namespace_name);
	}
	if (count > 1)
		finding_add(out, DIAGNOSIS_FAIL, _("and %zu more"), count - 1);
	if (count)
		finding_remedy(out, "%s", _(check->remedy));
}

void find_old_config(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	struct health_finding age = {.result = DIAGNOSIS_PASS, .link = {.kind = KIND_COUNT}};

	judge_config_age(facts, check, &age);
	if (age.result != DIAGNOSIS_WARN)
		return;
	*out = age;
	*out->remedy = '\0';
	finding_remedy(out, "%s", _(check->remedy));
}

void find_old_image(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct buffer *console = &facts->cloud.console;

	if (!console->size || !strstr(console->data, "apf.json: no such file"))
		return;
	finding_add(out, DIAGNOSIS_FAIL, "%s", _("the VM's console says: apf.json: no such file"));
	finding_remedy(out, "%s", _(check->remedy));
}

// The VM that the adaptor's log names for a pod, or the pod itself; "" = not known.
static const char *vm_id_of(const struct health_facts *facts, const struct pod_record *pod)
{
	const struct health_log *log = log_of(facts, adaptor_on(facts, pod->node));
	const struct caa_entry *entry =
	        log && log->is_read ? caa_book_pod_last(&log->book, pod->namespace_name, pod->record.name) : NULL;

	return entry && *entry->instance ? entry->instance : pod->vm_id;
}

void find_lost_vm(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	struct snapshot *vms = facts->cloud.vms;
	const struct pod_record *pod;

	// Only a whole list tells that something is not in it.
	for (size_t i = 0; vms && vms->complete && (pod = pod_at(facts, i)); i++) {
		const char *id = vm_id_of(facts, pod);

		if (is_looked_at(facts, pod) && !strcmp(pod->phase, "Running") && !pod->is_terminal &&
		        !pod->deleting_since && *id && !snapshot_find(vms, id))
			tell_pod(facts, check, pod, out, _("its VM does not exist any more"));
	}
}
