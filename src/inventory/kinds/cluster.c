// SPDX-License-Identifier: Apache-2.0
// Kubernetes clusters.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

// Healthy nodes of its node pools, and how many there should be. Pools that were not read leave the wanted size alone.
static bool derive_nodes(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct cluster_record *cluster = (const struct cluster_record *)record;
	int64_t healthy = derive_sum(context, KIND_NODE_POOL, "cluster_id", record->id, "healthy");

	if (healthy < 0)
		return derive_integer_text(cluster->size, out, size);
	return derive_ratio_text(healthy, cluster->size, out, size);
}

static bool derive_nodes_number(const struct record *record, const struct field_context *context, double *out)
{
	const struct cluster_record *cluster = (const struct cluster_record *)record;

	(void)context;
	*out = (double)cluster->size;
	return cluster->size >= 0;
}

// A cluster that could not be read, so that its VMs are unknown, has no number of orphans.
static bool derive_orphans_number(const struct record *record, const struct field_context *context, double *out)
{
	int64_t orphans = derive_sum(context, KIND_ORPHAN, "cluster_id", record->id, "found");

	if (orphans == 0 && derive_sum(context, KIND_ORPHAN, "cluster_id", record->id, "unsure") > 0)
		return false;
	*out = (double)orphans;
	return orphans >= 0;
}

static bool derive_orphans(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	double orphans;

	return derive_orphans_number(record, context, &orphans) && derive_integer_text((int64_t)orphans, out, size);
}

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("ID"), COLUMN(12, 33, 10)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 24, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 7)),
        FIELD_STATUS(0, N_("STATE"), COLUMN(8, 10, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 12)),
        FIELD(cluster_record, version, N_("VERSION"), FIELD_SHARED, N_("Kubernetes version"), COLUMN(7, 9, 5)),
        FIELD_MADE("nodes", N_("NODES"), FIELD_UNCOMPARED | FIELD_ADDS, N_("Nodes that are healthy, of those wanted"),
                .derive = derive_nodes, .derive_number = derive_nodes_number, .right = true, COLUMN(5, 6, 3)),
        FIELD_MADE("orphans", N_("ORPH"), FIELD_UNCOMPARED | FIELD_ADDS, N_("What the last scan found to be nobody's"),
                .derive = derive_orphans, .derive_number = derive_orphans_number, .right = true, COLUMN(4, 4, 4)),
        FIELD_AGE(0, COLUMN(4, 5, 6)),
        FIELD(cluster_record, type, N_("TYPE"), FIELD_SHARED, N_("Sort of cluster"), COLUMN(8, 18, 8)),
        FIELD(cluster_record, spec, N_("SPEC"), FIELD_SHARED | FIELD_HIDDEN, N_("Edition of the control plane"),
                COLUMN(8, 14, 11)),
        FIELD(cluster_record, profile, N_("PROFILE"), FIELD_SHARED | FIELD_HIDDEN, N_("Variant of the sort"),
                COLUMN(7, 10, 13)),
        FIELD(cluster_record, vpc_id, N_("VPC"), FIELD_SHARED | FIELD_HIDDEN, N_("Network of the cluster"),
                COLUMN(12, 25, 14)),
        FIELD(cluster_record, security_group_id, N_("SECURITY GROUP"), FIELD_HIDDEN, N_("Security group of its nodes"),
                COLUMN(12, 24, 15)),
        FIELD(cluster_record, container_cidr, N_("POD CIDR"), FIELD_HIDDEN, N_("Addresses of pods"),
                COLUMN(10, 18, 16)),
        FIELD(cluster_record, service_cidr, N_("SERVICE CIDR"), FIELD_HIDDEN, N_("Addresses of services"),
                COLUMN(10, 18, 17)),
        FIELD(cluster_record, api_server, N_("API SERVER"), FIELD_HIDDEN, N_("Address of its API server"),
                COLUMN(12, 32, 18)),
        FIELD(cluster_record, vswitch_ids, N_("VSWITCHES"), FIELD_HIDDEN, N_("vSwitches that it uses"),
                COLUMN(12, 25, 19)),
        FIELD(cluster_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 20)),
        FIELD(cluster_record, size, N_("SIZE"), FIELD_HIDDEN, N_("Nodes wanted"), .right = true, COLUMN(4, 5, 21)),
        FIELD_MOMENT(cluster_record, updated, N_("UPDATED"), FIELD_HIDDEN, N_("When it was last changed"),
                COLUMN(17, 17, 22)),
        FIELD(cluster_record, deletion_protection, N_("PROTECTED"), FIELD_HIDDEN, N_("Deletion protection"),
                COLUMN(4, 9, 23)),
        FIELD(cluster_record, intranet_server, N_("INTRANET SERVER"), FIELD_HIDDEN,
                N_("Address of its API server inside its network"), COLUMN(12, 32, 24)),
};

const struct kind kind_cluster = {
        .id = KIND_CLUSTER,
        .name = "cluster",
        .plural = "clusters",
        .aliases = "ack k8s",
        .title = N_("Clusters"),
        .help = N_("Kubernetes clusters of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_REGION,
        .parent_field = "region",
        .record_size = sizeof(struct cluster_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
