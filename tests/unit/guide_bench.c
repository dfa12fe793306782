// SPDX-License-Identifier: Apache-2.0
// A guide in a folder of its own, the fake world that it walks in, and what was told meanwhile.
#include "config.h"
#include "tests/unit/guide_bench.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "base/banned.h"

static void take_event(const struct guide_event *event, void *user)
{
	struct bench *bench = user;

	if (event->kind == EVENT_LINE)
		snprintf(bench->last_line, sizeof(bench->last_line), "%s", event->text);
	if (event->kind != EVENT_END)
		return;
	bench->ends[event->outcome]++;
	if (event->outcome == OUTCOME_FAILED)
		bench->stopped = event->step->id;
}

void bench_tell_mistake(const struct error *mistake, void *user)
{
	(void)user;
	printf("\n    %s: %s", mistake->doing, mistake->message);
}

bool bench_noted(void *user, const char *title, const char *text)
{
	struct bench *bench = user;

	CU_ASSERT_STRING_EQUAL(title, "Read this");
	snprintf(bench->note, sizeof(bench->note), "%s", text);
	bench->notes++;
	return bench->confirms;
}

void bench_setup(struct bench *bench, const char *guide_text)
{
	memset(bench, 0, sizeof(*bench));
	test_folder_make(bench->folder, guide_text, "env", "NET=${NET_ID}\n");
	snprintf(bench->path, sizeof(bench->path), "%s/peerdeck.db", bench->folder);
	bench->guide = guide_read(bench->folder, "test", false, bench_tell_mistake, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->guide);
	fake_init(&bench->fake, &bench->effects);
	bench->store = store_open("", &bench->fake.clock, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->store);
	bench->options = (struct run_options){.guide = bench->guide,
	        .effects = &bench->effects,
	        .store = bench->store,
	        .context = "test",
	        .region = "here",
	        .folder = "/state",
	        .tell = take_event,
	        .user = bench};
}

struct guide_run *bench_begin(struct bench *bench)
{
	struct guide_run *run = run_create(&bench->options, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_TRUE(run_answers_complete(run, NULL, bench_tell_mistake, NULL));
	return run;
}

bool bench_go(struct bench *bench, struct guide_run *run, struct error *error)
{
	struct plan plan;
	bool done;

	if (!run_plan(run, &plan, NULL, error))
		return false;
	done = run_go(run, &plan, &bench->fake.cancel, error);
	plan_finish(&plan);
	return done;
}

struct guide_run *bench_take_up(struct bench *bench)
{
	struct run_row row;
	struct guide_run *run;

	fake_restart(&bench->fake);
	CU_ASSERT_EQUAL_FATAL(store_runs(bench->store, "test", "test", &row, 1), 1);
	run = run_resume(&bench->options, &row, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_TRUE(run_answers_complete(run, NULL, bench_tell_mistake, NULL));
	return run;
}

void bench_finish(struct bench *bench)
{
	store_close(bench->store);
	guide_destroy(bench->guide);
	test_folder_remove(bench->folder);
}
