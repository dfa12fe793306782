// SPDX-License-Identifier: Apache-2.0
// Watching: positions, ends, expiry, broken streams.
#include "config.h"
#include "kubernetes/api_watch.h"
#include "tests/wire/kubernetes.h"

#include "base/banned.h"

#define LIST(version)                                                                                                  \
	"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" version                                           \
	"\"},\"items\":[{\"metadata\":{\"name\":\"a\"}}]}"
#define EVENT(type, name, version)                                                                                     \
	"{\"type\":\"" type "\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"name\":\"" name                           \
	"\",\"resourceVersion\":\"" version "\"}}}\n"
#define GONE                                                                                                           \
	"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"too old resource "   \
	"version: 5 (900)\","                                                                                          \
	"\"reason\":\"Expired\",\"code\":410}}\n"

static const struct api_query pods = {.target = {.resource = &api_resources[API_PODS], .space = "ns"}};

// What a watcher saw, as words: "begin", names of a page, "listed", "+a ~a -a", "ill", "well". Stops after so many
// words.
struct seen {
	char words[400];
	unsigned left;
	struct cancel cancel;
	enum error_kind ailment;
};

static void say(struct seen *seen, const char *word, const char *name)
{
	size_t length = strlen(seen->words);

	snprintf(seen->words + length, sizeof(seen->words) - length, "%s%s ", word, name);
	if (seen->left > 0 && --seen->left == 0)
		cancel_ask(&seen->cancel);
}

static void on_begin(void *user)
{
	say(user, "begin", "");
}

static bool on_page(const cJSON *page, void *user, struct error *error)
{
	const cJSON *item;

	(void)error;
	cJSON_ArrayForEach(item, json_member(page, "items")) say(user, "", json_text_at(item, "metadata.name"));
	return true;
}

static void on_listed(void *user)
{
	say(user, "listed", "");
}

static void on_event(enum api_event event, const cJSON *object, void *user)
{
	static const char *const signs[] = {"+", "~", "-"};

	say(user, signs[event], json_text_at(object, "metadata.name"));
}

static void on_health(const struct error *error, void *user)
{
	struct seen *seen = user;

	if (error)
		seen->ailment = error->kind;
	say(user, error ? "ill" : "well", "");
}

// Watches until `words` words were said; *error tells how it ended.
static void watch(struct scripted *scripted, struct seen *seen, unsigned words, struct error *error)
{
	const struct api_watch_options options = {.pause_ms = 20, .pause_most_ms = 40, .seconds = 300};
	const struct api_watch_sink sink = {{on_begin, on_page, seen}, on_listed, on_event, on_health};

	*seen = (struct seen){.left = words};
	*error = (struct error){0};
	CU_ASSERT_FALSE(api_watch(scripted->api, &pods, &sink, &options, &seen->cancel, error));
}

static void a_watch_goes_on_from_its_last_position(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, LIST("5")},
	        {200, ENDS, EVENT("ADDED", "b", "6") EVENT("BOOKMARK", "", "9")},
	        {200, BREAKS, EVENT("MODIFIED", "b", "10") "{\"type\":\"ADDED\",\"obj"},
	        {200, HANGS, EVENT("DELETED", "b", "11")},
	};
	struct scripted scripted;
	struct error error;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	watch(&scripted, &seen, 8, &error);
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	UNIT_SAME_TEXT(seen.words, "begin a listed +b ~b ill well -b ");
	CU_ASSERT_EQUAL(seen.ailment, ERROR_NETWORK);
	CU_ASSERT_EQUAL(scripted_asked(&scripted,
	                        "GET "
	                        "/prefix/api/v1/namespaces/ns/"
	                        "pods?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=300\n"),
	        1);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "resourceVersion=9&"), 1);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "resourceVersion=10&"), 1);
	CU_ASSERT_PTR_NULL(strstr(scripted.head, "ccept-Encoding"));
	scripted_finish(&scripted);
}

static void an_expired_position_is_listed_again(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, LIST("5")},
	        {200, ENDS, GONE},
	        {200, WHOLE, LIST("900")},
	        {410, WHOLE, "{\"kind\":\"Status\",\"reason\":\"Expired\",\"code\":410}"},
	        {200, WHOLE, LIST("950")},
	        {200, HANGS, EVENT("ADDED", "z", "951")},
	};
	struct scripted scripted;
	struct error error;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	watch(&scripted, &seen, 10, &error);
	UNIT_SAME_TEXT(seen.words, "begin a listed begin a listed begin a listed +z ");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "resourceVersion=950&"), 1);
	scripted_finish(&scripted);
}

static void rubbish_is_told_and_asked_again(void)
{
	static const struct step steps[] = {
	        {500, WHOLE, "oops", "Retry-After: 0\r\n"},
	        {500, WHOLE, "oops", "Retry-After: 0\r\n"},
	        {500, WHOLE, "oops", "Retry-After: 0\r\n"},
	        {500, WHOLE, "oops", "Retry-After: 0\r\n"},
	        {200, WHOLE, LIST("5")},
	        {200, ENDS, ""}, // a watch that ends at once
	        {200, HANGS, "half a {JSON object\n"},
	        {200, HANGS, "{\"type\":\"SOMETHING\",\"object\":{}}\n"},
	        {200, HANGS, EVENT("ADDED", "z", "6")},
	};
	struct scripted scripted;
	struct error error;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	watch(&scripted, &seen, 11, &error);
	UNIT_SAME_TEXT(seen.words, "begin ill begin a listed well ill ill ill well +z ");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "resourceVersion=5&"), 4);
	scripted_finish(&scripted);
}

static void the_cluster_may_ask_for_patience(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, LIST("5")},
	        {429, WHOLE, "{\"kind\":\"Status\",\"message\":\"slow down\",\"code\":429}", "Retry-After: 0\r\n"},
	        {200, HANGS, EVENT("ADDED", "z", "6")},
	};
	struct scripted scripted;
	struct error error;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	watch(&scripted, &seen, 4, &error);
	UNIT_SAME_TEXT(seen.words, "begin a listed +z ");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "resourceVersion=5&"), 2);
	scripted_finish(&scripted);
}

static void a_missing_right_ends_it(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, LIST("5")},
	        {403, WHOLE, "{\"kind\":\"Status\",\"message\":\"forbidden\",\"reason\":\"Forbidden\",\"code\":403}"},
	};
	struct scripted scripted;
	struct error error;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	watch(&scripted, &seen, 100, &error);
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	UNIT_SAME_TEXT(error.doing, "watch pods in namespace ns");
	UNIT_SAME_TEXT(error.remedy,
	        "have the verb \"watch\" on \"pods\" (API group \"\") allowed in namespace ns, by a Role");
	scripted_finish(&scripted);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_watch_goes_on_from_its_last_position),
        UNIT_TEST(an_expired_position_is_listed_again),
        UNIT_TEST(rubbish_is_told_and_asked_again),
        UNIT_TEST(the_cluster_may_ask_for_patience),
        UNIT_TEST(a_missing_right_ends_it),
};
const struct unit_suite kubernetes_watch_suite = UNIT_SUITE("kubernetes watches", tests);
