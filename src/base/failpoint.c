// SPDX-License-Identifier: Apache-2.0
// Places where tests kill the program.
#include "config.h"
#include "base/failpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

#include "base/banned.h"

static void failpoint_record(const char *file, const char *name)
{
	char line[128];
	int length = snprintf(line, sizeof(line), "%s\n", name);
	int descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (descriptor < 0)
		return;
	if (write(descriptor, line, (size_t)length) != length)
		fprintf(stderr, "%s: short write\n", file);
	close(descriptor);
}

void failpoint(const char *name)
{
	// The one counter of the process: only the place named in the environment is counted.
	static atomic_int passed;
	const char *wanted = getenv("PEERDECK_FAILPOINT");
	const char *list = getenv("PEERDECK_FAILPOINT_LIST");
	size_t length = strlen(name);
	int64_t nth = 1;

	if (list)
		failpoint_record(list, name);
	if (!wanted || strncmp(wanted, name, length) != 0)
		return;
	if (wanted[length] == ':') {
		if (!text_to_int64(wanted + length + 1, &nth))
			return;
	} else if (wanted[length] != '\0') {
		return;
	}
	if (atomic_fetch_add(&passed, 1) + 1 == nth)
		kill(getpid(), SIGKILL);
}
