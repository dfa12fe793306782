// SPDX-License-Identifier: Apache-2.0
// libcurl's results in the words of struct error.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "net/http_internal.h"

#include "base/banned.h"

static const struct cause {
	CURLcode code;
	enum error_kind kind;
	bool retryable;
	const char *remedy;
} causes[] = {
        {CURLE_COULDNT_RESOLVE_HOST, ERROR_NETWORK, true,
                N_("check the endpoint's name, the network and the name servers")},
        {CURLE_COULDNT_RESOLVE_PROXY, ERROR_NETWORK, false, N_("check the proxy in https_proxy")},
        {CURLE_COULDNT_CONNECT, ERROR_NETWORK, true, N_("check the network, firewalls, and https_proxy")},
        {CURLE_PROXY, ERROR_NETWORK, false, N_("check the proxy in https_proxy")},
        {CURLE_SSL_CONNECT_ERROR, ERROR_NETWORK, true, ""},
        {CURLE_PEER_FAILED_VERIFICATION, ERROR_NETWORK, false,
                N_("the server could not prove who it is; if a proxy of yours opens TLS, add its certificate to the "
                   "system's (update-ca-certificates)")},
        {CURLE_SSL_CERTPROBLEM, ERROR_CONFIG, false, N_("the client certificate or its key cannot be used")},
        {CURLE_SSL_CACERT_BADFILE, ERROR_CONFIG, false,
                N_("install the system's certificates (Debian: ca-certificates)")},
        {CURLE_OPERATION_TIMEDOUT, ERROR_TIMEOUT, true, ""},
        {CURLE_SEND_ERROR, ERROR_NETWORK, true, ""},
        {CURLE_RECV_ERROR, ERROR_NETWORK, true, ""},
        {CURLE_GOT_NOTHING, ERROR_NETWORK, true, ""},
        {CURLE_PARTIAL_FILE, ERROR_NETWORK, true, ""},
        {CURLE_BAD_CONTENT_ENCODING, ERROR_PROTOCOL, true, ""},
        {CURLE_WEIRD_SERVER_REPLY, ERROR_PROTOCOL, true, ""},
        {CURLE_UNSUPPORTED_PROTOCOL, ERROR_PROTOCOL, false, N_("is that the address of an HTTP service?")},
        {CURLE_OUT_OF_MEMORY, ERROR_MEMORY, false, ""},
        {CURLE_FAILED_INIT, ERROR_MEMORY, false, ""},
};

static const struct cause other = {CURLE_OK, ERROR_PROTOCOL, false, ""};

static const struct cause *cause_of(CURLcode code)
{
	for (size_t i = 0; i < COUNT_OF(causes); i++)
		if (causes[i].code == code)
			return &causes[i];
	return &other;
}

void http_error_fill(struct http_transfer *transfer, CURLcode code)
{
	struct error *error = &transfer->response.error;
	const struct cause *cause = cause_of(code);
	size_t limit = transfer->request.body_limit;

	if (transfer->failure.kind != ERROR_NONE) {
		*error = transfer->failure;
	} else if (transfer->over_limit) {
		error_set(error, ERROR_LIMIT, _("the answer is larger than the %zu bytes (%.3g MiB) allowed"), limit,
		        (double)limit / (1 << 20));
	} else if (code == CURLE_OK || transfer->stopped) {
		error_clear(error);
		return;
	} else {
		error_set(error, cause->kind, "%s",
		        transfer->curl_message[0] ? transfer->curl_message
		                                  : transfer->client->curl->curl_easy_strerror(code));
		error->retryable = cause->retryable;
		if (cause->remedy[0])
			error_remedy(error, "%s", _(cause->remedy));
	}
	// A URL's query may hold secrets.
	if (error->doing[0] == '\0' && transfer->request.operation)
		error_doing(error, _("call %s"), transfer->request.operation);
	else if (error->doing[0] == '\0')
		error_doing(error, "%s %.*s", http_method_name(transfer->request.method),
		        (int)strcspn(transfer->request.url, "?"), transfer->request.url);
	error->http_status = (int)transfer->response.status;
}
