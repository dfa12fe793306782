// SPDX-License-Identifier: Apache-2.0
// Members of a libconfig group, with defaults.
#ifndef PEERDECK_SIM_SETTINGS_H
#define PEERDECK_SIM_SETTINGS_H

#include <libconfig.h>

#include "base/base.h"

const char *setting_text(const config_setting_t *group, const char *name, const char *otherwise);
int64_t setting_int(const config_setting_t *group, const char *name, int64_t otherwise);
double setting_number(const config_setting_t *group, const char *name, double otherwise);
bool setting_bool(const config_setting_t *group, const char *name, bool otherwise);

#endif
