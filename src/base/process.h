// SPDX-License-Identifier: Apache-2.0
// Runs a program without a shell and collects what it prints.
#ifndef PEERDECK_BASE_PROCESS_H
#define PEERDECK_BASE_PROCESS_H

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/error.h"

// Runs arguments[0] (looked up in PATH; NULL-terminated list) with no standard input, standard error thrown away, and
// appends standard output to `out` up to its limit. Ends the program's process group after `limit_ms` or when cancelled.
// False when it could not be started (ERROR_NOT_FOUND when there is no such program), took too long, or ended with
// another status than 0 (ERROR_SYSTEM; *status gets it when not NULL).
bool process_run(char *const arguments[], int64_t limit_ms, struct buffer *out, int *status, const struct cancel *cancel,
        struct error *error);

// What a program may get and leave besides. All zero is what process_run does.
struct process_options {
	char *const *environment; // NAME=VALUE, ended by NULL; NULL = the parent's
	struct buffer *errors;	  // standard error up to its limit; NULL = thrown away
	const char *folder;	  // where it runs; NULL = here
	int kept;		  // a descriptor that the program, and all that it starts, keep open; 0 = none
	void (*started)(int64_t pid, void *user); // once it runs, which is also the id of its process group; may be NULL
	// Each piece of standard output and, when `errors` is wanted, of standard error as it comes, on the calling thread. NULL = nobody cares.
	void (*output)(const char *data, size_t size, void *user);
	void *user;
};
bool process_run_with(const struct process_options *options, char *const arguments[], int64_t limit_ms, struct buffer *out,
        int *status, const struct cancel *cancel, struct error *error);

#endif
