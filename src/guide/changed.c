// SPDX-License-Identifier: Apache-2.0
// Other answers for a run that goes on: taken where nothing that it made hangs on them.
#include "config.h"
#include "guide/run_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/banned.h"

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

// As a word of its own: in ${NAME|filter}, in conditions and in lists.
static bool text_uses(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at += length)
		if ((at == text || !is_of_name(at[-1])) && !is_of_name(at[length]))
			return true;
	return false;
}

static bool template_uses(const struct guide *guide, const char *file, const char *name)
{
	char *text = strchr(file, '$') ? NULL : guide_template(guide, file, NULL);
	bool used = text && text_uses(text, name);

	free(text);
	return used;
}

// What is only shown makes nothing.
static bool is_shown_only(const char *key)
{
	static const char *const keys[] = {"title", "why", "detail", "remedy", "price", "text"};

	for (size_t i = 0; key && i < COUNT_OF(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static bool tree_uses(const struct guide *guide, const guide_tree *tree, const char *name)
{
	const char *text = config_setting_get_string(tree);

	if (text && *text == '@')
		return template_uses(guide, text + 1, name);
	if (text)
		return text_uses(text, name);
	for (int i = 0; config_setting_is_aggregate(tree) && i < config_setting_length(tree); i++) {
		const config_setting_t *child = config_setting_get_elem(tree, (unsigned)i);

		if (!is_shown_only(config_setting_name(child)) && tree_uses(guide, child, name))
			return true;
	}
	return false;
}

static bool step_uses(const struct guide *guide, const struct guide_step *step, const char *name)
{
	return tree_uses(guide, step->place.tree, name) ||
	       (step->sort == STEP_WRITE && step->template && template_uses(guide, step->template, name));
}

// A row that will be made anew all the same: what it is made of may still change.
static bool is_open(struct guide_run *run, const struct step_row *row, struct cancel *cancel)
{
	struct instance *instance;
	bool open = false;

	if (!row->made || row->state == ROW_NONE || row->state == ROW_UNDONE)
		return true;
	instance = instance_of_row(run, row, NULL);
	if (!instance)
		return false;
	if (row->state == ROW_UNDOING)
		open = true;
	else if (instance->step->sort == STEP_CALL)
		open = row->state == ROW_MADE && instance->step->wait &&
		       wait_has_failed(run, instance, instance->step->wait, cancel);
	else
		open = row->state == ROW_INTENDED;
	instances_destroy(instance, 1);
	return open;
}

// Tells what the run made with the answer as it was; NULL = nothing.
static const struct step_row *made_with(
        struct guide_run *run, const char *name, const struct step_row *rows, size_t count, struct cancel *cancel)
{
	for (size_t i = 0; i < count; i++) {
		char id[STEP_KEY_SIZE];
		const struct guide_step *step;

		snprintf(id, sizeof(id), "%.*s", (int)strcspn(rows[i].key, "["), rows[i].key);
		step = guide_step_find(run->guide, id);
		if (step && step_uses(run->guide, step, name) && !is_open(run, &rows[i], cancel))
			return &rows[i];
	}
	return NULL;
}

static bool may_change(struct guide_run *run, const struct value *answer, const char *before,
        const struct step_row *rows, size_t count, struct cancel *cancel, struct error *error)
{
	const struct step_row *row = made_with(run, answer->name, rows, count, cancel);

	if (!row)
		return true;
	error_set(error, ERROR_CONFLICT, _("%s: \"%s\" cannot be taken any more: %s was made with \"%s\""),
	        answer->name, answer->text, row->name, before);
	error_remedy(error, _("leave the answer as it was; or undo the run, and begin anew with the other one"));
	return false;
}

bool run_answers_settle(struct guide_run *run, struct cancel *cancel, guide_tell *tell, void *user)
{
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	size_t count = rows ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0, changed = 0;
	struct error mistake = {0};
	bool good = rows != NULL;

	if (!good)
		error_set(&mistake, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; rows && i < run->answers.count; i++) {
		const struct value *answer = &run->answers.list[i], *before = values_find(&run->given, answer->name);
		bool same = before && before->known && !strcmp(before->text, answer->text);

		if (same || !answer->known || answer->secret)
			continue;
		changed++;
		if (!before || may_change(run, answer, before->text, rows, count, cancel, &mistake))
			continue;
		tell(&mistake, user);
		good = false;
	}
	free(rows);
	if (!good || !changed)
		return good;
	if (store_answers_set(run->store, run->row.id, &run->answers, &mistake))
		return true;
	tell(&mistake, user);
	return false;
}
