// SPDX-License-Identifier: Apache-2.0
// Settings: defaults, one setting by name, and the context that comes out of it all.
#include <config.h>
#include "work/config_private.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#include "base/banned.h"

static bool text_into(char *out, size_t size, const char *text, const struct config_row *row, struct error *error)
{
	size_t length = strlen(text);

	if (!text_is_utf8(text, length))
		return error_set(error, ERROR_CONFIG, _("\"%s\" must be UTF-8 text"), row->name);
	if (length >= size)
		return error_set(error, ERROR_CONFIG, _("\"%s\" may be at most %zu bytes long"), row->name, size - 1);
	memcpy(out, text, length + 1);
	return true;
}

static bool path_into(char *out, size_t size, const char *text, const struct config_row *row, struct error *error)
{
	const char *home = getenv("HOME");
	char path[4096];

	if (strncmp(text, "~/", 2) != 0 || !home)
		return text_into(out, size, text, row, error);
	snprintf(path, sizeof(path), "%s%s", home, text + 1);
	return text_into(out, size, path, row, error);
}

static bool choice_into(char *out, size_t size, const char *text, const struct config_row *row, struct error *error)
{
	const char *at = row->choices;
	size_t length = strlen(text);

	while (*at) {
		size_t word = strcspn(at, " ");

		if (word == length && memcmp(at, text, word) == 0)
			return text_into(out, size, text, row, error);
		at += word;
		at += strspn(at, " ");
	}
	return error_set(
	        error, ERROR_CONFIG, _("\"%s\" must be one of: %s; not \"%s\""), row->name, row->choices, text);
}

static bool flag_into(bool *out, const char *text, const struct config_row *row, struct error *error)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"1", true}, {"false", false}, {"no", false},
	        {"off", false}, {"0", false}};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcasecmp(words[i].word, text) == 0) {
			*out = words[i].value;
			return true;
		}
	return error_set(error, ERROR_CONFIG, _("\"%s\" must be true or false, not \"%s\""), row->name, text);
}

static bool number_of(const char *text, const struct config_row *row, double *out, struct error *error)
{
	bool whole = row->type == CONFIG_COUNT;
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	if (end != text && *end == '\0' && errno == 0 && isfinite(*out) && *out >= row->least && *out <= row->most &&
	        (!whole || *out == floor(*out)))
		return true;
	return error_set(error, ERROR_CONFIG,
	        whole ? _("\"%s\" must be a whole number from %g to %g, not \"%s\"")
	              : _("\"%s\" must be a number from %g to %g, not \"%s\""),
	        row->name, row->least, row->most, text);
}

bool config_region_add(struct config *config, const char *name, struct error *error)
{
	size_t length = strlen(name);

	if (strcmp(name, "all") == 0) {
		config->all_regions = true;
		return true;
	}
	if (length == 0 || length >= sizeof(config->regions[0]) ||
	        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
		return error_set(error, ERROR_CONFIG, _("\"%s\" is no name of a region (such as cn-beijing)"), name);
	for (size_t i = 0; i < config->region_count; i++)
		if (strcmp(config->regions[i], name) == 0)
			return true;
	if (config->region_count == CONFIG_REGIONS_MOST)
		return error_set(error, ERROR_LIMIT, _("at most %d regions can be named; \"all\" means every one"),
		        CONFIG_REGIONS_MOST);
	memcpy(config->regions[config->region_count++], name, length + 1);
	return true;
}

static bool regions_into(struct config *config, const char *text, struct error *error)
{
	config->region_count = 0;
	config->all_regions = false;
	while (*text) {
		size_t length = strcspn(text, ", ");
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)(length < sizeof(name) ? length : sizeof(name) - 1), text);
		if (length > 0 && !config_region_add(config, name, error))
			return false;
		text += length;
		text += strspn(text, ", ");
	}
	return true;
}

bool config_row_assign(void *base, const struct config_row *row, const char *text, struct error *error)
{
	char *member = (char *)base + row->offset;
	double number;

	switch (row->type) {
	case CONFIG_TEXT:
		return text_into(member, row->size, text, row, error);
	case CONFIG_PATH:
		return path_into(member, row->size, text, row, error);
	case CONFIG_CHOICE:
		return choice_into(member, row->size, text, row, error);
	case CONFIG_FLAG:
		return flag_into((bool *)(void *)member, text, row, error);
	case CONFIG_COUNT:
		if (!number_of(text, row, &number, error))
			return false;
		*(unsigned *)(void *)member = (unsigned)number;
		return true;
	case CONFIG_NUMBER:
		if (!number_of(text, row, &number, error))
			return false;
		*(double *)(void *)member = number;
		return true;
	case CONFIG_REGIONS:
		return regions_into(base, text, error);
	case CONFIG_CONTEXTS:
	case CONFIG_KEYS:
		break;
	}
	return error_set(error, ERROR_CONFIG, _("\"%s\" can be set in the configuration file only"), row->name);
}

const struct config_row *config_row_find(const struct config_row *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

struct row_names {
	const struct config_row *table;
	size_t count;
};

static const char *row_name(size_t index, const void *user)
{
	const struct row_names *names = user;

	return index < names->count ? names->table[index].name : NULL;
}

void config_row_suggest(const struct config_row *table, size_t count, const char *name, struct error *error)
{
	const char *nearest = text_nearest(name, row_name, &(struct row_names){table, count});

	if (nearest)
		error_remedy(error, _("did you mean \"%s\"?"), nearest);
	else
		error_remedy(error, _("peerdeck.conf(5) lists all settings"));
}

// One of the XDG base folders: only an absolute path counts (XDG Base Directory Specification).
static void folder_into(char *out, size_t size, const char *variable, const char *below_home)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	int length = -1;

	if (folder && folder[0] == '/')
		length = snprintf(out, size, "%s/peerdeck", folder);
	else if (home && home[0] == '/')
		length = snprintf(out, size, "%s/%s/peerdeck", home, below_home);
	if (length < 0 || (size_t)length >= size)
		out[0] = '\0';
}

void config_defaults(struct config *config)
{
	const char *no_color = getenv("NO_COLOR"), *endpoint = getenv("PEERDECK_ENDPOINT");

	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < config_table_count; i++)
		if (config_table[i].type != CONFIG_CONTEXTS && config_table[i].type != CONFIG_KEYS)
			config_row_assign(config, &config_table[i], config_table[i].fallback, NULL);
	config->no_color = no_color && no_color[0];
	if (endpoint && strlen(endpoint) < sizeof(config->endpoint))
		memcpy(config->endpoint, endpoint, strlen(endpoint) + 1);
	folder_into(config->config_folder, sizeof(config->config_folder), "XDG_CONFIG_HOME", ".config");
	folder_into(config->state_folder, sizeof(config->state_folder), "XDG_STATE_HOME", ".local/state");
}

bool config_assign(struct config *config, const char *name, const char *value, struct error *error)
{
	const struct config_row *row = config_row_find(config_table, config_table_count, name);

	if (!row) {
		error_set(error, ERROR_CONFIG, _("there is no setting \"%s\""), name);
		config_row_suggest(config_table, config_table_count, name, error);
		return false;
	}
	return config_row_assign(config, row, value, error);
}

static struct context_config *context_find(struct config *config, const char *name)
{
	for (size_t i = 0; i < config->context_count; i++)
		if (strcmp(config->contexts[i].name, name) == 0)
			return &config->contexts[i];
	return NULL;
}

const struct context_config *config_context(const struct config *config, const char *name)
{
	if (!name || !name[0])
		name = config->context;
	if (!name[0])
		return config->context_count > 0 ? &config->contexts[0] : NULL;
	for (size_t i = 0; i < config->context_count; i++)
		if (strcmp(config->contexts[i].name, name) == 0)
			return &config->contexts[i];
	return NULL;
}

static struct context_config *context_add(struct config *config, const char *name, struct error *error)
{
	struct context_config *context = context_find(config, name);

	if (context)
		return context;
	if (config->context_count == CONFIG_CONTEXTS_MOST) {
		error_set(error, ERROR_LIMIT, _("there can be at most %d contexts"), CONFIG_CONTEXTS_MOST);
		return NULL;
	}
	context = &config->contexts[config->context_count++];
	memset(context, 0, sizeof(*context));
	snprintf(context->name, sizeof(context->name), "%s", name);
	return context;
}

// A profile that was asked for gets a context of its own: under another context's name it would show, and change,
// another account.
static struct context_config *context_of_profile(struct config *config, struct error *error)
{
	struct context_config *context;

	for (size_t i = 0; i < config->context_count; i++)
		if (strcmp(config->contexts[i].profile, config->profile) == 0)
			return &config->contexts[i];
	context = context_add(config, config->profile, error);
	if (context && context->profile[0] && strcmp(context->profile, config->profile) != 0) {
		error_set(error, ERROR_CONFIG, _("the context \"%s\" uses the profile \"%s\""), context->name,
		        context->profile);
		error_remedy(error, _("choose it with --context, or rename it"));
		return NULL;
	}
	if (context)
		memcpy(context->profile, config->profile, sizeof(context->profile));
	return context;
}

static const char *context_name(size_t index, const void *user)
{
	const struct config *config = user;

	return index < config->context_count ? config->contexts[index].name : NULL;
}

static struct context_config *context_chosen(struct config *config, struct error *error)
{
	struct context_config *context;
	const char *nearest;

	if (config->profile[0])
		return context_of_profile(config, error);
	if (!config->context[0])
		return config->context_count > 0 ? &config->contexts[0] : context_add(config, "default", error);
	context = context_find(config, config->context);
	if (context)
		return context;
	error_set(error, ERROR_CONFIG, _("there is no context \"%s\""), config->context);
	nearest = text_nearest(config->context, context_name, config);
	if (nearest)
		error_remedy(error, _("did you mean \"%s\"?"), nearest);
	else
		error_remedy(error, _("name it in \"contexts\" of %s/peerdeck.conf, or use --profile"),
		        config->config_folder);
	return NULL;
}

bool config_complete(struct config *config, struct error *error)
{
	struct context_config *context = context_chosen(config, error);

	if (!context)
		return false;
	if (config->endpoint[0])
		memcpy(context->endpoint, config->endpoint, sizeof(context->endpoint));
	if (config->kubeconfig[0])
		memcpy(context->kubeconfig, config->kubeconfig, sizeof(context->kubeconfig));
	memcpy(config->context, context->name, sizeof(config->context));
	return true;
}
