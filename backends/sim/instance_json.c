// SPDX-License-Identifier: Apache-2.0
// Constant pieces are copied as they are; ids, numbers and times need no escaping.
#include "config.h"
#include "sim/instance_json.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/catalog.h"

#include "base/banned.h"

#define PIECE(text) buffer_add(to, text, sizeof(text) - 1)

static void add_plain(struct buffer *to, const char *text)
{
	buffer_add(to, text, strlen(text));
}

static void add_text(struct buffer *to, const char *text)
{
	text_add_json_string(to, text, strlen(text));
}

static void add_ip(struct buffer *to, uint32_t ip)
{
	char text[IP_TEXT_SIZE];
	ip_format(ip, text);
	add_plain(to, text);
}

static void add_number(struct buffer *to, int64_t number)
{
	char digits[24];
	size_t at = sizeof(digits);
	bool negative = number < 0;
	uint64_t rest = negative ? 0 - (uint64_t)number : (uint64_t)number;
	do {
		digits[--at] = (char)('0' + rest % 10);
	} while (rest /= 10);
	if (negative)
		digits[--at] = '-';
	buffer_add(to, digits + at, sizeof(digits) - at);
}

// "2026-11-20T20:52Z"; days to a date as in the proleptic Gregorian calendar.
static void add_minutes(struct buffer *to, int64_t time)
{
	if (!time)
		return;
	int64_t minutes = time / 60000, days = minutes / 1440;
	int minute = (int)(minutes % 1440);
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int day = (int)(doy - (153 * mp + 2) / 5 + 1), month = (int)(mp < 10 ? mp + 3 : mp - 9);
	int year = (int)(yoe + era * 400 + (month <= 2));
	int parts[] = {year / 100, year % 100, month, day, minute / 60, minute % 60};
	static const char shape[] = "0101-23-45T67:89Z";
	char text[sizeof(shape)];
	size_t part = 0;
	for (size_t i = 0; i < sizeof(shape); i++) {
		if (shape[i] < '0' || shape[i] > '9' || part >= COUNT_OF(parts) * 2) {
			text[i] = shape[i];
			continue;
		}
		int value = parts[part / 2];
		text[i] = (char)('0' + (part % 2 ? value % 10 : value / 10 % 10));
		part++;
	}
	buffer_add(to, text, sizeof(text) - 1);
}

static void add_head(struct buffer *to, const struct instance *instance)
{
	const struct instance_type *type = instance->type;
	PIECE("{\"InstanceId\":\"");
	add_plain(to, instance->base.id);
	PIECE("\",\"InstanceName\":");
	add_text(to, instance->name);
	PIECE(",\"HostName\":");
	add_text(to, instance->hostname);
	PIECE(",\"Description\":");
	add_text(to, instance->description);
	PIECE(",\"Status\":\"");
	add_plain(to, instance->base.state);
	PIECE("\",\"RegionId\":\"");
	add_plain(to, instance->base.region->id);
	PIECE("\",\"ZoneId\":\"");
	add_plain(to, instance->vswitch->zone);
	PIECE("\",\"InstanceType\":\"");
	add_plain(to, type->id);
	PIECE("\",\"InstanceTypeFamily\":\"");
	add_plain(to, type->family);
	PIECE("\",\"Cpu\":");
	add_number(to, type->cpu);
	PIECE(",\"Memory\":");
	add_number(to, type->memory_mib);
	PIECE(",\"GPUAmount\":");
	add_number(to, type->gpu);
	PIECE(",\"GPUSpec\":\"");
	add_plain(to, type->gpu ? "NVIDIA A10" : "");
	PIECE("\",\"CreationTime\":\"");
	add_minutes(to, instance->base.created);
	PIECE("\",\"StartTime\":\"");
	add_minutes(to, instance->started);
	PIECE("\",\"ExpiredTime\":\"2099-12-31T15:59Z\",\"AutoReleaseTime\":\"\",\"SerialNumber\":\"");
	add_plain(to, instance->serial);
	PIECE("\",\"KeyPairName\":");
	add_text(to, instance->key_pair);
}

static void add_image(struct buffer *to, const struct world *world, const struct instance *instance)
{
	const struct image *image = world_find(world, KIND_IMAGE, instance->image_id);
	PIECE(",\"ImageId\":");
	add_text(to, instance->image_id ? instance->image_id : "");
	PIECE(",\"OSType\":\"linux\",\"OSName\":");
	add_text(to, image ? image->os_name : "Alibaba Cloud Linux  3.2104 LTS 64位");
	PIECE(",\"OSNameEn\":\"Alibaba Cloud Linux  3.2104 LTS 64 bit\"");
}

static void add_charge(struct buffer *to, const struct instance *instance)
{
	PIECE(",\"InstanceChargeType\":\"");
	add_plain(to, instance->charge_type);
	PIECE("\",\"SpotStrategy\":\"");
	add_plain(to, instance->spot_strategy);
	PIECE("\",\"SpotPriceLimit\":0.0,\"SpotDuration\":0,\"SaleCycle\":\"\",\"CreditSpecification\":\"\",\"StoppedMode\":\"");
	add_plain(to, instance->stopped_mode);
	PIECE("\",\"InternetChargeType\":\"PayByTraffic\",\"InternetMaxBandwidthIn\":");
	add_number(to, instance->public_ip ? 100 : -1);
	PIECE(",\"InternetMaxBandwidthOut\":");
	add_number(to, instance->public_ip ? 100 : 0);
	PIECE(",\"DeletionProtection\":");
	add_plain(to, instance->deletion_protection ? "true" : "false");
	PIECE(",\"DeviceAvailable\":true,\"IoOptimized\":true,\"Recyclable\":false,\"ISP\":\"\",\"VlanId\":\"\",\"IntranetIp\":\"\","
	      "\"ClusterId\":\"\",\"ResourceGroupId\":\"rg-acfmxazb4ph6aiy\",\"InstanceNetworkType\":\"vpc\",\"DeploymentSetId\":\"\","
	      "\"DeploymentSetGroupNo\":0,\"HpcClusterId\":\"\",\"LocalStorageAmount\":0,\"LocalStorageCapacity\":0,"
	      "\"EnableNVS\":false,\"SpotInterruptionBehavior\":\"Terminate\"");
}

static void add_addresses(struct buffer *to, const struct world *world, const struct instance *instance)
{
	const struct eip *eip = instance->eip_id[0] ? world_find(world, KIND_EIP, instance->eip_id) : NULL;
	PIECE(",\"InnerIpAddress\":{\"IpAddress\":[]},\"RdmaIpAddress\":{\"IpAddress\":[]},\"PublicIpAddress\":{\"IpAddress\":[");
	if (instance->public_ip) {
		PIECE("\"");
		add_ip(to, instance->public_ip);
		PIECE("\"");
	}
	PIECE("]},\"EipAddress\":{\"AllocationId\":\"");
	add_plain(to, eip ? eip->base.id : "");
	PIECE("\",\"InternetChargeType\":\"");
	add_plain(to, eip ? eip->internet_charge_type : "");
	PIECE("\",\"IpAddress\":\"");
	if (eip)
		add_ip(to, eip->address);
	PIECE("\",\"Bandwidth\":");
	add_number(to, eip ? eip->bandwidth : 0);
	PIECE(",\"IsSupportUnassociate\":");
	add_plain(to, eip ? "true" : "false");
	PIECE("},\"VpcAttributes\":{\"VpcId\":\"");
	add_plain(to, instance->vswitch->vpc->base.id);
	PIECE("\",\"VSwitchId\":\"");
	add_plain(to, instance->vswitch->base.id);
	PIECE("\",\"NatIpAddress\":\"\",\"PrivateIpAddress\":{\"IpAddress\":[\"");
	add_ip(to, instance->private_ip);
	PIECE("\"]}}");
}

static void add_groups(struct buffer *to, const struct instance *instance)
{
	PIECE(",\"SecurityGroupIds\":{\"SecurityGroupId\":[");
	for (size_t i = 0; i < instance->group_count; i++) {
		if (i)
			PIECE(",");
		PIECE("\"");
		add_plain(to, instance->groups[i]->base.id);
		PIECE("\"");
	}
	PIECE("]}");
}

static void add_eni(struct buffer *to, const struct eni *eni)
{
	static const char digits[] = "0123456789abcdef";
	char mac[18];
	for (size_t i = 0; i < sizeof(eni->mac); i++) {
		mac[3 * i] = digits[eni->mac[i] >> 4];
		mac[3 * i + 1] = digits[eni->mac[i] & 15];
		mac[3 * i + 2] = ':';
	}
	PIECE("{\"Type\":\"");
	add_plain(to, eni->primary ? "Primary" : "Secondary");
	PIECE("\",\"NetworkInterfaceId\":\"");
	add_plain(to, eni->base.id);
	PIECE("\",\"MacAddress\":\"");
	buffer_add(to, mac, sizeof(mac) - 1);
	PIECE("\",\"PrimaryIpAddress\":\"");
	add_ip(to, eni->private_ip);
	PIECE("\",\"PrivateIpSets\":{\"PrivateIpSet\":[{\"PrivateIpAddress\":\"");
	add_ip(to, eni->private_ip);
	PIECE("\",\"Primary\":true}]},\"Ipv6Sets\":{\"Ipv6Set\":[]},\"Ipv4PrefixSets\":{\"Ipv4PrefixSet\":[]},"
	      "\"Ipv6PrefixSets\":{\"Ipv6PrefixSet\":[]}}");
}

static void add_enis(struct buffer *to, const struct instance *instance)
{
	PIECE(",\"NetworkInterfaces\":{\"NetworkInterface\":[");
	if (instance->primary_eni)
		add_eni(to, instance->primary_eni);
	for (const struct eni *eni = instance->more_enis; eni; eni = eni->next) {
		PIECE(",");
		add_eni(to, eni);
	}
	PIECE("]}");
}

static void add_tags(struct buffer *to, const struct instance *instance)
{
	PIECE(",\"Tags\":{\"Tag\":[");
	for (size_t i = 0; i < instance->base.tag_count; i++) {
		if (i)
			PIECE(",");
		PIECE("{\"TagKey\":");
		add_text(to, instance->base.tags[i].key);
		PIECE(",\"TagValue\":");
		add_text(to, instance->base.tags[i].value);
		PIECE("}");
	}
	PIECE("]}");
}

static void add_rest(struct buffer *to, const struct instance *instance)
{
	PIECE(",\"OperationLocks\":{\"LockReason\":[");
	if (instance->locked)
		PIECE("{\"LockReason\":\"security\",\"LockMsg\":\"\"}");
	PIECE("]},\"DedicatedHostAttribute\":{\"DedicatedHostId\":\"\",\"DedicatedHostName\":\"\",\"DedicatedHostClusterId\":\"\"},"
	      "\"EcsCapacityReservationAttr\":{\"CapacityReservationId\":\"\",\"CapacityReservationPreference\":\"\"},"
	      "\"DedicatedInstanceAttribute\":{\"Affinity\":\"\",\"Tenancy\":\"\"},"
	      "\"MetadataOptions\":{\"HttpEndpoint\":\"enabled\",\"HttpTokens\":\"optional\",\"HttpPutResponseHopLimit\":0},"
	      "\"HibernationOptions\":{\"Configured\":false},\"ImageOptions\":{\"LoginAsNonRoot\":false},"
	      "\"PrivateDnsNameOptions\":{\"EnableInstanceIdDnsARecord\":false,\"EnableInstanceIdDnsAAAARecord\":false,"
	      "\"EnableIpDnsARecord\":false,\"EnableIpDnsPtrRecord\":false,\"HostnameType\":\"Custom\"},"
	      "\"AdditionalInfo\":{\"EnableHighDensityMode\":false},\"CpuOptions\":{\"CoreCount\":");
	add_number(to, instance->type->cpu / 2 ? instance->type->cpu / 2 : 1);
	PIECE(",\"ThreadsPerCore\":2,\"Numa\":\"\",\"TopologyType\":\"DiscreteCoreToHTMapping\"},"
	      "\"NetworkOptions\":{\"EnableJumboFrame\":false,\"EnableNetworkEncryption\":false,\"BandwidthWeighting\":\"\"},"
	      "\"SecurityOptions\":{\"TrustedSystemMode\":\"");
	add_plain(to, instance->confidential ? "vTPM" : "");
	PIECE("\",\"ConfidentialComputingMode\":\"");
	add_plain(to, instance->confidential ? "TDX" : "");
	PIECE("\"}}");
}

void instance_write(const struct world *world, const struct instance *instance, struct json_out *out)
{
	struct buffer *to = &out->buffer;
	if (out->comma)
		PIECE(",");
	add_head(to, instance);
	add_image(to, world, instance);
	add_charge(to, instance);
	add_addresses(to, world, instance);
	add_groups(to, instance);
	add_enis(to, instance);
	add_tags(to, instance);
	add_rest(to, instance);
	out->comma = true;
}
