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
		if (!equals || equals == line || count == TAGS_MOST || strpbrk(line, " \t\r")) {
			error_set(error, ERROR_USAGE,
			        count == TAGS_MOST ? _("line %zu: more tags than a resource can have")
			                           : _("line %zu: expected KEY=VALUE without blanks"),
			        number);
			return SIZE_MAX;
		}
		*equals = '\0';
		out[count++] = (struct pair){line, equals + 1};
	}
	return count;
}

bool tags_difference(const struct tag_list *before, const char *edited, struct buffer *out, struct error *error)
{
	struct pair pairs[TAGS_MOST];
	char *text = strdup(edited);
	size_t count = text ? read_pairs(text, pairs, error) : SIZE_MAX;

	for (size_t i = 0; count != SIZE_MAX && i < count; i++) {
		const char *was = value_before(before, pairs[i].key, strlen(pairs[i].key));

		if (!was || strcmp(was, pairs[i].value) != 0)
			buffer_printf(out, "%s%s=%s", out->size ? " " : "", pairs[i].key, pairs[i].value);
	}
	for (unsigned i = 0; count != SIZE_MAX && i < before->count; i++) {
		bool kept = false;

		for (size_t j = 0; j < count; j++)
			kept |= strcmp(pairs[j].key, before->items[i].key) == 0;
		if (!kept)
			buffer_printf(out, "%s-%s", out->size ? " " : "", before->items[i].key);
	}
	free(text);
	return count != SIZE_MAX;
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

static bool edit_and_plan(struct ui *ui, const struct target *target, const struct action *action,
        const struct tag_list *tags, struct error *error)
{
	char path[] = "/tmp/peerdeck-tags-XXXXXX";
	int fd = mkstemp(path);
	struct buffer edited, difference;
	bool done;

	if (fd < 0)
		return error_set_errno(error, "%s", path);
	buffer_init(&edited, TAGS_FILE_MOST);
	buffer_init(&difference, TAGS_FILE_MOST);
	done = write_file(fd, target, tags) ? true : error_set_errno(error, "%s", path);
	close(fd);
	done = done && run_editor(ui, path, error) && read_file(path, &edited, error) &&
	       tags_difference(tags, buffer_text(&edited), &difference, error);
	unlink(path);
	if (done && !difference.size)
		ui_say(ui, "%s", _("the tags are as before"));
	else if (done)
		done = plan_open(ui, action, target, 1, 0, buffer_text(&difference), error);
	buffer_finish(&edited);
	buffer_finish(&difference);
	return done;
}

bool edit_tags(struct ui *ui, const struct target *target, struct error *error)
{
	const struct action *action = action_named(ui, target->kind, "tag");
	struct snapshot *holder;
	const struct record *record;
	const struct tag_list *tags;
	char why[256];
	bool edited = false;

	if (!action)
		return error_set(error, ERROR_USAGE, _("%s have no tags to edit"), kind_get(target->kind)->plural);
	if (!deck_may_write(ui->deck, why, sizeof(why)))
		return error_set(error, ERROR_DENIED, "%s", why);
	record = target_record(ui, target, &holder);
	tags = record ? tags_of(target, record) : NULL;
	if (!tags)
		error_set(error, ERROR_NOT_FOUND, "%s", _("it is gone"));
	else
		edited = edit_and_plan(ui, target, action, tags, error);
	target_release(holder);
	return edited;
}
