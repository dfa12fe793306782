// SPDX-License-Identifier: Apache-2.0
// Bytes that grow up to a stated maximum.
#include "config.h"
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#include "base/banned.h"

enum { FIRST_ROOM = 64 };

void buffer_init(struct buffer *buffer, size_t limit)
{
	// Half the address space is as good as no limit, and sums of sizes below it cannot overflow.
	*buffer = (struct buffer){.limit = limit < SIZE_MAX / 4 ? limit : SIZE_MAX / 4};
}

void buffer_init_secret(struct buffer *buffer, size_t limit)
{
	buffer_init(buffer, limit);
	buffer->is_secret = true;
}

void buffer_finish(struct buffer *buffer)
{
	if (buffer->is_secret && buffer->data)
		secret_wipe(buffer->data, buffer->room);
	free(buffer->data);
	*buffer = (struct buffer){.limit = buffer->limit, .is_secret = buffer->is_secret};
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->broken = false;
	if (buffer->data)
		buffer->data[0] = '\0';
}

// realloc may leave a copy of what it moved.
static char *secret_move(struct buffer *buffer, size_t room)
{
	char *data = malloc(room);

	if (!data)
		return NULL;
	if (buffer->data) {
		memcpy(data, buffer->data, buffer->size + 1);
		secret_wipe(buffer->data, buffer->room);
		free(buffer->data);
	}
	return data;
}

// Makes room for `more` bytes and a NUL.
static bool buffer_grow(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : FIRST_ROOM;
	char *data;

	if (buffer->broken)
		return false;
	if (more > buffer->limit || buffer->size > buffer->limit - more) {
		buffer->broken = true;
		return false;
	}
	if (buffer->data && buffer->size + more < buffer->room)
		return true;
	while (room <= buffer->size + more)
		room *= 2;
	if (room > buffer->limit + 1)
		room = buffer->limit + 1;
	data = buffer->is_secret ? secret_move(buffer, room) : realloc(buffer->data, room);
	if (!data) {
		buffer->broken = true;
		return false;
	}
	buffer->data = data;
	buffer->room = room;
	return true;
}

bool buffer_add(struct buffer *buffer, const void *data, size_t size)
{
	if (!buffer_grow(buffer, size))
		return false;
	if (size > 0)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
	return true;
}

bool buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text));
}

bool buffer_add_char(struct buffer *buffer, char c)
{
	return buffer_add(buffer, &c, 1);
}

bool buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		buffer->broken = true;
	if (length < 0 || !buffer_grow(buffer, (size_t)length))
		return false;
	vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, arguments);
	buffer->size += (size_t)length;
	return true;
}

bool buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	bool added;

	va_start(arguments, format);
	added = buffer_vprintf(buffer, format, arguments);
	va_end(arguments);
	return added;
}

const char *buffer_text(const struct buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}

char *buffer_take(struct buffer *buffer)
{
	char *data;

	if (buffer->broken || !buffer_add(buffer, "", 0)) {
		buffer_finish(buffer);
		return NULL;
	}
	data = buffer->data;
	buffer_init(buffer, buffer->limit);
	return data;
}
