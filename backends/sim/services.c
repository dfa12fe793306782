// SPDX-License-Identifier: Apache-2.0
// All services. A new one is one line here and one file of its own.
#include "config.h"

#include "sim/service.h"

#include "base/banned.h"

extern const struct service ecs_service;
extern const struct service cs_service;
extern const struct service bss_service;
extern const struct service ess_service;
extern const struct service quotas_service;
extern const struct service resourcecenter_service;
extern const struct service slb_service;
extern const struct service ims_service;
extern const struct service ram_service;
extern const struct service sts_service;
extern const struct service vpc_service;

const struct service *const services[] = {
        &ecs_service,
        &cs_service,
        &vpc_service,
        &ram_service,
        &sts_service,
        &ims_service,
        &bss_service,
        &ess_service,
        &quotas_service,
        &resourcecenter_service,
        &slb_service,
        NULL,
};

const struct raw_service *const raw_services[] = {
        NULL,
};
