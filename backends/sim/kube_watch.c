// SPDX-License-Identifier: Apache-2.0
// Streams of changes: watches and followed logs.
#include "config.h"

#include "sim/kube_private.h"

#include "base/banned.h"

void kube_watches_wake(struct kube *kube, const struct kube_resource *resource)
{
	(void)kube, (void)resource;
}

void kube_logs_wake(struct kube *kube, const struct kube_object *pod)
{
	(void)kube, (void)pod;
}
