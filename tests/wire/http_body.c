// SPDX-License-Identifier: Apache-2.0
// Bodies that are read while they leave.
#include "config.h"
#include "tests/wire/http.h"

#include "base/banned.h"

enum { PIECE = 7 };

struct source {
	const char *text;
	size_t size, fails_at; // 0 = never
	uint64_t next;
	unsigned begun;
	bool astray; // asked for another place than the one that follows
};

// A few bytes at a time, however many are asked for.
static size_t read_source(uint64_t offset, void *buffer, size_t size, void *user, struct error *error)
{
	struct source *source = user;

	if (source->fails_at && offset >= source->fails_at) {
		error_set(error, ERROR_CONFLICT, "somebody changed it");
		return 0;
	}
	source->begun += offset == 0;
	source->astray = source->astray || (offset != 0 && offset != source->next);
	if (size > PIECE)
		size = PIECE;
	source->astray = source->astray || offset + size > source->size;
	if (!source->astray)
		memcpy(buffer, source->text + offset, size);
	source->next = offset + size;
	return size;
}

static struct http_response *send_source(
        struct world *world, const char *path, enum http_method method, struct source *source)
{
	struct http_request request = {.method = method,
	        .url = world_url(world, path),
	        .body_size = source->size,
	        .read_body = read_source,
	        .user = source,
	        .attempts = 4};
	struct http_response *response = http_perform(world->client, &request, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	CU_ASSERT_FALSE(source->astray);
	return response;
}

static void a_body_is_read_while_it_leaves(void)
{
	static const enum http_method methods[] = {HTTP_PUT, HTTP_POST, HTTP_PATCH};
	static const char text[] = "the first seven bytes and those that follow them";
	struct world world;

	world_init(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		struct source source = {.text = text, .size = sizeof(text) - 1};
		struct http_response *response = send_source(&world, "/echo", methods[i], &source);

		CU_ASSERT_EQUAL(response->status, 200);
		CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "Content-Length: 48\r\n"));
		CU_ASSERT_PTR_NOT_NULL(strstr(response->body, text));
		CU_ASSERT_PTR_NULL(strstr(response->body, "Expect"));
		CU_ASSERT_PTR_NULL(strstr(response->body, "Content-Type"));
		CU_ASSERT_EQUAL(source.begun, 1);
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(http_server_connections(world.server), 1);
	world_finish(&world);
}

static void a_body_of_no_bytes_is_sent_too(void)
{
	struct source source = {.text = ""};
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = send_source(&world, "/echo", HTTP_PUT, &source);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "Content-Length: 0\r\n"));
	CU_ASSERT_EQUAL(source.begun, 0);
	http_response_destroy(response);
	world_finish(&world);
}

static void a_body_that_cannot_be_read_ends_the_request_with_its_error(void)
{
	struct source source = {.text = "fourteen bytes and more", .size = 23, .fails_at = 14};
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = send_source(&world, "/echo", HTTP_PUT, &source);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_CONFLICT);
	UNIT_SAME_TEXT(response->error.message, "somebody changed it");
	CU_ASSERT_EQUAL(response->status, 0);
	CU_ASSERT_EQUAL(response->attempts, 1);
	http_response_destroy(response);
	world_finish(&world);
}

static void each_attempt_reads_from_the_beginning(void)
{
	struct source source = {.text = "a text of more than one piece", .size = 29};
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = send_source(&world, "/throttled/1", HTTP_PUT, &source);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(response->attempts, 2);
	CU_ASSERT_EQUAL(source.begun, 2);
	CU_ASSERT_EQUAL(source.next, source.size);
	http_response_destroy(response);
	world_finish(&world);
}

// libcurl sends again by itself, with the same handle.
static void a_kept_connection_that_is_dead_costs_no_attempt(void)
{
	struct world world;

	world_init(&world, NULL);
	for (int i = 0; i < 3; i++) {
		struct source source = {.text = "a text of more than one piece", .size = 29};
		struct http_response *response = send_source(&world, "/once", HTTP_PUT, &source);

		CU_ASSERT_EQUAL(response->status, 200);
		CU_ASSERT_EQUAL(response->attempts, 1);
		CU_ASSERT_EQUAL(source.begun, i == 0 ? 1 : 2);
		CU_ASSERT_EQUAL(source.next, source.size);
		http_response_destroy(response);
	}
	world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_body_is_read_while_it_leaves),
        UNIT_TEST(a_body_of_no_bytes_is_sent_too),
        UNIT_TEST(a_body_that_cannot_be_read_ends_the_request_with_its_error),
        UNIT_TEST(each_attempt_reads_from_the_beginning),
        UNIT_TEST(a_kept_connection_that_is_dead_costs_no_attempt),
};
const struct unit_suite http_body_suite = UNIT_SUITE("http body", tests);
