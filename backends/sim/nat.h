// SPDX-License-Identifier: Apache-2.0
// NAT gateways, their SNAT entries, and what public addresses are bound to: how they live, whoever asks for it.
#ifndef PEERDECK_SIM_NAT_H
#define PEERDECK_SIM_NAT_H

#include "sim/world.h"

// In state Creating, with its network interface in the vSwitch; nat_gateway_ready makes it Available. NULL when the
// vSwitch has no address left.
struct nat_gateway *nat_gateway_create(struct world *world, enum random_stream stream, struct vswitch *vswitch,
        const char *name, enum made_by made_by);
// Available in `after_ms` of virtual time (0 = at once).
void nat_gateway_ready(struct world *world, struct nat_gateway *gateway, int64_t after_ms);
// Deleting, and gone in `after_ms` with its SNAT entries; its addresses become Available.
void nat_gateway_delete(struct world *world, struct nat_gateway *gateway, int64_t after_ms);

// Available in `after_ms`. One of source_vswitch and source_cidr is NULL.
struct snat_entry *snat_entry_create(struct world *world, enum random_stream stream, struct nat_gateway *gateway,
        const char *snat_ip, const char *source_vswitch, const char *source_cidr, enum made_by made_by,
        int64_t after_ms);
void snat_entry_delete(struct world *world, struct snat_entry *entry, int64_t after_ms);
// Is `address` one of the entry's (a comma list)?
bool snat_entry_uses(const struct snat_entry *entry, uint32_t address);

// InUse in `after_ms`, Associating until then. `type`: Nat EcsInstance NetworkInterface …
void eip_bind(struct world *world, struct eip *eip, const char *type, const char *instance_id, int64_t after_ms);
// Available in `after_ms`, Unassociating until then.
void eip_unbind(struct world *world, struct eip *eip, int64_t after_ms);
void eip_release(struct world *world, struct eip *eip, int64_t after_ms);

#endif
