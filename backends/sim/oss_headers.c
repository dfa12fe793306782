// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/oss_headers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/memory.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

// Kept as they came and given back as they are.
static const struct pair kept[] = {
        {"cache-control", "Cache-Control"},
        {"content-disposition", "Content-Disposition"},
        {"content-encoding", "Content-Encoding"},
        {"expires", "Expires"},
};

static const char *const storage_classes[] = {"Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"};

// The name under which a request's header is kept; NULL = it is not.
static const char *kept_name(const char *name)
{
	if (!strncmp(name, "x-oss-meta-", 11))
		return name;
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (!strcmp(kept[i].name, name))
			return kept[i].value;
	return NULL;
}

static const char *storage_class(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(storage_classes); i++)
		if (!strcmp(storage_classes[i], name))
			return storage_classes[i];
	return NULL;
}

bool oss_headers_read(struct oss_call *call, struct oss_headers *out)
{
	const struct pairs *headers = &call->request->headers;
	const char *type = pairs_get(headers, "content-type"), *class = pairs_get(headers, "x-oss-storage-class");
	const char *known = storage_class(class ? class : call->bucket->storage_class);
	if (!known)
		return oss_fail_argument(call, "x-oss-storage-class", class);
	*out = (struct oss_headers){
	        .content_type = world_text(call->world, type && *type ? type : "application/octet-stream"),
	        .storage_class = known,
	};
	for (size_t i = 0; i < headers->count; i++) {
		const char *name = kept_name(headers->items[i].name);
		if (!name)
			continue;
		out->items = memory_resized(out->items, out->count + 1, sizeof(*out->items));
		out->items[out->count++] = (struct pair){.name = world_text(call->world, name),
		        .value = world_text(call->world, headers->items[i].value)};
	}
	return true;
}

struct oss_headers oss_headers_copy(const struct oss_headers *headers)
{
	struct oss_headers copy = *headers;
	copy.items = NULL;
	if (headers->count) {
		copy.items = memory_zeroed(headers->count, sizeof(*copy.items));
		memcpy(copy.items, headers->items, headers->count * sizeof(*copy.items));
	}
	return copy;
}

void oss_headers_write(struct oss_call *call, const struct oss_object *object)
{
	struct answer *answer = call->answer;
	char modified[TIME_TEXT_SIZE];
	oss_time_http(object->modified, modified);
	answer_header(answer, "ETag", oss_format(call, "%s", object->etag));
	answer_header(answer, "Last-Modified", oss_format(call, "%s", modified));
	answer_header(answer, "Accept-Ranges", "bytes");
	answer_header(answer, "x-oss-object-type", object->type);
	answer_header(answer, "x-oss-storage-class", object->headers.storage_class);
	answer_header(answer, "x-oss-hash-crc64ecma", oss_format(call, "%" PRIu64, oss_blob_crc(object->blob)));
	for (size_t i = 0; i < object->headers.count; i++)
		answer_header(answer, object->headers.items[i].name, object->headers.items[i].value);
}

bool oss_check_overwrite(struct oss_call *call)
{
	const char *forbid = request_header(call->request, "x-oss-forbid-overwrite");
	if (!forbid || strcasecmp(forbid, "true") != 0 || !oss_object_find(call->bucket, call->key))
		return true;
	oss_detail(call, "Key", call->key);
	return oss_fail(call, "FileAlreadyExists");
}

static bool etag_matches(const char *wanted, const char *etag)
{
	size_t length = strlen(etag);
	return !strcmp(wanted, "*") || !strcmp(wanted, etag) ||
	       (strlen(wanted) == length - 2 && !strncmp(wanted, etag + 1, length - 2));
}

// 1 = later than the header's time, 0 = not, -1 = no such header.
static int modified_after(const struct oss_call *call, const char *header, int64_t modified)
{
	const char *text = request_header(call->request, header);
	int64_t time;
	if (!text || !time_parse_http(text, &time))
		return -1;
	return modified / 1000 > time / 1000;
}

static bool fail_condition(struct oss_call *call, const char *condition)
{
	oss_detail(call, "Condition", condition);
	return oss_fail(call, "PreconditionFailed");
}

static bool unchanged(struct oss_call *call, const struct oss_object *object)
{
	answer_header(call->answer, "ETag", oss_format(call, "%s", object->etag));
	oss_answer_empty(call, 304);
	return false;
}

bool oss_check_conditions(struct oss_call *call, const struct oss_object *object)
{
	const char *match = request_header(call->request, "if-match");
	const char *none_match = request_header(call->request, "if-none-match");
	if (match && !etag_matches(match, object->etag))
		return fail_condition(call, "If-Match");
	if (modified_after(call, "if-unmodified-since", object->modified) == 1)
		return fail_condition(call, "If-Unmodified-Since");
	if (none_match && etag_matches(none_match, object->etag))
		return unchanged(call, object);
	if (!none_match && modified_after(call, "if-modified-since", object->modified) == 0)
		return unchanged(call, object);
	return true;
}

// "bytes=first-last", "bytes=first-", "bytes=-count".
static bool parse_range(const char *text, uint64_t size, bool standard, struct oss_range *out)
{
	if (strncmp(text, "bytes=", 6) != 0 || strchr(text, ',') || !size)
		return false;
	text += 6;
	char *end;
	bool suffix = *text == '-';
	unsigned long long first = strtoull(suffix ? text + 1 : text, &end, 10), last = size - 1;
	if (end == (suffix ? text + 1 : text))
		return false;
	if (suffix) {
		if (*end || !first || (first > size && !standard))
			return false;
		first = first > size ? 0 : size - first;
	} else {
		if (*end++ != '-')
			return false;
		if (*end) {
			char *stop;
			last = strtoull(end, &stop, 10);
			if (*stop || last < first || (last >= size && !standard))
				return false;
		}
		if (first >= size)
			return false;
	}
	if (last >= size)
		last = size - 1;
	*out = (struct oss_range){.first = first, .size = last - first + 1, .partial = true};
	return true;
}

bool oss_range_read(struct oss_call *call, uint64_t size, struct oss_range *out)
{
	const char *range = request_header(call->request, "range");
	const char *behavior = request_header(call->request, "x-oss-range-behavior");
	bool standard = behavior && !strcmp(behavior, "standard");
	*out = (struct oss_range){.size = size};
	if (!range || parse_range(range, size, standard, out) || !standard)
		return true;
	oss_detail(call, "ActualObjectSize", oss_format(call, "%" PRIu64, size));
	oss_detail(call, "RangeHeader", range);
	return oss_fail(call, "InvalidRange");
}
