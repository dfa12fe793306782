// SPDX-License-Identifier: Apache-2.0
// The world as it is: processes, files, time.
#include "config.h"
#include "guide/effects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/process.h"
#include "guide/folder.h"

#include "base/banned.h"

enum { SLICE_MS = 200, VARIABLES_MOST = 1024, LINE_MOST = 4096, PATH_SIZE = 4096 };

extern char **environ;

static bool system_sleep(void *user, int64_t ms, struct cancel *cancel)
{
	const char *scale = getenv("PEERDECK_TIME_SCALE");
	double faster = scale ? strtod(scale, NULL) : 1;

	(void)user;
	ms = faster > 1 ? (int64_t)((double)ms / faster) + 1 : ms;
	while (ms > 0 && !cancel_asked(cancel)) {
		int64_t slice = ms < SLICE_MS ? ms : SLICE_MS;
		struct timespec time = {slice / 1000, slice % 1000 * 1000000};

		nanosleep(&time, NULL);
		ms -= slice;
	}
	return !cancel_asked(cancel);
}

struct lines {
	const struct guide_command *command;
	struct buffer line;
};

static void take_output(const char *data, size_t size, void *user)
{
	struct lines *lines = user;

	for (size_t i = 0; i < size; i++) {
		if (data[i] != '\n') {
			buffer_add_char(&lines->line, data[i]);
			continue;
		}
		lines->command->line(buffer_text(&lines->line), lines->command->user);
		buffer_clear(&lines->line);
	}
}

static void tell_started(int64_t pid, void *user)
{
	const struct lines *lines = user;

	lines->command->started(pid, lines->command->user);
}

// Those of this process, and over them those of the command.
static char **join_environment(char *const *more)
{
	char **joined = calloc(VARIABLES_MOST + 1, sizeof(*joined));
	size_t count = 0;

	for (size_t i = 0; joined && more && more[i] && count < VARIABLES_MOST; i++)
		joined[count++] = more[i];
	for (size_t i = 0; joined && environ[i] && count < VARIABLES_MOST; i++) {
		size_t length = strcspn(environ[i], "=") + 1;
		bool replaced = false;

		for (size_t n = 0; more && more[n]; n++)
			replaced = replaced || !strncmp(more[n], environ[i], length);
		if (!replaced)
			joined[count++] = environ[i];
	}
	return joined;
}

static bool system_run(void *user, const struct guide_command *command, struct cancel *cancel, struct error *error)
{
	struct lines lines = {.command = command};
	struct process_options options = {.folder = command->folder, .kept = command->kept};
	struct buffer errors;
	struct error failure = {0};
	bool done;

	(void)user;
	buffer_init(&lines.line, LINE_MOST);
	buffer_init(&errors, 64 << 10);
	options.environment = join_environment(command->environment);
	if (!options.environment)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	options.errors = &errors;
	options.output = command->line ? take_output : NULL;
	options.started = command->started ? tell_started : NULL;
	options.user = &lines;
	done = process_run_with(&options, command->arguments, command->limit_ms, command->out, NULL, cancel, &failure);
	if (command->line && lines.line.size)
		command->line(buffer_text(&lines.line), command->user);
	if (!done) {
		const char *text = buffer_text(&errors);
		size_t length = strlen(text);

		// The last words of a program say most.
		while (length && text[length - 1] == '\n')
			length--;
		text += length > 300 ? length - 300 : 0;
		length = length > 300 ? 300 : length;
		if (length && failure.kind == ERROR_SYSTEM)
			snprintf(failure.message + strlen(failure.message),
			        sizeof(failure.message) - strlen(failure.message), ": %.*s", (int)length, text);
		if (failure.kind == ERROR_NOT_FOUND)
			error_remedy(&failure, _("install %s, or add its folder to PATH"), command->arguments[0]);
		if (error)
			*error = failure;
	}
	buffer_finish(&lines.line);
	buffer_finish(&errors);
	free((void *)(uintptr_t)options.environment);
	return done;
}

static bool system_read(void *user, const char *path, struct buffer *out, struct error *error)
{
	(void)user;
	return folder_read_file(path, out, error);
}

static bool make_folders(const char *path, struct error *error)
{
	char folder[PATH_SIZE];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			return error_set_errno(error, _("cannot make the folder %s"), folder);
		*slash = '/';
	}
	return true;
}

// Where a file is written before it takes the place of what lies there.
static bool name_fresh(const char *path, char out[PATH_SIZE])
{
	return snprintf(out, PATH_SIZE, "%s.peerdeck-new", path) < PATH_SIZE;
}

static bool system_write(void *user, const char *path, const struct buffer *text, bool is_private, struct error *error)
{
	char fresh[PATH_SIZE];
	ssize_t written = 0;
	size_t done = 0;
	int file;

	(void)user;
	if (!make_folders(path, error) || !name_fresh(path, fresh))
		return false;
	file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is_private ? 0600 : 0644);
	if (file < 0)
		return error_set_errno(error, "%s", path);
	if (is_private)
		fchmod(file, 0600);
	while (done < text->size && (written = write(file, text->data + done, text->size - done)) > 0)
		done += (size_t)written;
	failpoint("guide.file");
	if (done < text->size || fsync(file) != 0 || rename(fresh, path) != 0) {
		error_set_errno(error, "%s", path);
		error_remedy(error, _("make room on the disk and the folder writable, then resume"));
		close(file);
		unlink(fresh);
		return false;
	}
	close(file);
	return true;
}

static bool system_remove(void *user, const char *path, struct error *error)
{
	char fresh[PATH_SIZE];

	(void)user;
	// A program that was killed while it wrote left that behind.
	if (name_fresh(path, fresh))
		unlink(fresh);
	return remove(path) == 0 || errno == ENOENT || error_set_errno(error, "%s", path);
}

static bool nobody_agrees(void *user, const char *question)
{
	(void)user, (void)question;
	return false;
}

void effects_system(struct guide_effects *out)
{
	*out = (struct guide_effects){.clock = &clock_system,
	        .sleep = system_sleep,
	        .run = system_run,
	        .read = system_read,
	        .write = system_write,
	        .remove = system_remove,
	        .agrees = nobody_agrees};
}
