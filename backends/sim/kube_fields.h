// SPDX-License-Identifier: Apache-2.0
// Sets of fields in the form of FieldsV1 ({"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},…}}}}), and the
// managedFields of an object made of them. kubernetes docs: Server-Side Apply.
#ifndef PEERDECK_SIM_KUBE_FIELDS_H
#define PEERDECK_SIM_KUBE_FIELDS_H

#include "sim/kube_private.h"

// Which member tells the elements of a list apart; NULL = the list is one value. `element` is any of its elements.
const char *kube_list_key(const char *list_name, const cJSON *element);
bool kube_list_is_set(const char *list_name); // of texts: finalizers …

// The caller's. `custom`: lists of custom resources are one value. What the server alone decides is left out.
cJSON *fields_of(const cJSON *object, bool custom);
cJSON *fields_changed(const cJSON *before, const cJSON *after, bool custom); // in `after`: new or of another value
void fields_add(cJSON *set, const cJSON *more);
void fields_subtract(cJSON *set, const cJSON *less);
bool fields_meet(const cJSON *a, const cJSON *b);
// Calls `each` for every leaf that is in both, with its path (".data.a", ".spec.containers[name=\"c\"].image").
void fields_common(const cJSON *a, const cJSON *b, void (*each)(void *user, const char *path), void *user);
// Leaves of `set` that `object` no longer has go.
void fields_prune(cJSON *set, const cJSON *object);
// Removes from `object` what `set` names.
void fields_erase(cJSON *object, const cJSON *set);

// The entries of the new state, made from those of the old one (may be none) and the change; the caller's.
struct kube_managed *managed_update(struct kube *kube, const struct kube_resource *resource,
        const struct kube_state *before_state, const cJSON *before, const cJSON *after,
        const struct kube_writer *writer, size_t *count);
void managed_free(struct kube *kube, struct kube_managed *managed, size_t count);
// The member list, with a leading comma.
void managed_write(struct buffer *out, const struct kube_managed *managed, size_t count);

#endif
