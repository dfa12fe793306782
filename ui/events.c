// SPDX-License-Identifier: Apache-2.0
// The last differences in a ring.
#include "config.h"

#include "ui/events.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct {
	pthread_mutex_t lock;
	struct event ring[EVENTS_MOST];
	size_t next, count;
} events = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void add(const struct publication *publication, const struct record *record, const char *text)
{
	struct event *event;

	pthread_mutex_lock(&events.lock);
	event = &events.ring[events.next];
	events.next = (events.next + 1) % EVENTS_MOST;
	if (events.count < EVENTS_MOST)
		events.count++;
	event->time = publication->after->read_at;
	event->kind = publication->after->kind;
	snprintf(event->id, sizeof(event->id), "%s", record->id);
	snprintf(event->text, sizeof(event->text), "%s", text);
	pthread_mutex_unlock(&events.lock);
}

static void tell_fields(const struct publication *publication, const struct change *change)
{
	const struct kind *kind = kind_get(publication->after->kind);
	const struct field_context context = {.now = publication->after->read_at};

	for (size_t i = 0; i < kind->field_count && i < 64; i++) {
		const struct field *field = &kind->fields[i];
		char before[64], after[64], text[EVENT_TEXT_SIZE];

		if (!(change->fields >> i & 1) || (field->flags & (FIELD_INTERNAL | FIELD_DERIVED)))
			continue;
		field_text(field, change->before, &context, true, before, sizeof(before));
		field_text(field, change->after, &context, true, after, sizeof(after));
		snprintf(text, sizeof(text), "%s: %.60s > %.60s", field->name, before, after);
		add(publication, change->after, text);
	}
}

static void on_change(const struct publication *publication, void *user)
{
	(void)user;
	for (size_t i = 0; i < publication->change_count; i++) {
		const struct change *change = &publication->changes[i];

		if (change->sort == CHANGE_APPEARED)
			add(publication, change->after, _("appeared"));
		else if (change->sort == CHANGE_GONE)
			add(publication, change->before, _("gone"));
		else
			tell_fields(publication, change);
	}
}

bool events_watch(struct store *store)
{
	return store_listen(store, on_change, NULL);
}

size_t events_of(enum kind_id kind, const char *id, struct event *out, size_t most)
{
	size_t found = 0;

	pthread_mutex_lock(&events.lock);
	for (size_t i = 1; i <= events.count && found < most; i++) {
		const struct event *event = &events.ring[(events.next + EVENTS_MOST - i) % EVENTS_MOST];

		if (event->kind == kind && strcmp(event->id, id) == 0)
			out[found++] = *event;
	}
	pthread_mutex_unlock(&events.lock);
	return found;
}

void events_forget(void)
{
	pthread_mutex_lock(&events.lock);
	events.next = events.count = 0;
	pthread_mutex_unlock(&events.lock);
}
