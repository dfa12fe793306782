// SPDX-License-Identifier: Apache-2.0
// From findings to lines, as soon as what they rest on is settled.
#include "config.h"
#include "orphans/diagnose_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

enum { EVENTS_SHOWN = 10, PART_ORDER = 100 };

const char *diagnosis_result_name(enum diagnosis_result result)
{
	static const char *const names[DIAGNOSIS_RESULTS] = {
	        [DIAGNOSIS_RUNNING] = "running",
	        [DIAGNOSIS_PASS] = "pass",
	        [DIAGNOSIS_WARN] = "warn",
	        [DIAGNOSIS_FAIL] = "fail",
	        [DIAGNOSIS_UNKNOWN] = "cannot_tell",
	        [DIAGNOSIS_SKIP] = "skip",
	};

	return names[result];
}

static void line_init(struct diagnosis_line *line, const char *id, const char *title, enum diagnosis_part part,
        size_t place, enum diagnosis_result result)
{
	memset(line, 0, sizeof(*line));
	snprintf(line->id, sizeof(line->id), "%.15s", id);
	snprintf(line->title, sizeof(line->title), "%s", title);
	line->part = part;
	line->order = (unsigned)((size_t)part * PART_ORDER + place);
	line->result = result;
	line->link.kind = KIND_COUNT;
}

static void tell(struct diagnose *diagnose, const struct diagnosis_line *line)
{
	if (diagnose->options.tell)
		diagnose->options.tell(line, diagnose->options.user);
}

static void tell_check(struct diagnose *diagnose, const struct health_check *check, enum diagnosis_part part,
        size_t place, const struct health_finding *finding)
{
	struct diagnosis_line line;

	line_init(&line, check->id, _(check->title), part, place, finding->result);
	snprintf(line.seen, sizeof(line.seen), "%s", finding->seen);
	snprintf(line.remedy, sizeof(line.remedy), "%s", finding->result == DIAGNOSIS_PASS ? "" : finding->remedy);
	snprintf(line.missing, sizeof(line.missing), "%s", finding->missing);
	line.link = finding->link;
	tell(diagnose, &line);
}

static void tell_waiting(
        struct diagnose *diagnose, const struct health_check *check, enum diagnosis_part part, size_t place)
{
	struct health_finding finding = {.result = DIAGNOSIS_RUNNING, .link = {.kind = KIND_COUNT}};

	tell_check(diagnose, check, part, place, &finding);
}

void tell_begin(struct diagnose *diagnose)
{
	if (diagnose->options.pod)
		for (size_t i = 0; i < HEALTH_PATH; i++)
			tell_waiting(diagnose, &health_path[i], DIAGNOSIS_PATH, i);
	else
		for (size_t i = 0; i < HEALTH_CHECKS; i++)
			tell_waiting(diagnose, &health_checks[i], DIAGNOSIS_HEALTH, i);
}

static void tell_health(struct diagnose *diagnose)
{
	struct health_finding finding;

	for (size_t i = 0; i < HEALTH_CHECKS; i++)
		if (!diagnose->health_told[i] && health_judge(&diagnose->facts, &health_checks[i], &finding)) {
			diagnose->health_told[i] = true;
			tell_check(diagnose, &health_checks[i], DIAGNOSIS_HEALTH, i, &finding);
		}
}

static void skip(struct health_finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->result = DIAGNOSIS_SKIP;
	finding->link.kind = KIND_COUNT;
	snprintf(finding->seen, sizeof(finding->seen), "%s", _("not reached"));
}

static void judge_step(struct diagnose *diagnose, const struct health_check *check, struct health_finding *out)
{
	if (diagnose->path_stopped) {
		skip(out);
	} else if (!diagnose->facts.pod) {
		health_judge(&diagnose->facts, &health_checks[0], out);
		diagnose->path_stopped = true;
	} else {
		health_judge(&diagnose->facts, check, out);
		diagnose->path_stopped = out->result == DIAGNOSIS_FAIL;
	}
}

// In the order of the way: what comes after a failure is not reached.
static void tell_path(struct diagnose *diagnose)
{
	unsigned known = diagnose->facts.known;
	struct health_finding finding;

	while (diagnose->path_next < HEALTH_PATH) {
		size_t place = diagnose->path_next;
		const struct health_check *check = &health_path[place];

		if (!(known & NEEDS(HEALTH_SURVEY)) ||
		        (!diagnose->path_stopped && diagnose->facts.pod && (known & check->needs) != check->needs))
			return;
		judge_step(diagnose, check, &finding);
		tell_check(diagnose, check, DIAGNOSIS_PATH, place, &finding);
		diagnose->path_next++;
	}
}

// The path of a pod tells these itself.
static bool is_told_by_path(const struct health_check *check)
{
	static const char *const ids[] = {"S1", "S2", "S3", "S9", "S10", "S14", "S15", "S18"};

	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (!strcmp(ids[i], check->id))
			return true;
	return false;
}

static void tell_symptoms(struct diagnose *diagnose)
{
	bool of_pod = diagnose->options.pod != NULL;
	struct health_finding finding;

	for (size_t i = 0; i < HEALTH_SYMPTOMS; i++) {
		const struct health_check *check = &health_symptoms[i];

		if (diagnose->symptom_told[i] || (of_pod && (!diagnose->facts.pod || is_told_by_path(check))) ||
		        !health_judge(&diagnose->facts, check, &finding))
			continue;
		diagnose->symptom_told[i] = true;
		if (finding.result == DIAGNOSIS_PASS)
			continue;
		diagnose->symptoms_found++;
		tell_check(diagnose, check, DIAGNOSIS_SYMPTOM, i, &finding);
	}
}

static int newest_first(const void *a, const void *b)
{
	const struct event_record *left = *(const struct event_record *const *)a;
	const struct event_record *right = *(const struct event_record *const *)b;

	return (left->last_seen < right->last_seen) - (left->last_seen > right->last_seen);
}

// Whether two events say the same of different tries: ids of sandboxes do not count.
static bool says_the_same(const struct event_record *left, const struct event_record *right)
{
	enum { ID_LEAST = 12 };
	const char *a = left->message, *b = right->message;

	if (strcmp(left->record.name, right->record.name) != 0)
		return false;
	while (*a && *b) {
		size_t in_a = strspn(a, "0123456789abcdef"), in_b = strspn(b, "0123456789abcdef");

		if (in_a >= ID_LEAST && in_a == in_b) {
			a += in_a;
			b += in_b;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

static void tell_event(struct diagnose *diagnose, const struct event_record *event, int64_t count, size_t place)
{
	const struct pod_record *pod = diagnose->facts.pod;
	bool is_warning = !strcmp(event->record.status, "Warning");
	char id[32], when[TIME_TEXT_SIZE], text[560];
	struct diagnosis_line line;

	snprintf(id, sizeof(id), "E%zu", place + 1);
	moment_text(&diagnose->facts, event->last_seen, when);
	line_init(&line, id, event->record.name, DIAGNOSIS_EVENT, place, is_warning ? DIAGNOSIS_WARN : DIAGNOSIS_PASS);
	text_visible(event->record.name, strlen(event->record.name), line.title, sizeof(line.title));
	text_visible(event->message, strlen(event->message), text, sizeof(text));
	if (count > 1)
		snprintf(line.seen, sizeof(line.seen), "%s  %s (x%lld)", when, text, (long long)count);
	else
		snprintf(line.seen, sizeof(line.seen), "%s  %s", when, text);
	line.link.kind = KIND_POD;
	line.link.scope = diagnose->facts.cluster;
	snprintf(line.link.id, sizeof(line.link.id), "%s", pod->record.id);
	snprintf(line.link.name, sizeof(line.link.name), "%s", pod->record.name);
	snprintf(line.link.space, sizeof(line.link.space), "%s", pod->namespace_name);
	tell(diagnose, &line);
}

static void tell_events_of(struct diagnose *diagnose, const struct event_record **events, size_t count)
{
	size_t shown = 0;

	for (size_t i = 0; i < count && shown < EVENTS_SHOWN; i++) {
		int64_t times = 0;

		if (!events[i])
			continue;
		for (size_t k = count; k-- > i;) {
			if (!events[k] || !says_the_same(events[i], events[k]))
				continue;
			times += events[k]->count > 1 ? events[k]->count : 1;
			if (k > i)
				events[k] = NULL;
		}
		tell_event(diagnose, events[i], times, shown++);
	}
}

// Newest first; what says the same is one line.
static void tell_events(struct diagnose *diagnose)
{
	const struct health_facts *facts = &diagnose->facts;
	const struct event_record **events, *event;
	size_t count = 0;

	if (diagnose->events_told || !facts->pod || !facts->survey->events || !facts->survey->events->count)
		return;
	diagnose->events_told = true;
	events = calloc(facts->survey->events->count, sizeof(*events));
	for (size_t i = 0; events && (event = event_at(facts, i)); i++)
		if (event_is_of(event, facts->pod))
			events[count++] = event;
	if (count)
		qsort(events, count, sizeof(struct event_record *), newest_first);
	tell_events_of(diagnose, events, count);
	free(events);
}

void tell_known(struct diagnose *diagnose)
{
	if (!diagnose->options.pod) {
		tell_health(diagnose);
	} else {
		tell_path(diagnose);
		tell_events(diagnose);
	}
	tell_symptoms(diagnose);
}

static void find_gaps(const struct health_facts *facts, struct health_finding *out)
{
	if (!facts->survey->pods || !facts->survey->nodes)
		finding_unread(facts, out, facts->survey->nodes ? "list pods" : "list nodes");
	else if (!facts->survey->events)
		finding_unread(facts, out, "list events");
	for (size_t i = 0; i < facts->log_count && out->result == DIAGNOSIS_PASS; i++)
		if (!facts->logs[i].is_read && !facts->logs[i].is_previous)
			finding_failed(out, facts->logs[i].pod->record.name, &facts->logs[i].error);
	if (out->result == DIAGNOSIS_PASS && facts->cloud.vms_asked.asked == HEALTH_FAILED)
		finding_failed(out, _("VMs"), &facts->cloud.vms_asked.error);
}

// Nothing found is worth a line, and so is what could not be looked for.
void tell_end(struct diagnose *diagnose)
{
	static const struct health_check none = {"S0", N_("known symptoms"), 0, NULL, NULL, NULL};
	struct health_finding finding = {.result = DIAGNOSIS_PASS, .link = {.kind = KIND_COUNT}};

	if (diagnose->options.pod)
		return;
	find_gaps(&diagnose->facts, &finding);
	if (diagnose->symptoms_found && finding.result == DIAGNOSIS_PASS)
		return;
	if (!diagnose->symptoms_found)
		finding_add(&finding, DIAGNOSIS_PASS, _("none of %d was found in what could be read"), HEALTH_SYMPTOMS);
	tell_check(diagnose, &none, DIAGNOSIS_SYMPTOM, HEALTH_SYMPTOMS, &finding);
}
