// SPDX-License-Identifier: Apache-2.0
// Which URLs may be asked.
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/http_internal.h"

#include "base/banned.h"

static bool is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;
	char inside[INET6_ADDRSTRLEN];
	size_t length = strlen(host);

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (length < 3 || host[0] != '[' || length - 2 >= sizeof(inside))
		return false;
	snprintf(inside, sizeof(inside), "%.*s", (int)(length - 2), host + 1);
	return inet_pton(AF_INET6, inside, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

// Addresses that no router passes on and that clouds use for instance metadata: 169.254.0.0/16 and 100.64.0.0/10 (RFC
// 3927, 6598).
static bool is_link_local(const char *host)
{
	struct in_addr four;
	uint32_t address;

	if (inet_pton(AF_INET, host, &four) != 1)
		return false;
	address = ntohl(four.s_addr);
	return address >> 16 == 0xa9fe || address >> 22 == 0x6440 >> 6;
}

static bool judge_place(struct http_place *place, const char *scheme, bool plain_allowed, struct error *error)
{
	place->loopback = is_loopback(place->host);
	place->plain = strcmp(scheme, "http") == 0;
	if (!place->plain && strcmp(scheme, "https") != 0) {
		error_set(error, ERROR_USAGE, _("%s: only https is spoken here"), scheme);
		return false;
	}
	if (!place->plain || place->loopback || (plain_allowed && is_link_local(place->host)))
		return true;
	error_set(error, ERROR_USAGE, _("plain http to %s is refused"), place->host);
	error_remedy(
	        error, _("use https; plain http is only taken to this machine itself (127.0.0.1, ::1, localhost)"));
	return false;
}

bool http_place_find(const struct curl_library *curl, const char *url, bool plain_allowed, struct http_place *out,
        struct error *error)
{
	CURLU *parts = curl->curl_url();
	char *scheme = NULL, *host = NULL;
	struct http_place place = {0};
	bool allowed = false;

	if (!parts)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	// The same parser that will connect decides, so that the two cannot disagree about the host.
	switch (curl->curl_url_set(parts, CURLUPART_URL, url, CURLU_DISALLOW_USER)) {
	case CURLUE_OK:
		break;
	case CURLUE_USER_NOT_ALLOWED:
		error_set(error, ERROR_USAGE, _("a URL must not hold a name or password"));
		goto done;
	case CURLUE_UNSUPPORTED_SCHEME:
	case CURLUE_BAD_SCHEME:
		error_set(error, ERROR_USAGE, _("%.200s: only https is spoken here"), url);
		goto done;
	default:
		error_set(error, ERROR_USAGE, _("%.200s: not a URL"), url);
		error_remedy(error, _("write it as https://HOST[:PORT]/PATH"));
		goto done;
	}
	if (curl->curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	        curl->curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	        strlen(host) >= sizeof(place.host)) {
		error_set(error, ERROR_USAGE, _("%.200s: not a URL"), url);
		goto done;
	}
	snprintf(place.host, sizeof(place.host), "%s", host);
	allowed = judge_place(&place, scheme, plain_allowed, error);
	if (allowed && out)
		*out = place;
done:
	curl->curl_free(scheme);
	curl->curl_free(host);
	curl->curl_url_cleanup(parts);
	return allowed;
}

bool http_url_allowed(const char *url, struct error *error)
{
	const struct curl_library *curl = curl_load(error);

	return curl && http_place_find(curl, url, false, NULL, error);
}
