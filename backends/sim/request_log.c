// SPDX-License-Identifier: Apache-2.0
// A ring and a table of counts.
#include "config.h"
#include "sim/request_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

enum { MAX_OPERATIONS = 512 };

struct line {
	uint64_t number;
	int64_t time;
	size_t bytes;
	int status;
	char method[8], operation[64], region[32], code[64], id[37], path[128];
};

struct count {
	char operation[64];
	uint64_t requests, failed, bytes;
};

struct request_log {
	struct line *lines;
	struct count counts[MAX_OPERATIONS];
	size_t count;
	uint64_t requests, failed, throttled, unanswered, bytes, bytes_in;
};

struct request_log *request_log_create(void)
{
	struct request_log *log = memory_zeroed(1, sizeof(*log));
	log->lines = memory_zeroed(REQUEST_LOG_SIZE, sizeof(*log->lines));
	return log;
}

void request_log_destroy(struct request_log *log)
{
	if (log)
		free(log->lines);
	free(log);
}

static struct count *count_of(struct request_log *log, const char *operation)
{
	for (size_t i = 0; i < log->count; i++)
		if (!strcmp(log->counts[i].operation, operation))
			return &log->counts[i];
	if (log->count == MAX_OPERATIONS)
		return &log->counts[MAX_OPERATIONS - 1];
	struct count *count = &log->counts[log->count++];
	snprintf(count->operation, sizeof(count->operation), "%s", operation);
	return count;
}

static void copy(char *to, size_t size, const char *from)
{
	size_t length = from ? strlen(from) : 0;
	length = length < size ? length : size - 1;
	if (length)
		memcpy(to, from, length);
	to[length] = 0;
}

void request_log_add(struct request_log *log, const struct request *request, const struct answer *answer)
{
	struct line *line = &log->lines[log->requests++ % REQUEST_LOG_SIZE];
	bool silent = answer->reset || answer->stall;
	line->number = log->requests;
	line->time = request->arrived;
	line->bytes = silent ? 0 : answer->truncate_at ? answer->truncate_at : answer->size;
	line->status = silent ? 0 : answer->status;
	copy(line->method, sizeof(line->method), request->method);
	copy(line->path, sizeof(line->path), request->path);
	copy(line->operation, sizeof(line->operation), answer->operation);
	copy(line->region, sizeof(line->region), answer->region);
	copy(line->code, sizeof(line->code), answer->code);
	copy(line->id, sizeof(line->id), request->id);
	bool failed = silent || answer->status >= 400;
	log->failed += failed;
	log->unanswered += silent;
	log->throttled += !silent && answer->code && strstr(answer->code, "Throttling") != NULL;
	log->bytes += line->bytes;
	log->bytes_in += request->body.size + request->streamed;
	struct count *count = count_of(log, *line->operation ? line->operation : "unknown");
	count->requests++;
	count->failed += failed;
	count->bytes += line->bytes;
}

static void line_write(const struct line *line, struct json_out *out)
{
	json_object(out, NULL);
	json_int(out, "number", (int64_t)line->number);
	json_time(out, "time", line->time);
	json_text(out, "method", line->method);
	json_text(out, "path", line->path);
	json_text(out, "operation", line->operation);
	json_text(out, "region", line->region);
	json_int(out, "status", line->status);
	json_text(out, "code", line->code);
	json_text(out, "request_id", line->id);
	json_int(out, "bytes", (int64_t)line->bytes);
	json_object_end(out);
}

void request_log_write(const struct request_log *log, struct json_out *out, uint64_t after, size_t most)
{
	uint64_t first = log->requests > REQUEST_LOG_SIZE ? log->requests - REQUEST_LOG_SIZE : 0;
	if (after > first)
		first = after;
	json_list(out, "requests");
	for (uint64_t i = first; i < log->requests && most--; i++)
		line_write(&log->lines[i % REQUEST_LOG_SIZE], out);
	json_list_end(out);
}

void request_log_stats(const struct request_log *log, struct json_out *out)
{
	json_int(out, "requests", (int64_t)log->requests);
	json_int(out, "failed", (int64_t)log->failed);
	json_int(out, "throttled", (int64_t)log->throttled);
	json_int(out, "unanswered", (int64_t)log->unanswered);
	json_int(out, "bytes", (int64_t)log->bytes);
	json_int(out, "bytes_in", (int64_t)log->bytes_in);
	json_object(out, "operations");
	for (size_t i = 0; i < log->count; i++) {
		json_object(out, log->counts[i].operation);
		json_int(out, "requests", (int64_t)log->counts[i].requests);
		json_int(out, "failed", (int64_t)log->counts[i].failed);
		json_int(out, "bytes", (int64_t)log->counts[i].bytes);
		json_object_end(out);
	}
	json_object_end(out);
}
