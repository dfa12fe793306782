// SPDX-License-Identifier: Apache-2.0
// Whether each cluster can be reached, and what one may do there.
#ifndef PEERDECK_KUBERNETES_DOCTOR_H
#define PEERDECK_KUBERNETES_DOCTOR_H

#include "kubernetes/fleet.h"

void cluster_doctor(struct session *session, void (*tell)(const struct check *check, void *user), void *user,
        struct cancel *cancel);

#endif
