// SPDX-License-Identifier: Apache-2.0
// What the clouds' state words mean. Words in transition need no row: whatever is not listed here is in transition
// (Alibaba Cloud documents new words without notice). Compared exactly.
#include "config.h"
#include "inventory/kind.h"

#include <string.h>

#include "base/banned.h"

struct state_word {
	const char *word;
	enum state_class meaning;
};

enum { WORDS_MOST = 24 };

// Alibaba Cloud API: ECS DescribeInstances, DescribeImages, DescribeNetworkInterfaces; VPC DescribeEipAddresses,
// DescribeVpcs; CS DescribeClustersForRegion, DescribeClusterNodePools, DescribeClusterNodes. kubernetes docs: Pod
// Lifecycle, Node Status.
static const struct state_word words[KIND_COUNT][WORDS_MOST] = {
        [KIND_REGION] = {{"available", STATE_GOOD}, {"soldOut", STATE_WARNING}, {"denied", STATE_WARNING},
                {"unreachable", STATE_BAD}, {"failed", STATE_BAD}},
        [KIND_ZONE] = {{"available", STATE_GOOD}, {"Available", STATE_GOOD}, {"SoldOut", STATE_WARNING}},
        [KIND_CLUSTER] = {{"running", STATE_GOOD}, {"failed", STATE_BAD}, {"delete_failed", STATE_BAD},
                {"unavailable", STATE_BAD}, {"inactive", STATE_WARNING}, {"disconnected", STATE_WARNING},
                {"unreachable", STATE_BAD}, {"denied", STATE_WARNING}, {"deleted", STATE_GONE}},
        [KIND_NODE_POOL] = {{"active", STATE_GOOD}, {"failed", STATE_BAD}, {"deleted", STATE_GONE}},
        [KIND_NODE] = {{"Ready", STATE_GOOD}, {"running", STATE_GOOD}, {"Running", STATE_GOOD}, {"Stopped", STATE_IDLE},
                {"Ready,SchedulingDisabled", STATE_WARNING}, {"Unknown", STATE_WARNING}, {"NotReady", STATE_BAD},
                {"Offline", STATE_BAD}, {"failed", STATE_BAD}, {"stopped", STATE_IDLE}},
        [KIND_POD] = {{"Running", STATE_GOOD}, {"Succeeded", STATE_IDLE}, {"Completed", STATE_IDLE},
                {"Unknown", STATE_WARNING}, {"ImagePullBackOff", STATE_WARNING}, {"ErrImagePull", STATE_WARNING},
                {"Failed", STATE_BAD}, {"Error", STATE_BAD}, {"CrashLoopBackOff", STATE_BAD}, {"OOMKilled", STATE_BAD},
                {"Evicted", STATE_BAD}, {"CreateContainerConfigError", STATE_BAD}, {"CreateContainerError", STATE_BAD},
                {"RunContainerError", STATE_BAD}, {"InvalidImageName", STATE_BAD}},
        // The machine's own states, and the verdicts.
        [KIND_VM] = {{"Running", STATE_GOOD}, {"Stopped", STATE_IDLE}, {"Deleted", STATE_GONE}, {"live", STATE_GOOD},
                {"foreign", STATE_IDLE}, {"suspect", STATE_WARNING}, {"unknown", STATE_WARNING}, {"orphan", STATE_BAD}},
        [KIND_ENI] = {{"InUse", STATE_GOOD}, {"Available", STATE_IDLE}, {"CreateFailed", STATE_BAD}},
        [KIND_EIP] = {{"InUse", STATE_GOOD}, {"Available", STATE_IDLE}},
        [KIND_IMAGE] = {{"Available", STATE_GOOD}, {"UnAvailable", STATE_BAD}, {"CreateFailed", STATE_BAD},
                {"Deprecated", STATE_WARNING}},
        [KIND_VPC] = {{"Available", STATE_GOOD}},
        [KIND_VSWITCH] = {{"Available", STATE_GOOD}},
        [KIND_DISK] = {{"In_use", STATE_GOOD}, {"Available", STATE_IDLE}},
        [KIND_PEERPOD] = {{"Active", STATE_GOOD}},
        [KIND_EVENT] = {{"Normal", STATE_GOOD}, {"Warning", STATE_WARNING}},
        // States of every sort of thing that may be left behind, and the verdicts.
        [KIND_ORPHAN] = {{"Running", STATE_GOOD}, {"InUse", STATE_GOOD}, {"Active", STATE_GOOD},
                {"Available", STATE_IDLE}, {"Stopped", STATE_IDLE}, {"live", STATE_GOOD}, {"foreign", STATE_IDLE},
                {"suspect", STATE_WARNING}, {"unknown", STATE_WARNING}, {"orphan", STATE_BAD}},
};

enum state_class state_of(enum kind_id kind, const char *status)
{
	if (!status[0])
		return STATE_NONE;
	for (const struct state_word *word = words[kind]; word < words[kind] + WORDS_MOST && word->word; word++)
		if (strcmp(word->word, status) == 0)
			return word->meaning;
	return STATE_TRANSIENT;
}
