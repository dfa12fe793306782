// SPDX-License-Identifier: Apache-2.0
// EXTERNAL_NETWORK_VIA_PODVM: a second network interface for the VM, and an address of its own for that.
#include "config.h"
#include <stdio.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/nat.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

#define PROVIDER "adaptor/cloud/alibabacloud"

static struct eni *make_nic(struct sandbox *sandbox, struct instance *instance)
{
	struct world *world = sandbox->kubernetes->world;
	struct eni *eni = eni_create(world, RANDOM_LIFE, instance->vswitch, instance->groups, 1, MADE_BY_CAA);
	if (eni)
		eni->name = world_printf(world, "peerpod-nic-%s", instance->base.id);
	return eni;
}

static bool attach_nic(struct sandbox *sandbox, struct instance *instance, struct eni *eni, char *why, size_t size)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	bool late = strcmp(instance->base.state, "Running") != 0;
	if (late || leak_strikes(kubernetes, LEAK_A5)) {
		leak_mark(kubernetes->world, eni->base.id, LEAK_A5);
		// Half of them are lost before they are attached, half before DeleteOnRelease is set.
		if (!late && random_chance(life_random(kubernetes), 0.5)) {
			eni->instance = instance;
			eni->next = instance->more_enis;
			instance->more_enis = eni;
			resource_state(kubernetes->world, &eni->base, "InUse");
		}
		snprintf(
		        why, size, "failed to create NIC: failed to attach NIC to ECS: exceeded max wait time to wait");
		return false;
	}
	eni->instance = instance;
	eni->next = instance->more_enis;
	instance->more_enis = eni;
	eni->delete_on_release = true;
	resource_state(kubernetes->world, &eni->base, "InUse");
	caa_log(sandbox->node, PROVIDER, "created a network interface %s and attached it to the instance %s",
	        eni->base.id, instance->base.id);
	return true;
}

static bool add_eip(struct sandbox *sandbox, struct instance *instance, struct eni *eni, char *why, size_t size)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct world *world = kubernetes->world;
	char ip[IP_TEXT_SIZE];
	caa_log(sandbox->node, PROVIDER, "Allocating an EIP...");
	struct eip *eip = eip_create(world, RANDOM_LIFE, instance->base.region, "", 5, MADE_BY_CAA);
	eip->description = "Peerpod External Network EIP";
	if (leak_strikes(kubernetes, LEAK_A6)) {
		leak_mark(world, eip->base.id, LEAK_A6);
		snprintf(why, size,
		        "failed to create EIP instance: failed to create EIP: exceeded max wait time to wait");
		return false;
	}
	ip_format(eip->address, ip);
	caa_log(sandbox->node, PROVIDER, "Eip %s allocated", ip);
	caa_log(sandbox->node, PROVIDER, "Binding EIP %s to NIC %s...", eip->base.id, eni->base.id);
	snprintf(sandbox->eip_id, sizeof(sandbox->eip_id), "%s", eip->base.id);
	eip_bind(world, eip, "NetworkInterface", eni->base.id, 0);
	caa_log(sandbox->node, PROVIDER, "Bound EIP %s to NIC %s successfully", eip->base.id, eni->base.id);
	return true;
}

bool caa_add_nic(struct sandbox *sandbox, struct instance *instance, char *why, size_t size)
{
	struct eni *eni = make_nic(sandbox, instance);
	if (!eni) {
		snprintf(why, size,
		        "failed to create NIC: failed to create a network interface: InvalidVSwitchId.IpNotEnough");
		return false;
	}
	return attach_nic(sandbox, instance, eni, why, size) &&
	       (!sandbox->node->caa.config.public_ip || add_eip(sandbox, instance, eni, why, size));
}

void caa_delete_eip(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct world *world = kubernetes->world;
	struct eip *eip = world_find(world, KIND_EIP, sandbox->eip_id);
	sandbox->eip_id[0] = 0;
	if (!eip)
		return;
	caa_log(sandbox->node, PROVIDER, "Unbinding EIP %s...", eip->base.id);
	if (strcmp(eip->base.state, "InUse") != 0 || leak_strikes(kubernetes, LEAK_A8)) {
		caa_log(sandbox->node, PROVIDER,
		        "delete EIP %s failed: failed to unbind EIP: SDKError: StatusCode: 400 Code: "
		        "IncorrectEipStatus",
		        eip->base.id);
		leak_mark(world, eip->base.id, LEAK_A8);
		return;
	}
	eip_unbind(world, eip, 0);
	caa_log(sandbox->node, PROVIDER, "Deleting EIP %s...", eip->base.id);
	caa_log(sandbox->node, PROVIDER, "Eip %s deleted", eip->base.id);
	eip_release(world, eip, 2000);
}
