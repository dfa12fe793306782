// SPDX-License-Identifier: Apache-2.0
// P1 to P4, P9: the way of one pod in its cluster. Each is judged only when those before it did not fail.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/banned.h"

static void age_text(const struct health_facts *facts, int64_t since, char out[TIME_TEXT_SIZE])
{
	time_format_age(facts->now > since ? facts->now - since : 0, out);
}

// The newest warning of the pod whose reason is this.
static const struct event_record *newest_event(const struct health_facts *facts, const char *reason)
{
	const struct event_record *event, *newest = NULL;

	for (size_t i = 0; (event = event_at(facts, i)); i++)
		if (event_is_of(event, facts->pod) && !strcmp(event->record.name, reason) &&
		        (!newest || event->last_seen > newest->last_seen))
			newest = event;
	return newest;
}

void path_pod(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *pod = facts->pod;
	const struct event_record *event;
	char age[TIME_TEXT_SIZE];

	(void)check;
	age_text(facts, pod->record.created, age);
	finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
	if (pod->is_terminal) {
		finding_add(out, DIAGNOSIS_WARN, _("%s since its start %s ago: it has ended, and will not run again"),
		        pod->record.status, age);
		return;
	}
	if (*pod->node) {
		finding_add(out, DIAGNOSIS_PASS, _("%s %s · node %s"), pod->record.status, age, pod->node);
		return;
	}
	event = newest_event(facts, "FailedScheduling");
	finding_add(out, DIAGNOSIS_FAIL, _("no node takes it: %.400s"), event ? event->message : pod->message);
	if (event && strstr(event->message, "kata.peerpods.io/vm"))
		finding_remedy(out, "%s",
		        _("The limit of pod VMs per node is reached, or the adaptor is down: end other peer pods, or "
		          "raise "
		          "PEERPODS_LIMIT_PER_NODE"));
	else
		finding_remedy(out, "%s", _("Give it a node that fits: see what its selectors and requests ask for"));
}

void path_runtime_class(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct cluster_survey *survey = facts->survey;
	const char *name = facts->pod->runtime_class;

	(void)check;
	if (!*name) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("it names none: it runs on its node, and gets no VM"));
		finding_remedy(out, "%s", _("Set runtimeClassName: kata-remote in the pod's template"));
		return;
	}
	if (!survey->classes_are_known) {
		finding_unread(facts, out, "list runtimeclasses.node.k8s.io");
		return;
	}
	for (size_t i = 0; i < survey->class_count; i++) {
		if (strcmp(survey->classes[i].name, name) != 0)
			continue;
		if (!strcmp(survey->classes[i].handler, "kata-remote")) {
			finding_add(out, DIAGNOSIS_PASS, _("%s, handler %s"), name, survey->classes[i].handler);
			return;
		}
		finding_add(out, DIAGNOSIS_FAIL, _("%s has the handler %s: it gets no VM"), name,
		        survey->classes[i].handler);
		finding_remedy(out, "%s", _("Set runtimeClassName to one with the handler kata-remote"));
		return;
	}
	finding_add(out, DIAGNOSIS_FAIL, _("there is no RuntimeClass %s"), name);
	finding_remedy(out, "%s", _("Wait until the operator or kata-deploy has finished; look at its pods"));
}

void path_node(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct node_record *node = node_named(facts, facts->pod->node);
	const char *kata = node ? tag_of(&node->labels, "katacontainers.io/kata-runtime") : NULL;

	(void)check;
	if (!facts->survey->nodes) {
		finding_unread(facts, out, "list nodes");
		return;
	}
	if (!node) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s is gone"), facts->pod->node);
		finding_remedy(
		        out, "%s", _("Delete the pod, so that it is made anew elsewhere; its VM may be left over"));
		return;
	}
	finding_link(out, facts, KIND_NODE, &node->record, "");
	if (!node->is_ready) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s is not ready"), node->record.name);
		finding_remedy(out, "%s", _("Mend the node; its pods and their VMs go on until it is back or deleted"));
	}
	if (!is_worker(node)) {
		finding_add(out, DIAGNOSIS_FAIL, "%s",
		        _("the label node.kubernetes.io/worker is missing: no adaptor runs there"));
		finding_remedy(out, _("kubectl label node %s node.kubernetes.io/worker="), node->record.name);
	}
	if (!kata || strcmp(kata, "true") != 0) {
		finding_add(
		        out, DIAGNOSIS_FAIL, "%s", _("kata is not installed there (katacontainers.io/kata-runtime)"));
		finding_remedy(out, "%s", _("Look at the installer's pod on that node"));
	}
	if (out->result == DIAGNOSIS_PASS)
		finding_add(out, DIAGNOSIS_PASS, "%s", _("ready, worker label, kata installed"));
}

void path_adaptor(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *adaptor = adaptor_on(facts, facts->pod->node);
	char age[TIME_TEXT_SIZE];

	(void)check;
	if (!adaptor) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("no adaptor runs there"));
		finding_remedy(
		        out, "%s", _("Look at the DaemonSet cloud-api-adaptor-daemonset: does it fit the node?"));
		return;
	}
	finding_link(out, facts, KIND_POD, &adaptor->record, adaptor->namespace_name);
	age_text(facts, adaptor->running_since, age);
	if (!adaptor->is_ready) {
		// While its start-up check waits for other pods it works all the same.
		finding_add(out, adaptor->running_since ? DIAGNOSIS_WARN : DIAGNOSIS_FAIL,
		        adaptor->running_since ? _("%s runs and is not ready (%s), %lld restarts")
		                               : _("%s does not run (%s), %lld restarts"),
		        adaptor->record.name, adaptor->record.status, (long long)adaptor->restarts);
		finding_remedy(out, "%s", _("Read its log; the symptoms below name the known causes"));
	} else if (facts->pod->record.created < adaptor->running_since && !facts->pod->is_ready) {
		finding_add(out, DIAGNOSIS_WARN, _("ready for %s, that is since after the pod was made; %lld restarts"),
		        age, (long long)adaptor->restarts);
		finding_remedy(out, "%s",
		        _("It knows no VM that was made before: an earlier one of this pod may be left over"));
	} else {
		finding_add(out, DIAGNOSIS_PASS, _("ready for %s, %lld restarts"), age, (long long)adaptor->restarts);
	}
}

void path_containers(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct pod_record *pod = facts->pod;

	(void)check;
	finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
	if (pod->is_ready || pod->ready == pod->wanted) {
		finding_add(
		        out, DIAGNOSIS_PASS, _("%lld of %lld ready"), (long long)pod->ready, (long long)pod->wanted);
		return;
	}
	finding_add(out, pod->running_since ? DIAGNOSIS_WARN : DIAGNOSIS_FAIL, _("%lld of %lld ready: %s %.300s"),
	        (long long)pod->ready, (long long)pod->wanted, *pod->reason ? pod->reason : pod->record.status,
	        pod->message);
	finding_remedy(out, "%s", _("Read its events below and its log; images are pulled inside the VM"));
}
