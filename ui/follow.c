// SPDX-License-Identifier: Apache-2.0
// From a record to what it belongs to, where it runs and what uses it (J, o, u): a pod to its VM and back, a node to
// its pods.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "inventory/records.h"
#include "ui/follow.h"

#include "base/banned.h"

enum link_sort {
	LINK_ID,         // our field holds the id of the other
	LINK_NAME,       // our field holds its name, in our cluster
	LINK_LIST,       // their field holds our id: all of them
	LINK_NAMED_LIST, // their field holds our name
};

// Several rows for one key: the first that leads anywhere.
static const struct link {
	enum kind_id from;
	enum command_id command;
	enum kind_id to;
	enum link_sort sort;
	const char *field;
} links[] = {
        {KIND_POD, COMMAND_WHERE, KIND_VM, LINK_ID, "vm_id"},
        {KIND_POD, COMMAND_WHERE, KIND_NODE, LINK_NAME, "node"},
        {KIND_POD, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_POD, COMMAND_USED_BY, KIND_VM, LINK_ID, "vm_id"},
        {KIND_POD, COMMAND_USED_BY, KIND_PEERPOD, LINK_LIST, "pod_uid"},
        {KIND_VM, COMMAND_USED_BY, KIND_POD, LINK_LIST, "vm_id"},
        {KIND_VM, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_VM, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster"},
        {KIND_VM, COMMAND_WHERE, KIND_VSWITCH, LINK_ID, "vswitch_id"},
        {KIND_ORPHAN, COMMAND_USED_BY, KIND_POD, LINK_LIST, "vm_id"},
        {KIND_ORPHAN, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_ORPHAN, COMMAND_WHERE, KIND_VM, LINK_ID, "id"},
        {KIND_NODE, COMMAND_USED_BY, KIND_POD, LINK_NAMED_LIST, "node"},
        {KIND_NODE, COMMAND_WHERE, KIND_VM, LINK_ID, "id"},
        {KIND_NODE, COMMAND_OWNER, KIND_NODE_POOL, LINK_ID, "node_pool_id"},
        {KIND_NODE, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_PEERPOD, COMMAND_OWNER, KIND_POD, LINK_ID, "pod_uid"},
        {KIND_PEERPOD, COMMAND_USED_BY, KIND_POD, LINK_ID, "pod_uid"},
        {KIND_PEERPOD, COMMAND_WHERE, KIND_VM, LINK_ID, "vm_id"},
        {KIND_EVENT, COMMAND_OWNER, KIND_POD, LINK_ID, "object_uid"},
        {KIND_EVENT, COMMAND_OWNER, KIND_NODE, LINK_NAME, "object"},
        {KIND_EVENT, COMMAND_WHERE, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_CLUSTER, COMMAND_USED_BY, KIND_POD, LINK_LIST, "cluster_id"},
        {KIND_CLUSTER, COMMAND_WHERE, KIND_VPC, LINK_ID, "vpc_id"},
        {KIND_CLUSTER, COMMAND_OWNER, KIND_REGION, LINK_ID, "region"},
        {KIND_NODE_POOL, COMMAND_USED_BY, KIND_NODE, LINK_LIST, "node_pool_id"},
        {KIND_NODE_POOL, COMMAND_OWNER, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_NODE_POOL, COMMAND_WHERE, KIND_CLUSTER, LINK_ID, "cluster_id"},
        {KIND_ENI, COMMAND_USED_BY, KIND_VM, LINK_ID, "instance_id"},
        {KIND_ENI, COMMAND_OWNER, KIND_VM, LINK_ID, "instance_id"},
        {KIND_ENI, COMMAND_WHERE, KIND_VSWITCH, LINK_ID, "vswitch_id"},
        {KIND_EIP, COMMAND_USED_BY, KIND_VM, LINK_ID, "instance_id"},
        {KIND_EIP, COMMAND_USED_BY, KIND_ENI, LINK_ID, "instance_id"},
        {KIND_EIP, COMMAND_OWNER, KIND_VM, LINK_ID, "instance_id"},
        {KIND_DISK, COMMAND_USED_BY, KIND_VM, LINK_ID, "instance_id"},
        {KIND_DISK, COMMAND_OWNER, KIND_VM, LINK_ID, "instance_id"},
        {KIND_IMAGE, COMMAND_USED_BY, KIND_VM, LINK_LIST, "image_id"},
        {KIND_VPC, COMMAND_USED_BY, KIND_VSWITCH, LINK_LIST, "vpc_id"},
        {KIND_VSWITCH, COMMAND_USED_BY, KIND_VM, LINK_LIST, "vswitch_id"},
        {KIND_VSWITCH, COMMAND_OWNER, KIND_VPC, LINK_ID, "vpc_id"},
        {KIND_VSWITCH, COMMAND_WHERE, KIND_VPC, LINK_ID, "vpc_id"},
};

// What the last scan knows of a VM, where its own record does not.
static bool judged_cluster(struct ui *ui, const char *vm, char *out, size_t size)
{
	struct target judged;
	struct snapshot *holder;

	*out = '\0';
	if (!target_find(ui, KIND_ORPHAN, vm, &judged))
		return false;
	const struct orphan_record *orphan =
	        (const struct orphan_record *)(const void *)target_record(ui, &judged, &holder);
	snprintf(out, size, "%s", orphan ? orphan->cluster_id : "");
	target_release(holder);
	return *out != '\0';
}

static void value_of(struct ui *ui, const struct link *link, const struct record *record, char *out, size_t size)
{
	const struct field *field = kind_field(kind_get(link->from), link->field);

	if (link->sort == LINK_LIST)
		snprintf(out, size, "%s", record->id);
	else if (link->sort == LINK_NAMED_LIST)
		snprintf(out, size, "%s", record->name);
	else if (link->from == KIND_VM && link->to == KIND_CLUSTER && !field)
		judged_cluster(ui, record->id, out, size);
	else
		snprintf(out, size, "%s", field ? field_string(field, record) : "");
}

static const char *cluster_of(enum kind_id kind, const struct record *record)
{
	const struct field *field = kind_field(kind_get(kind), "cluster_id");

	return field && field->type == FIELD_TEXT ? field_string(field, record) : "";
}

// Opens the table of the other kind: the record alone under the cursor, or all that name ours.
static bool follow(struct ui *ui, const struct link *link, const struct target *target, const struct record *record,
        struct error *error)
{
	char value[256], filter[400] = "";
	const char *cluster = cluster_of(link->from, record);
	const bool in_cluster = kind_get(link->to)->level == SCOPE_CLUSTER && *cluster;
	struct target found;
	struct table_opening opening = {
	        .kind = link->to, .parent = *target->name ? target->name : target->id, .everywhere = true};

	value_of(ui, link, record, value, sizeof(value));
	if (!*value || strpbrk(value, "\" "))
		return false;
	if (link->sort == LINK_ID && !target_find(ui, link->to, value, &found))
		return false;
	if (link->sort == LINK_ID)
		opening.cursor = value;
	else
		snprintf(filter, sizeof(filter), "%s=\"%s\"", link->sort == LINK_NAME ? "name" : link->field, value);
	opening.filter = filter;
	if (in_cluster) {
		opening.field = "cluster_id";
		opening.value = cluster;
	} else if (link->sort == LINK_ID && kind_get(link->to)->level == SCOPE_REGION) {
		opening.field = "region";
		opening.value = found.scope.region;
	}
	return pages_open_table(ui->pages, &opening, error);
}

static const char *command_words(enum command_id command)
{
	return command == COMMAND_OWNER   ? _("what it belongs to")
	       : command == COMMAND_WHERE ? _("where it runs")
	                                  : _("what uses it");
}

static unsigned run(struct ui *ui, const struct command_call *call)
{
	struct error error = {.kind = ERROR_NONE};
	struct snapshot *holder = NULL;
	struct target target;
	bool opened = false;

	if (!target_selected(ui, &target)) {
		struct selection selection;

		if (!ui_selection(ui, &selection) || !target_find(ui, selection.kind, selection.id, &target)) {
			ui_say(ui, "%s", _("nothing is selected"));
			return REACT_DRAW;
		}
	}
	const struct record *record = target_record(ui, &target, &holder);
	for (size_t i = 0; record && i < COUNT_OF(links) && !opened && error.kind == ERROR_NONE; i++)
		if (links[i].from == target.kind && links[i].command == call->id)
			opened = follow(ui, &links[i], &target, record, &error);
	if (error.kind != ERROR_NONE)
		ui_fail(ui, &error);
	else if (!opened)
		ui_say(ui, _("%s of %s is not known, or was not read"), command_words(call->id),
		        *target.name ? target.name : target.id);
	target_release(holder);
	return REACT_DRAW | (opened ? REACT_INTERESTS : 0);
}

void follow_events(struct ui *ui, char *out, size_t size)
{
	struct snapshot *holder = NULL;
	struct target target;
	const struct record *record;

	*out = '\0';
	if (!target_selected(ui, &target) || !(record = target_record(ui, &target, &holder)))
		return;
	const struct orphan_record *orphan = (const struct orphan_record *)(const void *)record;
	const struct vm_record *vm = (const struct vm_record *)(const void *)record;
	const char *space = "", *name = "";
	if (target.kind == KIND_POD) {
		space = ((const struct pod_record *)(const void *)record)->namespace_name;
		name = record->name;
	} else if (target.kind == KIND_NODE) {
		name = record->name;
	} else if (target.kind == KIND_PEERPOD) {
		space = ((const struct peerpod_record *)(const void *)record)->namespace_name;
		name = ((const struct peerpod_record *)(const void *)record)->pod;
	} else if (target.kind == KIND_ORPHAN) {
		space = orphan->namespace_name;
		name = orphan->pod;
	} else if (target.kind == KIND_VM) {
		space = vm->namespace_name;
		name = vm->pod;
	}
	if (*name && !strpbrk(name, "\" ") && !strpbrk(space, "\" "))
		snprintf(out, size, "object=\"%s\"%s%s%s", name, *space ? " namespace=\"" : "", space,
		        *space ? "\"" : "");
	target_release(holder);
}

const struct command_handler follow_handlers[] = {
        {COMMAND_OWNER, run},
        {COMMAND_WHERE, run},
        {COMMAND_USED_BY, run},
        {COMMAND_NONE, NULL},
};
