// SPDX-License-Identifier: Apache-2.0
// peerdeck-sim: reads the command line, prints the ready line, serves until told to stop.
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "sim/json_out.h"
#include "sim/kube_server.h"
#include "sim/server.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };
enum { READY_LINE_LIMIT = 64 * 1024, LONGEST_WAIT_MS = 1000 };

static int stop_descriptor(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// A watch is a connection each; there may be thousands.
static void allow_connections(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void write_export(FILE *file, const char *name, const char *value)
{
	fprintf(file, "export %s='", name);
	for (; *value; value++)
		if (*value == '\'')
			fputs("'\\''", file);
		else
			fputc(*value, file);
	fputs("'\n", file);
}

// Every member of the ready line as PEERDECK_SIM_NAME, and the names that other tools read.
static void write_exports(FILE *file, const cJSON *line)
{
	static const struct {
		const char *member, *name;
	} well_known[] = {
	        {"access_key_id", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
	        {"access_key_secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
	        {"region", "ALIBABA_CLOUD_REGION_ID"},
	        {"alibaba", "ALIBABA_CLOUD_ENDPOINT"},
	        {"control", "PEERDECK_SIM_CONTROL"},
	        {"oss", "PEERDECK_OSS_ENDPOINT"},
	};
	for (size_t i = 0; i < COUNT_OF(well_known); i++) {
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, well_known[i].member));
		if (value)
			write_export(file, well_known[i].name, value);
	}
	const cJSON *member;
	cJSON_ArrayForEach(member, line)
	{
		char name[128] = "PEERDECK_SIM_";
		size_t length = strlen(name);
		for (const char *c = member->string; *c && length + 1 < sizeof(name); c++)
			name[length++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
		if (cJSON_IsString(member) && strcmp(name, "PEERDECK_SIM_CONTROL") != 0)
			write_export(file, name, member->valuestring);
	}
}

static bool write_env_file(const char *path, const char *ready_line, struct error *error)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = descriptor < 0 || fchmod(descriptor, 0600) < 0 ? NULL : fdopen(descriptor, "w");
	if (!file) {
		error_set_errno(error, "--env %s", path);
		if (descriptor >= 0)
			close(descriptor);
		return false;
	}
	cJSON *line = cJSON_Parse(ready_line);
	write_exports(file, line);
	cJSON_Delete(line);
	if (fclose(file) != 0)
		return error_set_errno(error, "--env %s", path);
	return true;
}

static bool announce(const struct simulator *simulator, struct error *error)
{
	struct json_out out = {0};
	buffer_init(&out.buffer, READY_LINE_LIMIT);
	simulator_ready_line(simulator, &out);
	bool good = !simulator->options.env_file ||
	            write_env_file(simulator->options.env_file, buffer_text(&out.buffer), error);
	if (good) {
		puts(buffer_text(&out.buffer));
		if (fflush(stdout) != 0)
			good = error_set_errno(error, "standard output");
	}
	buffer_finish(&out.buffer);
	return good;
}

static bool serve(struct simulator *simulator, int stop, pid_t parent, struct error *error)
{
	struct signalfd_siginfo signal_info;
	while (read(stop, &signal_info, sizeof(signal_info)) < 0) {
		if (parent && getppid() != parent)
			return true;
		simulator_pass_time(simulator, clock_now(&clock_system));
		kube_servers_reap(simulator);
		int64_t wait = world_wait(&simulator->world, simulator->wall, LONGEST_WAIT_MS);
		if (!server_run(simulator->server, wait, stop, error))
			return false;
	}
	return true;
}

static int fail(const struct error *error)
{
	char text[1024];
	error_format(error, text, sizeof(text));
	fprintf(stderr, "peerdeck-sim: %s\n", text);
	return error->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

int main(int count, char **arguments)
{
	struct options options;
	struct simulator simulator;
	struct error error = {0};
	pid_t parent = getppid();
	// Answers of some hundred kilobytes come and go: their memory stays here instead of being mapped anew each
	// time.
	mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024 * 1024);
	if (!options_parse(&options, count, arguments, &error))
		return fail(&error);
	if (options.help)
		return options_help(), EXIT_DONE;
	if (options.version)
		return puts("peerdeck-sim " PACKAGE_VERSION), EXIT_DONE;
	if (options.with_parent)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	int stop = stop_descriptor();
	allow_connections();
	bool good = simulator_init(&simulator, &options, &error) && announce(&simulator, &error) &&
	            serve(&simulator, stop, options.with_parent ? parent : 0, &error);
	simulator_finish(&simulator);
	close(stop);
	return good ? EXIT_DONE : fail(&error);
}
