// SPDX-License-Identifier: Apache-2.0
// Where each service listens. Order: an explicit address, ALIBABA_CLOUD_ENDPOINT_<SERVICE>, the profile's or
// ALIBABA_CLOUD_ENDPOINT, the table of exceptions, the service's rule. Object storage has addresses of its own:
// ALIBABA_CLOUD_ENDPOINT_OSS, PEERDECK_OSS_ENDPOINT (which peerdeck-sim --env writes), its rule.
#ifndef PEERDECK_ALIBABA_ENDPOINT_H
#define PEERDECK_ALIBABA_ENDPOINT_H

#include "alibaba/environment.h"
#include "base/error.h"

enum { ENDPOINT_SIZE = 512 };

struct endpoint_settings {
	const struct environment *environment;
	char url[ENDPOINT_SIZE];         // --endpoint or the context's; "" = none
	char profile_url[ENDPOINT_SIZE]; // "endpoint" of the CLI profile; "" = none
	char sts_url[ENDPOINT_SIZE];     // "sts_endpoint" of the CLI profile; "" = none
	char sts_region[64];             // "" = the central STS
	bool vpc;                        // names that resolve inside a VPC
	bool international;              // account of the international site
};

// What the environment says of network and STS; the texts stay "".
void endpoint_settings_init(struct endpoint_settings *settings, const struct environment *environment);

// "https://ecs.cn-beijing.aliyuncs.com", without a slash at the end. `region` may be "" for central services and STS.
bool endpoint_resolve(const struct endpoint_settings *settings, const char *service, const char *region,
        char out[ENDPOINT_SIZE], struct error *error);
// Letters, digits and dashes: what may stand in a host name.
bool endpoint_region_is_valid(const char *region);
// The host, with its port when the URL names one, as it stands in the Host header. Borrowed from `url`, *length bytes.
const char *endpoint_host(const char *url, size_t *length);

#endif
