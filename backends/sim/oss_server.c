// SPDX-License-Identifier: Apache-2.0
// The listener of OSS: bodies go piece by piece to the store, never into memory as a whole.
#include "config.h"
#include "sim/oss.h"

#include <stdio.h>
#include <string.h>

#include "sim/server.h"
#include "sim/simulator.h"

#include "base/banned.h"

static const struct server_stream stream = {oss_begin, oss_body, oss_end};

struct server *oss_server_create(struct simulator *simulator, struct error *error)
{
	const char *listen = simulator->options.listen, *colon = strrchr(listen, ':');
	char address[64];
	snprintf(address, sizeof(address), "%.*s:0", (int)(colon - listen), listen);
	struct server *server = server_create(address, oss_answer, simulator, error);
	if (!server)
		return NULL;
	server_set_stream(server, &stream);
	server_join(simulator->server, server);
	snprintf(simulator->oss_url, sizeof(simulator->oss_url), "http://%.*s:%d", (int)(colon - listen), listen,
	        server_port(server));
	return server;
}
