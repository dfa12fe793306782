// SPDX-License-Identifier: Apache-2.0
// What header and operations strip tell of: calls, throttling, the network, jobs and how they ended.
#include "config.h"

#include "ui/chrome_own.h"

#include <stdio.h>
#include <string.h>

#include "net/budget.h"

#include "base/banned.h"

enum { CALLS_WINDOW_MS = 60000, CALLS_STEP_MS = 1000 };

bool chrome_is_live(const struct ui *ui)
{
	return ui->deck->poller && !ui->frozen && ui->deck->config->refresh_seconds > 0;
}

void chrome_wake_by(struct chrome *chrome, int64_t when)
{
	if (when >= 0 && (chrome->wake_at < 0 || when < chrome->wake_at))
		chrome->wake_at = when;
}

static void sample_calls(struct ui *ui)
{
	struct chrome *chrome = ui->chrome;
	const uint64_t calls = ui->deck->budget ? budget_calls(ui->deck->budget) : 0;
	size_t old = 0;
	while (old < chrome->sample_count && ui->now - chrome->samples[old].at > CALLS_WINDOW_MS)
		old++;
	// One sample from before the window stays: calls are counted from it on.
	old -= old > 0;
	if (chrome->sample_count == CHROME_CALLS_MOST && old == 0)
		old = 1;
	memmove(chrome->samples, chrome->samples + old, (chrome->sample_count - old) * sizeof chrome->samples[0]);
	chrome->sample_count -= old;
	if (chrome->sample_count && ui->now - chrome->samples[chrome->sample_count - 1].at < CALLS_STEP_MS) {
		chrome->samples[chrome->sample_count - 1].calls = calls;
		return;
	}
	chrome->samples[chrome->sample_count].at = ui->now;
	chrome->samples[chrome->sample_count++].calls = calls;
}

// The longest pause that the cloud asked for.
static void find_throttled(struct ui *ui)
{
	enum { LOOKED_AT = 8 };
	struct budget_state states[LOOKED_AT];
	const size_t all = ui->deck->budget ? budget_states(ui->deck->budget, states, LOOKED_AT) : 0;
	ui->chrome->throttled_until = 0;
	for (size_t i = 0; i < all && i < LOOKED_AT; i++)
		if (states[i].throttled_until > ui->chrome->throttled_until)
			ui->chrome->throttled_until = states[i].throttled_until;
}

static uint64_t calls_until(const struct chrome *chrome, int64_t when)
{
	uint64_t calls = chrome->sample_count ? chrome->samples[0].calls : 0;
	for (size_t i = 0; i < chrome->sample_count && chrome->samples[i].at <= when; i++)
		calls = chrome->samples[i].calls;
	return calls;
}

uint64_t chrome_calls(const struct chrome *chrome, int64_t now, unsigned spark[CHROME_SPARK_COLUMNS])
{
	const int64_t step = CALLS_WINDOW_MS / CHROME_SPARK_COLUMNS;
	for (int i = 0; i < CHROME_SPARK_COLUMNS; i++) {
		const int64_t end = now - (CHROME_SPARK_COLUMNS - 1 - i) * step;
		spark[i] = (unsigned)(calls_until(chrome, end) - calls_until(chrome, end - step));
	}
	return calls_until(chrome, now) - calls_until(chrome, now - CALLS_WINDOW_MS);
}

bool chrome_is_over(const struct job_view *job)
{
	return job->state >= JOB_DONE;
}

// Says how changes ended, once each.
static void tell_ended(struct ui *ui, const struct job_view *jobs, size_t count)
{
	int64_t newest = ui->job_told;
	for (size_t i = 0; i < count; i++) {
		const struct job_view *job = &jobs[i];
		if (!chrome_is_over(job) || job->ended <= ui->job_told)
			continue;
		newest = job->ended > newest ? job->ended : newest;
		if (job->state == JOB_FAILED)
			ui_fail(ui, &job->error);
		else if (!job->quiet)
			ui_say(ui, job->state == JOB_DONE ? _("done: %s") : _("cancelled: %s"), job->title);
	}
	ui->job_told = newest;
}

static void count_reached(struct ui *ui, enum kind_id kind, size_t *reached, size_t *unreached)
{
	enum { ENTRIES_MOST = 128 };
	static struct store_entry entries[ENTRIES_MOST]; // too large for a stack
	static struct scope scopes[ENTRIES_MOST];
	const size_t count =
	        store_entries(ui->deck->store, kind, ui->deck->context->name, entries, scopes, ENTRIES_MOST);
	for (size_t i = 0; i < count && i < ENTRIES_MOST; i++) {
		const enum error_kind failed = entries[i].error.kind;
		if (failed == ERROR_NETWORK || failed == ERROR_TIMEOUT)
			++*unreached;
		else if (entries[i].snapshot && entries[i].snapshot->origin == SNAPSHOT_LIVE)
			++*reached;
		snapshot_unref(entries[i].snapshot);
	}
}

// No network is told, and is no reason to leave: what was read before stays.
static bool look_for_network(struct ui *ui)
{
	struct chrome *chrome = ui->chrome;
	const uint64_t version = store_version(ui->deck->store);
	const bool before = chrome->offline;
	size_t reached = 0, unreached = 0;
	if (!ui->deck->context || version == chrome->offline_version)
		return false;
	count_reached(ui, KIND_REGION, &reached, &unreached);
	count_reached(ui, KIND_CLUSTER, &reached, &unreached);
	count_reached(ui, KIND_VM, &reached, &unreached);
	chrome->offline = unreached > 0 && reached == 0;
	chrome->offline_version = version;
	return chrome->offline != before;
}

bool chrome_update(struct ui *ui)
{
	enum { LOOKED_AT = 16 };
	static struct job_view
	        jobs[LOOKED_AT]; // too large for the stack of every caller; the UI thread is the only one
	struct chrome *chrome = ui->chrome;
	const size_t before = chrome->strip_count;
	const size_t all = jobs_list(ui->deck->jobs, false, jobs, LOOKED_AT), count = all < LOOKED_AT ? all : LOOKED_AT;
	const int64_t wall = clock_now(ui->deck->clock);
	sample_calls(ui);
	find_throttled(ui);
	tell_ended(ui, jobs, count);
	chrome->strip_count = chrome->strip_more = 0;
	for (int ended = 0; ended <= 1; ended++)
		for (size_t i = 0; i < count; i++) {
			if (chrome_is_over(&jobs[i]) != (ended == 1) ||
			        (ended && wall - jobs[i].ended >= CHROME_ENDED_MS))
				continue;
			if (chrome->strip_count < CHROME_STRIP_MOST)
				chrome->strip[chrome->strip_count++] = jobs[i];
			else if (!ended)
				chrome->strip_more++;
		}
	return look_for_network(ui) || before || chrome->strip_count;
}
