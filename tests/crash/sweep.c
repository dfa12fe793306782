// SPDX-License-Identifier: Apache-2.0
// Kills a sweep at every failpoint that it passes, resumes it in a new process (which is killed, too, now and then),
// and compares with what the cloud knows: exactly the plan went, each thing by one call, and the audit record is whole.
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/json.h"
#include "tests/unit/sweep_world.h"

#include "base/banned.h"

enum { PLACES_MOST = 400, RECORDS = 6 };

struct place {
	char name[64]; // "sweep.before-audit:3"
};

static char folder[64];
static unsigned failures;

static void expect(bool good, const char *place, const char *what)
{
	if (good)
		return;
	failures++;
	printf("killed at %s: %s\n", place, what);
}

static const char *in_folder(const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static void folder_clear(void)
{
	static const char *const files[] = {
	        "audit.jsonl", "peerdeck.db", "peerdeck.db-wal", "peerdeck.db-shm", "places"};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		unlink(in_folder(files[i]));
}

static struct world *world_make(void)
{
	struct world *world = world_create();
	struct world_thing *vm = world_vm(world, "a", true);

	world_hanging(world, vm, KIND_EIP, "eip-1", "");
	world_hanging(world, vm, KIND_PEERPOD, "pp-1", "web-0-resource");
	world_vm(world, "bystander", false);
	world_vm(world, "b", true)->answer = WORLD_LOSES_ANSWER;
	vm = world_vm(world, "c", true);
	world_hanging(world, vm, KIND_ENI, "eni-1", "peerpod-nic-i-c");
	return world;
}

// One life of the console; returns only in the parent, with the child's status.
static int live(struct world *world, bool resumes, const char *place, const char *list)
{
	struct sweep_result result;
	struct error error = {ERROR_NONE};
	struct desk desk;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		bool done;

		if (place)
			setenv("PEERDECK_FAILPOINT", place, 1);
		if (list)
			setenv("PEERDECK_FAILPOINT_LIST", list, 1);
		done = desk_init(&desk, world, folder, &error) &&
		       (resumes ? desk_resume(&desk, &result, &error) > 0
		                : desk_sweep(&desk, SWEEP_DELETE, "caa 3", &result, &error));
		desk_finish(&desk);
		fflush(stdout);
		_exit(done ? 0 : 1);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		abort();
	return status;
}

static bool was_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

struct tally {
	unsigned plans, confirmations, ends, outcomes[RECORDS + 1], others;
};

static bool count(const struct audit_entry *entry, void *user)
{
	struct tally *tally = user;
	struct json_doc doc;

	tally->plans += strcmp(entry->event, "plan") == 0;
	tally->confirmations += strcmp(entry->event, "confirmation") == 0;
	tally->ends += strcmp(entry->event, "end") == 0;
	if (strcmp(entry->event, "outcome") == 0 && json_open(&doc, entry->text, entry->size, "audit", NULL)) {
		int64_t order = json_int(doc.root, "item", 0);

		if (order >= 1 && order <= RECORDS)
			tally->outcomes[order]++;
		else
			tally->others++;
		json_close(&doc);
	}
	return true;
}

static void check_audit(const char *place)
{
	struct audit *audit = audit_open(folder, NULL, NULL);
	struct audit_health health;
	struct tally tally = {0};

	expect(audit && audit_read(audit, 0, count, &tally, &health, NULL), place, "the audit record cannot be read");
	expect(health.damaged[AUDIT_WHOLE] == health.entries, place, "the audit record is damaged");
	expect(tally.plans == 1 && tally.confirmations == 1 && tally.ends == 1, place,
	        "not one plan, one confirmation and one end");
	for (int i = 1; i <= RECORDS; i++)
		expect(tally.outcomes[i] == 1, place, "not one outcome for each thing");
	expect(tally.others == 0, place, "outcomes of other things");
	audit_close(audit);
}

static void check_world(const struct world *world, const char *place)
{
	for (size_t i = 0; i < world->count; i++) {
		const struct world_thing *thing = &world->things[i];
		bool stays = strcmp(thing->id, "i-bystander") == 0;

		expect(thing->exists == stays, place, stays ? "the bystander went" : "something was forgotten");
		expect(thing->calls == (stays ? 0 : 1), place, "not one call for each thing");
	}
}

static void check_store(const char *place)
{
	struct sweep_store *store = sweep_store_open(in_folder("peerdeck.db"), NULL, NULL, NULL, NULL);
	struct sweep_row row;

	expect(store && sweep_store_list(store, NULL, &row, 1) == 1 && row.state == SWEEP_DONE && row.done == 3, place,
	        "the sweep is not done");
	sweep_store_close(store);
}

// Kills at `place`, and the first resumption at `again`, if any; then lets it end.
static void kill_at(const char *place, const char *again)
{
	struct world *world = world_make();
	char what[160];
	unsigned lives = 0;

	snprintf(what, sizeof(what), "%s%s%s", place, again ? ", then " : "", again ? again : "");
	folder_clear();
	expect(was_killed(live(world, false, place, NULL)), what, "it was not killed");
	if (again)
		live(world, true, again, NULL);
	while (live(world, true, NULL, NULL) == 0 && ++lives < 3)
		;
	check_world(world, what);
	check_store(what);
	check_audit(what);
	world_destroy(world);
}

static size_t places_read(struct place *places)
{
	size_t count = 0;
	FILE *file = fopen(in_folder("places"), "re");
	char line[64];

	while (file && count < PLACES_MOST && fgets(line, sizeof(line), file)) {
		unsigned nth = 1;

		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < count; i++)
			nth += strncmp(places[i].name, line, strlen(line)) == 0 && places[i].name[strlen(line)] == ':';
		snprintf(places[count++].name, sizeof(places[0].name), "%.50s:%u", line, nth);
	}
	if (file)
		fclose(file);
	return count;
}

int main(void)
{
	static struct place places[PLACES_MOST];
	static const char *const again[] = {"sweep.before-item", "sweep.before-intent", "sweep.before-audit",
	        "sweep.after-audit", "world.called", "sweep.before-end"};
	struct world *world = world_make();
	size_t count;

	snprintf(folder, sizeof(folder), "/tmp/peerdeck-crash-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	folder_clear();
	expect(live(world, false, NULL, in_folder("places")) == 0, "nothing", "the sweep failed");
	check_world(world, "nothing");
	check_audit("nothing");
	world_destroy(world);
	count = places_read(places);
	expect(count > 30, "nothing", "hardly any failpoint was passed");
	for (size_t i = 0; i < count; i++) {
		kill_at(places[i].name, NULL);
		kill_at(places[i].name, again[i % COUNT_OF(again)]);
	}
	folder_clear();
	rmdir(folder);
	printf("killed at %zu places, twice each: %u failed\n", count, failures);
	return failures ? 1 : 0;
}
