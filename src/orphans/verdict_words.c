// SPDX-License-Identifier: Apache-2.0
// What each rule is called, says, and needs to be settled.
#include "config.h"

#include "orphans/verdict.h"

#include "base/banned.h"

static const char *const names[VERDICTS] = {
        [VERDICT_UNKNOWN] = "unknown",
        [VERDICT_FOREIGN] = "foreign",
        [VERDICT_LIVE] = "live",
        [VERDICT_CREATING] = "creating",
        [VERDICT_ORPHAN] = "orphan",
        [VERDICT_SUSPECT] = "suspect",
};

static const struct {
	const char *name;
	enum need need;
	const char *text;
} rules[RULES] = {
        [RULE_LIST_INCOMPLETE] = {"list_incomplete", NEED_CLUSTER, N_("the list of VMs was not read to its end")},
        [RULE_PERMISSION_UNPROVEN] = {"permission_unproven", NEED_PERMISSION,
                N_("it is not proven that the credentials may list VMs")},
        [RULE_VM_INCOMPLETE] = {"vm_incomplete", NEED_PERMISSION, N_("facts of the VM itself are missing")},
        [RULE_CLOCK_UNMEASURED] = {"clock_unmeasured", NEED_CLUSTER, N_("the clocks could not be compared")},
        [RULE_FOREIGN_NAME] = {"foreign_name", NEED_NOTHING, N_("the name is not one of a pod VM")},
        [RULE_FOREIGN_PREPAID] = {"foreign_prepaid", NEED_NOTHING, N_("it is paid in advance; pod VMs never are")},
        [RULE_FOREIGN_DISKS] = {"foreign_disks", NEED_NOTHING, N_("it has data disks; pod VMs have none")},
        [RULE_FOREIGN_NODE] = {"foreign_node", NEED_NOTHING, N_("it is a node of a cluster")},
        [RULE_FOREIGN_SCALE_SET] = {"foreign_scale_set", NEED_NOTHING, N_("it belongs to a scale set")},
        [RULE_FOREIGN_NETWORK] = {"foreign_network", NEED_NOTHING, N_("no known cluster makes pod VMs in its network")},
        [RULE_FOREIGN_TAG] = {"foreign_tag", NEED_NOTHING, N_("its tag names a cluster that is not one of yours")},
        [RULE_FOREIGN_DATA] = {"foreign_data", NEED_NOTHING, N_("its user data is not that of a pod VM")},
        [RULE_FOREIGN_KEPT] = {"foreign_kept", NEED_NOTHING, N_("it is on the keep list or has the keep tag")},
        [RULE_LIVE_PEERPOD] = {"live_peerpod", NEED_NOTHING, N_("a PeerPod says that this pod uses it")},
        [RULE_LIVE_LOG] = {"live_log", NEED_NOTHING, N_("the adaptor's log says that it was made for this pod")},
        [RULE_LIVE_DATA] = {"live_data", NEED_NOTHING, N_("its user data names this pod and its address")},
        [RULE_LIVE_NAME] = {"live_name", NEED_NOTHING, N_("this pod fits its name")},
        [RULE_CONFLICT] = {"conflict", NEED_PERSON,
                N_("one fact says that this pod uses it, others say that it does not")},
        [RULE_CREATING_YOUNG] = {"creating_young", NEED_TIME, N_("it is too young to judge")},
        [RULE_CREATING_STAGE] = {"creating_stage", NEED_TIME, N_("the cloud is still starting it")},
        [RULE_CREATING_LOG] = {"creating_log", NEED_TIME, N_("the adaptor's log says that it is being made")},
        [RULE_CREATING_POD] = {"creating_pod", NEED_TIME, N_("a pod in this cluster waits for its VM")},
        [RULE_CLUSTER_UNREAD] = {"cluster_unread", NEED_CLUSTER, N_("this cluster could own it and could not be read")},
        [RULE_CLUSTER_DENIED] = {"cluster_denied", NEED_PERMISSION,
                N_("this cluster could own it and does not let its pods be listed")},
        [RULE_CLUSTER_STALE] = {"cluster_stale", NEED_CLUSTER,
                N_("this cluster could own it and was read from old data")},
        [RULE_CLUSTER_ROLLING] = {"cluster_rolling", NEED_TIME, N_("the adaptor of this cluster is starting anew")},
        [RULE_NOT_OWNED] = {"not_owned", NEED_PROOF, N_("no fact proves which cluster made it")},
        [RULE_OWNERS_DISAGREE] = {"owners_disagree", NEED_PERSON, N_("facts name different clusters as its maker")},
        [RULE_PODS_DISAGREE] = {"pods_disagree", NEED_PERSON, N_("log and user data name different pods")},
        [RULE_CONFIG_DIFFERS] = {"config_differs", NEED_PERSON,
                N_("its network is in no configuration that its cluster is known to have had")},
        [RULE_POD_PENDING] = {"pod_pending", NEED_PERSON, N_("a pod that fits its name is still pending")},
        [RULE_CLOCKS_DIFFER] = {"clocks_differ", NEED_PERSON, N_("the clocks of cloud and cluster differ too much")},
        [RULE_AGE] = {"age", NEED_TIME, N_("it is younger than 30 minutes")},
        [RULE_SEEN] = {"seen", NEED_TIME, N_("it has not been seen without a user for 15 minutes and three scans")},
        [RULE_TERM] = {"term", NEED_TIME, N_("its pod has gone only lately")},
        [RULE_VETO_FRESH] = {"veto_fresh", NEED_TIME, N_("its cluster was not read in the last 30 seconds")},
        [RULE_VETO_MAKER] = {"veto_maker", NEED_CLUSTER, N_("the node that made it is not ready, or not known")},
        [RULE_VETO_CLUSTERS] = {"veto_clusters", NEED_PROOF, N_("several clusters could have made it")},
        [RULE_VETO_CONTROLLER] = {"veto_controller", NEED_TIME, N_("the peer pod controller is about to delete it")},
        [RULE_VETO_PROTECTED] = {"veto_protected", NEED_PERSON, N_("it is protected against deletion, or may be")},
        [RULE_VETO_DEVELOPER] = {"veto_developer", NEED_PERSON,
                N_("its cluster keeps VMs on purpose (developer mode), or may")},
        [RULE_VETO_ADDRESSES] = {"veto_addresses", NEED_PERSON,
                N_("it has an address or interface that the adaptor did not make, or may have")},
        [RULE_VETO_TAGS] = {"veto_tags", NEED_PERSON, N_("its tags say that somebody else cares for it, or may")},
        [RULE_VETO_LOCKED] = {"veto_locked", NEED_PERSON, N_("the cloud has locked it, or may have")},
        [RULE_VETO_CHANGED] = {"veto_changed", NEED_TIME, N_("the verdict changed in one of the last three scans")},
        [RULE_VETO_FLOOD] = {"veto_flood", NEED_PERSON,
                N_("its cluster has too many orphans at once; read it anew and acknowledge")},
        [RULE_VETO_BUSY] = {"veto_busy", NEED_PERSON, N_("the cloud is working on it, or may be")},
        [RULE_ORPHAN] = {"orphan", NEED_NOTHING, N_("it is this cluster's, nothing uses it, and it has settled")},
        [FACT_E1] = {"E1", NEED_NOTHING, N_("a PeerPod made together with it names it")},
        [FACT_E3] = {"E3", NEED_NOTHING, N_("the adaptor's log names it and its pod")},
        [FACT_E5] = {"E5", NEED_NOTHING, N_("its user data names a node of this cluster")},
        [FACT_E6] = {"E6", NEED_NOTHING, N_("its tag names this cluster")},
        [FACT_E12] = {"E12", NEED_NOTHING, N_("an earlier scan proved it to be this cluster's")},
        [FACT_T1] = {"T1", NEED_NOTHING, N_("it is older than this pod")},
        [FACT_T2] = {"T2", NEED_NOTHING, N_("it is younger than this pod's running containers")},
        [FACT_S1] = {"S1", NEED_NOTHING, N_("a newer PeerPod gave this pod another VM, which runs")},
        [FACT_S2] = {"S2", NEED_NOTHING, N_("the adaptor's log gave this pod another VM, which runs")},
        [FACT_S3] = {"S3", NEED_NOTHING, N_("another running VM has this pod's present address")},
        [FACT_S4] = {"S4", NEED_NOTHING, N_("the adaptor refused to stop it, and this pod was made anew")},
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

const char *rule_name(enum rule rule)
{
	return rules[rule].name;
}

const char *rule_text(enum rule rule)
{
	return _(rules[rule].text);
}

enum need rule_need(enum rule rule)
{
	return rules[rule].need;
}
