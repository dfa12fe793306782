// SPDX-License-Identifier: Apache-2.0
// Runs the tasks of a diagnosis on a few threads, and reads the cluster's part: survey and logs.
#include "config.h"
#include "orphans/diagnose_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { THREADS_USUAL = 8, THREADS_MOST = 16, WAIT_NS = 200000000, SECOND_NS = 1000000000, SINCE_MS = 60 * MINUTE_MS };
enum { LOGS_READ_WHOLE = 16, LOG_HOURS_MS = 6 * 60 * MINUTE_MS };

static void fail(struct diagnose *diagnose, const struct error *error)
{
	pthread_mutex_lock(&diagnose->lock);
	if (!diagnose->is_over)
		diagnose->error = *error;
	diagnose->is_over = true;
	pthread_mutex_unlock(&diagnose->lock);
}

static void find_pod(struct diagnose *diagnose)
{
	const struct diagnose_options *options = &diagnose->options;
	struct health_facts *facts = &diagnose->facts;
	const struct pod_record *pod;
	struct error error;

	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (!strcmp(pod->record.name, options->pod) && !strcmp(pod->namespace_name, options->space))
			facts->pod = pod;
	if (facts->pod) {
		facts->since = facts->pod->record.created;
	} else if (diagnose->survey.pods) {
		error_set(
		        &error, ERROR_NOT_FOUND, _("there is no pod %s in namespace %s"), options->pod, options->space);
		error_remedy(&error, _("kubectl get pods -A lists them; -n names the namespace"));
		fail(diagnose, &error);
	}
}

static void read_survey(struct diagnose *diagnose, size_t part)
{
	const struct diagnose_options *options = &diagnose->options;
	struct health_facts *facts = &diagnose->facts;
	struct error error = {0};

	(void)part;
	if (!options->clusters->cluster->survey(
	            options->clusters_session, &options->cluster, &diagnose->survey, diagnose->cancel, &error)) {
		fail(diagnose, &error);
		return;
	}
	if (!diagnose->survey.missing)
		diagnose->survey.missing = "";
	health_setup_read(&facts->setup, &diagnose->survey.config);
	facts->now = clock_now(options->clock);
	if (diagnose->survey.offset_is_known)
		facts->now += diagnose->survey.offset_ms;
	facts->since = facts->now - SINCE_MS;
	diagnose->region = options->cluster;
	diagnose->region.cluster[0] = '\0';
	snprintf(diagnose->region.region, sizeof(diagnose->region.region), "%s", setup_region(facts));
	// Of another cloud nothing can be asked here.
	facts->cloud.is_there =
	        options->cloud && options->cloud->cloud && options->cloud->cloud->checks &&
	        (!*facts->setup.provider || text_starts_with(facts->setup.provider, options->cloud->name));
	if (options->pod)
		find_pod(diagnose);
}

static bool is_controller_pod(const struct pod_record *pod)
{
	const char *plane = tag_of(&pod->labels, "control-plane");

	return plane && !strcmp(plane, "controller-manager") && text_starts_with(pod->record.name, "peerpodctrl");
}

static void add_log(struct health_facts *facts, const struct pod_record *pod, bool is_previous, bool is_controller)
{
	if (facts->log_count == HEALTH_LOGS_MOST) {
		facts->logs_left_out++;
		return;
	}
	facts->logs[facts->log_count++] =
	        (struct health_log){.pod = pod, .is_previous = is_previous, .is_controller = is_controller};
}

static size_t count_logs(struct diagnose *diagnose)
{
	struct health_facts *facts = &diagnose->facts;
	const struct pod_record *pod;

	facts->logs = calloc(HEALTH_LOGS_MOST, sizeof(*facts->logs));
	for (size_t i = 0; facts->logs && (pod = pod_at(facts, i)); i++) {
		bool is_wanted = is_adaptor(pod) && (!facts->pod || pod == adaptor_on(facts, facts->pod->node));

		if (is_wanted)
			add_log(facts, pod, false, false);
		// What the container before said matters where this one does not stand.
		if (is_wanted && pod->restarts && !pod->is_ready)
			add_log(facts, pod, true, false);
		if (!facts->pod && is_controller_pod(pod))
			add_log(facts, pod, false, true);
	}
	return facts->log_count;
}

static bool take_line(const char *text, size_t size, void *user)
{
	struct health_log *log = user;

	health_log_feed(log, text, size);
	if (!size || text[size - 1] != '\n')
		health_log_feed(log, "\n", 1);
	return true;
}

static void read_log(struct diagnose *diagnose, size_t part)
{
	const struct diagnose_options *options = &diagnose->options;
	struct health_log *log = &diagnose->facts.logs[part];
	struct survey_log wanted = {.space = log->pod->namespace_name,
	        .pod = log->pod->record.name,
	        .container = log->pod->containers.count ? log->pod->containers.items[0] : "",
	        .previous = log->is_previous};

	// Of many adaptors that stand only the last hours are read.
	if (diagnose->facts.log_count > LOGS_READ_WHOLE && log->pod->is_ready)
		wanted.since = diagnose->facts.now - LOG_HOURS_MS;
	if (!health_log_init(log)) {
		error_set(&log->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	log->is_read = options->clusters->cluster->log(
	        options->clusters_session, &options->cluster, &wanted, take_line, log, diagnose->cancel, &log->error);
	health_log_end(log);
}

// Only what a reader of webhooks may see: whether one that fails blocks all pods, and whether its certificate is there.
static void read_webhook(struct diagnose *diagnose, size_t part)
{
	enum { OBJECT_MOST = 1 << 20 };
	static const char name[] = "peer-pods-webhook-mutating-webhook-configuration";
	const struct diagnose_options *options = &diagnose->options;
	struct health_webhook *webhook = &diagnose->facts.webhook;
	const cJSON *hook;
	struct json_doc doc;
	struct buffer json;

	(void)part;
	if (options->pod || diagnose->survey.controller.has_webhook != ANSWER_YES ||
	        !options->clusters->cluster->object)
		return;
	buffer_init(&json, OBJECT_MOST);
	webhook->asked.asked = HEALTH_FAILED;
	if (options->clusters->cluster->object(options->clusters_session, &options->cluster,
	            "admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", "", name, &json,
	            diagnose->cancel, &webhook->asked.error) &&
	        json_open(&doc, buffer_text(&json), json.size, name, &webhook->asked.error)) {
		webhook->asked.asked = HEALTH_ANSWERED;
		webhook->has_certificate = true;
		cJSON_ArrayForEach(hook, json_member(doc.root, "webhooks"))
		{
			snprintf(webhook->failure_policy, sizeof(webhook->failure_policy), "%.15s",
			        json_text(hook, "failurePolicy"));
			if (!*json_text_at(hook, "clientConfig.caBundle"))
				webhook->has_certificate = false;
		}
		json_close(&doc);
	}
	buffer_finish(&json);
}

const struct diagnose_task diagnose_tasks[HEALTH_SOURCES] = {
        [HEALTH_SURVEY] = {0, NULL, read_survey},
        [HEALTH_LOGS] = {NEEDS(HEALTH_SURVEY), count_logs, read_log},
        [HEALTH_WEBHOOK] = {NEEDS(HEALTH_SURVEY), NULL, read_webhook},
        [HEALTH_PLACE] = {NEEDS(HEALTH_SURVEY), NULL, ask_place},
        [HEALTH_TRIAL] = {NEEDS(HEALTH_SURVEY), NULL, ask_trial},
        [HEALTH_PASSAGES] = {NEEDS(HEALTH_PLACE), NULL, ask_passages},
        [HEALTH_EGRESS] = {NEEDS(HEALTH_PLACE), NULL, ask_egress},
        [HEALTH_LIMITS] = {NEEDS(HEALTH_SURVEY), NULL, ask_limits},
        [HEALTH_ROLE] = {NEEDS(HEALTH_PLACE), NULL, ask_role},
        [HEALTH_VMS] = {NEEDS(HEALTH_SURVEY), NULL, ask_vms},
        [HEALTH_CONSOLE] = {NEEDS(HEALTH_LOGS) | NEEDS(HEALTH_VMS), NULL, ask_console},
};

// With the lock: a part that can begin now. False when there is none.
static bool take_part(struct diagnose *diagnose, enum health_source *source, size_t *part)
{
	for (unsigned i = 0; i < HEALTH_SOURCES; i++) {
		const struct diagnose_task *task = &diagnose_tasks[i];

		if ((diagnose->facts.known & task->after) != task->after || diagnose->facts.known & NEEDS(i))
			continue;
		if (!diagnose->is_counted[i]) {
			diagnose->is_counted[i] = true;
			diagnose->parts[i] = task->count ? task->count(diagnose) : 1;
		}
		if (diagnose->started[i] == diagnose->parts[i])
			continue;
		*source = (enum health_source)i;
		*part = diagnose->started[i]++;
		return true;
	}
	return false;
}

// With the lock: settles what has no part left, and tells what can be judged.
static void settle(struct diagnose *diagnose)
{
	unsigned before = diagnose->facts.known;

	for (unsigned i = 0; i < HEALTH_SOURCES; i++)
		if (diagnose->is_counted[i] && diagnose->ended[i] == diagnose->parts[i])
			diagnose->facts.known |= NEEDS(i);
	if (diagnose->facts.known == before)
		return;
	if (!diagnose->is_over && !cancel_asked(diagnose->cancel))
		tell_known(diagnose);
	pthread_cond_broadcast(&diagnose->changed);
}

static void wait_for_change(struct diagnose *diagnose)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NS;
	if (until.tv_nsec >= SECOND_NS) {
		until.tv_nsec -= SECOND_NS;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&diagnose->changed, &diagnose->lock, &until);
}

static void work(struct diagnose *diagnose)
{
	const unsigned all = NEEDS(HEALTH_SOURCES) - 1;
	enum health_source source;
	size_t part;

	pthread_mutex_lock(&diagnose->lock);
	while (diagnose->facts.known != all && !diagnose->is_over && !cancel_asked(diagnose->cancel)) {
		if (!take_part(diagnose, &source, &part)) {
			unsigned before = diagnose->facts.known;

			settle(diagnose);
			if (diagnose->facts.known == before)
				wait_for_change(diagnose);
			continue;
		}
		pthread_mutex_unlock(&diagnose->lock);
		diagnose_tasks[source].run(diagnose, part);
		pthread_mutex_lock(&diagnose->lock);
		diagnose->ended[source]++;
		settle(diagnose);
	}
	pthread_cond_broadcast(&diagnose->changed);
	pthread_mutex_unlock(&diagnose->lock);
}

static void *work_main(void *user)
{
	work(user);
	json_thread_finish();
	return NULL;
}

static void run_threads(struct diagnose *diagnose)
{
	unsigned wanted = diagnose->options.parallel ? diagnose->options.parallel : THREADS_USUAL;
	pthread_t threads[THREADS_MOST];
	size_t count = 0;

	if (wanted > THREADS_MOST)
		wanted = THREADS_MOST;
	while (count + 1 < wanted && pthread_create(&threads[count], NULL, work_main, diagnose) == 0)
		count++;
	work(diagnose);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void release(struct diagnose *diagnose)
{
	for (size_t i = 0; i < diagnose->facts.log_count; i++)
		health_log_finish(&diagnose->facts.logs[i]);
	free(diagnose->facts.logs);
	snapshot_unref(diagnose->facts.cloud.vms);
	buffer_finish(&diagnose->facts.cloud.console);
	cluster_survey_finish(&diagnose->survey);
	pthread_cond_destroy(&diagnose->changed);
	pthread_mutex_destroy(&diagnose->lock);
	free(diagnose);
}

bool diagnose_run(const struct diagnose_options *options, struct cancel *cancel, struct error *error)
{
	enum { CONSOLE_MOST = 1 << 20 };
	struct diagnose *diagnose = calloc(1, sizeof(*diagnose));
	bool good;

	if (!diagnose)
		return error_set(error, ERROR_MEMORY, _("Out of memory"));
	diagnose->options = *options;
	diagnose->cancel = cancel;
	diagnose->facts.cluster = options->cluster;
	diagnose->facts.survey = &diagnose->survey;
	diagnose->facts.report = options->report;
	buffer_init(&diagnose->facts.cloud.console, CONSOLE_MOST);
	pthread_mutex_init(&diagnose->lock, NULL);
	pthread_cond_init(&diagnose->changed, NULL);
	tell_begin(diagnose);
	run_threads(diagnose);
	if (cancel_asked(cancel) && !diagnose->is_over) {
		diagnose->is_over = true;
		error_set(&diagnose->error, ERROR_CANCELLED, _("Cancelled"));
	}
	good = !diagnose->is_over;
	if (good)
		tell_end(diagnose);
	else if (error)
		*error = diagnose->error;
	release(diagnose);
	return good;
}
