// SPDX-License-Identifier: Apache-2.0
// IMS: the OIDC providers, one for each cluster with RRSA. Source: Alibaba Cloud API: IMS 2019-08-15.
#include "config.h"

#include <string.h>

#include "sim/ram_ops.h"
#include "sim/rrsa.h"

#include "base/banned.h"

#define FINGERPRINT "902ef2deeb3c5b13ea4c3d5193629309e231ae55"

static void write_provider(struct call *call, const struct cluster *cluster)
{
	struct json_out *out = &call->out;
	struct world *world = call->world;
	json_text(out, "OIDCProviderName", rrsa_provider_name(world, cluster));
	json_text(out, "Arn", rrsa_provider_arn(world, cluster));
	json_text(out, "IssuerUrl", rrsa_issuer(world, cluster));
	json_text(out, "ClientIds", RRSA_AUDIENCE);
	json_text(out, "Fingerprints", FINGERPRINT);
	json_text(out, "Description", "");
	json_int(out, "IssuanceLimitTime", 12);
	json_time(out, "CreateDate", cluster->base.created);
	json_time(out, "UpdateDate", cluster->base.created);
	json_printf(out, "GmtCreate", "%lld", (long long)cluster->base.created);
	json_printf(out, "GmtModified", "%lld", (long long)cluster->base.created);
}

static void get_provider(struct call *call)
{
	const char *name = call_text(call, "OIDCProviderName");
	const struct cluster *cluster = rrsa_cluster(call->world, name);
	if (!cluster) {
		call_fail(call, 404, "EntityNotExist.OIDCProvider", "The OIDC Provider does not exist: %s .", name);
		return;
	}
	json_object(&call->out, "OIDCProvider");
	write_provider(call, cluster);
	json_object_end(&call->out);
}

static void list_providers(struct call *call)
{
	struct marker_page page;
	struct cluster *cluster;
	if (!marker_begin(call, &page))
		return;
	json_object(&call->out, "OIDCProviders");
	json_list(&call->out, "OIDCProvider");
	// Region by region, so a marker counts clusters from the end of that walk.
	uint64_t left = 0;
	for (size_t i = 0; i < call->world->region_count; i++)
		left += call->world->regions[i].tables[KIND_CLUSTER].count;
	for (size_t i = 0; i < call->world->region_count; i++)
		EACH(cluster, &call->world->regions[i], KIND_CLUSTER)
		{
			uint64_t place = left--;
			if (call->blind || !cluster->rrsa || !marker_takes(&page, place))
				continue;
			json_object(&call->out, NULL);
			write_provider(call, cluster);
			json_object_end(&call->out);
		}
	json_list_end(&call->out);
	json_object_end(&call->out);
	marker_end(call, &page);
}

static const struct operation operations[] = {
        {"GetOIDCProvider", get_provider, "OIDCProviderName!", 0},
        {"ListOIDCProviders", list_providers, "Marker MaxItems:int(1..100)", OPERATION_SILENT},
};

extern const struct service ims_service;
const struct service ims_service = {
        .name = "ims",
        .version = "2019-08-15",
        .style = STYLE_RPC,
        .central = true,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
