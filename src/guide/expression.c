// SPDX-License-Identifier: Apache-2.0
// ${NAME|filter:argument} in texts and in trees.
#include "config.h"
#include "guide/expression.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"
#include "guide/filters.h"
#include "net/json.h"

#include "base/banned.h"

enum { FILTERS_MOST = 8, ARGUMENT_SIZE = 256, TREE_DEPTH_MOST = 20 };

// "NAME|filter:argument|filter" taken apart.
struct place_holder {
	char name[VALUE_NAME_SIZE];
	struct {
		const struct filter *filter;
		char argument[ARGUMENT_SIZE];
	} filters[FILTERS_MOST];
	size_t count;
};

static bool is_name(const char *text, size_t length)
{
	if (!length || length >= VALUE_NAME_SIZE || isdigit((unsigned char)*text))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	return true;
}

// The filters after a name or a pointer: "|first|default:x", up to `end`.
static bool parse_filters(struct place_holder *holder, const char *at, const char *end, struct error *error)
{
	while (at < end) {
		size_t length, name;

		at++;
		at += strspn(at, " ");
		for (length = 0; at + length < end && at[length] != '|'; length++)
			;
		for (name = 0; name < length && at[name] != ':' && at[name] != ' '; name++)
			;
		if (holder->count == FILTERS_MOST)
			return error_set(error, ERROR_CONFIG, _("more than %d filters"), FILTERS_MOST);
		holder->filters[holder->count].filter = filter_find(at, name);
		if (!holder->filters[holder->count].filter) {
			error_set(error, ERROR_CONFIG, _("there is no filter \"%.*s\""), (int)name, at);
			error_remedy(error, _("peerdeck-guide(5) lists the filters"));
			return false;
		}
		if (holder->filters[holder->count].filter->row.argument != (at[name] == ':' && name < length))
			return error_set(error, ERROR_CONFIG,
			        holder->filters[holder->count].filter->row.argument
			                ? _("the filter %.*s needs an argument: %.*s:…")
			                : _("the filter %.*s takes no argument: %.*s"),
			        (int)name, at, (int)name, at);
		if (at[name] == ':' && name < length)
			snprintf(holder->filters[holder->count].argument, ARGUMENT_SIZE, "%.*s",
			        (int)(length - name - 1), at + name + 1);
		holder->count++;
		at += length;
	}
	return true;
}

static bool parse_holder(struct place_holder *holder, const char *at, size_t length, struct error *error)
{
	const char *bar = memchr(at, '|', length), *end = at + length;
	size_t name = bar ? (size_t)(bar - at) : length;

	memset(holder, 0, sizeof(*holder));
	if (!is_name(at, name))
		return error_set(error, ERROR_CONFIG, _("\"%.*s\" is no name: letters, digits and _"), (int)name, at);
	snprintf(holder->name, sizeof(holder->name), "%.*s", (int)name, at);
	return parse_filters(holder, at + name, end, error);
}

// Runs `text` through the filters.
static bool apply_filters(const struct place_holder *holder, const char *text, const struct values *values,
        struct buffer *out, struct error *error)
{
	struct buffer turns[2];
	bool good = true;

	buffer_init(&turns[0], EXPAND_MOST);
	buffer_init(&turns[1], EXPAND_MOST);
	good = buffer_add_text(&turns[0], text);
	for (size_t i = 0; i < holder->count && good; i++) {
		buffer_clear(&turns[(i + 1) % 2]);
		good = holder->filters[i].filter->apply(
		        buffer_text(&turns[i % 2]), holder->filters[i].argument, values, &turns[(i + 1) % 2], error);
	}
	if (good)
		good = buffer_add_text(out, buffer_text(&turns[holder->count % 2])) ||
		       error_set(error, ERROR_LIMIT, _("the text becomes longer than %d bytes"), EXPAND_MOST);
	buffer_finish(&turns[0]);
	buffer_finish(&turns[1]);
	return good;
}

static void add_in_mode(struct buffer *out, const char *text, unsigned mode)
{
	struct buffer quoted;

	if (!(mode & EXPAND_JSON)) {
		buffer_add_text(out, text);
		return;
	}
	buffer_init(&quoted, 2 * EXPAND_MOST);
	text_add_json_string(&quoted, text, strlen(text));
	if (quoted.size >= 2)
		buffer_add(out, quoted.data + 1, quoted.size - 2);
	buffer_finish(&quoted);
}

static enum expand expand_holder(struct buffer *out, const char *at, size_t length, const struct values *values,
        unsigned mode, struct error *error)
{
	struct place_holder holder;
	const struct value *value;
	struct buffer text;
	bool good;

	if (!parse_holder(&holder, at, length, error))
		return EXPAND_WRONG;
	value = values_find(values, holder.name);
	if (!value) {
		error_set(error, ERROR_CONFIG, _("nothing is called %s here"), holder.name);
		return EXPAND_WRONG;
	}
	if (!value->known) {
		if (mode & EXPAND_SHOWN)
			buffer_printf(out, "${%s}", holder.name);
		return EXPAND_UNKNOWN;
	}
	if (value->secret && mode & EXPAND_SHOWN) {
		buffer_add_text(out, "***");
		return EXPAND_DONE;
	}
	buffer_init(&text, EXPAND_MOST);
	good = apply_filters(&holder, value->text, values, &text, error);
	if (good)
		add_in_mode(out, buffer_text(&text), mode);
	buffer_finish(&text);
	return good ? EXPAND_DONE : EXPAND_WRONG;
}

enum expand expand_text(
        struct buffer *out, const char *text, const struct values *values, unsigned mode, struct error *error)
{
	enum expand result = EXPAND_DONE;

	while (*text) {
		size_t plain = strcspn(text, "$"), length;
		enum expand here;

		buffer_add(out, text, plain);
		text += plain;
		if (!*text)
			break;
		if (text[1] != '{') {
			buffer_add_char(out, '$');
			text += text[1] == '$' ? 2 : 1;
			continue;
		}
		length = strcspn(text + 2, "}");
		if (!text[2 + length]) {
			error_set(error, ERROR_CONFIG, _("a ${ is not closed"));
			return EXPAND_WRONG;
		}
		here = expand_holder(out, text + 2, length, values, mode, error);
		if (here == EXPAND_WRONG)
			return here;
		if (here == EXPAND_UNKNOWN)
			result = here;
		text += 3 + length;
	}
	if (out->broken) {
		error_set(error, ERROR_LIMIT, _("the text becomes too long"));
		return EXPAND_WRONG;
	}
	return result;
}

// Whether the whole text is one ${NAME|…} that ends in this filter.
static bool is_typed(const char *text, const char *filter)
{
	size_t length = strlen(text), wanted = strlen(filter);

	return text_starts_with(text, "${") && strcspn(text, "}") == length - 1 && length > wanted + 3 &&
	       text[length - wanted - 2] == '|' && !strncmp(text + length - wanted - 1, filter, wanted);
}

static enum expand expand_file(struct buffer *out, const char *name, const struct guide *guide,
        const struct values *values, unsigned mode, struct error *error)
{
	char *template = guide_template(guide, name, error);
	size_t length = strlen(name);
	struct buffer text;
	enum expand result;

	if (!template)
		return EXPAND_WRONG;
	buffer_init(&text, EXPAND_MOST);
	if (length > 5 && !strcmp(name + length - 5, ".json"))
		mode |= EXPAND_JSON;
	result = expand_text(&text, template, values, mode, error);
	if (result != EXPAND_WRONG)
		text_add_json_string(out, buffer_text(&text), text.size);
	buffer_finish(&text);
	free(template);
	return result;
}

static enum expand expand_leaf(struct buffer *out, const char *text, const struct guide *guide,
        const struct values *values, unsigned mode, struct error *error)
{
	bool typed = is_typed(text, "number") || is_typed(text, "flag") || is_typed(text, "json");
	struct buffer expanded;
	enum expand result;

	if (*text == '@' && guide)
		return expand_file(out, text + 1, guide, values, mode & ~(unsigned)EXPAND_JSON, error);
	buffer_init(&expanded, EXPAND_MOST);
	result = expand_text(&expanded, text, values, mode & ~(unsigned)EXPAND_JSON, error);
	// What is not known yet is shown as text, which says that it will be none.
	if (result == EXPAND_UNKNOWN && typed && mode & EXPAND_SHOWN)
		buffer_printf(out, "\"%.*s|json}\"", (int)strcspn(text, "|"), text);
	else if (result == EXPAND_DONE && typed && strcmp(buffer_text(&expanded), "***") != 0)
		buffer_add_text(out, buffer_text(&expanded));
	else if (result != EXPAND_WRONG)
		text_add_json_string(out, buffer_text(&expanded), expanded.size);
	buffer_finish(&expanded);
	return result;
}

// A member that is left out when it is empty.
static bool is_left_out(const config_setting_t *member, const struct values *values)
{
	const char *text = config_setting_get_string(member);
	struct buffer expanded;
	bool empty;

	if (!text || (!is_typed(text, "optional") && !strstr(text, "|optional|")))
		return false;
	buffer_init(&expanded, EXPAND_MOST);
	empty = expand_text(&expanded, text, values, EXPAND_PLAIN, NULL) != EXPAND_UNKNOWN && expanded.size == 0;
	buffer_finish(&expanded);
	return empty;
}

static enum expand expand_deep(struct buffer *out, const config_setting_t *tree, const struct guide *guide,
        const struct values *values, unsigned mode, unsigned depth, struct error *error)
{
	bool group = config_setting_is_group(tree);
	enum expand result = EXPAND_DONE;
	size_t written = 0;

	if (depth == TREE_DEPTH_MOST) {
		guide_mistake(tree, error, _("nested deeper than %d"), TREE_DEPTH_MOST);
		return EXPAND_WRONG;
	}
	switch (config_setting_type(tree)) {
	case CONFIG_TYPE_STRING:
		return expand_leaf(out, config_setting_get_string(tree), guide, values, mode, error);
	case CONFIG_TYPE_BOOL:
		buffer_add_text(out, config_setting_get_bool(tree) ? "true" : "false");
		return EXPAND_DONE;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		buffer_printf(out, "%lld", config_setting_get_int64(tree));
		return EXPAND_DONE;
	case CONFIG_TYPE_FLOAT:
		buffer_printf(out, "%.15g", config_setting_get_float(tree));
		return EXPAND_DONE;
	default:
		break;
	}
	buffer_add_char(out, group ? '{' : '[');
	for (int i = 0; i < config_setting_length(tree); i++) {
		const config_setting_t *member = config_setting_get_elem(tree, (unsigned)i);
		enum expand here;

		if (is_left_out(member, values))
			continue;
		buffer_add_text(out, written++ ? "," : "");
		if (group)
			buffer_printf(out, "\"%s\":", config_setting_name(member));
		here = expand_deep(out, member, guide, values, mode, depth + 1, error);
		if (here == EXPAND_WRONG) {
			if (error && !*error->doing) {
				struct error plain = *error;

				guide_mistake(member, error, "%s", plain.message);
				snprintf(error->remedy, sizeof(error->remedy), "%s", plain.remedy);
				error->kind = plain.kind;
			}
			return here;
		}
		if (here == EXPAND_UNKNOWN)
			result = here;
	}
	buffer_add_char(out, group ? '}' : ']');
	return result;
}

enum expand expand_tree(struct buffer *out, const guide_tree *tree, const struct guide *guide,
        const struct values *values, unsigned mode, struct error *error)
{
	return expand_deep(out, tree, guide, values, mode, 0, error);
}

static bool add_picked(const cJSON *node, const char *pointer, struct buffer *out);

// Each element of the list, as a JSON list; nothing is an empty list.
static bool add_each(const cJSON *list, const char *rest, struct buffer *out)
{
	size_t count = 0;

	buffer_add_char(out, '[');
	for (const cJSON *child = list ? list->child : NULL; child; child = child->next) {
		const cJSON *picked = json_pointer(child, rest);

		if (strstr(rest, "/*")) {
			struct buffer inner;

			// Lists in lists become one.
			buffer_init(&inner, EXPAND_MOST);
			if (add_picked(child, rest, &inner) && inner.size > 2)
				buffer_printf(out, "%s%.*s", count++ ? "," : "", (int)(inner.size - 2), inner.data + 1);
			buffer_finish(&inner);
			continue;
		}
		if (!picked)
			continue;
		buffer_add_text(out, count++ ? "," : "");
		json_write(out, picked, false);
	}
	return buffer_add_char(out, ']');
}

static bool add_picked(const cJSON *node, const char *pointer, struct buffer *out)
{
	const char *star = strstr(pointer, "/*");
	char head[256];

	if (star && (star[2] == '\0' || star[2] == '/')) {
		if ((size_t)(star - pointer) >= sizeof(head))
			return false;
		snprintf(head, sizeof(head), "%.*s", (int)(star - pointer), pointer);
		return add_each(json_pointer(node, head), star + 2, out);
	}
	node = json_pointer(node, pointer);
	if (!node || cJSON_IsNull(node))
		return false;
	if (cJSON_IsString(node))
		return buffer_add_text(out, node->valuestring);
	return json_write(out, node, false);
}

const cJSON *pointer_node(const cJSON *node, const char *pointer)
{
	return node && pointer && *pointer ? json_pointer(node, pointer) : node;
}

bool pointer_pick(const cJSON *node, const char *pointer, const struct values *values, struct buffer *out)
{
	struct place_holder holder = {0};
	const char *bar = strchr(pointer, '|');
	char plain[256];
	struct buffer picked;
	size_t length = bar ? (size_t)(bar - pointer) : strlen(pointer);
	bool found;

	while (length && pointer[length - 1] == ' ')
		length--;
	if (length >= sizeof(plain) || (bar && !parse_filters(&holder, bar, pointer + strlen(pointer), NULL)))
		return false;
	snprintf(plain, sizeof(plain), "%.*s", (int)length, pointer);
	buffer_init(&picked, EXPAND_MOST);
	found = node && add_picked(node, plain, &picked);
	// A default stands for what is absent, too.
	if (found || holder.count)
		found = apply_filters(&holder, buffer_text(&picked), values, out, NULL) && (found || out->size);
	buffer_finish(&picked);
	return found;
}

// Names in the ${…} of a text.
static bool check_text(const char *text, expression_name *name, void *user, struct error *error)
{
	struct place_holder holder;

	for (text = strchr(text, '$'); text; text = strchr(text, '$')) {
		size_t length;

		if (text[1] != '{') {
			text += text[1] == '$' ? 2 : 1;
			continue;
		}
		length = strcspn(text + 2, "}");
		if (!text[2 + length]) {
			error_set(error, ERROR_CONFIG, _("a ${ is not closed"));
			error_remedy(error, _("close it with }; a dollar alone is written $$"));
			return false;
		}
		if (!parse_holder(&holder, text + 2, length, error) || !name(holder.name, user, error))
			return false;
		for (size_t i = 0; i < holder.count; i++)
			if (holder.filters[i].filter->names && !name(holder.filters[i].argument, user, error))
				return false;
		text += 3 + length;
	}
	return true;
}

static bool check_pointer(const char *pointer, expression_name *name, void *user, struct error *error)
{
	struct place_holder holder = {0};
	const char *bar = strchr(pointer, '|');

	if (*pointer && *pointer != '/' && *pointer != '|') {
		error_set(error, ERROR_CONFIG, _("\"%s\" is no pointer: it begins with /"), pointer);
		error_remedy(error, _("write it as /Member/0/Member, from the top of the answer"));
		return false;
	}
	// RFC 6901: ~0 is ~, ~1 is /.
	for (const char *at = pointer; (at = strchr(at, '~')) && (!bar || at < bar); at++)
		if (at[1] != '0' && at[1] != '1') {
			error_set(error, ERROR_CONFIG, _("\"%s\" is no pointer: ~ stands alone in it"), pointer);
			error_remedy(error, _("write ~0 for a ~ and ~1 for a / in a member's name"));
			return false;
		}
	if (bar && !parse_filters(&holder, bar, pointer + strlen(pointer), error))
		return false;
	for (size_t i = 0; i < holder.count; i++)
		if (holder.filters[i].filter->names && !name(holder.filters[i].argument, user, error))
			return false;
	return true;
}

bool expression_check(
        enum expression_kind kind, const char *text, expression_name *name, void *user, struct error *error)
{
	switch (kind) {
	case EXPRESSION_CONDITION:
		return condition_check(text, name, user, error);
	case EXPRESSION_TEST:
		return test_check(text, name, user, error);
	case EXPRESSION_POINTER:
		return check_pointer(text, name, user, error);
	default:
		return check_text(text, name, user, error);
	}
}
