// SPDX-License-Identifier: Apache-2.0
// Every row of the table of symptoms: what makes it, and that it alone is told.
#include "config.h"

#include "tests/unit/health_sample.h"

#include "base/banned.h"

#define REFUSED                                                                                                        \
	"[adaptor/cloud] error starting instance: creating an instance : creating instance (<nil>) returned error: "   \
	"SDKError: StatusCode: 403 Code: "

static const struct text_pair calico_labels[] = {{"k8s-app", "calico-node"}};

static void web_event(struct sample *sample, const char *reason, const char *message)
{
	sample_event(sample, reason, "Pod", "web", "u-web", message, 3);
}

static void adaptor_falls(struct sample *sample, const char *line)
{
	sample->pods[SAMPLE_ADAPTOR_2]->is_ready = false;
	sample_log(sample, SAMPLE_ADAPTOR_2, line);
}

static void spoil_1(struct sample *sample)
{
	struct pod_record *pod = sample->pods[SAMPLE_OTHER];

	pod->is_peer = true;
	pod->phase = "Pending";
	pod->is_ready = false;
}

static void spoil_2(struct sample *sample)
{
	web_event(sample, "FailedCreatePodSandBox",
	        "Failed to create pod sandbox: rpc error: no runtime for \"kata-remote\" is configured");
}

static void spoil_3(struct sample *sample)
{
	sample->survey.adaptor.desired = 0;
}

static void spoil_4(struct sample *sample)
{
	adaptor_falls(sample, "Required environment variable VSWITCH_ID is NOT set");
}

static void spoil_5(struct sample *sample)
{
	adaptor_falls(sample, "failed to pass authentication of alibaba cloud: the RoleArn is empty");
}

static void spoil_6(struct sample *sample)
{
	adaptor_falls(
	        sample, "failed to update instance type spec list: SDKError: StatusCode: 403 Code: Forbidden.RAM");
}

static void spoil_7(struct sample *sample)
{
	adaptor_falls(sample, "failed to get vpc id: SDKError: Code: InvalidVSwitchId.NotFound");
}

static void spoil_8(struct sample *sample)
{
	adaptor_falls(sample, "[probe/probe] Not all PeerPods ready, because PeerPod job-1 is not Ready");
}

static void spoil_9(struct sample *sample)
{
	sample_log_at(sample, SAMPLE_ADAPTOR_2, SAMPLE_NOW - 6 * MINUTE_MS,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.7:15150: i/o timeout");
	sample_log(sample, SAMPLE_ADAPTOR_2,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.7:15150: i/o timeout");
}

static void spoil_10(struct sample *sample)
{
	sample_log(sample, SAMPLE_ADAPTOR_2,
	        "[adaptor/cloud] failed to establish agent proxy connection to 10.0.0.7:15150: context deadline "
	        "exceeded");
}

static void spoil_11(struct sample *sample)
{
	sample->pods[SAMPLE_OTHER]->labels = (struct tag_list){calico_labels, 1};
}

static void spoil_12(struct sample *sample)
{
	web_event(sample, "FailedCreatePodSandBox",
	        "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded");
}

static void spoil_13(struct sample *sample)
{
	web_event(sample, "FailedCreatePodSandBox",
	        "failed to reserve sandbox name \"web_default\": name \"web_default\" is reserved for \"90ab12cd\"");
}

static void spoil_14(struct sample *sample)
{
	sample_log(
	        sample, SAMPLE_ADAPTOR_2, REFUSED "QuotaExceed.ElasticQuota Message: code: 403, the quota is exceeded");
}

static void spoil_15(struct sample *sample)
{
	sample_log(sample, SAMPLE_ADAPTOR_2, REFUSED "InvalidImageId.NotFound Message: code: 404, no such image");
}

static void spoil_16(struct sample *sample)
{
	sample_log(sample, SAMPLE_ADAPTOR_2,
	        REFUSED "InvalidParameter.NotSupport Message: the type does not support ConfidentialComputingMode TDX");
}

static void spoil_17(struct sample *sample)
{
	sample_log(
	        sample, SAMPLE_ADAPTOR_2, REFUSED "InvalidUserData.SizeExceeded Message: the user data is too large");
}

static void spoil_18(struct sample *sample)
{
	web_event(sample, "FailedScheduling", "0/2 nodes are available: 2 Insufficient kata.peerpods.io/vm.");
}

static void spoil_19(struct sample *sample)
{
	sample_event(sample, "FailedCreate", "ReplicaSet", "web-5d", "u-rs",
	        "Internal error occurred: failed calling webhook \"mwebhook.peerpods.io\": connection refused", 7);
}

static void spoil_20(struct sample *sample)
{
	sample_log(sample, SAMPLE_ADAPTOR_2, "[adaptor/proxy] CreateContainer fails: manifest unknown");
}

static void spoil_21(struct sample *sample)
{
	web_event(sample, "Failed",
	        "failed to pull and unpack image: error unpacking image: content digest sha256:12: not found");
}

static void spoil_22(struct sample *sample)
{
	web_event(sample, "Failed", "failed to mount /run/kata-containers/x/rootfs: ENOENT: No such file or directory");
}

static void spoil_23(struct sample *sample)
{
	web_event(sample, "Failed", "Pulling image separately not support on main");
}

static void spoil_24(struct sample *sample)
{
	sample->pods[SAMPLE_WEB]->deleting_since = SAMPLE_NOW - 40 * MINUTE_MS;
}

static void spoil_25(struct sample *sample)
{
	sample->peerpod->deleting_since = SAMPLE_NOW - 40 * MINUTE_MS;
	sample->peerpod->pod_uid = "u-gone";
}

static void spoil_26(struct sample *sample)
{
	sample->survey.config.changed = SAMPLE_NOW - 60 * MINUTE_MS;
}

static void spoil_27(struct sample *sample)
{
	buffer_add_text(&sample->facts.cloud.console, "[  OK  ] open /run/peerpod/apf.json: no such file or directory");
}

static void spoil_28(struct sample *sample)
{
	web_event(sample, "Failed", "rpc status: Attestation failed: the TEE evidence was refused");
}

static void spoil_29(struct sample *sample)
{
	sample_log(sample, SAMPLE_ADAPTOR_1,
	        "[adaptor/cloud] create a sandbox "
	        "77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc for pod web in namespace default "
	        "(netns: "
	        "/run/netns/cni-2)");
	sample_log(sample, SAMPLE_ADAPTOR_1,
	        "[adaptor/cloud/alibabacloud] created an instance i-lost for sandbox "
	        "77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc");
}

// In the order of the table.
static void (*const spoilers[])(struct sample *sample) = {spoil_1, spoil_2, spoil_3, spoil_4, spoil_5, spoil_6, spoil_7,
        spoil_8, spoil_9, spoil_10, spoil_11, spoil_12, spoil_13, spoil_14, spoil_15, spoil_16, spoil_17, spoil_18,
        spoil_19, spoil_20, spoil_21, spoil_22, spoil_23, spoil_24, spoil_25, spoil_26, spoil_27, spoil_28, spoil_29};

static void a_sound_cluster_has_no_symptom(void)
{
	static struct sample sample;
	struct health_finding finding;

	sample_init(&sample);
	sample_finish(&sample);
	for (size_t i = 0; i < HEALTH_SYMPTOMS; i++) {
		CU_ASSERT_TRUE(health_judge(&sample.facts, &health_symptoms[i], &finding));
		if (finding.result != DIAGNOSIS_PASS)
			printf("\n%s: %s\n", health_symptoms[i].id, finding.seen);
		CU_ASSERT_EQUAL(finding.result, DIAGNOSIS_PASS);
	}
	sample_release(&sample);
}

static void each_cause_shows_its_symptom_and_no_other(void)
{
	CU_ASSERT_EQUAL_FATAL(COUNT_OF(spoilers), HEALTH_SYMPTOMS);
	for (size_t r = 0; r < HEALTH_SYMPTOMS; r++) {
		static struct sample sample;
		struct health_finding finding;

		sample_init(&sample);
		spoilers[r](&sample);
		sample_finish(&sample);
		for (size_t i = 0; i < HEALTH_SYMPTOMS; i++) {
			health_judge(&sample.facts, &health_symptoms[i], &finding);
			if ((finding.result == DIAGNOSIS_PASS) != (i != r))
				printf("\ncause %zu: %s is %s: %s\n", r + 1, health_symptoms[i].id,
				        diagnosis_result_name(finding.result), finding.seen);
			CU_ASSERT_EQUAL(finding.result == DIAGNOSIS_PASS, i != r);
			if (i == r)
				CU_ASSERT_TRUE(*finding.seen && *finding.remedy);
		}
		sample_release(&sample);
	}
}

static void old_messages_are_no_symptoms(void)
{
	static struct sample sample;
	struct health_finding finding;
	size_t used;

	sample_init(&sample);
	used = strlen(sample.logs[SAMPLE_ADAPTOR_2]);
	snprintf(sample.logs[SAMPLE_ADAPTOR_2] + used, SAMPLE_LOG_SIZE - used,
	        "2026-11-20T12:00:00Z " REFUSED "QuotaExceed.ElasticQuota Message: the quota is exceeded\n");
	// An adaptor that stands again has got over what kept it from starting.
	sample_log(&sample, SAMPLE_ADAPTOR_2, "Required environment variable VSWITCH_ID is NOT set");
	sample_finish(&sample);
	for (size_t i = 0; i < HEALTH_SYMPTOMS; i++) {
		health_judge(&sample.facts, &health_symptoms[i], &finding);
		CU_ASSERT_EQUAL(finding.result, DIAGNOSIS_PASS);
	}
	sample_release(&sample);
}

static void a_booting_vm_is_no_symptom(void)
{
	static struct sample sample;
	struct health_finding finding;

	sample_init(&sample);
	// One boots since a minute, another took its time and answered.
	sample_log(&sample, SAMPLE_ADAPTOR_2,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.7:15150: i/o timeout");
	sample_log_at(&sample, SAMPLE_ADAPTOR_2, SAMPLE_NOW - 9 * MINUTE_MS,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.6:15150: i/o timeout");
	sample_log(&sample, SAMPLE_ADAPTOR_2,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.6:15150: i/o timeout");
	sample_log(&sample, SAMPLE_ADAPTOR_2, "[adaptor/proxy] established agent proxy connection to 10.0.0.6:15150");
	sample_finish(&sample);
	for (size_t i = 0; i < HEALTH_SYMPTOMS; i++) {
		health_judge(&sample.facts, &health_symptoms[i], &finding);
		CU_ASSERT_EQUAL(finding.result, DIAGNOSIS_PASS);
	}
	sample_release(&sample);
}

static void codes_are_found_in_messages(void)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
	        {"SDKError: StatusCode: 403 Code: QuotaExceed.ElasticQuota Message: x", "QuotaExceed.ElasticQuota"},
	        {"ErrorCode: OperationDenied.NoStock", "OperationDenied.NoStock"},
	        {"ERROR CODE: OperationNotAllowed", "OperationNotAllowed"},
	        {"Code=\"SkuNotAvailable\" Message", "SkuNotAvailable"},
	        {"StatusCode: 503, no code", NULL},
	        {"nothing", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char code[96] = "";

		CU_ASSERT_EQUAL(health_code(rows[i].text, code, sizeof(code)), rows[i].code != NULL);
		if (rows[i].code)
			UNIT_SAME_TEXT(code, rows[i].code);
	}
}

static void what_looks_like_a_key_is_masked(void)
{
	static struct sample sample;
	const struct health_mark *mark;

	sample_init(&sample);
	sample_log(&sample, SAMPLE_ADAPTOR_2,
	        "2026/11/21 01:02:29 " REFUSED "SignatureDoesNotMatch Message: server string is "
	        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODkrLw== end");
	sample_finish(&sample);
	mark = &sample.facts.logs[SAMPLE_ADAPTOR_2].marks[MARK_CLOUD_REFUSED];
	CU_ASSERT_EQUAL(mark->count, 1);
	UNIT_SAME_TEXT(mark->code, "SignatureDoesNotMatch");
	CU_ASSERT_PTR_NULL(strstr(mark->text, "SktMTU5P"));
	CU_ASSERT_PTR_NULL(strstr(mark->text, "2026/11/21"));
	CU_ASSERT_PTR_NOT_NULL(strstr(mark->text, "end"));
	sample_release(&sample);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_sound_cluster_has_no_symptom),
        UNIT_TEST(each_cause_shows_its_symptom_and_no_other),
        UNIT_TEST(old_messages_are_no_symptoms),
        UNIT_TEST(a_booting_vm_is_no_symptom),
        UNIT_TEST(codes_are_found_in_messages),
        UNIT_TEST(what_looks_like_a_key_is_masked),
};
const struct unit_suite health_symptoms_suite = UNIT_SUITE("symptoms", tests);
