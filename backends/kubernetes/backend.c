// SPDX-License-Identifier: Apache-2.0
// The backend's table of functions.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/act.h"
#include "kubernetes/doctor.h"
#include "kubernetes/kubernetes.h"
#include "kubernetes/object.h"
#include "kubernetes/read.h"
#include "kubernetes/source.h"
#include "kubernetes/survey.h"

#include "base/banned.h"

// Clusters have no account: the person is whoever the kubeconfig says.
static void describe_session(struct session *session, struct identity *out, char *home_region, size_t size)
{
	const char *current = kubeconfig_current(session->config);

	memset(out, 0, sizeof(*out));
	snprintf(out->display, sizeof(out->display), "%.120s", current ? current : "");
	snprintf(out->source, sizeof(out->source), "%s",
	        session->way_count > 0 ? _("kubeconfig") : _("kubeconfigs from the cloud"));
	if (size > 0)
		home_region[0] = '\0';
}

static bool identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	char region[2];

	(void)cancel;
	(void)error;
	describe_session(session, out, region, sizeof(region));
	return true;
}

static const struct cluster_source source = {
        .reaches = fleet_reaches,
        .has_own = fleet_has_own,
        .survey = survey_read,
        .log = source_log,
        .object = source_object,
        .names = source_names,
        .may = source_may,
        .release_peerpod = source_release_peerpod,
        .lease_take = source_lease_take,
        .lease_release = source_lease_release,
};

const struct backend backend_kubernetes = {
        .name = "kubernetes",
        .title = "Kubernetes",
        .open = fleet_open,
        .close = fleet_close,
        .identify = identify,
        .describe_session = describe_session,
        .lists = cluster_lists,
        .list = cluster_list,
        .describe = object_describe,
        .actions = cluster_actions,
        .action_count = DEED_COUNT,
        .act = cluster_act,
        .command = cluster_command,
        .settle = cluster_settle,
        .doctor = cluster_doctor,
        .watch = cluster_watch,
        .cluster = &source,
};
