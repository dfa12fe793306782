// SPDX-License-Identifier: Apache-2.0
// What goes wrong: retries, time limits, cancelling, broken answers.
#include "config.h"
#include "tests/wire/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

static void service_errors_are_retried_when_the_service_says(void)
{
	struct http_response *response;
	struct world world;
	int64_t begin;

	world_init(&world, NULL);
	begin = now_ms();
	response = world_get(&world, "/throttled/1", 3);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(response->attempts, 2);
	UNIT_SAME_TEXT(response->body, "at last");
	CU_ASSERT_TRUE(now_ms() - begin >= 990); // Retry-After: 1
	http_response_destroy(response);
	world_finish(&world);
}

static void the_clouds_own_wait_is_in_milliseconds_and_reaches_the_budget(void)
{
	struct budget *budget = budget_create(NULL);
	struct http_response *response;
	struct http_request request;
	struct budget_state state;
	struct world world;
	int64_t begin = now_ms();

	world_init(&world, &(struct http_options){.random = no_random, .budget = budget});
	request = (struct http_request){
	        .url = world_url(&world, "/acs-throttled/1"), .attempts = 3, .budget_key = "a/r/o"};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(response->attempts, 2);
	CU_ASSERT_TRUE(now_ms() - begin >= 290);
	http_response_destroy(response);
	CU_ASSERT_EQUAL(budget_states(budget, &state, 1), 1);
	CU_ASSERT_EQUAL(state.calls, 2);
	CU_ASSERT_EQUAL(state.throttled, 1);
	world_finish(&world);
	budget_destroy(budget);
}

static void attempts_end(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/status/500", 4);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(response->status, 500);
	CU_ASSERT_EQUAL(response->attempts, 4);
	CU_ASSERT_EQUAL(http_server_requests(world.server), 4);
	http_response_destroy(response);
	world_finish(&world);
}

static enum http_next judge_404(const struct http_response *response, void *user, int64_t *wait_ms)
{
	++*(int *)user;
	*wait_ms = 5;
	return response->status == 404 ? HTTP_RETRY : HTTP_DONE;
}

static void the_senders_judge_decides(void)
{
	struct http_response *response;
	struct http_request request;
	struct world world;
	int judged = 0;

	world_init(&world, NULL);
	request = (struct http_request){
	        .url = world_url(&world, "/status/404"), .attempts = 3, .judge = judge_404, .user = &judged};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->attempts, 3);
	CU_ASSERT_EQUAL(judged, 2);
	http_response_destroy(response);
	request.url = world_url(&world, "/status/503");
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->attempts, 1);
	http_response_destroy(response);
	world_finish(&world);
}

static void a_reset_connection_is_retried_when_safe(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/reset/2", 3);
	CU_ASSERT_EQUAL(response->status, 200);
	CU_ASSERT_EQUAL(response->attempts, 3);
	http_response_destroy(response);
	http_server_forget(world.server);
	response = world_get(&world, "/reset/9", 2);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NETWORK);
	CU_ASSERT_TRUE(response->error.retryable);
	CU_ASSERT_TRUE(response->sent);
	CU_ASSERT_EQUAL(response->status, 0);
	http_response_destroy(response);
	world_finish(&world);
}

static void an_unsafe_call_is_sent_once(void)
{
	struct http_response *response;
	struct http_request request;
	struct world world;

	world_init(&world, NULL);
	request = (struct http_request){
	        .method = HTTP_POST, .url = world_url(&world, "/status/503"), .body = "x", .body_size = 1};
	http_response_destroy(http_perform(world.client, &request, NULL));
	CU_ASSERT_EQUAL(http_server_requests(world.server), 1);
	// A connection that dies between two requests: libcurl would quietly send the second again.
	request.url = world_url(&world, "/once");
	for (int i = 0; i < 4; i++) {
		response = http_perform(world.client, &request, NULL);
		CU_ASSERT_EQUAL(response->status, 200);
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(http_server_requests(world.server), 5);
	// The same when attempts are allowed but the judge refuses them.
	http_server_forget(world.server);
	request = (struct http_request){
	        .method = HTTP_POST, .url = world_url(&world, "/once"), .attempts = 4, .fresh_connection = true};
	for (int i = 0; i < 4; i++)
		http_response_destroy(http_perform(world.client, &request, NULL));
	CU_ASSERT_EQUAL(http_server_requests(world.server), 4);
	http_server_forget(world.server);
	request = (struct http_request){
	        .method = HTTP_POST, .url = world_url(&world, "/reset/1"), .body = "x", .body_size = 1};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NETWORK);
	CU_ASSERT_TRUE(response->sent);
	CU_ASSERT_EQUAL(http_server_requests(world.server), 1);
	http_response_destroy(response);
	world_finish(&world);
}

static void silence_ends_an_attempt(void)
{
	static const char *const paths[] = {"/hang", "/stall"};
	struct world world;

	world_init(&world, &(struct http_options){.stall_timeout_ms = 300});
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		int64_t begin = now_ms();
		struct http_response *response = world_get(&world, paths[i], 1);

		CU_ASSERT_EQUAL(response->error.kind, ERROR_TIMEOUT);
		CU_ASSERT_TRUE(response->error.retryable);
		CU_ASSERT_TRUE(now_ms() - begin >= 300);
		CU_ASSERT_TRUE(now_ms() - begin < slowly(2000));
		http_response_destroy(response);
	}
	world_finish(&world);
}

static void an_attempt_has_a_time_limit(void)
{
	struct http_response *response;
	struct http_request request;
	struct world world;
	int64_t begin = now_ms();

	world_init(&world, NULL);
	request = (struct http_request){.url = world_url(&world, "/hang"), .timeout_ms = 200};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_TIMEOUT);
	CU_ASSERT_TRUE(now_ms() - begin < slowly(2000));
	http_response_destroy(response);
	world_finish(&world);
}

struct cancelling {
	struct cancel cancel;
	struct http_server *server;
	int64_t asked_at;
};

// Asks as soon as the server has the request.
static void *cancel_when_under_way(void *user)
{
	struct cancelling *cancelling = user;
	int64_t deadline = now_ms() + slowly(10000);

	while (http_server_requests(cancelling->server) == 0 && now_ms() < deadline)
		usleep(1000);
	cancelling->asked_at = now_ms();
	cancel_ask(&cancelling->cancel);
	return NULL;
}

static void cancelling_is_noticed_within_a_second(void)
{
	static const char *const paths[] = {"/hang", "/stall", "/throttled/9"};
	struct world world;

	world_init(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		struct cancelling cancelling = {.server = world.server};
		struct http_request request = {
		        .url = world_url(&world, paths[i]), .cancel = &cancelling.cancel, .attempts = 9};
		struct http_response *response;
		pthread_t thread;

		http_server_forget(world.server);
		pthread_create(&thread, NULL, cancel_when_under_way, &cancelling);
		response = http_perform(world.client, &request, NULL);
		pthread_join(thread, NULL);
		// An answer that had come when it was asked is still the answer.
		CU_ASSERT_TRUE(response->error.kind == ERROR_CANCELLED || response->status == 503);
		CU_ASSERT_TRUE(now_ms() - cancelling.asked_at < slowly(1000));
		CU_ASSERT_TRUE(response->sent);
		http_response_destroy(response);
	}
	world_finish(&world);
}

static void too_large_an_answer_names_the_limit(void)
{
	static const char *const paths[] = {"/size/1001", "/endless/100000"};
	struct http_response *response;
	struct http_request request;
	struct world world;

	world_init(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		request = (struct http_request){.url = world_url(&world, paths[i]), .body_limit = 1000, .attempts = 3};
		response = http_perform(world.client, &request, NULL);
		CU_ASSERT_EQUAL(response->error.kind, ERROR_LIMIT);
		CU_ASSERT_PTR_NOT_NULL(strstr(response->error.message, "1000 bytes"));
		CU_ASSERT_EQUAL(response->attempts, 1);
		http_response_destroy(response);
	}
	request = (struct http_request){.url = world_url(&world, "/size/1000"), .body_limit = 1000};
	response = http_perform(world.client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(strlen(response->body), 1000);
	http_response_destroy(response);
	world_finish(&world);
}

static void broken_answers_are_errors(void)
{
	struct http_response *response;
	struct world world;

	world_init(&world, NULL);
	response = world_get(&world, "/truncated", 2);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NETWORK);
	CU_ASSERT_EQUAL(response->status, 0);
	CU_ASSERT_EQUAL(response->attempts, 2);
	http_response_destroy(response);
	response = world_get(&world, "/garbage", 2);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_PROTOCOL);
	http_response_destroy(response);
	world_finish(&world);
}

static void nobody_listening_is_an_error_that_was_not_sent(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct http_client *client = http_client_create(&(struct http_options){.random = no_random}, NULL);
	int taken = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(address);
	struct http_request request = {.attempts = 2};
	struct http_response *response;
	char url[64];

	// Bound but not listening: nobody else can have the port.
	CU_ASSERT_EQUAL_FATAL(bind(taken, (struct sockaddr *)&address, size), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(taken, (struct sockaddr *)&address, &size), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
	request.url = url;
	response = http_perform(client, &request, NULL);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_NETWORK);
	CU_ASSERT_FALSE(response->sent);
	CU_ASSERT_EQUAL(response->attempts, 2);
	CU_ASSERT_NOT_EQUAL(response->error.remedy[0], '\0');
	http_response_destroy(response);
	close(taken);
	http_client_destroy(client);
}

static const struct unit_test tests[] = {
        UNIT_TEST(service_errors_are_retried_when_the_service_says),
        UNIT_TEST(the_clouds_own_wait_is_in_milliseconds_and_reaches_the_budget),
        UNIT_TEST(attempts_end),
        UNIT_TEST(the_senders_judge_decides),
        UNIT_TEST(a_reset_connection_is_retried_when_safe),
        UNIT_TEST(an_unsafe_call_is_sent_once),
        UNIT_TEST(silence_ends_an_attempt),
        UNIT_TEST(an_attempt_has_a_time_limit),
        UNIT_TEST(cancelling_is_noticed_within_a_second),
        UNIT_TEST(too_large_an_answer_names_the_limit),
        UNIT_TEST(broken_answers_are_errors),
        UNIT_TEST(nobody_listening_is_an_error_that_was_not_sent),
};
const struct unit_suite http_failure_suite = UNIT_SUITE("http failure", tests);
