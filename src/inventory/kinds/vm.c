// SPDX-License-Identifier: Apache-2.0
// VMs: pod VMs, nodes, and whatever else runs in the account.
#include "config.h"
#include "inventory/kinds/fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

// What the last scan says of it; NULL before there was one.
static const struct orphan_record *judged(const struct record *record, const struct field_context *context)
{
	return (const struct orphan_record *)derive_twin(context, KIND_ORPHAN, record);
}

static const char *borrow_verdict(const struct record *record, const struct field_context *context)
{
	const struct orphan_record *orphan = judged(record, context);

	return orphan ? orphan->verdict : ((const struct vm_record *)record)->verdict;
}

static bool derive_verdict(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	snprintf(out, size, "%s", borrow_verdict(record, context));
	return *out != '\0';
}

// Worst first: what is nobody's, what nobody can tell, what may become either, what comes and goes, what is well.
static bool derive_verdict_number(const struct record *record, const struct field_context *context, double *out)
{
	static const char *const order[] = {"orphan", "unknown", "suspect", "creating", "live", "foreign"};
	const struct orphan_record *orphan = judged(record, context);
	const char *verdict = orphan ? orphan->verdict : ((const struct vm_record *)record)->verdict;

	for (size_t i = 0; *verdict && i < COUNT_OF(order); i++)
		if (strcmp(order[i], verdict) == 0) {
			*out = (double)i;
			return true;
		}
	return false;
}

// "space/pod". Made for each row with each key of a filter.
static void join(char *out, size_t size, const char *space, const char *pod)
{
	size_t used = strnlen(space, size - 1), length;

	memcpy(out, space, used);
	if (used && used < size - 1)
		out[used++] = '/';
	length = strnlen(pod, size - 1 - used);
	memcpy(out + used, pod, length);
	out[used + length] = '\0';
}

// "default/nginx", the pod that it serves; of one that is not judged for good, what would settle that.
static bool derive_serves(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct vm_record *vm = (const struct vm_record *)record;
	const struct orphan_record *orphan = judged(record, context);
	const char *space = vm->namespace_name, *pod = vm->pod;

	if (orphan && strcmp(orphan->verdict, "suspect") == 0 && orphan->settles_at) {
		char clock[TIME_TEXT_SIZE];

		time_format_clock(orphan->settles_at, clock);
		snprintf(out, size, _("settles %.5s"), clock);
		return true;
	}
	if (orphan && strcmp(orphan->verdict, "unknown") == 0 && *orphan->cluster) {
		snprintf(out, size, _("%s unread"), orphan->cluster);
		return true;
	}
	if (orphan && *orphan->pod && strcmp(orphan->verdict, "orphan") != 0) {
		space = orphan->namespace_name;
		pod = orphan->pod;
	}
	if (!*pod || (orphan && strcmp(orphan->verdict, "orphan") == 0))
		return false;
	join(out, size, space, pod);
	return true;
}

static const char *borrow_cluster(const struct record *record, const struct field_context *context)
{
	const struct orphan_record *orphan = judged(record, context);
	const char *known = orphan && *orphan->cluster ? orphan->cluster : ((const struct vm_record *)record)->cluster;
	const struct record *cluster = *known ? derive_find(context, KIND_CLUSTER, known) : NULL;

	return cluster ? cluster->name : known;
}

static bool derive_cluster(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	snprintf(out, size, "%s", borrow_cluster(record, context));
	return *out != '\0';
}

// The same by its id, where that is known: two clusters may have one name.
static const char *borrow_cluster_id(const struct record *record, const struct field_context *context)
{
	const struct orphan_record *orphan = judged(record, context);

	return orphan && *orphan->cluster_id ? orphan->cluster_id : ((const struct vm_record *)record)->cluster;
}

static bool derive_cluster_id(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	snprintf(out, size, "%s", borrow_cluster_id(record, context));
	return *out != '\0';
}

static const char *borrow_currency(const struct record *record, const struct field_context *context)
{
	const struct orphan_record *orphan = judged(record, context);

	return orphan ? orphan->currency : "";
}

static bool derive_cost_number(const struct record *record, const struct field_context *context, double *out)
{
	const struct orphan_record *orphan = judged(record, context);

	*out = orphan ? orphan->per_hour : NAN;
	return !isnan(*out);
}

static bool derive_cost(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct orphan_record *orphan = judged(record, context);

	return orphan && money_text(orphan->per_hour, orphan->currency, out, size);
}

static bool derive_memory_number(const struct record *record, const struct field_context *context, double *out)
{
	const struct vm_record *vm = (const struct vm_record *)record;

	(void)context;
	*out = (double)vm->memory_mib * 1048576;
	return vm->memory_mib >= 0;
}

static void memory_text(double bytes, char *out, size_t size)
{
	if (bytes < 1073741824.0)
		snprintf(out, size, "%.0f MiB", bytes / 1048576);
	else if (bytes < 10000 * 1073741824.0)
		snprintf(out, size, "%.4g GiB", bytes / 1073741824);
	else
		snprintf(out, size, "%.4g TiB", bytes / 1099511627776.0);
}

static bool derive_memory(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	double bytes;

	if (!derive_memory_number(record, context, &bytes))
		return false;
	memory_text(bytes, out, size);
	return true;
}

// 1 for a pod VM: what the regions pane adds up.
static bool derive_podvm_number(const struct record *record, const struct field_context *context, double *out)
{
	(void)context;
	*out = strcmp(((const struct vm_record *)record)->sort, "podvm") == 0;
	return true;
}

static bool derive_podvm(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	double value;

	derive_podvm_number(record, context, &value);
	snprintf(out, size, "%d", value > 0);
	return true;
}

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 22, 10)),
        FIELD_NAME(0, N_("NAME"), COLUMN(14, 34, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 11)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(7, 9, 3)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 12)),
        FIELD(vm_record, type, N_("TYPE"), FIELD_SHARED, N_("Instance type"), COLUMN(8, 16, 7)),
        FIELD(vm_record, private_ip, N_("PRIVATE IP"), 0, N_("Address in its network"), COLUMN(9, 15, 6)),
        FIELD(vm_record, cluster, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that its tags name")),
        FIELD_MADE("owner", N_("CLUSTER"), FIELD_FOUND | FIELD_SHARED, N_("Cluster that it belongs to"),
                .derive = derive_cluster, .borrow = borrow_cluster, COLUMN(8, 16, 9)),
        FIELD_MADE("verdict", N_("VERDICT"), FIELD_STATE | FIELD_WORDS | FIELD_FOUND | FIELD_SHARED,
                N_("Whether anything still uses it"), .derive = derive_verdict, .borrow = borrow_verdict,
                .derive_number = derive_verdict_number, COLUMN(8, 9, 2)),
        // What a reader of JSON gets; everybody else finds the one before it.
        FIELD(vm_record, verdict, N_("VERDICT"), FIELD_SHARED | FIELD_HIDDEN, N_("Whether anything still uses it")),
        FIELD_AGE(0, COLUMN(4, 5, 4)),
        FIELD_MADE(
                "serves", N_("POD"), FIELD_FOUND, N_("Pod that it serves"), .derive = derive_serves, COLUMN(8, 22, 5)),
        FIELD_MADE("cost", N_("PER HOUR"), FIELD_FOUND | FIELD_ADDS, N_("What it costs in an hour"),
                .derive = derive_cost, .derive_number = derive_cost_number, .currency = borrow_currency, .right = true,
                COLUMN(6, 8, 8)),
        FIELD(vm_record, zone, N_("ZONE"), FIELD_SHARED, N_("Zone where it is"), COLUMN(10, 16, 11)),
        FIELD(vm_record, sort, N_("SORT"), FIELD_SHARED | FIELD_HIDDEN, N_("podvm, node or other"), COLUMN(5, 5, 13)),
        FIELD(vm_record, pod, N_("POD NAME"), FIELD_HIDDEN, N_("Name of the pod that it serves"), COLUMN(8, 24, 14)),
        FIELD_NAMED(vm_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Namespace of the pod that it serves"), COLUMN(8, 16, 15)),
        FIELD(vm_record, vcpu, N_("VCPU"), FIELD_HIDDEN | FIELD_ADDS, N_("Virtual processors"), .right = true,
                COLUMN(4, 4, 16)),
        FIELD_MADE("memory", N_("MEMORY"), FIELD_HIDDEN | FIELD_ADDS, N_("Memory"), .derive = derive_memory,
                .derive_number = derive_memory_number, .sum_text = memory_text, .right = true, COLUMN(7, 8, 17)),
        FIELD(vm_record, memory_mib, N_("MEMORY MIB"), FIELD_HIDDEN, N_("Memory in MiB"), .right = true),
        FIELD_MOMENT(
                vm_record, started, N_("STARTED"), FIELD_HIDDEN, N_("When it was last started"), COLUMN(17, 17, 18)),
        FIELD(vm_record, public_ip, N_("PUBLIC IP"), FIELD_HIDDEN, N_("Public address"), COLUMN(9, 15, 19)),
        FIELD(vm_record, vpc_id, N_("VPC"), FIELD_SHARED | FIELD_HIDDEN, N_("Network that it is in"),
                COLUMN(12, 25, 20)),
        FIELD(vm_record, vswitch_id, N_("VSWITCH"), FIELD_SHARED | FIELD_HIDDEN, N_("vSwitch that it is on"),
                COLUMN(12, 25, 21)),
        FIELD(vm_record, image_id, N_("IMAGE"), FIELD_SHARED | FIELD_HIDDEN, N_("Image that it was made from"),
                COLUMN(12, 24, 22)),
        FIELD(vm_record, eip_id, N_("EIP"), FIELD_HIDDEN, N_("Elastic public address bound to it"), COLUMN(12, 25, 23)),
        FIELD(vm_record, charge_type, N_("CHARGE"), FIELD_SHARED | FIELD_HIDDEN, N_("How it is paid"),
                COLUMN(8, 11, 24)),
        FIELD(vm_record, spot_strategy, N_("SPOT"), FIELD_SHARED | FIELD_HIDDEN, N_("Strategy for spot instances"),
                COLUMN(4, 16, 25)),
        FIELD(vm_record, stopped_mode, N_("STOPPED MODE"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Whether it costs while stopped"), COLUMN(8, 14, 26)),
        FIELD(vm_record, serial, N_("SERIAL"), FIELD_HIDDEN, N_("Serial number that the machine itself sees"),
                COLUMN(12, 36, 27)),
        FIELD(vm_record, security_group_ids, N_("SECURITY GROUPS"), FIELD_HIDDEN, N_("Security groups"),
                COLUMN(12, 24, 28)),
        FIELD(vm_record, eni_ids, N_("INTERFACES"), FIELD_HIDDEN, N_("Network interfaces"), COLUMN(12, 24, 29)),
        FIELD(vm_record, locks, N_("LOCKS"), FIELD_HIDDEN, N_("Why the cloud has locked it"), COLUMN(6, 14, 30)),
        FIELD(vm_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 31)),
        FIELD(vm_record, deletion_protection, N_("PROTECTED"), FIELD_HIDDEN, N_("Deletion protection"),
                COLUMN(4, 9, 32)),
        FIELD_MADE("owner_id", N_("CLUSTER ID"), FIELD_INTERNAL | FIELD_FOUND | FIELD_SHARED,
                N_("Identifier of the cluster that it belongs to"), .derive = derive_cluster_id,
                .borrow = borrow_cluster_id),
        FIELD_MADE("podvm", N_("POD VM"), FIELD_INTERNAL, N_("1 for a pod VM"), .derive = derive_podvm,
                .derive_number = derive_podvm_number),
};

const struct kind kind_vm = {
        .id = KIND_VM,
        .name = "vm",
        .plural = "vms",
        .aliases = "podvms podvm pv instances instance",
        .title = N_("Pod VMs"),
        .help = N_("VMs that serve pods, one each"),
        .level = SCOPE_REGION,
        .parent = KIND_CLUSTER,
        .parent_field = "cluster",
        .record_size = sizeof(struct vm_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "-created",
};
