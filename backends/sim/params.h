// SPDX-License-Identifier: Apache-2.0
// Checks a call's parameters against its operation's table (see service.h for the words).
#ifndef PEERDECK_SIM_PARAMS_H
#define PEERDECK_SIM_PARAMS_H

#include "base/base.h"

struct call;
struct metadata;

// False after call_fail. `metadata` may be NULL.
bool params_check(struct call *call, const struct metadata *metadata);

// "Tag.1.Key" becomes "Tag.N.Key"; false when it does not fit.
bool param_normal_name(const char *name, char *out, size_t size);
// Parameters that every RPC operation takes.
bool param_is_common(const char *name);
// The errors of a bad parameter; always false.
bool param_unknown(struct call *call, const char *name);
bool param_missing(struct call *call, const char *name);
bool param_invalid(struct call *call, const char *name);

// Looks a word up in a table of parameters: its type, range and whether it is required. For tests and metadata.
struct param_word {
	char name[96], type[16], range[512];
	bool required;
};
// Reads the next word at *at; false at the end.
bool param_word_next(const char **at, struct param_word *word);

#endif
