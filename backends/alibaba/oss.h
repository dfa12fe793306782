// SPDX-License-Identifier: Apache-2.0
// One request to object storage, signed freshly at each attempt (Alibaba Cloud OSS: REST API, signature version 4).
#ifndef PEERDECK_ALIBABA_OSS_H
#define PEERDECK_ALIBABA_OSS_H

#include "alibaba/call.h"

enum { OSS_PAIRS_MOST = 4 };

struct oss_request {
	const char *operation; // "oss.UploadPart", for people and logs
	enum http_method method;
	const char *region, *bucket;                                     // bucket "" = the service itself
	const char *object;                                              // "" = the bucket itself
	struct sign_pair query[OSS_PAIRS_MOST], headers[OSS_PAIRS_MOST]; // those without a name are left out
	const void *body;                                                // borrowed until the answer is destroyed
	size_t body_size;
	size_t (*read_body)(uint64_t offset, void *buffer, size_t size, void *user, struct error *error); // see http.h
	bool once;                                   // a second time would do it twice
	void (*on_sent)(uint64_t bytes, void *user); // see http.h; on the transport thread
	void *user;
	void *tag; // comes back in the response
};

// Waits for the answer, also one that refuses; fetches new credentials once when they had expired. NULL when it could
// not be sent.
struct http_response *oss_ask(
        struct caller *caller, const struct oss_request *request, struct cancel *cancel, struct error *error);
bool oss_submit(struct caller *caller, const struct oss_request *request, struct http_batch *batch,
        struct cancel *cancel, struct error *error);
// True for a success. Otherwise the error tells what the service said; a bucket in another region has its own remedy.
bool oss_check(const struct http_response *response, const struct oss_request *request, struct error *error);
// The same in one step; NULL on any failure.
struct http_response *oss_perform(
        struct caller *caller, const struct oss_request *request, struct cancel *cancel, struct error *error);
// Whether a request that failed may have had its effect.
bool oss_in_doubt(const struct error *error);

#endif
