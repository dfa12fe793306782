// SPDX-License-Identifier: Apache-2.0
// What the health_*.c files share.
#ifndef PEERDECK_ORPHANS_HEALTH_OWN_H
#define PEERDECK_ORPHANS_HEALTH_OWN_H

#include "base/clock.h"
#include "orphans/health.h"

enum { MINUTE_MS = 60000 };

typedef void health_judge_function(
        const struct health_facts *facts, const struct health_check *check, struct health_finding *out);

// Lines of one finding add up; the worst result counts: fail, cannot tell, warn, pass. The first remedy of the worst
// stays.
void finding_add(struct health_finding *out, enum diagnosis_result result, const char *format, ...) PRINTF_LIKE(3, 4);
void finding_remedy(struct health_finding *out, const char *format, ...) PRINTF_LIKE(2, 3);
// What could not be asked: cannot tell, with the missing permission; of things that do not exist, fail.
void finding_failed(struct health_finding *out, const char *what, const struct error *error);
// A part of the cluster that was not read.
void finding_unread(const struct health_facts *facts, struct health_finding *out, const char *permission);
void finding_link(struct health_finding *out, const struct health_facts *facts, enum kind_id kind,
        const struct record *record, const char *space);
void finding_log(
        struct health_finding *out, const struct health_facts *facts, const struct health_log *log, int64_t time);

// The time of day, with the day when it was another one.
void moment_text(const struct health_facts *facts, int64_t time, char out[TIME_TEXT_SIZE]);
const char *tag_of(const struct tag_list *tags, const char *key); // NULL when there is none
bool is_worker(const struct node_record *node);
bool is_adaptor(const struct pod_record *pod);
// By index; NULL at the end, or when the list was not read.
const struct node_record *node_at(const struct health_facts *facts, size_t index);
const struct pod_record *pod_at(const struct health_facts *facts, size_t index);
const struct event_record *event_at(const struct health_facts *facts, size_t index);
const struct node_record *node_named(const struct health_facts *facts, const char *name);
// The adaptor's pod on a node; NULL when there is none.
const struct pod_record *adaptor_on(const struct health_facts *facts, const char *node);
size_t workers(const struct health_facts *facts);
// The log of a pod's container of now; NULL when it was not asked for.
const struct health_log *log_of(const struct health_facts *facts, const struct pod_record *pod);
bool event_is_of(const struct event_record *event, const struct pod_record *pod);
// Names of the pod VMs that belong to nobody in this region, with their vCPUs; 0 = none are known.
size_t orphans_text(const struct health_facts *facts, char *out, size_t size);
// Pod VMs of the region that fit no pod of this cluster by name, and the first of them. No verdict: they may be another
// cluster's.
size_t strays_text(const struct health_facts *facts, char *out, size_t size);
// "cn-beijing" → where pod VMs are made.
const char *setup_region(const struct health_facts *facts);

// health_nodes.c
health_judge_function judge_worker_nodes, judge_adaptor_counts, judge_adaptor_pods, judge_adaptor_logs,
        judge_runtime_class, judge_kata_label, judge_capacity;
// health_parts.c
health_judge_function judge_cluster, judge_webhook, judge_controller, judge_config_age;
// health_cloud.c
health_judge_function judge_place, judge_identity, judge_passages, judge_egress, judge_limits;
// health_path.c
health_judge_function path_pod, path_runtime_class, path_node, path_adaptor, path_seen, path_create, path_vm,
        path_agent, path_containers;
// health_symptoms.c, health_found.c
struct health_pattern {
	int marks[2];  // of logs, −1 = none
	bool at_start; // messages of a start that failed: count while the adaptor is not ready
	struct {
		const char *reason;   // of an event, NULL = any
		const char *texts[2]; // that its message holds, NULL = none
	} events[2];
};
health_judge_function find_pattern;
health_judge_function find_nothing_seen, find_no_pods, find_standup, find_proxy, find_calico, find_deadline, find_quota,
        find_stuck_pods, find_stuck_peerpods, find_old_config, find_old_image, find_lost_vm;

#endif
