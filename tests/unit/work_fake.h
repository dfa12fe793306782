// SPDX-License-Identifier: Apache-2.0
// A backend that answers what the test told it to.
#ifndef PEERDECK_TESTS_UNIT_WORK_FAKE_H
#define PEERDECK_TESTS_UNIT_WORK_FAKE_H

#include <pthread.h>

#include "work/backend.h"

enum { FAKE_REGIONS_MOST = 16 };

enum fake_answer { FAKE_READS, FAKE_FAILS, FAKE_REFUSES, FAKE_HANGS };

struct fake_region {
	char name[64];
	enum fake_answer answer; // FAKE_HANGS: until the test changes it, or cancelled
	unsigned records;
	const char *status; // of its records
	unsigned asked, ended, at_once, at_once_most;
};

// What a session answers. Under the lock.
struct fake {
	pthread_mutex_t lock;
	struct fake_region regions[FAKE_REGIONS_MOST];
	size_t count;
	unsigned lists;	       // calls of list
	size_t scopes_most;    // in one call
	unsigned opened, closed, settled, acts;
	bool identify_fails, act_fails, paused;
	char account[64];
};

extern const struct backend backend_fake;
// backend_fake.open finds it by the context's endpoint, "fake:<address>".
void fake_init(struct fake *fake);
void fake_finish(struct fake *fake);
struct fake_region *fake_region(struct fake *fake, const char *name); // makes it when absent
void fake_set(struct fake *fake, const char *name, enum fake_answer answer, unsigned records, const char *status);
unsigned fake_asked(struct fake *fake, const char *name);
struct session *fake_session(struct fake *fake); // for tests that need no deck
void fake_session_close(struct session *session);
void fake_context(struct fake *fake, struct context_config *context, const char *name);

#endif
