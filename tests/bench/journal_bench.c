// SPDX-License-Identifier: Apache-2.0
// Times the journal's durable intent against a bare append and fdatasync on the same disk, in turn. Usage: journal-bench FOLDER
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "work/journal.h"

#include "base/banned.h"

enum { ROUNDS = 300 };

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

int main(int count, char **arguments)
{
	if (count != 2) {
		fprintf(stderr, "usage: journal-bench FOLDER\n");
		return 2;
	}
	char path[4096], floor_path[4096];
	snprintf(path, sizeof path, "%s/bench.db", arguments[1]);
	snprintf(floor_path, sizeof floor_path, "%s/bench.floor", arguments[1]);
	struct error error = {0};
	struct journal *journal = journal_open(path, &clock_system, NULL, NULL, &error);
	int file = open(floor_path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (!journal || file < 0) {
		fprintf(stderr, "journal-bench: %s\n", journal ? floor_path : error.message);
		return 1;
	}
	static double commit[ROUNDS], bare[ROUNDS];
	char line[200];
	memset(line, 'x', sizeof line);
	for (int i = 0; i < ROUNDS; i++) {
		struct intent intent = {.operation = "ecs.StopInstance", .subject_kind = "vm", .subject = "i-bench", .token = "*"};
		double begin = now_us();
		if (!journal_intend(journal, &intent, "{\"InstanceId\":\"i-bench\"}", &error))
			return fprintf(stderr, "journal-bench: %s\n", error.message), 1;
		commit[i] = now_us() - begin;
		begin = now_us();
		if (write(file, line, sizeof line) != (ssize_t)sizeof line || fdatasync(file) != 0)
			return 1;
		bare[i] = now_us() - begin;
	}
	qsort(commit, ROUNDS, sizeof *commit, by_value);
	qsort(bare, ROUNDS, sizeof *bare, by_value);
	printf("%.2f (%.0f us / %.0f us)\n", commit[ROUNDS / 2] / bare[ROUNDS / 2], commit[ROUNDS / 2], bare[ROUNDS / 2]);
	close(file);
	journal_close(journal);
	return 0;
}
