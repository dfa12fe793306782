// SPDX-License-Identifier: Apache-2.0
// Addresses of API servers, compared: kubeconfigs and clouds write the same one differently.
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kubernetes/fleet.h"
#include "net/json.h"

#include "base/banned.h"

enum { HOST_MOST = 300 };

void server_normalize(const char *url, char *out, size_t size)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url, *port, *path;
	size_t length, host_length;
	bool plain = scheme ? scheme - url == 4 : true;
	char lower[HOST_MOST];

	out[0] = '\0';
	path = host + strcspn(host, "/");
	length = strlen(path);
	while (length > 0 && path[length - 1] == '/')
		length--;
	host_length = (size_t)(path - host);
	if (host_length == 0 || host_length >= sizeof(lower))
		return;
	for (size_t i = 0; i < host_length; i++)
		lower[i] = (char)tolower((unsigned char)host[i]);
	lower[host_length] = '\0';
	// A colon inside the brackets of an IPv6 address parts nothing.
	port = strrchr(lower, ':');
	if (port && strchr(port, ']'))
		port = NULL;
	snprintf(out, size, "%s%s%.*s", lower, port ? "" : plain ? ":80" : ":443", (int)length, path);
}

static bool word_is(const char *word, size_t length, const char *server)
{
	char url[512], normal[512];

	if (length == 0 || length >= sizeof(url))
		return false;
	memcpy(url, word, length);
	url[length] = '\0';
	server_normalize(url, normal, sizeof(normal));
	return *normal && strcmp(normal, server) == 0;
}

static bool json_names(const char *text, const char *server)
{
	struct json_doc doc;
	const cJSON *item;
	bool named = false;

	if (!json_open(&doc, text, strlen(text), "addresses", NULL))
		return false;
	cJSON_ArrayForEach(item, doc.root) if (cJSON_IsString(item) && !named) named =
	        word_is(item->valuestring, strlen(item->valuestring), server);
	json_close(&doc);
	return named;
}

bool server_is_named(const char *text, const char *server)
{
	static const char gaps[] = " ,\t\n";

	if (!*server)
		return false;
	if (*text == '{')
		return json_names(text, server);
	while (*text) {
		size_t length = strcspn(text, gaps);

		if (word_is(text, length, server))
			return true;
		text += length;
		text += strspn(text, gaps);
	}
	return false;
}
