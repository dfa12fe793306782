// SPDX-License-Identifier: Apache-2.0
// The messages of the Cloud API Adaptor as a table, and a small matcher for them.
#include "config.h"

#include "orphans/caa_log.h"

#include <string.h>

#include "base/clock.h"
#include "orphans/podvm_name.h"

#include "base/banned.h"

enum value_kind { SANDBOX, POD, NAMESPACE, NETNS, INSTANCE, NAME, ADDRESS, NODE, VALUE_KINDS };

#define HEX "0123456789abcdef"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define DNS LOWER DIGITS "-."

// How a value looks in a pattern ({sandbox}; with a '?' behind it the last one may be absent), and the characters it
// may have: a value ends before the first other one.
static const struct {
	const char *mark, *letters;
} values[VALUE_KINDS] = {
        [SANDBOX] = {"{sandbox}", HEX},
        [POD] = {"{pod}", DNS},
        [NAMESPACE] = {"{namespace}", DNS},
        [NETNS] = {"{netns}", LOWER DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._/"},
        [INSTANCE] = {"{instance}", LOWER DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._/"},
        [NAME] = {"{name}", LOWER DIGITS "-"},
        [ADDRESS] = {"{address}", "0123456789abcdefABCDEF:.[]"},
        [NODE] = {"{node}", DNS},
};

static const struct {
	const char *id, *name, *pattern;
} facts[CAA_FACT_KINDS] = {
        [CAA_SANDBOX_OF_POD] = {"L1", "sandbox_of_pod",
                "create a sandbox {sandbox} for pod {pod} in namespace {namespace} (netns: {netns})"},
        [CAA_CREATE_INTENT] = {"L2", "create_intent", "CreateInstance: name: \"{name}\""},
        [CAA_INSTANCE_CREATED] = {"L3", "instance_created", "created an instance {instance} for sandbox {sandbox}"},
        [CAA_ARM_VM_CREATED] = {"L3z", "arm_vm_created", "created VM successfully: {instance}"},
        [CAA_NAME_CREATED] = {"L4", "name_created", "created an instance {name} for sandbox {sandbox}"},
        [CAA_VM_ADDRESS] = {"L5", "vm_address", "[private]={address}"},
        [CAA_PEERPOD_OWNED] = {"L6", "peerpod_owned", "{pod} is now owning a PeerPod object"},
        [CAA_PROXY_TRYING] = {"L7", "proxy_trying", "Trying to establish agent proxy connection to {address}"},
        [CAA_PROXY_RETRYING] = {"L7", "proxy_retrying", "Retrying failed"},
        [CAA_PROXY_ESTABLISHED] = {"L7", "proxy_established", "established agent proxy connection to {address}"},
        [CAA_PROXY_READY] = {"L7", "proxy_ready", "agent proxy is ready"},
        [CAA_DELETE_STARTED] = {"L8", "delete_started", "Deleting instance ({instance})"},
        [CAA_DELETE_DONE] = {"L8", "delete_done", "Deleted an instance {instance}"},
        [CAA_NAME_DELETED] = {"L8", "name_deleted", "deleted VM successfully: {name}"},
        [CAA_INSTANCE_MISSING] = {"L8", "instance_missing", "instance {instance} is not found"},
        [CAA_DELETE_FAILED] = {"L9", "delete_failed", "Error deleting an instance {instance}"},
        [CAA_STOP_REFUSED] = {"L10", "stop_refused", "stopping VM: sandbox {sandbox} does not exist"},
        [CAA_CLEANUP_STARTED] = {"L11", "cleanup_started", "cleaning up instance{instance}?"},
        [CAA_CLEANUP_FAILED] = {"L11", "cleanup_failed", "failed to cleanup instance{instance}?"},
        [CAA_SOCKET_CLOSED] = {"L12", "socket_closed", "UDS not opened"},
        [CAA_PODS_NOT_READY] = {"L12", "pods_not_ready", "Not all PeerPods ready, because PeerPod{pod}?"},
        [CAA_PODS_READY] = {"L12", "pods_ready", "All PeerPods standup"},
        [CAA_CAPACITY_SET] = {"L13", "capacity_set", "Successfully set extended resource for node{node}?"},
        [CAA_CAPACITY_FAILED] = {"L13", "capacity_failed", "Failed to set extended resource for node{node}?"},
        [CAA_SERVER_STARTED] = {"L14", "server_started", "server started"},
        [CAA_SET_INSTANCE_LATE] = {"G5", "set_instance_late", "setting instance: sandbox {sandbox} does not exist"},
        [CAA_START_INTERRUPTED] = {"G5", "start_interrupted", "start instance interrupted"},
        [CAA_PROXY_FAILED] = {"G5", "proxy_failed", "failed to establish agent proxy connection"},
        [CAA_RELEASE_FAILED] = {"G8", "release_failed", "failed to release PeerPod"},
        [CAA_MAPPING_MISSING] = {"G8", "mapping_missing", "pod to PeerPod mapping not found"},
        [CAA_PEERPOD_FAILED] = {"G9", "peerpod_failed", "failed to create PeerPod"},
        [CAA_PROVIDER_DELETE_FAILED] = {"A1", "provider_delete_failed", "failed to delete an instance"},
        [CAA_CREATE_FAILED] = {"A2", "create_failed", "returned error"},
        [CAA_PANIC] = {"A3", "panic", "panic: "},
        [CAA_WRONG_STATUS] = {"A4", "wrong_status", "IncorrectInstanceStatus"},
        [CAA_EIP_DELETE_FAILED] = {"A8", "eip_delete_failed", "delete EIP"},
        [CAA_ARM_CREATE_WAIT] = {"Z1", "arm_create_wait", "waiting for the VM creation"},
        [CAA_ARM_NO_ADDRESS] = {"Z2", "arm_no_address", "getting IPs for the instance"},
        [CAA_ARM_DELETE_WAIT] = {"Z4", "arm_delete_wait", "waiting for the VM deletion"},
        [CAA_ARM_NO_VM] = {"G4", "arm_no_vm", "VM name not found"},
        [CAA_NO_PROVIDER] = {"P2", "no_provider", "cloud provider not supported"},
};

// Where providers put the same thing in other words.
static const struct {
	enum caa_fact_kind kind;
	const char *pattern;
} variants[] = {
        {CAA_VM_ADDRESS, "podNodeIP[0]={address}"},
};

// What else must stand in the line before the pattern counts.
static const struct {
	enum caa_fact_kind kind;
	const char *also;
} companions[] = {
        {CAA_CREATE_FAILED, "creating instance"},
        {CAA_EIP_DELETE_FAILED, "failed"},
        {CAA_VM_ADDRESS, "pod vm IP["},
};

struct match {
	char text[VALUE_KINDS][CAA_LOG_VALUE_MOST];
};

static bool value_is_sound(enum value_kind kind, const char *text, size_t length)
{
	struct podvm_name name;

	if (length == 0 || length >= CAA_LOG_VALUE_MOST)
		return false;
	if (kind == SANDBOX)
		return length == CAA_SANDBOX_ID_LENGTH;
	return kind != NAME || podvm_name_parse(text, &name);
}

// The value at the start of `text`, kept in `match`; its length, or 0 when there is none.
static size_t value_take(enum value_kind kind, const char *text, struct match *match)
{
	size_t length = strspn(text, values[kind].letters);

	// a sentence may end right behind the value
	while (length > 0 && strchr(".:", text[length - 1]))
		length--;
	if (length == 0 || length >= CAA_LOG_VALUE_MOST)
		return 0;
	memcpy(match->text[kind], text, length);
	match->text[kind][length] = '\0';
	return value_is_sound(kind, match->text[kind], length) ? length : 0;
}

static enum value_kind mark_find(const char *pattern, size_t *length)
{
	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		*length = strlen(values[kind].mark);
		if (!strncmp(pattern, values[kind].mark, *length))
			return (enum value_kind)kind;
	}
	return VALUE_KINDS;
}

static bool pattern_follows(const char *pattern, const char *text, struct match *match)
{
	while (*pattern) {
		size_t length, taken;
		enum value_kind kind;

		if (*pattern != '{') {
			if (*pattern++ != *text++)
				return false;
			continue;
		}
		kind = mark_find(pattern, &length);
		if (pattern[length] == '?')
			text += strspn(text, " \"(");
		taken = kind < VALUE_KINDS ? value_take(kind, text, match) : 0;
		if (taken == 0)
			return pattern[length] == '?';
		pattern += length;
		pattern += *pattern == '?';
		text += taken;
	}
	return true;
}

// A value that comes before all fixed text is the word that ends there.
static bool leading_value(const char *line, const char *at, enum value_kind kind, struct match *match)
{
	const char *start = at;

	while (start > line && start[-1] && strchr(values[kind].letters, start[-1]))
		start--;
	return start < at && value_take(kind, start, match) == (size_t)(at - start);
}

static bool pattern_find(const char *line, const char *pattern, struct match *match)
{
	enum value_kind leading = VALUE_KINDS;
	char head[80];
	size_t length;

	if (*pattern == '{') {
		leading = mark_find(pattern, &length);
		pattern += length;
	}
	length = strcspn(pattern, "{");
	if (length >= sizeof head)
		return false;
	memcpy(head, pattern, length);
	head[length] = '\0';
	for (const char *at = strstr(line, head); at; at = strstr(at + 1, head)) {
		if (leading != VALUE_KINDS && !leading_value(line, at, leading, match))
			continue;
		if (pattern_follows(pattern + length, at + length, match))
			return true;
		memset(match, 0, sizeof *match);
	}
	return false;
}

static bool variant_find(enum caa_fact_kind kind, const char *line, struct match *match)
{
	for (size_t i = 0; i < COUNT_OF(variants); i++)
		if (variants[i].kind == kind && pattern_find(line, variants[i].pattern, match))
			return true;
	return false;
}

static bool companion_is_there(enum caa_fact_kind kind, const char *line)
{
	for (size_t i = 0; i < COUNT_OF(companions); i++)
		if (companions[i].kind == kind)
			return strstr(line, companions[i].also) != NULL;
	return true;
}

// The API's time, RFC 3339, is the first word of a line.
static int64_t line_time(const char *line)
{
	char word[40];
	size_t length = strcspn(line, " ");
	int64_t time = 0;

	if (length < 20 || length >= sizeof word)
		return 0;
	memcpy(word, line, length);
	word[length] = '\0';
	return time_parse(word, &time) ? time : 0;
}

static void line_read(struct caa_log *log)
{
	struct match match;
	int64_t time;

	log->line[log->used] = '\0';
	log->lines++;
	if (log->is_too_long)
		log->cut++;
	time = line_time(log->line);
	for (int kind = 0; kind < CAA_FACT_KINDS; kind++) {
		struct caa_fact fact = {.kind = (enum caa_fact_kind)kind, .time = time};

		for (int value = 0; value < VALUE_KINDS; value++)
			match.text[value][0] = '\0';
		if (!(pattern_find(log->line, facts[kind].pattern, &match) &&
		            companion_is_there(fact.kind, log->line)) &&
		        !variant_find(fact.kind, log->line, &match))
			continue;
		// "created an instance …" tells an id or a name: a name is L4 and no id
		if (kind == CAA_INSTANCE_CREATED &&
		        value_is_sound(NAME, match.text[INSTANCE], strlen(match.text[INSTANCE])))
			continue;
		fact.sandbox = match.text[SANDBOX];
		fact.pod = match.text[POD];
		fact.namespace_name = match.text[NAMESPACE];
		fact.netns = match.text[NETNS];
		fact.instance = match.text[INSTANCE];
		fact.name = match.text[NAME];
		fact.address = match.text[ADDRESS];
		fact.node = match.text[NODE];
		log->fact(log->user, &fact);
	}
	log->used = 0;
	log->is_too_long = false;
}

void caa_log_init(struct caa_log *log, void (*fact)(void *user, const struct caa_fact *fact), void *user)
{
	*log = (struct caa_log){.fact = fact, .user = user};
}

void caa_log_feed(struct caa_log *log, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t piece = (size_t)((newline ? newline : end) - text), room = CAA_LOG_LINE_MOST - log->used;
		size_t kept = piece < room ? piece : room;

		if (piece > room)
			log->is_too_long = true;
		memcpy(log->line + log->used, text, kept);
		// a NUL would hide the rest of the line
		for (char *c = log->line + log->used; c < log->line + log->used + kept; c++)
			if (!*c)
				*c = '?';
		log->used += kept;
		text += piece;
		if (newline) {
			text++;
			line_read(log);
		}
	}
}

void caa_log_end(struct caa_log *log)
{
	if (log->used > 0)
		line_read(log);
}

const char *caa_fact_name(enum caa_fact_kind kind)
{
	return facts[kind].name;
}

const char *caa_fact_id(enum caa_fact_kind kind)
{
	return facts[kind].id;
}
