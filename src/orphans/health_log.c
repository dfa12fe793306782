// SPDX-License-Identifier: Apache-2.0
// Messages of trouble as a table; the book is fed with the same text.
#include "config.h"
#include "orphans/health_log.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

// A line is one when it holds all texts of a row, in any case.
static const struct {
	enum health_mark_kind kind;
	const char *texts[2];
} rows[] = {
        {MARK_NOT_SET, {" is NOT set", NULL}},
        {MARK_CREDENTIALS, {"failed to pass authentication", NULL}},
        {MARK_CREDENTIALS, {"failed to get credential", NULL}},
        {MARK_TYPES, {"failed to update instance type spec list", NULL}},
        {MARK_VPC, {"failed to get vpc id", NULL}},
        {MARK_PODS_NOT_READY, {"Not all PeerPods ready", NULL}},
        {MARK_PROXY_RETRYING, {"Retrying failed agent proxy connection", NULL}},
        {MARK_PROXY_DEADLINE, {"failed to establish agent proxy connection", NULL}},
        {MARK_CLOUD_REFUSED, {"creating instance", "returned error"}},
        {MARK_QUOTA, {"returned error", "QuotaExceed"}},
        {MARK_QUOTA, {"returned error", "LimitExceeded"}},
        {MARK_QUOTA, {"returned error", "NoStock"}},
        {MARK_QUOTA, {"returned error", "NotOnSale"}},
        {MARK_QUOTA, {"OperationNotAllowed", "quota"}},
        {MARK_QUOTA, {"SkuNotAvailable", NULL}},
        {MARK_IMAGE, {"InvalidImage", NULL}},
        {MARK_IMAGE, {"GalleryImageNotFound", NULL}},
        {MARK_TDX, {"returned error", "ConfidentialComputingMode"}},
        {MARK_TDX, {"returned error", "TDX"}},
        {MARK_USER_DATA, {"InvalidUserData", NULL}},
        {MARK_USER_DATA, {"user data", "64"}},
        {MARK_USER_DATA, {"customData", "exceed"}},
        {MARK_CONTAINER, {"CreateContainer fails", NULL}},
        {MARK_ATTESTATION, {"attestation", "fail"}},
        {MARK_ATTESTATION, {"kbs", "error"}},
        {MARK_STOP_REFUSED, {"stopping VM: sandbox", "does not exist"}},
        {MARK_DELETE_FAILED, {"Error deleting an instance", NULL}},
        {MARK_RECONCILE, {"Reconciler error", NULL}},
};

bool health_log_init(struct health_log *log)
{
	log->used = 0;
	return caa_book_init(&log->book);
}

void health_log_finish(struct health_log *log)
{
	caa_book_finish(&log->book);
}

bool health_code(const char *text, char *out, size_t size)
{
	static const char *const signs[] = {"ErrorCode: ", "ErrorCode=", "Code: ", "Code=", "ERROR CODE: "};
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		const char *at = text;

		while ((at = strstr(at, signs[i]))) {
			size_t length;

			at += strlen(signs[i]);
			at += *at == '"';
			length = strspn(at, letters);
			while (length && strchr("._-", at[length - 1]))
				length--;
			// "StatusCode: 403" is no code of the cloud's.
			if (length > 3 && strspn(at, "0123456789") < length) {
				snprintf(out, size, "%.*s", (int)length, at);
				return true;
			}
		}
	}
	return false;
}

static int64_t take_time(const char **line)
{
	size_t length = strcspn(*line, " ");
	char word[TIME_TEXT_SIZE * 2];
	int64_t time;

	if (length < 20 || length >= sizeof(word))
		return 0;
	memcpy(word, *line, length);
	word[length] = '\0';
	if (!time_parse(word, &time))
		return 0;
	*line += length + ((*line)[length] == ' ');
	return time;
}

// Words that look like keys: signatures and tokens end in = or are long without a break.
static void mask_words(char *text)
{
	enum { WORD_MOST = 72 };

	for (char *at = text; *at;) {
		size_t length = strcspn(at, " \"',;()[]{}");
		size_t plain = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.");

		if (length > WORD_MOST && plain == length)
			memset(at + 8, '*', length - 8);
		at += length;
		at += strspn(at, " \"',;()[]{}");
	}
}

// The adaptor's own local time, "2026/11/21 01:02:29 ": the API's is told beside.
static const char *skip_own_time(const char *text)
{
	static const char shape[] = "dddd/dd/dd dd:dd:dd ";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return text;
	return text + sizeof(shape) - 1;
}

static void drop_retry(struct health_log *log, size_t place)
{
	memmove(&log->retries[place], &log->retries[place + 1],
	        (log->retry_count - place - 1) * sizeof(log->retries[0]));
	log->retry_count--;
}

// "Retrying failed … dial tcp ADDRESS: …" and "established … to ADDRESS".
static void see_retry(struct health_log *log, int64_t time, const char *text)
{
	static const char letters[] = "0123456789abcdef.:[]";
	const char *dial = strstr(text, "Retrying failed") ? strstr(text, "dial tcp ") : NULL;
	const char *done = strstr(text, "established agent proxy connection to ");
	const char *at = dial   ? dial + strlen("dial tcp ")
	                 : done ? done + strlen("established agent proxy connection to ")
	                        : NULL;
	char address[sizeof(log->retries[0].address)];
	size_t length, place = 0;

	if (!at)
		return;
	length = strspn(at, letters);
	length -= length && at[length - 1] == ':';
	snprintf(address, sizeof(address), "%.*s", (int)length, at);
	while (place < log->retry_count && strcmp(log->retries[place].address, address) != 0)
		place++;
	if (!dial) {
		if (place < log->retry_count)
			drop_retry(log, place);
		return;
	}
	if (place == HEALTH_RETRIES_MOST) {
		drop_retry(log, 0);
		place--;
	}
	if (place == log->retry_count) {
		log->retries[place] = (struct health_retry){.first = time};
		memcpy(log->retries[place].address, address, sizeof(address));
		log->retry_count++;
	}
	log->retries[place].last = time;
}

static void keep(struct health_log *log, enum health_mark_kind kind, int64_t time, const char *text)
{
	struct health_mark *mark = &log->marks[kind];

	mark->count++;
	mark->time = time;
	text = skip_own_time(text);
	text_visible(text, strlen(text), mark->text, sizeof(mark->text));
	mask_words(mark->text);
	if (!health_code(text, mark->code, sizeof(mark->code)))
		*mark->code = '\0';
	snprintf(mark->vm, sizeof(mark->vm), "%s", log->making);
}

// The name in: CreateInstance: name: "podvm-…".
static void see_making(struct health_log *log, const char *text)
{
	static const char sign[] = "CreateInstance: name: \"";
	const char *at = strstr(text, sign);

	if (!at)
		return;
	at += strlen(sign);
	snprintf(log->making, sizeof(log->making), "%.*s", (int)strcspn(at, "\""), at);
}

static void read_line(struct health_log *log)
{
	const char *text = log->line;
	int64_t time;

	log->line[log->used] = '\0';
	log->used = 0;
	time = take_time(&text);
	see_making(log, text);
	see_retry(log, time, text);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool fits = strcasestr(text, rows[i].texts[0]) != NULL;

		if (fits && rows[i].texts[1])
			fits = strcasestr(text, rows[i].texts[1]) != NULL;
		if (fits)
			keep(log, rows[i].kind, time, text);
	}
}

void health_log_feed(struct health_log *log, const char *text, size_t size)
{
	caa_log_feed(&log->book.log, text, size);
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			read_line(log);
		else if (log->used < CAA_LOG_LINE_MOST && text[i])
			log->line[log->used++] = text[i];
	}
}

void health_log_end(struct health_log *log)
{
	caa_log_end(&log->book.log);
	if (log->used)
		read_line(log);
}
