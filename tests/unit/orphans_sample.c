// SPDX-License-Identifier: Apache-2.0
// The sample world of the verdict's tests.
#include "config.h"

#include "tests/unit/orphans_sample.h"

#include "base/banned.h"

static const struct evidence_vm vm = {
        .cloud = VM_CLOUD_ALIBABA,
        .id = "i-x",
        .name = "podvm-web-0-0123abcd",
        .stage = VM_STAGE_RUNNING,
        .created = {SAMPLE_NOW - MINUTES(120), SAMPLE_NOW - MINUTES(120) + SECONDS(59)},
        .is_complete = true,
        .is_prepaid = ANSWER_NO,
        .has_data_disks = ANSWER_NO,
        .is_node = ANSWER_NO,
        .is_of_scale_set = ANSWER_NO,
        .fits_known_network = ANSWER_YES,
        .is_protected = ANSWER_NO,
        .is_locked = ANSWER_NO,
        .has_other_addresses = ANSWER_NO,
        .has_other_tags = ANSWER_NO,
        .is_busy = ANSWER_NO,
};

struct interval sample_minute(int64_t start)
{
	return (struct interval){start, start + SECONDS(59)};
}

void sample_init(struct sample *sample)
{
	*sample = (struct sample){.scan = {.list_is_complete = true,
	                                  .permission_is_proven = true,
	                                  .clocks_are_measured = true,
	                                  .cloud_now = SAMPLE_NOW,
	                                  .now = SAMPLE_NOW}};
	for (int i = 0; i < SAMPLE_CLUSTERS; i++) {
		sample->clusters[i] = (struct evidence_cluster){.uid = "u",
		        .name = "caa",
		        .reading = CLUSTER_READ,
		        .read_at = SAMPLE_NOW - SECONDS(5),
		        .adaptor_is_ready = true,
		        .adaptor_ready_since = SAMPLE_NOW - MINUTES(600)};
		sample->claims[i].keeps_vms = ANSWER_NO;
	}
	sample->claims[0].could_own = sample->claims[0].config_fits = true;
	sample->evidence = (struct evidence){.scan = &sample->scan,
	        .clusters = sample->clusters,
	        .claims = sample->claims,
	        .cluster_count = SAMPLE_CLUSTERS,
	        .vm = vm,
	        .pods = sample->pods,
	        .peerpods = sample->peerpods,
	        .log = {.cluster = 1, .namespace_name = "shop", .pod_name = "web-0", .is_mapped = true},
	        .maker = MAKER_READY,
	        .unused_since = SAMPLE_NOW - MINUTES(60),
	        .seen_ms = GRACE_SEEN,
	        .seen_scans = GRACE_SEEN_SCANS};
}

struct evidence_pod *sample_pod(struct sample *sample)
{
	struct evidence_pod *pod = &sample->pods[sample->evidence.pod_count++];

	*pod = (struct evidence_pod){.cluster = 1,
	        .uid = "pod-1",
	        .namespace_name = "shop",
	        .name = "web-0",
	        .node = "n1",
	        .ips = {"10.244.1.5"},
	        .is_ready = true,
	        .created = vm.created.start - MINUTES(1),
	        .started = vm.created.start - MINUTES(1),
	        .running_since = vm.created.end + MINUTES(1),
	        .status_written = vm.created.end + MINUTES(2)};
	return pod;
}

struct evidence_peerpod *sample_peerpod(struct sample *sample)
{
	struct evidence_peerpod *peerpod = &sample->peerpods[sample->evidence.peerpod_count++];

	*peerpod = (struct evidence_peerpod){.cluster = 1,
	        .namespace_name = "shop",
	        .name = "web-0-resource-abcde",
	        .pod_uid = "pod-1",
	        .vm_id = "i-x",
	        .created = vm.created.end + MINUTES(1),
	        .has_finalizer = true,
	        .vm_created = vm.created,
	        .vm_is_running = true};
	return peerpod;
}
