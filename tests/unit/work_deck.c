// SPDX-License-Identifier: Apache-2.0
// The deck: opening and leaving contexts, who we are, what is allowed, what an earlier run left.
#include "config.h"

#include "tests/unit/work.h"
#include "tests/unit/work_fake.h"
#include "work/deck.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

static const struct backend *const backends[] = {&backend_fake, NULL};

struct table {
	struct fake fake, other;
	struct config *config;
	struct deck deck;
	char folder[256];
};

static void table_init(struct table *table)
{
	memset(table, 0, sizeof(*table));
	fake_init(&table->fake);
	fake_init(&table->other);
	table->config = calloc(1, sizeof(*table->config));
	CU_ASSERT_PTR_NOT_NULL_FATAL(table->config);
	work_folder_make(table->folder, sizeof(table->folder));
	config_defaults(table->config);
	snprintf(table->config->state_folder, sizeof(table->config->state_folder), "%s", table->folder);
	fake_context(&table->fake, &table->config->contexts[0], "one");
	fake_context(&table->other, &table->config->contexts[1], "two");
	snprintf(table->config->contexts[2].name, sizeof(table->config->contexts[2].name), "broken");
	table->config->context_count = 3;
}

static void table_start(struct table *table)
{
	struct error error = {ERROR_NONE};

	CU_ASSERT_TRUE_FATAL(deck_init(&table->deck, table->config, backends, NULL, NULL, &error));
	UNIT_SAME_TEXT(table->deck.journal_error.message, "");
}

static void table_finish(struct table *table)
{
	deck_finish(&table->deck);
	work_folder_remove(table->folder);
	CU_ASSERT_EQUAL(table->fake.opened, table->fake.closed);
	CU_ASSERT_EQUAL(table->other.opened, table->other.closed);
	fake_finish(&table->fake);
	fake_finish(&table->other);
	free(table->config);
}

static bool is_identified(void *user)
{
	struct table *table = user;

	deck_turn(&table->deck);
	return table->deck.identified || table->deck.context_error.kind != ERROR_NONE;
}

static bool nothing_runs(void *user)
{
	struct table *table = user;

	deck_turn(&table->deck);
	return jobs_oldest(table->deck.jobs) == 0;
}

static struct scope region_scope(const char *region)
{
	struct scope scope = {.context = "one"};

	snprintf(scope.region, sizeof(scope.region), "%s", region);
	return scope;
}

static void opening_says_who_we_are(void)
{
	struct table table;

	table_init(&table);
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, NULL, NULL));
	UNIT_SAME_TEXT(table.deck.context->name, "one");
	UNIT_SAME_TEXT(table.deck.identity.source, "test");
	UNIT_SAME_TEXT(table.deck.home_region, "home");
	CU_ASSERT_TRUE(work_until(is_identified, &table));
	UNIT_SAME_TEXT(table.deck.identity.account, "1234");
	table_finish(&table);
}

static void a_failing_identity_is_kept_as_the_contexts_error(void)
{
	struct table table;

	table_init(&table);
	table.fake.identify_fails = true;
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, NULL, NULL));
	CU_ASSERT_TRUE(work_until(is_identified, &table));
	CU_ASSERT_EQUAL(table.deck.context_error.kind, ERROR_CREDENTIALS);
	table_finish(&table);
}

static void a_context_that_cannot_be_opened_leaves_the_one_before(void)
{
	struct table table;
	struct error error = {ERROR_NONE};

	table_init(&table);
	table_start(&table);
	CU_ASSERT_FALSE(deck_open(&table.deck, "broken", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_EQUAL(table.deck.context_error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_PTR_NULL(table.deck.session);
	CU_ASSERT_EQUAL(deck_turn(&table.deck), -1);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_FALSE(deck_open(&table.deck, "broken", NULL));
	UNIT_SAME_TEXT(table.deck.context->name, "one");
	CU_ASSERT_FALSE(deck_open(&table.deck, "unheard of", NULL));
	table_finish(&table);
}

static bool one_session_is_left(void *user)
{
	struct table *table = user;
	bool closed;

	deck_turn(&table->deck);
	pthread_mutex_lock(&table->fake.lock);
	closed = table->fake.closed == 1;
	pthread_mutex_unlock(&table->fake.lock);
	return closed;
}

static void switching_does_not_wait_for_what_runs(void)
{
	struct table table;
	struct scope scope = region_scope("sick");
	int64_t begin;

	table_init(&table);
	table_start(&table);
	fake_set(&table.fake, "sick", FAKE_HANGS, 0, "");
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	poller_want(table.deck.poller, KIND_VM, &scope, INTEREST_FOCUSED);
	deck_turn(&table.deck);
	begin = clock_monotonic(&clock_system);
	CU_ASSERT_TRUE(deck_open(&table.deck, "two", NULL));
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - begin < 200);
	UNIT_SAME_TEXT(table.deck.context->name, "two");
	CU_ASSERT_TRUE(work_until(one_session_is_left, &table));
	CU_ASSERT_FALSE(store_get(table.deck.store, KIND_VM, &scope, &(struct store_entry){0}));
	table_finish(&table);
}

static void production_is_read_only_until_lifted(void)
{
	struct table table;
	char why[256];

	table_init(&table);
	table.config->contexts[0].production = true;
	table_start(&table);
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "production"));
	deck_lift_read_only(&table.deck, 60000);
	CU_ASSERT_TRUE(deck_may_write(&table.deck, why, sizeof(why)));
	deck_lift_read_only(&table.deck, 0);
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	table.config->read_only = true;
	deck_lift_read_only(&table.deck, -1);
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	table_finish(&table);
}

static void lifting_ends_with_the_context(void)
{
	struct table table;
	char why[256];

	table_init(&table);
	table.config->contexts[0].production = table.config->contexts[1].production = true;
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	deck_lift_read_only(&table.deck, 60000);
	CU_ASSERT_TRUE(deck_open(&table.deck, "two", NULL));
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	table_finish(&table);
}

static void without_a_journal_nothing_is_changed(void)
{
	struct table table;
	char why[512], path[512];
	FILE *file;

	table_init(&table);
	snprintf(path, sizeof(path), "%s/in-the-way", table.folder);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fclose(file);
	snprintf(table.config->state_folder, sizeof(table.config->state_folder), "%s", path);
	CU_ASSERT_TRUE(deck_init(&table.deck, table.config, backends, NULL, NULL, NULL));
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_PTR_NULL(table.deck.journal);
	CU_ASSERT_FALSE(deck_may_write(&table.deck, why, sizeof(why)));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "journal"));
	table_finish(&table);
}

static void an_action_runs_with_texts_of_its_own_and_is_watched(void)
{
	struct table table;
	char id[8] = "i-1", status[16] = "Running";
	struct action_request request = {.action = &backend_fake.actions[0],
	        .scope = region_scope("a"),
	        .id = id,
	        .name = "web",
	        .status = status};
	struct job_view view;
	job_id job;

	table_init(&table);
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	job = deck_act(&table.deck, &request, NULL);
	CU_ASSERT_NOT_EQUAL_FATAL(job, 0);
	memset(id, 0, sizeof(id));
	memset(status, 0, sizeof(status));
	CU_ASSERT_TRUE(jobs_wait(table.deck.jobs, job, NULL));
	CU_ASSERT_TRUE(jobs_get(table.deck.jobs, job, &view));
	CU_ASSERT_EQUAL(view.state, JOB_DONE);
	UNIT_SAME_TEXT(view.title, "Stop web");
	CU_ASSERT_TRUE(work_until(nothing_runs, &table));
	CU_ASSERT_TRUE(fake_asked(&table.fake, "a") > 0);
	table_finish(&table);
}

static void a_change_is_refused_when_read_only_and_looking_is_not(void)
{
	struct table table;
	struct action_request request = {
	        .action = &backend_fake.actions[0], .scope = region_scope("a"), .id = "i-1", .status = "Running"};
	struct error error = {ERROR_NONE};

	table_init(&table);
	table.config->read_only = true;
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_EQUAL(deck_act(&table.deck, &request, &error), 0);
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	request.action = &backend_fake.actions[1];
	CU_ASSERT_NOT_EQUAL(deck_act(&table.deck, &request, NULL), 0);
	CU_ASSERT_TRUE(work_until(nothing_runs, &table));
	CU_ASSERT_EQUAL(table.fake.acts, 1);
	table_finish(&table);
}

// What a console that was killed between intent and outcome leaves.
static void leave_in_doubt(const char *folder)
{
	pid_t child = fork();

	if (child == 0) {
		struct intent intent = {.context = "one", .operation = "fake.Stop", .subject = "i-1", .token = "*"};
		struct journal *journal;
		char path[512];

		snprintf(path, sizeof(path), "%s/peerdeck.db", folder);
		setenv("PEERDECK_FAILPOINT", "journal.after-intent", 1);
		journal = journal_open(path, NULL, NULL, NULL, NULL);
		if (journal)
			journal_intend(journal, &intent, NULL, NULL);
		_exit(1);
	}
	CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
}

static bool doubt_is_settled(void *user)
{
	struct table *table = user;
	bool settled;

	deck_turn(&table->deck);
	pthread_mutex_lock(&table->fake.lock);
	settled = table->fake.settled > 0;
	pthread_mutex_unlock(&table->fake.lock);
	return settled && nothing_runs(table);
}

static void what_was_in_doubt_is_settled_and_shown(void)
{
	struct table table;
	struct job_view view;
	struct intent intent;

	table_init(&table);
	leave_in_doubt(table.folder);
	table_start(&table);
	CU_ASSERT_EQUAL(journal_list(table.deck.journal, "one", true, &intent, 1), 1);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_TRUE(work_until(doubt_is_settled, &table));
	CU_ASSERT_EQUAL(table.fake.settled, 1);
	CU_ASSERT_EQUAL(journal_list(table.deck.journal, "one", true, &intent, 1), 0);
	CU_ASSERT_EQUAL(jobs_list(table.deck.jobs, false, &view, 1), 1);
	CU_ASSERT_EQUAL(view.state, JOB_DONE);
	table_finish(&table);
}

static void another_account_under_the_same_name_settles_nothing(void)
{
	struct table table;

	table_init(&table);
	leave_in_doubt(table.folder);
	table_start(&table);
	CU_ASSERT_TRUE(journal_set_account(table.deck.journal, "one", "9999", NULL));
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_TRUE(work_until(is_identified, &table));
	CU_ASSERT_TRUE(work_until(nothing_runs, &table));
	CU_ASSERT_EQUAL(table.fake.settled, 0);
	table_finish(&table);
}

static bool vms_are_there(void *user)
{
	struct table *table = user;
	struct scope scope = region_scope("a");
	struct store_entry entry = {0};
	bool there;

	deck_turn(&table->deck);
	store_get(table->deck.store, KIND_VM, &scope, &entry);
	there = entry.snapshot && entry.snapshot->complete && entry.snapshot->count == 3;
	snapshot_unref(entry.snapshot);
	return there;
}

static void the_last_inventory_is_there_at_the_next_start(void)
{
	struct table table;
	struct scope scope = region_scope("a");
	struct store_entry entry = {0};

	table_init(&table);
	table_start(&table);
	fake_set(&table.fake, "a", FAKE_READS, 3, "Running");
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	poller_want(table.deck.poller, KIND_VM, &scope, INTEREST_ONCE);
	CU_ASSERT_TRUE(work_until(vms_are_there, &table));
	deck_finish(&table.deck);
	table_start(&table);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_TRUE(store_get(table.deck.store, KIND_VM, &scope, &entry));
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry.snapshot);
	CU_ASSERT_EQUAL(entry.snapshot->origin, SNAPSHOT_CACHED);
	CU_ASSERT_EQUAL(entry.snapshot->count, 3);
	snapshot_unref(entry.snapshot);
	CU_ASSERT_EQUAL(fake_asked(&table.fake, "a"), 1);
	table_finish(&table);
}

static void scopes_follow_what_is_known(void)
{
	struct table table;
	struct scope context = region_scope(""), scopes[4];
	const char *named[] = {"x", "y"};

	table_init(&table);
	table_start(&table);
	fake_set(&table.fake, "", FAKE_READS, 2, "available");
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_VM, NULL, 0, "", scopes, 4), 0);
	CU_ASSERT_TRUE(deck_open(&table.deck, "one", NULL));
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_VM, NULL, 0, "", scopes, 4), 1);
	UNIT_SAME_TEXT(scopes[0].region, "home");
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_VM, named, 2, "", scopes, 4), 2);
	UNIT_SAME_TEXT(scopes[1].region, "y");
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_REGION, named, 2, "", scopes, 4), 1);
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_NODE, NULL, 0, "", scopes, 4), 0);
	poller_want(table.deck.poller, KIND_REGION, &context, INTEREST_ONCE);
	deck_turn(&table.deck);
	CU_ASSERT_TRUE(work_until(nothing_runs, &table));
	CU_ASSERT_EQUAL(deck_scopes(&table.deck, KIND_VM, NULL, 0, "", scopes, 1), 2);
	UNIT_SAME_TEXT(scopes[0].region, "r-0");
	table_finish(&table);
}

static const struct unit_test tests[] = {
        UNIT_TEST(opening_says_who_we_are),
        UNIT_TEST(a_failing_identity_is_kept_as_the_contexts_error),
        UNIT_TEST(a_context_that_cannot_be_opened_leaves_the_one_before),
        UNIT_TEST(switching_does_not_wait_for_what_runs),
        UNIT_TEST(production_is_read_only_until_lifted),
        UNIT_TEST(lifting_ends_with_the_context),
        UNIT_TEST(without_a_journal_nothing_is_changed),
        UNIT_TEST(an_action_runs_with_texts_of_its_own_and_is_watched),
        UNIT_TEST(a_change_is_refused_when_read_only_and_looking_is_not),
        UNIT_TEST(what_was_in_doubt_is_settled_and_shown),
        UNIT_TEST(another_account_under_the_same_name_settles_nothing),
        UNIT_TEST(the_last_inventory_is_there_at_the_next_start),
        UNIT_TEST(scopes_follow_what_is_known),
};
const struct unit_suite work_deck_suite = UNIT_SUITE("deck", tests);
