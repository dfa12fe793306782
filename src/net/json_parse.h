// SPDX-License-Identifier: Apache-2.0
// Text to cJSON nodes in a thread's JSON memory. For the json_*.c files alone.
#ifndef PEERDECK_NET_JSON_PARSE_H
#define PEERDECK_NET_JSON_PARSE_H

#include "net/json.h"
#include "net/json_memory.h"

struct json_parser {
	const char *start, *at, *end;
	struct json_memory *memory;
	const char *mistake; // what is wrong at `at`; NULL = nothing
	bool full;           // the memory's limit was hit
};

// NULL on a mistake.
cJSON *json_parse(struct json_parser *parser);

// A number of JSON grammar, whatever the locale.
double json_number_value(const char *text, size_t length);

#endif
