// SPDX-License-Identifier: Apache-2.0
// Writing the XML that OSS answers, and its forms of time.
#ifndef PEERDECK_SIM_OSS_XML_H
#define PEERDECK_SIM_OSS_XML_H

#include "base/buffer.h"
#include "base/clock.h"

enum { OSS_XML_MOST = 16 * 1024 * 1024 };

// Starts a document: declaration and <root>.
void xml_begin(struct buffer *out, const char *root);
void xml_open(struct buffer *out, const char *element);
void xml_close(struct buffer *out, const char *element);
void xml_text_out(struct buffer *out, const char *element, const char *text); // NULL writes an empty element
void xml_number(struct buffer *out, const char *element, int64_t number);
void xml_unsigned(struct buffer *out, const char *element, uint64_t number);
void xml_bool(struct buffer *out, const char *element, bool value);
void xml_time(struct buffer *out, const char *element, int64_t time); // 2012-02-24T08:43:27.000Z
// `url`: percent-encoded, as encoding-type=url asks.
void xml_name(struct buffer *out, const char *element, const char *name, bool url);

void oss_time_iso(int64_t time, char out[TIME_TEXT_SIZE]);  // 2012-02-24T08:43:27.000Z
void oss_time_http(int64_t time, char out[TIME_TEXT_SIZE]); // Fri, 24 Feb 2012 08:43:27 GMT
// Reads 20120224T084327Z.
bool oss_time_parse(const char *text, int64_t *out);

#endif
