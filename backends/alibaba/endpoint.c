// SPDX-License-Identifier: Apache-2.0
// Endpoint rules as tables (Alibaba Cloud API: endpoints of each service). "{r}" stands for the region.
#include "alibaba/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

struct rule {
	const char *service;
	const char *public_host, *vpc_host;
	const char *central_host;       // without a region; NULL = a region is needed
	const char *international_host; // instead of public_host for the international site; NULL = the same
};

static const struct rule rules[] = {
        {"ecs", "ecs.{r}.aliyuncs.com", "ecs-vpc.{r}.aliyuncs.com", NULL, NULL},
        {"vpc", "vpc.{r}.aliyuncs.com", "vpc-vpc.{r}.aliyuncs.com", NULL, NULL},
        {"cs", "cs.{r}.aliyuncs.com", "cs-anony-vpc.{r}.aliyuncs.com", NULL, NULL},
        {"ram", "ram.aliyuncs.com", "ram.vpc-proxy.aliyuncs.com", "ram.aliyuncs.com", NULL},
        {"sts", "sts.{r}.aliyuncs.com", "sts-vpc.{r}.aliyuncs.com", "sts.aliyuncs.com", NULL},
        {"ims", "ims.aliyuncs.com", "ims.vpc-proxy.aliyuncs.com", "ims.aliyuncs.com", NULL},
        {"oss", "oss-{r}.aliyuncs.com", "oss-{r}-internal.aliyuncs.com", NULL, NULL},
        {"slb", "slb.{r}.aliyuncs.com", "slb-vpc.{r}.aliyuncs.com", NULL, NULL},
        {"ess", "ess.{r}.aliyuncs.com", "ess-vpc.{r}.aliyuncs.com", NULL, NULL},
        {"resourcecenter", "resourcecenter.aliyuncs.com", "resourcecenter.vpc-proxy.aliyuncs.com",
                "resourcecenter.aliyuncs.com", "resourcecenter-intl.aliyuncs.com"},
        {"bssopenapi", "business.aliyuncs.com", "business.vpc-proxy.aliyuncs.com", "business.aliyuncs.com",
                "business.ap-southeast-1.aliyuncs.com"},
        {"quotas", "quotas.aliyuncs.com", "quotas-vpc.{r}.aliyuncs.com", "quotas.aliyuncs.com", NULL},
        {"location", "location.aliyuncs.com", "location.aliyuncs.com", "location.aliyuncs.com", NULL},
};

// Public hosts that do not follow their rule.
static const struct exception {
	const char *service, *region, *host;
} exceptions[] = {
        {"ecs", "cn-hangzhou", "ecs-cn-hangzhou.aliyuncs.com"},
        {"ecs", "cn-shanghai-finance-1", "ecs-cn-hangzhou.aliyuncs.com"},
        {"ecs", "cn-shenzhen-finance-1", "ecs-cn-hangzhou.aliyuncs.com"},
        {"ecs", "cn-hangzhou-finance", "ecs.aliyuncs.com"},
        {"vpc", "cn-hangzhou", "vpc.aliyuncs.com"},
        {"vpc", "cn-shanghai-finance-1", "vpc.aliyuncs.com"},
        {"vpc", "cn-shenzhen-finance-1", "vpc.aliyuncs.com"},
        {"sts", "ap-south-1", "sts.aliyuncs.com"},
        {"sts", "ap-southeast-2", "sts.aliyuncs.com"},
        {"sts", "cn-hangzhou-finance", "sts.aliyuncs.com"},
        {"sts", "cn-shenzhen-finance-1", "sts.aliyuncs.com"},
        {"slb", "cn-hangzhou", "slb.aliyuncs.com"},
        {"slb", "cn-hangzhou-finance", "slb.aliyuncs.com"},
        {"slb", "cn-shanghai-finance-1", "slb.aliyuncs.com"},
        {"slb", "cn-shenzhen-finance-1", "slb.aliyuncs.com"},
        {"ess", "cn-beijing", "ess.aliyuncs.com"},
        {"ess", "cn-beijing-finance-1", "ess.aliyuncs.com"},
        {"ess", "cn-hangzhou", "ess.aliyuncs.com"},
        {"ess", "cn-hangzhou-finance", "ess.aliyuncs.com"},
        {"ess", "cn-nanjing", "ess.aliyuncs.com"},
        {"ess", "cn-north-2-gov-1", "ess.aliyuncs.com"},
        {"ess", "cn-qingdao", "ess.aliyuncs.com"},
        {"ess", "cn-shanghai", "ess.aliyuncs.com"},
        {"ess", "cn-shanghai-finance-1", "ess.aliyuncs.com"},
        {"ess", "cn-shenzhen", "ess.aliyuncs.com"},
        {"ess", "cn-shenzhen-finance-1", "ess.aliyuncs.com"},
};

// Where STS has its central name alone, also from inside a VPC.
static const char *const central_in_vpc[] = {"ap-south-1", "ap-southeast-2"};

void endpoint_settings_init(struct endpoint_settings *settings, const struct environment *environment)
{
	const char *type = environment_cloud(environment, "ENDPOINT_TYPE");
	const char *region = environment_cloud(environment, "STS_REGION");

	memset(settings, 0, sizeof(*settings));
	settings->environment = environment;
	settings->vpc = type && !strcmp(type, "vpc");
	if (region)
		snprintf(settings->sts_region, sizeof(settings->sts_region), "%s", region);
}

bool endpoint_region_is_valid(const char *region)
{
	size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length && length < 64 && !region[length] && *region != '-';
}

const char *endpoint_host(const char *url, size_t *length)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + 3 : url;

	*length = strcspn(host, "/?#");
	return host;
}

// Takes "host", "host:port" and whole URLs; cuts slashes at the end.
static bool use_address(const char *address, char out[ENDPOINT_SIZE], struct error *error)
{
	size_t length = strlen(address);

	while (length && address[length - 1] == '/')
		length--;
	if (!length || length + sizeof("https://") > ENDPOINT_SIZE)
		return error_set(error, ERROR_USAGE, "The endpoint \"%.80s\" is no address of a service", address);
	snprintf(out, ENDPOINT_SIZE, "%s%.*s", strstr(address, "://") ? "" : "https://", (int)length, address);
	return true;
}

static const char *service_variable(const struct endpoint_settings *settings, const char *service)
{
	char name[64];
	size_t length = (size_t)snprintf(name, sizeof(name), "ENDPOINT_%s", service);

	for (size_t i = 0; i < length && i < sizeof(name); i++)
		if (name[i] >= 'a' && name[i] <= 'z')
			name[i] = (char)(name[i] - 32);
	return environment_cloud(settings->environment, name);
}

// What somebody has set, in the order in which it wins; NULL = nothing, the tables decide.
static const char *set_address(const struct endpoint_settings *settings, const char *service)
{
	bool sts = !strcmp(service, "sts");
	const char *address = NULL;

	// Object storage has a gateway of its own: what serves all other calls does not serve it.
	if (!strcmp(service, "oss")) {
		address = service_variable(settings, service);
		return address ? address : environment_get(settings->environment, "PEERDECK_OSS_ENDPOINT");
	}
	if (*settings->url)
		return settings->url;
	address = service_variable(settings, service);
	if (!address && sts)
		address = environment_cloud(settings->environment, "STS_ENDPOINT");
	if (!address && sts && *settings->sts_url)
		address = settings->sts_url;
	if (!address && *settings->profile_url)
		address = settings->profile_url;
	return address ? address : environment_cloud(settings->environment, "ENDPOINT");
}

static const struct rule *find_rule(const char *service)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (!strcmp(rules[i].service, service))
			return &rules[i];
	return NULL;
}

static bool has_no_vpc_name(const char *service, const char *region)
{
	if (strcmp(service, "sts"))
		return false;
	for (size_t i = 0; i < COUNT_OF(central_in_vpc); i++)
		if (!strcmp(central_in_vpc[i], region))
			return true;
	return false;
}

static const char *choose_host(const struct endpoint_settings *settings, const struct rule *rule, const char *region)
{
	bool sts_vpc = !strcmp(rule->service, "sts") && environment_flag(settings->environment, "VPC_ENDPOINT_ENABLED");

	if (!*region && rule->central_host && (!settings->vpc || strstr(rule->vpc_host, "{r}")))
		return settings->international && rule->international_host ? rule->international_host
		                                                           : rule->central_host;
	if ((settings->vpc || sts_vpc) && !has_no_vpc_name(rule->service, region))
		return rule->vpc_host;
	for (size_t i = 0; i < COUNT_OF(exceptions); i++)
		if (!strcmp(exceptions[i].service, rule->service) && !strcmp(exceptions[i].region, region))
			return exceptions[i].host;
	if (settings->international && rule->international_host)
		return rule->international_host;
	return rule->public_host;
}

bool endpoint_resolve(const struct endpoint_settings *settings, const char *service, const char *region,
        char out[ENDPOINT_SIZE], struct error *error)
{
	const char *address = set_address(settings, service);
	const struct rule *rule = find_rule(service);
	const char *host, *place;

	if (address)
		return use_address(address, out, error);
	if (!rule)
		return error_set(error, ERROR_INTERNAL, "No endpoint rule for service %s", service);
	if (*region ? !endpoint_region_is_valid(region) : !rule->central_host) {
		error_set(error, ERROR_USAGE, "\"%.60s\" is no region id", region);
		error_remedy(error,
		        "Give a region such as cn-beijing with --region; \"peerdeck list regions\" names them all");
		return false;
	}
	host = choose_host(settings, rule, region);
	place = strstr(host, "{r}");
	if (place)
		snprintf(out, ENDPOINT_SIZE, "https://%.*s%s%s", (int)(place - host), host, region, place + 3);
	else
		snprintf(out, ENDPOINT_SIZE, "https://%s", host);
	return true;
}
