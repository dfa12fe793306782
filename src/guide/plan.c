// SPDX-License-Identifier: Apache-2.0
// The plan: what is there is looked at; the rest is to be made. What cannot be known before says so.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"

#include "base/banned.h"

enum { OBSERVED_MOST = 1 << 20, ALREADY_MS = 60000 };

struct planning {
	struct guide_run *run;
	struct plan *out;
	struct buffer observed; // what the hash is over
	struct cancel *cancel;
	struct error *error;
};

static void note(struct planning *planning, const struct guide_step *step, const char *what)
{
	buffer_printf(&planning->observed, "%s=%s\n", step->id, what);
}

// Of what is there, its names are known from now on.
static bool take_found(
        struct planning *planning, const struct guide_step *step, const guide_tree *tree, const cJSON *node)
{
	struct values exports = {0};
	bool good = run_take_exports(planning->run, step, tree, node, &exports, planning->error) &&
	            run_merge(planning->run, &exports, step->id);

	for (size_t i = 0; i < exports.count; i++)
		buffer_printf(&planning->observed, "%s.%s=%s\n", step->id, exports.list[i].name,
		        exports.list[i].secret ? "***" : exports.list[i].text);
	values_finish(&exports);
	return good;
}

double run_price(struct guide_run *run, const struct guide_price *price, const struct values *values, char currency[8],
        struct cancel *cancel)
{
	double each = price->hourly, count = 1;
	struct looked looked;
	const cJSON *node;
	char text[64];

	snprintf(currency, 8, "%.7s", price->currency && *price->currency != '/' ? price->currency : "");
	if (price->lookup.operation) {
		// A price that cannot be asked for is unknown, not nothing: the note says so.
		each = run_look(run, &price->lookup, NULL, values, &looked, cancel, NULL) == LOOK_FOUND &&
		                       cJSON_IsNumber(looked.node)
		               ? looked.node->valuedouble
		               : -1;
		node = price->currency && !*currency ? pointer_node(looked.root, price->currency) : NULL;
		if (cJSON_IsString(node))
			snprintf(currency, 8, "%.7s", node->valuestring);
		looked_finish(&looked);
	}
	if (price->count) {
		run_text(run, price->count, values, text, sizeof(text));
		count = strtod(text, NULL);
	}
	return each < 0 ? -1 : each * count;
}

static struct plan_line *add_line(struct planning *planning, const struct guide_step *step, enum plan_sign sign)
{
	struct plan_line *line = &planning->out->lines[planning->out->count++];
	struct values values = {.outer = &planning->run->values};
	char each[VALUE_NAME_SIZE + 32], note[512];

	line->step = step;
	line->sign = sign;
	planning->out->counts[sign]++;
	if (step->each) {
		snprintf(each, sizeof(each), _("each of %s"), step->each);
		values_set(&values, "EACH", each, "");
	}
	run_text(planning->run, step->name ? step->name : step->title, &values, line->name, sizeof(line->name));
	run_text(planning->run, step->detail, &values, line->detail, sizeof(line->detail));
	if (step->undo && step->undo->note && sign == PLAN_CREATE) {
		run_text(planning->run, step->undo->note, &values, note, sizeof(note));
		// Where there is something to wait for, nothing has to be done when it is over already.
		snprintf(line->by_hand, sizeof(line->by_hand),
		        step->undo->wait ? _("the undo may wait for you: %s") : _("undo by hand: %s"), note);
	}
	values_finish(&values);
	if (!step->price || sign == PLAN_KEEP)
		return line;
	line->hourly = run_price(planning->run, step->price, &planning->run->values, line->currency, planning->cancel);
	if (line->hourly < 0)
		snprintf(line->note, sizeof(line->note), "%s", _("its price could not be asked for"));
	else if (step->price->note)
		snprintf(line->note, sizeof(line->note), "%.150s", step->price->note);
	if (line->hourly > 0 && (!planning->out->currency[0] || !strcmp(planning->out->currency, line->currency))) {
		planning->out->hourly += line->hourly;
		snprintf(planning->out->currency, sizeof(planning->out->currency), "%s", line->currency);
	}
	return line;
}

static bool plan_call(struct planning *planning, const struct guide_step *step)
{
	struct guide_run *run = planning->run;
	const struct guide_find *find = step->find;
	struct plan_line *line;
	struct looked looked;
	enum look look = LOOK_UNKNOWN;
	bool good = true, each = step->each != NULL;

	memset(&looked, 0, sizeof(looked));
	if (run_is_read(run, step)) {
		look = run_look(run, &step->call, NULL, &run->values, &looked, planning->cancel, planning->error);
		if (look == LOOK_FOUND)
			good = take_found(planning, step, step->export, looked.node);
		else if (look != LOOK_FAILED)
			run_forget_exports(run, step);
		good = good && look != LOOK_FAILED;
		looked_finish(&looked);
		return good;
	}
	if (find && !each)
		look = run_look(run, &find->lookup, NULL, &run->values, &looked, planning->cancel, planning->error);
	if (look == LOOK_FAILED) {
		looked_finish(&looked);
		return false;
	}
	if (look == LOOK_FOUND) {
		enum truth may = condition_judge(find->when, &run->values, planning->error);

		good = may != TRUTH_WRONG &&
		       take_found(planning, step, find->export ? find->export : step->export, looked.node);
		if (good && may == TRUTH_NO)
			good = error_set(planning->error, ERROR_CONFLICT,
			        _("%s: there is one already, made by somebody else"), step->title);
		if (good)
			add_line(planning, step, PLAN_KEEP)->observed = true;
	} else {
		run_forget_exports(run, step);
		line = add_line(planning, step, step->undo && step->undo->keep ? PLAN_CHANGE : PLAN_CREATE);
		line->observed = look == LOOK_ABSENT;
		if (look == LOOK_UNKNOWN && find && !line->note[0])
			snprintf(line->note, sizeof(line->note), "%s",
			        each ? _("each one is looked for first") : _("looked for first"));
	}
	note(planning, step, look == LOOK_FOUND ? "there" : look == LOOK_ABSENT ? "absent" : "later");
	looked_finish(&looked);
	return good;
}

// What is waited for may be so already: then more is known.
static bool plan_wait(struct planning *planning, const struct guide_step *step)
{
	struct instance instance = {.step = step, .values = {.outer = &planning->run->values}};
	struct values exports = {0};
	bool good = true;

	if (wait_peek(planning->run, &instance, &exports, planning->cancel)) {
		good = run_merge(planning->run, &exports, step->id);
		for (size_t i = 0; i < exports.count; i++)
			buffer_printf(&planning->observed, "%s.%s=%s\n", step->id, exports.list[i].name,
			        exports.list[i].text);
	} else {
		run_forget_exports(planning->run, step);
	}
	values_finish(&exports);
	return good;
}

static bool is_already(struct planning *planning, const struct guide_step *step)
{
	struct guide_run *run = planning->run;
	struct command_text command;
	struct buffer out;
	bool already = false;

	if (!step->already)
		return false;
	buffer_init(&out, OBSERVED_MOST);
	if (command_build(run, step->already, step->environment, step->folder, &run->values, EXPAND_PLAIN, &command,
	            NULL) == EXPAND_DONE) {
		command.command.limit_ms = ALREADY_MS;
		command.command.out = &out;
		already = run->effects.run(run->effects.user, &command.command, planning->cancel, NULL);
	}
	command_finish(&command);
	buffer_finish(&out);
	return already;
}

static bool plan_write(struct planning *planning, const struct guide_step *step)
{
	struct instance instance = {.step = step, .values = {.outer = &planning->run->values}};
	struct buffer path, text, now;
	enum plan_sign sign = PLAN_CREATE;
	enum expand result;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, OBSERVED_MOST);
	buffer_init(&now, OBSERVED_MOST);
	result = write_text(planning->run, &instance, EXPAND_PLAIN, &path, &text, planning->error);
	if (result != EXPAND_WRONG && path.size &&
	        planning->run->effects.read(planning->run->effects.user, buffer_text(&path), &now, NULL))
		sign = result == EXPAND_DONE && now.size == text.size && !strcmp(buffer_text(&now), buffer_text(&text))
		               ? PLAN_KEEP
		               : PLAN_CHANGE;
	if (result != EXPAND_WRONG)
		add_line(planning, step, sign);
	buffer_finish(&path);
	buffer_finish(&text);
	buffer_finish(&now);
	return result != EXPAND_WRONG;
}

static bool plan_step(struct planning *planning, const struct guide_step *step)
{
	enum truth truth = condition_judge(step->when, &planning->run->values, planning->error);
	struct plan_line *line;

	if (truth == TRUTH_WRONG)
		return false;
	if (truth == TRUTH_NO) {
		run_skip(planning->run, step);
		return true;
	}
	switch (step->sort) {
	case STEP_CALL:
		return plan_call(planning, step);
	case STEP_WAIT:
		return plan_wait(planning, step);
	case STEP_WRITE:
		return plan_write(planning, step);
	case STEP_RUN:
		// What leaves nothing behind only looks or waits.
		if (step->undo && step->undo->keep)
			return true;
		line = add_line(planning, step, is_already(planning, step) ? PLAN_KEEP : PLAN_CREATE);
		if (line->sign == PLAN_CREATE)
			snprintf(line->note, sizeof(line->note), "%s", _("not simulated"));
		return true;
	case STEP_UPLOAD:
		add_line(planning, step,
		        upload_is_there(planning->run, step, planning->cancel) ? PLAN_KEEP : PLAN_CREATE);
		return true;
	default:
		return true;
	}
}

static void hash_plan(struct planning *planning)
{
	struct guide_run *run = planning->run;

	buffer_printf(&planning->observed, "guide %s %s\n", run->guide->name, run->guide->hash);
	for (size_t i = 0; i < run->answers.count; i++) {
		const struct value *value = &run->answers.list[i];
		char hash[SHA256_HEX_SIZE];

		crypto_sha256_hex(value->text, strlen(value->text), hash);
		buffer_printf(&planning->observed, "answer %s %s\n", value->name, hash);
	}
	crypto_sha256_hex(buffer_text(&planning->observed), planning->observed.size, planning->out->hash);
}

bool run_plan(struct guide_run *run, struct plan *out, struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	struct planning planning = {.run = run, .out = out, .cancel = cancel, .error = &problem};
	bool good = true;

	memset(out, 0, sizeof(*out));
	buffer_init(&planning.observed, OBSERVED_MOST);
	out->lines = calloc(run->guide->step_count + 1, sizeof(*out->lines));
	if (!out->lines)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; good && i < run->guide->step_count; i++) {
		good = plan_step(&planning, &run->guide->steps[i]);
		if (!good && !*problem.doing)
			error_doing(&problem, "%s", run->guide->steps[i].title);
	}
	run_text(run, run->guide->approve, NULL, out->approve, sizeof(out->approve));
	hash_plan(&planning);
	buffer_finish(&planning.observed);
	if (good)
		return true;
	if (error)
		*error = problem;
	plan_finish(out);
	return false;
}

void plan_finish(struct plan *plan)
{
	free(plan->lines);
	memset(plan, 0, sizeof(*plan));
}

double run_step_price(struct guide_run *run, const struct guide_step *step, char currency[8], struct cancel *cancel)
{
	currency[0] = '\0';
	return step->price ? run_price(run, step->price, &run->values, currency, cancel) : 0;
}

void run_cost(
        struct guide_run *run, const struct step_row *rows, size_t count, struct run_costs *out, struct cancel *cancel)
{
	out->together = 0;
	out->currency[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const struct step_row *row = &rows[i];
		char id[STEP_KEY_SIZE], currency[8] = "";
		const struct guide_step *step;
		double hourly = 0;

		snprintf(id, sizeof(id), "%.*s", (int)strcspn(row->key, "["), row->key);
		step = row->made && row->state != ROW_UNDONE ? guide_step_find(run->guide, id) : NULL;
		if (step && step->price && !cancel_asked(cancel))
			hourly = run_price(run, step->price, &run->values, currency, cancel);
		if (out->hourly)
			out->hourly[i] = hourly;
		if (hourly <= 0 || (out->currency[0] && strcmp(out->currency, currency) != 0))
			continue;
		out->together += hourly;
		snprintf(out->currency, sizeof(out->currency), "%s", currency);
	}
}
