// SPDX-License-Identifier: Apache-2.0
// Signature nonces seen lately.
#ifndef PEERDECK_SIM_NONCES_H
#define PEERDECK_SIM_NONCES_H

#include "base/base.h"

struct nonces;
struct nonces *nonces_create(void);
void nonces_destroy(struct nonces *nonces);
// False when this key has used the nonce within the last half hour (`now` in ms) already.
bool nonces_use(struct nonces *nonces, const char *key_id, const char *nonce, int64_t now);

#endif
