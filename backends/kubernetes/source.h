// SPDX-License-Identifier: Apache-2.0
// What a judgement asks of a cluster beside its survey, and the one change that a sweep makes there.
#ifndef PEERDECK_KUBERNETES_SOURCE_H
#define PEERDECK_KUBERNETES_SOURCE_H

#include "kubernetes/fleet.h"

#define OPERATION_RELEASE "kubernetes.ReleasePeerPod"

bool source_log(struct session *session, const struct scope *cluster, const struct survey_log *log,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error);
bool source_may(struct session *session, const struct scope *cluster, const char *verb, const char *group,
        const char *resource, const char *space, bool *allowed, struct cancel *cancel, struct error *error);
bool source_release_peerpod(struct session *session, const struct scope *cluster, const char *space, const char *name,
        const char *uid, const char *run, struct cancel *cancel, struct error *error);
bool source_lease_take(struct session *session, const struct scope *cluster, const struct lease_request *request,
        struct lease_state *state, struct cancel *cancel, struct error *error);
bool source_lease_release(struct session *session, const struct scope *cluster, const struct lease_request *request,
        struct lease_state *state, struct cancel *cancel, struct error *error);

// Whether the PeerPod still has the finalizer; *has is false when it is gone or another now.
bool source_peerpod_is_held(struct reach *reach, const char *space, const char *name, const char *uid, bool *has,
        struct cancel *cancel, struct error *error);

#endif
