// SPDX-License-Identifier: Apache-2.0
// Changes that a person makes in a cluster. What is deleted is deleted by its uid, never by a name alone.
#ifndef PEERDECK_KUBERNETES_ACT_H
#define PEERDECK_KUBERNETES_ACT_H

#include "kubernetes/object.h"

enum deed_sort { DEED_DELETE_POD, DEED_CORDON, DEED_UNCORDON, DEED_COUNT };
extern const struct action cluster_actions[DEED_COUNT];

bool cluster_act(struct session *session, const struct action_request *request, struct job *job, struct error *error);
bool cluster_command(struct session *session, const struct action_request *request, struct buffer *out);
bool cluster_settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error);

// What has become of a deed, by the object as it is now (NULL: there is none of this name).
enum deed_result { DEED_NOT_DONE, DEED_UNDER_WAY, DEED_DONE };
enum deed_result deed_judge(enum deed_sort sort, const char *id, const cJSON *object);
// Whether the object is the thing of this id: a pod's uid, a node's machine or uid.
bool deed_is_it(enum deed_sort sort, const char *id, const cJSON *object);

#endif
