// SPDX-License-Identifier: Apache-2.0
// `peerdeck orphans --manifest`: what runs it in a cluster, with the least rights that it needs.
#include <config.h>
#include "cli/orphans_own.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { MANIFEST_MOST = 64 << 10, NAME_MOST = 63, IMAGE_MOST = 255 };

#define ADAPTOR_SPACE "confidential-containers-system"
#define NODE_SPACE "kube-node-lease"

struct manifest {
	const struct orphans_arguments *orphans;
	const char *space, *image, *role, *every, *cluster;
	bool deletes, may_delete, is_deployment;
	struct buffer out;
};

// ---- RAM ----

// Looking, by what asks for it: Alibaba Cloud API: ECS, VPC and Container Service, permissions of their operations.
static const char *const reading_actions[] = {"ecs:DescribeRegions", "ecs:DescribeInstances",
        "ecs:DescribeInstanceAttribute", "ecs:DescribeDisks", "ecs:DescribeNetworkInterfaces", "ecs:DescribeImages",
        "ecs:DescribePrice", "vpc:DescribeEipAddresses", "vpc:DescribeVSwitches", "cs:DescribeClustersForRegion",
        "cs:DescribeClusterDetail", "cs:DescribeClusterNodePools", "cs:DescribeClusterUserKubeconfig"};
static const char *const acting_actions[] = {"ecs:StopInstance", "ecs:TagResources", "ecs:DeleteInstance",
        "ecs:DeleteNetworkInterface", "vpc:UnassociateEipAddress", "vpc:ReleaseEipAddress"};

static void add_actions(struct buffer *out, const char *margin, const char *const *actions, size_t count, bool *first)
{
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, "%s\n%s        \"%s\"", *first ? "" : ",", margin, actions[i]);
		*first = false;
	}
}

static void add_policy(struct manifest *manifest, const char *margin)
{
	static const char *const user_data[] = {"ecs:DescribeUserData"};
	struct buffer *out = &manifest->out;
	bool first = true;

	buffer_printf(out,
	        "%s{\n%s  \"Version\": \"1\",\n%s  \"Statement\": [\n%s    {\n%s      \"Effect\": \"Allow\",\n"
	        "%s      \"Action\": [",
	        margin, margin, margin, margin, margin, margin);
	add_actions(out, margin, reading_actions, COUNT_OF(reading_actions), &first);
	if (manifest->orphans->user_data)
		add_actions(out, margin, user_data, COUNT_OF(user_data), &first);
	if (manifest->deletes)
		add_actions(out, margin, acting_actions, COUNT_OF(acting_actions), &first);
	buffer_printf(out, "\n%s      ],\n%s      \"Resource\": \"*\"\n%s    }\n%s  ]\n%s}\n", margin, margin, margin,
	        margin, margin);
}

// ---- Kubernetes ----

static void add_metadata(
        struct manifest *manifest, const char *version, const char *kind, const char *name, const char *space)
{
	buffer_printf(&manifest->out, "---\napiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n", version, kind, name);
	if (space)
		buffer_printf(&manifest->out, "  namespace: %s\n", space);
	buffer_add_text(&manifest->out, "  labels:\n    app.kubernetes.io/name: peerdeck-orphans\n");
}

static void add_account(struct manifest *manifest)
{
	buffer_printf(&manifest->out,
	        "# Label the namespace first: kubectl label namespace %s pod-identity.alibabacloud.com/injection=on\n"
	        "# The RAM role trusts the service account peerdeck-orphans through the cluster's OIDC provider (RRSA) "
	        "and\n"
	        "# has the policy of the ConfigMap below.\n",
	        manifest->space);
	add_metadata(manifest, "v1", "ServiceAccount", "peerdeck-orphans", manifest->space);
	buffer_printf(
	        &manifest->out, "  annotations:\n    pod-identity.alibabacloud.com/role-name: %s\n", manifest->role);
}

static void add_rule(struct buffer *out, const char *group, const char *resources, const char *name, const char *verbs)
{
	buffer_printf(out, "  - apiGroups: [\"%s\"]\n    resources: [%s]\n", group, resources);
	if (name)
		buffer_printf(out, "    resourceNames: [%s]\n", name);
	buffer_printf(out, "    verbs: [%s]\n", verbs);
}

static void add_binding(struct manifest *manifest, const char *sort, const char *name, const char *space)
{
	char kind[64];

	snprintf(kind, sizeof(kind), "%sBinding", sort);
	add_metadata(manifest, "rbac.authorization.k8s.io/v1", kind, name, space);
	buffer_printf(&manifest->out,
	        "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: %s\n  name: %s\nsubjects:\n"
	        "  - kind: ServiceAccount\n    name: peerdeck-orphans\n    namespace: %s\n",
	        sort, name, manifest->space);
}

static void add_cluster_role(struct manifest *manifest)
{
	struct buffer *out = &manifest->out;

	add_metadata(manifest, "rbac.authorization.k8s.io/v1", "ClusterRole", "peerdeck-orphans", NULL);
	buffer_add_text(out, "rules:\n");
	add_rule(out, "", "pods, nodes, events", NULL, "list, watch");
	add_rule(out, "", "namespaces", "kube-system", "get");
	add_rule(out, "node.k8s.io", "runtimeclasses", NULL, "list, watch");
	add_rule(out, "confidentialcontainers.org", "peerpods", NULL,
	        manifest->deletes ? "get, list, watch, patch" : "list, watch");
	add_binding(manifest, "ClusterRole", "peerdeck-orphans", NULL);
}

static void add_adaptor_role(struct manifest *manifest)
{
	struct buffer *out = &manifest->out;

	buffer_add_text(out,
	        "# Where the adaptor is installed; its Deployments tell whether a peer pod controller is there.\n");
	add_metadata(manifest, "rbac.authorization.k8s.io/v1", "Role", "peerdeck-orphans-adaptor", ADAPTOR_SPACE);
	buffer_add_text(out, "rules:\n");
	add_rule(out, "apps", "daemonsets, deployments", NULL, "get");
	add_rule(out, "", "configmaps", "peer-pods-cm", "get");
	add_rule(out, "", "pods/log", NULL, "get");
	add_binding(manifest, "Role", "peerdeck-orphans-adaptor", ADAPTOR_SPACE);
}

// When a node last gave a sign of itself.
static void add_node_role(struct manifest *manifest)
{
	add_metadata(manifest, "rbac.authorization.k8s.io/v1", "Role", "peerdeck-orphans-nodes", NODE_SPACE);
	buffer_add_text(&manifest->out, "rules:\n");
	add_rule(&manifest->out, "coordination.k8s.io", "leases", NULL, "list");
	add_binding(manifest, "Role", "peerdeck-orphans-nodes", NODE_SPACE);
}

static void add_lease_role(struct manifest *manifest)
{
	struct buffer *out = &manifest->out;

	add_metadata(manifest, "rbac.authorization.k8s.io/v1", "Role", "peerdeck-orphans-lease", manifest->space);
	buffer_add_text(out, "rules:\n");
	// A creation has no name yet that could be compared.
	add_rule(out, "coordination.k8s.io", "leases", NULL, "create");
	add_rule(out, "coordination.k8s.io", "leases", "peerdeck-orphans", "get, update, patch");
	add_binding(manifest, "Role", "peerdeck-orphans-lease", manifest->space);
}

static void add_volume(struct manifest *manifest)
{
	buffer_add_text(
	        &manifest->out, "# Journal, audit record and first-seen times: without them nothing ever settles.\n");
	add_metadata(manifest, "v1", "PersistentVolumeClaim", "peerdeck-orphans", manifest->space);
	buffer_add_text(&manifest->out,
	        "spec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 1Gi\n");
}

static void add_policy_map(struct manifest *manifest)
{
	add_metadata(manifest, "v1", "ConfigMap", "peerdeck-orphans-ram-policy", manifest->space);
	buffer_add_text(&manifest->out, "data:\n  policy.json: |\n");
	add_policy(manifest, "    ");
}

static void add_argument(struct buffer *out, const char *margin, const char *name, const char *value)
{
	buffer_printf(out, "%s  - %s\n", margin, name);
	if (!value)
		return;
	buffer_printf(out, "%s  - ", margin);
	text_add_json_string(out, value, strlen(value));
	buffer_add_char(out, '\n');
}

static void add_arguments(struct manifest *manifest, const char *margin)
{
	const struct orphans_arguments *orphans = manifest->orphans;
	struct buffer *out = &manifest->out;
	char lease[NAME_MOST + 32];

	snprintf(lease, sizeof(lease), "%s/peerdeck-orphans", manifest->space);
	buffer_printf(out, "%sargs:\n%s  - orphans\n", margin, margin);
	add_argument(out, margin, "--region", "all");
	add_argument(out, margin, "--lease", lease);
	if (manifest->is_deployment)
		add_argument(out, margin, "--every", manifest->every);
	add_argument(out, margin, "--metrics", "/var/lib/peerdeck/metrics.prom");
	if (orphans->user_data)
		add_argument(out, margin, "--user-data", NULL);
	if (!manifest->deletes)
		return;
	add_argument(out, margin, "--delete", NULL);
	add_argument(out, margin, "--yes", NULL);
	add_argument(out, margin, "--cluster", manifest->cluster);
	if (orphans->older_than)
		add_argument(out, margin, "--older-than", orphans->older_than);
	if (orphans->most)
		add_argument(out, margin, "--max", orphans->most);
	if (orphans->quarantine)
		add_argument(out, margin, "--quarantine", NULL);
}

static void add_pod(struct manifest *manifest, const char *margin, const char *restart)
{
	struct buffer *out = &manifest->out;
	char deeper[32];

	snprintf(deeper, sizeof(deeper), "%s      ", margin);
	buffer_printf(out, "%smetadata:\n%s  labels:\n%s    app.kubernetes.io/name: peerdeck-orphans\n%sspec:\n",
	        margin, margin, margin, margin);
	buffer_printf(
	        out, "%s  serviceAccountName: peerdeck-orphans\n%s  restartPolicy: %s\n", margin, margin, restart);
	// What is being deleted when the pod must go is taken to its end.
	buffer_printf(out, "%s  terminationGracePeriodSeconds: 600\n", margin);
	buffer_printf(out,
	        "%s  securityContext:\n%s    runAsNonRoot: true\n%s    runAsUser: 65532\n%s    fsGroup: 65532\n"
	        "%s    seccompProfile:\n%s      type: RuntimeDefault\n",
	        margin, margin, margin, margin, margin, margin);
	buffer_printf(out, "%s  containers:\n%s    - name: peerdeck\n%simage: ", margin, margin, deeper);
	text_add_json_string(out, manifest->image, strlen(manifest->image));
	buffer_printf(out, "\n%scommand: [peerdeck]\n", deeper);
	add_arguments(manifest, deeper);
	buffer_printf(out,
	        "%senv:\n%s  - name: HOME\n%s    value: /var/lib/peerdeck\n%s  - name: XDG_STATE_HOME\n"
	        "%s    value: /var/lib/peerdeck\n",
	        deeper, deeper, deeper, deeper, deeper);
	buffer_printf(out,
	        "%sresources:\n%s  requests:\n%s    cpu: 50m\n%s    memory: 64Mi\n%s  limits:\n%s    memory: 512Mi\n",
	        deeper, deeper, deeper, deeper, deeper, deeper);
	buffer_printf(out,
	        "%ssecurityContext:\n%s  allowPrivilegeEscalation: false\n%s  readOnlyRootFilesystem: true\n"
	        "%s  capabilities:\n%s    drop: [ALL]\n",
	        deeper, deeper, deeper, deeper, deeper);
	buffer_printf(out, "%svolumeMounts:\n%s  - name: state\n%s    mountPath: /var/lib/peerdeck\n", deeper, deeper,
	        deeper);
	buffer_printf(out,
	        "%s  volumes:\n%s    - name: state\n%s      persistentVolumeClaim:\n%s        claimName: "
	        "peerdeck-orphans\n",
	        margin, margin, margin, margin);
}

static void add_cronjob(struct manifest *manifest)
{
	int64_t every;

	time_parse_span(manifest->every, ORPHANS_SPAN_MOST, &every);
	add_metadata(manifest, "batch/v1", "CronJob", "peerdeck-orphans", manifest->space);
	if (every < 3600000)
		buffer_printf(&manifest->out, "spec:\n  schedule: \"*/%d * * * *\"\n", (int)(every / 60000));
	else
		buffer_printf(&manifest->out, "spec:\n  schedule: \"0 */%d * * *\"\n", (int)(every / 3600000));
	buffer_add_text(&manifest->out,
	        "  concurrencyPolicy: Forbid\n  successfulJobsHistoryLimit: 1\n"
	        "  failedJobsHistoryLimit: 3\n  jobTemplate:\n    spec:\n      backoffLimit: 0\n"
	        "      template:\n");
	add_pod(manifest, "        ", "Never");
}

static void add_deployment(struct manifest *manifest)
{
	add_metadata(manifest, "apps/v1", "Deployment", "peerdeck-orphans", manifest->space);
	// The volume is one node's at a time; the Lease keeps an old pod that lingers from working beside a new one.
	buffer_add_text(&manifest->out,
	        "spec:\n  replicas: 1\n  strategy:\n    type: Recreate\n  selector:\n    matchLabels:\n"
	        "      app.kubernetes.io/name: peerdeck-orphans\n  template:\n");
	add_pod(manifest, "    ", "Always");
}

// ---- what was asked for ----

static bool is_made_of(const char *text, const char *letters, size_t most)
{
	return *text && strlen(text) <= most && strspn(text, letters) == strlen(text);
}

static bool manifest_check(struct manifest *manifest, struct error *error)
{
	static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	static const char role[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	static const char image[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/:@";
	const char *variant = manifest->orphans->variant;
	int64_t every;

	if (!is_made_of(manifest->space, small, NAME_MOST) || manifest->space[0] == '-')
		return error_set(error, ERROR_USAGE, _("--namespace %s is no name of a namespace"), manifest->space);
	if (!is_made_of(manifest->role, role, 64))
		return error_set(error, ERROR_USAGE, _("--role %s is no name of a RAM role"), manifest->role);
	if (!is_made_of(manifest->image, image, IMAGE_MOST))
		return error_set(error, ERROR_USAGE, _("--image %s is no name of an image"), manifest->image);
	if (variant && strcmp(variant, "cronjob") != 0 && strcmp(variant, "deployment") != 0)
		return error_set(error, ERROR_USAGE, _("--variant %s: expected cronjob or deployment"), variant);
	if (!time_parse_span(manifest->every, ORPHANS_SPAN_MOST, &every))
		return error_set(error, ERROR_USAGE, _("--every %s: expected a time such as 15m"), manifest->every);
	if (!manifest->is_deployment &&
	        (every < 60000 || every > 23 * 3600000 || (every < 3600000 ? 3600000 % every : every % 3600000) != 0))
		return error_set(error, ERROR_USAGE,
		        _("--every %s: a cronjob needs minutes that divide an hour, or whole hours"), manifest->every);
	if (manifest->deletes && (!manifest->may_delete || !manifest->cluster))
		return error_set(
		        error, ERROR_USAGE, _("nobody is there to confirm: --delete needs --yes and --cluster"));
	return true;
}

int cli_orphans_manifest(const struct arguments *line)
{
	const struct orphans_arguments *orphans = &line->orphans;
	struct manifest manifest = {
	        .orphans = orphans,
	        .space = line->space ? line->space : "peerdeck",
	        .image = orphans->image ? orphans->image : "peerdeck:" PACKAGE_VERSION,
	        .role = orphans->role ? orphans->role : "peerdeck-orphans",
	        .cluster = line->cluster,
	        .every = orphans->every ? orphans->every : "15m",
	        .deletes = orphans->remove,
	        .may_delete = line->yes,
	        .is_deployment = orphans->variant && strcmp(orphans->variant, "deployment") == 0,
	};
	struct error error = {ERROR_NONE};

	if (!manifest_check(&manifest, &error))
		return cli_fail(&error);
	buffer_init(&manifest.out, MANIFEST_MOST);
	if (line->operand) {
		add_policy(&manifest, "");
	} else {
		add_account(&manifest);
		add_cluster_role(&manifest);
		add_adaptor_role(&manifest);
		add_node_role(&manifest);
		add_lease_role(&manifest);
		add_volume(&manifest);
		add_policy_map(&manifest);
		if (manifest.is_deployment)
			add_deployment(&manifest);
		else
			add_cronjob(&manifest);
	}
	fputs(buffer_text(&manifest.out), stdout);
	buffer_finish(&manifest.out);
	return EXIT_DONE;
}
