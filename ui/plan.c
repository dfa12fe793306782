// SPDX-License-Identifier: Apache-2.0
// The plan of a change: what, where, why it is thought safe or what speaks against it, the exact command, whether it
// can be undone. Approved, one record is sent as a job of its own, several one after the other, the first one alone,
// until something is not as expected.
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "ui/actions.h"
#include "base/banned.h"

enum { PLAN_TEXT_MOST = 1 << 20, PLAN_SHOWN = 12, COMMANDS_SHOWN = 5, BULK_ABOVE = 5, LINE_SIZE = 1024 };

struct step {
	const struct action *action;
	struct target target;
	char value[256];
};

struct plan {
	struct ui *ui;
	const struct action *action; // of the first step, which names the whole
	const struct backend *backend;
	struct session *session;
	struct step *steps;
	size_t count;
	bool one_record; // several actions on the same one
};

static void plan_free(void *user)
{
	struct plan *plan = user;

	free(plan->steps);
	free(plan);
}

static struct plan *plan_copy(const struct plan *plan)
{
	struct plan *copy = malloc(sizeof(*copy));
	struct step *steps = calloc(plan->count, sizeof(*steps));

	if (!copy || !steps) {
		free(copy);
		free(steps);
		return NULL;
	}
	*copy = *plan;
	memcpy(steps, plan->steps, plan->count * sizeof(*steps));
	copy->steps = steps;
	return copy;
}

static struct action_request request_of(const struct plan *plan, size_t at)
{
	const struct step *step = &plan->steps[at];
	const struct target *target = &step->target;

	return (struct action_request){.action = step->action,
	        .scope = target->scope,
	        .id = target->id,
	        .name = target->name,
	        .status = target->status,
	        .created = target->created,
	        .value = step->value[0] ? step->value : NULL};
}

enum guard action_guard(const struct action *action, const struct record *record, const char *value)
{
	const struct node_pool_record *pool = (const struct node_pool_record *)(const void *)record;
	int64_t wanted;

	if (!(action->flags & ACTION_SCALES) || action->kind != KIND_NODE_POOL || !text_to_int64(value, &wanted))
		return action->guard;
	if (wanted < pool->desired)
		return GUARD_DISRUPTIVE;
	return wanted <= pool->desired + 1 ? GUARD_REVERSIBLE : GUARD_DESTRUCTIVE;
}

// Text that everybody can type.
static bool is_typable(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (*text < '!' || *text > '~')
			return false;
	return true;
}

static const char *last_four(const char *id)
{
	size_t length = strlen(id);

	return length > 4 ? id + length - 4 : id;
}

static size_t records_in(const struct plan *plan)
{
	return plan->one_record ? 1 : plan->count;
}

// The name of what is changed: the cluster of a pod VM, else the record itself.
static const char *name_to_type(const struct plan *plan, const struct record *record)
{
	const struct target *target = &plan->steps[0].target;
	const struct vm_record *vm =
	        plan->action->kind == KIND_VM ? (const struct vm_record *)(const void *)record : NULL;

	if (vm && is_typable(vm->cluster))
		return vm->cluster;
	return is_typable(target->name) ? target->name : target->id;
}

static void typed_text(const struct plan *plan, enum guard guard, const struct record *record, char *out, size_t size)
{
	const size_t count = records_in(plan);
	const char *name = record ? name_to_type(plan, record) : "";

	out[0] = '\0';
	if (guard <= GUARD_REVERSIBLE && count <= BULK_ABOVE)
		return;
	if (guard <= GUARD_DISRUPTIVE && count == 1)
		snprintf(out, size, "%s", last_four(plan->steps[0].target.id));
	else if (guard >= GUARD_DESTRUCTIVE && (count == 1 || plan->action->kind == KIND_VM)) {
		bool counted =
		        count > 1 || (plan->action->kind == KIND_VM && strcmp(name, plan->steps[0].target.name) != 0);

		snprintf(out, size, counted ? "%s %zu" : "%s", name, count);
	} else
		snprintf(out, size, "%s %zu", plan->action->name, count);
}

// What speaks against it so that it cannot be confirmed at all; "" = nothing.
static void find_objection(const struct plan *plan, enum guard guard, const struct record *record,
        const struct target *target, char *out, size_t size)
{
	char words[300];
	const struct vm_record *vm = (const struct vm_record *)(const void *)record;
	const struct field *field;

	out[0] = '\0';
	target_words(target, words, sizeof(words));
	if (!record) {
		snprintf(out, size, _("%s is gone"), words);
		return;
	}
	if (plan->action->allowed && !plan->action->allowed(record, out, size))
		return;
	out[0] = '\0';
	if (guard < GUARD_DESTRUCTIVE || (plan->action->flags & ACTION_SCALES))
		return;
	field = kind_field(kind_get(plan->action->kind), "deletion_protection");
	if (field && field->type == FIELD_FLAG && *(const bool *)(const void *)((const char *)record + field->offset))
		snprintf(out, size, _("%s has deletion protection: take that off first"), words);
	else if (plan->action->kind == KIND_VM && *vm->pod)
		snprintf(out, size, _("%s serves pod %s/%s: delete the pod instead"), words, vm->namespace_name,
		        vm->pod);
	else if (plan->action->kind == KIND_VM && strcmp(vm->sort, "node") == 0)
		snprintf(out, size, _("%s is a node of a cluster: scale its node pool instead"), words);
}

struct lines {
	const char **items;
	size_t count, most;
	struct arena arena;
};

static void add(struct lines *lines, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(struct lines *lines, const char *format, ...)
{
	char text[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const char *kept = arena_strdup(&lines->arena, text);
	if (kept && lines->count < lines->most)
		lines->items[lines->count++] = kept;
}

static void add_where(struct lines *lines, const struct plan *plan)
{
	const struct deck *deck = plan->ui->deck;
	const char *account = deck->identity.display[0] ? deck->identity.display : deck->identity.account;

	add(lines, _("Context  %s (%s)   Account  %s"), deck->context->name, _(deck->backend->title),
	        account[0] ? account : _("not yet known"));
	add(lines, _("Region   %s"), plan->steps[0].target.scope.region);
	if (plan->steps[0].target.scope.cluster[0])
		add(lines, _("Cluster  %s"), plan->steps[0].target.scope.cluster);
	add(lines, "%s", "");
}

static void add_target(struct lines *lines, const struct plan *plan, const struct target *target)
{
	struct snapshot *holder;
	const struct record *record = target_record(plan->ui, target, &holder);
	const int64_t now = clock_now(plan->ui->deck->clock);
	char words[520], age[TIME_TEXT_SIZE] = "";

	target_words(target, words, sizeof(words));
	if (target->created)
		time_format_age(now - target->created, age);
	add(lines, "- %s   %s   %s", words, record ? record->status : _("gone"), age);
	if (record && plan->action->kind == KIND_VM) {
		const struct vm_record *vm = (const struct vm_record *)(const void *)record;

		if (*vm->pod)
			add(lines, _("    against it: it serves pod %s/%s"), vm->namespace_name, vm->pod);
		else if (strcmp(vm->sort, "podvm") == 0 && *vm->verdict)
			add(lines, _("    verdict: %s"), vm->verdict);
		else if (strcmp(vm->sort, "podvm") == 0)
			add(lines, _("    against it: whether a pod uses it is not known%s%s"),
			        *vm->cluster ? _(", cluster ") : "", vm->cluster);
		else
			add(lines, "%s", _("    it is no pod VM"));
	}
	target_release(holder);
}

static void add_change(struct lines *lines, const struct step *step, const struct record *record)
{
	const struct action *action = step->action;
	const struct node_pool_record *pool = (const struct node_pool_record *)(const void *)record;

	if (!step->value[0])
		return;
	if (action->flags & ACTION_SCALES && record && action->kind == KIND_NODE_POOL)
		add(lines, _("  size %lld, now to be %s"), (long long)pool->desired, step->value);
	else
		add(lines, "  %s: %s", _(action->title), step->value);
}

static void add_ending(struct lines *lines, const struct plan *plan, size_t hidden)
{
	add(lines, "%s", "");
	if (hidden)
		add(lines, _("%zu of these are marked but hidden by the filter."), hidden);
	if (plan->action->undo)
		add(lines, _("It can be undone: %s."), _(plan->action->undo));
	else
		add(lines, "%s", _("It cannot be undone."));
	add(lines, "%s", _("Everything is read again before the call; what changed meanwhile is left alone."));
}

static void add_commands(const struct plan *plan, struct buffer *out)
{
	for (size_t i = 0; plan->backend->command && i < plan->count && i < COMMANDS_SHOWN; i++) {
		struct action_request request = request_of(plan, i);

		if (i)
			buffer_add_text(out, " ; ");
		plan->backend->command(plan->session, &request, out);
	}
	if (plan->count > COMMANDS_SHOWN)
		buffer_printf(out, _(" ; … %zu more"), plan->count - COMMANDS_SHOWN);
}

// Asked between approval and call.
static bool plan_still(void *user, char *why, size_t size)
{
	struct plan *plan = user;

	if (plan->ui->deck->session != plan->session && plan->ui->deck->clusters != plan->session) {
		snprintf(why, size, "%s", _("the context was changed meanwhile"));
		return false;
	}
	if (!deck_may_write(plan->ui->deck, why, size))
		return false;
	for (size_t i = 0; i < plan->count; i++) {
		struct target *target = &plan->steps[i].target;
		struct snapshot *holder;
		const struct record *record = target_record(plan->ui, target, &holder);
		bool same = record && strcmp(record->status, target->status) == 0 && record->created == target->created;

		if (!same) {
			snprintf(why, size, _("%s changed meanwhile: it was %s and is %s; look again"), target->id,
			        target->status, record ? record->status : _("gone"));
			// Asked once more, it is about what is seen now.
			if (record)
				snprintf(target->status, sizeof(target->status), "%s", record->status);
		}
		target_release(holder);
		if (!same)
			return false;
	}
	return true;
}

static bool bulk_run(struct job *job, void *user, struct error *error)
{
	struct plan *plan = user;

	for (size_t i = 0; i < plan->count; i++) {
		struct action_request request = request_of(plan, i);
		char words[128];

		if (job_cancelled(job, error))
			return false;
		target_words(&plan->steps[i].target, words, sizeof(words));
		job_progress(job, (int64_t)i, (int64_t)plan->count, "%s", words);
		// Stops at the first surprise: the rest is left as it is.
		if (!plan->backend->act(plan->session, &request, job, error))
			return false;
	}
	job_progress(job, (int64_t)plan->count, (int64_t)plan->count, "%s", _("all done"));
	return true;
}

static bool send_bulk(const struct plan *plan, struct error *error)
{
	char title[128];
	struct job_spec spec = {.title = title, .changes = true, .run = bulk_run, .user_free = plan_free};
	struct deck *deck = plan->ui->deck;

	snprintf(title, sizeof(title), "%s %zu %s", _(plan->action->title), plan->count,
	        kind_get(plan->action->kind)->plural);
	spec.user = plan_copy(plan);
	if (!spec.user)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	if (!jobs_submit(deck->jobs, &spec, error)) {
		plan_free(spec.user);
		return false;
	}
	for (size_t i = 0; i < plan->count; i++)
		poller_watch(deck->poller, plan->action->kind, &plan->steps[i].target.scope, plan->steps[i].target.id);
	return true;
}

static unsigned plan_accept(struct ui *ui, void *user)
{
	struct plan *plan = user;
	struct error error;
	struct action_request request = request_of(plan, 0);
	bool sent = plan->count == 1 ? deck_act(ui->deck, &request, &error) != 0 : send_bulk(plan, &error);
	char words[300];

	target_words(&plan->steps[0].target, words, sizeof(words));
	if (!sent)
		ui_fail(ui, &error);
	else if (plan->count == 1)
		ui_say(ui, _("%s %s: begun, T follows it"), _(plan->action->title), words);
	else
		ui_say(ui, _("%s %zu: begun, T follows it"), _(plan->action->title), plan->count);
	return REACT_DRAW | REACT_INTERESTS;
}

static bool ask(struct plan *plan, size_t hidden, struct lines *lines, struct error *error)
{
	struct snapshot *holder;
	const struct record *record = target_record(plan->ui, &plan->steps[0].target, &holder);
	enum guard guard = record ? action_guard(plan->action, record, plan->steps[0].value) : plan->action->guard;
	char typed[300], title[128], blocked[512] = "";
	struct buffer command;
	bool asked;

	add(lines, records_in(plan) == 1 ? "%s: %s" : _("%s: %s, %zu of them"), _(plan->action->title),
	        _(kind_get(plan->action->kind)->title), plan->count);
	add_where(lines, plan);
	for (size_t i = 0; i < plan->count; i++) {
		if (i < (plan->one_record ? 1 : PLAN_SHOWN))
			add_target(lines, plan, &plan->steps[i].target);
		if (!blocked[0]) {
			struct snapshot *other;
			const struct record *each = target_record(plan->ui, &plan->steps[i].target, &other);

			find_objection(plan, guard, each, &plan->steps[i].target, blocked, sizeof(blocked));
			target_release(other);
		}
	}
	if (records_in(plan) > PLAN_SHOWN)
		add(lines, _("  … and %zu more"), plan->count - PLAN_SHOWN);
	for (size_t i = 0; i < (plan->one_record ? plan->count : 1) && i < PLAN_SHOWN; i++)
		add_change(lines, &plan->steps[i], record);
	add_ending(lines, plan, hidden);
	typed_text(plan, guard, record, typed, sizeof(typed));
	if (records_in(plan) > BULK_ABOVE && guard < GUARD_DISRUPTIVE)
		guard = GUARD_DISRUPTIVE;
	target_release(holder);
	if (!blocked[0])
		deck_may_write(plan->ui->deck, blocked, sizeof(blocked));
	buffer_init(&command, PLAN_TEXT_MOST);
	add_commands(plan, &command);
	snprintf(title, sizeof(title), _("Plan: %s"), _(plan->action->title));
	const struct confirm_spec spec = {.title = title,
	        .lines = lines->items,
	        .line_count = lines->count,
	        .level = guard,
	        .typed = typed,
	        .command = command.size ? buffer_text(&command) : NULL,
	        .blocked = blocked[0] ? blocked : NULL,
	        .still = plan_still,
	        .accept = plan_accept,
	        .user_free = plan_free,
	        .user = plan};
	asked = dialog_confirm(plan->ui, &spec, error);
	buffer_finish(&command);
	return asked;
}

bool plan_open(struct ui *ui, const struct plan_item *items, size_t count, size_t hidden, struct error *error)
{
	const char *texts[PLAN_SHOWN * 3 + 32];
	struct lines lines = {.items = texts, .most = COUNT_OF(texts)};
	struct plan *plan;
	bool asked;

	if (!count || !ui->deck->session)
		return error_set(error, ERROR_USAGE, "%s", _("nothing is selected"));
	plan = calloc(1, sizeof(*plan));
	if (plan)
		plan->steps = calloc(count, sizeof(*plan->steps));
	if (!plan || !plan->steps) {
		free(plan);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	plan->ui = ui;
	plan->action = items[0].action;
	deck_actor(ui->deck, plan->action, &plan->backend, &plan->session);
	plan->count = count;
	plan->one_record = true;
	for (size_t i = 0; i < count; i++) {
		plan->steps[i].action = items[i].action;
		plan->steps[i].target = *items[i].target;
		snprintf(plan->steps[i].value, sizeof(plan->steps[i].value), "%s", items[i].value);
		plan->one_record &= strcmp(items[i].target->id, items[0].target->id) == 0;
	}
	arena_init(&lines.arena, PLAN_TEXT_MOST);
	asked = ask(plan, hidden, &lines, error);
	arena_finish(&lines.arena);
	return asked;
}
