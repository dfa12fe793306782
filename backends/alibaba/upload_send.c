// SPDX-License-Identifier: Apache-2.0
// Sending parts, a few at a time. What they hold is read from the file and summed piece by piece as it leaves.
#include "config.h"
#include "alibaba/upload_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/banned.h"

enum { TELL_MS = 250, REFUSED_MOST = 3 };

struct slot {
	struct upload_piece piece; // first member: the slot is handed over as it
	unsigned index;
	bool busy;
	_Atomic uint64_t sent;
};

struct sender {
	struct upload_work *work;
	struct http_batch *batch;
	struct cancel stop;  // asked when the work is, or when a part failed for good
	uint64_t generation; // of the keys that parts were signed with
	struct slot slots[UPLOAD_PARALLEL_MOST];
	unsigned first; // before it no part is missing
};

static void note_sent(uint64_t bytes, void *user)
{
	struct slot *slot = user;

	atomic_store(&slot->sent, bytes);
}

static bool submit(struct sender *sender, struct slot *slot, struct error *error)
{
	struct upload_work *work = sender->work;
	struct oss_request request = upload_request(work, "oss.UploadPart", HTTP_PUT);
	uint64_t size = upload_part_size(&work->plan, slot->index);
	char number[16];

	slot->piece = (struct upload_piece){.work = work, .begins = work->plan.part_size * slot->index};
	upload_read_ahead(work, slot->piece.begins, size);
	snprintf(number, sizeof(number), "%u", slot->index + 1);
	request.query[0] = (struct sign_pair){"partNumber", number};
	request.query[1] = (struct sign_pair){"uploadId", work->mark.id};
	request.headers[0] = (struct sign_pair){"content-type", "application/octet-stream"};
	request.read_body = upload_read_piece;
	request.body_size = size;
	request.on_sent = note_sent;
	request.user = slot;
	request.tag = slot;
	atomic_store(&slot->sent, 0);
	slot->busy = oss_submit(&work->session->caller, &request, sender->batch, &sender->stop, error);
	if (slot->busy)
		work->parts[slot->index].state = PART_SENDING;
	return slot->busy;
}

static struct slot *free_slot(struct sender *sender)
{
	for (unsigned i = 0; i < sender->work->plan.parallel; i++)
		if (!sender->slots[i].busy)
			return &sender->slots[i];
	return NULL;
}

// The first part that nobody sends; the count when there is none.
static unsigned next_missing(struct sender *sender)
{
	struct upload_work *work = sender->work;
	unsigned index;

	while (sender->first < work->plan.count && work->parts[sender->first].state == PART_THERE)
		sender->first++;
	index = sender->first;
	while (index < work->plan.count && work->parts[index].state != PART_MISSING)
		index++;
	return index;
}

static bool feed(struct sender *sender, struct error *error)
{
	struct slot *slot;

	while ((slot = free_slot(sender)) != NULL) {
		slot->index = next_missing(sender);
		if (slot->index == sender->work->plan.count)
			return true;
		if (cancel_asked(&sender->stop))
			return error_set(
			        error, ERROR_CANCELLED, _("stopped; what has been sent stays, and is gone on with"));
		if (!submit(sender, slot, error))
			return false;
	}
	return true;
}

static bool take_answer(struct sender *sender, struct http_response *response, struct slot *slot, struct error *error)
{
	struct upload_work *work = sender->work;
	struct oss_request request = upload_request(work, "oss.UploadPart", HTTP_PUT);
	struct upload_part *part = &work->parts[slot->index];
	const char *etag, *crc;

	slot->busy = false;
	part->state = PART_MISSING;
	work->crcs[slot->index] = slot->piece.crc;
	if (call_renew(&work->session->caller, response, sender->generation, work->cancel)) {
		sender->generation = call_generation(&work->session->caller);
		return ++part->refused < REFUSED_MOST || oss_check(response, &request, error);
	}
	if (!oss_check(response, &request, error))
		return false;
	etag = http_response_header(response, "etag");
	crc = http_response_header(response, "x-oss-hash-crc64ecma");
	if (!etag || (crc && strtoull(crc, NULL, 10) != work->crcs[slot->index])) {
		// Arrived damaged, or read while somebody wrote: once more.
		if (++part->refused < REFUSED_MOST)
			return true;
		return error_set(error, ERROR_PROTOCOL, _("Part %u arrives with another checksum again and again"),
		        slot->index + 1);
	}
	snprintf(part->etag, sizeof(part->etag), "%s", etag);
	part->state = PART_THERE;
	work->done += upload_part_size(&work->plan, slot->index);
	failpoint("upload.part");
	return true;
}

static void tell(const struct sender *sender)
{
	uint64_t on_the_way = 0;

	for (unsigned i = 0; i < sender->work->plan.parallel; i++)
		if (sender->slots[i].busy)
			on_the_way += atomic_load(&sender->slots[i].sent);
	upload_tell(sender->work, on_the_way);
}

static bool run(struct sender *sender, struct error *error)
{
	bool good = true;

	for (;;) {
		struct http_response *response;

		if (good && !feed(sender, error))
			good = false;
		if (!good)
			cancel_ask(&sender->stop);
		while (!http_batch_wait(sender->batch, TELL_MS))
			if (good)
				tell(sender);
		response = http_batch_next(sender->batch, NULL);
		if (!response)
			return good;
		// The first failure is the one to tell; the others follow from it.
		good = take_answer(sender, response, response->tag, good ? error : NULL) && good;
		http_response_destroy(response);
		if (good)
			tell(sender);
	}
}

bool upload_send(struct upload_work *work, struct error *error)
{
	struct sender sender = {.work = work, .stop = {.parent = work->cancel}};
	bool good;

	sender.generation = call_generation(&work->session->caller);
	sender.batch = http_batch_create(work->session->services.http, error);
	if (!sender.batch)
		return false;
	upload_tell(work, 0);
	good = run(&sender, error);
	http_batch_destroy(sender.batch);
	return good;
}
