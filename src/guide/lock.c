// SPDX-License-Identifier: Apache-2.0
// One active run per guide and context: a locked file beside the database. Its text says who holds it and how far the
// run is; whether anybody does is the kernel's to say, so an old text means nothing.
#include "config.h"
#include "guide/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { LOCK_PATH_SIZE = DATABASE_PATH_SIZE + 320, LOCK_FILE_MOST = 4096, HEAD_SIZE = 256 };

static bool lock_path(
        const char *path, const char *guide, const char *context, const char *ending, char out[LOCK_PATH_SIZE])
{
	const char *slash = strrchr(path, '/');
	int length;

	if (!*path || !slash)
		return false;
	length = snprintf(
	        out, LOCK_PATH_SIZE, "%.*s/guide-%.128s-%.128s.%s", (int)(slash - path), path, guide, context, ending);
	for (int i = (int)(slash - path) + 1; i < length; i++)
		if (out[i] == '/')
			out[i] = '-';
	return true;
}

// Whole in one write: who reads meanwhile sees the text before or after, and a text that was cut is not believed.
static void write_text(int lock, const char *text)
{
	ssize_t written = pwrite(lock, text, strlen(text), 0);

	if (written >= 0 && ftruncate(lock, written) != 0)
		return;
}

static void write_head(int lock)
{
	char host[LOCK_HOST_SIZE] = "", head[HEAD_SIZE];

	if (gethostname(host, sizeof(host) - 1) != 0)
		snprintf(host, sizeof(host), "-");
	snprintf(head, sizeof(head), "%ld %s %" PRId64 "\n", (long)getpid(), host, clock_now(&clock_system));
	write_text(lock, head);
}

static bool read_text(int descriptor, char out[LOCK_FILE_MOST])
{
	ssize_t got = pread(descriptor, out, LOCK_FILE_MOST - 1, 0);

	out[got > 0 ? got : 0] = '\0';
	return got > 0 && strchr(out, '\n');
}

static bool take_head(const char *text, struct lock_holder *out)
{
	return sscanf(text, "%" SCNd64 " %127s %" SCNd64, &out->pid, out->host, &out->since) == 3;
}

// The line, without its end; *at goes on to the next one.
static void take_line(const char **at, char *out, size_t size)
{
	size_t length = strcspn(*at, "\n");

	snprintf(out, size, "%.*s", (int)length, *at);
	*at += length + ((*at)[length] == '\n');
}

static void take_step(const char *text, struct lock_holder *out)
{
	char numbers[HEAD_SIZE];
	size_t lines = 0;
	int waiting = 0, got;

	take_line(&text, numbers, sizeof(numbers)); // the head
	take_line(&text, numbers, sizeof(numbers));
	got = sscanf(numbers, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %d %" SCNd64 " %zu",
	        &out->began, &out->told, &out->usual_ms, &out->next_ms, &out->limit_ms, &out->percent, &waiting,
	        &out->lines_told, &lines);
	if (got < 7)
		return;
	out->waiting = waiting != 0;
	take_line(&text, out->key, sizeof(out->key));
	take_line(&text, out->text, sizeof(out->text));
	while (got == 9 && out->line_count < lines && out->line_count < LOCK_LINES_MOST)
		take_line(&text, out->lines[out->line_count++], LOCK_LINE_SIZE);
}

static bool is_locked(int descriptor)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool lock_holder_read(const char *path, const char *guide, const char *context, struct lock_holder *out)
{
	char file[LOCK_PATH_SIZE], text[LOCK_FILE_MOST];
	int descriptor;
	bool held;

	*out = (struct lock_holder){.percent = -1};
	if (!lock_path(path, guide, context, "lock", file))
		return false;
	descriptor = open(file, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	held = is_locked(descriptor);
	if (held && read_text(descriptor, text) && take_head(text, out))
		take_step(text, out);
	close(descriptor);
	return held;
}

static void add_line(char *out, size_t size, const char *text)
{
	size_t length = strlen(out);

	if (size < length + 2)
		return;
	length += text_visible(text, strlen(text), out + length, size - length - 1);
	snprintf(out + length, 2, "\n");
}

void lock_holder_add_line(struct lock_holder *holder, const char *text)
{
	holder->lines_told++;
	if (holder->line_count == LOCK_LINES_MOST)
		memmove(holder->lines[0], holder->lines[1], --holder->line_count * LOCK_LINE_SIZE);
	text_visible(text, strlen(text), holder->lines[holder->line_count++], LOCK_LINE_SIZE);
}

void lock_tell(int lock, const struct lock_holder *now)
{
	char before[LOCK_FILE_MOST], text[LOCK_FILE_MOST];

	if (lock < 0 || !read_text(lock, before))
		return;
	snprintf(text, sizeof(text),
	        "%.*s\n%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %d %" PRId64 " %zu\n",
	        (int)strcspn(before, "\n"), before, now->began, now->told, now->usual_ms, now->next_ms, now->limit_ms,
	        now->percent, now->waiting, now->lines_told, now->line_count);
	add_line(text, sizeof(text), now->key);
	add_line(text, sizeof(text), now->text);
	for (size_t i = 0; i < now->line_count; i++)
		add_line(text, sizeof(text), now->lines[i]);
	write_text(lock, text);
}

static void say_who(const char *path, const char *guide, const char *context, struct error *error)
{
	struct lock_holder holder;
	char since[TIME_TEXT_SIZE];

	if (lock_holder_read(path, guide, context, &holder) && holder.pid) {
		time_format_clock(holder.since, since);
		error_set(error, ERROR_CONFLICT,
		        _("another peerdeck is walking %s in %s: process %lld on %s, since %s"), guide, context,
		        (long long)holder.pid, holder.host, since);
	} else {
		error_set(error, ERROR_CONFLICT, _("another peerdeck is walking %s in %s"), guide, context);
	}
	error_remedy(
	        error, _("go on there, or end that one first; peerdeck guide status %s shows how far it is"), guide);
}

int store_lock(const char *path, const char *guide, const char *context, struct error *error)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char file[LOCK_PATH_SIZE];
	int descriptor;

	if (!lock_path(path, guide, context, "lock", file))
		return -2;
	descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (descriptor < 0) {
		error_set_errno(error, "%s", file);
		return -1;
	}
	// fcntl(2): an open file description's lock goes with the last descriptor, so also when the process is killed.
	if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) {
		write_head(descriptor);
		return descriptor;
	}
	if (errno == EAGAIN || errno == EACCES)
		say_who(path, guide, context, error);
	else
		error_set_errno(error, "%s", file);
	close(descriptor);
	return -1;
}

void store_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

int programs_open(const char *path, const char *guide, const char *context, struct error *error)
{
	char file[LOCK_PATH_SIZE];
	int descriptor;

	if (!lock_path(path, guide, context, "programs", file))
		return -2;
	descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (descriptor < 0)
		error_set_errno(error, "%s", file);
	return descriptor;
}

bool programs_hold(int programs)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(programs, F_OFD_SETLK, &lock) == 0;
}

// A helper that a program left behind, and that lives on, holds nothing any more either.
void programs_release(int programs)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	fcntl(programs, F_OFD_SETLK, &lock);
}

void programs_tell(int programs, const struct left_program *now)
{
	char text[LOCK_FILE_MOST];

	snprintf(text, sizeof(text), "%" PRId64 "\n%s\n", now->pid, now->text);
	write_text(programs, text);
}

void programs_read(int programs, struct left_program *out)
{
	char text[LOCK_FILE_MOST], number[32];
	const char *at = text;

	*out = (struct left_program){0};
	if (!read_text(programs, text) || sscanf(text, "%" SCNd64, &out->pid) != 1)
		return;
	take_line(&at, number, sizeof(number));
	take_line(&at, out->text, sizeof(out->text));
}
