// SPDX-License-Identifier: Apache-2.0
// A secret in memory: kept out of swap and core files (mlock, MADV_DONTDUMP), wiped when released.
// Reference-counted, safe to share between threads. Never print one: there is no function for it on purpose.
#ifndef PEERDECK_BASE_SECRET_H
#define PEERDECK_BASE_SECRET_H

#include "base/base.h"

struct secret;

struct secret *secret_create(const char *text, size_t length); // NULL when out of memory
struct secret *secret_ref(struct secret *secret);		// NULL in, NULL out
void secret_unref(struct secret *secret);
const char *secret_text(const struct secret *secret); // NUL-terminated; "" for NULL
size_t secret_length(const struct secret *secret);
void secret_wipe(void *data, size_t size); // not optimised away

#endif
