// SPDX-License-Identifier: Apache-2.0
// P5 to P8: the way of one pod from the adaptor to its VM's agent.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "orphans/podvm_name.h"

#include "base/banned.h"

enum { MARGIN_MS = 5 * MINUTE_MS, PATIENCE_MS = 2 * MINUTE_MS, AGENT_PATIENCE_MS = 3 * MINUTE_MS };

// The log of the adaptor on the pod's node; NULL after telling why there is none.
static const struct health_log *read_log(const struct health_facts *facts, struct health_finding *out)
{
	const struct pod_record *adaptor = adaptor_on(facts, facts->pod->node);
	const struct health_log *log = log_of(facts, adaptor);

	if (log && log->is_read)
		return log;
	if (log)
		finding_failed(out, _("the adaptor's log"), &log->error);
	else
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the adaptor's log was not read"));
	return NULL;
}

// What the log has of this pod and of no earlier one of the same name.
static const struct caa_entry *entry_of(const struct health_facts *facts, const struct health_log *log)
{
	const struct caa_entry *entry =
	        log ? caa_book_pod_last(&log->book, facts->pod->namespace_name, facts->pod->record.name) : NULL;

	if (entry && entry->sandbox_made && entry->sandbox_made + MARGIN_MS < facts->pod->record.created)
		return NULL;
	return entry;
}

void path_seen(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_log *log = read_log(facts, out);
	const struct caa_entry *entry = entry_of(facts, log);
	char when[TIME_TEXT_SIZE];

	(void)check;
	if (!log)
		return;
	finding_log(out, facts, log, entry ? entry->sandbox_made : log->book.last_time);
	if (entry) {
		moment_text(facts, entry->sandbox_made, when);
		finding_add(out, DIAGNOSIS_PASS, _("%s create a sandbox %.8s… for pod %s"), when, entry->sandbox,
		        facts->pod->record.name);
	} else if (log->book.first_time > facts->pod->record.created) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("its log begins after the pod was made"));
	} else if (facts->now - facts->pod->record.created < PATIENCE_MS) {
		finding_add(out, DIAGNOSIS_WARN, "%s", _("not yet"));
	} else {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("it was never asked for a VM for this pod"));
		finding_remedy(out, "%s",
		        _("The shim does not reach the adaptor: is /run/peerpod/hypervisor.sock there, is kata "
		          "installed on "
		          "the node, did containerd restart?"));
	}
}

// Whether a mark tells of this pod's VM.
static bool mark_is_of(const struct health_mark *mark, const struct caa_entry *entry, const struct pod_record *pod)
{
	struct podvm_name name;

	if (!mark->count || !podvm_name_parse(mark->vm, &name))
		return false;
	if (entry)
		return podvm_name_fits_sandbox(&name, entry->sandbox);
	return podvm_name_fits_pod(&name, pod->record.name, PODVM_NAME_LIMIT);
}

static void tell_refusal(
        const struct health_facts *facts, const char *code, const char *text, struct health_finding *out)
{
	char names[300];
	size_t strays;

	finding_add(out, DIAGNOSIS_FAIL, _("the cloud refused: %s"), *code ? code : _("without a code"));
	finding_add(out, DIAGNOSIS_FAIL, "%.300s", text);
	if (strstr(code, "Quota") || strstr(code, "LimitExceeded")) {
		for (size_t i = 0; i < facts->cloud.limit_count; i++) {
			const struct cloud_limit *limit = &facts->cloud.limits[i];

			if (limit->sort == LIMIT_VCPU && limit->used >= 0)
				finding_add(out, DIAGNOSIS_FAIL, _("%.80s: %lld of %lld used"), limit->name,
				        (long long)limit->used, (long long)limit->total);
		}
		if (orphans_text(facts, names, sizeof(names))) {
			finding_add(out, DIAGNOSIS_FAIL, _("held by orphans: %s"), names);
			finding_remedy(out, "%s", _("Delete the orphans, or raise the quota, or use another type"));
		} else if ((strays = strays_text(facts, names, sizeof(names)))) {
			finding_add(
			        out, DIAGNOSIS_FAIL, _("%zu pod VMs fit no pod of this cluster: %s …"), strays, names);
			finding_remedy(out, "%s",
			        _("See which are nobody's (peerdeck orphans), or raise the quota, or use another "
			          "type"));
		}
		finding_remedy(out, "%s", _("Look for orphans that eat the quota, raise it, or use another type"));
	} else if (strstr(code, "NoStock") || strstr(code, "NotOnSale")) {
		finding_remedy(out, "%s", _("Use another type, or a vSwitch in another zone"));
	} else if (strstr(code, "Image")) {
		finding_remedy(out, "%s", _("Copy the image into this region, or name one of this region as IMAGEID"));
	} else if (strstr(code, "Forbidden") || strstr(code, "NoPermission")) {
		finding_remedy(out, "%s", _("Add the action to the adaptor's role; see the check of its role"));
	}
	finding_remedy(
	        out, "%s", _("Look the code up in the cloud's error centre; the adaptor's log has the whole message"));
}

// kubelet passes the adaptor's message on.
static bool refused_by_event(const struct health_facts *facts, struct health_finding *out)
{
	const struct event_record *event;
	char code[96] = "";

	for (size_t i = 0; (event = event_at(facts, i)); i++) {
		if (!event_is_of(event, facts->pod) || strcmp(event->record.name, "FailedCreatePodSandBox") ||
		        !strstr(event->message, "returned error"))
			continue;
		health_code(event->message, code, sizeof(code));
		tell_refusal(facts, code, event->message, out);
		return true;
	}
	return false;
}

void path_create(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_log *log = read_log(facts, out);
	const struct caa_entry *entry = entry_of(facts, log);
	const struct health_mark *refused = log ? &log->marks[MARK_CLOUD_REFUSED] : NULL;
	char when[TIME_TEXT_SIZE];

	(void)check;
	if (!log) {
		refused_by_event(facts, out);
		return;
	}
	if (entry && *entry->instance) {
		moment_text(facts, entry->instance_made ? entry->instance_made : entry->name_made, when);
		finding_add(out, DIAGNOSIS_PASS, "%s %s %s", when, entry->instance, entry->name);
		finding_log(out, facts, log, entry->instance_made);
		return;
	}
	if (mark_is_of(refused, entry, facts->pod)) {
		tell_refusal(facts, refused->code, refused->text, out);
		finding_log(out, facts, log, refused->time);
		return;
	}
	if (refused_by_event(facts, out))
		return;
	finding_log(out, facts, log, entry ? entry->intent : log->book.last_time);
	if (entry && entry->intent) {
		moment_text(facts, entry->intent, when);
		finding_add(out, DIAGNOSIS_WARN, _("asked for at %s, no answer yet"), when);
		finding_remedy(out, "%s", _("It takes up to some minutes; look again"));
	} else {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the log tells nothing of it"));
	}
}

static const struct vm_record *vm_of(const struct health_facts *facts, const struct caa_entry *entry)
{
	struct snapshot *vms = facts->cloud.vms;
	const char *id = entry && *entry->instance ? entry->instance : facts->pod->vm_id;

	return vms && *id ? (const struct vm_record *)snapshot_find(vms, id) : NULL;
}

static const struct caa_entry *entry_quietly(const struct health_facts *facts)
{
	const struct health_log *log = log_of(facts, adaptor_on(facts, facts->pod->node));

	return log && log->is_read ? entry_of(facts, log) : NULL;
}

void path_vm(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct caa_entry *entry = entry_quietly(facts);
	const struct vm_record *vm = vm_of(facts, entry);
	const char *id = entry && *entry->instance ? entry->instance : facts->pod->vm_id;

	(void)check;
	if (facts->cloud.vms_asked.asked == HEALTH_FAILED) {
		finding_failed(out, *id ? id : _("VMs"), &facts->cloud.vms_asked.error);
	} else if (!facts->cloud.vms) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("no context of the cluster's cloud is open"));
	} else if (!*id) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("it is not known which VM is its"));
	} else if (!vm) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s does not exist any more"), id);
		finding_remedy(out, "%s", _("Somebody deleted it: delete the pod, so that it gets a new one"));
	} else {
		bool runs = !strcmp(vm->record.status, "Running");

		finding_link(out, facts, KIND_VM, &vm->record, "");
		snprintf(out->link.scope.region, sizeof(out->link.scope.region), "%s", vm->record.region);
		finding_add(out, runs ? DIAGNOSIS_PASS : DIAGNOSIS_WARN, "%s %s %s %s", id, vm->record.name,
		        vm->record.status, vm->private_ip);
		if (!runs)
			finding_remedy(out, "%s", _("Wait until it runs; a stopped one is started by nobody"));
	}
}

static void explain_agent(const struct health_facts *facts, struct health_finding *out)
{
	const struct health_cloud *cloud = &facts->cloud;

	for (size_t i = 0; i < PASSAGES; i++)
		if (cloud->passages_asked[i].asked == HEALTH_ANSWERED && cloud->passages[i] == ANSWER_NO) {
			finding_add(out, DIAGNOSIS_FAIL, "%s",
			        _("the security groups do not let workers and pod VMs talk"));
			finding_remedy(out, _("Open TCP %d and UDP %d between workers and pod VMs"),
			        facts->setup.forwarder_port, facts->setup.vxlan_port);
			return;
		}
	if (strstr(buffer_text(&cloud->console), "apf.json: no such file")) {
		finding_add(out, DIAGNOSIS_FAIL, "%s", _("the VM's console says: apf.json: no such file"));
		finding_remedy(out, "%s",
		        _("The image is older or newer than the adaptor: use those of one release (the name "
		          "of that file changed with 0.15)"));
		return;
	}
	finding_remedy(out,
	        _("Open TCP %d and UDP %d between workers and pod VMs; look at the VM's console; use an image "
	          "of the adaptor's release"),
	        facts->setup.forwarder_port, facts->setup.vxlan_port);
}

static const struct health_retry *retry_of(const struct health_log *log, const char *address)
{
	size_t length = strlen(address);

	for (size_t i = 0; length && i < log->retry_count; i++)
		if (!strncmp(log->retries[i].address, address, length) && log->retries[i].address[length] == ':')
			return &log->retries[i];
	return NULL;
}

void path_agent(const struct health_facts *facts, const struct health_check *check, struct health_finding *out)
{
	const struct health_log *log = read_log(facts, out);
	const struct caa_entry *entry = entry_of(facts, log);
	const struct vm_record *vm = vm_of(facts, entry);
	const struct caa_address *address;
	const struct health_retry *retry;

	(void)check;
	if (!log)
		return;
	address = vm && *vm->private_ip ? caa_book_address(&log->book, vm->private_ip) : NULL;
	finding_log(out, facts, log, address ? address->established : log->book.last_time);
	if (address) {
		char when[TIME_TEXT_SIZE];

		moment_text(facts, address->established, when);
		finding_add(out, DIAGNOSIS_PASS, _("%s established to %s"), when, vm->private_ip);
	} else if (facts->pod->is_ready) {
		finding_add(out, DIAGNOSIS_PASS, "%s", _("the pod is ready"));
	} else if (entry && entry->instance_made && facts->now - entry->instance_made < AGENT_PATIENCE_MS) {
		finding_add(out, DIAGNOSIS_WARN, "%s", _("not yet; the VM is young"));
	} else if (vm && (retry = retry_of(log, vm->private_ip))) {
		finding_add(out, DIAGNOSIS_FAIL, _("%s does not answer since %lld s"), retry->address,
		        (long long)((retry->last - retry->first) / 1000));
		explain_agent(facts, out);
	} else if (mark_is_of(&log->marks[MARK_PROXY_DEADLINE], entry, facts->pod)) {
		finding_add(out, DIAGNOSIS_FAIL, "%.300s", log->marks[MARK_PROXY_DEADLINE].text);
		explain_agent(facts, out);
	} else if (!vm) {
		finding_add(out, DIAGNOSIS_UNKNOWN, "%s", _("the VM's address is not known"));
	} else {
		finding_add(out, DIAGNOSIS_FAIL, _("no connection to %s is told"), vm->private_ip);
		explain_agent(facts, out);
	}
}
