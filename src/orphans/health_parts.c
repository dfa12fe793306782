// SPDX-License-Identifier: Apache-2.0
// H0, H8, H9, H14: the API itself, the webhook, peerpod-ctrl, and whether the adaptor runs with the configuration that
// stands there.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

void judge_cluster(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct cluster_survey *survey = facts->survey;
	const struct error *error = &survey->error;
	enum diagnosis_result result = survey->state == SURVEY_PARTIAL ? DIAGNOSIS_WARN : DIAGNOSIS_UNKNOWN;

	(void)check;
	if (survey->state == SURVEY_READ) {
		finding_add(out, DIAGNOSIS_PASS, _("read in %lld ms; %s"), (long long)(survey->ended - survey->began),
		        survey->version ? survey->version : "");
		return;
	}
	if (*error->message)
		finding_add(out, result, "%.400s", error->message);
	if (*survey->missing) {
		finding_add(out, result, _("not everything may be read: %.300s"), survey->missing);
		snprintf(out->missing, sizeof(out->missing), "%.150s", survey->missing);
		finding_remedy(out, _("Ask the cluster's administrator for: %.300s"), survey->missing);
	}
	if (!*out->seen)
		finding_add(out, result, "%s", _("it could not be read"));
	finding_remedy(out, "%s", error->remedy);
}

static const char mend_webhook[] = N_("Mend cert-manager and the pods of peer-pods-webhook-system, or remove "
                                      "peer-pods-webhook-mutating-webhook-configuration");

static void judge_webhook_config(const struct health_webhook *webhook, struct health_finding *out)
{
	if (webhook->asked.asked == HEALTH_FAILED) {
		finding_failed(out, _("its configuration"), &webhook->asked.error);
		if (webhook->asked.error.kind == ERROR_DENIED)
			snprintf(out->missing, sizeof(out->missing), "%s",
			        "get mutatingwebhookconfigurations.admissionregistration.k8s.io");
	} else if (webhook->asked.asked == HEALTH_ANSWERED && !webhook->has_certificate) {
		finding_add(out, DIAGNOSIS_FAIL, "%s",
		        _("its configuration has no certificate: cert-manager did not put it in"));
		finding_remedy(out, "%s", _(mend_webhook));
	} else {
		finding_add(out, DIAGNOSIS_PASS, _("configured, and its pods are ready; when it fails: %s"),
		        *webhook->failure_policy ? webhook->failure_policy : "Fail");
	}
}

void judge_webhook(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct survey_controller *controller = &facts->survey->controller;

	(void)check;
	if (controller->has_webhook == ANSWER_UNKNOWN) {
		finding_unread(facts, out, "list mutatingwebhookconfigurations.admissionregistration.k8s.io");
	} else if (controller->has_webhook == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_SKIP, "%s",
		        _("not installed: the limit of pod VMs per node is offered, and nothing counts against it"));
	} else if (controller->webhook_is_ready == ANSWER_YES) {
		judge_webhook_config(&facts->webhook, out);
	} else if (controller->webhook_is_ready == ANSWER_NO) {
		bool blocks = strcmp(facts->webhook.failure_policy, "Ignore") != 0;

		finding_add(out, blocks ? DIAGNOSIS_FAIL : DIAGNOSIS_WARN, "%s",
		        blocks ? _("configured, and nobody answers: while it is so, no pod at all can be made outside "
		                   "the "
		                   "namespaces that it leaves out")
		               : _("configured, and nobody answers: pods are made without being counted"));
		finding_remedy(out, "%s", _(mend_webhook));
	} else {
		finding_unread(facts, out, "list deployments.apps in peer-pods-webhook-system");
	}
}

static void judge_controller_log(const struct health_facts *facts, struct health_finding *out)
{
	bool found = false;

	for (size_t i = 0; i < facts->log_count; i++) {
		const struct health_log *log = &facts->logs[i];
		const struct health_mark *mark = &log->marks[MARK_RECONCILE];

		if (!log->is_controller || log->is_previous)
			continue;
		found = true;
		if (!log->is_read) {
			finding_failed(out, _("its log"), &log->error);
		} else if (mark->count && mark->time >= facts->since) {
			finding_add(out, DIAGNOSIS_WARN, _("%llu errors in its log, the last: %.300s"),
			        (unsigned long long)mark->count, mark->text);
			finding_remedy(out, "%s",
			        _("It has no credentials of the cloud, or does not know the cloud (before 0.16 "
			          "Alibaba): it "
			          "needs the secret peer-pods-secret"));
			finding_log(out, facts, log, mark->time);
		}
	}
	if (found && out->result == DIAGNOSIS_PASS)
		finding_add(out, DIAGNOSIS_PASS, "%s", _("ready, and without errors"));
	else if (!found)
		finding_add(out, DIAGNOSIS_PASS, "%s", _("ready"));
}

void judge_controller(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct survey_controller *controller = &facts->survey->controller;

	(void)check;
	if (controller->is_installed == ANSWER_UNKNOWN) {
		finding_unread(facts, out, "list deployments.apps");
	} else if (controller->is_installed == ANSWER_NO) {
		finding_add(
		        out, DIAGNOSIS_SKIP, "%s", _("not installed: nobody but a person cleans up what is left over"));
	} else if (controller->has_peerpods == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_FAIL, "%s",
		        _("installed, and the cluster does not know peerpods.confidentialcontainers.org"));
		finding_remedy(out, "%s", _("Install the chart again with resourceCtrl.enabled=true"));
	} else if (controller->is_ready == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("installed, and not ready"));
		finding_remedy(out, "%s", _("Read the log of peerpodctrl-controller-manager"));
	} else {
		judge_controller_log(facts, out);
	}
}

void judge_config_age(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct survey_config *config = &facts->survey->config;
	const struct pod_record *pod;
	char changed[TIME_TEXT_SIZE];
	size_t older = 0;

	(void)check;
	if (!config->exists) {
		if (facts->survey->state == SURVEY_UNREAD || strstr(facts->survey->missing, "configmap"))
			finding_unread(facts, out, "get configmaps");
		else {
			finding_add(out, DIAGNOSIS_FAIL, "%s", _("there is no ConfigMap peer-pods-cm"));
			finding_remedy(out, "%s", _("Install the adaptor again: it reads its settings from there"));
		}
		return;
	}
	if (!config->changed || !facts->survey->pods) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("it cannot be told when peer-pods-cm was changed"));
		return;
	}
	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (is_adaptor(pod) && pod->running_since && config->changed > pod->running_since) {
			older++;
			finding_link(out, facts, KIND_POD, &pod->record, pod->namespace_name);
		}
	time_format_iso(config->changed, changed);
	if (!older) {
		finding_add(
		        out, DIAGNOSIS_PASS, _("peer-pods-cm was changed %s, before the adaptors started"), changed);
		return;
	}
	finding_add(out, DIAGNOSIS_WARN,
	        _("peer-pods-cm was changed %s; %zu adaptors still run with what it was before"), changed, older);
	finding_remedy(out, "%s",
	        _("Restart the adaptor, but end the peer pods of each node first: a restart forgets their VMs"));
}
