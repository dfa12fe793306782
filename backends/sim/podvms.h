// SPDX-License-Identifier: Apache-2.0
// Pod VMs as the Cloud API Adaptor makes them: name, tags, user data.
#ifndef PEERDECK_SIM_PODVMS_H
#define PEERDECK_SIM_PODVMS_H

#include "base/buffer.h"
#include "sim/world.h"

// How one cluster's adaptor is configured.
struct adaptor {
	struct cluster *cluster;
	struct vswitch *vswitch;
	struct security_group *group;
	const struct instance_type *type;
	const char *image_id;
	const char *tags; // "k=v,k=v", or NULL
	bool public_address;
};

// Names like those of real pods: deployments, jobs, sets.
struct pod_name {
	const char *namespace, *pod;
};
struct pod_name pod_name_make(struct world *world, enum random_stream stream);

// podvm-<pod, cut to 48>-<8 of the sandbox id>
const char *podvm_name(struct world *world, const char *pod, const char *sandbox_id);
// One of the bulk, which belongs to no Kubernetes. NULL when the vSwitch is full. `created` as in struct instance_plan.
struct instance *podvm_create(struct world *world, enum random_stream stream, const struct adaptor *adaptor,
        struct pod_name pod, int64_t created);
// "k=v,k=v"; blanks are stripped. NULL = none.
void podvm_tag(struct world *world, struct instance *instance, const char *tags);

struct podvm_data {
	const char *namespace, *pod;
	uint32_t pod_ip, worker_ip;
	unsigned vxlan;
	bool daemon_json; // up to 0.14 the file's name
};
// The cloud-config that the adaptor gives a VM.
void podvm_user_data_text(struct buffer *out, const struct podvm_data *data);
// The same for one of the bulk, from what is known of it.
void podvm_user_data(const struct instance *instance, struct buffer *out);

#endif
