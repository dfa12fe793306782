// SPDX-License-Identifier: Apache-2.0
// What may be swept, what may not, and what must be typed.
#include "config.h"

#include "tests/unit/sweep.h"
#include "tests/unit/sweep_report.h"

#include <stdlib.h>

#include "orphans/quarantine.h"
#include "orphans/sweep_plan.h"

#include "base/banned.h"

static struct sketch sketch;

static struct sweep_plan *plan_of(const char *const *ids, size_t count, struct sweep_request request)
{
	struct error error = {ERROR_NONE};
	struct sweep_plan *plan;

	request.ids = ids;
	request.id_count = count;
	request.now = SKETCH_NOW;
	plan = sweep_plan_create(&sketch.report, &request, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
	return plan;
}

static bool plan_refuses(const struct sweep_plan *plan, const char *id, enum sweep_refusal rule)
{
	for (size_t i = 0; i < plan->refused_count; i++)
		if (strcmp(plan->refused[i].id, id) == 0)
			return plan->refused[i].rule == rule && plan->refused[i].why[0];
	return false;
}

static void phrase_is(const struct sweep_plan *plan, const char *wanted)
{
	struct buffer phrase;

	buffer_init(&phrase, 4096);
	sweep_plan_phrase(plan, &phrase);
	UNIT_SAME_TEXT(buffer_text(&phrase), wanted);
	buffer_finish(&phrase);
}

static void orphans_are_taken_and_nothing_else(void)
{
	static const char *const ids[] = {"i-a", "i-b", "i-c", "i-d", "i-gone"};
	struct sweep_plan *plan;

	sketch_init(&sketch);
	sketch_orphan(&sketch, "a");
	sketch_suspect(&sketch, "b", RULE_AGE);
	sketch_orphan(&sketch, "c")->verdict = VERDICT_UNKNOWN;
	sketch_orphan(&sketch, "d")->verdict = VERDICT_LIVE;
	sketch_orphan(&sketch, "unasked");
	plan = plan_of(ids, COUNT_OF(ids), (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL(plan->count, 1);
	UNIT_SAME_TEXT(plan->items[0].item->record->id, "i-a");
	CU_ASSERT(plan_refuses(plan, "i-b", SWEEP_REFUSED_SUSPECT));
	CU_ASSERT(plan_refuses(plan, "i-c", SWEEP_REFUSED_VERDICT));
	CU_ASSERT(plan_refuses(plan, "i-d", SWEEP_REFUSED_VERDICT));
	CU_ASSERT(plan_refuses(plan, "i-gone", SWEEP_REFUSED_ABSENT));
	CU_ASSERT_DOUBLE_EQUAL(plan->savings[0].per_hour, 1.02, 0.001);
	sweep_plan_destroy(plan);
}

static void a_suspect_goes_only_alone_by_override(void)
{
	static const char *const one[] = {"i-b"}, *const two[] = {"i-a", "i-b"}, *const doubt[] = {"i-e"};
	const struct sweep_request override = {SWEEP_DELETE, .override_suspect = true};
	struct sweep_plan *plan;

	sketch_init(&sketch);
	sketch_orphan(&sketch, "a");
	sketch_suspect(&sketch, "b", RULE_VETO_TAGS);
	sketch_suspect(&sketch, "e", RULE_VETO_CONTROLLER);
	plan = plan_of(one, 1, override);
	CU_ASSERT_EQUAL(plan->count, 1);
	CU_ASSERT(plan->is_override);
	sweep_plan_destroy(plan);
	plan = plan_of(two, 2, override);
	CU_ASSERT_EQUAL(plan->count, 1);
	CU_ASSERT(plan_refuses(plan, "i-b", SWEEP_REFUSED_SUSPECTS));
	sweep_plan_destroy(plan);
	plan = plan_of(doubt, 1, override);
	CU_ASSERT_EQUAL(plan->count, 0);
	CU_ASSERT(plan_refuses(plan, "i-e", SWEEP_REFUSED_DOUBT));
	sweep_plan_destroy(plan);
}

static void names_of(char names[][32], const char **ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "i-%zu", i);
		sketch_orphan(&sketch, names[i] + 2);
		ids[i] = names[i];
	}
}

static void ten_go_in_one_confirmation_unless_asked_otherwise(void)
{
	char names[12][32];
	const char *ids[12];
	struct sweep_plan *plan;

	sketch_init(&sketch);
	sketch.readings[0].vms = 100;
	names_of(names, ids, 12);
	plan = plan_of(ids, 12, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL(plan->count, 10);
	CU_ASSERT(plan_refuses(plan, "i-10", SWEEP_REFUSED_BATCH));
	CU_ASSERT(plan_refuses(plan, "i-11", SWEEP_REFUSED_BATCH));
	phrase_is(plan, "caa 10");
	sweep_plan_destroy(plan);
	plan = plan_of(ids, 12, (struct sweep_request){SWEEP_DELETE, .most = 12});
	CU_ASSERT_EQUAL(plan->count, 12);
	sweep_plan_destroy(plan);
}

static void more_than_half_of_a_cluster_is_refused_unless_lifted(void)
{
	char names[7][32];
	const char *ids[7];
	struct sweep_plan *plan;

	sketch_init(&sketch);
	sketch.readings[0].vms = 12;
	names_of(names, ids, 7);
	plan = plan_of(ids, 7, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL(plan->count, 0);
	CU_ASSERT(plan_refuses(plan, "i-0", SWEEP_REFUSED_SHARE));
	CU_ASSERT_FALSE(sweep_plan_confirms(plan, ""));
	sweep_plan_destroy(plan);
	plan = plan_of(ids, 6, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL(plan->count, 6);
	sweep_plan_destroy(plan);
	plan = plan_of(ids, 7, (struct sweep_request){SWEEP_DELETE, .ceiling_lifted = true});
	CU_ASSERT_EQUAL(plan->count, 7);
	sweep_plan_destroy(plan);
}

static void each_cluster_is_typed_with_its_count(void)
{
	static const char *const ids[] = {"i-a", "i-b", "i-c"};
	struct report_item *other;
	struct sweep_plan *plan;

	sketch_init(&sketch);
	sketch_cluster(&sketch, "c2", "ci", 20);
	sketch_orphan(&sketch, "a");
	sketch_orphan(&sketch, "b");
	other = sketch_orphan(&sketch, "c");
	other->cluster_id = "c2";
	other->cluster = "ci";
	plan = plan_of(ids, 3, (struct sweep_request){SWEEP_DELETE});
	phrase_is(plan, "caa 2, ci 1");
	CU_ASSERT(sweep_plan_confirms(plan, "caa 2, ci 1"));
	CU_ASSERT(sweep_plan_confirms(plan, "  caa  2 ,ci 1 "));
	CU_ASSERT_FALSE(sweep_plan_confirms(plan, "caa 2"));
	CU_ASSERT_FALSE(sweep_plan_confirms(plan, "caa 3, ci 1"));
	CU_ASSERT_FALSE(sweep_plan_confirms(plan, "caa2, ci 1"));
	CU_ASSERT_FALSE(sweep_plan_confirms(plan, "CAA 2, ci 1"));
	sweep_plan_destroy(plan);
	// Two clusters of one name are told apart by their ids, and so is one that is gone.
	sketch.readings[1].name = other->cluster = "caa";
	plan = plan_of(ids, 3, (struct sweep_request){SWEEP_DELETE});
	phrase_is(plan, "c1 2, c2 1");
	sweep_plan_destroy(plan);
	sketch.readings[1].name = other->cluster = "ci";
	sketch.readings[1].reading = CLUSTER_GONE;
	plan = plan_of(ids, 3, (struct sweep_request){SWEEP_DELETE});
	phrase_is(plan, "caa 2, c2 1");
	sweep_plan_destroy(plan);
}

static enum sweep_fate fate_in(const struct sweep_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->items[0].extra_count; i++)
		if (strcmp(plan->items[0].extras[i].id, id) == 0)
			return plan->items[0].extras[i].fate;
	CU_FAIL("no such extra");
	return FATE_STAYS;
}

static void what_hangs_on_a_vm_is_told_with_its_fate(void)
{
	static const char *const ids[] = {"i-a"};
	struct report_item *vm, *thing;
	struct sweep_plan *plan;

	sketch_init(&sketch);
	vm = sketch_orphan(&sketch, "a");
	sketch_belonging(&sketch, vm, KIND_DISK, "d-1", "");
	sketch_belonging(&sketch, vm, KIND_ENI, "eni-1", "peerpod-nic-i-a");
	thing = sketch_belonging(&sketch, vm, KIND_EIP, "eip-1", "");
	sketch_belonging(&sketch, vm, KIND_ENI, "eni-2", "somebody-else");
	thing = sketch_leftover(&sketch, KIND_PEERPOD, "pp-1", "web-0-resource", VERDICT_SUSPECT);
	((struct sketch_item *)(void *)thing)->record.peerpod.vm_id = "i-a";
	plan = plan_of(ids, 1, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL_FATAL(plan->count, 1);
	CU_ASSERT_EQUAL(plan->items[0].extra_count, 5);
	CU_ASSERT_EQUAL(fate_in(plan, "d-1"), FATE_RELEASED);
	CU_ASSERT_EQUAL(fate_in(plan, "eni-1"), FATE_DELETED);
	CU_ASSERT_EQUAL(fate_in(plan, "eip-1"), FATE_DELETED);
	CU_ASSERT_EQUAL(fate_in(plan, "eni-2"), FATE_STAYS);
	CU_ASSERT_EQUAL(fate_in(plan, "pp-1"), FATE_DELETED);
	sweep_plan_destroy(plan);
	((struct sketch_item *)(void *)thing)->leftover.facts.has_controller = ANSWER_YES;
	plan = plan_of(ids, 1, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_EQUAL(fate_in(plan, "pp-1"), FATE_STAYS);
	sweep_plan_destroy(plan);
}

static void quarantine_ends_after_its_time(void)
{
	static const char *const ids[] = {"i-fresh", "i-lately", "i-long", "eip-1"};
	struct sweep_plan *plan;
	struct report_item *item;

	sketch_init(&sketch);
	sketch_orphan(&sketch, "fresh");
	item = sketch_orphan(&sketch, "lately");
	((struct sketch_item *)(void *)item)->record.record.status = "Stopped";
	sketch_tag(item, QUARANTINE_TAG, "2026-11-20T10:00:00Z");
	item = sketch_orphan(&sketch, "long");
	((struct sketch_item *)(void *)item)->record.record.status = "Stopped";
	sketch_tag(item, QUARANTINE_TAG, "2026-11-19T10:00:00Z");
	sketch_leftover(&sketch, KIND_EIP, "eip-1", "", VERDICT_ORPHAN);
	plan = plan_of(ids, 4, (struct sweep_request){SWEEP_QUARANTINE});
	CU_ASSERT_EQUAL_FATAL(plan->count, 1);
	UNIT_SAME_TEXT(plan->items[0].item->record->id, "i-fresh");
	CU_ASSERT(plan_refuses(plan, "i-long", SWEEP_REFUSED_IN_QUARANTINE));
	CU_ASSERT(plan_refuses(plan, "eip-1", SWEEP_REFUSED_KIND));
	sweep_plan_destroy(plan);
	plan = plan_of(ids, 4, (struct sweep_request){SWEEP_DELETE_QUARANTINED});
	CU_ASSERT_EQUAL_FATAL(plan->count, 1);
	UNIT_SAME_TEXT(plan->items[0].item->record->id, "i-long");
	CU_ASSERT(plan_refuses(plan, "i-fresh", SWEEP_REFUSED_NOT_QUARANTINE));
	CU_ASSERT(plan_refuses(plan, "i-lately", SWEEP_REFUSED_IN_QUARANTINE));
	sweep_plan_destroy(plan);
	plan = plan_of(ids, 4, (struct sweep_request){SWEEP_DELETE_QUARANTINED, .quarantine_ms = 3600000});
	CU_ASSERT_EQUAL(plan->count, 2);
	sweep_plan_destroy(plan);
}

static void facts_may_grow_and_doubts_may_shrink(void)
{
	struct sweep_basis before, now;
	char why[320], text[256];

	sketch_init(&sketch);
	sweep_basis_of(&sketch.report, sketch_orphan(&sketch, "a"), &before);
	now = before;
	CU_ASSERT(sweep_basis_holds(&before, &now, why, sizeof(why)));
	now.facts |= 1u << (FACT_E3 - FACT_E1);
	CU_ASSERT(sweep_basis_holds(&before, &now, why, sizeof(why)));
	now.facts &= ~1u;
	CU_ASSERT_FALSE(sweep_basis_holds(&before, &now, why, sizeof(why)));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "E1"));
	now = before;
	now.verdict = VERDICT_SUSPECT;
	CU_ASSERT_FALSE(sweep_basis_holds(&before, &now, why, sizeof(why)));
	now = before;
	snprintf(now.owner, sizeof(now.owner), "other");
	CU_ASSERT_FALSE(sweep_basis_holds(&before, &now, why, sizeof(why)));
	now = before;
	snprintf(now.pod_uid, sizeof(now.pod_uid), "other");
	CU_ASSERT_FALSE(sweep_basis_holds(&before, &now, why, sizeof(why)));
	sweep_basis_of(&sketch.report, sketch_suspect(&sketch, "b", RULE_VETO_TAGS), &before);
	now = before;
	now.verdict = VERDICT_ORPHAN;
	now.against = 0;
	CU_ASSERT(sweep_basis_holds(&before, &now, why, sizeof(why)));
	now = before;
	now.against |= UINT64_C(1) << RULE_AGE;
	CU_ASSERT_FALSE(sweep_basis_holds(&before, &now, why, sizeof(why)));
	sweep_facts_text(before.facts, text, sizeof(text));
	UNIT_SAME_TEXT(text, "E1 T1");
	CU_ASSERT_EQUAL(sweep_facts_parse(text), before.facts);
	sweep_against_text(before.against, text, sizeof(text));
	UNIT_SAME_TEXT(text, "veto_tags");
	CU_ASSERT_EQUAL(sweep_against_parse(text), before.against);
}

static void text_says_what_goes_and_what_not(void)
{
	static const char *const ids[] = {"i-a", "i-b"};
	struct report_item *vm;
	struct sweep_plan *plan;
	struct buffer text;

	sketch_init(&sketch);
	vm = sketch_orphan(&sketch, "a");
	sketch_belonging(&sketch, vm, KIND_EIP, "eip-1", "");
	sketch_suspect(&sketch, "b", RULE_AGE);
	plan = plan_of(ids, 2, (struct sweep_request){SWEEP_DELETE});
	buffer_init(&text, 1 << 16);
	sweep_plan_text(plan, "1654…8812", &text);
	UNIT_SAME_TEXT(buffer_text(&text), "Delete 1 pod VM of cluster caa, region cn-beijing, account 1654…8812\n"
	                                   "- podvm-a  i-a  orphan for 2 h  ¥ 1.02/h\n"
	                                   "    with its eip 47.93.1.2 eip-1 (deleted after it)\n"
	                                   "Saves ¥ 1.02 an hour. It cannot be undone.\n"
	                                   "Everything is read again before each call; what changed is left.\n"
	                                   "Left out:\n"
	                                   "! podvm-b  only suspect: it is younger than 30 minutes\n");
	buffer_finish(&text);
	sweep_plan_destroy(plan);
}

static void currencies_are_never_added_to_each_other(void)
{
	static const char *const ids[] = {"i-a", "i-b", "i-c"};
	struct sweep_plan *plan;
	struct buffer text;

	sketch_init(&sketch);
	sketch_orphan(&sketch, "a");
	sketch_orphan(&sketch, "b")->cost = (struct report_cost){0.2, 0.4, "USD"};
	sketch_orphan(&sketch, "c");
	plan = plan_of(ids, 3, (struct sweep_request){SWEEP_DELETE});
	buffer_init(&text, 1 << 16);
	sweep_plan_text(plan, "1654…8812", &text);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "Saves ¥ 2.04 + $ 0.20 an hour."));
	buffer_finish(&text);
	sweep_plan_destroy(plan);
}

static void the_digest_follows_the_evidence(void)
{
	static const char *const ids[] = {"i-a"};
	struct sweep_plan *one, *two;
	struct report_item *vm;

	sketch_init(&sketch);
	vm = sketch_orphan(&sketch, "a");
	one = plan_of(ids, 1, (struct sweep_request){SWEEP_DELETE});
	two = plan_of(ids, 1, (struct sweep_request){SWEEP_DELETE});
	UNIT_SAME_TEXT(one->digest, two->digest);
	sweep_plan_destroy(two);
	vm->judgement.reason_count--;
	two = plan_of(ids, 1, (struct sweep_request){SWEEP_DELETE});
	CU_ASSERT_STRING_NOT_EQUAL(one->digest, two->digest);
	sweep_plan_destroy(one);
	sweep_plan_destroy(two);
}

static const struct unit_test tests[] = {
        UNIT_TEST(orphans_are_taken_and_nothing_else),
        UNIT_TEST(a_suspect_goes_only_alone_by_override),
        UNIT_TEST(ten_go_in_one_confirmation_unless_asked_otherwise),
        UNIT_TEST(more_than_half_of_a_cluster_is_refused_unless_lifted),
        UNIT_TEST(each_cluster_is_typed_with_its_count),
        UNIT_TEST(what_hangs_on_a_vm_is_told_with_its_fate),
        UNIT_TEST(quarantine_ends_after_its_time),
        UNIT_TEST(facts_may_grow_and_doubts_may_shrink),
        UNIT_TEST(text_says_what_goes_and_what_not),
        UNIT_TEST(currencies_are_never_added_to_each_other),
        UNIT_TEST(the_digest_follows_the_evidence),
};

const struct unit_suite sweep_plan_suite = UNIT_SUITE("sweep plan", tests);
