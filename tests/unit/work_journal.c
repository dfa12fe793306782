// SPDX-License-Identifier: Apache-2.0
// The journal: what is on disk when the program is killed, what is in doubt afterwards, what never gets in.
#include "config.h"

#include "tests/unit/work.h"
#include "work/journal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

static struct intent stop_intent(void)
{
	return (struct intent){.context = "prod",
	        .region = "cn-beijing",
	        .operation = "ecs.StopInstance",
	        .subject_kind = "vm",
	        .subject = "i-1",
	        .token = "*",
	        .before = "Running"};
}

static struct journal *reopen(const char *folder)
{
	char path[512];
	struct error error = {ERROR_NONE};
	struct journal *journal;

	snprintf(path, sizeof(path), "%s/peerdeck.db", folder);
	journal = journal_open(path, NULL, NULL, NULL, &error);
	UNIT_SAME_TEXT(error.message, "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(journal);
	return journal;
}

static void an_intent_without_outcome_is_in_doubt(void)
{
	struct journal *journal = journal_open("", NULL, NULL, NULL, NULL);
	struct intent intent = stop_intent(), found;

	CU_ASSERT_PTR_NOT_NULL_FATAL(journal);
	CU_ASSERT_TRUE(journal_intend(journal, &intent, "{\"InstanceId\":\"i-1\"}", NULL));
	CU_ASSERT_TRUE(intent.id > 0);
	CU_ASSERT_EQUAL(strlen(intent.token), 32);
	CU_ASSERT_EQUAL(journal_list(journal, "prod", true, &found, 1), 1);
	UNIT_SAME_TEXT(found.token, intent.token);
	UNIT_SAME_TEXT(found.before, "Running");
	CU_ASSERT_TRUE(found.ours);
	CU_ASSERT_EQUAL(journal_list(journal, "other", true, &found, 1), 0);
	journal_close(journal);
}

static void an_outcome_settles_it(void)
{
	struct journal *journal = journal_open("", NULL, NULL, NULL, NULL);
	struct intent intent = stop_intent(), found;
	struct error failure = {ERROR_NONE};

	CU_ASSERT_TRUE(journal_intend(journal, &intent, NULL, NULL));
	error_set(&failure, ERROR_CONFLICT, "not now");
	snprintf(failure.code, sizeof(failure.code), "IncorrectInstanceStatus");
	CU_ASSERT_TRUE(journal_outcome(journal, intent.id, INTENT_FAILED, &failure, "R-1", NULL, NULL));
	CU_ASSERT_EQUAL(journal_list(journal, NULL, true, &found, 1), 0);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, false, &found, 1), 1);
	CU_ASSERT_EQUAL(found.state, INTENT_FAILED);
	UNIT_SAME_TEXT(found.code, "IncorrectInstanceStatus");
	UNIT_SAME_TEXT(found.request_id, "R-1");
	UNIT_SAME_TEXT(found.message, "not now");
	CU_ASSERT_FALSE(journal_outcome(journal, 4711, INTENT_DONE, NULL, NULL, NULL, NULL));
	journal_close(journal);
}

static void doubts_are_listed_first(void)
{
	struct journal *journal = journal_open("", NULL, NULL, NULL, NULL);
	struct intent intents[3], found[3];

	for (size_t i = 0; i < 3; i++) {
		intents[i] = stop_intent();
		CU_ASSERT_TRUE(journal_intend(journal, &intents[i], NULL, NULL));
	}
	CU_ASSERT_TRUE(journal_outcome(journal, intents[1].id, INTENT_DONE, NULL, NULL, NULL, NULL));
	CU_ASSERT_TRUE(journal_outcome(journal, intents[2].id, INTENT_DONE, NULL, NULL, NULL, NULL));
	CU_ASSERT_EQUAL(journal_list(journal, "prod", false, found, 3), 3);
	CU_ASSERT_EQUAL(found[0].id, intents[0].id);
	CU_ASSERT_EQUAL(found[1].id, intents[2].id);
	CU_ASSERT_EQUAL(found[2].id, intents[1].id);
	journal_close(journal);
}

static void the_usual_time_is_a_median(void)
{
	const int64_t times[] = {1000, 3000, 90000};
	struct work_clock clock;
	struct journal *journal;

	work_clock_init(&clock, 1000000);
	journal = journal_open("", &clock.clock, NULL, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(journal);
	CU_ASSERT_EQUAL(journal_usual_ms(journal, "ecs.StopInstance"), 0);
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		struct intent intent = stop_intent();

		CU_ASSERT_TRUE(journal_intend(journal, &intent, NULL, NULL));
		clock.now += times[i];
		CU_ASSERT_TRUE(journal_outcome(journal, intent.id, INTENT_DONE, NULL, NULL, NULL, NULL));
	}
	CU_ASSERT_EQUAL(journal_usual_ms(journal, "ecs.StopInstance"), 3000);
	journal_close(journal);
}

// Does what a changing call does, in a process that the failpoint kills.
static void change_and_die(const char *folder, const char *place)
{
	pid_t child = fork();
	int status = 0;

	CU_ASSERT_TRUE_FATAL(child >= 0);
	if (child == 0) {
		struct intent intent = stop_intent();
		struct journal *journal;
		char path[512];

		snprintf(path, sizeof(path), "%s/peerdeck.db", folder);
		setenv("PEERDECK_FAILPOINT", place, 1);
		journal = journal_open(path, NULL, NULL, NULL, NULL);
		if (journal && journal_intend(journal, &intent, "{}", NULL))
			journal_outcome(journal, intent.id, INTENT_DONE, NULL, "R", NULL, NULL);
		_exit(3);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_killed_program_leaves_exactly_what_it_knew(void)
{
	static const struct {
		const char *place;
		size_t all, doubts;
	} cases[] = {
	        {"journal.before-intent", 0, 0},
	        {"journal.after-intent", 1, 1},
	        {"journal.before-outcome", 1, 1},
	        {"journal.after-outcome", 1, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char folder[256];
		struct journal *journal;
		struct intent found = {.id = 0};

		work_folder_make(folder, sizeof(folder));
		change_and_die(folder, cases[i].place);
		journal = reopen(folder);
		CU_ASSERT_EQUAL(journal_list(journal, NULL, false, &found, 1), cases[i].all);
		CU_ASSERT_EQUAL(journal_list(journal, NULL, true, &found, 1), cases[i].doubts);
		CU_ASSERT_FALSE(found.ours);
		journal_close(journal);
		work_folder_remove(folder);
	}
}

static void what_another_living_console_does_is_not_in_doubt(void)
{
	char folder[256], path[512], byte;
	int ready[2], end[2];
	struct journal *journal;
	struct intent found;
	pid_t child;

	work_folder_make(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/peerdeck.db", folder);
	CU_ASSERT_EQUAL_FATAL(pipe(ready) | pipe(end), 0);
	child = fork();
	if (child == 0) {
		struct intent intent = stop_intent();
		struct journal *other = journal_open(path, NULL, NULL, NULL, NULL);

		if (!other || !journal_intend(other, &intent, NULL, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		close(end[1]);
		_exit(read(end[0], &byte, 1) == 0 ? 0 : 1);
	}
	CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
	journal = reopen(folder);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, true, &found, 1), 0);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, false, &found, 1), 1);
	close(end[1]);
	CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, true, &found, 1), 1);
	journal_close(journal);
	close(end[0]);
	close(ready[0]);
	close(ready[1]);
	work_folder_remove(folder);
}

static void *intend_many(void *user)
{
	struct journal *journal = reopen(user);

	for (size_t i = 0; i < 100; i++) {
		struct intent intent = stop_intent();

		if (!journal_intend(journal, &intent, "{}", NULL) ||
		        !journal_outcome(journal, intent.id, INTENT_DONE, NULL, NULL, NULL, NULL))
			break;
	}
	journal_close(journal);
	return NULL;
}

static void several_writers_lose_nothing(void)
{
	char folder[256];
	pthread_t threads[4];
	struct journal *journal;
	struct intent found;

	work_folder_make(folder, sizeof(folder));
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, intend_many, folder), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	journal = reopen(folder);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, false, &found, 1), 400);
	CU_ASSERT_EQUAL(journal_list(journal, NULL, true, &found, 1), 0);
	journal_close(journal);
	work_folder_remove(folder);
}

static void secrets_stay_out(void)
{
	static const struct {
		const char *json, *masked;
	} cases[] = {
	        {"{\"InstanceId\":\"i-1\",\"Password\":\"p\\\"w\",\"N\":1}",
	                "{\"InstanceId\":\"i-1\",\"Password\":\"***\",\"N\":1}"},
	        {"{\"ClientToken\":\"keep\",\"NextToken\":\"keep\",\"Token\":\"x\"}",
	                "{\"ClientToken\":\"keep\",\"NextToken\":\"keep\",\"Token\":\"***\"}"},
	        {"{\"login_password\" : \"x\", \"a\":[{\"access_key_secret\":\"y\"}]}",
	                "{\"login_password\":\"***\", \"a\":[{\"access_key_secret\":\"***\"}]}"},
	        {"{\"UserData\":{\"deep\":[1,\"}\",{\"x\":2}]},\"b\":2}", "{\"UserData\":\"***\",\"b\":2}"},
	        {"{\"Credentials\":[1,2],\"SecurityToken\":null,\"c\":true}",
	                "{\"Credentials\":\"***\",\"SecurityToken\":\"***\",\"c\":true}"},
	        {"{\"text\":\"the password is: x\"}", "{\"text\":\"the password is: x\"}"},
	        {"{\"Password\":\"unfinished", "null"},
	        {"{\"unfinished", "null"},
	        {"", ""},
	};
	struct buffer out;

	buffer_init(&out, 4096);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT_TRUE(journal_mask(&out, cases[i].json));
		UNIT_SAME_TEXT(buffer_text(&out), cases[i].masked);
	}
	buffer_finish(&out);
}

static void masked_parameters_are_what_is_kept(void)
{
	struct journal *journal = journal_open("", NULL, NULL, NULL, NULL);
	struct intent intent = stop_intent();
	struct buffer out;

	buffer_init(&out, 4096);
	CU_ASSERT_TRUE(journal_intend(journal, &intent, "{\"Password\":\"hunter2\"}", NULL));
	CU_ASSERT_TRUE(journal_parameters(journal, intent.id, &out));
	UNIT_SAME_TEXT(buffer_text(&out), "{\"Password\":\"***\"}");
	CU_ASSERT_FALSE(journal_parameters(journal, 99, &out));
	buffer_finish(&out);
	journal_close(journal);
}

static void a_context_remembers_its_account(void)
{
	struct journal *journal = journal_open("", NULL, NULL, NULL, NULL);
	char account[64];

	CU_ASSERT_FALSE(journal_account(journal, "prod", account, sizeof(account)));
	CU_ASSERT_TRUE(journal_set_account(journal, "prod", "1", NULL));
	CU_ASSERT_TRUE(journal_set_account(journal, "prod", "2", NULL));
	CU_ASSERT_TRUE(journal_account(journal, "prod", account, sizeof(account)));
	UNIT_SAME_TEXT(account, "2");
	journal_close(journal);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_intent_without_outcome_is_in_doubt),
        UNIT_TEST(an_outcome_settles_it),
        UNIT_TEST(doubts_are_listed_first),
        UNIT_TEST(the_usual_time_is_a_median),
        UNIT_TEST(a_killed_program_leaves_exactly_what_it_knew),
        UNIT_TEST(what_another_living_console_does_is_not_in_doubt),
        UNIT_TEST(several_writers_lose_nothing),
        UNIT_TEST(secrets_stay_out),
        UNIT_TEST(masked_parameters_are_what_is_kept),
        UNIT_TEST(a_context_remembers_its_account),
};
const struct unit_suite work_journal_suite = UNIT_SUITE("journal", tests);
