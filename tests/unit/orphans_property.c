// SPDX-License-Identifier: Apache-2.0
// What must hold of any evidence: a VM in use is never an orphan, nor is one of which something could not be read, and
// losing a fact never makes an orphan. Random, repeatable.
#include "config.h"

#include "tests/unit/orphans.h"
#include "tests/unit/orphans_sample.h"

#include "base/banned.h"

enum { ROUNDS = 20000 };

struct dice {
	uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return (uint32_t)(dice->state >> 33) % sides;
}

static bool toss(struct dice *dice)
{
	return roll(dice, 2);
}

// Some minutes before now, up to four hours.
static int64_t past(struct dice *dice)
{
	return SAMPLE_NOW - MINUTES(roll(dice, 240));
}

static enum answer answer(struct dice *dice)
{
	return roll(dice, 8) ? ANSWER_NO : roll(dice, 2) ? ANSWER_YES : ANSWER_UNKNOWN;
}

static cluster_ref some_cluster(struct dice *dice)
{
	return roll(dice, 3) ? 1 : (cluster_ref)roll(dice, SAMPLE_CLUSTERS + 1);
}

static void roll_successor(struct dice *dice, struct evidence_successor *successor)
{
	*successor = (struct evidence_successor){
	        toss(dice) ? "i-y" : "i-x", sample_minute(past(dice)), toss(dice), toss(dice)};
}

static void mutate_pod(struct sample *s, struct dice *dice)
{
	static const char *const names[] = {"web-0", "web.0", "web-1"};
	struct evidence_pod *pod;

	if (s->evidence.pod_count == SAMPLE_PODS)
		return;
	pod = sample_pod(s);
	pod->cluster = some_cluster(dice);
	pod->name = names[roll(dice, COUNT_OF(names))];
	pod->uid = toss(dice) ? "pod-1" : "pod-2";
	pod->ips[0] = toss(dice) ? "10.244.1.5" : "10.244.1.6";
	pod->created = past(dice);
	pod->started = pod->created + SECONDS(roll(dice, 100)) - SECONDS(30 * roll(dice, 4));
	pod->running_since = toss(dice) ? pod->created + MINUTES(roll(dice, 9)) - MINUTES(6 * roll(dice, 2)) : 0;
	pod->status_written = toss(dice) ? past(dice) : pod->running_since;
	pod->is_terminal = roll(dice, 3) == 0;
	pod->is_pending = roll(dice, 4) == 0;
	pod->is_deleting = roll(dice, 4) == 0;
	pod->is_mirror = roll(dice, 8) == 0;
	pod->was_steady = toss(dice);
	if (toss(dice))
		roll_successor(dice, &pod->by_log);
	if (toss(dice))
		roll_successor(dice, &pod->by_data);
}

static void mutate_peerpod(struct sample *s, struct dice *dice)
{
	struct evidence_peerpod *peerpod;

	if (s->evidence.peerpod_count == SAMPLE_PEERPODS)
		return;
	peerpod = sample_peerpod(s);
	peerpod->cluster = some_cluster(dice);
	peerpod->pod_uid = toss(dice) ? "pod-1" : "pod-2";
	peerpod->has_finalizer = toss(dice);
	peerpod->created += MINUTES(roll(dice, 60)) - MINUTES(10);
	peerpod->deleting_since = toss(dice) ? past(dice) : 0;
	if (toss(dice)) {
		peerpod->vm_id = "i-y";
		peerpod->vm_created = sample_minute(past(dice));
		peerpod->vm_is_running = toss(dice);
	}
}

static void mutate_log(struct sample *s, struct dice *dice)
{
	s->evidence.log.cluster = some_cluster(dice);
	s->evidence.log.is_mapped = toss(dice);
	s->evidence.log.is_deleted = toss(dice);
	s->evidence.log.is_refused = toss(dice);
	s->evidence.log.is_half_created = roll(dice, 8) == 0;
	s->evidence.log.pod_name = toss(dice) ? "web-0" : "web.0";
}

static void mutate_data(struct sample *s, struct dice *dice)
{
	s->evidence.data = (struct evidence_data){roll(dice, 3) ? USER_DATA_PODVM : (enum user_data_state)roll(dice, 4),
	        "shop", toss(dice) ? "web-0" : "web.0", toss(dice) ? "10.244.1.5" : "10.244.1.7", "192.168.0.1",
	        some_cluster(dice)};
}

static void mutate_owner(struct sample *s, struct dice *dice)
{
	s->evidence.record_cluster = some_cluster(dice);
	s->evidence.tag_cluster = some_cluster(dice);
}

static void mutate_cluster(struct sample *s, struct dice *dice)
{
	size_t i = roll(dice, SAMPLE_CLUSTERS);

	s->clusters[i].reading = toss(dice) ? CLUSTER_READ : (enum cluster_reading)roll(dice, CLUSTER_GONE + 1);
	s->clusters[i].read_at = SAMPLE_NOW - SECONDS(roll(dice, 40));
	s->clusters[i].adaptor_is_ready = roll(dice, 4) > 0;
	s->clusters[i].has_controller = toss(dice);
	s->clusters[i].has_unready_nodes = toss(dice);
	s->clusters[i].tag_is_trusted = toss(dice);
	s->clusters[i].tag_is_void = roll(dice, 4) == 0;
	s->clusters[i].awaits_vm = toss(dice);
	s->claims[i].could_own = toss(dice);
	s->claims[i].config_fits = toss(dice);
	s->claims[i].keeps_vms = answer(dice);
}

static void mutate_vm(struct sample *s, struct dice *dice)
{
	enum answer *const answers[] = {&s->evidence.vm.is_prepaid, &s->evidence.vm.has_data_disks,
	        &s->evidence.vm.is_node, &s->evidence.vm.is_protected, &s->evidence.vm.is_locked,
	        &s->evidence.vm.has_other_tags};

	*answers[roll(dice, COUNT_OF(answers))] = answer(dice);
	s->evidence.vm.created = sample_minute(past(dice));
	s->evidence.vm.stage = roll(dice, 3) ? VM_STAGE_RUNNING : (enum vm_stage)roll(dice, VM_STAGE_FAILED + 1);
}

static void mutate_time(struct sample *s, struct dice *dice)
{
	s->scan.clock_offset_ms = SECONDS(roll(dice, 300)) - SECONDS(150);
	s->evidence.unused_since = toss(dice) ? past(dice) : 0;
	s->evidence.seen_ms = MINUTES(10 + roll(dice, 10));
	s->evidence.seen_scans = 1 + roll(dice, 5);
	s->evidence.maker = (enum maker_node)roll(dice, MAKER_NOT_READY + 1);
}

static void roll_sample(struct sample *s, struct dice *dice)
{
	static void (*const mutations[])(struct sample * s, struct dice * dice) = {mutate_pod, mutate_pod, mutate_pod,
	        mutate_peerpod, mutate_peerpod, mutate_log, mutate_data, mutate_owner, mutate_cluster, mutate_vm,
	        mutate_time};

	sample_init(s);
	for (uint32_t left = roll(dice, 6); left > 0; left--)
		mutations[roll(dice, COUNT_OF(mutations))](s, dice);
}

static enum verdict judge(const struct sample *s, struct judgement *judgement)
{
	static struct reason rooms[8][REASONS_MOST]; // of the last eight
	static unsigned next;

	verdict_judge(&s->evidence, rooms[next++ % COUNT_OF(rooms)], judgement);
	return judgement->verdict;
}

// Copies a sample with its inner pointers.
static void sample_copy(struct sample *to, const struct sample *from)
{
	*to = *from;
	to->evidence.scan = &to->scan;
	to->evidence.clusters = to->clusters;
	to->evidence.claims = to->claims;
	to->evidence.pods = to->pods;
	to->evidence.peerpods = to->peerpods;
}

// Truth first: pod 0 uses this VM, and all that is told of it is true. Clocks, reading, proofs, other pods are
// anything.
static void plant_user(struct sample *s, struct dice *dice)
{
	struct evidence_pod *pod;
	int64_t wait = MINUTES(roll(dice, 100));
	struct interval created;

	mutate_cluster(s, dice);
	mutate_time(s, dice);
	mutate_owner(s, dice);
	s->scan.clock_offset_ms = SECONDS(roll(dice, 240)) - SECONDS(120);
	created = sample_minute(SAMPLE_NOW - MINUTES(31 + roll(dice, 200)));
	s->evidence.vm.created = created;
	s->evidence.log.is_mapped = toss(dice);
	s->evidence.log.is_deleted = s->evidence.log.is_mapped && roll(dice, 4) == 0;
	s->evidence.log.is_refused = false;
	pod = sample_pod(s);
	// the real moment lies in the VM's minute; the pod's clock is off by what was measured, the node's by up to two
	// minutes
	pod->created = created.start + SECONDS(30) - wait + s->scan.clock_offset_ms;
	pod->started = pod->created;
	pod->running_since = toss(dice) ? created.end + MINUTES(1) + SECONDS(roll(dice, 240)) - SECONDS(120) : 0;
	pod->status_written = toss(dice) ? created.start - MINUTES(roll(dice, 3)) : SAMPLE_NOW - MINUTES(1);
	pod->was_steady = toss(dice);
	pod->is_pending = pod->running_since == 0;
	pod->is_ready = !pod->is_pending;
	pod->is_deleting = roll(dice, 4) == 0;
	if (toss(dice))
		s->evidence.data =
		        (struct evidence_data){USER_DATA_PODVM, "shop", "web-0", pod->ips[0], "192.168.0.1", 1};
	// an earlier try of the same pod still runs
	if (toss(dice))
		pod->by_log = (struct evidence_successor){
		        "i-y", sample_minute(created.start - MINUTES(roll(dice, 5))), true, true};
	if (toss(dice))
		pod->by_log = (struct evidence_successor){"i-x", created, true, true};
	if (toss(dice))
		sample_peerpod(s)->has_finalizer = toss(dice);
	if (toss(dice)) {
		struct evidence_peerpod *earlier = sample_peerpod(s);

		earlier->vm_id = "i-y";
		earlier->created += MINUTES(roll(dice, 6)) - MINUTES(3);
		earlier->vm_created = sample_minute(created.start - MINUTES(roll(dice, 5)));
	}
	for (uint32_t left = roll(dice, 3); left > 0; left--)
		mutate_pod(s, dice);
}

static void a_vm_in_use_is_never_an_orphan(void)
{
	struct dice dice = {UINT64_C(0x9E3779B97F4A7C15)};
	unsigned live = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct judgement judgement;
		struct sample sample;

		sample_init(&sample);
		plant_user(&sample, &dice);
		// what proves the owner is true as well
		if (sample.evidence.record_cluster != CLUSTER_NONE)
			sample.evidence.record_cluster = 1;
		if (sample.evidence.tag_cluster != CLUSTER_NONE)
			sample.evidence.tag_cluster = 1;
		if (sample.clusters[0].reading == CLUSTER_GONE)
			sample.clusters[0].reading = CLUSTER_UNREAD;
		CU_ASSERT_NOT_EQUAL(judge(&sample, &judgement), VERDICT_ORPHAN);
		if (judgement.verdict == VERDICT_ORPHAN)
			printf("\n    round %d\n", round);
		live += judgement.verdict == VERDICT_LIVE;
	}
	CU_ASSERT_TRUE(live > ROUNDS / 4);
}

static void incomplete_evidence_is_never_an_orphan(void)
{
	struct dice dice = {UINT64_C(0xD1B54A32D192ED03)};
	unsigned orphans = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct sample whole, sample;
		struct judgement judgement;
		cluster_ref owner;

		roll_sample(&whole, &dice);
		if (judge(&whole, &judgement) != VERDICT_ORPHAN)
			continue;
		orphans++;
		owner = judgement.owner;
		for (unsigned missing = 0; missing < 9; missing++) {
			sample_copy(&sample, &whole);
			switch (missing) {
			case 0:
				sample.scan.list_is_complete = false;
				break;
			case 1:
				sample.scan.permission_is_proven = false;
				break;
			case 2:
				sample.scan.clocks_are_measured = false;
				break;
			case 3:
				sample.evidence.vm.is_complete = false;
				break;
			case 4:
				sample.evidence.vm.created = (struct interval){0};
				break;
			case 5:
				sample.clusters[owner - 1].reading = CLUSTER_UNREAD;
				break;
			case 6:
				sample.clusters[owner - 1].reading = CLUSTER_DENIED;
				break;
			case 7:
				sample.clusters[owner - 1].reading = CLUSTER_STALE;
				break;
			case 8:
				sample.evidence.vm.is_protected = ANSWER_UNKNOWN;
				break;
			}
			CU_ASSERT_NOT_EQUAL(judge(&sample, &judgement), VERDICT_ORPHAN);
		}
	}
	CU_ASSERT_TRUE(orphans > ROUNDS / 20);
}

static void each_pod(struct sample *s, void (*change)(struct evidence_pod *pod))
{
	for (size_t i = 0; i < s->evidence.pod_count; i++)
		change(&s->pods[i]);
}

static bool pod_clock_is_odd(const struct evidence_pod *pod)
{
	return (pod->started && pod->started < pod->created - POD_CLOCK_FAULT) ||
	       (pod->running_since && pod->running_since < pod->created - TIME_MARGIN);
}

static void lose_pod_created(struct evidence_pod *pod)
{
	pod->created = 0;
}
// Where a time shows a fault of the clock, losing it hides the fault.
static void lose_pod_running(struct evidence_pod *pod)
{
	pod->running_since = pod_clock_is_odd(pod) ? pod->running_since : 0;
}
static void lose_pod_started(struct evidence_pod *pod)
{
	pod->started = pod_clock_is_odd(pod) ? pod->started : 0;
}
static void lose_pod_status(struct evidence_pod *pod)
{
	pod->status_written = 0;
	pod->was_steady = false;
}
static void lose_pod_successors(struct evidence_pod *pod)
{
	pod->by_log = pod->by_data = (struct evidence_successor){0};
}
static void lose_pod_ip(struct evidence_pod *pod)
{
	pod->ips[0] = NULL;
}

#define LOSS(name, body)                                                                                               \
	static void name(struct sample *s)                                                                             \
	{                                                                                                              \
		body;                                                                                                  \
	}
LOSS(lose_created, s->evidence.vm.created = (struct interval){0})
LOSS(lose_pods_created, each_pod(s, lose_pod_created))
LOSS(lose_pods_running, each_pod(s, lose_pod_running))
LOSS(lose_pods_started, each_pod(s, lose_pod_started))
LOSS(lose_pods_status, each_pod(s, lose_pod_status))
LOSS(lose_pods_successors, each_pod(s, lose_pod_successors))
LOSS(lose_reading, s->clusters[0].reading = CLUSTER_UNREAD)
LOSS(lose_read_at, s->clusters[0].read_at = 0)
LOSS(lose_ready_since, s->clusters[0].adaptor_ready_since = 0)
LOSS(lose_protection, s->evidence.vm.is_protected = ANSWER_UNKNOWN)
LOSS(lose_locks, s->evidence.vm.is_locked = ANSWER_UNKNOWN)
LOSS(lose_tags, s->evidence.vm.has_other_tags = ANSWER_UNKNOWN)
LOSS(lose_prepaid, s->evidence.vm.is_prepaid = ANSWER_UNKNOWN)
LOSS(lose_node, s->evidence.vm.is_node = ANSWER_UNKNOWN)
LOSS(lose_disks, s->evidence.vm.has_data_disks = ANSWER_UNKNOWN)
LOSS(lose_network, s->evidence.vm.fits_known_network = ANSWER_UNKNOWN)
LOSS(lose_config, s->claims[0].config_fits = false)
LOSS(lose_developer, s->claims[0].keeps_vms = ANSWER_UNKNOWN)
LOSS(lose_stage, s->evidence.vm.stage = VM_STAGE_UNKNOWN)
LOSS(lose_clock, s->scan.clocks_are_measured = false)
LOSS(lose_seen, s->evidence.seen_ms = 0)
LOSS(lose_scans, s->evidence.seen_scans = 0)
LOSS(lose_deleted, s->evidence.log.is_deleted = false)
LOSS(lose_refused, s->evidence.log.is_refused = false)

static void (*const losses[])(struct sample *s) = {lose_created, lose_pods_created, lose_pods_running,
        lose_pods_started, lose_pods_status, lose_pods_successors, lose_reading, lose_read_at, lose_ready_since,
        lose_protection, lose_locks, lose_tags, lose_prepaid, lose_node, lose_disks, lose_network, lose_developer,
        lose_stage, lose_clock, lose_seen, lose_scans, lose_deleted, lose_refused};

// Proofs of use and of ownership. Losing one may end a contradiction between proofs; the rules then judge by what is
// left, so that only evidence without contradiction and without a user is asked.
LOSS(lose_log, s->evidence.log.is_mapped = false)
LOSS(lose_data, s->evidence.data.state = USER_DATA_UNREAD)
LOSS(lose_record, s->evidence.record_cluster = CLUSTER_NONE)
LOSS(lose_tag, s->evidence.tag_cluster = CLUSTER_NONE)
LOSS(lose_peerpods, s->evidence.peerpod_count = 0)
LOSS(lose_pods_ip, each_pod(s, lose_pod_ip))
static void (*const proof_losses[])(struct sample *s) = {
        lose_log, lose_data, lose_record, lose_tag, lose_peerpods, lose_pods_ip, lose_config};

static bool proofs_agree(const struct sample *s, const struct judgement *judgement)
{
	cluster_ref told[4 + SAMPLE_PEERPODS] = {s->evidence.record_cluster, s->evidence.tag_cluster,
	        s->evidence.log.is_mapped ? s->evidence.log.cluster : CLUSTER_NONE,
	        s->evidence.data.state == USER_DATA_PODVM ? s->evidence.data.worker_cluster : CLUSTER_NONE};
	cluster_ref first = CLUSTER_NONE;

	for (size_t i = 0; i < s->evidence.peerpod_count; i++)
		told[4 + i] = s->peerpods[i].cluster;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		if (told[i] != CLUSTER_NONE && first != CLUSTER_NONE && told[i] != first)
			return false;
		first = told[i] != CLUSTER_NONE ? told[i] : first;
	}
	if (s->evidence.log.is_mapped && s->evidence.data.state == USER_DATA_PODVM &&
	        strcmp(s->evidence.log.pod_name, s->evidence.data.pod_name) != 0)
		return false;
	return judgement->verdict != VERDICT_LIVE && judgement->rule != RULE_CONFLICT &&
	       judgement->rule != RULE_FOREIGN_DATA && !judgement_has(judgement, RULE_VETO_CONTROLLER) &&
	       !judgement_has(judgement, RULE_VETO_CLUSTERS);
}

static void expect_no_orphan_after(const struct sample *before, void (*const *list)(struct sample *s), size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct judgement judgement;
		struct sample sample;

		sample_copy(&sample, before);
		list[i](&sample);
		if (judge(&sample, &judgement) == VERDICT_ORPHAN)
			printf("\n    loss %zu\n", i);
		CU_ASSERT_NOT_EQUAL(judgement.verdict, VERDICT_ORPHAN);
	}
}

static void losing_a_fact_never_makes_an_orphan(void)
{
	struct dice dice = {UINT64_C(0x2545F4914F6CDD1D)};
	unsigned seen[VERDICTS] = {0};

	for (int round = 0; round < ROUNDS; round++) {
		struct judgement judgement;
		struct sample sample;

		roll_sample(&sample, &dice);
		seen[judge(&sample, &judgement)]++;
		if (judgement.verdict == VERDICT_ORPHAN)
			continue;
		expect_no_orphan_after(&sample, losses, COUNT_OF(losses));
		if (proofs_agree(&sample, &judgement))
			expect_no_orphan_after(&sample, proof_losses, COUNT_OF(proof_losses));
	}
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		CU_ASSERT_TRUE(seen[verdict] > ROUNDS / 200);
}

static void nothing_known_is_unknown(void)
{
	struct evidence_scan scan = {0};
	struct evidence evidence = {.scan = &scan};
	struct reason room[REASONS_MOST];
	struct judgement judgement;

	verdict_judge(&evidence, room, &judgement);
	CU_ASSERT_EQUAL(judgement.verdict, VERDICT_UNKNOWN);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_vm_in_use_is_never_an_orphan),
        UNIT_TEST(incomplete_evidence_is_never_an_orphan),
        UNIT_TEST(losing_a_fact_never_makes_an_orphan),
        UNIT_TEST(nothing_known_is_unknown),
};
const struct unit_suite orphans_property_suite = UNIT_SUITE("orphans property", tests);
