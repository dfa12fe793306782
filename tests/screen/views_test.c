// SPDX-License-Identifier: Apache-2.0
// The console in a test terminal, on a cloud that stands still: every view, prompt and dialog.
#include "config.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

enum { ENV_MOST = 16 };

// Starts the console and waits until all that the four panes show is read.
static struct terminal *console_with(int rows, int columns, const char *const extra[], const char *setting)
{
	const char *argv[] = {CONSOLE_PROGRAM, setting, NULL};
	const char *env[ENV_MOST] = {"PEERDECK_THEMES=" THEMES_DIR};
	struct terminal *term;

	for (size_t i = 0; extra && extra[i] && i + 2 < ENV_MOST; i++)
		env[i + 1] = extra[i];
	term = term_start(rows, columns, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	return term;
}

static struct terminal *console(int rows, int columns)
{
	struct terminal *term = console_with(rows, columns, NULL, NULL);

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	return term;
}

// The pod VMs alone on the screen, its cursor on the first.
static struct terminal *vms(int rows, int columns)
{
	struct terminal *term = console(rows, columns);

	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "VMs.* 40 ", 0));
	term_keys(term, "g");
	return term;
}

static void shows_four_panes(void)
{
	static const struct {
		int rows, columns;
		const char *golden;
	} sizes[] = {{40, 120, "views-panes-120x40"}, {50, 200, "views-panes-200x50"}};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct terminal *term = console(sizes[i].rows, sizes[i].columns);

		CU_ASSERT(term_wait_text(term, "40 · Running", 0));
		CU_ASSERT(term_wait_text(term, "北京-生产 +running +12/12", 0));
		CU_ASSERT(term_wait_text(term, "生产-节点池-一", 0));
		CU_ASSERT(term_expect_screen(term, sizes[i].golden));
		term_stop(term);
	}
}

static void shows_one_pane_at_80_columns(void)
{
	struct terminal *term = vms(24, 80);

	CU_ASSERT(term_expect_screen(term, "vms-80x24"));
	term_stop(term);
}

static void says_that_the_screen_is_too_small(void)
{
	struct terminal *term = console_with(10, 40, NULL, NULL);

	CU_ASSERT(term_wait_text(term, "60 ?[x×] ?15", 0));
	CU_ASSERT(term_expect_screen(term, "small-40x10"));
	term_resize(term, 24, 80);
	CU_ASSERT(term_wait_text(term, "podvm|REGION", 0));
	term_stop(term);
}

static void describes_and_follows_relations(void)
{
	struct terminal *term = console(40, 120);

	CU_ASSERT(term_wait_text(term, "生产-节点池-一", 0));
	term_keys(term, "2j");
	CU_ASSERT(term_wait_text(term, "▸ caa", 0));
	term_keys(term, "d");
	CU_ASSERT(term_wait_text(term, "Describe caa", 0));
	CU_ASSERT(term_wait_text(term, "worker-node-pool", 0));
	CU_ASSERT(term_wait_text(term, "InstanceId: c7a1e09e", 0));
	term_keys(term, "G");
	CU_ASSERT(term_wait_text(term, "Description: .*第一台", 0));
	CU_ASSERT(term_wait_text(term, "Password: \\*+", 0));
	CU_ASSERT_FALSE(term_has_text(term, "do-not-show"));
	term_keys(term, "/tdx<Enter><Enter>");
	CU_ASSERT(term_wait_text(term, "Describe tdx-pool", 0));
	term_keys(term, "q<Esc>");
	CU_ASSERT(term_wait_text(term, "Describe caa", 0));
	term_stop(term);
}

static void shows_yaml_and_json_with_secrets_masked(void)
{
	struct terminal *term = vms(30, 100);

	term_keys(term, "y");
	CU_ASSERT(term_wait_text(term, "InstanceId: i-2ze9d1f0c77aa01bc000", 0));
	CU_ASSERT(term_expect_screen(term, "yaml-100x30"));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "do-not-show", 0));
	term_keys(term, "x");
	CU_ASSERT(term_wait_no_text(term, "do-not-show", 0));
	size_t mark = term_mark(term);
	term_keys(term, "y");
	CU_ASSERT(term_wait_log(term, mark, "\033]52;c;", 7, 0));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	term_keys(term, ":json<Enter>");
	CU_ASSERT(term_wait_text(term, "\"Cpu\": +4", 0));
	term_stop(term);
}

static void menu_greys_with_the_reason(void)
{
	struct terminal *term = vms(24, 80);

	term_keys(term, "a");
	CU_ASSERT(term_wait_text(term, "Actions: podvm-nginx", 0));
	CU_ASSERT(term_wait_text(term, "it is Running, not Stopped", 0));
	CU_ASSERT(term_expect_screen(term, "actions-80x24"));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "it is Running, not Stopped", 0));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_no_text(term, "Actions:", 0));
	term_stop(term);
}

static void open_stop_plan(struct terminal *term)
{
	term_keys(term, "a");
	CU_ASSERT(term_wait_text(term, "Actions:", 0));
	term_keys(term, "t");
	CU_ASSERT(term_wait_text(term, "Type +c000 +to go on", 0));
}

// The dialog takes keys once it is armed: the first that is seen proves it. It counts once, however often it was
// pressed.
static void type_when_armed(struct terminal *term, const char *first, const char *seen, const char *rest)
{
	int64_t tries = 0;

	do {
		term_keys(term, "<C-u>");
		term_keys(term, first);
	} while (!term_wait_quiet(term, 50) || (!term_has_text(term, seen) && ++tries < 100));
	CU_ASSERT(tries < 100);
	term_keys(term, rest);
}

static void stops_a_vm_after_typing(void)
{
	struct terminal *term = vms(30, 100);

	open_stop_plan(term);
	CU_ASSERT(term_expect_screen(term, "plan-stop-100x30"));
	type_when_armed(term, "c", "go on: +c", "000<Enter>");
	CU_ASSERT(term_wait_no_text(term, "Plan: Stop", 0));
	// The Enter belonged to the dialog: nothing was opened by it.
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc.*Stopped", 0));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "done .*Stop podvm-nginx", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "request id +3C5E0000-TEST-9A", 0));
	term_stop(term);
}

static void enter_never_confirms(void)
{
	struct terminal *term = vms(30, 100);

	open_stop_plan(term);
	// Until a key is seen the dialog is not armed; Enter before and after does nothing.
	term_keys(term, "<Enter><Enter>");
	type_when_armed(term, "c", "go on: +c", "00<Enter><Enter>");
	CU_ASSERT(term_wait_text(term, "go on: +c00", 0));
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT(term_has_text(term, "Plan: Stop"));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_no_text(term, "Plan: Stop", 0));
	CU_ASSERT(term_has_text(term, "podvm-nginx-77aa01bc.*Running"));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "Nothing was done yet", 0));
	term_stop(term);
}

static void what_was_typed_before_answers_nothing(void)
{
	struct terminal *term = vms(30, 100);

	// One burst: all of it is read before the dialog could be.
	term_keys(term, "atc000");
	CU_ASSERT(term_wait_text(term, "Type +c000 +to go on", 0));
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT_FALSE(term_has_text(term, "go on: +c"));
	CU_ASSERT(term_has_text(term, "Plan: Stop"));
	// Pasting does not answer it either.
	term_paste(term, "c000");
	CU_ASSERT(term_wait_quiet(term, 500));
	term_paste(term, "c000");
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT(term_has_text(term, "Plan: Stop"));
	term_stop(term);
}

static void refuses_what_is_protected_or_in_use(void)
{
	struct terminal *term = vms(30, 100);

	term_keys(term, "jD");
	CU_ASSERT(term_wait_text(term, "has deletion protection", 0));
	CU_ASSERT(term_expect_screen(term, "plan-protected-100x30"));
	type_when_armed(term, "<Esc>", "podvm-job-12", "");
	term_keys(term, "jD");
	CU_ASSERT(term_wait_text(term, "serves pod default/nginx: delete the pod", 0));
	term_stop(term);
}

static void deletes_after_the_cluster_and_the_count(void)
{
	struct terminal *term = vms(30, 100);

	term_keys(term, "D");
	CU_ASSERT(term_wait_text(term, "Type +caa 1 +to go on", 0));
	CU_ASSERT(term_has_text(term, "It cannot be undone"));
	CU_ASSERT(term_has_text(term, "fakecloud delete --region cn-beijing"));
	type_when_armed(term, "c", "go on: +c", "aa 1");
	CU_ASSERT(term_wait_no_text(term, "podvm-nginx-77aa01bc +–", 0));
	term_stop(term);
}

static void goes_back_to_the_plan_when_it_changed(void)
{
	char path[] = "/tmp/peerdeck-status-XXXXXX", env[64];
	int fd = mkstemp(path);
	const char *extra[] = {env, NULL};
	FILE *file;

	snprintf(env, sizeof(env), "FAKE_STATUS=%s", path);
	CU_ASSERT(write(fd, "Running", 7) == 7);
	close(fd);
	// Wide enough that the status stands beside the dialog.
	struct terminal *term = console_with(50, 200, extra, "refresh_seconds=1");
	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc.*Running", 0));
	term_keys(term, "4g");
	open_stop_plan(term);
	file = fopen(path, "w");
	CU_ASSERT(file && fputs("Stopping", file) >= 0 && fclose(file) == 0);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc.*~Stopping", 10000));
	type_when_armed(term, "c", "go on: +c", "000");
	CU_ASSERT(term_wait_text(term, "changed meanwhile: it was Running and is Stopping; look again", 0));
	CU_ASSERT(term_has_text(term, "Plan: Stop"));
	term_stop(term);
	unlink(path);
}

static void read_only_greys_and_write_lifts_it(void)
{
	struct terminal *term = console_with(30, 100, NULL, "context=prod");

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	CU_ASSERT(term_wait_text(term, " RO ", 0));
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "VMs.* 40 ", 0));
	term_keys(term, "gD");
	CU_ASSERT(term_wait_text(term, "production context", 0));
	type_when_armed(term, "<Esc>", "podvm-job-12", ":write 15m<Enter>");
	CU_ASSERT(term_wait_text(term, "changes are allowed for 15m", 0));
	term_keys(term, "D");
	CU_ASSERT(term_wait_text(term, "Type +caa 1 +to go on", 0));
	term_stop(term);
}

static void asks_for_the_size_of_a_pool(void)
{
	struct terminal *term = console(40, 120);

	CU_ASSERT(term_wait_text(term, "▸ tdx-pool", 0));
	term_keys(term, "3a");
	CU_ASSERT(term_wait_text(term, "Actions: tdx-pool", 0));
	term_keys(term, "s");
	CU_ASSERT(term_wait_text(term, "Desired size", 0));
	term_keys(term, "5<Enter>");
	CU_ASSERT(term_wait_text(term, "size 4, now to be 5", 0));
	// One more is reversible: y is enough.
	CU_ASSERT(term_has_text(term, "Press y to go on"));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_quiet(term, 400));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_no_text(term, "Plan: Scale", 0));
	term_keys(term, "as2<Enter>");
	CU_ASSERT(term_wait_text(term, "Type +0002 +to go on", 0));
	term_stop(term);
}

static void filters_while_typing(void)
{
	struct terminal *term = vms(24, 80);

	term_keys(term, "/status=Stopped");
	CU_ASSERT(term_wait_text(term, "podvm-job-5 ", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-web-0", 0));
	CU_ASSERT(term_expect_screen(term, "filter-80x24"));
	term_keys(term, "<C-u>~(");
	CU_ASSERT(term_wait_text(term, "[Uu]nmatched|regular expression", 0));
	CU_ASSERT(term_has_text(term, "/~\\("));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_no_text(term, "/~\\(", 0));
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	term_keys(term, "/web<Enter>");
	CU_ASSERT(term_wait_text(term, "/web", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-nginx", 0));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_text(term, "podvm-nginx", 0));
	term_stop(term);
}

static void completes_commands_and_keeps_history(void)
{
	struct terminal *term = console(30, 100);

	term_keys(term, ":nodep<Tab>");
	CU_ASSERT(term_wait_text(term, ":nodepools", 0));
	term_keys(term, "<C-u>writ 15m<Enter>");
	CU_ASSERT(term_wait_text(term, "no such command: writ - did you mean write\\?", 0));
	CU_ASSERT(term_has_text(term, ":writ 15m"));
	term_keys(term, "<Esc>:theme <Tab>");
	CU_ASSERT(term_wait_text(term, "monochrome", 0));
	term_keys(term, "<Esc>:<Up>");
	CU_ASSERT(term_wait_text(term, ":writ 15m", 0));
	term_stop(term);
}

static void pasted_text_goes_to_prompts_only(void)
{
	struct terminal *term = vms(24, 80);

	term_paste(term, "D:q\rQ");
	CU_ASSERT(term_wait_text(term, "pasted text is taken in prompts only", 0));
	CU_ASSERT(term_has_text(term, "podvm-web-0"));
	term_keys(term, ":");
	term_paste(term, "vms web\n");
	CU_ASSERT(term_wait_text(term, ":vms web", 0));
	term_stop(term);
}

static void hostile_names_are_text(void)
{
	struct terminal *term = console(40, 120);
	size_t size;
	const char *log;

	CU_ASSERT(term_wait_text(term, "podvm-\\^\\[\\]0;pwned\\^Gred", 0));
	CU_ASSERT(term_wait_text(term, "podvm-<U\\+202E>gnp", 0));
	term_keys(term, "4ggjjd");
	CU_ASSERT(term_wait_text(term, "Describe podvm-\\^\\[", 0));
	log = term_log(term, &size);
	CU_ASSERT_PTR_NULL(memmem(log, size, "\033]0;pwned", 9));
	CU_ASSERT_PTR_NULL(memmem(log, size, "\xe2\x80\xae", 3));
	term_stop(term);
}

static void copies_by_osc_52(void)
{
	// i-2ze9d1f0c77aa01bc000
	static const char raw[] = "\033]52;c;aS0yemU5ZDFmMGM3N2FhMDFiYzAwMA==\a";
	struct terminal *term = vms(24, 80);
	size_t mark = term_mark(term);

	term_keys(term, "c");
	CU_ASSERT(term_wait_log(term, mark, raw, strlen(raw), 0) ||
	          term_wait_log(term, mark, "aS0yemU5ZDFmMGM3N2FhMDFiYzAwMA==", 32, 100));
	CU_ASSERT(term_wait_text(term, "copied", 0));
	term_keys(term, "b");
	CU_ASSERT(term_wait_text(term, "https://console.example/cn-beijing/i-2ze9d1f0c77aa01bc000", 0));
	term_stop(term);
}

static bool has_colour(struct terminal *term)
{
	for (int row = 0; row < 24; row++)
		for (int column = 0; column < 80; column++) {
			struct term_cell cell = term_cell(term, row, column);

			if (cell.foreground >= 0 || cell.background >= 0)
				return true;
		}
	return false;
}

static void wraps_osc_52_as_told(void)
{
	static const struct {
		const char *setting, *bytes;
	} ways[] = {{"clipboard=tmux", "\033Ptmux;\033\033]52;c;"}, {"clipboard=screen", "\033P\033]52;c;"},
	        {"clipboard=raw", "\033]52;c;"}};

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct terminal *term = console_with(30, 100, NULL, ways[i].setting);

		CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc.*Running", 0));
		size_t mark = term_mark(term);
		term_keys(term, "4gc");
		CU_ASSERT(term_wait_log(term, mark, ways[i].bytes, strlen(ways[i].bytes), 0));
		term_stop(term);
	}
	struct terminal *term = console_with(30, 100, NULL, "clipboard=off");
	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc.*Running", 0));
	size_t mark = term_mark(term), size;
	term_keys(term, "4gc");
	CU_ASSERT(term_wait_text(term, "clipboard", 0));
	const char *log = term_log(term, &size);
	CU_ASSERT_PTR_NULL(memmem(log + mark, size - mark, "\033]52", 4));
	term_stop(term);
}

static void many_at_once_need_their_number(void)
{
	struct terminal *term = vms(40, 120);

	// Seven running ones: from the first by a range.
	term_keys(term, "/status=Running<Enter>");
	CU_ASSERT(term_wait_text(term, "31/40|31 of 40|/status=Running", 0));
	term_keys(term, "g<Space><Space><Space><Space><Space><Space><Space>");
	term_keys(term, ":stop<Enter>");
	CU_ASSERT(term_wait_text(term, "Stop: Pod VMs, 7 of them", 0));
	CU_ASSERT(term_wait_text(term, "Type +stop 7 +to go on", 0));
	// One of them serves a pod, which is said, but stopping it is not forbidden.
	CU_ASSERT(term_has_text(term, "against it: it serves pod default/nginx"));
	type_when_armed(term, "s", "go on: +s", "top 7");
	CU_ASSERT(term_wait_no_text(term, "Plan: Stop", 0));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "done .*Stop 7 vms", 0));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "Pod VMs", 0));
	term_keys(term, "U<Esc>");
	CU_ASSERT(term_wait_text(term, "Running 24", 0));
	term_stop(term);
}

static void leaving_asks_while_changes_run(void)
{
	const char *extra[] = {"FAKE_SLOW_MS=60000", NULL};
	struct terminal *term = console_with(30, 100, extra, NULL);

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc.*Running", 0));
	term_keys(term, "4g");
	open_stop_plan(term);
	type_when_armed(term, "c", "go on: +c", "000");
	CU_ASSERT(term_wait_no_text(term, "Plan: Stop", 0));
	term_keys(term, "Q");
	CU_ASSERT(term_wait_text(term, "Leave peerdeck\\?", 0));
	CU_ASSERT(term_wait_text(term, "1 operation.*running", 0));
	CU_ASSERT(term_wait_quiet(term, 100));
	term_keys(term, "<Esc>");
	for (int i = 0; i < 100 && term_has_text(term, "Leave peerdeck"); i++) {
		term_keys(term, "<Esc>");
		CU_ASSERT(term_wait_quiet(term, 50));
	}
	CU_ASSERT_FALSE(term_has_text(term, "Leave peerdeck"));
	// Cancelling ends it, and then leaving needs no question.
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "running .*Stop podvm-nginx", 0));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "cancelled .*Stop podvm-nginx", 0));
	term_keys(term, "Q");
	CU_ASSERT(term_wait_exit(term, NULL, 0));
	term_stop(term);
}

static void clicks_choose_but_never_confirm(void)
{
	struct terminal *term = console_with(30, 100, NULL, "mouse=true");
	int row, column;

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-web-0-9be0f123.*Running", 0));
	CU_ASSERT(term_find(term, "podvm-web-0-9be0f123", &row, &column));
	term_click(term, row, column, 0);
	CU_ASSERT(term_wait_text(term, "▸ podvm-web-0", 0));
	term_click(term, row, column, 2);
	CU_ASSERT(term_wait_text(term, "Actions: podvm-web-0", 0));
	term_keys(term, "t");
	CU_ASSERT(term_wait_text(term, "Type +c001", 0));
	CU_ASSERT(term_find(term, "c001 +to go on", &row, &column));
	CU_ASSERT(term_wait_quiet(term, 400));
	for (int i = 0; i < 4; i++)
		term_click(term, row, column + i, 0);
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT(term_has_text(term, "Plan: Stop"));
	term_stop(term);
}

static void themes_change_at_once(void)
{
	struct terminal *term = vms(24, 80);

	CU_ASSERT(term_wait_quiet(term, 50));
	term_keys(term, ":theme monochrome<Enter>");
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT_FALSE(has_colour(term));
	term_keys(term, ":theme nosuch<Enter>");
	CU_ASSERT(term_wait_text(term, "nosuch", 0));
	term_stop(term);
}

static void saves_views_but_never_over_a_file(void)
{
	struct terminal *term = vms(24, 100);
	char path[128], command[192], line[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/vms.csv", term_home(term));
	snprintf(command, sizeof(command), "<C-s><C-u>%s<Enter>", path);
	term_keys(term, command);
	CU_ASSERT(term_wait_text(term, "done: Save", 0));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "done .*Save", 0));
	file = fopen(path, "r");
	CU_ASSERT(file && fgets(line, sizeof(line), file) && strchr(line, ','));
	if (file)
		fclose(file);
	file = fopen(path, "w");
	CU_ASSERT(file && fputs("mine\n", file) >= 0 && fclose(file) == 0);
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	term_keys(term, command);
	CU_ASSERT(term_wait_text(term, "This file exists already", 0));
	CU_ASSERT(term_wait_quiet(term, 400));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_no_text(term, "This file exists already", 0));
	file = fopen(path, "r");
	CU_ASSERT(file && fgets(line, sizeof(line), file) && strcmp(line, "mine\n") == 0);
	if (file)
		fclose(file);
	term_stop(term);
}

static void edits_tags_in_the_editor(void)
{
	const char *extra[] = {"EDITOR=/bin/sh -c 'sed -i s/app=nginx/app=peer/ \"$0\"'", NULL};
	struct terminal *term = console_with(40, 120, extra, NULL);

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc.*Running", 0));
	term_keys(term, "4ge");
	CU_ASSERT(term_wait_text(term, "Plan: Tag", 0));
	CU_ASSERT(term_wait_text(term, "app=peer", 0));
	CU_ASSERT(term_has_text(term, "Press y to go on"));
	type_when_armed(term, "y", "Tag podvm-nginx.*begun|done: Tag", "");
	term_stop(term);
}

static void console_output_and_log_are_shown(void)
{
	struct terminal *term = vms(24, 80);

	term_keys(term, "l");
	CU_ASSERT(term_wait_text(term, "\\^\\[\\[32mOK\\^\\[\\[0m agent-protocol-forwarder", 0));
	CU_ASSERT(term_wait_text(term, "登录:", 0));
	term_keys(term, "q:log<Enter>");
	CU_ASSERT(term_wait_text(term, "Log", 0));
	term_stop(term);
}

static void compares_two_rows(void)
{
	struct terminal *term = vms(30, 100);

	term_keys(term, "m");
	CU_ASSERT(term_wait_text(term, "is marked for comparison", 0));
	term_keys(term, "jm");
	CU_ASSERT(term_wait_text(term, "private_ip +- 172.16.4.9", 0));
	CU_ASSERT(term_wait_text(term, "fields are equal", 0));
	term_stop(term);
}

static void menus_choose_regions_order_and_commands(void)
{
	struct terminal *term = console(40, 120);

	term_keys(term, "R");
	CU_ASSERT(term_wait_text(term, "Regions \\(Space", 0));
	term_keys(term, "jj<Space><Enter>");
	CU_ASSERT(term_wait_text(term, " 10 · ", 0));
	term_keys(term, "4>");
	CU_ASSERT(term_wait_text(term, "Sort by", 0));
	term_keys(term, "/private<Enter>");
	CU_ASSERT(term_wait_text(term, "PRIVATE IP▲", 0));
	term_keys(term, "<C-a>");
	CU_ASSERT(term_wait_text(term, "Commands \\(/ narrows", 0));
	term_keys(term, "/frozen<Esc>/freeze");
	CU_ASSERT(term_wait_text(term, "▸ *:freeze", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "FROZEN", 0));
	term_keys(term, "P");
	CU_ASSERT(term_wait_text(term, "prod .*production, read-only", 0));
	term_stop(term);
}

static void help_comes_from_the_table(void)
{
	struct terminal *term = vms(40, 120);

	term_keys(term, "?");
	CU_ASSERT(term_wait_text(term, "^.*j Down Ctrl-n +next row", 0));
	term_keys(term, "/mark-range<Enter>");
	CU_ASSERT(term_wait_text(term, "v Ctrl-Space +mark a range", 0));
	term_stop(term);
}

// Also where that there are none is known only when the first call asks for them.
static void says_what_to_do_without_credentials(void)
{
	static const char *const when[] = {"FAKE_NO_CREDENTIALS=1", "FAKE_NO_CREDENTIALS=late"};

	for (size_t i = 0; i < COUNT_OF(when); i++) {
		const char *extra[] = {when[i], NULL};
		struct terminal *term = console_with(24, 80, extra, NULL);

		CU_ASSERT(term_wait_text(term, "aliyun configure", 0));
		CU_ASSERT(term_wait_text(term, "peerdeck --demo", 0));
		term_keys(term, ":vms<Enter>");
		CU_ASSERT(term_wait_text(term, "no credentials were found", 0));
		CU_ASSERT_FALSE(term_has_text(term, "reading"));
		term_keys(term, "Q");
		CU_ASSERT(term_wait_exit(term, NULL, 0));
		term_stop(term);
	}
}

// Whatever is pressed, it goes on; what leaves or suspends is left out.
static void survives_any_keys(void)
{
	static const char *const keys[] = {"j", "k", "g", "G", "<PgDn>", "<PgUp>", "<C-d>", "<C-u>", "<Left>",
	        "<Right>", "<Enter>", "<Enter>", "<Esc>", "[", "]", "-", "<Tab>", "<S-Tab>", "1", "2", "3", "4", "5",
	        "0", ":", "/", "?", "r", "<C-l>", "Z", "P", "R", "<C-a>", "T", "+", "_", "<C-e>", "<C-g>", "<Space>",
	        "v", "*", "U", "d", "y", "c", "C", "\\", "n", "l", "p", "e", "o", "J", "u", "m", "a", "D", "t", "x",
	        "z", "F", "<S-Left>", "<S-Right>", "O", "I", ">", "N", "A", "S", "<C-w>", "<C-s>", "b", "w", "s", "f",
	        "<BS>", "<Up>", "<Down>", "<C-k>", "web", "status=Running", "北", "~(", "caa 1", "c000", "vms",
	        "nodepools", "theme light", "set refresh_seconds 1", "log", "json", "compare"};
	const char *extra[] = {"EDITOR=true", NULL};
	struct terminal *term = console_with(30, 100, extra, "mouse=true");
	const char *seed_text = getenv("KEYS_SEED");
	unsigned seed = seed_text ? (unsigned)strtoul(seed_text, NULL, 10) : 20261120;

	CU_ASSERT_FATAL(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	for (int i = 0; i < 1500; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned pick = seed >> 16;

		if (pick % 61 == 0)
			term_resize(term, 10 + (int)(pick % 50), 40 + (int)(pick % 140));
		else if (pick % 53 == 0)
			term_click(term, (int)(pick % 30), (int)(pick % 100), pick % 2 ? 0 : 2);
		else if (pick % 47 == 0)
			term_paste(term, "pasted\033[2J\n text");
		else
			term_keys(term, keys[pick % COUNT_OF(keys)]);
		// Keeps its output flowing.
		term_has_text(term, "x");
	}
	term_resize(term, 30, 100);
	for (int i = 0; i < 30; i++)
		term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_quiet(term, 100));
	CU_ASSERT(term_has_text(term, "peerdeck|podvm|REGION|┌"));
	CU_ASSERT_EQUAL(kill(term_pid(term), 0), 0);
	term_stop(term);
}

static void offline_is_a_banner(void)
{
	const char *extra[] = {"FAKE_OFFLINE=1", NULL};
	struct terminal *term = console_with(24, 100, extra, NULL);

	CU_ASSERT(term_wait_text(term, " OFFLINE ", 0));
	CU_ASSERT(term_wait_text(term, "cannot reach the fake cloud", 0));
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "Pod VMs", 0));
	term_stop(term);
}

// What the cursor of a checklist stands on.
static bool chosen_line(struct terminal *term, char *out, size_t size)
{
	int row, column;

	if (!term_find(term, "▸\\[.\\] ", &row, &column))
		return false;
	snprintf(out, size, "%s", term_row(term, row));
	return true;
}

static bool is_elsewhere(struct terminal *term, void *before)
{
	char now[600];

	return chosen_line(term, now, sizeof(now)) && strcmp(now, before) != 0;
}

static void columns_are_chosen(void)
{
	struct terminal *term = vms(30, 100);

	CU_ASSERT_FALSE(term_has_text(term, " ZONE"));
	term_keys(term, ":choose-columns<Enter>");
	CU_ASSERT(term_wait_text(term, "Columns \\(Space", 0));
	CU_ASSERT(term_wait_text(term, "\\[x\\] private_ip", 0));
	for (int i = 0; i < 40 && !term_has_text(term, "▸\\[.\\] private_ip"); i++) {
		char before[600];

		CU_ASSERT_TRUE_FATAL(chosen_line(term, before, sizeof(before)));
		term_keys(term, "j");
		CU_ASSERT_FATAL(term_wait(term, is_elsewhere, before, "the cursor moves", 0));
	}
	term_keys(term, "<Space><Enter>");
	CU_ASSERT(term_wait_no_text(term, "PRIVATE IP", 0));
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	term_stop(term);
}

static void gives_the_terminal_back(void)
{
	static const struct {
		const char *keys;
		int signal;
	} ways[] = {{"Q", 0}, {":q<Enter>", 0}, {"<C-c><C-c>", 0}, {"", SIGTERM}, {"", SIGSEGV}, {"", SIGHUP}};

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct terminal *term = console(24, 80);
		int status = -1;

		if (ways[i].signal)
			term_kill(term, ways[i].signal);
		else
			term_keys(term, ways[i].keys);
		CU_ASSERT(term_wait_exit(term, &status, 0));
		CU_ASSERT(term_modes_restored(term));
		CU_ASSERT_FALSE(term_in_alternate_screen(term));
#ifndef __SANITIZE_ADDRESS__
		if (ways[i].signal == SIGSEGV)
			CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
#endif
		if (!ways[i].signal)
			CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		term_stop(term);
	}
}

static void ends_when_the_terminal_is_lost(void)
{
	struct terminal *term = console(24, 80);

	term_hang_up(term);
	CU_ASSERT(term_wait_exit(term, NULL, 0));
	term_stop(term);
}

static void suspends_and_resumes(void)
{
	struct terminal *term = vms(24, 80);

	term_keys(term, "<C-z>");
	CU_ASSERT(term_wait_stopped(term, 0));
	CU_ASSERT(term_modes_restored(term));
	CU_ASSERT_FALSE(term_in_alternate_screen(term));
	term_continue(term);
	CU_ASSERT(term_wait_text(term, "podvm-web-0", 0));
	CU_ASSERT(term_in_alternate_screen(term));
	term_keys(term, "j");
	CU_ASSERT(term_wait_text(term, "▸ podvm-web-0", 0));
	term_stop(term);
}

static void resizes(void)
{
	struct terminal *term = vms(24, 80);

	term_resize(term, 50, 200);
	CU_ASSERT(term_wait_text(term, "172.16.4.40", 0));
	term_resize(term, 20, 70);
	CU_ASSERT(term_wait_row(term, 19, "help", 0));
	term_stop(term);
}

static void works_in_every_terminal(void)
{
	static const char *const terminals[] = {
	        "TERM=xterm-256color", "TERM=tmux-256color", "TERM=linux", "TERM=vt100"};

	for (size_t i = 0; i < COUNT_OF(terminals); i++) {
		const char *extra[] = {terminals[i], NULL};
		struct terminal *term = console_with(24, 80, extra, NULL);

		CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
		term_keys(term, ":vms<Enter>");
		CU_ASSERT(term_wait_text(term, "podvm-job-8", 0));
		term_keys(term, "<Down><Down>");
		CU_ASSERT(term_wait_text(term, "[▸>] ?podvm-", 0));
		if (strcmp(terminals[i], "TERM=vt100") == 0)
			CU_ASSERT_FALSE(has_colour(term));
		term_keys(term, "Q");
		CU_ASSERT(term_wait_exit(term, NULL, 0));
		CU_ASSERT(term_modes_restored(term));
		term_stop(term);
	}
}

static void works_without_colour_and_without_unicode(void)
{
	const char *plain[] = {"NO_COLOR=1", NULL}, *ascii[] = {"LANG=C", NULL};
	struct terminal *term = console_with(24, 80, plain, NULL);

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	CU_ASSERT_FALSE(has_colour(term));
	term_stop(term);
	term = console_with(24, 80, ascii, NULL);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	for (int row = 0; row < 24; row++)
		for (const char *at = term_row(term, row); *at; at++)
			CU_ASSERT((unsigned char)*at < 0x80);
	term_stop(term);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(shows_four_panes),
        SCREEN_CASE(shows_one_pane_at_80_columns),
        SCREEN_CASE(says_that_the_screen_is_too_small),
        SCREEN_CASE(describes_and_follows_relations),
        SCREEN_CASE(shows_yaml_and_json_with_secrets_masked),
        SCREEN_CASE(menu_greys_with_the_reason),
        SCREEN_CASE(stops_a_vm_after_typing),
        SCREEN_CASE(enter_never_confirms),
        SCREEN_CASE(what_was_typed_before_answers_nothing),
        SCREEN_CASE(refuses_what_is_protected_or_in_use),
        SCREEN_CASE(deletes_after_the_cluster_and_the_count),
        SCREEN_CASE(goes_back_to_the_plan_when_it_changed),
        SCREEN_CASE(read_only_greys_and_write_lifts_it),
        SCREEN_CASE(asks_for_the_size_of_a_pool),
        SCREEN_CASE(filters_while_typing),
        SCREEN_CASE(completes_commands_and_keeps_history),
        SCREEN_CASE(pasted_text_goes_to_prompts_only),
        SCREEN_CASE(hostile_names_are_text),
        SCREEN_CASE(copies_by_osc_52),
        SCREEN_CASE(wraps_osc_52_as_told),
        SCREEN_CASE(many_at_once_need_their_number),
        SCREEN_CASE(leaving_asks_while_changes_run),
        SCREEN_CASE(clicks_choose_but_never_confirm),
        SCREEN_CASE(themes_change_at_once),
        SCREEN_CASE(saves_views_but_never_over_a_file),
        SCREEN_CASE(edits_tags_in_the_editor),
        SCREEN_CASE(console_output_and_log_are_shown),
        SCREEN_CASE(compares_two_rows),
        SCREEN_CASE(menus_choose_regions_order_and_commands),
        SCREEN_CASE(help_comes_from_the_table),
        SCREEN_CASE(says_what_to_do_without_credentials),
        SCREEN_CASE(survives_any_keys),
        SCREEN_CASE(offline_is_a_banner),
        SCREEN_CASE(columns_are_chosen),
        SCREEN_CASE(gives_the_terminal_back),
        SCREEN_CASE(ends_when_the_terminal_is_lost),
        SCREEN_CASE(suspends_and_resumes),
        SCREEN_CASE(resizes),
        SCREEN_CASE(works_in_every_terminal),
        SCREEN_CASE(works_without_colour_and_without_unicode),
};

int main(int argc, char **argv)
{
	return screen_test_run("views", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
