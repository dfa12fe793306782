// SPDX-License-Identifier: Apache-2.0
// Reading small files that may hold secrets.
#ifndef PEERDECK_KUBERNETES_FILE_H
#define PEERDECK_KUBERNETES_FILE_H

#include "base/base.h"
#include "base/buffer.h"
#include "base/error.h"

// Appends the file up to the buffer's limit; *mode gets its permissions when not NULL. A pipe or device is refused: it
// could hang.
bool file_load(const char *path, struct buffer *out, unsigned *mode, struct error *error);
// The same without white space at both ends.
bool file_load_line(const char *path, struct buffer *out, struct error *error);
// Wipes and frees.
void file_forget(struct buffer *text);

#endif
