// SPDX-License-Identifier: Apache-2.0
// A ring of the last answers to calls with a client token, kept for a day of the world's time.
#include "config.h"
#include "sim/idempotence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/memory.h"
#include "sim/service.h"

#include "base/banned.h"

enum { MOST = 4096, KEPT_MS = 24 * 3600 * 1000 };

struct kept {
	const struct operation *operation;
	const struct region *region;
	char *token, *answer;
	uint64_t parameters;
	int64_t time;
	bool comma;
};

struct idempotence {
	struct kept kept[MOST];
	size_t next;
};

struct idempotence *idempotence_create(void)
{
	return memory_zeroed(1, sizeof(struct idempotence));
}

void idempotence_destroy(struct idempotence *idempotence)
{
	for (size_t i = 0; idempotence && i < MOST; i++) {
		free(idempotence->kept[i].token);
		free(idempotence->kept[i].answer);
	}
	free(idempotence);
}

static const char *token_of(const struct call *call)
{
	if (!(call->operation->flags & OPERATION_CLIENT_TOKEN))
		return NULL;
	const char *token = call_text(call, "ClientToken");
	if (!token)
		token = call_text(call, "client_token");
	if (!token && call->body)
		token = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(call->body, "client_token"));
	return token && *token ? token : NULL;
}

static uint64_t text_hash(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return (hash ^ 255) * 1099511628211u;
}

// Order does not matter; what changes with every attempt does not count.
static uint64_t parameters_hash(const struct call *call)
{
	static const char *const apart[] = {"ClientToken", "SignatureNonce", "Timestamp", "Signature", "SecurityToken",
	        "AccessKeyId", "Format", "DryRun"};
	uint64_t sum = 0;
	for (size_t i = 0; i < call->params.count; i++) {
		const struct pair *pair = &call->params.items[i];
		bool counts = true;
		for (size_t k = 0; k < COUNT_OF(apart); k++)
			counts = counts && strcmp(apart[k], pair->name) != 0;
		if (counts)
			sum += text_hash(text_hash(14695981039346656037u, pair->name), pair->value);
	}
	if (call->service->style == STYLE_ROA && call->request->body.size)
		sum += text_hash(14695981039346656037u, buffer_text(&call->request->body));
	return sum;
}

bool idempotence_replay(struct idempotence *idempotence, struct call *call)
{
	const char *token = token_of(call);
	for (size_t i = 0; token && i < MOST; i++) {
		const struct kept *kept = &idempotence->kept[i];
		if (!kept->token || kept->operation != call->operation || kept->region != call->region ||
		        strcmp(kept->token, token) != 0 || call->world->now - kept->time > KEPT_MS)
			continue;
		if (kept->parameters != parameters_hash(call)) {
			call_fail(call, 400, "IdempotentParameterMismatch",
			        "The request uses the same client token as a previous, but non-identical request.");
			return true;
		}
		buffer_add_text(&call->out.buffer, kept->answer);
		call->out.comma = kept->comma;
		return true;
	}
	return false;
}

void idempotence_keep(struct idempotence *idempotence, const struct call *call, size_t from)
{
	const char *token = token_of(call);
	if (!token || call->failed || call->out.buffer.size < from)
		return;
	struct kept *kept = &idempotence->kept[idempotence->next++ % MOST];
	free(kept->token);
	free(kept->answer);
	*kept = (struct kept){
	        .operation = call->operation,
	        .region = call->region,
	        .token = memory_copy(token, strlen(token)),
	        .answer = memory_copy(buffer_text(&call->out.buffer) + from, call->out.buffer.size - from),
	        .parameters = parameters_hash(call),
	        .time = call->world->now,
	        .comma = call->out.comma,
	};
}
