// SPDX-License-Identifier: Apache-2.0
// Throw-away certificates for tests of TLS.
#ifndef PEERDECK_TESTS_WIRE_HTTP_CERTIFICATES_H
#define PEERDECK_TESTS_WIRE_HTTP_CERTIFICATES_H

#include "base/base.h"

struct http_certificate {
	char *certificate, *key; // PEM, free()
};

// A self-signed certificate for a DNS name, good for an hour, for servers and clients.
struct http_certificate http_certificate_make(const char *name);
void http_certificate_finish(struct http_certificate *certificate);

#endif
