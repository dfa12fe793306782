// SPDX-License-Identifier: Apache-2.0
// The small cluster.
#include "config.h"
#include "tests/wire/cluster_world.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#include "base/banned.h"

enum { PATH_SIZE = 200 };

// ---- answering ----

static bool send_text(struct http_exchange *exchange, const char *text)
{
	return http_exchange_send(exchange, text, strlen(text));
}

static bool send_body(struct http_exchange *exchange, int status, const char *body)
{
	char head[300], date[64];
	time_t now = time(NULL);
	struct tm parts;

	gmtime_r(&now, &parts);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
	snprintf(head, sizeof(head),
	        "HTTP/1.1 %d X\r\nDate: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status,
	        date, strlen(body));
	return send_text(exchange, head) && send_text(exchange, body);
}

static bool send_status(struct http_exchange *exchange, int code, const char *reason)
{
	char body[300];

	snprintf(body, sizeof(body),
	        "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"%s\",\"reason\":\"%s\",\"code\":%d}", reason,
	        reason, code);
	return send_body(exchange, code, body);
}

static struct world_thing *find(struct cluster_world *world, const char *path)
{
	for (size_t i = 0; i < world->thing_count; i++)
		if (strcmp(world->things[i].path, path) == 0)
			return &world->things[i];
	return NULL;
}

static bool send_list(struct http_exchange *exchange, const char *items, unsigned version)
{
	size_t size = strlen(items) + 200;
	char *body = malloc(size);
	bool sent;

	snprintf(body, size, "{\"kind\":\"ThingList\",\"metadata\":{\"resourceVersion\":\"%u\"},\"items\":[%s]}",
	        version, items);
	sent = send_body(exchange, 200, body);
	free(body);
	return sent;
}

static bool send_chunk(struct http_exchange *exchange, const char *text)
{
	char size[40];

	snprintf(size, sizeof(size), "%zx\r\n", strlen(text));
	return send_text(exchange, size) && send_text(exchange, text) && send_text(exchange, "\r\n");
}

// What was pushed before the watch began has been in the list. Under the lock but while sending.
static bool serve_watch(struct cluster_world *world, struct http_exchange *exchange, const char *path, size_t next)
{
	bool open = send_text(exchange, "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n");

	world->watches++;
	while (open && !world->ending && !world->away) {
		struct timespec until;

		if (next < world->event_count) {
			const struct world_event *event = &world->events[next++];

			if (strcmp(event->path, path) == 0)
				open = send_chunk(exchange, event->text);
			continue;
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 20000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&world->changed, &world->lock, &until);
	}
	world->watches--;
	return false;
}

static void note(struct cluster_world *world, const struct http_exchange *exchange)
{
	size_t length = strlen(world->asked);

	snprintf(world->asked + length, sizeof(world->asked) - length, "%s %s\n%.*s\n", exchange->method,
	        exchange->path, (int)exchange->body_size, exchange->body);
}

static bool serve_get(struct cluster_world *world, struct http_exchange *exchange, const char *path)
{
	const struct world_thing *thing = find(world, path);

	if (thing && thing->is_denied)
		return send_status(exchange, 403, "Forbidden");
	if (!thing || !thing->body)
		return send_status(exchange, 404, "NotFound");
	if (strstr(exchange->path, "watch=true")) {
		const char *from = strstr(exchange->path, "resourceVersion=");
		unsigned version = from ? (unsigned)strtoul(from + 16, NULL, 10) : 0;

		// A list's version is 1 more than the number of events there were.
		return serve_watch(world, exchange, path, version - 1);
	}
	if (thing->is_list)
		return send_list(exchange, thing->body, (unsigned)world->event_count + 1);
	return send_body(exchange, 200, thing->body);
}

// Writes answer what is there afterwards: a PUT or POST keeps its body under a new version, a patch changes nothing.
static bool serve_write(struct cluster_world *world, struct http_exchange *exchange, const char *path)
{
	struct world_thing *thing = find(world, path);
	char version[64], own[PATH_SIZE];
	const char *name;

	if (strstr(path, "selfsubjectaccessreviews"))
		return send_body(exchange, 201,
		        world->review ? "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true}}"
		                      : "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":false}}");
	if (strcmp(exchange->method, "DELETE") == 0) {
		if (!thing || !thing->body)
			return send_status(exchange, 404, "NotFound");
		if (!strstr(exchange->body, "dryRun")) {
			free(thing->body);
			thing->body = NULL;
		}
		return send_body(exchange, 200, "{\"kind\":\"Status\",\"status\":\"Success\"}");
	}
	if (strcmp(exchange->method, "PATCH") == 0)
		return thing && thing->body ? send_body(exchange, 200, thing->body)
		                            : send_status(exchange, 404, "NotFound");
	snprintf(own, sizeof(own), "%s", path);
	name = strstr(exchange->body, "\"name\":\"");
	if (strcmp(exchange->method, "POST") == 0 && name)
		snprintf(own + strlen(own), sizeof(own) - strlen(own), "/%.*s", (int)strcspn(name + 8, "\""), name + 8);
	// A write must carry the version that is there.
	thing = find(world, own);
	if (thing && thing->body) {
		const char *at = strstr(thing->body, "\"resourceVersion\":\"");

		snprintf(version, sizeof(version), "%.*s", at ? 19 + (int)strcspn(at + 19, "\"") : 0, at ? at : "");
		if (!strstr(exchange->body, version))
			return send_status(exchange, 409, "Conflict");
	}
	return send_body(exchange, 200, exchange->body);
}

static bool answer(struct http_exchange *exchange, void *user)
{
	struct cluster_world *world = user;
	char path[PATH_SIZE];
	bool open;

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(exchange->path, "?"), exchange->path);
	pthread_mutex_lock(&world->lock);
	note(world, exchange);
	if (world->away)
		open = false;
	else if (strcmp(exchange->method, "GET") == 0)
		open = serve_get(world, exchange, path);
	else
		open = serve_write(world, exchange, path);
	pthread_mutex_unlock(&world->lock);
	return open;
}

// ---- what there is ----

static void set(struct cluster_world *world, const char *path, const char *body, bool is_list, bool is_denied)
{
	struct world_thing *thing;

	pthread_mutex_lock(&world->lock);
	thing = find(world, path);
	if (!thing) {
		if (world->thing_count == WORLD_THINGS_MOST)
			abort();
		thing = &world->things[world->thing_count++];
	}
	free(thing->body);
	snprintf(thing->path, sizeof(thing->path), "%s", path);
	thing->body = body ? strdup(body) : NULL;
	thing->is_list = is_list;
	thing->is_denied = is_denied;
	pthread_mutex_unlock(&world->lock);
}

void world_set(struct cluster_world *world, const char *path, const char *body)
{
	set(world, path, body, false, false);
}

void world_set_list(struct cluster_world *world, const char *path, const char *items)
{
	set(world, path, items, true, false);
}

void world_deny(struct cluster_world *world, const char *path)
{
	set(world, path, "", true, true);
}

void world_push(struct cluster_world *world, const char *path, const char *type, const char *object)
{
	size_t size = strlen(object) + 200;
	char *text = malloc(size), *version;

	snprintf(text, size, "{\"type\":\"%s\",\"object\":%s}\n", type, object);
	version = strstr(text, "\"resourceVersion\":\"0\"");
	pthread_mutex_lock(&world->lock);
	if (world->event_count == WORLD_EVENTS_MOST || !version)
		abort();
	// One digit: tests push few.
	version[19] = (char)('1' + (world->event_count + 1) % 9);
	snprintf(world->events[world->event_count].path, PATH_SIZE, "%s", path);
	world->events[world->event_count++].text = text;
	pthread_cond_broadcast(&world->changed);
	pthread_mutex_unlock(&world->lock);
}

unsigned world_asked(struct cluster_world *world, const char *part)
{
	unsigned count = 0;

	pthread_mutex_lock(&world->lock);
	for (const char *at = world->asked; (at = strstr(at, part)) != NULL; at++)
		count++;
	pthread_mutex_unlock(&world->lock);
	return count;
}

// ---- making it ----

void world_init(struct cluster_world *world)
{
	struct http_server_tls tls;
	int file;

	memset(world, 0, sizeof(*world));
	pthread_mutex_init(&world->lock, NULL);
	pthread_cond_init(&world->changed, NULL);
	world->review = true;
	world->certificate = http_certificate_make("localhost");
	tls = (struct http_server_tls){.certificate = world->certificate.certificate, .key = world->certificate.key};
	world->server = http_server_start_answering(&tls, answer, world);
	snprintf(world->kubeconfig, sizeof(world->kubeconfig), "/tmp/peerdeck-world-XXXXXX");
	file = mkstemp(world->kubeconfig);
	if (file < 0)
		abort();
	close(file);
	world_set(world, "/api/v1/namespaces/kube-system",
	        "{\"metadata\":{\"name\":\"kube-system\",\"uid\":\"uid-home\"}}");
	world_set(world, "/version", "{\"gitVersion\":\"v1.31.1\"}");
	world_save(world);
}

void world_finish(struct cluster_world *world)
{
	pthread_mutex_lock(&world->lock);
	world->ending = true;
	pthread_cond_broadcast(&world->changed);
	pthread_mutex_unlock(&world->lock);
	http_server_stop(world->server);
	for (size_t i = 0; i < world->thing_count; i++)
		free(world->things[i].body);
	for (size_t i = 0; i < world->event_count; i++)
		free(world->events[i].text);
	http_certificate_finish(&world->certificate);
	unlink(world->kubeconfig);
	pthread_cond_destroy(&world->changed);
	pthread_mutex_destroy(&world->lock);
}

void world_write(struct cluster_world *world, const char *context, struct buffer *out)
{
	buffer_printf(out,
	        "clusters: [{name: %s, cluster: {server: 'https://localhost:%d', certificate-authority-data: ", context,
	        http_server_port(world->server));
	text_add_base64(out, world->certificate.certificate, strlen(world->certificate.certificate));
	buffer_printf(out,
	        "}}]\nusers: [{name: u, user: {token: t}}]\n"
	        "contexts: [{name: %s, context: {cluster: %s, user: u}}]\ncurrent-context: %s\n",
	        context, context, context);
}

void world_save(struct cluster_world *world)
{
	FILE *file = fopen(world->kubeconfig, "w");
	struct buffer text;

	buffer_init(&text, 64 << 10);
	world_write(world, "home", &text);
	if (!file || fputs(buffer_text(&text), file) < 0)
		abort();
	fclose(file);
	buffer_finish(&text);
}

struct session *world_open(struct cluster_world *world, const struct cluster_supply *supply, struct journal *journal)
{
	static struct context_config context;
	const struct services services = {.clock = &clock_system,
	        .journal = journal,
	        .parallel = 8,
	        .supply = supply,
	        .connect_timeout_ms = 1000,
	        .isolated = true};

	memset(&context, 0, sizeof(context));
	snprintf(context.name, sizeof(context.name), "test");
	if (world)
		snprintf(context.kubeconfig, sizeof(context.kubeconfig), "%s", world->kubeconfig);
	return backend_kubernetes.open(&context, &services, NULL);
}

struct scope world_scope(const char *region, const char *cluster)
{
	struct scope scope = {.context = "test"};

	snprintf(scope.region, sizeof(scope.region), "%s", region);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", cluster);
	return scope;
}
