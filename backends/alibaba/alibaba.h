// SPDX-License-Identifier: Apache-2.0
// Alibaba Cloud as a backend: ECS, ACK (CS), VPC, RAM, STS.
#ifndef PEERDECK_ALIBABA_H
#define PEERDECK_ALIBABA_H

#include "work/backend.h"

extern const struct backend backend_alibaba;

#endif
