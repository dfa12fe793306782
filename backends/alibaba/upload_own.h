// SPDX-License-Identifier: Apache-2.0
// Shared by the parts of uploading, by nobody else.
#ifndef PEERDECK_ALIBABA_UPLOAD_OWN_H
#define PEERDECK_ALIBABA_UPLOAD_OWN_H

#include <sys/stat.h>

#include "alibaba/oss.h"
#include "alibaba/session.h"
#include "alibaba/upload.h"
#include "alibaba/upload_plan.h"

enum { ETAG_SIZE = 80 };
enum part_state { PART_MISSING, PART_SENDING, PART_THERE };
struct upload_part {
	enum part_state state;
	unsigned refused; // arrived with another checksum, or was not let in
	char etag[ETAG_SIZE];
};

struct upload_work {
	struct session *session;
	const struct call_upload *what;
	struct cancel *cancel;
	int file;
	struct stat seen; // of the file when work began
	struct upload_plan plan;
	struct upload_mark mark;
	struct upload_part *parts;
	uint64_t *crcs; // of the file's parts
	uint64_t done;  // bytes that are in the store
	int64_t server; // the service's clock as last told; 0 = not yet
	bool ours;      // the object that is there is ours: it may be written over
};

// The piece of the file that a request carries, read and summed while it leaves.
struct upload_piece {
	const struct upload_work *work;
	uint64_t begins;
	uint64_t crc; // of what has been read
};

// What HEAD says of an object.
struct upload_object {
	bool there, has_crc;
	uint64_t size, crc;
	char token[80]; // "" = not made by us
};

// A request about the work's object, still without an operation's own fields.
struct oss_request upload_request(const struct upload_work *work, const char *operation, enum http_method method);
bool upload_head(struct upload_work *work, struct upload_object *out, struct error *error);
// Whether the object there has the file's bytes; `crc` NULL = the file is read for it.
bool upload_judge(struct upload_work *work, const uint64_t *crc, enum call_object *out, struct error *error);
// Fills the buffer from the file. An error when the file is not what it was.
bool upload_read(const struct upload_work *work, uint64_t offset, void *buffer, size_t size, struct error *error);
// Lets the kernel fetch a piece of the file ahead of its being sent.
void upload_read_ahead(const struct upload_work *work, uint64_t offset, uint64_t size);
// For oss_request.read_body; `user` is the piece.
size_t upload_read_piece(uint64_t offset, void *buffer, size_t size, void *user, struct error *error);
// The checksum of a piece that is on disk only.
bool upload_sum(const struct upload_work *work, uint64_t offset, uint64_t size, uint64_t *out, struct error *error);
bool upload_is_unchanged(const struct upload_work *work, struct error *error);
void upload_tell(const struct upload_work *work, uint64_t on_the_way);
bool upload_remember(const struct upload_work *work, struct error *error);

// Whether a request failed because the upload is not there (any more).
bool upload_is_gone(const struct error *error);
// Finds or begins the upload and sees which parts are there. Sets mark.id and the parts' states.
bool upload_begin(struct upload_work *work, struct error *error);
// Sends the parts that are missing.
bool upload_send(struct upload_work *work, struct error *error);
bool upload_complete(struct upload_work *work, struct error *error);
// Ends unfinished uploads of this work's mark: their parts are deleted.
bool upload_abort(struct upload_work *work, struct error *error);

#endif
