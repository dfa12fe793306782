// SPDX-License-Identifier: Apache-2.0
// Client tokens: the same token with the same parameters gets the same answer, with others an error.
#ifndef PEERDECK_SIM_IDEMPOTENCE_H
#define PEERDECK_SIM_IDEMPOTENCE_H

#include "base/base.h"

struct call;
struct idempotence;

struct idempotence *idempotence_create(void);
void idempotence_destroy(struct idempotence *idempotence);
// True when the call has been answered already (from memory, or with IdempotentParameterMismatch).
bool idempotence_replay(struct idempotence *idempotence, struct call *call);
// Remembers a successful answer of a call that has a token. `from` is where the operation's part of call->out begins.
void idempotence_keep(struct idempotence *idempotence, const struct call *call, size_t from);

#endif
