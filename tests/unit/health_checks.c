// SPDX-License-Identifier: Apache-2.0
// H1 to H15: each with what makes it fail, and nothing else.
#include "config.h"

#include "tests/unit/health_sample.h"

#include "base/banned.h"

static const struct tag_list no_labels;

static void cluster_partial(struct sample *sample)
{
	sample->survey.state = SURVEY_PARTIAL;
	sample->survey.missing = "list events";
}

static void no_workers(struct sample *sample)
{
	for (size_t i = 0; i < SAMPLE_NODES; i++)
		sample->nodes[i]->labels = no_labels;
}

static void nodes_unread(struct sample *sample)
{
	snapshot_unref(sample->survey.nodes);
	sample->survey.nodes = NULL;
	sample->survey.state = SURVEY_PARTIAL;
	sample->survey.missing = "list nodes";
}

static void no_daemonset(struct sample *sample)
{
	sample->survey.adaptor = (struct survey_adaptor){.image = ""};
}

static void daemonset_denied(struct sample *sample)
{
	no_daemonset(sample);
	sample->survey.missing = "get daemonsets.apps";
}

static void one_adaptor_missing(struct sample *sample)
{
	sample->survey.adaptor.ready = 1;
}

static void adaptor_unready(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_1]->is_ready = false;
	sample->survey.adaptor.ready = 1;
	sample_log(
	        sample, SAMPLE_ADAPTOR_1, "[probe/probe] Not all PeerPods ready, because PeerPod job-1 is not Ready");
}

static void adaptor_restarted(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_2]->restarts = 3;
	sample->pods[SAMPLE_ADAPTOR_2]->running_since = SAMPLE_NOW - 2 * MINUTE_MS;
}

static void adaptor_absent(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_2]->labels = no_labels;
}

static void logs_denied(struct sample *sample)
{
	sample->log_is_denied = true;
}

static void no_class(struct sample *sample)
{
	sample->class.handler = "kata";
}

static void classes_unknown(struct sample *sample)
{
	sample->survey.classes_are_known = false;
}

static const struct text_pair worker_only[] = {{"node.kubernetes.io/worker", ""}};

static void no_kata(struct sample *sample)
{
	sample->nodes[1]->labels = (struct tag_list){worker_only, 1};
}

static void no_capacity(struct sample *sample)
{
	sample->nodes[0]->peerpod_capacity = sample->nodes[0]->peerpod_allocatable = 0;
}

static void other_capacity(struct sample *sample)
{
	sample->nodes[0]->peerpod_capacity = sample->nodes[0]->peerpod_allocatable = 5;
}

static void dead_webhook(struct sample *sample)
{
	sample->survey.controller.webhook_is_ready = ANSWER_NO;
}

static void harmless_webhook(struct sample *sample)
{
	dead_webhook(sample);
	snprintf(sample->facts.webhook.failure_policy, sizeof(sample->facts.webhook.failure_policy), "Ignore");
}

static void no_certificate(struct sample *sample)
{
	sample->facts.webhook.has_certificate = false;
}

static void webhook_denied(struct sample *sample)
{
	sample_denied(&sample->facts.webhook.asked, "");
}

static void no_webhook(struct sample *sample)
{
	sample->survey.controller.has_webhook = ANSWER_NO;
}

static void webhook_unknown(struct sample *sample)
{
	sample->survey.controller.has_webhook = ANSWER_UNKNOWN;
}

static void no_controller(struct sample *sample)
{
	sample->survey.controller.is_installed = ANSWER_NO;
}

static void no_resource(struct sample *sample)
{
	sample->survey.controller.has_peerpods = ANSWER_NO;
}

static void dead_controller(struct sample *sample)
{
	sample->survey.controller.is_ready = ANSWER_NO;
}

static void failing_controller(struct sample *sample)
{
	sample_log(sample, SAMPLE_CONTROLLER, "ERROR Reconciler error {\"error\": \"cloud provider not supported\"}");
}

static void not_there(struct health_question *question, const char *code)
{
	question->asked = HEALTH_FAILED;
	error_set(&question->error, ERROR_NOT_FOUND, "no such thing");
	snprintf(question->error.code, sizeof(question->error.code), "%s", code);
}

static void no_vswitch(struct sample *sample)
{
	not_there(&sample->facts.cloud.vswitch_asked, "InvalidVSwitchId.NotFound");
}

static void vswitch_not_set(struct sample *sample)
{
	sample_value(sample, "VSWITCH_ID", "");
}

static void other_vpc(struct sample *sample)
{
	snprintf(sample->facts.cloud.cluster.vpc, CLOUD_WORD, "vpc-2");
}

static void group_of_other_vpc(struct sample *sample)
{
	snprintf(sample->facts.cloud.group_vpcs[1], CLOUD_WORD, "vpc-2");
}

static void image_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.image_asked, "ecs:DescribeImages");
}

static void image_creating(struct sample *sample)
{
	sample->facts.cloud.image.is_usable = false;
}

static void not_sold(struct sample *sample)
{
	sample->facts.cloud.sells = ANSWER_NO;
}

static void trial_refused(struct sample *sample)
{
	struct health_question *question = &sample->facts.cloud.trial_asked;

	question->asked = HEALTH_FAILED;
	error_set(&question->error, ERROR_LIMIT, "TDX is not supported");
	snprintf(question->error.code, sizeof(question->error.code), "InvalidParameter.NotSupport");
}

static void trial_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.trial_asked, "ecs:RunInstances");
}

static void no_cloud(struct sample *sample)
{
	sample->facts.cloud.is_there = false;
}

static void no_identities(struct sample *sample)
{
	sample->facts.cloud.cluster.has_identities = ANSWER_NO;
}

static void other_subject(struct sample *sample)
{
	sample->facts.cloud.role.trusts_subject = ANSWER_NO;
}

static void other_provider(struct sample *sample)
{
	sample->facts.cloud.role.trusts_provider = ANSWER_NO;
}

static void lacks_action(struct sample *sample)
{
	sample->facts.cloud.role.allows_all = ANSWER_NO;
	snprintf(sample->facts.cloud.role.missing, CLOUD_TEXT, "ecs:DescribeInstanceTypes");
}

static void role_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.role_asked, "ram:GetRole");
}

static void access_key(struct sample *sample)
{
	sample->facts.cloud.role_name[0] = '\0';
}

static void port_closed(struct sample *sample)
{
	sample->facts.cloud.passages[PASSAGE_FORWARDER] = ANSWER_NO;
}

static void passage_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.passages_asked[1], "ecs:DescribeSecurityGroupAttribute");
}

static void not_covered(struct sample *sample)
{
	sample->facts.cloud.egress.is_covered = false;
}

static void no_gateway(struct sample *sample)
{
	sample->facts.cloud.egress = (struct cloud_egress){0};
}

static void config_changed(struct sample *sample)
{
	sample->survey.config.changed = SAMPLE_NOW - 60 * MINUTE_MS;
}

static void change_unknown(struct sample *sample)
{
	sample->survey.config.changed = 0;
}

static void quota_used_up(struct sample *sample)
{
	sample->facts.cloud.limits[0].used = 1000;
}

static void quota_nearly_used_up(struct sample *sample)
{
	sample->facts.cloud.limits[0].used = 990;
}

static void limits_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.limits_asked, "quotas:ListProductQuotas");
	sample->facts.cloud.limit_count = 0;
}

static void no_addresses(struct sample *sample)
{
	sample->facts.cloud.vswitch.free_addresses = 0;
}

static const struct row {
	void (*spoil)(struct sample *sample);
	const char *id; // that tells it
	enum diagnosis_result result;
	const char *words;  // in what is seen, in the remedy or missing
	const char *others; // that are no pass either: the same cause
} rows[] = {
        {cluster_partial, "H0", DIAGNOSIS_WARN, "list events", ""},
        {no_workers, "H1", DIAGNOSIS_FAIL, "node.kubernetes.io/worker", ""},
        {nodes_unread, "H1", DIAGNOSIS_UNKNOWN, "list nodes", "H0 H3 H6 H7"},
        {no_daemonset, "H2", DIAGNOSIS_FAIL, "cloud-api-adaptor-daemonset", ""},
        {daemonset_denied, "H2", DIAGNOSIS_UNKNOWN, "get daemonsets.apps", ""},
        {one_adaptor_missing, "H2", DIAGNOSIS_WARN, "1 ready", ""},
        {adaptor_unready, "H3", DIAGNOSIS_FAIL, "adaptor-1", "H2 H4"},
        {adaptor_unready, "H4", DIAGNOSIS_FAIL, "job-1", "H2 H3"},
        {adaptor_restarted, "H3", DIAGNOSIS_WARN, "adaptor-2", ""},
        {adaptor_absent, "H3", DIAGNOSIS_FAIL, "node-2", ""},
        {logs_denied, "H4", DIAGNOSIS_UNKNOWN, "get pods/log", "H9"},
        {no_class, "H5", DIAGNOSIS_FAIL, "kata-remote", ""},
        {classes_unknown, "H5", DIAGNOSIS_UNKNOWN, "list runtimeclasses.node.k8s.io", ""},
        {no_kata, "H6", DIAGNOSIS_FAIL, "node-2", ""},
        {no_capacity, "H7", DIAGNOSIS_FAIL, "node-1", ""},
        {other_capacity, "H7", DIAGNOSIS_WARN, "node-1", ""},
        {dead_webhook, "H8", DIAGNOSIS_FAIL, "cert-manager", ""},
        {harmless_webhook, "H8", DIAGNOSIS_WARN, "without being counted", ""},
        {no_certificate, "H8", DIAGNOSIS_FAIL, "cert-manager", ""},
        {webhook_denied, "H8", DIAGNOSIS_UNKNOWN, "get mutatingwebhookconfigurations", ""},
        {no_webhook, "H8", DIAGNOSIS_SKIP, "not installed", ""},
        {webhook_unknown, "H8", DIAGNOSIS_UNKNOWN, "mutatingwebhookconfigurations", ""},
        {no_controller, "H9", DIAGNOSIS_SKIP, "nobody but a person", ""},
        {no_resource, "H9", DIAGNOSIS_FAIL, "peerpods.confidentialcontainers.org", ""},
        {dead_controller, "H9", DIAGNOSIS_FAIL, "not ready", ""},
        {failing_controller, "H9", DIAGNOSIS_WARN, "not supported", ""},
        {no_vswitch, "H10", DIAGNOSIS_FAIL, "InvalidVSwitchId.NotFound", ""},
        {vswitch_not_set, "H10", DIAGNOSIS_FAIL, "VSWITCH_ID", ""},
        {other_vpc, "H10", DIAGNOSIS_FAIL, "vpc-2", ""},
        {group_of_other_vpc, "H10", DIAGNOSIS_FAIL, "sg-2", ""},
        {image_denied, "H10", DIAGNOSIS_UNKNOWN, "ecs:DescribeImages", ""},
        {image_creating, "H10", DIAGNOSIS_FAIL, "m-1", ""},
        {not_sold, "H10", DIAGNOSIS_FAIL, "not sold", ""},
        {trial_refused, "H10", DIAGNOSIS_FAIL, "InvalidParameter.NotSupport", ""},
        {trial_denied, "H10", DIAGNOSIS_UNKNOWN, "ecs:RunInstances", ""},
        {no_cloud, "H10", DIAGNOSIS_UNKNOWN, "no context", "H11 H12 H13 H15"},
        {no_identities, "H11", DIAGNOSIS_FAIL, "RRSA", ""},
        {other_subject, "H11", DIAGNOSIS_FAIL, "service account", ""},
        {other_provider, "H11", DIAGNOSIS_FAIL, "tokens", ""},
        {lacks_action, "H11", DIAGNOSIS_FAIL, "ecs:DescribeInstanceTypes", ""},
        {role_denied, "H11", DIAGNOSIS_UNKNOWN, "ram:GetRole", ""},
        {access_key, "H11", DIAGNOSIS_SKIP, "access key", ""},
        {port_closed, "H12", DIAGNOSIS_FAIL, "15150", ""},
        {passage_denied, "H12", DIAGNOSIS_UNKNOWN, "ecs:DescribeSecurityGroupAttribute", ""},
        {not_covered, "H13", DIAGNOSIS_FAIL, "SNAT", ""},
        {no_gateway, "H13", DIAGNOSIS_WARN, "NAT gateway", ""},
        {config_changed, "H14", DIAGNOSIS_WARN, "2 adaptors", ""},
        {change_unknown, "H14", DIAGNOSIS_UNKNOWN, "peer-pods-cm", ""},
        {quota_used_up, "H15", DIAGNOSIS_FAIL, "1000 of 1000", ""},
        {quota_nearly_used_up, "H15", DIAGNOSIS_WARN, "990 of 1000", ""},
        {limits_denied, "H15", DIAGNOSIS_UNKNOWN, "quotas:ListProductQuotas", ""},
        {no_addresses, "H15", DIAGNOSIS_FAIL, "vsw-1", ""},
};

static bool is_named(const char *list, const char *id)
{
	size_t length = strlen(id);

	for (const char *at = list; *at; at += strcspn(at, " "), at += strspn(at, " "))
		if (strcspn(at, " ") == length && !strncmp(at, id, length))
			return true;
	return false;
}

static void a_sound_cluster_passes_everything(void)
{
	static struct sample sample;
	struct health_finding finding;

	sample_init(&sample);
	sample_finish(&sample);
	for (size_t i = 0; i < HEALTH_CHECKS; i++) {
		CU_ASSERT_TRUE(health_judge(&sample.facts, &health_checks[i], &finding));
		if (finding.result != DIAGNOSIS_PASS)
			printf("\n%s: %s\n", health_checks[i].id, finding.seen);
		CU_ASSERT_EQUAL(finding.result, DIAGNOSIS_PASS);
		CU_ASSERT_TRUE(*finding.seen != '\0');
	}
	sample_release(&sample);
}

static bool tells(const struct health_finding *finding, const char *words)
{
	return strstr(finding->seen, words) || strstr(finding->remedy, words) || strstr(finding->missing, words);
}

static void each_check_tells_its_own_fault(void)
{
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		static struct sample sample;
		struct health_finding finding;

		sample_init(&sample);
		rows[r].spoil(&sample);
		sample_finish(&sample);
		for (size_t i = 0; i < HEALTH_CHECKS; i++) {
			bool mine = !strcmp(health_checks[i].id, rows[r].id);
			bool good;

			health_judge(&sample.facts, &health_checks[i], &finding);
			if (mine)
				good = finding.result == rows[r].result && tells(&finding, rows[r].words) &&
				       (finding.result == DIAGNOSIS_SKIP || *finding.remedy || *finding.missing ||
				               finding.result == DIAGNOSIS_UNKNOWN);
			else
				good = finding.result == DIAGNOSIS_PASS ||
				       is_named(rows[r].others, health_checks[i].id);
			if (!good)
				printf("\nrow %zu (%s): %s %s: %s | %s | %s\n", r, rows[r].id, health_checks[i].id,
				        diagnosis_result_name(finding.result), finding.seen, finding.remedy,
				        finding.missing);
			CU_ASSERT_TRUE(good);
		}
		sample_release(&sample);
	}
}

static void every_check_has_a_fault_and_a_doubt(void)
{
	for (size_t i = 0; i < HEALTH_CHECKS; i++) {
		bool fails = false;

		for (size_t r = 0; r < COUNT_OF(rows); r++)
			fails = fails ||
			        (!strcmp(rows[r].id, health_checks[i].id) &&
			                (rows[r].result == DIAGNOSIS_FAIL || rows[r].result == DIAGNOSIS_WARN));
		CU_ASSERT_TRUE(fails);
	}
}

static void what_is_not_settled_is_not_judged(void)
{
	static struct sample sample;
	struct health_finding finding;

	sample_init(&sample);
	sample_finish(&sample);
	sample.facts.known = NEEDS(HEALTH_SURVEY);
	CU_ASSERT_TRUE(health_judge(&sample.facts, &health_checks[0], &finding));
	CU_ASSERT_FALSE(health_judge(&sample.facts, &health_checks[4], &finding));
	CU_ASSERT_FALSE(health_judge(&sample.facts, &health_checks[10], &finding));
	sample_release(&sample);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_sound_cluster_passes_everything),
        UNIT_TEST(each_check_tells_its_own_fault),
        UNIT_TEST(every_check_has_a_fault_and_a_doubt),
        UNIT_TEST(what_is_not_settled_is_not_judged),
};
const struct unit_suite health_checks_suite = UNIT_SUITE("health checks", tests);
