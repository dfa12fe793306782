// SPDX-License-Identifier: Apache-2.0
// The log ring. Lines are allocated at their true length, so an unused ring costs nothing.
#include "config.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#include "base/banned.h"

struct kept_line {
	int64_t time;
	enum log_level level;
	char text[];
};

struct log {
	const struct clock *clock;
	enum log_level level;
	int file; // -1 = none
	pthread_mutex_t lock;
	uint64_t last;                          // number of the newest line
	struct kept_line *ring[LOG_RING_LINES]; // line n is at n % LOG_RING_LINES; NULL = memory was short
};

static const char *const level_names[] = {
        [LOG_DEBUG] = "debug",
        [LOG_INFO] = "info",
        [LOG_WARNING] = "warning",
        [LOG_ERROR] = "error",
};

struct log *log_create(const char *file, enum log_level level, const struct clock *clock, struct error *error)
{
	struct log *log = calloc(1, sizeof(*log));

	if (!log) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	log->clock = clock;
	log->level = level;
	log->file = -1;
	pthread_mutex_init(&log->lock, NULL);
	if (file) {
		log->file = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
		if (log->file < 0) {
			error_set_errno(error, "%s", file);
			error_doing(error, _("open the log file"));
			log_destroy(log);
			return NULL;
		}
	}
	return log;
}

void log_destroy(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < COUNT_OF(log->ring); i++)
		free(log->ring[i]);
	if (log->file >= 0)
		close(log->file);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

bool log_wants(const struct log *log, enum log_level level)
{
	return log && level >= log->level;
}

// One write per line: O_APPEND keeps lines of several threads apart. A full disk must not stop the console.
static void write_to_file(int file, int64_t time, enum log_level level, const char *text)
{
	char when[TIME_TEXT_SIZE];
	char line[LOG_LINE_SIZE + TIME_TEXT_SIZE + 16];
	int length;

	time_format_iso(time, when);
	length = snprintf(line, sizeof(line), "%s %-7s %s\n", when, level_names[level], text);
	while (write(file, line, (size_t)length) < 0 && errno == EINTR)
		;
}

static void keep(struct log *log, int64_t time, enum log_level level, const char *text, size_t length)
{
	struct kept_line *line = malloc(sizeof(*line) + length + 1);
	struct kept_line *old;
	size_t at;

	if (line) {
		line->time = time;
		line->level = level;
		memcpy(line->text, text, length + 1);
	}
	pthread_mutex_lock(&log->lock);
	at = ++log->last % LOG_RING_LINES;
	old = log->ring[at];
	log->ring[at] = line;
	pthread_mutex_unlock(&log->lock);
	free(old);
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
	char raw[LOG_LINE_SIZE], text[LOG_LINE_SIZE];
	va_list arguments;
	int64_t now;
	size_t length;

	if (!log_wants(log, level))
		return;
	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	length = text_visible(raw, strlen(raw), text, sizeof(text));
	now = clock_now(log->clock);
	keep(log, now, level, text, length);
	if (log->file >= 0)
		write_to_file(log->file, now, level, text);
}

void log_error(struct log *log, const struct error *error)
{
	char text[LOG_LINE_SIZE];

	if (!log_wants(log, LOG_ERROR))
		return;
	error_format(error, text, sizeof(text));
	log_write(log, LOG_ERROR, "%s", text);
}

size_t log_read(struct log *log, uint64_t after, struct log_line *out, size_t most)
{
	uint64_t oldest;
	size_t count = 0;

	if (!log)
		return 0;
	pthread_mutex_lock(&log->lock);
	oldest = log->last > LOG_RING_LINES ? log->last - LOG_RING_LINES + 1 : 1;
	for (uint64_t number = after + 1 > oldest ? after + 1 : oldest; number <= log->last && count < most; number++) {
		const struct kept_line *line = log->ring[number % LOG_RING_LINES];

		if (!line)
			continue;
		out[count].number = number;
		out[count].time = line->time;
		out[count].level = line->level;
		snprintf(out[count].text, sizeof(out[count].text), "%s", line->text);
		count++;
	}
	pthread_mutex_unlock(&log->lock);
	return count;
}

uint64_t log_last(struct log *log)
{
	uint64_t last;

	if (!log)
		return 0;
	pthread_mutex_lock(&log->lock);
	last = log->last;
	pthread_mutex_unlock(&log->lock);
	return last;
}

const char *log_level_name(enum log_level level)
{
	return (size_t)level < COUNT_OF(level_names) ? level_names[level] : "error";
}

bool log_level_parse(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}
