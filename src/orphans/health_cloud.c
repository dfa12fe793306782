// SPDX-License-Identifier: Apache-2.0
// H10 to H13, H15: the place where pod VMs are made, the adaptor's role, ways in and out, quotas.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

// False when no cloud can be asked, or nothing of the cluster is known: the finding says so.
static bool can_ask(const struct health_facts *facts, struct health_finding *out)
{
	if (!facts->survey->config.exists) {
		if (facts->survey->state == SURVEY_UNREAD || strstr(facts->survey->missing, "configmap"))
			finding_unread(facts, out, "get configmaps");
		else
			finding_add(out, DIAGNOSIS_SKIP, "%s", _("there is no peer-pods-cm"));
		return false;
	}
	if (facts->cloud.is_there)
		return true;
	finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("no context of the cluster's cloud is open"));
	finding_remedy(out, "%s", _("Open a context with credentials of that cloud"));
	return false;
}

static bool must_be_set(struct health_finding *out, const char *key, const char *value)
{
	if (*value)
		return true;
	finding_add(out, DIAGNOSIS_FAIL, _("%s is not set"), key);
	finding_remedy(out, _("Set %s in peer-pods-cm"), key);
	return false;
}

static void judge_vswitch(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	if (!must_be_set(out, "VSWITCH_ID", facts->setup.vswitch))
		return;
	if (cloud->vswitch_asked.asked == HEALTH_FAILED) {
		finding_failed(out, facts->setup.vswitch, &cloud->vswitch_asked.error);
		if (cloud->vswitch_asked.error.kind == ERROR_NOT_FOUND)
			finding_remedy(out, "%s", _("Correct VSWITCH_ID and REGION in peer-pods-cm"));
		return;
	}
	if (cloud->cluster_asked.asked == HEALTH_ANSWERED && *cloud->cluster.vpc &&
	        strcmp(cloud->cluster.vpc, cloud->vswitch.vpc) != 0) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s is in %s, the cluster in %s"), facts->setup.vswitch,
		        cloud->vswitch.vpc, cloud->cluster.vpc);
		finding_remedy(out, "%s", _("Choose a vSwitch of the cluster's VPC: set VSWITCH_ID in peer-pods-cm"));
		return;
	}
	finding_add(out, DIAGNOSIS_PASS, "%s %s", facts->setup.vswitch, cloud->vswitch.zone);
}

static void judge_groups(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	if (!facts->setup.group_count)
		must_be_set(out, "SECURITY_GROUP_IDS", "");
	for (size_t i = 0; i < facts->setup.group_count; i++) {
		if (cloud->groups_asked[i].asked == HEALTH_FAILED) {
			finding_failed(out, facts->setup.groups[i], &cloud->groups_asked[i].error);
			if (cloud->groups_asked[i].error.kind == ERROR_NOT_FOUND)
				finding_remedy(out, "%s", _("Correct SECURITY_GROUP_IDS in peer-pods-cm"));
		} else if (*cloud->vswitch.vpc && strcmp(cloud->group_vpcs[i], cloud->vswitch.vpc) != 0) {
			finding_add(out, DIAGNOSIS_FAIL, _("%s is in %s, the vSwitch in %s"), facts->setup.groups[i],
			        cloud->group_vpcs[i], cloud->vswitch.vpc);
			finding_remedy(out, "%s",
			        _("Choose security groups of the vSwitch's VPC: set SECURITY_GROUP_IDS in "
			          "peer-pods-cm"));
		}
	}
}

static void judge_image(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	if (!must_be_set(out, "IMAGEID", facts->setup.image))
		return;
	if (cloud->image_asked.asked == HEALTH_FAILED) {
		finding_failed(out, facts->setup.image, &cloud->image_asked.error);
		if (cloud->image_asked.error.kind == ERROR_NOT_FOUND) {
			*out->remedy = '\0';
			finding_remedy(
			        out, "%s", _("Copy the image into this region, or name one of this region as IMAGEID"));
		}
	} else if (!cloud->image.is_usable) {
		finding_add(out, DIAGNOSIS_FAIL, _("image %s is %s"), facts->setup.image, cloud->image.status);
		finding_remedy(out, "%s", _("Wait until it is Available, or name another one as IMAGEID"));
	} else {
		finding_add(out, DIAGNOSIS_PASS, _("image %s%s%s"), facts->setup.image, *cloud->image.name ? " " : "",
		        cloud->image.name);
	}
}

static void judge_stock(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	if (cloud->sells_asked.asked == HEALTH_FAILED) {
		finding_failed(out, facts->setup.type, &cloud->sells_asked.error);
	} else if (cloud->sells_asked.asked == HEALTH_ANSWERED && cloud->sells == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s is not sold in %s now"), facts->setup.type, cloud->vswitch.zone);
		finding_remedy(out, "%s", _("Choose another type, or a vSwitch in another zone"));
	} else if (cloud->sells_asked.asked == HEALTH_ANSWERED) {
		finding_add(out, DIAGNOSIS_PASS, _("%s is sold there"), facts->setup.type);
	}
}

// The whole of it at once. Who may look need not be allowed to make VMs: that leaves only a doubt.
static void judge_trial(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_question *asked = &facts->cloud.trial_asked;
	const char *sort = facts->setup.is_confidential ? _("confidential (TDX)") : _("plain");

	if (asked->asked == HEALTH_ANSWERED) {
		finding_add(out, DIAGNOSIS_PASS, _("dry run: a %s VM would be made"), sort);
	} else if (asked->asked == HEALTH_FAILED && asked->error.kind == ERROR_DENIED) {
		if (facts->setup.is_confidential)
			finding_failed(out, _("whether the zone sells TDX"), &asked->error);
	} else if (asked->asked == HEALTH_FAILED && *asked->error.code) {
		finding_add(out, DIAGNOSIS_FAIL, _("dry run of a %s VM: %s %.300s"), sort, asked->error.code,
		        asked->error.message);
		finding_remedy(out, "%s", asked->error.remedy);
		finding_remedy(out, "%s",
		        _("Choose a type and zone that are sold (confidential types are in some zones only), or plain "
		          "VMs with "
		          "DISABLECVM=true"));
	} else if (asked->asked == HEALTH_FAILED) {
		finding_failed(out, _("dry run"), &asked->error);
	}
}

void judge_place(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	(void)check;
	if (!can_ask(facts, out))
		return;
	if (*facts->setup.region && *facts->cluster.region && strcmp(facts->setup.region, facts->cluster.region) != 0)
		finding_add(out, DIAGNOSIS_WARN, _("REGION is %s, the cluster is in %s"), facts->setup.region,
		        facts->cluster.region);
	judge_vswitch(facts, out);
	judge_groups(facts, out);
	judge_image(facts, out);
	judge_stock(facts, out);
	judge_trial(facts, out);
}

static void judge_trust(const struct health_cloud *cloud, struct health_finding *out)
{
	const struct cloud_role *role = &cloud->role;

	if (role->trusts_provider == ANSWER_NO)
		finding_add(out, DIAGNOSIS_FAIL, _("role %s does not trust this cluster's tokens (%s)"),
		        cloud->role_name, cloud->cluster.provider);
	else if (role->trusts_subject == ANSWER_NO)
		finding_add(out, DIAGNOSIS_FAIL,
		        _("role %s trusts the cluster, but not the service account cloud-api-adaptor"),
		        cloud->role_name);
	else if (role->trusts_audience == ANSWER_NO)
		finding_add(out, DIAGNOSIS_FAIL, _("role %s asks for another audience than sts.aliyuncs.com"),
		        cloud->role_name);
	else
		finding_add(out, DIAGNOSIS_PASS, _("role %s trusts the adaptor's service account"), cloud->role_name);
	if (out->result == DIAGNOSIS_FAIL)
		finding_remedy(out, "%s",
		        _("Correct its trust policy: provider and issuer of this cluster, audience sts.aliyuncs.com, "
		          "subject "
		          "system:serviceaccount:confidential-containers-system:cloud-api-adaptor"));
}

void judge_identity(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	(void)check;
	if (!can_ask(facts, out))
		return;
	if (cloud->account_asked.asked == HEALTH_FAILED && !*cloud->role_name) {
		finding_failed(out, _("service account cloud-api-adaptor"), &cloud->account_asked.error);
		return;
	}
	if (!*cloud->role_name) {
		finding_add(out, DIAGNOSIS_SKIP, "%s",
		        _("the service account names no role: the adaptor uses an access key, which is not looked at"));
		return;
	}
	if (cloud->cluster_asked.asked == HEALTH_FAILED && cloud->cluster_asked.error.kind == ERROR_NOT_FOUND) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the cloud does not know this cluster"));
		return;
	}
	if (cloud->cluster_asked.asked == HEALTH_FAILED) {
		finding_failed(out, facts->cluster.cluster, &cloud->cluster_asked.error);
		return;
	}
	if (cloud->cluster.has_identities == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("RRSA is off: no service account can take a role"));
		finding_remedy(out, "%s", _("Switch RRSA on in the cluster's settings, then restart the adaptor"));
		return;
	}
	if (cloud->role_asked.asked == HEALTH_FAILED) {
		finding_failed(out, cloud->role_name, &cloud->role_asked.error);
		return;
	}
	judge_trust(cloud, out);
	if (cloud->role.allows_all == ANSWER_NO) {
		finding_add(out, DIAGNOSIS_FAIL, _("it does not allow %s"), cloud->role.missing);
		finding_remedy(out, _("Add to the role's policy: %.300s"), cloud->role.missing);
	} else {
		finding_add(out, DIAGNOSIS_PASS, "%s", _("it allows what the adaptor calls"));
	}
}

void judge_passages(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	static const struct {
		const char *words, *protocol;
	} ways[PASSAGES] = {
	        [PASSAGE_FORWARDER] = {N_("workers → pod VMs"), "TCP"},
	        [PASSAGE_VXLAN_TO_VM] = {N_("workers → pod VMs"), "UDP"},
	        [PASSAGE_VXLAN_TO_NODE] = {N_("pod VMs → workers"), "UDP"},
	};
	const struct health_cloud *cloud = &facts->cloud;

	(void)check;
	if (!can_ask(facts, out))
		return;
	for (size_t i = 0; i < PASSAGES; i++) {
		int port = i == PASSAGE_FORWARDER ? facts->setup.forwarder_port : facts->setup.vxlan_port;
		char what[96];

		snprintf(what, sizeof(what), "%.60s %s %d", _(ways[i].words), ways[i].protocol, port);
		if (cloud->passages_asked[i].asked == HEALTH_FAILED) {
			finding_failed(out, what, &cloud->passages_asked[i].error);
		} else if (cloud->passages_asked[i].asked == HEALTH_NOT_ASKED) {
			finding_add(out, DIAGNOSIS_UNKNOWN, _("%s: the groups of one side are not known"), what);
		} else if (cloud->passages[i] == ANSWER_NO) {
			finding_add(out, DIAGNOSIS_FAIL, _("%s: no rule of the security groups lets it in"), what);
			finding_remedy(out, _("Add an inbound rule: %s %d/%d from the other side's security group"),
			        ways[i].protocol, port, port);
		} else {
			finding_add(out, DIAGNOSIS_PASS, _("%s: open"), what);
		}
	}
}

void judge_egress(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	(void)check;
	if (!can_ask(facts, out))
		return;
	if (facts->setup.has_public_address) {
		finding_add(
		        out, DIAGNOSIS_PASS, "%s", _("each pod VM has a public address of its own (USE_PUBLIC_IP)"));
	} else if (cloud->egress_asked.asked == HEALTH_NOT_ASKED) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the vSwitch of the pod VMs is not known"));
	} else if (cloud->egress_asked.asked == HEALTH_FAILED) {
		finding_failed(out, _("NAT gateway"), &cloud->egress_asked.error);
	} else if (cloud->egress.is_covered) {
		finding_add(out, DIAGNOSIS_PASS, _("%s through %s"), facts->setup.vswitch, cloud->egress.gateway);
	} else if (cloud->egress.is_ready) {
		finding_add(out, DIAGNOSIS_FAIL, _("the NAT gateway has no SNAT entry for %s"), facts->setup.vswitch);
		finding_remedy(out, _("Add an SNAT entry for %s"), facts->setup.vswitch);
	} else {
		// Another way out (a router, a proxy, a private registry) cannot be seen.
		finding_add(out, DIAGNOSIS_WARN, "%s",
		        cloud->egress.has_gateway ? _("the NAT gateway of the VPC is not available")
		                                  : _("the VPC has no NAT gateway"));
		finding_remedy(out, "%s",
		        _("Images are pulled inside the VM: add a NAT gateway with an SNAT entry, unless the registry "
		          "is "
		          "reached another way"));
	}
}

// vCPUs of one pod VM, as those that are there have them; 0 = not known. Also counts them.
static int64_t vcpus_of_one(const struct health_facts *facts, size_t *podvms)
{
	const struct snapshot *vms = facts->cloud.vms;
	int64_t vcpus = 0;

	*podvms = 0;
	for (size_t i = 0; vms && i < vms->count; i++) {
		const struct vm_record *vm = (const struct vm_record *)vms->records[i];

		if (strcmp(vm->sort, "podvm") != 0)
			continue;
		++*podvms;
		if (!strcmp(vm->type, facts->setup.type) && vm->vcpu > 0)
			vcpus = vm->vcpu;
	}
	return vcpus;
}

static void judge_limit(
        const struct health_facts *facts, const struct cloud_limit *limit, int64_t wanted, struct health_finding *out)
{
	long long rest = (long long)(limit->total - limit->used);
	char names[300];

	if (limit->used < 0)
		return;
	if (rest > 0 && rest >= wanted) {
		finding_add(out, DIAGNOSIS_PASS, _("%.80s: %lld of %lld used"), limit->name, (long long)limit->used,
		        (long long)limit->total);
		return;
	}
	finding_add(out, rest > 0 ? DIAGNOSIS_WARN : DIAGNOSIS_FAIL, _("%.80s: %lld of %lld used"), limit->name,
	        (long long)limit->used, (long long)limit->total);
	if (limit->sort == LIMIT_VCPU && orphans_text(facts, names, sizeof(names)))
		finding_remedy(out, _("Delete the orphans %s, or ask for a higher quota (%s)"), names, limit->code);
	else
		finding_remedy(out, _("Ask for a higher quota (%s), or look for orphans that use it up"), limit->code);
}

static void judge_free_addresses(const struct health_facts *facts, int64_t wanted, struct health_finding *out)
{
	long long left = (long long)facts->cloud.vswitch.free_addresses;

	if (facts->cloud.vswitch_asked.asked != HEALTH_ANSWERED || left < 0)
		return;
	finding_add(out,
	        left == 0       ? DIAGNOSIS_FAIL
	        : left < wanted ? DIAGNOSIS_WARN
	                        : DIAGNOSIS_PASS,
	        _("%s: %lld free addresses"), facts->setup.vswitch, left);
	if (left < wanted || !left)
		finding_remedy(out, "%s", _("Choose a larger vSwitch for pod VMs, or look for orphans in this one"));
}

void judge_limits(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;
	int64_t room, vcpus;
	size_t podvms;

	(void)check;
	if (!can_ask(facts, out))
		return;
	vcpus = vcpus_of_one(facts, &podvms);
	room = facts->setup.limit * (int64_t)workers(facts) - (int64_t)podvms;
	room = room > 0 ? room : 0;
	judge_free_addresses(facts, room, out);
	if (cloud->limits_asked.asked == HEALTH_FAILED)
		finding_failed(out, _("quotas"), &cloud->limits_asked.error);
	for (size_t i = 0; i < cloud->limit_count; i++) {
		const struct cloud_limit *limit = &cloud->limits[i];
		bool external = facts->setup.has_external_network;

		if (limit->sort == LIMIT_VCPU)
			judge_limit(facts, limit, room * vcpus, out);
		else if (external && (limit->sort == LIMIT_INTERFACES || limit->sort == LIMIT_ADDRESSES))
			judge_limit(facts, limit, room, out);
	}
	if (!*out->seen)
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the cloud tells no quota of what pod VMs use"));
}
