// SPDX-License-Identifier: Apache-2.0
// The texts that Alibaba's request signatures are made over, as the server builds them (Alibaba Cloud API: request
// signatures V3, and the older HMAC-SHA1 for RPC and ROA). Pure functions of the request.
#ifndef PEERDECK_SIM_SIGNING_H
#define PEERDECK_SIM_SIGNING_H

#include "base/buffer.h"
#include "sim/request.h"

// The canonical request of V3. `signed_headers` is the list in the Authorization header.
bool signing_v3_canonical(const struct request *request, const char *signed_headers, struct buffer *out);
void signing_v3(const char *canonical, const char *secret, char out[65]); // hex

// The string to sign of the RPC style: all parameters of query and form but Signature.
bool signing_rpc_text(const struct request *request, struct buffer *out);
bool signing_roa_text(const struct request *request, struct buffer *out);
// base64 of HMAC-SHA1.
bool signing_sha1(const char *text, const char *secret, const char *secret_tail, struct buffer *out);

#endif
