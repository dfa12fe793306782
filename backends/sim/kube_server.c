// SPDX-License-Identifier: Apache-2.0
// Listeners and kubeconfigs.
#include "config.h"
#include "sim/kube_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sim/kube_http.h"
#include "sim/memory.h"
#include "sim/server.h"

#include "base/banned.h"

enum { FILE_LIMIT = 16 << 20, TEXT_LIMIT = 256 * 1024, LONG_S = 3 * 365 * 24 * 3600, NAME_SIZE = 300 };

// Never revoked: what the simulator itself hands out.
static const uint32_t last_generation = 0x7fffffff;

struct kube_listener {
	struct simulator *simulator;
	struct server *server;
	struct kube_certificate certificate;
	char url[64];
};

struct kube_files {
	char path[512];
	char folder[512]; // temporary, ours; "" = none
	size_t written;   // so many clusters stand in it
};

const char *kube_endpoint(const struct cluster *cluster)
{
	const struct kube *kube = kube_of(cluster);
	const struct kube_listener *listener = kube ? kube->server : NULL;
	return listener ? listener->url : "";
}

struct kube *kube_named(const struct world *world, const char *cluster)
{
	for (struct kube *kube = kube_first(world); kube; kube = kube_next(kube))
		if (!strcmp(kube->cluster->name, cluster) || !strcmp(kube->cluster->base.id, cluster) ||
		        !strcmp(kube->cluster->uid, cluster))
			return kube;
	return NULL;
}

static void listener_destroy(void *user)
{
	struct kube_listener *listener = user;
	server_leave(listener->simulator->server, listener->server);
	server_destroy(listener->server);
	kube_certificate_finish(&listener->certificate);
	free(listener);
}

static bool open_listener(struct simulator *simulator, struct kube *kube, struct error *error)
{
	const char *listen = simulator->options.listen, *colon = strrchr(listen, ':');
	char address[64], host[48];
	struct kube_listener *listener = memory_zeroed(1, sizeof(*listener));
	listener->simulator = simulator;
	listener->certificate = kube_authority_issue_server(kube_authority(kube));
	snprintf(host, sizeof(host), "%.*s", (int)(colon - listen), listen);
	snprintf(address, sizeof(address), "%s:0", host);
	struct server_tls tls = {.certificate = listener->certificate.certificate,
	        .key = listener->certificate.key,
	        .ca = kube_authority_pem(kube_authority(kube))};
	listener->server = server_create_secure(address, &tls, kube, kube_serve, simulator, error);
	if (!listener->server) {
		kube_certificate_finish(&listener->certificate);
		free(listener);
		return false;
	}
	bool any = !strcmp(host, "0.0.0.0") || !strcmp(host, "localhost");
	snprintf(listener->url, sizeof(listener->url), "https://%s:%d", any ? "127.0.0.1" : host,
	        server_port(listener->server));
	server_join(simulator->server, listener->server);
	kube->server = listener;
	kube->server_destroy = listener_destroy;
	return true;
}

static void add_quoted(struct buffer *out, const char *text)
{
	text_add_json_string(out, text, strlen(text));
}

static void add_data(struct buffer *out, const char *name, const char *pem)
{
	buffer_printf(out, "    %s: ", name);
	text_add_base64(out, pem, strlen(pem));
	buffer_add_char(out, '\n');
}

static void add_cluster(struct buffer *out, struct kube *kube, const struct kubeconfig_plan *plan)
{
	buffer_printf(out, "- cluster:\n    server: %s\n", plan->server ? plan->server : kube_endpoint(kube->cluster));
	add_data(out, "certificate-authority-data", kube_authority_pem(kube_authority(kube)));
	buffer_add_text(out, "  name: ");
	add_quoted(out, plan->cluster);
	buffer_add_char(out, '\n');
}

static void add_context(struct buffer *out, const struct kubeconfig_plan *plan)
{
	buffer_add_text(out, "- context:\n    cluster: ");
	add_quoted(out, plan->cluster);
	buffer_add_text(out, "\n    user: ");
	add_quoted(out, plan->user);
	buffer_add_text(out, "\n  name: ");
	add_quoted(out, plan->context);
	buffer_add_char(out, '\n');
}

static void add_user(struct buffer *out, struct kube *kube, const struct kubeconfig_plan *plan)
{
	buffer_add_text(out, "- name: ");
	add_quoted(out, plan->user);
	buffer_add_text(out, "\n  user:\n");
	if (plan->token) {
		buffer_printf(out, "    token: %s\n", plan->token);
		return;
	}
	struct kube_certificate made = kube_authority_issue_user(
	        kube_authority(kube), plan->subject, plan->groups, plan->generation, plan->valid_s, plan->until);
	add_data(out, "client-certificate-data", made.certificate);
	add_data(out, "client-key-data", made.key);
	kube_certificate_finish(&made);
}

void kubeconfig_write(struct buffer *out, struct kube *kube, const struct kubeconfig_plan *plan)
{
	buffer_add_text(out, "apiVersion: v1\nclusters:\n");
	add_cluster(out, kube, plan);
	buffer_add_text(out, "contexts:\n");
	add_context(out, plan);
	buffer_add_text(out, "current-context: ");
	add_quoted(out, plan->context);
	buffer_add_text(out, "\nkind: Config\npreferences: {}\nusers:\n");
	add_user(out, kube, plan);
}

// The cluster's name; with its id when another one has the same.
static void context_name(const struct kube *kube, char out[NAME_SIZE])
{
	const struct cluster *cluster = kube->cluster;
	bool shared = false;
	for (const struct kube *other = kube_first(kube->world); other; other = kube_next(other))
		shared = shared || (other != kube && !strcmp(other->cluster->name, cluster->name));
	snprintf(out, NAME_SIZE, "%.200s%s%.64s", cluster->name, shared ? "-" : "", shared ? cluster->base.id : "");
}

static void write_all(struct buffer *out, const struct world *world)
{
	static const char *const groups[] = {"system:masters", NULL};
	struct buffer clusters, contexts, users;
	char name[NAME_SIZE], first[NAME_SIZE] = "";
	buffer_init(&clusters, FILE_LIMIT);
	buffer_init(&contexts, FILE_LIMIT);
	buffer_init(&users, FILE_LIMIT);
	for (struct kube *kube = kube_first(world); kube; kube = kube_next(kube)) {
		context_name(kube, name);
		if (!*first)
			snprintf(first, sizeof(first), "%s", name);
		struct kubeconfig_plan plan = {.context = name,
		        .cluster = name,
		        .user = name,
		        .subject = "kubernetes-admin",
		        .groups = groups,
		        .generation = last_generation,
		        .valid_s = LONG_S};
		add_cluster(&clusters, kube, &plan);
		add_context(&contexts, &plan);
		add_user(&users, kube, &plan);
	}
	bool any = *first;
	buffer_printf(out, "apiVersion: v1\nkind: Config\npreferences: {}\nclusters:%s\n%s", any ? "" : " []",
	        buffer_text(&clusters));
	buffer_printf(out, "contexts:%s\n%s", any ? "" : " []", buffer_text(&contexts));
	buffer_printf(out, "users:%s\n%scurrent-context: ", any ? "" : " []", buffer_text(&users));
	add_quoted(out, first);
	buffer_add_char(out, '\n');
	buffer_finish(&clusters);
	buffer_finish(&contexts);
	buffer_finish(&users);
}

static bool choose_path(struct simulator *simulator, struct kube_files *files, struct error *error)
{
	const char *base = getenv("TMPDIR");
	if (simulator->options.kubeconfig) {
		snprintf(files->path, sizeof(files->path), "%s", simulator->options.kubeconfig);
		return true;
	}
	if (simulator->options.env_file) {
		snprintf(files->path, sizeof(files->path), "%s.kubeconfig", simulator->options.env_file);
		return true;
	}
	snprintf(files->folder, sizeof(files->folder), "%.400s/peerdeck-sim-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(files->folder)) {
		error_set_errno(error, "%s", files->folder);
		*files->folder = 0;
		return false;
	}
	snprintf(files->path, sizeof(files->path), "%.480s/kubeconfig", files->folder);
	return true;
}

// A reader sees the old file or the new one, never half of one.
static bool write_file(const char *path, const struct buffer *text, struct error *error)
{
	char fresh[600];
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	int descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return error_set_errno(error, "%s", fresh);
	bool good = fchmod(descriptor, 0600) == 0 && write(descriptor, text->data, text->size) == (ssize_t)text->size;
	good = close(descriptor) == 0 && good && rename(fresh, path) == 0;
	return good || error_set_errno(error, "%s", path);
}

static bool write_kubeconfig(struct simulator *simulator, struct error *error)
{
	struct buffer text;
	if (!simulator->kube_files)
		simulator->kube_files = memory_zeroed(1, sizeof(struct kube_files));
	struct kube_files *files = simulator->kube_files;
	if (!*files->path && !choose_path(simulator, files, error))
		return false;
	buffer_init(&text, FILE_LIMIT);
	write_all(&text, &simulator->world);
	bool good = write_file(files->path, &text, error);
	buffer_finish(&text);
	return good;
}

bool kube_servers_update(struct simulator *simulator, struct error *error)
{
	size_t count = 0;
	bool changed = !simulator->kube_files;
	for (struct kube *kube = kube_first(&simulator->world); kube; kube = kube_next(kube)) {
		count++;
		if (kube->server)
			continue;
		if (!open_listener(simulator, kube, error))
			return false;
		changed = true;
	}
	if (!changed && simulator->kube_files->written == count)
		return true;
	if (!write_kubeconfig(simulator, error))
		return false;
	simulator->kube_files->written = count;
	return true;
}

void kube_servers_reap(struct simulator *simulator)
{
	kube_reap(&simulator->world);
}

void kube_servers_close(struct simulator *simulator)
{
	struct kube_files *files = simulator->kube_files;
	// A server that ends answers what waits; without its files such an answer opens none anew.
	simulator->kube_files = NULL;
	for (struct kube *kube = simulator->world.kubes; kube; kube = kube->next) {
		if (kube->server)
			kube->server_destroy(kube->server);
		kube->server = NULL;
		kube->server_destroy = NULL;
	}
	if (files && *files->folder) {
		unlink(files->path);
		rmdir(files->folder);
	}
	free(files);
}

void kube_servers_tell(const struct simulator *simulator, struct json_out *out)
{
	char name[NAME_SIZE];
	json_text(out, "kubeconfig", simulator->kube_files ? simulator->kube_files->path : "");
	json_list(out, "clusters");
	for (struct kube *kube = kube_first(&simulator->world); kube; kube = kube_next(kube)) {
		context_name(kube, name);
		json_object(out, NULL);
		json_text(out, "id", kube->cluster->base.id);
		json_text(out, "name", kube->cluster->name);
		json_text(out, "region", kube->cluster->base.region->id);
		json_text(out, "server", kube_endpoint(kube->cluster));
		json_text(out, "context", name);
		json_text(out, "uid", kube->cluster->uid);
		json_object_end(out);
	}
	json_list_end(out);
}

bool kube_servers_issue(struct simulator *simulator, const char *cluster, const struct kube_subject *subject,
        int64_t minutes, bool token, struct json_out *out)
{
	struct kube *kube = kube_named(&simulator->world, cluster);
	const char *groups[MAX_KUBE_GROUPS + 1] = {0};
	char name[NAME_SIZE], user[NAME_SIZE];
	struct buffer text;
	if (!kube)
		return false;
	context_name(kube, name);
	snprintf(user, sizeof(user), "%.200s@%.90s", subject->name, kube->cluster->base.id);
	for (size_t i = 0; i < subject->group_count; i++)
		groups[i] = subject->groups[i];
	int64_t seconds = minutes > 0 ? 60 * minutes : LONG_S;
	struct kubeconfig_plan plan = {.context = name,
	        .cluster = name,
	        .user = user,
	        .subject = subject->name,
	        .groups = groups,
	        .generation = last_generation,
	        .valid_s = seconds};
	if (token)
		plan.token = kube_users_token(kube, subject, simulator->wall + 1000 * seconds);
	buffer_init(&text, TEXT_LIMIT);
	kubeconfig_write(&text, kube, &plan);
	json_text(out, "kubeconfig", buffer_text(&text));
	json_text(out, "server", kube_endpoint(kube->cluster));
	if (token)
		json_text(out, "token", plan.token);
	buffer_finish(&text);
	return true;
}
