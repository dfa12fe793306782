// SPDX-License-Identifier: Apache-2.0
// Fault specs and dice.
#include "config.h"
#include "sim/faults.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static const char *const kind_names[FAULT_KINDS] = {
        "throttle", "http500", "reset", "stall", "truncate", "garbage", "deny", "lost"};

// Alibaba Cloud API: error centre of each service.
static const struct refusal refusals[] = {
        {"QuotaExceeded.Vpc", 400, "VPC quota exceeded."},
        {"QuotaExceeded.VSwitch", 400, "VSwitch quota exceeded."},
        {"QuotaExceeded.Eip", 400, "Elastic IP address quota exceeded."},
        {"QuotaExceeded.NatGateway", 400, "NAT gateway quota exceeded."},
        {"QuotaExceed.ElasticQuota", 403,
                "The number of the specified ECS instances has exceeded the quota of the specified instance type."},
        {"LimitExceeded.Role", 409, "The count of roles beyond the current limits."},
        {"LimitExceeded.Policy", 409, "The count of policies beyond the current limits."},
        {"OperationDenied.NoStock", 403,
                "The requested resource is sold out in the specified zone; try other types of resources or other "
                "regions and zones."},
        {"InsufficientBalance", 400, "Your account does not have enough balance."},
        {"InvalidAccountStatus.NotEnoughBalance", 403, "Your account does not have enough balance."},
        {"Forbidden.RiskControl", 403, "This operation is forbidden by Aliyun Risk Control system."},
        {"InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."},
        {"InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."},
        {"OperationConflict", 409, "The request conflicts with another operation on the resource."},
};

const char *fault_kind_name(enum fault_kind kind)
{
	return kind_names[kind];
}

struct parse {
	struct faults faults;
	struct fault_rule rule;
	bool has_chance;
	const struct fault_targets *targets;
	char cluster[FAULT_SCOPE_SIZE]; // "" = none named
};

static bool parse_number(const char *text, double least, double most, double *out)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end || !isfinite(value) || value < least || value > most)
		return false;
	*out = value;
	return true;
}

static bool set_chance(struct parse *parse, const char *name, const char *value, struct error *error)
{
	for (size_t kind = 0; kind < FAULT_KINDS; kind++) {
		if (strcmp(kind_names[kind], name) != 0)
			continue;
		if (!parse_number(value, 0, 1, &parse->rule.chance[kind]))
			return error_set(
			        error, ERROR_USAGE, "fault %s=%s: expected a probability from 0 to 1", name, value);
		parse->has_chance = true;
		return true;
	}
	return error_set(error, ERROR_USAGE, "unknown fault %s", name);
}

static bool set_refusal(struct parse *parse, const char *code, struct error *error)
{
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		if (strcmp(refusals[i].code, code) != 0)
			continue;
		parse->rule.refusal = &refusals[i];
		parse->has_chance = true;
		return true;
	}
	return error_set(error, ERROR_USAGE, "fault refuse=%s: no such code is known here", code);
}

static bool set_seconds(int64_t *out, const char *name, const char *value, double unit, struct error *error)
{
	double number;
	if (!parse_number(value, -1e9, 1e9, &number))
		return error_set(error, ERROR_USAGE, "fault %s=%s: expected a number", name, value);
	*out = (int64_t)(number * unit);
	return true;
}

static bool set_reach(struct parse *parse, const char *region, bool unreachable, struct error *error)
{
	if (parse->targets->reach_region(parse->targets->user, region, unreachable))
		return true;
	return error_set(error, ERROR_USAGE, "fault: there is no region %s in this world", region);
}

static bool set_one(struct parse *parse, const char *name, const char *value, struct error *error)
{
	if (!strcmp(name, "cluster"))
		return true;
	if (*parse->cluster && parse->targets->is_of_cluster(name))
		return parse->targets->fault_cluster(parse->targets->user, parse->cluster, name, value, error);
	if (!strcmp(name, "off")) {
		parse->faults = (struct faults){0};
		parse->targets->reach_region(parse->targets->user, NULL, false);
		return parse->targets->fault_cluster(parse->targets->user, NULL, name, value, error);
	}
	if (!strcmp(name, "refuse"))
		return set_refusal(parse, value, error);
	if (!strcmp(name, "skew"))
		return set_seconds(&parse->faults.skew_ms, name, value, 1000, error);
	if (!strcmp(name, "expire"))
		return set_seconds(&parse->faults.expire_ms, name, value, 1000, error);
	if (!strcmp(name, "latency"))
		return set_seconds(&parse->faults.latency_ms, name, value, 1, error);
	if (!strcmp(name, "unreachable") || !strcmp(name, "reachable"))
		return set_reach(parse, value, name[0] == 'u', error);
	if (!strcmp(name, "region"))
		return snprintf(parse->rule.region, FAULT_SCOPE_SIZE, "%s", value), true;
	if (!strcmp(name, "times"))
		return set_seconds(&parse->rule.times, name, value, 1, error);
	if (!strcmp(name, "op"))
		return snprintf(parse->rule.operation, FAULT_SCOPE_SIZE, "%s", value), true;
	return set_chance(parse, name, value, error);
}

// A rule for the same scope is replaced.
static bool keep_rule(struct parse *parse, struct error *error)
{
	if (!parse->has_chance)
		return true;
	for (size_t i = 0; i < parse->faults.count; i++) {
		struct fault_rule *rule = &parse->faults.rules[i];
		if (!strcmp(rule->region, parse->rule.region) && !strcmp(rule->operation, parse->rule.operation)) {
			*rule = parse->rule;
			return true;
		}
	}
	if (parse->faults.count == MAX_FAULT_RULES)
		return error_set(error, ERROR_LIMIT, "at most %d scopes of faults", MAX_FAULT_RULES);
	parse->faults.rules[parse->faults.count++] = parse->rule;
	return true;
}

// The cluster that the spec is about, wherever it is named.
static void find_cluster(struct parse *parse, const char *spec)
{
	static const char member[] = "cluster=";
	const char *at = spec;
	while (*at) {
		size_t length = strcspn(at, ",");
		if (!strncmp(at, member, strlen(member)) && length - strlen(member) < sizeof(parse->cluster))
			snprintf(parse->cluster, sizeof(parse->cluster), "%.*s", (int)(length - strlen(member)),
			        at + strlen(member));
		at += length;
		at += *at == ',';
	}
}

bool faults_parse(struct faults *faults, const char *spec, const struct fault_targets *targets, struct error *error)
{
	struct parse parse = {.faults = *faults, .targets = targets};
	find_cluster(&parse, spec);
	while (*spec) {
		char word[2 * FAULT_SCOPE_SIZE];
		size_t length = strcspn(spec, ",");
		if (length >= sizeof(word))
			return error_set(error, ERROR_USAGE, "fault: %.40s… is too long", spec);
		snprintf(word, sizeof(word), "%.*s", (int)length, spec);
		char *equals = strchr(word, '=');
		if (equals)
			*equals = 0;
		if (*word && !set_one(&parse, word, equals ? equals + 1 : "", error))
			return false;
		spec += length;
		spec += *spec == ',';
	}
	if (!keep_rule(&parse, error))
		return false;
	*faults = parse.faults;
	return true;
}

static bool is_of_cluster_api(const char *operation)
{
	return !strncmp(operation, "kube.", 5);
}

static bool applies(const struct fault_rule *rule, const char *region, const char *operation)
{
	if (is_of_cluster_api(operation) && !is_of_cluster_api(rule->operation))
		return false;
	if (*rule->region && (!region || !text_glob(rule->region, region)))
		return false;
	if (!*rule->operation)
		return true;
	const char *dot = strchr(operation, '.');
	return text_glob(rule->operation, operation) || (dot && text_glob(rule->operation, dot + 1));
}

bool faults_hit(
        struct faults *faults, struct random *random, enum fault_kind kind, const char *region, const char *operation)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct fault_rule *rule = &faults->rules[i];
		double chance = rule->times < 0 ? 0 : rule->chance[kind];
		if (chance > 0 && applies(rule, region, operation) && random_chance(random, chance)) {
			if (rule->times && --rule->times == 0)
				rule->times = -1;
			faults->happened[kind]++;
			return true;
		}
	}
	return false;
}

const struct refusal *faults_refusal(const struct faults *faults, const char *region, const char *operation)
{
	for (size_t i = 0; i < faults->count; i++)
		if (faults->rules[i].refusal && applies(&faults->rules[i], region, operation))
			return faults->rules[i].refusal;
	return NULL;
}
