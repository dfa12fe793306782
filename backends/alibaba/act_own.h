// SPDX-License-Identifier: Apache-2.0
// What is particular to each action, for the table in act_table.c.
#ifndef PEERDECK_ALIBABA_ACT_OWN_H
#define PEERDECK_ALIBABA_ACT_OWN_H

#include "alibaba/act.h"

typedef bool act_fill(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error);
typedef enum deed_state act_judge(const struct thing *thing, const struct deed_sight *sight);
typedef bool act_check(const struct thing *thing, struct error *error);
typedef bool act_allowed(const struct record *record, char *why, size_t size);

// act_tag.c
act_fill fill_tag, fill_untag, fill_quarantine, fill_unquarantine;
act_judge judge_tag, judge_untag;

// act_network.c
act_fill fill_interface, fill_address, fill_unbind;
act_judge judge_interface_gone, judge_address_gone, judge_unbound;
act_check check_interface, check_address;
act_allowed may_delete_interface, may_release, may_unbind;
bool look_at_holder(struct session *session, const struct action_request *request, const struct thing *thing,
        struct cancel *cancel, struct error *error);

#endif
