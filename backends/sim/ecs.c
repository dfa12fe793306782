// SPDX-License-Identifier: Apache-2.0
// ECS: the table of its operations (Alibaba Cloud API: ECS 2014-05-26).
#include "config.h"
#include "sim/ecs.h"

#include "sim/service.h"

#include "base/banned.h"

#define CHANGES OPERATION_CHANGES
#define TOKEN OPERATION_CLIENT_TOKEN
#define DRY_RUN OPERATION_DRY_RUN
#define SILENT OPERATION_SILENT

// clang-format off
static const struct operation operations[] = {
	{"AttachNetworkInterface", ecs_attach_network_interface,
		"InstanceId! NetworkCardIndex:int NetworkInterfaceId! RegionId! TrunkNetworkInstanceId "
		"WaitForNetworkConfigurationReady:bool", CHANGES},
	{"AuthorizeSecurityGroup", ecs_authorize_security_group,
		"ClientToken Description DestCidrIp IpProtocol Ipv6DestCidrIp Ipv6SourceCidrIp NicType "
		"Permissions.Description Permissions.DestCidrIp Permissions.IpProtocol Permissions.Ipv6DestCidrIp "
		"Permissions.Ipv6SourceCidrIp Permissions.NicType Permissions.Policy Permissions.PortRange "
		"Permissions.PortRangeListId Permissions.Priority Permissions.SourceCidrIp Permissions.SourceGroupId "
		"Permissions.SourceGroupOwnerAccount Permissions.SourceGroupOwnerId Permissions.SourcePortRange "
		"Permissions.SourcePrefixListId Policy PortRange Priority RegionId! SecurityGroupId! SourceCidrIp "
		"SourceGroupId SourceGroupOwnerAccount SourceGroupOwnerId:int SourcePortRange SourcePrefixListId", CHANGES | TOKEN},
	{"CancelCopyImage", ecs_cancel_copy_image,
		"ImageId! RegionId!", CHANGES},
	{"CancelTask", ecs_cancel_task,
		"RegionId! TaskId!", CHANGES},
	{"CopyImage", ecs_copy_image,
		"ClientToken DestinationDescription DestinationImageName DestinationRegionId DryRun:bool "
		"EncryptAlgorithm Encrypted:bool ImageId! KMSKeyId RegionId! ResourceGroupId Tag.N.Key Tag.N.Value", CHANGES | TOKEN | DRY_RUN},
	{"CreateNetworkInterface", ecs_create_network_interface,
		"BusinessType ClientToken ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout "
		"ConnectionTrackingConfiguration.TcpEstablishedTimeout ConnectionTrackingConfiguration.UdpTimeout "
		"DeleteOnRelease:bool Description EnhancedNetwork.EnableExpress:bool EnhancedNetwork.EnableRss:bool "
		"EnhancedNetwork.EnableSriov:bool EnhancedNetwork.VirtualFunctionQuantity "
		"EnhancedNetwork.VirtualFunctionTotalQueueNumber InstanceType Ipv4Prefix.N Ipv4PrefixCount:int "
		"Ipv6Address.N Ipv6AddressCount:int Ipv6Prefix.N Ipv6PrefixCount:int NetworkInterfaceName "
		"NetworkInterfaceTrafficConfig.NetworkInterfaceTrafficMode NetworkInterfaceTrafficConfig.QueueNumber "
		"NetworkInterfaceTrafficConfig.QueuePairNumber NetworkInterfaceTrafficConfig.RxQueueSize "
		"NetworkInterfaceTrafficConfig.TxQueueSize NetworkInterfaceTrafficMode PrimaryIpAddress "
		"PrivateIpAddress.N QueueNumber:int QueuePairNumber:int RegionId! ResourceGroupId RxQueueSize:int "
		"SecondaryPrivateIpAddressCount:int SecurityGroupId SecurityGroupIds.N SourceDestCheck:bool Tag.N.Key "
		"Tag.N.Value TxQueueSize:int VSwitchId! Visible:bool EnablePrimaryIPv6:bool", CHANGES | TOKEN},
	{"CreateSecurityGroup", ecs_create_security_group,
		"ClientToken Description RegionId! ResourceGroupId SecurityGroupName SecurityGroupType "
		"ServiceManaged:bool Tag.N.Key Tag.N.Value Tag.N.key Tag.N.value VpcId", CHANGES | TOKEN},
	{"DeleteDisk", ecs_delete_disk,
		"DiskId!", CHANGES},
	{"DeleteImage", ecs_delete_image,
		"DryRun:bool Force:bool ImageId! RegionId!", CHANGES | DRY_RUN},
	{"DeleteInstance", ecs_delete_instance,
		"DryRun:bool Force:bool ForceStop:bool InstanceId! TerminateSubscription:bool", CHANGES | DRY_RUN},
	{"DeleteInstances", ecs_delete_instances,
		"ClientToken DryRun:bool Force:bool ForceStop:bool InstanceId.N!(1..100) RegionId! "
		"TerminateSubscription:bool", CHANGES | TOKEN | DRY_RUN},
	{"DeleteNetworkInterface", ecs_delete_network_interface,
		"NetworkInterfaceId! RegionId!", CHANGES},
	{"DeleteSecurityGroup", ecs_delete_security_group,
		"RegionId! SecurityGroupId!", CHANGES},
	{"DeleteSnapshot", ecs_delete_snapshot,
		"Force:bool SnapshotId!", CHANGES},
	{"DescribeAvailableResource", ecs_describe_available_resource,
		"Cores:int DataDiskCategory DedicatedHostId "
		"DestinationResource!(Zone|IoOptimized|InstanceType|SystemDisk|DataDisk|Network|ddh) "
		"InstanceChargeType InstanceType IoOptimized Memory:number NetworkCategory RegionId! ResourceType "
		"Scope SpotDuration:int SpotStrategy SystemDiskCategory ZoneId"},
	{"DescribeDisks", ecs_describe_disks,
		"AdditionalAttributes.N AutoSnapshotPolicyId Category DeleteAutoSnapshot:bool DeleteWithInstance:bool "
		"DiskChargeType DiskIds:json DiskName DiskType DryRun:bool EnableAutoSnapshot:bool "
		"EnableAutomatedSnapshotPolicy:bool EnableShared:bool Encrypted:bool Filter.N.Key Filter.N.Value "
		"InstanceId KMSKeyId LockReason MaxResults:int MultiAttach NextToken PageNumber:int PageSize:int "
		"Portable:bool RegionId! ResourceGroupId SnapshotId "
		"Status(In_use|Available|Attaching|Detaching|Creating|ReIniting|All) Tag.N.Key Tag.N.Value Tag.N.key "
		"Tag.N.value ZoneId", DRY_RUN | SILENT},
	{"DescribeImages", ecs_describe_images,
		"ActionType Architecture DryRun:bool Filter.N.Key Filter.N.Value ImageFamily ImageId ImageName "
		"ImageOwnerAlias(self|system|others|marketplace) ImageOwnerId:int InstanceType IsPublic:bool "
		"IsSupportCloudinit:bool IsSupportIoOptimized:bool OSType PageNumber:int PageSize:int RegionId! "
		"ResourceGroupId ShowExpired:bool SnapshotId Status Tag.N.Key Tag.N.Value Tag.N.key Tag.N.value Usage "
		"Usable:bool", DRY_RUN},
	{"DescribeInstanceAttribute", ecs_describe_instance_attribute,
		"InstanceId!"},
	{"DescribeInstanceHistoryEvents", ecs_describe_instance_history_events,
		"EventCycleStatus EventId.N EventPublishTime.End EventPublishTime.Start EventType ImpactLevel "
		"InstanceEventCycleStatus.N InstanceEventType.N InstanceId MaxResults:int NextToken NotBefore.End "
		"NotBefore.Start PageNumber:int PageSize:int RegionId! ResourceGroupId ResourceId.N ResourceType "
		"Tag.N.Key Tag.N.Value"},
	{"DescribeInstanceStatus", ecs_describe_instance_status,
		"ClusterId InstanceId.N(1..100) PageNumber:int PageSize:int RegionId! ZoneId"},
	{"DescribeInstanceTypeFamilies", ecs_describe_instance_type_families,
		"Generation RegionId!"},
	{"DescribeInstanceTypes", ecs_describe_instance_types,
		"AdditionalAttributes.N CpuArchitecture CpuArchitectures.N GPUSpec GpuSpecs.N InstanceCategories.N "
		"InstanceCategory InstanceFamilyLevel InstanceTypeFamilies.N InstanceTypeFamily InstanceTypes.N "
		"LocalStorageCategories.N LocalStorageCategory MaxResults:int MaximumCpuCoreCount:int "
		"MaximumCpuSpeedFrequency:number MaximumCpuTurboFrequency:number MaximumGPUAmount:int "
		"MaximumMemorySize:number MinimumBaselineCredit:int MinimumCpuCoreCount:int "
		"MinimumCpuSpeedFrequency:number MinimumCpuTurboFrequency:number MinimumDiskQuantity:int "
		"MinimumEniIpv6AddressQuantity:int MinimumEniPrivateIpAddressQuantity:int MinimumEniQuantity:int "
		"MinimumEriQuantity:int MinimumGPUAmount:int MinimumInitialCredit:int MinimumInstanceBandwidthRx:int "
		"MinimumInstanceBandwidthTx:int MinimumInstancePpsRx:int MinimumInstancePpsTx:int "
		"MinimumLocalStorageAmount:int MinimumLocalStorageCapacity:int MinimumMemorySize:number "
		"MinimumPrimaryEniQueueNumber:int MinimumQueuePairNumber:int MinimumSecondaryEniQueueNumber:int "
		"NextToken NvmeSupport PhysicalProcessorModel PhysicalProcessorModels.N"},
	{"DescribeInstances", ecs_describe_instances,
		"AdditionalAttributes.N DeviceAvailable:bool DryRun:bool EipAddresses:json Filter.N.Key "
		"Filter.N.Value HpcClusterId HttpEndpoint HttpPutResponseHopLimit:int HttpTokens ImageId "
		"InnerIpAddresses InstanceChargeType(PrePaid|PostPaid) InstanceIds:json InstanceName "
		"InstanceNetworkType(classic|vpc) InstanceType InstanceTypeFamily InternetChargeType IoOptimized:bool "
		"Ipv6Address.N KeyPairName LockReason(financial|security|recycling|dedicatedhostfinancial|refunded) "
		"MaxResults:int NeedSaleCycle:bool NextToken PageNumber:int PageSize:int PrivateIpAddresses:json "
		"PublicIpAddresses:json RdmaIpAddresses RegionId! ResourceGroupId SecurityGroupId "
		"Status(Pending|Running|Starting|Stopping|Stopped) Tag.N.Key Tag.N.Value Tag.N.key Tag.N.value "
		"VSwitchId VpcId ZoneId", DRY_RUN | SILENT},
	{"DescribeKeyPairs", ecs_describe_key_pairs,
		"IncludePublicKey:bool KeyPairFingerPrint KeyPairName PageNumber:int PageSize:int RegionId! "
		"ResourceGroupId Tag.N.Key Tag.N.Value"},
	{"DescribeNetworkInterfaceAttribute", ecs_describe_network_interface_attribute,
		"Attribute NetworkInterfaceId! RegionId! Tag.N.Key Tag.N.Value"},
	{"DescribeNetworkInterfaces", ecs_describe_network_interfaces,
		"InstanceId Ipv6Address.N MaxResults:int NetworkInterfaceId.N NetworkInterfaceName NextToken "
		"PageNumber:int PageSize:int PrimaryIpAddress PrivateIpAddress.N RegionId! ResourceGroupId "
		"SecurityGroupId ServiceManaged:bool Status Tag.N.Key Tag.N.Value Type(Primary|Secondary) VSwitchId "
		"VpcId"},
	{"DescribePrice", ecs_describe_price,
		"Amount:int(1..1000) AssuranceTimes Capacity:int DataDisk.N.Category DataDisk.N.PerformanceLevel "
		"DataDisk.N.ProvisionedIops:int DataDisk.N.Size:int DataDisk.N.StorageClusterId DedicatedHostType "
		"ImageId InstanceAmount:int InstanceCpuCoreCount:int InstanceNetworkType InstanceType "
		"InstanceTypeList.N InternetChargeType InternetMaxBandwidthOut:int IoOptimized Isp OfferingType "
		"Period:int Platform PriceUnit(Hour|Day|Week|Month|Year) RecurrenceRules.N.EndHour:int "
		"RecurrenceRules.N.RecurrenceType RecurrenceRules.N.RecurrenceValue RecurrenceRules.N.StartHour:int "
		"RegionId! ResourceType SchedulerOptions.DedicatedHostId SchedulerOptions.DeploymentSetStrategy Scope "
		"SpotDuration:int SpotStrategy StartTime SystemDisk.Category SystemDisk.PerformanceLevel "
		"SystemDisk.Size:int ZoneId"},
	{"DescribeRecommendInstanceType", ecs_describe_recommend_instance_type,
		"Cores:int InstanceChargeType InstanceFamilyLevel InstanceType InstanceTypeFamily.N IoOptimized "
		"MaxPrice:number Memory:number NetworkType!(classic|vpc) PriorityStrategy RegionId! Scene "
		"SpotStrategy SystemDiskCategory ZoneId ZoneMatchMode"},
	{"DescribeRegions", ecs_describe_regions,
		"AcceptLanguage InstanceChargeType ResourceType"},
	{"DescribeSecurityGroupAttribute", ecs_describe_security_group_attribute,
		"Attribute Direction(egress|ingress|all) MaxResults:int NextToken NicType RegionId! SecurityGroupId!"},
	{"DescribeSecurityGroupReferences", ecs_describe_security_group_references,
		"RegionId! SecurityGroupId.N!"},
	{"DescribeSecurityGroups", ecs_describe_security_groups,
		"DryRun:bool FuzzyQuery:bool IsQueryEcsCount:bool MaxResults:int NetworkType NextToken PageNumber:int "
		"PageSize:int RegionId! ResourceGroupId SecurityGroupId SecurityGroupIds:json SecurityGroupName "
		"SecurityGroupType ServiceManaged:bool Tag.N.Key Tag.N.Value Tag.N.key Tag.N.value VpcId", DRY_RUN},
	{"DescribeSnapshots", ecs_describe_snapshots,
		"Category DiskId DryRun:bool Encrypted:bool Filter.N.Key Filter.N.Value InstanceId KMSKeyId "
		"MaxResults:int NextToken PageNumber:int PageSize:int RegionId! ResourceGroupId SnapshotIds:json "
		"SnapshotLinkId SnapshotName SnapshotType(auto|user|all) SourceDiskType "
		"Status(progressing|accomplished|failed|all) Tag.N.Key Tag.N.Value Tag.N.key Tag.N.value "
		"Usage(image|disk|image_disk|none)", DRY_RUN},
	{"DescribeSpotAdvice", ecs_describe_spot_advice,
		"Cores:int GpuAmount:int GpuSpec InstanceFamilyLevel InstanceTypeFamily InstanceTypes.N Memory:number "
		"MinCores:int MinMemory:number RegionId! ZoneId"},
	{"DescribeSpotPriceHistory", ecs_describe_spot_price_history,
		"EndTime InstanceType! IoOptimized NetworkType!(classic|vpc) OSType Offset:int RegionId! "
		"SpotDuration:int StartTime ZoneId"},
	{"DescribeTaskAttribute", ecs_describe_task_attribute,
		"RegionId! TaskId!"},
	{"DescribeTasks", ecs_describe_tasks,
		"EndTime PageNumber:int PageSize:int RegionId! ResourceIds.N StartTime TaskAction TaskGroupId TaskIds "
		"TaskStatus(Finished|Processing|Failed)"},
	{"DescribeUserData", ecs_describe_user_data,
		"InstanceId! RegionId!"},
	{"DescribeZones", ecs_describe_zones,
		"AcceptLanguage InstanceChargeType RegionId! SpotStrategy Verbose:bool"},
	{"DetachNetworkInterface", ecs_detach_network_interface,
		"InstanceId! NetworkInterfaceId! RegionId! TrunkNetworkInstanceId", CHANGES},
	{"GetInstanceConsoleOutput", ecs_get_instance_console_output,
		"InstanceId! RegionId! RemoveSymbols:bool"},
	{"GetInstanceScreenshot", ecs_get_instance_screenshot,
		"InstanceId! RegionId! WakeUp:bool"},
	{"ImportImage", ecs_import_image,
		"Architecture(i386|x86_64|arm64) BootMode(BIOS|UEFI|UEFI-Preferred) ClientToken Description "
		"DetectionStrategy DiskDeviceMapping.N.Device DiskDeviceMapping.N.DiskImSize:int "
		"DiskDeviceMapping.N.DiskImageSize:int DiskDeviceMapping.N.Format(RAW|VHD|QCOW2|raw|vhd|qcow2) "
		"DiskDeviceMapping.N.OSSBucket DiskDeviceMapping.N.OSSObject DryRun:bool Features.ImdsSupport(v1|v2) "
		"Features.NvmeSupport(supported|unsupported) ImageName LicenseType OSType(windows|linux) Platform "
		"RegionId! ResourceGroupId RoleName StorageLocationArn Tag.N.Key Tag.N.Value", CHANGES | TOKEN | DRY_RUN},
	{"ListTagResources", ecs_list_tag_resources,
		"NextToken RegionId! ResourceId.N ResourceType! Tag.N.Key Tag.N.Value TagFilter.N.TagKey "
		"TagFilter.N.TagValues.N"},
	{"ModifyInstanceAttribute", ecs_modify_instance_attribute,
		"CpuOptions.Core:int CpuOptions.ThreadsPerCore:int CpuOptions.TopologyType CreditSpecification "
		"DeletionProtection:bool Description EnableJumboFrame:bool EnableNetworkEncryption:bool HostName "
		"InstanceId! InstanceName NetworkInterfaceQueueNumber:int Password "
		"PrivateDnsNameOptions.EnableInstanceIdDnsAAAARecord:bool "
		"PrivateDnsNameOptions.EnableInstanceIdDnsARecord:bool PrivateDnsNameOptions.EnableIpDnsARecord:bool "
		"PrivateDnsNameOptions.EnableIpDnsPtrRecord:bool PrivateDnsNameOptions.HostnameType Recyclable:bool "
		"RemoteConnectionOptions.Password RemoteConnectionOptions.Type SecurityGroupIds.N UserData", CHANGES},
	{"ModifyNetworkInterfaceAttribute", ecs_modify_network_interface_attribute,
		"ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout "
		"ConnectionTrackingConfiguration.TcpEstablishedTimeout ConnectionTrackingConfiguration.UdpTimeout "
		"DeleteOnRelease:bool Description EnhancedNetwork.EnableExpress:bool EnhancedNetwork.EnableRss:bool "
		"EnhancedNetwork.EnableSriov:bool EnhancedNetwork.VirtualFunctionQuantity "
		"EnhancedNetwork.VirtualFunctionTotalQueueNumber NetworkInterfaceId! NetworkInterfaceName "
		"NetworkInterfaceTrafficConfig.NetworkInterfaceTrafficMode NetworkInterfaceTrafficConfig.QueueNumber "
		"NetworkInterfaceTrafficConfig.QueuePairNumber NetworkInterfaceTrafficConfig.RxQueueSize "
		"NetworkInterfaceTrafficConfig.TxQueueSize QueueNumber:int RegionId! RxQueueSize:int "
		"SecurityGroupId.N SourceDestCheck:bool TxQueueSize:int EnablePrimaryIPv6:bool", CHANGES},
	{"RebootInstance", ecs_reboot_instance,
		"DryRun:bool ForceStop:bool InstanceId!", CHANGES | DRY_RUN},
	{"RunInstances", ecs_run_instances,
		"Affinity Amount:int(1..100) Arn.N.AssumeRoleFor:int Arn.N.RoleType Arn.N.Rolearn AutoPay:bool "
		"AutoReleaseTime AutoRenew:bool AutoRenewPeriod:int ClientToken ClockOptions.PtpStatus "
		"CpuOptions.Core:int CpuOptions.Numa CpuOptions.ThreadsPerCore:int CpuOptions.TopologyType "
		"CreditSpecification DataDisk.N.AutoSnapshotPolicyId DataDisk.N.BurstingEnabled:bool "
		"DataDisk.N.Category DataDisk.N.DeleteWithInstance:bool DataDisk.N.Description DataDisk.N.Device "
		"DataDisk.N.DiskName DataDisk.N.EncryptAlgorithm DataDisk.N.Encrypted DataDisk.N.KMSKeyId "
		"DataDisk.N.PerformanceLevel DataDisk.N.ProvisionedIops:int DataDisk.N.Size:int DataDisk.N.SnapshotId "
		"DataDisk.N.StorageClusterId DedicatedHostId DeletionProtection:bool DeploymentSetGroupNo:int "
		"DeploymentSetId Description DryRun:bool HibernationOptions.Configured:bool HostName HostNames.N "
		"HpcClusterId HttpEndpoint HttpPutResponseHopLimit:int HttpTokens ImageFamily ImageId "
		"ImageOptions.LoginAsNonRoot:bool InstanceChargeType(PrePaid|PostPaid) InstanceName InstanceType "
		"InternetChargeType InternetMaxBandwidthIn:int InternetMaxBandwidthOut:int IoOptimized Ipv6Address.N "
		"Ipv6AddressCount:int Isp KeyPairName LaunchTemplateId LaunchTemplateName LaunchTemplateVersion:int "
		"MinAmount:int(1..100) NetworkInterface.N.DeleteOnRelease:bool NetworkInterface.N.Description "
		"NetworkInterface.N.InstanceType NetworkInterface.N.Ipv6Address.N "
		"NetworkInterface.N.Ipv6AddressCount:int NetworkInterface.N.NetworkCardIndex:int "
		"NetworkInterface.N.NetworkInterfaceId NetworkInterface.N.NetworkInterfaceName "
		"NetworkInterface.N.NetworkInterfaceTrafficMode NetworkInterface.N.PrimaryIpAddress "
		"NetworkInterface.N.QueueNumber:int NetworkInterface.N.QueuePairNumber:int "
		"NetworkInterface.N.RxQueueSize:int NetworkInterface.N.SecondaryPrivateIpAddressCount:int "
		"NetworkInterface.N.SecurityGroupId NetworkInterface.N.SecurityGroupIds.N "
		"NetworkInterface.N.SourceDestCheck:bool NetworkInterface.N.TxQueueSize:int "
		"NetworkInterface.N.VSwitchId NetworkInterfaceQueueNumber:int NetworkOptions.BandwidthWeighting "
		"NetworkOptions.EnableJumboFrame:bool NetworkOptions.EnableNetworkEncryption:bool Password "
		"PasswordInherit:bool Period:int PeriodUnit PrivateDnsNameOptions.EnableInstanceIdDnsAAAARecord:bool "
		"PrivateDnsNameOptions.EnableInstanceIdDnsARecord:bool PrivateDnsNameOptions.EnableIpDnsARecord:bool "
		"PrivateDnsNameOptions.EnableIpDnsPtrRecord:bool PrivateDnsNameOptions.HostnameType PrivateIpAddress "
		"PrivatePoolOptions.Id PrivatePoolOptions.MatchCriteria RamRoleName RegionId! ResourceGroupId "
		"SchedulerOptions.DedicatedHostClusterId SecurityEnhancementStrategy SecurityGroupId "
		"SecurityGroupIds.N SecurityOptions.ConfidentialComputingMode SecurityOptions.TrustedSystemMode "
		"SpotDuration:int SpotInterruptionBehavior SpotPriceLimit:number "
		"SpotStrategy(NoSpot|SpotWithPriceLimit|SpotAsPriceGo) StorageSetId StorageSetPartitionNumber:int "
		"SystemDisk.AutoSnapshotPolicyId SystemDisk.Category SystemDisk.Description SystemDisk.DiskName "
		"SystemDisk.PerformanceLevel SystemDisk.Size:int SystemDisk.BurstingEnabled:bool "
		"SystemDisk.EncryptAlgorithm SystemDisk.Encrypted SystemDisk.KMSKeyId SystemDisk.ProvisionedIops "
		"SystemDisk.StorageClusterId Tag.N.Key Tag.N.Value Tenancy UniqueSuffix:bool UserData VSwitchId "
		"ZoneId ManagedHostId", CHANGES | TOKEN | DRY_RUN},
	{"StartInstance", ecs_start_instance,
		"DryRun:bool InitLocalDisk:bool InstanceId!", CHANGES | DRY_RUN},
	{"StopInstance", ecs_stop_instance,
		"ConfirmStop:bool DryRun:bool ForceStop:bool Hibernate:bool InstanceId! "
		"StoppedMode(StopCharging|KeepCharging)", CHANGES | DRY_RUN},
	{"TagResources", ecs_tag_resources,
		"RegionId! ResourceId.N!(1..50) ResourceType! Tag.N.Key! Tag.N.Value", CHANGES},
	{"UntagResources", ecs_untag_resources,
		"All:bool RegionId! ResourceId.N!(1..50) ResourceType! TagKey.N", CHANGES},
};
// clang-format on

extern const struct service ecs_service;
const struct service ecs_service = {
	.name = "ecs",
	.version = "2014-05-26",
	.style = STYLE_RPC,
	.operations = operations,
	.operation_count = COUNT_OF(operations),
};
