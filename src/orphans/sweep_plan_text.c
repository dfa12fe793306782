// SPDX-License-Identifier: Apache-2.0
// A plan as a person reads, types and repeats it.
#include "config.h"
#include "orphans/sweep_plan.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { PHRASE_MOST = 64 << 10 };

static void add_visible(struct buffer *out, const char *text)
{
	text_add_visible(out, text, strlen(text));
}

void sweep_plan_phrase(const struct sweep_plan *plan, struct buffer *out)
{
	for (size_t i = 0; i < plan->group_count; i++) {
		buffer_add_text(out, i ? ", " : "");
		add_visible(out, plan->groups[i].word);
		buffer_printf(out, " %zu", plan->groups[i].count);
	}
}

// One blank for many, none at the ends or before a comma.
static void squeeze(struct buffer *out, const char *text)
{
	bool blank = false;

	for (; *text; text++) {
		if (*text == ' ' || *text == '\t' || *text == '\n') {
			blank = out->size > 0;
			continue;
		}
		if (blank && *text != ',')
			buffer_add_char(out, ' ');
		blank = *text == ',';
		buffer_add_char(out, *text);
	}
}

bool sweep_plan_confirms(const struct sweep_plan *plan, const char *typed)
{
	struct buffer phrase, wanted, got;
	bool same;

	if (plan->count == 0)
		return false;
	buffer_init(&phrase, PHRASE_MOST);
	buffer_init(&wanted, PHRASE_MOST);
	buffer_init(&got, PHRASE_MOST);
	sweep_plan_phrase(plan, &phrase);
	squeeze(&wanted, buffer_text(&phrase));
	squeeze(&got, typed);
	same = !phrase.broken && !wanted.broken && !got.broken && wanted.size > 0 &&
	       strcmp(buffer_text(&wanted), buffer_text(&got)) == 0;
	buffer_finish(&phrase);
	buffer_finish(&wanted);
	buffer_finish(&got);
	return same;
}

// Two units at most: "2 d 21 h".
static void add_span(struct buffer *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {{INT64_C(86400000), "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}};
	size_t i = 0;

	while (i + 1 < COUNT_OF(units) && ms < units[i].ms)
		i++;
	buffer_printf(out, "%" PRId64 " %s", ms / units[i].ms, units[i].unit);
	if (i + 1 < COUNT_OF(units) && i < 2 && ms % units[i].ms / units[i + 1].ms > 0)
		buffer_printf(out, " %" PRId64 " %s", ms % units[i].ms / units[i + 1].ms, units[i + 1].unit);
}

static void add_money(struct buffer *out, double amount, const char *currency)
{
	char text[MONEY_TEXT_SIZE];

	buffer_add_text(out, money_text(amount, currency, text, sizeof(text)) ? text : _("price not known"));
}

static bool is_only_vms(const struct sweep_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].item->kind != KIND_VM)
			return false;
	return true;
}

static void add_heading(const struct sweep_plan *plan, const char *account, struct buffer *out)
{
	bool stops = plan->mode == SWEEP_QUARANTINE, vms = is_only_vms(plan);

	buffer_add_text(out, stops ? _("Quarantine") : _("Delete"));
	buffer_printf(out, " %zu %s", plan->count,
	        vms                ? plan->count == 1 ? _("pod VM") : _("pod VMs")
	                       : plan->count == 1 ? _("thing that was left over")
	                           : _("pod VMs and things that were left over"));
	for (size_t i = 0; i < plan->group_count; i++) {
		const struct sweep_group *group = &plan->groups[i];

		buffer_add_text(out, i ? "; " : " ");
		if (group->cluster_id[0]) {
			buffer_add_text(out, _("of cluster "));
			add_visible(out, group->word);
			buffer_add_text(out, _(", region "));
		} else {
			buffer_add_text(out, _("in region "));
		}
		add_visible(out, group->region);
	}
	if (*account) {
		buffer_printf(out, ", %s ", _("account"));
		add_visible(out, account);
	}
	buffer_add_text(out, "\n");
}

const char *sweep_fate_text(enum kind_id kind, enum sweep_fate fate)
{
	static const char *const fates[] = {
	        [FATE_RELEASED] = N_("released with it"),
	        [FATE_DELETED] = N_("deleted after it"),
	        [FATE_STAYS] = N_("not the adaptor's, or somebody else's to delete: it stays"),
	};

	if (kind == KIND_PEERPOD)
		return fate == FATE_DELETED ? _("its finalizer is taken off after it")
		                            : _("left to the peer pod controller");
	return _(fates[fate]);
}

static void add_extra(const struct sweep_extra *extra, struct buffer *out)
{
	const char *shown = extra->address[0] ? extra->address : extra->name[0] ? extra->name : extra->id;

	buffer_printf(out, "    %s %s ", _("with its"), _(kind_get(extra->kind)->name));
	add_visible(out, shown);
	if (strcmp(shown, extra->id) != 0) {
		buffer_add_text(out, " ");
		add_visible(out, extra->id);
	}
	buffer_printf(out, " (%s)\n", sweep_fate_text(extra->kind, extra->fate));
}

static void add_item(const struct sweep_plan *plan, const struct sweep_item *item, struct buffer *out)
{
	const struct record *record = item->item->record;

	buffer_add_text(out, "- ");
	if (record->name[0] && strcmp(record->name, record->id) != 0) {
		add_visible(out, record->name);
		buffer_add_text(out, "  ");
	}
	add_visible(out, record->id);
	buffer_printf(out, "  %s", verdict_name(item->item->verdict));
	if (item->item->since && plan->made > item->item->since) {
		buffer_printf(out, " %s ", _("for"));
		add_span(out, plan->made - item->item->since);
	}
	buffer_add_text(out, "  ");
	add_money(out, item->item->cost.per_hour, item->item->cost.currency);
	buffer_add_text(out, isnan(item->item->cost.per_hour) ? "\n" : "/h\n");
	for (size_t i = 0; i < item->extra_count; i++)
		add_extra(&item->extras[i], out);
}

static void add_closing(const struct sweep_plan *plan, struct buffer *out)
{
	if (plan->unpriced < plan->count) {
		buffer_add_text(out, _("Saves "));
		for (size_t i = 0; i < plan->currency_count; i++) {
			buffer_add_text(out, i ? " + " : "");
			add_money(out, plan->savings[i].per_hour, plan->savings[i].currency);
		}
		buffer_add_text(out, _(" an hour"));
		if (plan->unpriced)
			buffer_printf(out, _(", and what %zu cost whose price is not known"), plan->unpriced);
		buffer_add_text(out, ". ");
	}
	buffer_add_text(
	        out, plan->mode == SWEEP_QUARANTINE
	                     ? _("They are stopped and tagged, and can be started again until they are deleted.\n")
	                     : _("It cannot be undone.\n"));
	if (plan->is_override)
		buffer_add_text(out, _("This VM is only suspect: that nobody uses it is not proven.\n"));
	buffer_add_text(out, _("Everything is read again before each call; what changed is left.\n"));
}

static void add_refused(const struct sweep_plan *plan, struct buffer *out)
{
	if (plan->refused_count)
		buffer_add_text(out, _("Left out:\n"));
	for (size_t i = 0; i < plan->refused_count; i++) {
		const struct sweep_refused *refused = &plan->refused[i];

		buffer_add_text(out, "! ");
		add_visible(out, refused->name[0] ? refused->name : refused->id);
		buffer_add_text(out, "  ");
		add_visible(out, refused->why);
		buffer_add_text(out, "\n");
	}
}

void sweep_plan_text(const struct sweep_plan *plan, const char *account, struct buffer *out)
{
	if (plan->count == 0)
		buffer_add_text(out, _("Nothing may be deleted.\n"));
	else
		add_heading(plan, account, out);
	for (size_t i = 0; i < plan->count; i++)
		add_item(plan, &plan->items[i], out);
	if (plan->count)
		add_closing(plan, out);
	add_refused(plan, out);
}

// ---- commands ----

struct commanding {
	const struct backend *cloud;
	struct session *session;
	struct buffer *out;
};

static void add_command(const struct commanding *commanding, enum kind_id kind, enum sweep_mode mode,
        const struct scope *scope, const struct record *record, const char *value)
{
	struct action_request request = {.action = sweep_action(commanding->cloud, kind, mode),
	        .scope = *scope,
	        .id = record->id,
	        .name = record->name,
	        .status = record->status,
	        .created = record->created,
	        .value = value};

	if (request.action && commanding->cloud->command(commanding->session, &request, commanding->out))
		buffer_add_text(commanding->out, "\n");
}

// Names of Kubernetes hold letters, digits, "-" and "." only; whatever else came is no word for a shell.
static bool is_plain(const char *text)
{
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == strlen(text);
}

static void add_release(const char *space, const char *name, const char *uid, struct buffer *out)
{
	if (is_plain(space) && is_plain(name) && is_plain(uid))
		buffer_printf(out,
		        "kubectl patch peerpods.confidentialcontainers.org %s --namespace %s --type=json"
		        " -p '[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"%s\"},"
		        "{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]'\n",
		        name, space, uid);
}

static void add_extra_command(const struct commanding *commanding, const struct sweep_extra *extra)
{
	struct record record = {.id = extra->id, .name = extra->name, .region = "", .status = ""};

	if (extra->fate != FATE_DELETED)
		return;
	if (extra->kind == KIND_PEERPOD)
		add_release(extra->space, extra->name, extra->id, commanding->out);
	else
		add_command(commanding, extra->kind, SWEEP_DELETE, &extra->scope, &record, NULL);
}

static void add_item_commands(const struct commanding *commanding, const struct sweep_plan *plan,
        const struct sweep_item *item, const char *by)
{
	const struct report_item *thing = item->item;

	if (thing->kind == KIND_PEERPOD)
		add_release(((const struct peerpod_record *)thing->record)->namespace_name, thing->record->name,
		        thing->record->id, commanding->out);
	else
		add_command(commanding, thing->kind, plan->mode, thing->scope, thing->record, by);
	for (size_t i = 0; i < item->extra_count; i++)
		add_extra_command(commanding, &item->extras[i]);
}

void sweep_plan_commands(const struct sweep_plan *plan, const struct backend *cloud, struct session *session,
        const char *by, struct buffer *out)
{
	struct commanding commanding = {cloud, session, out};

	for (size_t i = 0; i < plan->count; i++)
		add_item_commands(&commanding, plan, &plan->items[i], by);
}
