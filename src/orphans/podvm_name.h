// SPDX-License-Identifier: Apache-2.0
// How the Cloud API Adaptor names a pod VM: podvm-<cleaned, cut pod name>-<first 8 of the sandbox id>. Namespace and
// cluster are not in it, so that name and pod are many to many. Source: cloud-api-adaptor,
// src/cloud-providers/util/instance.go.
#ifndef PEERDECK_ORPHANS_PODVM_NAME_H
#define PEERDECK_ORPHANS_PODVM_NAME_H

#include "base/base.h"

enum {
	PODVM_NAME_LIMIT = 63,         // bytes of a whole name on most clouds
	PODVM_NAME_LIMIT_POWERVS = 47, // on IBM PowerVS
	PODVM_POD_PART_MOST = 48,
	PODVM_SANDBOX_PART = 8,
	PODVM_NAME_SIZE = PODVM_NAME_LIMIT + 1,
};

struct podvm_name {
	char pod_part[PODVM_POD_PART_MOST + 1];
	char sandbox_part[PODVM_SANDBOX_PART + 1];
};

// Lower case; each code point outside a-z 0-9 - becomes one '-'. Writes at most `size` bytes with the NUL.
void podvm_name_clean(const char *text, char *out, size_t size);
// The part of a name that stands for this pod, on a cloud whose names have at most `limit` bytes.
void podvm_name_pod_part(const char *pod_name, int limit, char out[PODVM_POD_PART_MOST + 1]);
// False when the pod name is empty or the sandbox id has fewer than eight characters.
bool podvm_name_compose(const char *pod_name, const char *sandbox_id, int limit, char out[PODVM_NAME_SIZE]);
// Splits from the right. False when the text does not follow the grammar: nobody's name then.
bool podvm_name_parse(const char *text, struct podvm_name *out);
bool podvm_name_fits_pod(const struct podvm_name *name, const char *pod_name, int limit);
bool podvm_name_fits_sandbox(const struct podvm_name *name, const char *sandbox_id);

#endif
