// SPDX-License-Identifier: Apache-2.0
// A writer per kind of resource, and a hash over what they write.
#include "config.h"
#include "sim/truth_digest.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base.h"
#include "base/buffer.h"
#include "base/crypto.h"
#include "sim/oss_store.h"
#include "sim/ram.h"

#include "base/banned.h"

enum { TEXT_MOST = 1 << 20 };

// Texts stand one after the other: each on a line of its own, absent ones empty.
static void add(struct buffer *out, const char *text)
{
	buffer_printf(out, "%s\n", text ? text : "");
}

static void add_vpc(const struct resource *resource, struct buffer *out)
{
	const struct vpc *vpc = (const void *)resource;
	add(out, vpc->name);
	add(out, vpc->description);
}

static void add_vswitch(const struct resource *resource, struct buffer *out)
{
	const struct vswitch *vswitch = (const void *)resource;
	add(out, vswitch->name);
	add(out, vswitch->description);
}

static void add_group(const struct resource *resource, struct buffer *out)
{
	const struct security_group *group = (const void *)resource;
	add(out, group->name);
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct security_rule *rule = &group->rules[i];
		buffer_printf(out, "%s %s %s %s\n", rule->direction, rule->protocol, rule->port_range, rule->source);
	}
}

static void add_eni(const struct resource *resource, struct buffer *out)
{
	const struct eni *eni = (const void *)resource;
	add(out, eni->name);
	add(out, eni->instance ? eni->instance->base.id : "");
	add(out, eni->eip_id);
}

static void add_disk(const struct resource *resource, struct buffer *out)
{
	const struct disk *disk = (const void *)resource;
	add(out, disk->name);
	add(out, disk->instance ? disk->instance->base.id : "");
}

static void add_image(const struct resource *resource, struct buffer *out)
{
	const struct image *image = (const void *)resource;
	add(out, image->name);
	add(out, image->description);
}

static void add_snapshot(const struct resource *resource, struct buffer *out)
{
	const struct disk_snapshot *snapshot = (const void *)resource;
	add(out, snapshot->name);
	add(out, snapshot->image_id);
}

static void add_eip(const struct resource *resource, struct buffer *out)
{
	const struct eip *eip = (const void *)resource;
	add(out, eip->name);
	add(out, eip->instance_id);
	buffer_printf(out, "%" PRId64 " %d\n", eip->bandwidth, eip->deletion_protection);
}

static void add_gateway(const struct resource *resource, struct buffer *out)
{
	const struct nat_gateway *gateway = (const void *)resource;
	add(out, gateway->name);
	buffer_printf(out, "%d\n", gateway->deletion_protection);
}

static void add_snat(const struct resource *resource, struct buffer *out)
{
	const struct snat_entry *entry = (const void *)resource;
	add(out, entry->gateway->base.id);
	add(out, entry->snat_ip);
	add(out, entry->source_vswitch);
	add(out, entry->source_cidr);
}

static void add_cluster(const struct resource *resource, struct buffer *out)
{
	const struct cluster *cluster = (const void *)resource;
	add(out, cluster->name);
	add(out, cluster->version);
	buffer_printf(out, "%d %d %d\n", cluster->rrsa, cluster->public_endpoint, cluster->deletion_protection);
	for (size_t i = 0; i < cluster->addon_count; i++)
		add(out, cluster->addons[i].name);
}

static void add_pool(const struct resource *resource, struct buffer *out)
{
	const struct node_pool *pool = (const void *)resource;
	add(out, pool->name);
	add(out, pool->labels);
	add(out, pool->taints);
	buffer_printf(out, "%" PRId64 " %d\n", pool->desired_size, pool->autoscaling);
}

static void add_role(const struct resource *resource, struct buffer *out)
{
	const struct role *role = (const void *)resource;
	add(out, role->description);
	add(out, role->document);
	for (size_t i = 0; i < role->policy_count; i++)
		buffer_printf(out, "%s %s\n", role->policies[i].type, role->policies[i].name);
}

static void add_policy(const struct resource *resource, struct buffer *out)
{
	const struct policy *policy = (const void *)resource;
	add(out, policy->description);
	buffer_printf(out, "%d\n", policy->current);
	for (size_t i = 0; i < policy->version_count; i++)
		add(out, policy->versions[i].document);
}

static void add_object(const struct resource *resource, struct buffer *out)
{
	const struct oss_object *object = (const void *)resource;
	add(out, object->etag);
	buffer_printf(out, "%" PRId64 "\n", object->modified);
}

static void add_upload(const struct resource *resource, struct buffer *out)
{
	const struct oss_upload *upload = (const void *)resource;
	add(out, upload->key);
	for (size_t i = 0; i < upload->part_count; i++)
		add(out, upload->parts[i].etag);
}

static void (*const writers[KIND_COUNT])(const struct resource *resource, struct buffer *out) = {
        [KIND_VPC] = add_vpc,
        [KIND_VSWITCH] = add_vswitch,
        [KIND_SECURITY_GROUP] = add_group,
        [KIND_ENI] = add_eni,
        [KIND_DISK] = add_disk,
        [KIND_IMAGE] = add_image,
        [KIND_SNAPSHOT] = add_snapshot,
        [KIND_EIP] = add_eip,
        [KIND_NAT_GATEWAY] = add_gateway,
        [KIND_SNAT_ENTRY] = add_snat,
        [KIND_CLUSTER] = add_cluster,
        [KIND_NODE_POOL] = add_pool,
        [KIND_ROLE] = add_role,
        [KIND_POLICY] = add_policy,
        [KIND_OBJECT] = add_object,
        [KIND_UPLOAD] = add_upload,
};

void truth_digest(const struct resource *resource, char out[TRUTH_DIGEST_SIZE])
{
	char hash[SHA256_HEX_SIZE];
	struct buffer text;
	buffer_init(&text, TEXT_MOST);
	for (size_t i = 0; i < resource->tag_count; i++)
		buffer_printf(&text, "%s=%s\n", resource->tags[i].key, resource->tags[i].value);
	if (writers[resource->kind])
		writers[resource->kind](resource, &text);
	crypto_sha256_hex(buffer_text(&text), text.size, hash);
	snprintf(out, TRUTH_DIGEST_SIZE, "%.16s", hash);
	buffer_finish(&text);
}
