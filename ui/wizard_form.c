// SPDX-License-Identifier: Apache-2.0
// Inputs as a model: which fields are asked for, their answers, defaults and choices. What is typed is judged at once;
// defaults and choices may need the cloud, so jobs look for them.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "guide/expression.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

bool form_create(struct wizard *wizard, struct error *error)
{
	const struct guide *guide = wizard->walk->guide;
	size_t count = 0;
	for (size_t i = 0; i < guide->step_count; i++)
		count += guide->steps[i].input_count;
	wizard->form = walk_scratch(wizard->walk, *wizard->id ? wizard->id : NULL, error);
	if (!wizard->form)
		return false;
	snprintf(wizard->id, sizeof wizard->id, "%s", run_row(wizard->form)->id);
	wizard->fields = calloc(count + 1, sizeof *wizard->fields);
	if (!wizard->fields)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	for (size_t i = 0; i < guide->step_count; i++)
		for (size_t n = 0; n < guide->steps[i].input_count; n++)
			wizard->fields[wizard->field_count++] =
			        (struct question){.step = &guide->steps[i], .input = &guide->steps[i].inputs[n]};
	form_judge(wizard);
	return true;
}

void form_destroy(struct wizard *wizard)
{
	for (size_t i = 0; i < wizard->field_count; i++)
		secret_wipe(wizard->fields[i].text, sizeof wizard->fields[i].text);
	free(wizard->fields);
	free(wizard->choices);
	run_destroy(wizard->form);
	wizard->fields = NULL;
	wizard->choices = NULL;
	wizard->form = NULL;
	wizard->field_count = wizard->choice_count = 0;
}

static bool is_asked(struct guide_run *run, const struct guide_step *step, const struct guide_input *input)
{
	return condition_judge(step->when, run_values(run), NULL) == TRUTH_YES && run_input_wanted(run, input);
}

static void set_problem(struct question *field, const struct error *error)
{
	snprintf(field->problem, sizeof field->problem, "%s%s%s", error->message, *error->remedy ? " → " : "",
	        error->remedy);
}

void form_judge(struct wizard *wizard)
{
	struct error error = {0};
	struct guide_run *fresh = walk_scratch(wizard->walk, *wizard->id ? wizard->id : NULL, &error);
	if (!fresh) {
		ui_fail(wizard->ui, &error);
		return;
	}
	run_destroy(wizard->form);
	wizard->form = fresh;
	for (size_t i = 0; i < wizard->field_count; i++) {
		struct question *field = &wizard->fields[i];
		field->problem[0] = '\0';
		field->wanted = is_asked(fresh, field->step, field->input);
		if (!field->wanted) {
			run_answer_none(fresh, field->input);
			continue;
		}
		error_clear(&error);
		// What may be left out is left out until it is given.
		if (!field->known && field->input->optional)
			run_answer(fresh, field->input, "", "", NULL);
		if (field->known && !run_answer(fresh, field->input, field->text, field->source, &error))
			set_problem(field, &error);
	}
	if (wizard->cursor < wizard->field_count && !wizard->fields[wizard->cursor].wanted)
		if (!form_move(wizard, 1))
			form_move(wizard, -1);
}

void form_renew(struct wizard *wizard)
{
	wizard->id[0] = '\0';
	for (size_t i = 0; i < wizard->field_count; i++)
		if (!strcmp(wizard->fields[i].source, _("this run")))
			snprintf(wizard->fields[i].source, sizeof wizard->fields[i].source, "%s", _("the last run"));
	form_judge(wizard);
	snprintf(wizard->id, sizeof wizard->id, "%s", run_row(wizard->form)->id);
}

void form_restore(struct wizard *wizard)
{
	for (size_t i = 0; i < wizard->field_count; i++) {
		struct question *field = &wizard->fields[i];
		const struct value *value = values_find(&wizard->walk->stored, field->input->name);
		if (!value || !value->known)
			continue;
		snprintf(field->text, sizeof field->text, "%s", value->text);
		snprintf(field->source, sizeof field->source, "%s", _("this run"));
		field->known = field->touched = true;
	}
	form_judge(wizard);
}

static bool has_default(const struct guide_input *input)
{
	return input->fallback || input->environment || input->suggest;
}

bool form_answer(struct wizard *wizard, size_t index, const char *text)
{
	struct question *field = &wizard->fields[index];
	// An emptied field goes back to its default.
	if (!*text && !field->input->optional && has_default(field->input)) {
		field->text[0] = field->source[0] = '\0';
		field->known = field->touched = false;
		form_judge(wizard);
		form_look(wizard);
		return true;
	}
	if (!field->known || strcmp(field->text, text) != 0) {
		snprintf(field->text, sizeof field->text, "%s", text);
		snprintf(field->source, sizeof field->source, "%s", _("typed"));
		field->known = field->touched = true;
		form_judge(wizard);
		form_look(wizard);
	}
	return !field->problem[0];
}

struct answers form_answers(const struct wizard *wizard, bool with_defaults)
{
	struct answers answers = {calloc(wizard->field_count + 1, sizeof(struct given)), 0};
	for (size_t i = 0; answers.list && i < wizard->field_count; i++) {
		const struct question *field = &wizard->fields[i];
		struct given *answer = &answers.list[answers.count++];
		answer->input = field->input;
		snprintf(answer->source, sizeof answer->source, "%s", field->source);
		if ((field->touched || with_defaults) && field->known && !field->problem[0])
			answer->text = strdup(field->text);
	}
	return answers;
}

void form_look(struct wizard *wizard)
{
	struct answers answers;
	struct error error = {0};
	wizard->look_again = wizard->look != 0;
	if (wizard->look)
		return;
	answers = form_answers(wizard, false);
	wizard->look = wizard_submit(wizard, WORK_LOOK, &answers, NULL, &error);
	if (!wizard->look)
		ui_fail(wizard->ui, &error);
}

void form_looked(struct wizard *wizard, struct task *task)
{
	wizard->looked = true;
	for (size_t i = 0; task->defaults && i < wizard->field_count && i < task->answers.count; i++) {
		struct question *field = &wizard->fields[i];
		const struct given *found = &task->defaults[i];
		if (field->touched)
			continue;
		field->known = found->text != NULL;
		snprintf(field->text, sizeof field->text, "%s", found->text ? found->text : "");
		snprintf(field->source, sizeof field->source, "%s", found->source);
	}
	form_judge(wizard);
	for (size_t i = 0; task->problems && i < wizard->field_count && i < task->answers.count; i++)
		if (task->problems[i].kind != ERROR_NONE && wizard->fields[i].wanted && !wizard->fields[i].touched)
			set_problem(&wizard->fields[i], &task->problems[i]);
}

static struct guide_run *task_scratch(struct task *task, struct error *error)
{
	return walk_scratch(task->walk, task->id, error);
}

static const struct guide_step *step_of(const struct guide *guide, const struct guide_input *input)
{
	for (size_t i = 0; i < guide->step_count; i++)
		for (size_t n = 0; n < guide->steps[i].input_count; n++)
			if (&guide->steps[i].inputs[n] == input)
				return &guide->steps[i];
	return NULL;
}

// Gives all answers up to an input (NULL = all), looking for defaults where none was typed.
static void answer_all(struct task *task, struct guide_run *run, const struct guide_input *until, struct cancel *cancel)
{
	struct buffer text;
	buffer_init(&text, WIZARD_ANSWER_MOST);
	for (size_t i = 0; i < task->answers.count && task->answers.list[i].input != until && !cancel_asked(cancel);
	        i++) {
		const struct given *answer = &task->answers.list[i];
		struct error error = {0};
		char source[64];
		if (!is_asked(run, step_of(task->walk->guide, answer->input), answer->input)) {
			run_answer_none(run, answer->input);
			continue;
		}
		if (answer->text) {
			run_answer(run, answer->input, answer->text, answer->source, NULL);
			continue;
		}
		buffer_clear(&text);
		if (!run_input_default(run, answer->input, &text, source, cancel, &error) || !*source) {
			if (answer->input->optional)
				run_answer(run, answer->input, "", "", NULL);
		} else if (run_answer(run, answer->input, buffer_text(&text), source, &error)) {
			task->defaults[i].text = strdup(buffer_text(&text));
			snprintf(task->defaults[i].source, sizeof source, "%s", source);
		}
		task->problems[i] = error;
	}
	buffer_finish(&text);
}

static bool prepare(struct task *task, struct error *error)
{
	task->defaults = calloc(task->answers.count + 1, sizeof *task->defaults);
	task->problems = calloc(task->answers.count + 1, sizeof *task->problems);
	if (!task->defaults || !task->problems)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	for (size_t i = 0; i < task->answers.count; i++)
		task->defaults[i].input = task->answers.list[i].input;
	return true;
}

bool form_task_look(struct task *task, struct cancel *cancel, struct error *error)
{
	struct guide_run *run = prepare(task, error) ? task_scratch(task, error) : NULL;
	if (!run)
		return false;
	answer_all(task, run, NULL, cancel);
	run_destroy(run);
	return true;
}

bool form_task_choices(struct task *task, struct cancel *cancel, struct error *error)
{
	struct guide_run *run = prepare(task, error) ? task_scratch(task, error) : NULL;
	bool listed;
	if (!run)
		return false;
	task->choices = calloc(CHOICES_MOST, sizeof *task->choices);
	if (!task->choices) {
		run_destroy(run);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	answer_all(task, run, task->input, cancel);
	listed = run_choices(run, task->input, task->choices, &task->choice_count, cancel, error);
	run_destroy(run);
	return listed;
}

void form_list(struct wizard *wizard)
{
	const struct guide_input *input =
	        wizard->cursor < wizard->field_count ? wizard->fields[wizard->cursor].input : NULL;
	struct answers answers;
	if (wizard->listing)
		jobs_cancel(wizard->ui->deck->jobs, wizard->listing);
	free(wizard->choices);
	wizard->choices = NULL;
	wizard->choice_count = 0;
	wizard->listing = 0;
	wizard->listed = input;
	error_clear(&wizard->choices_problem);
	if (!input)
		return;
	if (input->type && !strcmp(input->type, "flag")) {
		static const struct choice flags[] = {{.value = "true"}, {.value = "false"}};
		wizard->choices = malloc(sizeof flags);
		if (wizard->choices)
			memcpy(wizard->choices, flags, sizeof flags);
		wizard->choice_count = wizard->choices ? COUNT_OF(flags) : 0;
	} else if (input->values || input->choices) {
		answers = form_answers(wizard, true);
		wizard->listing = wizard_submit(wizard, WORK_CHOICES, &answers, input, &wizard->choices_problem);
	}
}

void form_listed(struct wizard *wizard, struct task *task, enum job_state state, const struct error *error)
{
	if (task->input != wizard->listed)
		return;
	if (state == JOB_FAILED && error)
		wizard->choices_problem = *error;
	wizard->choices = task->choices;
	wizard->choice_count = task->choices ? task->choice_count : 0;
	task->choices = NULL;
	field_refresh(wizard);
}

bool form_move(struct wizard *wizard, int by)
{
	size_t at = wizard->cursor;
	while (by > 0 ? at + 1 < wizard->field_count : at > 0) {
		at = by > 0 ? at + 1 : at - 1;
		if (!wizard->fields[at].wanted)
			continue;
		wizard->cursor = at;
		form_list(wizard);
		return true;
	}
	return false;
}

size_t form_first_problem(const struct wizard *wizard)
{
	size_t at = 0;
	for (; at < wizard->field_count; at++) {
		const struct question *field = &wizard->fields[at];
		if (field->wanted && (field->problem[0] || (!field->known && !field->input->optional)))
			break;
	}
	return at;
}
