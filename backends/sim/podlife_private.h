// SPDX-License-Identifier: Apache-2.0
// What the parts of the Kubernetes side call in each other.
#ifndef PEERDECK_SIM_PODLIFE_PRIVATE_H
#define PEERDECK_SIM_PODLIFE_PRIVATE_H

#include "sim/podlife.h"

// podlife.c: the end of a thing.
void pod_free(struct pod *pod);
void sandbox_free(struct sandbox *sandbox);
void node_free(struct kube_node *node);
void peerpod_free(struct peerpod *peerpod);
void workload_free(struct workload *workload);
// Its object goes when the objects are next drawn.
void object_gone(
        struct kubernetes *kubernetes, const char *resource, const char *namespace, const char *name, const char *uid);

// leaks.c
// Whether it happens now: once for each time it was asked for, else by the cluster's rate.
bool leak_strikes(struct kubernetes *kubernetes, enum leak_path path);
// From now on nobody will ever delete it, because of `path`.
void leak_mark(struct world *world, const char *resource_id, enum leak_path path);
// What uses a VM now; `sandbox` NULL: nothing does.
void vm_use(struct world *world, const char *instance_id, const struct sandbox *sandbox);
// Something has just been tried with it.
void vm_touched(struct world *world, const char *instance_id);

// caa_process.c
void caa_log(struct kube_node *node, const char *component, const char *format, ...) PRINTF_LIKE(3, 4);
// The process ends with this exit code; a new one starts after kubelet's back-off.
void caa_crash(struct kube_node *node, int exit_code, const char *reason);
// Puts a pod of the DaemonSet on the node; it starts after a moment.
void caa_install(struct kube_node *node);
// The pod goes, with its logs. `replace`: another one comes.
void caa_remove(struct kube_node *node, bool replace);
// One node after the other gets a new pod (a new image or a changed template).
void caa_roll_out(struct kubernetes *kubernetes);
bool caa_knows(const struct sandbox *sandbox);
static inline bool caa_runs(const struct caa *caa)
{
	return caa->state == CAA_STARTING || caa->state == CAA_READY;
}

// caa_start.c
void caa_create_vm(struct sandbox *sandbox); // CreateVM, then StartVM with all that follows
// The shim has waited long enough, or has lost the adaptor.
void caa_start_failed(struct sandbox *sandbox, const char *why);
// The clean-up of a failed start is over; `deleted`: its VM is gone.
void caa_cleaned(struct sandbox *sandbox, bool deleted);
struct instance *caa_instance(const struct sandbox *sandbox); // the VM that is there for it; NULL = none

// caa_stop.c
void caa_stop_vm(struct sandbox *sandbox); // the shim calls StopVM
void caa_forget(struct sandbox *sandbox);
void caa_clean_up(struct sandbox *sandbox); // what CAA itself does about a start that failed, since 0.18

// caa_nic.c: the second network interface and its address.
bool caa_add_nic(struct sandbox *sandbox, struct instance *instance, char *why, size_t size);
void caa_delete_eip(struct sandbox *sandbox);

// kubelet.c
struct pod *pod_create(
        struct kubernetes *kubernetes, struct workload *workload, const char *namespace, const char *name, bool kata);
void pod_schedule(struct pod *pod);
// By a client or a controller, as DELETE with this grace period (-1: the pod's own).
void pod_delete(struct pod *pod, int64_t grace_s);
// The object is gone; kubelet may still have the pod.
void pod_gone_from_api(struct pod *pod);
void kubelet_start_failed(struct sandbox *sandbox, const char *why); // RunPodSandbox came back with an error
void kubelet_started(struct sandbox *sandbox);                       // and so without
void kubelet_stopped(struct sandbox *sandbox);                       // the sandbox is no more
void kubelet_lost(struct sandbox *sandbox);                          // the shim ended by itself
void kubelet_sync(struct pod *pod); // what a kubelet that comes back, or a pod that changed, does next
void sandbox_stop(struct sandbox *sandbox);
void pod_wrote(struct pod *pod); // kubelet has something new to say about it

// peerpods.c
bool peerpod_own(struct sandbox *sandbox, const char *instance_id); // false: it failed, which is only logged
void peerpod_release(struct sandbox *sandbox);
void peerpods_collect(struct kubernetes *kubernetes, const char *pod_uid); // the pod object is gone

// workloads.c
void workload_reconcile(struct workload *workload);
void workload_lost_pod(struct workload *workload);

#endif
