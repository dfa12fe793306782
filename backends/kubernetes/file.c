// SPDX-License-Identifier: Apache-2.0
// Reading small files that may hold secrets.
#include "config.h"
#include "kubernetes/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

#include "base/banned.h"

static bool read_all(int file, const char *path, struct buffer *out, struct error *error)
{
	char data[4096];
	ssize_t got;

	while ((got = read(file, data, sizeof(data))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set_errno(error, "%s", path);
		buffer_add(out, data, (size_t)got);
		secret_wipe(data, (size_t)got);
		if (out->broken)
			return error_set(error, ERROR_LIMIT, _("%s: more than %zu bytes"), path, out->limit);
	}
	return true;
}

bool file_load(const char *path, struct buffer *out, unsigned *mode, struct error *error)
{
	// Without O_NONBLOCK opening a pipe would wait for its other end.
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat state;
	bool done;

	if (file < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		error_set_errno(error, "%s", path);
		if (error && absent)
			error->kind = ERROR_NOT_FOUND;
		return false;
	}
	if (fstat(file, &state) != 0)
		done = error_set_errno(error, "%s", path);
	else if (!S_ISREG(state.st_mode))
		done = error_set(error, ERROR_CONFIG, _("%s is not a file"), path);
	else
		done = read_all(file, path, out, error);
	if (done && mode)
		*mode = state.st_mode;
	close(file);
	return done;
}

bool file_load_line(const char *path, struct buffer *out, struct error *error)
{
	static const char white[] = " \t\r\n";
	size_t before, length;

	if (!file_load(path, out, NULL, error))
		return false;
	if (!out->data)
		return true;
	before = strspn(out->data, white);
	length = out->size - before;
	while (length > 0 && strchr(white, out->data[before + length - 1]))
		length--;
	memmove(out->data, out->data + before, length);
	secret_wipe(out->data + length, out->size - length);
	out->data[length] = '\0';
	out->size = length;
	return true;
}

void file_forget(struct buffer *text)
{
	if (text->data)
		secret_wipe(text->data, text->room);
	buffer_finish(text);
}
