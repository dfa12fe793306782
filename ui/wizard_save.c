// SPDX-License-Identifier: Apache-2.0
// Saving what a walk was told: as an answers file that `peerdeck guide run` takes, or as a shell script.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

enum { SAVE_ANSWERS, SAVE_SCRIPT };

static bool make_answers(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct wizard *wizard = user;
	const bool planned = wizard->planned && !wizard_is_busy(wizard);
	(void)format;
	return run_answers_write(wizard->form, planned ? wizard->walk->plan.hash : NULL, out) ||
	       error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
}

static bool make_script(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct wizard *wizard = user;
	(void)format;
	if (!wizard->planned || wizard_is_busy(wizard) || !wizard->walk->script)
		return error_set(error, ERROR_CONFLICT, "%s", _("the script is made with the plan"));
	return buffer_add_text(out, wizard->walk->script) || error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
}

static unsigned choose(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	struct wizard *wizard = user;
	const bool script = count && chosen[0] == SAVE_SCRIPT;
	const char *tail = strrchr(wizard->name, '/');
	struct error error = {0};
	char name[160];
	snprintf(name, sizeof name, "%s.%s", tail ? tail + 1 : wizard->name, script ? "sh" : "cfg");
	if (!save_prompt(ui, name, script ? make_script : make_answers, wizard, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

void save_open(struct wizard *wizard)
{
	struct error error = {0};
	char hint[320];
	snprintf(hint, sizeof hint, _("for peerdeck guide run %s --answers FILE"), wizard->name);
	const struct menu_item items[] = {
	        [SAVE_ANSWERS] = {.label = _("Answers"), .detail = hint},
	        [SAVE_SCRIPT] = {.label = _("Shell script"),
	                .detail = _("all steps as commands"),
	                .greyed = wizard->planned ? NULL : _("it is made with the plan")},
	};
	const struct menu_spec spec = {
	        .title = _("Save"), .items = items, .count = COUNT_OF(items), .choose = choose, .user = wizard};
	if (!menu_open(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}
