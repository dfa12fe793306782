// SPDX-License-Identifier: Apache-2.0
// One kubeconfig's text, entry by entry. Unknown members are ignored, as kubectl does; wrong types are not.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kubernetes/file.h"
#include "kubernetes/kubeconfig_private.h"
#include "kubernetes/kubeconfig_user.h"

#include "base/banned.h"

bool parse_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, _("out of memory"));
}

bool parse_text(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error)
{
	const char *text;

	if (!yaml_read_text(&parse->yaml, map, key, &text, error))
		return false;
	*out = text && *text ? arena_strdup(&parse->config->arena, text) : NULL;
	return *out || !text || !*text || parse_memory(error);
}

bool parse_path(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error)
{
	const char *text;

	if (!parse_text(parse, map, key, &text, error))
		return false;
	if (text && !parse->folder) {
		yaml_expected(&parse->yaml, yaml_member(&parse->yaml, map, key),
		        _("no path: a kubeconfig that a service sent may not name files here"), error);
		return false;
	}
	if (text && text[0] != '/' && !(text = arena_printf(&parse->config->arena, "%s%s", parse->folder, text)))
		return parse_memory(error);
	*out = text;
	return true;
}

// Decodes the base64 of a PEM text; the caller forgets `out`. Nothing is appended when the member is absent.
static bool parse_pem(struct parse *parse, yaml_node_t *map, const char *key, struct buffer *out, struct error *error)
{
	const char *text;
	char what[120];

	if (!yaml_read_text(&parse->yaml, map, key, &text, error))
		return false;
	if (!text || !*text)
		return true;
	if (text_decode_base64(out, text, strlen(text)) && strstr(buffer_text(out), "-----BEGIN ") &&
	        strlen(buffer_text(out)) == out->size)
		return true;
	snprintf(what, sizeof(what), _("the base64 of a PEM text as \"%s\""), key);
	return yaml_expected(&parse->yaml, yaml_member(&parse->yaml, map, key), what, error);
}

bool parse_certificate(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error)
{
	struct buffer pem;
	bool read;

	buffer_init(&pem, 1 << 20);
	read = parse_pem(parse, map, key, &pem, error);
	*out = read && pem.size > 0 ? arena_strdup(&parse->config->arena, pem.data) : NULL;
	if (read && pem.size > 0 && !*out)
		read = parse_memory(error);
	file_forget(&pem);
	return read;
}

bool parse_key(struct parse *parse, yaml_node_t *map, const char *key, struct secret **out, struct error *error)
{
	struct buffer pem;
	bool read;

	buffer_init(&pem, 1 << 20);
	read = parse_pem(parse, map, key, &pem, error);
	*out = read && pem.size > 0 ? kubeconfig_keep(parse->config, pem.data, pem.size) : NULL;
	if (read && pem.size > 0 && !*out)
		read = parse_memory(error);
	file_forget(&pem);
	return read;
}

// The settings that a plugin is told: extensions[name=client.authentication.k8s.io/exec].extension.
static bool parse_exec_config(struct parse *parse, yaml_node_t *map, const char **out, struct error *error)
{
	yaml_node_t *list = yaml_member(&parse->yaml, map, "extensions"), *item;

	for (size_t i = 0; (item = yaml_item(&parse->yaml, list, i)) != NULL; i++) {
		struct buffer json;
		const char *name;
		bool read;

		if (!yaml_read_text(&parse->yaml, item, "name", &name, error))
			return false;
		if (!name || strcmp(name, "client.authentication.k8s.io/exec") != 0 ||
		        !yaml_member(&parse->yaml, item, "extension"))
			continue;
		buffer_init(&json, 64 << 10);
		read = yaml_add_json(&parse->yaml, yaml_member(&parse->yaml, item, "extension"), &json);
		*out = read ? arena_strdup(&parse->config->arena, buffer_text(&json)) : NULL;
		buffer_finish(&json);
		return *out || yaml_expected(&parse->yaml, item,
		                       _("an extension of at most 64 KiB that can be written as JSON"), error);
	}
	return true;
}

static bool parse_cluster(
        struct parse *parse, yaml_node_t *map, const char *name, const char *place, struct error *error)
{
	struct kubeconfig *config = parse->config;
	struct kubeconfig_cluster cluster = {.name = name, .place = place};
	struct kubeconfig_cluster *grown =
	        kubeconfig_grow(config->clusters, config->cluster_count, sizeof(*grown), error);

	if (!grown)
		return false;
	config->clusters = grown;
	if (!parse_text(parse, map, "server", &cluster.server, error) ||
	        !parse_text(parse, map, "tls-server-name", &cluster.server_name, error) ||
	        !parse_text(parse, map, "proxy-url", &cluster.proxy, error) ||
	        !parse_path(parse, map, "certificate-authority", &cluster.ca_file, error) ||
	        !parse_certificate(parse, map, "certificate-authority-data", &cluster.ca, error) ||
	        !yaml_read_flag(&parse->yaml, map, "insecure-skip-tls-verify", &cluster.insecure, error) ||
	        !parse_exec_config(parse, map, &cluster.exec_config, error))
		return false;
	config->clusters[config->cluster_count++] = cluster;
	return true;
}

static bool parse_context(
        struct parse *parse, yaml_node_t *map, const char *name, const char *place, struct error *error)
{
	struct kubeconfig *config = parse->config;
	struct kubeconfig_context context = {.name = name, .place = place};
	struct kubeconfig_context *grown =
	        kubeconfig_grow(config->contexts, config->context_count, sizeof(*grown), error);

	if (!grown)
		return false;
	config->contexts = grown;
	if (!parse_text(parse, map, "cluster", &context.cluster, error) ||
	        !parse_text(parse, map, "user", &context.user, error) ||
	        !parse_text(parse, map, "namespace", &context.space, error))
		return false;
	if (!context.cluster)
		context.cluster = "";
	if (!context.user)
		context.user = "";
	if (!context.space)
		context.space = "default";
	config->contexts[config->context_count++] = context;
	return true;
}

static bool parse_user_entry(
        struct parse *parse, yaml_node_t *map, const char *name, const char *place, struct error *error)
{
	struct kubeconfig *config = parse->config;
	struct kubeconfig_user user = {.name = name, .place = place, .trusted = parse->folder != NULL};
	struct kubeconfig_user *grown = kubeconfig_grow(config->users, config->user_count, sizeof(*grown), error);

	if (!grown)
		return false;
	config->users = grown;
	if (!parse_user(parse, map, &user, error))
		return false;
	config->users[config->user_count++] = user;
	return true;
}

static const char *known_cluster(const struct kubeconfig *config, const char *name)
{
	const struct kubeconfig_cluster *cluster = kubeconfig_cluster(config, name);

	return cluster ? cluster->place : NULL;
}

static const char *known_user(const struct kubeconfig *config, const char *name)
{
	const struct kubeconfig_user *user = kubeconfig_user(config, name);

	return user ? user->place : NULL;
}

static const char *known_context(const struct kubeconfig *config, const char *name)
{
	const struct kubeconfig_context *context = kubeconfig_context(config, name);

	return context ? context->place : NULL;
}

// The lists of a kubeconfig: [{name: …, cluster: {…}}, …].
static const struct section {
	const char *list, *member, *wanted;
	bool (*entry)(struct parse *parse, yaml_node_t *map, const char *name, const char *place, struct error *error);
	const char *(*known)(const struct kubeconfig *config, const char *name); // its place
} sections[] = {
        {"clusters", "cluster", N_("a list of clusters, each with a name and a cluster"), parse_cluster, known_cluster},
        {"users", "user", N_("a list of users, each with a name and a user"), parse_user_entry, known_user},
        {"contexts", "context", N_("a list of contexts, each with a name and a context"), parse_context, known_context},
};

static bool parse_section(struct parse *parse, const struct section *section, struct error *error)
{
	yaml_node_t *list = yaml_member(&parse->yaml, parse->yaml.root, section->list), *item;

	if (list && !yaml_is_list(list))
		return yaml_expected(&parse->yaml, list, _(section->wanted), error);
	for (size_t i = 0; (item = yaml_item(&parse->yaml, list, i)) != NULL; i++) {
		yaml_node_t *map = yaml_member(&parse->yaml, item, section->member);
		const char *name, *place;

		if (!yaml_is_map(item) || (map && !yaml_is_map(map)))
			return yaml_expected(&parse->yaml, map ? map : item, _(section->wanted), error);
		if (!parse_text(parse, item, "name", &name, error))
			return false;
		if (!name)
			return yaml_expected(&parse->yaml, item, _(section->wanted), error);
		if (section->known(parse->config, name))
			return yaml_expected(&parse->yaml, item, _("a name that this list does not have yet"), error);
		place = arena_printf(&parse->config->arena, "%s:%zu", parse->yaml.file, item->start_mark.line + 1);
		if (!place)
			return parse_memory(error);
		if (!section->entry(parse, map, name, place, error))
			return false;
	}
	return true;
}

bool kubeconfig_parse(struct kubeconfig *config, const char *name, const char *folder, const char *text, size_t size,
        struct error *error)
{
	struct parse parse = {.config = config, .folder = folder};
	const char *kind;
	bool read;

	if (!yaml_text_open(&parse.yaml, name, text, size, error))
		return false;
	// An empty file is an empty kubeconfig.
	read = !parse.yaml.root || yaml_is_map(parse.yaml.root) ||
	       yaml_expected(&parse.yaml, parse.yaml.root,
	               _("a kubeconfig: a mapping with clusters, users and contexts"), error);
	read = read && yaml_read_text(&parse.yaml, parse.yaml.root, "kind", &kind, error);
	if (read && kind && *kind && strcmp(kind, "Config") != 0)
		read = yaml_expected(
		        &parse.yaml, yaml_member(&parse.yaml, parse.yaml.root, "kind"), _("kind: Config"), error);
	read = read && parse_text(&parse, parse.yaml.root, "current-context", &config->current, error);
	for (size_t i = 0; read && i < COUNT_OF(sections); i++)
		read = parse_section(&parse, &sections[i], error);
	yaml_text_close(&parse.yaml);
	return read;
}
