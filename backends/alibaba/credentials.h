// SPDX-License-Identifier: Apache-2.0
// Where keys come from. The chain: environment, OIDC (RRSA), CLI profile, shared ini file, instance metadata,
// credentials URI; the first that works is kept. A profile that was named explicitly beats the environment and is the
// only source. Temporary keys are fetched anew before they expire, by one thread at a time; while the old ones are
// valid a failure to do so is no failure of calls. Safe from any thread.
#ifndef PEERDECK_ALIBABA_CREDENTIALS_H
#define PEERDECK_ALIBABA_CREDENTIALS_H

#include "alibaba/endpoint.h"
#include "alibaba/key.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/http.h"

struct credentials;

struct credential_options {
	const struct environment *environment;
	struct http_client *http;
	const struct clock *clock;
	struct log *log;
	const char *profile; // named explicitly; "" = the chain
	// Borrowed: where STS is asked. What a profile says of its own endpoint wins over it.
	const struct endpoint_settings *endpoints;
};

// What the profile in use says besides keys; texts "" when it says nothing.
struct profile_settings {
	char name[128], region[64], endpoint[ENDPOINT_SIZE], sts_endpoint[ENDPOINT_SIZE], sts_region[64];
	bool vpc, international;
};

// Finds out which sources there are and reads their files; makes no call. NULL when there is none, or a file is broken
// (the error names file and line). `settings` is filled from the profile.
struct credentials *credentials_open(
        const struct credential_options *options, struct profile_settings *settings, struct error *error);
void credentials_close(struct credentials *credentials);

// Valid keys, fetching them when there are none or they are about to expire; may wait. The caller releases them.
struct key *credentials_get(struct credentials *credentials, struct cancel *cancel, struct error *error);
// What is there now, without waiting; NULL = nothing yet.
struct key *credentials_peek(struct credentials *credentials);
// Counts up with each set of keys that was fetched.
uint64_t credentials_generation(struct credentials *credentials);
// The service called the keys of `generation` expired: fetches others unless that has happened meanwhile.
bool credentials_renew(
        struct credentials *credentials, uint64_t generation, struct cancel *cancel, struct error *error);
// Which source is in use, for people: "environment", "profile ops (~/.aliyun/config.json)".
void credentials_source(struct credentials *credentials, char *out, size_t size);

#endif
