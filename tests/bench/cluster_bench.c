// SPDX-License-Identifier: Apache-2.0
// A cluster of 10,000 peer pods: how long a survey takes, and how soon a change is told as a whole new picture.
#include "config.h"
#include "tests/wire/cluster.h"

#include <stdlib.h>

#include "tests/wire/cluster_fixture.h"

#include "base/banned.h"

enum { PODS = 10000, POD_MOST = 2000, ROUNDS = 5 };

static const char pod_shape[] =
        "%s{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web-7d9c-%05d\",\"namespace\":\"apps-%d\","
        "\"uid\":\"p%05d\",\"resourceVersion\":\"3\",\"creationTimestamp\":\"2026-11-20T10:00:00Z\",\"labels\":{"
        "\"app\":\"web\",\"pod-template-hash\":\"7d9c\"},\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":"
        "\"web-7d9c\",\"uid\":\"r1\",\"controller\":true}],\"managedFields\":[{\"manager\":\"kubelet\",\"operation\":"
        "\"Update\",\"time\":\"2026-11-20T10:01:30Z\",\"subresource\":\"status\",\"fieldsV1\":{\"f:status\":"
        "{\"f:conditions\":{\"k:{\\\"type\\\":\\\"Ready\\\"}\":{\".\":{},\"f:status\":{}}},\"f:podIP\":{}}}}]},"
        "\"spec\":{\"nodeName\":\"node-%d\",\"runtimeClassName\":\"kata-remote\",\"containers\":[{\"name\":\"main\","
        "\"image\":\"nginx:1.27\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}}]},\"status\":{\"phase\":\"Running\","
        "\"podIP\":\"10.1.%d.%d\",\"podIPs\":[{\"ip\":\"10.1.%d.%d\"}],\"startTime\":\"2026-11-20T10:00:05Z\","
        "\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"2026-11-20T10:01:20Z\"}],"
        "\"containerStatuses\":[{\"name\":\"main\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{"
        "\"startedAt\":\"2026-11-20T10:01:10Z\"}}}]}}";

static void fill(struct cluster_world *world)
{
	struct buffer pods, peerpods;

	buffer_init(&pods, (size_t)PODS * POD_MOST);
	buffer_init(&peerpods, (size_t)PODS * POD_MOST);
	for (int i = 0; i < PODS; i++) {
		const char *comma = i ? "," : "";

		buffer_printf(&pods, pod_shape, comma, i, i % 40, i, i % 500, i / 256, i % 256, i / 256, i % 256);
		buffer_printf(&peerpods,
		        "%s{\"metadata\":{\"name\":\"r%d\",\"namespace\":\"apps\",\"uid\":\"pp%d\",\"ownerReferences\":"
		        "[{\"kind\":\"Pod\",\"name\":\"web-7d9c-%05d\",\"uid\":\"p%05d\"}]},\"spec\":{\"instanceID\":"
		        "\"i-%d\"}}",
		        comma, i, i, i, i, i);
	}
	world_set_list(world, PATH_PODS, buffer_text(&pods));
	world_set_list(world, PATH_PEERPODS, buffer_text(&peerpods));
	world_set_list(world, PATH_NODES, FIXTURE_NODE);
	world_set_list(world, PATH_EVENTS, FIXTURE_EVENT);
	world_set_list(world, PATH_CLASSES, FIXTURE_CLASSES);
	world_set_list(world, PATH_LEASES, FIXTURE_LEASE);
	printf("%d pods, %zu bytes of JSON\n", PODS, pods.size);
	buffer_finish(&pods);
	buffer_finish(&peerpods);
}

static void bench_survey(struct session *session)
{
	const struct scope scope = world_scope("", "home");

	for (int round = 0; round < ROUNDS; round++) {
		int64_t began = clock_monotonic(&clock_system);
		struct cluster_survey survey;

		if (!backend_kubernetes.cluster->survey(session, &scope, &survey, NULL, NULL) || !survey.pods)
			abort();
		printf("survey: %lld ms, %zu pods, %zu PeerPods\n", (long long)(clock_monotonic(&clock_system) - began),
		        survey.pods->count, survey.peerpods->count);
		cluster_survey_finish(&survey);
	}
}

struct watcher {
	pthread_t thread;
	struct session *session;
	struct gathered gathered;
	struct scope scope;
	struct cancel cancel;
};

static void *watch(void *user)
{
	struct watcher *watcher = user;

	backend_kubernetes.watch(
	        watcher->session, KIND_POD, &watcher->scope, &watcher->gathered.sink, &watcher->cancel, NULL);
	return NULL;
}

static bool is_whole(const struct gathered_part *part)
{
	return part->count == PODS;
}

static bool has_one_more(const struct gathered_part *part)
{
	return part->count == PODS + 1;
}

static void bench_watch(struct cluster_world *world, struct session *session)
{
	static struct watcher watcher;
	bool open = false;

	watcher.session = session;
	watcher.scope = world_scope("", "home");
	gathered_init(&watcher.gathered, KIND_POD, &watcher.scope, 1);
	pthread_create(&watcher.thread, NULL, watch, &watcher);
	gathered_wait(&watcher.gathered, is_whole);
	while (!open) {
		pthread_mutex_lock(&world->lock);
		open = world->watches > 0;
		pthread_mutex_unlock(&world->lock);
	}
	for (int round = 0; round < ROUNDS; round++) {
		int64_t began = clock_monotonic(&clock_system);

		world_push(world, PATH_PODS, round % 2 ? "DELETED" : "ADDED", FIXTURE_POD("new", "x", "gvisor", "0"));
		gathered_wait(&watcher.gathered, round % 2 ? is_whole : has_one_more);
		printf("watch: %lld ms from the event to the new picture\n",
		        (long long)(clock_monotonic(&clock_system) - began));
	}
	cancel_ask(&watcher.cancel);
	pthread_join(watcher.thread, NULL);
	gathered_finish(&watcher.gathered);
}

int main(void)
{
	static struct cluster_world world;
	struct session *session;

	world_init(&world);
	fill(&world);
	session = world_open(&world, NULL, NULL);
	bench_survey(session);
	bench_watch(&world, session);
	backend_kubernetes.close(session);
	world_finish(&world);
	return 0;
}
