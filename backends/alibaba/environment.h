// SPDX-License-Identifier: Apache-2.0
// Environment variables, injectable: tests bring their own.
//
// Variables that only tests set: ALIBABA_CLOUD_ECS_METADATA_BASE, the address of the instance metadata service
// (usually http://100.100.100.200). HOME is read through here too.
#ifndef PEERDECK_ALIBABA_ENVIRONMENT_H
#define PEERDECK_ALIBABA_ENVIRONMENT_H

#include "base/base.h"

struct environment {
	const char *(*get)(void *user, const char *name); // NULL = not set
	void *user;
};

extern const struct environment environment_process;

// The value, or NULL when it is not set or empty.
const char *environment_get(const struct environment *environment, const char *name);
// The same for "ALIBABA_CLOUD_<rest>", "ALIBABACLOUD_<rest>" or "ALICLOUD_<rest>", whichever is set first.
const char *environment_cloud(const struct environment *environment, const char *rest);
// True for 1, true, yes, on, in any case.
bool environment_flag(const struct environment *environment, const char *rest);

#endif
