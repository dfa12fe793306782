// SPDX-License-Identifier: Apache-2.0
// --demo: the simulated cloud as a child of this process.
#include <config.h>
#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/json.h"
#include "orphans/memory.h"

#include "base/banned.h"

enum { READY_MS = 20000, READY_MOST = 64 << 10, PATH_SIZE = 4096, SIMULATOR_WORDS_MOST = 64, FOLDERS_OPEN = 16 };

extern char **environ;

static void simulator_path(char out[PATH_SIZE])
{
	ssize_t length = readlink("/proc/self/exe", out, PATH_SIZE - 32);
	char *slash = NULL;

	if (length > 0) {
		out[length] = '\0';
		slash = strrchr(out, '/');
	}
	if (slash) {
		memcpy(slash + 1, "peerdeck-sim", sizeof("peerdeck-sim"));
		if (access(out, X_OK) == 0)
			return;
	}
	snprintf(out, PATH_SIZE, "peerdeck-sim");
}

static bool simulator_spawn(struct demo *demo, const struct arguments *line, int output, struct error *error)
{
	const char *arguments[SIMULATOR_WORDS_MOST] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char path[PATH_SIZE];
	size_t count = 0;
	int failure;

	simulator_path(path);
	arguments[count++] = path;
	arguments[count++] = "--with-parent";
	arguments[count++] = "--scenario";
	arguments[count++] = line->scenario ? line->scenario : "demo";
	if (line->seed) {
		arguments[count++] = "--seed";
		arguments[count++] = line->seed;
	}
	if (line->rest_count > SIMULATOR_WORDS_MOST - 8)
		return error_set(error, ERROR_USAGE, _("too many options after --"));
	for (size_t i = 0; i < line->rest_count; i++)
		arguments[count++] = line->rest[i];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	// A group of its own: Ctrl-C at the terminal is the console's.
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	failure = posix_spawnp(
	        &demo->simulator, path, &actions, &attributes, (char *const *)(uintptr_t)arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failure == 0)
		return true;
	demo->simulator = 0;
	errno = failure;
	error_set_errno(error, "%s", path);
	error_remedy(error, _("peerdeck-sim is installed with peerdeck; in a build folder it stands beside it"));
	return false;
}

static bool ready_line(int input, struct buffer *line, struct error *error)
{
	int64_t deadline = clock_monotonic(&clock_system) + READY_MS;

	while (!memchr(buffer_text(line), '\n', line->size)) {
		struct pollfd ready = {.fd = input, .events = POLLIN};
		int64_t left = deadline - clock_monotonic(&clock_system);
		char data[1024];
		ssize_t got;

		if (left <= 0 || poll(&ready, 1, (int)left) == 0)
			return error_set(error, ERROR_TIMEOUT, _("the simulator printed no ready line within %d s"),
			        READY_MS / 1000);
		got = read(input, data, sizeof(data));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return error_set(error, ERROR_SYSTEM, _("the simulator ended before it was ready"));
		if (!buffer_add(line, data, (size_t)got))
			return error_set(error, ERROR_PROTOCOL, _("the simulator's ready line is too long"));
	}
	return true;
}

// KIND_COUNT = nothing that scans remember.
static enum kind_id sight_kind(const char *name)
{
	static const enum kind_id kinds[] = {KIND_VM, KIND_ENI, KIND_EIP};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kind_get(kinds[i])->name, name) == 0)
			return kinds[i];
	return KIND_COUNT;
}

// What a console that had looked on all the time would remember.
static bool demo_recall(struct demo *demo, const cJSON *earlier, struct config *config, struct error *error)
{
	int count = cJSON_GetArraySize(earlier);
	const cJSON *one;

	config->earlier = NULL;
	config->earlier_count = 0;
	if (count == 0)
		return true;
	demo->earlier = calloc((size_t)count, sizeof(*demo->earlier));
	if (!demo->earlier)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	cJSON_ArrayForEach(one, earlier)
	{
		struct memory_sight *sight = &demo->earlier[config->earlier_count];

		sight->kind = sight_kind(json_text(one, "kind"));
		sight->since = json_time(one, "since");
		snprintf(sight->id, sizeof(sight->id), "%s", json_text(one, "id"));
		config->earlier_count += sight->kind != KIND_COUNT && sight->since != 0;
	}
	config->earlier = demo->earlier;
	return true;
}

// Credentials travel as they do for a user: by the environment, of this process only.
static bool demo_point(struct demo *demo, const struct buffer *line, struct config *config, struct error *error)
{
	struct json_doc doc;
	bool recalled;

	if (!json_open(&doc, buffer_text(line), line->size, _("ready line of the simulator"), error))
		return false;
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(doc.root, "access_key_id"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(doc.root, "access_key_secret"), 1);
	setenv("ALIBABA_CLOUD_REGION_ID", json_text(doc.root, "region"), 1);
	setenv("PEERDECK_OSS_ENDPOINT", json_text(doc.root, "oss"), 1);
	unsetenv("ALIBABA_CLOUD_SECURITY_TOKEN");
	unsetenv("ALIBABA_CLOUD_PROFILE");
	memset(config->contexts, 0, sizeof(config->contexts));
	config->context_count = 1;
	snprintf(config->contexts[0].name, sizeof(config->contexts[0].name), "demo");
	snprintf(config->contexts[0].endpoint, sizeof(config->contexts[0].endpoint), "%s",
	        json_text(doc.root, "alibaba"));
	snprintf(config->contexts[0].region, sizeof(config->contexts[0].region), "%s", json_text(doc.root, "region"));
	config->context[0] = config->profile[0] = config->endpoint[0] = '\0';
	config->in_memory = true;
	recalled = demo_recall(demo, json_member(doc.root, "earlier"), config, error);
	json_close(&doc);
	return recalled;
}

// Nobody else knows its name before it is there, and all that is in it goes with the demo.
static bool demo_make_folder(struct demo *demo, struct config *config, struct error *error)
{
	const char *place = getenv("TMPDIR");

	if (!place || *place != '/' || strlen(place) > sizeof(demo->folder) - sizeof("/peerdeck-demo-XXXXXX"))
		place = "/tmp";
	snprintf(demo->folder, sizeof(demo->folder), "%s/peerdeck-demo-XXXXXX", place);
	if (!mkdtemp(demo->folder)) {
		error_set_errno(error, "%s", demo->folder);
		demo->folder[0] = '\0';
		return false;
	}
	snprintf(config->demo_folder, sizeof(config->demo_folder), "%s", demo->folder);
	return true;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	remove(path);
	return 0;
}

bool demo_start(struct demo *demo, const struct arguments *line, struct config *config, struct error *error)
{
	struct buffer ready_text;
	int ends[2];
	bool ready;

	memset(demo, 0, sizeof(*demo));
	buffer_init(&ready_text, READY_MOST);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_set_errno(error, _("the simulator"));
	ready = simulator_spawn(demo, line, ends[1], error);
	close(ends[1]);
	ready = ready && ready_line(ends[0], &ready_text, error) && demo_point(demo, &ready_text, config, error) &&
	        demo_make_folder(demo, config, error);
	close(ends[0]);
	buffer_finish(&ready_text);
	if (!ready)
		demo_stop(demo);
	return ready;
}

void demo_stop(struct demo *demo)
{
	free(demo->earlier);
	demo->earlier = NULL;
	if (*demo->folder)
		nftw(demo->folder, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
	demo->folder[0] = '\0';
	if (!demo->simulator)
		return;
	kill(demo->simulator, SIGTERM);
	waitpid(demo->simulator, NULL, 0);
	demo->simulator = 0;
}
