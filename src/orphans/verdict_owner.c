// SPDX-License-Identifier: Apache-2.0
// Which cluster's adaptor made a VM, and by what proof. Proofs that disagree prove nothing.
#include "config.h"

#include "orphans/verdict_own.h"

#include "base/banned.h"

// A PeerPod restored from a backup may name another cluster's VM: only one made together with the VM is proof.
static bool peerpod_is_proof(const struct judging *judging, const struct evidence_peerpod *peerpod)
{
	struct interval created = judging->evidence->vm.created;

	return same_text(peerpod->vm_id, judging->evidence->vm.id) && interval_is_known(created) &&
	       peerpod->created >= created.start - TIME_MARGIN && peerpod->created <= created.end + GRACE_AGE;
}

static void proof_add(struct judging *judging, cluster_ref *cluster, struct reason fact)
{
	if (!cluster_at(judging, fact.cluster))
		return;
	if (*cluster != CLUSTER_NONE && *cluster != fact.cluster)
		judging->owners_disagree = true;
	*cluster = fact.cluster;
	judging_note(judging, fact);
}

static bool tag_is_proof(const struct judging *judging)
{
	const struct evidence_cluster *cluster = cluster_at(judging, judging->evidence->tag_cluster);

	return cluster && !cluster->tag_is_void && (cluster->tag_is_trusted || cluster->reading == CLUSTER_GONE);
}

void judging_find_owner(struct judging *judging)
{
	const struct evidence *evidence = judging->evidence;
	cluster_ref tag = evidence->tag_cluster;

	for (size_t i = 0; i < evidence->peerpod_count; i++) {
		const struct evidence_peerpod *peerpod = &evidence->peerpods[i];

		if (peerpod_is_proof(judging, peerpod))
			proof_add(judging, &judging->proven,
			        (struct reason){FACT_E1, peerpod->cluster, peerpod->namespace_name, peerpod->name, 0});
	}
	if (evidence->log.is_mapped)
		proof_add(judging, &judging->proven,
		        (struct reason){FACT_E3, evidence->log.cluster, evidence->log.namespace_name,
		                evidence->log.pod_name, 0});
	if (evidence->data.state == USER_DATA_PODVM)
		proof_add(judging, &judging->proven,
		        (struct reason){FACT_E5, evidence->data.worker_cluster, evidence->data.namespace_name,
		                evidence->data.pod_name, 0});
	judging->owner = judging->proven;
	proof_add(judging, &judging->owner, (struct reason){FACT_E12, evidence->record_cluster, NULL, NULL, 0});
	// A tag repeats a line of configuration, which people copy: it may stand beside a proof, seldom for one.
	if (tag_is_proof(judging))
		proof_add(judging, &judging->owner, (struct reason){FACT_E6, tag, NULL, NULL, 0});
	else if (cluster_at(judging, tag) && tag == judging->owner)
		judging_note(judging, (struct reason){FACT_E6, tag, NULL, NULL, 0});
	if (judging->owners_disagree) {
		judging->proven = CLUSTER_NONE;
		judging->owner = CLUSTER_NONE;
	}
}
