// SPDX-License-Identifier: Apache-2.0
// The log: a bounded ring that the log view shows, and a file when asked for. Safe from any thread.
// Lines are made visible (text_visible) and cut at LOG_LINE_SIZE. Whoever logs masks secrets first.
#ifndef PEERDECK_BASE_LOG_H
#define PEERDECK_BASE_LOG_H

#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum { LOG_LINE_SIZE = 1024, LOG_RING_LINES = 2000 };

struct log;
struct log_line {
	uint64_t number; // counts up from 1
	int64_t time;
	enum log_level level;
	char text[LOG_LINE_SIZE];
};

// `file` may be NULL; it is created with mode 0600 and appended to. `level` is the least that is kept.
struct log *log_create(const char *file, enum log_level level, const struct clock *clock, struct error *error);
void log_destroy(struct log *log);
bool log_wants(const struct log *log, enum log_level level);
void log_write(struct log *log, enum log_level level, const char *format, ...) PRINTF_LIKE(3, 4); // log may be NULL
void log_error(struct log *log, const struct error *error);
// Copies up to `most` lines with a number > `after`, oldest first; returns how many. For the log view.
size_t log_read(struct log *log, uint64_t after, struct log_line *out, size_t most);
uint64_t log_last(struct log *log);
const char *log_level_name(enum log_level level);
bool log_level_parse(const char *name, enum log_level *out);

#endif
