// SPDX-License-Identifier: Apache-2.0
// MD5 over a body that arrives in pieces: an object's ETag and the check of Content-MD5.
#ifndef PEERDECK_SIM_OSS_DIGEST_H
#define PEERDECK_SIM_OSS_DIGEST_H

#include "base/base.h"

enum { MD5_SIZE = 16 };

struct oss_digest;
struct oss_digest *oss_digest_create(void); // NULL when the library refuses MD5
void oss_digest_destroy(struct oss_digest *digest);
void oss_digest_add(struct oss_digest *digest, const void *data, size_t size);
// Ends it: nothing may be added afterwards.
void oss_digest_end(struct oss_digest *digest, unsigned char out[MD5_SIZE]);

#endif
