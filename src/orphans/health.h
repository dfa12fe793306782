// SPDX-License-Identifier: Apache-2.0
// Checks of what pod VMs need, as a table of pure functions over facts that were gathered: health checks H1 to H15 (H0:
// whether the cluster was read), a pod's way P1 to P9, and the symptoms of what is known to go wrong. Nothing here asks
// anybody; diagnose.h does. Sources: the Cloud API Adaptor's (CAA) code and messages, its issues, Kubernetes
// documentation.
#ifndef PEERDECK_ORPHANS_HEALTH_H
#define PEERDECK_ORPHANS_HEALTH_H

#include "orphans/diagnose.h"
#include "orphans/health_log.h"
#include "work/survey.h"

// Where facts come from; each is settled as a whole.
enum health_source {
	HEALTH_SURVEY,   // the cluster
	HEALTH_LOGS,     // of the adaptor and of peerpod-ctrl
	HEALTH_WEBHOOK,  // its configuration
	HEALTH_PLACE,    // vSwitch, groups, image, type in the cloud, the cloud's side of the cluster
	HEALTH_TRIAL,    // dry run of a pod VM
	HEALTH_PASSAGES, // workers and pod VMs reach each other
	HEALTH_EGRESS,
	HEALTH_LIMITS,
	HEALTH_ROLE,
	HEALTH_VMS,     // list of VMs of the region
	HEALTH_CONSOLE, // of the pod's VM
	HEALTH_SOURCES,
};
#define NEEDS(source) (1u << (source))

// peer-pods-cm as the adaptor reads it, with its defaults. Texts "" = not set.
enum { HEALTH_GROUPS_MOST = 16, HEALTH_LIMIT_USUAL = 10, HEALTH_FORWARDER_PORT = 15150, HEALTH_VXLAN_PORT = 4789 };
struct health_setup {
	const char *provider, *region, *vswitch, *image, *type;
	char group_texts[HEALTH_GROUPS_MOST][CLOUD_WORD];
	const char *groups[HEALTH_GROUPS_MOST];
	size_t group_count;
	int forwarder_port, vxlan_port;
	int64_t limit, disk_gib;
	bool is_confidential, has_public_address, has_external_network;
	bool vxlan_is_usual; // nobody chose another port
};
void health_setup_read(struct health_setup *setup, const struct survey_config *config);

// One thing that was asked.
enum health_asked { HEALTH_NOT_ASKED, HEALTH_ANSWERED, HEALTH_FAILED };
struct health_question {
	enum health_asked asked;
	struct error error; // HEALTH_FAILED
};

enum { PASSAGE_FORWARDER, PASSAGE_VXLAN_TO_VM, PASSAGE_VXLAN_TO_NODE, PASSAGES };

struct health_cloud {
	bool is_there; // a cloud can be asked
	struct health_question vswitch_asked, groups_asked[HEALTH_GROUPS_MOST], image_asked, cluster_asked, sells_asked,
	        trial_asked, passages_asked[PASSAGES], egress_asked, limits_asked, role_asked, vms_asked, console_asked;
	struct cloud_vswitch vswitch;
	char group_vpcs[HEALTH_GROUPS_MOST][CLOUD_WORD];
	struct cloud_image image;
	struct cloud_cluster cluster;
	enum answer sells, passages[PASSAGES];
	struct cloud_egress egress;
	struct cloud_limit limits[CLOUD_LIMITS_MOST];
	size_t limit_count;
	struct cloud_role role;
	char role_name[CLOUD_TEXT];           // "" = the adaptor's service account names none
	struct health_question account_asked; // that service account
	struct snapshot *vms;
	struct buffer console;
};

struct health_webhook {
	struct health_question asked;
	char failure_policy[16]; // "Fail", "Ignore"; "" = not known
	bool has_certificate;    // the API server knows whom to trust
};

enum { HEALTH_LOGS_MOST = 64 };

struct health_facts {
	unsigned known;     // sources that are settled
	int64_t now, since; // `since`: what is older is no symptom of now
	struct scope cluster;
	const struct cluster_survey *survey;
	struct health_setup setup;
	struct health_log *logs;
	size_t log_count, logs_left_out; // left out: there were more than HEALTH_LOGS_MOST
	struct health_webhook webhook;
	struct health_cloud cloud;
	const struct pod_record *pod; // NULL = the whole cluster
	const struct report *report;  // NULL = none
};

struct health_finding {
	enum diagnosis_result result;
	char seen[640], remedy[480], missing[160];
	struct diagnosis_link link;
};

struct health_pattern;
struct health_check {
	const char *id, *title; // title N_()
	unsigned needs;         // NEEDS(…) that must be settled
	// Fills a finding that is zeroed but for result DIAGNOSIS_PASS and link.kind KIND_COUNT. Of a symptom,
	// DIAGNOSIS_PASS = it is not there.
	void (*judge)(const struct health_facts *facts, const struct health_check *check, struct health_finding *out);
	const struct health_pattern *pattern; // symptoms
	const char *remedy;                   // symptoms, N_()
};

enum { HEALTH_CHECKS = 16, HEALTH_PATH = 9, HEALTH_SYMPTOMS = 29 };
extern const struct health_check health_checks[HEALTH_CHECKS];
extern const struct health_check health_path[HEALTH_PATH];
extern const struct health_check health_symptoms[HEALTH_SYMPTOMS];

// Judges one; false while facts that it needs are not settled.
bool health_judge(const struct health_facts *facts, const struct health_check *check, struct health_finding *out);

#endif
