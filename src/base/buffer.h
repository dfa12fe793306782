// SPDX-License-Identifier: Apache-2.0
// Bytes that grow up to a stated maximum. After a failed append the buffer is `broken`, keeps what it had, and every
// further append fails, so that a sequence of appends needs only one check at its end.
#ifndef PEERDECK_BASE_BUFFER_H
#define PEERDECK_BASE_BUFFER_H

#include <stdarg.h>

#include "base/base.h"

struct buffer {
	char *data;  // always ends in a NUL that `size` does not count; NULL before the first append
	size_t size; // bytes held
	size_t room; // bytes allocated
	size_t limit;
	bool broken; // out of memory, or over the limit
	bool is_secret;
};

// `limit` in bytes without the NUL; a limit of 0 takes nothing.
void buffer_init(struct buffer *buffer, size_t limit);
// The same for bytes that nobody else may see: what it held is wiped when it grows and when it is finished.
void buffer_init_secret(struct buffer *buffer, size_t limit);
void buffer_finish(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); // keeps the memory, mends `broken`
bool buffer_add(struct buffer *buffer, const void *data, size_t size);
bool buffer_add_text(struct buffer *buffer, const char *text);
bool buffer_add_char(struct buffer *buffer, char c);
bool buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
bool buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments) PRINTF_LIKE(2, 0);
const char *buffer_text(const struct buffer *buffer); // never NULL
// Hands the memory to the caller (free() it) and leaves the buffer empty. NULL when broken.
char *buffer_take(struct buffer *buffer);

#endif
