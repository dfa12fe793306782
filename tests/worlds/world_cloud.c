// SPDX-License-Identifier: Apache-2.0
// Starts the simulator and speaks with its control endpoint.
#include <config.h>
#include "tests/worlds/world_cloud.h"

#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/json.h"

#include "base/banned.h"

enum { LINE_SIZE = 64 << 10, ANSWER_MOST = 256 << 20 };

extern char **environ;

static bool read_line(int file, char *line, size_t size)
{
	size_t used = 0;

	while (used + 1 < size && read(file, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
	return used > 0;
}

static bool spawn(struct world_cloud *cloud, const char *program, int output, int other_end, struct error *error)
{
	// Time stands still unless it is told to pass.
	const char *const arguments[] = {
	        program, "--scenario", "world", "--time-scale", "0", "--with-parent", "--seed", "1", NULL};
	posix_spawn_file_actions_t actions;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, other_end);
	failed = posix_spawn(&cloud->simulator, program, &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return !failed || error_set(error, ERROR_SYSTEM, "%s: %s", program, strerror(failed));
}

bool world_cloud_start(struct world_cloud *cloud, const char *program, struct error *error)
{
	const struct http_options options = {.parallel = 4, .clock = &clock_system};
	char line[LINE_SIZE];
	int ends[2];
	bool done;

	*cloud = (struct world_cloud){0};
	if (pipe(ends) != 0)
		return error_set_errno(error, "pipe");
	done = spawn(cloud, program, ends[1], ends[0], error);
	close(ends[1]);
	if (done && !read_line(ends[0], line, sizeof(line)))
		done = error_set(error, ERROR_SYSTEM, "%s did not become ready", program);
	close(ends[0]);
	if (!done)
		return false;
	cloud->ready = cJSON_Parse(line);
	snprintf(cloud->control, sizeof(cloud->control), "%s", json_text(cloud->ready, "control"));
	cloud->http = http_client_create(&options, error);
	return cloud->http != NULL;
}

void world_cloud_stop(struct world_cloud *cloud)
{
	http_client_destroy(cloud->http);
	cJSON_Delete(cloud->ready);
	if (cloud->simulator > 0) {
		kill(cloud->simulator, SIGTERM);
		waitpid(cloud->simulator, NULL, 0);
	}
	*cloud = (struct world_cloud){0};
}

static cJSON *ask(struct world_cloud *cloud, enum http_method method, const char *path, struct error *error)
{
	char url[512];
	struct http_request request = {.url = url, .method = method, .body_limit = ANSWER_MOST, .operation = path};
	struct http_response *response;
	cJSON *answer = NULL;

	snprintf(url, sizeof(url), "%s%s", cloud->control, path);
	response = http_perform(cloud->http, &request, error);
	if (!response)
		return NULL;
	if (response->error.kind != ERROR_NONE)
		*error = response->error;
	else if (response->status != 200)
		error_set(error, ERROR_SERVICE, "%s answered %ld: %.200s", path, response->status, response->body);
	else if (!(answer = cJSON_ParseWithLength(response->body, response->body_size)))
		error_set(error, ERROR_SERVICE, "%s answered no JSON", path);
	http_response_destroy(response);
	return answer;
}

static bool tell(struct world_cloud *cloud, const char *path, struct error *error)
{
	cJSON *answer = ask(cloud, HTTP_POST, path, error);

	cJSON_Delete(answer);
	return answer != NULL;
}

bool world_cloud_reset(struct world_cloud *cloud, uint64_t seed, struct error *error)
{
	char path[96];
	cJSON *ready;

	snprintf(path, sizeof(path), "/_sim/reset?scenario=world&seed=%" PRIu64, seed);
	ready = ask(cloud, HTTP_POST, path, error);
	if (!ready)
		return false;
	cJSON_Delete(cloud->ready);
	cloud->ready = ready;
	return true;
}

bool world_cloud_advance(struct world_cloud *cloud, int64_t seconds, struct error *error)
{
	char path[64];

	snprintf(path, sizeof(path), "/_sim/advance?seconds=%" PRId64, seconds);
	return tell(cloud, path, error);
}

bool world_cloud_fault(struct world_cloud *cloud, const char *spec, struct error *error)
{
	char path[256];
	size_t used = (size_t)snprintf(path, sizeof(path), "/_sim/fault?");

	for (; *spec && used + 1 < sizeof(path); spec++)
		path[used++] = *spec == ',' ? '&' : *spec;
	path[used] = '\0';
	return tell(cloud, path, error);
}

cJSON *world_cloud_get(struct world_cloud *cloud, const char *path, struct error *error)
{
	return ask(cloud, HTTP_GET, path, error);
}

cJSON *world_cloud_post(struct world_cloud *cloud, const char *path, struct error *error)
{
	return ask(cloud, HTTP_POST, path, error);
}
