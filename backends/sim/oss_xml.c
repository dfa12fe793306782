// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/oss_xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

#include "base/banned.h"

void xml_begin(struct buffer *out, const char *root)
{
	buffer_init(out, OSS_XML_MOST);
	buffer_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s>\n", root);
}

void xml_open(struct buffer *out, const char *element)
{
	buffer_printf(out, "<%s>", element);
}

void xml_close(struct buffer *out, const char *element)
{
	buffer_printf(out, "</%s>\n", element);
}

static void add_escaped(struct buffer *out, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '&')
			buffer_add_text(out, "&amp;");
		else if (*c == '<')
			buffer_add_text(out, "&lt;");
		else if (*c == '>')
			buffer_add_text(out, "&gt;");
		else if (*c == '"')
			buffer_add_text(out, "&quot;");
		else if (*c == '\r')
			buffer_add_text(out, "&#13;");
		else
			buffer_add_char(out, *c);
	}
}

void xml_text_out(struct buffer *out, const char *element, const char *text)
{
	xml_open(out, element);
	add_escaped(out, text ? text : "");
	xml_close(out, element);
}

void xml_number(struct buffer *out, const char *element, int64_t number)
{
	buffer_printf(out, "<%s>%" PRId64 "</%s>\n", element, number, element);
}

void xml_unsigned(struct buffer *out, const char *element, uint64_t number)
{
	buffer_printf(out, "<%s>%" PRIu64 "</%s>\n", element, number, element);
}

void xml_bool(struct buffer *out, const char *element, bool value)
{
	xml_text_out(out, element, value ? "true" : "false");
}

void xml_time(struct buffer *out, const char *element, int64_t time)
{
	char text[TIME_TEXT_SIZE];
	oss_time_iso(time, text);
	xml_text_out(out, element, text);
}

void xml_name(struct buffer *out, const char *element, const char *name, bool url)
{
	if (!url) {
		xml_text_out(out, element, name);
		return;
	}
	xml_open(out, element);
	text_add_percent(out, name ? name : "", strlen(name ? name : ""), "/");
	xml_close(out, element);
}

struct split {
	unsigned year, month, day, hour, minute, second, weekday; // month from 0
};

// The remainders say to the compiler what is true anyway: how many digits there are.
static struct split split_time(int64_t time)
{
	time_t seconds = (time_t)(time / 1000);
	struct tm t;
	gmtime_r(&seconds, &t);
	return (struct split){
	        .year = (unsigned)(t.tm_year + 1900) % 10000,
	        .month = (unsigned)t.tm_mon % 12,
	        .day = (unsigned)t.tm_mday % 100,
	        .hour = (unsigned)t.tm_hour % 100,
	        .minute = (unsigned)t.tm_min % 100,
	        .second = (unsigned)t.tm_sec % 100,
	        .weekday = (unsigned)t.tm_wday % 7,
	};
}

void oss_time_iso(int64_t time, char out[TIME_TEXT_SIZE])
{
	struct split t = split_time(time);
	snprintf(out, TIME_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.000Z", t.year, t.month + 1, t.day, t.hour,
	        t.minute, t.second);
}

void oss_time_http(int64_t time, char out[TIME_TEXT_SIZE])
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {
	        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct split t = split_time(time);
	snprintf(out, TIME_TEXT_SIZE, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[t.weekday], t.day, months[t.month],
	        t.year, t.hour, t.minute, t.second);
}

bool oss_time_parse(const char *text, int64_t *out)
{
	char iso[TIME_TEXT_SIZE];
	if (strlen(text) != strlen("20120224T084327Z"))
		return false;
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s%.3s:%.2s:%.3s", text, text + 4, text + 6, text + 8, text + 11,
	        text + 13);
	return time_parse(iso, out);
}
