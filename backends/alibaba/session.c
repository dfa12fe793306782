// SPDX-License-Identifier: Apache-2.0
// Opening a context: credentials, endpoints, home region; and who we are.
#include "alibaba/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/fault.h"
#include "base/text.h"
#include "base/banned.h"

// Every account can ask it; used only where no region was named anywhere.
static const char usual_region[] = "cn-hangzhou";

static void choose_region(struct session *session)
{
	static const char *const bare[] = {"REGION_ID", "REGION"};
	const char *region = session->context.region;

	if (!*region)
		region = session->profile.region;
	if (!*region) {
		const char *value = environment_cloud(session->endpoints.environment, "REGION_ID");

		region = value ? value : "";
	}
	for (size_t i = 0; !*region && i < COUNT_OF(bare); i++) {
		const char *value = environment_get(session->endpoints.environment, bare[i]);

		region = value ? value : "";
	}
	snprintf(session->home_region, sizeof(session->home_region), "%s", region);
}

// What the profile says counts where nothing nearer was said.
static void apply_profile(struct session *session)
{
	struct endpoint_settings *endpoints = &session->endpoints;
	const struct profile_settings *profile = &session->profile;

	snprintf(endpoints->profile_url, sizeof(endpoints->profile_url), "%s", profile->endpoint);
	snprintf(endpoints->sts_url, sizeof(endpoints->sts_url), "%s", profile->sts_endpoint);
	if (!*endpoints->sts_region)
		snprintf(endpoints->sts_region, sizeof(endpoints->sts_region), "%s", profile->sts_region);
	endpoints->vpc |= profile->vpc;
	endpoints->international = profile->international;
}

struct session *session_open(const struct context_config *context, const struct services *services, struct error *error)
{
	struct session *session = calloc(1, sizeof(*session));
	struct credential_options options;

	if (!session) {
		error_set(error, ERROR_MEMORY, _("Out of memory"));
		return NULL;
	}
	session->services = *services;
	session->context = *context;
	endpoint_settings_init(&session->endpoints, &environment_process);
	snprintf(session->endpoints.url, sizeof(session->endpoints.url), "%s", context->endpoint);
	options = (struct credential_options){.environment = &environment_process,
	        .http = services->http,
	        .clock = services->clock,
	        .log = services->log,
	        .profile = context->profile,
	        .endpoints = &session->endpoints};
	session->credentials = credentials_open(&options, &session->profile, error);
	if (!session->credentials) {
		free(session);
		return NULL;
	}
	apply_profile(session);
	choose_region(session);
	session->caller = (struct caller){.http = services->http,
	        .clock = services->clock,
	        .log = services->log,
	        .budget = services->budget,
	        .endpoints = &session->endpoints,
	        .credentials = session->credentials,
	        .label = session->context.name};
	memory_init(&session->memory, services->clock);
	prices_init(&session->prices, services->clock);
	pthread_mutex_init(&session->lock, NULL);
	return session;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	credentials_close(session->credentials);
	memory_finish(&session->memory);
	prices_finish(&session->prices);
	pthread_mutex_destroy(&session->lock);
	free(session);
}

const char *session_some_region(const struct session *session)
{
	return *session->home_region ? session->home_region : usual_region;
}

bool session_region_is_valid(const char *region, struct error *error)
{
	if (endpoint_region_is_valid(region))
		return true;
	error_set(error, ERROR_USAGE, _("\"%.60s\" is no region id"), region);
	error_remedy(error, _("\"peerdeck list regions\" names them all"));
	return false;
}

static void fill_live(struct session *session, struct identity *out)
{
	struct key *key = credentials_peek(session->credentials);

	credentials_source(session->credentials, out->source, sizeof(out->source));
	out->expires = key ? key->expires : 0;
	out->clock_offset_ms = atomic_load(&session->caller.clock_seen_ms);
	key_unref(key);
}

// "ops@1654…8812" from acs:ram::1654123456788812:user/ops.
static void make_display(struct identity *identity)
{
	const char *name = strrchr(identity->arn, '/');
	size_t length = strlen(identity->account);

	name = name ? name + 1 : strstr(identity->arn, ":root") ? "root" : "";
	if (length > 10)
		snprintf(identity->display, sizeof(identity->display), "%.60s@%.4s…%s", name, identity->account,
		        identity->account + length - 4);
	else
		snprintf(identity->display, sizeof(identity->display), "%.60s@%s", name, identity->account);
}

static bool read_identity(const struct http_response *response, struct identity *out, struct error *error)
{
	struct json_doc doc;

	if (!json_open(&doc, response->body, response->body_size, "answer of sts.GetCallerIdentity", error))
		return false;
	memset(out, 0, sizeof(*out));
	snprintf(out->account, sizeof(out->account), "%s", json_text(doc.root, "AccountId"));
	snprintf(out->arn, sizeof(out->arn), "%s", json_text(doc.root, "Arn"));
	json_close(&doc);
	make_display(out);
	return *out->account || error_set(error, ERROR_PROTOCOL, _("STS did not say which account this is"));
}

bool session_identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct identity identity;
	struct call call;
	bool known;

	pthread_mutex_lock(&session->lock);
	known = session->identified;
	identity = session->identity;
	pthread_mutex_unlock(&session->lock);
	if (!known) {
		call_init(&call, "sts.GetCallerIdentity", session->endpoints.sts_region);
		response = call_perform(&session->caller, &call, cancel, error);
		call_finish(&call);
		if (!response)
			return false;
		known = read_identity(response, &identity, error);
		http_response_destroy(response);
		if (!known)
			return false;
		pthread_mutex_lock(&session->lock);
		session->identity = identity;
		session->identified = true;
		pthread_mutex_unlock(&session->lock);
	}
	*out = identity;
	fill_live(session, out);
	return true;
}

void session_describe(struct session *session, struct identity *out, char *home_region, size_t size)
{
	pthread_mutex_lock(&session->lock);
	*out = session->identity;
	pthread_mutex_unlock(&session->lock);
	fill_live(session, out);
	snprintf(home_region, size, "%s", session->home_region);
}
