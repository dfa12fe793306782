// SPDX-License-Identifier: Apache-2.0
// A cloud of things in memory, a clock that sleeping moves on, files in memory; and failures on demand.
#ifndef PEERDECK_TESTS_GUIDE_FAKE_H
#define PEERDECK_TESTS_GUIDE_FAKE_H

#include "guide/effects.h"

enum { FAKE_THINGS_MOST = 32, FAKE_FILES_MOST = 8 };

// What is wrong with the n-th changing call.
enum fake_trouble {
	FAKE_WELL,
	FAKE_LOST_BEFORE, // never arrived, nobody knows
	FAKE_LOST_AFTER,  // took effect, the answer was lost
	FAKE_STOP_BEFORE, // the program ends before it is sent
	FAKE_STOP_AFTER,  // it ends before the answer is recorded
	FAKE_REFUSED,
};

struct fake_thing {
	char id[32], name[64], tag[64], token[80], holds[32];
	int64_t ready; // wall clock
	bool foreign;
};

struct fake {
	struct clock clock;
	int64_t now;
	struct fake_thing things[FAKE_THINGS_MOST];
	size_t count, made; // `made` counts for ids
	unsigned changes;   // changing calls that were asked for
	unsigned trouble_at;
	enum fake_trouble trouble;
	struct cancel cancel; // asked by STOP
	struct {
		char path[128], text[512];
	} files[FAKE_FILES_MOST];
	size_t file_count;
	unsigned commands;
	char last_command[256];
	const char *says; // each command prints it; NULL = nothing
	bool agrees;
	const char *breaks;   // things of this name never get ready; NULL = none
	int64_t stops_at;     // wall clock: the program is ended by a signal then; 0 = never
	const char *stops_in; // a reading call in which it is; NULL = none
	bool firm;            // what is not ready yet refuses to go
};

void fake_init(struct fake *fake, struct guide_effects *effects);
// The program starts again: what was to stop it is over.
void fake_restart(struct fake *fake);
size_t fake_named(const struct fake *fake, const char *name);     // how many things have the name
struct fake_thing *fake_add(struct fake *fake, const char *name); // somebody else's
extern const struct call_source fake_calls;

#endif
