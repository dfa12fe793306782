// SPDX-License-Identifier: Apache-2.0
// Tests of the simulator's own behaviour.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "sim/route.h"
#include "sim/service.h"
#include "sim/signing.h"

#include "base/banned.h"

void sim_begin(struct simulator *simulator, const char *scenario, int64_t vms, int64_t regions)
{
	struct error error = {0};
	struct options options = {.scenario = scenario,
	        .listen = "127.0.0.1:0",
	        .time_scale = 0,
	        .seed = 11,
	        .vms = vms,
	        .regions = regions};
	bool good = simulator_init(simulator, &options, &error);

	if (!good)
		printf("\n    %s: %s\n", error.doing, error.message);
	CU_ASSERT_TRUE_FATAL(good);
}

void sim_end(struct simulator *simulator)
{
	simulator_finish(simulator);
}

void sim_advance(struct simulator *simulator, int64_t seconds)
{
	world_advance(&simulator->world, seconds * 1000, simulator->wall);
}

static void add_header(struct request *request, const char *name, const char *value)
{
	pairs_add(&request->arena, &request->headers, name, value);
}

static void sign(struct simulator *simulator, struct request *request, const struct sim_signing *signing)
{
	const struct identity *identity = identity_first(simulator->world.identities);
	const char *key = signing->key_id ? signing->key_id : identity->key_id;
	char hash[SHA256_HEX_SIZE], date[TIME_TEXT_SIZE], nonce[33], names[1024] = "", signature[65];
	struct buffer canonical;

	crypto_sha256_hex(buffer_text(&request->body), request->body.size, hash);
	time_format_acs(simulator->wall - signing->late_ms, date);
	crypto_random_hex(nonce, 32);
	add_header(request, "x-acs-content-sha256", arena_strdup(&request->arena, hash));
	add_header(request, "x-acs-date", arena_strdup(&request->arena, date));
	add_header(request, "x-acs-signature-nonce",
	        signing->nonce ? signing->nonce : arena_strdup(&request->arena, nonce));
	if (signing->token)
		add_header(request, "x-acs-security-token", signing->token);
	for (size_t i = 0; i < request->headers.count; i++) {
		size_t used = strlen(names);
		snprintf(names + used, sizeof(names) - used, "%s%s", used ? ";" : "", request->headers.items[i].name);
	}
	if (signing->unsigned_header)
		add_header(request, signing->unsigned_header, "x");
	buffer_init(&canonical, 1 << 20);
	signing_v3_canonical(request, names, &canonical);
	signing_v3(buffer_text(&canonical), signing->secret ? signing->secret : identity->secret, signature);
	buffer_finish(&canonical);
	add_header(request, "authorization",
	        arena_printf(&request->arena, "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s", key,
	                names, signature));
	add_header(request, "accept", "application/json");
}

struct sim_reply sim_signed(struct simulator *simulator, const char *method, const char *path, const char *query,
        const char *body, const char *action, const char *version, const struct sim_signing *signing)
{
	struct request request = {.method = method, .path = path, .raw_query = query, .arrived = simulator->wall};
	struct answer answer = {0};
	struct sim_reply reply = {0};

	arena_init(&request.arena, 0);
	buffer_init(&request.body, 1 << 20);
	buffer_add_text(&request.body, body ? body : "");
	pairs_parse(&request.arena, &request.query, query, strlen(query), true);
	add_header(&request, "host", "127.0.0.1");
	add_header(&request, "x-acs-action", action);
	add_header(&request, "x-acs-version", version);
	sign(simulator, &request, signing);
	simulator_answer(simulator, &request, &answer);
	reply.status = answer.status;
	reply.answered = !answer.reset && !answer.stall;
	reply.json = cJSON_Parse(answer.body ? answer.body : "");
	snprintf(reply.code, sizeof(reply.code), "%s", answer.code ? answer.code : "");
	free(answer.body);
	buffer_finish(&request.body);
	arena_finish(&request.arena);
	return reply;
}

struct sim_reply sim_rpc(struct simulator *simulator, const char *service, const char *action, const char *query)
{
	const char *version = "";

	for (size_t i = 0; services[i]; i++)
		if (!strcmp(services[i]->name, service))
			version = services[i]->version;
	return sim_signed(simulator, "POST", "/", query, NULL, action, version, &(struct sim_signing){0});
}

// The action stands in a header as well as in method and path: it is looked up.
struct sim_reply sim_roa(
        struct simulator *simulator, const char *method, const char *path, const char *query, const char *body)
{
	const char *version, *action = route_roa_action(method, path, &version);

	CU_ASSERT_PTR_NOT_NULL_FATAL(action);
	return sim_signed(simulator, method, path, query, body, action, version, &(struct sim_signing){0});
}

void sim_done(struct sim_reply *reply)
{
	cJSON_Delete(reply->json);
	*reply = (struct sim_reply){0};
}

const cJSON *sim_at(const struct sim_reply *reply, const char *pointer)
{
	const cJSON *at = reply->json;

	while (at && *pointer == '/') {
		char name[128];
		size_t length = strcspn(++pointer, "/");

		snprintf(name, sizeof(name), "%.*s", (int)length, pointer);
		at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, (int)strtol(name, NULL, 10))
		                       : cJSON_GetObjectItemCaseSensitive(at, name);
		pointer += length;
	}
	return at;
}

const char *sim_text(const struct sim_reply *reply, const char *pointer)
{
	return cJSON_GetStringValue(sim_at(reply, pointer));
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {sim_auth_suite, sim_paging_suite, sim_life_suite, sim_ack_suite,
	        sim_world_suite, sim_index_suite, sim_oss_suite, sim_ram_suite, sim_vpc_suite, sim_caa_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
