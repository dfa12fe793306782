// SPDX-License-Identifier: Apache-2.0
// What the adaptor's process checks when it starts, and what its credentials let it do.
#ifndef PEERDECK_SIM_CAA_CHECK_H
#define PEERDECK_SIM_CAA_CHECK_H

#include "sim/podlife.h"

// False: it exits, and `why` is its last line.
bool caa_check(struct kubernetes *kubernetes, const struct caa_config *config, char *why, size_t size);
// Whether RAM lets the role of the configuration call "ecs:RunInstances"; an access key may do everything that its
// identity may.
bool caa_may(const struct kubernetes *kubernetes, const struct caa_config *config, const char *action);

#endif
