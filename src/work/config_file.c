// SPDX-License-Identifier: Apache-2.0
// Reads peerdeck.conf with libconfig. Every mistake is told with file, line and what was expected; the rest is taken.
#include <config.h>
#include "work/config_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libconfig.h>

#include "base/banned.h"

enum { CONFIG_FILE_MOST = 1 << 20 };

struct reading {
	struct config *config;
	void (*tell)(const struct error *mistake, void *user);
	void *user;
	unsigned mistakes;
};

static void tell_at(struct reading *reading, const char *file, int line, struct error *mistake)
{
	mistake->kind = ERROR_CONFIG;
	if (line > 0)
		error_doing(mistake, "%s:%d", file, line);
	else
		error_doing(mistake, "%s", file);
	reading->mistakes++;
	reading->tell(mistake, reading->user);
}

static void tell(struct reading *reading, const config_setting_t *setting, struct error *mistake)
{
	const char *file = config_setting_source_file(setting);

	tell_at(reading, file ? file : reading->config->file, config_setting_source_line(setting), mistake);
}

static const char *setting_shape(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return _("text");
	case CONFIG_TYPE_BOOL:
		return _("true or false");
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
	case CONFIG_TYPE_FLOAT:
		return _("a number");
	case CONFIG_TYPE_GROUP:
		return _("a group { }");
	default:
		return _("a list");
	}
}

static const char *row_shape(const struct config_row *row)
{
	switch (row->type) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_CHOICE:
		return _("text in quotes");
	case CONFIG_FLAG:
		return _("true or false");
	case CONFIG_COUNT:
		return _("a whole number");
	case CONFIG_NUMBER:
		return _("a number");
	case CONFIG_REGIONS:
		return _("a list of names in quotes, or \"all\"");
	case CONFIG_CONTEXTS:
	case CONFIG_KEYS:
		return _("a list of groups ( { … }, { … } )");
	}
	return "";
}

// The scalar as it would be typed; false when its shape is not what the row wants.
static bool setting_text(const config_setting_t *setting, const struct config_row *row, char *out, size_t size)
{
	int type = config_setting_type(setting);
	bool number = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
	int length = -1;

	switch (row->type) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_CHOICE:
	case CONFIG_REGIONS:
		if (type == CONFIG_TYPE_STRING)
			length = snprintf(out, size, "%s", config_setting_get_string(setting));
		break;
	case CONFIG_FLAG:
		if (type == CONFIG_TYPE_BOOL)
			length = snprintf(out, size, "%s", config_setting_get_bool(setting) ? "true" : "false");
		break;
	case CONFIG_COUNT:
	case CONFIG_NUMBER:
		if (number)
			length = snprintf(out, size, "%lld", config_setting_get_int64(setting));
		else if (type == CONFIG_TYPE_FLOAT)
			length = snprintf(out, size, "%.15g", config_setting_get_float(setting));
		break;
	default:
		break;
	}
	return length >= 0;
}

static void read_scalar(
        struct reading *reading, void *base, const struct config_row *row, const config_setting_t *setting)
{
	struct error mistake = {ERROR_NONE};
	char text[4096];

	if (!setting_text(setting, row, text, sizeof(text)))
		error_set(&mistake, ERROR_CONFIG, _("\"%s\" must be %s, not %s"), row->name, row_shape(row),
		        setting_shape(setting));
	else if (config_row_assign(base, row, text, &mistake))
		return;
	tell(reading, setting, &mistake);
}

static void read_regions(struct reading *reading, const struct config_row *row, const config_setting_t *setting)
{
	struct error mistake = {ERROR_NONE};

	if (config_setting_is_array(setting) == CONFIG_FALSE && config_setting_is_list(setting) == CONFIG_FALSE) {
		read_scalar(reading, reading->config, row, setting);
		return;
	}
	reading->config->region_count = 0;
	reading->config->all_regions = false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *item = config_setting_get_elem(setting, (unsigned)i);
		const char *name = config_setting_get_string(item);

		if (!name)
			error_set(&mistake, ERROR_CONFIG, _("\"%s\" must be %s, not %s"), row->name, row_shape(row),
			        setting_shape(item));
		else if (config_region_add(reading->config, name, &mistake))
			continue;
		tell(reading, item, &mistake);
	}
}

// The members of a group by the rows of a table.
static void read_group(struct reading *reading, void *base, const struct config_row *table, size_t count,
        const config_setting_t *group)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		const struct config_row *row = config_row_find(table, count, config_setting_name(setting));
		struct error mistake = {ERROR_NONE};

		if (row) {
			read_scalar(reading, base, row, setting);
			continue;
		}
		error_set(&mistake, ERROR_CONFIG, _("there is no setting \"%s\" here"), config_setting_name(setting));
		config_row_suggest(table, count, config_setting_name(setting), &mistake);
		tell(reading, setting, &mistake);
	}
}

static bool context_is_known(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->context_count; i++)
		if (strcmp(config->contexts[i].name, name) == 0)
			return true;
	return false;
}

static void read_context(struct reading *reading, const config_setting_t *group)
{
	struct config *config = reading->config;
	struct context_config context = {.name = ""};
	struct error mistake = {ERROR_NONE};

	read_group(reading, &context, config_context_table, config_context_table_count, group);
	if (!context.name[0])
		error_set(&mistake, ERROR_CONFIG, _("a context needs a name: { name = \"…\"; … }"));
	else if (context_is_known(config, context.name))
		error_set(&mistake, ERROR_CONFIG, _("there are two contexts named \"%s\""), context.name);
	else if (config->context_count == CONFIG_CONTEXTS_MOST)
		error_set(&mistake, ERROR_CONFIG, _("there can be at most %d contexts"), CONFIG_CONTEXTS_MOST);
	if (mistake.kind != ERROR_NONE)
		tell(reading, group, &mistake);
	else
		config->contexts[config->context_count++] = context;
}

static void read_key(struct reading *reading, const config_setting_t *group)
{
	struct config *config = reading->config;
	struct key_binding binding = {.key = ""};
	struct error mistake = {ERROR_NONE};

	read_group(reading, &binding, config_key_table, config_key_table_count, group);
	if (!binding.key[0])
		error_set(&mistake, ERROR_CONFIG, _("a key needs a name: { key = \"F5\"; command = \"…\"; }"));
	else if (config->key_count == CONFIG_KEYS_MOST)
		error_set(&mistake, ERROR_CONFIG, _("there can be at most %d keys"), CONFIG_KEYS_MOST);
	if (mistake.kind != ERROR_NONE)
		tell(reading, group, &mistake);
	else
		config->keys[config->key_count++] = binding;
}

static void read_groups(struct reading *reading, const struct config_row *row, const config_setting_t *setting)
{
	struct error mistake = {ERROR_NONE};

	if (config_setting_is_list(setting) == CONFIG_FALSE) {
		error_set(&mistake, ERROR_CONFIG, _("\"%s\" must be %s, not %s"), row->name, row_shape(row),
		        setting_shape(setting));
		tell(reading, setting, &mistake);
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *group = config_setting_get_elem(setting, (unsigned)i);

		if (config_setting_is_group(group) == CONFIG_FALSE) {
			error_set(&mistake, ERROR_CONFIG, _("\"%s\" must hold groups { … }, not %s"), row->name,
			        setting_shape(group));
			tell(reading, group, &mistake);
		} else if (row->type == CONFIG_CONTEXTS) {
			read_context(reading, group);
		} else {
			read_key(reading, group);
		}
	}
}

static void read_settings(struct reading *reading, const config_setting_t *root)
{
	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
		const char *name = config_setting_name(setting);
		const struct config_row *row = config_row_find(config_table, config_table_count, name);
		struct error mistake = {ERROR_NONE};

		// A syntax error leaves the setting that it is in without a value.
		if (config_setting_type(setting) == CONFIG_TYPE_NONE)
			continue;
		if (!row) {
			error_set(&mistake, ERROR_CONFIG, _("there is no setting \"%s\""), name);
			config_row_suggest(config_table, config_table_count, name, &mistake);
			tell(reading, setting, &mistake);
		} else if (row->type == CONFIG_CONTEXTS || row->type == CONFIG_KEYS) {
			read_groups(reading, row, setting);
		} else if (row->type == CONFIG_REGIONS) {
			read_regions(reading, row, setting);
		} else {
			read_scalar(reading, reading->config, row, setting);
		}
	}
}

// Opens the file when it is one that can hold settings. NULL without a mistake: it is absent and need not be there.
static FILE *open_file(struct reading *reading, const char *path, bool required)
{
	struct error mistake = {ERROR_NONE};
	struct stat status;
	FILE *file = fopen(path, "re");

	if (!file && errno == ENOENT && !required)
		return NULL;
	if (!file || fstat(fileno(file), &status) != 0)
		error_set_errno(&mistake, _("cannot be read"));
	else if (!S_ISREG(status.st_mode))
		error_set(&mistake, ERROR_CONFIG, _("is no regular file"));
	else if (status.st_size > CONFIG_FILE_MOST)
		error_set(&mistake, ERROR_CONFIG, _("is larger than %d bytes"), CONFIG_FILE_MOST);
	else
		return file;
	tell_at(reading, path, 0, &mistake);
	if (file)
		fclose(file);
	return NULL;
}

static void read_syntax_error(struct reading *reading, const config_t *tree)
{
	struct error mistake = {ERROR_NONE};
	const char *file = config_error_file(tree), *text = config_error_text(tree);

	error_set(&mistake, ERROR_CONFIG, _("%s; expected: name = value;"), text ? text : _("cannot be read"));
	error_remedy(&mistake, _("text stands in quotes, lists in ( ) or [ ], groups in { }; see peerdeck.conf(5)"));
	tell_at(reading, file ? file : reading->config->file, config_error_line(tree), &mistake);
}

unsigned config_load_telling(struct config *config, const char *path,
        void (*tell_mistake)(const struct error *mistake, void *user), void *user)
{
	struct reading reading = {config, tell_mistake, user, 0};
	char usual[sizeof(config->file)];
	config_t tree;
	FILE *file;

	snprintf(usual, sizeof(usual), "%.*s/peerdeck.conf", (int)sizeof(usual) - 16, config->config_folder);
	if (!path && !config->config_folder[0])
		return 0;
	file = open_file(&reading, path ? path : usual, path != NULL);
	if (!file) {
		config->mistakes = reading.mistakes;
		return reading.mistakes;
	}
	snprintf(config->file, sizeof(config->file), "%s", path ? path : usual);
	config_init(&tree);
	config_set_include_dir(&tree, config->config_folder);
	if (config_read(&tree, file) == CONFIG_FALSE)
		read_syntax_error(&reading, &tree);
	// What stood before a syntax error is there.
	read_settings(&reading, config_root_setting(&tree));
	config_destroy(&tree);
	fclose(file);
	config->mistakes = reading.mistakes;
	return reading.mistakes;
}

static void keep_first(const struct error *mistake, void *user)
{
	struct error *first = user;

	if (first->kind == ERROR_NONE)
		*first = *mistake;
}

bool config_load(struct config *config, const char *path, struct error *error)
{
	struct error first = {ERROR_NONE};
	unsigned mistakes = config_load_telling(config, path, keep_first, &first);

	if (mistakes == 0)
		return true;
	if (mistakes > 1) {
		size_t used = strlen(first.message);

		snprintf(first.message + used, sizeof(first.message) - used,
		        _(" (and %u more mistakes; peerdeck doctor lists them)"), mistakes - 1);
	}
	if (error)
		*error = first;
	return false;
}
