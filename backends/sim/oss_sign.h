// SPDX-License-Identifier: Apache-2.0
// The texts that OSS signatures are made over, version 4 (OSS4-HMAC-SHA256) and version 1 (HMAC-SHA1).
// Source: Alibaba Cloud OSS API: "Include signatures in the Authorization header", "Include a V4 signature …".
#ifndef PEERDECK_SIM_OSS_SIGN_H
#define PEERDECK_SIM_OSS_SIGN_H

#include "base/buffer.h"
#include "base/crypto.h"
#include "sim/request.h"

struct oss_signed {
	const char *method;
	const char *bucket, *key;            // decoded; NULL = none
	const struct pairs *query, *headers; // decoded; header names in lower case
};

// `additional` is the list of further signed headers ("host;range"), "" = none. x-oss-signature is left out.
bool oss_v4_canonical(struct buffer *out, const struct oss_signed *request, const char *additional);
// `date` 20261120T205200Z, `scope` 20261120/cn-beijing/oss/aliyun_v4_request.
bool oss_v4_string(struct buffer *out, const char *date, const char *scope, const struct buffer *canonical);
void oss_v4_signature(const char *secret, const char *day, const char *region, const struct buffer *string,
        char out[SHA256_HEX_SIZE]);

// `date` is the Date header's text, or the unix seconds of a signed URL's Expires.
bool oss_v1_string(struct buffer *out, const struct oss_signed *request, const char *date);
bool oss_v1_signature(struct buffer *out, const char *secret, const struct buffer *string); // base64

#endif
