// SPDX-License-Identifier: Apache-2.0
// What the decision to delete rests on, and whether it still holds.
#include "config.h"
#include "orphans/sweep_plan.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

_Static_assert(RULES <= 64, "rules are kept as bits");

static uint64_t rule_bit(enum rule rule)
{
	return UINT64_C(1) << rule;
}

static bool is_fact(enum rule rule)
{
	return rule >= FACT_E1 && rule < RULES;
}

// Of a left-over there are no facts but its own rule, which the verdict tells.
void sweep_basis_of(const struct report *report, const struct report_item *item, struct sweep_basis *out)
{
	(void)report;
	memset(out, 0, sizeof(*out));
	out->verdict = item->verdict;
	snprintf(out->owner, sizeof(out->owner), "%s", item->cluster_uid);
	snprintf(out->pod_uid, sizeof(out->pod_uid), "%s", item->pod_uid);
	for (size_t i = 0; item->kind == KIND_VM && i < item->judgement.reason_count; i++) {
		enum rule rule = item->judgement.reasons[i].rule;

		if (is_fact(rule))
			out->facts |= UINT64_C(1) << (rule - FACT_E1);
		else if (rule != RULE_ORPHAN)
			out->against |= rule_bit(rule);
	}
}

bool sweep_basis_holds(const struct sweep_basis *before, const struct sweep_basis *now, char *why, size_t size)
{
	uint64_t lost = before->facts & ~now->facts, added = now->against & ~before->against;
	char names[256];

	if (now->verdict != before->verdict && now->verdict != VERDICT_ORPHAN) {
		snprintf(why, size, _("it is judged %s now, and was judged %s"), verdict_name(now->verdict),
		        verdict_name(before->verdict));
	} else if (strcmp(now->owner, before->owner) != 0) {
		snprintf(why, size, "%s", _("it belongs to another cluster than before"));
	} else if (before->pod_uid[0] && strcmp(now->pod_uid, before->pod_uid) != 0) {
		snprintf(why, size, "%s", _("it served another pod than was known"));
	} else if (lost) {
		sweep_facts_text(lost, names, sizeof(names));
		snprintf(why, size, _("what it was judged by is gone: %s"), names);
	} else if (added) {
		sweep_against_text(added, names, sizeof(names));
		snprintf(why, size, _("this speaks against it now: %s"), names);
	} else {
		return true;
	}
	return false;
}

static void names_text(uint64_t bits, int first, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (int rule = first; rule < RULES && used < size; rule++)
		if (bits >> (rule - first) & 1)
			used += (size_t)snprintf(
			        out + used, size - used, "%s%s", used ? " " : "", rule_name((enum rule)rule));
}

static uint64_t names_parse(const char *text, int first)
{
	uint64_t bits = 0;

	while (*text) {
		size_t length = strcspn(text, " ");

		for (int rule = first; rule < RULES; rule++) {
			const char *name = rule_name((enum rule)rule);

			if (strlen(name) == length && memcmp(name, text, length) == 0)
				bits |= UINT64_C(1) << (rule - first);
		}
		text += length;
		text += *text == ' ';
	}
	return bits;
}

void sweep_facts_text(uint64_t facts, char *out, size_t size)
{
	names_text(facts, FACT_E1, out, size);
}

uint64_t sweep_facts_parse(const char *text)
{
	return names_parse(text, FACT_E1);
}

void sweep_against_text(uint64_t against, char *out, size_t size)
{
	names_text(against, 0, out, size);
}

uint64_t sweep_against_parse(const char *text)
{
	return names_parse(text, 0);
}

const char *sweep_mode_name(enum sweep_mode mode)
{
	static const char *const names[SWEEP_MODES] = {
	        [SWEEP_DELETE] = "delete",
	        [SWEEP_QUARANTINE] = "quarantine",
	        [SWEEP_DELETE_QUARANTINED] = "delete-quarantined",
	};

	return names[mode];
}

const char *sweep_refusal_name(enum sweep_refusal refusal)
{
	static const char *const names[SWEEP_REFUSALS] = {
	        [SWEEP_REFUSED_ABSENT] = "absent",
	        [SWEEP_REFUSED_VERDICT] = "verdict",
	        [SWEEP_REFUSED_SUSPECT] = "suspect",
	        [SWEEP_REFUSED_SUSPECTS] = "suspects",
	        [SWEEP_REFUSED_DOUBT] = "doubt",
	        [SWEEP_REFUSED_UNOWNED] = "unowned",
	        [SWEEP_REFUSED_KIND] = "kind",
	        [SWEEP_REFUSED_IN_QUARANTINE] = "in_quarantine",
	        [SWEEP_REFUSED_NOT_QUARANTINE] = "not_quarantined",
	        [SWEEP_REFUSED_STATE] = "state",
	        [SWEEP_REFUSED_SHARE] = "share",
	        [SWEEP_REFUSED_BATCH] = "batch",
	};

	return names[refusal];
}
