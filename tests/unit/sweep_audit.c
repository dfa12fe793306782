// SPDX-License-Identifier: Apache-2.0
// The audit record shows what was done to it.
#include "config.h"

#include "tests/unit/sweep.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "orphans/audit.h"

#include "base/banned.h"

static char folder[64], path[96];

static struct audit *audit_new(void)
{
	struct audit *audit;

	snprintf(folder, sizeof(folder), "/tmp/peerdeck-audit-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/audit.jsonl", folder);
	audit = audit_open(folder, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(audit);
	return audit;
}

static void audit_drop(struct audit *audit)
{
	audit_close(audit);
	unlink(path);
	rmdir(folder);
}

struct seen {
	char events[256];
	int64_t last;
};

static bool see(const struct audit_entry *entry, void *user)
{
	struct seen *seen = user;
	size_t used = strlen(seen->events);

	snprintf(seen->events + used, sizeof(seen->events) - used, "%s:%s ", entry->event[0] ? entry->event : "-",
	        audit_state_name(entry->state));
	seen->last = entry->sequence;
	return true;
}

static void record_is(const struct audit *audit, const char *wanted)
{
	struct seen seen = {.events = ""};
	struct error error = {ERROR_NONE};

	CU_ASSERT(audit_read(audit, 0, see, &seen, NULL, &error));
	UNIT_SAME_TEXT(seen.events, wanted);
}

static void append(struct audit *audit, const char *event)
{
	CU_ASSERT(audit_append(audit, event, "\"sweep\":\"s1\"", NULL));
}

// Replaces the record by what a sed script makes of it.
static void edit(const char *script)
{
	char option[] = "-i", program[] = "sed", text[64];
	char *arguments[] = {program, option, text, path, NULL};
	struct buffer out;

	snprintf(text, sizeof(text), "%s", script);
	buffer_init(&out, 256);
	CU_ASSERT(process_run(arguments, 10000, &out, NULL, NULL, NULL));
	buffer_finish(&out);
}

static void lines_are_numbered_and_chained(void)
{
	struct audit *audit = audit_new();
	struct stat status;

	record_is(audit, "");
	append(audit, "plan");
	append(audit, "confirmation");
	append(audit, "end");
	record_is(audit, "plan:whole confirmation:whole end:whole ");
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	audit_drop(audit);
}

static void a_torn_last_line_is_kept_and_marked(void)
{
	struct audit *audit = audit_new();

	append(audit, "plan");
	append(audit, "end");
	CU_ASSERT_EQUAL(truncate(path, 200), 0);
	record_is(audit, "plan:whole -:torn ");
	append(audit, "resume");
	record_is(audit, "plan:whole -:torn torn_line:whole resume:whole ");
	audit_drop(audit);
}

static void a_removed_line_shows(void)
{
	struct audit *audit = audit_new();

	append(audit, "plan");
	append(audit, "outcome");
	append(audit, "end");
	edit("2d");
	record_is(audit, "plan:whole end:missing ");
	audit_drop(audit);
}

static void a_changed_line_shows(void)
{
	struct audit *audit = audit_new();

	append(audit, "plan");
	append(audit, "outcome");
	append(audit, "end");
	edit("2s/s1/s2/");
	record_is(audit, "plan:whole outcome:whole end:changed ");
	audit_drop(audit);
}

static void long_lines_do_not_break_the_chain(void)
{
	struct audit *audit = audit_new();
	size_t size = 300000;
	char *members = malloc(size + 32);

	CU_ASSERT_PTR_NOT_NULL_FATAL(members);
	snprintf(members, 32, "\"text\":\"");
	memset(members + 8, 'x', size);
	memcpy(members + 8 + size, "\"", 2);
	append(audit, "plan");
	CU_ASSERT(audit_append(audit, "long", members, NULL));
	append(audit, "end");
	record_is(audit, "plan:whole long:whole end:whole ");
	free(members);
	audit_drop(audit);
}

static void too_long_a_line_is_refused_whole(void)
{
	struct audit *audit = audit_new();
	size_t size = AUDIT_LINE_MOST + 10;
	char *members = malloc(size + 1);
	struct error error = {ERROR_NONE};

	CU_ASSERT_PTR_NOT_NULL_FATAL(members);
	memset(members, ' ', size);
	members[size] = '\0';
	append(audit, "plan");
	CU_ASSERT_FALSE(audit_append(audit, "long", members, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
	record_is(audit, "plan:whole ");
	free(members);
	audit_drop(audit);
}

static void without_a_folder_it_lives_in_memory(void)
{
	struct audit *audit = audit_open("", NULL, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(audit);
	append(audit, "plan");
	record_is(audit, "plan:whole ");
	append(audit, "end");
	record_is(audit, "plan:whole end:whole ");
	audit_close(audit);
}

static const struct unit_test tests[] = {
        UNIT_TEST(lines_are_numbered_and_chained),
        UNIT_TEST(a_torn_last_line_is_kept_and_marked),
        UNIT_TEST(a_removed_line_shows),
        UNIT_TEST(a_changed_line_shows),
        UNIT_TEST(long_lines_do_not_break_the_chain),
        UNIT_TEST(too_long_a_line_is_refused_whole),
        UNIT_TEST(without_a_folder_it_lives_in_memory),
};

const struct unit_suite sweep_audit_suite = UNIT_SUITE("audit", tests);
