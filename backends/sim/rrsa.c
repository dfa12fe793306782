// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/rrsa.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "sim/ram.h"
#include "sim/service.h"

#include "base/banned.h"

enum { TOKEN_MOST = 20000 };

const char *rrsa_provider_name(struct world *world, const struct cluster *cluster)
{
	return world_printf(world, "ack-rrsa-%s", cluster->base.id);
}

const char *rrsa_provider_arn(struct world *world, const struct cluster *cluster)
{
	return world_printf(world, "acs:ram::%s:oidc-provider/ack-rrsa-%s", world->account, cluster->base.id);
}

const char *rrsa_issuer(struct world *world, const struct cluster *cluster)
{
	const char *region = cluster->base.region->id;
	return world_printf(world, "https://oidc-ack-%s.oss-%s.aliyuncs.com/%s", region, region, cluster->base.id);
}

struct cluster *rrsa_cluster(struct world *world, const char *arn_or_name)
{
	for (size_t i = 0; i < world->region_count; i++) {
		struct cluster *cluster;
		EACH(cluster, &world->regions[i], KIND_CLUSTER)
		if (cluster->rrsa && (!strcmp(rrsa_provider_arn(world, cluster), arn_or_name) ||
		                             !strcmp(rrsa_provider_name(world, cluster), arn_or_name)))
			return cluster;
	}
	return NULL;
}

cJSON *rrsa_claims(const char *token)
{
	const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;
	if (!second || strchr(second + 1, '.') || strlen(token) > TOKEN_MOST)
		return NULL;
	struct buffer base64, text;
	buffer_init(&base64, TOKEN_MOST + 4);
	buffer_init(&text, TOKEN_MOST);
	for (const char *c = first + 1; c < second; c++)
		buffer_add_char(&base64, (char)(*c == '-' ? '+' : *c == '_' ? '/' : *c));
	while (base64.size % 4)
		buffer_add_char(&base64, '=');
	cJSON *claims = NULL;
	if (text_decode_base64(&text, buffer_text(&base64), base64.size))
		claims = cJSON_Parse(buffer_text(&text));
	buffer_finish(&base64);
	buffer_finish(&text);
	if (cJSON_IsObject(claims))
		return claims;
	cJSON_Delete(claims);
	return NULL;
}

// `wanted` and `found` are a text or a list of texts each; any one in common will do.
static bool have_common(const cJSON *wanted, const cJSON *found, bool pattern)
{
	const cJSON *item;
	if (cJSON_IsArray(wanted)) {
		cJSON_ArrayForEach(item, wanted) if (have_common(item, found, pattern)) return true;
		return false;
	}
	if (cJSON_IsArray(found)) {
		cJSON_ArrayForEach(item, found) if (have_common(wanted, item, pattern)) return true;
		return false;
	}
	if (!cJSON_IsString(wanted) || !cJSON_IsString(found))
		return false;
	return pattern ? text_glob(wanted->valuestring, found->valuestring)
	               : !strcmp(wanted->valuestring, found->valuestring);
}

// One operator of a Condition, {"oidc:aud": …}, on the claims.
static bool condition_holds(const cJSON *operator, const cJSON * claims)
{
	bool pattern = !strcmp(operator->string, "StringLike");
	const cJSON *key;
	if (!pattern && strcmp(operator->string, "StringEquals") != 0)
		return false;
	cJSON_ArrayForEach(
	        key, operator) if (strncmp(key->string, "oidc:", 5) != 0 ||
	                           !have_common(key, cJSON_GetObjectItemCaseSensitive(claims, key->string + 5),
	                                   pattern)) return false;
	return true;
}

static bool statement_admits(const cJSON *statement, const cJSON *provider, const cJSON *claims)
{
	const cJSON *principal = cJSON_GetObjectItemCaseSensitive(statement, "Principal"), *operator;
	if (!have_common(cJSON_GetObjectItemCaseSensitive(principal, "Federated"), provider, false))
		return false;
	cJSON_ArrayForEach(operator, cJSON_GetObjectItemCaseSensitive(
	                           statement, "Condition")) if (!condition_holds(operator, claims)) return false;
	return true;
}

bool rrsa_is_trusted(const char *trust_document, const char *provider_arn, const cJSON *claims)
{
	cJSON *document = ram_document(trust_document, true);
	cJSON *provider = cJSON_CreateString(provider_arn);
	const cJSON *statement;
	bool trusted = false;
	cJSON_ArrayForEach(statement, cJSON_GetObjectItemCaseSensitive(document, "Statement"))
	{
		const char *effect = cJSON_GetObjectItemCaseSensitive(statement, "Effect")->valuestring;
		if (!statement_admits(statement, provider, claims))
			continue;
		trusted = !strcmp(effect, "Allow");
		if (!trusted)
			break;
	}
	cJSON_Delete(provider);
	cJSON_Delete(document);
	return trusted;
}
