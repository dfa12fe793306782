// SPDX-License-Identifier: Apache-2.0
// JSON by appending.
#include "config.h"
#include "sim/json_out.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/world.h"

#include "base/banned.h"

static void json_name(struct json_out *out, const char *name)
{
	if (out->comma)
		buffer_add_char(&out->buffer, ',');
	out->comma = true;
	if (!name)
		return;
	buffer_add_char(&out->buffer, '"');
	buffer_add_text(&out->buffer, name);
	buffer_add(&out->buffer, "\":", 2);
}

void json_object(struct json_out *out, const char *name)
{
	json_name(out, name);
	buffer_add_char(&out->buffer, '{');
	out->comma = false;
}

void json_object_end(struct json_out *out)
{
	buffer_add_char(&out->buffer, '}');
	out->comma = true;
}

void json_list(struct json_out *out, const char *name)
{
	json_name(out, name);
	buffer_add_char(&out->buffer, '[');
	out->comma = false;
}

void json_list_end(struct json_out *out)
{
	buffer_add_char(&out->buffer, ']');
	out->comma = true;
}

void json_text(struct json_out *out, const char *name, const char *value)
{
	json_name(out, name);
	text_add_json_string(&out->buffer, value ? value : "", value ? strlen(value) : 0);
}

void json_text_or_null(struct json_out *out, const char *name, const char *value)
{
	if (value)
		json_text(out, name, value);
	else
		json_null(out, name);
}

void json_int(struct json_out *out, const char *name, int64_t value)
{
	json_name(out, name);
	buffer_printf(&out->buffer, "%lld", (long long)value);
}

void json_number(struct json_out *out, const char *name, double value)
{
	char text[64];
	snprintf(text, sizeof(text), "%.6f", isfinite(value) ? value : 0.0);
	size_t length = strlen(text);
	while (text[length - 1] == '0' && text[length - 2] != '.')
		text[--length] = 0;
	json_raw(out, name, text);
}

void json_bool(struct json_out *out, const char *name, bool value)
{
	json_raw(out, name, value ? "true" : "false");
}

void json_null(struct json_out *out, const char *name)
{
	json_raw(out, name, "null");
}

void json_raw(struct json_out *out, const char *name, const char *json)
{
	json_name(out, name);
	buffer_add_text(&out->buffer, json);
}

void json_printf(struct json_out *out, const char *name, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_text(out, name, text);
}

void json_ip(struct json_out *out, const char *name, uint32_t ip)
{
	char text[IP_TEXT_SIZE] = "";
	if (ip)
		ip_format(ip, text);
	json_text(out, name, text);
}

void json_nested_text(struct json_out *out, const char *name, const char *item, const char *value)
{
	json_object(out, name);
	json_list(out, item);
	if (value && *value)
		json_text(out, NULL, value);
	json_list_end(out);
	json_object_end(out);
}

void json_time(struct json_out *out, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE] = "";
	if (time)
		time_format_iso(time, text);
	json_text(out, name, text);
}

void json_time_minutes(struct json_out *out, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE] = "";
	if (time) {
		time_format_iso(time, text);
		snprintf(text + strlen("2026-11-20T20:52"), 2, "Z");
	}
	json_text(out, name, text);
}

void json_time_local(struct json_out *out, const char *name, int64_t time)
{
	enum { EIGHT_HOURS = 8 * 3600 * 1000 };
	char text[TIME_TEXT_SIZE + 8] = "";
	if (time) {
		time_format_iso(time + EIGHT_HOURS, text);
		snprintf(text + strlen("2026-11-20T20:52:00"), 8, "+08:00");
	}
	json_text(out, name, text);
}
