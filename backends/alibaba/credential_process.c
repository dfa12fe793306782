// SPDX-License-Identifier: Apache-2.0
// Keys from a program of the user's (profile mode External): run without a shell, at most 60 seconds, its output read
// as a profile. What it writes to standard error goes nowhere, since the screen is ours and the text may be private.
#include "config.h"
#include "alibaba/credential_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "alibaba/words.h"
#include "base/buffer.h"
#include "base/banned.h"

enum { OUTPUT_MOST = 64 << 10, TIME_LIMIT_MS = 60000, LOOK_MS = 100 };

static bool start(char **words, int *output, pid_t *child, struct error *error)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int pipes[2], failed;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(error, "%s", _("A pipe cannot be made"));
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTSTP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	// A group of its own, so that what it starts ends with it and Ctrl-C at the console does not hit it.
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	failed = posix_spawnp(child, words[0], &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	if (!failed) {
		*output = pipes[0];
		return true;
	}
	close(pipes[0]);
	errno = failed;
	return error_set_errno(error, _("The program \"%s\" cannot be run"), words[0]);
}

// Reads until the program closes its output, time is up or somebody cancels.
static bool collect(const struct credential_fetch *fetch, int output, struct buffer *text, struct error *error)
{
	int64_t start_time = clock_monotonic(fetch->clock);
	char chunk[4096];
	bool done = false, good = true;

	while (good && !done) {
		struct pollfd wait = {.fd = output, .events = POLLIN};
		int ready = poll(&wait, 1, LOOK_MS);

		if (cancel_asked(fetch->cancel)) {
			good = error_set(error, ERROR_CANCELLED, _("Cancelled"));
		} else if (clock_monotonic(fetch->clock) - start_time > TIME_LIMIT_MS) {
			good = error_set(
			        error, ERROR_TIMEOUT, _("The program gave no keys within %d s"), TIME_LIMIT_MS / 1000);
		} else if (ready > 0) {
			ssize_t size = read(output, chunk, sizeof(chunk));

			done = size == 0 || (size < 0 && errno != EINTR);
			if (size > 0 && !buffer_add(text, chunk, (size_t)size))
				good = error_set(
				        error, ERROR_LIMIT, _("The program writes more than %d bytes"), OUTPUT_MOST);
		}
	}
	secret_wipe(chunk, sizeof(chunk));
	return good;
}

// Output closed does not mean ended: the rest of the time limit is short.
static bool finish(pid_t child, bool kill_it, struct error *error)
{
	int status = 0;

	for (int i = 0; !kill_it && i < 20; i++) {
		pid_t ended = waitpid(child, &status, WNOHANG);
		struct timespec pause = {0, 50 * 1000 * 1000};

		if (ended == child)
			return (WIFEXITED(status) && !WEXITSTATUS(status)) ||
			       error_set(error, ERROR_CREDENTIALS, _("The program ended with status %d"),
			               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		nanosleep(&pause, NULL);
	}
	kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return !kill_it;
}

static struct key *read_output(const char *text, size_t size, const char *source, struct error *error)
{
	struct json_doc doc;
	struct profile profile;
	struct key *key = NULL;

	if (!json_open(&doc, text, size, "output of the program", error)) {
		// The text may hold secrets: say only that it is no JSON.
		error_set(error, ERROR_CREDENTIALS, _("The program's output is not JSON"));
		return NULL;
	}
	if (profile_from_json(doc.root, &profile, error)) {
		if ((profile.mode != PROFILE_AK && profile.mode != PROFILE_STS_TOKEN) || !*profile.access_key_id ||
		        !profile.access_key_secret || (profile.mode == PROFILE_STS_TOKEN && !profile.sts_token))
			error_set(error, ERROR_CREDENTIALS,
			        _("The program's output must have mode AK or StsToken and the keys"));
		else if (!(key = key_create(profile.access_key_id, secret_text(profile.access_key_secret),
		                   secret_text(profile.sts_token), json_time(doc.root, "expiration"), source)))
			error_set(error, ERROR_MEMORY, _("Out of memory"));
		profile_finish(&profile);
	}
	json_wipe(doc.root);
	json_close(&doc);
	return key;
}

static struct key *run(const struct credential_fetch *fetch, char **words, const char *source, struct error *error)
{
	struct buffer text;
	struct key *key = NULL;
	pid_t child;
	int output;
	bool good;

	if (!start(words, &output, &child, error))
		return NULL;
	buffer_init(&text, OUTPUT_MOST);
	good = collect(fetch, output, &text, error);
	close(output);
	if (finish(child, !good, error) && good)
		key = read_output(buffer_text(&text), text.size, source, error);
	secret_wipe(text.data, text.data ? text.size : 0);
	buffer_finish(&text);
	return key;
}

struct key *key_from_process(
        const struct credential_fetch *fetch, const char *command, const char *source, struct error *error)
{
	struct arena arena;
	struct key *key = NULL;
	char **words;

	if (!external_sources_allowed(fetch->environment, error))
		return NULL;
	arena_init(&arena, 1 << 20);
	words = words_split(&arena, command, error);
	if (words)
		key = run(fetch, words, source, error);
	if (!key) {
		error_doing(error, "%s", source);
		if (error && !*error->remedy)
			error_remedy(error, _("Run the profile's process_command by hand and see what it says"));
	}
	arena_finish(&arena);
	return key;
}
