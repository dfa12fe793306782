// SPDX-License-Identifier: Apache-2.0
// The control endpoint: one row per path.
#include "config.h"
#include "sim/control.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/kube_server.h"
#include "sim/kube_users.h"
#include "sim/happenings.h"
#include "sim/request_log.h"
#include "sim/rules.h"
#include "sim/simulator.h"
#include "sim/truth.h"

#include "base/banned.h"

enum { ANSWER_LIMIT = 256 * 1024 * 1024, MOST_SECONDS = 10 * 365 * 86400 };

struct control {
	struct simulator *simulator;
	const struct request *request;
	struct json_out out;
	int status;
};

static void fail(struct control *control, int status, const char *message)
{
	control->status = status;
	json_text(&control->out, "error", message);
}

static void get_state(struct control *control)
{
	const struct simulator *simulator = control->simulator;
	json_time(&control->out, "time", simulator->world.now);
	json_number(&control->out, "time_scale", simulator->world.scale);
	json_int(&control->out, "seed", (int64_t)simulator->world.seed);
	json_text(&control->out, "scenario", simulator->options.scenario);
	truth_write_state(&simulator->world, &control->out);
	json_object(&control->out, "faults");
	for (size_t kind = 0; kind < FAULT_KINDS; kind++)
		json_int(&control->out, fault_kind_name(kind), (int64_t)simulator->faults.happened[kind]);
	json_object_end(&control->out);
}

static void get_truth(struct control *control)
{
	truth_write(&control->simulator->world, &control->out);
}

static int64_t query_int(const struct control *control, const char *name, int64_t otherwise)
{
	int64_t value;
	const char *text = pairs_get(&control->request->query, name);
	return text && text_to_int64(text, &value) && value >= 0 ? value : otherwise;
}

static void get_requests(struct control *control)
{
	request_log_write(control->simulator->log, &control->out, (uint64_t)query_int(control, "after", 0),
	        (size_t)query_int(control, "limit", REQUEST_LOG_SIZE));
}

static void get_stats(struct control *control)
{
	request_log_stats(control->simulator->log, &control->out);
}

// The spec stands in the query (?throttle=0.1&region=cn-beijing) or in the body (throttle=0.1,region=cn-beijing).
static void post_fault(struct control *control)
{
	struct buffer spec;
	struct error error = {0};
	buffer_init(&spec, 64 * 1024);
	for (size_t i = 0; i < control->request->query.count; i++) {
		const struct pair *pair = &control->request->query.items[i];
		buffer_printf(&spec, "%s=%s,", pair->name, pair->value);
	}
	for (size_t i = 0; i < control->request->body.size; i++) {
		char c = control->request->body.data[i];
		buffer_add_char(&spec, c == '&' ? ',' : c);
	}
	while (spec.size && (spec.data[spec.size - 1] == '\n' || spec.data[spec.size - 1] == '\r'))
		spec.data[--spec.size] = 0;
	if (!simulator_fault(control->simulator, buffer_text(&spec), &error))
		fail(control, 400, error.message);
	buffer_finish(&spec);
}

// ?NAME=VALUE of each rule that changes.
static void post_rule(struct control *control)
{
	const struct pairs *query = &control->request->query;
	for (size_t i = 0; i < query->count; i++)
		if (!rule_set(&control->simulator->world, query->items[i].name, query->items[i].value))
			fail(control, 400, "there is no such rule, or no such value of it");
}

static void post_advance(struct control *control)
{
	int64_t seconds = query_int(control, "seconds", -1);
	if (seconds < 0 || seconds > MOST_SECONDS) {
		fail(control, 400, "expected ?seconds=N");
		return;
	}
	world_advance(&control->simulator->world, seconds * 1000, control->simulator->wall);
	json_time(&control->out, "time", control->simulator->world.now);
}

// A kubeconfig for anybody: ?cluster=NAME&user=NAME&group=NAME…&minutes=N&token=1
static void get_kubeconfig(struct control *control)
{
	const struct pairs *query = &control->request->query;
	const char *cluster = pairs_get(query, "cluster"), *user = pairs_get(query, "user");
	struct kube_subject subject = {0};
	if (!cluster || !user || !*user || strlen(user) >= KUBE_NAME_SIZE) {
		fail(control, 400, "expected ?cluster=NAME&user=NAME");
		return;
	}
	memcpy(subject.name, user, strlen(user));
	for (size_t i = 0; i < query->count; i++)
		if (!strcmp(query->items[i].name, "group") && subject.group_count < MAX_KUBE_GROUPS - 1)
			kube_subject_add_group(&subject, query->items[i].value);
	if (!kube_servers_issue(control->simulator, cluster, &subject, query_int(control, "minutes", 0),
	            query_int(control, "token", 0) > 0, &control->out))
		fail(control, 404, "there is no running cluster of that name");
}

// A new world: ?seed=N[&scenario=NAME]. Answers like the ready line.
static void post_reset(struct control *control)
{
	struct error error = {0};
	int64_t seed = query_int(control, "seed", (int64_t)control->simulator->world.seed);
	const char *scenario = pairs_get(&control->request->query, "scenario");
	if (!simulator_reset(control->simulator, scenario, (uint64_t)seed, &error))
		fail(control, 400, error.message);
	else
		simulator_ready_members(control->simulator, &control->out);
}

// Makes something happen: ?cluster=NAME&name=partition[&on=NODE], or ?cluster=NAME&leak=G7.
static void post_happen(struct control *control)
{
	const struct pairs *query = &control->request->query;
	const char *name = pairs_get(query, "name"), *leak = pairs_get(query, "leak"),
	           *cluster = pairs_get(query, "cluster");
	struct world *world = &control->simulator->world;
	for (size_t i = 0; cluster && i < kubernetes_count(world); i++) {
		struct kubernetes *kubernetes = kubernetes_at(world, i);
		if (strcmp(kubernetes->cluster->name, cluster) != 0 &&
		        strcmp(kubernetes->cluster->base.id, cluster) != 0)
			continue;
		bool known = leak ? leak_path_find(leak) != LEAK_NONE : happening_exists(name);
		if (!known) {
			fail(control, 400, "there is no such leak or happening");
		} else {
			bool done = leak ? leak_provoke(kubernetes, leak_path_find(leak))
			                 : happening_run(kubernetes, name, pairs_get(query, "on"));
			json_bool(&control->out, "done", done);
		}
		return;
	}
	fail(control, 404, "there is no cluster of that name");
}

static void post_calm(struct control *control)
{
	struct world *world = &control->simulator->world;
	for (size_t i = 0; i < kubernetes_count(world); i++)
		happenings_end(kubernetes_at(world, i));
}

static const struct {
	const char *method, *path;
	void (*run)(struct control *control);
} rows[] = {
        {"GET", "/_sim/state", get_state},
        {"GET", "/_sim/truth", get_truth},
        {"GET", "/_sim/requests", get_requests},
        {"GET", "/_sim/stats", get_stats},
        {"GET", "/_sim/kubeconfig", get_kubeconfig},
        {"POST", "/_sim/fault", post_fault},
        {"POST", "/_sim/rule", post_rule},
        {"POST", "/_sim/advance", post_advance},
        {"POST", "/_sim/happen", post_happen},
        {"POST", "/_sim/calm", post_calm},
        {"POST", "/_sim/reset", post_reset},
};

void control_serve(struct simulator *simulator, struct request *request, struct answer *answer)
{
	struct control control = {.simulator = simulator, .request = request, .status = 404};
	buffer_init(&control.out.buffer, ANSWER_LIMIT);
	json_object(&control.out, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].path, request->path) != 0)
			continue;
		control.status = 405;
		if (!strcmp(rows[i].method, request->method)) {
			control.status = 200;
			rows[i].run(&control);
			break;
		}
	}
	json_object_end(&control.out);
	answer->status = control.status;
	answer->content_type = "application/json";
	answer->size = control.out.buffer.size;
	answer->body = buffer_take(&control.out.buffer);
}
