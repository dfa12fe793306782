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
#include "base/secret.h"

#include "base/banned.h"

enum { LOOK_MS = 200 };

extern char **environ;

// `errors` is where standard error goes, -1 = nowhere.
static bool process_start(const struct process_options *options, char *const arguments[], int output, int errors, pid_t *pid,
        struct error *error)
{
	char *const *environment = options->environment;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int failure;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (errors >= 0)
		posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	// posix_spawn(3): onto itself means that it stays open in the program.
	if (options->kept > 0)
		posix_spawn_file_actions_adddup2(&actions, options->kept, options->kept);
	if (options->folder)
		posix_spawn_file_actions_addchdir_np(&actions, options->folder);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTSTP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	failure = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environment ? environment : environ);
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

// Takes what lies ready; closes the end and makes it -1 when nothing more will come.
static void process_take(const struct process_options *options, int *input, struct buffer *out)
{
	char data[4096];
	ssize_t got = read(*input, data, sizeof(data));

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got > 0) {
		buffer_add(out, data, (size_t)got);
		if (options->output)
			options->output(data, (size_t)got, options->user);
		secret_wipe(data, (size_t)got); // credential helpers print tokens
		return;
	}
	close(*input);
	*input = -1;
}

// Reads until the program closes its output; false when it has to be ended. Standard error may stay open longer: a helper that it
// left behind could hold it for ever.
static bool process_read(const struct process_options *options, int ends[2], int64_t deadline, struct buffer *outs[2],
        const struct cancel *cancel)
{
	while (ends[0] >= 0) {
		struct pollfd ready[2] = {{.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLIN}};
		int64_t left = deadline - clock_monotonic(&clock_system);

		if (left <= 0 || cancel_asked(cancel))
			return false;
		if (poll(ready, 2, (int)(left < LOOK_MS ? left : LOOK_MS)) <= 0)
			continue;
		for (int i = 1; i >= 0; i--)
			if (ends[i] >= 0 && ready[i].revents)
				process_take(options, &ends[i], outs[i]);
	}
	return true;
}

// What already lies in the pipe after the end.
static void process_drain(const struct process_options *options, int *input, struct buffer *out)
{
	struct pollfd ready = {.fd = *input, .events = POLLIN};

	while (*input >= 0 && !out->broken && poll(&ready, 1, 0) > 0)
		process_take(options, input, out);
}

static void close_end(int end)
{
	if (end >= 0)
		close(end);
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

bool process_run_with(const struct process_options *options, char *const arguments[], int64_t limit_ms, struct buffer *out,
        int *status, const struct cancel *cancel, struct error *error)
{
	int64_t deadline = clock_monotonic(&clock_system) + limit_ms;
	int output[2], errors[2] = {-1, -1}, ends[2], result = 0;
	struct buffer *outs[2] = {out, options->errors};
	bool finished;
	pid_t pid;

	if (pipe2(output, O_CLOEXEC) != 0)
		return error_set_errno(error, "%s", arguments[0]);
	if (options->errors && pipe2(errors, O_CLOEXEC) != 0) {
		error_set_errno(error, "%s", arguments[0]);
		close(output[0]);
		close(output[1]);
		return false;
	}
	finished = process_start(options, arguments, output[1], errors[1], &pid, error);
	close(output[1]);
	close_end(errors[1]);
	ends[0] = output[0];
	ends[1] = errors[0];
	if (!finished) {
		close_end(ends[0]);
		close_end(ends[1]);
		return false;
	}
	if (options->started)
		options->started(pid, options->user);
	finished = process_read(options, ends, deadline, outs, cancel);
	if (!finished)
		kill(-pid, SIGKILL);
	finished = process_wait(pid, deadline, &result, cancel) && finished;
	if (ends[1] >= 0)
		process_drain(options, &ends[1], options->errors);
	close_end(ends[0]);
	close_end(ends[1]);
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

bool process_run(char *const arguments[], int64_t limit_ms, struct buffer *out, int *status, const struct cancel *cancel,
        struct error *error)
{
	const struct process_options options = {0};

	return process_run_with(&options, arguments, limit_ms, out, status, cancel, error);
}
