// SPDX-License-Identifier: Apache-2.0
// What the suites of the HTTP client's tests share: a server and a client for each test.
#ifndef PEERDECK_TESTS_WIRE_HTTP_H
#define PEERDECK_TESTS_WIRE_HTTP_H

#include "net/http.h"
#include "tests/unit/unit.h"
#include "tests/wire/http_server.h"

extern const struct unit_suite http_single_suite, http_failure_suite, http_batch_suite, http_tls_suite, http_body_suite;

struct world {
	struct http_server *server;
	struct http_client *client;
	char url[300];
};

void world_init(struct world *world, const struct http_options *options); // options may be NULL
void world_finish(struct world *world);
// The URL of a path; the text lives until the next call.
const char *world_url(struct world *world, const char *path);
// A GET with so many attempts.
struct http_response *world_get(struct world *world, const char *path, unsigned attempts);
int64_t now_ms(void);
// Time limits are multiplied by the environment's TEST_SLOWNESS (1 when not set).
int64_t slowly(int64_t ms);
// The jitter of tests: none.
uint32_t no_random(void *user);

#endif
