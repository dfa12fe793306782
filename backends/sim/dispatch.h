// SPDX-License-Identifier: Apache-2.0
// An RPC or ROA call from beginning to end, with the faults that befall it on the way.
#ifndef PEERDECK_SIM_DISPATCH_H
#define PEERDECK_SIM_DISPATCH_H

struct simulator;
struct request;
struct answer;

void dispatch(struct simulator *simulator, struct request *request, struct answer *answer);

#endif
