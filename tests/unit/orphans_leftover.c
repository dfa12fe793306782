// SPDX-License-Identifier: Apache-2.0
// Left-overs of pod VMs, and the counting of how long a VM has been without a user.
#include "config.h"

#include "orphans/leftover.h"
#include "orphans/settling.h"
#include "tests/unit/orphans.h"
#include "tests/unit/orphans_sample.h"

#include "base/banned.h"

#define EIP_TEXT "Peerpod External Network EIP"
#define LONG_AGO (SAMPLE_NOW - GRACE_AGE)

// The usual shape of a left-over: list read, free for long, its VM gone.
#define FREE(sort, name, description)                                                                                  \
	sort, name, description, true, ANSWER_YES, LONG_AGO, ANSWER_NO, false, false, ANSWER_UNKNOWN, false, SAMPLE_NOW

static void left_overs_are_judged_by_their_table(void)
{
	static const struct {
		struct leftover leftover;
		enum verdict verdict;
		enum leftover_rule rule;
	} cases[] = {
	        {{FREE(LEFTOVER_ENI, "peerpod-nic-i-2ze1", "")}, VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{FREE(LEFTOVER_ENI, "peerpod-nic-", "")}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{FREE(LEFTOVER_ENI, "my-nic", "")}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{FREE(LEFTOVER_EIP, "", EIP_TEXT)}, VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{FREE(LEFTOVER_EIP, "", "NAT gateway")}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{FREE(LEFTOVER_EIP, "", NULL)}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{FREE(LEFTOVER_NIC, "podvm-web-0-0123abcd-net-1a2b", "")}, VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{FREE(LEFTOVER_ADDRESS, "podvm-my-net-0123abcd-net", "")}, VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{FREE(LEFTOVER_DISK, "podvm-web-0-0123abcd-disk", "")}, VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{FREE(LEFTOVER_DISK, "podvm-web-0-0123abcd-disk2", "")}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{FREE(LEFTOVER_DISK, "pvc-0123abcd", "")}, VERDICT_FOREIGN, LEFTOVER_FOREIGN},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", false, ANSWER_YES, LONG_AGO, ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_UNKNOWN, LEFTOVER_LIST_INCOMPLETE},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_UNKNOWN, LONG_AGO, ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_UNKNOWN, LEFTOVER_STATE_UNKNOWN},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_NO, 0, ANSWER_NO, .now = SAMPLE_NOW}, VERDICT_LIVE,
	                LEFTOVER_IN_USE},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_YES, LONG_AGO, ANSWER_YES, .now = SAMPLE_NOW},
	                VERDICT_LIVE, LEFTOVER_VM_EXISTS},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_YES, LONG_AGO, ANSWER_UNKNOWN, .now = SAMPLE_NOW},
	                VERDICT_UNKNOWN, LEFTOVER_VM_UNKNOWN},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_YES, LONG_AGO + 1, ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_SUSPECT, LEFTOVER_SETTLING},
	        {{LEFTOVER_ENI, "peerpod-nic-i-1", "", true, ANSWER_YES, 0, ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_SUSPECT, LEFTOVER_SETTLING},
	        {{LEFTOVER_EIP, "", EIP_TEXT, true, ANSWER_YES, LONG_AGO, ANSWER_NO, .is_kept = true,
	                 .now = SAMPLE_NOW},
	                VERDICT_FOREIGN, LEFTOVER_KEPT},
	        {{LEFTOVER_PEERPOD, "web-0-resource-abcde", "", true, .vm_exists = ANSWER_NO, .has_finalizer = true,
	                 .is_deleting = true, .has_controller = ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_ORPHAN, LEFTOVER_ORPHAN},
	        {{LEFTOVER_PEERPOD, "web-0-resource-abcde", "", true, .vm_exists = ANSWER_UNKNOWN,
	                 .has_finalizer = true, .is_deleting = true, .has_controller = ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_UNKNOWN, LEFTOVER_VM_UNKNOWN},
	        {{LEFTOVER_PEERPOD, "web-0-resource-abcde", "", true, .vm_exists = ANSWER_NO, .has_finalizer = true,
	                 .is_deleting = false, .has_controller = ANSWER_NO, .now = SAMPLE_NOW},
	                VERDICT_SUSPECT, LEFTOVER_NOT_DELETING},
	        {{LEFTOVER_PEERPOD, "web-0-resource-abcde", "", true, .vm_exists = ANSWER_NO, .has_finalizer = true,
	                 .is_deleting = true, .has_controller = ANSWER_YES, .now = SAMPLE_NOW},
	                VERDICT_SUSPECT, LEFTOVER_CONTROLLER},
	        {{LEFTOVER_PEERPOD, "web-0-resource-abcde", "", true, .vm_exists = ANSWER_NO, .has_finalizer = true,
	                 .is_deleting = true, .now = SAMPLE_NOW},
	                VERDICT_UNKNOWN, LEFTOVER_CONTROLLER_UNKNOWN},
	};
	bool is_seen[LEFTOVER_RULES] = {false};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct leftover_judgement judgement;

		leftover_judge(&cases[i].leftover, &judgement);
		if (judgement.verdict != cases[i].verdict || judgement.rule != cases[i].rule)
			printf("\n    row %zu: %s by %s\n", i, verdict_name(judgement.verdict),
			        leftover_rule_name(judgement.rule));
		CU_ASSERT_EQUAL(judgement.verdict, cases[i].verdict);
		CU_ASSERT_EQUAL(judgement.rule, cases[i].rule);
		CU_ASSERT_PTR_NOT_NULL(leftover_rule_text(judgement.rule));
		is_seen[judgement.rule] = true;
	}
	for (int rule = 0; rule < LEFTOVER_RULES; rule++)
		CU_ASSERT_TRUE(is_seen[rule]);
}

static void a_zeroed_left_over_is_unknown(void)
{
	for (int kind = LEFTOVER_ENI; kind <= LEFTOVER_PEERPOD; kind++) {
		struct leftover leftover = {.kind = (enum leftover_kind)kind};
		struct leftover_judgement judgement;

		leftover_judge(&leftover, &judgement);
		CU_ASSERT_EQUAL(judgement.verdict, VERDICT_UNKNOWN);
	}
}

static void a_name_leads_to_the_vm(void)
{
	char vm[64], small[4];

	CU_ASSERT_TRUE(leftover_vm(LEFTOVER_ENI, "peerpod-nic-i-2ze1", vm, sizeof vm));
	UNIT_SAME_TEXT(vm, "i-2ze1");
	CU_ASSERT_TRUE(leftover_vm(LEFTOVER_ADDRESS, "podvm-my-net-0123abcd-net", vm, sizeof vm));
	UNIT_SAME_TEXT(vm, "podvm-my-net-0123abcd");
	CU_ASSERT_FALSE(leftover_vm(LEFTOVER_ENI, "peerpod-nic-i-2ze1", small, sizeof small));
	CU_ASSERT_FALSE(leftover_vm(LEFTOVER_EIP, "x", vm, sizeof vm));
	CU_ASSERT_FALSE(leftover_vm(LEFTOVER_NIC, NULL, vm, sizeof vm));
}

static void settling_adds_up_intervals_between_scans(void)
{
	struct settling settling = {0};

	settling_add(&settling, SAMPLE_NOW, -1, VERDICT_ORPHAN);
	CU_ASSERT_TRUE(settling.scans == 1 && settling.counted_ms == 0);
	settling_add(&settling, SAMPLE_NOW, MINUTES(5), VERDICT_ORPHAN);
	settling_add(&settling, SAMPLE_NOW, MINUTES(60), VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(settling.scans, 3);
	CU_ASSERT_EQUAL(settling.counted_ms, MINUTES(15));
	settling_add(&settling, SAMPLE_NOW, -1, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(settling.counted_ms, MINUTES(15));
}

static void quick_scans_count_as_one(void)
{
	struct settling settling = {0};

	for (int i = 0; i < 7; i++)
		settling_add(&settling, SAMPLE_NOW, MINUTES(1), VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(settling.scans, 3);
	CU_ASSERT_EQUAL(settling.counted_ms, MINUTES(6));
}

static void a_contrary_scan_starts_settling_anew(void)
{
	struct settling settling = {0};

	for (int i = 0; i < 5; i++)
		settling_add(&settling, SAMPLE_NOW, MINUTES(5), VERDICT_ORPHAN);
	CU_ASSERT_FALSE(settling_changed_lately(&settling));
	settling_add(&settling, SAMPLE_NOW, MINUTES(5), VERDICT_LIVE);
	CU_ASSERT_TRUE(settling_changed_lately(&settling));
	CU_ASSERT_EQUAL(settling.counted_ms, 0);
	for (int i = 0; i < 3; i++) {
		settling_add(&settling, SAMPLE_NOW, MINUTES(5), VERDICT_ORPHAN);
		CU_ASSERT_TRUE(settling_changed_lately(&settling));
	}
	CU_ASSERT_EQUAL(settling.counted_ms, MINUTES(10));
	settling_add(&settling, SAMPLE_NOW, MINUTES(5), VERDICT_ORPHAN);
	CU_ASSERT_FALSE(settling_changed_lately(&settling));
	CU_ASSERT_EQUAL(settling.first_seen, SAMPLE_NOW);
}

static const struct unit_test tests[] = {
        UNIT_TEST(left_overs_are_judged_by_their_table),
        UNIT_TEST(a_zeroed_left_over_is_unknown),
        UNIT_TEST(a_name_leads_to_the_vm),
        UNIT_TEST(settling_adds_up_intervals_between_scans),
        UNIT_TEST(quick_scans_count_as_one),
        UNIT_TEST(a_contrary_scan_starts_settling_anew),
};
const struct unit_suite orphans_leftover_suite = UNIT_SUITE("orphans leftover", tests);
