// SPDX-License-Identifier: Apache-2.0
// Health checks by name: a diagnosis of the whole cluster, of which a guide takes what it named.
#include "config.h"
#include "orphans/health_named.h"

#include <stdio.h>
#include <string.h>

#include "orphans/health.h"

#include "base/banned.h"

struct telling {
	void (*tell)(const char *name, const struct check *check, void *user);
	void *user;
};

static const char *name_at(size_t index)
{
	return index < HEALTH_CHECKS ? health_checks[index].id : NULL;
}

static void pass_on(const struct diagnosis_line *line, void *user)
{
	static const enum check_result results[DIAGNOSIS_RESULTS] = {
	        [DIAGNOSIS_PASS] = CHECK_PASS,
	        [DIAGNOSIS_WARN] = CHECK_WARN,
	        [DIAGNOSIS_FAIL] = CHECK_FAIL,
	        [DIAGNOSIS_UNKNOWN] = CHECK_WARN,
	        [DIAGNOSIS_SKIP] = CHECK_SKIP,
	};
	const struct telling *telling = user;
	struct check check = {.result = results[line->result]};

	if (line->part != DIAGNOSIS_HEALTH || line->result == DIAGNOSIS_RUNNING)
		return;
	snprintf(check.what, sizeof(check.what), "%.127s", line->title);
	snprintf(check.seen, sizeof(check.seen), *line->missing ? _("%.150s (missing: %.80s)") : "%.255s%.0s",
	        line->seen, line->missing);
	snprintf(check.remedy, sizeof(check.remedy), "%.319s", line->remedy);
	telling->tell(line->id, &check, telling->user);
}

static bool run(void *user, const char *region, const char *cluster,
        void (*tell)(const char *name, const struct check *check, void *tell_user), void *tell_user,
        struct cancel *cancel, struct error *error)
{
	const struct health_named *named = user;
	struct telling telling = {tell, tell_user};
	struct diagnose_options options = {.clusters = named->clusters,
	        .clusters_session = named->clusters_session,
	        .cloud = named->cloud,
	        .cloud_session = named->cloud_session,
	        .clock = named->clock,
	        .tell = pass_on,
	        .user = &telling};

	if (!named->clusters_session)
		return error_set(error, ERROR_CONFIG, _("no cluster can be read"));
	snprintf(options.cluster.context, sizeof(options.cluster.context), "%s", named->context);
	snprintf(options.cluster.region, sizeof(options.cluster.region), "%s", region);
	snprintf(options.cluster.cluster, sizeof(options.cluster.cluster), "%s", cluster);
	return diagnose_run(&options, cancel, error);
}

static bool names(void *user, const char *region, const char *cluster, const char *path, struct buffer *json,
        struct cancel *cancel, struct error *error)
{
	const struct health_named *named = user;
	struct scope scope = {0};

	if (!named->clusters_session || !named->clusters->cluster->names)
		return error_set(error, ERROR_CONFIG, _("no cluster can be read"));
	snprintf(scope.context, sizeof(scope.context), "%s", named->context);
	snprintf(scope.region, sizeof(scope.region), "%s", region);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", cluster);
	return named->clusters->cluster->names(named->clusters_session, &scope, path, json, cancel, error);
}

void health_named_init(struct health_named *out, const struct deck *deck)
{
	*out = (struct health_named){.checks = {.name_at = name_at, .run = run, .names = names, .user = out},
	        .cloud = deck->backend->cloud ? deck->backend : NULL,
	        .clusters = deck->clusters_backend,
	        .cloud_session = deck->session,
	        .clusters_session = deck->clusters,
	        .clock = deck->clock};
	snprintf(out->context, sizeof(out->context), "%s", deck->context->name);
}
