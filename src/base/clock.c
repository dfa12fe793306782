// SPDX-License-Identifier: Apache-2.0
// Reading the clock, reading and writing time as text. Calendar arithmetic is our own: timegm is not everywhere and
// mktime looks at the time zone.
#include "config.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

enum { MS_PER_SECOND = 1000 };
static const int64_t second_ms = 1000, minute_ms = 60 * 1000, hour_ms = 3600 * 1000, day_ms = 86400 * 1000;

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

static int64_t system_wall(void *user)
{
	(void)user;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic(void *user)
{
	(void)user;
	return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = {.wall = system_wall, .monotonic = system_monotonic};

int64_t clock_now(const struct clock *clock)
{
	return clock->wall(clock->user);
}

int64_t clock_monotonic(const struct clock *clock)
{
	return clock->monotonic(clock->user);
}

// Days from 1970-01-01 in the proleptic Gregorian calendar; years count from March so that leap days come last.
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int days_in_month(int year, int month)
{
	static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

// Exactly `digits` digits; moves *text on.
static bool take_number(const char **text, int digits, int *out)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*text += digits;
	*out = value;
	return true;
}

static bool take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool to_time(int year, int month, int day, int hour, int minute, int second, int64_t *out)
{
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	// 60 is a leap second.
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*out = days_from_date(year, month, day) * day_ms + hour * hour_ms + minute * minute_ms + second * second_ms;
	return true;
}

// A fraction of a second after the point, any number of digits; those after the third are dropped.
static bool take_fraction(const char **text, int *out_ms)
{
	int scale = 100, ms = 0;
	const char *at = *text;

	for (; *at >= '0' && *at <= '9'; at++, scale /= 10)
		ms += (*at - '0') * scale;
	if (at == *text)
		return false;
	*text = at;
	*out_ms = ms;
	return true;
}

static bool take_zone(const char **text, int64_t *out_ms)
{
	int hours, minutes, sign = **text == '-' ? -1 : 1;

	*out_ms = 0;
	if (take_char(text, 'Z'))
		return true;
	if (!take_char(text, '+') && !take_char(text, '-'))
		return false;
	if (!take_number(text, 2, &hours))
		return false;
	take_char(text, ':');
	if (!take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*out_ms = sign * (hours * hour_ms + minutes * minute_ms);
	return true;
}

bool time_parse(const char *text, int64_t *out)
{
	int year, month, day, hour, minute, second = 0, ms = 0;
	int64_t zone_ms, time;

	if (!text)
		return false;
	if (!take_number(&text, 4, &year) || !take_char(&text, '-') || !take_number(&text, 2, &month) ||
	        !take_char(&text, '-') || !take_number(&text, 2, &day) || !take_char(&text, 'T') ||
	        !take_number(&text, 2, &hour) || !take_char(&text, ':') || !take_number(&text, 2, &minute))
		return false;
	if (take_char(&text, ':') && !take_number(&text, 2, &second))
		return false;
	if (take_char(&text, '.') && !take_fraction(&text, &ms))
		return false;
	if (!take_zone(&text, &zone_ms) || *text || !to_time(year, month, day, hour, minute, second, &time))
		return false;
	*out = time + ms - zone_ms;
	return true;
}

bool time_parse_span(const char *text, int64_t most, int64_t *out)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
	int64_t sum = 0;

	while (*text) {
		int64_t number = 0, unit = 0;

		if (*text < '0' || *text > '9')
			return false;
		for (; *text >= '0' && *text <= '9'; text++)
			if ((number = number * 10 + *text - '0') > most)
				return false;
		for (size_t i = 0; i < COUNT_OF(units); i++)
			if (units[i].letter == *text)
				unit = units[i].ms;
		if (unit == 0 || number > (most - sum) / unit)
			return false;
		sum += number * unit;
		text++;
	}
	if (sum == 0)
		return false;
	*out = sum;
	return true;
}

bool time_parse_http(const char *text, int64_t *out)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int year, month = 0, day, hour, minute, second;
	bool known_day = false;

	if (!text || strnlen(text, 4) < 4)
		return false;
	for (int i = 0; i < 7; i++)
		known_day = known_day || strncmp(text, days + 3 * i, 3) == 0;
	text += 3;
	if (!known_day || !take_char(&text, ',') || !take_char(&text, ' ') || !take_number(&text, 2, &day) ||
	        !take_char(&text, ' ') || strnlen(text, 3) < 3)
		return false;
	for (int i = 0; i < 12; i++)
		if (strncmp(text, months + 3 * i, 3) == 0)
			month = i + 1;
	text += 3;
	if (!take_char(&text, ' ') || !take_number(&text, 4, &year) || !take_char(&text, ' ') ||
	        !take_number(&text, 2, &hour) || !take_char(&text, ':') || !take_number(&text, 2, &minute) ||
	        !take_char(&text, ':') || !take_number(&text, 2, &second) || strcmp(text, " GMT") != 0)
		return false;
	return to_time(year, month, day, hour, minute, second, out);
}

void time_format_iso(int64_t time, char out[TIME_TEXT_SIZE])
{
	time_t seconds = (time_t)(time / MS_PER_SECOND - (time % MS_PER_SECOND < 0));
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || strftime(out, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		out[0] = '\0';
}

void time_format_acs(int64_t time, char out[TIME_TEXT_SIZE])
{
	time_format_iso(time, out);
}

void time_format_clock(int64_t time, char out[TIME_TEXT_SIZE])
{
	time_t seconds = (time_t)(time / MS_PER_SECOND);
	struct tm parts;

	if (!localtime_r(&seconds, &parts) || strftime(out, TIME_TEXT_SIZE, "%H:%M:%S", &parts) == 0)
		out[0] = '\0';
}

void time_format_age(int64_t age_ms, char out[TIME_TEXT_SIZE])
{
	// A unit is kept until twice the next one, so that 90 minutes do not read as 1 h.
	if (age_ms < 0)
		age_ms = 0;
	if (age_ms < 2 * minute_ms)
		snprintf(out, TIME_TEXT_SIZE, "%d s", (int)(age_ms / second_ms));
	else if (age_ms < 2 * hour_ms)
		snprintf(out, TIME_TEXT_SIZE, "%d m", (int)(age_ms / minute_ms));
	else if (age_ms < 2 * day_ms)
		snprintf(out, TIME_TEXT_SIZE, "%d h", (int)(age_ms / hour_ms));
	else
		snprintf(out, TIME_TEXT_SIZE, "%lld d", (long long)(age_ms / day_ms));
}
