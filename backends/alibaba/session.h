// SPDX-License-Identifier: Apache-2.0
// One context opened on Alibaba Cloud, and what it remembers between readings.
#ifndef PEERDECK_ALIBABA_SESSION_H
#define PEERDECK_ALIBABA_SESSION_H

#include <pthread.h>

#include "alibaba/call.h"
#include "alibaba/credentials.h"
#include "alibaba/memory.h"
#include "alibaba/prices.h"
#include "work/backend.h"

struct session {
	struct services services;
	struct context_config context;
	struct endpoint_settings endpoints;
	struct profile_settings profile;
	struct credentials *credentials;
	struct caller caller;
	char home_region[64]; // "" = nobody has said one
	struct memory memory;
	struct prices prices;

	pthread_mutex_t lock; // of what follows
	struct identity identity;
	bool identified;
};

struct session *session_open(
        const struct context_config *context, const struct services *services, struct error *error);
void session_close(struct session *session);
bool session_identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error);
void session_describe(struct session *session, struct identity *out, char *home_region, size_t size);
// Where calls go that need some region but no certain one.
const char *session_some_region(const struct session *session);
// Whether ids of this shape name a region ("cn-beijing"); the error says what to do.
bool session_region_is_valid(const char *region, struct error *error);

#endif
