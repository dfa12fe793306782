// SPDX-License-Identifier: Apache-2.0
// Published API metadata (one JSON file per service), as a second opinion on parameters.
#ifndef PEERDECK_SIM_METADATA_H
#define PEERDECK_SIM_METADATA_H

#include "base/error.h"

struct metadata;
struct call;

// Reads SERVICE.json of every service from `folder`; a service without a file is not checked.
struct metadata *metadata_create(const char *folder, struct error *error);
void metadata_destroy(struct metadata *metadata);
// False after call_fail: a name that the metadata does not know, a value of the wrong type, a body member unknown.
bool metadata_check(const struct metadata *metadata, struct call *call);

#endif
