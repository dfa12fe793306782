// SPDX-License-Identifier: Apache-2.0
// The serial console's text of an instance.
#include "alibaba/act.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

bool act_console(
        struct session *session, const struct action_request *request, struct cancel *cancel, struct error *error)
{
	struct http_response *response = NULL;
	struct json_doc doc;
	struct call call;
	bool good = act_call(&call, request, NULL, clock_now(session->services.clock), error);

	if (good)
		response = call_perform(&session->caller, &call, cancel, error);
	call_finish(&call);
	if (!response)
		return false;
	good = json_open(&doc, response->body, response->body_size, "answer of ecs.GetInstanceConsoleOutput", error);
	if (good) {
		const char *text = json_text(doc.root, "ConsoleOutput");

		if (*text && request->text)
			good = text_decode_base64(request->text, text, strlen(text)) ||
			       error_set(error, ERROR_PROTOCOL, _("The console output is not base64"));
		else if (request->text)
			good = buffer_add_text(request->text, _("(no output)"));
		json_close(&doc);
	}
	http_response_destroy(response);
	return good;
}
