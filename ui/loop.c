// SPDX-License-Identifier: Apache-2.0
// The loop: one poll() over keyboard, wake-up descriptor, signals and timers. What the person does is drawn at once;
// what the cloud does at the pace that pace.h sets; and when nothing can change nothing is scheduled.
#include "config.h"

#include "ui/ui.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "ui/chrome.h"
#include "ui/cleanup.h"
#include "ui/events.h"
#include "ui/pace.h"
#include "ui/prompt_history.h"
#include "ui/state.h"
#include "ui/welcome.h"
#include "ui/wizard.h"

#include "base/banned.h"

struct loop {
	struct ui ui;
	struct chrome chrome;
	bool draw;        // draw as soon as the terminal takes it
	bool data;        // something was published; not yet looked at
	bool lost;        // the terminal is gone
	bool welcomed;    // what to do without credentials was shown
	struct pace pace; // of looks at data
	int64_t deck_at;  // when the deck wants its next turn
};

void ui_wake(void *wake_fd)
{
	const uint64_t one = 1;
	const ssize_t ignored = write(*(const int *)wake_fd, &one, sizeof one);
	(void)ignored;
}

void overlay_push(struct ui *ui, struct overlay *overlay)
{
	overlay->ui = ui;
	overlay->below = ui->overlays;
	overlay->armed_at = 0;
	ui->overlays = overlay;
}

void overlay_close(struct ui *ui, struct overlay *overlay)
{
	for (bool last = false; ui->overlays && !last;) {
		struct overlay *top = ui->overlays;
		last = top == overlay;
		ui->overlays = top->below;
		top->type->destroy(top);
	}
}

void overlay_close_all(struct ui *ui)
{
	while (ui->overlays)
		overlay_close(ui, ui->overlays);
}

static void react(struct loop *loop, unsigned reactions)
{
	if (reactions & REACT_CLOSE && loop->ui.overlays)
		overlay_close(&loop->ui, loop->ui.overlays);
	if (reactions & REACT_INTERESTS) {
		pages_interests(loop->ui.pages);
		loop->deck_at = loop->ui.now;
	}
	if (reactions & REACT_REPAINT)
		term_repaint();
	if (reactions & REACT_QUIT)
		loop->ui.leaving = true;
	if (reactions & (REACT_DRAW | REACT_REPAINT | REACT_CLOSE))
		loop->draw = true;
}

// Nothing typed before a dialog could be read answers it.
static bool is_armed(const struct ui *ui, const struct overlay *overlay)
{
	return !overlay->type->guarded || (overlay->armed_at && ui->now >= overlay->armed_at);
}

static unsigned overlay_key(struct loop *loop, struct overlay *overlay, keystroke key)
{
	struct ui *ui = &loop->ui;
	if (!is_armed(ui, overlay))
		return REACT_DONE;
	const unsigned reactions = overlay->type->key(overlay, key, keymap_find(ui->keymap, key, overlay->type->place));
	if (!(reactions & REACT_CLOSE))
		return reactions;
	// It may have put another one on top of itself.
	struct overlay **at = &ui->overlays;
	while (*at && *at != overlay)
		at = &(*at)->below;
	if (*at) {
		*at = overlay->below;
		overlay->type->destroy(overlay);
	}
	loop->draw = true;
	return reactions & ~(unsigned)REACT_CLOSE;
}

static void take_key(struct loop *loop, keystroke key)
{
	struct ui *ui = &loop->ui;
	// An error stays until somebody who can have read it does something.
	if (ui->status_is_error && ui->now >= ui->status_until) {
		ui->status[0] = 0;
		ui->status_is_error = false;
		loop->draw = true;
	}
	if (ui->overlays) {
		react(loop, overlay_key(loop, ui->overlays, key));
		return;
	}
	const bool swallowed = key == KEY_CODE_ENTER && ui->now < ui->swallow_enter_until;
	ui->swallow_enter_until = 0; // that one Enter only, and only when it comes next
	if (swallowed)
		return;
	const struct pane *pane = pages_focused(ui->pages);
	const enum command_id command = keymap_find(ui->keymap, key, pane->type->place);
	if (command != COMMAND_NONE)
		react(loop, ui_command(ui, &(struct command_call){.id = command, .argument = "", .key = key}));
}

static void take_paste(struct loop *loop, const struct buffer *paste)
{
	struct overlay *top = loop->ui.overlays;
	if (top && top->type->paste && is_armed(&loop->ui, top)) {
		react(loop, top->type->paste(top, buffer_text(paste), paste->size));
	} else if (!top) {
		ui_say(&loop->ui, _("pasted text is taken in prompts only"));
		loop->draw = true;
	}
}

static void take_mouse(struct loop *loop, const struct input_event *event)
{
	struct overlay *top = loop->ui.overlays;
	if (!top)
		react(loop, pages_mouse(loop->ui.pages, event->mouse, event->y, event->x));
	else if (top->type->mouse && is_armed(&loop->ui, top))
		react(loop, top->type->mouse(top, event->mouse, event->y - top->area.y, event->x - top->area.x));
}

static void take_event(struct loop *loop, const struct input_event *event)
{
	switch (event->sort) {
	case INPUT_KEY:
		take_key(loop, event->key);
		break;
	case INPUT_PASTE:
		take_paste(loop, event->paste);
		break;
	case INPUT_MOUSE:
		take_mouse(loop, event);
		break;
	case INPUT_FOCUS:
		loop->ui.focused = event->focused;
		react(loop, REACT_INTERESTS);
		break;
	case INPUT_ANSWER:
		term_answered(event->answer);
		break;
	case INPUT_NONE:
	case INPUT_CLOSED:
		break;
	}
}

static void take_input(struct loop *loop)
{
	struct input_event event;
	for (input_read(loop->ui.input, loop->ui.now, &event); event.sort != INPUT_NONE && !loop->ui.leaving;
	        input_read(loop->ui.input, loop->ui.now, &event))
		take_event(loop, &event);
}

static void take_signals(struct loop *loop)
{
	const unsigned signals = term_signals();
	if (signals & TERM_QUIT)
		loop->ui.leaving = true;
	if (signals & TERM_SUSPEND)
		term_suspend();
	if (signals & TERM_RESIZED)
		term_resize();
	if (signals & TERM_CONTINUED)
		term_repaint();
	if (signals)
		loop->draw = true;
}

// Brings everything shown up to date with what was published.
static void look_at_data(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	const int64_t start = clock_monotonic(ui->deck->clock);
	bool changed = chrome_update(ui);
	changed |= pages_update(ui->pages);
	for (struct overlay *overlay = ui->overlays; overlay; overlay = overlay->below)
		if (overlay->type->update && overlay->type->update(overlay))
			changed = true;
	loop->data = false;
	pace_looked(&loop->pace, ui->now, clock_monotonic(ui->deck->clock) - start);
	loop->draw |= changed;
	loop->deck_at = ui->now; // what is visible may want something else read now
}

static void draw_overlays(struct ui *ui, struct overlay *overlay)
{
	if (!overlay)
		return;
	draw_overlays(ui, overlay->below);
	overlay->type->layout(overlay, ui->rows, ui->columns, &overlay->area);
	const struct canvas canvas = canvas_of(overlay->area, STYLE_TEXT);
	overlay->type->draw(overlay, &canvas);
}

static void draw(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	struct area body;
	loop->draw = false;
	term_size(&ui->rows, &ui->columns);
	term_frame_begin();
	if (chrome_layout(ui, &body)) {
		pages_draw(ui->pages, body);
		chrome_draw(ui, body);
		draw_overlays(ui, ui->overlays);
	}
	if (!term_frame_end())
		loop->lost = true;
	struct overlay *top = ui->overlays;
	if (top && top->type->guarded && !top->armed_at) {
		top->armed_at = ui->now + OVERLAY_ARM_MS;
		input_discard(ui->input);
	}
}

static void sooner(int64_t *wake, int64_t at)
{
	if (at >= 0 && (*wake < 0 || at < *wake))
		*wake = at;
}

// When the person would see something else though nothing happened.
static int64_t draw_due(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	int64_t due = chrome_wake_at(ui);
	if (ui->rows >= CHROME_ROWS_LEAST && ui->columns >= CHROME_COLUMNS_LEAST)
		sooner(&due, pages_wake_at(ui->pages, ui->now));
	for (struct overlay *overlay = ui->overlays; overlay; overlay = overlay->below)
		sooner(&due, overlay->type->wake_at ? overlay->type->wake_at(overlay, ui->now) : -1);
	return due;
}

static int poll_timeout(struct loop *loop)
{
	int64_t wake = draw_due(loop);
	sooner(&wake, loop->deck_at);
	sooner(&wake, input_wake_at(loop->ui.input));
	if (loop->data)
		sooner(&wake, pace_next(&loop->pace));
	if (wake < 0)
		return -1;
	const int64_t left = wake - clock_monotonic(loop->ui.deck->clock);
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

static void wait_for_something(struct loop *loop)
{
	enum { TERMINAL, SIGNALS, WAKE, OUTPUT, COUNT };
	struct ui *ui = &loop->ui;
	struct pollfd fds[COUNT] = {
	        [TERMINAL] = {.fd = term_fd(), .events = POLLIN},
	        [SIGNALS] = {.fd = term_signal_fd(), .events = POLLIN},
	        [WAKE] = {.fd = ui->options->wake_fd, .events = POLLIN},
	        [OUTPUT] = {.fd = term_wants_write() ? term_output_fd() : -1, .events = POLLOUT},
	};
	const int ready = poll(fds, COUNT, poll_timeout(loop));
	ui->now = clock_monotonic(ui->deck->clock);
	if (ready <= 0)
		return;
	if (fds[OUTPUT].revents && !term_drain())
		loop->lost = true;
	if (fds[SIGNALS].revents)
		take_signals(loop);
	if (fds[WAKE].revents) {
		uint64_t count;
		const ssize_t ignored = read(ui->options->wake_fd, &count, sizeof count);
		(void)ignored;
		loop->data = true;
		loop->deck_at = ui->now;
	}
	if (fds[TERMINAL].revents & POLLIN && !input_fill(ui->input, term_fd(), ui->now))
		loop->lost = true;
	if (fds[TERMINAL].revents & (POLLHUP | POLLERR | POLLNVAL))
		loop->lost = true;
}

// Some places are asked for credentials only with the first call: that there are none is known a little later.
static bool has_no_credentials(const struct deck *deck)
{
	const struct error *error = &deck->context_error;

	return !deck->session || (!deck->identified && error->kind == ERROR_CREDENTIALS && !error->http_status);
}

static void welcome(struct loop *loop)
{
	struct error error = {0};

	if (loop->welcomed || !has_no_credentials(loop->ui.deck))
		return;
	loop->welcomed = true;
	if (!welcome_open(&loop->ui, &error))
		ui_fail(&loop->ui, &error);
	loop->draw = true;
}

static void take_turn(struct loop *loop)
{
	loop->deck_at = deck_turn(loop->ui.deck);
	welcome(loop);
	sooner(&loop->deck_at, cleanup_turn(&loop->ui));
	wizards_turn(&loop->ui);
	loop->draw |= loop->ui.redraw;
	loop->ui.redraw = false;
}

static void turn(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	if (loop->deck_at >= 0 && ui->now >= loop->deck_at)
		take_turn(loop);
	if (loop->data && ui->now >= pace_next(&loop->pace))
		look_at_data(loop);
	const int64_t due = draw_due(loop);
	if (due >= 0 && ui->now >= due) {
		chrome_update(ui); // what ended a while ago leaves the strip
		loop->draw = true;
	}
	if (loop->draw && !ui->leaving && term_ready())
		draw(loop);
}

static void tell_mistake(const char *mistake, void *user)
{
	struct error error = {0};
	error_set(&error, ERROR_CONFIG, "%s", mistake);
	ui_fail(user, &error);
}

// Configuration mistakes are told in the status line; none keeps the console from opening.
static bool prepare(struct loop *loop, struct error *error)
{
	struct ui *ui = &loop->ui;
	struct error mistake = {0};
	const struct config *config = ui->deck->config;
	if (!theme_load(&ui->theme, config->theme, config->config_folder, &mistake))
		ui_fail(ui, &mistake);
	ui->keymap = keymap_create(config->preset, &mistake);
	if (!ui->keymap) {
		ui_fail(ui, &mistake);
		ui->keymap = keymap_create("default", error);
	}
	if (!ui->keymap)
		return false;
	keymap_configure(ui->keymap, config, tell_mistake, ui);
	if (ui->options->notice && ui->options->notice->kind != ERROR_NONE)
		ui_fail(ui, ui->options->notice);
	else if (ui->deck->context_error.kind != ERROR_NONE)
		ui_fail(ui, &ui->deck->context_error);
	ui->input = input_create(error);
	ui->pages = ui->input ? pages_create(ui, error) : NULL;
	return ui->pages != NULL;
}

static void run(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	unsigned reactions = 0;
	struct error error = {0};
	if (ui->options->view && !ui_run_line(ui, ui->options->view, &reactions, &error))
		ui_fail(ui, &error);
	welcome(loop);
	term_size(&ui->rows, &ui->columns);
	look_at_data(loop);
	draw(loop); // before anything is asked of the network
	pace_begin(&loop->pace, ui->now);
	pages_interests(ui->pages);
	loop->deck_at = ui->now;
	while (!ui->leaving && !loop->lost) {
		turn(loop);
		if (ui->leaving || loop->lost)
			break;
		wait_for_something(loop);
		take_input(loop);
	}
}

int ui_run(struct deck *deck, const struct ui_options *options, struct error *error)
{
	const struct config *config = deck->config;
	struct loop *loop = calloc(1, sizeof *loop);
	int status = 1;
	if (!loop) {
		error_set(error, ERROR_MEMORY, "out of memory");
		return status;
	}
	struct ui *ui = &loop->ui;
	*ui = (struct ui){.deck = deck, .options = options, .focused = true, .chrome = &loop->chrome};
	ui->now = clock_monotonic(deck->clock);
	ui->job_told = clock_now(deck->clock);
	loop->chrome.wake_at = -1;
	const char *no_color = getenv("NO_COLOR");
	if (!prepare(loop, error))
		goto done;
	const struct term_options term = {
	        .theme = &ui->theme,
	        .no_color = config->no_color || (no_color && *no_color),
	        .ascii = config->ascii,
	        .mouse = config->mouse,
	        .clipboard = config->clipboard,
	};
	if (!term_start(&term, error))
		goto done;
	events_watch(deck->store);
	// Without it nothing is judged, and all else works.
	struct error no_scans;
	ui->cleanup = cleanup_create(ui, &no_scans);
	if (!ui->cleanup)
		ui_fail(ui, &no_scans);
	ui->wizards = wizards_create();
	run(loop);
	term_finish();
	status = loop->lost;
	if (loop->lost)
		error_set(error, ERROR_SYSTEM, _("the terminal is gone"));

done:
	overlay_close_all(ui);
	pages_destroy(ui->pages);
	for (size_t i = 0; i < KIND_COUNT; i++)
		folds_destroy(ui->trees[i].folds);
	wizards_destroy(ui);
	cleanup_destroy(ui);
	input_destroy(ui->input);
	keymap_destroy(ui->keymap);
	prompt_histories_finish();
	free(loop);
	return status;
}
