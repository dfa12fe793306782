// SPDX-License-Identifier: Apache-2.0
// The sound cluster: two workers with an adaptor each, peerpod-ctrl, one peer pod in its VM.
#include "config.h"
#include "tests/unit/health_sample.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/banned.h"

#define SANDBOX "90ab12cd90ab12cd90ab12cd90ab12cd90ab12cd90ab12cd90ab12cd90ab12cd"
enum { HOUR_MS = 60 * MINUTE_MS };

static const struct text_pair worker_labels[] = {
        {"node.kubernetes.io/worker", ""}, {"katacontainers.io/kata-runtime", "true"}};
static const struct text_pair adaptor_labels[] = {{"app", "cloud-api-adaptor"}};
static const struct text_pair controller_labels[] = {{"control-plane", "controller-manager"}};

static struct scope cluster_scope = {.context = "test", .region = "cn-beijing", .cluster = "c1"};

static void *add(struct snapshot_builder *builder, const char *id)
{
	void *record = snapshot_add(builder, id);

	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	return record;
}

static void make_nodes(struct sample *sample)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_NODE, &cluster_scope, NULL);

	for (size_t i = 0; i < SAMPLE_NODES; i++) {
		struct node_record *node = add(builder, i ? "i-node2" : "i-node1");

		node->record.name = i ? "node-2" : "node-1";
		node->record.status = "Ready";
		node->is_ready = true;
		node->labels = (struct tag_list){worker_labels, COUNT_OF(worker_labels)};
		node->peerpod_capacity = node->peerpod_allocatable = 10;
		sample->nodes[i] = node;
	}
	sample->survey.nodes = snapshot_finish(builder, SAMPLE_NOW, NULL);
}

static struct pod_record *make_pod(
        struct snapshot_builder *builder, const char *id, const char *space, const char *name, const char *node)
{
	struct pod_record *pod = add(builder, id);

	pod->record.name = name;
	pod->record.status = pod->phase = "Running";
	pod->record.created = SAMPLE_NOW - 30 * MINUTE_MS;
	pod->namespace_name = space;
	pod->node = node;
	pod->ready = pod->wanted = 1;
	pod->running_since = pod->ready_since = SAMPLE_NOW - 28 * MINUTE_MS;
	pod->is_ready = true;
	pod->deleting_since = pod->restarts = pod->started = pod->status_written = 0;
	pod->termination_ms = 30000;
	return pod;
}

static struct pod_record *make_system_pod(
        struct snapshot_builder *builder, const char *id, const char *name, const char *node)
{
	struct pod_record *pod = make_pod(builder, id, "confidential-containers-system", name, node);

	pod->record.created = pod->running_since = SAMPLE_NOW - 10 * HOUR_MS;
	return pod;
}

static void make_pods(struct sample *sample)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_POD, &cluster_scope, NULL);

	sample->pods[SAMPLE_ADAPTOR_1] = make_system_pod(builder, "u-a1", "adaptor-1", "node-1");
	sample->pods[SAMPLE_ADAPTOR_2] = make_system_pod(builder, "u-a2", "adaptor-2", "node-2");
	sample->pods[SAMPLE_CONTROLLER] =
	        make_system_pod(builder, "u-ctrl", "peerpodctrl-controller-manager-1", "node-1");
	for (size_t i = 0; i <= SAMPLE_ADAPTOR_2; i++)
		sample->pods[i]->labels = (struct tag_list){adaptor_labels, COUNT_OF(adaptor_labels)};
	sample->pods[SAMPLE_CONTROLLER]->labels = (struct tag_list){controller_labels, COUNT_OF(controller_labels)};
	sample->pods[SAMPLE_WEB] = make_pod(builder, "u-web", "default", "web", "node-1");
	sample->pods[SAMPLE_WEB]->is_peer = true;
	sample->pods[SAMPLE_WEB]->runtime_class = "kata-remote";
	sample->pods[SAMPLE_OTHER] = make_pod(builder, "u-other", "kube-system", "other", "node-2");
	sample->survey.pods = snapshot_finish(builder, SAMPLE_NOW, NULL);
}

static void make_vms(struct sample *sample)
{
	struct scope region = {.context = "test", .region = "cn-beijing"};
	struct snapshot_builder *builder = snapshot_builder_create(KIND_VM, &region, NULL);

	sample->vm = add(builder, "i-web");
	sample->vm->record.name = "podvm-web-90ab12cd";
	sample->vm->record.status = "Running";
	sample->vm->record.region = "cn-beijing";
	sample->vm->sort = "podvm";
	sample->vm->type = "ecs.g8i.xlarge";
	sample->vm->vcpu = 4;
	sample->vm->private_ip = "10.0.0.9";
	sample->facts.cloud.vms = snapshot_finish(builder, SAMPLE_NOW, NULL);
}

static void make_peerpods(struct sample *sample)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_PEERPOD, &cluster_scope, NULL);

	sample->peerpod = add(builder, "u-peerpod");
	sample->peerpod->record.name = "web-resource-1";
	sample->peerpod->namespace_name = "default";
	sample->peerpod->pod = "web";
	sample->peerpod->pod_uid = "u-web";
	sample->peerpod->vm_id = "i-web";
	sample->peerpod->deleting_since = 0;
	sample->peerpod->has_finalizer = true;
	sample->survey.peerpods = snapshot_finish(builder, SAMPLE_NOW, NULL);
}

void sample_log_at(struct sample *sample, size_t log, int64_t time, const char *text)
{
	size_t used = strlen(sample->logs[log]);
	char when[TIME_TEXT_SIZE];

	time_format_iso(time, when);
	snprintf(sample->logs[log] + used, SAMPLE_LOG_SIZE - used, "%s %s\n", when, text);
}

void sample_log(struct sample *sample, size_t log, const char *text)
{
	sample_log_at(sample, log, SAMPLE_NOW - MINUTE_MS, text);
}

static void make_logs(struct sample *sample)
{
	static const char *const start[] = {"[adaptor] server started",
	        "[util/k8sops] Successfully set extended resource for node node-1",
	        "[probe/probe] All PeerPods standup. we do not check the PeerPods status any more."};
	static const char seen[] = "[adaptor/cloud] create a sandbox " SANDBOX
	                           " for pod web in namespace default (netns: /run/netns/cni-1)";
	static const char made[] = "[adaptor/cloud/alibabacloud] created an instance i-web for sandbox " SANDBOX;
	static const char named[] = "[adaptor/cloud] created an instance podvm-web-90ab12cd for sandbox " SANDBOX;
	static const char *const life[] = {seen,
	        "[adaptor/cloud/alibabacloud] CreateInstance: name: \"podvm-web-90ab12cd\"", made, named,
	        "[adaptor/proxy] established agent proxy connection to 10.0.0.9:15150"};

	for (size_t log = 0; log < 2; log++)
		for (size_t i = 0; i < COUNT_OF(start); i++)
			sample_log_at(sample, log, SAMPLE_NOW - 10 * HOUR_MS, start[i]);
	for (size_t i = 0; i < COUNT_OF(life); i++)
		sample_log_at(sample, 0, SAMPLE_NOW - 29 * MINUTE_MS, life[i]);
	sample_log_at(sample, 2, SAMPLE_NOW - 10 * HOUR_MS, "INFO controller started");
}

static void make_config(struct sample *sample)
{
	sample_value(sample, "CLOUD_PROVIDER", "alibabacloud");
	sample_value(sample, "REGION", "cn-beijing");
	sample_value(sample, "VSWITCH_ID", "vsw-1");
	sample_value(sample, "SECURITY_GROUP_IDS", "sg-1,sg-2");
	sample_value(sample, "IMAGEID", "m-1");
	sample_value(sample, "PEERPODS_LIMIT_PER_NODE", "10");
	sample->survey.config.exists = true;
	sample->survey.config.changed = SAMPLE_NOW - 20 * HOUR_MS;
}

static void make_cloud(struct health_cloud *cloud)
{
	cloud->is_there = true;
	cloud->vswitch_asked.asked = cloud->groups_asked[0].asked = cloud->groups_asked[1].asked =
	        cloud->image_asked.asked = cloud->cluster_asked.asked = cloud->sells_asked.asked =
	                cloud->trial_asked.asked = cloud->egress_asked.asked = cloud->limits_asked.asked =
	                        cloud->role_asked.asked = cloud->vms_asked.asked = cloud->account_asked.asked =
	                                HEALTH_ANSWERED;
	snprintf(cloud->vswitch.vpc, CLOUD_WORD, "vpc-1");
	snprintf(cloud->vswitch.zone, CLOUD_WORD, "cn-beijing-i");
	cloud->vswitch.free_addresses = 4000;
	snprintf(cloud->group_vpcs[0], CLOUD_WORD, "vpc-1");
	snprintf(cloud->group_vpcs[1], CLOUD_WORD, "vpc-1");
	cloud->image.is_usable = true;
	snprintf(cloud->cluster.vpc, CLOUD_WORD, "vpc-1");
	snprintf(cloud->cluster.security_group, CLOUD_WORD, "sg-nodes");
	cloud->cluster.has_identities = cloud->sells = ANSWER_YES;
	for (size_t i = 0; i < PASSAGES; i++) {
		cloud->passages_asked[i].asked = HEALTH_ANSWERED;
		cloud->passages[i] = ANSWER_YES;
	}
	cloud->egress = (struct cloud_egress){.has_gateway = true, .is_ready = true, .is_covered = true};
	cloud->limits[0] =
	        (struct cloud_limit){.code = "q_vcpu", .name = "vCPUs", .sort = LIMIT_VCPU, .total = 1000, .used = 100};
	cloud->limit_count = 1;
	cloud->role = (struct cloud_role){ANSWER_YES, ANSWER_YES, ANSWER_YES, ANSWER_YES, ""};
	snprintf(cloud->role_name, CLOUD_TEXT, "caa");
}

void sample_init(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	sample->class = (struct survey_class){"kata-remote", "kata-remote"};
	sample->survey.state = SURVEY_READ;
	sample->survey.missing = "";
	sample->survey.classes = &sample->class;
	sample->survey.class_count = 1;
	sample->survey.classes_are_known = true;
	sample->survey.adaptor = (struct survey_adaptor){
	        .exists = true, .image = "", .desired = 2, .ready = 2, .updated = 2, .available = 2};
	sample->survey.controller =
	        (struct survey_controller){ANSWER_YES, ANSWER_YES, ANSWER_YES, ANSWER_YES, ANSWER_YES};
	sample->facts.webhook = (struct health_webhook){
	        .asked.asked = HEALTH_ANSWERED, .failure_policy = "Fail", .has_certificate = true};
	buffer_init(&sample->facts.cloud.console, 1 << 16);
	make_config(sample);
	make_nodes(sample);
	make_pods(sample);
	make_peerpods(sample);
	make_vms(sample);
	make_logs(sample);
	make_cloud(&sample->facts.cloud);
}

void sample_value(struct sample *sample, const char *key, const char *value)
{
	for (unsigned i = 0; i < sample->value_count; i++)
		if (!strcmp(sample->values[i].key, key)) {
			sample->values[i].value = value;
			return;
		}
	sample->values[sample->value_count++] = (struct text_pair){key, value};
}

void sample_event(struct sample *sample, const char *reason, const char *kind, const char *object, const char *uid,
        const char *message, int64_t count)
{
	sample->events[sample->event_count++] = (struct sample_event){reason, kind, object, uid, message, count};
}

void sample_denied(struct health_question *question, const char *permission)
{
	question->asked = HEALTH_FAILED;
	error_set(&question->error, ERROR_DENIED, "not allowed");
	error_remedy(&question->error, "Ask the account's administrator for the RAM action %s", permission);
}

static void make_events(struct sample *sample)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_EVENT, &cluster_scope, NULL);

	for (size_t i = 0; i < sample->event_count; i++) {
		const struct sample_event *from = &sample->events[i];
		char id[32];
		struct event_record *event;

		snprintf(id, sizeof(id), "event%zu", i);
		event = add(builder, id);
		event->record.name = from->reason;
		event->record.status = "Warning";
		event->namespace_name = "default";
		event->object_kind = from->kind;
		event->object = from->object;
		event->object_uid = from->uid;
		event->message = from->message;
		event->last_seen = SAMPLE_NOW - MINUTE_MS * (int64_t)(i + 1);
		event->count = from->count;
	}
	sample->survey.events = snapshot_finish(builder, SAMPLE_NOW, NULL);
}

static void read_logs(struct sample *sample)
{
	struct health_facts *facts = &sample->facts;

	facts->logs = sample->log_room;
	for (size_t i = 0; i < COUNT_OF(sample->logs); i++) {
		struct health_log *log = &facts->logs[facts->log_count++];

		*log = (struct health_log){.pod = sample->pods[i], .is_controller = i == SAMPLE_CONTROLLER};
		CU_ASSERT_TRUE_FATAL(health_log_init(log));
		log->is_read = !sample->log_is_denied;
		if (sample->log_is_denied) {
			error_set(&log->error, ERROR_DENIED, "forbidden");
			error_remedy(&log->error, "Ask for: get pods/log");
			continue;
		}
		health_log_feed(log, sample->logs[i], strlen(sample->logs[i]));
		health_log_end(log);
	}
}

void sample_finish(struct sample *sample)
{
	struct health_facts *facts = &sample->facts;

	sample->survey.config.values = (struct tag_list){sample->values, sample->value_count};
	facts->known = NEEDS(HEALTH_SOURCES) - 1;
	facts->now = SAMPLE_NOW;
	facts->since = SAMPLE_NOW - HOUR_MS;
	facts->cluster = cluster_scope;
	facts->survey = &sample->survey;
	health_setup_read(&facts->setup, &sample->survey.config);
	make_events(sample);
	read_logs(sample);
}

void sample_release(struct sample *sample)
{
	for (size_t i = 0; i < sample->facts.log_count; i++)
		health_log_finish(&sample->facts.logs[i]);
	snapshot_unref(sample->survey.pods);
	snapshot_unref(sample->survey.nodes);
	snapshot_unref(sample->survey.events);
	snapshot_unref(sample->survey.peerpods);
	snapshot_unref(sample->facts.cloud.vms);
	buffer_finish(&sample->facts.cloud.console);
}
