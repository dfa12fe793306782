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

static bool open_store(struct walk *walk, struct error *error)
{
	if (!walk->store)
		walk->store = store_open(walk->path, walk->clock, walk->log, error);
	return walk->store != NULL;
}

static bool is_empty(const struct step_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].made || rows[i].state == ROW_INTENDED)
			return false;
	return true;
}

// The newest run that exists still, or the one of this id; those that ended before they made anything are passed over.
static bool find_run(struct walk *walk, const char *id, unsigned states, struct run_row *out)
{
	struct run_row *runs = calloc(RUNS_MOST, sizeof *runs);
	struct step_row *rows = calloc(ROWS_MOST, sizeof *rows);
	const size_t count =
	        runs && rows ? store_runs(walk->store, walk->guide->name, walk->context, runs, RUNS_MOST) : 0;
	bool found = false;
	for (size_t i = 0; i < count && i < RUNS_MOST && !found; i++) {
		if (id ? strcmp(id, runs[i].id) != 0 : !(states & 1u << runs[i].state))
			continue;
		found = id || runs[i].state != RUN_STARTED ||
		        !is_empty(rows, store_steps(walk->store, runs[i].id, rows, ROWS_MOST));
		*out = runs[i];
	}
	free(runs);
	free(rows);
	return found;
}

static void read_rows(struct walk *walk)
{
	walk->row_count = 0;
	if (!walk->rows)
		walk->rows = calloc(ROWS_MOST, sizeof *walk->rows);
	if (walk->rows && walk->row.id[0])
		walk->row_count = store_steps(walk->store, walk->row.id, walk->rows, ROWS_MOST);
}

bool task_known(struct walk *walk, struct error *error)
{
	if (!open_store(walk, error))
		return false;
	if (find_run(walk, NULL, 1u << RUN_STARTED | 1u << RUN_DONE | 1u << RUN_UNDOING, &walk->row) &&
	        !store_answers(walk->store, walk->row.id, &walk->stored, error))
		return false;
	read_rows(walk);
	return true;
}

static bool stands_in_the_way(struct walk *walk, const char *id, struct error *error)
{
	struct run_row other;
	if (!find_run(walk, NULL, 1u << RUN_STARTED | 1u << RUN_UNDOING, &other) || !strcmp(other.id, id))
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
	plan_finish(&walk->plan);
	walk->plan = fresh;
	task->plan_changed = true;
	error_set(error, ERROR_CONFLICT, "%s", _("what is there has changed since the plan was made"));
	error_remedy(error, "%s", _("look at the new plan, and approve that"));
	return false;
}

bool task_go(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	const char *id = run_row(walk->run)->id;
	const int lock = store_lock(walk->path, walk->guide->name, walk->context, error);
	bool done;
	if (lock == -1)
		return false;
	done = !stands_in_the_way(walk, id, error) && plan_again(task, cancel, error);
	if (done) {
		done = run_go(walk->run, &walk->plan, cancel, error);
		if (!find_run(walk, id, 0, &walk->row))
			walk->row = *run_row(walk->run);
		read_rows(walk);
	}
	store_unlock(lock);
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
	if (!find_run(walk, walk->row.id, 0, &walk->row))
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
		if (answer->text && !(known && known->known))
			run_answer(walk->run, answer->input, answer->text, answer->source, NULL);
	}
	if (!needs_answers || run_answers_complete(walk->run, cancel, keep_first, &mistake))
		return true;
	if (error)
		*error = mistake;
	task->wrong_answers = !cancel_asked(cancel);
	return false;
}

static bool take_up_and(struct task *task, bool needs_answers,
        bool (*carry_out)(struct guide_run *run, struct cancel *cancel, struct error *error), struct cancel *cancel,
        struct error *error)
{
	struct walk *walk = task->walk;
	const int lock = store_lock(walk->path, walk->guide->name, walk->context, error);
	bool done;
	if (lock == -1)
		return false;
	done = take_up(task, needs_answers, cancel, error);
	if (done) {
		walk_commands(walk);
		done = carry_out(walk->run, cancel, error);
		find_run(walk, walk->row.id, 0, &walk->row);
		read_rows(walk);
	}
	store_unlock(lock);
	return done;
}

static bool go_on(struct guide_run *run, struct cancel *cancel, struct error *error)
{
	return run_go(run, NULL, cancel, error);
}

bool task_resume(struct task *task, struct cancel *cancel, struct error *error)
{
	return take_up_and(task, true, go_on, cancel, error);
}

bool task_undo(struct task *task, struct cancel *cancel, struct error *error)
{
	return take_up_and(task, false, run_undo, cancel, error);
}

// ---- what the engine tells ----

static void add_line(struct walk_news *news, const char *text, const char *more)
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
		break;
	case EVENT_END:
		state->mark = MARK_OUTCOMES + event->outcome;
		state->elapsed_ms = event->elapsed_ms;
		news->waiting = false;
		break;
	case EVENT_WAIT:
		news->waiting = true;
		news->waited = (struct waited){.percent = event->percent,
		        .elapsed_ms = event->elapsed_ms,
		        .usual_ms = event->usual_ms,
		        .next_ms = event->next_ms,
		        .told = now};
		snprintf(news->waited.text, sizeof news->waited.text, "%s", event->text ? event->text : "");
		break;
	case EVENT_LINE:
		add_line(news, "", event->text);
		break;
	case EVENT_NOTE:
		add_line(news, event->step->title, event->text);
		break;
	}
	pthread_mutex_unlock(&walk->lock);
	if (event->kind == EVENT_WAIT && event->usual_ms)
		job_expect(walk->job, event->usual_ms);
	job_progress(walk->job, (int64_t)index, (int64_t)count, "%s", event->step->title);
}

bool walk_agrees(void *user, const char *question)
{
	struct walk *walk = user;
	struct timespec pause = {0, ASK_AGAIN_NS};
	int answer = 0;
	pthread_mutex_lock(&walk->lock);
	snprintf(walk->news.question, sizeof walk->news.question, "%s", question);
	walk->news.answer = 0;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	job_progress(walk->job, 0, 0, "%s", _("a question waits for an answer"));
	while (!answer && !cancel_asked(job_cancel(walk->job))) {
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&walk->lock);
		answer = walk->news.answer;
		pthread_mutex_unlock(&walk->lock);
	}
	pthread_mutex_lock(&walk->lock);
	walk->news.question[0] = '\0';
	pthread_mutex_unlock(&walk->lock);
	return answer > 0;
}
