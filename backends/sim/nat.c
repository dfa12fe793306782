// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/nat.h"

#include <stdio.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/service.h"

#include "base/banned.h"

static void later(struct world *world, int64_t after_ms, struct resource *resource, timer_action *action)
{
	if (after_ms > 0)
		world_later(world, after_ms, resource, action, 0);
	else
		action(world, resource, 0);
}

static void become_available(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (strcmp(resource->state, "Deleting") != 0)
		resource_state(world, resource, "Available");
}

static void disappear(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	resource_destroy(world, resource);
}

struct nat_gateway *nat_gateway_create(
        struct world *world, enum random_stream stream, struct vswitch *vswitch, const char *name, enum made_by made_by)
{
	char id[32];
	struct region *region = vswitch->base.region;
	struct eni *eni = eni_create(world, stream, vswitch, NULL, 0, made_by);
	if (!eni)
		return NULL;
	eni->service_managed = true;
	eni->description = "NAT gateway";
	resource_state(world, &eni->base, "InUse");
	world_new_id(world, stream, region, "ngw-", id, sizeof(id));
	struct nat_gateway *gateway = resource_create(world, KIND_NAT_GATEWAY, region, id, sizeof(*gateway), made_by);
	gateway->base.state = "Creating";
	gateway->name = world_text(world, name ? name : "");
	gateway->description = "";
	gateway->nat_type = "Enhanced";
	gateway->network_type = "internet";
	gateway->internet_charge_type = "PayByLcu";
	gateway->vswitch = vswitch;
	gateway->eni = eni;
	world_new_id(world, stream, region, "stb-", gateway->snat_table_id, sizeof(gateway->snat_table_id));
	world_new_id(world, stream, region, "ftb-", gateway->forward_table_id, sizeof(gateway->forward_table_id));
	return gateway;
}

void nat_gateway_ready(struct world *world, struct nat_gateway *gateway, int64_t after_ms)
{
	later(world, after_ms, &gateway->base, become_available);
}

static struct snat_entry *any_entry(const struct nat_gateway *gateway)
{
	struct snat_entry *entry;
	EACH(entry, gateway->base.region, KIND_SNAT_ENTRY)
	if (entry->gateway == gateway)
		return entry;
	return NULL;
}

static void nat_gateway_gone(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct nat_gateway *gateway = (void *)resource;
	struct snat_entry *entry;
	while ((entry = any_entry(gateway)))
		resource_destroy(world, &entry->base);
	struct eip *eip;
	EACH(eip, gateway->base.region, KIND_EIP)
	if (!strcmp(eip->instance_id, gateway->base.id))
		eip_unbind(world, eip, 0);
	eni_destroy(world, gateway->eni);
	resource_destroy(world, &gateway->base);
}

void nat_gateway_delete(struct world *world, struct nat_gateway *gateway, int64_t after_ms)
{
	resource_state(world, &gateway->base, "Deleting");
	later(world, after_ms, &gateway->base, nat_gateway_gone);
}

struct snat_entry *snat_entry_create(struct world *world, enum random_stream stream, struct nat_gateway *gateway,
        const char *snat_ip, const char *source_vswitch, const char *source_cidr, enum made_by made_by,
        int64_t after_ms)
{
	char id[32];
	world_new_id(world, stream, gateway->base.region, "snat-", id, sizeof(id));
	struct snat_entry *entry =
	        resource_create(world, KIND_SNAT_ENTRY, gateway->base.region, id, sizeof(*entry), made_by);
	entry->base.state = "Pending";
	entry->name = "";
	entry->gateway = gateway;
	entry->snat_ip = world_text(world, snat_ip);
	entry->source_cidr = world_text(world, source_cidr);
	snprintf(entry->source_vswitch, sizeof(entry->source_vswitch), "%s", source_vswitch ? source_vswitch : "");
	later(world, after_ms, &entry->base, become_available);
	return entry;
}

void snat_entry_delete(struct world *world, struct snat_entry *entry, int64_t after_ms)
{
	resource_state(world, &entry->base, "Deleting");
	later(world, after_ms, &entry->base, disappear);
}

bool snat_entry_uses(const struct snat_entry *entry, uint32_t address)
{
	char wanted[IP_TEXT_SIZE];
	ip_format(address, wanted);
	size_t length = strlen(wanted);
	for (const char *at = entry->snat_ip; *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !strncmp(at, wanted, length))
			return true;
		at += item + (at[item] == ',');
	}
	return false;
}

// The record at the other end, if it keeps one.
static void tell_other_end(struct world *world, const struct eip *eip, const char *eip_id)
{
	struct instance *instance = world_find(world, KIND_INSTANCE, eip->instance_id);
	struct eni *eni = world_find(world, KIND_ENI, eip->instance_id);
	if (instance)
		snprintf(instance->eip_id, sizeof(instance->eip_id), "%s", eip_id);
	if (eni)
		snprintf(eni->eip_id, sizeof(eni->eip_id), "%s", eip_id);
}

static void eip_in_use(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	const struct eip *eip = (void *)resource;
	if (!strcmp(eip->base.state, "Associating"))
		resource_state(world, resource, "InUse");
}

void eip_bind(struct world *world, struct eip *eip, const char *type, const char *instance_id, int64_t after_ms)
{
	snprintf(eip->instance_id, sizeof(eip->instance_id), "%s", instance_id);
	eip->instance_type = type;
	tell_other_end(world, eip, eip->base.id);
	resource_state(world, &eip->base, "Associating");
	later(world, after_ms, &eip->base, eip_in_use);
}

static void eip_free(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct eip *eip = (void *)resource;
	tell_other_end(world, eip, "");
	eip->instance_id[0] = 0;
	eip->instance_type = "";
	resource_state(world, resource, "Available");
}

void eip_unbind(struct world *world, struct eip *eip, int64_t after_ms)
{
	resource_state(world, &eip->base, "Unassociating");
	later(world, after_ms, &eip->base, eip_free);
}

void eip_release(struct world *world, struct eip *eip, int64_t after_ms)
{
	resource_state(world, &eip->base, "Releasing");
	later(world, after_ms, &eip->base, disappear);
}
