// SPDX-License-Identifier: Apache-2.0
// journal-bench FOLDER: times durable writes against a bare append and fdatasync on the same disk, in turn. A line for
// each: the journal's intent, a guide's step as intended, and as done with what it exports. Median ratio and times.
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guide/store.h"
#include "work/journal.h"

#include "base/banned.h"

enum { ROUNDS = 300, STEPS = 50, BYTES = 200 };

struct bench {
	struct journal *journal;
	struct guide_store *store;
	struct values exports;
	struct run_row run; // STEPS of each
	struct step_row step;
	int file;
	struct error error;
};

static bool write_bare(struct bench *bench)
{
	static const char line[BYTES] = {[0 ... BYTES - 1] = 'x'};

	return write(bench->file, line, sizeof(line)) == (ssize_t)sizeof(line) && fdatasync(bench->file) == 0;
}

static bool write_intent(struct bench *bench)
{
	struct intent intent = {
	        .operation = "ecs.StopInstance", .subject_kind = "vm", .subject = "i-bench", .token = "*"};

	return journal_intend(bench->journal, &intent, "{\"InstanceId\":\"i-bench\"}", &bench->error) != 0;
}

static bool write_step(struct bench *bench)
{
	bench->step.state = ROW_INTENDED;
	return store_step_set(bench->store, bench->run.id, &bench->step, NULL, &bench->error);
}

static bool write_step_done(struct bench *bench)
{
	bench->step.state = ROW_DONE;
	return store_step_set(bench->store, bench->run.id, &bench->step, &bench->exports, &bench->error);
}

enum { BARE, KINDS = 4 };
static const struct {
	const char *name;
	bool (*write)(struct bench *bench);
} kinds[KINDS] = {
        [BARE] = {"", write_bare},
        {"intent", write_intent},
        {"step", write_step},
        {"done", write_step_done},
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool bench_open(struct bench *bench, const char *folder)
{
	char path[4096], bare[4096];

	snprintf(path, sizeof(path), "%s/bench.db", folder);
	snprintf(bare, sizeof(bare), "%s/bench.bare", folder);
	bench->file = open(bare, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	bench->journal = journal_open(path, &clock_system, NULL, NULL, &bench->error);
	bench->store = store_open(path, &clock_system, NULL, &bench->error);
	return bench->file >= 0 && bench->journal && bench->store &&
	       values_set(&bench->exports, "GATEWAY_ID", "ngw-2zebench000000000000", "nat-gateway") &&
	       values_set(&bench->exports, "SNAT_TABLE_ID", "stb-2zebench000000000000", "nat-gateway");
}

static void bench_close(struct bench *bench)
{
	store_close(bench->store);
	journal_close(bench->journal);
	values_finish(&bench->exports);
	if (bench->file >= 0)
		close(bench->file);
}

// The next step of a run, or of another one.
static bool begin_round(struct bench *bench, int round)
{
	struct values answers = {0};

	bench->step = (struct step_row){.made = true, .place = (unsigned)(round % STEPS) + 1, .created = 1, .ended = 2};
	snprintf(bench->step.key, sizeof(bench->step.key), "step-%d", round % STEPS);
	snprintf(bench->step.token, sizeof(bench->step.token), "%064d", round);
	snprintf(bench->step.resource, sizeof(bench->step.resource), "ngw-2zebench%012d", round);
	snprintf(bench->step.name, sizeof(bench->step.name), "NAT gateway caa");
	if (round % STEPS)
		return true;
	bench->run = (struct run_row){.guide = "bench", .context = "bench", .created = 1};
	snprintf(bench->run.id, sizeof(bench->run.id), "pd%012d", round);
	return store_run_add(bench->store, &bench->run, &answers, &bench->error);
}

int main(int argc, char **argv)
{
	static double took[KINDS][ROUNDS];
	struct bench bench = {.file = -1};
	bool good;

	if (argc != 2) {
		fprintf(stderr, "usage: journal-bench FOLDER\n");
		return 2;
	}
	good = bench_open(&bench, argv[1]);
	for (int round = 0; good && round < ROUNDS; round++) {
		good = begin_round(&bench, round);
		for (int kind = 0; good && kind < KINDS; kind++) {
			double begin = now_us();

			good = kinds[kind].write(&bench);
			took[kind][round] = now_us() - begin;
		}
	}
	if (!good)
		fprintf(stderr, "journal-bench: %s\n",
		        bench.error.message[0] ? bench.error.message : "it cannot be written there");
	bench_close(&bench);
	for (int kind = 0; good && kind < KINDS; kind++) {
		qsort(took[kind], ROUNDS, sizeof(*took[kind]), by_value);
		if (kind != BARE)
			printf("%s %.2f (%.0f us / %.0f us)\n", kinds[kind].name,
			        took[kind][ROUNDS / 2] / took[BARE][ROUNDS / 2], took[kind][ROUNDS / 2],
			        took[BARE][ROUNDS / 2]);
	}
	return good ? 0 : 1;
}
