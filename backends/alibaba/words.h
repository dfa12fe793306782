// SPDX-License-Identifier: Apache-2.0
// Splits a command into words as a POSIX shell does with quotes and backslashes, and nothing more: no variables, no
// globs, no operators.
#ifndef PEERDECK_ALIBABA_WORDS_H
#define PEERDECK_ALIBABA_WORDS_H

#include "base/arena.h"
#include "base/error.h"

enum { WORDS_MOST = 256 };

// NULL-terminated, in the arena. NULL on an open quote, a lone backslash at the end, too many words or none.
char **words_split(struct arena *arena, const char *text, struct error *error);

#endif
