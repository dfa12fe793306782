// SPDX-License-Identifier: Apache-2.0
// Sweeps whose facts come from real scans.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include "orphans/sweep.h"

#include "base/banned.h"

static struct world world;
static struct memory *memory;
static struct jobs *jobs;
static struct journal *journal;
static struct sweep_store *store;
static struct audit *audit;
static struct sweep_result result;
static struct error problem;

// ---- a cloud and clusters that can be changed ----

static bool exists(struct session *session, const struct scope *region, enum kind_id kind, const char *id,
        enum presence *out, struct cancel *cancel, struct error *error)
{
	if (kind == KIND_VM)
		return world_cloud.cloud->exists(session, region, kind, id, out, cancel, error);
	*out = PRESENCE_ABSENT;
	for (size_t i = 0; i < world.eip_count; i++)
		if (strcmp(world.eips[i].id, id) == 0)
			*out = PRESENCE_PRESENT;
	return true;
}

static bool note(const char *operation, enum kind_id kind, const char *id, const char *run, struct error *error)
{
	struct intent intent = {.created = 0};

	snprintf(intent.operation, sizeof(intent.operation), "%s", operation);
	snprintf(intent.subject_kind, sizeof(intent.subject_kind), "%s", kind_get(kind)->name);
	snprintf(intent.subject, sizeof(intent.subject), "%s", id);
	snprintf(intent.run, sizeof(intent.run), "%s", run);
	return journal_intend(journal, &intent, NULL, error) &&
	       journal_outcome(journal, intent.id, INTENT_DONE, NULL, "request-1", NULL, error);
}

// What was bound to the VM is free a moment after it.
static bool act(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	(void)session;
	(void)job;
	for (size_t i = 0; i < world.vm_count; i++)
		if (strcmp(world.vms[i].id, request->id) == 0)
			world.vms[i] = world.vms[--world.vm_count];
	for (size_t i = 0; i < world.eip_count; i++) {
		if (strcmp(world.eips[i].id, request->id) == 0) {
			world.eips[i] = world.eips[--world.eip_count];
		} else if (strcmp(world.eips[i].bound_to, request->id) == 0) {
			world.eips[i].bound_to = "";
			world.eips[i].status = "Available";
		}
	}
	return note(request->action->operation, request->action->kind, request->id, request->run, error);
}

static bool release(struct session *session, const struct scope *cluster, const char *space, const char *name,
        const char *uid, const char *run, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)cluster;
	(void)space;
	(void)name;
	(void)cancel;
	world.clusters[0].peerpod_count = 0;
	return note("kubernetes.ReleasePeerPod", KIND_PEERPOD, uid, run, error);
}

static const struct action actions[] = {
        {.name = "delete", .kind = KIND_VM, .operation = "ecs.DeleteInstance"},
        {.name = "release", .kind = KIND_EIP, .operation = "vpc.ReleaseEipAddress"},
};

// ---- one sweep ----

struct deed {
	struct sweep_plan *plan;
	struct sweep_options options;
};

static bool deed_run(struct job *job, void *user, struct error *error)
{
	struct deed *deed = user;

	return sweep_run(deed->plan, "caa 1", &deed->options, job, &result, error);
}

static const struct report *begin(void)
{
	const struct report *report;

	memory = world_memory(&world, "");
	jobs = jobs_create(2, &clock_system, NULL, NULL, NULL);
	journal = journal_open("", NULL, NULL, NULL, NULL);
	store = sweep_store_open("", NULL, NULL, NULL, NULL);
	audit = audit_open("", NULL, NULL);
	report = world_settle(&world, memory);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	return report;
}

// Plans by `report`, then sweeps the world as it is now.
static bool sweep(const struct report *report)
{
	static const char *const ids[] = {"i-1"};
	struct sweep_request request = {.mode = SWEEP_DELETE, .ids = ids, .id_count = 1, .now = world.now};
	struct cloud_source source = *world_cloud.cloud;
	struct cluster_source cluster = *world_kubernetes.cluster;
	struct backend cloud = world_cloud, clusters = world_kubernetes;
	struct scan_options scan;
	struct deed deed = {.plan = sweep_plan_create(report, &request, NULL)};
	struct job_spec spec = {.title = "sweep", .run = deed_run, .user = &deed};
	struct job_view view = {.id = 0};
	job_id id;

	CU_ASSERT_PTR_NOT_NULL_FATAL(deed.plan);
	CU_ASSERT_EQUAL(deed.plan->count, 1);
	source.exists = exists;
	cluster.release_peerpod = release;
	cloud.cloud = &source;
	cloud.actions = actions;
	cloud.action_count = COUNT_OF(actions);
	cloud.act = act;
	clusters.cluster = &cluster;
	world_options(&world, memory, &scan);
	scan.cloud = &cloud;
	scan.clusters = &clusters;
	deed.options = (struct sweep_options){.scan = &scan,
	        .recheck = scan_recheck,
	        .store = store,
	        .audit = audit,
	        .journal = journal,
	        .clock = &world.clock,
	        .context = "prod",
	        .account = "1654",
	        .by = "ops"};
	id = jobs_submit(jobs, &spec, NULL);
	jobs_wait(jobs, id, NULL);
	jobs_get(jobs, id, &view);
	problem = view.error;
	sweep_plan_destroy(deed.plan);
	return view.state == JOB_DONE;
}

static void end(const struct report *report)
{
	report_unref(report);
	jobs_destroy(jobs);
	journal_close(journal);
	sweep_store_close(store);
	audit_close(audit);
	memory_close(memory);
}

static void an_orphan_goes_with_what_hangs_on_it(void)
{
	struct world_peerpod *peerpod;
	const struct report *report;

	world_init(&world);
	world.vms[0].eip = "eip-1";
	world.eips[world.eip_count++] = (struct world_eip){"eip-1", "Peerpod External Network EIP", "InUse", "i-1"};
	world.eips[world.eip_count++] = (struct world_eip){"eip-2", "of the NAT gateway", "Available", ""};
	peerpod = world_add_peerpod(&world.clusters[0], "dead-pod", "i-1");
	peerpod->uid = "peerpod-1";
	peerpod->deleting_since = WORLD_NOW - HOURS(1);
	report = begin();
	CU_ASSERT(sweep(report));
	UNIT_SAME_TEXT(result.reason, "");
	CU_ASSERT_EQUAL(world.vm_count, 0);
	CU_ASSERT_EQUAL(world.eip_count, 1);
	UNIT_SAME_TEXT(world.eips[0].id, "eip-2");
	CU_ASSERT_EQUAL(world.clusters[0].peerpod_count, 0);
	end(report);
}

static void stopped_by(const struct report *report, const char *why)
{
	CU_ASSERT_FALSE(sweep(report));
	CU_ASSERT_EQUAL(world.vm_count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, why));
	if (!strstr(result.reason, why))
		printf("\n    %s\n", result.reason);
	end(report);
}

static void a_pod_that_came_since_keeps_it(void)
{
	const struct report *report;

	world_init(&world);
	report = begin();
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	stopped_by(report, "judged live now");
}

static void a_cluster_that_went_away_keeps_it(void)
{
	const struct report *report;

	world_init(&world);
	report = begin();
	world.clusters[0].is_readable = false;
	stopped_by(report, "judged unknown now");
}

static void protection_keeps_it(void)
{
	const struct report *report;

	world_init(&world);
	report = begin();
	world.vms[0].is_protected = true;
	stopped_by(report, "judged suspect now");
}

static void another_vm_of_that_id_keeps_it(void)
{
	const struct report *report;

	world_init(&world);
	report = begin();
	world.vms[0].created -= MINUTES(3);
	stopped_by(report, "another time");
}

static void a_lost_log_keeps_it(void)
{
	const struct report *report;

	world_init(&world);
	report = begin();
	world.clusters[0].pods[0].log = "";
	stopped_by(report, "E3");
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_orphan_goes_with_what_hangs_on_it),
        UNIT_TEST(a_pod_that_came_since_keeps_it),
        UNIT_TEST(a_cluster_that_went_away_keeps_it),
        UNIT_TEST(protection_keeps_it),
        UNIT_TEST(another_vm_of_that_id_keeps_it),
        UNIT_TEST(a_lost_log_keeps_it),
};

const struct unit_suite scan_sweep_suite = UNIT_SUITE("scan sweep", tests);
