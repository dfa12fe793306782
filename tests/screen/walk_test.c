// SPDX-License-Identifier: Apache-2.0
// The whole Alibaba guide in the wizard, on the simulator: a person who presses keys, leaves in the middle of a wait,
// comes back in another console, goes on to the nginx pod in its VM, and takes all of it away again.
#include "config.h"

#include <CUnit/Basic.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/http.h"
#include "net/json.h"
#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

enum { START_MS = 20000, WORK_MS = 60000, WALK_MS = 180000, LINE_SIZE = 4096, PATH_SIZE = 600, ENTRIES = 12 };

extern char **environ;

struct world {
	FILE *ready; // what the simulator says
	pid_t simulator;
	char home[64], control[128];
	char environment[ENTRIES][PATH_SIZE];
	const char *env[ENTRIES + 1];
	size_t count;
};

static void set(struct world *world, const char *name, const char *value)
{
	CU_ASSERT_FATAL(world->count < ENTRIES);
	snprintf(world->environment[world->count], PATH_SIZE, "%s=%s", name, value);
	world->env[world->count] = world->environment[world->count];
	world->env[++world->count] = NULL;
}

static void start_simulator(struct world *world)
{
	const char *arguments[] = {
	        SIMULATOR_PROGRAM, "--with-parent", "--scenario", "empty", "--time-scale", TIME_SCALE, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	CU_ASSERT_EQUAL_FATAL(posix_spawn(&world->simulator, SIMULATOR_PROGRAM, &actions, NULL,
	                              (char *const *)(uintptr_t)arguments, environ),
	        0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	world->ready = fdopen(ends[0], "re");
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->ready);
}

static void world_open(struct world *world)
{
	const char *path = getenv("PATH");
	char line[LINE_SIZE], state[PATH_SIZE], paths[PATH_SIZE];
	struct json_doc doc;

	memset(world, 0, sizeof(*world));
	snprintf(world->home, sizeof(world->home), "/tmp/peerdeck-walk-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world->home));
	start_simulator(world);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof(line), world->ready));
	CU_ASSERT_FATAL(json_open(&doc, line, strlen(line), "ready line", NULL));
	snprintf(world->control, sizeof(world->control), "%s", json_text(doc.root, "control"));
	snprintf(state, sizeof(state), "%s/state", world->home);
	snprintf(paths, sizeof(paths), "%s:%s", STAND_INS, path ? path : "/usr/bin:/bin");
	set(world, "PEERDECK_THEMES", THEMES_DIR);
	set(world, "PEERDECK_TIME_SCALE", TIME_SCALE);
	set(world, "XDG_STATE_HOME", state);
	set(world, "PATH", paths);
	set(world, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
	set(world, "ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(doc.root, "access_key_id"));
	set(world, "ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(doc.root, "access_key_secret"));
	set(world, "ALIBABA_CLOUD_REGION_ID", json_text(doc.root, "region"));
	set(world, "PEERDECK_ENDPOINT", json_text(doc.root, "alibaba"));
	set(world, "PEERDECK_OSS_ENDPOINT", json_text(doc.root, "oss"));
	json_close(&doc);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static void world_close(struct world *world)
{
	kill(world->simulator, SIGTERM);
	waitpid(world->simulator, NULL, 0);
	fclose(world->ready);
	nftw(world->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

// What exists in the world, as JSON; the caller's.
static cJSON *truth(const struct world *world)
{
	const struct http_options options = {.parallel = 1, .clock = &clock_system};
	struct http_client *client = http_client_create(&options, NULL);
	char url[256];
	struct http_request request = {.url = url, .method = HTTP_GET, .body_limit = 64 << 20, .operation = "truth"};
	struct http_response *response;
	cJSON *whole, *resources;

	snprintf(url, sizeof(url), "%s/_sim/truth", world->control);
	response = http_perform(client, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	whole = cJSON_ParseWithLength(response->body, response->body_size);
	resources = cJSON_DetachItemFromObject(whole, "resources");
	CU_ASSERT_PTR_NOT_NULL_FATAL(resources);
	cJSON_Delete(whole);
	http_response_destroy(response);
	http_client_destroy(client);
	return resources;
}

static int how_many(const cJSON *resources, const char *sort)
{
	return cJSON_GetArraySize(json_member(resources, sort));
}

static bool is_as_before(struct terminal *term, void *user)
{
	struct world_before {
		const struct world *world;
		const cJSON *before;
	} *known = user;
	cJSON *now = truth(known->world);
	const bool same = cJSON_Compare(known->before, now, true);

	(void)term;
	cJSON_Delete(now);
	return same;
}

static struct terminal *console(const struct world *world, int rows, int columns)
{
	const char *argv[] = {PEERDECK_PROGRAM, NULL};
	struct terminal *term = term_start(rows, columns, argv, world->env);

	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT_FATAL(term_wait_text(term, "<\\?> help", START_MS));
	return term;
}

static void press_until(struct terminal *term, const char *key, const char *seen)
{
	for (int i = 0; i < 300 && !term_has_text(term, seen); i++) {
		term_keys(term, key);
		CU_ASSERT(term_wait_quiet(term, 40) || true);
	}
	CU_ASSERT(term_wait_text(term, seen, WORK_MS));
}

static void type_word(struct terminal *term, const char *word)
{
	press_until(term, "z", "go on: +[a-z]*z");
	term_keys(term, "<C-u>");
	term_keys(term, word);
}

static void answers_and_plans(struct terminal *term, int columns)
{
	term_keys(term, ":guide peer-pods<Enter>");
	CU_ASSERT_FATAL(term_wait_text(term, "Inputs: ([0-9]+) of \\1 answered", WORK_MS));
	CU_ASSERT(term_wait_text(term, "▸ Region +cn-beijing", WORK_MS));
	CU_ASSERT(term_wait_text(term, "cn-hongkong", WORK_MS)); // a live choice
	// Where there is room for a label, it is whole.
	CU_ASSERT(columns < 200 || term_has_text(term, "The key has permissions by a resource group  "));
	// What is wrong is said at once, and mended.
	term_keys(term, "<Tab><C-u>nonsense<Tab>");
	CU_ASSERT(term_wait_text(term, "\"nonsense\" cannot be taken", WORK_MS));
	term_keys(term, "<C-u>ecs.g8i.xlarge<Enter>");
	CU_ASSERT(term_wait_text(term, "▸ Ordinary VMs", WORK_MS));
	// A default that could not be asked for in time is asked for again.
	for (int i = 0; i < 5 && !term_has_text(term, "step 2/4 preflight"); i++) {
		term_keys(term, i ? "<Esc>r<PgDn>" : "<PgDn>");
		if (term_wait_text(term, "step 2/4 preflight", 6000))
			break;
	}
	CU_ASSERT_FATAL(term_wait_text(term, "Preflight: [0-9]+ pass, [0-9]+ warn, 0 fail, [0-9]+ skip ─", WORK_MS));
	CU_ASSERT_FALSE(term_has_text(term, "not needed  "));
	// The clocks differ in a world whose time is sped up: that is taken note of.
	for (int i = 0; i < 100 && !term_has_text(term, "step 3/4 plan"); i++) {
		term_keys(term, i % 2 ? "<PgDn>" : "<Space>");
		CU_ASSERT(term_wait_quiet(term, 150) || true);
	}
	CU_ASSERT_FATAL(term_wait_text(term, "Plan: [0-9]+ to create", WORK_MS));
	CU_ASSERT(term_wait_text(term, "node pool worker-node-pool +1 x ecs.* +¥ [0-9.]+/h", WORK_MS));
	CU_ASSERT(term_has_text(term, "together ¥ [0-9.]+ an hour, about ¥ [0-9]+ a month"));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "aliyun vpc CreateVpc", WORK_MS));
	CU_ASSERT(term_has_text(term, "aliyun vpc DeleteVpc"));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "Plan: [0-9]+ to create", WORK_MS));
}

// Until the cluster is waited for; then it is left.
static void begins_and_leaves(const struct world *world, struct terminal *term)
{
	int status = -1;
	cJSON *now;

	press_until(term, "<PgDn>", "Carry out the plan");
	type_word(term, "caa");
	CU_ASSERT_FATAL(term_wait_text(term, "Create ACK Managed Cluster", WORK_MS));
	CU_ASSERT(term_wait_text(term, "asked .* ago, (next in|asking again)", WORK_MS));
	CU_ASSERT(term_wait_text(term, "given up after 1h 00m", WORK_MS));
	CU_ASSERT(term_wait_text(term, "cluster_create: ", WORK_MS)); // the cloud's own log
	CU_ASSERT(term_has_text(term, "Leaving is safe"));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "it goes on meanwhile", WORK_MS));
	term_keys(term, "Q");
	CU_ASSERT(term_wait_text(term, "Leave peerdeck", WORK_MS));
	// It arms first, and what spins keeps the terminal from ever being quiet.
	for (int i = 0; i < 4; i++)
		CU_ASSERT(!term_wait_quiet(term, 100) || true);
	for (int i = 0; i < 5 && status == -1; i++) {
		term_keys(term, "y");
		if (!term_wait_no_text(term, "Leave peerdeck", 2000))
			continue;
		CU_ASSERT(term_wait_exit(term, &status, WORK_MS));
	}
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	now = truth(world);
	CU_ASSERT_EQUAL(how_many(now, "cluster"), 1);
	cJSON_Delete(now);
}

static void goes_on_to_the_pod(const struct world *world, struct terminal *term)
{
	cJSON *now;

	CU_ASSERT(term_wait_text(term, "a run of alibaba/peer-pods is not finished", WORK_MS));
	term_keys(term, ":guide peer-pods<Enter>");
	CU_ASSERT_FATAL(term_wait_text(term, "To go on with: ", WORK_MS));
	CU_ASSERT(term_has_text(term, "What it made"));
	CU_ASSERT(term_has_text(term, "VPC caa +vpc-"));
	press_until(term, "<Enter>", "step [0-9]+ of [0-9]+");
	CU_ASSERT_FATAL(term_wait_text(term, "Enter when you have read it", WALK_MS));
	press_until(term, "<Enter>", "Done. u takes all of it away");
	CU_ASSERT(term_wait_text(term, "resumed once", WORK_MS));
	CU_ASSERT(term_wait_text(term, "things exist: ¥ [0-9.]+ an hour", WORK_MS));
	now = truth(world);
	CU_ASSERT_EQUAL(how_many(now, "cluster"), 1);
	CU_ASSERT_EQUAL(how_many(now, "vpc"), 1);
	CU_ASSERT_EQUAL(how_many(now, "nat_gateway"), 1);
	cJSON_Delete(now);
	press_until(term, "G", "▸ export KUBECONFIG=");
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-nginx-[0-9a-f]+ +live +Running", WORK_MS));
}

static void takes_it_away(const struct world *world, struct terminal *term, const cJSON *before)
{
	struct {
		const struct world *world;
		const cJSON *before;
	} known = {world, before};

	term_keys(term, ":guide peer-pods<Enter>");
	press_until(term, "g", "Done. u takes all of it away");
	press_until(term, "u", "Undo this run");
	CU_ASSERT(term_has_text(term, "Saves ¥ [0-9.]+ an hour"));
	type_word(term, "undo");
	CU_ASSERT(term_wait_text(term, "Undo of: ", WORK_MS));
	CU_ASSERT_FATAL(term_wait_text(term, "Nothing of this run is left", WALK_MS));
	CU_ASSERT(term_wait(term, is_as_before, &known, "the world as it was before", WORK_MS));
}

static bool is_installed(const char *program)
{
	const char *path = getenv("PATH");

	for (size_t length; path && *path; path += length + (path[length] == ':')) {
		char file[PATH_SIZE];

		length = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static void walks(int rows, int columns)
{
	struct world world;
	struct terminal *term;
	cJSON *before;

	if (!is_installed("kubectl")) {
		printf("kubectl is not here: not tried ");
		return;
	}
	world_open(&world);
	before = truth(&world);
	term = console(&world, rows, columns);
	answers_and_plans(term, columns);
	begins_and_leaves(&world, term);
	term_stop(term);
	term = console(&world, rows, columns);
	goes_on_to_the_pod(&world, term);
	takes_it_away(&world, term, before);
	term_stop(term);
	cJSON_Delete(before);
	world_close(&world);
}

static void walks_at_80x24(void)
{
	walks(24, 80);
}

static void walks_at_200x50(void)
{
	walks(50, 200);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(walks_at_80x24),
        SCREEN_CASE(walks_at_200x50),
};

int main(int argc, char **argv)
{
	return screen_test_run("the whole guide", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
