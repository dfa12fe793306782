// SPDX-License-Identifier: Apache-2.0
// Lines of logs.
#include "config.h"
#include "sim/kube_log.h"

#include <stdlib.h>

#include "sim/memory.h"

#include "base/banned.h"

void kube_log_init(struct kube_log *log)
{
	*log = (struct kube_log){0};
	buffer_init(&log->text, LOG_TEXT_MOST);
}

void kube_log_finish(struct kube_log *log)
{
	buffer_finish(&log->text);
	free(log->rows);
}

void kube_log_line(struct kube_log *log, int64_t time, const char *text, size_t length)
{
	if (++log->number <= log->after || time < log->since)
		return;
	size_t at = log->text.size;
	if (!buffer_add(&log->text, text, length))
		return;
	log->rows = memory_grow(log->rows, &log->room, log->count, sizeof(*log->rows));
	log->rows[log->count++] = (struct kube_log_row){.time = time, .at = at, .length = length};
}

void kube_log_dropped(struct kube_log *log, uint64_t lines)
{
	log->number += lines;
}

void kube_log_cut_off(struct kube_log *log)
{
	log->cut_off = true;
}

void kube_log_lives(struct kube_log *log)
{
	log->lives = true;
}

bool kube_log_read(
        struct kube *kube, const struct kube_object *pod, const char *container, bool previous, struct kube_log *log)
{
	// The simple kubelet was there first and answers last.
	for (size_t i = kube->hook_count; i-- > 0;)
		if (kube->hooks[i].log && kube->hooks[i].log(kube, pod, container, previous, log, kube->hooks[i].user))
			return true;
	return false;
}

void kube_log_grew(struct kube *kube, const struct kube_object *pod)
{
	kube_logs_wake(kube, pod);
}
