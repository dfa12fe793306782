// SPDX-License-Identifier: Apache-2.0
// Reads the command line and wires the rooms together.
#include <config.h>

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "alibaba/alibaba.h"
#include "base/resident.h"
#include "cli/cli.h"
#include "cli/demo.h"
#include "kubernetes/kubernetes.h"
#include "ui/command_line.h"
#include "ui/help.h"
#include "ui/ui.h"

#include "base/banned.h"

static const struct backend *const backends[] = {&backend_alibaba, &backend_kubernetes, NULL};

// Asked by Ctrl-C; everything that waits without a screen looks at it.
static struct cancel interrupted;

static void on_interrupt(int number)
{
	(void)number;
	cancel_ask(&interrupted);
}

static void handle_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt = {.sa_handler = on_interrupt}, before;

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL); // a file that may not grow is an error like a full disk
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGTERM, &interrupt, NULL);
	// The terminal is gone; nohup(1) has it ignored.
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &interrupt, NULL);
}

static int run_console(struct deck *deck, const struct arguments *line, int wake_fd, const struct error *notice)
{
	struct ui_options ui = {
	        .view = line->operand,
	        .wake_fd = wake_fd,
	        .notice = notice->kind != ERROR_NONE ? notice : NULL,
	        .badge = line->demo ? "DEMO" : NULL,
	};
	struct error error = {ERROR_NONE};
	int status = ui_run(deck, &ui, &error);

	return error.kind != ERROR_NONE ? cli_fail(&error) : status;
}

static int run_plain(struct deck *deck, const struct arguments *line, const struct error *notice)
{
	if (line->command == CLI_DOCTOR)
		return cli_doctor(deck, line, notice, &interrupted);
	if (line->command == CLI_GUIDE)
		return cli_guide(deck, line, &interrupted);
	if (!deck->session)
		return cli_fail(&deck->context_error);
	if (line->command == CLI_LOGS)
		return cli_logs(deck, line, &interrupted);
	if (line->command == CLI_DIAGNOSE)
		return cli_diagnose(deck, line, &interrupted);
	if (line->command == CLI_ORPHANS)
		return cli_orphans(deck, line, &interrupted);
	return line->command == CLI_LIST ? cli_list(deck, line, &interrupted) : cli_once(deck, line, &interrupted);
}

static int run_deck(const struct arguments *line, struct config *config, const struct error *notice)
{
	bool console = line->command == CLI_CONSOLE && !line->once;
	struct error error = {ERROR_NONE};
	struct deck deck;
	int wake_fd = console ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1, status;

	config->no_cache = config->no_cache || !console;
	if (!deck_init(&deck, config, backends, console ? ui_wake : NULL, &wake_fd, &error))
		return cli_fail(&error);
	// The console opens without a context too, and says what is missing.
	deck_open(&deck, NULL, NULL);
	status = console ? run_console(&deck, line, wake_fd, notice) : run_plain(&deck, line, notice);
	deck_finish(&deck);
	if (wake_fd >= 0)
		close(wake_fd);
	return status;
}

static int run(const struct arguments *line)
{
	static struct config config; // too large for a stack
	struct error notice = {ERROR_NONE}, error = {ERROR_NONE};
	struct demo demo = {0};
	int status;

	config_defaults(&config);
	// A mistake in the file is told, and what is right in it is taken; a file that was named must be there.
	if (!config_load(&config, line->config_file, &notice) && line->config_file && !config.file[0])
		return cli_fail(&notice), EXIT_USAGE;
	if (notice.kind != ERROR_NONE && (line->command == CLI_LIST || line->once))
		cli_fail(&notice);
	if (config.language[0])
		setenv("LANGUAGE", config.language, 1);
	if (line->demo && !demo_start(&demo, line, &config, &error))
		return cli_fail(&error);
	if (!arguments_apply(line, &config, &error) || !config_complete(&config, &error))
		status = error.kind == ERROR_CONFIG ? cli_fail(&error) : (cli_fail(&error), EXIT_USAGE);
	else
		status = line->command == CLI_AUDIT ? cli_audit(&config, line) : run_deck(line, &config, &notice);
	demo_stop(&demo);
	return status;
}

// `peerdeck orphans` and nothing else, typed by a person: the console, opened at this view.
static bool opens_console(const struct arguments *line)
{
	static const struct orphans_arguments none;

	return line->command == CLI_ORPHANS && !line->once && !line->output && !line->filter && !line->sort && !line->cluster &&
	       memcmp(&line->orphans, &none, sizeof(none)) == 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

// Told before the terminal is taken. Actions need rows, so none is a view.
static bool view_is_known(const struct arguments *line, struct error *error)
{
	struct command_line parsed;

	if (line->command != CLI_CONSOLE || line->once || !line->operand ||
	        command_line_parse(line->operand, NULL, &parsed, error))
		return true;
	for (size_t i = 0; i < option_table_count; i++)
		if (strcmp(option_table[i].name + strlen("--"), line->operand) == 0)
			error_remedy(error, _("did you mean %s?"), option_table[i].name);
	return false;
}

static int print_keys(void)
{
	enum { KEYS_MOST = 1 << 16 };
	struct buffer text;
	bool printed;

	buffer_init(&text, KEYS_MOST);
	printed = help_keys(&text) && fputs(buffer_text(&text), stdout) >= 0;
	buffer_finish(&text);
	return printed ? EXIT_DONE : EXIT_FAILED;
}

// What was printed must have arrived: a disk may be full. Who reads a part of it and goes, has what they wanted.
static int finish_output(int status)
{
	struct error error = {ERROR_NONE};

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno == EPIPE || status != EXIT_DONE)
		return status;
	error_set_errno(&error, "%s", _("standard output"));
	return cli_fail(&error);
}

static int run_line(int count, char **arguments)
{
	struct error error = {ERROR_NONE};
	struct arguments line;

	resident_setup();
	setlocale(LC_ALL, "");
	// Numbers in settings, JSON and CSV have a point in every language.
	setlocale(LC_NUMERIC, "C");
#ifdef ENABLE_NLS
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);
#endif
	handle_signals();
	if (!arguments_parse(&line, count, arguments, &error))
		return cli_fail(&error);
	if (line.version) {
		puts(PACKAGE_STRING);
		return EXIT_DONE;
	}
	if (line.help || line.command == CLI_HELP) {
		cli_help(stdout);
		return EXIT_DONE;
	}
	if (line.dump && strcmp(line.dump, "keys") == 0)
		return print_keys();
	if (line.dump)
		return cli_docs(stdout, line.dump) ? EXIT_DONE : EXIT_USAGE;
	if (line.command == CLI_ORPHANS && line.orphans.manifest)
		return cli_orphans_manifest(&line);
	if (line.command == CLI_COMPLETION)
		return cli_completion(stdout, line.operand, &error) ? EXIT_DONE : cli_fail(&error);
	if (opens_console(&line)) {
		line.command = CLI_CONSOLE;
		line.operand = kind_get(KIND_ORPHAN)->plural;
	}
	if (!view_is_known(&line, &error)) {
		cli_fail(&error);
		return EXIT_USAGE;
	}
	if (line.command == CLI_CONSOLE && !line.once && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fputs(_("peerdeck: this is no terminal; peerdeck VIEW --once prints a view, peerdeck list KIND its data\n"), stderr);
		return EXIT_USAGE;
	}
	return run(&line);
}

int main(int count, char **arguments)
{
	return finish_output(run_line(count, arguments));
}
