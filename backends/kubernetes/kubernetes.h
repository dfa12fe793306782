// SPDX-License-Identifier: Apache-2.0
// Kubernetes clusters as a backend: one session is all clusters of a context, those of its cloud and those that the
// person's kubeconfigs name.
#ifndef PEERDECK_KUBERNETES_KUBERNETES_H
#define PEERDECK_KUBERNETES_KUBERNETES_H

#include "work/backend.h"

extern const struct backend backend_kubernetes;

#endif
