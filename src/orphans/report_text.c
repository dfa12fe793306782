// SPDX-License-Identifier: Apache-2.0
// What a report says in sentences: how complete it is, and what would settle an open question.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "orphans/report_own.h"

#include "base/banned.h"

enum { UNREAD_TOLD_MOST = 5, CURRENCIES_MOST = 4 };

static void add_unread(const struct report *report, struct buffer *out)
{
	size_t told = 0, left = 0;

	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];

		if (reading->is_complete)
			continue;
		if (told == UNREAD_TOLD_MOST) {
			left++;
			continue;
		}
		buffer_add_text(out, told++ ? ", " : _("; not read whole: "));
		text_add_visible(out, reading->name, strlen(reading->name));
		if (*reading->why || *reading->missing) {
			const char *why = *reading->why ? reading->why : reading->missing;

			buffer_add_text(out, " (");
			text_add_visible(out, why, strlen(why));
			buffer_add_text(out, ")");
		}
	}
	if (left > 0)
		buffer_printf(out, _(" and %zu more"), left);
}

void report_completeness(const struct report *report, int64_t now, struct buffer *out)
{
	size_t clusters = 0, regions = 0, clusters_read = 0, regions_read = 0;
	char age[TIME_TEXT_SIZE];

	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];

		*(reading->is_cluster ? &clusters : &regions) += 1;
		*(reading->is_cluster ? &clusters_read : &regions_read) += reading->is_complete;
	}
	time_format_age(now > report->began ? now - report->began : 0, age);
	buffer_printf(out, _("%zu of %zu clusters and %zu of %zu regions read, %s ago"), clusters_read, clusters,
	        regions_read, regions, age);
	add_unread(report, out);
}

static void add_totals(const struct report *report, struct buffer *out)
{
	const struct report_total *orphans = &report->totals[VERDICT_ORPHAN];
	struct report_cost costs[CURRENCIES_MOST];
	char money[MONEY_TEXT_SIZE];

	if (orphans->count)
		buffer_printf(out, _("Orphans: %zu · %lld vCPU"), orphans->count, (long long)orphans->vcpu);
	else
		buffer_add_text(out, _("No orphans"));
	// Nothing is added up that is not of one currency.
	const size_t count = report_money(report, VERDICT_ORPHAN, costs, CURRENCIES_MOST);
	for (size_t i = 0; i < count && i < CURRENCIES_MOST; i++) {
		if (money_text(costs[i].per_hour, costs[i].currency, money, sizeof(money)))
			buffer_printf(out, _(" · %s an hour"), money);
		if (money_text(costs[i].so_far, costs[i].currency, money, sizeof(money)))
			buffer_printf(out, _(" · %s so far"), money);
	}
	if (orphans->count && orphans->unpriced)
		buffer_printf(out, _(" · %zu without a price"), orphans->unpriced);
	if (report->totals[VERDICT_UNKNOWN].count)
		buffer_printf(out, _(" · unknown %zu"), report->totals[VERDICT_UNKNOWN].count);
	if (report->totals[VERDICT_SUSPECT].count)
		buffer_printf(out, _(" · suspect %zu"), report->totals[VERDICT_SUSPECT].count);
}

bool report_head_text(const struct report *report, enum report_head head, int64_t now, struct buffer *out)
{
	switch (head) {
	case REPORT_HEAD_NOBODY:
		if (report->nobody_else_cleans_up)
			buffer_printf(out, "! %s",
			        _("No controller (peerpod-ctrl) works here: nothing else will ever clean these up"));
		return report->nobody_else_cleans_up;
	case REPORT_HEAD_TOTALS:
		add_totals(report, out);
		return true;
	case REPORT_HEAD_COMPLETENESS:
		report_completeness(report, now, out);
		return true;
	default:
		if (!report->is_kept_on_disk)
			buffer_printf(out, _("First-seen times are not kept on disk: nothing settles across runs%s%s"),
			        *report->disk_error ? ": " : "", report->disk_error);
		return !report->is_kept_on_disk;
	}
}

// Clusters are named by their place among those that were read.
static const struct report_reading *reading_of_cluster(const struct report *report, cluster_ref cluster)
{
	size_t place = 0;

	if (cluster == CLUSTER_NONE)
		return NULL;
	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_cluster && ++place == cluster)
			return &report->readings[i];
	return NULL;
}

static const struct report_reading *reading_of_region(const struct report *report, const struct report_item *item)
{
	for (size_t i = 0; i < report->reading_count; i++)
		if (!report->readings[i].is_cluster && scope_equal(&report->readings[i].scope, item->scope))
			return &report->readings[i];
	return NULL;
}

static void say_permission(const struct report *report, const struct report_item *item, const struct reason *reason,
        char *out, size_t size)
{
	const struct report_reading *reading = reading_of_cluster(report, reason->cluster);

	if (!reading)
		reading = reading_of_region(report, item);
	if (reading && *reading->missing)
		snprintf(out, size, _("grant %s in %s"), reading->missing, reading->name);
	else if (reading)
		snprintf(out, size, _("grant what is missing in %s"), reading->name);
	else
		snprintf(out, size, "%s", rule_text(reason->rule));
}

static void say_cluster(const struct report *report, const struct report_item *item, const struct reason *reason,
        char *out, size_t size)
{
	const struct report_reading *reading = reading_of_cluster(report, reason->cluster);

	if (!reading)
		reading = reading_of_region(report, item);
	if (reading && reading->is_cluster && reading->reading == CLUSTER_UNREAD && reading->read_at == 0 &&
	        *reading->scope.cluster)
		snprintf(out, size, _("add a kubeconfig for %s"), reading->name);
	else if (reading && *reading->why)
		snprintf(out, size, _("read %s: %s"), reading->name, reading->why);
	else if (reading)
		snprintf(out, size, _("read %s"), reading->name);
	else
		snprintf(out, size, "%s", rule_text(reason->rule));
}

static void say_time(int64_t until, char *out, size_t size)
{
	char text[TIME_TEXT_SIZE];

	if (until == 0) {
		snprintf(out, size, "%s", _("time"));
		return;
	}
	// Rounded up to the minute that shows.
	time_format_clock(until + 59 * 1000, text);
	text[5] = '\0';
	snprintf(out, size, "%s", text);
}

// The most telling of what stands open: a person, a permission or a cluster before a time, which needs nobody.
static const struct reason *open_reason(const struct judgement *judgement)
{
	const struct reason *time = NULL;

	for (size_t i = 0; i < judgement->reason_count; i++) {
		const struct reason *reason = &judgement->reasons[i];
		enum need need = rule_need(reason->rule);

		if (need == NEED_TIME && (!time || reason->until > time->until))
			time = reason;
		else if (need != NEED_TIME && need != NEED_NOTHING)
			return reason;
	}
	return time;
}

static bool lacks_permission(const struct report *report, const struct reason *reason)
{
	const struct report_reading *reading = reading_of_cluster(report, reason->cluster);

	return reading && !reading->is_complete && *reading->missing;
}

void reason_settles(const struct report *report, const struct report_item *item, const struct reason *reason, char *out,
        size_t size)
{
	switch (rule_need(reason->rule)) {
	case NEED_PERMISSION:
		say_permission(report, item, reason, out, size);
		break;
	case NEED_CLUSTER:
		say_cluster(report, item, reason, out, size);
		break;
	case NEED_TIME:
		// An adaptor of which too little may be read does not settle with time.
		if (reason->rule == RULE_CLUSTER_ROLLING && lacks_permission(report, reason))
			say_permission(report, item, reason, out, size);
		else
			say_time(reason->until, out, size);
		break;
	case NEED_PROOF:
		snprintf(out, size, "%s", _("a proof of its cluster: a PeerPod, the adaptor's log, user data"));
		break;
	case NEED_PERSON:
		snprintf(out, size, _("a person: %s"), rule_text(reason->rule));
		break;
	case NEED_NOTHING:
		*out = '\0';
		break;
	}
}

static void leftover_settles(const struct report *report, const struct report_item *item, char *out, size_t size)
{
	const struct report_reading *region = reading_of_region(report, item);
	const struct leftover_judgement *judgement = &report_leftover(item)->judgement;

	switch (judgement->rule) {
	case LEFTOVER_SETTLING:
		say_time(judgement->until, out, size);
		break;
	case LEFTOVER_LIST_INCOMPLETE:
		snprintf(out, size, _("read %s: %s"), region ? region->name : "", region ? region->why : "");
		break;
	case LEFTOVER_VM_UNKNOWN:
	case LEFTOVER_CONTROLLER_UNKNOWN:
	case LEFTOVER_STATE_UNKNOWN:
		snprintf(out, size, "%s", leftover_rule_text(judgement->rule));
		break;
	case LEFTOVER_NOT_DELETING:
	case LEFTOVER_CONTROLLER:
		snprintf(out, size, _("a person: %s"), leftover_rule_text(judgement->rule));
		break;
	default:
		break;
	}
}

void report_settles(const struct report *report, const struct report_item *item, int64_t now, char *out, size_t size)
{
	const struct reason *reason;

	(void)now;
	*out = '\0';
	if (item->kind != KIND_VM) {
		leftover_settles(report, item, out, size);
		return;
	}
	if (item->verdict != VERDICT_SUSPECT && item->verdict != VERDICT_UNKNOWN && item->verdict != VERDICT_CREATING)
		return;
	reason = open_reason(&item->judgement);
	if (!reason)
		return;
	if (rule_need(reason->rule) == NEED_TIME && item->settles_at != 0)
		say_time(item->settles_at, out, size);
	else
		reason_settles(report, item, reason, out, size);
}
