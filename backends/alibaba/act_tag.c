// SPDX-License-Identifier: Apache-2.0
// Tags of VMs, and the quarantine that is two of them.
#include "alibaba/act_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum { TAG_MOST = 128, TAGS_MOST = 20, TAG_SIZE = 4 * TAG_MOST + 1 };

// The same as orphans/quarantine.h, which a backend may not use; a test compares them.
static const char quarantine_tag[] = "peerdeck-quarantined", operator_tag[] = "peerdeck-quarantined-by";

static void fill_resource(struct call *call, const struct action_request *request)
{
	call_set_region(call);
	call_set(call, "ResourceType", "instance");
	call_set(call, "ResourceId.1", request->id);
}

static void set_numbered(struct call *call, const char *format, unsigned number, const char *value)
{
	char name[32];
	const char *place = strchr(format, '#');

	snprintf(name, sizeof(name), "%.*s%u%s", (int)(place - format), format, number, place + 1);
	call_set(call, name, value);
}

// One "key=value" of `length` bytes.
static bool add_tag(struct call *call, unsigned number, const char *text, size_t length, struct error *error)
{
	char pair[2 * TAG_SIZE], *equals;

	snprintf(pair, sizeof(pair), "%.*s", (int)length, text);
	equals = strchr(pair, '=');
	if (length >= sizeof(pair) || !equals || equals == pair || equals - pair > TAG_MOST ||
	        strlen(equals + 1) > TAG_MOST)
		return error_set(error, ERROR_USAGE, _("A tag is key=value, each at most 128 characters"));
	if (text_starts_with(pair, "aliyun") || text_starts_with(pair, "acs:"))
		return error_set(error, ERROR_USAGE, _("Keys that begin with aliyun or acs: belong to the system"));
	*equals = '\0';
	set_numbered(call, "Tag.#.Key", number, pair);
	set_numbered(call, "Tag.#.Value", number, equals + 1);
	return true;
}

// One tag, or several, one per line.
bool fill_tag(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	const char *text = request->value ? request->value : "";
	unsigned number = 0;

	(void)thing;
	(void)now;
	fill_resource(call, request);
	do {
		size_t length = strcspn(text, "\n");

		if (++number > TAGS_MOST)
			return error_set(error, ERROR_USAGE, _("At most %d tags at a time"), TAGS_MOST);
		if (!add_tag(call, number, text, length, error))
			return false;
		text += length + (text[length] == '\n');
	} while (*text);
	return true;
}

bool fill_untag(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	(void)thing;
	(void)now;
	if (!request->value || !*request->value)
		return error_set(error, ERROR_USAGE, _("Name the key of the tag"));
	fill_resource(call, request);
	call_set(call, "TagKey.1", request->value);
	return true;
}

bool fill_quarantine(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	const char *who = request->value ? request->value : "";
	char when[TIME_TEXT_SIZE];

	(void)thing;
	if (strlen(who) > TAG_MOST)
		return error_set(error, ERROR_USAGE, _("The name has at most %d characters"), TAG_MOST);
	time_format_iso(now, when);
	fill_resource(call, request);
	call_set(call, "Tag.1.Key", quarantine_tag);
	call_set(call, "Tag.1.Value", when);
	if (*who) {
		call_set(call, "Tag.2.Key", operator_tag);
		call_set(call, "Tag.2.Value", who);
	}
	return true;
}

bool fill_unquarantine(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	(void)thing;
	(void)now;
	(void)error;
	fill_resource(call, request);
	call_set(call, "TagKey.1", quarantine_tag);
	call_set(call, "TagKey.2", operator_tag);
	return true;
}

static const char *get_numbered(const struct call *call, const char *format, unsigned number)
{
	char name[32];
	const char *place = strchr(format, '#');

	snprintf(name, sizeof(name), "%.*s%u%s", (int)(place - format), format, number, place + 1);
	return call_get(call, name);
}

enum deed_state judge_tag(const struct thing *thing, const struct deed_sight *sight)
{
	const char *key;
	char value[TAG_SIZE];
	unsigned number = 1;

	if (!thing->found)
		return DEED_NOT_DONE;
	for (; (key = get_numbered(sight->call, "Tag.#.Key", number)); number++) {
		const char *wanted = get_numbered(sight->call, "Tag.#.Value", number);

		if (!thing_tag(thing, key, value, sizeof(value)) || strcmp(value, wanted ? wanted : "") != 0)
			return DEED_NOT_DONE;
	}
	return number > 1 ? DEED_DONE : DEED_NOT_DONE;
}

enum deed_state judge_untag(const struct thing *thing, const struct deed_sight *sight)
{
	const char *key;
	char value[TAG_SIZE];

	for (unsigned number = 1; thing->found && (key = get_numbered(sight->call, "TagKey.#", number)); number++)
		if (thing_tag(thing, key, value, sizeof(value)))
			return DEED_NOT_DONE;
	return DEED_DONE;
}
