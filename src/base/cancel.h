// SPDX-License-Identifier: Apache-2.0
// Asks work to stop. Set from any thread; whoever waits looks at it at least four times a second.
#ifndef PEERDECK_BASE_CANCEL_H
#define PEERDECK_BASE_CANCEL_H

#include <stdatomic.h>

#include "base/base.h"

struct cancel {
	atomic_bool asked;
	const struct cancel *parent; // also stops when this one is asked; may be NULL
};

static inline bool cancel_asked(const struct cancel *cancel)
{
	for (; cancel; cancel = cancel->parent)
		if (atomic_load_explicit(&cancel->asked, memory_order_relaxed))
			return true;
	return false;
}

static inline void cancel_ask(struct cancel *cancel)
{
	atomic_store_explicit(&cancel->asked, true, memory_order_relaxed);
}

#endif
