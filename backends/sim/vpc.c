// SPDX-License-Identifier: Apache-2.0
// The VPC service: its operations and what each takes. Source: Alibaba Cloud API: VPC 2016-04-28.
#include "config.h"

#include "sim/vpc_ops.h"

#include "base/banned.h"

#define TAGS " Tag.N.Key(1..20) Tag.N.Value(1..20)"
#define PAGED " PageNumber:int(1..) PageSize:int(1..50)"

enum {
	CHANGE = OPERATION_CHANGES,
	CHANGE_ONCE = OPERATION_CHANGES | OPERATION_CLIENT_TOKEN,
	DRY = OPERATION_DRY_RUN,
};

static const struct operation operations[] = {
        {"CreateVpc", vpc_create_vpc,
                "RegionId! CidrBlock VpcName Description ClientToken DryRun:bool EnableDnsHostname:bool "
                "EnableIpv6:bool "
                "Ipv4CidrMask:int Ipv4IpamPoolId Ipv6CidrBlock Ipv6CidrMask:int Ipv6IpamPoolId "
                "Ipv6Isp(BGP|ChinaMobile|ChinaUnicom|ChinaTelecom) ResourceGroupId UserCidr" TAGS,
                CHANGE_ONCE | DRY},
        {"DeleteVpc", vpc_delete_vpc, "RegionId VpcId! ClientToken DryRun:bool ForceDelete:bool", CHANGE_ONCE | DRY},
        {"CreateVSwitch", vpc_create_vswitch,
                "RegionId ZoneId! CidrBlock! VpcId! VSwitchName Description ClientToken Ipv6CidrBlock:int(0..255) "
                "VpcIpv6CidrBlock CidrMask:int Ipv6CidrMask:int" TAGS,
                CHANGE_ONCE},
        {"DeleteVSwitch", vpc_delete_vswitch, "RegionId VSwitchId! DryRun:bool", CHANGE | DRY},
        {"DescribeVpcs", vpc_describe_vpcs,
                "RegionId! VpcId VpcName IsDefault:bool DryRun:bool ResourceGroupId DhcpOptionsSetId VpcOwnerId:int "
                "EnableIpv6:bool" TAGS PAGED,
                DRY | OPERATION_SILENT},
        {"DescribeVpcAttribute", vpc_describe_vpc_attribute, "RegionId! VpcId! IsDefault:bool DryRun:bool", DRY},
        {"DescribeVSwitches", vpc_describe_vswitches,
                "RegionId VpcId VSwitchId VSwitchName ZoneId IsDefault:bool DryRun:bool ResourceGroupId RouteTableId "
                "VSwitchOwnerId:int EnableIpv6:bool" TAGS PAGED,
                DRY | OPERATION_SILENT},
        {"DescribeVSwitchAttributes", vpc_describe_vswitch_attributes, "RegionId VSwitchId! DryRun:bool", DRY},
        {"DescribeRouteTableList", vpc_describe_route_tables,
                "RegionId! VpcId RouteTableId RouteTableName RouterId RouterType(VRouter|VBR) "
                "RouteTableType(System|Custom) ResourceGroupId" TAGS PAGED,
                OPERATION_SILENT},
        {"CreateNatGateway", vpc_create_nat_gateway,
                "RegionId! VpcId! VSwitchId NatType Name Description NetworkType(internet|intranet) ClientToken "
                "InternetChargeType InstanceChargeType Spec AutoPay:bool Duration PricingCycle Ipv4Prefix NatIp "
                "EipBindMode(MULTI_BINDED|NAT) IcmpReplyEnabled:bool PrivateLinkEnabled:bool "
                "SecurityProtectionEnabled:bool AccessMode:json AvailabilityMode" TAGS,
                CHANGE_ONCE},
        {"DeleteNatGateway", vpc_delete_nat_gateway, "RegionId! NatGatewayId! Force:bool", CHANGE},
        {"DescribeNatGateways", vpc_describe_nat_gateways,
                "RegionId! NatGatewayId VpcId Name NatType NetworkType(internet|intranet) ZoneId "
                "Status(Creating|Available|Modifying|Deleting|Converting) InstanceChargeType(PostPaid|PrePaid) "
                "Spec(Small|Middle|Large) DryRun:bool ResourceGroupId AvailabilityMode" TAGS PAGED,
                DRY | OPERATION_SILENT},
        {"GetNatGatewayAttribute", vpc_get_nat_gateway_attribute, "RegionId! NatGatewayId!", 0},
        {"ListEnhanhcedNatGatewayAvailableZones", vpc_list_nat_zones,
                "RegionId! AcceptLanguage(zh-CN|en-US) Filter.N.Key Filter.N.Value", 0},
        {"CreateSnatEntry", vpc_create_snat_entry,
                "RegionId! SnatTableId! SnatIp SourceVSwitchId SourceCIDR SnatEntryName ClientToken DryRun:bool "
                "EipAffinity:int(0..1) NetworkInterfaceId",
                CHANGE_ONCE | DRY},
        {"DeleteSnatEntry", vpc_delete_snat_entry, "RegionId! SnatTableId! SnatEntryId! ClientToken", CHANGE_ONCE},
        {"DescribeSnatTableEntries", vpc_describe_snat_entries,
                "RegionId! NatGatewayId SnatTableId SnatEntryId SnatEntryName SnatIp SourceCIDR SourceVSwitchId "
                "NetworkInterfaceIds.N" PAGED,
                OPERATION_SILENT},
        {"AllocateEipAddress", vpc_allocate_eip,
                "RegionId! Bandwidth InternetChargeType(PayByBandwidth|PayByTraffic) "
                "InstanceChargeType(PrePaid|PostPaid) Name Description ISP Netmode ClientToken AutoPay:bool "
                "Period:int PricingCycle(Month|Year) ActivityId:int InstanceId IpAddress PublicIpAddressPoolId "
                "ResourceGroupId SecurityProtectionTypes.N Zone" TAGS,
                CHANGE_ONCE},
        {"AssociateEipAddress", vpc_associate_eip,
                "RegionId AllocationId! InstanceId! "
                "InstanceType(Nat|SlbInstance|EcsInstance|NetworkInterface|HaVip|IpAddress) InstanceRegionId "
                "Mode(NAT|MULTI_BINDED|BINDED) PrivateIpAddress VpcId ClientToken",
                CHANGE_ONCE},
        {"UnassociateEipAddress", vpc_unassociate_eip,
                "RegionId AllocationId! InstanceId InstanceType(EcsInstance|SlbInstance|NetworkInterface|Nat|HaVip) "
                "Force:bool PrivateIpAddress ClientToken",
                CHANGE_ONCE},
        {"ReleaseEipAddress", vpc_release_eip, "RegionId AllocationId!", CHANGE},
        {"DescribeEipAddresses", vpc_describe_eips,
                "RegionId! AllocationId EipAddress EipName "
                "Status(Associating|Unassociating|InUse|Available|Releasing) AssociatedInstanceId "
                "AssociatedInstanceType(EcsInstance|SlbInstance|Nat|HaVip|NetworkInterface|IpAddress) "
                "ChargeType(PostPaid|PrePaid) DryRun:bool Filter.N.Key Filter.N.Value ISP IncludeReservationData:bool "
                "LockReason(financial|security) PublicIpAddressPoolId ResourceGroupId "
                "SecurityProtectionEnabled:bool SegmentInstanceId ServiceManaged:bool PageNumber:int(1..) "
                "PageSize:int(1..100)" TAGS,
                DRY | OPERATION_SILENT},
        {"DescribeRegions", vpc_describe_regions, "AcceptLanguage ProductType", 0},
        {"DescribeZones", vpc_describe_zones, "RegionId! AcceptLanguage ZoneType", 0},
        {"TagResources", vpc_tag_resources,
                "RegionId! ResourceType!(VPC|VSWITCH|ROUTETABLE|EIP|VpnGateway|NATGATEWAY|COMMONBANDWIDTHPACKAGE) "
                "ResourceId.N!(1..50) Tag.N.Key!(1..20) Tag.N.Value(1..20)",
                CHANGE},
        {"UntagResources", vpc_untag_resources,
                "RegionId! ResourceType!(VPC|VSWITCH|ROUTETABLE|EIP|VpnGateway|NATGATEWAY|COMMONBANDWIDTHPACKAGE) "
                "ResourceId.N!(1..50) TagKey.N(1..20) All:bool",
                CHANGE},
        {"ListTagResources", vpc_list_tag_resources,
                "RegionId! ResourceType!(VPC|VSWITCH|ROUTETABLE|EIP|VpnGateway|NATGATEWAY|COMMONBANDWIDTHPACKAGE) "
                "ResourceId.N(1..50) MaxResults:int(1..50) NextToken" TAGS,
                OPERATION_SILENT},
};

extern const struct service vpc_service;
const struct service vpc_service = {
        .name = "vpc",
        .version = "2016-04-28",
        .style = STYLE_RPC,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
