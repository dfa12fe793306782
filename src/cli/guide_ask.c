// SPDX-License-Identifier: Apache-2.0
// `peerdeck guide`: questions line by line, on a terminal.
#include "config.h"
#include "cli/guide.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"

#include "base/banned.h"

enum { LINE_SIZE = 4096, CHOICES_SHOWN = 20, TRIES_MOST = 20 };

// A line without its end; false at the end of input or when interrupted.
static bool read_line(char out[LINE_SIZE], bool secret)
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
	got = fgets(out, LINE_SIZE, stdin) != NULL;
	if (hidden) {
		tcsetattr(STDIN_FILENO, TCSANOW, &usual);
		putchar('\n');
	}
	if (got)
		out[strcspn(out, "\r\n")] = '\0';
	return got;
}

bool guide_agrees(void *user, const char *question)
{
	char line[LINE_SIZE];

	(void)user;
	printf("%s [y/N] ", question);
	return read_line(line, false) && (!strcmp(line, "y") || !strcmp(line, "yes"));
}

bool guide_noted(void *user, const char *title, const char *text)
{
	char line[LINE_SIZE];

	(void)user, (void)title, (void)text;
	fputs(_("Press Enter when you have read it and done what it says: "), stdout);
	return read_line(line, false);
}

bool guide_ask_word(const char *question, const char *word)
{
	char line[LINE_SIZE];

	fputs(question, stdout);
	return read_line(line, false) && *word && !strcmp(line, word);
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
	if (!read_line(line, input->secret))
		return false;
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
	return answered || error_set(error, ERROR_CANCELLED, _("no answer; nothing was made"));
}

bool guide_ask_inputs(struct guide_walk *walk, struct error *error)
{
	const struct guide *guide = walk->guide;
	struct choice *choices = calloc(CHOICES_MOST, sizeof(*choices));
	bool good = choices != NULL;

	for (size_t i = 0; i < guide->step_count; i++) {
		const struct guide_step *step = &guide->steps[i];

		for (size_t n = 0; good && n < step->input_count; n++) {
			const struct value *value = values_find(run_values(walk->run), step->inputs[n].name);

			if ((value && value->known) || !run_input_wanted(walk->run, &step->inputs[n]))
				continue;
			good = ask(walk, &step->inputs[n], choices, error);
		}
	}
	free(choices);
	return good;
}
