// SPDX-License-Identifier: Apache-2.0
// The histories of prompts.
#include "config.h"

#include "ui/prompt_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/state.h"
#include "base/banned.h"

enum { HISTORIES_MOST = 8 };

static struct named_history {
	char name[32];
	struct line_history history;
} histories[HISTORIES_MOST];

// What a job reads or writes; it knows the history only by name, since the console may end first.
struct file_work {
	char name[32], path[1024];
	struct line_history loaded;
	char *line; // to append; NULL = load
};

static struct named_history *find(const char *name, bool make)
{
	for (size_t i = 0; i < HISTORIES_MOST; i++) {
		if (strcmp(histories[i].name, name) == 0)
			return &histories[i];
		if (!histories[i].name[0] && make) {
			snprintf(histories[i].name, sizeof(histories[i].name), "%s", name);
			return &histories[i];
		}
	}
	return NULL;
}

static void work_free(void *user)
{
	struct file_work *work = user;

	line_history_finish(&work->loaded);
	free(work->line);
	free(work);
}

static bool work_run(struct job *job, void *user, struct error *error)
{
	struct file_work *work = user;

	(void)job;
	return work->line ? line_history_append(work->path, work->line, error)
	                  : line_history_load(&work->loaded, work->path, error);
}

static void work_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct file_work *work = user;
	struct named_history *named = find(work->name, false);

	(void)id, (void)error;
	if (state != JOB_DONE || work->line || !named)
		return;
	// What was typed meanwhile is newer.
	for (size_t i = 0; i < named->history.count; i++)
		line_history_add(&work->loaded, named->history.lines[i]);
	line_history_finish(&named->history);
	named->history = work->loaded;
	work->loaded.count = 0;
}

static void submit(struct ui *ui, const char *name, const char *line)
{
	struct file_work *work = calloc(1, sizeof(*work));
	struct job_spec spec = {.title = _("Command history"),
	        .quiet = true,
	        .run = work_run,
	        .done = work_done,
	        .user = work,
	        .user_free = work_free};

	if (!work)
		return;
	snprintf(work->name, sizeof(work->name), "%s", name);
	snprintf(work->path, sizeof(work->path), "%s/%s.history", ui->deck->config->state_folder, name);
	work->line = line ? strdup(line) : NULL;
	if ((line && !work->line) || !ui->deck->config->state_folder[0] || !jobs_submit(ui->deck->jobs, &spec, NULL))
		work_free(work);
}

const struct line_history *prompt_history(struct ui *ui, const char *name)
{
	struct named_history *named = find(name, false);

	if (named)
		return &named->history;
	named = find(name, true);
	if (named)
		submit(ui, name, NULL);
	return named ? &named->history : NULL;
}

void prompt_history_add(struct ui *ui, const char *name, const char *line)
{
	struct named_history *named = find(name, true);

	if (named && line_history_add(&named->history, line))
		submit(ui, name, line);
}

void prompt_histories_finish(void)
{
	for (size_t i = 0; i < HISTORIES_MOST; i++) {
		line_history_finish(&histories[i].history);
		histories[i].name[0] = '\0';
	}
}
