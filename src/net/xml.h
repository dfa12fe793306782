// SPDX-License-Identifier: Apache-2.0
// Reading small XML answers (OSS, and errors of RPC services) with expat, into a tree in an arena.
// No entities beyond the five predefined ones, no DTD; depth and size are limited.
#ifndef PEERDECK_NET_XML_H
#define PEERDECK_NET_XML_H

#include "base/arena.h"
#include "base/base.h"
#include "base/error.h"

enum { XML_DEPTH_MOST = 32, XML_NODES_MOST = 100000 };

struct xml_node {
	const char *name;
	const char *text; // character data directly inside, joined; "" when none
	struct xml_node *child, *next;
};

// NULL on malformed input; the error tells line and column. The tree lives in `arena`.
const struct xml_node *xml_parse(struct arena *arena, const char *text, size_t size, const char *what, struct error *error);
const struct xml_node *xml_child(const struct xml_node *node, const char *name); // first of that name, NULL = none
const struct xml_node *xml_next(const struct xml_node *node, const char *name);	 // next sibling of that name
const char *xml_text(const struct xml_node *node, const char *path);		 // "Bucket/Name"; "" when absent

#endif
