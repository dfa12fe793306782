// SPDX-License-Identifier: Apache-2.0
// From a key or a word to the plan of a change.
#include "config.h"

#include "ui/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cleanup.h"
#include "ui/describe.h"
#include "ui/edit_tags.h"
#include "ui/pod_log.h"
#include "ui/sweeps.h"
#include "base/banned.h"

enum { ACTIONS_MOST = 64, REASON_SIZE = 256 };

const struct action *action_named(struct ui *ui, enum kind_id kind, const char *name)
{
	const struct action *actions[ACTIONS_MOST];
	size_t count = deck_actions(ui->deck, actions, ACTIONS_MOST);

	for (size_t i = 0; i < count && i < ACTIONS_MOST; i++)
		if (actions[i]->kind == kind && strcmp(actions[i]->name, name) == 0)
			return actions[i];
	return NULL;
}

// The value of an action is asked for first; the records are kept meanwhile.
struct asking {
	const struct action *action;
	struct target *targets;
	size_t count, hidden;
};

static void asking_free(void *user)
{
	struct asking *asking = user;

	free(asking->targets);
	free(asking);
}

static bool plan_all(struct ui *ui, const struct asking *asking, const char *value, struct error *error)
{
	struct plan_item *items = calloc(asking->count, sizeof(*items));
	bool asked;

	if (!items)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	for (size_t i = 0; i < asking->count; i++)
		items[i] = (struct plan_item){asking->action, &asking->targets[i], value};
	asked = plan_open(ui, items, asking->count, asking->hidden, error);
	free(items);
	return asked;
}

static bool value_given(struct ui *ui, const char *text, void *user, unsigned *reactions, struct error *error)
{
	struct asking *asking = user;

	*reactions |= REACT_DRAW;
	text += strspn(text, " ");
	if (!*text)
		return error_set(error, ERROR_USAGE, "%s", _("a value is needed; Esc leaves"));
	return plan_all(ui, asking, text, error);
}

static bool ask_value(struct ui *ui, struct asking *asking, struct error *error)
{
	const struct prompt_spec spec = {
	        .label = asking->action->prompt ? _(asking->action->prompt) : _(asking->action->title),
	        .text = "",
	        .accept = value_given,
	        .user_free = asking_free,
	        .user = asking};

	return prompt_open(ui, &spec, error);
}

static struct asking *asking_create(const struct action *action, struct error *error)
{
	struct asking *asking = calloc(1, sizeof(*asking));

	if (asking)
		asking->targets = calloc(TARGETS_MOST, sizeof(*asking->targets));
	if (!asking || !asking->targets) {
		free(asking);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	asking->action = action;
	return asking;
}

// Takes `asking`.
static bool asking_begin(struct ui *ui, struct asking *asking, const char *value, struct error *error)
{
	const struct action *action = asking->action;
	bool begun = false;

	if (!asking->count)
		error_set(error, ERROR_USAGE, "%s", _("nothing is selected"));
	else if (asking->targets[0].kind != action->kind)
		error_set(error, ERROR_USAGE, _("%s is for %s"), _(action->title), kind_get(action->kind)->plural);
	else if (action->guard == GUARD_READ)
		begun = output_open(ui, &asking->targets[0], action, error);
	else if ((action->flags & ACTION_ASKS) && !*value)
		return ask_value(ui, asking, error);
	else
		begun = plan_all(ui, asking, value, error);
	asking_free(asking);
	return begun;
}

bool action_begin(struct ui *ui, const struct action *action, const char *value, struct error *error)
{
	struct asking *asking = asking_create(action, error);

	if (!asking)
		return false;
	asking->count = target_list(ui, asking->targets, TARGETS_MOST, &asking->hidden);
	return asking_begin(ui, asking, value, error);
}

// An open menu of actions. It holds the records it was opened for: rows may move under it, and what is chosen must be
// done to what its title names.
struct choice {
	const struct action *actions[ACTIONS_MOST]; // NULL where it is a command of the console
	enum command_id commands[ACTIONS_MOST];
	struct target targets[TARGETS_MOST];
	size_t count, hidden;
};

static unsigned chosen_action(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct choice *choice = user;
	struct asking *asking;
	struct error error;

	if (!count)
		return REACT_DRAW;
	if (!choice->actions[chosen[0]])
		return ui_command(ui, &(struct command_call){.id = choice->commands[chosen[0]], .argument = ""});
	asking = asking_create(choice->actions[chosen[0]], &error);
	if (asking) {
		memcpy(asking->targets, choice->targets, choice->count * sizeof(choice->targets[0]));
		asking->count = choice->count;
		asking->hidden = choice->hidden;
	}
	if (!asking || !asking_begin(ui, asking, "", &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

// Why an action cannot be done here and now; "" = it can.
static void find_reason(struct ui *ui, const struct action *action, const struct record *record, char *why, size_t size)
{
	why[0] = '\0';
	if (action->guard != GUARD_READ && !deck_may_write(ui->deck, why, size))
		return;
	why[0] = '\0';
	if (!record)
		snprintf(why, size, "%s", _("nothing is selected"));
	else if (action->allowed && action->allowed(record, why, size))
		why[0] = '\0';
}

// What the console itself can do with a kind; backends know nothing of it.
static const struct own_action {
	enum kind_id kind;
	enum command_id command;
	const char *title;
} own_actions[] = {
        {KIND_VM, COMMAND_WHY, N_("Why")},
        {KIND_VM, COMMAND_LOGS, N_("Adaptor's log")},
        {KIND_VM, COMMAND_QUARANTINE, N_("Quarantine")},
        {KIND_VM, COMMAND_KEEP, N_("Keep")},
        {KIND_ORPHAN, COMMAND_WHY, N_("Why")},
        {KIND_ORPHAN, COMMAND_DELETE, N_("Delete")},
        {KIND_ORPHAN, COMMAND_QUARANTINE, N_("Quarantine")},
        {KIND_ORPHAN, COMMAND_KEEP, N_("Keep")},
        {KIND_ORPHAN, COMMAND_LOGS, N_("Adaptor's log")},
        {KIND_ORPHAN, COMMAND_DIAGNOSE, N_("Diagnose")},
        {KIND_POD, COMMAND_DIAGNOSE, N_("Diagnose")},
        {KIND_POD, COMMAND_LOGS, N_("Logs")},
        {KIND_POD, COMMAND_PREVIOUS_LOGS, N_("Logs of the container before")},
        {KIND_CLUSTER, COMMAND_DIAGNOSE, N_("Diagnose")},
};

// A key belongs to the first that has it.
static bool is_taken(const struct menu_item *items, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].key && strcmp(items[i].key, key) == 0)
			return true;
	return false;
}

static bool is_judged(struct ui *ui, const struct target *target)
{
	const struct report *report = cleanup_report(ui);
	const bool judged = report && report_find(report, target->id);

	report_unref(report);
	return judged;
}

static bool has_action(const struct choice *choice, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (choice->actions[i] && strcmp(choice->actions[i]->name, name) == 0)
			return true;
	return false;
}

static size_t add_own(struct ui *ui, const struct target *target, struct choice *choice, struct menu_item *items,
        size_t count, char (*reasons)[REASON_SIZE], char (*keys)[KEY_TEXT_SIZE])
{
	// Of a VM that no scan knows there is nothing to tell.
	const bool known = target->kind != KIND_VM || is_judged(ui, target);

	for (size_t i = 0; known && i < COUNT_OF(own_actions) && count < ACTIONS_MOST; i++) {
		const struct own_action *own = &own_actions[i];
		const struct command *command = &command_table[own->command];

		if (own->kind != target->kind || has_action(choice, count, command->name))
			continue;
		reasons[count][0] = '\0';
		if (command->flags & COMMAND_CHANGES)
			deck_may_write(ui->deck, reasons[count], REASON_SIZE);
		keymap_text(ui->keymap, own->command, PLACE_TABLE, keys[count]);
		items[count] = (struct menu_item){.label = _(own->title),
		        .detail = _(command->help),
		        .key = keys[count][0] && !is_taken(items, count, keys[count]) ? keys[count] : NULL,
		        .greyed = reasons[count][0] ? reasons[count] : NULL};
		choice->commands[count] = own->command;
		choice->actions[count++] = NULL;
	}
	return count;
}

static unsigned open_menu(struct ui *ui, const struct command_call *call)
{
	const struct action *actions[ACTIONS_MOST];
	size_t known = deck_actions(ui->deck, actions, ACTIONS_MOST);
	struct menu_item items[ACTIONS_MOST];
	char reasons[ACTIONS_MOST][REASON_SIZE], keys[ACTIONS_MOST][KEY_TEXT_SIZE];
	struct choice *choice = calloc(1, sizeof(*choice));
	struct snapshot *holder = NULL;
	struct target target;
	bool selected = target_selected(ui, &target);
	const struct record *record = selected ? target_record(ui, &target, &holder) : NULL;
	char title[320], words[280] = "";
	size_t count = 0;
	struct error error;

	(void)call;
	for (size_t i = 0; choice && selected && i < known && i < ACTIONS_MOST; i++) {
		const struct action *action = actions[i];

		if (action->kind != target.kind)
			continue;
		find_reason(ui, action, record, reasons[count], REASON_SIZE);
		keys[count][0] = action->key;
		keys[count][1] = '\0';
		items[count] = (struct menu_item){.label = _(action->title),
		        .detail = _(action->help),
		        .key = action->key ? keys[count] : NULL,
		        .greyed = reasons[count][0] ? reasons[count] : NULL};
		choice->actions[count++] = action;
	}
	target_release(holder);
	if (choice && selected)
		count = add_own(ui, &target, choice, items, count, reasons, keys);
	if (choice)
		choice->count = target_list(ui, choice->targets, TARGETS_MOST, &choice->hidden);
	if (selected)
		target_words(&target, words, sizeof(words));
	snprintf(title, sizeof(title), _("Actions: %s"), words);
	const struct menu_spec spec = {.title = title,
	        .items = items,
	        .count = count,
	        .choose = chosen_action,
	        .user_free = free,
	        .user = choice};
	if (!count) {
		free(choice);
		ui_say(ui, "%s", selected ? _("there are no actions for this kind") : _("nothing is selected"));
	} else if (!menu_open(ui, &spec, &error)) {
		ui_fail(ui, &error);
	}
	return REACT_DRAW;
}

static unsigned begin_named(struct ui *ui, const char *name)
{
	struct target target;
	struct error error;
	const struct action *action;

	if (!target_selected(ui, &target)) {
		ui_say(ui, "%s", _("nothing is selected"));
		return REACT_DRAW;
	}
	action = action_named(ui, target.kind, name);
	if (!action)
		ui_say(ui, _("%s cannot be done with %s"), name, kind_get(target.kind)->plural);
	else if (!action_begin(ui, action, "", &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned begin_delete(struct ui *ui, const struct command_call *call)
{
	unsigned reactions;

	// What the last scan judged goes the way of sweeps.
	if (sweep_selected(ui, SWEEP_DELETE, strcmp(call->argument, "override") == 0, &reactions))
		return reactions;
	return begin_named(ui, "delete");
}

// A text about a record knows the record only by id.
static bool selected_or_named(struct ui *ui, struct target *out)
{
	struct selection selection;

	return target_selected(ui, out) ||
	       (ui_selection(ui, &selection) && target_find(ui, selection.kind, selection.id, out));
}

// The first action of the kind that yields text.
static unsigned begin_logs(struct ui *ui, const struct command_call *call)
{
	const struct action *actions[ACTIONS_MOST];
	size_t count = deck_actions(ui->deck, actions, ACTIONS_MOST);
	struct target target;
	struct error error;

	unsigned reactions;

	if (!selected_or_named(ui, &target)) {
		ui_say(ui, "%s", _("nothing is selected"));
		return REACT_DRAW;
	}
	// What a cluster tells of it; else what the cloud does.
	if (pod_log_of(ui, &target, call->id == COMMAND_PREVIOUS_LOGS, &reactions))
		return reactions;
	for (size_t i = 0; i < count && i < ACTIONS_MOST; i++) {
		if (actions[i]->kind != target.kind || !(actions[i]->flags & ACTION_TEXT))
			continue;
		if (!output_open(ui, &target, actions[i], &error))
			ui_fail(ui, &error);
		return REACT_DRAW | REACT_INTERESTS;
	}
	ui_say(ui, _("%s have no logs"), kind_get(target.kind)->plural);
	return REACT_DRAW;
}

static unsigned begin_edit(struct ui *ui, const struct command_call *call)
{
	struct target target;
	struct error error;

	(void)call;
	if (!target_selected(ui, &target))
		ui_say(ui, "%s", _("nothing is selected"));
	else if (!edit_tags(ui, &target, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned begin_quarantine(struct ui *ui, const struct command_call *call)
{
	unsigned reactions;

	if (sweep_selected(ui, SWEEP_QUARANTINE, strcmp(call->argument, "override") == 0, &reactions))
		return reactions;
	ui_say(ui, "%s", _("the last scan knows nothing of what is selected"));
	return REACT_DRAW;
}

static unsigned no_shell(struct ui *ui, const struct command_call *call)
{
	(void)call;
	ui_say(ui, "%s", _("there is no way into this machine from here"));
	return REACT_DRAW;
}

const struct command_handler action_handlers[] = {
        {COMMAND_ACTIONS, open_menu},
        {COMMAND_DELETE, begin_delete},
        {COMMAND_QUARANTINE, begin_quarantine},
        {COMMAND_LOGS, begin_logs},
        {COMMAND_PREVIOUS_LOGS, begin_logs},
        {COMMAND_EDIT, begin_edit},
        {COMMAND_SHELL, no_shell},
        {COMMAND_NONE, NULL},
};
