// SPDX-License-Identifier: Apache-2.0
// Runs a program without a shell and collects what it prints.
#include <config.h>
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#include "base/banned.h"

enum { LOOK_MS = 200 };

extern char **environ;

static bool process_start(char *const arguments[], int output, pid_t *pid, struct error *error)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int failure;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	failure = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failure == 0)
		return true;
	errno = failure;
	error_set_errno(error, "%s", arguments[0]);
	if (error && (failure == ENOENT || failure == ENOTDIR))
		error->kind = ERROR_NOT_FOUND;
	return false;
}

// Reads until the program closes its output; false when it has to be ended.
static bool process_read(int input, int64_t deadline, struct buffer *out, const struct cancel *cancel)
{
	char data[4096];

	for (;;) {
		struct pollfd ready = {.fd = input, .events = POLLIN};
		int64_t left = deadline - clock_monotonic(&clock_system);
		ssize_t got;

		if (left <= 0 || cancel_asked(cancel))
			return false;
		if (poll(&ready, 1, (int)(left < LOOK_MS ? left : LOOK_MS)) <= 0)
			continue;
		got = read(input, data, sizeof(data));
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return true;
		buffer_add(out, data, (size_t)got);
	}
}

// Waits for the end; a program that closed its output but stays is given the same deadline.
static bool process_wait(pid_t pid, int64_t deadline, int *status, const struct cancel *cancel)
{
	while (waitpid(pid, status, WNOHANG) == 0) {
		struct pollfd none = {.fd = -1};

		if (clock_monotonic(&clock_system) >= deadline || cancel_asked(cancel)) {
			kill(-pid, SIGKILL);
			waitpid(pid, status, 0);
			return false;
		}
		poll(&none, 1, 5);
	}
	return true;
}

bool process_run(char *const arguments[], int64_t limit_ms, struct buffer *out, int *status, const struct cancel *cancel,
        struct error *error)
{
	int64_t deadline = clock_monotonic(&clock_system) + limit_ms;
	int ends[2], result = 0;
	bool finished;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_set_errno(error, "%s", arguments[0]);
	if (!process_start(arguments, ends[1], &pid, error)) {
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	close(ends[1]);
	finished = process_read(ends[0], deadline, out, cancel);
	if (!finished)
		kill(-pid, SIGKILL);
	finished = process_wait(pid, deadline, &result, cancel) && finished;
	close(ends[0]);
	if (!finished && cancel_asked(cancel))
		return error_set(error, ERROR_CANCELLED, _("%s was stopped"), arguments[0]);
	if (!finished)
		return error_set(error, ERROR_TIMEOUT, _("%s did not end within %lld s"), arguments[0], (long long)(limit_ms / 1000));
	result = WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
	if (status)
		*status = result;
	if (result != 0)
		return error_set(error, ERROR_SYSTEM, _("%s ended with status %d"), arguments[0], result);
	return true;
}
