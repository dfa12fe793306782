// SPDX-License-Identifier: Apache-2.0
// Editing tags: one KEY=VALUE a line in a temporary file.
#include "config.h"

#include "ui/edit_tags.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "ui/actions.h"
#include "base/banned.h"

enum { TAGS_FILE_MOST = 64 << 10, TAGS_MOST = 64 };

static const char *value_before(const struct tag_list *tags, const char *key, size_t length)
{
	for (unsigned i = 0; i < tags->count; i++)
		if (strlen(tags->items[i].key) == length && memcmp(tags->items[i].key, key, length) == 0)
			return tags->items[i].value;
	return NULL;
}

struct pair {
	char *key, *value;
};

static size_t read_pairs(char *text, struct pair *out, struct error *error)
{
	size_t count = 0, number = 0;

	for (char *line = text, *next; line; line = next) {
		char *equals;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		equals = strchr(line, '=');
		if (!equals || equals == line || count == TAGS_MOST ||
		        strcspn(line, " \t\r") < (size_t)(equals - line)) {
			error_set(error, ERROR_USAGE,
			        count == TAGS_MOST ? _("line %zu: more tags than a resource can have")
			                           : _("line %zu: expected KEY=VALUE, no blanks in the key"),
			        number);
			return SIZE_MAX;
		}
		*equals = '\0';
		out[count++] = (struct pair){line, equals + 1};
	}
	return count;
}

size_t tags_difference(const struct tag_list *before, const char *edited, struct tag_change *out, struct error *error)
{
	struct pair pairs[TAGS_MOST];
	char *text = strdup(edited);
	size_t count = text ? read_pairs(text, pairs, error) : SIZE_MAX, changes = 0;

	for (size_t i = 0; count != SIZE_MAX && i < count && changes < TAG_CHANGES_MOST; i++) {
		const char *was = value_before(before, pairs[i].key, strlen(pairs[i].key));

		if (was && strcmp(was, pairs[i].value) == 0)
			continue;
		out[changes].removed = false;
		snprintf(out[changes].key, sizeof(out->key), "%s", pairs[i].key);
		snprintf(out[changes++].value, sizeof(out->value), "%s", pairs[i].value);
	}
	for (unsigned i = 0; count != SIZE_MAX && i < before->count && changes < TAG_CHANGES_MOST; i++) {
		bool kept = false;

		for (size_t j = 0; j < count; j++)
			kept |= strcmp(pairs[j].key, before->items[i].key) == 0;
		if (kept)
			continue;
		out[changes] = (struct tag_change){.removed = true};
		snprintf(out[changes++].key, sizeof(out->key), "%s", before->items[i].key);
	}
	free(text);
	return count == SIZE_MAX ? SIZE_MAX : changes;
}

static bool plan_changes(
        struct ui *ui, const struct target *target, const struct tag_change *changes, size_t count, struct error *error)
{
	const struct action *set = action_named(ui, target->kind, "tag"),
	                    *unset = action_named(ui, target->kind, "untag");
	struct plan_item items[TAG_CHANGES_MOST];
	char values[TAG_CHANGES_MOST][400];

	for (size_t i = 0; i < count; i++) {
		if (changes[i].removed && !unset)
			return error_set(error, ERROR_USAGE, "%s", _("tags cannot be removed here"));
		snprintf(values[i], sizeof(values[i]), changes[i].removed ? "%s" : "%s=%s", changes[i].key,
		        changes[i].value);
		items[i] = (struct plan_item){changes[i].removed ? unset : set, target, values[i]};
	}
	return plan_open(ui, items, count, 0, error);
}

static bool write_file(int fd, const struct target *target, const struct tag_list *tags)
{
	struct buffer text;
	char words[300];
	bool written;

	target_words(target, words, sizeof(words));
	buffer_init(&text, TAGS_FILE_MOST);
	buffer_printf(&text,
	        _("# Tags of %s, one KEY=VALUE a line. Save and leave; nothing is sent before you have seen the "
	          "difference.\n"),
	        words);
	for (unsigned i = 0; i < tags->count; i++)
		buffer_printf(&text, "%s=%s\n", tags->items[i].key, tags->items[i].value);
	written = !text.broken && write(fd, text.data, text.size) == (ssize_t)text.size;
	buffer_finish(&text);
	return written;
}

static bool read_file(const char *path, struct buffer *out, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[4096];
	ssize_t got = -1;

	while (fd >= 0 && (got = read(fd, bytes, sizeof(bytes))) > 0)
		buffer_add(out, bytes, (size_t)got);
	if (got < 0)
		error_set_errno(error, "%s", path);
	if (fd >= 0)
		close(fd);
	return got == 0 && !out->broken;
}

static bool run_editor(struct ui *ui, const char *path, struct error *error)
{
	const char *editor = ui->deck->config->editor;
	int status = 0;

	if (!*editor)
		editor = getenv("VISUAL");
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	// The setting may hold options ("code --wait"), so a shell takes it apart; the path is an argument of its own.
	char script[320];
	snprintf(script, sizeof(script), "%s \"$1\"", editor);
	const char *const argv[] = {"/bin/sh", "-c", script, "peerdeck", path, NULL};
	if (!ui_run_program(ui, argv, &status, error))
		return false;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(error, ERROR_CANCELLED, _("the editor ended with status %d: nothing is changed"),
		        WEXITSTATUS(status));
	return true;
}

// Tags of the record before; borrowed from its snapshot.
static const struct tag_list *tags_of(const struct target *target, const struct record *record)
{
	const struct kind *kind = kind_get(target->kind);

	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].type == FIELD_TAGS && !(kind->fields[i].flags & FIELD_DERIVED))
			return (const struct tag_list *)(const void *)((const char *)record + kind->fields[i].offset);
	return NULL;
}

static bool edit_and_plan(struct ui *ui, const struct target *target, const struct tag_list *tags, struct error *error)
{
	char path[] = "/tmp/peerdeck-tags-XXXXXX";
	int fd = mkstemp(path);
	struct tag_change changes[TAG_CHANGES_MOST];
	struct buffer edited;
	size_t count = SIZE_MAX;

	if (fd < 0)
		return error_set_errno(error, "%s", path);
	buffer_init(&edited, TAGS_FILE_MOST);
	if (!write_file(fd, target, tags))
		error_set_errno(error, "%s", path);
	else if (run_editor(ui, path, error) && read_file(path, &edited, error))
		count = tags_difference(tags, buffer_text(&edited), changes, error);
	close(fd);
	unlink(path);
	buffer_finish(&edited);
	if (count == 0)
		ui_say(ui, "%s", _("the tags are as before"));
	return count == SIZE_MAX ? false : count == 0 || plan_changes(ui, target, changes, count, error);
}

bool edit_tags(struct ui *ui, const struct target *target, struct error *error)
{
	struct snapshot *holder;
	const struct record *record;
	const struct tag_list *tags;
	char why[256];
	bool edited = false;

	if (!action_named(ui, target->kind, "tag"))
		return error_set(error, ERROR_USAGE, _("%s have no tags to edit"), kind_get(target->kind)->plural);
	if (!deck_may_write(ui->deck, why, sizeof(why)))
		return error_set(error, ERROR_DENIED, "%s", why);
	record = target_record(ui, target, &holder);
	tags = record ? tags_of(target, record) : NULL;
	if (!tags)
		error_set(error, ERROR_NOT_FOUND, "%s", _("it is gone"));
	else
		edited = edit_and_plan(ui, target, tags, error);
	target_release(holder);
	return edited;
}
