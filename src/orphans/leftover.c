// SPDX-License-Identifier: Apache-2.0
// Left-overs: how they are recognised, and a table of rules of which the first that holds is the verdict.
#include "config.h"

#include "orphans/leftover.h"

#include <string.h>

#include "orphans/podvm_name.h"

#include "base/banned.h"

static const char eni_prefix[] = "peerpod-nic-";
static const char eip_description[] = "Peerpod External Network EIP";

static bool eni_vm(const char *name, char *out, size_t size)
{
	const char *id = name + sizeof eni_prefix - 1;

	if (strncmp(name, eni_prefix, sizeof eni_prefix - 1) != 0 || strncmp(id, "i-", 2) != 0 || !id[2] ||
	        strlen(id) >= size)
		return false;
	memcpy(out, id, strlen(id) + 1);
	return true;
}

// A name made implicitly may have something behind the suffix; a disk's never has.
static bool azure_vm(const char *name, const char *suffix, bool is_whole, char *out, size_t size)
{
	for (const char *at = strstr(name, suffix); at; at = strstr(at + 1, suffix)) {
		size_t length = (size_t)(at - name);
		struct podvm_name parsed;

		if (length >= size || (is_whole && at[strlen(suffix)]))
			continue;
		memcpy(out, name, length);
		out[length] = '\0';
		if (podvm_name_parse(out, &parsed))
			return true;
	}
	return false;
}

bool leftover_vm(enum leftover_kind kind, const char *name, char *out, size_t size)
{
	if (!name)
		return false;
	switch (kind) {
	case LEFTOVER_ENI:
		return eni_vm(name, out, size);
	case LEFTOVER_NIC:
	case LEFTOVER_ADDRESS:
		return azure_vm(name, "-net", false, out, size);
	case LEFTOVER_DISK:
		return azure_vm(name, "-disk", true, out, size);
	case LEFTOVER_EIP:
	case LEFTOVER_PEERPOD:
		break;
	}
	return false;
}

static bool list_is_incomplete(const struct leftover *leftover)
{
	return !leftover->list_is_complete || leftover->now == 0;
}

static bool is_foreign(const struct leftover *leftover)
{
	char vm[128];

	if (leftover->kind == LEFTOVER_PEERPOD)
		return false;
	if (leftover->kind == LEFTOVER_EIP)
		return !leftover->description || strcmp(leftover->description, eip_description) != 0;
	return !leftover_vm(leftover->kind, leftover->name, vm, sizeof vm);
}

static bool is_kept(const struct leftover *leftover)
{
	return leftover->is_kept;
}

static bool is_peerpod(const struct leftover *leftover)
{
	return leftover->kind == LEFTOVER_PEERPOD;
}

static bool state_is_unknown(const struct leftover *leftover)
{
	return !is_peerpod(leftover) && leftover->is_free == ANSWER_UNKNOWN;
}

static bool is_in_use(const struct leftover *leftover)
{
	return !is_peerpod(leftover) && leftover->is_free == ANSWER_NO;
}

static bool is_not_deleting(const struct leftover *leftover)
{
	return is_peerpod(leftover) && (!leftover->is_deleting || !leftover->has_finalizer);
}

// An EIP has no link to a VM.
static bool vm_exists(const struct leftover *leftover)
{
	return leftover->kind != LEFTOVER_EIP && leftover->vm_exists == ANSWER_YES;
}

static bool vm_is_unknown(const struct leftover *leftover)
{
	return leftover->kind != LEFTOVER_EIP && leftover->vm_exists == ANSWER_UNKNOWN;
}

static bool controller_is_there(const struct leftover *leftover)
{
	return is_peerpod(leftover) && leftover->has_controller == ANSWER_YES;
}

static bool controller_is_unknown(const struct leftover *leftover)
{
	return is_peerpod(leftover) && leftover->has_controller == ANSWER_UNKNOWN;
}

static bool is_settling(const struct leftover *leftover)
{
	return !is_peerpod(leftover) && (leftover->free_since == 0 || leftover->now - leftover->free_since < GRACE_AGE);
}

static bool always(const struct leftover *leftover)
{
	(void)leftover;
	return true;
}

static const struct {
	enum verdict verdict;
	bool (*holds)(const struct leftover *leftover);
	const char *name, *text;
} rules[LEFTOVER_RULES] = {
        [LEFTOVER_LIST_INCOMPLETE] = {VERDICT_UNKNOWN, list_is_incomplete, "list_incomplete",
                N_("the list that it is in was not read to its end")},
        [LEFTOVER_FOREIGN] = {VERDICT_FOREIGN, is_foreign, "foreign",
                N_("it is not named as the adaptor names things")},
        [LEFTOVER_KEPT] = {VERDICT_FOREIGN, is_kept, "kept", N_("it is on the keep list or has the keep tag")},
        [LEFTOVER_STATE_UNKNOWN] = {VERDICT_UNKNOWN, state_is_unknown, "state_unknown",
                N_("it is not known whether something uses it")},
        [LEFTOVER_IN_USE] = {VERDICT_LIVE, is_in_use, "in_use", N_("it is attached")},
        [LEFTOVER_VM_EXISTS] = {VERDICT_LIVE, vm_exists, "vm_exists", N_("the VM that it belongs to exists")},
        [LEFTOVER_VM_UNKNOWN] = {VERDICT_UNKNOWN, vm_is_unknown, "vm_unknown",
                N_("it is not proven that the VM that it belongs to is gone")},
        [LEFTOVER_NOT_DELETING] = {VERDICT_SUSPECT, is_not_deleting, "not_deleting",
                N_("its VM is gone, but it is not held by a finalizer while being deleted")},
        [LEFTOVER_CONTROLLER] = {VERDICT_SUSPECT, controller_is_there, "controller",
                N_("the peer pod controller is there to release it")},
        [LEFTOVER_CONTROLLER_UNKNOWN] = {VERDICT_UNKNOWN, controller_is_unknown, "controller_unknown",
                N_("it is not known whether a peer pod controller is there")},
        [LEFTOVER_SETTLING] = {VERDICT_SUSPECT, is_settling, "settling",
                N_("it has been free for less than 30 minutes")},
        [LEFTOVER_ORPHAN] = {VERDICT_ORPHAN, always, "orphan", N_("nothing uses it, and what it was made for is gone")},
};

void leftover_judge(const struct leftover *leftover, struct leftover_judgement *out)
{
	int rule = 0;

	while (!rules[rule].holds(leftover))
		rule++;
	*out = (struct leftover_judgement){rules[rule].verdict, (enum leftover_rule)rule, 0};
	if (rule == LEFTOVER_SETTLING && leftover->free_since != 0)
		out->until = leftover->free_since + GRACE_AGE;
}

const char *leftover_rule_name(enum leftover_rule rule)
{
	return rules[rule].name;
}

const char *leftover_rule_text(enum leftover_rule rule)
{
	return _(rules[rule].text);
}
