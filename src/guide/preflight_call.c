// SPDX-License-Identifier: Apache-2.0
// A check by a call: once, or for each element of a list; and what is told of one that does not hold.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

// Of each element that is meant what the guide wants to be told.
static void tell_shown(const struct guide_step *step, const struct values *values, const struct looked *looked,
        char *seen, size_t size)
{
	const cJSON *node = pointer_node(looked->root, step->call.at);
	bool list = cJSON_IsArray(node);

	seen[0] = '\0';
	for (const cJSON *child = list ? node->child : node; child; child = list ? child->next : NULL) {
		size_t used = strlen(seen);
		struct buffer text;

		buffer_init(&text, VALUE_MOST);
		if (tests_judge(step->call.where, child, values, NULL, NULL) == TRUTH_YES &&
		        pointer_pick(child, step->show, values, &text))
			snprintf(seen + used, size - used, "%s%s", used ? ", " : "", buffer_text(&text));
		buffer_finish(&text);
	}
}

static const char *last_word(const char *pointer)
{
	const char *slash = strrchr(pointer, '/');

	return slash ? slash + 1 : *pointer ? pointer : _("it");
}

// "TotalQuota is 4, not > TotalUsage, which is 4".
static void tell_test(const char *test, const struct values *values, const cJSON *node, char *seen, size_t size)
{
	char pointer[256], operator[16];
	struct buffer is, wanted;
	const char *rest;

	if (!test_parts(test, pointer, operator, & rest)) {
		snprintf(seen, size, _("it is not so that %.200s"), test);
		return;
	}
	buffer_init(&is, VALUE_MOST);
	buffer_init(&wanted, VALUE_MOST);
	expand_text(&wanted, rest, values, EXPAND_SHOWN, NULL);
	if (!pointer_pick(node, pointer, values, &is))
		snprintf(seen, size, _("%.80s is not there"), last_word(pointer));
	else if (!strcmp(operator, "=="))
		snprintf(seen, size, _("%.80s is %.80s, not %.80s"), last_word(pointer), buffer_text(&is),
		        buffer_text(&wanted));
	else
		snprintf(seen, size, _("%.80s is %.80s, not %s %.80s"), last_word(pointer),
		        buffer_text(&is), operator, * rest == '/' ? last_word(rest) : buffer_text(&wanted));
	buffer_clear(&is);
	if (*rest == '/' && pointer_pick(node, rest, values, &is))
		snprintf(seen + strlen(seen), size - strlen(seen), _(", which is %.80s"), buffer_text(&is));
	buffer_finish(&is);
	buffer_finish(&wanted);
}

// What does not hold, or is not there at all. A check that must know warns where it cannot.
static void judge_answer(
        struct preflight_line *line, const struct values *values, const struct looked *looked, bool absent)
{
	const struct guide_step *step = line->step;
	struct error problem = {0};
	const char *failed = NULL;
	enum truth truth = tests_judge(step->expect, looked->node, values, &failed, &problem);

	if (truth == TRUTH_UNKNOWN) {
		line->result = PREFLIGHT_SKIP;
		return;
	}
	if (truth == TRUTH_YES && (!absent || step->expect))
		return;
	check_fails(line, &problem);
	if (absent && step->level && !strcmp(step->level, "known"))
		line->result = PREFLIGHT_WARN;
	if (step->show && !line->seen[0])
		tell_shown(step, values, looked, line->seen, sizeof(line->seen));
	if (!line->seen[0] && failed && !absent)
		tell_test(failed, values, looked->node, line->seen, sizeof(line->seen));
	else if (!line->seen[0])
		snprintf(line->seen, sizeof(line->seen), "%s", _("not there"));
}

static void check_one(
        struct guide_run *run, struct preflight_line *line, const struct values *values, struct cancel *cancel)
{
	const struct guide_step *step = line->step;
	struct error problem = {0};
	struct looked looked;
	enum look look = run_look(run, &step->call, NULL, values, &looked, cancel, &problem);

	if (look == LOOK_UNKNOWN) {
		line->result = PREFLIGHT_SKIP;
		snprintf(line->seen, sizeof(line->seen), "%s", _("known only while it runs"));
	} else if (step->refused) {
		// A trial run that would have worked is refused with a code of its own.
		if (look == LOOK_FAILED && text_glob(step->refused, problem.code))
			snprintf(line->seen, sizeof(line->seen), _("trial run passed"));
		else
			check_fails(line, &problem);
	} else if (look == LOOK_FAILED) {
		check_fails(line, &problem);
		if (step->level && !strcmp(step->level, "known"))
			line->result = PREFLIGHT_WARN;
	} else {
		judge_answer(line, values, &looked, look == LOOK_ABSENT);
	}
	looked_finish(&looked);
}

// The worst of them counts; those that it does not hold for are named.
static void check_each(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	static const unsigned char badness[PREFLIGHT_RESULTS] = {
	        [PREFLIGHT_PASS] = 0, [PREFLIGHT_SKIP] = 1, [PREFLIGHT_WARN] = 2, [PREFLIGHT_FAIL] = 3};
	struct values values = {.outer = &run->values};
	struct buffer element, bad;

	buffer_init(&element, VALUE_MOST);
	buffer_init(&bad, VALUE_MOST);
	for (size_t i = 0;
	        !cancel_asked(cancel) && list_element(values_text(&run->values, line->step->each), i, &element); i++) {
		struct preflight_line one = {.step = line->step};

		values_set(&values, "EACH", buffer_text(&element), "");
		check_one(run, &one, &values, cancel);
		if (badness[one.result] >= badness[PREFLIGHT_WARN]) {
			buffer_printf(&bad, "%s%s", bad.size ? ", " : "", buffer_text(&element));
			snprintf(line->seen + strlen(line->seen), sizeof(line->seen) - strlen(line->seen),
			        "%s%.60s: %.160s", *line->seen ? "; " : "", buffer_text(&element), one.seen);
			snprintf(line->remedy, sizeof(line->remedy), "%s", one.remedy);
			line->denied |= one.denied;
		}
		if (badness[one.result] > badness[line->result])
			line->result = one.result;
		buffer_clear(&element);
	}
	if (bad.size && line->step->remedy && !line->denied) {
		values_set(&values, "EACH", buffer_text(&bad), "");
		run_text(run, line->step->remedy, &values, line->remedy, sizeof(line->remedy));
	}
	values_finish(&values);
	buffer_finish(&element);
	buffer_finish(&bad);
}

void check_call(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	if (line->step->each)
		check_each(run, line, cancel);
	else
		check_one(run, line, &run->values, cancel);
}
