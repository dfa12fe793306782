// SPDX-License-Identifier: Apache-2.0
// What a cluster answers when it does not do what was asked (kubernetes docs: "API Concepts", Status), in the words of
// struct error.
#ifndef PEERDECK_KUBERNETES_API_FAULT_H
#define PEERDECK_KUBERNETES_API_FAULT_H

#include "base/error.h"
#include "kubernetes/api_resource.h"
#include "net/json.h"

// Says "list pods in namespace apps" in error->doing.
void api_fault_doing(struct error *error, const char *verb, const struct api_target *target);
// Always false. `text` is the answer's body, a Status or whatever a proxy sent; `request_id` (Audit-Id) may be NULL.
bool api_fault_set(struct error *error, long http_status, const char *text, size_t size, const char *request_id,
        const char *verb, const struct api_target *target);
// The same for a Status that is already read (an ERROR event of a watch).
bool api_fault_set_status(struct error *error, const cJSON *status, const char *verb, const struct api_target *target);

#endif
