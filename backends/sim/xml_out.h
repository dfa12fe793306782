// SPDX-License-Identifier: Apache-2.0
// The XML form of an RPC answer: the JSON one, with lists as repeated elements.
#ifndef PEERDECK_SIM_XML_OUT_H
#define PEERDECK_SIM_XML_OUT_H

#include "base/buffer.h"

bool xml_from_json(struct buffer *out, const char *root, const char *json);
void xml_add_text(struct buffer *out, const char *text); // escaped

#endif
