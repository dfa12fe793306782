// SPDX-License-Identifier: Apache-2.0
// Errors, the log, failpoints.
#include "config.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "tests/unit/base.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

static int64_t fixed_time(void *user)
{
	(void)user;
	return 1795207920000;
}

static const struct clock fixed_clock = {.wall = fixed_time, .monotonic = fixed_time};

static void error_reads_as_one_sentence(void)
{
	struct error error = {0};
	char text[400];

	CU_ASSERT_FALSE(error_set(&error, ERROR_DENIED, "no %s", "permission"));
	error_doing(&error, "list instances in %s", "cn-beijing");
	error_remedy(&error, "ask for ecs:DescribeInstances");
	snprintf(error.code, sizeof(error.code), "Forbidden\033.RAM");
	snprintf(error.request_id, sizeof(error.request_id), "4711");
	error_format(&error, text, sizeof(text));
	UNIT_SAME_TEXT(text, "list instances in cn-beijing: no permission (Forbidden^[.RAM, request 4711) - ask for "
	                     "ecs:DescribeInstances");
	error_format(&error, text, 12);
	UNIT_SAME_TEXT(text, "list instan");
	error_set(&error, ERROR_TIMEOUT, "again: %s", error.message);
	UNIT_SAME_TEXT(error.message, "again: no permission");
	UNIT_SAME_TEXT(error.code, "");
	UNIT_SAME_TEXT(error_kind_name(error.kind), "timeout");
	error_clear(&error);
	error_format(&error, text, sizeof(text));
	UNIT_SAME_TEXT(text, "none");
	CU_ASSERT_FALSE(error_set(NULL, ERROR_MEMORY, "x"));
}

static void error_from_errno_names_the_reason(void)
{
	struct error error = {0};

	errno = ENOENT;
	CU_ASSERT_FALSE(error_set_errno(&error, "%s", "file"));
	UNIT_SAME_TEXT(error.message, "file: No such file or directory");
	CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
	CU_ASSERT_EQUAL(errno, ENOENT);
}

static void every_error_kind_has_a_name(void)
{
	for (int kind = ERROR_NONE; kind <= ERROR_INTERNAL; kind++)
		CU_ASSERT_PTR_NOT_NULL(error_kind_name((enum error_kind)kind));
	UNIT_SAME_TEXT(error_kind_name((enum error_kind)999), "internal");
}

static void log_ring_keeps_the_newest_lines(void)
{
	struct log *log = log_create(NULL, LOG_INFO, &fixed_clock, NULL);
	static struct log_line lines[3];

	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	CU_ASSERT_EQUAL(log_read(log, 0, lines, 3), 0);
	for (int i = 1; i <= LOG_RING_LINES + 10; i++)
		log_write(log, LOG_INFO, "line %d\033", i);
	log_write(log, LOG_DEBUG, "not wanted");
	CU_ASSERT_EQUAL(log_last(log), LOG_RING_LINES + 10);
	CU_ASSERT_EQUAL(log_read(log, 0, lines, 3), 3);
	CU_ASSERT_EQUAL(lines[0].number, 11);
	UNIT_SAME_TEXT(lines[0].text, "line 11^[");
	CU_ASSERT_EQUAL(lines[0].time, 1795207920000);
	CU_ASSERT_EQUAL(log_read(log, LOG_RING_LINES + 8, lines, 3), 2);
	UNIT_SAME_TEXT(lines[1].text, "line 2010^[");
	CU_ASSERT_EQUAL(log_read(log, LOG_RING_LINES + 10, lines, 3), 0);
	log_destroy(log);
	log_destroy(NULL);
	log_write(NULL, LOG_ERROR, "nowhere");
}

static void log_file_is_private_and_appended_to(void)
{
	char file[] = "/tmp/peerdeck-log-XXXXXX";
	struct error error = {.kind = ERROR_TIMEOUT, .message = "slow"};
	char content[200] = "";
	struct stat status;
	struct log *log;
	FILE *stream;

	close(mkstemp(file));
	unlink(file);
	for (int i = 0; i < 2; i++) {
		log = log_create(file, LOG_DEBUG, &fixed_clock, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(log);
		log_error(log, &error);
		log_destroy(log);
	}
	CU_ASSERT_EQUAL(stat(file, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	stream = fopen(file, "r");
	CU_ASSERT_TRUE(fread(content, 1, sizeof(content) - 1, stream) > 0);
	fclose(stream);
	unlink(file);
	UNIT_SAME_TEXT(content, "2026-11-20T20:52:00Z error   slow\n2026-11-20T20:52:00Z error   slow\n");
	CU_ASSERT_PTR_NULL(log_create("/nonexistent/log", LOG_DEBUG, &fixed_clock, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
	UNIT_SAME_TEXT(error.doing, "open the log file");
}

static void *log_a_lot(void *user)
{
	for (int i = 0; i < 3000; i++)
		log_write(user, LOG_INFO, "line %d", i);
	return NULL;
}

static void log_is_safe_from_many_threads(void)
{
	struct log *log = log_create(NULL, LOG_INFO, &clock_system, NULL);
	static struct log_line lines[LOG_RING_LINES];
	pthread_t threads[4];

	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_create(&threads[i], NULL, log_a_lot, log);
	CU_ASSERT_TRUE(log_read(log, 0, lines, LOG_RING_LINES) <= LOG_RING_LINES);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(log_last(log), 12000);
	CU_ASSERT_EQUAL(log_read(log, 0, lines, LOG_RING_LINES), LOG_RING_LINES);
	CU_ASSERT_EQUAL(lines[0].number, 12000 - LOG_RING_LINES + 1);
	log_destroy(log);
}

static void log_levels_have_names(void)
{
	enum log_level level = LOG_INFO;

	CU_ASSERT_TRUE(log_level_parse("warning", &level));
	CU_ASSERT_EQUAL(level, LOG_WARNING);
	CU_ASSERT_FALSE(log_level_parse("loud", &level));
	UNIT_SAME_TEXT(log_level_name(LOG_DEBUG), "debug");
}

// Passes "one", "two", "two" in a child and returns how it ended.
static int passed_in_child(const char *wanted)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		setenv("PEERDECK_FAILPOINT", wanted, 1);
		failpoint("one");
		failpoint("two");
		failpoint("two");
		_exit(7);
	}
	waitpid(child, &status, 0);
	return status;
}

static void failpoint_kills_at_the_nth_passage(void)
{
	static const char *const deadly[] = {"one", "two", "two:2", "one:1"};
	static const char *const harmless[] = {"", "tw", "twox", "two:3", "three", "two:", "two:x"};

	for (size_t i = 0; i < COUNT_OF(deadly); i++) {
		int status = passed_in_child(deadly[i]);

		CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	for (size_t i = 0; i < COUNT_OF(harmless); i++) {
		int status = passed_in_child(harmless[i]);

		CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	}
}

static void failpoint_lists_the_places_passed(void)
{
	char file[] = "/tmp/peerdeck-failpoints-XXXXXX";
	char content[64] = "";
	FILE *stream;

	close(mkstemp(file));
	setenv("PEERDECK_FAILPOINT_LIST", file, 1);
	failpoint("first");
	failpoint("second");
	unsetenv("PEERDECK_FAILPOINT_LIST");
	stream = fopen(file, "r");
	CU_ASSERT_TRUE(fread(content, 1, sizeof(content) - 1, stream) > 0);
	fclose(stream);
	unlink(file);
	UNIT_SAME_TEXT(content, "first\nsecond\n");
}

static const struct unit_test tests[] = {
        UNIT_TEST(error_reads_as_one_sentence),
        UNIT_TEST(error_from_errno_names_the_reason),
        UNIT_TEST(every_error_kind_has_a_name),
        UNIT_TEST(log_ring_keeps_the_newest_lines),
        UNIT_TEST(log_file_is_private_and_appended_to),
        UNIT_TEST(log_is_safe_from_many_threads),
        UNIT_TEST(log_levels_have_names),
        UNIT_TEST(failpoint_kills_at_the_nth_passage),
        UNIT_TEST(failpoint_lists_the_places_passed),
};
const struct unit_suite base_report_suite = UNIT_SUITE("base reports", tests);
