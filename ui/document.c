// SPDX-License-Identifier: Apache-2.0
// Lines in a ring, each in one block of memory.
#include "config.h"

#include "ui/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum {
	BLOCK_OVERHEAD = 64, // what a line costs besides its texts, roughly, with its slot in the ring
	VISIBLE_MOST = 1 << 20,
};

struct document {
	struct document_line **ring;
	size_t room, start, count; // room is a power of two
	uint64_t first;
	uint64_t dropped;
	size_t bytes, bytes_most;
	struct buffer rest; // of a stream, without its newline
};

struct document *document_create(size_t bytes_most)
{
	struct document *document = calloc(1, sizeof(*document));

	if (!document)
		return NULL;
	document->bytes_most = bytes_most;
	buffer_init(&document->rest, DOCUMENT_LINE_MOST + 1);
	return document;
}

static size_t line_cost(const struct document_line *line)
{
	return line->length + line->span_count * sizeof(*line->spans) + strlen(line->link) + sizeof(*line) +
	       BLOCK_OVERHEAD;
}

static void drop_oldest(struct document *document)
{
	struct document_line *line = document->ring[document->start];

	document->bytes -= line_cost(line);
	document->start = (document->start + 1) & (document->room - 1);
	document->count--;
	document->first++;
	free(line);
}

void document_clear(struct document *document)
{
	while (document->count)
		drop_oldest(document);
	document->first = document->dropped = 0;
	document->start = 0;
	buffer_clear(&document->rest);
}

void document_destroy(struct document *document)
{
	if (!document)
		return;
	document_clear(document);
	buffer_finish(&document->rest);
	free(document->ring);
	free(document);
}

static bool ring_grow(struct document *document)
{
	size_t room = document->room ? document->room * 2 : 64;
	struct document_line **ring = calloc(room, sizeof(*ring));

	if (!ring)
		return false;
	for (size_t i = 0; i < document->count; i++)
		ring[i] = document->ring[(document->start + i) & (document->room - 1)];
	free(document->ring);
	document->ring = ring;
	document->room = room;
	document->start = 0;
	return true;
}

// One block: the line, its spans, its text, its link.
static struct document_line *line_create(
        const char *text, size_t length, const struct document_span *spans, size_t span_count, const char *link)
{
	size_t spans_size = span_count * sizeof(*spans), link_length = strlen(link);
	char *block = malloc(sizeof(struct document_line) + spans_size + length + link_length + 2);
	struct document_line *line = (struct document_line *)(void *)block;
	char *at;

	if (!block)
		return NULL;
	at = block + sizeof(*line);
	if (spans_size)
		memcpy(at, spans, spans_size);
	memcpy(at + spans_size, text, length);
	at[spans_size + length] = '\0';
	memcpy(at + spans_size + length + 1, link, link_length + 1);
	*line = (struct document_line){.text = at + spans_size,
	        .length = (unsigned)length,
	        .span_count = (unsigned)span_count,
	        .spans = (const struct document_span *)(const void *)at,
	        .link = at + spans_size + length + 1};
	return line;
}

static bool line_append(struct document *document, struct document_line *line)
{
	if (!line || (document->count == document->room && !ring_grow(document))) {
		free(line);
		document->dropped++;
		return false;
	}
	document->bytes += line_cost(line);
	while (document->count && document->bytes > document->bytes_most) {
		drop_oldest(document);
		document->dropped++;
	}
	document->ring[(document->start + document->count) & (document->room - 1)] = line;
	document->count++;
	return true;
}

// Makes text visible with tabs expanded from column 0 of the line, cut at DOCUMENT_LINE_MOST.
static void add_visible(struct buffer *out, const char *text, size_t length)
{
	while (length) {
		const char *tab = memchr(text, '\t', length);
		size_t part = tab ? (size_t)(tab - text) : length;

		text_add_visible(out, text, part);
		text += part;
		length -= part;
		if (tab) {
			int column = text_columns(buffer_text(out), out->size);

			do
				buffer_add_char(out, ' ');
			while (++column % DOCUMENT_TAB);
			text++;
			length--;
		}
	}
}

static size_t cut_size(const struct buffer *text)
{
	size_t size = text->size;

	if (size <= DOCUMENT_LINE_MOST)
		return size;
	for (size = DOCUMENT_LINE_MOST; size && ((unsigned char)text->data[size] & 0xc0) == 0x80;)
		size--;
	return size;
}

bool document_add(struct document *document, const struct document_piece *pieces, size_t count, unsigned depth,
        const char *link, int64_t time)
{
	struct document_span spans[DOCUMENT_SPANS_MOST];
	struct document_line *line;
	struct buffer text;
	size_t span_count = 0, size;

	buffer_init(&text, VISIBLE_MOST);
	for (size_t i = 0; i < count; i++) {
		size_t start = text.size;

		add_visible(&text, pieces[i].text, strnlen(pieces[i].text, DOCUMENT_LINE_MOST + 1));
		if (pieces[i].style != STYLE_TEXT && text.size > start && span_count < DOCUMENT_SPANS_MOST)
			spans[span_count++] = (struct document_span){.start = (unsigned)start,
			        .length = (unsigned)(text.size - start),
			        .style = pieces[i].style};
	}
	size = cut_size(&text);
	if (size < text.size) {
		text.size = size;
		text.broken = false;
		buffer_add_text(&text, "…");
		while (span_count && spans[span_count - 1].start >= size)
			span_count--;
		if (span_count && spans[span_count - 1].start + spans[span_count - 1].length > size)
			spans[span_count - 1].length = (unsigned)size - spans[span_count - 1].start;
	}
	line = line_create(buffer_text(&text), text.size, spans, span_count, link ? link : "");
	buffer_finish(&text);
	if (line) {
		line->depth = (unsigned short)(depth > UINT16_MAX ? UINT16_MAX : depth);
		line->time = time;
	}
	return line_append(document, line);
}

bool document_add_text(struct document *document, enum style style, const char *text)
{
	struct document_piece piece = {style, text};

	return document_add(document, &piece, 1, 0, "", 0);
}

bool document_printf(struct document *document, enum style style, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return document_add_text(document, style, text);
}

// What does not fit is cut off the line in any case.
static void rest_add(struct document *document, const char *bytes, size_t size)
{
	size_t room = document->rest.limit - document->rest.size;

	buffer_add(&document->rest, bytes, size < room ? size : room);
}

static void stream_line(struct document *document, const char *bytes, size_t size, int64_t time)
{
	struct document_piece piece = {STYLE_TEXT, ""};

	// A NUL inside would end the text early: it is shown as what it is.
	if (size && bytes[size - 1] == '\r')
		size--;
	rest_add(document, bytes, size);
	for (size_t i = 0; i < document->rest.size; i++)
		if (!document->rest.data[i])
			document->rest.data[i] = 0x1a;
	piece.text = buffer_text(&document->rest);
	document_add(document, &piece, 1, 0, "", time);
	buffer_clear(&document->rest);
}

void document_append(struct document *document, const char *bytes, size_t size, int64_t time)
{
	while (size) {
		const char *end = memchr(bytes, '\n', size);

		if (!end) {
			rest_add(document, bytes, size);
			return;
		}
		stream_line(document, bytes, (size_t)(end - bytes), time);
		size -= (size_t)(end - bytes) + 1;
		bytes = end + 1;
	}
}

void document_append_end(struct document *document, int64_t time)
{
	if (document->rest.size)
		stream_line(document, "", 0, time);
}

uint64_t document_first(const struct document *document)
{
	return document->first;
}

uint64_t document_end(const struct document *document)
{
	return document->first + document->count;
}

uint64_t document_dropped(const struct document *document)
{
	return document->dropped;
}

size_t document_bytes(const struct document *document)
{
	return document->bytes;
}

static struct document_line *line_at(const struct document *document, uint64_t number)
{
	if (number < document->first || number >= document_end(document))
		return NULL;
	return document->ring[(document->start + (size_t)(number - document->first)) & (document->room - 1)];
}

const struct document_line *document_line(const struct document *document, uint64_t number)
{
	return line_at(document, number);
}

bool document_text(const struct document *document, struct buffer *out)
{
	for (uint64_t i = document->first; i < document_end(document); i++) {
		const struct document_line *line = line_at(document, i);

		buffer_add(out, line->text, line->length);
		buffer_add_char(out, '\n');
	}
	return !out->broken;
}

bool document_is_parent(const struct document *document, uint64_t number)
{
	const struct document_line *line = line_at(document, number), *next = line_at(document, number + 1);

	return line && next && next->depth > line->depth;
}

bool document_fold(struct document *document, uint64_t number, bool folded)
{
	if (!document_is_parent(document, number))
		return false;
	line_at(document, number)->folded = folded;
	return true;
}

void document_fold_all(struct document *document, unsigned depth, bool folded)
{
	for (uint64_t i = document->first; i < document_end(document); i++)
		if (line_at(document, i)->depth >= depth)
			document_fold(document, i, folded);
}

// The folded line that hides this one; the line itself when it is shown. Walks up the parents only.
static uint64_t hidden_by(const struct document *document, uint64_t number)
{
	uint64_t hider = number;
	unsigned depth = line_at(document, number)->depth;

	for (uint64_t i = number; depth && i > document->first;) {
		const struct document_line *line = line_at(document, --i);

		if (line->depth >= depth)
			continue;
		depth = line->depth;
		if (line->folded)
			hider = i;
	}
	return hider;
}

uint64_t document_shown(const struct document *document, uint64_t number, bool forward)
{
	const uint64_t end = document_end(document);

	if (number < document->first)
		number = document->first;
	if (number >= end) {
		if (forward || !document->count)
			return end;
		number = end - 1;
	}
	uint64_t hider = hidden_by(document, number);
	if (hider == number || !forward)
		return hider;
	return document_next(document, hider);
}

uint64_t document_next(const struct document *document, uint64_t number)
{
	const struct document_line *line = line_at(document, number);
	uint64_t next = number + 1;

	if (line && line->folded)
		while (line_at(document, next) && line_at(document, next)->depth > line->depth)
			next++;
	return next < document_end(document) ? next : document_end(document);
}

uint64_t document_previous(const struct document *document, uint64_t number)
{
	if (number <= document->first || !document->count)
		return document_end(document);
	return document_shown(document, number - 1, false);
}
