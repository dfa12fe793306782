// SPDX-License-Identifier: Apache-2.0
// Single requests that go well.
#include "config.h"
#include "tests/wire/http.h"

#include <stdlib.h>

#include "base/banned.h"

static void an_answer_has_status_body_and_headers(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/ok", 1);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(response->body_size, 5);
	UNIT_SAME_TEXT(response->body, "hello");
	UNIT_SAME_TEXT(http_response_header(response, "X-NAME"), "Value");
	CU_ASSERT_PTR_NULL(http_response_header(response, "x-nam"));
	CU_ASSERT_PTR_NOT_NULL(strstr(response->headers, "x-name: Value\n"));
	CU_ASSERT_EQUAL(response->server_date, 1795207920000);
	CU_ASSERT_EQUAL(response->attempts, 1);
	CU_ASSERT_TRUE(response->sent);
	http_response_destroy(response);
	response = world_get(&world, "/status/404", 5);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(response->status, 404);
	CU_ASSERT_EQUAL(response->attempts, 1);
	http_response_destroy(response);
	http_response_destroy(NULL);
	world_finish(&world);
}

static void connections_are_kept_and_reused(void)
{
	struct world world;

	world_init(&world, NULL);
	for (int i = 0; i < 20; i++)
		http_response_destroy(world_get(&world, "/ok", 1));
	CU_ASSERT_EQUAL(http_server_requests(world.server), 20);
	CU_ASSERT_EQUAL(http_server_connections(world.server), 1);
	world_finish(&world);
}

static bool sign(struct http_attempt *attempt, void *user, struct error *error)
{
	char number[16];

	(void)error;
	++*(int *)user;
	snprintf(number, sizeof(number), "%u", http_attempt_number(attempt));
	return http_attempt_header(attempt, "x-signed", number) && http_attempt_header(attempt, "x-empty", "");
}

static bool refuse(struct http_attempt *attempt, void *user, struct error *error)
{
	(void)user;
	(void)attempt;
	return error_set(error, ERROR_CREDENTIALS, "no key");
}

static void methods_headers_and_bodies_arrive(void)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
	const struct http_header headers[] = {{"X-One", "1"}, {"Content-Type", "application/json"}};
	struct world world;

	world_init(&world, &(struct http_options){.user_agent = "peerdeck/test"});
	for (enum http_method method = HTTP_GET; method <= HTTP_DELETE; method++) {
		bool with_body = method >= HTTP_POST;
		int signatures = 0;
		struct http_request request = {.method = method,
		        .url = world_url(&world, "/echo"),
		        .headers = headers,
		        .header_count = 2,
		        .body = with_body ? "{\"a\":1}" : NULL,
		        .body_size = with_body ? 7 : 0,
		        .prepare = sign,
		        .user = &signatures};
		struct http_response *response = http_perform(world.client, &request, NULL);
		size_t length = strlen(names[method]);

		CU_ASSERT_PTR_NOT_NULL_FATAL(response);
		CU_ASSERT_EQUAL(response->status, 200);
		CU_ASSERT_EQUAL(signatures, 1);
		if (method != HTTP_HEAD) {
			CU_ASSERT_EQUAL(strncmp(response->body, names[method], length), 0);
			CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "X-One: 1\r\n"));
			CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "x-signed: 1\r\n"));
			CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "x-empty:"));
			CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "User-Agent: peerdeck/test\r\n"));
			CU_ASSERT_PTR_NOT_NULL(strstr(response->body, "Content-Type: application/json\r\n"));
			CU_ASSERT_PTR_NULL(strstr(response->body, "urlencoded"));
			CU_ASSERT_EQUAL(strstr(response->body, "{\"a\":1}") != NULL, with_body);
		}
		http_response_destroy(response);
	}
	world_finish(&world);
}

static void a_request_that_cannot_be_prepared_is_not_sent(void)
{
	struct http_response *response;
	struct http_request request;
	struct world world;

	world_init(&world, NULL);
	request = (struct http_request){.url = world_url(&world, "/ok"), .prepare = refuse};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_FALSE(response->sent);
	http_response_destroy(response);
	CU_ASSERT_EQUAL(http_server_connections(world.server), 0);
	world_finish(&world);
}

static void headers_cannot_smuggle_lines(void)
{
	const struct http_header headers[] = {{"X-One", "1\r\nX-Two: 2"}};
	struct http_request request;
	struct error error = {0};
	struct world world;

	world_init(&world, NULL);
	request = (struct http_request){.url = world_url(&world, "/echo"), .headers = headers, .header_count = 1};
	CU_ASSERT_PTR_NULL(http_perform(world.client, &request, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_USAGE);
	world_finish(&world);
}

static void compressed_answers_are_read(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/gzip", 1);
	UNIT_SAME_TEXT(response->body, "gzipped");
	http_response_destroy(response);
	world_finish(&world);
}

static void redirects_are_not_followed(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/redirect", 3);
	CU_ASSERT_EQUAL(response->status, 302);
	UNIT_SAME_TEXT(http_response_header(response, "location"), "/ok");
	http_response_destroy(response);
	CU_ASSERT_EQUAL(http_server_requests(world.server), 1);
	world_finish(&world);
}

static void plain_http_goes_to_this_machine_only(void)
{
	static const char *const good[] = {"http://127.0.0.1:1/", "http://127.255.1.2/", "http://localhost/x",
	        "http://[::1]:80/", "https://ecs.cn-beijing.aliyuncs.com/", "http://0x7f.1/", "HTTPS://EXAMPLE.COM"};
	static const char *const bad[] = {"http://example.com/", "http://128.0.0.1/", "http://localhost.example.com/",
	        "http://[::2]/", "http://127.0.0.1@example.com/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/",
	        "file:///etc/passwd", "127.0.0.1/", "", "http://", "https://user:password@example.com/",
	        "http://100.100.100.200/", "http://10.0.0.1/"};
	struct http_client *client = http_client_create(NULL, NULL);

	for (size_t i = 0; i < COUNT_OF(good); i++)
		CU_ASSERT_TRUE(http_url_allowed(good[i], NULL));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct http_request request = {.url = bad[i]};
		struct error error = {0};

		if (http_url_allowed(bad[i], &error))
			printf("\n    allowed: %s\n", bad[i]);
		CU_ASSERT_EQUAL(error.kind, ERROR_USAGE);
		CU_ASSERT_PTR_NULL(http_perform(client, &request, NULL));
	}
	http_client_destroy(client);
}

struct stream {
	size_t received, stop_after;
};

static bool on_data(const char *data, size_t size, void *user)
{
	struct stream *stream = user;

	(void)data;
	stream->received += size;
	return stream->stop_after == 0 || stream->received < stream->stop_after;
}

static void streams_are_handed_on_in_pieces(void)
{
	struct stream stream = {0};
	struct http_response *response;
	struct http_request request;
	struct world world;

	world_init(&world, NULL);
	request = (struct http_request){
	        .url = world_url(&world, "/size/1000000"), .on_data = on_data, .user = &stream, .body_limit = 10};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(stream.received, 1000000);
	CU_ASSERT_EQUAL(response->body_size, 0);
	http_response_destroy(response);
	stream = (struct stream){.stop_after = 1000};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_TRUE(stream.received >= 1000 && stream.received < 1000000);
	http_response_destroy(response);
	stream = (struct stream){0};
	request.url = world_url(&world, "/status/403");
	response = http_perform(world.client, &request, NULL);
	UNIT_SAME_TEXT(response->body, "status");
	CU_ASSERT_EQUAL(stream.received, 0);
	http_response_destroy(response);
	world_finish(&world);
}

static void free_user(void *user)
{
	++*(int *)user;
}

static void the_senders_data_is_freed_once(void)
{
	struct http_request request;
	struct world world;
	int freed = 0;

	world_init(&world, NULL);
	request = (struct http_request){.url = world_url(&world, "/ok"), .user = &freed, .user_free = free_user};
	http_response_destroy(http_perform(world.client, &request, NULL));
	CU_ASSERT_EQUAL(freed, 1);
	// Not handed over: it stays the sender's.
	request.url = "http://example.com/";
	CU_ASSERT_PTR_NULL(http_perform(world.client, &request, NULL));
	CU_ASSERT_EQUAL(freed, 1);
	world_finish(&world);
}

static void counters_tell_what_was_done(void)
{
	struct http_stats stats;
	struct world world;

	world_init(&world, NULL);
	http_client_stats(world.client, &stats);
	CU_ASSERT_EQUAL(stats.requests, 0);
	http_response_destroy(world_get(&world, "/size/5000", 1));
	http_response_destroy(world_get(&world, "/truncated", 1));
	http_client_stats(world.client, &stats);
	CU_ASSERT_EQUAL(stats.requests, 2);
	CU_ASSERT_EQUAL(stats.failures, 1);
	CU_ASSERT_EQUAL(stats.bytes_received, 5004);
	CU_ASSERT_EQUAL(stats.calls_last_minute, 2);
	CU_ASSERT_EQUAL(stats.in_flight + stats.unread + stats.waiting, 0);
	world_finish(&world);
}

static void the_log_masks_secrets(void)
{
	const struct http_header headers[] = {{"Authorization", "ACS3 topsecret"}, {"x-acs-action", "AssumeRole"}};
	struct log *log = log_create(NULL, LOG_DEBUG, &clock_system, NULL);
	static struct log_line lines[10];
	struct http_response *response;
	struct http_request request;
	struct world world;
	bool seen = false;
	size_t count;

	world_init(&world, &(struct http_options){.log = log});
	request = (struct http_request){.method = HTTP_POST,
	        .url = world_url(&world, "/echo?SecurityToken=topsecret&a=b"),
	        .headers = headers,
	        .header_count = 2,
	        .body = "{\"Password\":\"topsecret\"}",
	        .body_size = 24,
	        .operation = "sts.AssumeRole"};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->status, 404);
	http_response_destroy(response);
	count = log_read(log, 0, lines, COUNT_OF(lines));
	CU_ASSERT_EQUAL(count, 2);
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_PTR_NULL(strstr(lines[i].text, "topsecret"));
		seen = seen || (strstr(lines[i].text, "sts.AssumeRole: POST") &&
		                       strstr(lines[i].text, "x-acs-action: AssumeRole"));
	}
	CU_ASSERT_TRUE(seen);
	world_finish(&world);
	log_destroy(log);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_answer_has_status_body_and_headers),
        UNIT_TEST(connections_are_kept_and_reused),
        UNIT_TEST(methods_headers_and_bodies_arrive),
        UNIT_TEST(a_request_that_cannot_be_prepared_is_not_sent),
        UNIT_TEST(headers_cannot_smuggle_lines),
        UNIT_TEST(compressed_answers_are_read),
        UNIT_TEST(redirects_are_not_followed),
        UNIT_TEST(plain_http_goes_to_this_machine_only),
        UNIT_TEST(streams_are_handed_on_in_pieces),
        UNIT_TEST(the_senders_data_is_freed_once),
        UNIT_TEST(counters_tell_what_was_done),
        UNIT_TEST(the_log_masks_secrets),
};
const struct unit_suite http_single_suite = UNIT_SUITE("http single", tests);
