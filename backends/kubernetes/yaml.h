// SPDX-License-Identifier: Apache-2.0
// A YAML (or JSON) text as libyaml's tree, with look-ups that say file, line and what was expected. Every scalar is
// read as the text that stands there: kubectl's loader would turn an unquoted `y` into a boolean, for which kubeconfigs
// have no use.
#ifndef PEERDECK_KUBERNETES_YAML_H
#define PEERDECK_KUBERNETES_YAML_H

#include <yaml.h>

#include "base/base.h"
#include "base/buffer.h"
#include "base/error.h"

struct yaml_text {
	const char *file; // for errors; borrowed
	yaml_document_t document;
	yaml_node_t *root; // NULL when the text is empty
};

// False: ERROR_CONFIG with FILE:LINE and what libyaml expected. The text need not live longer than the call.
bool yaml_text_open(struct yaml_text *yaml, const char *file, const char *text, size_t size, struct error *error);
// Wipes what it held: kubeconfigs are full of secrets.
void yaml_text_close(struct yaml_text *yaml);

// The value of a key; NULL when it is absent or null (or `map` is no mapping).
yaml_node_t *yaml_member(struct yaml_text *yaml, yaml_node_t *map, const char *key);
bool yaml_is_map(const yaml_node_t *node);
bool yaml_is_list(const yaml_node_t *node);
// Items of a list, NULL behind its end.
yaml_node_t *yaml_item(struct yaml_text *yaml, yaml_node_t *list, size_t index);
// False, with "FILE:LINE: expected …".
bool yaml_expected(const struct yaml_text *yaml, const yaml_node_t *node, const char *what, struct error *error);

// *out is the scalar's text, borrowed until close, NULL when absent. False when it is a list or a mapping.
bool yaml_read_text(struct yaml_text *yaml, yaml_node_t *map, const char *key, const char **out, struct error *error);
bool yaml_read_flag(struct yaml_text *yaml, yaml_node_t *map, const char *key, bool *out, struct error *error);
// Appends the node as JSON; plain scalars that are numbers, booleans or null stay such.
bool yaml_add_json(struct yaml_text *yaml, yaml_node_t *node, struct buffer *out);

#endif
