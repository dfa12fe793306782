// SPDX-License-Identifier: Apache-2.0
// Where the web console shows a thing.
#include "alibaba/doctor.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

// {r} region, {i} id, {c} cluster.
static const struct {
	enum kind_id kind;
	const char *host, *path;
} rows[] = {
        {KIND_REGION, "ecs", "/server/region/{i}"},
        {KIND_VM, "ecs", "/server/{i}/detail?regionId={r}"},
        {KIND_ENI, "ecs", "/networkInterfaces/region/{r}?networkInterfaceId={i}"},
        {KIND_DISK, "ecs", "/disk/region/{r}?diskId={i}"},
        {KIND_IMAGE, "ecs", "/image/region/{r}?imageId={i}"},
        {KIND_EIP, "vpc", "/eip/{r}/eips/{i}"},
        {KIND_VPC, "vpc", "/vpc/{r}/vpcs/{i}"},
        {KIND_VSWITCH, "vpc", "/vpc/{r}/switches/{i}"},
        {KIND_CLUSTER, "cs", "/#/k8s/cluster/{i}/v2/info/overview"},
        {KIND_NODE_POOL, "cs", "/#/k8s/cluster/{c}/v2/nodepool/{i}"},
        {KIND_NODE, "cs", "/#/k8s/cluster/{c}/v2/node/list"},
};

bool console_url(struct session *session, enum kind_id kind, const struct scope *scope, const struct record *record,
        struct buffer *out)
{
	const char *path = NULL;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind) {
			path = rows[i].path;
			buffer_printf(out, "https://%s.console.%s.com", rows[i].host,
			        session->endpoints.international ? "alibabacloud" : "aliyun");
		}
	if (!path)
		return false;
	for (; *path; path++) {
		const char *value = NULL;

		if (path[0] == '{' && path[1] && path[2] == '}')
			value = path[1] == 'r'   ? *record->region ? record->region : scope->region
			        : path[1] == 'i' ? record->id
			                         : scope->cluster;
		if (!value) {
			buffer_add_char(out, *path);
			continue;
		}
		text_add_percent(out, value, strlen(value), NULL);
		path += 2;
	}
	return !out->broken;
}
