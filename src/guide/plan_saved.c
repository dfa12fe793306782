// SPDX-License-Identifier: Apache-2.0
// A plan as an answers file keeps it, and how another one differs from it.
#include "config.h"
#include "guide/run_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"
#include "inventory/kind.h"

#include "base/banned.h"

// Members of a line, all of them texts; money in millionths, so that no locale and no rounding matters.
enum { SAVED_STEP, SAVED_SIGN, SAVED_NAME, SAVED_DETAIL, SAVED_PRICE, SAVED_CURRENCY, SAVED_MEMBERS };
enum { MILLION = 1000000 };

static const char marks[PLAN_SIGNS] = {
        [PLAN_CREATE] = '+', [PLAN_CHANGE] = '~', [PLAN_KEEP] = '=', [PLAN_DELETE] = '-'};

char plan_sign_mark(enum plan_sign sign)
{
	return marks[sign];
}

void config_add_string(struct buffer *out, const char *text)
{
	buffer_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_add_char(out, '\\');
		buffer_add_char(out, *text);
	}
	buffer_add_char(out, '"');
}

static long long millionths(double price)
{
	return llround(price * MILLION);
}

void plan_save(const struct plan *plan, struct buffer *out)
{
	buffer_printf(out, "plan = \"%s\";\n", plan->hash);
	if (!plan->count)
		return;
	buffer_add_text(out, "planned = (");
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_line *line = &plan->lines[i];

		buffer_printf(out, "%s\n\t[ \"%s\", \"%c\", ", i ? "," : "", line->step->id, marks[line->sign]);
		config_add_string(out, line->name);
		buffer_add_text(out, ", ");
		config_add_string(out, line->detail);
		buffer_printf(out, ", \"%lld\", ", millionths(line->hourly));
		config_add_string(out, line->currency);
		buffer_add_text(out, " ]");
	}
	buffer_add_text(out, " );\n");
}

static bool take_line(const struct guide *guide, const config_setting_t *saved, struct plan *out)
{
	const char *members[SAVED_MEMBERS];
	struct plan_line *line = &out->lines[out->count];
	int64_t price;
	size_t sign = 0;

	if (!config_setting_is_aggregate(saved) || config_setting_length(saved) != SAVED_MEMBERS)
		return false;
	for (unsigned i = 0; i < SAVED_MEMBERS; i++)
		if (!(members[i] = config_setting_get_string_elem(saved, (int)i)))
			return false;
	while (sign < PLAN_SIGNS && (members[SAVED_SIGN][0] != marks[sign] || members[SAVED_SIGN][1]))
		sign++;
	if (sign == PLAN_SIGNS || !text_to_int64(members[SAVED_PRICE], &price))
		return false;
	*line = (struct plan_line){.step = guide_step_find(guide, members[SAVED_STEP]),
	        .sign = (enum plan_sign)sign,
	        .hourly = (double)price / MILLION};
	snprintf(line->name, sizeof(line->name), "%s", members[SAVED_NAME]);
	snprintf(line->detail, sizeof(line->detail), "%s", members[SAVED_DETAIL]);
	snprintf(line->currency, sizeof(line->currency), "%.7s", members[SAVED_CURRENCY]);
	// What the guide has no more: its own hash says so.
	out->count += line->step != NULL;
	return true;
}

bool plan_take_saved(
        const struct guide *guide, const struct config_setting_t *saved, struct plan *out, struct error *error)
{
	int count = config_setting_is_list(saved) ? config_setting_length(saved) : -1;
	bool good = count >= 0 && count <= GUIDE_STEPS_MOST;

	free(out->lines);
	out->count = 0;
	out->lines = good ? calloc((size_t)count + 1, sizeof(*out->lines)) : NULL;
	if (good && !out->lines)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (int i = 0; good && i < count; i++)
		good = take_line(guide, config_setting_get_elem(saved, (unsigned)i), out);
	if (good)
		return true;
	error_set(error, ERROR_USAGE, _("planned: this is no plan as --save writes it"));
	error_remedy(error, _("save the plan anew, or take the lines out: then nobody is told what changed"));
	return false;
}

const struct plan_line *plan_line_of(const struct plan *plan, const struct guide_step *step)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->lines[i].step == step)
			return &plan->lines[i];
	return NULL;
}

bool plan_line_differs(const struct plan *before, const struct plan_line *line, char *how, size_t size)
{
	const struct plan_line *was = plan_line_of(before, line->step);
	char price[MONEY_TEXT_SIZE];
	size_t used;

	if (!before->count)
		return false;
	if (!was) {
		snprintf(how, size, "%s", _("new"));
		return true;
	}
	if (was->sign == line->sign && !strcmp(was->name, line->name) && !strcmp(was->detail, line->detail) &&
	        millionths(was->hourly) == millionths(line->hourly))
		return false;
	snprintf(how, size, _("was %c"), marks[was->sign]);
	if (strcmp(was->name, line->name) != 0 && (used = strlen(how)))
		snprintf(how + used, size - used, " %.100s", was->name);
	if (strcmp(was->detail, line->detail) != 0 && (used = strlen(how)))
		snprintf(how + used, size - used, " %.80s", was->detail);
	if (millionths(was->hourly) != millionths(line->hourly) && (used = strlen(how)) &&
	        money_text(was->hourly, was->currency, price, sizeof(price)))
		snprintf(how + used, size - used, _(" %s/h"), price);
	return true;
}
