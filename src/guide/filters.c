// SPDX-License-Identifier: Apache-2.0
// The filters, one row each.
#include "config.h"
#include "guide/filters.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { LIST_MOST = 1000 };

bool list_element(const char *list, size_t index, struct buffer *out)
{
	struct json_doc doc;
	const cJSON *node;
	bool found = false;

	list += strspn(list, " \t\n");
	if (*list == '[' && json_open(&doc, list, strlen(list), "list", NULL)) {
		node = cJSON_IsArray(doc.root) ? doc.root->child : NULL;
		for (; node && index; node = node->next)
			index--;
		found = node &&
		        (cJSON_IsString(node) ? buffer_add_text(out, node->valuestring) : json_write(out, node, false));
		json_close(&doc);
		return found;
	}
	for (; *list; list += *list == ',') {
		size_t length = strcspn(list, ",");
		const char *begin = list + strspn(list, " ");
		size_t kept = (size_t)(list + length - begin);

		while (kept && begin[kept - 1] == ' ')
			kept--;
		list += length;
		if (index-- == 0)
			return buffer_add(out, begin, kept);
	}
	return false;
}

size_t list_count(const char *list)
{
	struct buffer element;
	size_t count = 0;

	buffer_init(&element, EXPAND_MOST);
	while (count < LIST_MOST && list_element(list, count, &element)) {
		buffer_clear(&element);
		count++;
	}
	buffer_finish(&element);
	return count;
}

struct cidr {
	uint32_t first, last;
	unsigned bits;
};

static bool cidr_parse(const char *text, struct cidr *out)
{
	char address[32];
	const char *slash = strchr(text, '/');
	struct in_addr parsed;
	int64_t bits;
	uint32_t mask;

	if (!slash || (size_t)(slash - text) >= sizeof(address) || !text_to_int64(slash + 1, &bits) || bits < 1 ||
	        bits > 32)
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	if (inet_pton(AF_INET, address, &parsed) != 1)
		return false;
	mask = bits == 32 ? UINT32_MAX : ~(UINT32_MAX >> bits);
	out->first = ntohl(parsed.s_addr);
	if (out->first & ~mask)
		return false;
	out->last = out->first | ~mask;
	out->bits = (unsigned)bits;
	return true;
}

static void cidr_write(const struct cidr *cidr, struct buffer *out)
{
	buffer_printf(out, "%u.%u.%u.%u/%u", cidr->first >> 24, cidr->first >> 16 & 255, cidr->first >> 8 & 255,
	        cidr->first & 255, cidr->bits);
}

// The first element of `list` that shares an address with `wanted`; *index counts from 1, 0 = none.
static bool find_overlap(const struct cidr *wanted, const char *list, size_t *index, struct cidr *found)
{
	struct buffer element;

	buffer_init(&element, 256);
	*index = 0;
	for (size_t i = 0; i < LIST_MOST && list_element(list, i, &element); i++) {
		struct cidr used;

		if (cidr_parse(buffer_text(&element), &used) && used.first <= wanted->last &&
		        used.last >= wanted->first) {
			*index = i + 1;
			*found = used;
			break;
		}
		buffer_clear(&element);
	}
	buffer_finish(&element);
	return *index > 0;
}

bool cidr_overlaps(const char *range, const char *list)
{
	struct cidr wanted, found;
	size_t index;

	return cidr_parse(range, &wanted) && find_overlap(&wanted, list, &index, &found);
}

static bool apply_overlap(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	struct cidr wanted, found;
	size_t index;

	if (!cidr_parse(in, &wanted))
		return error_set(error, ERROR_USAGE, _("%s is no range of addresses such as 172.20.0.0/16"), in);
	if (find_overlap(&wanted, values_text(values, argument), &index, &found))
		cidr_write(&found, out);
	return true;
}

// Argument "10.0.0.0/8,16": the first /16 in there that meets none of the list.
static bool apply_free_cidr(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	const char *comma = strchr(argument, ',');
	char range[32];
	struct cidr from, candidate, used;
	int64_t bits;
	size_t index;

	(void)values;
	snprintf(range, sizeof(range), "%.*s", comma ? (int)(comma - argument) : 0, argument);
	if (!comma || !text_to_int64(comma + 1, &bits) || !cidr_parse(range, &from) || bits < from.bits || bits > 30)
		return error_set(error, ERROR_CONFIG, _("free_cidr needs a range and a length: 10.0.0.0/8,16"));
	candidate = (struct cidr){from.first, 0, (unsigned)bits};
	for (size_t turn = 0; turn < 65536; turn++) {
		candidate.last = candidate.first | (UINT32_MAX >> bits);
		if (!find_overlap(&candidate, in, &index, &used)) {
			cidr_write(&candidate, out);
			return true;
		}
		// Past what is in the way.
		candidate.first = (used.last > candidate.last ? used.last : candidate.last) + 1;
		if (candidate.first == 0 || candidate.first > from.last)
			break;
		candidate.first = (candidate.first + (UINT32_MAX >> bits)) & ~(UINT32_MAX >> bits);
		if (candidate.first > from.last || candidate.first == 0)
			break;
	}
	return error_set(error, ERROR_LIMIT, _("no range of /%d is free in %s"), (int)bits, range);
}

static bool apply_subnet(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	struct cidr whole;
	int64_t bits;

	(void)values;
	if (!cidr_parse(in, &whole) || !text_to_int64(argument, &bits) || bits > 30)
		return error_set(error, ERROR_USAGE, _("%s is no range of addresses such as 172.20.0.0/16"), in);
	if (bits < whole.bits)
		bits = whole.bits;
	whole.bits = (unsigned)bits;
	cidr_write(&whole, out);
	return true;
}

static bool apply_first(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	list_element(in, 0, out);
	return true;
}

static bool apply_count(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	return buffer_printf(out, "%zu", list_count(in));
}

static bool apply_join(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	struct buffer element;

	(void)values, (void)error;
	buffer_init(&element, EXPAND_MOST);
	for (size_t i = 0; i < LIST_MOST && list_element(in, i, &element); i++) {
		buffer_add_text(out, i ? argument : "");
		buffer_add_text(out, buffer_text(&element));
		buffer_clear(&element);
	}
	buffer_finish(&element);
	return true;
}

bool list_write(const char *list, struct buffer *out)
{
	struct buffer element;

	buffer_init(&element, EXPAND_MOST);
	buffer_add_char(out, '[');
	for (size_t i = 0; i < LIST_MOST && list_element(list, i, &element); i++) {
		buffer_add_text(out, i ? "," : "");
		text_add_json_string(out, buffer_text(&element), element.size);
		buffer_clear(&element);
	}
	buffer_finish(&element);
	return buffer_add_char(out, ']');
}

static bool apply_list(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	return list_write(in, out);
}

static bool apply_objects(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	struct buffer element;

	(void)values, (void)error;
	buffer_init(&element, EXPAND_MOST);
	buffer_add_char(out, '[');
	for (size_t i = 0; i < LIST_MOST && list_element(in, i, &element); i++) {
		buffer_printf(out, "%s{\"%s\":", i ? "," : "", argument);
		text_add_json_string(out, buffer_text(&element), element.size);
		buffer_add_char(out, '}');
		buffer_clear(&element);
	}
	buffer_finish(&element);
	return buffer_add_char(out, ']');
}

static bool apply_default(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)values, (void)error;
	return buffer_add_text(out, *in ? in : argument);
}

static bool apply_lower(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	for (; *in; in++)
		buffer_add_char(out, (char)tolower((unsigned char)*in));
	return true;
}

// Small letters, digits and single hyphens: what every cloud takes as a name.
static bool apply_slug(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	size_t begin = out->size;

	(void)argument, (void)values, (void)error;
	for (; *in; in++) {
		if (isalnum((unsigned char)*in) && (unsigned char)*in < 128)
			buffer_add_char(out, (char)tolower((unsigned char)*in));
		else if (out->size > begin && out->data[out->size - 1] != '-')
			buffer_add_char(out, '-');
	}
	return true;
}

static bool apply_base(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	const char *slash = strrchr(in, '/'), *dot;

	(void)argument, (void)values, (void)error;
	in = slash ? slash + 1 : in;
	dot = strrchr(in, '.');
	return buffer_add(out, in, dot && dot > in ? (size_t)(dot - in) : strlen(in));
}

static bool apply_folder(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	const char *slash = strrchr(in, '/');

	(void)argument, (void)values, (void)error;
	return buffer_add(out, in, slash ? (size_t)(slash - in) : 0);
}

static bool apply_quote(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	return text_add_json_string(out, in, strlen(in));
}

static bool apply_number(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	char *end;

	(void)argument, (void)values;
	strtod(in, &end);
	if (!*in || *end)
		return error_set(error, ERROR_USAGE, _("\"%s\" is no number"), in);
	return buffer_add_text(out, in);
}

static bool apply_flag(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	bool yes = !strcmp(in, "true") || !strcmp(in, "yes") || !strcmp(in, "1");

	(void)argument, (void)values, (void)error;
	return buffer_add_text(out, yes ? "true" : "false");
}

static bool apply_json(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	struct json_doc doc;

	(void)argument, (void)values;
	if (!json_open(&doc, in, strlen(in), _("value"), error))
		return false;
	json_write(out, doc.root, false);
	json_close(&doc);
	return true;
}

static bool apply_same(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values, (void)error;
	return buffer_add_text(out, in);
}

static bool apply_decode(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)argument, (void)values;
	return text_decode_base64(out, in, strlen(in)) ||
	       error_set(error, ERROR_PROTOCOL, _("the value is not base64"));
}

static bool is_least(const char *in, const char *least)
{
	long have = 0, want = 0;

	in += *in == 'v';
	// What is not said is 0: 0.18 is 0.18.0.
	while (have == want && (*in || *least)) {
		have = strtol(in, NULL, 10);
		want = strtol(least, NULL, 10);
		in += strcspn(in, ".");
		in += *in == '.';
		least += strcspn(least, ".");
		least += *least == '.';
	}
	return have >= want;
}

static bool apply_least(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)values, (void)error;
	return buffer_add_text(out, is_least(in, argument) ? "true" : "false");
}

static bool apply_is(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)values, (void)error;
	return buffer_add_text(out, strcmp(in, argument) ? "false" : "true");
}

static bool apply_choose(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	size_t first = strcspn(argument, "/");

	(void)values, (void)error;
	if (!strcmp(in, "true"))
		return buffer_add(out, argument, first);
	return buffer_add_text(out, argument + first + (argument[first] == '/'));
}

// Of "a=x,b=y" the text of the pair that `fits` last; nothing when none does.
static bool add_paired(
        const char *in, const char *pairs, bool (*fits)(const char *in, const char *key), struct buffer *out)
{
	const char *found = NULL;

	for (const char *at = pairs; *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, "=,");
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)length, at);
		if (at[length] == '=' && fits(in, key))
			found = at + length + 1;
	}
	return !found || buffer_add(out, found, strcspn(found, ","));
}

static bool is_same(const char *in, const char *key)
{
	return !strcmp(in, key);
}

static bool apply_among(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)values, (void)error;
	return add_paired(in, argument, is_same, out);
}

static bool apply_release(
        const char *in, const char *argument, const struct values *values, struct buffer *out, struct error *error)
{
	(void)values, (void)error;
	return add_paired(in, argument, is_least, out);
}

// clang-format off
static const struct filter filters[] = {
	{{"first", false, N_("the first element of a list")}, apply_first, false},
	{{"count", false, N_("how many elements a list has")}, apply_count, false},
	{{"join", true, N_("the elements of a list with the argument between them")}, apply_join, false},
	{{"list", false, N_("text separated by commas as a JSON list")}, apply_list, false},
	{{"objects", true, N_("the elements of a list as a JSON list of objects with this one member: objects:name")}, apply_objects, false},
	{{"default", true, N_("the argument when the value is empty")}, apply_default, false},
	{{"optional", false, N_("in a group: the member is left out when the value is empty")}, apply_same, false},
	{{"number", false, N_("in a group: a JSON number")}, apply_number, false},
	{{"flag", false, N_("in a group: true or false")}, apply_flag, false},
	{{"json", false, N_("in a group: the JSON value that the text holds")}, apply_json, false},
	{{"quote", false, N_("in double quotes, as JSON and YAML write text")}, apply_quote, false},
	{{"lower", false, N_("in small letters")}, apply_lower, false},
	{{"slug", false, N_("small letters, digits and hyphens only")}, apply_slug, false},
	{{"base", false, N_("the name of a file without folder and suffix")}, apply_base, false},
	{{"folder", false, N_("what stands before the last slash")}, apply_folder, false},
	{{"least", true, N_("true when this version is at least that of the argument, else false: least:0.19.0")}, apply_least, false},
	{{"release", true, N_("of pairs VERSION=TEXT the text of the last whose version is not above this one: release:0.18=a,0.19=b")}, apply_release, false},
	{{"among", true, N_("of pairs NAME=TEXT the text of the one with this name, or nothing: among:a=b,c=d")}, apply_among, false},
	{{"is", true, N_("true when the value is the argument, else false")}, apply_is, false},
	{{"choose", true, N_("of two texts the first when the value is true, else the second: choose:yes/no")}, apply_choose, false},
	{{"decode", false, N_("from base64")}, apply_decode, false},
	{{"overlap", true, N_("of the ranges in the list that the argument names, the first that shares an address with this one")}, apply_overlap, true},
	{{"free_cidr", true, N_("a range that meets none of the list: free_cidr:10.0.0.0/8,16 is the first free /16")}, apply_free_cidr, false},
	{{"subnet", true, N_("the first range of that length in this one")}, apply_subnet, false},
};
// clang-format on

const struct filter *filter_find(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT_OF(filters); i++)
		if (strlen(filters[i].row.name) == length && !strncmp(filters[i].row.name, name, length))
			return &filters[i];
	return NULL;
}

const struct filter_row *filter_at(size_t index)
{
	return index < COUNT_OF(filters) ? &filters[index].row : NULL;
}
