// SPDX-License-Identifier: Apache-2.0
// The lock of one active run per guide and context, and what others that look on learn from it: who walks, since when,
// how far it is, and the last lines of its log. A process that ends, however it ends, lets go of it.
#ifndef PEERDECK_GUIDE_LOCK_H
#define PEERDECK_GUIDE_LOCK_H

#include "base/clock.h"
#include "base/error.h"
#include "guide/store.h"

enum { LOCK_HOST_SIZE = 128, LOCK_TEXT_SIZE = 256, LOCK_LINES_MOST = 12, LOCK_LINE_SIZE = 200 };

struct lock_holder {
	int64_t pid, since; // since: wall clock, ms
	char host[LOCK_HOST_SIZE];
	// The step at work; "" = none has begun.
	char key[STEP_KEY_SIZE], text[LOCK_TEXT_SIZE];
	int64_t began, told; // wall: of the step, and when this was written
	int64_t usual_ms, next_ms, limit_ms;
	int percent; // −1 = not known
	bool waiting;
	// The last lines of the log, cut to fit, and how many there were in all.
	int64_t lines_told;
	size_t line_count;
	char lines[LOCK_LINES_MOST][LOCK_LINE_SIZE];
};
// One line more; the oldest goes where there is no room.
void lock_holder_add_line(struct lock_holder *holder, const char *text);

// Programs that a walk starts keep a second file open, and so does all that they start: while one of them outlives a
// walk that was killed, the next one sees it held. Opens that file, and holds nothing yet; -1 with the error, -2 for a
// store in memory. Closed with store_unlock.
int programs_open(const char *path, const char *guide, const char *context, struct error *error);
// Held until programs_release, or until what inherited it has ended. False while programs of an earlier walk hold it.
bool programs_hold(int programs);
void programs_release(int programs);
// Which one it is, for whoever finds it held.
struct left_program {
	int64_t pid; // of the process group; 0 = not known
	char text[LOCK_TEXT_SIZE];
};
void programs_tell(int programs, const struct left_program *now);
void programs_read(int programs, struct left_program *out);

// Who walks the guide in the context, read without touching the lock. False when nobody does.
bool lock_holder_read(const char *path, const char *guide, const char *context, struct lock_holder *out);
// Tells those that look on; pid, host and since are the lock's own. `lock` as store_lock gave it; −1, −2: nobody is
// told.
void lock_tell(int lock, const struct lock_holder *now);

#endif
