// SPDX-License-Identifier: Apache-2.0
// Commands about this session: may it change things, its settings, its colours.
#include "config.h"

#include <string.h>

#include "ui/command_line.h"
#include "ui/state.h"
#include "ui/term.h"
#include "base/banned.h"

static unsigned lift_read_only(struct ui *ui, const struct command_call *call)
{
	int64_t ms;
	char why[256];

	if (strcmp(call->argument, "off") == 0) {
		deck_lift_read_only(ui->deck, 0);
		ui_say(ui, "%s", _("changes are refused again"));
	} else if (!*call->argument) {
		deck_lift_read_only(ui->deck, -1);
		ui_say(ui, "%s", _("changes are allowed until you leave"));
	} else if (time_parse_span(call->argument, 30 * TIME_DAY_MS, &ms)) {
		deck_lift_read_only(ui->deck, ms);
		ui_say(ui, _("changes are allowed for %s"), call->argument);
	} else {
		ui_say(ui, _("%s is no time: write 15m, 1h, or off"), call->argument);
		return REACT_DRAW;
	}
	if (strcmp(call->argument, "off") != 0 && !deck_may_write(ui->deck, why, sizeof(why)))
		ui_say(ui, "%s", why);
	return REACT_DRAW;
}

static unsigned be_read_only(struct ui *ui, const struct command_call *call)
{
	(void)call;
	deck_lift_read_only(ui->deck, 0);
	ui->deck->config->read_only = true;
	ui_say(ui, "%s", _("changes are refused from now on; :write allows them"));
	return REACT_DRAW;
}

static unsigned use_theme(struct ui *ui, const char *name)
{
	struct theme theme;
	struct error error;

	if (!theme_load(&theme, name, ui->deck->config->config_folder, &error)) {
		ui_fail(ui, &error);
		return REACT_DRAW;
	}
	ui->theme = theme;
	draw_set_theme(&ui->theme);
	return REACT_DRAW | REACT_REPAINT;
}

static unsigned set_theme(struct ui *ui, const struct command_call *call)
{
	if (!*call->argument) {
		ui_say(ui, _("the theme is %s"), ui->theme.name);
		return REACT_DRAW;
	}
	return use_theme(ui, call->argument);
}

static unsigned set_setting(struct ui *ui, const struct command_call *call)
{
	char name[64];
	size_t length = strcspn(call->argument, " =");
	const char *value = call->argument + length;
	struct error error;

	if (!length || length >= sizeof(name) || !*value) {
		ui_say(ui, "%s", _("write: set NAME VALUE; Tab completes the names"));
		return REACT_DRAW;
	}
	memcpy(name, call->argument, length);
	name[length] = '\0';
	value += strspn(value, " =");
	if (strcmp(name, "theme") == 0)
		return use_theme(ui, value);
	if (!config_assign(ui->deck->config, name, value, &error)) {
		ui_fail(ui, &error);
		return REACT_DRAW;
	}
	if (strcmp(name, "refresh_seconds") == 0 && ui->deck->poller)
		poller_set_interval(ui->deck->poller, ui->deck->config->refresh_seconds);
	ui_say(ui, _("%s is %s until you leave"), name, value);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler session_handlers[] = {
        {COMMAND_WRITE, lift_read_only},
        {COMMAND_READ_ONLY, be_read_only},
        {COMMAND_SET, set_setting},
        {COMMAND_THEME, set_theme},
        {COMMAND_NONE, NULL},
};
