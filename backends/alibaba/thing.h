// SPDX-License-Identifier: Apache-2.0
// Reading one thing again: for describing it, and before and after changing it.
#ifndef PEERDECK_ALIBABA_THING_H
#define PEERDECK_ALIBABA_THING_H

#include "alibaba/session.h"

// What decides about changing a thing. A thing that does not exist has `found` false and nothing else.
struct thing {
	bool found;
	char name[256], status[64];
	int64_t created, started;
	bool protected, prepaid, scales_itself, primary, service_managed;
	char lock[64];
	char holder[128], holder_sort[32]; // interfaces and addresses: what they are bound to; "" = nothing
	int64_t size;                      // node pools: desired; −1 = not known
	struct buffer json;
};

// False when it could not be read; absence is no failure. Release with thing_finish.
bool thing_read(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct thing *out, struct cancel *cancel, struct error *error);
void thing_finish(struct thing *thing);
// Everything the cloud says of it, secrets masked.
bool thing_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error);
// The value of an instance's tag; false when there is no such tag.
bool thing_tag(const struct thing *thing, const char *key, char *out, size_t size);

#endif
