// SPDX-License-Identifier: Apache-2.0
// An answer that comes in pieces, read by the thread that asked for it while the transport thread only hands pieces
// over.
#ifndef PEERDECK_KUBERNETES_API_STREAM_H
#define PEERDECK_KUBERNETES_API_STREAM_H

#include "kubernetes/api_private.h"

enum {
	API_STREAM_UNREAD_MOST = 16 << 20
}; // bytes that wait for the reader; more ends the stream, which then goes on from its place

struct api_reader {
	bool (*on_piece)(const char *data, size_t size, void *user); // false stops
	// Nothing waits to be read: ms after which to be called again, -1 = only after the next piece. May be NULL.
	int64_t (*on_idle)(void *user);
	void *user;
};

// Sends the call and gives each piece to the reader, on this thread, until the stream ends, on_piece returns false, or
// `cancel` is asked. True when the service ended a 2xx stream well or the reader stopped it; otherwise `error` tells.
// One fresh try after a 401.
bool api_stream(struct api *api, struct api_call *call, const struct api_reader *reader, struct cancel *cancel,
        struct error *error);

#endif
