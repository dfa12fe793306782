// SPDX-License-Identifier: Apache-2.0
// Pod VMs.
#include "config.h"
#include "sim/podvms.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/instances.h"

#include "base/banned.h"

enum { POD_PART_MOST = 48, SANDBOX_PART = 8 };

struct pod_name pod_name_make(struct world *world, enum random_stream stream)
{
	static const struct {
		const char *namespace, *base;
		enum { DEPLOYMENT, STATEFUL_SET, JOB } sort;
	} workloads[] = {
	        {"payments", "payments-api", DEPLOYMENT},
	        {"payments", "ledger", STATEFUL_SET},
	        {"inference", "llm-gateway", DEPLOYMENT},
	        {"inference", "embedding-worker", DEPLOYMENT},
	        {"default", "nginx", DEPLOYMENT},
	        {"ci", "build", JOB},
	        {"ci", "integration-test-with-a-rather-long-descriptive-name", JOB},
	        {"data", "kafka", STATEFUL_SET},
	        {"data", "feature-store", DEPLOYMENT},
	        {"risk", "scoring.v2", DEPLOYMENT},
	};
	static const char *const suffixes = "bcdfghjklmnpqrstvwxz2456789";
	struct random *random = &world->random[stream];
	size_t at = (size_t)random_below(random, COUNT_OF(workloads));
	char tail[6] = {0}, hash[11] = {0};
	for (size_t i = 0; i < 5; i++)
		tail[i] = suffixes[random_below(random, 27)];
	for (size_t i = 0; i < 9; i++)
		hash[i] = suffixes[random_below(random, 27)];
	struct pod_name name = {.namespace = workloads[at].namespace};
	if (workloads[at].sort == DEPLOYMENT)
		name.pod = world_printf(world, "%s-%s-%s", workloads[at].base, hash, tail);
	else if (workloads[at].sort == JOB)
		name.pod = world_printf(world, "%s-%s", workloads[at].base, tail);
	else
		name.pod = world_printf(world, "%s-%d", workloads[at].base, (int)random_below(random, 6));
	return name;
}

const char *podvm_name(struct world *world, const char *pod, const char *sandbox_id)
{
	char part[POD_PART_MOST + 1];
	size_t length = 0;
	for (; pod[length] && length < POD_PART_MOST; length++) {
		char c = pod[length];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
		part[length] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : plain ? c : '-');
	}
	part[length] = 0;
	return world_printf(world, "podvm-%s-%.*s", part, SANDBOX_PART, sandbox_id);
}

void podvm_tag(struct world *world, struct instance *instance, const char *tags)
{
	while (tags && *tags) {
		char key[128], value[256];
		size_t length = strcspn(tags, ",");
		if (sscanf(tags, "%127[^=,]=%255[^,]", key, value) == 2)
			resource_tag(world, &instance->base, key, value);
		tags += length;
		tags += *tags == ',';
	}
}

struct instance *podvm_create(struct world *world, enum random_stream stream, const struct adaptor *adaptor,
        struct pod_name pod, int64_t created)
{
	char sandbox[65];
	random_hex(&world->random[stream], sandbox, 64);
	struct instance_plan plan = {
	        .stream = stream,
	        .made_by = MADE_BY_CAA,
	        .sort = VM_PODVM,
	        .name = podvm_name(world, pod.pod, sandbox),
	        .type = adaptor->type,
	        .vswitch = adaptor->vswitch,
	        .groups = {adaptor->group},
	        .group_count = 1,
	        .image_id = adaptor->image_id,
	        .disk_gib = 40,
	        .public_address = adaptor->public_address,
	        .confidential = adaptor->type->tdx,
	        .created = created,
	};
	struct instance *instance = instance_create(world, &plan);
	if (!instance)
		return NULL;
	instance->use = (struct pod_use){
	        .cluster_id = adaptor->cluster->base.id,
	        .namespace = pod.namespace,
	        .pod = pod.pod,
	};
	instance->use.cluster_id = world_text(world, instance->use.cluster_id);
	instance->made_for = instance->use;
	podvm_tag(world, instance, adaptor->tags);
	return instance;
}

void podvm_user_data_text(struct buffer *out, const struct podvm_data *data)
{
	char ip[IP_TEXT_SIZE], worker[IP_TEXT_SIZE];
	ip_format(data->pod_ip, ip);
	ip_format(data->worker_ip, worker);
	buffer_printf(out,
	        "#cloud-config\n\n"
	        "write_files:\n"
	        "  - path: /run/peerpod/%s\n"
	        "    content: |\n"
	        "      {\n"
	        "          \"pod-network\": {\n"
	        "              \"podip\": \"%s/25\",\n"
	        "              \"pod-hw-addr\": \"a6:5e:%02x:%02x:%02x:%02x\",\n"
	        "              \"interface\": \"eth0\",\n"
	        "              \"worker-node-ip\": \"%s/20\",\n"
	        "              \"tunnel-type\": \"vxlan\",\n"
	        "              \"routes\": [\n"
	        "                  {\n"
	        "                      \"dst\": \"0.0.0.0/0\",\n"
	        "                      \"dev\": \"eth0\"\n"
	        "                  }\n"
	        "              ],\n"
	        "              \"mtu\": 1450,\n"
	        "              \"index\": 0,\n"
	        "              \"vxlan-port\": 4789,\n"
	        "              \"vxlan-id\": %u,\n"
	        "              \"dedicated\": false,\n"
	        "              \"external-net-via-pod-vm\": false\n"
	        "          },\n"
	        "          \"pod-namespace\": \"%s\",\n"
	        "          \"pod-name\": \"%s\",\n"
	        "          \"tls-server-key\": \"-----BEGIN EC PRIVATE KEY-----\\nMADE-UP\\n-----END EC PRIVATE "
	        "KEY-----\\n\",\n"
	        "          \"tls-server-cert\": \"-----BEGIN CERTIFICATE-----\\nMADE-UP\\n-----END "
	        "CERTIFICATE-----\\n\",\n"
	        "          \"tls-client-ca\": \"-----BEGIN CERTIFICATE-----\\nMADE-UP\\n-----END "
	        "CERTIFICATE-----\\n\"\n"
	        "      }\n",
	        data->daemon_json ? "daemon.json" : "apf.json", ip, data->pod_ip >> 24, data->pod_ip >> 16 & 0xff,
	        data->pod_ip >> 8 & 0xff, data->pod_ip & 0xff, worker, data->vxlan, data->namespace, data->pod);
}

void podvm_user_data(const struct instance *instance, struct buffer *out)
{
	podvm_user_data_text(out, &(struct podvm_data){.namespace = instance->made_for.namespace,
	                                  .pod = instance->made_for.pod,
	                                  .pod_ip = (10u << 24) + (244u << 16) + (instance->private_ip & 0x7fff),
	                                  .worker_ip = instance->vswitch->network + 2 + instance->private_ip % 3,
	                                  .vxlan = 555000u + instance->private_ip % 500});
}
