// SPDX-License-Identifier: Apache-2.0
// From one record to those that have to do with it: where it runs, what owns it, what uses it.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ui/state.h"

#include "base/banned.h"

// Records of `to` whose `to_field` equals the record's `field`. The first row with a value wins.
static const struct relation {
	enum command_id command;
	enum kind_id from;
	const char *field;
	enum kind_id to;
	const char *to_field;
} relations[] = {
        {COMMAND_WHERE, KIND_POD, "node", KIND_NODE, "name"},
        {COMMAND_WHERE, KIND_NODE, "id", KIND_VM, "id"},
        {COMMAND_WHERE, KIND_ENI, "instance_id", KIND_VM, "id"},
        {COMMAND_WHERE, KIND_EIP, "instance_id", KIND_VM, "id"},
        {COMMAND_WHERE, KIND_VM, "vswitch_id", KIND_VSWITCH, "id"},
        {COMMAND_WHERE, KIND_CLUSTER, "vpc_id", KIND_VPC, "id"},
        {COMMAND_OWNER, KIND_NODE, "node_pool_id", KIND_NODE_POOL, "id"},
        {COMMAND_OWNER, KIND_NODE, "cluster_id", KIND_CLUSTER, "id"},
        {COMMAND_OWNER, KIND_NODE_POOL, "cluster_id", KIND_CLUSTER, "id"},
        {COMMAND_OWNER, KIND_POD, "cluster_id", KIND_CLUSTER, "id"},
        {COMMAND_OWNER, KIND_VM, "cluster", KIND_CLUSTER, "id"},
        {COMMAND_OWNER, KIND_VM, "vpc_id", KIND_CLUSTER, "vpc_id"},
        {COMMAND_OWNER, KIND_ENI, "instance_id", KIND_VM, "id"},
        {COMMAND_OWNER, KIND_EIP, "instance_id", KIND_VM, "id"},
        {COMMAND_OWNER, KIND_VSWITCH, "vpc_id", KIND_VPC, "id"},
        {COMMAND_USED_BY, KIND_IMAGE, "id", KIND_VM, "image_id"},
        {COMMAND_USED_BY, KIND_VSWITCH, "id", KIND_VM, "vswitch_id"},
        {COMMAND_USED_BY, KIND_VPC, "id", KIND_VM, "vpc_id"},
        {COMMAND_USED_BY, KIND_VM, "id", KIND_ENI, "instance_id"},
        {COMMAND_USED_BY, KIND_CLUSTER, "vpc_id", KIND_VM, "vpc_id"},
        {COMMAND_USED_BY, KIND_NODE_POOL, "id", KIND_NODE, "node_pool_id"},
};

static unsigned run_relation(struct ui *ui, const struct command_call *call)
{
	struct selection selection;
	struct error error = {0};
	if (!ui_selection(ui, &selection) || !selection.record)
		return REACT_DONE;
	for (size_t i = 0; i < COUNT_OF(relations); i++) {
		const struct relation *relation = &relations[i];
		if (relation->command != call->id || relation->from != selection.kind)
			continue;
		const struct field *field = kind_field(kind_get(selection.kind), relation->field);
		const char *value = field ? field_string(field, selection.record) : "";
		if (!*value)
			continue;
		if (!pages_open_narrowed(ui->pages, relation->to, relation->to_field, value, selection.name, &error))
			ui_fail(ui, &error);
		return REACT_DRAW | REACT_INTERESTS;
	}
	ui_say(ui,
	        call->id == COMMAND_WHERE   ? _("where %s runs is not known")
	        : call->id == COMMAND_OWNER ? _("what owns %s is not known")
	                                    : _("what uses %s is not known"),
	        selection.name);
	return REACT_DRAW;
}

const struct command_handler relation_handlers[] = {
        {COMMAND_WHERE, run_relation},
        {COMMAND_OWNER, run_relation},
        {COMMAND_USED_BY, run_relation},
        {COMMAND_NONE, NULL},
};
