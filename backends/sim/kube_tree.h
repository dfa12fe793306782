// SPDX-License-Identifier: Apache-2.0
// Small helpers over cJSON trees of Kubernetes objects. Names are compared exactly.
#ifndef PEERDECK_SIM_KUBE_TREE_H
#define PEERDECK_SIM_KUBE_TREE_H

#include <cjson/cJSON.h>

#include "base/buffer.h"

cJSON *tree_member(const cJSON *object, const char *name);  // NULL when absent
cJSON *tree_path(const cJSON *node, const char *path);      // "spec.nodeName"; NULL when absent
const char *tree_text(const cJSON *node, const char *path); // "" when absent or no string
int64_t tree_int(const cJSON *node, const char *path, int64_t otherwise);
bool tree_flag(const cJSON *node, const char *path);          // true only for true
cJSON *tree_object(cJSON *parent, const char *name);          // the member as an object; made when absent
cJSON *tree_list(cJSON *parent, const char *name);            // the same for a list
void tree_set(cJSON *object, const char *name, cJSON *value); // takes `value`; replaces in place; NULL removes
void tree_set_text(cJSON *object, const char *name, const char *value); // NULL removes
void tree_set_int(cJSON *object, const char *name, int64_t value);
void tree_set_flag(cJSON *object, const char *name, bool value);
// Parses a JSON text made like printf; ends the program when it is none.
cJSON *tree_printf(const char *format, ...) PRINTF_LIKE(1, 2);
cJSON *tree_copy(const cJSON *node);             // never NULL
bool tree_equal(const cJSON *a, const cJSON *b); // members in any order; NULL is equal to NULL only
// The element of a list whose member `key` is `value`; NULL when there is none.
cJSON *tree_find(const cJSON *list, const char *key, const char *value);
bool tree_has_text(const cJSON *list, const char *value);
void tree_write(struct buffer *out, const cJSON *node);
// RFC 3339 in UTC, seconds; and with microseconds.
void tree_set_time(cJSON *object, const char *name, int64_t time);
void tree_set_micro_time(cJSON *object, const char *name, int64_t time);
int64_t tree_time(const cJSON *node, const char *path); // 0 when absent

#endif
