// SPDX-License-Identifier: Apache-2.0
// An upload in parts, around the sending: beginning it, or finding the one that has begun; completing; aborting.
#include "config.h"
#include "alibaba/upload_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/text.h"
#include "net/xml.h"
#include "base/banned.h"

enum { XML_MOST = 8 << 20, BODY_MOST = 4 << 20, LIST_PAGES_MOST = 100 };

bool upload_is_gone(const struct error *error)
{
	return !strcmp(error->code, "NoSuchUpload");
}

// Asks and reads the answer's XML into `arena`.
static const struct xml_node *ask(
        struct upload_work *work, const struct oss_request *request, struct arena *arena, struct error *error)
{
	struct http_response *response = oss_perform(&work->session->caller, request, work->cancel, error);
	const struct xml_node *root;

	if (!response)
		return NULL;
	if (response->server_date)
		work->server = response->server_date;
	root = xml_parse(arena, response->body, response->body_size, request->operation, error);
	http_response_destroy(response);
	return root;
}

static bool abort_one(struct upload_work *work, const char *id, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.AbortMultipartUpload", HTTP_DELETE);
	struct http_response *response;
	struct error problem = {0};

	request.query[0] = (struct sign_pair){"uploadId", id};
	response = oss_perform(&work->session->caller, &request, work->cancel, &problem);
	http_response_destroy(response);
	if (response || upload_is_gone(&problem) || problem.kind == ERROR_NOT_FOUND)
		return true;
	if (error)
		*error = problem;
	return false;
}

// Called for each part that is there; false ends the listing.
typedef bool (*on_part)(struct upload_work *work, const struct xml_node *part, struct error *error);

static bool list_parts(struct upload_work *work, const char *id, unsigned page_size, on_part each, unsigned *count,
        struct error *error)
{
	char marker[24] = "0", most[16];
	bool more = true, good = true;

	*count = 0;
	snprintf(most, sizeof(most), "%u", page_size);
	for (unsigned page = 0; good && more && page < LIST_PAGES_MOST; page++) {
		struct oss_request request = upload_request(work, "oss.ListParts", HTTP_GET);
		const struct xml_node *root, *part;
		struct arena arena;

		request.query[0] = (struct sign_pair){"uploadId", id};
		request.query[1] = (struct sign_pair){"max-parts", most};
		request.query[2] = (struct sign_pair){"part-number-marker", marker};
		arena_init(&arena, XML_MOST);
		root = ask(work, &request, &arena, error);
		good = root != NULL;
		for (part = root ? xml_child(root, "Part") : NULL; good && part; part = xml_next(part, "Part")) {
			++*count;
			good = !each || each(work, part, error);
		}
		more = root && each && !strcmp(xml_text(root, "IsTruncated"), "true");
		if (more)
			snprintf(marker, sizeof(marker), "%s", xml_text(root, "NextPartNumberMarker"));
		arena_finish(&arena);
	}
	return good;
}

// Asked for since our first attempt, and without a part: it came of a request whose answer was lost. Were it another's
// after all, nothing would be lost with it.
static bool is_unclaimed(struct upload_work *work, const struct xml_node *node, bool *yes, struct error *error)
{
	struct error problem = {0};
	int64_t began;
	unsigned count = 1;

	*yes = false;
	if (strcmp(xml_text(node, "Key"), work->what->object) != 0 ||
	        !time_parse(xml_text(node, "Initiated"), &began) || began < work->mark.began)
		return true;
	if (!list_parts(work, xml_text(node, "UploadId"), 1, NULL, &count, &problem)) {
		if (upload_is_gone(&problem))
			return true;
		if (error)
			*error = problem;
		return false;
	}
	*yes = count == 0;
	return true;
}

// Goes through the uploads that nobody claims: takes the first as ours, or aborts them all.
static bool claim(struct upload_work *work, bool take, struct error *error)
{
	char key_marker[1100] = "", id_marker[96] = "";
	bool more = true, good = true;

	for (unsigned page = 0; good && more && page < LIST_PAGES_MOST; page++) {
		struct oss_request request = upload_request(work, "oss.ListMultipartUploads", HTTP_GET);
		const struct xml_node *root, *node;
		struct arena arena;

		request.object = "";
		request.query[0] = (struct sign_pair){"uploads", ""};
		request.query[1] = (struct sign_pair){"prefix", work->what->object};
		if (*key_marker) {
			request.query[2] = (struct sign_pair){"key-marker", key_marker};
			request.query[3] = (struct sign_pair){"upload-id-marker", id_marker};
		}
		arena_init(&arena, XML_MOST);
		root = ask(work, &request, &arena, error);
		good = root != NULL;
		for (node = root ? xml_child(root, "Upload") : NULL; good && node && !*work->mark.id;
		        node = xml_next(node, "Upload")) {
			bool yes;

			good = is_unclaimed(work, node, &yes, error);
			if (good && yes && take)
				snprintf(work->mark.id, sizeof(work->mark.id), "%s", xml_text(node, "UploadId"));
			else if (good && yes)
				good = abort_one(work, xml_text(node, "UploadId"), error);
		}
		more = root && !*work->mark.id && !strcmp(xml_text(root, "IsTruncated"), "true");
		if (more) {
			snprintf(key_marker, sizeof(key_marker), "%s", xml_text(root, "NextKeyMarker"));
			snprintf(id_marker, sizeof(id_marker), "%s", xml_text(root, "NextUploadIdMarker"));
		}
		arena_finish(&arena);
	}
	return good;
}

bool upload_abort(struct upload_work *work, struct error *error)
{
	if (*work->mark.id)
		return abort_one(work, work->mark.id, error);
	return claim(work, false, error);
}

static bool initiate(struct upload_work *work, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.InitiateMultipartUpload", HTTP_POST);
	const struct xml_node *root;
	struct error problem = {0};
	struct arena arena;

	request.once = true;
	request.query[0] = (struct sign_pair){"uploads", ""};
	request.headers[0] = (struct sign_pair){"content-type", "application/octet-stream"};
	request.headers[1] = (struct sign_pair){"x-oss-meta-peerdeck-upload", work->what->token};
	if (!work->ours)
		request.headers[2] = (struct sign_pair){"x-oss-forbid-overwrite", "true"};
	failpoint("upload.begin");
	arena_init(&arena, XML_MOST);
	root = ask(work, &request, &arena, &problem);
	failpoint("upload.begun");
	if (root)
		snprintf(work->mark.id, sizeof(work->mark.id), "%s", xml_text(root, "UploadId"));
	arena_finish(&arena);
	// The answer was lost: is it there?
	if (!root && oss_in_doubt(&problem) && !cancel_asked(work->cancel) && !claim(work, true, &problem))
		root = NULL;
	if (*work->mark.id)
		return true;
	if (error)
		*error = problem;
	return root ? error_set(error, ERROR_PROTOCOL, _("The service gave the upload no id")) : false;
}

static void forget_parts(struct upload_work *work)
{
	memset(work->parts, 0, work->plan.count * sizeof(*work->parts));
	work->done = 0;
}

// A part counts as there when it has the length and the checksum of the file's part.
static bool see_part(struct upload_work *work, const struct xml_node *node, struct error *error)
{
	const char *listed = xml_text(node, "HashCrc64ecma");
	int64_t number, size;
	struct upload_part *part;
	uint64_t length;

	if (!text_to_int64(xml_text(node, "PartNumber"), &number) || !text_to_int64(xml_text(node, "Size"), &size) ||
	        number < 1 || number > work->plan.count)
		return true;
	part = &work->parts[number - 1];
	length = upload_part_size(&work->plan, (unsigned)number - 1);
	if ((uint64_t)size != length)
		return true;
	if (!upload_sum(work, work->plan.part_size * (uint64_t)(number - 1), length, &work->crcs[number - 1], error))
		return false;
	if (!*listed || strtoull(listed, NULL, 10) == work->crcs[number - 1]) {
		part->state = PART_THERE;
		snprintf(part->etag, sizeof(part->etag), "%s", xml_text(node, "ETag"));
		work->done += length;
	}
	return true;
}

// Goes on with the upload of the mark; false with upload_is_gone when it is not there any more.
static bool go_on(struct upload_work *work, struct error *error)
{
	unsigned count;

	forget_parts(work);
	return list_parts(work, work->mark.id, 1000, see_part, &count, error);
}

bool upload_begin(struct upload_work *work, struct error *error)
{
	int64_t modified = (int64_t)work->seen.st_mtim.tv_sec * 1000000000 + work->seen.st_mtim.tv_nsec;
	struct upload_mark *mark = &work->mark;
	struct error problem = {0};

	if (mark->part_size && (mark->size != work->plan.size || mark->modified_ns != modified)) {
		// Of another state of the file: what was sent of it is of no use.
		if (!upload_abort(work, error))
			return false;
		*mark = (struct upload_mark){0};
	}
	if (mark->part_size && mark->part_size != work->plan.part_size) {
		if (!upload_abort(work, error))
			return false;
		*mark = (struct upload_mark){0};
	}
	if (mark->part_size && !*mark->id && !claim(work, true, error))
		return false;
	if (*mark->id) {
		if (go_on(work, &problem))
			return upload_remember(work, error);
		if (!upload_is_gone(&problem)) {
			if (error)
				*error = problem;
			return false;
		}
	}
	forget_parts(work);
	*mark = (struct upload_mark){.size = work->plan.size,
	        .part_size = work->plan.part_size,
	        .modified_ns = modified,
	        .began = work->server};
	return upload_remember(work, error) && initiate(work, error) && upload_remember(work, error);
}

bool upload_complete(struct upload_work *work, struct error *error)
{
	struct oss_request request = upload_request(work, "oss.CompleteMultipartUpload", HTTP_POST);
	struct http_response *response = NULL;
	struct buffer body;

	buffer_init(&body, BODY_MOST);
	buffer_add_text(&body, "<CompleteMultipartUpload>");
	for (unsigned i = 0; i < work->plan.count; i++) {
		buffer_printf(&body, "<Part><PartNumber>%u</PartNumber><ETag>", i + 1);
		for (const char *at = work->parts[i].etag; *at; at++)
			if (*at == '"')
				buffer_add_text(&body, "&quot;");
			else if (*at != '<' && *at != '&')
				buffer_add_char(&body, *at);
		buffer_add_text(&body, "</ETag></Part>");
	}
	buffer_add_text(&body, "</CompleteMultipartUpload>");
	request.query[0] = (struct sign_pair){"uploadId", work->mark.id};
	request.headers[0] = (struct sign_pair){"content-type", "application/xml"};
	if (!work->ours)
		request.headers[1] = (struct sign_pair){"x-oss-forbid-overwrite", "true"};
	request.body = buffer_text(&body);
	request.body_size = body.size;
	failpoint("upload.complete");
	if (!body.broken)
		response = oss_perform(&work->session->caller, &request, work->cancel, error);
	else
		error_set(error, ERROR_LIMIT, _("The upload has too many parts"));
	failpoint("upload.completed");
	http_response_destroy(response);
	buffer_finish(&body);
	return response != NULL;
}
