// SPDX-License-Identifier: Apache-2.0
// Checks a guide: names, operations, order, and that everything made can be found and undone.
#include "config.h"
#include "guide/lint.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"
#include "guide/expression.h"
#include "guide/keys.h"
#include "guide/run.h"

#include "base/banned.h"

enum { PATH_SIZE = 256, PATH_DEPTH_MOST = 8 };

struct lint {
	const struct guide *guide;
	const struct call_source *calls;
	guide_tell *tell;
	void *user;
	struct values names; // known so far
	size_t mistakes;
	const struct guide_step *step;
	bool after; // what is looked at comes after the step's own call
};

// clang-format off
static const struct builtin_row builtins[] = {
	{"RUN", N_("id of the run; what it makes is tagged peerdeck-run with it")},
	{"CONTEXT", N_("name of the context")},
	{"REGION", N_("home region of the context")},
	{"ACCOUNT", N_("id of the account")},
	{"CLOCK", N_("right, or how many seconds the service's clock is ahead of this machine's")},
	{"FOLDER", N_("folder in which the run's files are written")},
	{"HOME", N_("home folder of the person")},
};
// clang-format on

const struct builtin_row *builtin_at(size_t index)
{
	return index < COUNT_OF(builtins) ? &builtins[index] : NULL;
}

static void report(struct lint *lint, struct error *mistake)
{
	lint->mistakes++;
	if (lint->tell)
		lint->tell(mistake, lint->user);
}

static void report_at(struct lint *lint, const guide_tree *tree, const struct error *found)
{
	struct error mistake = {0};

	guide_mistake(tree, &mistake, "%s", found->message);
	snprintf(mistake.remedy, sizeof(mistake.remedy), "%s", found->remedy);
	report(lint, &mistake);
}

static const char *known_name(size_t index, const void *user)
{
	const struct lint *lint = user;

	return index < lint->names.count ? lint->names.list[index].name : NULL;
}

static bool name_is_known(const char *name, void *user, struct error *error)
{
	struct lint *lint = user;
	const char *nearest;

	if (values_find(&lint->names, name))
		return true;
	error_set(error, ERROR_CONFIG, _("no input and no earlier step gives %s"), name);
	nearest = text_nearest(name, known_name, lint);
	if (nearest)
		error_remedy(error, _("did you mean %s?"), nearest);
	else
		error_remedy(error, _("add an input, or export it from an earlier step"));
	return false;
}

static bool any_name(const char *name, void *user, struct error *error)
{
	(void)name, (void)user, (void)error;
	return true;
}

static void check_expression(struct lint *lint, enum expression_kind kind, const config_setting_t *setting, bool inner)
{
	const char *text = config_setting_get_string(setting);
	struct error mistake;

	if (text && !expression_check(kind, text, inner ? any_name : name_is_known, lint, &mistake))
		report_at(lint, setting, &mistake);
}

// Which language the text under a key is written in; -1 = none.
static int kind_of(const struct key_block *block, const char *key)
{
	static const struct {
		const struct key_block *block; // NULL = any
		const char *keys;
		int kind;
	} rows[] = {
	        {&wait_block, " text percent reason ", EXPRESSION_POINTER},
	        {&progress_block, " text percent ", EXPRESSION_POINTER},
	        {NULL, " at line value label export ", EXPRESSION_POINTER},
	        {NULL, " where proof expect fail_when ", EXPRESSION_TEST},
	        {NULL, " when that ", EXPRESSION_CONDITION},
	        {NULL,
	                " id sort section why help match operation each level needs outputs type environment_name "
	                "heading address "
	                "backend refused ",
	                -1},
	        {&input_block, " name environment ", -1},
	};
	char word[64];

	snprintf(word, sizeof(word), " %s ", key);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((!rows[i].block || rows[i].block == block) && strstr(rows[i].keys, word))
			return rows[i].kind;
	return EXPRESSION_TEXT;
}

static void check_template(struct lint *lint, const config_setting_t *setting, const char *name)
{
	struct error mistake = {0};
	char *text = guide_template(lint->guide, name, &mistake);

	if (!text) {
		error_remedy(&mistake, _("put the file into the guide's folder"));
		report_at(lint, setting, &mistake);
		return;
	}
	if (!expression_check(EXPRESSION_TEXT, text, name_is_known, lint, &mistake)) {
		struct error whole = mistake;

		error_set(&whole, ERROR_CONFIG, _("template %s: %.400s"), name, mistake.message);
		snprintf(whole.remedy, sizeof(whole.remedy), "%s", mistake.remedy);
		report_at(lint, setting, &whole);
	}
	free(text);
}

// Texts of a tree, however deep.
static void check_tree(struct lint *lint, const config_setting_t *tree, int kind)
{
	const char *text = config_setting_get_string(tree);

	if (text && *text == '@' && kind == EXPRESSION_TEXT)
		check_template(lint, tree, text + 1);
	else if (text)
		check_expression(lint, (enum expression_kind)kind, tree, false);
	for (int i = 0; !text && config_setting_is_aggregate(tree) && i < config_setting_length(tree); i++)
		check_tree(lint, config_setting_get_elem(tree, (unsigned)i), kind);
}

static const char *operation_name(size_t index, const void *user)
{
	const struct lint *lint = user;

	return lint->calls->name_at(index);
}

static void check_parameters(
        struct lint *lint, const char *operation, const config_setting_t *tree, const char *path, unsigned depth)
{
	for (int i = 0; i < config_setting_length(tree) && depth < PATH_DEPTH_MOST; i++) {
		const config_setting_t *member = config_setting_get_elem(tree, (unsigned)i);
		const char *name = config_setting_name(member);
		char whole[PATH_SIZE];
		struct error mistake;

		if (name)
			snprintf(whole, sizeof(whole), "%s%s%s", path, *path ? "/" : "", name);
		else
			snprintf(whole, sizeof(whole), "%s/%d", path, i);
		if (config_setting_is_aggregate(member) && config_setting_length(member)) {
			check_parameters(lint, operation, member, whole, depth + 1);
			continue;
		}
		if (lint->calls->takes(operation, whole))
			continue;
		guide_mistake(member, &mistake, _("%s takes no parameter %s"), operation, whole);
		error_remedy(&mistake, _("look at the cloud's reference, or take it out"));
		report(lint, &mistake);
	}
}

// The call of a block: `reads` = it must not change anything.
static void check_operation(struct lint *lint, const config_setting_t *group, bool reads)
{
	const config_setting_t *setting = config_setting_get_member(group, "operation"), *with, *body;
	const char *operation = setting ? config_setting_get_string(setting) : NULL, *nearest;
	struct call_about about;
	struct error mistake;

	if (!operation || !lint->calls)
		return;
	if (!lint->calls->about(operation, &about)) {
		guide_mistake(setting, &mistake, _("there is no operation %s"), operation);
		nearest = text_nearest(operation, operation_name, lint);
		if (nearest)
			error_remedy(&mistake, _("did you mean %s?"), nearest);
		else
			error_remedy(&mistake, _("the operations that peerdeck knows are SERVICE.Action"));
		report(lint, &mistake);
		return;
	}
	if (reads && about.repeat != CALL_READS) {
		guide_mistake(setting, &mistake, _("%s changes something, and only looking is meant here"), operation);
		error_remedy(&mistake, _("put it into a step of the sort call"));
		report(lint, &mistake);
	}
	with = config_setting_get_member(group, "with");
	if (with)
		check_parameters(lint, operation, with, "", 0);
	body = config_setting_get_member(group, "body");
	if (body && !lint->calls->takes(operation, "body")) {
		guide_mistake(body, &mistake, _("%s has no body"), operation);
		error_remedy(&mistake, _("put its parameters under \"with\""));
		report(lint, &mistake);
	}
}

static void check_block(struct lint *lint, const struct key_block *block, const config_setting_t *group);

static void check_key(
        struct lint *lint, const struct key_block *block, const struct key_row *row, const config_setting_t *setting)
{
	int kind = kind_of(block, row->name);

	switch (row->type) {
	case KEY_BLOCK:
		if (!config_setting_is_group(setting))
			break;
		if (block == &choices_block)
			values_set(&lint->names, "EACH", "", NULL);
		check_block(lint, row->block, setting);
		if (block == &choices_block)
			values_remove(&lint->names, "EACH");
		break;
	case KEY_BLOCKS:
		for (int i = 0; i < config_setting_length(setting); i++)
			check_block(lint, row->block, config_setting_get_elem(setting, (unsigned)i));
		break;
	case KEY_TEXT:
		if (block == &step_block && !strcmp(row->name, "template") && config_setting_get_string(setting) &&
		        !strchr(config_setting_get_string(setting), '$'))
			check_template(lint, setting, config_setting_get_string(setting));
		else if (kind >= 0)
			check_expression(lint, (enum expression_kind)kind, setting, false);
		break;
	case KEY_TEXTS:
	case KEY_TREE:
		if (kind >= 0)
			check_tree(lint, setting, kind);
		break;
	default:
		break;
	}
}

static void check_block(struct lint *lint, const struct key_block *block, const config_setting_t *group)
{
	bool calls = block == &undo_block || block == &after_block ||
	             (block == &step_block && lint->step && lint->step->sort == STEP_CALL) ||
	             (block == &step_block && lint->step && lint->step->refused);

	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		size_t base;
		const struct key_row *row = key_find(block, config_setting_name(setting), &base);
		bool after = row && block == &step_block && (!strcmp(row->name, "wait") || !strcmp(row->name, "undo"));

		if (row && (block != &step_block || after == lint->after))
			check_key(lint, block, row, setting);
	}
	if (block != &step_block || !lint->after)
		check_operation(lint, group, !calls);
}

static void know(struct lint *lint, const guide_tree *exports)
{
	for (int i = 0; exports && i < config_setting_length(exports); i++)
		values_set(&lint->names, config_setting_name(config_setting_get_elem(exports, (unsigned)i)), "", NULL);
}

static void forget(struct lint *lint, const guide_tree *exports)
{
	for (int i = 0; exports && i < config_setting_length(exports); i++)
		values_remove(&lint->names, config_setting_name(config_setting_get_elem(exports, (unsigned)i)));
}

static void check_needs(struct lint *lint, const struct guide_step *step)
{
	for (int i = 0; step->needs && i < config_setting_length(step->needs); i++) {
		const config_setting_t *need = config_setting_get_elem(step->needs, (unsigned)i);
		const struct guide_step *other = guide_step_find(lint->guide, config_setting_get_string(need));
		struct error mistake;

		if (other && other < step)
			continue;
		if (other)
			guide_mistake(need, &mistake,
			        _("%s needs %s, which comes later: each would wait for the other"), step->id,
			        other->id);
		else
			guide_mistake(need, &mistake, _("there is no step %s"), config_setting_get_string(need));
		error_remedy(&mistake, _("a step can only need steps that stand before it"));
		report(lint, &mistake);
	}
}

static void complain(
        struct lint *lint, const guide_tree *tree, const char *remedy, const char *format, const char *what)
{
	struct error mistake;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	guide_mistake(tree, &mistake, format, what);
#pragma GCC diagnostic pop
	error_remedy(&mistake, "%s", remedy);
	report(lint, &mistake);
}

// What is made must be found again and be undone.
static void check_made(struct lint *lint, const struct guide_step *step)
{
	struct call_about about = {.repeat = CALL_SAME};
	bool undone = step->undo &&
	              (step->undo->call.operation || step->undo->command || step->undo->note || step->undo->keep);

	if (step->sort == STEP_CALL) {
		if (!step->call.operation) {
			complain(lint, step->place.tree, _("add operation = \"service.Action\""),
			        _("step %s calls nothing"), step->id);
			return;
		}
		if (!lint->calls || !lint->calls->about(step->call.operation, &about) || about.repeat == CALL_READS)
			return;
		if (!step->find && about.repeat != CALL_SAME && about.repeat != CALL_TOKEN)
			complain(lint, step->place.tree, _("add find = { … } with proof = [ … ]"),
			        _("%s cannot be repeated safely, and the step has no find"), step->call.operation);
		else if (step->find && !step->find->proof && about.repeat != CALL_SAME && about.repeat != CALL_TOKEN)
			complain(lint, step->find->lookup.place.tree,
			        _("add proof = [ … ], by a tag or description with ${RUN}"),
			        _("%s cannot be repeated safely, and nothing proves that this run made what is found"),
			        step->call.operation);
	}
	if ((step->sort == STEP_CALL || step->sort == STEP_RUN) && !undone)
		complain(lint, step->place.tree,
		        _("add undo = { … }; when there is nothing to undo, undo = { keep = true; }"),
		        _("step %s does not say how it is undone"), step->id);
}

// A walk that is cut off sends what comes after once more.
static void check_after(struct lint *lint, const struct guide_step *step)
{
	const struct guide_remember *remember = step->undo ? step->undo->remember : NULL;
	const struct guide_after *after = step->undo ? step->undo->after : NULL;
	struct call_about about = {.repeat = CALL_SAME};

	if (remember && !remember->lookup.operation)
		complain(lint, remember->lookup.place.tree, _("add operation = \"service.Action\", one that reads"),
		        _("step %s looks at nothing before it goes"), step->id);
	if (after && !after->call.operation)
		complain(lint, after->call.place.tree, _("add operation = \"service.Action\""),
		        _("step %s calls nothing once it is gone"), step->id);
	if (after && after->call.operation && lint->calls && lint->calls->about(after->call.operation, &about) &&
	        about.repeat != CALL_SAME)
		complain(lint, after->call.place.tree, _("take one that sets a state, such as a deletion"),
		        _("%s cannot be repeated safely, and nothing is looked for after an undo"),
		        after->call.operation);
}

static bool level_is_known(const char *level)
{
	return !strcmp(level, "fail") || !strcmp(level, "warn") || !strcmp(level, "known");
}

static void check_contents(struct lint *lint, const struct guide_step *step)
{
	static const struct {
		enum step_sort sort;
		size_t member;
		const char *key;
	} wanted[] = {
	        {STEP_ASK, offsetof(struct guide_step, inputs), "inputs"},
	        {STEP_WAIT, offsetof(struct guide_step, wait), "wait"},
	        {STEP_UPLOAD, offsetof(struct guide_step, file), "file"},
	        {STEP_UPLOAD, offsetof(struct guide_step, bucket), "bucket"},
	        {STEP_UPLOAD, offsetof(struct guide_step, object), "object"},
	        {STEP_WRITE, offsetof(struct guide_step, file), "file"},
	        {STEP_WRITE, offsetof(struct guide_step, template), "template"},
	        {STEP_RUN, offsetof(struct guide_step, command), "command"},
	        {STEP_NOTE, offsetof(struct guide_step, text), "text"},
	};

	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		if (step->sort == wanted[i].sort &&
		        !*(void *const *)(const void *)((const char *)step + wanted[i].member))
			complain(lint, step->place.tree, _("a step of this sort has no meaning without it"),
			        _("\"%s\" is missing here"), wanted[i].key);
	if (step->refused && !(step->call.with && config_setting_get_member(step->call.with, "DryRun")))
		complain(lint, step->place.tree, _("add DryRun = \"true\" to its parameters"),
		        _("step %s expects a refusal, and would do it in earnest"), step->id);
	if (step->sort == STEP_CHECK && !step->that && !step->call.operation && !step->command && !step->named &&
	        !step->objects && !step->operations && !step->every_call && !step->permissions)
		complain(lint, step->place.tree, _("add that, operation or command"), _("step %s checks nothing"),
		        step->id);
	for (int i = 0; step->operations && lint->calls && i < config_setting_length(step->operations); i++) {
		const config_setting_t *operation = config_setting_get_elem(step->operations, (unsigned)i);
		struct call_about about;

		if (!lint->calls->about(config_setting_get_string(operation), &about))
			complain(lint, operation, _("service.Action, as the cloud names it"),
			        _("there is no operation %s"), config_setting_get_string(operation));
		else if (about.repeat != CALL_READS)
			complain(lint, operation,
			        _("only calls that change nothing can be made to see whether they are allowed"),
			        _("%s changes something"), about.name);
	}
	if ((step->named || step->objects) && !step->cluster)
		complain(lint, step->place.tree, _("add cluster = \"${CLUSTER_ID}\""),
		        _("step %s does not say of which cluster"), step->id);
	for (int i = 0; step->objects && i < config_setting_length(step->objects); i++) {
		const config_setting_t *path = config_setting_get_elem(step->objects, (unsigned)i);

		if (!text_starts_with(config_setting_get_string(path), "/api"))
			complain(lint, path, _("write it as /api/v1/… or /apis/GROUP/VERSION/…"),
			        _("\"%s\" is no list of a cluster's API"), config_setting_get_string(path));
	}
	if (step->level && !level_is_known(step->level))
		complain(lint, config_setting_get_member(step->place.tree, "level"), _("use fail, warn or known"),
		        _("there is no level \"%s\""), step->level);
	if (step->section && !guide_section_find(lint->guide, step->section))
		complain(lint, config_setting_get_member(step->place.tree, "section"), _("add it to sections"),
		        _("there is no section %s"), step->section);
	if (step->each && !values_find(&lint->names, step->each))
		complain(lint, config_setting_get_member(step->place.tree, "each"),
		        _("it names a list that is known before"), _("no input and no earlier step gives %s"),
		        step->each);
	if (step->each && step->sort == STEP_CHECK && (!step->call.operation || step->refused || step->late))
		complain(lint, config_setting_get_member(step->place.tree, "each"),
		        _("one that reads before anything is made can"), _("%s cannot be made for each element"),
		        step->id);
	if (step->find && step->export)
		for (int i = 0; i < config_setting_length(step->export); i++) {
			const char *name = config_setting_name(config_setting_get_elem(step->export, (unsigned)i));

			if (step->find->export && !config_setting_get_member(step->find->export, name))
				complain(lint, step->find->export,
				        _("export it there, too: later steps need it either way"),
				        _("what is found does not give %s"), name);
		}
}

static void check_id(struct lint *lint, const struct guide_step *step)
{
	const char *id = step->id;
	const struct guide_step *first;

	if (!id)
		return;
	for (const char *at = id; *at; at++)
		if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '-') {
			complain(lint, config_setting_get_member(step->place.tree, "id"),
			        _("small letters, digits and -"), _("\"%s\" is no id"), id);
			break;
		}
	first = guide_step_find(lint->guide, id);
	if (first != step)
		complain(lint, config_setting_get_member(step->place.tree, "id"), _("give it another id"),
		        _("there is a step %s already"), id);
}

// A default without names must be an answer that the input takes.
static void check_default(struct lint *lint, const struct guide_input *input)
{
	struct error problem = {0}, mistake = {0};

	if (!input->fallback || !*input->fallback || strchr(input->fallback, '$') ||
	        input_accepts(input, input->fallback, &problem))
		return;
	guide_mistake(config_setting_get_member(input->place.tree, "default"), &mistake,
	        _("the default is refused: %.300s"), problem.message);
	error_remedy(&mistake, _("give another default, or none: then an answer is needed"));
	report(lint, &mistake);
}

static void check_input(struct lint *lint, const struct guide_input *input)
{
	static const char types[] = " text number flag cidr path list ";
	char word[32];
	regex_t expression;

	if (input->type) {
		snprintf(word, sizeof(word), " %.28s ", input->type);
		if (!strstr(types, word))
			complain(lint, config_setting_get_member(input->place.tree, "type"),
			        _("the types are text, number, flag, cidr, path and list"),
			        _("there is no type \"%s\""), input->type);
	}
	if (input->match) {
		if (regcomp(&expression, input->match, REG_EXTENDED | REG_NOSUB) != 0)
			complain(lint, config_setting_get_member(input->place.tree, "match"),
			        _("regex(7) says how they are written"), _("\"%s\" is no regular expression"),
			        input->match);
		else
			regfree(&expression);
	}
	if (!input->name)
		return;
	for (const char *at = input->name; *at; at++)
		if (!isupper((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_') {
			complain(lint, config_setting_get_member(input->place.tree, "name"),
			        _("capitals, digits and _"), _("\"%s\" is no name for an input"), input->name);
			break;
		}
	for (size_t i = 0; i < COUNT_OF(builtins); i++)
		if (!strcmp(builtins[i].name, input->name))
			complain(lint, config_setting_get_member(input->place.tree, "name"), _("give it another name"),
			        _("%s is a name that each guide has"), input->name);
	check_default(lint, input);
	if (guide_input_find(lint->guide, input->name) != input)
		complain(lint, config_setting_get_member(input->place.tree, "name"), _("give it another name"),
		        _("there is an input %s already"), input->name);
}

static void check_step(struct lint *lint, const struct guide_step *step)
{
	const guide_tree *remembered;

	lint->step = step;
	check_id(lint, step);
	check_needs(lint, step);
	check_contents(lint, step);
	// A form knows its own fields; waiting and undoing know what the step made.
	for (size_t i = 0; i < step->input_count; i++) {
		check_input(lint, &step->inputs[i]);
		if (step->inputs[i].name)
			values_set(&lint->names, step->inputs[i].name, "", NULL);
	}
	if (step->each)
		values_set(&lint->names, "EACH", "", NULL);
	check_made(lint, step);
	check_after(lint, step);
	lint->after = false;
	check_block(lint, &step_block, step->place.tree);
	know(lint, step->export);
	// What is remembered is for the undo alone.
	remembered = step->undo && step->undo->remember ? step->undo->remember->export : NULL;
	know(lint, remembered);
	lint->after = true;
	check_block(lint, &step_block, step->place.tree);
	forget(lint, remembered);
	if (step->each)
		values_remove(&lint->names, "EACH");
}

static void check_outputs(struct lint *lint)
{
	const guide_tree *outputs = lint->guide->outputs;
	struct error mistake;

	for (int i = 0; outputs && i < config_setting_length(outputs); i++) {
		const config_setting_t *output = config_setting_get_elem(outputs, (unsigned)i);

		if (!name_is_known(config_setting_get_string(output), lint, &mistake))
			report_at(lint, output, &mistake);
	}
}

static void check_top(struct lint *lint)
{
	static const char *const keys[] = {"region", "approve"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const config_setting_t *setting = config_setting_get_member(lint->guide->place.tree, keys[i]);

		if (setting)
			check_expression(lint, EXPRESSION_TEXT, setting, false);
	}
	check_outputs(lint);
}

size_t guide_check(const struct guide *guide, const struct call_source *calls, guide_tell *tell, void *user)
{
	struct lint lint = {.guide = guide, .calls = calls, .tell = tell, .user = user};

	for (size_t i = 0; i < COUNT_OF(builtins); i++)
		values_set(&lint.names, builtins[i].name, "", NULL);
	for (size_t i = 0; i < guide->step_count; i++)
		check_step(&lint, &guide->steps[i]);
	lint.step = NULL;
	check_top(&lint);
	values_finish(&lint.names);
	return lint.mistakes;
}

struct counting {
	guide_tell *tell;
	void *user;
	size_t mistakes;
};

static void count(const struct error *mistake, void *user)
{
	struct counting *counting = user;

	counting->mistakes++;
	if (counting->tell)
		counting->tell(mistake, counting->user);
}

size_t guide_lint(const char *folder, const char *name, const struct call_source *calls, guide_tell *tell, void *user)
{
	struct counting counting = {tell, user, 0};
	struct guide *guide = guide_read(folder, name, true, count, &counting);

	if (guide)
		guide_check(guide, calls, count, &counting);
	guide_destroy(guide);
	return counting.mistakes;
}
