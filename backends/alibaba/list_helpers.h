// SPDX-License-Identifier: Apache-2.0
// Taking values out of answers into records.
#ifndef PEERDECK_ALIBABA_LIST_HELPERS_H
#define PEERDECK_ALIBABA_LIST_HELPERS_H

#include "alibaba/list.h"

enum { VALUES_MOST = 64 };

// Texts of an array of strings, or of one member of an array of objects (`member` NULL = strings).
struct text_list take_list(struct snapshot_builder *builder, const cJSON *array, const char *member, bool shared);
// Tags of an array of objects: "TagKey"/"TagValue" (ECS), "Key"/"Value" (VPC) or "key"/"value" (CS).
struct tag_list take_tags(struct snapshot_builder *builder, const cJSON *array);
const char *tag_value(struct tag_list tags, const char *key); // "" when absent
// First text of an array of strings, "" when there is none.
const char *first_text(const cJSON *array);
// Copies of a member's text.
const char *take_text(struct snapshot_builder *builder, const cJSON *item, const char *member);
const char *take_shared(struct snapshot_builder *builder, const cJSON *item, const char *member);

#endif
