// SPDX-License-Identifier: Apache-2.0
// A guide in a folder of its own, the fake world that it walks in, and what was told meanwhile.
#ifndef PEERDECK_TESTS_GUIDE_BENCH_H
#define PEERDECK_TESTS_GUIDE_BENCH_H

#include "guide/run.h"
#include "tests/unit/guide.h"
#include "tests/unit/guide_fake.h"

struct bench {
	struct fake fake;                                           // first: effects get it as their user
	char folder[TEST_FOLDER_SIZE], path[TEST_FOLDER_SIZE + 16]; // path: of a database that nobody has made yet
	struct guide *guide;
	struct guide_store *store; // in memory
	struct guide_effects effects;
	struct run_options options;
	unsigned ends[OUTCOME_COUNT];
	char last_line[256];
	const char *stopped; // id of the step that failed
	unsigned notes;
	char note[256];
	bool confirms; // what bench_noted answers
};

void bench_setup(struct bench *bench, const char *guide_text);
// A new run with its answers complete; and the one that there is, in a program that has started again.
struct guide_run *bench_begin(struct bench *bench);
struct guide_run *bench_take_up(struct bench *bench);
// Plans and walks.
bool bench_go(struct bench *bench, struct guide_run *run, struct error *error);
void bench_finish(struct bench *bench);
// Prints it: nothing that a good guide does tells any.
void bench_tell_mistake(const struct error *mistake, void *user);
// For effects.noted: counts notes with the title "Read this", and keeps the last.
bool bench_noted(void *user, const char *title, const char *text);

#endif
