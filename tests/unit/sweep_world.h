// SPDX-License-Identifier: Apache-2.0
// A cloud of a few VMs in shared memory, so that it outlives a process that is killed while it sweeps.
#ifndef PEERDECK_TESTS_UNIT_SWEEP_WORLD_H
#define PEERDECK_TESTS_UNIT_SWEEP_WORLD_H

#include "inventory/database.h"
#include "orphans/sweep.h"
#include "tests/unit/sweep_report.h"

enum { WORLD_THINGS = 16 };

enum world_answer {
	WORLD_ANSWERS,
	WORLD_LOSES_ANSWER, // done, but the answer never comes
	WORLD_LOSES_CALL,   // the call never arrives
	WORLD_REFUSES,
};

struct world_thing {
	char id[32], name[64], vm[32]; // vm: that it hangs on
	enum kind_id kind;
	bool exists, is_planned;
	enum world_answer answer;
	enum verdict verdict; // of a left-over
	// What looking again finds: another verdict, a later creation, facts lost; or it is gone by then.
	enum verdict later_verdict;
	int64_t later_created;
	unsigned lost_facts;
	bool vanishes;
	bool stops_job;                    // the person asks to stop while it is being deleted
	unsigned calls, done, quarantined; // calls that arrived, and what they did
};

struct world {
	struct world_thing things[WORLD_THINGS];
	size_t count;
	unsigned looks, rehearsals, calls_left; // calls_left: then may_go_on says no
};

// One console on it.
struct desk {
	struct world *world;
	struct sketch sketch, again; // what the plan was made of; what looking again found
	struct scan_options scan;
	struct sweep_options options;
	struct jobs *jobs;
	job_id job;
	struct journal *journal;
	const char *folder;
};

struct world *world_create(void); // shared memory
void world_destroy(struct world *world);
struct world_thing *world_vm(struct world *world, const char *name, bool planned);
struct world_thing *world_hanging(
        struct world *world, const struct world_thing *vm, enum kind_id kind, const char *id, const char *name);
struct world_thing *world_find(struct world *world, const char *id);

// `folder` holds database and audit record.
bool desk_init(struct desk *desk, struct world *world, const char *folder, struct error *error);
void desk_finish(struct desk *desk);
// Plans what is planned and runs it as a job. *state gets how the job ended.
bool desk_sweep(
        struct desk *desk, enum sweep_mode mode, const char *typed, struct sweep_result *result, struct error *error);
// Resumes all that was cut off; returns how many there were.
size_t desk_resume(struct desk *desk, struct sweep_result *result, struct error *error);

#endif
