// SPDX-License-Identifier: Apache-2.0
// Logs of a container, now or as they come.
#ifndef PEERDECK_KUBERNETES_API_LOGS_H
#define PEERDECK_KUBERNETES_API_LOGS_H

#include "kubernetes/api.h"

struct api_log_query {
	const char *space, *pod;
	const char *container;  // NULL = the only one
	bool follow;            // until the container ends
	bool previous;          // of the container before its last restart
	bool timestamps;        // leave them before each line
	int64_t tail;           // lines from the end, -1 = all
	int64_t since_s;        // not older than so many seconds, 0 = all
	const char *since_time; // RFC 3339, NULL = all
	int64_t limit_bytes;    // 0 = all
	int64_t pause_ms;       // before going on after a broken stream, 0 = 800
};

enum { API_LOG_LINE_MOST = 256 << 10, API_LOG_BREAKS_MOST = 10 }; // longer lines come in parts

// on_line gets each line without its end, on this thread; false stops, which is no failure. A followed stream that
// breaks is taken up where it was, without a line lost or twice; after API_LOG_BREAKS_MOST breaks in a row without a
// new line it is given up.
bool api_logs(struct api *api, const struct api_log_query *query,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error);

#endif
