// SPDX-License-Identifier: Apache-2.0
// The shared credentials file (~/.alibabacloud/credentials): sections of "name = value" lines.
#ifndef PEERDECK_ALIBABA_INI_H
#define PEERDECK_ALIBABA_INI_H

#include "alibaba/environment.h"
#include "base/error.h"

enum { INI_VALUES_MOST = 32 };

// One section; names and values point into the text that was parsed.
struct ini_section {
	const char *names[INI_VALUES_MOST];
	const char *values[INI_VALUES_MOST];
	size_t count;
	int line; // of its heading
};

// Cuts `text` into pieces in place. False with ERROR_CONFIG (FILE:LINE in `doing`) on a broken line, ERROR_NOT_FOUND
// when there is no such section.
bool ini_read(char *text, const char *path, const char *section, struct ini_section *out, struct error *error);
const char *ini_value(const struct ini_section *section, const char *name); // "" when absent
// ALIBABA_CLOUD_CREDENTIALS_FILE or the usual place; false when there is none.
bool ini_path(const struct environment *environment, char *out, size_t size);

#endif
