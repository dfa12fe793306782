// SPDX-License-Identifier: Apache-2.0
// `peerdeck guide`: questions line by line, on a terminal or, with --plain, from whatever standard input is.
#include "config.h"
#include "cli/guide.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"
#include "guide/expression.h"

#include "base/banned.h"

enum {
	LINE_SIZE = 4096,
	CHOICES_SHOWN = 20,
	TRIES_MOST = 20,
	WORD_TRIES_MOST = 3,
	LOOK_MS = 200,
	ANSWERS_FILE_MOST = 4 << 20
};

// False when interrupted. Standard input has no buffer, so what can be read is seen here.
static bool wait_for_line(const struct cancel *cancel)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	while (!cancel_asked(cancel)) {
		int ready = poll(&input, 1, LOOK_MS);

		if (ready > 0 || (ready < 0 && errno != EINTR))
			return true;
	}
	return false;
}

// The rest of a line that did not fit; it is nobody's answer.
static void skip_line(void)
{
	int got;

	do
		got = getchar();
	while (got != '\n' && got != EOF);
}

// A line without its end, "" when it is too long; false at the end of input or when interrupted.
static bool read_line(const struct cancel *cancel, char out[LINE_SIZE], bool secret)
{
	struct termios usual, quiet;
	bool hidden = secret && tcgetattr(STDIN_FILENO, &usual) == 0;
	bool got;

	fflush(stdout);
	if (hidden) {
		quiet = usual;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
	}
	got = wait_for_line(cancel) && fgets(out, LINE_SIZE, stdin) != NULL;
	if (got && strlen(out) == LINE_SIZE - 1 && out[LINE_SIZE - 2] != '\n') {
		skip_line();
		printf(_("  (that line is too long)\n"));
		out[0] = '\0';
	}
	if (hidden)
		tcsetattr(STDIN_FILENO, TCSANOW, &usual);
	// Where no terminal shows what is typed, what comes next begins a line of its own.
	if (hidden || !got || !isatty(STDIN_FILENO))
		putchar('\n');
	if (got)
		out[strcspn(out, "\r\n")] = '\0';
	return got;
}

bool guide_agrees(void *user, const char *question)
{
	const struct guide_walk *walk = user;
	char line[LINE_SIZE];

	printf("%s [y/N] ", question);
	return read_line(walk->cancel, line, false) && (!strcmp(line, "y") || !strcmp(line, "yes"));
}

bool guide_noted(void *user, const char *title, const char *text)
{
	const struct guide_walk *walk = user;
	char line[LINE_SIZE];

	(void)title, (void)text;
	fputs(_("Press Enter when you have read it and done what it says: "), stdout);
	return read_line(walk->cancel, line, false);
}

bool guide_ask_word(const struct guide_walk *walk, const char *question, const char *word)
{
	char line[LINE_SIZE];

	for (unsigned i = 0; i < WORD_TRIES_MOST && *word; i++) {
		fputs(question, stdout);
		if (!read_line(walk->cancel, line, false) || !*line)
			return false;
		if (!strcmp(line, word))
			return true;
		printf(_("  that is not %s\n"), word);
	}
	return false;
}

static size_t show_choices(struct guide_walk *walk, const struct guide_input *input, struct choice *choices)
{
	struct error error = {0};
	size_t count = 0;

	if (!input->values && !input->choices)
		return 0;
	if (!run_choices(walk->run, input, choices, &count, walk->cancel, &error))
		printf(_("  (the choices cannot be listed: %s)\n"), error.message);
	for (size_t i = 0; i < count && i < CHOICES_SHOWN; i++)
		printf("  %2zu  %-24s %s\n", i + 1, choices[i].value, choices[i].label);
	if (count > CHOICES_SHOWN)
		printf(_("      … and %zu more\n"), count - CHOICES_SHOWN);
	return count;
}

// A number of the list stands for its value, unless it is itself what is asked for.
static const char *chosen(const struct choice *choices, size_t count, const char *line)
{
	int64_t number;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(choices[i].value, line))
			return line;
	if (text_to_int64(line, &number) && number >= 1 && (size_t)number <= count)
		return choices[number - 1].value;
	return line;
}

static bool ask_once(struct guide_walk *walk, const struct guide_input *input, struct choice *choices, size_t count,
        const struct buffer *fallback, const char *source, bool *answered)
{
	char line[LINE_SIZE];
	struct error error = {0};
	const char *text;

	if (fallback->size && !input->secret)
		printf("%s [%s, %s]: ", input->title, buffer_text(fallback), source);
	else
		printf("%s: ", input->title);
	if (!read_line(walk->cancel, line, input->secret))
		return false;
	walk->typed |= *line && !input->secret;
	text = *line ? chosen(choices, count, line) : buffer_text(fallback);
	*answered = run_answer(walk->run, input, text, *line ? _("typed") : source, &error);
	if (!*answered)
		printf("  %s%s%s\n", error.message, *error.remedy ? " \u2192 " : "", error.remedy);
	secret_wipe(line, sizeof(line));
	return true;
}

static bool ask(struct guide_walk *walk, const struct guide_input *input, struct choice *choices, struct error *error)
{
	struct buffer fallback;
	char source[64], help[LINE_SIZE];
	bool answered = false, there = true;
	size_t count;

	buffer_init(&fallback, 64 << 10);
	if (input->help) {
		run_shown(walk->run, input->help, help, sizeof(help));
		printf("\n%s\n", help);
	}
	count = show_choices(walk, input, choices);
	run_input_default(walk->run, input, &fallback, source, walk->cancel, NULL);
	for (unsigned i = 0; i < TRIES_MOST && there && !answered; i++)
		there = ask_once(walk, input, choices, count, &fallback, source, &answered);
	buffer_finish(&fallback);
	if (answered)
		return true;
	if (cancel_asked(walk->cancel))
		return error_set(error, ERROR_CANCELLED, _("interrupted; nothing was made"));
	error_set(error, ERROR_USAGE,
	        there ? _("%s: no answer that can be taken; nothing was made")
	              : _("the input ended where %s was asked for; nothing was made"),
	        input->name);
	error_remedy(error, _("give an answer to each question, or all of them in a file: --answers FILE"));
	return false;
}

// What is not asked for is empty, and known: later questions may hang on it.
static bool is_asked(struct guide_walk *walk, const struct guide_step *step, const struct guide_input *input)
{
	const struct values *values = run_values(walk->run);
	const struct value *value = values_find(values, input->name);

	if (value && value->known)
		return false;
	if (condition_judge(step->when, values, NULL) == TRUTH_NO ||
	        condition_judge(input->when, values, NULL) == TRUTH_NO) {
		run_answer_none(walk->run, input);
		return false;
	}
	return run_input_wanted(walk->run, input);
}

bool guide_ask_inputs(struct guide_walk *walk, struct error *error)
{
	const struct guide *guide = walk->guide;
	struct choice *choices = calloc(CHOICES_MOST, sizeof(*choices));
	bool good = choices != NULL || error_set(error, ERROR_MEMORY, _("out of memory"));

	for (size_t i = 0; i < guide->step_count; i++) {
		const struct guide_step *step = &guide->steps[i];

		for (size_t n = 0; good && n < step->input_count; n++)
			if (is_asked(walk, step, &step->inputs[n]))
				good = ask(walk, &step->inputs[n], choices, error);
	}
	free(choices);
	return good;
}

void guide_keep_typed(struct guide_walk *walk)
{
	struct error error = {0};
	char path[sizeof(walk->folder) + 160], name[128];
	struct buffer text;

	snprintf(name, sizeof(name), "%s", walk->guide->name);
	for (char *slash; (slash = strchr(name, '/'));)
		*slash = '-';
	snprintf(path, sizeof(path), "%s/%s.answers.cfg", walk->folder, name);
	buffer_init(&text, ANSWERS_FILE_MOST);
	if (run_answers_write(walk->run, NULL, &text) &&
	        walk->effects.write(walk->effects.user, path, &text, true, &error))
		fprintf(stderr,
		        _("peerdeck: what was typed is kept; peerdeck guide run %s --answers %s goes on with it\n"),
		        walk->guide->name, path);
	else
		cli_fail(&error);
	buffer_finish(&text);
}
