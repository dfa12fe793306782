// SPDX-License-Identifier: Apache-2.0
// What a run tells: to whoever carries it out, and through the lock to those that look on. No secret is in it.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { LINE_MOST = 64 << 10, SECRET_LEAST = 4 };

void run_watched(struct guide_run *run, int lock)
{
	run->lock = lock;
}

// False when it is none of what those that look on are told.
static bool set_seen(struct lock_holder *seen, const struct guide_event *event)
{
	switch (event->kind) {
	case EVENT_LINE:
		lock_holder_add_line(seen, event->text);
		return true;
	case EVENT_BEGIN:
	case EVENT_WAIT:
		break;
	case EVENT_END:
	case EVENT_NOTE:
		return false;
	}
	snprintf(seen->key, sizeof(seen->key), "%s", event->key ? event->key : "");
	seen->waiting = event->kind == EVENT_WAIT;
	snprintf(seen->text, sizeof(seen->text), "%s", seen->waiting && event->text ? event->text : "");
	seen->usual_ms = event->usual_ms;
	seen->next_ms = event->next_ms;
	seen->limit_ms = event->limit_ms;
	seen->percent = event->percent;
	return true;
}

static void tell_watchers(struct guide_run *run, const struct guide_event *event)
{
	int64_t now = clock_now(run->effects.clock);

	if (!set_seen(&run->seen, event))
		return;
	if (event->kind == EVENT_BEGIN)
		run->seen.began = now;
	// Of a wait the time counts from which the next look is known.
	if (event->kind != EVENT_LINE)
		run->seen.told = now;
	lock_tell(run->lock, &run->seen);
}

void run_tell(struct guide_run *run, const struct guide_event *event)
{
	if (run->lock >= 0)
		tell_watchers(run, event);
	if (run->tell)
		run->tell(event, run->user);
}

// The first secret that the text holds, NULL = none. The longest counts where several begin.
static const char *find_secret(const struct values *values, const char *text, size_t *length)
{
	const char *first = NULL;

	for (const struct values *in = values; in; in = in->outer)
		for (size_t i = 0; i < in->count; i++) {
			const struct value *value = &in->list[i];
			const size_t size = value->secret && value->known ? strlen(value->text) : 0;
			const char *at = size >= SECRET_LEAST ? strstr(text, value->text) : NULL;

			if (!at || (first && (at > first || (at == first && size <= *length))))
				continue;
			first = at;
			*length = size;
		}
	return first;
}

// A program may print what it was given. False when nothing is to be masked.
static bool mask(const struct values *values, const char *text, struct buffer *out)
{
	const char *secret;
	size_t length = 0;

	while ((secret = find_secret(values, text, &length))) {
		buffer_add(out, text, (size_t)(secret - text));
		buffer_add_text(out, "***");
		text = secret + length;
	}
	if (out->size)
		buffer_add_text(out, text);
	return out->size != 0;
}

void run_line(struct guide_run *run, const struct instance *instance, const char *text)
{
	struct guide_event event = {
	        .kind = EVENT_LINE, .step = instance->step, .key = instance->row.key, .text = text, .percent = -1};
	struct buffer masked;

	buffer_init(&masked, LINE_MOST);
	if (mask(&instance->values, text, &masked))
		event.text = buffer_text(&masked);
	run_tell(run, &event);
	buffer_finish(&masked);
}
