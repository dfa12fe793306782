// SPDX-License-Identifier: Apache-2.0
// Checks of all clusters at the same time; the lines of one cluster come together.
#include "config.h"
#include "kubernetes/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kubernetes/parallel.h"

#include "base/banned.h"

enum { SKEW_WARN_MS = 60000, SKEW_FAIL_MS = 120000 };

static const char adaptor_space[] = "confidential-containers-system";

// The rights of the console, and what suffers without them.
static const struct right {
	const char *verb;
	enum api_kind resource;
	const char *space, *name, *part;
	enum check_result missing;
} rights[] = {
        {"list", API_PODS, NULL, NULL, NULL, CHECK_FAIL},
        {"watch", API_PODS, NULL, NULL, NULL, CHECK_WARN},
        {"list", API_NODES, NULL, NULL, NULL, CHECK_FAIL},
        {"list", API_EVENTS, NULL, NULL, NULL, CHECK_WARN},
        {"list", API_RUNTIME_CLASSES, NULL, NULL, NULL, CHECK_FAIL},
        {"list", API_PEER_PODS, NULL, NULL, NULL, CHECK_FAIL},
        {"get", API_DAEMON_SETS, adaptor_space, NULL, NULL, CHECK_FAIL},
        {"get", API_CONFIG_MAPS, adaptor_space, "peer-pods-cm", NULL, CHECK_FAIL},
        {"get", API_PODS, adaptor_space, NULL, "log", CHECK_WARN},
        {"get", API_NAMESPACES, NULL, "kube-system", NULL, CHECK_FAIL},
        {"list", API_LEASES, "kube-node-lease", NULL, NULL, CHECK_WARN},
        {"patch", API_PEER_PODS, NULL, NULL, NULL, CHECK_WARN},
        {"delete", API_PODS, NULL, NULL, NULL, CHECK_WARN},
};

struct rounds {
	struct session *session;
	struct site **sites;
	size_t count;
	void (*tell)(const struct check *check, void *user);
	void *user;
	struct cancel *cancel;
	pthread_mutex_t lock; // of telling
};

struct examination {
	struct api *api;
	struct cancel *cancel;
	bool allowed[COUNT_OF(rights)], known[COUNT_OF(rights)];
};

static void ask_right(size_t index, void *user)
{
	struct examination *examination = user;
	const struct right *right = &rights[index];
	const struct api_target target = {.resource = &api_resources[right->resource],
	        .space = right->space,
	        .name = right->name,
	        .part = right->part};

	examination->known[index] = api_may(
	        examination->api, right->verb, &target, &examination->allowed[index], examination->cancel, NULL);
}

static void judge_rights(const struct examination *examination, struct check *check)
{
	struct buffer missing;
	size_t unknown = 0;

	buffer_init(&missing, 2000);
	check->result = CHECK_PASS;
	for (size_t i = 0; i < COUNT_OF(rights); i++) {
		const struct api_target target = {
		        .resource = &api_resources[rights[i].resource], .part = rights[i].part};

		unknown += !examination->known[i];
		if (!examination->known[i] || examination->allowed[i])
			continue;
		buffer_printf(&missing, "%s%s ", missing.size ? ", " : "", rights[i].verb);
		api_target_add_words(&missing, &target);
		if (check->result != CHECK_FAIL)
			check->result = rights[i].missing;
	}
	if (missing.size > 0) {
		snprintf(check->seen, sizeof(check->seen), _("not allowed: %.220s"), buffer_text(&missing));
		snprintf(check->remedy, sizeof(check->remedy), "%s",
		        _("Have a ClusterRole with these rights bound to you; peerdeck orphans --manifest prints one"));
	} else if (unknown > 0) {
		check->result = CHECK_WARN;
		snprintf(check->seen, sizeof(check->seen), _("%zu of %zu could not be asked"), unknown,
		        COUNT_OF(rights));
	} else {
		snprintf(check->seen, sizeof(check->seen), _("all %zu that are needed"), COUNT_OF(rights));
	}
	buffer_finish(&missing);
}

static void judge_clock(const struct site *site, struct check *check)
{
	int64_t offset = llabs(site->offset_ms);

	check->result = offset > SKEW_FAIL_MS ? CHECK_FAIL : offset > SKEW_WARN_MS ? CHECK_WARN : CHECK_PASS;
	snprintf(check->seen, sizeof(check->seen), _("the cluster's clock is %+.1f s from ours"),
	        (double)site->offset_ms / 1000);
	if (check->result != CHECK_PASS)
		snprintf(check->remedy, sizeof(check->remedy), "%s",
		        _("Set both clocks: beyond 120 s no time is taken as evidence"));
}

static void judge_reached(const struct site *site, const struct reach *reach, struct check *check)
{
	check->result = CHECK_PASS;
	snprintf(check->seen, sizeof(check->seen), _("%.40s at %.120s, by %s"),
	        *site->version ? site->version : _("version not told"), access_server(reach->access),
	        site->way ? _("your kubeconfig") : _("a kubeconfig from the cloud"));
}

// A cluster that the person named should answer; the cloud may well list some that are not reachable from here.
static void judge_unreached(const struct site *site, const struct error *error, struct check *check)
{
	check->result = site->way ? CHECK_FAIL : CHECK_WARN;
	snprintf(check->seen, sizeof(check->seen), "%.250s", error->message);
	snprintf(check->remedy, sizeof(check->remedy), "%s", error->remedy);
}

static void visit(size_t index, void *user)
{
	struct rounds *rounds = user;
	struct site *site = rounds->sites[index];
	struct session *session = rounds->session;
	struct examination examination = {.cancel = rounds->cancel};
	struct error error = {0};
	struct reach *reach = site_reach(site, rounds->cancel, &error);
	struct check checks[3] = {{.result = CHECK_PASS}};
	size_t count = 1;

	if (reach) {
		examination.api = reach->api;
		parallel_run(COUNT_OF(rights), COUNT_OF(rights), ask_right, &examination);
	}
	pthread_mutex_lock(&session->lock);
	snprintf(checks[0].what, sizeof(checks[0].what), _("cluster %.100s"), site->name);
	snprintf(checks[1].what, sizeof(checks[1].what), _("cluster %.100s: rights"), site->name);
	snprintf(checks[2].what, sizeof(checks[2].what), _("cluster %.100s: clock"), site->name);
	if (reach) {
		judge_reached(site, reach, &checks[0]);
		judge_rights(&examination, &checks[1]);
		judge_clock(site, &checks[2]);
		count = site->offset_is_known ? 3 : 2;
	} else {
		judge_unreached(site, &error, &checks[0]);
	}
	pthread_mutex_unlock(&session->lock);
	reach_unref(reach);
	pthread_mutex_lock(&rounds->lock);
	for (size_t i = 0; i < count; i++)
		rounds->tell(&checks[i], rounds->user);
	pthread_mutex_unlock(&rounds->lock);
}

// A site whose kubeconfig turned out to be another's is not visited twice.
static size_t pick_sites(struct session *session, struct site **out)
{
	size_t count = 0;

	pthread_mutex_lock(&session->lock);
	for (size_t i = 0; i < session->site_count; i++) {
		struct site *site = session->sites[i];

		if (!site->is_own || (site->way && site->way->site == site))
			out[count++] = site;
	}
	pthread_mutex_unlock(&session->lock);
	return count;
}

void cluster_doctor(
        struct session *session, void (*tell)(const struct check *check, void *user), void *user, struct cancel *cancel)
{
	struct rounds rounds = {.session = session, .tell = tell, .user = user, .cancel = cancel};

	if (session->config_error.kind != ERROR_NONE) {
		struct check check = {.result = CHECK_FAIL};

		snprintf(check.what, sizeof(check.what), "%s", _("kubeconfig"));
		snprintf(check.seen, sizeof(check.seen), "%.120s: %.120s", session->config_error.doing,
		        session->config_error.message);
		snprintf(check.remedy, sizeof(check.remedy), "%s", session->config_error.remedy);
		tell(&check, user);
	}
	fleet_update(session);
	rounds.sites = calloc(FLEET_SITES_MOST, sizeof(struct site *));
	if (!rounds.sites)
		return;
	pthread_mutex_init(&rounds.lock, NULL);
	rounds.count = pick_sites(session, rounds.sites);
	parallel_run(rounds.count, PARALLEL_THREADS_MOST / 2, visit, &rounds);
	pthread_mutex_destroy(&rounds.lock);
	free(rounds.sites);
}
