// SPDX-License-Identifier: Apache-2.0
// A cloud of a few VMs, and a console on it.
#include "config.h"

#include "tests/unit/sweep_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/failpoint.h"

#include "base/banned.h"

struct session {
	struct desk *desk;
};

// ---- the cloud ----

struct world *world_create(void)
{
	void *memory = mmap(NULL, sizeof(struct world), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct world *world = memory;

	if (memory == MAP_FAILED)
		abort();
	world->calls_left = 1000;
	return world;
}

void world_destroy(struct world *world)
{
	munmap(world, sizeof(*world));
}

static struct world_thing *world_add(struct world *world, enum kind_id kind, const char *id, const char *name)
{
	struct world_thing *thing = &world->things[world->count++];

	thing->kind = kind;
	thing->exists = true;
	thing->verdict = thing->later_verdict = VERDICT_ORPHAN;
	thing->later_created = 1000;
	snprintf(thing->id, sizeof(thing->id), "%s", id);
	snprintf(thing->name, sizeof(thing->name), "%s", name);
	return thing;
}

struct world_thing *world_vm(struct world *world, const char *name, bool planned)
{
	char id[32], whole[64];
	struct world_thing *thing;

	snprintf(id, sizeof(id), "i-%s", name);
	snprintf(whole, sizeof(whole), "podvm-%s", name);
	thing = world_add(world, KIND_VM, id, whole);
	thing->is_planned = planned;
	return thing;
}

struct world_thing *world_hanging(
        struct world *world, const struct world_thing *vm, enum kind_id kind, const char *id, const char *name)
{
	struct world_thing *thing = world_add(world, kind, id, name);

	snprintf(thing->vm, sizeof(thing->vm), "%s", vm->id);
	return thing;
}

struct world_thing *world_find(struct world *world, const char *id)
{
	for (size_t i = 0; i < world->count; i++)
		if (strcmp(world->things[i].id, id) == 0)
			return &world->things[i];
	return NULL;
}

static bool cloud_exists(struct session *session, const struct scope *region, enum kind_id kind, const char *id,
        enum presence *out, struct cancel *cancel, struct error *error)
{
	const struct world_thing *thing = world_find(session->desk->world, id);

	(void)region;
	(void)kind;
	(void)cancel;
	(void)error;
	*out = thing && thing->exists ? PRESENCE_PRESENT : PRESENCE_ABSENT;
	return true;
}

static bool cloud_rehearse(struct session *session, const char *action, enum kind_id kind, const struct scope *region,
        const char *id, struct cancel *cancel, struct error *error)
{
	(void)action;
	(void)kind;
	(void)region;
	(void)id;
	(void)cancel;
	(void)error;
	session->desk->world->rehearsals++;
	return true;
}

static void thing_do(struct world_thing *thing)
{
	thing->calls++;
	if (thing->exists)
		thing->done++;
	thing->exists = false;
}

static bool intend(struct desk *desk, const char *operation, enum kind_id kind, const char *id, const char *run,
        struct intent *intent, struct error *error)
{
	memset(intent, 0, sizeof(*intent));
	snprintf(intent->context, sizeof(intent->context), "demo");
	snprintf(intent->operation, sizeof(intent->operation), "%s", operation);
	snprintf(intent->subject_kind, sizeof(intent->subject_kind), "%s", kind_get(kind)->name);
	snprintf(intent->subject, sizeof(intent->subject), "%s", id);
	snprintf(intent->run, sizeof(intent->run), "%s", run);
	return journal_intend(desk->journal, intent, NULL, error);
}

static bool carry_out(struct desk *desk, const char *operation, enum kind_id kind, const char *id, const char *run,
        struct error *error)
{
	struct world_thing *thing = world_find(desk->world, id);
	struct intent intent;

	if (!thing->exists)
		return error_set(error, ERROR_NOT_FOUND, "%s does not exist any more", id);
	if (!intend(desk, operation, kind, id, run, &intent, error))
		return false;
	failpoint("world.intended");
	if (thing->answer == WORLD_REFUSES) {
		error_set(error, ERROR_DENIED, "You may not");
		journal_outcome(desk->journal, intent.id, INTENT_FAILED, error, NULL, NULL, NULL);
		return false;
	}
	if (thing->answer != WORLD_LOSES_CALL)
		thing_do(thing);
	failpoint("world.called");
	if (thing->answer != WORLD_ANSWERS)
		return error_set(error, ERROR_NETWORK, "the connection broke");
	return journal_outcome(desk->journal, intent.id, INTENT_DONE, NULL, "request-1", NULL, error);
}

static bool cloud_act(
        struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	struct world_thing *thing = world_find(session->desk->world, request->id);

	(void)job;
	if (strcmp(request->action->name, "quarantine") == 0) {
		thing->quarantined++;
		return true;
	}
	if (thing->stops_job)
		jobs_cancel(session->desk->jobs, session->desk->job);
	return carry_out(
	        session->desk, request->action->operation, request->action->kind, request->id, request->run, error);
}

static bool cloud_settle(
        struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	const struct world_thing *thing = world_find(session->desk->world, intent->subject);

	(void)cancel;
	return journal_outcome(session->desk->journal, intent->id,
	        thing && thing->exists ? INTENT_SETTLED_NOT_DONE : INTENT_SETTLED_DONE, NULL, NULL, NULL, error);
}

static bool cluster_release(struct session *session, const struct scope *cluster, const char *space, const char *name,
        const char *uid, const char *run, struct cancel *cancel, struct error *error)
{
	(void)cluster;
	(void)space;
	(void)name;
	(void)cancel;
	return carry_out(session->desk, "kubernetes.PatchPeerPod", KIND_PEERPOD, uid, run, error);
}

static const struct action world_actions[] = {
        {.name = "delete", .kind = KIND_VM, .operation = "ecs.DeleteInstance"},
        {.name = "quarantine", .kind = KIND_VM, .operation = "ecs.TagResources"},
        {.name = "delete", .kind = KIND_ENI, .operation = "ecs.DeleteNetworkInterface"},
        {.name = "release", .kind = KIND_EIP, .operation = "vpc.ReleaseEipAddress"},
};
static const struct cloud_source world_source = {.exists = cloud_exists, .rehearse = cloud_rehearse};
static const struct cluster_source cluster_source = {.release_peerpod = cluster_release};
static const struct backend world_backend = {
        .name = "world",
        .title = "World",
        .actions = world_actions,
        .action_count = COUNT_OF(world_actions),
        .act = cloud_act,
        .settle = cloud_settle,
        .cloud = &world_source,
        .cluster = &cluster_source,
};

// ---- what a scan sees ----

static void see_hanging(
        struct sketch *sketch, const struct world *world, const struct world_thing *vm, struct report_item *item)
{
	for (size_t i = 0; i < world->count; i++) {
		const struct world_thing *thing = &world->things[i];

		if (!thing->exists || strcmp(thing->vm, vm->id) != 0)
			continue;
		if (item && thing->kind != KIND_PEERPOD) {
			sketch_belonging(sketch, item, thing->kind, thing->id, thing->name);
			continue;
		}
		item = sketch_leftover(
		        sketch, thing->kind, thing->id, thing->name, vm->exists ? VERDICT_LIVE : thing->verdict);
		if (!vm->exists && thing->verdict == VERDICT_LIVE)
			((struct sketch_item *)(void *)item)->leftover.judgement.rule = LEFTOVER_IN_USE;
		if (thing->kind == KIND_PEERPOD)
			((struct sketch_item *)(void *)item)->record.peerpod.vm_id = vm->id;
	}
}

static void see(struct sketch *sketch, const struct world *world, bool again)
{
	sketch_init(sketch);
	for (size_t i = 0; i < world->count; i++) {
		const struct world_thing *thing = &world->things[i];
		struct report_item *item = NULL;

		if (thing->kind != KIND_VM)
			continue;
		if (thing->exists)
			item = sketch_orphan(sketch, thing->name + strlen("podvm-"));
		if (item && again) {
			item->verdict = item->judgement.verdict = thing->later_verdict;
			item->judgement.reason_count -= thing->lost_facts;
			((struct sketch_item *)(void *)item)->record.record.created = thing->later_created;
		}
		see_hanging(sketch, world, thing, item);
	}
}

static bool is_known(const struct report *report, const char *id)
{
	if (report_find(report, id))
		return true;
	for (size_t i = 0; i < report->item_count; i++)
		for (size_t n = 0; n < report->items[i]->belonging_count; n++)
			if (strcmp(report->items[i]->belongings[n].record->id, id) == 0)
				return true;
	return false;
}

static bool recheck(const struct scan_options *options, const struct report *before, const char *id,
        const struct report **out, struct cancel *cancel, struct error *error)
{
	struct desk *desk = options->user;

	(void)cancel;
	desk->world->looks++;
	if (!is_known(before, id))
		return error_set(error, ERROR_NOT_FOUND, "the last scan did not find %s", id);
	if (world_find(desk->world, id)->vanishes)
		world_find(desk->world, id)->exists = false;
	see(&desk->again, desk->world, true);
	*out = &desk->again.report;
	return true;
}

// ---- the console ----

static bool may_go_on(void *user, int64_t *not_after, struct error *error)
{
	struct desk *desk = user;

	(void)not_after;
	for (size_t i = 0; i < desk->world->count; i++)
		if (desk->world->things[i].calls >= desk->world->calls_left)
			return error_set(error, ERROR_CONFLICT, "the lease was lost");
	return true;
}

bool desk_init(struct desk *desk, struct world *world, const char *folder, struct error *error)
{
	struct session *session = calloc(1, sizeof(*session));
	char path[1024];

	memset(desk, 0, sizeof(*desk));
	desk->world = world;
	desk->folder = folder;
	if (!session || !database_path(folder, path, error))
		return false;
	session->desk = desk;
	desk->scan = (struct scan_options){.cloud = &world_backend,
	        .cloud_session = session,
	        .clusters = &world_backend,
	        .clusters_session = session,
	        .user = desk};
	desk->jobs = jobs_create(2, &clock_system, NULL, NULL, NULL);
	desk->journal = journal_open(path, NULL, NULL, NULL, error);
	desk->options = (struct sweep_options){.scan = &desk->scan,
	        .recheck = recheck,
	        .journal = desk->journal,
	        .store = sweep_store_open(path, NULL, NULL, NULL, error),
	        .audit = audit_open(folder, NULL, error),
	        .clock = &clock_system,
	        .context = "demo",
	        .account = "1234",
	        .by = "ops",
	        .may_go_on = may_go_on,
	        .user = desk};
	return desk->jobs && desk->journal && desk->options.store && desk->options.audit;
}

void desk_finish(struct desk *desk)
{
	jobs_destroy(desk->jobs);
	sweep_store_close(desk->options.store);
	audit_close(desk->options.audit);
	journal_close(desk->journal);
	free(desk->scan.cloud_session);
}

struct deed {
	struct desk *desk;
	struct sweep_plan *plan;
	const char *typed, *sweep;
	struct sweep_result *result;
};

static bool deed_run(struct job *job, void *user, struct error *error)
{
	struct deed *deed = user;
	struct desk *desk = deed->desk;

	if (deed->plan)
		return sweep_run(deed->plan, deed->typed, &desk->options, job, deed->result, error);
	return sweep_resume(deed->sweep, &desk->sketch.report, &desk->options, job, deed->result, error);
}

static bool deed_wait(struct deed *deed, struct error *error)
{
	struct job_spec spec = {.title = "sweep", .changes = true, .gentle = true, .run = deed_run, .user = deed};
	struct job_view view;
	job_id id;

	deed->desk->job = jobs_last(deed->desk->jobs) + 1;
	id = jobs_submit(deed->desk->jobs, &spec, error);
	if (!id)
		return false;
	jobs_wait(deed->desk->jobs, id, NULL);
	jobs_get(deed->desk->jobs, id, &view);
	*error = view.error;
	return view.state == JOB_DONE;
}

bool desk_sweep(
        struct desk *desk, enum sweep_mode mode, const char *typed, struct sweep_result *result, struct error *error)
{
	const char *ids[WORLD_THINGS];
	struct sweep_request request = {.mode = mode, .ids = ids, .now = SKETCH_NOW};
	struct deed deed = {.desk = desk, .typed = typed, .result = result};
	bool done;

	see(&desk->sketch, desk->world, false);
	for (size_t i = 0; i < desk->world->count; i++)
		if (desk->world->things[i].is_planned)
			ids[request.id_count++] = desk->world->things[i].id;
	deed.plan = sweep_plan_create(&desk->sketch.report, &request, error);
	if (!deed.plan)
		return false;
	done = deed_wait(&deed, error);
	sweep_plan_destroy(deed.plan);
	return done;
}

size_t desk_resume(struct desk *desk, struct sweep_result *result, struct error *error)
{
	struct sweep_row rows[4];
	size_t count = sweep_store_pending(desk->options.store, "demo", false, rows, COUNT_OF(rows));

	see(&desk->sketch, desk->world, false);
	for (size_t i = 0; i < count && i < COUNT_OF(rows); i++) {
		struct deed deed = {.desk = desk, .sweep = rows[i].id, .result = result};

		deed_wait(&deed, error);
	}
	return count;
}
