// SPDX-License-Identifier: Apache-2.0
// One run of a diagnosis: facts are gathered by a few threads, each source once, and whatever can be judged is told.
#ifndef PEERDECK_ORPHANS_DIAGNOSE_OWN_H
#define PEERDECK_ORPHANS_DIAGNOSE_OWN_H

#include <pthread.h>

#include "orphans/health_own.h"

struct diagnose {
	struct diagnose_options options;
	struct cancel *cancel;
	pthread_mutex_t lock; // of all that follows; facts of a source belong to its task until they are settled
	pthread_cond_t changed;
	struct health_facts facts;
	struct cluster_survey survey;
	struct scope region; // where pod VMs are made
	size_t started[HEALTH_SOURCES], ended[HEALTH_SOURCES], parts[HEALTH_SOURCES];
	bool is_counted[HEALTH_SOURCES];
	bool health_told[HEALTH_CHECKS], symptom_told[HEALTH_SYMPTOMS], events_told;
	size_t path_next, symptoms_found;
	bool path_stopped, is_over;
	struct error error; // why it is over
};

// How a source is read. `run` writes only what belongs to its part.
struct diagnose_task {
	unsigned after;                             // sources that must be settled
	size_t (*count)(struct diagnose *diagnose); // parts; with the lock; NULL = one
	void (*run)(struct diagnose *diagnose, size_t part);
};
extern const struct diagnose_task diagnose_tasks[HEALTH_SOURCES];

// diagnose_cloud.c
void ask_place(struct diagnose *diagnose, size_t part);
void ask_trial(struct diagnose *diagnose, size_t part);
void ask_passages(struct diagnose *diagnose, size_t part);
void ask_egress(struct diagnose *diagnose, size_t part);
void ask_limits(struct diagnose *diagnose, size_t part);
void ask_role(struct diagnose *diagnose, size_t part);
void ask_vms(struct diagnose *diagnose, size_t part);
void ask_console(struct diagnose *diagnose, size_t part);

// diagnose_tell.c: with the lock.
void tell_begin(struct diagnose *diagnose);
void tell_known(struct diagnose *diagnose);
void tell_end(struct diagnose *diagnose);

#endif
