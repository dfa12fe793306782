// SPDX-License-Identifier: Apache-2.0
// Writing mdoc(7) text: what would be markup is escaped.
#ifndef PEERDECK_CLI_DOCS_H
#define PEERDECK_CLI_DOCS_H

#include <stdio.h>

#include "base/base.h"

void docs_text(FILE *out, const char *text);
void docs_line(FILE *out, const char *text); // and a newline

#endif
