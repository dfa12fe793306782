// SPDX-License-Identifier: Apache-2.0
// Space is handed out from the front of a sparse file and punched out again when its blob goes.
#include "config.h"
#include "sim/oss_blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/crc64.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { PAGE = 4096, PIECE_UNEXPECTED = 16 * 1024 * 1024 };

struct oss_disk {
	int file;
	int64_t end; // the first address that was never handed out
};

struct piece {
	int64_t at;
	uint64_t room, size; // reserved, written
};

struct oss_blob {
	struct oss_disk *disk;
	unsigned references;
	struct piece *pieces;
	size_t count;
	uint64_t size, expected, crc;
};

static int open_nameless(const char *folder)
{
	int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	struct buffer name;
	buffer_init(&name, PAGE);
	if (buffer_printf(&name, "%s/peerdeck-sim.XXXXXX", folder)) {
		file = mkostemp(name.data, O_CLOEXEC);
		if (file >= 0)
			unlink(name.data);
	}
	buffer_finish(&name);
	return file;
}

struct oss_disk *oss_disk_create(struct error *error)
{
	const char *folder = getenv("TMPDIR");
	int file = open_nameless(folder && *folder ? folder : "/var/tmp");
	if (file < 0)
		file = open_nameless("/tmp");
	if (file < 0) {
		error_set_errno(error, "cannot make a temporary file for stored objects");
		error_remedy(error, "set TMPDIR to a folder that can be written");
		return NULL;
	}
	struct oss_disk *disk = memory_zeroed(1, sizeof(*disk));
	disk->file = file;
	return disk;
}

void oss_disk_destroy(struct oss_disk *disk)
{
	if (!disk)
		return;
	close(disk->file);
	free(disk);
}

struct oss_blob *oss_blob_create(struct oss_disk *disk, uint64_t expected)
{
	struct oss_blob *blob = memory_zeroed(1, sizeof(*blob));
	*blob = (struct oss_blob){.disk = disk, .references = 1, .expected = expected};
	return blob;
}

struct oss_blob *oss_blob_ref(struct oss_blob *blob)
{
	blob->references++;
	return blob;
}

void oss_blob_unref(struct oss_blob *blob)
{
	if (!blob || --blob->references)
		return;
	// A file system that cannot punch holes keeps the space until the program ends: nothing to tell anybody.
	for (size_t i = 0; i < blob->count; i++)
		if (blob->pieces[i].size)
			(void)!fallocate(blob->disk->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			        blob->pieces[i].at, (off_t)blob->pieces[i].room);
	free(blob->pieces);
	free(blob);
}

static struct piece *add_piece(struct oss_blob *blob, struct piece piece)
{
	blob->pieces = memory_resized(blob->pieces, blob->count + 1, sizeof(*blob->pieces));
	blob->pieces[blob->count] = piece;
	return &blob->pieces[blob->count++];
}

// The piece that takes the next byte; NULL when there is no address left.
static struct piece *open_piece(struct oss_blob *blob)
{
	struct oss_disk *disk = blob->disk;
	struct piece *last = blob->count ? &blob->pieces[blob->count - 1] : NULL;
	if (last && last->size < last->room)
		return last;
	uint64_t room = blob->expected > blob->size ? blob->expected - blob->size : PIECE_UNEXPECTED;
	room = (room + PAGE - 1) / PAGE * PAGE;
	if (room > (uint64_t)(OSS_DISK_ADDRESS_MOST - disk->end))
		return NULL;
	struct piece piece = {.at = disk->end, .room = room};
	disk->end += (int64_t)room;
	return add_piece(blob, piece);
}

bool oss_blob_append(struct oss_blob *blob, const void *data, size_t size)
{
	const char *from = data;
	while (size) {
		struct piece *piece = open_piece(blob);
		if (!piece)
			return false;
		size_t part = piece->room - piece->size < size ? (size_t)(piece->room - piece->size) : size;
		ssize_t written = pwrite(blob->disk->file, from, part, piece->at + (off_t)piece->size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		blob->crc = crc64(blob->crc, from, (size_t)written);
		piece->size += (uint64_t)written;
		blob->size += (uint64_t)written;
		from += written;
		size -= (size_t)written;
	}
	return true;
}

void oss_blob_move(struct oss_blob *to, struct oss_blob *from)
{
	for (size_t i = 0; i < from->count; i++)
		add_piece(to, from->pieces[i]);
	to->crc = crc64_combine(to->crc, from->crc, from->size);
	to->size += from->size;
	free(from->pieces);
	from->pieces = NULL;
	from->count = 0;
	from->size = from->crc = 0;
}

ssize_t oss_blob_read(const struct oss_blob *blob, uint64_t position, void *out, size_t size)
{
	for (size_t i = 0; i < blob->count; i++) {
		const struct piece *piece = &blob->pieces[i];
		if (position >= piece->size) {
			position -= piece->size;
			continue;
		}
		size_t part = piece->size - position < size ? (size_t)(piece->size - position) : size;
		return pread(blob->disk->file, out, part, piece->at + (off_t)position);
	}
	return 0;
}

uint64_t oss_blob_size(const struct oss_blob *blob)
{
	return blob->size;
}

uint64_t oss_blob_crc(const struct oss_blob *blob)
{
	return blob->crc;
}
