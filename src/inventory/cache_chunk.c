// SPDX-License-Identifier: Apache-2.0
// Records as bytes and back. Reading trusts nothing: every length is checked against what is left.
#include "config.h"
#include "inventory/cache_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/crc64.h"
#include "inventory/cache.h"
#include "inventory/hash.h"

#include "base/banned.h"

enum { CHECKSUM_SIZE = 8, LIST_MOST = 4096, WORD_MOST = 1 << 20 };

static bool is_kept(const struct field *field)
{
	return !(field->flags & (FIELD_DERIVED | FIELD_UNCACHED));
}

int64_t cache_layout(const struct kind *kind)
{
	uint64_t crc = crc64(0, kind->name, strlen(kind->name));

	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];
		unsigned char shape[2] = {(unsigned char)field->type, (field->flags & FIELD_SHARED) != 0};

		if (!is_kept(field))
			continue;
		crc = crc64(crc, field->name, strlen(field->name) + 1);
		crc = crc64(crc, shape, sizeof(shape));
	}
	return (int64_t)crc;
}

// Words of the chunk so far, found by their text.
struct words {
	struct word {
		const char *text;
		uint32_t number; // from 1; 0 = free
	} * slots;
	size_t size;
	uint32_t count;
};

static void add_varint(struct buffer *out, uint64_t value)
{
	unsigned char bytes[10];
	size_t size = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[size++] = (unsigned char)(value | 0x80);
	bytes[size++] = (unsigned char)value;
	buffer_add(out, bytes, size);
}

// INT64_MIN, which stands for unknown, becomes 0, so that it takes one byte.
static void add_integer(struct buffer *out, int64_t value)
{
	uint64_t zigzag = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);

	add_varint(out, zigzag + 1);
}

static void add_text(struct buffer *out, const char *text)
{
	size_t length = strlen(text);

	add_varint(out, length);
	buffer_add(out, text, length);
}

static bool words_grow(struct words *words)
{
	struct words grown = {.size = words->size ? 2 * words->size : 256, .count = words->count};

	grown.slots = calloc(grown.size, sizeof(*grown.slots));
	if (!grown.slots)
		return false;
	for (size_t i = 0; i < words->size; i++) {
		const struct word *word = &words->slots[i];
		size_t slot;

		if (!word->number)
			continue;
		slot = hash_bytes(word->text, strlen(word->text)) & (grown.size - 1);
		while (grown.slots[slot].number)
			slot = (slot + 1) & (grown.size - 1);
		grown.slots[slot] = *word;
	}
	free(words->slots);
	*words = grown;
	return true;
}

// A word that was there before is its number; a new one is 0 and the text.
static void add_word(struct buffer *out, struct words *words, const char *text)
{
	size_t slot;

	if (2 * (words->count + (size_t)1) > words->size && !words_grow(words)) {
		out->broken = true;
		return;
	}
	slot = hash_bytes(text, strlen(text)) & (words->size - 1);
	for (; words->slots[slot].number; slot = (slot + 1) & (words->size - 1))
		if (words->slots[slot].text == text || strcmp(words->slots[slot].text, text) == 0) {
			add_varint(out, words->slots[slot].number);
			return;
		}
	words->slots[slot] = (struct word){text, ++words->count};
	add_varint(out, 0);
	add_text(out, text);
}

static void add_field(struct buffer *out, struct words *words, const struct field *field, const struct record *record)
{
	const void *value = (const char *)record + field->offset;
	const struct text_list *list = value;
	const struct tag_list *tags = value;

	switch (field->type) {
	case FIELD_TEXT:
		if (field->flags & FIELD_SHARED)
			add_word(out, words, *(const char *const *)value);
		else
			add_text(out, *(const char *const *)value);
		break;
	case FIELD_INTEGER:
	case FIELD_TIME:
		add_integer(out, *(const int64_t *)value);
		break;
	case FIELD_REAL:
		buffer_add(out, value, sizeof(double));
		break;
	case FIELD_FLAG:
		buffer_add_char(out, *(const bool *)value);
		break;
	case FIELD_LIST:
		add_varint(out, list->count < LIST_MOST ? list->count : LIST_MOST);
		for (unsigned i = 0; i < list->count && i < LIST_MOST; i++)
			add_word(out, words, list->items[i]);
		break;
	case FIELD_TAGS:
		add_varint(out, tags->count < LIST_MOST ? tags->count : LIST_MOST);
		for (unsigned i = 0; i < tags->count && i < LIST_MOST; i++) {
			add_word(out, words, tags->items[i].key);
			add_word(out, words, tags->items[i].value);
		}
		break;
	}
}

bool cache_chunk_encode(const struct kind *kind, const struct record *const *records, size_t count, struct buffer *out)
{
	struct words words = {0};
	uint64_t crc;

	add_varint(out, count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < kind->field_count; k++)
			if (is_kept(&kind->fields[k]))
				add_field(out, &words, &kind->fields[k], records[i]);
	free(words.slots);
	if (out->broken)
		return false;
	crc = crc64(0, out->data, out->size);
	return buffer_add(out, &crc, sizeof(crc));
}

struct chunk_reader {
	const unsigned char *at, *end;
	struct snapshot_builder *builder;
	const char **words; // belong to the builder
	size_t word_count, word_room;
	char *text; // the last one, with a NUL
	size_t text_room;
};

static bool take_varint(struct chunk_reader *reader, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
		unsigned char byte = *reader->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*out = value;
			return true;
		}
	}
	return false;
}

static bool take_integer(struct chunk_reader *reader, int64_t *out)
{
	uint64_t value;

	if (!take_varint(reader, &value))
		return false;
	value--;
	*out = (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
	return true;
}

// In the reader's own memory until the next text. NULL when there is none.
static const char *take_text(struct chunk_reader *reader)
{
	uint64_t length;

	if (!take_varint(reader, &length) || length > (uint64_t)(reader->end - reader->at))
		return NULL;
	if (length >= reader->text_room) {
		size_t room = (size_t)length + 256;
		char *text = realloc(reader->text, room);

		if (!text)
			return NULL;
		reader->text = text;
		reader->text_room = room;
	}
	memcpy(reader->text, reader->at, (size_t)length);
	reader->text[length] = '\0';
	reader->at += length;
	return reader->text;
}

static const char *take_word(struct chunk_reader *reader)
{
	const char *text;
	uint64_t number;

	if (!take_varint(reader, &number))
		return NULL;
	if (number > 0)
		return number <= reader->word_count ? reader->words[number - 1] : NULL;
	text = take_text(reader);
	if (!text || reader->word_count == WORD_MOST)
		return NULL;
	if (reader->word_count == reader->word_room) {
		size_t room = reader->word_room ? 2 * reader->word_room : 256;
		const char **words = realloc(reader->words, room * sizeof(*words));

		if (!words)
			return NULL;
		reader->words = words;
		reader->word_room = room;
	}
	text = snapshot_shared(reader->builder, text);
	reader->words[reader->word_count++] = text;
	return text;
}

static bool take_list(struct chunk_reader *reader, struct text_list *out)
{
	const char *few[64];
	const char **items = few;
	uint64_t count;
	bool taken = true;

	if (!take_varint(reader, &count) || count > LIST_MOST || count > (uint64_t)(reader->end - reader->at))
		return false;
	if (count > COUNT_OF(few))
		items = malloc((size_t)count * sizeof(*items));
	for (size_t i = 0; i < count && items && taken; i++)
		taken = (items[i] = take_word(reader)) != NULL;
	if (items && taken)
		*out = snapshot_list(reader->builder, items, (unsigned)count, true);
	taken = taken && items;
	if (items != few)
		free(items);
	return taken;
}

static bool take_tags(struct chunk_reader *reader, struct tag_list *out)
{
	struct text_pair few[64];
	struct text_pair *items = few;
	uint64_t count;
	bool taken = true;

	if (!take_varint(reader, &count) || count > LIST_MOST || count > (uint64_t)(reader->end - reader->at))
		return false;
	if (count > COUNT_OF(few))
		items = malloc((size_t)count * sizeof(*items));
	for (size_t i = 0; i < count && items && taken; i++) {
		items[i].key = take_word(reader);
		items[i].value = items[i].key ? take_word(reader) : NULL;
		taken = items[i].value != NULL;
	}
	if (items && taken)
		*out = snapshot_tags(reader->builder, items, (unsigned)count);
	taken = taken && items;
	if (items != few)
		free(items);
	return taken;
}

static bool take_field(struct chunk_reader *reader, const struct field *field, struct record *record)
{
	void *value = (char *)record + field->offset;
	const char *text;

	switch (field->type) {
	case FIELD_TEXT:
		text = field->flags & FIELD_SHARED ? take_word(reader) : take_text(reader);
		if (text)
			*(const char **)value =
			        field->flags & FIELD_SHARED ? text : snapshot_text(reader->builder, text);
		return text != NULL;
	case FIELD_INTEGER:
	case FIELD_TIME:
		return take_integer(reader, value);
	case FIELD_REAL:
		if (reader->end - reader->at < (ptrdiff_t)sizeof(double))
			return false;
		memcpy(value, reader->at, sizeof(double));
		reader->at += sizeof(double);
		return true;
	case FIELD_FLAG:
		if (reader->at == reader->end || *reader->at > 1)
			return false;
		*(bool *)value = *reader->at++;
		return true;
	case FIELD_LIST:
		return take_list(reader, value);
	case FIELD_TAGS:
		return take_tags(reader, value);
	}
	return false;
}

// The id comes first in every table: it makes the record.
static bool take_record(struct chunk_reader *reader, const struct kind *kind)
{
	const char *id = take_text(reader);
	struct record *record = id ? snapshot_add(reader->builder, id) : NULL;

	if (!record)
		return false;
	for (size_t i = 1; i < kind->field_count; i++)
		if (is_kept(&kind->fields[i]) && !take_field(reader, &kind->fields[i], record))
			return false;
	return true;
}

bool cache_chunk_decode_body(const struct kind *kind, const void *data, size_t size, struct snapshot_builder *builder)
{
	struct chunk_reader reader = {.at = data, .end = (const unsigned char *)data + size, .builder = builder};
	uint64_t count;
	bool taken = take_varint(&reader, &count) && count <= size;

	for (uint64_t i = 0; taken && i < count; i++)
		taken = take_record(&reader, kind);
	free(reader.words);
	free(reader.text);
	return taken && reader.at == reader.end;
}

bool cache_chunk_decode(const struct kind *kind, const void *data, size_t size, struct snapshot_builder *builder)
{
	uint64_t crc;

	if (size < CHECKSUM_SIZE || size > CACHE_CHUNK_MOST)
		return false;
	size -= CHECKSUM_SIZE;
	memcpy(&crc, (const char *)data + size, sizeof(crc));
	return crc == crc64(0, data, size) && cache_chunk_decode_body(kind, data, size, builder);
}
