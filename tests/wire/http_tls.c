// SPDX-License-Identifier: Apache-2.0
// TLS: always verified, with authorities and client certificates from memory.
#include "config.h"
#include "tests/wire/http.h"
#include "tests/wire/http_certificates.h"

#include "base/banned.h"

struct secure_world {
	struct http_certificate server_certificate, client_certificate;
	struct http_server *server;
	struct http_client *client;
	char url[100];
};

static void secure_world_init(struct secure_world *world, const char *name, bool client_needed)
{
	struct http_server_tls tls;

	world->server_certificate = http_certificate_make(name);
	world->client_certificate = http_certificate_make("client");
	tls = (struct http_server_tls){.certificate = world->server_certificate.certificate,
	        .key = world->server_certificate.key,
	        .client_ca = client_needed ? world->client_certificate.certificate : NULL};
	world->server = http_server_start(&tls);
	world->client = http_client_create(NULL, NULL);
	snprintf(world->url, sizeof(world->url), "https://localhost:%d/ok", http_server_port(world->server));
}

static void secure_world_finish(struct secure_world *world)
{
	http_client_destroy(world->client);
	http_server_stop(world->server);
	http_certificate_finish(&world->server_certificate);
	http_certificate_finish(&world->client_certificate);
}

// The status, or 0 with the error's kind.
static long ask(struct secure_world *world, const struct http_tls *tls, enum error_kind *kind)
{
	struct http_request request = {.url = world->url, .tls = tls};
	struct http_response *response = http_perform(world->client, &request, NULL);
	long status = response->status;

	*kind = response->error.kind;
	if (*kind != ERROR_NONE)
		CU_ASSERT_FALSE(response->sent);
	http_response_destroy(response);
	return status;
}

static void an_unknown_certificate_is_refused(void)
{
	struct secure_world world;
	enum error_kind kind;

	secure_world_init(&world, "localhost", false);
	CU_ASSERT_EQUAL(ask(&world, NULL, &kind), 0);
	CU_ASSERT_EQUAL(kind, ERROR_NETWORK);
	secure_world_finish(&world);
}

static void an_authority_may_come_from_memory(void)
{
	struct secure_world world;
	struct http_tls tls;
	enum error_kind kind;

	secure_world_init(&world, "localhost", false);
	tls = (struct http_tls){.ca = world.server_certificate.certificate};
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 200);
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 200);
	CU_ASSERT_EQUAL(http_server_connections(world.server), 1);
	// A kept connection is not lent to a request with other ideas of whom to trust.
	CU_ASSERT_EQUAL(ask(&world, NULL, &kind), 0);
	secure_world_finish(&world);
}

static void the_name_is_verified(void)
{
	struct secure_world world;
	struct http_tls tls;
	enum error_kind kind;

	secure_world_init(&world, "kubernetes.example", false);
	tls = (struct http_tls){.ca = world.server_certificate.certificate};
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 0);
	CU_ASSERT_EQUAL(kind, ERROR_NETWORK);
	tls.server_name = "kubernetes.example";
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 200);
	secure_world_finish(&world);
}

static void the_host_header_stays_with_another_server_name(void)
{
	struct secure_world world;
	struct http_response *response;
	struct http_tls tls;
	char wanted[64];

	secure_world_init(&world, "kubernetes.example", false);
	tls = (struct http_tls){.ca = world.server_certificate.certificate, .server_name = "kubernetes.example"};
	snprintf(wanted, sizeof(wanted), "Host: localhost:%d\r\n", http_server_port(world.server));
	snprintf(world.url, sizeof(world.url), "https://localhost:%d/echo", http_server_port(world.server));
	response = http_perform(world.client, &(struct http_request){.url = world.url, .tls = &tls}, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(response->body, wanted));
	http_response_destroy(response);
	secure_world_finish(&world);
}

static void client_certificates_come_from_memory(void)
{
	struct secure_world world;
	struct http_response *response;
	struct http_tls tls;
	enum error_kind kind;

	secure_world_init(&world, "localhost", true);
	tls = (struct http_tls){.ca = world.server_certificate.certificate,
	        .certificate = world.client_certificate.certificate,
	        .key = world.client_certificate.key};
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 200);
	tls.certificate = tls.key = NULL;
	response = http_perform(world.client, &(struct http_request){.url = world.url, .tls = &tls}, NULL);
	CU_ASSERT_EQUAL(response->status, 0);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NETWORK);
	http_response_destroy(response);
	tls.certificate = tls.key = "not PEM";
	CU_ASSERT_EQUAL(ask(&world, &tls, &kind), 0);
	CU_ASSERT_EQUAL(kind, ERROR_CONFIG);
	secure_world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_unknown_certificate_is_refused),
        UNIT_TEST(an_authority_may_come_from_memory),
        UNIT_TEST(the_name_is_verified),
        UNIT_TEST(the_host_header_stays_with_another_server_name),
        UNIT_TEST(client_certificates_come_from_memory),
};
const struct unit_suite http_tls_suite = UNIT_SUITE("http TLS", tests);
