// SPDX-License-Identifier: Apache-2.0
// Everything that a walk does to the world goes through here, so that tests can stand in for the world.
#ifndef PEERDECK_GUIDE_EFFECTS_H
#define PEERDECK_GUIDE_EFFECTS_H

#include "base/clock.h"
#include "work/calls.h"
#include "work/journal.h"
#include "work/named_checks.h"

struct guide_command {
	char *const *arguments;   // ended by NULL
	char *const *environment; // NAME=VALUE besides the parent's, ended by NULL; NULL = none
	const char *folder;       // NULL = where peerdeck was started
	int64_t limit_ms;
	struct buffer *out; // standard output
	int kept;           // a descriptor that the program, and all that it starts, keep open; 0 = none
	void (*started)(int64_t pid, void *user); // once it runs; may be NULL
	// Each line of standard output and error as it comes; may be NULL.
	void (*line)(const char *line, void *user);
	void *user;
};

struct guide_effects {
	const struct clock *clock;
	const struct call_source *calls; // NULL = this cloud takes no calls by name
	struct session *session;
	const struct named_checks *checks; // NULL = there are no checks by name
	struct journal *journal;           // keeps what was tried, for people to read; NULL = nobody does

	// False when cancelled.
	bool (*sleep)(void *user, int64_t ms, struct cancel *cancel);
	// False when it could not be started, took too long, or ended with another status than 0.
	bool (*run)(void *user, const struct guide_command *command, struct cancel *cancel, struct error *error);
	// ERROR_NOT_FOUND when there is no such file.
	bool (*read)(void *user, const char *path, struct buffer *out, struct error *error);
	// Whole or not at all; makes the folders above it. Private = for the owner alone.
	bool (*write)(void *user, const char *path, const struct buffer *text, bool is_private, struct error *error);
	// A file or an empty folder; one that is not there is no failure.
	bool (*remove)(void *user, const char *path, struct error *error);
	// Whether a person agrees; false when there is none to ask.
	bool (*agrees)(void *user, const char *question);
	// Waits until a person has read, and done, what a note says; false when they leave. NULL = there is none to wait
	// for: being told is all.
	bool (*noted)(void *user, const char *title, const char *text);
	void *user;
};

// The real ones, but for `agrees`, `noted`, `calls`, `session`, `checks` and `journal`. PEERDECK_TIME_SCALE=N makes sleeping N
// times shorter, as peerdeck-sim's
// --time-scale does its world: for tests and demonstrations.
void effects_system(struct guide_effects *out);

#endif
