// SPDX-License-Identifier: Apache-2.0
// What guides ask of a cluster: checks by name, of which the engine knows the names only, and what is there. Whoever
// can tell lends it this.
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
	// What a list of the cluster's API holds: cluster_source's names (survey.h). NULL = nobody can tell.
	bool (*names)(void *user, const char *region, const char *cluster, const char *path, struct buffer *json,
	        struct cancel *cancel, struct error *error);
	void *user;
};

#endif
