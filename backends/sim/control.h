// SPDX-License-Identifier: Apache-2.0
// /_sim/: what the world really is, what has been asked of it, and ways to disturb it.
#ifndef PEERDECK_SIM_CONTROL_H
#define PEERDECK_SIM_CONTROL_H

struct simulator;
struct request;
struct answer;

void control_serve(struct simulator *simulator, struct request *request, struct answer *answer);

#endif
