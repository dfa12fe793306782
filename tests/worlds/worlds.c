// SPDX-License-Identifier: Apache-2.0
// worlds N [SEED [PROCESSES]]: N worlds from SEED on, spread over processes with a simulator each. Prints the table
// verdict × truth and what must hold; exit status 1 when it does not.
#include <config.h>
#include "tests/worlds/worlds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { PROCESSES_MOST = 64, PROCESSES_USUAL = 4, FOUND_LEAST = 99, WORLD_LIMIT_S = 120, FAILURES_SHOWN = 20 };

static const char *const truth_names[TRUTHS] = {
        [TRUTH_IN_USE] = "in use",
        [TRUTH_LEFT_YOUNG] = "left, young",
        [TRUTH_LEFT_VETOED] = "left, vetoed",
        [TRUTH_LEFT_SETTLED] = "left, settled",
        [TRUTH_OTHER] = "no pod VM",
};

struct sum {
	uint64_t worlds, failed, scans, judged[VERDICTS][TRUTHS];
	uint64_t in_use_judged_orphan, in_use_deleted, deleted, foreign_deleted;
	size_t shown;
	struct world_tally worst; // the one that missed most
	uint64_t worst_missed;
};

// Ends the process when a world hangs: the parent then tells its seed.
static int work(const char *program, uint64_t first, uint64_t count, unsigned step, int out)
{
	struct world_cloud cloud;
	struct error error = {ERROR_NONE};

	if (!world_cloud_start(&cloud, program, &error)) {
		fprintf(stderr, "worlds: %s\n", error.message);
		return 1;
	}
	for (uint64_t i = 0; i < count; i += step) {
		struct world_tally tally;

		alarm(WORLD_LIMIT_S);
		world_run(&cloud, first + i, &tally);
		if (write(out, &tally, sizeof(tally)) != (ssize_t)sizeof(tally))
			return 1;
	}
	world_cloud_stop(&cloud);
	json_thread_finish();
	return 0;
}

static uint64_t missed(const struct world_tally *tally)
{
	uint64_t count = 0;

	for (int verdict = 0; verdict < VERDICTS; verdict++)
		if (verdict != VERDICT_ORPHAN)
			count += tally->judged[verdict][TRUTH_LEFT_SETTLED];
	return count;
}

static void add(struct sum *sum, const struct world_tally *tally)
{
	sum->worlds++;
	sum->failed += tally->failed;
	sum->scans += tally->scans;
	sum->in_use_judged_orphan += tally->in_use_judged_orphan;
	sum->in_use_deleted += tally->in_use_deleted;
	sum->deleted += tally->deleted;
	sum->foreign_deleted += tally->foreign_deleted;
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		for (int truth = 0; truth < TRUTHS; truth++)
			sum->judged[verdict][truth] += tally->judged[verdict][truth];
	if (missed(tally) > sum->worst_missed) {
		sum->worst_missed = missed(tally);
		sum->worst = *tally;
	}
	if ((!tally->failed && !*tally->example) || sum->shown++ >= FAILURES_SHOWN)
		return;
	printf("seed %" PRIu64 ": %s\n", tally->seed, tally->failed ? tally->why : tally->example);
	fflush(stdout);
}

static void print_table(const struct sum *sum)
{
	printf("%-10s", "");
	for (int truth = 0; truth < TRUTHS; truth++)
		printf(" %14s", truth_names[truth]);
	putchar('\n');
	for (int verdict = 0; verdict < VERDICTS; verdict++) {
		printf("%-10s", verdict_name((enum verdict)verdict));
		for (int truth = 0; truth < TRUTHS; truth++)
			printf(" %14" PRIu64, sum->judged[verdict][truth]);
		putchar('\n');
	}
}

static bool print_result(const struct sum *sum, uint64_t wanted)
{
	uint64_t settled = 0, found = sum->judged[VERDICT_ORPHAN][TRUTH_LEFT_SETTLED],
	         live = sum->judged[VERDICT_LIVE][TRUTH_LEFT_SETTLED];
	double percent;

	for (int verdict = 0; verdict < VERDICTS; verdict++)
		settled += sum->judged[verdict][TRUTH_LEFT_SETTLED];
	percent = settled ? 100.0 * (double)found / (double)settled : 100;
	print_table(sum);
	if (sum->worst_missed > 0)
		printf("most missed, %" PRIu64 ": seed %" PRIu64 ": %s\n", sum->worst_missed, sum->worst.seed,
		        sum->worst.example);
	printf("worlds: %" PRIu64 ", scans: %" PRIu64 ", deleted by sweeps: %" PRIu64 ", not run to the end: %" PRIu64
	       "\n",
	        sum->worlds, sum->scans, sum->deleted, sum->failed + (wanted - sum->worlds));
	printf("in use judged orphan: %" PRIu64 "\n", sum->in_use_judged_orphan);
	printf("in use deleted: %" PRIu64 "\n", sum->in_use_deleted);
	printf("settled orphans found: %.2f %%\n", percent);
	printf("settled orphans judged live: %" PRIu64 "\n", live);
	return sum->worlds == wanted && !sum->failed && !sum->in_use_judged_orphan && !sum->in_use_deleted &&
	       !sum->foreign_deleted && percent >= FOUND_LEAST && live == 0;
}

// Which seeds never came back: those of a process that ended early.
static void tell_missing(const bool *seen, uint64_t first, uint64_t count)
{
	for (uint64_t i = 0, told = 0; i < count && told < FAILURES_SHOWN; i++)
		if (!seen[i]) {
			printf("seed %" PRIu64 ": did not end\n", first + i);
			told++;
		}
}

static bool run_all(const char *program, uint64_t count, uint64_t first, unsigned processes)
{
	struct sum sum = {0};
	struct world_tally tally;
	bool *seen = calloc(count, sizeof(*seen));
	int ends[2];
	bool good;

	if (!seen || pipe(ends) != 0)
		return perror("worlds"), free(seen), false;
	for (unsigned i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			return perror("worlds"), free(seen), false;
		if (child == 0) {
			close(ends[0]);
			_exit(work(program, first + i, count > i ? count - i : 0, processes, ends[1]));
		}
	}
	close(ends[1]);
	while (read(ends[0], &tally, sizeof(tally)) == (ssize_t)sizeof(tally)) {
		seen[tally.seed - first] = true;
		add(&sum, &tally);
	}
	close(ends[0]);
	while (wait(NULL) > 0)
		;
	tell_missing(seen, first, count);
	free(seen);
	good = print_result(&sum, count);
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", sum.worlds - sum.failed, count - sum.worlds + sum.failed);
	return good;
}

int main(int argc, char **argv)
{
	const char *program = getenv("PEERDECK_SIM");
	int64_t numbers[3] = {20, 1, PROCESSES_USUAL};

	_Static_assert(sizeof(struct world_tally) <= 4096, "a tally is written in one piece");
	for (int i = 1; i < argc && i <= 3; i++)
		if (!text_to_int64(argv[i], &numbers[i - 1]) || numbers[i - 1] < 1) {
			fputs("usage: worlds N [SEED [PROCESSES]]\n", stderr);
			return 2;
		}
	if (numbers[2] > PROCESSES_MOST)
		numbers[2] = PROCESSES_MOST;
	return run_all(program ? program : "./peerdeck-sim", (uint64_t)numbers[0], (uint64_t)numbers[1],
	               (unsigned)numbers[2])
	               ? 0
	               : 1;
}
