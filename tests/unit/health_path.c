// SPDX-License-Identifier: Apache-2.0
// A pod's way: each step with what stops it.
#include "config.h"

#include "tests/unit/health_sample.h"

#include "base/banned.h"

#define SANDBOX "77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc77aa01bc"

static const struct tag_list no_labels;

// A second try of the pod that has come as far as these lines say.
static void retry(struct sample *sample, unsigned steps)
{
	static const char seen[] = "[adaptor/cloud] create a sandbox " SANDBOX
	                           " for pod web in namespace default (netns: /run/netns/cni-2)";
	static const char made[] = "[adaptor/cloud/alibabacloud] created an instance i-new for sandbox " SANDBOX;
	static const char *const lines[] = {
	        seen, "[adaptor/cloud/alibabacloud] CreateInstance: name: \"podvm-web-77aa01bc\"", made};

	sample->pods[SAMPLE_WEB]->is_ready = false;
	sample->pods[SAMPLE_WEB]->phase = "Pending";
	sample->pods[SAMPLE_WEB]->ready = 0;
	for (unsigned i = 0; i < steps; i++)
		sample_log(sample, SAMPLE_ADAPTOR_1, lines[i]);
}

static void unscheduled(struct sample *sample)
{
	sample->pods[SAMPLE_WEB]->node = "";
	sample->pods[SAMPLE_WEB]->is_ready = false;
	sample_event(sample, "FailedScheduling", "Pod", "web", "u-web",
	        "0/2 nodes are available: 2 Insufficient kata.peerpods.io/vm.", 4);
}

static void no_class_named(struct sample *sample)
{
	sample->pods[SAMPLE_WEB]->runtime_class = "";
}

static void class_gone(struct sample *sample)
{
	sample->pods[SAMPLE_WEB]->runtime_class = "kata-far";
}

static void other_handler(struct sample *sample)
{
	sample->class.handler = "kata-qemu";
}

static void node_unready(struct sample *sample)
{
	sample->nodes[0]->is_ready = false;
}

static void node_without_label(struct sample *sample)
{
	sample->nodes[0]->labels = no_labels;
}

static void no_adaptor(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_1]->labels = no_labels;
}

static void adaptor_down(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_1]->is_ready = false;
	sample->pods[SAMPLE_ADAPTOR_1]->running_since = 0;
}

// Its start-up check waits for pods; it works all the same.
static void adaptor_unready(struct sample *sample)
{
	sample->pods[SAMPLE_ADAPTOR_1]->is_ready = false;
}

static void never_asked(struct sample *sample)
{
	retry(sample, 0);
	sample->pods[SAMPLE_WEB]->record.name = "web-2";
}

static void log_denied(struct sample *sample)
{
	sample->log_is_denied = true;
}

static void quota(struct sample *sample)
{
	retry(sample, 2);
	sample_log(sample, SAMPLE_ADAPTOR_1,
	        "[adaptor/cloud] error starting instance: creating instance (<nil>) returned error: SDKError: "
	        "StatusCode: "
	        "403 Code: QuotaExceed.ElasticQuota Message: code: 403, exceeded request id: 3C5E-9A");
	sample->facts.cloud.limits[0].used = 1000;
}

static void refused_in_event(struct sample *sample)
{
	retry(sample, 2);
	sample_event(sample, "FailedCreatePodSandBox", "Pod", "web", "u-web",
	        "Failed to create pod sandbox: creating instance (<nil>) returned error: SDKError: StatusCode: 403 "
	        "Code: "
	        "OperationDenied.NoStock Message: sold out",
	        2);
}

static void no_answer_yet(struct sample *sample)
{
	retry(sample, 2);
}

static void vm_gone(struct sample *sample)
{
	retry(sample, 3);
}

static void vm_stopped(struct sample *sample)
{
	sample->vm->record.status = "Stopped";
}

static void vms_denied(struct sample *sample)
{
	sample_denied(&sample->facts.cloud.vms_asked, "ecs:DescribeInstances");
}

// The VM of the sample at another address, which no line names.
static void agent_silent(struct sample *sample)
{
	sample->vm->private_ip = "10.0.0.8";
	sample->pods[SAMPLE_WEB]->is_ready = false;
	sample_log(sample, SAMPLE_ADAPTOR_1,
	        "[adaptor/proxy] Retrying failed agent proxy connection: dial tcp 10.0.0.8:15150: i/o timeout");
}

static void port_closed(struct sample *sample)
{
	agent_silent(sample);
	sample->facts.cloud.passages[PASSAGE_VXLAN_TO_NODE] = ANSWER_NO;
}

static void old_image(struct sample *sample)
{
	agent_silent(sample);
	buffer_add_text(&sample->facts.cloud.console, "open /run/peerpod/apf.json: no such file or directory");
}

static void image_pull(struct sample *sample)
{
	sample->pods[SAMPLE_WEB]->is_ready = false;
	sample->pods[SAMPLE_WEB]->ready = 0;
	sample->pods[SAMPLE_WEB]->running_since = 0;
	sample->pods[SAMPLE_WEB]->reason = "ImagePullBackOff";
}

static const struct row {
	void (*spoil)(struct sample *sample);
	const char *id;
	enum diagnosis_result result;
	const char *words;
} rows[] = {
        {unscheduled, "P1", DIAGNOSIS_FAIL, "PEERPODS_LIMIT_PER_NODE"},
        {no_class_named, "P2", DIAGNOSIS_FAIL, "runtimeClassName"},
        {class_gone, "P2", DIAGNOSIS_FAIL, "kata-far"},
        {other_handler, "P2", DIAGNOSIS_FAIL, "kata-qemu"},
        {node_unready, "P3", DIAGNOSIS_FAIL, "not ready"},
        {node_without_label, "P3", DIAGNOSIS_FAIL, "node.kubernetes.io/worker"},
        {no_adaptor, "P4", DIAGNOSIS_FAIL, "no adaptor"},
        {adaptor_down, "P4", DIAGNOSIS_FAIL, "adaptor-1"},
        {adaptor_unready, "P4", DIAGNOSIS_WARN, "adaptor-1"},
        {never_asked, "P5", DIAGNOSIS_FAIL, "hypervisor.sock"},
        {log_denied, "P5", DIAGNOSIS_UNKNOWN, "get pods/log"},
        {quota, "P6", DIAGNOSIS_FAIL, "QuotaExceed.ElasticQuota"},
        {quota, "P6", DIAGNOSIS_FAIL, "1000 of 1000"},
        {quota, "P6", DIAGNOSIS_FAIL, "podvm-old-11223344"},
        {refused_in_event, "P6", DIAGNOSIS_FAIL, "OperationDenied.NoStock"},
        {no_answer_yet, "P6", DIAGNOSIS_WARN, "no answer yet"},
        {vm_gone, "P7", DIAGNOSIS_FAIL, "i-new"},
        {vm_stopped, "P7", DIAGNOSIS_WARN, "Stopped"},
        {vms_denied, "P7", DIAGNOSIS_UNKNOWN, "ecs:DescribeInstances"},
        {agent_silent, "P8", DIAGNOSIS_FAIL, "15150"},
        {port_closed, "P8", DIAGNOSIS_FAIL, "security groups"},
        {old_image, "P8", DIAGNOSIS_FAIL, "0.15"},
        {image_pull, "P9", DIAGNOSIS_FAIL, "ImagePullBackOff"},
};

static bool tells(const struct health_finding *finding, const char *words)
{
	return strstr(finding->seen, words) || strstr(finding->remedy, words) || strstr(finding->missing, words);
}

static void a_running_pod_passes_every_step(void)
{
	static struct sample sample;
	struct health_finding finding;

	sample_init(&sample);
	sample_finish(&sample);
	sample.facts.pod = sample.pods[SAMPLE_WEB];
	for (size_t i = 0; i < HEALTH_PATH; i++) {
		CU_ASSERT_TRUE(health_judge(&sample.facts, &health_path[i], &finding));
		if (finding.result != DIAGNOSIS_PASS)
			printf("\n%s: %s\n", health_path[i].id, finding.seen);
		CU_ASSERT_EQUAL(finding.result, DIAGNOSIS_PASS);
	}
	sample_release(&sample);
}

static void each_step_is_stopped_by_its_own_fault(void)
{
	// What the last scan found in the region.
	static struct vm_record old = {.record = {.id = "i-old", .name = "podvm-old-11223344"}, .vcpu = 4};
	static const struct scope region = {.region = "cn-beijing"};
	static const struct report_item item = {
	        .kind = KIND_VM, .scope = &region, .record = &old.record, .verdict = VERDICT_ORPHAN};
	static const struct report_item *const items[] = {&item};
	static struct report report = {.items = (struct report_item *const *)(uintptr_t)items, .item_count = 1};

	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		static struct sample sample;
		struct health_finding finding;

		sample_init(&sample);
		rows[r].spoil(&sample);
		sample_finish(&sample);
		sample.facts.pod = sample.pods[SAMPLE_WEB];
		sample.facts.report = &report;
		// Every step before it lets the pod pass.
		for (size_t i = 0; i < HEALTH_PATH; i++) {
			bool good;

			health_judge(&sample.facts, &health_path[i], &finding);
			if (!strcmp(health_path[i].id, rows[r].id)) {
				good = finding.result == rows[r].result && tells(&finding, rows[r].words);
				if (!good)
					printf("\nrow %zu: %s %s: %s | %s | %s\n", r, health_path[i].id,
					        diagnosis_result_name(finding.result), finding.seen, finding.remedy,
					        finding.missing);
				CU_ASSERT_TRUE(good);
				break;
			}
			if (finding.result == DIAGNOSIS_FAIL)
				printf("\nrow %zu: %s fails before %s: %s\n", r, health_path[i].id, rows[r].id,
				        finding.seen);
			CU_ASSERT_NOT_EQUAL(finding.result, DIAGNOSIS_FAIL);
		}
		sample_release(&sample);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_running_pod_passes_every_step),
        UNIT_TEST(each_step_is_stopped_by_its_own_fault),
};
const struct unit_suite health_path_suite = UNIT_SUITE("path of a pod", tests);
