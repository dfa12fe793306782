// SPDX-License-Identifier: Apache-2.0
// Which pods cannot be the ones that a VM serves: by time (T1, T2) and by supersession (S1 to S4). A missing match is
// never a proof.
#include "config.h"

#include "orphans/verdict_own.h"

#include <string.h>

#include "base/banned.h"

static bool pod_clock_is_wrong(const struct evidence_pod *pod)
{
	return (pod->started != 0 && pod->started < pod->created - POD_CLOCK_FAULT) ||
	       (pod->running_since != 0 && pod->running_since < pod->created - TIME_MARGIN);
}

static bool times_are_usable(const struct judging *judging, const struct evidence_pod *pod)
{
	return judging->clocks_agree && interval_is_known(judging->evidence->vm.created) && pod->created != 0 &&
	       !pod_clock_is_wrong(pod);
}

bool pod_is_newer(const struct judging *judging, const struct evidence_pod *pod)
{
	return times_are_usable(judging, pod) && !pod->is_mirror &&
	       judging->evidence->vm.created.end + TIME_MARGIN < pod->created;
}

bool pod_runs_longer(const struct judging *judging, const struct evidence_pod *pod)
{
	int64_t start = judging->evidence->vm.created.start;

	return times_are_usable(judging, pod) && pod->running_since != 0 && start > pod->running_since + TIME_MARGIN &&
	       pod->status_written != 0 && pod->status_written < start && pod->is_ready && pod->was_steady;
}

// Both times are the cloud's own; equal minutes prove nothing.
static bool is_older_than(const struct judging *judging, struct interval successor)
{
	struct interval own = judging->evidence->vm.created;

	return interval_is_known(own) && interval_is_known(successor) && own.end < successor.start;
}

static bool successor_proves(const struct judging *judging, const struct evidence_successor *successor)
{
	return successor->vm_id && *successor->vm_id && !same_text(successor->vm_id, judging->evidence->vm.id) &&
	       successor->is_running && is_older_than(judging, successor->created);
}

static bool is_of_same_pod(const struct evidence_peerpod *a, const struct evidence_peerpod *b)
{
	return a->cluster == b->cluster && same_text(a->pod_uid, b->pod_uid);
}

static bool is_of_this_vm(const struct judging *judging, const struct evidence_peerpod *peerpod)
{
	return same_text(peerpod->vm_id, judging->evidence->vm.id);
}

// An owner lives in the namespace of what it owns, and the adaptor names a PeerPod after its pod and makes it together
// with the VM. What is not so was restored from a backup, or made by somebody else: it proves nothing.
static bool peerpod_is_of(const struct evidence_peerpod *peerpod, const struct evidence_pod *pod)
{
	static const char mark[] = "-resource-";
	size_t length = pod->name ? strlen(pod->name) : 0;

	return length && peerpod->name && same_text(peerpod->namespace_name, pod->namespace_name) &&
	       strncmp(peerpod->name, pod->name, length) == 0 &&
	       strncmp(peerpod->name + length, mark, sizeof(mark) - 1) == 0 && interval_is_known(peerpod->vm_created) &&
	       peerpod->created >= peerpod->vm_created.start - TIME_MARGIN &&
	       peerpod->created <= peerpod->vm_created.end + GRACE_AGE;
}

static bool superseded_by_peerpod(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->peerpod_count; i++) {
		const struct evidence_peerpod *own = &evidence->peerpods[i];

		if (!is_of_this_vm(judging, own) || own->cluster != pod->cluster || !same_text(own->pod_uid, pod->uid))
			continue;
		for (size_t n = 0; n < evidence->peerpod_count; n++) {
			const struct evidence_peerpod *other = &evidence->peerpods[n];

			if (is_of_same_pod(own, other) && !is_of_this_vm(judging, other) && own->created != 0 &&
			        other->created > own->created && other->vm_is_running && !other->vm_is_contested &&
			        peerpod_is_of(other, pod) && is_older_than(judging, other->vm_created))
				return true;
		}
	}
	return false;
}

// Equal minutes of creation prove nothing, but one log has an order: a pod whose sandbox was made anew never returns to
// the one before. The cloud's times must not say otherwise.
static bool log_has_successor_later(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_log *log = &judging->evidence->log;
	const struct evidence_successor *successor = &pod->by_log;
	struct interval own = judging->evidence->vm.created;

	return log->order != 0 && successor->order > log->order && log->cluster == pod->cluster &&
	       same_text(log->adaptor, successor->adaptor) && same_text(log->namespace_name, pod->namespace_name) &&
	       same_text(log->pod_name, pod->name) && successor->vm_id && *successor->vm_id &&
	       !same_text(successor->vm_id, judging->evidence->vm.id) && successor->is_running &&
	       interval_is_known(own) && interval_is_known(successor->created) && successor->created.start >= own.start;
}

static bool superseded_by_log(const struct judging *judging, const struct evidence_pod *pod)
{
	return pod->by_log.is_connected &&
	       (successor_proves(judging, &pod->by_log) || log_has_successor_later(judging, pod));
}

static bool superseded_by_data(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_data *data = &judging->evidence->data;

	return data->state == USER_DATA_PODVM && data->pod_ip && *data->pod_ip && pod->ips[0] && *pod->ips[0] &&
	       !same_text(data->pod_ip, pod->ips[0]) && !same_text(data->pod_ip, pod->ips[1]) &&
	       successor_proves(judging, &pod->by_data);
}

// Addresses come back: the pod's present sandbox may have got the one of an earlier sandbox. Of two running VMs with
// the same data one is stale, most likely the older, but nothing proves which.
bool pod_has_twin(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_data *data = &judging->evidence->data;

	return data->state == USER_DATA_PODVM &&
	       (same_text(data->pod_ip, pod->ips[0]) || same_text(data->pod_ip, pod->ips[1])) &&
	       same_text(data->namespace_name, pod->namespace_name) && same_text(data->pod_name, pod->name) &&
	       successor_proves(judging, &pod->by_data);
}

static bool refused_and_made_anew(const struct judging *judging, const struct evidence_pod *pod)
{
	return judging->evidence->log.is_refused && pod_is_newer(judging, pod);
}

bool pod_has_successor(const struct judging *judging, const struct evidence_pod *pod, enum rule *fact)
{
	static const struct {
		enum rule fact;
		bool (*holds)(const struct judging *judging, const struct evidence_pod *pod);
	} proofs[] = {
	        {FACT_S1, superseded_by_peerpod},
	        {FACT_S2, superseded_by_log},
	        {FACT_S3, superseded_by_data},
	        {FACT_S4, refused_and_made_anew},
	};

	for (size_t i = 0; i < COUNT_OF(proofs); i++)
		if (proofs[i].holds(judging, pod)) {
			*fact = proofs[i].fact;
			return true;
		}
	return false;
}

const struct evidence_pod *peerpod_user(const struct judging *judging, const struct evidence_peerpod *peerpod)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->pod_count; i++)
		if (evidence->pods[i].cluster == peerpod->cluster &&
		        same_text(evidence->pods[i].uid, peerpod->pod_uid) && !evidence->pods[i].is_terminal)
			return &evidence->pods[i];
	return NULL;
}

// The newest of its pod; where the order of the PeerPods and that of their VMs disagree or cannot be told, each of
// them.
bool peerpod_is_live(const struct judging *judging, const struct evidence_peerpod *peerpod)
{
	const struct evidence *evidence = judging->evidence;
	const struct evidence_pod *user;

	if (!is_of_this_vm(judging, peerpod) || !peerpod->has_finalizer || peerpod->deleting_since != 0 ||
	        !(user = peerpod_user(judging, peerpod)))
		return false;
	for (size_t i = 0; i < evidence->peerpod_count; i++) {
		const struct evidence_peerpod *other = &evidence->peerpods[i];

		if (is_of_same_pod(peerpod, other) && !is_of_this_vm(judging, other) && peerpod->created != 0 &&
		        other->created > peerpod->created && !other->vm_is_contested && peerpod_is_of(other, user) &&
		        is_older_than(judging, other->vm_created))
			return false;
	}
	return true;
}

static bool is_named(const struct evidence_pod *pod, const char *namespace_name, const char *name)
{
	return same_text(pod->namespace_name, namespace_name) && same_text(pod->name, name);
}

bool pod_fits(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_log *log = &judging->evidence->log;
	const struct evidence_data *data = &judging->evidence->data;
	bool log_tells =
	        log->is_mapped && log->pod_name && *log->pod_name && log->namespace_name && *log->namespace_name;
	bool data_tells = data->state == USER_DATA_PODVM && data->pod_name && *data->pod_name && data->namespace_name &&
	                  *data->namespace_name;

	if (log_tells || data_tells)
		return (log_tells && is_named(pod, log->namespace_name, log->pod_name)) ||
		       (data_tells && is_named(pod, data->namespace_name, data->pod_name));
	return judging->has_name && pod->name && podvm_name_fits_pod(&judging->name, pod->name, PODVM_NAME_LIMIT);
}
