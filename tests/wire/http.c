// SPDX-License-Identifier: Apache-2.0
// The HTTP client against a server that misbehaves.
#include "config.h"
#include "tests/wire/http.h"

#include <stdlib.h>

#include "base/clock.h"

#include "base/banned.h"

int64_t now_ms(void)
{
	return clock_monotonic(&clock_system);
}

int64_t slowly(int64_t ms)
{
	const char *slowness = getenv("TEST_SLOWNESS");
	double factor = slowness ? strtod(slowness, NULL) : 1;

	return (int64_t)((double)ms * (factor > 1 ? factor : 1));
}

uint32_t no_random(void *user)
{
	(void)user;
	return 0;
}

void world_init(struct world *world, const struct http_options *options)
{
	struct http_options quick = {.random = no_random};

	world->server = http_server_start(NULL);
	world->client = http_client_create(options ? options : &quick, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->client);
}

void world_finish(struct world *world)
{
	http_client_destroy(world->client);
	http_server_stop(world->server);
}

const char *world_url(struct world *world, const char *path)
{
	snprintf(world->url, sizeof(world->url), "http://127.0.0.1:%d%s", http_server_port(world->server), path);
	return world->url;
}

struct http_response *world_get(struct world *world, const char *path, unsigned attempts)
{
	struct http_request request = {.url = world_url(world, path), .attempts = attempts};
	struct http_response *response = http_perform(world->client, &request, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	return response;
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {
	        http_single_suite, http_body_suite, http_failure_suite, http_batch_suite, http_tls_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
