// SPDX-License-Identifier: Apache-2.0
// Starting and stopping the simulator.
#include "config.h"
#include "tests/wire/simulated.h"

#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#include "base/banned.h"

enum { LINE_SIZE = 64 * 1024 };

static bool read_line(int file, char *line, size_t size)
{
	size_t used = 0;

	while (used + 1 < size && read(file, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
	return used > 0;
}

void simulated_start(struct simulated *simulated, const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	char line[LINE_SIZE];
	int pipes[2];

	CU_ASSERT_EQUAL_FATAL(pipe(pipes), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, pipes[0]);
	CU_ASSERT_EQUAL_FATAL(posix_spawn(&simulated->process, arguments[0], &actions, NULL,
	                              (char *const *)(uintptr_t)arguments, environ),
	        0);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	CU_ASSERT_TRUE_FATAL(read_line(pipes[0], line, sizeof(line)));
	close(pipes[0]);
	simulated->ready = cJSON_Parse(line);
	CU_ASSERT_PTR_NOT_NULL_FATAL(simulated->ready);
}

void simulated_stop(struct simulated *simulated)
{
	cJSON_Delete(simulated->ready);
	kill(simulated->process, SIGTERM);
	waitpid(simulated->process, NULL, 0);
}
