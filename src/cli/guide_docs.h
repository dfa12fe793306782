// SPDX-License-Identifier: Apache-2.0
// Parts of peerdeck-guide(5).
#ifndef PEERDECK_CLI_GUIDE_DOCS_H
#define PEERDECK_CLI_GUIDE_DOCS_H

#include <stdio.h>

void guide_docs_keys(FILE *out);
void guide_docs_sorts(FILE *out);
void guide_docs_filters(FILE *out);
void guide_docs_tests(FILE *out);
void guide_docs_names(FILE *out);

#endif
