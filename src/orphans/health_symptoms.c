// SPDX-License-Identifier: Apache-2.0
// What is known to go wrong: one row per symptom, told by messages of logs and events, or found by a function.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "orphans/podvm_name.h"

#include "base/banned.h"

enum {
	SURVEY = NEEDS(HEALTH_SURVEY),
	LOGS = SURVEY | NEEDS(HEALTH_LOGS),
	VMS = LOGS | NEEDS(HEALTH_VMS),
};

#define MARKS(first, second) .marks = {first, second}
#define NO_MARKS MARKS(-1, -1)

static const struct health_pattern no_runtime = {
        NO_MARKS, .events = {{NULL, {"no runtime for", NULL}}, {NULL, {"RuntimeClass", "not found"}}}};
static const struct health_pattern not_set = {MARKS(MARK_NOT_SET, -1), .at_start = true};
static const struct health_pattern credentials = {MARKS(MARK_CREDENTIALS, -1), .at_start = true};
static const struct health_pattern types = {MARKS(MARK_TYPES, -1), .at_start = true};
static const struct health_pattern vpc = {MARKS(MARK_VPC, -1), .at_start = true};
static const struct health_pattern proxy_deadline = {MARKS(MARK_PROXY_DEADLINE, -1)};
static const struct health_pattern deadline = {
        NO_MARKS, .events = {{"FailedCreatePodSandBox", {"DeadlineExceeded", NULL}},
                          {"FailedCreatePodSandBox", {"deadline exceeded", NULL}}}};
static const struct health_pattern reserved = {
        NO_MARKS, .events = {{NULL, {"failed to reserve sandbox name", NULL}}, {NULL, {"is reserved for", NULL}}}};
static const struct health_pattern quota = {MARKS(MARK_QUOTA, -1)};
static const struct health_pattern image = {MARKS(MARK_IMAGE, -1)};
static const struct health_pattern confidential = {MARKS(MARK_TDX, -1)};
static const struct health_pattern user_data = {MARKS(MARK_USER_DATA, -1)};
static const struct health_pattern no_room = {
        NO_MARKS, .events = {{"FailedScheduling", {"Insufficient kata.peerpods.io/vm", NULL}}}};
static const struct health_pattern webhook = {NO_MARKS, .events = {{"FailedCreate", {"failed calling webhook", NULL}}}};
static const struct health_pattern container = {MARKS(MARK_CONTAINER, -1)};
static const struct health_pattern unpack = {
        NO_MARKS, .events = {{NULL, {"error unpacking image", NULL}}, {NULL, {"content digest", "not found"}}}};
static const struct health_pattern rootfs = {NO_MARKS, .events = {{NULL, {"failed to mount", "/rootfs"}}}};
static const struct health_pattern separately = {
        NO_MARKS, .events = {{NULL, {"Pulling image separately not support", NULL}}}};
static const struct health_pattern attestation = {
        MARKS(MARK_ATTESTATION, -1), .events = {{NULL, {"attestation", "fail"}}, {NULL, {"get resource", "kbs"}}}};

// clang-format off
const struct health_check health_symptoms[HEALTH_SYMPTOMS] = {
	{"S1", N_("pods wait, and the adaptor was never asked"), LOGS, find_nothing_seen, NULL,
		N_("The shim does not reach the adaptor (socket), or kata is not installed on that node")},
	{"S2", N_("no runtime for the pods' RuntimeClass"), SURVEY, find_pattern, &no_runtime,
		N_("The installation is not finished there: label the node, and wait for the operator or kata-deploy")},
	{"S3", N_("the adaptor's DaemonSet wants no pod"), SURVEY, find_no_pods, NULL,
		N_("Label the nodes: kubectl label node NAME node.kubernetes.io/worker=")},
	{"S4", N_("the adaptor misses a setting"), LOGS, find_pattern, &not_set,
		N_("Set the key that it names in peer-pods-cm (or its Secret), then restart the adaptor")},
	{"S5", N_("the adaptor gets no credentials"), LOGS, find_pattern, &credentials,
		N_("Switch RRSA on, and correct the role's ARN and trust policy (issuer, audience, subject)")},
	{"S6", N_("the adaptor cannot read instance types"), LOGS, find_pattern, &types,
		N_("Add ecs:DescribeInstanceTypes to the role's policy; check that the type exists in this region")},
	{"S7", N_("the adaptor does not find its vSwitch"), LOGS, find_pattern, &vpc,
		N_("Correct VSWITCH_ID and REGION, or add vpc:DescribeVSwitchAttributes to the role's policy")},
	{"S8", N_("a pod keeps the adaptor from becoming ready"), LOGS, find_standup, NULL,
		N_("Delete completed and broken kata-remote pods of that node; list its VMs first: each restart forgets them")},
	{"S9", N_("VMs are there, their agents do not answer"), LOGS, find_proxy, NULL,
		N_("Open TCP 15150 and UDP 4789 between workers and pod VMs; use an image of the adaptor's release")},
	{"S10", N_("the connection to an agent was given up"), LOGS, find_pattern, &proxy_deadline,
		N_("As for agents that do not answer; where VMs boot slowly, raise PROXY_TIMEOUT and kata's remote timeout together")},
	{"S11", N_("Calico and the adaptor use the same VXLAN port"), SURVEY, find_calico, NULL,
		N_("Choose another VXLAN_PORT in peer-pods-cm (and open it), or VXLAN encapsulation in Calico; check the MTU")},
	{"S12", N_("making sandboxes takes longer than kubelet waits"), VMS, find_deadline, &deadline,
		N_("kubelet gives up after 4 minutes and tries again: look at the VMs of that pod, and at the path of the pod")},
	{"S13", N_("an earlier try still runs"), SURVEY, find_pattern, &reserved,
		N_("Wait until it ends (up to 10 minutes)")},
	{"S14", N_("quota used up, or nothing in stock"), VMS, find_quota, &quota,
		N_("Look for orphans that eat the quota; else ask for more, or use another zone or type")},
	{"S15", N_("the pod VM image is not there"), LOGS, find_pattern, &image,
		N_("Copy the image into this region, or name one of this region as IMAGEID")},
	{"S16", N_("the type or zone has no TDX"), LOGS, find_pattern, &confidential,
		N_("Confidential types are sold in some zones only; for tests DISABLECVM=true makes plain VMs")},
	{"S17", N_("the user data is too large"), LOGS, find_pattern, &user_data,
		N_("Shorten initdata and the registry's auth file")},
	{"S18", N_("no room for pod VMs on the nodes"), SURVEY, find_pattern, &no_room,
		N_("The limit per node is reached or the adaptor is down: end peer pods, or raise PEERPODS_LIMIT_PER_NODE")},
	{"S19", N_("the webhook refuses all pods"), SURVEY, find_pattern, &webhook,
		N_("Mend cert-manager and the webhook's pods, or remove its configuration")},
	{"S20", N_("containers fail inside their VM"), LOGS, find_pattern, &container,
		N_("Read the message: manifest and registry mean egress or registry auth, policy means initdata")},
	{"S21", N_("images cannot be unpacked on the node"), SURVEY, find_pattern, &unpack,
		N_("Set discard_unpacked_layers=false in containerd, or fetch the image before; check the nydus snapshotter")},
	{"S22", N_("the root file system is not there"), SURVEY, find_pattern, &rootfs,
		N_("Use imagePullPolicy: Always")},
	{"S23", N_("the nydus snapshotter is not in use"), SURVEY, find_pattern, &separately,
		N_("Run kata-deploy again with nydus on that node")},
	{"S24", N_("peer pods do not end"), LOGS, find_stuck_pods, NULL,
		N_("See whether their VM is left over; delete it as an orphan, then the PeerPod")},
	{"S25", N_("PeerPods keep their namespaces from ending"), SURVEY, find_stuck_peerpods, NULL,
		N_("Once their VMs are gone, take the finalizer off: the sweep of left-overs does it")},
	{"S26", N_("settings were changed and are not in force"), SURVEY, find_old_config, NULL,
		N_("Restart the adaptor, but end the peer pods of each node first")},
	{"S27", N_("image and adaptor are of different releases"), LOGS | NEEDS(HEALTH_CONSOLE), find_old_image, NULL,
		N_("Use image and adaptor of one release: the name of a file between them changed with 0.15")},
	{"S28", N_("attestation or fetching secrets fails"), LOGS, find_pattern, &attestation,
		N_("Check initdata (aa.toml, cdh.toml), that the VM reaches the KBS, its policy and reference values")},
	{"S29", N_("pods run whose VM is gone"), VMS, find_lost_vm, NULL,
		N_("Delete the pod, so that it gets a new VM")},
};
// clang-format on

static bool mark_counts(const struct health_facts *facts, const struct health_check *check,
        const struct health_log *log, const struct health_mark *mark)
{
	struct podvm_name name;

	if (!mark->count || !log->is_read || log->is_controller)
		return false;
	if (check->pattern->at_start)
		return !log->pod->is_ready;
	if (log->is_previous || (mark->time && mark->time < facts->since))
		return false;
	return !facts->pod || !podvm_name_parse(mark->vm, &name) ||
	       podvm_name_fits_pod(&name, facts->pod->record.name, PODVM_NAME_LIMIT);
}

static bool event_counts(const struct health_facts *facts, const struct health_check *check, size_t place,
        const struct event_record *event)
{
	const char *reason = check->pattern->events[place].reason;
	const char *const *texts = check->pattern->events[place].texts;

	if (!texts[0] || strcmp(event->record.status, "Warning") != 0 || event->last_seen < facts->since ||
	        !event_is_of(event, facts->pod) || (reason && strcmp(reason, event->record.name) != 0))
		return false;
	return strcasestr(event->message, texts[0]) && (!texts[1] || strcasestr(event->message, texts[1]));
}

static size_t find_marks(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	size_t found = 0;

	for (size_t i = 0; i < facts->log_count; i++) {
		for (size_t k = 0; k < COUNT_OF(check->pattern->marks); k++) {
			const struct health_mark *mark;

			if (check->pattern->marks[k] < 0)
				continue;
			mark = &facts->logs[i].marks[check->pattern->marks[k]];
			if (!mark_counts(facts, check, &facts->logs[i], mark) || found++)
				continue;
			finding_add(out, DIAGNOSIS_FAIL, "%s: %s", facts->logs[i].pod->node, mark->text);
			finding_log(out, facts, &facts->logs[i], mark->time);
		}
	}
	return found;
}

static size_t find_events(
        const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct event_record *event;
	size_t found = 0;

	for (size_t i = 0; (event = event_at(facts, i)); i++) {
		bool counts = false;

		for (size_t k = 0; k < COUNT_OF(check->pattern->events); k++)
			counts = counts || event_counts(facts, check, k, event);
		if (!counts || found++)
			continue;
		finding_add(out, DIAGNOSIS_FAIL, _("%s/%s: %.400s (x%lld)"), event->namespace_name, event->object,
		        event->message, (long long)event->count);
		if (out->link.kind == KIND_COUNT) {
			out->link = (struct diagnosis_link){.kind = KIND_POD, .scope = facts->cluster};
			snprintf(out->link.id, sizeof(out->link.id), "%s", event->object_uid);
			snprintf(out->link.name, sizeof(out->link.name), "%s", event->object);
			snprintf(out->link.space, sizeof(out->link.space), "%s", event->namespace_name);
		}
	}
	return found;
}

void find_pattern(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	size_t found = find_marks(facts, check, out);

	found += find_events(facts, check, out);
	if (found > 2 || (found == 2 && !strchr(out->seen, '\n')))
		finding_add(out, DIAGNOSIS_FAIL, _("and %zu more"), found - 1 - (strchr(out->seen, '\n') != NULL));
	if (found)
		finding_remedy(out, "%s", _(check->remedy));
}
