// SPDX-License-Identifier: Apache-2.0
// The tables of the catalogue. Region ids and English names: Alibaba Cloud API: ECS endpoints.
#include "config.h"
#include "sim/catalog.h"

#include <string.h>

#include "base/text.h"
#include "sim/world.h"

#include "base/banned.h"

const struct catalog_region catalog_regions[] = {
        {"cn-beijing", "2ze", "华北2（北京）", "China (Beijing)", "hikl"},
        {"cn-hongkong", "j6c", "中国香港", "China (Hong Kong)", "bcd"},
        {"ap-southeast-1", "t4n", "新加坡", "Singapore", "abc"},
        {"cn-hangzhou", "bp1", "华东1（杭州）", "China (Hangzhou)", "hijk"},
        {"cn-shanghai", "uf6", "华东2（上海）", "China (Shanghai)", "blmn"},
        {"cn-shenzhen", "wz9", "华南1（深圳）", "China (Shenzhen)", "def"},
        {"cn-zhangjiakou", "8vb", "华北3（张家口）", "China (Zhangjiakou)", "abc"},
        {"cn-chengdu", "2vc", "西南1（成都）", "China (Chengdu)", "ab"},
        {"us-west-1", "rj9", "美国（硅谷）", "US (Silicon Valley)", "ab"},
        {"eu-central-1", "gw8", "德国（法兰克福）", "Germany (Frankfurt)", "abc"},
        {"ap-northeast-1", "6we", "日本（东京）", "Japan (Tokyo)", "bc"},
        {"ap-southeast-5", "k1a", "印度尼西亚（雅加达）", "Indonesia (Jakarta)", "abc"},
        {"cn-qingdao", "m5e", "华北1（青岛）", "China (Qingdao)", "bc"},
        {"cn-huhehaote", "hp3", "华北5（呼和浩特）", "China (Hohhot)", "ab"},
        {"cn-wulanchabu", "0jl", "华北6（乌兰察布）", "China (Ulanqab)", "abc"},
        {"cn-nanjing", "gc7", "华东5（南京-本地地域）", "China (Nanjing - Local Region)", "a"},
        {"cn-fuzhou", "gw0", "华东6（福州-本地地域）", "China (Fuzhou - Local Region)", "a"},
        {"cn-wuhan-lr", "6fg", "华中1（武汉-本地地域）", "China (Wuhan - Local Region)", "a"},
        {"cn-heyuan", "f8z", "华南2（河源）", "China (Heyuan)", "ab"},
        {"cn-guangzhou", "7xv", "华南3（广州）", "China (Guangzhou)", "ab"},
        {"cn-zhongwei", "4wd", "西北2（中卫）", "China (Zhongwei)", "a"},
        {"ap-southeast-3", "8ps", "马来西亚（吉隆坡）", "Malaysia (Kuala Lumpur)", "ab"},
        {"ap-southeast-6", "5ts", "菲律宾（马尼拉）", "Philippines (Manila)", "a"},
        {"ap-southeast-7", "0jo", "泰国（曼谷）", "Thailand (Bangkok)", "a"},
        {"ap-northeast-2", "mj7", "韩国（首尔）", "South Korea (Seoul)", "a"},
        {"us-east-1", "0xi", "美国（弗吉尼亚）", "US (Virginia)", "ab"},
        {"us-southeast-1", "x1k", "美国（亚特兰大）", "US (Atlanta)", "a"},
        {"na-south-1", "4hf", "墨西哥", "Mexico", "a"},
        {"eu-west-1", "d7o", "英国（伦敦）", "UK (London)", "ab"},
        {"me-east-1", "eb3", "阿联酋（迪拜）", "UAE (Dubai)", "a"},
        {"me-central-1", "l4v", "沙特（利雅得）", "Saudi Arabia (Riyadh)", "ab"},
        {"ap-south-1", "a2d", "印度（孟买）关停中", "India (Mumbai) Closed", "ab"},
        {"ap-southeast-2", "p0w", "澳大利亚（悉尼）关停中", "Australia (Sydney) Closed", "ab"},
        {"cn-heyuan-acdr-1", "9kq", "河源专属云汽车合规", "Heyuan ACDR Auto", "a"},
        {"cn-shanghai-finance-1", "3ns", "华东2金融云", "China East 2 Finance", "bf"},
        {"cn-shenzhen-finance-1", "1hd", "华南1金融云", "China South 1 Finance", "de"},
        {"cn-beijing-finance-1", "5tq", "华北2金融云（邀测）", "China North 2 Finance (Preview)", "kl"},
        {"cn-hangzhou-finance", "bq2", "华东1金融云", "China East 1 Finance", "b"},
        {"cn-zhengzhou-jva", "7gm", "郑州（联通合营）", "Zhengzhou (China Unicom Joint Venture)", "a"},
};
const size_t catalog_region_count = COUNT_OF(catalog_regions);

#define X86 "X86"
#define EMERALD "Intel Xeon(Emerald Rapids) Platinum 8575C"
#define SAPPHIRE "Intel Xeon(Sapphire Rapids) Platinum 8475B"
#define ICELAKE "Intel Xeon(Ice Lake) Platinum 8369B"
#define YITIAN "YiTian 710"
const struct instance_type instance_types[] = {
        {"ecs.g8i.large", "ecs.g8i", X86, EMERALD, 2, 8192, 0, 3, 10, 2500, 0.5621, "UEFI", true, true},
        {"ecs.g8i.xlarge", "ecs.g8i", X86, EMERALD, 4, 16384, 0, 4, 15, 4000, 1.1242, "UEFI", true, true},
        {"ecs.g8i.2xlarge", "ecs.g8i", X86, EMERALD, 8, 32768, 0, 6, 15, 6000, 2.2484, "UEFI", true, true},
        {"ecs.g8i.4xlarge", "ecs.g8i", X86, EMERALD, 16, 65536, 0, 8, 30, 12000, 4.4968, "UEFI", true, true},
        {"ecs.g8i.8xlarge", "ecs.g8i", X86, EMERALD, 32, 131072, 0, 8, 30, 16000, 8.9936, "UEFI", true, true},
        {"ecs.c8i.large", "ecs.c8i", X86, EMERALD, 2, 4096, 0, 3, 10, 2500, 0.4431, "UEFI", true, true},
        {"ecs.c8i.xlarge", "ecs.c8i", X86, EMERALD, 4, 8192, 0, 4, 15, 4000, 0.8862, "UEFI", true, true},
        {"ecs.c8i.2xlarge", "ecs.c8i", X86, EMERALD, 8, 16384, 0, 6, 15, 6000, 1.7724, "UEFI", true, true},
        {"ecs.r8i.large", "ecs.r8i", X86, EMERALD, 2, 16384, 0, 3, 10, 2500, 0.7310, "UEFI", true, true},
        {"ecs.r8i.xlarge", "ecs.r8i", X86, EMERALD, 4, 32768, 0, 4, 15, 4000, 1.4620, "UEFI", true, true},
        {"ecs.r8i.2xlarge", "ecs.r8i", X86, EMERALD, 8, 65536, 0, 6, 15, 6000, 2.9240, "UEFI", true, true},
        {"ecs.g7.large", "ecs.g7", X86, ICELAKE, 2, 8192, 0, 3, 6, 2000, 0.5050, "BIOS,UEFI", false, false},
        {"ecs.g7.xlarge", "ecs.g7", X86, ICELAKE, 4, 16384, 0, 4, 15, 3000, 1.0100, "BIOS,UEFI", false, false},
        {"ecs.g7.2xlarge", "ecs.g7", X86, ICELAKE, 8, 32768, 0, 4, 15, 5000, 2.0200, "BIOS,UEFI", false, false},
        {"ecs.c7.large", "ecs.c7", X86, ICELAKE, 2, 4096, 0, 3, 6, 2000, 0.3990, "BIOS,UEFI", false, false},
        {"ecs.c7.xlarge", "ecs.c7", X86, ICELAKE, 4, 8192, 0, 4, 15, 3000, 0.7980, "BIOS,UEFI", false, false},
        {"ecs.u1-c1m2.large", "ecs.u1", X86, SAPPHIRE, 2, 4096, 0, 3, 6, 1000, 0.2990, "BIOS,UEFI", false, false},
        {"ecs.u1-c1m4.large", "ecs.u1", X86, SAPPHIRE, 2, 8192, 0, 3, 6, 1000, 0.3790, "BIOS,UEFI", false, false},
        {"ecs.u1-c1m4.xlarge", "ecs.u1", X86, SAPPHIRE, 4, 16384, 0, 4, 10, 1500, 0.7580, "BIOS,UEFI", false, false},
        {"ecs.e-c1m2.large", "ecs.e", X86, SAPPHIRE, 2, 4096, 0, 2, 4, 400, 0.1990, "BIOS", false, false},
        {"ecs.g8y.large", "ecs.g8y", "ARM", YITIAN, 2, 8192, 0, 3, 10, 2500, 0.4230, "UEFI", false, true},
        {"ecs.g8y.xlarge", "ecs.g8y", "ARM", YITIAN, 4, 16384, 0, 4, 15, 4000, 0.8460, "UEFI", false, true},
        {"ecs.gn7i-c8g1.2xlarge", "ecs.gn7i", X86, ICELAKE, 8, 30720, 1, 4, 15, 16000, 9.8400, "BIOS,UEFI", false,
                false},
};
const size_t instance_type_count = COUNT_OF(instance_types);

const struct instance_type *instance_type_find(const char *id)
{
	for (size_t i = 0; id && i < instance_type_count; i++)
		if (!strcmp(instance_types[i].id, id))
			return &instance_types[i];
	return NULL;
}

// Confidential types are rare: cn-beijing-i and -l, cn-hongkong-d, ap-southeast-1c.
bool instance_type_sold(const struct instance_type *type, const struct region *region, char zone)
{
	static const struct {
		const char *region, *zones;
	} confidential[] = {{"cn-beijing", "il"}, {"cn-hongkong", "d"}, {"ap-southeast-1", "c"}};
	if (region->sold_out && text_glob(region->sold_out, type->id))
		return false;
	if (!type->tdx)
		return type->gpu == 0 || text_starts_with(region->id, "cn-");
	for (size_t i = 0; i < COUNT_OF(confidential); i++)
		if (!strcmp(confidential[i].region, region->id))
			return strchr(confidential[i].zones, zone) != NULL;
	return false;
}

const char *region_currency(const struct region *region)
{
	return region && !text_starts_with(region->id, "cn-") ? "USD" : "CNY";
}

double region_price(const struct region *region, double cny)
{
	return region && !text_starts_with(region->id, "cn-") ? cny * 0.165 : cny;
}

const struct catalog_image catalog_images[] = {
        {"alinux3", "aliyun_3_x64_20G_alibase_20260612.vhd", "Alibaba Cloud Linux  3.2104 LTS 64位", "linux", "Aliyun",
                "x86_64", "UEFI-Preferred", "system", 20, NULL},
        {"alinux4", "aliyun_4_x64_20G_container_optimized_20260701.vhd", "Alibaba Cloud Linux  4 64位", "linux",
                "Aliyun", "x86_64", "UEFI-Preferred", "system", 20, NULL},
        {"ubuntu24", "ubuntu_24_04_x64_20G_alibase_20260615.vhd", "Ubuntu  24.04 64位", "linux", "Ubuntu", "x86_64",
                "UEFI-Preferred", "system", 20, NULL},
        {"alinux3arm", "aliyun_3_arm64_20G_alibase_20260612.vhd", "Alibaba Cloud Linux  3.2104 LTS 64位 ARM版", "linux",
                "Aliyun", "arm64", "UEFI", "system", 20, NULL},
        {"caapodvm", "caa-podvm-alinux3-v0.20.0", "Alibaba Cloud Linux  3.2104 LTS 64位", "linux", "Aliyun", "x86_64",
                "UEFI", "others", 20, NULL},
        // Those that the guide names.
        {"f6zaa0j0qz3sunhjp", "caa-podvm-alinux3", "Alibaba Cloud Linux  3.2104 LTS 64位", "linux", "Aliyun", "x86_64",
                "UEFI", "others", 20, "cn-beijing"},
        {"1w9aj2aonwckv64cw", "caa-podvm-alinux3-v0.13.0", "Alibaba Cloud Linux  3.2104 LTS 64位", "linux", "Aliyun",
                "x86_64", "UEFI", "others", 20, "cn-beijing"},
        {"9ocuen5sy6rhbxbk1", "caa-podvm-alinux3", "Alibaba Cloud Linux  3.2104 LTS 64位", "linux", "Aliyun", "x86_64",
                "UEFI", "others", 20, "ap-southeast-1"},
};
const size_t catalog_image_count = COUNT_OF(catalog_images);

const struct kubernetes_version kubernetes_versions[] = {
        {"1.35.2-aliyun.1", true},
        {"1.34.3-aliyun.1", true},
        {"1.33.6-aliyun.1", true},
        {"1.32.9-aliyun.1", false},
        {"1.31.9-aliyun.1", false},
};
const size_t kubernetes_version_count = COUNT_OF(kubernetes_versions);
