// SPDX-License-Identifier: Apache-2.0
// What changed while the console ran: the last differences that the store found, for the describe view. Safe from any
// thread.
#ifndef PEERDECK_UI_EVENTS_H
#define PEERDECK_UI_EVENTS_H

#include "inventory/store.h"

enum { EVENTS_MOST = 4000, EVENT_TEXT_SIZE = 160 };

struct event {
	int64_t time;
	enum kind_id kind;
	char id[128];
	char text[EVENT_TEXT_SIZE]; // "status Running > Stopping"
};

// Begins to listen; once per store.
bool events_watch(struct store *store);
// The newest first, at most `most`; returns how many were copied.
size_t events_of(enum kind_id kind, const char *id, struct event *out, size_t most);
void events_forget(void);

#endif
