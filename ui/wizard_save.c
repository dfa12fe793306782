// SPDX-License-Identifier: Apache-2.0
// Saving what a walk was told: as an answers file that `peerdeck guide run` takes, as a shell script, or
// the names of what was made.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

enum { SAVE_ANSWERS, SAVE_SCRIPT, SAVE_NAMES, SAVES };

static bool make_answers(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct wizard *wizard = user;
	const bool planned = wizard->planned && !wizard_is_busy(wizard);
	(void)format;
	return run_answers_write(wizard->form, planned ? &wizard->walk->plan : NULL, out) ||
	       error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
}

// Texts belong to the task at work while there is one.
static bool take_text(
        const struct wizard *wizard, const char *text, const char *why, struct buffer *out, struct error *error)
{
	if (wizard_is_busy(wizard) || !text)
		return error_set(error, ERROR_CONFLICT, "%s", wizard_is_busy(wizard) ? _("the run is at work") : why);
	return buffer_add_text(out, text) || error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
}

static bool make_script(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct wizard *wizard = user;
	(void)format;
	return take_text(wizard, wizard->walk->script, _("the script is made with the plan"), out, error);
}

static bool make_names(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct wizard *wizard = user;
	(void)format;
	return take_text(
	        wizard, wizard->walk->exports, _("they are known when the run has made something"), out, error);
}

static unsigned choose(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	static const struct {
		const char *ending;
		save_make *make;
	} saves[SAVES] = {
	        [SAVE_ANSWERS] = {"cfg", make_answers},
	        [SAVE_SCRIPT] = {"sh", make_script},
	        [SAVE_NAMES] = {"env", make_names},
	};
	struct wizard *wizard = user;
	const size_t which = count && chosen[0] < SAVES ? chosen[0] : SAVE_ANSWERS;
	const char *tail = strrchr(wizard->name, '/');
	struct error error = {0};
	char name[160];
	snprintf(name, sizeof name, "%s.%s", tail ? tail + 1 : wizard->name, saves[which].ending);
	if (!save_prompt(ui, name, saves[which].make, wizard, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

void save_open(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	const bool idle = !wizard_is_busy(wizard), made = idle && walk->row.id[0] && walk->exports;
	struct error error = {0};
	char hint[320];
	snprintf(hint, sizeof hint, _("for peerdeck guide run %s --answers FILE"), wizard->name);
	const struct menu_item items[SAVES] = {
	        [SAVE_ANSWERS] = {.label = _("Answers"), .detail = hint},
	        [SAVE_SCRIPT] = {.label = _("Shell script"),
	                .detail = _("all steps as commands"),
	                .greyed = idle && walk->script ? NULL
	                          : idle               ? _("it is made with the plan")
	                                               : _("the run is at work")},
	        [SAVE_NAMES] = {.label = _("Names for a shell"),
	                .detail = _("what the run made, as variables"),
	                .greyed = made   ? NULL
	                          : idle ? _("nothing is made yet")
	                                 : _("the run is at work")},
	};
	const struct menu_spec spec = {
	        .title = _("Save"), .items = items, .count = COUNT_OF(items), .choose = choose, .user = wizard};
	if (!menu_open(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}
