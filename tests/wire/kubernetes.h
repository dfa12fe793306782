// SPDX-License-Identifier: Apache-2.0
// A cluster that answers by script: the first request gets the first answer, and so on.
#ifndef PEERDECK_TESTS_WIRE_KUBERNETES_H
#define PEERDECK_TESTS_WIRE_KUBERNETES_H

#include <pthread.h>

#include "kubernetes/api.h"
#include "tests/unit/unit.h"
#include "tests/wire/http_certificates.h"
#include "tests/wire/http_server.h"

extern const struct unit_suite kubernetes_call_suite, kubernetes_watch_suite, kubernetes_logs_suite;

enum ending {
	WHOLE,  // with a Content-Length
	ENDS,   // a chunk for each byte of 7, ended well
	BREAKS, // the same, cut off
	HANGS,  // the same, left open until the client goes
};

struct step {
	int status;
	enum ending ending;
	const char *body;
	const char *headers; // "Name: value\r\n"; NULL = none
};

struct scripted {
	pthread_mutex_t lock;
	const struct step *steps;
	size_t count, at;
	char asked[16 << 10]; // "METHOD PATH\nbody\n" of all requests
	char head[4 << 10];   // of the last one
	struct http_certificate certificate;
	struct http_server *server;
	struct http_client *http;
	struct kubeconfig *config;
	struct access *access;
	struct api *api;
};

// `user` is the kubeconfig's user in flow style: "token: t".
void scripted_init(struct scripted *scripted, const char *user, const struct step *steps, size_t count);
void scripted_finish(struct scripted *scripted);
// Whether a request was asked; counted.
unsigned scripted_asked(struct scripted *scripted, const char *part);
// All steps were used.
bool scripted_is_done(struct scripted *scripted);

#endif
