// SPDX-License-Identifier: Apache-2.0
// One table of options.
#include "config.h"
#include "sim/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum option_sort { OPTION_TEXT, OPTION_FLAG, OPTION_COUNT, OPTION_SCALE, OPTION_SEED };

static const struct option_row {
	const char *name, *value, *help;
	enum option_sort sort;
	size_t offset;
} rows[] = {
        {"--scenario", "NAME|FILE",
                "what the world starts as: demo, empty, large, world (random, by seed), or a file (default demo, or "
                "large with --vms or --regions)",
                OPTION_TEXT, offsetof(struct options, scenario)},
        {"--listen", "ADDR:PORT", "where to listen; port 0 takes a free one (default 127.0.0.1:0)", OPTION_TEXT,
                offsetof(struct options, listen)},
        {"--env", "FILE", "write the addresses and credentials as shell exports, mode 0600", OPTION_TEXT,
                offsetof(struct options, env_file)},
        {"--kubeconfig", "FILE",
                "where to write the kubeconfig of the clusters (default FILE.kubeconfig beside that of --env, else "
                "temporary)",
                OPTION_TEXT, offsetof(struct options, kubeconfig)},
        {"--time-scale", "X", "let the world's time run X times as fast (default 1)", OPTION_SCALE,
                offsetof(struct options, time_scale)},
        {"--seed", "N", "what all chance comes from (default 1)", OPTION_SEED, offsetof(struct options, seed)},
        {"--vms", "N", "number of pod VMs, spread over the regions", OPTION_COUNT, offsetof(struct options, vms)},
        {"--regions", "N", "number of regions", OPTION_COUNT, offsetof(struct options, regions)},
        {"--latency", "MS", "hold every answer back for so long", OPTION_COUNT, offsetof(struct options, latency_ms)},
        {"--fault", "SPEC", "throttle=P,http500=P,reset=P,stall=P,truncate=P,garbage=P,lost=P,skew=SECONDS,expire=SECONDS",
                OPTION_TEXT, offsetof(struct options, fault)},
        {"--api-meta", "DIR", "check parameters against the published metadata in DIR, too", OPTION_TEXT,
                offsetof(struct options, api_meta)},
        {"--with-parent", NULL, "end when the parent process does", OPTION_FLAG, offsetof(struct options, with_parent)},
        {"--help", NULL, "show this text", OPTION_FLAG, offsetof(struct options, help)},
        {"--version", NULL, "show the version", OPTION_FLAG, offsetof(struct options, version)},
};

static const struct option_row *option_find(const char *argument, size_t length)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strlen(rows[i].name) == length && !memcmp(rows[i].name, argument, length))
			return &rows[i];
	return NULL;
}

static bool parse_scale(const char *text, double *out)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end || !isfinite(value) || value < 0 || value > 1e6)
		return false;
	*out = value;
	return true;
}

static bool option_set(struct options *options, const struct option_row *row, const char *value, struct error *error)
{
	void *member = (char *)options + row->offset;
	int64_t number = 0;
	if (row->sort == OPTION_TEXT) {
		*(const char **)member = value;
	} else if (row->sort == OPTION_SCALE) {
		if (!parse_scale(value, member))
			return error_set(
			        error, ERROR_USAGE, "%s %s: expected a number from 0 to 1000000", row->name, value);
	} else if (!text_to_int64(value, &number) || number < 0) {
		return error_set(error, ERROR_USAGE, "%s %s: expected a number, 0 or more", row->name, value);
	} else if (row->sort == OPTION_SEED) {
		*(uint64_t *)member = (uint64_t)number;
	} else {
		*(int64_t *)member = number;
	}
	return true;
}

bool options_parse(struct options *options, int count, char **arguments, struct error *error)
{
	*options = (struct options){
	        .scenario = "demo",
	        .listen = "127.0.0.1:0",
	        .time_scale = 1,
	        .seed = 1,
	        .vms = -1,
	        .regions = -1,
	};
	for (int i = 1; i < count; i++) {
		const char *equals = strchr(arguments[i], '=');
		size_t length = equals ? (size_t)(equals - arguments[i]) : strlen(arguments[i]);
		const struct option_row *row = option_find(arguments[i], length);
		if (!row || (equals && row->sort == OPTION_FLAG))
			return error_set(
			        error, ERROR_USAGE, "unknown option %s; peerdeck-sim --help lists them", arguments[i]);
		if (row->sort == OPTION_FLAG) {
			*(bool *)((char *)options + row->offset) = true;
			continue;
		}
		const char *value = equals ? equals + 1 : i + 1 < count ? arguments[++i] : NULL;
		if (!value)
			return error_set(error, ERROR_USAGE, "%s needs a value: %s", row->name, row->value);
		if (!option_set(options, row, value, error))
			return false;
	}
	if (!options->scenario)
		options->scenario = options->vms >= 0 || options->regions >= 0 ? "large" : "demo";
	return true;
}

void options_help(void)
{
	puts("Usage: peerdeck-sim [OPTION]…\n"
	     "Simulated clouds on loopback. The first line on standard output is a JSON object that tells the "
	     "addresses\n"
	     "and credentials.\n");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		printf("  %-14s %-10s %s\n", rows[i].name, rows[i].value ? rows[i].value : "", rows[i].help);
}
