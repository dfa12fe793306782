// SPDX-License-Identifier: Apache-2.0
// The work of a run, on a worker thread: going, going on, undoing, each under the lock of its guide and context.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

enum { ASK_AGAIN_NS = 100000000 };

static bool stands_in_the_way(struct walk *walk, const char *id, struct error *error)
{
	struct run_row other;
	if (!walk_find(walk, NULL, 1u << RUN_STARTED | 1u << RUN_UNDOING, &other) || !strcmp(other.id, id))
		return false;
	error_set(error, ERROR_CONFLICT, _("the run %s of %s is not finished"), other.id, walk->guide->name);
	error_remedy(error, _("peerdeck guide resume %s goes on, peerdeck guide undo %s takes away what it made"),
	        walk->guide->name, walk->guide->name);
	return true;
}

// Everything is looked at once more: what was approved must be what is made.
static bool plan_again(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	struct plan fresh;
	if (!run_plan(walk->run, &fresh, cancel, error))
		return false;
	if (!strcmp(fresh.hash, walk->plan.hash)) {
		plan_finish(&fresh);
		return true;
	}
	plan_finish(&walk->before);
	walk->before = walk->plan;
	walk->plan = fresh;
	walk_texts(walk);
	task->plan_changed = true;
	error_set(error, ERROR_CONFLICT, "%s", _("what is there has changed since the plan was made"));
	error_remedy(error, "%s", _("look at the new plan, where what changed is marked, and approve that"));
	return false;
}

// What the plan asked for need not be asked for again.
static void take_prices(struct walk *walk)
{
	const struct plan *plan = &walk->plan;
	snprintf(walk->currency, sizeof walk->currency, "%s", plan->currency);
	for (size_t i = 0; i < plan->count; i++) {
		struct step_price *price = &walk->prices[plan->lines[i].step - walk->guide->steps];
		price->hourly = plan->lines[i].hourly;
		price->known = plan->lines[i].sign != PLAN_KEEP && price->hourly >= 0;
	}
}

static int take_lock(struct task *task, struct error *error)
{
	struct walk *walk = task->walk;
	const int lock = store_lock(walk->path, walk->guide->name, walk->context, error);
	task->is_held = lock == -1 && walk_is_held(walk);
	return lock;
}

// It is over for now, well or not: what is known of it?
static void end_walk(struct walk *walk, int lock)
{
	run_watched(walk->run, -1);
	store_unlock(lock);
	if (!walk_find(walk, walk->row.id, 0, &walk->row))
		walk->row = *run_row(walk->run);
	walk_rows(walk);
	walk_texts(walk);
	walk_count(walk);
	pthread_mutex_lock(&walk->lock);
	walk->news.note[0] = '\0';
	pthread_mutex_unlock(&walk->lock);
}

// What is known before it begins: what exists, and which steps will be left out.
static void mark_all(struct walk *walk)
{
	pthread_mutex_lock(&walk->lock);
	walk_marks(walk, walk->news.steps);
	pthread_mutex_unlock(&walk->lock);
	walk_count(walk);
}

bool task_go(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	const char *id = run_row(walk->run)->id;
	const int lock = take_lock(task, error);
	if (lock == -1)
		return false;
	if (stands_in_the_way(walk, id, error) || !plan_again(task, cancel, error)) {
		store_unlock(lock);
		return false;
	}
	walk->row = *run_row(walk->run);
	walk_rows(walk);
	take_prices(walk);
	mark_all(walk);
	run_watched(walk->run, lock);
	const bool done = run_go(walk->run, &walk->plan, cancel, error);
	end_walk(walk, lock);
	return done;
}

static void keep_first(const struct error *mistake, void *user)
{
	struct error *first = user;
	if (first->kind == ERROR_NONE)
		*first = *mistake;
}

// The run as the store has it, with what is not kept there given again.
static bool take_up(struct task *task, bool needs_answers, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	struct error mistake = {0};
	if (!walk_find(walk, walk->row.id, 0, &walk->row))
		return error_set(error, ERROR_NOT_FOUND, _("the run %s is not known any more"), walk->row.id);
	if (walk->row.account[0] && walk->account[0] && strcmp(walk->row.account, walk->account) != 0)
		return error_set(error, ERROR_CONFLICT,
		        _("that run was made in the account %s, and these credentials are of %s"), walk->row.account,
		        walk->account);
	run_destroy(walk->run);
	walk->run = walk_resume(walk, error);
	if (!walk->run)
		return false;
	for (size_t i = 0; needs_answers && i < task->answers.count; i++) {
		const struct given *answer = &task->answers.list[i];
		const struct value *known = values_find(run_values(walk->run), answer->input->name);
		if (answer->text && !(known && known->known && !strcmp(known->text, answer->text)))
			run_answer(walk->run, answer->input, answer->text, answer->source, NULL);
	}
	if (!needs_answers || (run_answers_complete(walk->run, cancel, keep_first, &mistake) &&
	                              run_answers_settle(walk->run, cancel, keep_first, &mistake)))
		return true;
	if (error)
		*error = mistake;
	task->wrong_answers = !cancel_asked(cancel);
	return false;
}

static bool take_up_and(struct task *task, bool needs_answers,
        bool (*carry_out)(struct task *task, struct cancel *cancel, struct error *error), struct cancel *cancel,
        struct error *error)
{
	struct walk *walk = task->walk;
	const int lock = take_lock(task, error);
	if (lock == -1)
		return false;
	if (!take_up(task, needs_answers, cancel, error)) {
		store_unlock(lock);
		return false;
	}
	walk_texts(walk);
	walk_rows(walk);
	mark_all(walk);
	run_watched(walk->run, lock);
	const bool done = carry_out(task, cancel, error);
	end_walk(walk, lock);
	return done;
}

static bool go_on(struct task *task, struct cancel *cancel, struct error *error)
{
	return run_go(task->walk->run, NULL, cancel, error);
}

static bool let_go_and_on(struct task *task, struct cancel *cancel, struct error *error)
{
	return run_let_go(task->walk->run, task->step, error) && go_on(task, cancel, error);
}

static bool take_away(struct task *task, struct cancel *cancel, struct error *error)
{
	return run_undo(task->walk->run, cancel, error);
}

bool task_resume(struct task *task, struct cancel *cancel, struct error *error)
{
	return take_up_and(task, true, go_on, cancel, error);
}

bool task_skip(struct task *task, struct cancel *cancel, struct error *error)
{
	return take_up_and(task, true, let_go_and_on, cancel, error);
}

bool task_undo(struct task *task, struct cancel *cancel, struct error *error)
{
	return take_up_and(task, false, take_away, cancel, error);
}

// ---- what the engine tells ----

void walk_add_line(struct walk_news *news, const char *text, const char *more)
{
	char *line = NULL;

	if (news->line_count == WIZARD_LINES_MOST)
		return;
	const size_t size = strlen(text) + strlen(more) + 3;
	line = malloc(size);
	if (!line)
		return;
	snprintf(line, size, "%s%s%s", text, *text && *more ? ": " : "", more);
	news->lines[news->line_count++] = line;
}

void walk_tell(const struct guide_event *event, void *user)
{
	struct walk *walk = user;
	struct walk_news *news = &walk->news;
	const size_t index = (size_t)(event->step - walk->guide->steps), count = walk->guide->step_count;
	const int64_t now = clock_monotonic(walk->clock);
	struct step_state *state = &news->steps[index];
	pthread_mutex_lock(&walk->lock);
	news->version++;
	switch (event->kind) {
	case EVENT_BEGIN:
		*state = (struct step_state){.mark = MARK_AT_WORK, .began = now};
		news->current = index;
		news->waiting = false;
		news->waited = (struct waited){
		        .percent = -1, .usual_ms = event->usual_ms, .limit_ms = event->limit_ms, .told = now};
		snprintf(news->key, sizeof news->key, "%s", event->key);
		break;
	case EVENT_END:
		// Whoever stops waiting has not failed.
		state->mark = event->outcome == OUTCOME_FAILED && event->error && event->error->kind == ERROR_CANCELLED
		                      ? MARK_IN_DOUBT
		                      : MARK_OUTCOMES + event->outcome;
		state->elapsed_ms = event->elapsed_ms;
		news->waiting = false;
		break;
	case EVENT_WAIT:
		news->waiting = true;
		news->waited = (struct waited){.percent = event->percent,
		        .elapsed_ms = event->elapsed_ms,
		        .usual_ms = event->usual_ms,
		        .next_ms = event->next_ms,
		        .limit_ms = event->limit_ms,
		        .told = now};
		snprintf(news->waited.text, sizeof news->waited.text, "%s", event->text ? event->text : "");
		break;
	case EVENT_LINE:
		walk_add_line(news, "", event->text);
		break;
	case EVENT_NOTE:
		walk_add_line(news, event->step->title, event->text);
		break;
	}
	pthread_mutex_unlock(&walk->lock);
	if (event->kind == EVENT_END || event->kind == EVENT_WAIT) {
		walk_rows(walk);
		walk_count(walk);
	}
	if (event->kind == EVENT_WAIT && event->usual_ms)
		job_expect(walk->job, event->usual_ms);
	job_progress(walk->job, (int64_t)index, (int64_t)count, "%s", event->step->title);
}

// Waits for the person's answer; 0 when the task is to stop.
static int await_answer(struct walk *walk)
{
	struct timespec pause = {0, ASK_AGAIN_NS};
	int answer = 0;
	while (!answer && !cancel_asked(job_cancel(walk->job))) {
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&walk->lock);
		answer = walk->news.answer;
		pthread_mutex_unlock(&walk->lock);
	}
	pthread_mutex_lock(&walk->lock);
	walk->news.question[0] = walk->news.note[0] = '\0';
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	return answer;
}

bool walk_agrees(void *user, const char *question)
{
	struct walk *walk = user;
	pthread_mutex_lock(&walk->lock);
	snprintf(walk->news.question, sizeof walk->news.question, "%s", question);
	walk->news.answer = 0;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	job_progress(walk->job, 0, 0, "%s", _("a question waits for an answer"));
	return await_answer(walk) > 0;
}

bool walk_noted(void *user, const char *title, const char *text)
{
	struct walk *walk = user;
	pthread_mutex_lock(&walk->lock);
	snprintf(walk->news.note_title, sizeof walk->news.note_title, "%s", title);
	snprintf(walk->news.note, sizeof walk->news.note, "%s", text);
	walk->news.answer = 0;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	job_progress(walk->job, 0, 0, "%s", _("a note waits to be confirmed"));
	return await_answer(walk) > 0;
}
