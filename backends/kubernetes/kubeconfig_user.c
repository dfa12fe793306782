// SPDX-License-Identifier: Apache-2.0
// The user of a kubeconfig: who is asked to be let in, and the plugin that may know.
#include "config.h"
#include "kubernetes/kubeconfig_user.h"

#include <string.h>

#include "kubernetes/kubeconfig_private.h"

#include "base/banned.h"

static bool parse_secret(
        struct parse *parse, yaml_node_t *map, const char *key, struct secret **out, struct error *error)
{
	const char *text;

	if (!yaml_read_text(&parse->yaml, map, key, &text, error))
		return false;
	*out = text && *text ? kubeconfig_keep(parse->config, text, strlen(text)) : NULL;
	return *out || !text || !*text || parse_memory(error);
}

static bool parse_words(
        struct parse *parse, yaml_node_t *map, const char *key, const char ***out, size_t *count, struct error *error)
{
	yaml_node_t *list = yaml_member(&parse->yaml, map, key), *item;
	const char **words;
	size_t found = 0;

	if (!list)
		return true;
	if (!yaml_is_list(list))
		return yaml_expected(&parse->yaml, list, _("a list of texts"), error);
	words = arena_alloc(&parse->config->arena, KUBECONFIG_WORDS_MOST * sizeof(*words));
	if (!words)
		return parse_memory(error);
	for (; (item = yaml_item(&parse->yaml, list, found)) != NULL; found++) {
		if (item->type != YAML_SCALAR_NODE || found == KUBECONFIG_WORDS_MOST)
			return yaml_expected(&parse->yaml, item, _("a list of at most 256 texts"), error);
		words[found] = arena_strdup(&parse->config->arena, (const char *)item->data.scalar.value);
		if (!words[found])
			return parse_memory(error);
	}
	*out = words;
	*count = found;
	return true;
}

static bool add_variable(struct parse *parse, struct kubeconfig_variable *variable, const char *name,
        const yaml_node_t *value, struct error *error)
{
	variable->name = arena_strdup(&parse->config->arena, name);
	variable->value = value ? kubeconfig_keep(parse->config, (const char *)value->data.scalar.value,
	                                  value->data.scalar.length)
	                        : kubeconfig_keep(parse->config, "", 0);
	return (variable->name && variable->value) || parse_memory(error);
}

static bool parse_environment(struct parse *parse, yaml_node_t *map, struct kubeconfig_exec *exec, struct error *error)
{
	yaml_node_t *list = yaml_member(&parse->yaml, map, "env"), *item;

	if (!list)
		return true;
	exec->variables = arena_alloc(&parse->config->arena, KUBECONFIG_WORDS_MOST * sizeof(*exec->variables));
	if (!exec->variables)
		return parse_memory(error);
	if (!yaml_is_list(list))
		return yaml_expected(&parse->yaml, list, _("a list of names and values"), error);
	for (; (item = yaml_item(&parse->yaml, list, exec->variable_count)) != NULL; exec->variable_count++) {
		const char *name, *value;

		if (!yaml_read_text(&parse->yaml, item, "name", &name, error) ||
		        !yaml_read_text(&parse->yaml, item, "value", &value, error))
			return false;
		if (!name || !*name || strchr(name, '=') || exec->variable_count == KUBECONFIG_WORDS_MOST)
			return yaml_expected(&parse->yaml, item, _("a name and a value, at most 256 of them"), error);
		if (!add_variable(parse, &exec->variables[exec->variable_count], name,
		            value ? yaml_member(&parse->yaml, item, "value") : NULL, error))
			return false;
	}
	return true;
}

// {key: [value, …], …} becomes one variable for each value.
static bool parse_extra(struct parse *parse, yaml_node_t *map, struct kubeconfig_user *user, struct error *error)
{
	yaml_node_t *extra = yaml_member(&parse->yaml, map, "as-user-extra");

	if (!extra)
		return true;
	if (!yaml_is_map(extra))
		return yaml_expected(&parse->yaml, extra, _("a mapping of keys to lists of texts"), error);
	user->as_extra = arena_alloc(&parse->config->arena, KUBECONFIG_WORDS_MOST * sizeof(*user->as_extra));
	if (!user->as_extra)
		return parse_memory(error);
	for (yaml_node_pair_t *pair = extra->data.mapping.pairs.start; pair < extra->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(&parse->yaml.document, pair->key), *item;
		yaml_node_t *list = yaml_document_get_node(&parse->yaml.document, pair->value);

		if (!key || key->type != YAML_SCALAR_NODE || !yaml_is_list(list))
			return yaml_expected(&parse->yaml, list, _("a mapping of keys to lists of texts"), error);
		for (size_t i = 0; (item = yaml_item(&parse->yaml, list, i)) != NULL; i++) {
			if (item->type != YAML_SCALAR_NODE || user->as_extra_count == KUBECONFIG_WORDS_MOST)
				return yaml_expected(
				        &parse->yaml, item, _("a list of texts, at most 256 in all"), error);
			if (!add_variable(parse, &user->as_extra[user->as_extra_count],
			            (const char *)key->data.scalar.value, item, error))
				return false;
			user->as_extra_count++;
		}
	}
	return true;
}

// A command with a '/' is a path beside the file; a bare one is looked up in PATH.
static bool parse_command(struct parse *parse, yaml_node_t *map, const char **out, struct error *error)
{
	const char *command;

	if (!parse_text(parse, map, "command", &command, error))
		return false;
	if (!command)
		return yaml_expected(&parse->yaml, map, _("a command for the exec plugin"), error);
	if (command[0] != '/' && strchr(command, '/') && parse->folder &&
	        !(command = arena_printf(&parse->config->arena, "%s%s", parse->folder, command)))
		return parse_memory(error);
	*out = command;
	return true;
}

static bool parse_exec(struct parse *parse, yaml_node_t *map, struct kubeconfig_exec **out, struct error *error)
{
	struct kubeconfig_exec *exec;

	if (!map)
		return true;
	if (!yaml_is_map(map))
		return yaml_expected(&parse->yaml, map, _("an exec plugin: apiVersion, command, args …"), error);
	exec = arena_alloc(&parse->config->arena, sizeof(*exec));
	if (!exec)
		return parse_memory(error);
	*out = exec;
	return parse_text(parse, map, "apiVersion", &exec->api_version, error) &&
	       parse_command(parse, map, &exec->command, error) &&
	       parse_words(parse, map, "args", &exec->arguments, &exec->argument_count, error) &&
	       parse_environment(parse, map, exec, error) &&
	       parse_text(parse, map, "interactiveMode", &exec->interactive_mode, error) &&
	       parse_text(parse, map, "installHint", &exec->install_hint, error) &&
	       yaml_read_flag(&parse->yaml, map, "provideClusterInfo", &exec->provides_cluster, error);
}

static bool parse_identity(struct parse *parse, yaml_node_t *map, struct kubeconfig_user *user, struct error *error)
{
	return parse_text(parse, map, "as", &user->as_user, error) &&
	       parse_text(parse, map, "as-uid", &user->as_uid, error) &&
	       parse_words(parse, map, "as-groups", &user->as_groups, &user->as_group_count, error) &&
	       parse_extra(parse, map, user, error);
}

bool parse_user(struct parse *parse, yaml_node_t *map, struct kubeconfig_user *user, struct error *error)
{
	yaml_node_t *provider = yaml_member(&parse->yaml, map, "auth-provider");

	return parse_path(parse, map, "client-certificate", &user->certificate_file, error) &&
	       parse_certificate(parse, map, "client-certificate-data", &user->certificate, error) &&
	       parse_path(parse, map, "client-key", &user->key_file, error) &&
	       parse_key(parse, map, "client-key-data", &user->key, error) &&
	       parse_secret(parse, map, "token", &user->token, error) &&
	       parse_path(parse, map, "tokenFile", &user->token_file, error) &&
	       parse_text(parse, map, "username", &user->user_name, error) &&
	       parse_text(parse, provider, "name", &user->auth_provider, error) &&
	       parse_identity(parse, map, user, error) &&
	       parse_exec(parse, yaml_member(&parse->yaml, map, "exec"), &user->exec, error);
}
