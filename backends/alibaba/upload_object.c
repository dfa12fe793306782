// SPDX-License-Identifier: Apache-2.0
// The file and the object: what each holds, and whether they are the same.
#include "config.h"
#include "alibaba/upload_own.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc64.h"
#include "base/banned.h"

enum { READ_SIZE = 1 << 20 };

struct oss_request upload_request(const struct upload_work *work, const char *operation, enum http_method method)
{
	return (struct oss_request){.operation = operation,
	        .method = method,
	        .region = work->what->region,
	        .bucket = work->what->bucket,
	        .object = work->what->object};
}

static uint64_t header_number(const struct http_response *response, const char *name, bool *there)
{
	const char *text = http_response_header(response, name);
	char *end;
	uint64_t value;

	*there = text && *text >= '0' && *text <= '9';
	if (!*there)
		return 0;
	value = strtoull(text, &end, 10);
	*there = !*end;
	return value;
}

bool upload_head(struct upload_work *work, struct upload_object *out, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.HeadObject", HTTP_HEAD);
	struct http_response *response = oss_ask(&work->session->caller, &request, work->cancel, error);
	const char *token;
	bool good, sized;

	memset(out, 0, sizeof(*out));
	if (!response)
		return false;
	if (response->server_date)
		work->server = response->server_date;
	good = response->error.kind == ERROR_NONE && response->status == 404;
	if (!good && oss_check(response, &request, error)) {
		out->there = true;
		out->size = header_number(response, "content-length", &sized);
		out->crc = header_number(response, "x-oss-hash-crc64ecma", &out->has_crc);
		token = http_response_header(response, "x-oss-meta-peerdeck-upload");
		snprintf(out->token, sizeof(out->token), "%s", token ? token : "");
		good = sized || error_set(error, ERROR_PROTOCOL, _("The service does not say how long %s is"),
		                        work->what->object);
	}
	http_response_destroy(response);
	return good;
}

bool upload_is_unchanged(const struct upload_work *work, struct error *error)
{
	struct stat now;

	if (fstat(work->file, &now) == 0 && now.st_size == work->seen.st_size &&
	        now.st_mtim.tv_sec == work->seen.st_mtim.tv_sec && now.st_mtim.tv_nsec == work->seen.st_mtim.tv_nsec)
		return true;
	error_set(error, ERROR_CONFLICT, _("%s changed while it was being uploaded"), work->what->file);
	error_remedy(error, _("wait until nobody writes to it, then start again: what has been sent is thrown away"));
	return false;
}

bool upload_read(const struct upload_work *work, uint64_t offset, void *buffer, size_t size, struct error *error)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = pread(work->file, (char *)buffer + used, size - used, (off_t)(offset + used));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set_errno(error, _("%s cannot be read"), work->what->file);
		if (got == 0)
			break;
		used += (size_t)got;
	}
	// A file that has become shorter has changed, too; it cannot be that nothing else tells.
	return upload_is_unchanged(work, error) &&
	       (used == size || error_set(error, ERROR_SYSTEM, _("%s ends too early"), work->what->file));
}

void upload_read_ahead(const struct upload_work *work, uint64_t offset, uint64_t size)
{
	// Where it is not possible the reading takes longer, that is all.
	(void)!posix_fadvise(work->file, (off_t)offset, (off_t)size, POSIX_FADV_WILLNEED);
}

size_t upload_read_piece(uint64_t offset, void *buffer, size_t size, void *user, struct error *error)
{
	struct upload_piece *piece = user;

	if (!upload_read(piece->work, piece->begins + offset, buffer, size, error))
		return 0;
	piece->crc = crc64(offset ? piece->crc : 0, buffer, size);
	return size;
}

bool upload_sum(const struct upload_work *work, uint64_t offset, uint64_t size, uint64_t *out, struct error *error)
{
	uint64_t crc = 0;
	char *buffer = malloc(READ_SIZE);
	bool good = buffer || error_set(error, ERROR_MEMORY, _("Out of memory"));

	for (uint64_t at = 0; good && at < size; at += READ_SIZE) {
		size_t piece = size - at < READ_SIZE ? (size_t)(size - at) : READ_SIZE;

		if (cancel_asked(work->cancel))
			good = error_set(error, ERROR_CANCELLED, _("stopped"));
		good = good && upload_read(work, offset + at, buffer, piece, error);
		if (good)
			crc = crc64(crc, buffer, piece);
	}
	free(buffer);
	*out = crc;
	return good;
}

bool upload_judge(struct upload_work *work, const uint64_t *crc, enum call_object *out, struct error *error)
{
	struct upload_object object;
	uint64_t own = crc ? *crc : 0;
	bool same;

	if (!upload_head(work, &object, error))
		return false;
	work->ours = object.there && !strcmp(object.token, work->what->token);
	*out = object.there ? OBJECT_OTHER : OBJECT_ABSENT;
	if (!object.there || object.size != (uint64_t)work->seen.st_size || !object.has_crc)
		return true;
	if (!crc && !upload_sum(work, 0, object.size, &own, error))
		return false;
	same = own == object.crc;
	if (same)
		*out = work->ours ? OBJECT_OURS : OBJECT_SAME;
	return true;
}

void upload_tell(const struct upload_work *work, uint64_t on_the_way)
{
	if (work->what->progress)
		work->what->progress((int64_t)(work->done + on_the_way), (int64_t)work->plan.size, work->what->user);
}

bool upload_remember(const struct upload_work *work, struct error *error)
{
	char text[UPLOAD_MARK_SIZE];

	upload_mark_write(&work->mark, text);
	return !work->what->remember || work->what->remember(text, work->what->user, error);
}
