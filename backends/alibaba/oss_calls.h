// SPDX-License-Identifier: Apache-2.0
// The few calls of object storage that guides make by name: oss.GetBucketInfo, oss.DeleteObject. The members of a
// struct call_source (work/calls.h) for names that begin with "oss.".
#ifndef PEERDECK_ALIBABA_OSS_CALLS_H
#define PEERDECK_ALIBABA_OSS_CALLS_H

#include "work/calls.h"

bool oss_call_is(const char *operation); // whether there is such a call
bool oss_call_about(const char *operation, struct call_about *out);
const char *oss_call_name_at(size_t index);
bool oss_call_takes(const char *operation, const char *parameter);
bool oss_call_perform(struct session *session, const struct call_request *request, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error);
bool oss_call_command(struct session *session, const struct call_request *request, struct buffer *out);

#endif
