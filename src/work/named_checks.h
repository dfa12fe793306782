// SPDX-License-Identifier: Apache-2.0
// Checks of a cluster by name, for guides: the engine knows their names only, and whoever has them lends it this.
#ifndef PEERDECK_WORK_NAMED_CHECKS_H
#define PEERDECK_WORK_NAMED_CHECKS_H

#include "work/backend.h"

struct named_checks {
	// Their names, NULL after the last.
	const char *(*name_at)(size_t index);
	// Makes all of them once, telling each as it is known; `tell` comes from any thread, one call at a time. False
	// when nothing could be told.
	bool (*run)(void *user, const char *region, const char *cluster,
	        void (*tell)(const char *name, const struct check *check, void *tell_user), void *tell_user,
	        struct cancel *cancel, struct error *error);
	void *user;
};

#endif
