// SPDX-License-Identifier: Apache-2.0
// Runs: begun anew or taken up again, their names and instances.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"
#include "base/text.h"

#include "base/banned.h"

enum { INSTANCES_MOST = 64, RUN_DIGITS = 12, CLOCK_WRONG_MS = 60000 };

const char *step_outcome_name(enum step_outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
	        [OUTCOME_MADE] = "made",
	        [OUTCOME_KEPT] = "kept",
	        [OUTCOME_DONE] = "done",
	        [OUTCOME_SKIPPED] = "skipped",
	        [OUTCOME_UNDONE] = "undone",
	        [OUTCOME_FAILED] = "failed",
	};

	return names[outcome];
}

static void set_unknown(struct values *values, const guide_tree *exports)
{
	for (int i = 0; exports && i < config_setting_length(exports); i++)
		values_set(values, config_setting_name(config_setting_get_elem(exports, (unsigned)i)), NULL, NULL);
}

// All names of the guide are there from the start, most of them not known yet.
static bool set_names(struct guide_run *run, const struct run_options *options)
{
	char clock[32] = "right";
	const struct {
		const char *name, *text;
	} builtin[] = {{"RUN", run->row.id}, {"CONTEXT", options->context}, {"REGION", options->region},
	        {"ACCOUNT", options->account}, {"FOLDER", run->folder}, {"HOME", options->home}, {"CLOCK", clock}};
	bool good = true;

	if (llabs(options->clock_offset_ms) >= CLOCK_WRONG_MS)
		snprintf(clock, sizeof(clock), "%+lld s", (long long)(options->clock_offset_ms / 1000));

	snprintf(run->folder, sizeof(run->folder), "%.900s/%s", options->folder ? options->folder : ".", run->row.id);
	for (size_t i = 0; i < COUNT_OF(builtin); i++)
		good = values_set(&run->values, builtin[i].name, builtin[i].text ? builtin[i].text : "", "") && good;
	for (size_t i = 0; i < run->guide->step_count; i++) {
		const struct guide_step *step = &run->guide->steps[i];

		for (size_t n = 0; n < step->input_count; n++)
			good = values_set(&run->values, step->inputs[n].name, NULL, NULL) && good;
		set_unknown(&run->values, step->export);
		if (step->undo && step->undo->remember)
			set_unknown(&run->values, step->undo->remember->export);
	}
	return good;
}

static struct guide_run *create(const struct run_options *options, struct error *error)
{
	struct guide_run *run = calloc(1, sizeof(*run));

	if (!run) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	run->guide = options->guide;
	run->effects = *options->effects;
	run->store = options->store;
	run->lock = run->programs = -1;
	run->tell = options->tell;
	run->checked = options->checked;
	run->user = options->user;
	return run;
}

struct guide_run *run_create(const struct run_options *options, struct error *error)
{
	struct guide_run *run = create(options, error);

	if (!run)
		return NULL;
	memcpy(run->row.id, "pd", 2);
	snprintf(run->row.guide, sizeof(run->row.guide), "%s", options->guide->name);
	snprintf(run->row.context, sizeof(run->row.context), "%s", options->context ? options->context : "");
	snprintf(run->row.account, sizeof(run->row.account), "%s", options->account ? options->account : "");
	run->row.created = clock_now(run->effects.clock);
	if (options->id)
		snprintf(run->row.id, sizeof(run->row.id), "%s", options->id);
	if ((options->id || crypto_random_hex(run->row.id + 2, RUN_DIGITS)) && set_names(run, options))
		return run;
	error_set(error, ERROR_MEMORY, _("out of memory"));
	run_destroy(run);
	return NULL;
}

// What is known of a step that has begun counts; the rest is found out again.
static bool restore(struct guide_run *run, struct error *error)
{
	struct values exports = {0};
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	bool good = rows && store_answers(run->store, run->row.id, &run->answers, error) &&
	            store_answers(run->store, run->row.id, &run->given, error) &&
	            store_exports(run->store, run->row.id, NULL, &exports, error);

	for (size_t i = 0; good && i < run->answers.count; i++)
		good = values_set(&run->values, run->answers.list[i].name, run->answers.list[i].text,
		        run->answers.list[i].source);
	good = good && run_merge(run, &exports, NULL);
	for (size_t i = 0, count = good ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0; i < count; i++)
		run->place = rows[i].place > run->place ? rows[i].place : run->place;
	free(rows);
	values_finish(&exports);
	return good || (error && error->kind != ERROR_NONE) || error_set(error, ERROR_MEMORY, _("out of memory"));
}

struct guide_run *run_resume(const struct run_options *options, const struct run_row *row, struct error *error)
{
	struct guide_run *run = create(options, error);
	struct error problem = {0};

	if (!run)
		return NULL;
	run->row = *row;
	if (set_names(run, options) && restore(run, &problem) && problem.kind == ERROR_NONE)
		return run;
	if (problem.kind == ERROR_NONE)
		error_set(&problem, ERROR_MEMORY, _("out of memory"));
	if (error)
		*error = problem;
	run_destroy(run);
	return NULL;
}

void run_destroy(struct guide_run *run)
{
	if (!run)
		return;
	store_unlock(run->programs);
	values_finish(&run->values);
	values_finish(&run->answers);
	values_finish(&run->given);
	free(run);
}

const struct run_row *run_row(const struct guide_run *run)
{
	return &run->row;
}

const struct values *run_values(const struct guide_run *run)
{
	return &run->values;
}

void run_text(struct guide_run *run, const char *text, const struct values *values, char *out, size_t size)
{
	struct buffer expanded;

	buffer_init(&expanded, EXPAND_MOST);
	if (text)
		expand_text(&expanded, text, values ? values : &run->values, EXPAND_SHOWN, NULL);
	snprintf(out, size, "%s", buffer_text(&expanded));
	buffer_finish(&expanded);
}

void run_shown(struct guide_run *run, const char *text, char *out, size_t size)
{
	run_text(run, text, NULL, out, size);
}

static bool is_secret_step(const struct guide_step *step)
{
	return step->is_private;
}

bool run_take_exports(struct guide_run *run, const struct guide_step *step, const guide_tree *exports,
        const cJSON *node, struct values *out, struct error *error)
{
	struct buffer picked;
	bool all = true;

	buffer_init(&picked, VALUE_MOST);
	for (int i = 0; exports && i < config_setting_length(exports); i++) {
		const config_setting_t *export = config_setting_get_elem(exports, (unsigned)i);
		const char *name = config_setting_name(export), *pointer = config_setting_get_string(export);

		buffer_clear(&picked);
		if (!pointer_pick(node, pointer, &run->values, &picked) || picked.broken) {
			if (all)
				error_set(error, ERROR_PROTOCOL, _("step %s: the answer holds no %s for %s"), step->id,
				        *pointer ? pointer : _("text"), name);
			all = false;
			continue;
		}
		if (!values_set(out, name, buffer_text(&picked), step->id))
			all = error_set(error, ERROR_LIMIT, _("the value of %s is too long"), name);
		if (is_secret_step(step))
			values_set_secret(out, name);
	}
	buffer_finish(&picked);
	return all;
}

void run_forget_exports(struct guide_run *run, const struct guide_step *step)
{
	set_unknown(&run->values, step->export);
}

static bool is_given_elsewhere(struct guide_run *run, const struct guide_step *skipped, const char *name)
{
	for (size_t i = 0; i < run->guide->step_count; i++) {
		const struct guide_step *step = &run->guide->steps[i];

		if (step != skipped && step->export && config_setting_get_member(step->export, name) &&
		        condition_judge(step->when, &run->values, NULL) != TRUTH_NO)
			return true;
	}
	return false;
}

void run_skip(struct guide_run *run, const struct guide_step *step)
{
	for (int i = 0; step->export && i < config_setting_length(step->export); i++) {
		const char *name = config_setting_name(config_setting_get_elem(step->export, (unsigned)i));

		if (!values_find(&run->values, name)->known && !is_given_elsewhere(run, step, name))
			values_set(&run->values, name, "", "");
	}
}

bool run_merge(struct guide_run *run, const struct values *exports, const char *source)
{
	bool good = true;

	for (size_t i = 0; i < exports->count; i++) {
		const struct value *value = &exports->list[i];

		if (!value->known)
			continue;
		good = values_set(&run->values, value->name, value->text, source ? source : value->source) && good;
		if (value->secret)
			values_set_secret(&run->values, value->name);
	}
	return good;
}

bool run_is_read(const struct guide_run *run, const struct guide_step *step)
{
	struct call_about about;

	return step->sort == STEP_CALL && step->call.operation && run->effects.calls &&
	       run->effects.calls->about(step->call.operation, &about) && about.repeat == CALL_READS;
}

static void set_key(struct instance *instance, const struct guide_step *step, const char *element)
{
	instance->step = step;
	if (element)
		snprintf(instance->row.key, sizeof(instance->row.key), "%s[%.180s]", step->id, element);
	else
		snprintf(instance->row.key, sizeof(instance->row.key), "%s", step->id);
}

// The row that the store has under the instance's key.
static void load_row(struct guide_run *run, struct instance *instance)
{
	struct step_row *rows = run->store ? calloc(ROWS_MOST, sizeof(*rows)) : NULL;
	size_t count = rows ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].key, instance->row.key))
			instance->row = rows[i];
	free(rows);
}

bool instances_create(
        struct guide_run *run, const struct guide_step *step, struct instance **out, size_t *count, struct error *error)
{
	const struct value *list = step->each ? values_find(&run->values, step->each) : NULL;
	struct buffer element;
	size_t wanted = 1;

	*out = NULL;
	*count = 0;
	if (step->each && (!list || !list->known))
		return error_set(error, ERROR_CONFLICT, _("step %s: %s is not known yet"), step->id, step->each);
	if (list)
		wanted = list_count(list->text);
	if (wanted > INSTANCES_MOST)
		return error_set(
		        error, ERROR_LIMIT, _("step %s: more than %d in %s"), step->id, INSTANCES_MOST, step->each);
	*out = calloc(wanted + 1, sizeof(**out));
	if (!*out)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	buffer_init(&element, EXPAND_MOST);
	for (size_t i = 0; i < wanted; i++) {
		struct instance *instance = &(*out)[i];

		instance->values.outer = &run->values;
		buffer_clear(&element);
		if (list && list_element(list->text, i, &element))
			values_set(&instance->values, "EACH", buffer_text(&element), "");
		set_key(instance, step, list ? buffer_text(&element) : NULL);
		load_row(run, instance);
	}
	buffer_finish(&element);
	*count = wanted;
	return true;
}

void instances_destroy(struct instance *list, size_t count)
{
	for (size_t i = 0; list && i < count; i++)
		values_finish(&list[i].values);
	free(list);
}

struct instance *instance_of_row(struct guide_run *run, const struct step_row *row, struct error *error)
{
	size_t length = strcspn(row->key, "[");
	const struct guide_step *step;
	struct instance *instance;
	char id[STEP_KEY_SIZE], element[STEP_KEY_SIZE];

	snprintf(id, sizeof(id), "%.*s", (int)length, row->key);
	step = guide_step_find(run->guide, id);
	if (!step) {
		error_set(
		        error, ERROR_CONFLICT, _("the guide has no step %s any more, which this run carried out"), id);
		error_remedy(error, _("undo with the guide as it was when the run was made"));
		return NULL;
	}
	instance = calloc(1, sizeof(*instance));
	if (!instance) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	instance->step = step;
	instance->row = *row;
	instance->values.outer = &run->values;
	if (row->key[length]) {
		snprintf(element, sizeof(element), "%s", row->key + length + 1);
		element[strlen(element) ? strlen(element) - 1 : 0] = '\0';
		values_set(&instance->values, "EACH", element, "");
	}
	// What this very instance gave, not the last of its kind.
	if (!store_exports(run->store, run->row.id, row->key, &instance->values, error)) {
		instances_destroy(instance, 1);
		return NULL;
	}
	return instance;
}

bool run_save(struct guide_run *run, struct instance *instance, enum row_state state, const struct values *exports,
        struct error *error)
{
	struct step_row *row = &instance->row;

	if (!row->place)
		row->place = ++run->place;
	if (!row->created)
		row->created = clock_now(run->effects.clock);
	row->state = state;
	if (state == ROW_DONE && !row->ended)
		row->ended = clock_now(run->effects.clock);
	run_text(run, instance->step->name ? instance->step->name : instance->step->title, &instance->values, row->name,
	        sizeof(row->name));
	return store_step_set(run->store, run->row.id, row, exports, error);
}

size_t run_made(struct guide_run *run, struct step_row *out, size_t most)
{
	struct step_row *rows = run->store ? calloc(ROWS_MOST, sizeof(*rows)) : NULL;
	size_t count = rows ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0, made = 0;

	for (size_t i = 0; i < count; i++) {
		if (!rows[i].made || rows[i].state == ROW_UNDONE)
			continue;
		if (made < most)
			out[made] = rows[i];
		made++;
	}
	free(rows);
	return made;
}

size_t run_in_doubt(struct guide_run *run)
{
	struct step_row *rows = run->store ? calloc(ROWS_MOST, sizeof(*rows)) : NULL;
	size_t count = rows ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0, doubts = 0;

	for (size_t i = 0; i < count; i++)
		doubts += rows[i].state == ROW_INTENDED && !rows[i].made;
	free(rows);
	return doubts;
}
