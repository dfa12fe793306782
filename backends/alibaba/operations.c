// SPDX-License-Identifier: Apache-2.0
// Rows as Alibaba Cloud's API metadata names them; tests compare them with that metadata where it is at hand.
#include "alibaba/operations.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define ECS "2014-05-26"
#define VPC "2016-04-28"
#define CS "2015-12-15"
#define RAM "2015-05-01"
#define STS "2015-04-01"
#define BSS "2017-12-14"
#define QUOTAS "2020-05-10"

// Calls per second: reads that pages come from may use what the service grants per minute; changes go slowly.
#define PAGES 20
#define READS 5
#define CHANGES 1

const struct operation operations[] = {
        // STS
        {"sts.GetCallerIdentity", STS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "", NULL},
        {"sts.AssumeRole", STS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION | OPERATION_FORM, READS,
                "RoleArn RoleSessionName DurationSeconds Policy ExternalId", "ExternalId"},
        {"sts.AssumeRoleWithOIDC", STS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION | OPERATION_FORM | OPERATION_UNSIGNED, READS,
                "RoleArn OIDCProviderArn OIDCToken RoleSessionName DurationSeconds Policy", "OIDCToken"},

        // RAM
        {"ram.ListRoles", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_MARKER, 1000, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "MaxItems Marker", NULL},

        {"ram.GetRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, OPERATION_NO_REGION,
                READS, "RoleName", NULL},
        {"ram.ListPoliciesForRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "RoleName", NULL},
        {"ram.ListPoliciesForUser", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "UserName", NULL},
        {"ram.ListGroupsForUser", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "UserName", NULL},
        {"ram.ListPoliciesForGroup", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "GroupName", NULL},
        {"ram.GetPolicy", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, OPERATION_NO_REGION,
                READS, "PolicyType PolicyName", NULL},
        {"ram.CreateRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_NAME,
                OPERATION_NO_REGION | OPERATION_FORM, CHANGES, "RoleName AssumeRolePolicyDocument Description", NULL},

        {"ram.DeleteRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_NO_REGION,
                CHANGES, "RoleName", NULL},
        {"ram.CreatePolicy", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_NAME,
                OPERATION_NO_REGION | OPERATION_FORM, CHANGES, "PolicyName PolicyDocument Description", NULL},
        {"ram.DeletePolicy", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_NO_REGION,
                CHANGES, "PolicyName CascadingDelete", NULL},
        {"ram.AttachPolicyToRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME,
                OPERATION_NO_REGION, CHANGES, "PolicyType PolicyName RoleName", NULL},
        {"ram.DetachPolicyFromRole", RAM, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME,
                OPERATION_NO_REGION, CHANGES, "PolicyType PolicyName RoleName", NULL},

        // ECS, reading
        {"ecs.DescribeRegions", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS, "AcceptLanguage", NULL},
        {"ecs.DescribeZones", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId AcceptLanguage Verbose", NULL},
        {"ecs.DescribeInstances", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_TOKEN, 100, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, PAGES,
                "RegionId MaxResults NextToken PageNumber PageSize InstanceIds InstanceName VpcId Tag.N.Key "
                "Tag.N.Value "
                "DryRun Filter.N.Key Filter.N.Value",
                NULL},
        {"ecs.DescribeNetworkInterfaces", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_TOKEN, 500, false, REPEAT_FREELY,
                OPERATION_SILENT, PAGES, "RegionId MaxResults NextToken NetworkInterfaceId.N", NULL},
        {"ecs.DescribeImages", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 100, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, READS,
                "RegionId PageNumber PageSize Status ImageOwnerAlias ImageId IsPublic Tag.N.Key Tag.N.Value DryRun",
                NULL},
        {"ecs.DescribeDisks", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_TOKEN, 500, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, PAGES, "RegionId MaxResults NextToken DiskIds DryRun", NULL},
        {"ecs.DescribeInstanceAttribute", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0,
                READS, "InstanceId", NULL},
        {"ecs.DescribeNetworkInterfaceAttribute", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                0, READS, "RegionId NetworkInterfaceId", NULL},
        {"ecs.DescribeUserData", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId InstanceId", NULL},
        {"ecs.DescribePrice", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId ResourceType InstanceType ZoneId PriceUnit SystemDisk.Category SystemDisk.Size Amount "
                "DataDisk.N.Category DataDisk.N.Size",
                NULL},
        {"ecs.DescribeSecurityGroupAttribute", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_TOKEN, 1000, false, REPEAT_FREELY,
                0, READS, "RegionId SecurityGroupId Direction MaxResults NextToken", NULL},
        {"ecs.DescribeAvailableResource", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0,
                READS, "RegionId DestinationResource ZoneId InstanceType InstanceChargeType Cores Memory", NULL},
        {"ecs.DescribeInstanceTypes", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_TOKEN, 100, false, REPEAT_FREELY, 0, READS,
                "MaxResults NextToken InstanceTypes.N InstanceTypeFamilies.N", NULL},
        {"ecs.GetInstanceConsoleOutput", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId InstanceId RemoveSymbols", NULL},

        // Sent as a dry run alone.
        {"ecs.RunInstances", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_LOOK, OPERATION_DRY_RUN,
                CHANGES,
                "RegionId ImageId InstanceType VSwitchId SecurityGroupIds.N InstanceChargeType Amount "
                "SystemDisk.Category SystemDisk.Size SecurityOptions.ConfidentialComputingMode DryRun",
                NULL},

        // ECS, changing
        {"ecs.StartInstance", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN,
                CHANGES, "InstanceId DryRun", NULL},
        {"ecs.StopInstance", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN,
                CHANGES, "InstanceId ForceStop StoppedMode DryRun", NULL},
        {"ecs.RebootInstance", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_LOOK, OPERATION_DRY_RUN,
                CHANGES, "InstanceId ForceStop DryRun", NULL},
        {"ecs.DeleteInstance", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN,
                CHANGES, "InstanceId Force DryRun", NULL},
        {"ecs.TagResources", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId ResourceType ResourceId.N Tag.N.Key Tag.N.Value", NULL},
        {"ecs.UntagResources", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId ResourceType ResourceId.N TagKey.N", NULL},

        {"ecs.DeleteNetworkInterface", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId NetworkInterfaceId", NULL},

        {"ecs.DescribeTasks", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId TaskIds TaskAction TaskStatus PageNumber PageSize", NULL},
        {"ecs.DescribeTaskAttribute", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId TaskId", NULL},
        {"ecs.DescribeKeyPairs", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, OPERATION_SILENT,
                READS, "RegionId PageNumber PageSize", NULL},
        {"ecs.ImportImage", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, OPERATION_DRY_RUN,
                CHANGES,
                "RegionId ImageName Description Architecture OSType Platform BootMode DiskDeviceMapping.N.OSSBucket "
                "DiskDeviceMapping.N.OSSObject DiskDeviceMapping.N.Format DiskDeviceMapping.N.DiskImageSize "
                "Features.NvmeSupport Features.ImdsSupport Tag.N.Key Tag.N.Value ClientToken DryRun",
                NULL},
        {"ecs.DeleteImage", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN,
                CHANGES, "RegionId ImageId Force DryRun", NULL},
        // A second time is ignored.
        {"ecs.DeleteSnapshot", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "SnapshotId", NULL},
        {"ecs.CancelTask", ECS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId TaskId", NULL},

        // VPC
        {"vpc.DescribeVpcs", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 50, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, READS,
                "RegionId PageNumber PageSize VpcId VpcName Tag.N.Key Tag.N.Value DryRun", NULL},
        {"vpc.DescribeVSwitches", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 50, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, READS,
                "RegionId PageNumber PageSize VSwitchId VSwitchName VpcId ZoneId Tag.N.Key Tag.N.Value DryRun", NULL},
        {"vpc.DescribeEipAddresses", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 100, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, READS,
                "RegionId PageNumber PageSize AllocationId EipName AssociatedInstanceId AssociatedInstanceType "
                "Tag.N.Key Tag.N.Value DryRun",
                NULL},

        {"vpc.DescribeVSwitchAttributes", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_DRY_RUN, READS, "RegionId VSwitchId DryRun", NULL},
        {"vpc.DescribeNatGateways", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 50, false, REPEAT_FREELY,
                OPERATION_SILENT | OPERATION_DRY_RUN, READS,
                "RegionId PageNumber PageSize VpcId NatGatewayId Name Tag.N.Key Tag.N.Value DryRun", NULL},
        {"vpc.DescribeSnatTableEntries", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NUMBER, 50, false, REPEAT_FREELY,
                OPERATION_SILENT, READS,
                "RegionId PageNumber PageSize NatGatewayId SnatTableId SnatEntryId SourceVSwitchId", NULL},
        {"vpc.UnassociateEipAddress", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId AllocationId InstanceId InstanceType Force", NULL},
        {"vpc.ReleaseEipAddress", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId AllocationId", NULL},

        {"vpc.ListEnhanhcedNatGatewayAvailableZones", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false,
                REPEAT_FREELY, 0, READS, "RegionId AcceptLanguage", NULL},
        {"vpc.DescribeVpcAttribute", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS,
                "RegionId VpcId", NULL},
        {"vpc.CreateVpc", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, OPERATION_DRY_RUN,
                CHANGES, "RegionId VpcName CidrBlock Description Tag.N.Key Tag.N.Value ClientToken DryRun", NULL},
        {"vpc.DeleteVpc", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN, CHANGES,
                "RegionId VpcId DryRun", NULL},
        {"vpc.CreateVSwitch", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, 0, CHANGES,
                "RegionId VpcId ZoneId CidrBlock VSwitchName Description Tag.N.Key Tag.N.Value ClientToken", NULL},
        {"vpc.DeleteVSwitch", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, OPERATION_DRY_RUN,
                CHANGES, "RegionId VSwitchId DryRun", NULL},
        {"vpc.CreateNatGateway", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, 0, CHANGES,
                "RegionId VpcId VSwitchId NatType NetworkType InternetChargeType Name Description Tag.N.Key "
                "Tag.N.Value ClientToken",
                NULL},
        {"vpc.DeleteNatGateway", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId NatGatewayId Force", NULL},
        {"vpc.AllocateEipAddress", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, 0, CHANGES,
                "RegionId Bandwidth InternetChargeType Name Description Tag.N.Key Tag.N.Value ClientToken", NULL},
        {"vpc.AssociateEipAddress", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, 0, CHANGES,
                "RegionId AllocationId InstanceId InstanceType ClientToken", NULL},
        {"vpc.CreateSnatEntry", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_TOKEN, OPERATION_DRY_RUN,
                CHANGES, "RegionId SnatTableId SourceVSwitchId SnatIp SnatEntryName ClientToken DryRun", NULL},
        {"vpc.DeleteSnatEntry", VPC, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES,
                "RegionId SnatTableId SnatEntryId", NULL},

        // Money and limits
        {"bssopenapi.GetPayAsYouGoPrice", BSS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION, READS,
                "ProductCode SubscriptionType Region ModuleList.N.ModuleCode ModuleList.N.Config "
                "ModuleList.N.PriceType",
                NULL},
        {"quotas.ListProductQuotas", QUOTAS, STYLE_RPC, HTTP_POST, "/", PAGING_NONE, 0, false, REPEAT_FREELY,
                OPERATION_NO_REGION | OPERATION_SILENT, READS,
                "ProductCode QuotaCategory QuotaActionCode MaxResults NextToken Dimensions.N.Key Dimensions.N.Value",
                NULL},

        // CS (ACK)
        {"cs.DescribeClustersForRegion", CS, STYLE_ROA, HTTP_GET, "/regions/{region_id}/clusters", PAGING_CS, 50, false,
                REPEAT_FREELY, 0, READS, "region_id name page_number page_size", NULL},
        {"cs.DescribeClustersV1", CS, STYLE_ROA, HTTP_GET, "/api/v1/clusters", PAGING_CS, 50, false, REPEAT_FREELY, 0,
                READS, "region_id page_number page_size", NULL},
        {"cs.DescribeClusterDetail", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}", PAGING_NONE, 0, false,
                REPEAT_FREELY, 0, READS, "ClusterId", NULL},
        {"cs.DescribeClusterNodePools", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}/nodepools", PAGING_NONE, 0,
                false, REPEAT_FREELY, 0, READS, "ClusterId", NULL},
        {"cs.DescribeClusterNodePoolDetail", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}/nodepools/{NodepoolId}",
                PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS, "ClusterId NodepoolId", NULL},
        {"cs.DescribeClusterNodes", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}/nodes", PAGING_CS_NODES, 100, false,
                REPEAT_FREELY, 0, READS, "ClusterId pageNumber pageSize instanceIds", NULL},
        {"cs.DescribeClusterUserKubeconfig", CS, STYLE_ROA, HTTP_GET, "/k8s/{ClusterId}/user_config", PAGING_NONE, 0,
                false, REPEAT_FREELY, 0, READS, "ClusterId PrivateIpAddress TemporaryDurationMinutes", NULL},
        {"cs.DescribeTaskInfo", CS, STYLE_ROA, HTTP_GET, "/tasks/{task_id}", PAGING_NONE, 0, false, REPEAT_FREELY, 0,
                READS, "task_id", NULL},
        {"cs.ModifyClusterNodePool", CS, STYLE_ROA, HTTP_PUT, "/clusters/{ClusterId}/nodepools/{NodepoolId}",
                PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES, "ClusterId NodepoolId body", NULL},
        {"cs.DescribeClusterLogs", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}/logs", PAGING_NONE, 0, false,
                REPEAT_FREELY, 0, READS, "ClusterId", NULL},
        {"cs.DescribeClusterResources", CS, STYLE_ROA, HTTP_GET, "/clusters/{ClusterId}/resources", PAGING_NONE, 0,
                false, REPEAT_FREELY, 0, READS, "ClusterId with_addon_resources", NULL},
        {"cs.ListClusterAddonInstances", CS, STYLE_ROA, HTTP_GET, "/clusters/{cluster_id}/addon_instances", PAGING_NONE,
                0, false, REPEAT_FREELY, 0, READS, "cluster_id", NULL},
        {"cs.DescribeUserQuota", CS, STYLE_ROA, HTTP_GET, "/quota", PAGING_NONE, 0, false, REPEAT_FREELY, 0, READS, "",
                NULL},
        {"cs.DescribeKubernetesVersionMetadata", CS, STYLE_ROA, HTTP_GET, "/api/v1/metadata/versions", PAGING_NONE, 0,
                false, REPEAT_FREELY, 0, READS, "Region ClusterType KubernetesVersion Mode", NULL},
        {"cs.CheckServiceRole", CS, STYLE_ROA, HTTP_POST, "/ram/check-service-role", PAGING_NONE, 0, false,
                REPEAT_FREELY, 0, READS, "body", NULL},
        {"cs.CreateCluster", CS, STYLE_ROA, HTTP_POST, "/clusters", PAGING_NONE, 0, true, REPEAT_LOOK, 0, CHANGES,
                "body", NULL},
        {"cs.DeleteCluster", CS, STYLE_ROA, HTTP_DELETE, "/clusters/{ClusterId}", PAGING_NONE, 0, true, REPEAT_SAME, 0,
                CHANGES, "ClusterId delete_options retain_all_resources retain_resources", NULL},
        {"cs.ModifyCluster", CS, STYLE_ROA, HTTP_PUT, "/api/v2/clusters/{ClusterId}", PAGING_NONE, 0, true, REPEAT_SAME,
                0, CHANGES, "ClusterId body", NULL},
        {"cs.CreateClusterNodePool", CS, STYLE_ROA, HTTP_POST, "/clusters/{ClusterId}/nodepools", PAGING_NONE, 0, true,
                REPEAT_LOOK, 0, CHANGES, "ClusterId body", NULL},
        {"cs.DeleteClusterNodepool", CS, STYLE_ROA, HTTP_DELETE, "/clusters/{ClusterId}/nodepools/{NodepoolId}",
                PAGING_NONE, 0, true, REPEAT_SAME, 0, CHANGES, "ClusterId NodepoolId force", NULL},
};
const size_t operation_count = COUNT_OF(operations);

const struct operation *operation_find(const char *name)
{
	for (size_t i = 0; i < operation_count; i++)
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	return NULL;
}

const char *operation_action(const struct operation *operation)
{
	return strchr(operation->name, '.') + 1;
}

void operation_service(const struct operation *operation, char out[32])
{
	snprintf(out, 32, "%.*s", (int)strcspn(operation->name, "."), operation->name);
}

void operation_permission(const struct operation *operation, char out[96])
{
	char service[32];

	operation_service(operation, service);
	snprintf(out, 96, "%s:%s", service, operation_action(operation));
}

// Writes "Tag.3.Key" as "Tag.N.Key".
static void number_to_n(const char *name, char *out, size_t size)
{
	size_t used = 0;

	while (*name && used + 2 < size) {
		size_t digits = strspn(name, "0123456789");
		bool segment = digits && used && out[used - 1] == '.' && (!name[digits] || name[digits] == '.');

		if (segment) {
			out[used++] = 'N';
			name += digits;
		} else {
			out[used++] = *name++;
		}
	}
	out[used] = '\0';
}

static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (list && *list) {
		size_t here = strcspn(list, " ");

		if (here == length && !strncmp(list, word, length))
			return true;
		list += here + strspn(list + here, " ");
	}
	return false;
}

bool operation_takes(const struct operation *operation, const char *parameter)
{
	char name[96];

	number_to_n(parameter, name, sizeof(name));
	return list_has(operation->parameters, name);
}

bool operation_is_private(const struct operation *operation, const char *parameter)
{
	char name[96];

	number_to_n(parameter, name, sizeof(name));
	return list_has(operation->private_parameters, name);
}

bool operation_has_path_parameter(const struct operation *operation, const char *parameter)
{
	char place[96];

	snprintf(place, sizeof(place), "{%s}", parameter);
	return strstr(operation->path, place) != NULL;
}
