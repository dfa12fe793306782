// SPDX-License-Identifier: Apache-2.0
// How the Cloud API Adaptor is configured, what its releases do differently, and the ways in which it loses VMs.
#ifndef PEERDECK_SIM_CAA_CONFIG_H
#define PEERDECK_SIM_CAA_CONFIG_H

#include "sim/world.h"

// Ways to lose a VM, a network interface, an address or a PeerPod object. G: the adaptor, A: its Alibaba provider,
// P: the controller, R: where it looks.
enum leak_path {
	LEAK_NONE,
	LEAK_G1,        // a restarted adaptor does not know the sandbox
	LEAK_G2,        // the adaptor is down when the shim calls
	LEAK_G3,        // the node is lost or reboots
	LEAK_G4,        // CreateInstance fails after the VM exists
	LEAK_G5,        // a later step fails and nobody calls StopVM
	LEAK_G6,        // crash between the cloud's create and the PeerPod
	LEAK_G7,        // StopVM could not delete, and forgets
	LEAK_G8,        // the PeerPod is not released, or the wrong one is
	LEAK_G9,        // no PeerPod could be made
	LEAK_G10,       // the clean-up of a failed start fails
	LEAK_A1,        // a delete that worked is reported as failed
	LEAK_A2,        // the answer of RunInstances is lost
	LEAK_A3,        // a panic in a polling loop
	LEAK_A4,        // a delete that meets IncorrectInstanceStatus.Initializing
	LEAK_A5,        // a network interface that never gets DeleteOnRelease
	LEAK_A6,        // an address whose wait fails
	LEAK_A7,        // the address was known to a process that is gone
	LEAK_A8,        // an address that cannot be unbound
	LEAK_P1,        // no controller
	LEAK_P2,        // a controller without the provider
	LEAK_P3,        // a controller without credentials
	LEAK_P4,        // a controller that sees PeerPods only
	LEAK_R1,        // REGION changed: NotFound counts as deleted
	LEAK_DEVELOPER, // PEERPODS_DEVELOPER_MODE keeps it
	LEAK_PATHS,
};
const char *leak_path_name(enum leak_path path);
enum leak_path leak_path_find(const char *name); // LEAK_NONE: there is none of that name

struct caa_release {
	const char *name, *image;
	bool daemon_json;            // user data has daemon.json instead of apf.json
	bool cleans_failed_starts;   // since 0.18
	bool deletes_look_failed;    // 0.14 to 0.17 on Alibaba Cloud
	bool has_developer_mode;     // main
	bool controller_knows_cloud; // since 0.16
	bool by_helm;                // since 0.18 there is a chart, since 0.19 nothing else
	bool logs_retries;           // says when it repeats a failed connection
};
const struct caa_release *caa_release_find(const char *name);      // NULL: there is none of that name
const struct caa_release *caa_release_of_image(const char *image); // the newest when the tag says nothing
extern const struct caa_release caa_releases[];
extern const size_t caa_release_count;

// What a process reads from its environment; texts are interned.
struct caa_config {
	const char *region, *vswitch_id, *group_ids[MAX_GROUPS], *image_id, *type, *tags, *key_name;
	size_t group_count;
	int64_t disk_gib, limit, proxy_timeout_ms;
	bool public_ip, external_network, disable_cvm, developer_mode;
	const char *provider, *role_arn, *access_key; // NULL = not set
	bool has_token;                               // the RRSA token is mounted
};

// The ConfigMap's entries, in order, one call each.
void caa_config_entries(
        const struct caa_config *config, void (*entry)(void *user, const char *key, const char *value), void *user);
// The reverse. Unknown keys are ignored, as the adaptor does.
void caa_config_set(struct world *world, struct caa_config *config, const char *key, const char *value);

#endif
