// SPDX-License-Identifier: Apache-2.0
// Faults of one cluster's API.
#include "config.h"
#include "sim/kube_faults.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

enum fault_sort { FAULT_FLAG, FAULT_CHANCE, FAULT_MS };

static const struct {
	const char *name;
	enum fault_sort sort;
	size_t offset;
	double unit;
} rows[] = {
        {"unreachable", FAULT_FLAG, offsetof(struct kube_faults, unreachable), 0},
        {"unauthorized", FAULT_FLAG, offsetof(struct kube_faults, unauthorized), 0},
        {"throttle", FAULT_CHANCE, offsetof(struct kube_faults, throttle), 0},
        {"http500", FAULT_CHANCE, offsetof(struct kube_faults, http500), 0},
        {"reset", FAULT_CHANCE, offsetof(struct kube_faults, reset), 0},
        {"expired", FAULT_CHANCE, offsetof(struct kube_faults, expired), 0},
        {"cut", FAULT_CHANCE, offsetof(struct kube_faults, cut), 0},
        {"latency", FAULT_MS, offsetof(struct kube_faults, latency_ms), 1},
        {"stale", FAULT_MS, offsetof(struct kube_faults, stale_ms), 1000},
};

bool kube_fault_is_known(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!strcmp(rows[i].name, name))
			return true;
	return !strcmp(name, "denied") || !strcmp(name, "skew") || !strcmp(name, "off") || !strcmp(name, "forget");
}

static struct kube *find(const struct world *world, const char *cluster)
{
	for (struct kube *kube = kube_first(world); kube; kube = kube_next(kube))
		if (!strcmp(kube->cluster->name, cluster) || !strcmp(kube->cluster->base.id, cluster) ||
		        !strcmp(kube->cluster->uid, cluster))
			return kube;
	return NULL;
}

static bool parse(const char *text, double least, double most, double *out)
{
	char *end;
	*out = strtod(text, &end);
	return end != text && !*end && isfinite(*out) && *out >= least && *out <= most;
}

static void clear(struct kube *kube)
{
	kube->faults = (struct kube_faults){0};
	kube->skew_ms = 0;
	kube_users_deny(kube, "");
}

// Cuts the history of every kind, so that positions of watches are too old.
static void forget(struct kube *kube)
{
	for (size_t i = 0; i < kube->resource_count; i++) {
		kube_history_cut(kube, kube->resources[i]);
		kube_watches_wake(kube, kube->resources[i]);
	}
}

static bool set_number(struct kube *kube, size_t row, const char *value, struct error *error)
{
	char *member = (char *)&kube->faults + rows[row].offset;
	double number;
	double most = rows[row].sort == FAULT_MS ? 1e9 : 1;
	if (!parse(value, 0, most, &number))
		return error_set(
		        error, ERROR_USAGE, "fault %s=%s: expected a number from 0 to %g", rows[row].name, value, most);
	if (rows[row].sort == FAULT_FLAG)
		*(bool *)(void *)member = number > 0;
	else if (rows[row].sort == FAULT_CHANCE)
		*(double *)(void *)member = number;
	else
		*(int64_t *)(void *)member = (int64_t)(number * rows[row].unit);
	for (size_t i = 0; i < kube->resource_count; i++)
		kube_watches_wake(kube, kube->resources[i]);
	kube_logs_wake(kube, NULL);
	return true;
}

bool kube_fault_set(struct world *world, const char *cluster, const char *name, const char *value, struct error *error)
{
	struct kube *kube = find(world, cluster);
	double seconds;
	if (!kube)
		return error_set(error, ERROR_USAGE, "fault: there is no running cluster %s in this world", cluster);
	if (!strcmp(name, "off"))
		return clear(kube), true;
	if (!strcmp(name, "forget"))
		return forget(kube), true;
	if (!strcmp(name, "denied"))
		return kube_users_deny(kube, value), true;
	if (!strcmp(name, "skew")) {
		if (!parse(value, -1e9, 1e9, &seconds))
			return error_set(error, ERROR_USAGE, "fault skew=%s: expected seconds", value);
		kube->skew_ms = (int64_t)(seconds * 1000);
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!strcmp(rows[i].name, name))
			return set_number(kube, i, value, error);
	return error_set(error, ERROR_USAGE, "unknown fault %s of a cluster", name);
}

void kube_faults_clear(struct world *world)
{
	for (struct kube *kube = kube_first(world); kube; kube = kube_next(kube))
		clear(kube);
}

static bool hit(struct kube *kube, double chance)
{
	return chance > 0 && random_chance(&kube->world->random[RANDOM_FAULTS], chance);
}

bool kube_faults_connection(struct kube_call *call)
{
	const struct kube_faults *faults = &call->kube->faults;
	call->answer->delay_ms += faults->latency_ms;
	call->answer->reset = faults->unreachable || hit(call->kube, faults->reset);
	return call->answer->reset;
}

// By the specs that name operations.
static bool hit_operation(struct kube_call *call, enum fault_kind kind)
{
	return faults_hit(&call->simulator->faults, &call->kube->world->random[RANDOM_FAULTS], kind,
	        call->answer->region, call->answer->operation);
}

bool kube_faults_answer(struct kube_call *call)
{
	const struct kube_faults *faults = &call->kube->faults;
	if (hit_operation(call, FAULT_STALL))
		return call->answer->stall = true;
	if (hit_operation(call, FAULT_RESET)) {
		// Half of the connections break before the call took effect, half after.
		call->answer->reset = true;
		if (hit(call->kube, 0.5))
			return true;
	}
	if (faults->unauthorized) {
		kube_fail(call, 401, "Unauthorized", "Unauthorized");
		return true;
	}
	if (hit(call->kube, faults->throttle) || hit_operation(call, FAULT_THROTTLE)) {
		answer_header(call->answer, "Retry-After", "1");
		kube_fail(call, 429, "TooManyRequests", "too many requests, please try again later");
		return true;
	}
	if (hit(call->kube, faults->http500) || hit_operation(call, FAULT_HTTP500)) {
		kube_fail(call, 500, "InternalError", "Internal error occurred: etcdserver: request timed out");
		return true;
	}
	bool positioned = *kube_query(call, "continue") ||
	                  (!strcmp(call->verb, "watch") && strcmp(kube_query(call, "resourceVersion"), "0") > 0);
	if (positioned && hit(call->kube, faults->expired)) {
		kube_fail(call, 410, "Expired", "too old resource version: 1 (%llu)",
		        (unsigned long long)call->kube->version);
		return true;
	}
	return false;
}

void kube_faults_disturb(struct kube_call *call)
{
	struct answer *answer = call->answer;
	if (answer->status < 300 && hit_operation(call, FAULT_LOST))
		answer->reset = true;
	if (answer->body && answer->size > 1 && hit_operation(call, FAULT_TRUNCATE))
		answer->truncate_at = answer->size / 2;
}
