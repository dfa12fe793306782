// SPDX-License-Identifier: Apache-2.0
// `peerdeck list jobs`: the changes that were made from here, out of the journal.
#include "config.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { JOBS_SHOWN_MOST = 1000, CELL_SIZE = 640, LINE_MOST = 64 << 10 };

static const char *state_word(const struct intent *intent)
{
	static const char *const words[] = {
	        [INTENT_IN_DOUBT] = "in_doubt",
	        [INTENT_DONE] = "done",
	        [INTENT_FAILED] = "failed",
	        [INTENT_SETTLED_DONE] = "settled_done",
	        [INTENT_SETTLED_NOT_DONE] = "settled_not_done",
	};

	return words[intent->state];
}

static void cell_id(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%lld", (long long)intent->id);
}

static void cell_name(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->operation);
}

static void cell_region(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->region);
}

static void cell_status(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", state_word(intent));
}

static void cell_created(const struct intent *intent, char *out)
{
	time_format_iso(intent->created, out);
}

static void cell_settled(const struct intent *intent, char *out)
{
	out[0] = '\0';
	if (intent->settled)
		time_format_iso(intent->settled, out);
}

static void cell_subject(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->subject);
}

static void cell_subject_name(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->subject_name);
}

static void cell_request_id(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->request_id);
}

static void cell_message(const struct intent *intent, char *out)
{
	snprintf(out, CELL_SIZE, "%s", intent->message);
}

static const struct {
	const char *name, *title;
	void (*text)(const struct intent *intent, char *out);
	bool wide;
} columns[] = {
        {"id", N_("ID"), cell_id, false},
        {"name", N_("OPERATION"), cell_name, false},
        {"region", N_("REGION"), cell_region, false},
        {"status", N_("STATUS"), cell_status, false},
        {"created", N_("CREATED"), cell_created, false},
        {"settled", N_("SETTLED"), cell_settled, true},
        {"subject", N_("SUBJECT"), cell_subject, false},
        {"subject_name", N_("NAME"), cell_subject_name, false},
        {"request_id", N_("REQUEST"), cell_request_id, true},
        {"message", N_("MESSAGE"), cell_message, true},
};

static void visible_cell(const struct intent *intent, size_t column, char *out)
{
	char raw[CELL_SIZE];

	columns[column].text(intent, raw);
	text_visible(raw[0] ? raw : "–", strlen(raw[0] ? raw : "–"), out, CELL_SIZE);
}

// One cell, padded to its column by display width.
static void put_cell(FILE *out, const char *cell, int width)
{
	fprintf(out, "%s%*s", cell, width - text_columns(cell, strlen(cell)) + 2, "");
}

static void jobs_table(FILE *out, const struct intent *intents, size_t count, bool wide)
{
	int widths[COUNT_OF(columns)];
	char cell[CELL_SIZE];

	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		widths[i] = text_columns(_(columns[i].title), strlen(_(columns[i].title)));
		for (size_t row = 0; row < count; row++) {
			int width;

			visible_cell(&intents[row], i, cell);
			width = text_columns(cell, strlen(cell));
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	for (size_t row = 0; row <= count; row++) {
		for (size_t i = 0; i < COUNT_OF(columns); i++) {
			if (columns[i].wide && !wide)
				continue;
			if (row > 0)
				visible_cell(&intents[row - 1], i, cell);
			put_cell(out, row > 0 ? cell : _(columns[i].title), widths[i]);
		}
		fputc('\n', out);
	}
}

static void job_json(struct buffer *buffer, const struct intent *intent)
{
	char cell[CELL_SIZE];

	buffer_clear(buffer);
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		buffer_printf(buffer, "%s\"%s\":", i ? "," : "{", columns[i].name);
		columns[i].text(intent, cell);
		if (columns[i].text == cell_settled && !cell[0])
			buffer_add_text(buffer, "null");
		else
			text_add_json_string(buffer, cell, strlen(cell));
	}
	buffer_add_char(buffer, '}');
}

static void job_csv(struct buffer *buffer, const struct intent *intent)
{
	char cell[CELL_SIZE];

	buffer_clear(buffer);
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		if (i > 0)
			buffer_add_char(buffer, ',');
		if (intent)
			columns[i].text(intent, cell);
		else
			snprintf(cell, sizeof(cell), "%s", columns[i].name);
		text_add_csv_field(buffer, cell, strlen(cell));
	}
}

static void jobs_lines(FILE *out, const struct intent *intents, size_t count, enum cli_format format)
{
	struct buffer line;

	buffer_init(&line, LINE_MOST);
	if (format == FORMAT_CSV) {
		job_csv(&line, NULL);
		fprintf(out, "%s\r\n", buffer_text(&line));
	}
	if (format == FORMAT_JSON)
		fputc('[', out);
	for (size_t i = 0; i < count; i++) {
		if (format == FORMAT_CSV)
			job_csv(&line, &intents[i]);
		else
			job_json(&line, &intents[i]);
		if (format == FORMAT_JSON)
			fprintf(out, "%s\n%s", i ? "," : "", buffer_text(&line));
		else
			fprintf(out, "%s%s", buffer_text(&line), format == FORMAT_CSV ? "\r\n" : "\n");
	}
	if (format == FORMAT_JSON)
		fputs(count ? "\n]\n" : "]\n", out);
	buffer_finish(&line);
}

int cli_list_jobs(struct deck *deck, enum cli_format format)
{
	struct intent *intents;
	size_t count;

	if (!deck->journal)
		return cli_fail(&deck->journal_error);
	intents = calloc(JOBS_SHOWN_MOST, sizeof(*intents));
	if (!intents)
		return EXIT_FAILED;
	count = journal_list(deck->journal, deck->context->name, false, intents, JOBS_SHOWN_MOST);
	count = count < JOBS_SHOWN_MOST ? count : JOBS_SHOWN_MOST;
	if (format == FORMAT_TABLE || format == FORMAT_WIDE)
		jobs_table(stdout, intents, count, format == FORMAT_WIDE);
	else if (format != FORMAT_NAME)
		jobs_lines(stdout, intents, count, format);
	for (size_t i = 0; i < count && format == FORMAT_NAME; i++)
		printf("%lld\n", (long long)intents[i].id);
	free(intents);
	return EXIT_DONE;
}
