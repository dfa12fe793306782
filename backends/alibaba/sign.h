// SPDX-License-Identifier: Apache-2.0
// Request signatures, as pure functions over the description of a request: the same request gives the same bytes. Time
// and nonce are headers (or parameters) that the caller has put in.
#ifndef PEERDECK_ALIBABA_SIGN_H
#define PEERDECK_ALIBABA_SIGN_H

#include "base/base.h"
#include "base/buffer.h"
#include "base/error.h"

enum { SIGN_TEXT_MOST = 4 << 20 };

struct sign_pair {
	const char *name;
	const char *value; // decoded; NULL counts as ""
};

struct sign_request {
	const char *method; // upper case
	const char *path;   // as sent, percent-encoded; OSS V4: "/bucket/key", not encoded
	const struct sign_pair *query;
	size_t query_count;
	const struct sign_pair *headers; // those that are sent, host among them; names in any case
	size_t header_count;
	const void *body;
	size_t body_size;
	const char *key_id, *key_secret;
	const char *region;              // OSS V4: "cn-beijing"
	const char *const *also_headers; // OSS V4: further headers to sign (AdditionalHeaders), lower case, sorted
	size_t also_header_count;
};

// What signing made. Release with signature_finish.
struct signature {
	struct buffer canonical;     // canonical request; empty for the HMAC-SHA1 kinds, which have none
	struct buffer string;        // string to sign
	struct buffer authorization; // header value; empty for RPC HMAC-SHA1
	char value[72];              // the bare signature: hex, or base64 for HMAC-SHA1
};
void signature_init(struct signature *signature);
void signature_finish(struct signature *signature);

// ACS3-HMAC-SHA256 ("V3"), for RPC and ROA services. The caller has set all x-acs-* headers.
bool sign_acs3(const struct sign_request *request, struct signature *out, struct error *error);
// The older RPC signature: query and form parameters together; a parameter named Signature is left out.
bool sign_rpc_sha1(const struct sign_request *request, struct signature *out, struct error *error);
// The older ROA signature.
bool sign_roa_sha1(const struct sign_request *request, struct signature *out, struct error *error);
// OSS4-HMAC-SHA256. The caller has set x-oss-date and x-oss-content-sha256.
bool sign_oss4(const struct sign_request *request, struct signature *out, struct error *error);

// Helpers shared by the signers and by whoever builds the URL.
// Sorted "name=value&…" with both parts percent-encoded. `bare_empty`: a parameter without a value is its name alone.
bool sign_add_query(struct buffer *out, const struct sign_pair *query, size_t count, bool bare_empty);
// Value of a header, any case of its name; NULL when absent.
const char *sign_header(const struct sign_request *request, const char *name);
// Whether a header belongs into the canonical headers; `name` is in lower case.
typedef bool (*sign_selects)(const struct sign_request *request, const char *name);
// "name:value\n" of the selected headers in order of their lower-case names; `names` (may be NULL) gets them joined by
// ';'.
bool sign_add_headers(
        struct buffer *out, struct buffer *names, const struct sign_request *request, sign_selects selects);

#endif
