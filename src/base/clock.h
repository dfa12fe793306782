// SPDX-License-Identifier: Apache-2.0
// Time, injectable: whoever needs the time gets a `struct clock`.
#ifndef PEERDECK_BASE_CLOCK_H
#define PEERDECK_BASE_CLOCK_H

#include "base/base.h"

struct clock {
	int64_t (*wall)(void *user);      // ms since 1970 UTC
	int64_t (*monotonic)(void *user); // ms, never goes back; only differences mean anything
	void *user;
};

extern const struct clock clock_system;

int64_t clock_now(const struct clock *clock);
int64_t clock_monotonic(const struct clock *clock);

// Reads the shapes that clouds send: "2017-12-10T04:04Z", "2006-01-02T15:04:05Z", with a fraction, with "+08:00".
bool time_parse(const char *text, int64_t *out);
// RFC 1123 as in a Date header: "Fri, 20 Nov 2026 20:52:00 GMT".
bool time_parse_http(const char *text, int64_t *out);
// "90s", "15m", "2h", "3d", "1h30m" in milliseconds. False on anything else, on nothing, and above `most`.
bool time_parse_span(const char *text, int64_t most, int64_t *out);
#define TIME_DAY_MS INT64_C(86400000)
enum { TIME_TEXT_SIZE = 32 };
void time_format_iso(int64_t time, char out[TIME_TEXT_SIZE]);   // 2026-11-20T20:52:00Z
void time_format_acs(int64_t time, char out[TIME_TEXT_SIZE]);   // the same: the x-acs-date form
void time_format_clock(int64_t time, char out[TIME_TEXT_SIZE]); // local HH:MM:SS
void time_format_age(int64_t age_ms, char out[TIME_TEXT_SIZE]); // 40 s, 26 m, 9 h, 3 d (one unit, right for a column)

#endif
