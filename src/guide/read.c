// SPDX-License-Identifier: Apache-2.0
// Reads guide.cfg by the rows of keys.c. Each mistake is told with file and line, and reading goes on.
#include "config.h"
#include "guide/guide.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <libconfig.h>

#include "base/buffer.h"
#include "base/crypto.h"
#include "base/text.h"
#include "guide/folder.h"
#include "guide/keys.h"

#include "base/banned.h"

enum { GUIDE_MEMORY_MOST = 16 << 20, GUIDE_TEXT_SIZE = 64 };

struct reading {
	struct guide *guide;
	guide_tell *tell;
	void *user;
	unsigned mistakes;
};

bool guide_mistake(const guide_tree *tree, struct error *error, const char *format, ...)
{
	const char *file = config_setting_source_file(tree), *slash;
	char message[sizeof(error->message)];
	va_list arguments;

	if (!error)
		return false;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	error_set(error, ERROR_CONFIG, "%s", message);
	slash = file ? strrchr(file, '/') : NULL;
	// The folder that it stands in tells guides apart; what is above it is long.
	while (slash && slash > file && slash[-1] != '/')
		slash--;
	// The whole file has no line of its own.
	error_doing(error, "%s:%u", slash ? slash : "guide.cfg",
	        config_setting_source_line(tree) ? (unsigned)config_setting_source_line(tree) : 1);
	return false;
}

static void tell(struct reading *reading, const struct error *mistake)
{
	reading->mistakes++;
	if (reading->tell)
		reading->tell(mistake, reading->user);
}

static const char *key_name(size_t index, const void *user)
{
	const struct key_block *block = user;

	for (size_t i = 0; i < block->count; i++) {
		const struct key_row *row = &block->rows[i];

		if (row->type == KEY_INLINE) {
			if (index < row->block->count)
				return row->block->rows[index].name;
			index -= row->block->count;
		} else if (index-- == 0) {
			return row->name;
		}
	}
	return NULL;
}

static const char *shape_of(enum key_type type)
{
	switch (type) {
	case KEY_TEXT:
		return _("text in quotes");
	case KEY_NUMBER:
		return _("a number");
	case KEY_FLAG:
		return _("true or false");
	case KEY_TEXTS:
		return _("a list of texts [ \"…\", … ]");
	case KEY_BLOCKS:
		return _("a list of groups ( { … }, { … } )");
	default:
		return _("a group { … }");
	}
}

static bool read_number(const config_setting_t *setting, double *out)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		*out = (double)config_setting_get_int64(setting);
		return true;
	case CONFIG_TYPE_FLOAT:
		*out = config_setting_get_float(setting);
		return true;
	default:
		return false;
	}
}

// A text; numbers and flags are taken as they would be written.
static const char *read_text(struct reading *reading, const config_setting_t *setting)
{
	char text[GUIDE_TEXT_SIZE];

	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return config_setting_get_string(setting);
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(setting) ? "true" : "false";
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(text, sizeof(text), "%lld", config_setting_get_int64(setting));
		return arena_strdup(&reading->guide->arena, text);
	case CONFIG_TYPE_FLOAT:
		snprintf(text, sizeof(text), "%.15g", config_setting_get_float(setting));
		return arena_strdup(&reading->guide->arena, text);
	default:
		return NULL;
	}
}

static bool is_list_of(const config_setting_t *setting, int type)
{
	int shape = config_setting_type(setting);

	if (shape != CONFIG_TYPE_LIST && (shape != CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_GROUP))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++)
		if (config_setting_type(config_setting_get_elem(setting, (unsigned)i)) != type)
			return false;
	return true;
}

static void read_group(
        struct reading *reading, const struct key_block *block, const config_setting_t *group, char *base);

static void *read_blocks(struct reading *reading, const struct key_row *row, const config_setting_t *list, size_t count)
{
	char *blocks = arena_alloc(&reading->guide->arena, (count + 1) * row->block->size);

	for (size_t i = 0; blocks && i < count; i++)
		read_group(
		        reading, row->block, config_setting_get_elem(list, (unsigned)i), blocks + i * row->block->size);
	return blocks;
}

// False when the value has another shape than the row wants.
static bool read_value(struct reading *reading, const struct key_row *row, const config_setting_t *setting, char *base)
{
	char *member = base + row->offset;
	void *made;

	switch (row->type) {
	case KEY_TEXT:
		*(const char **)(void *)member = read_text(reading, setting);
		return *(const char **)(void *)member != NULL;
	case KEY_NUMBER:
		return read_number(setting, (double *)(void *)member);
	case KEY_FLAG:
		*(bool *)(void *)member = config_setting_get_bool(setting) != 0;
		return config_setting_type(setting) == CONFIG_TYPE_BOOL;
	case KEY_TEXTS:
		*(const guide_tree **)(void *)member = setting;
		return is_list_of(setting, CONFIG_TYPE_STRING);
	case KEY_TREE:
		*(const guide_tree **)(void *)member = setting;
		return config_setting_is_group(setting);
	case KEY_BLOCK:
		if (!config_setting_is_group(setting))
			return false;
		made = arena_alloc(&reading->guide->arena, row->block->size);
		if (made)
			read_group(reading, row->block, setting, made);
		*(void **)(void *)member = made;
		return true;
	case KEY_BLOCKS:
		if (!is_list_of(setting, CONFIG_TYPE_GROUP))
			return false;
		made = read_blocks(reading, row, setting, (size_t)config_setting_length(setting));
		*(void **)(void *)member = made;
		*(size_t *)(void *)(base + row->count_offset) = made ? (size_t)config_setting_length(setting) : 0;
		return true;
	case KEY_INLINE:
		break;
	}
	return false;
}

static void set_places(const struct key_block *block, const config_setting_t *group, char *base)
{
	*(const guide_tree **)(void *)base = group;
	for (size_t i = 0; i < block->count; i++)
		if (block->rows[i].type == KEY_INLINE)
			set_places(block->rows[i].block, group, base + block->rows[i].offset);
}

static void read_group(
        struct reading *reading, const struct key_block *block, const config_setting_t *group, char *base)
{
	struct error mistake;

	set_places(block, group, base);
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(setting), *nearest;
		size_t inner = 0;
		const struct key_row *row = key_find(block, name, &inner);

		if (row && read_value(reading, row, setting, base + inner))
			continue;
		if (row) {
			guide_mistake(setting, &mistake, _("\"%s\" must be %s"), name, shape_of(row->type));
			tell(reading, &mistake);
			continue;
		}
		guide_mistake(setting, &mistake, _("there is no key \"%s\" here"), name);
		nearest = text_nearest(name, key_name, block);
		if (nearest)
			error_remedy(&mistake, _("did you mean \"%s\"?"), nearest);
		else
			error_remedy(&mistake, _("peerdeck-guide(5) lists the keys"));
		tell(reading, &mistake);
	}
	for (size_t i = 0; i < block->count; i++) {
		const struct key_row *row = &block->rows[i];

		if (!row->required || config_setting_get_member(group, row->name))
			continue;
		guide_mistake(group, &mistake, _("\"%s\" is missing here"), row->name);
		error_remedy(&mistake, _("add it: %s"), _(row->help));
		tell(reading, &mistake);
	}
}

// Which keys a step may have depends on its sort.
static void check_sort(struct reading *reading, struct guide_step *step)
{
	struct error mistake;
	bool known = false;

	for (int i = 0; i < STEP_SORTS && step->sort_name; i++)
		if (!strcmp(step->sort_name, step_sort_name((enum step_sort)i))) {
			step->sort = (enum step_sort)i;
			known = true;
		}
	if (!known) {
		if (!step->sort_name)
			return;
		guide_mistake(config_setting_get_member(step->place.tree, "sort"), &mistake,
		        _("there is no sort of step \"%s\""), step->sort_name);
		error_remedy(&mistake, _("the sorts are ask, check, call, wait, upload, write, run and note"));
		tell(reading, &mistake);
		return;
	}
	for (int i = 0; i < config_setting_length(step->place.tree); i++) {
		const config_setting_t *setting = config_setting_get_elem(step->place.tree, (unsigned)i);
		const struct key_row *row = NULL;

		for (size_t n = 0; n < step_block.count; n++) {
			const struct key_row *candidate = &step_block.rows[n];

			if (!strcmp(candidate->name, config_setting_name(setting)) ||
			        (candidate->type == KEY_INLINE &&
			                key_find(candidate->block, config_setting_name(setting), &(size_t){0})))
				row = candidate;
			if (row)
				break;
		}
		if (!row || !row->sorts || row->sorts & 1u << step->sort)
			continue;
		guide_mistake(setting, &mistake, _("a step of the sort %s has no \"%s\""), step->sort_name,
		        config_setting_name(setting));
		error_remedy(&mistake, _("take the key out, or give the step another sort"));
		tell(reading, &mistake);
	}
}

static void hash_folder(struct guide *guide)
{
	struct buffer all;
	char name[96];

	buffer_init(&all, 8 * GUIDE_FILE_MOST);
	for (size_t i = 0; folder_file_at(guide->folder, i, name, sizeof(name)); i++) {
		char *text = guide_template(guide, name, NULL);

		buffer_printf(&all, "%s %zu\n", name, text ? strlen(text) : 0);
		buffer_add_text(&all, text ? text : "");
		free(text);
	}
	crypto_sha256_hex(buffer_text(&all), all.size, guide->hash);
	buffer_finish(&all);
}

static bool parse_file(struct reading *reading, const char *path)
{
	config_t *config = reading->guide->config;
	struct error mistake;
	const char *file;

	config_init(config);
	config_set_include_dir(config, reading->guide->folder);
	if (config_read_file(config, path))
		return true;
	if (config_error_type(config) == CONFIG_ERR_FILE_IO) {
		error_set_errno(&mistake, "%s", path);
		mistake.kind = errno == ENOENT ? ERROR_NOT_FOUND : ERROR_CONFIG;
		error_remedy(&mistake, _("peerdeck guide list tells which guides there are"));
	} else {
		file = config_error_file(config);
		error_set(&mistake, ERROR_CONFIG, _("not the language of libconfig: %s"), config_error_text(config));
		error_doing(&mistake, "%s:%d", file ? file : "guide.cfg", config_error_line(config));
		error_remedy(
		        &mistake, _("look for a missing quote, semicolon or bracket in this line or the one before"));
	}
	tell(reading, &mistake);
	return false;
}

struct guide *guide_read(const char *folder, const char *name, bool with_mistakes, guide_tell *teller, void *user)
{
	struct guide *guide = calloc(1, sizeof(*guide));
	struct reading reading = {.guide = guide, .tell = teller, .user = user};
	char path[GUIDE_PATH_SIZE + 16];
	const config_setting_t *root;

	if (!guide)
		return NULL;
	arena_init(&guide->arena, GUIDE_MEMORY_MOST);
	snprintf(guide->name, sizeof(guide->name), "%s", name);
	snprintf(guide->folder, sizeof(guide->folder), "%s", folder);
	snprintf(path, sizeof(path), "%s/guide.cfg", folder);
	guide->config = calloc(1, sizeof(config_t));
	if (!guide->config || !parse_file(&reading, path)) {
		guide_destroy(guide);
		return NULL;
	}
	root = config_root_setting((config_t *)guide->config);
	// The struct of the whole guide has its place at its beginning, as every block.
	read_group(&reading, &guide_block, root, (char *)guide);
	for (size_t i = 0; i < guide->step_count; i++)
		check_sort(&reading, (struct guide_step *)(uintptr_t)&guide->steps[i]);
	hash_folder(guide);
	if (reading.mistakes == 0 || with_mistakes)
		return guide;
	guide_destroy(guide);
	return NULL;
}

void guide_destroy(struct guide *guide)
{
	if (!guide)
		return;
	if (guide->config)
		config_destroy(guide->config);
	free(guide->config);
	arena_finish(&guide->arena);
	free(guide);
}

const struct guide_step *guide_step_find(const struct guide *guide, const char *id)
{
	for (size_t i = 0; i < guide->step_count; i++)
		if (guide->steps[i].id && !strcmp(guide->steps[i].id, id))
			return &guide->steps[i];
	return NULL;
}

const struct guide_input *guide_input_find(const struct guide *guide, const char *name)
{
	for (size_t i = 0; i < guide->step_count; i++)
		for (size_t n = 0; n < guide->steps[i].input_count; n++)
			if (guide->steps[i].inputs[n].name && !strcmp(guide->steps[i].inputs[n].name, name))
				return &guide->steps[i].inputs[n];
	return NULL;
}

const struct guide_section *guide_section_find(const struct guide *guide, const char *id)
{
	for (size_t i = 0; i < guide->section_count; i++)
		if (guide->sections[i].id && !strcmp(guide->sections[i].id, id))
			return &guide->sections[i];
	return NULL;
}

char *guide_template(const struct guide *guide, const char *name, struct error *error)
{
	char path[GUIDE_PATH_SIZE + 128];
	struct buffer text;

	if (strchr(name, '/') || *name == '.') {
		error_set(error, ERROR_CONFIG, _("a template is a file of the guide's folder, not %s"), name);
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/%.120s", guide->folder, name);
	buffer_init(&text, GUIDE_FILE_MOST);
	if (!folder_read_file(path, &text, error)) {
		buffer_finish(&text);
		return NULL;
	}
	return buffer_take(&text);
}
