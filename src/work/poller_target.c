// SPDX-License-Identifier: Apache-2.0
// When a (kind, scope) is due.
#include <config.h>
#include "work/poller_target.h"

#include <string.h>

#include "base/banned.h"

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return (hash ^ 0xff) * 1099511628211u;
}

uint64_t target_hash(enum kind_id kind, const struct scope *scope)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)kind;

	return hash_text(hash_text(hash_text(hash, scope->context), scope->region), scope->cluster);
}

void target_init(struct target *target, enum kind_id kind, const struct scope *scope)
{
	memset(target, 0, sizeof(*target));
	target->kind = kind;
	target->scope = *scope;
	target->hash = target_hash(kind, scope);
	target->began = target->ended = target->watched_until = TARGET_NEVER;
	target->unseen_at = target->keep_up_at = TARGET_NEVER;
}

void target_began(struct target *target, job_id job, int64_t now)
{
	target->reading = job;
	target->asked = false;
	target->began = now;
}

// xorshift64*
static double chance_next(struct target_chance *chance)
{
	uint64_t x = chance->state ? chance->state : 88172645463325252u;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	chance->state = x;
	return (double)((x * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

// Doubles with each failure, with half of it left to chance, so that scopes that failed together do not come back
// together.
static int64_t back_off(
        const struct target *target, const struct error *error, int64_t interval_ms, struct target_chance *chance)
{
	int64_t least = interval_ms > POLLER_BACK_OFF_MS ? interval_ms : POLLER_BACK_OFF_MS;
	unsigned doublings = target->failures - 1 < 6 ? target->failures - 1 : 6;

	if (error->kind == ERROR_DENIED || error->kind == ERROR_CREDENTIALS)
		least = POLLER_REFUSED_MS;
	else if (error->kind == ERROR_THROTTLED && least < POLLER_THROTTLED_MS)
		least = POLLER_THROTTLED_MS;
	least <<= doublings;
	if (least > POLLER_BACK_OFF_MOST_MS)
		least = POLLER_BACK_OFF_MOST_MS;
	return least / 2 + (int64_t)((double)least / 2 * chance_next(chance));
}

void target_told(
        struct target *target, const struct sink_report *report, int64_t interval_ms, struct target_chance *chance)
{
	job_id reading = target->reading;

	if (!report->read && report->error.kind == ERROR_CANCELLED)
		return;
	target->ailing = !report->read;
	if (target->began == TARGET_NEVER)
		target->began = report->began;
	target_ended(target, report, interval_ms, chance);
	target->reading = reading;
}

bool target_wants_watch(const struct target *target, int64_t interval_ms, bool frozen)
{
	return interval_ms > 0 && !frozen &&
	       (target->interest == INTEREST_VISIBLE || target->interest == INTEREST_FOCUSED);
}

bool target_drops_watch(struct target *target, bool wanted, bool frozen, int64_t now)
{
	if (target->unseen_at == TARGET_DROPPED)
		return false;
	if (wanted) {
		target->unseen_at = TARGET_NEVER;
		return false;
	}
	if (target->unseen_at == TARGET_NEVER)
		target->unseen_at = now;
	if (!frozen && now - target->unseen_at < POLLER_UNSEEN_MS)
		return false;
	target->unseen_at = TARGET_DROPPED;
	return true;
}

void target_ended(
        struct target *target, const struct sink_report *report, int64_t interval_ms, struct target_chance *chance)
{
	target->reading = 0;
	target->ended = report->ended;
	if (!report->read) {
		if (report->error.kind == ERROR_CANCELLED)
			return;
		target->failures++;
		target->retry_at = report->ended + back_off(target, &report->error, interval_ms, chance);
		return;
	}
	target->failures = 0;
	target->has_read = true;
	if (report->transient_hash != target->transient_hash)
		target->moved_at = report->ended;
	target->transient = report->transient;
	target->transient_hash = report->transient_hash;
}

bool target_is_apart(const struct target *target)
{
	return target->failures > 0 || (target->has_read && target->ended - target->began > POLLER_SLOW_MS);
}

static bool target_is_changing(const struct target *target, int64_t now)
{
	if (now < target->watched_until)
		return true;
	return target->transient > 0 && now - target->moved_at < POLLER_CHANGING_FOR_MS;
}

int64_t target_interval(const struct target *target, int64_t interval_ms, int64_t now)
{
	bool seen = target->interest == INTEREST_VISIBLE || target->interest == INTEREST_FOCUSED;
	bool changing = target_is_changing(target, now);

	if (now < target->watched_until)
		return interval_ms > 0 && interval_ms < POLLER_CHANGING_MS ? interval_ms : POLLER_CHANGING_MS;
	if (interval_ms <= 0)
		return 0;
	if (seen)
		return changing && interval_ms > POLLER_CHANGING_MS ? POLLER_CHANGING_MS : interval_ms;
	return changing ? interval_ms : interval_ms * POLLER_HIDDEN_TIMES;
}

// A reading that takes long leaves as much time free after it as it took.
static int64_t target_rested(const struct target *target)
{
	return target->ended + (target->ended - target->began);
}

int64_t target_due(const struct target *target, int64_t interval_ms, bool frozen, int64_t now)
{
	bool watched = now < target->watched_until;
	int64_t interval, due;

	if (target->reading)
		return TARGET_NEVER;
	if (target->asked)
		return now;
	if (target->watching && !target->ailing)
		return TARGET_NEVER;
	if (frozen || (target->interest == INTEREST_NONE && !watched))
		return TARGET_NEVER;
	if (target->failures > 0)
		return target->retry_at;
	if (target->began == TARGET_NEVER || target->ended == TARGET_NEVER)
		return now;
	if (target->interest == INTEREST_ONCE && !watched)
		return target->has_read ? TARGET_NEVER : now;
	interval = target_interval(target, interval_ms, now);
	if (interval == 0)
		return target->has_read ? TARGET_NEVER : now;
	due = target->began + interval;
	return due > target_rested(target) ? due : target_rested(target);
}
