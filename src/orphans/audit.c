// SPDX-License-Identifier: Apache-2.0
// The audit record: one file, one lock, one fsync per line.
#include "config.h"
#include "orphans/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/failpoint.h"
#include "net/json.h"

#include "base/banned.h"

enum { PATH_SIZE = 1024, READ_STEP = 64 << 10 };

#define NO_LINE "0000000000000000000000000000000000000000000000000000000000000000"

struct audit {
	pthread_mutex_t lock; // threads of this process; flock keeps the other processes away
	const struct clock *clock;
	char path[PATH_SIZE];
	int memory; // the file when there is no path; −1
	int64_t last;
};

// What the chain goes on from.
struct tail {
	int64_t sequence;
	char digest[SHA256_HEX_SIZE];
	size_t torn; // bytes of a last line without its end
};

const char *audit_state_name(enum audit_state state)
{
	static const char *const names[AUDIT_STATES] = {
	        [AUDIT_WHOLE] = "whole",
	        [AUDIT_TORN] = "torn",
	        [AUDIT_MISSING] = "missing",
	        [AUDIT_CHANGED] = "changed",
	};

	return names[state];
}

struct audit *audit_open(const char *folder, const struct clock *clock, struct error *error)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (!audit) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	pthread_mutex_init(&audit->lock, NULL);
	audit->clock = clock ? clock : &clock_system;
	audit->memory = -1;
	if (folder && *folder)
		snprintf(audit->path, sizeof(audit->path), "%.1000s/audit.jsonl", folder);
	else
		audit->memory = memfd_create("audit", MFD_CLOEXEC);
	if (audit->path[0] || audit->memory >= 0)
		return audit;
	error_set_errno(error, _("the audit record"));
	audit_close(audit);
	return NULL;
}

void audit_close(struct audit *audit)
{
	if (!audit)
		return;
	if (audit->memory >= 0)
		close(audit->memory);
	pthread_mutex_destroy(&audit->lock);
	free(audit);
}

const char *audit_path(const struct audit *audit)
{
	return audit->path;
}

static bool audit_failed(const struct audit *audit, struct error *error)
{
	error_set_errno(error, "%s", audit->path[0] ? audit->path : _("the audit record"));
	error_remedy(error, _("make the state folder writable, or free some room"));
	return false;
}

// A new name is on the disk only when its folder is.
static bool folder_sync(const char *path)
{
	char folder[PATH_SIZE];
	int descriptor;
	bool synced;

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	descriptor = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	synced = descriptor >= 0 && fsync(descriptor) == 0;
	if (descriptor >= 0)
		close(descriptor);
	return synced;
}

// The file, locked; −1 on failure. Opened anew each time: somebody may have put it away meanwhile.
static int audit_lock(const struct audit *audit)
{
	const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
	int file = audit->memory;

	if (file >= 0)
		return file;
	file = open(audit->path, flags);
	if (file < 0 && errno == ENOENT) {
		file = open(audit->path, flags | O_CREAT, 0600);
		if (file >= 0 && !folder_sync(audit->path)) {
			close(file);
			return -1;
		}
	}
	if (file >= 0 && flock(file, LOCK_EX) != 0) {
		close(file);
		return -1;
	}
	return file;
}

static void audit_unlock(const struct audit *audit, int file)
{
	if (file >= 0 && file != audit->memory)
		close(file);
}

static bool read_at(int file, char *out, size_t size, off_t at)
{
	while (size > 0) {
		ssize_t got = pread(file, out, size, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		out += got;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_whole(int file, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t written = write(file, text, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		size -= (size_t)written;
	}
	return true;
}

// Reads number and chain of one line; false when it is no whole line.
static bool line_parse(const char *text, size_t size, struct audit_entry *out, char *previous)
{
	struct json_doc doc;
	bool whole;

	if (!json_open(&doc, text, size, "audit", NULL))
		return false;
	out->sequence = json_int(doc.root, "sequence", 0);
	out->time = json_time(doc.root, "time");
	snprintf(out->event, sizeof(out->event), "%.31s", json_text(doc.root, "event"));
	snprintf(out->sweep, sizeof(out->sweep), "%.63s", json_text(doc.root, "sweep"));
	snprintf(previous, SHA256_HEX_SIZE, "%.64s", json_text(doc.root, "previous"));
	whole = out->sequence > 0 && out->event[0] && previous[0];
	json_close(&doc);
	return whole;
}

// The last whole line, looked for backwards over those that are torn.
static bool tail_find(const char *text, size_t size, struct tail *tail)
{
	size_t end = size;

	while (end > 0 && text[end - 1] != '\n')
		end--;
	tail->torn = size - end;
	while (end > 0) {
		size_t begin = end - 1;
		struct audit_entry entry;
		char previous[SHA256_HEX_SIZE];

		while (begin > 0 && text[begin - 1] != '\n')
			begin--;
		if (line_parse(text + begin, end - 1 - begin, &entry, previous)) {
			tail->sequence = entry.sequence;
			crypto_sha256_hex(text + begin, end - 1 - begin, tail->digest);
			return true;
		}
		end = begin;
	}
	return false;
}

static bool tail_read(int file, struct tail *tail)
{
	struct stat status;
	size_t size;
	char *text;
	bool read;

	*tail = (struct tail){.digest = NO_LINE};
	if (fstat(file, &status) != 0)
		return false;
	// Room for one line of any length, whole, behind a torn one.
	for (size_t most = READ_STEP;; most *= 4) {
		size = (size_t)status.st_size < most ? (size_t)status.st_size : most;
		text = malloc(size + 1);
		if (!text) {
			errno = ENOMEM;
			return false;
		}
		read = read_at(file, text, size, status.st_size - (off_t)size);
		if (read &&
		        (tail_find(text, size, tail) || size == (size_t)status.st_size || most > 4 * AUDIT_LINE_MOST)) {
			free(text);
			return true;
		}
		free(text);
		if (!read)
			return false;
	}
}

static bool line_write(const struct audit *audit, int file, struct tail *tail, const char *event, const char *members,
        struct error *error)
{
	char time[TIME_TEXT_SIZE];
	struct buffer line;
	bool written;

	buffer_init(&line, AUDIT_LINE_MOST);
	time_format_iso(clock_now(audit->clock), time);
	buffer_printf(&line, "{\"sequence\":%" PRId64 ",\"time\":\"%s\",\"previous\":\"%s\",\"event\":\"%s\"%s%s}",
	        tail->sequence + 1, time, tail->digest, event, *members ? "," : "", members);
	tail->sequence++;
	crypto_sha256_hex(buffer_text(&line), line.size, tail->digest);
	buffer_add_char(&line, '\n');
	if (line.broken)
		written = error_set(error, ERROR_LIMIT, _("a line of the audit record would be longer than %d bytes"),
		        AUDIT_LINE_MOST);
	else
		written = write_whole(file, line.data, line.size) || audit_failed(audit, error);
	buffer_finish(&line);
	return written;
}

// The line that a crash cut off is ended and marked, then the chain goes on from the one before it.
static bool torn_mark(const struct audit *audit, int file, struct tail *tail, struct error *error)
{
	char members[64];

	if (tail->torn == 0)
		return true;
	snprintf(members, sizeof(members), "\"bytes\":%zu", tail->torn);
	return (write_whole(file, "\n", 1) || audit_failed(audit, error)) &&
	       line_write(audit, file, tail, "torn_line", members, error);
}

bool audit_append(struct audit *audit, const char *event, const char *members, struct error *error)
{
	struct tail tail;
	bool written;
	int file;

	pthread_mutex_lock(&audit->lock);
	file = audit_lock(audit);
	written = (file >= 0 && tail_read(file, &tail)) || audit_failed(audit, error);
	if (written) {
		written = torn_mark(audit, file, &tail, error) && line_write(audit, file, &tail, event, members, error);
		failpoint("audit.written");
		written = written && (fsync(file) == 0 || audit_failed(audit, error));
		if (written)
			audit->last = tail.sequence;
	}
	audit_unlock(audit, file);
	pthread_mutex_unlock(&audit->lock);
	return written;
}

int64_t audit_last(struct audit *audit)
{
	int64_t last;

	pthread_mutex_lock(&audit->lock);
	last = audit->last;
	pthread_mutex_unlock(&audit->lock);
	return last;
}

struct reading {
	int64_t since, sequence;
	char digest[SHA256_HEX_SIZE];
	bool (*on_entry)(const struct audit_entry *entry, void *user);
	void *user;
	struct audit_health *health;
};

static enum audit_state line_judge(const struct reading *reading, const struct audit_entry *entry, const char *previous)
{
	if (entry->sequence != reading->sequence + 1)
		return AUDIT_MISSING;
	return strcmp(previous, reading->digest) == 0 ? AUDIT_WHOLE : AUDIT_CHANGED;
}

static bool line_tell(struct reading *reading, const char *text, size_t size)
{
	struct audit_entry entry = {.text = text, .size = size};
	char previous[SHA256_HEX_SIZE];

	if (line_parse(text, size, &entry, previous)) {
		entry.state = line_judge(reading, &entry, previous);
		reading->sequence = entry.sequence;
		crypto_sha256_hex(text, size, reading->digest);
		reading->health->last = entry.sequence;
	} else {
		entry.state = AUDIT_TORN;
	}
	reading->health->damaged[entry.state]++;
	if (entry.state != AUDIT_TORN && entry.time < reading->since)
		return true;
	reading->health->entries++;
	return reading->on_entry(&entry, reading->user);
}

static bool file_read(FILE *file, struct reading *reading)
{
	size_t room = 0;
	char *line = NULL;
	ssize_t size;
	bool more = true;

	while (more && (size = getline(&line, &room, file)) > 0) {
		if (line[size - 1] == '\n')
			line[--size] = '\0';
		more = line_tell(reading, line, (size_t)size);
	}
	free(line);
	return !ferror(file);
}

bool audit_read(const struct audit *audit, int64_t since, bool (*on_entry)(const struct audit_entry *entry, void *user),
        void *user, struct audit_health *health, struct error *error)
{
	struct audit_health own;
	struct reading reading = {since, 0, NO_LINE, on_entry, user, health ? health : &own};
	int descriptor = audit->memory >= 0 ? dup(audit->memory) : open(audit->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *file;
	bool read;

	memset(reading.health, 0, sizeof(*reading.health));
	if (descriptor < 0)
		return errno == ENOENT || audit_failed(audit, error);
	file = fdopen(descriptor, "re");
	if (!file) {
		close(descriptor);
		return audit_failed(audit, error);
	}
	rewind(file);
	// A line that is being written is no torn one.
	flock(descriptor, LOCK_SH);
	read = file_read(file, &reading) || audit_failed(audit, error);
	fclose(file);
	return read;
}
