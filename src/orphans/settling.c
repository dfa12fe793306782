// SPDX-License-Identifier: Apache-2.0
// G_SEEN as a sum.
#include "config.h"

#include "orphans/settling.h"

#include "base/banned.h"

void settling_add(struct settling *settling, int64_t cloud_now, int64_t interval_ms, enum verdict verdict)
{
	bool same = settling->was_judged && settling->last_verdict == verdict;

	if (settling->first_seen == 0)
		settling->first_seen = cloud_now;
	if (settling->was_judged)
		settling->since_change = same ? settling->since_change + (settling->since_change < UINT16_MAX) : 0;
	else
		settling->since_change = SETTLING_SCANS_REMEMBERED;
	settling->was_judged = true;
	settling->last_verdict = verdict;
	if (verdict != VERDICT_ORPHAN) {
		settling->counted_ms = 0;
		settling->scans = 0;
	} else if (!same || settling->scans == 0) {
		settling->counted_ms = settling->apart_ms = 0;
		settling->scans = 1;
	} else {
		int64_t step = interval_ms < 0 ? 0 : interval_ms;

		if (step > SETTLING_STEP_MOST)
			step = SETTLING_STEP_MOST;
		settling->counted_ms += step;
		settling->apart_ms += step;
		// scans in quick succession count as one
		if (settling->apart_ms >= SETTLING_APART) {
			settling->apart_ms = 0;
			settling->scans++;
		}
	}
	settling->last_scan = cloud_now;
}

bool settling_changed_lately(const struct settling *settling)
{
	return settling->since_change < SETTLING_SCANS_REMEMBERED;
}

bool judgement_is_settling(const struct judgement *judgement)
{
	if (judgement->verdict == VERDICT_ORPHAN)
		return true;
	if (judgement->verdict != VERDICT_SUSPECT)
		return false;
	for (size_t i = 0; i < judgement->reason_count; i++)
		if (rule_need(judgement->reasons[i].rule) != NEED_TIME &&
		        rule_need(judgement->reasons[i].rule) != NEED_NOTHING)
			return false;
	return true;
}
