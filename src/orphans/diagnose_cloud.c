// SPDX-License-Identifier: Apache-2.0
// What a diagnosis asks of the cloud.
#include "config.h"
#include "orphans/diagnose_own.h"

#include <stdio.h>
#include <string.h>

#include "net/json.h"

#include "base/banned.h"

static const char adaptor_account[] = "cloud-api-adaptor", usual_space[] = "confidential-containers-system";
static const char role_annotation[] = "pod-identity.alibabacloud.com/role-name";

static const struct cloud_checks *checks_of(const struct diagnose *diagnose)
{
	const struct health_facts *facts = &diagnose->facts;

	return facts->cloud.is_there && facts->survey->config.exists ? diagnose->options.cloud->cloud->checks : NULL;
}

static void note(struct health_question *question, bool good, const struct error *error)
{
	question->asked = good ? HEALTH_ANSWERED : HEALTH_FAILED;
	if (!good)
		question->error = *error;
}

static void ask_groups(struct diagnose *diagnose, const struct cloud_checks *checks)
{
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const struct health_setup *setup = &diagnose->facts.setup;
	struct error error = {0};

	for (size_t i = 0; checks->group && i < setup->group_count; i++)
		note(&cloud->groups_asked[i],
		        checks->group(diagnose->options.cloud_session, &diagnose->region, setup->groups[i],
		                cloud->group_vpcs[i], diagnose->cancel, &error),
		        &error);
}

void ask_place(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const struct health_setup *setup = &diagnose->facts.setup;
	struct session *session = diagnose->options.cloud_session;
	const struct scope *region = &diagnose->region;
	struct cancel *cancel = diagnose->cancel;
	struct scope cluster = diagnose->options.cluster;
	struct error error = {0};

	(void)part;
	if (!checks)
		return;
	if (!*cluster.region)
		memcpy(cluster.region, region->region, sizeof(cluster.region));
	if (*setup->vswitch && checks->vswitch)
		note(&cloud->vswitch_asked,
		        checks->vswitch(session, region, setup->vswitch, &cloud->vswitch, cancel, &error), &error);
	ask_groups(diagnose, checks);
	if (*setup->image && checks->image)
		note(&cloud->image_asked, checks->image(session, region, setup->image, &cloud->image, cancel, &error),
		        &error);
	if (*cluster.cluster && checks->cluster)
		note(&cloud->cluster_asked, checks->cluster(session, &cluster, &cloud->cluster, cancel, &error),
		        &error);
	if (cloud->vswitch_asked.asked == HEALTH_ANSWERED && checks->sells)
		note(&cloud->sells_asked,
		        checks->sells(session, region, cloud->vswitch.zone, setup->type, &cloud->sells, cancel, &error),
		        &error);
}

void ask_trial(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	const struct health_setup *setup = &diagnose->facts.setup;
	struct cloud_trial trial = {.image = setup->image,
	        .type = setup->type,
	        .vswitch = setup->vswitch,
	        .groups = setup->groups,
	        .group_count = setup->group_count,
	        .disk_gib = setup->disk_gib,
	        .is_confidential = setup->is_confidential};
	struct error error = {0};

	(void)part;
	if (!checks || !checks->trial || !*setup->image || !*setup->vswitch || !setup->group_count)
		return;
	note(&diagnose->facts.cloud.trial_asked,
	        checks->trial(diagnose->options.cloud_session, &diagnose->region, &trial, diagnose->cancel, &error),
	        &error);
}

// Where workers send from: the first one's address stands for all.
static const char *worker_address(const struct health_facts *facts)
{
	const struct node_record *node;

	for (size_t i = 0; (node = node_at(facts, i)); i++)
		if (is_worker(node))
			return node->addresses.count ? node->addresses.items[0] : node->private_ip;
	return "";
}

// Workers are in the cluster's own group; pod VMs in those of peer-pods-cm.
void ask_passages(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const struct health_setup *setup = &diagnose->facts.setup;
	const char *node_group = cloud->cluster.security_group;
	const char *const nodes[] = {node_group};

	(void)part;
	if (!checks || !checks->lets_in || !*node_group || !setup->group_count)
		return;
	for (size_t i = 0; i < PASSAGES; i++) {
		bool to_node = i == PASSAGE_VXLAN_TO_NODE;
		struct cloud_passage passage = {.to = to_node ? nodes : setup->groups,
		        .to_count = to_node ? 1 : setup->group_count,
		        .from = to_node ? setup->groups : nodes,
		        .from_count = to_node ? setup->group_count : 1,
		        .from_cidr = to_node ? cloud->vswitch.cidr : worker_address(&diagnose->facts),
		        .protocol = i == PASSAGE_FORWARDER ? "tcp" : "udp",
		        .port = i == PASSAGE_FORWARDER ? setup->forwarder_port : setup->vxlan_port};
		struct error error = {0};

		note(&cloud->passages_asked[i],
		        checks->lets_in(diagnose->options.cloud_session, &diagnose->region, &passage,
		                &cloud->passages[i], diagnose->cancel, &error),
		        &error);
	}
}

void ask_egress(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	struct health_cloud *cloud = &diagnose->facts.cloud;
	struct error error = {0};

	(void)part;
	if (!checks || !checks->egress || cloud->vswitch_asked.asked != HEALTH_ANSWERED)
		return;
	note(&cloud->egress_asked,
	        checks->egress(diagnose->options.cloud_session, &diagnose->region, cloud->vswitch.vpc,
	                diagnose->facts.setup.vswitch, cloud->vswitch.cidr, &cloud->egress, diagnose->cancel, &error),
	        &error);
}

void ask_limits(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	struct health_cloud *cloud = &diagnose->facts.cloud;
	struct error error = {0};

	(void)part;
	if (!checks || !checks->limits)
		return;
	note(&cloud->limits_asked,
	        checks->limits(diagnose->options.cloud_session, &diagnose->region, cloud->limits, &cloud->limit_count,
	                diagnose->cancel, &error),
	        &error);
}

static const char *adaptor_space(const struct health_facts *facts)
{
	const struct pod_record *pod;

	for (size_t i = 0; (pod = pod_at(facts, i)); i++)
		if (is_adaptor(pod))
			return pod->namespace_name;
	return usual_space;
}

// Which role the adaptor takes: its service account says, or peer-pods-cm.
static void find_role(struct diagnose *diagnose, const char *space)
{
	enum { OBJECT_MOST = 256 << 10 };
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const struct diagnose_options *options = &diagnose->options;
	const char *arn = tag_of(&diagnose->survey.config.values, "ALIBABA_CLOUD_ROLE_ARN");
	struct error error = {0};
	struct json_doc doc;
	struct buffer json;
	bool read;

	if (arn)
		snprintf(cloud->role_name, sizeof(cloud->role_name), "%s", arn);
	if (!options->clusters->cluster->object)
		return;
	buffer_init(&json, OBJECT_MOST);
	read = options->clusters->cluster->object(options->clusters_session, &options->cluster, "v1", "serviceaccounts",
	        space, adaptor_account, &json, diagnose->cancel, &error);
	note(&cloud->account_asked, read, &error);
	if (read && json_open(&doc, buffer_text(&json), json.size, "service account", NULL)) {
		const cJSON *annotations = json_path(doc.root, "metadata.annotations");
		const char *role = json_text(annotations, role_annotation);

		if (*role)
			snprintf(cloud->role_name, sizeof(cloud->role_name), "%s", role);
		json_close(&doc);
	}
	buffer_finish(&json);
}

void ask_role(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const char *space = adaptor_space(&diagnose->facts);
	struct cloud_role_question question = {.role = cloud->role_name,
	        .provider = cloud->cluster.provider,
	        .issuer = cloud->cluster.issuer,
	        .audience = "sts.aliyuncs.com",
	        .external_network = diagnose->facts.setup.has_external_network};
	struct error error = {0};
	char subject[320];

	(void)part;
	if (!checks || !checks->role)
		return;
	find_role(diagnose, space);
	if (!*cloud->role_name || cloud->cluster_asked.asked != HEALTH_ANSWERED ||
	        cloud->cluster.has_identities == ANSWER_NO)
		return;
	snprintf(subject, sizeof(subject), "system:serviceaccount:%s:%s", space, adaptor_account);
	question.subject = subject;
	note(&cloud->role_asked,
	        checks->role(diagnose->options.cloud_session, &question, &cloud->role, diagnose->cancel, &error),
	        &error);
}

struct vm_sink {
	struct list_sink sink; // first
	struct snapshot *vms;
	struct error error;
};

static struct snapshot_builder *begin(struct list_sink *sink, const struct scope *scope)
{
	(void)sink;
	return snapshot_builder_create(KIND_VM, scope, NULL);
}

static void page(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder)
{
	(void)sink;
	(void)scope;
	(void)builder;
}

static void end(
        struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder, const struct error *error)
{
	struct vm_sink *target = (struct vm_sink *)sink;
	struct snapshot *snapshot = builder ? snapshot_finish(builder, 0, error) : NULL;

	(void)scope;
	if (error && error->kind != ERROR_NONE) {
		target->error = *error;
		snapshot_unref(snapshot);
		return;
	}
	snapshot_unref(target->vms);
	target->vms = snapshot;
}

void ask_vms(struct diagnose *diagnose, size_t part)
{
	const struct backend *backend = diagnose->options.cloud;
	struct health_cloud *cloud = &diagnose->facts.cloud;
	struct vm_sink sink = {.sink = {begin, page, end}};
	struct error error = {0};

	(void)part;
	if (!cloud->is_there || !backend->lists(KIND_VM))
		return;
	if (!backend->list(diagnose->options.cloud_session, KIND_VM, &diagnose->region, 1, &sink.sink, diagnose->cancel,
	            &error))
		sink.error = error;
	cloud->vms = sink.vms;
	note(&cloud->vms_asked, sink.vms != NULL, &sink.error);
}

// Only where a pod has a VM and is not ready: what its VM wrote may say why.
void ask_console(struct diagnose *diagnose, size_t part)
{
	const struct cloud_checks *checks = checks_of(diagnose);
	const struct health_facts *facts = &diagnose->facts;
	struct health_cloud *cloud = &diagnose->facts.cloud;
	const struct health_log *log;
	const struct caa_entry *entry;
	struct error error = {0};

	(void)part;
	if (!checks || !checks->console || !facts->pod || facts->pod->is_ready)
		return;
	log = log_of(facts, adaptor_on(facts, facts->pod->node));
	entry = log && log->is_read ? caa_book_pod_last(&log->book, facts->pod->namespace_name, facts->pod->record.name)
	                            : NULL;
	if (!entry || !*entry->instance)
		return;
	note(&cloud->console_asked,
	        checks->console(diagnose->options.cloud_session, &diagnose->region, entry->instance, &cloud->console,
	                diagnose->cancel, &error),
	        &error);
}
