// SPDX-License-Identifier: Apache-2.0
// Collects the lines of a container's log that a request wants.
#ifndef PEERDECK_SIM_KUBE_LOG_H
#define PEERDECK_SIM_KUBE_LOG_H

#include "sim/kube_private.h"

struct kube_log_row {
	int64_t time;
	size_t at, length;
};

enum { LOG_TEXT_MOST = 64 << 20 };

struct kube_log {
	int64_t since;   // virtual ms; 0 = all
	uint64_t after;  // lines up to this number are not wanted
	uint64_t number; // of the last line that was told
	bool lives;      // more may come
	bool cut_off;    // the kubelet that has it cannot be reached
	struct buffer text;
	struct kube_log_row *rows;
	size_t count, room;
};

void kube_log_init(struct kube_log *log);
void kube_log_finish(struct kube_log *log);
// Asks the hooks, then the simple kubelet; false: nobody knows this container.
bool kube_log_read(
        struct kube *kube, const struct kube_object *pod, const char *container, bool previous, struct kube_log *log);

#endif
