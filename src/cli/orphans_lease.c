// SPDX-License-Identifier: Apache-2.0
// Keeps a Lease for `peerdeck orphans`: asked for again and again in a job of its own, so that it stays ours while a
// scan or a deletion takes its time.
#include <config.h>
#include "cli/orphans_own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/owner.h"

#include "base/banned.h"

enum { LEASE_MS = 15000, RENEW_MS = 3000, SAFETY_MS = 2000 };

struct orphans_lease {
	struct deck *deck;
	char space[64], name[64], holder[OWNER_SIZE];
	struct scope scope; // cluster "": the one that the program runs in
	struct lease_request request;
	pthread_mutex_t lock; // over the rest
	struct lease_state state;
	struct error problem;
	job_id job;
};

static bool name_split(struct orphans_lease *lease, const char *name, struct error *error)
{
	const char *slash = strchr(name, '/');
	size_t length = slash ? (size_t)(slash - name) : 0;

	if (length == 0 || length >= sizeof(lease->space) || !slash[1] || strlen(slash + 1) >= sizeof(lease->name) ||
	        strchr(slash + 1, '/'))
		return error_set(error, ERROR_USAGE, _("--lease %s: expected NAMESPACE/NAME"), name);
	snprintf(lease->space, sizeof(lease->space), "%.*s", (int)length, name);
	snprintf(lease->name, sizeof(lease->name), "%s", slash + 1);
	return true;
}

// Blanks have no place in an identity.
static bool holder_make(struct orphans_lease *lease, struct error *error)
{
	struct owner owner;

	if (!owner_sign(&owner, error))
		return false;
	snprintf(lease->holder, sizeof(lease->holder), "%s", owner.text);
	for (char *at = lease->holder; *at; at++)
		if (*at == ' ')
			*at = '_';
	if (strlen(lease->holder) > 120)
		lease->holder[120] = '\0';
	return true;
}

static bool lease_run(struct job *job, void *user, struct error *error)
{
	struct orphans_lease *lease = user;
	const struct cluster_source *source = lease->deck->clusters_backend->cluster;
	struct lease_state state = {.is_held = false};

	(void)error;
	do {
		struct error problem = {ERROR_NONE};

		source->lease_take(
		        lease->deck->clusters, &lease->scope, &lease->request, &state, job_cancel(job), &problem);
		pthread_mutex_lock(&lease->lock);
		lease->state = state;
		lease->problem = problem;
		pthread_mutex_unlock(&lease->lock);
	} while (job_sleep(job, RENEW_MS));
	return true;
}

struct orphans_lease *orphans_lease_create(struct deck *deck, const char *name, struct error *error)
{
	struct orphans_lease *lease = calloc(1, sizeof(*lease));
	struct job_spec spec = {.title = "lease", .run = lease_run, .user = lease};

	if (!lease) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	pthread_mutex_init(&lease->lock, NULL);
	lease->deck = deck;
	snprintf(lease->scope.context, sizeof(lease->scope.context), "%s", deck->context->name);
	lease->request = (struct lease_request){lease->space, lease->name, lease->holder, LEASE_MS};
	if (!name_split(lease, name, error) || !holder_make(lease, error))
		goto failed;
	if (!deck->clusters || !deck->clusters_backend->cluster->lease_take) {
		error_set(error, ERROR_CONFIG, _("there is no cluster for the Lease"));
		error_remedy(error, _("run inside a cluster, or name one with --kubeconfig FILE"));
		goto failed;
	}
	lease->job = jobs_submit(deck->jobs, &spec, error);
	if (lease->job)
		return lease;
failed:
	pthread_mutex_destroy(&lease->lock);
	free(lease);
	return NULL;
}

void orphans_lease_destroy(struct orphans_lease *lease)
{
	struct cancel cancel = {.parent = NULL};

	if (!lease)
		return;
	jobs_cancel(lease->deck->jobs, lease->job);
	jobs_wait(lease->deck->jobs, lease->job, NULL);
	if (lease->state.is_held)
		lease->deck->clusters_backend->cluster->lease_release(
		        lease->deck->clusters, &lease->scope, &lease->request, &lease->state, &cancel, NULL);
	pthread_mutex_destroy(&lease->lock);
	free(lease);
}

bool orphans_lease_is_ours(struct orphans_lease *lease, int64_t *until)
{
	bool ours;

	pthread_mutex_lock(&lease->lock);
	*until = lease->state.until - SAFETY_MS;
	ours = lease->state.is_held && clock_monotonic(lease->deck->clock) < *until;
	pthread_mutex_unlock(&lease->lock);
	return ours;
}

void orphans_lease_holder(struct orphans_lease *lease, char *out, size_t size, struct error *problem)
{
	pthread_mutex_lock(&lease->lock);
	snprintf(out, size, "%s", lease->state.holder);
	*problem = lease->problem;
	pthread_mutex_unlock(&lease->lock);
}
