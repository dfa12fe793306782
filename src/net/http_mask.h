// SPDX-License-Identifier: Apache-2.0
// What of a request or an answer may stand in a log: everything but the values of names that hold secrets.
#ifndef PEERDECK_NET_HTTP_MASK_H
#define PEERDECK_NET_HTTP_MASK_H

#include "base/base.h"
#include "base/buffer.h"

// True for names of headers, parameters and JSON members whose value must not be shown. Case, '-', '_' and '.' do not
// matter.
bool http_mask_is_secret(const char *name, size_t length);

void http_mask_url(struct buffer *out, const char *url);
void http_mask_header(struct buffer *out, const char *line); // "Name: value"
// JSON, XML and forms are shown with secrets masked, also when cut; of anything else only the size is told.
void http_mask_body(struct buffer *out, const char *body, size_t size);

#endif
