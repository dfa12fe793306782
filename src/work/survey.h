// SPDX-License-Identifier: Apache-2.0
// What is read of clusters and clouds in order to judge pod VMs: beside the lists of backend.h, the things that only a
// judgement needs. Plain data; a survey belongs to whoever asked for it and is never changed once it is made.
// Both tables of functions run on worker threads, several at a time, and stop within a second when `cancel` is asked.
#ifndef PEERDECK_WORK_SURVEY_H
#define PEERDECK_WORK_SURVEY_H

#include "base/arena.h"
#include "base/cancel.h"
#include "base/secret.h"
#include "inventory/answer.h"
#include "inventory/records.h"
#include "inventory/snapshot.h"

struct session;
struct buffer;
struct cloud_checks;

// ---- a cluster ----

enum survey_state {
	SURVEY_UNREAD,  // unreachable, or nobody knows how to reach it
	SURVEY_DENIED,  // the cluster-wide list of pods is not allowed
	SURVEY_PARTIAL, // something else is missing: `error` and `missing` say what
	SURVEY_READ,
};

struct survey_class { // RuntimeClass
	const char *name, *handler;
};

// The DaemonSet of the Cloud API Adaptor. Its pods are in `pods`, told by the label app=cloud-api-adaptor.
struct survey_adaptor {
	bool exists;
	const char *image;
	int64_t desired, ready, updated, available;
};

struct survey_config { // ConfigMap peer-pods-cm
	bool exists;
	struct tag_list values;
	int64_t changed; // managedFields, 0 = not known
};

// peerpod-ctrl and its webhook.
struct survey_controller {
	enum answer is_installed; // its Deployment exists
	enum answer is_ready;
	enum answer has_peerpods; // the resource peerpods is served
	enum answer has_webhook, webhook_is_ready;
};

struct cluster_survey {
	struct arena arena;                        // holds the texts below
	struct scope scope;                        // cluster: the id that the rest of the program uses
	const char *name, *uid, *server, *version; // uid: of namespace kube-system; "" = not known
	enum survey_state state;
	struct error error;   // why not SURVEY_READ
	const char *missing;  // permissions that are lacking: "list peerpods, get pods/log"; ""
	int64_t began, ended; // our wall clock; facts are as old as `began`
	bool offset_is_known;
	int64_t offset_ms; // its clock − ours, from the Date header
	// References; NULL = could not be read. Never from a cache: lists without resourceVersion.
	struct snapshot *pods, *nodes, *peerpods, *events;
	const struct survey_class *classes;
	size_t class_count;
	bool classes_are_known;
	struct survey_adaptor adaptor;
	struct survey_config config;
	struct survey_controller controller;
};
void cluster_survey_finish(struct cluster_survey *survey);

struct survey_log {
	const char *space, *pod, *container;
	bool previous;
	int64_t since; // wall clock; 0 = all
	bool follow;   // goes on until the container ends
};

// A Lease (coordination.k8s.io/v1) that decides which of several processes works.
struct lease_request {
	const char *space, *name;
	const char *holder;  // who we are: unique among all that want it
	int64_t duration_ms; // how long it holds when it is not renewed; whole seconds
};

// What is known of it. The caller zeroes it once, keeps it from call to call, and reads only the upper part.
struct lease_state {
	bool is_held;        // by us, until `until`
	int64_t until;       // our monotonic clock; counted from before the request left
	char holder[128];    // who holds it; "" = nobody
	int64_t transitions; // how often it changed hands
	// The last version seen and since when, by our monotonic clock: another's lease is taken over only when this
	// version has stood unrenewed for its own duration, so that clocks that differ do no harm.
	char version[64];
	int64_t version_since;
};

// Filled by backends/kubernetes; NULL members do not exist.
struct cluster_source {
	// Whether a list of this scope is to be asked of the session rather than of the cloud: it is known how to reach the
	// cluster, and the last try was no failure; or no cloud knows it. Never waits.
	bool (*reaches)(struct session *session, const struct scope *cluster);
	// Whether there may be clusters that no cloud lists: they come as KIND_CLUSTER of the scope without region and
	// cluster. Never waits.
	bool (*has_own)(struct session *session);
	// Reads one cluster. True also when it could not be read: `out` says so. False only when cancelled or out of
	// memory.
	bool (*survey)(struct session *session, const struct scope *cluster, struct cluster_survey *out,
	        struct cancel *cancel, struct error *error);
	// Lines with the API's time in front (timestamps=true). on_line returns false to stop, which is no failure.
	bool (*log)(struct session *session, const struct scope *cluster, const struct survey_log *log,
	        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
	        struct error *error);
	// The text of one object ("apps/v1", "deployments", namespace or "", name) as JSON; for checks that look
	// closer.
	bool (*object)(struct session *session, const struct scope *cluster, const char *group_version,
	        const char *resource, const char *space, const char *name, struct buffer *json, struct cancel *cancel,
	        struct error *error);
	// What a list of its API holds, as {"items":[{"metadata":…}]}, without contents: those may be private. `path` as
	// `kubectl get --raw` takes it; of a kind that the cluster does not serve there is nothing.
	bool (*names)(struct session *session, const struct scope *cluster, const char *path, struct buffer *json,
	        struct cancel *cancel, struct error *error);
	// SelfSubjectAccessReview.
	bool (*may)(struct session *session, const struct scope *cluster, const char *verb, const char *group,
	        const char *resource, const char *space, bool *allowed, struct cancel *cancel, struct error *error);
	// Takes the finalizer peer.pod/finalizer off one PeerPod, only when uid and list are still as given; journaled.
	bool (*release_peerpod)(struct session *session, const struct scope *cluster, const char *space,
	        const char *name, const char *uid, const char *run, struct cancel *cancel, struct error *error);
	// Takes the Lease, or renews it: makes it when there is none, takes it over when its holder let it run out. A
	// cluster id of "" is the cluster that the program runs in, else the current context of the kubeconfig. True
	// also when another one holds it (`state` says so). False when it could not be asked: what was held stays held
	// until `until`. Not journaled.
	bool (*lease_take)(struct session *session, const struct scope *cluster, const struct lease_request *request,
	        struct lease_state *state, struct cancel *cancel, struct error *error);
	// Gives it back, if it is ours, so that the next one need not wait.
	bool (*lease_release)(struct session *session, const struct scope *cluster, const struct lease_request *request,
	        struct lease_state *state, struct cancel *cancel, struct error *error);
};

// ---- a cloud ----

enum presence { PRESENCE_UNKNOWN, PRESENCE_ABSENT, PRESENCE_PRESENT };

// Whether the lists of one region may be believed. An empty list proves nothing (it may mean no permission), a DryRun
// does.
struct region_proof {
	bool vms_are_proven;
	const char *missing; // static or in the session: the permission that is lacking, "" = none known
	bool offset_is_known;
	int64_t offset_ms; // its clock − ours, from the Date header
	struct error error;
};

// Filled by the clouds; NULL members do not exist.
struct cloud_source {
	bool (*prove)(struct session *session, const struct scope *region, struct region_proof *out,
	        struct cancel *cancel, struct error *error);
	// Base64 user data of a VM as the cloud sends it. Holds secrets: `out` is made by secret_create and destroyed
	// by the caller. False with ERROR_DENIED when that is not allowed.
	bool (*user_data)(struct session *session, const struct scope *region, const char *vm, struct secret **out,
	        struct cancel *cancel, struct error *error);
	// Asked by id, so that an empty list is no answer.
	bool (*exists)(struct session *session, const struct scope *region, enum kind_id kind, const char *id,
	        enum presence *out, struct cancel *cancel, struct error *error);
	// Price of an hour of one instance type with its system disk, pay as you go. Cached by the session.
	bool (*price)(struct session *session, const struct scope *region, const char *type, const char *zone,
	        int64_t disk_gib, double *per_hour, char currency[8], struct cancel *cancel, struct error *error);
	// Price of an hour of one unbound public address.
	bool (*address_price)(struct session *session, const struct scope *region, double *per_hour, char currency[8],
	        struct cancel *cancel, struct error *error);
	// The cloud's dry run of an action of this backend ("delete" of a VM): true when it would be done.
	bool (*rehearse)(struct session *session, const char *action, enum kind_id kind, const struct scope *region,
	        const char *id, struct cancel *cancel, struct error *error);
	// A kubeconfig for a cluster of this cloud: temporary, in memory only.
	bool (*kubeconfig)(struct session *session, const struct scope *cluster, struct secret **out, int64_t *expires,
	        struct cancel *cancel, struct error *error);
	const struct cloud_checks *checks; // NULL = health cannot ask this cloud
};

// ---- what health asks of a cloud about the place where pod VMs are made ----
// False when it could not be asked; ERROR_DENIED names the permission in its remedy, ERROR_NOT_FOUND = there is no such
// thing. Texts are "" and numbers −1 where the cloud does not say.

enum { CLOUD_WORD = 64, CLOUD_TEXT = 256, CLOUD_LIMITS_MOST = 16 };

struct cloud_vswitch {
	char vpc[CLOUD_WORD], zone[CLOUD_WORD], status[CLOUD_WORD], cidr[CLOUD_WORD];
	int64_t free_addresses;
};

struct cloud_image {
	char name[CLOUD_TEXT], status[CLOUD_WORD], architecture[CLOUD_WORD], boot_mode[CLOUD_WORD];
	bool is_usable; // VMs can be made from it now
};

// The cloud's side of a cluster.
struct cloud_cluster {
	char vpc[CLOUD_WORD], security_group[CLOUD_WORD];
	enum answer has_identities;                    // service accounts may take roles (RRSA)
	char issuer[CLOUD_TEXT], provider[CLOUD_TEXT]; // of their tokens; the provider as trust policies name it
};

// May traffic come in? All groups of both sides count.
struct cloud_passage {
	const char *const *to, *const *from; // security groups
	size_t to_count, from_count;
	const char *from_cidr; // where it comes from; "" = not known
	const char *protocol;  // "tcp", "udp"
	int port;
};

// A VM as it would be made for a pod.
struct cloud_trial {
	const char *image, *type, *vswitch;
	const char *const *groups;
	size_t group_count;
	int64_t disk_gib;
	bool is_confidential;
};

struct cloud_egress {
	bool has_gateway, is_ready; // in this VPC
	bool is_covered;            // traffic of this vSwitch goes out through it
	char gateway[CLOUD_WORD];
};

struct cloud_limit {
	char code[CLOUD_WORD], name[CLOUD_TEXT], unit[CLOUD_WORD];
	enum { LIMIT_OTHER, LIMIT_VCPU, LIMIT_ADDRESSES, LIMIT_INTERFACES } sort;
	int64_t total, used;
};

struct cloud_role_question {
	const char *role; // name or ARN
	const char *provider, *issuer, *audience, *subject;
	bool external_network; // pod VMs get interfaces and public addresses of their own
};

struct cloud_role {
	enum answer trusts_provider, trusts_subject, trusts_audience;
	enum answer allows_all;
	char missing[2 * CLOUD_TEXT]; // actions that it does not allow: "ecs:DescribeInstanceTypes, …"; "" = none
};

struct cloud_checks {
	bool (*vswitch)(struct session *session, const struct scope *region, const char *id, struct cloud_vswitch *out,
	        struct cancel *cancel, struct error *error);
	// The VPC of a security group.
	bool (*group)(struct session *session, const struct scope *region, const char *id, char vpc[CLOUD_WORD],
	        struct cancel *cancel, struct error *error);
	bool (*image)(struct session *session, const struct scope *region, const char *id, struct cloud_image *out,
	        struct cancel *cancel, struct error *error);
	bool (*cluster)(struct session *session, const struct scope *cluster, struct cloud_cluster *out,
	        struct cancel *cancel, struct error *error);
	bool (*sells)(struct session *session, const struct scope *region, const char *zone, const char *type,
	        enum answer *out, struct cancel *cancel, struct error *error);
	bool (*lets_in)(struct session *session, const struct scope *region, const struct cloud_passage *passage,
	        enum answer *out, struct cancel *cancel, struct error *error);
	// A dry run of making such a VM: true when it would be made; else the cloud's code and message.
	bool (*trial)(struct session *session, const struct scope *region, const struct cloud_trial *trial,
	        struct cancel *cancel, struct error *error);
	bool (*egress)(struct session *session, const struct scope *region, const char *vpc, const char *vswitch,
	        const char *cidr, struct cloud_egress *out, struct cancel *cancel, struct error *error);
	bool (*limits)(struct session *session, const struct scope *region, struct cloud_limit out[CLOUD_LIMITS_MOST],
	        size_t *count, struct cancel *cancel, struct error *error);
	bool (*role)(struct session *session, const struct cloud_role_question *question, struct cloud_role *out,
	        struct cancel *cancel, struct error *error);
	// What a VM wrote to its serial console.
	bool (*console)(struct session *session, const struct scope *region, const char *vm, struct buffer *out,
	        struct cancel *cancel, struct error *error);
};

#endif
