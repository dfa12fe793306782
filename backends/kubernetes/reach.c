// SPDX-License-Identifier: Apache-2.0
// Reaching a cluster: its kubeconfig, whether it answers, and remembering when it does not, so that a cluster that is
// away costs one call at a time and nobody else's.
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kubernetes/api_private.h"
#include "kubernetes/fleet.h"
#include "net/json.h"

#include "base/banned.h"

enum { MEET_ATTEMPTS = 1, LOOK_MS = 200 };

void site_clock(struct site *site, const struct http_response *response)
{
	struct session *session = site->session;

	if (!response || !response->server_date)
		return;
	pthread_mutex_lock(&session->lock);
	// The header tells whole seconds.
	site->offset_ms = response->server_date + 500 - clock_now(session->services.clock);
	site->offset_is_known = true;
	pthread_mutex_unlock(&session->lock);
}

static struct http_response *look(struct reach *reach, const char *path, struct cancel *cancel, struct error *error)
{
	const struct api_resource resource = {.group = "", .plural = path};
	const struct api_target target = {.resource = &resource};
	const struct api_call call = {.verb = "get", .target = &target, .url = path, .attempts = MEET_ATTEMPTS};

	return api_perform(reach->api, &call, cancel, error);
}

struct greeting {
	char uid[64], version[64];
};

// The first look at a cluster: who it is, which version. What is only forbidden does not matter.
static bool meet(
        struct site *site, struct reach *reach, struct greeting *out, struct cancel *cancel, struct error *error)
{
	struct http_response *response = look(reach, "/api/v1/namespaces/kube-system", cancel, error);
	struct error ignored = {0};
	struct json_doc doc;

	if (!response && error->kind != ERROR_DENIED && error->kind != ERROR_NOT_FOUND)
		return false;
	if (response && json_open(&doc, response->body, response->body_size, "namespace kube-system", NULL)) {
		snprintf(out->uid, sizeof(out->uid), "%s", json_text(json_member(doc.root, "metadata"), "uid"));
		json_close(&doc);
	}
	site_clock(site, response);
	http_response_destroy(response);
	response = look(reach, "/version", cancel, &ignored);
	if (response && json_open(&doc, response->body, response->body_size, "version", NULL)) {
		snprintf(out->version, sizeof(out->version), "%s", json_text(doc.root, "gitVersion"));
		json_close(&doc);
	}
	site_clock(site, response);
	http_response_destroy(response);
	error_clear(error);
	return true;
}

static struct reach *fetch(struct site *site, struct cancel *cancel, struct error *error)
{
	struct session *session = site->session;
	const struct cluster_supply *supply = session->services.supply;
	struct secret *text = NULL;
	struct reach *reach = NULL;
	int64_t expires = 0;
	char name[SCOPE_WORD_SIZE + 32];

	if (!supply || !supply->kubeconfig) {
		error_set(error, ERROR_NOT_FOUND, _("nobody knows how to reach this cluster"));
		error_remedy(error, "%s", _("name a kubeconfig for it with --kubeconfig FILE"));
		return NULL;
	}
	if (!supply->kubeconfig(supply->user, &site->scope, &text, &expires, cancel, error))
		return NULL;
	snprintf(name, sizeof(name), _("kubeconfig of %s"), site->scope.cluster);
	reach = reach_read(session, name, text, error);
	// What comes expired tells of a clock that is wrong; a refusal will say when it really is over.
	if (reach)
		reach->expires = expires > reach->made ? expires : 0;
	secret_unref(text);
	return reach;
}

static bool is_fresh(const struct reach *reach, int64_t now)
{
	int64_t early = (reach->expires - reach->made) / 5;

	if (reach->expires == 0)
		return true;
	if (early > SITE_RENEW_EARLY_MS)
		early = SITE_RENEW_EARLY_MS;
	return now < reach->expires - early;
}

// Under the lock.
static void fall_ill(struct site *site, const struct error *error)
{
	int64_t pause = error->kind == ERROR_DENIED || error->kind == ERROR_NOT_FOUND ? SITE_REFUSED_MS : SITE_RETRY_MS;

	for (unsigned i = 0; i < site->failures && pause < SITE_RETRY_MOST_MS; i++)
		pause *= 2;
	site->failures++;
	site->health = SITE_ILL;
	site->error = *error;
	site->retry_at = clock_monotonic(site->session->services.clock) +
	                 (pause < SITE_RETRY_MOST_MS ? pause : SITE_RETRY_MOST_MS);
}

// Fetches what is lacking and greets. Called by the one that is busy with the site, without the lock.
static bool go_and_see(struct site *site, struct reach **reach, bool renew, struct greeting *greeting,
        struct cancel *cancel, struct error *error)
{
	struct reach *fresh = NULL;

	if (renew || !*reach) {
		fresh = fetch(site, cancel, error);
		// The old one is still good for a while.
		if (!fresh && *reach && clock_now(site->session->services.clock) < (*reach)->expires)
			error_clear(error);
		else if (!fresh)
			return false;
	}
	if (fresh) {
		reach_unref(*reach);
		*reach = fresh;
	}
	return meet(site, *reach, greeting, cancel, error);
}

// Under the lock, which is let go meanwhile.
static bool site_visit(struct site *site, struct cancel *cancel, struct error *error)
{
	struct session *session = site->session;
	struct way *way = site->way;
	struct reach *reach = reach_ref(way ? way->reach : site->reach);
	struct greeting greeting = {{0}, {0}};
	struct error problem = {0};
	bool renew = !way && reach && !is_fresh(reach, clock_now(session->services.clock)), met;

	if (way && !way->reach) {
		problem = way->error;
		fall_ill(site, &problem);
		if (error)
			*error = problem;
		return false;
	}
	site->busy = true;
	pthread_mutex_unlock(&session->lock);
	met = go_and_see(site, &reach, renew, &greeting, cancel, &problem);
	pthread_mutex_lock(&session->lock);
	site->busy = false;
	pthread_cond_broadcast(&session->changed);
	// Another way may have been found meanwhile: what was learnt of this one is dropped.
	if (site->way != way) {
		reach_unref(reach);
		return true;
	}
	if (met) {
		site->health = SITE_WELL;
		site->failures = 0;
		error_clear(&site->error);
		if (*greeting.uid)
			memcpy(site->uid, greeting.uid, sizeof(site->uid));
		if (*greeting.version)
			memcpy(site->version, greeting.version, sizeof(site->version));
		reach_unref(site->reach);
		site->reach = reach_ref(reach);
	} else if (problem.kind != ERROR_CANCELLED) {
		fall_ill(site, &problem);
	}
	reach_unref(reach);
	if (!met && error)
		*error = problem;
	return met;
}

// Under the lock.
static void wait_a_moment(struct session *session)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_cond_timedwait(&session->changed, &session->lock, &until);
}

struct reach *site_reach(struct site *site, struct cancel *cancel, struct error *error)
{
	struct session *session = site->session;
	struct reach *reach = NULL;

	pthread_mutex_lock(&session->lock);
	while (!reach) {
		if (cancel_asked(cancel)) {
			error_set(error, ERROR_CANCELLED, _("cancelled"));
			break;
		}
		if (site->busy) {
			wait_a_moment(session);
		} else if (site->health == SITE_WELL && site->reach &&
		           (site->way || is_fresh(site->reach, clock_now(session->services.clock)))) {
			reach = reach_ref(site->reach);
		} else if (site->health == SITE_ILL && clock_monotonic(session->services.clock) < site->retry_at) {
			if (error)
				*error = site->error;
			break;
		} else if (site_visit(site, cancel, error)) {
			reach = reach_ref(site->reach);
		} else {
			break;
		}
	}
	pthread_mutex_unlock(&session->lock);
	return reach;
}

void site_tell(struct site *site, const struct reach *reach, const struct error *error)
{
	struct session *session = site->session;

	pthread_mutex_lock(&session->lock);
	if (site->reach != reach) {
		// What was said of a way that is not used any more.
	} else if (!error || error->kind == ERROR_NONE) {
		site->failures = 0;
		site->health = SITE_WELL;
	} else if (error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT || error->kind == ERROR_CREDENTIALS) {
		fall_ill(site, error);
		// Credentials that are refused are fetched anew.
		if (!site->way && error->kind == ERROR_CREDENTIALS) {
			reach_unref(site->reach);
			site->reach = NULL;
			site->retry_at = 0;
		}
	}
	pthread_mutex_unlock(&session->lock);
}
