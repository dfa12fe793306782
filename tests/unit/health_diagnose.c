// SPDX-License-Identifier: Apache-2.0
// Whole diagnoses over sources that answer from the sample: lines, their order, cancelling, running again.
#include "config.h"

#include "tests/unit/health_sample.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/banned.h"

enum { LINES_MOST = 512, SHORT_NS = 5000000 };

static struct sample sample;
static bool waits, is_unread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct diagnosis_line told[LINES_MOST];
static size_t told_count;

static void nap(void)
{
	const struct timespec time = {.tv_nsec = SHORT_NS};

	nanosleep(&time, NULL);
}

static bool fake_survey(struct session *session, const struct scope *cluster, struct cluster_survey *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	while (waits && !cancel_asked(cancel))
		nap();
	if (cancel_asked(cancel))
		return error_set(error, ERROR_CANCELLED, "cancelled");
	*out = sample.survey;
	arena_init(&out->arena, 1 << 20);
	out->scope = *cluster;
	snapshot_ref(out->pods);
	snapshot_ref(out->nodes);
	snapshot_ref(out->peerpods);
	snapshot_ref(out->events);
	if (is_unread) {
		cluster_survey_finish(out);
		arena_init(&out->arena, 1 << 20);
		out->missing = "";
		out->state = SURVEY_UNREAD;
		error_set(&out->error, ERROR_NETWORK, "connection refused");
	}
	return true;
}

static bool fake_log(struct session *session, const struct scope *cluster, const struct survey_log *wanted,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error)
{
	(void)session;
	(void)cluster;
	(void)cancel;
	if (sample.log_is_denied) {
		error_set(error, ERROR_DENIED, "forbidden");
		error_remedy(error, "Ask for: get pods/log");
		return false;
	}
	for (size_t i = 0; i < COUNT_OF(sample.logs); i++) {
		const char *at = sample.logs[i];

		if (strcmp(sample.pods[i]->record.name, wanted->pod) != 0 || wanted->previous)
			continue;
		for (; *at; at += strcspn(at, "\n"), at += *at == '\n')
			if (!on_line(at, strcspn(at, "\n"), user))
				return true;
	}
	return true;
}

static bool fake_object(struct session *session, const struct scope *cluster, const char *group_version,
        const char *resource, const char *space, const char *name, struct buffer *json, struct cancel *cancel,
        struct error *error)
{
	(void)session;
	(void)cluster;
	(void)cancel;
	(void)error;
	if (!strcmp(resource, "mutatingwebhookconfigurations"))
		return buffer_add_text(json, "{\"webhooks\":[{\"failurePolicy\":\"Fail\",\"clientConfig\":{"
		                             "\"caBundle\":\"LS0t\"}}]}");
	CU_ASSERT_STRING_EQUAL(group_version, "v1");
	CU_ASSERT_STRING_EQUAL(resource, "serviceaccounts");
	CU_ASSERT_STRING_EQUAL(space, "confidential-containers-system");
	CU_ASSERT_STRING_EQUAL(name, "cloud-api-adaptor");
	return buffer_add_text(
	        json, "{\"metadata\":{\"annotations\":{\"pod-identity.alibabacloud.com/role-name\":\"caa\"}}}");
}

static bool fake_vswitch(struct session *session, const struct scope *region, const char *id, struct cloud_vswitch *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)cancel;
	(void)error;
	CU_ASSERT_STRING_EQUAL(region->region, "cn-beijing");
	CU_ASSERT_STRING_EQUAL(id, "vsw-1");
	*out = sample.facts.cloud.vswitch;
	return true;
}

static bool fake_group(struct session *session, const struct scope *region, const char *id, char group_vpc[CLOUD_WORD],
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)id;
	(void)cancel;
	(void)error;
	snprintf(group_vpc, CLOUD_WORD, "vpc-1");
	return true;
}

static bool fake_image(struct session *session, const struct scope *region, const char *id, struct cloud_image *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)id;
	(void)cancel;
	(void)error;
	*out = sample.facts.cloud.image;
	return true;
}

static bool fake_cluster(struct session *session, const struct scope *cluster, struct cloud_cluster *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)cluster;
	(void)cancel;
	(void)error;
	*out = sample.facts.cloud.cluster;
	return true;
}

static bool fake_sells(struct session *session, const struct scope *region, const char *zone, const char *type,
        enum answer *out, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)type;
	(void)cancel;
	(void)error;
	CU_ASSERT_STRING_EQUAL(zone, "cn-beijing-i");
	*out = ANSWER_YES;
	return true;
}

static bool fake_lets_in(struct session *session, const struct scope *region, const struct cloud_passage *passage,
        enum answer *out, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)cancel;
	(void)error;
	CU_ASSERT_TRUE(passage->to_count > 0 && passage->from_count > 0);
	*out = ANSWER_YES;
	return true;
}

static bool fake_egress(struct session *session, const struct scope *region, const char *vpc, const char *vswitch,
        const char *cidr, struct cloud_egress *out, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)vpc;
	(void)vswitch;
	(void)cidr;
	(void)cancel;
	(void)error;
	*out = sample.facts.cloud.egress;
	return true;
}

static bool fake_limits(struct session *session, const struct scope *region, struct cloud_limit out[CLOUD_LIMITS_MOST],
        size_t *count, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)cancel;
	(void)error;
	out[0] = sample.facts.cloud.limits[0];
	*count = 1;
	return true;
}

static bool fake_role(struct session *session, const struct cloud_role_question *question, struct cloud_role *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)cancel;
	(void)error;
	CU_ASSERT_STRING_EQUAL(
	        question->subject, "system:serviceaccount:confidential-containers-system:cloud-api-adaptor");
	*out = sample.facts.cloud.role;
	return true;
}

static bool fake_lists(enum kind_id kind)
{
	return kind == KIND_VM;
}

static bool fake_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	struct snapshot_builder *builder = sink->begin(sink, scopes);
	struct vm_record *vm = snapshot_add(builder, "i-web");

	(void)session;
	(void)kind;
	(void)count;
	(void)cancel;
	(void)error;
	vm->record.name = "podvm-web-90ab12cd";
	vm->record.status = "Running";
	vm->sort = "podvm";
	vm->private_ip = "10.0.0.9";
	sink->end(sink, scopes, builder, NULL);
	return true;
}

static const struct cluster_source cluster_source = {.survey = fake_survey, .log = fake_log, .object = fake_object};
static const struct cloud_checks checks = {.vswitch = fake_vswitch,
        .group = fake_group,
        .image = fake_image,
        .cluster = fake_cluster,
        .sells = fake_sells,
        .lets_in = fake_lets_in,
        .egress = fake_egress,
        .limits = fake_limits,
        .role = fake_role};
static const struct cloud_source cloud_source = {.checks = &checks};
static const struct backend clusters = {.name = "kubernetes", .cluster = &cluster_source};
static const struct backend cloud = {.name = "alibaba", .cloud = &cloud_source, .lists = fake_lists, .list = fake_list};

static int64_t fixed_time(void *user)
{
	(void)user;
	return SAMPLE_NOW;
}

static int64_t real_time(void *user)
{
	(void)user;
	return clock_monotonic(&clock_system);
}

static const struct clock fixed = {fixed_time, real_time, NULL};

static void take(const struct diagnosis_line *line, void *user)
{
	(void)user;
	pthread_mutex_lock(&lock);
	if (told_count < LINES_MOST)
		told[told_count++] = *line;
	pthread_mutex_unlock(&lock);
}

static struct diagnose_options options_of(const char *pod)
{
	told_count = 0;
	return (struct diagnose_options){.clusters = &clusters,
	        .cluster = {.context = "test", .region = "cn-beijing", .cluster = "c1"},
	        .cloud = &cloud,
	        .space = pod ? "default" : NULL,
	        .pod = pod,
	        .clock = &fixed,
	        .parallel = 4,
	        .tell = take};
}

static void begin(void)
{
	sample_init(&sample);
	sample.survey.config.values = (struct tag_list){sample.values, sample.value_count};
	waits = is_unread = false;
}

// The events of the sample are put into its survey.
static void begin_with_events(void)
{
	begin();
	sample_event(&sample, "FailedCreatePodSandBox", "Pod", "web", "u-web", "context deadline exceeded", 3);
	sample_event(&sample, "Failed", "Pod", "web", "u-web", "sandbox 90ab12cd90ab12cd failed", 2);
	sample_event(&sample, "Failed", "Pod", "web", "u-web", "sandbox 77aa01bc77aa01bc failed", 1);
	sample_event(&sample, "Pulled", "Pod", "web", "u-web", "pulled the image", 1);
	sample_finish(&sample);
}

static const struct diagnosis_line *last_of(const char *id)
{
	for (size_t i = told_count; i-- > 0;)
		if (!strcmp(told[i].id, id))
			return &told[i];
	return NULL;
}

static void a_sound_cluster_is_told_sound(void)
{
	struct diagnose_options options;
	struct error error = {0};

	begin_with_events();
	options = options_of(NULL);
	sample.event_count = 0;
	CU_ASSERT_TRUE(diagnose_run(&options, NULL, &error));
	for (size_t i = 0; i < HEALTH_CHECKS; i++) {
		const struct diagnosis_line *line = last_of(health_checks[i].id);

		CU_ASSERT_PTR_NOT_NULL_FATAL(line);
		if (line->result != DIAGNOSIS_PASS)
			printf("\n%s %s: %s\n", line->id, diagnosis_result_name(line->result), line->seen);
		CU_ASSERT_EQUAL(line->result, DIAGNOSIS_PASS);
		CU_ASSERT_EQUAL(told[i].result, DIAGNOSIS_RUNNING);
	}
	sample_release(&sample);
}

static void a_pods_way_ends_where_it_fails(void)
{
	struct diagnose_options options;
	struct error error = {0};

	begin_with_events();
	options = options_of("web");
	sample.nodes[0]->is_ready = false;
	CU_ASSERT_TRUE(diagnose_run(&options, NULL, &error));
	CU_ASSERT_EQUAL(last_of("P2")->result, DIAGNOSIS_PASS);
	CU_ASSERT_EQUAL(last_of("P3")->result, DIAGNOSIS_FAIL);
	CU_ASSERT_EQUAL(last_of("P3")->link.kind, KIND_NODE);
	CU_ASSERT_EQUAL(last_of("P4")->result, DIAGNOSIS_SKIP);
	CU_ASSERT_EQUAL(last_of("P9")->result, DIAGNOSIS_SKIP);
	CU_ASSERT_PTR_NOT_NULL(strstr(last_of("E1")->seen, "(x3)"));
	CU_ASSERT_EQUAL(last_of("E1")->result, DIAGNOSIS_WARN);
	// Two tries that failed alike are one line.
	CU_ASSERT_PTR_NOT_NULL(strstr(last_of("E2")->seen, "(x3)"));
	CU_ASSERT_STRING_EQUAL(last_of("E3")->title, "Pulled");
	CU_ASSERT_PTR_NULL(last_of("E4"));
	CU_ASSERT_PTR_NULL(last_of("H1"));
	sample_release(&sample);
}

static void a_pod_that_is_not_there_is_an_error(void)
{
	struct diagnose_options options;
	struct error error = {0};

	begin_with_events();
	options = options_of("nobody");
	CU_ASSERT_FALSE(diagnose_run(&options, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	sample_release(&sample);
}

static void an_unreachable_cluster_leaves_everything_open(void)
{
	struct diagnose_options options;
	struct error error = {0};

	begin_with_events();
	is_unread = true;
	options = options_of(NULL);
	CU_ASSERT_TRUE(diagnose_run(&options, NULL, &error));
	for (size_t i = 0; i < HEALTH_CHECKS; i++) {
		const struct diagnosis_line *line = last_of(health_checks[i].id);

		CU_ASSERT_EQUAL(line->result, DIAGNOSIS_UNKNOWN);
		if (line->result != DIAGNOSIS_UNKNOWN)
			printf("\n%s %s: %s\n", line->id, diagnosis_result_name(line->result), line->seen);
	}
	CU_ASSERT_EQUAL(last_of("S0")->result, DIAGNOSIS_UNKNOWN);
	options = options_of("web");
	CU_ASSERT_TRUE(diagnose_run(&options, NULL, &error));
	CU_ASSERT_EQUAL(last_of("P1")->result, DIAGNOSIS_UNKNOWN);
	CU_ASSERT_EQUAL(last_of("P2")->result, DIAGNOSIS_SKIP);
	sample_release(&sample);
}

static void missing_rights_are_named(void)
{
	struct diagnose_options options;
	struct error error = {0};

	begin_with_events();
	sample.log_is_denied = true;
	options = options_of(NULL);
	CU_ASSERT_TRUE(diagnose_run(&options, NULL, &error));
	CU_ASSERT_EQUAL(last_of("H4")->result, DIAGNOSIS_UNKNOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(last_of("H4")->missing, "pods/log"));
	CU_ASSERT_EQUAL(last_of("S0")->result, DIAGNOSIS_UNKNOWN);
	sample_release(&sample);
}

static struct cancel stop;

static void *ask_to_stop(void *user)
{
	(void)user;
	for (int i = 0; i < 10; i++)
		nap();
	cancel_ask(&stop);
	return NULL;
}

static void cancelling_ends_it_within_a_second(void)
{
	struct diagnose_options options;
	struct error error = {0};
	pthread_t thread;
	int64_t start;

	begin_with_events();
	waits = true;
	options = options_of(NULL);
	start = clock_monotonic(&clock_system);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, ask_to_stop, NULL), 0);
	CU_ASSERT_FALSE(diagnose_run(&options, &stop, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - start < 1000);
	pthread_join(thread, NULL);
	sample_release(&sample);
}

static void lines_stay_while_it_runs_again(void)
{
	static struct diagnosis_line lines[DIAGNOSIS_LINES_MOST];
	struct jobs *jobs = jobs_create(2, &clock_system, NULL, NULL, NULL);
	struct diagnose_options options;
	struct diagnosis *diagnosis;
	struct error error = {0};
	uint64_t version;
	size_t count;

	begin_with_events();
	sample_value(&sample, "VXLAN_PORT", "4789");
	sample.survey.adaptor.desired = 0;
	options = options_of(NULL);
	diagnosis = diagnosis_create(&options, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(diagnosis);
	CU_ASSERT_EQUAL(diagnosis_lines(diagnosis, lines, COUNT_OF(lines)), 0);
	for (int run = 0; run < 2; run++) {
		bool found = false;

		CU_ASSERT_TRUE(diagnosis_start(diagnosis, jobs, &error));
		CU_ASSERT_TRUE(diagnosis_is_running(diagnosis));
		while (diagnosis_is_running(diagnosis)) {
			nap();
			jobs_settle(jobs);
		}
		count = diagnosis_lines(diagnosis, lines, COUNT_OF(lines));
		CU_ASSERT_TRUE(count >= HEALTH_CHECKS);
		for (size_t i = 0; i < count; i++) {
			CU_ASSERT_NOT_EQUAL(lines[i].result, DIAGNOSIS_RUNNING);
			CU_ASSERT_TRUE(i == 0 || lines[i].order > lines[i - 1].order);
			found = found || !strcmp(lines[i].id, "S3");
		}
		// What is mended before the second run is no line any more.
		CU_ASSERT_EQUAL(found, run == 0);
		CU_ASSERT_TRUE(diagnosis_ended(diagnosis) > 0);
		sample.survey.adaptor.desired = 2;
	}
	version = diagnosis_version(diagnosis);
	waits = true;
	CU_ASSERT_TRUE(diagnosis_start(diagnosis, jobs, &error));
	while (diagnosis_version(diagnosis) == version)
		nap();
	diagnosis_destroy(diagnosis);
	jobs_destroy(jobs);
	sample_release(&sample);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_sound_cluster_is_told_sound),
        UNIT_TEST(a_pods_way_ends_where_it_fails),
        UNIT_TEST(a_pod_that_is_not_there_is_an_error),
        UNIT_TEST(an_unreachable_cluster_leaves_everything_open),
        UNIT_TEST(missing_rights_are_named),
        UNIT_TEST(cancelling_ends_it_within_a_second),
        UNIT_TEST(lines_stay_while_it_runs_again),
};
const struct unit_suite diagnose_suite = UNIT_SUITE("diagnose", tests);
