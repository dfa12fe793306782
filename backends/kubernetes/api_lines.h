// SPDX-License-Identifier: Apache-2.0
// Pieces of a stream become lines, however they are cut.
#ifndef PEERDECK_KUBERNETES_API_LINES_H
#define PEERDECK_KUBERNETES_API_LINES_H

#include "base/base.h"
#include "base/buffer.h"

struct api_lines {
	struct buffer partial; // begun, not yet ended; its limit is the longest line
	bool cuts;             // a longer line is handed on in parts; otherwise it is a failure
	bool (*on_line)(const char *text, size_t size, void *user); // without its end, NUL-terminated; false stops
	void *user;
};

void api_lines_init(
        struct api_lines *lines, size_t longest, bool cuts, bool (*on_line)(const char *, size_t, void *), void *user);
void api_lines_finish(struct api_lines *lines);
// False when on_line stopped or a line is too long (`partial.broken`).
bool api_lines_feed(struct api_lines *lines, const char *data, size_t size);
// The stream is over: hands on a last line without an end, if there is one.
bool api_lines_end(struct api_lines *lines);

#endif
