// SPDX-License-Identifier: Apache-2.0
// Patches on trees.
#ifndef PEERDECK_SIM_KUBE_MERGE_H
#define PEERDECK_SIM_KUBE_MERGE_H

#include "sim/kube_tree.h"

enum { WHY_SIZE = 256 };

// RFC 6902. False: `why` tells what did not fit; `document` may have been changed in part.
bool merge_json_patch(cJSON **document, const cJSON *patch, char why[WHY_SIZE]);
// RFC 7386.
void merge_json(cJSON *document, const cJSON *patch);
// kubernetes docs: strategic merge patch. Lists are joined by the keys of the built-in kinds.
void merge_strategic(cJSON *document, const cJSON *patch);
// What an applied configuration makes of the live object: joined like a strategic patch, without directives.
void merge_applied(cJSON *document, const cJSON *applied, bool custom);

#endif
