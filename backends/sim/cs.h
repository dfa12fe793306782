// SPDX-License-Identifier: Apache-2.0
// The operations of ACK, one function each, in the files cs_*.c.
#ifndef PEERDECK_SIM_CS_H
#define PEERDECK_SIM_CS_H

struct call;

void cs_describe_regions(struct call *call);

#endif
