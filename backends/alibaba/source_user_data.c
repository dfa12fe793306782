// SPDX-License-Identifier: Apache-2.0
// User data of a VM: it holds private keys, so it goes from the answer into a secret and nowhere else.
#include "alibaba/source.h"

#include <stdint.h>
#include <string.h>

#include "base/banned.h"

struct secret *take_secret(struct http_response *response, const char *member, int64_t *expires, struct error *error)
{
	struct secret *secret = NULL;
	struct json_doc doc;

	if (json_open(&doc, response->body, response->body_size, "private answer", error)) {
		const cJSON *item = json_member(doc.root, member);

		if (cJSON_IsString(item)) {
			size_t length = strlen(item->valuestring);

			secret = secret_create(item->valuestring, length);
			if (!secret)
				error_set(error, ERROR_MEMORY, _("Out of memory"));
			secret_wipe((void *)(uintptr_t)item->valuestring, length);
		} else {
			error_set(error, ERROR_PROTOCOL, _("The answer has no %s"), member);
		}
		if (expires)
			*expires = json_time(doc.root, "expiration");
		json_close(&doc);
	}
	secret_wipe(response->body, response->body_size);
	return secret;
}

bool source_user_data(struct session *session, const struct scope *region, const char *vm, struct secret **out,
        struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct call call;

	*out = NULL;
	call_init(&call, "ecs.DescribeUserData", region->region);
	call_set_region(&call);
	call_set(&call, "InstanceId", vm);
	response = call_perform(&session->caller, &call, cancel, error);
	call_finish(&call);
	if (!response)
		return false;
	*out = take_secret(response, "UserData", NULL, error);
	http_response_destroy(response);
	return *out != NULL;
}
