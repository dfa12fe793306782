// SPDX-License-Identifier: Apache-2.0
// Filling and printing `struct error`.
#include "config.h"
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

#include "base/banned.h"

static const char *const kind_names[] = {
        [ERROR_NONE] = "none",
        [ERROR_USAGE] = "usage",
        [ERROR_CONFIG] = "config",
        [ERROR_CREDENTIALS] = "credentials",
        [ERROR_DENIED] = "denied",
        [ERROR_NOT_FOUND] = "not_found",
        [ERROR_CONFLICT] = "conflict",
        [ERROR_LIMIT] = "limit",
        [ERROR_THROTTLED] = "throttled",
        [ERROR_NETWORK] = "network",
        [ERROR_TIMEOUT] = "timeout",
        [ERROR_CANCELLED] = "cancelled",
        [ERROR_PROTOCOL] = "protocol",
        [ERROR_SERVICE] = "service",
        [ERROR_SYSTEM] = "system",
        [ERROR_MEMORY] = "memory",
        [ERROR_INTERNAL] = "internal",
};

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
	va_list arguments;
	char message[sizeof(error->message)];

	if (!error)
		return false;
	// The arguments may point into the error that is being replaced.
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	error_clear(error);
	error->kind = kind;
	memcpy(error->message, message, sizeof(message));
	return false;
}

bool error_set_errno(struct error *error, const char *format, ...)
{
	int saved = errno;
	va_list arguments;
	char what[sizeof(error->message)];
	char reason[128];

	if (!error)
		return false;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	error_set(error, saved == ENOMEM ? ERROR_MEMORY : ERROR_SYSTEM, "%s: %s", what,
	        strerror_r(saved, reason, sizeof(reason)));
	errno = saved;
	return false;
}

void error_doing(struct error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	va_start(arguments, format);
	vsnprintf(error->doing, sizeof(error->doing), format, arguments);
	va_end(arguments);
}

void error_remedy(struct error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	va_start(arguments, format);
	vsnprintf(error->remedy, sizeof(error->remedy), format, arguments);
	va_end(arguments);
}

void error_clear(struct error *error)
{
	if (error)
		*error = (struct error){0};
}

const char *error_kind_name(enum error_kind kind)
{
	if ((size_t)kind >= COUNT_OF(kind_names))
		return "internal";
	return kind_names[kind];
}

// Appends one part, made visible, at *used.
static void add_part(char *out, size_t size, size_t *used, const char *part)
{
	if (*used + 1 < size)
		*used += text_visible(part, strlen(part), out + *used, size - *used);
}

void error_format(const struct error *error, char *out, size_t size)
{
	const char *message = error->message[0] ? error->message : error_kind_name(error->kind);
	size_t used = 0;

	if (size == 0)
		return;
	out[0] = '\0';
	if (error->doing[0]) {
		add_part(out, size, &used, error->doing);
		add_part(out, size, &used, ": ");
	}
	add_part(out, size, &used, message);
	if (error->code[0] || error->request_id[0]) {
		add_part(out, size, &used, " (");
		add_part(out, size, &used, error->code);
		if (error->request_id[0]) {
			add_part(out, size, &used, error->code[0] ? _(", request ") : _("request "));
			add_part(out, size, &used, error->request_id);
		}
		add_part(out, size, &used, ")");
	}
	if (error->remedy[0]) {
		add_part(out, size, &used, " - ");
		add_part(out, size, &used, error->remedy);
	}
}
