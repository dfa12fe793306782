// SPDX-License-Identifier: Apache-2.0
// Lines typed before, and their file.
#include "config.h"

#include "ui/line_history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/banned.h"

void line_history_finish(struct line_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	*history = (struct line_history){.count = 0};
}

static void remove_at(struct line_history *history, size_t at)
{
	free(history->lines[at]);
	memmove(&history->lines[at], &history->lines[at + 1], (history->count - at - 1) * sizeof(*history->lines));
	history->count--;
}

bool line_history_add(struct line_history *history, const char *line)
{
	char *copy;

	if (!*line || (history->count && strcmp(history->lines[history->count - 1], line) == 0))
		return false;
	copy = strdup(line);
	if (!copy)
		return false;
	for (size_t i = 0; i < history->count; i++)
		if (strcmp(history->lines[i], line) == 0) {
			remove_at(history, i);
			break;
		}
	if (history->count == HISTORY_LINES_MOST)
		remove_at(history, 0);
	history->lines[history->count++] = copy;
	return true;
}

const char *line_history_line(const struct line_history *history, size_t back)
{
	return back && back <= history->count ? history->lines[history->count - back] : NULL;
}

size_t line_history_find(const struct line_history *history, const char *prefix, size_t back, bool older)
{
	for (;;) {
		if (!older && back <= 1)
			return 0;
		back = older ? back + 1 : back - 1;
		const char *line = line_history_line(history, back);
		if (!line)
			return 0;
		if (text_starts_with(line, prefix))
			return back;
	}
}

static bool read_file(const char *path, struct buffer *out, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[8192];
	ssize_t got;

	if (fd < 0)
		return errno == ENOENT ? true : error_set_errno(error, "%s", path);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		if (!buffer_add(out, bytes, (size_t)got))
			break;
	close(fd);
	if (got < 0)
		return error_set_errno(error, "%s", path);
	if (out->broken && got > 0)
		return error_set(error, ERROR_LIMIT, "%s is larger than %d bytes", path, HISTORY_FILE_MOST);
	return true;
}

bool line_history_load(struct line_history *history, const char *path, struct error *error)
{
	struct line_history merged = {.count = 0};
	struct buffer text;
	bool loaded;

	buffer_init(&text, HISTORY_FILE_MOST);
	loaded = read_file(path, &text, error);
	if (loaded && text.size) {
		for (char *line = text.data; line && *line;) {
			char *end = strchr(line, '\n');

			if (end)
				*end = '\0';
			// A file that something else wrote into must not steer the terminal or the editor.
			if (text_is_utf8(line, strlen(line)) && text_is_visible(line, strlen(line)))
				line_history_add(&merged, line);
			line = end ? end + 1 : NULL;
		}
		for (size_t i = 0; i < history->count; i++)
			line_history_add(&merged, history->lines[i]);
		line_history_finish(history);
		*history = merged;
	}
	buffer_finish(&text);
	return loaded;
}

static bool make_folder_of(const char *path, struct error *error)
{
	char folder[1024];
	int size = snprintf(folder, sizeof(folder), "%s", path);
	char *slash;

	if (size < 0 || (size_t)size >= sizeof(folder))
		return error_set(error, ERROR_USAGE, "the path %.40s… is too long", path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return true;
	*slash = '\0';
	for (char *at = folder + 1;; at++) {
		if (*at && *at != '/')
			continue;
		bool last = !*at;
		*at = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return error_set_errno(error, "%s", folder);
		if (last)
			return true;
		*at = '/';
	}
}

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t sent = write(fd, bytes, size);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		bytes += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool line_history_save(const struct line_history *history, const char *path, struct error *error)
{
	char temporary[1040];
	bool saved = true;
	int fd;

	if (!make_folder_of(path, error))
		return false;
	snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set_errno(error, "%s", temporary);
	for (size_t i = 0; saved && i < history->count; i++)
		saved = write_all(fd, history->lines[i], strlen(history->lines[i])) && write_all(fd, "\n", 1);
	if (close(fd) < 0)
		saved = false;
	if (saved && rename(temporary, path) == 0)
		return true;
	error_set_errno(error, "%s", path);
	unlink(temporary);
	return false;
}

bool line_history_append(const char *path, const char *line, struct error *error)
{
	struct buffer text;
	bool written;
	int fd;

	if (!make_folder_of(path, error))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set_errno(error, "%s", path);
	// One write, so that two consoles never mix their lines.
	buffer_init(&text, HISTORY_FILE_MOST);
	written = buffer_printf(&text, "%s\n", line) && write_all(fd, text.data, text.size);
	buffer_finish(&text);
	if (close(fd) < 0)
		written = false;
	return written ? true : error_set_errno(error, "%s", path);
}
