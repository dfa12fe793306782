// SPDX-License-Identifier: Apache-2.0
// Reading and writing times.
#include "config.h"

#include "base/clock.h"
#include "tests/unit/base.h"

#include <stdlib.h>
#include <time.h>

#include "base/banned.h"

static void time_parse_reads_what_clouds_send(void)
{
	static const struct {
		const char *text;
		int64_t time;
	} cases[] = {
	        {"1970-01-01T00:00Z", 0},
	        {"2017-12-10T04:04Z", 1512878640000},
	        {"2006-01-02T15:04:05Z", 1136214245000},
	        {"2006-01-02T15:04:05.5Z", 1136214245500},
	        {"2006-01-02T15:04:05.123456789Z", 1136214245123},
	        {"2006-01-02T23:04:05+08:00", 1136214245000},
	        {"2006-01-02T07:34:05-0730", 1136214245000},
	        {"2024-02-29T00:00:00Z", 1709164800000},
	        {"2100-01-01T00:00:00Z", 4102444800000},
	        {"1969-12-31T23:59:59Z", -1000},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t time = 42;

		CU_ASSERT_TRUE(time_parse(cases[i].text, &time));
		CU_ASSERT_EQUAL(time, cases[i].time);
	}
}

static void time_parse_refuses_what_is_no_time(void)
{
	static const char *const cases[] = {"", "2017", "2017-12-10", "2017-13-10T04:04Z", "2023-02-29T00:00Z",
	        "2017-12-10T24:04Z", "2017-12-10T04:04", "2017-12-10T04:04Zx", "2017-12-10T04:04:05.Z",
	        "2017-12-10T04:04+8", "-017-12-10T04:04Z", "2017-00-10T04:04Z", "2017-12-00T04:04Z"};
	int64_t time = 42;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_FALSE(time_parse(cases[i], &time));
	CU_ASSERT_FALSE(time_parse(NULL, &time));
	CU_ASSERT_EQUAL(time, 42);
}

static void time_parse_http_reads_date_headers(void)
{
	int64_t time = 42;

	CU_ASSERT_FALSE(time_parse_http("", &time));
	CU_ASSERT_FALSE(time_parse_http("Fri, 20 Nov 2026 20:52:00", &time));
	CU_ASSERT_FALSE(time_parse_http("Fri, 20 Nox 2026 20:52:00 GMT", &time));
	CU_ASSERT_FALSE(time_parse_http("Fri, 20", &time));
	CU_ASSERT_FALSE(time_parse_http("120", &time));
	CU_ASSERT_EQUAL(time, 42);
	CU_ASSERT_TRUE(time_parse_http("Fri, 20 Nov 2026 20:52:00 GMT", &time));
	CU_ASSERT_EQUAL(time, 1795207920000);
}

static void time_formats_are_stable(void)
{
	static const struct {
		int64_t age;
		const char *text;
	} ages[] = {{-5, "0 s"}, {40000, "40 s"}, {119999, "119 s"}, {26 * 60000, "26 m"}, {9 * 3600000, "9 h"},
	        {47 * 3600000, "47 h"}, {72LL * 3600000, "3 d"}, {INT64_MAX, "106751991167 d"}};
	char text[TIME_TEXT_SIZE];

	time_format_iso(1795207920000, text);
	UNIT_SAME_TEXT(text, "2026-11-20T20:52:00Z");
	time_format_iso(-1, text);
	UNIT_SAME_TEXT(text, "1969-12-31T23:59:59Z");
	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		time_format_age(ages[i].age, text);
		UNIT_SAME_TEXT(text, ages[i].text);
	}
	setenv("TZ", "UTC-8", 1);
	tzset();
	time_format_clock(1795207920000, text);
	UNIT_SAME_TEXT(text, "04:52:00");
}

static void system_clock_goes_forward(void)
{
	int64_t before = clock_monotonic(&clock_system);

	CU_ASSERT_TRUE(clock_monotonic(&clock_system) >= before);
	CU_ASSERT_TRUE(clock_now(&clock_system) > 1577836800000);
}

static const struct unit_test tests[] = {
        UNIT_TEST(time_parse_reads_what_clouds_send),
        UNIT_TEST(time_parse_refuses_what_is_no_time),
        UNIT_TEST(time_parse_http_reads_date_headers),
        UNIT_TEST(time_formats_are_stable),
        UNIT_TEST(system_clock_goes_forward),
};
const struct unit_suite base_time_suite = UNIT_SUITE("base time", tests);
