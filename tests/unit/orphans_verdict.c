// SPDX-License-Identifier: Apache-2.0
// Every rule of the verdict and every situation that the field knows, one row each: a change of the sample and what
// follows.
#include "config.h"

#include "tests/unit/orphans.h"
#include "tests/unit/orphans_sample.h"

#include "base/banned.h"

typedef struct sample *world;

#define CHANGE(name, body)                                                                                             \
	static void name(world s)                                                                                      \
	{                                                                                                              \
		body;                                                                                                  \
	}

// Unknown: the scan
CHANGE(cut_list, s->scan.list_is_complete = false)
CHANGE(no_permission, s->scan.permission_is_proven = false)
CHANGE(no_vm_facts, s->evidence.vm.is_complete = false)
CHANGE(no_creation_time, s->evidence.vm.created = (struct interval){0})
CHANGE(no_disks_read, s->evidence.vm.has_data_disks = ANSWER_UNKNOWN)
CHANGE(no_clock, s->scan.clocks_are_measured = false)

// Foreign
CHANGE(odd_name, s->evidence.vm.name = "podvm-web")
CHANGE(prepaid, s->evidence.vm.is_prepaid = ANSWER_YES)
CHANGE(data_disks, s->evidence.vm.has_data_disks = ANSWER_YES)
CHANGE(azure_data_disks, s->evidence.vm.has_data_disks = ANSWER_YES; s->evidence.vm.cloud = VM_CLOUD_AZURE)
CHANGE(node, s->evidence.vm.is_node = ANSWER_YES)
CHANGE(scale_set, s->evidence.vm.is_of_scale_set = ANSWER_YES)
CHANGE(unowned_network, s->evidence.vm.fits_known_network = ANSWER_NO; s->evidence.log.is_mapped = false)
CHANGE(owned_network, s->evidence.vm.fits_known_network = ANSWER_NO)
CHANGE(outside_tag, s->evidence.tag_cluster = CLUSTER_OUTSIDE)
CHANGE(other_user_data, s->evidence.data.state = USER_DATA_FOREIGN)
CHANGE(broken_user_data, s->evidence.data.state = USER_DATA_BROKEN)
CHANGE(kept, s->evidence.vm.is_kept = true)

// Live
CHANGE(peerpod_of_pod, sample_pod(s)->name = "other"; sample_peerpod(s))
CHANGE(log_of_pod, sample_pod(s))
static void same_name(world s)
{
	s->evidence.log.is_mapped = false;
	sample_pod(s);
}
static void same_name_in_unrelated_cluster(world s)
{
	same_name(s);
	s->evidence.record_cluster = 1;
	s->pods[0].cluster = 3;
}
static void same_name_in_another_cluster_than_the_owner(world s)
{
	sample_pod(s)->cluster = 2;
}
static void user_data_of_pod(world s)
{
	s->evidence.log.is_mapped = false;
	s->evidence.data = (struct evidence_data){USER_DATA_PODVM, "shop", "web-0", "10.244.1.5", "192.168.0.1", 1};
	sample_pod(s);
}
static void user_data_of_another_pod_with_that_part(world s)
{
	s->evidence.log.is_mapped = false;
	s->evidence.data = (struct evidence_data){USER_DATA_PODVM, "shop", "web.0", "10.244.1.5", "192.168.0.1", 1};
	sample_pod(s);
}
CHANGE(deleting_pod, sample_pod(s)->is_deleting = true)
static void deleting_cut_name(world s)
{
	same_name(s);
	s->pods[0].is_deleting = true;
	s->evidence.vm.name = "podvm-a23456789012345678901234567890123456789012345678-0123abcd";
	s->pods[0].name = "a23456789012345678901234567890123456789012345678-x7k2p";
}
CHANGE(no_finalizer, sample_pod(s); sample_peerpod(s)->has_finalizer = false)
static void late_peerpod(world s)
{
	// the newer PeerPod is of the older VM: order disagrees, each is live
	sample_pod(s)->name = "other";
	sample_peerpod(s);
	*sample_peerpod(s) = s->peerpods[0];
	s->peerpods[1].vm_id = "i-y";
	s->peerpods[1].created += MINUTES(1);
	s->peerpods[1].vm_created = sample_minute(s->evidence.vm.created.start - MINUTES(10));
}
static void log_with_delete(world s)
{
	sample_pod(s);
	s->evidence.log.is_deleted = true;
}
static void mirror_pod(world s)
{
	same_name(s);
	s->pods[0].is_mirror = true;
	s->pods[0].created = s->pods[0].started = SAMPLE_NOW - MINUTES(5);
	s->pods[0].running_since = SAMPLE_NOW - MINUTES(4);
}
static void pod_with_wrong_clock(world s)
{
	same_name(s);
	s->pods[0].created = SAMPLE_NOW - MINUTES(60);
	s->pods[0].started = s->pods[0].created - SECONDS(61);
	s->pods[0].running_since = 0;
}

// Conflicts
static void steady_old_pod(world s)
{
	sample_pod(s);
	s->pods[0].created = s->pods[0].started = s->evidence.vm.created.start - MINUTES(60);
	s->pods[0].running_since = s->evidence.vm.created.start - MINUTES(50);
	s->pods[0].status_written = s->evidence.vm.created.start - MINUTES(40);
	s->pods[0].was_steady = true;
}
static void peerpod_against_t2(world s)
{
	steady_old_pod(s);
	s->evidence.log.is_mapped = false;
	sample_peerpod(s);
}
static void user_data_against_t1(world s)
{
	user_data_of_pod(s);
	s->pods[0].created = s->pods[0].started = SAMPLE_NOW - MINUTES(60);
	s->pods[0].running_since = SAMPLE_NOW - MINUTES(59);
}
static void name_excluded_by_t2(world s)
{
	steady_old_pod(s);
	s->evidence.log.is_mapped = false;
	s->evidence.record_cluster = 1;
}
static void name_with_stale_status(world s)
{
	name_excluded_by_t2(s);
	s->pods[0].status_written = s->evidence.vm.created.start;
}
static void name_on_unsteady_node(world s)
{
	name_excluded_by_t2(s);
	s->pods[0].was_steady = false;
}

// Creating
CHANGE(young, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(20)))
CHANGE(pending_stage, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(25));
        s->evidence.vm.stage = VM_STAGE_PENDING)
CHANGE(half_created, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(25));
        s->evidence.log.is_half_created = true)
CHANGE(half_created_long_ago, s->evidence.log.is_half_created = true)
CHANGE(waiting_pod, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(25)); s->clusters[0].awaits_vm = true)
CHANGE(waiting_pod_elsewhere, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(40));
        s->clusters[0].awaits_vm = true)

// Unknown: the clusters
CHANGE(owner_unread, s->clusters[0].reading = CLUSTER_UNREAD)
CHANGE(owner_denied, s->clusters[0].reading = CLUSTER_DENIED)
CHANGE(owner_stale, s->clusters[0].reading = CLUSTER_STALE)
CHANGE(owner_rolling, s->clusters[0].adaptor_ready_since = SAMPLE_NOW - MINUTES(14))
CHANGE(owner_not_ready, s->clusters[0].adaptor_is_ready = false)
CHANGE(other_unread, s->clusters[1].reading = CLUSTER_UNREAD; s->claims[1].could_own = true)
static void other_unread_without_proof(world s)
{
	other_unread(s);
	s->evidence.log.is_mapped = false;
	s->evidence.record_cluster = 1;
}
static void unreachable_for_ever(world s)
{
	owner_unread(s);
	s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(60 * 24 * 365));
}

// Ownership
CHANGE(unowned, s->evidence.log.is_mapped = false)
static void owned_by_record(world s)
{
	unowned(s);
	s->evidence.record_cluster = 1;
}
static void owned_by_worker(world s)
{
	unowned(s);
	s->evidence.data = (struct evidence_data){USER_DATA_PODVM, "shop", "web-0", "10.244.1.5", "192.168.0.1", 1};
}
static void worker_of_several(world s)
{
	owned_by_worker(s);
	s->evidence.data.worker_cluster = CLUSTER_NONE;
}
static void owned_by_peerpod(world s)
{
	unowned(s);
	sample_peerpod(s);
}
static void peerpod_from_backup(world s)
{
	owned_by_peerpod(s);
	s->peerpods[0].created = s->evidence.vm.created.end + GRACE_AGE + 1;
}
static void tag_alone(world s)
{
	unowned(s);
	s->evidence.tag_cluster = 1;
}
static void trusted_tag(world s)
{
	tag_alone(s);
	s->clusters[0].tag_is_trusted = true;
}
static void copied_tag(world s)
{
	trusted_tag(s);
	s->clusters[0].tag_is_void = true;
}
CHANGE(proofs_disagree, s->evidence.record_cluster = 2)
static void pods_disagree(world s)
{
	s->evidence.data = (struct evidence_data){USER_DATA_PODVM, "shop", "web.0", "10.244.1.5", "192.168.0.1", 1};
}
CHANGE(config_changed, s->claims[0].config_fits = false)

// Gone clusters
static void deleted_and_recorded(world s)
{
	owned_by_record(s);
	s->clusters[0].reading = CLUSTER_GONE;
	s->clusters[0].adaptor_is_ready = false;
}
static void deleted_and_tagged(world s)
{
	tag_alone(s);
	s->clusters[0].reading = CLUSTER_GONE;
}
static void deleted_and_not_named(world s)
{
	unowned(s);
	s->clusters[0].reading = CLUSTER_GONE;
}

// Supersession
static void superseded(world s, struct evidence_successor *successor)
{
	*successor = (struct evidence_successor){
	        "i-y", sample_minute(s->evidence.vm.created.start + MINUTES(10)), true, true};
}
static void newer_peerpod(world s)
{
	sample_pod(s);
	sample_peerpod(s);
	*sample_peerpod(s) = s->peerpods[0];
	s->peerpods[1].vm_id = "i-y";
	s->peerpods[1].created += MINUTES(10);
	s->peerpods[1].vm_created = sample_minute(s->evidence.vm.created.start + MINUTES(10));
}
CHANGE(newer_peerpod_elsewhere, newer_peerpod(s); s->peerpods[1].namespace_name = "payments")
CHANGE(newer_peerpod_of_another, newer_peerpod(s); s->peerpods[1].name = "api-0-resource-zzzzz")
CHANGE(newer_peerpod_restored, newer_peerpod(s); s->peerpods[1].created += GRACE_AGE + MINUTES(10))
CHANGE(newer_peerpod_contested, newer_peerpod(s); s->peerpods[1].vm_is_contested = true)
static void newer_peerpod_of_stopped_vm(world s)
{
	newer_peerpod(s);
	s->peerpods[1].vm_is_running = false;
}
static void newer_peerpod_in_same_minute(world s)
{
	newer_peerpod(s);
	s->peerpods[1].vm_created = s->evidence.vm.created;
}
CHANGE(newer_in_log, superseded(s, &sample_pod(s)->by_log))
static void newer_in_log_and_own_address(world s)
{
	superseded(s, &sample_pod(s)->by_log);
	s->evidence.data = (struct evidence_data){USER_DATA_PODVM, "shop", "web-0", "10.244.1.5", "192.168.0.1", 1};
}
static void newer_in_log_and_peerpod(world s)
{
	superseded(s, &sample_pod(s)->by_log);
	sample_peerpod(s);
}
CHANGE(newer_in_log_not_connected, superseded(s, &sample_pod(s)->by_log); s->pods[0].by_log.is_connected = false)
CHANGE(itself_in_log, superseded(s, &sample_pod(s)->by_log); s->pods[0].by_log.vm_id = "i-x")
static void newer_by_data(world s)
{
	user_data_of_pod(s);
	s->pods[0].ips[0] = "10.244.1.6";
	superseded(s, &s->pods[0].by_data);
}
static void same_address(world s)
{
	newer_by_data(s);
	s->pods[0].ips[0] = "10.244.1.5";
}
static void same_address_in_same_minute(world s)
{
	same_address(s);
	s->pods[0].by_data.created = s->evidence.vm.created;
}
static void same_address_of_stopped_vm(world s)
{
	same_address(s);
	s->pods[0].by_data.is_running = false;
}
static void same_address_in_log_too(world s)
{
	same_address(s);
	s->evidence.log.is_mapped = true;
}
static void reused_name(world s)
{
	sample_pod(s);
	s->pods[0].uid = "pod-2";
	s->pods[0].created = s->pods[0].started = SAMPLE_NOW - MINUTES(60);
	s->pods[0].running_since = SAMPLE_NOW - MINUTES(59);
}
static void refused_then_made_anew(world s)
{
	reused_name(s);
	s->evidence.log.is_refused = true;
}
static void reused_within_margin(world s)
{
	same_name(s);
	s->pods[0].created = s->pods[0].started = s->evidence.vm.created.end + TIME_MARGIN;
	s->pods[0].running_since = SAMPLE_NOW - MINUTES(59);
}
static void half_of_the_replicas_excluded(world s)
{
	deleting_cut_name(s);
	s->pods[0].is_deleting = false;
	s->pods[0].created = s->pods[0].started = SAMPLE_NOW - MINUTES(60);
	s->pods[0].running_since = SAMPLE_NOW - MINUTES(59);
	sample_pod(s)->name = "a23456789012345678901234567890123456789012345678-9zzzz";
}
static void all_of_the_replicas_excluded(world s)
{
	half_of_the_replicas_excluded(s);
	s->evidence.record_cluster = 1;
	s->pods[1] = s->pods[0];
	s->pods[1].name = "a23456789012345678901234567890123456789012345678-9zzzz";
}

// Situations of pods
static void pending_with_newer_vm(world s)
{
	newer_in_log(s);
	s->pods[0].is_pending = true;
	s->pods[0].is_ready = false;
	s->pods[0].running_since = 0;
}
CHANGE(pending_alone, sample_pod(s)->is_pending = true)
CHANGE(succeeded, sample_pod(s)->is_terminal = true)
CHANGE(succeeded_lately, succeeded(s); s->evidence.unused_since = SAMPLE_NOW - MINUTES(14))
CHANGE(long_grace, s->evidence.termination_ms = MINUTES(61))
CHANGE(never_seen_pod_long_grace, s->evidence.unused_since = 0; s->evidence.termination_ms = MINUTES(16))
CHANGE(never_seen_pod, s->evidence.unused_since = 0)
CHANGE(skewed, s->scan.clock_offset_ms = -SECONDS(121))
CHANGE(skewed_with_reused_name, skewed(s); reused_name(s))
CHANGE(age_29, s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(30)))
CHANGE(seen_short, s->evidence.seen_ms = GRACE_SEEN - 1)
CHANGE(seen_two_scans, s->evidence.seen_scans = 2)

// Vetoes
CHANGE(not_fresh, s->clusters[0].read_at = SAMPLE_NOW - FACTS_FRESH - 1)
CHANGE(maker_cut_off, s->evidence.maker = MAKER_NOT_READY)
CHANGE(maker_gone, s->evidence.maker = MAKER_GONE)
CHANGE(maker_unknown, s->evidence.maker = MAKER_UNKNOWN)
CHANGE(maker_unknown_and_a_node_down, maker_unknown(s); s->clusters[0].has_unready_nodes = true)
CHANGE(shared_network_by_record, owned_by_record(s); s->claims[1].config_fits = true)
CHANGE(shared_network_by_record_and_tag, shared_network_by_record(s); s->evidence.tag_cluster = 1)
CHANGE(shared_network_by_log, s->claims[1].config_fits = true)
static void controller_at_work(world s)
{
	sample_peerpod(s)->deleting_since = SAMPLE_NOW - MINUTES(14);
	s->clusters[0].has_controller = true;
}
CHANGE(controller_failing, controller_at_work(s); s->peerpods[0].deleting_since = SAMPLE_NOW - MINUTES(15))
CHANGE(controller_absent, controller_at_work(s); s->clusters[0].has_controller = false)
CHANGE(protected, s->evidence.vm.is_protected = ANSWER_YES)
CHANGE(protection_unknown, s->evidence.vm.is_protected = ANSWER_UNKNOWN)
CHANGE(developer_mode, s->claims[0].keeps_vms = ANSWER_YES)
CHANGE(other_address, s->evidence.vm.has_other_addresses = ANSWER_YES)
CHANGE(other_tags, s->evidence.vm.has_other_tags = ANSWER_YES)
CHANGE(locked, s->evidence.vm.is_locked = ANSWER_YES)
CHANGE(changed, s->evidence.changed_lately = true)
CHANGE(flooded, s->clusters[0].is_flooded = true)
CHANGE(busy, s->evidence.vm.cloud = VM_CLOUD_AZURE; s->evidence.vm.is_busy = ANSWER_YES)
CHANGE(nothing, (void)s)
static void user_vm_that_looks_alike(world s)
{
	unowned(s);
	s->evidence.data.state = USER_DATA_UNREAD;
}

#define CASE(change, verdict, rule)                                                                                    \
	{                                                                                                              \
#change, change, VERDICT_##verdict, rule                                                               \
	}
static const struct {
	const char *name;
	void (*change)(world s);
	enum verdict verdict;
	enum rule rule; // that decided
} cases[] = {
        CASE(nothing, ORPHAN, RULE_ORPHAN),
        CASE(cut_list, UNKNOWN, RULE_LIST_INCOMPLETE),
        CASE(no_permission, UNKNOWN, RULE_PERMISSION_UNPROVEN),
        CASE(no_vm_facts, UNKNOWN, RULE_VM_INCOMPLETE),
        CASE(no_creation_time, UNKNOWN, RULE_VM_INCOMPLETE),
        CASE(no_disks_read, UNKNOWN, RULE_VM_INCOMPLETE),
        CASE(no_clock, UNKNOWN, RULE_CLOCK_UNMEASURED),
        CASE(odd_name, FOREIGN, RULE_FOREIGN_NAME),
        CASE(prepaid, FOREIGN, RULE_FOREIGN_PREPAID),
        CASE(data_disks, FOREIGN, RULE_FOREIGN_DISKS),
        CASE(azure_data_disks, ORPHAN, RULE_ORPHAN),
        CASE(node, FOREIGN, RULE_FOREIGN_NODE),
        CASE(scale_set, FOREIGN, RULE_FOREIGN_SCALE_SET),
        CASE(unowned_network, FOREIGN, RULE_FOREIGN_NETWORK),
        CASE(owned_network, SUSPECT, RULE_CONFIG_DIFFERS),
        CASE(outside_tag, FOREIGN, RULE_FOREIGN_TAG),
        CASE(other_user_data, FOREIGN, RULE_FOREIGN_DATA),
        CASE(broken_user_data, ORPHAN, RULE_ORPHAN),
        CASE(kept, FOREIGN, RULE_FOREIGN_KEPT),
        CASE(peerpod_of_pod, LIVE, RULE_LIVE_PEERPOD),
        CASE(log_of_pod, LIVE, RULE_LIVE_LOG),
        CASE(same_name, LIVE, RULE_LIVE_NAME),
        CASE(same_name_in_unrelated_cluster, LIVE, RULE_LIVE_NAME),
        CASE(same_name_in_another_cluster_than_the_owner, ORPHAN, RULE_ORPHAN),
        CASE(user_data_of_pod, LIVE, RULE_LIVE_DATA),
        CASE(user_data_of_another_pod_with_that_part, ORPHAN, RULE_ORPHAN),
        CASE(deleting_pod, LIVE, RULE_LIVE_LOG),
        CASE(deleting_cut_name, LIVE, RULE_LIVE_NAME),
        CASE(no_finalizer, LIVE, RULE_LIVE_LOG),
        CASE(late_peerpod, LIVE, RULE_LIVE_PEERPOD),
        CASE(log_with_delete, LIVE, RULE_LIVE_NAME),
        CASE(mirror_pod, LIVE, RULE_LIVE_NAME),
        CASE(pod_with_wrong_clock, LIVE, RULE_LIVE_NAME),
        CASE(steady_old_pod, SUSPECT, RULE_CONFLICT),
        CASE(peerpod_against_t2, SUSPECT, RULE_CONFLICT),
        CASE(user_data_against_t1, SUSPECT, RULE_CONFLICT),
        CASE(name_excluded_by_t2, ORPHAN, RULE_ORPHAN),
        CASE(name_with_stale_status, LIVE, RULE_LIVE_NAME),
        CASE(name_on_unsteady_node, LIVE, RULE_LIVE_NAME),
        CASE(young, CREATING, RULE_CREATING_YOUNG),
        CASE(pending_stage, CREATING, RULE_CREATING_STAGE),
        CASE(half_created, CREATING, RULE_CREATING_LOG),
        CASE(half_created_long_ago, ORPHAN, RULE_ORPHAN),
        CASE(waiting_pod, CREATING, RULE_CREATING_POD),
        CASE(waiting_pod_elsewhere, ORPHAN, RULE_ORPHAN),
        CASE(owner_unread, UNKNOWN, RULE_CLUSTER_UNREAD),
        CASE(owner_denied, UNKNOWN, RULE_CLUSTER_DENIED),
        CASE(owner_stale, UNKNOWN, RULE_CLUSTER_STALE),
        CASE(owner_rolling, UNKNOWN, RULE_CLUSTER_ROLLING),
        CASE(owner_not_ready, UNKNOWN, RULE_CLUSTER_ROLLING),
        CASE(other_unread, ORPHAN, RULE_ORPHAN),
        CASE(other_unread_without_proof, UNKNOWN, RULE_CLUSTER_UNREAD),
        CASE(unreachable_for_ever, UNKNOWN, RULE_CLUSTER_UNREAD),
        CASE(unowned, SUSPECT, RULE_NOT_OWNED),
        CASE(owned_by_record, ORPHAN, RULE_ORPHAN),
        CASE(owned_by_worker, ORPHAN, RULE_ORPHAN),
        CASE(worker_of_several, SUSPECT, RULE_NOT_OWNED),
        CASE(owned_by_peerpod, ORPHAN, RULE_ORPHAN),
        CASE(peerpod_from_backup, SUSPECT, RULE_NOT_OWNED),
        CASE(tag_alone, SUSPECT, RULE_NOT_OWNED),
        CASE(trusted_tag, ORPHAN, RULE_ORPHAN),
        CASE(copied_tag, SUSPECT, RULE_NOT_OWNED),
        CASE(proofs_disagree, SUSPECT, RULE_OWNERS_DISAGREE),
        CASE(pods_disagree, SUSPECT, RULE_PODS_DISAGREE),
        CASE(config_changed, SUSPECT, RULE_CONFIG_DIFFERS),
        CASE(deleted_and_recorded, ORPHAN, RULE_ORPHAN),
        CASE(deleted_and_tagged, ORPHAN, RULE_ORPHAN),
        CASE(deleted_and_not_named, UNKNOWN, RULE_CLUSTER_UNREAD),
        CASE(newer_peerpod, ORPHAN, RULE_ORPHAN),
        CASE(newer_peerpod_elsewhere, LIVE, RULE_LIVE_PEERPOD),
        CASE(newer_peerpod_of_another, LIVE, RULE_LIVE_PEERPOD),
        CASE(newer_peerpod_restored, LIVE, RULE_LIVE_PEERPOD),
        CASE(newer_peerpod_contested, LIVE, RULE_LIVE_PEERPOD),
        CASE(newer_peerpod_of_stopped_vm, LIVE, RULE_LIVE_LOG),
        CASE(newer_peerpod_in_same_minute, LIVE, RULE_LIVE_PEERPOD),
        CASE(newer_in_log, ORPHAN, RULE_ORPHAN),
        CASE(newer_in_log_and_own_address, SUSPECT, RULE_CONFLICT),
        CASE(newer_in_log_and_peerpod, SUSPECT, RULE_CONFLICT),
        CASE(newer_in_log_not_connected, LIVE, RULE_LIVE_LOG),
        CASE(itself_in_log, LIVE, RULE_LIVE_LOG),
        CASE(newer_by_data, ORPHAN, RULE_ORPHAN),
        CASE(same_address, SUSPECT, RULE_CONFLICT),
        CASE(same_address_in_same_minute, LIVE, RULE_LIVE_DATA),
        CASE(same_address_of_stopped_vm, LIVE, RULE_LIVE_DATA),
        CASE(same_address_in_log_too, SUSPECT, RULE_CONFLICT),
        CASE(reused_name, ORPHAN, RULE_ORPHAN),
        CASE(refused_then_made_anew, ORPHAN, RULE_ORPHAN),
        CASE(reused_within_margin, LIVE, RULE_LIVE_NAME),
        CASE(half_of_the_replicas_excluded, LIVE, RULE_LIVE_NAME),
        CASE(all_of_the_replicas_excluded, ORPHAN, RULE_ORPHAN),
        CASE(pending_with_newer_vm, SUSPECT, RULE_POD_PENDING),
        CASE(pending_alone, LIVE, RULE_LIVE_LOG),
        CASE(succeeded, ORPHAN, RULE_ORPHAN),
        CASE(succeeded_lately, SUSPECT, RULE_TERM),
        CASE(long_grace, SUSPECT, RULE_TERM),
        CASE(never_seen_pod_long_grace, SUSPECT, RULE_TERM),
        CASE(never_seen_pod, ORPHAN, RULE_ORPHAN),
        CASE(skewed, SUSPECT, RULE_CLOCKS_DIFFER),
        CASE(skewed_with_reused_name, LIVE, RULE_LIVE_LOG),
        CASE(age_29, SUSPECT, RULE_AGE),
        CASE(seen_short, SUSPECT, RULE_SEEN),
        CASE(seen_two_scans, SUSPECT, RULE_SEEN),
        CASE(not_fresh, SUSPECT, RULE_VETO_FRESH),
        CASE(maker_cut_off, SUSPECT, RULE_VETO_MAKER),
        CASE(maker_gone, ORPHAN, RULE_ORPHAN),
        CASE(maker_unknown, ORPHAN, RULE_ORPHAN),
        CASE(maker_unknown_and_a_node_down, SUSPECT, RULE_VETO_MAKER),
        CASE(shared_network_by_record, SUSPECT, RULE_VETO_CLUSTERS),
        CASE(shared_network_by_record_and_tag, ORPHAN, RULE_ORPHAN),
        CASE(shared_network_by_log, ORPHAN, RULE_ORPHAN),
        CASE(controller_at_work, SUSPECT, RULE_VETO_CONTROLLER),
        CASE(controller_failing, ORPHAN, RULE_ORPHAN),
        CASE(controller_absent, ORPHAN, RULE_ORPHAN),
        CASE(protected, SUSPECT, RULE_VETO_PROTECTED),
        CASE(protection_unknown, SUSPECT, RULE_VETO_PROTECTED),
        CASE(developer_mode, SUSPECT, RULE_VETO_DEVELOPER),
        CASE(other_address, SUSPECT, RULE_VETO_ADDRESSES),
        CASE(other_tags, SUSPECT, RULE_VETO_TAGS),
        CASE(locked, SUSPECT, RULE_VETO_LOCKED),
        CASE(changed, SUSPECT, RULE_VETO_CHANGED),
        CASE(flooded, SUSPECT, RULE_VETO_FLOOD),
        CASE(busy, SUSPECT, RULE_VETO_BUSY),
        CASE(user_vm_that_looks_alike, SUSPECT, RULE_NOT_OWNED),
};

static struct judgement judge_after(void (*change)(world s))
{
	static struct reason room[REASONS_MOST]; // until the next one
	struct judgement judgement;
	struct sample sample;

	sample_init(&sample);
	change(&sample);
	verdict_judge(&sample.evidence, room, &judgement);
	return judgement;
}

static void every_situation_has_its_verdict(void)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct judgement judgement = judge_after(cases[i].change);
		bool is_right = judgement.verdict == cases[i].verdict && judgement.rule == cases[i].rule;

		if (!is_right)
			printf("\n    %s: %s by %s, wanted %s by %s\n", cases[i].name, verdict_name(judgement.verdict),
			        rule_name(judgement.rule), verdict_name(cases[i].verdict), rule_name(cases[i].rule));
		CU_ASSERT_TRUE(is_right);
		CU_ASSERT_EQUAL(judgement.reasons[0].rule, judgement.rule);
	}
}

static void every_rule_has_a_situation_and_words(void)
{
	for (int rule = 0; rule < RULES; rule++) {
		bool is_seen = false;

		for (size_t i = 0; i < COUNT_OF(cases) && !is_seen; i++) {
			struct judgement judgement = judge_after(cases[i].change);

			is_seen = judgement_has(&judgement, (enum rule)rule);
		}
		if (!is_seen)
			printf("\n    no situation for %s\n", rule_name((enum rule)rule));
		CU_ASSERT_TRUE(is_seen);
		CU_ASSERT_PTR_NOT_NULL(rule_name((enum rule)rule));
		CU_ASSERT_PTR_NOT_NULL(rule_text((enum rule)rule));
	}
}

static void a_judgement_keeps_the_facts_that_led_to_it(void)
{
	struct judgement judgement = judge_after(newer_by_data);

	CU_ASSERT_TRUE(judgement_has(&judgement, FACT_E5) && judgement_has(&judgement, FACT_S3));
	CU_ASSERT_EQUAL(judgement.owner, 1);
	judgement = judge_after(reused_name);
	CU_ASSERT_TRUE(judgement_has(&judgement, FACT_E3) && judgement_has(&judgement, FACT_T1));
	judgement = judge_after(log_of_pod);
	UNIT_SAME_TEXT(judgement.reasons[0].namespace_name, "shop");
	UNIT_SAME_TEXT(judgement.reasons[0].subject, "web-0");
	CU_ASSERT_FALSE(judgement.is_terminating);
	CU_ASSERT_TRUE(judge_after(deleting_pod).is_terminating);
	CU_ASSERT_TRUE(judge_after(deleting_cut_name).is_terminating);
}

static void two_things_missing(world s)
{
	s->evidence.vm.created = sample_minute(SAMPLE_NOW - MINUTES(29));
	s->evidence.seen_ms = GRACE_SEEN - MINUTES(7);
}
static void time_and_more_missing(world s)
{
	two_things_missing(s);
	s->evidence.vm.is_locked = ANSWER_YES;
}

static void a_suspect_tells_what_would_settle_it(void)
{
	struct judgement judgement = judge_after(two_things_missing);

	CU_ASSERT_EQUAL(judgement.verdict, VERDICT_SUSPECT);
	CU_ASSERT_TRUE(judgement_has(&judgement, RULE_AGE) && judgement_has(&judgement, RULE_SEEN));
	CU_ASSERT_EQUAL(judgement.settles_at, SAMPLE_NOW + MINUTES(7));
	judgement = judge_after(time_and_more_missing);
	CU_ASSERT_EQUAL(judgement.settles_at, 0);
	CU_ASSERT_EQUAL(rule_need(judgement.rule), NEED_PERSON);
	judgement = judge_after(owner_denied);
	CU_ASSERT_EQUAL(rule_need(judgement.rule), NEED_PERMISSION);
	CU_ASSERT_EQUAL(judgement.reasons[0].cluster, 1);
	judgement = judge_after(owner_rolling);
	CU_ASSERT_EQUAL(judgement.reasons[0].until, SAMPLE_NOW + MINUTES(1));
}

static void too_many_orphans_at_once_are_a_flood(void)
{
	CU_ASSERT_FALSE(verdict_is_flood(0, 0));
	CU_ASSERT_FALSE(verdict_is_flood(5, 5));
	CU_ASSERT_TRUE(verdict_is_flood(6, 11));
	CU_ASSERT_FALSE(verdict_is_flood(6, 12));
	CU_ASSERT_TRUE(verdict_is_flood(51, 100));
}

static const struct unit_test tests[] = {
        UNIT_TEST(every_situation_has_its_verdict),
        UNIT_TEST(every_rule_has_a_situation_and_words),
        UNIT_TEST(a_judgement_keeps_the_facts_that_led_to_it),
        UNIT_TEST(a_suspect_tells_what_would_settle_it),
        UNIT_TEST(too_many_orphans_at_once_are_a_flood),
};
const struct unit_suite orphans_verdict_suite = UNIT_SUITE("orphans verdict", tests);
