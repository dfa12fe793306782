// SPDX-License-Identifier: Apache-2.0
// H1 to H7: nodes, the adaptor's pods and logs, RuntimeClass.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

enum { RESTART_MS = 15 * MINUTE_MS, NAMES_SHOWN = 3 };

static const char label_workers[] = N_("Label the nodes that should make pod VMs: kubectl label node NAME "
                                       "node.kubernetes.io/worker=");

// Collects names of nodes and pods that are not as they should be.
struct names {
	char text[300];
	size_t count;
};

static void names_add(struct names *names, const char *name)
{
	size_t used = strlen(names->text);

	if (names->count++ < NAMES_SHOWN)
		snprintf(names->text + used, sizeof(names->text) - used, "%s%.80s", used ? ", " : "", name);
	else if (names->count == NAMES_SHOWN + 1)
		snprintf(names->text + used, sizeof(names->text) - used, ", …");
}

void judge_worker_nodes(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	size_t count = workers(facts);

	(void)check;
	if (!facts->survey->nodes) {
		finding_unread(facts, out, "list nodes");
		return;
	}
	if (count) {
		finding_add(out, DIAGNOSIS_PASS, _("%zu of %zu nodes have the label node.kubernetes.io/worker"), count,
		        facts->survey->nodes->count);
		return;
	}
	finding_add(out, DIAGNOSIS_FAIL, _("none of %zu nodes has the label node.kubernetes.io/worker"),
	        facts->survey->nodes->count);
	finding_remedy(out, "%s", _(label_workers));
}

static bool daemonset_is_unread(const struct health_facts *facts)
{
	return facts->survey->state == SURVEY_UNREAD || strstr(facts->survey->missing, "daemonset") != NULL;
}

void judge_adaptor_counts(
        const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct survey_adaptor *adaptor = &facts->survey->adaptor;

	(void)check;
	if (!adaptor->exists && daemonset_is_unread(facts)) {
		finding_unread(facts, out, "get daemonsets.apps");
	} else if (!adaptor->exists) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("there is no DaemonSet cloud-api-adaptor-daemonset"));
		finding_remedy(out, "%s", _("Install the Cloud API Adaptor; the set-up guide does it"));
	} else if (!adaptor->desired) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("it wants no pod: no node fits its selector"));
		finding_remedy(out, "%s", _(label_workers));
	} else {
		bool good = adaptor->ready == adaptor->desired && adaptor->updated == adaptor->desired;

		finding_add(out,
		        good             ? DIAGNOSIS_PASS
		        : adaptor->ready ? DIAGNOSIS_WARN
		                         : DIAGNOSIS_FAIL,
		        _("%lld wanted, %lld ready, %lld of the newest version"), (long long)adaptor->desired,
		        (long long)adaptor->ready, (long long)adaptor->updated);
		if (!good)
			finding_remedy(out, "%s", _("See the lines on the adaptor's pods and log below"));
	}
}

static void judge_one_adaptor(const struct health_facts *facts, const struct node_record *node, struct names *absent,
        struct names *unready, struct names *restarted, struct health_finding *out)
{
	const struct pod_record *pod = adaptor_on(facts, node->record.name);

	if (!pod) {
		names_add(absent, node->record.name);
		finding_link(out, facts, KIND_NODE, &node->record, "");
		return;
	}
	if (!pod->is_ready) {
		names_add(unready, pod->record.name);
		finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
	} else if (pod->restarts > 0 && pod->running_since > facts->now - RESTART_MS) {
		names_add(restarted, pod->record.name);
		finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
	}
}

void judge_adaptor_pods(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	struct names absent = {{0}, 0}, unready = {{0}, 0}, restarted = {{0}, 0};
	const struct node_record *node;

	(void)check;
	if (!facts->survey->nodes || !facts->survey->pods) {
		finding_unread(facts, out, facts->survey->nodes ? "list pods" : "list nodes");
		return;
	}
	for (size_t i = 0; (node = node_at(facts, i)); i++)
		if (is_worker(node) && node->is_ready)
			judge_one_adaptor(facts, node, &absent, &unready, &restarted, out);
	if (absent.count)
		finding_add(out, DIAGNOSIS_FAIL, _("no adaptor on %s"), absent.text);
	if (unready.count)
		finding_add(out, DIAGNOSIS_FAIL, _("not ready: %s"), unready.text);
	if (restarted.count)
		finding_add(out, DIAGNOSIS_WARN, _("restarted within the last 15 minutes: %s"), restarted.text);
	if (absent.count || unready.count)
		finding_remedy(out, "%s", _("Read its log and events; kubectl describe shows why it does not start"));
	else if (restarted.count)
		finding_remedy(out, "%s",
		        _("Each restart forgets the VMs that it made: look for orphans, and for the reason in the log "
		          "of "
		          "the container before"));
	if (out->result == DIAGNOSIS_PASS)
		finding_add(out, DIAGNOSIS_PASS, _("ready on all %zu workers that are ready"), workers(facts));
}

static void judge_log(const struct health_facts *facts, const struct health_log *log, struct health_finding *out)
{
	const struct caa_book *book = &log->book;

	if (!log->is_read) {
		finding_failed(out, log->pod->record.name, &log->error);
		return;
	}
	// A ready pod has passed its own start; of a long life the log has lost the beginning.
	if (log->pod->is_ready)
		return;
	if (!book->counts[CAA_SERVER_STARTED])
		finding_add(out, DIAGNOSIS_FAIL, _("%s: \"server started\" never came"), log->pod->record.name);
	else if (book->counts[CAA_CAPACITY_FAILED] && !book->counts[CAA_CAPACITY_SET])
		finding_add(out, DIAGNOSIS_FAIL, _("%s: it could not tell its node how many pod VMs fit"),
		        log->pod->record.name);
	else if (log->marks[MARK_PODS_NOT_READY].count)
		finding_add(
		        out, DIAGNOSIS_FAIL, "%s: %.300s", log->pod->record.name, log->marks[MARK_PODS_NOT_READY].text);
	else
		finding_add(out, DIAGNOSIS_WARN, _("%s: started, and not ready yet"), log->pod->record.name);
	if (!out->link.log_time)
		finding_log(out, facts, log, log->book.last_time);
}

void judge_adaptor_logs(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	size_t read = 0;

	(void)check;
	for (size_t i = 0; i < facts->log_count; i++) {
		if (facts->logs[i].is_previous || facts->logs[i].is_controller)
			continue;
		judge_log(facts, &facts->logs[i], out);
		read += facts->logs[i].is_read;
	}
	if (facts->logs_left_out)
		finding_add(out, DIAGNOSIS_UNKNOWN, _("%zu more were not read"), facts->logs_left_out);
	if (!facts->survey->pods)
		finding_unread(facts, out, "list pods");
	else if (!read && out->result == DIAGNOSIS_PASS)
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("there is no pod of the adaptor whose log could be read"));
	else if (out->result == DIAGNOSIS_PASS)
		finding_add(out, DIAGNOSIS_PASS, _("%zu read; all of them stand"), read);
	else
		finding_remedy(out, "%s", _("The symptoms below name the known causes"));
}

void judge_runtime_class(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct cluster_survey *survey = facts->survey;

	(void)check;
	if (!survey->classes_are_known) {
		finding_unread(facts, out, "list runtimeclasses.node.k8s.io");
		return;
	}
	for (size_t i = 0; i < survey->class_count; i++)
		if (!strcmp(survey->classes[i].handler, "kata-remote")) {
			finding_add(out, DIAGNOSIS_PASS, _("%s, handler %s"), survey->classes[i].name,
			        survey->classes[i].handler);
			return;
		}
	finding_add(out, DIAGNOSIS_FAIL, "%s", _("no RuntimeClass has the handler kata-remote"));
	finding_remedy(out, "%s",
	        _("Wait until the operator or kata-deploy has finished; look at its pods in "
	          "confidential-containers-system"));
}

void judge_kata_label(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	struct names without = {{0}, 0};
	const struct node_record *node;

	(void)check;
	if (!facts->survey->nodes) {
		finding_unread(facts, out, "list nodes");
		return;
	}
	for (size_t i = 0; (node = node_at(facts, i)); i++) {
		const char *label = tag_of(&node->labels, "katacontainers.io/kata-runtime");

		if (!is_worker(node) || (label && !strcmp(label, "true")))
			continue;
		names_add(&without, node->record.name);
		finding_link(out, facts, KIND_NODE, &node->record, "");
	}
	if (!without.count) {
		finding_add(out, DIAGNOSIS_PASS, "%s", _("installed on every worker"));
		return;
	}
	finding_add(
	        out, DIAGNOSIS_FAIL, _("the label katacontainers.io/kata-runtime=true is missing on %s"), without.text);
	finding_remedy(
	        out, "%s", _("Look at the installer's pod on that node (kata-deploy or cc-operator-daemon-install)"));
}

void judge_capacity(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	struct names none = {{0}, 0}, other = {{0}, 0};
	const struct node_record *node;
	long long limit = (long long)facts->setup.limit;

	(void)check;
	if (!facts->survey->nodes) {
		finding_unread(facts, out, "list nodes");
		return;
	}
	for (size_t i = 0; (node = node_at(facts, i)); i++) {
		if (!is_worker(node) || !node->is_ready ||
		        (node->peerpod_capacity == limit && node->peerpod_allocatable == limit))
			continue;
		names_add(node->peerpod_allocatable <= 0 ? &none : &other, node->record.name);
		finding_link(out, facts, KIND_NODE, &node->record, "");
	}
	if (none.count)
		finding_add(out, DIAGNOSIS_FAIL, _("kata.peerpods.io/vm is not offered by %s"), none.text);
	if (other.count)
		finding_add(out, DIAGNOSIS_WARN, _("kata.peerpods.io/vm is not %lld on %s"), limit, other.text);
	if (none.count)
		finding_remedy(out, "%s",
		        _("The adaptor offers it when it starts and takes it back when it ends: see its log"));
	else if (other.count)
		finding_remedy(out, "%s",
		        _("PEERPODS_LIMIT_PER_NODE was changed after the adaptor's start: restart it once no peer pod "
		          "of "
		          "that node is needed"));
	else
		finding_add(out, DIAGNOSIS_PASS, _("%lld on each worker"), limit);
}
