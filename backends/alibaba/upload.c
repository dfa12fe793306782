// SPDX-License-Identifier: Apache-2.0
// One file into one object, from looking what is there to verifying what has arrived.
#include "config.h"
#include "alibaba/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alibaba/upload_own.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "net/xml.h"
#include "base/banned.h"

enum { TURNS_MOST = 3 };

static bool work_start(struct upload_work *work, struct session *session, const struct call_upload *what,
        struct cancel *cancel, struct error *error)
{
	*work = (struct upload_work){.session = session, .what = what, .cancel = cancel, .file = -1};
	upload_mark_read(&work->mark, what->mark);
	if (!*what->bucket || !*what->object || !*what->token)
		return error_set(error, ERROR_USAGE, _("An upload needs a bucket, the name of an object and a token"));
	return true;
}

static bool work_open(struct upload_work *work, struct error *error)
{
	unsigned parallel = work->session->services.parallel;

	work->file = open(work->what->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (work->file < 0 || fstat(work->file, &work->seen) != 0) {
		bool absent = errno == ENOENT;

		error_set_errno(error, _("%s cannot be read"), work->what->file);
		if (error && absent)
			error->kind = ERROR_NOT_FOUND;
		return false;
	}
	if (!S_ISREG(work->seen.st_mode))
		return error_set(error, ERROR_USAGE, _("%s is no file"), work->what->file);
	upload_plan_make(&work->plan, (uint64_t)work->seen.st_size, parallel);
	work->parts = calloc(work->plan.count + 1, sizeof(*work->parts));
	work->crcs = calloc(work->plan.count + 1, sizeof(*work->crcs));
	return (work->parts && work->crcs) || error_set(error, ERROR_MEMORY, _("Out of memory"));
}

static void work_finish(struct upload_work *work)
{
	if (work->file >= 0)
		close(work->file);
	free(work->parts);
	free(work->crcs);
}

static bool name_region(const struct upload_work *work, const char *location, struct error *error)
{
	const char *region = text_starts_with(location, "oss-") ? location + 4 : location;

	if (!*region || !strcmp(region, work->what->region))
		return true;
	error_set(error, ERROR_CONFLICT, _("The bucket %s is in %s, not in %s"), work->what->bucket, region,
	        work->what->region);
	error_remedy(error, _("Give a bucket in %s, or make one there"), work->what->region);
	return false;
}

// Before anything is sent: the bucket is there, and where it has to be. Who may not ask is told by what follows.
static bool check_bucket(struct upload_work *work, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.GetBucketInfo", HTTP_GET);
	struct http_response *response;
	const struct xml_node *root;
	struct error problem = {0};
	struct arena arena;
	bool good = true;

	request.object = "";
	request.query[0] = (struct sign_pair){"bucketInfo", ""};
	response = oss_perform(&work->session->caller, &request, work->cancel, &problem);
	if (!response) {
		if (problem.kind == ERROR_DENIED)
			return true;
		if (error)
			*error = problem;
		return false;
	}
	work->server = response->server_date;
	arena_init(&arena, 1 << 20);
	root = xml_parse(&arena, response->body, response->body_size, "BucketInfo", NULL);
	if (root)
		good = name_region(work, xml_text(root, "Bucket/Location"), error);
	arena_finish(&arena);
	http_response_destroy(response);
	return good;
}

// One request with the whole file. A second one of the same changes nothing more.
static bool put_whole(struct upload_work *work, uint64_t *crc, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.PutObject", HTTP_PUT);
	struct http_response *response;
	struct upload_piece piece = {.work = work};

	request.body_size = work->plan.size;
	request.read_body = upload_read_piece;
	request.user = &piece;
	request.headers[0] = (struct sign_pair){"content-type", "application/octet-stream"};
	request.headers[1] = (struct sign_pair){"x-oss-meta-peerdeck-upload", work->what->token};
	if (!work->ours)
		request.headers[2] = (struct sign_pair){"x-oss-forbid-overwrite", "true"};
	upload_tell(work, 0);
	failpoint("upload.put");
	response = oss_perform(&work->session->caller, &request, work->cancel, error);
	http_response_destroy(response);
	*crc = piece.crc;
	return response != NULL;
}

static bool put_parts(struct upload_work *work, uint64_t *crc, struct error *error)
{
	bool good = upload_begin(work, error) && upload_send(work, error);

	*crc = upload_crc(&work->plan, work->crcs);
	return good && upload_is_unchanged(work, error) && upload_complete(work, error);
}

static bool about(const struct upload_work *work, bool made, uint64_t crc)
{
	struct buffer *out = work->what->about;

	if (!out)
		return true;
	buffer_add_text(out, "{\"Bucket\":");
	text_add_json_string(out, work->what->bucket, strlen(work->what->bucket));
	buffer_add_text(out, ",\"Object\":");
	text_add_json_string(out, work->what->object, strlen(work->what->object));
	return buffer_printf(out, ",\"Size\":%" PRIu64 ",\"Crc64\":\"%" PRIu64 "\",\"Made\":%s}", work->plan.size, crc,
	        made ? "true" : "false");
}

static bool refuse_other(const struct upload_work *work, struct error *error)
{
	error_set(error, ERROR_CONFLICT, _("%s is in the bucket %s already, and is not this file"), work->what->object,
	        work->what->bucket);
	error_remedy(error, _("Choose another name for it, or delete that object: aliyun oss rm oss://%.80s/%.160s"),
	        work->what->bucket, work->what->object);
	return false;
}

// Sends, then looks: what counts is what is there, also when the last answer was lost.
static bool put_and_verify(struct upload_work *work, uint64_t *crc, bool *again, struct error *error)
{
	struct error problem = {0}, other = {0};
	enum call_object there = OBJECT_ABSENT;
	bool sent = work->plan.count ? put_parts(work, crc, &problem) : put_whole(work, crc, &problem);

	*again = !sent && upload_is_gone(&problem);
	if (problem.kind == ERROR_CONFLICT && !*problem.code && work->plan.count) {
		// The file changed: nothing of it is worth keeping.
		upload_abort(work, NULL);
	}
	if (!sent && !*again && !oss_in_doubt(&problem) && strcmp(problem.code, "FileAlreadyExists") != 0)
		goto failed;
	if (cancel_asked(work->cancel))
		goto failed;
	if (!upload_judge(work, crc, &there, &other)) {
		if (sent)
			problem = other;
		goto failed;
	}
	if (there == OBJECT_OURS) {
		*again = false;
		return true;
	}
	if (sent)
		error_set(&problem, ERROR_PROTOCOL,
		        _("What arrived as %s is not the file: its length or checksum differs"), work->what->object);
	else if (there != OBJECT_ABSENT && !work->ours)
		refuse_other(work, &problem);
failed:
	if (error)
		*error = problem;
	return false;
}

static bool put(struct upload_work *work, struct error *error)
{
	uint64_t crc = 0;
	enum call_object there;
	bool again = true;

	if (!check_bucket(work, error) || !upload_judge(work, NULL, &there, error))
		return false;
	if (there == OBJECT_OTHER && !work->ours)
		return refuse_other(work, error);
	if (there == OBJECT_OURS || there == OBJECT_SAME) {
		// An upload of it that was left unfinished is of no use any more.
		if (work->mark.part_size && !upload_abort(work, error))
			return false;
		work->done = work->plan.size;
	} else {
		bool good = false;

		for (unsigned turn = 0; again && turn < TURNS_MOST; turn++)
			good = put_and_verify(work, &crc, &again, error);
		if (!good)
			return false;
		work->done = work->plan.size;
	}
	upload_tell(work, 0);
	return about(work, there != OBJECT_SAME, crc) || error_set(error, ERROR_MEMORY, _("Out of memory"));
}

bool upload_file(struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error)
{
	struct upload_work work;
	bool good = work_start(&work, session, upload, cancel, error) && work_open(&work, error) && put(&work, error);

	work_finish(&work);
	if (!good && error && cancel_asked(cancel))
		error->kind = ERROR_CANCELLED;
	return good;
}

bool upload_look(struct session *session, const struct call_upload *upload, enum call_object *out,
        struct cancel *cancel, struct error *error)
{
	struct upload_work work;
	bool good = work_start(&work, session, upload, cancel, error) && work_open(&work, error) &&
	            upload_judge(&work, NULL, out, error);

	work_finish(&work);
	return good;
}

bool upload_undo(struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error)
{
	struct upload_object object = {0};
	struct http_response *response;
	struct oss_request request;
	struct upload_work work;
	struct error problem = {0};
	bool good = work_start(&work, session, upload, cancel, &problem);

	if (good && work.mark.part_size)
		good = upload_abort(&work, &problem);
	failpoint("upload.aborted");
	good = good && upload_head(&work, &object, &problem);
	if (good && object.there && !strcmp(object.token, upload->token)) {
		request = upload_request(&work, "oss.DeleteObject", HTTP_DELETE);
		response = oss_perform(&session->caller, &request, cancel, &problem);
		http_response_destroy(response);
		good = response != NULL;
	}
	work_finish(&work);
	// Where there is no bucket there is nothing in it.
	if (!good && !strcmp(problem.code, "NoSuchBucket"))
		good = true;
	if (!good && error)
		*error = problem;
	return good;
}
