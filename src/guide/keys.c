// SPDX-License-Identifier: Apache-2.0
// The rows of guide.cfg.
#include "config.h"
#include "guide/keys.h"

#include <string.h>

#include "base/banned.h"

#define SORT(sort) (1u << (sort))
#define AT(type, member) .offset = offsetof(struct type, member)
#define MANY(type, member, count) .offset = offsetof(struct type, member), .count_offset = offsetof(struct type, count)
#define BLOCK(name, text, rows, type) const struct key_block name = {text, rows, COUNT_OF(rows), sizeof(struct type)}

enum {
	CALLS = SORT(STEP_CALL) | SORT(STEP_CHECK),
	MAKES = SORT(STEP_CALL) | SORT(STEP_WRITE) | SORT(STEP_RUN) | SORT(STEP_UPLOAD),
	WALKED = MAKES | SORT(STEP_CHECK) | SORT(STEP_WAIT) | SORT(STEP_NOTE),
	RUNS = SORT(STEP_RUN) | SORT(STEP_CHECK),
};

// clang-format off
static const struct key_row call_rows[] = {
	{"operation", KEY_TEXT, AT(guide_lookup, operation), .help = N_("the API call, as the cloud names it: ecs.DescribeInstances")},
	{"region", KEY_TEXT, AT(guide_lookup, region), .help = N_("where it goes; usually the guide's region")},
	{"with", KEY_TREE, AT(guide_lookup, with), .help = N_("its parameters")},
	{"body", KEY_TREE, AT(guide_lookup, body), .help = N_("its JSON body, for calls that have one")},
};
BLOCK(call_block, NULL, call_rows, guide_lookup);

static const struct key_row lookup_rows[] = {
	{"operation", KEY_TEXT, AT(guide_lookup, operation), .help = N_("a call that changes nothing")},
	{"region", KEY_TEXT, AT(guide_lookup, region), .help = N_("where it goes; usually the guide's region")},
	{"with", KEY_TREE, AT(guide_lookup, with), .help = N_("its parameters")},
	{"body", KEY_TREE, AT(guide_lookup, body), .help = N_("its JSON body, for calls that have one")},
	{"at", KEY_TEXT, AT(guide_lookup, at), .help = N_("pointer (RFC 6901) to the part of the answer that is meant")},
	{"where", KEY_TEXTS, AT(guide_lookup, where), .help = N_("tests; of a list the first element that passes them all is meant")},
};
BLOCK(lookup_block, N_("Lookup"), lookup_rows, guide_lookup);

static const struct key_row find_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_find, lookup), .block = &lookup_block},
	{"proof", KEY_TEXTS, AT(guide_find, proof), .help = N_("tests that only what this run made passes: they settle a call whose answer was lost")},
	{"export", KEY_TREE, AT(guide_find, export), .help = N_("names and where their values stand in what was found; usually as in the step's own export")},
	{"when", KEY_TEXT, AT(guide_find, when), .help = N_("condition under which something that is there already may be taken")},
};
BLOCK(find_block, N_("Find"), find_rows, guide_find);

static const struct key_row progress_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_progress, lookup), .block = &lookup_block},
	{"text", KEY_TEXT, AT(guide_progress, text), .help = N_("pointer to a word on what is being done")},
	{"percent", KEY_TEXT, AT(guide_progress, percent), .help = N_("pointer to a percentage")},
};
BLOCK(progress_block, N_("Progress"), progress_rows, guide_progress);

static const struct key_row log_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_log, lookup), .block = &lookup_block},
	{"line", KEY_TEXT, AT(guide_log, line), .help = N_("pointer to the text in each element of the list")},
};
BLOCK(log_block, N_("Log"), log_rows, guide_log);

static const struct key_row wait_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_wait, lookup), .block = &lookup_block},
	{"until", KEY_TEXTS, AT(guide_wait, until), .help = N_("the values that end the waiting")},
	{"fail", KEY_TEXTS, AT(guide_wait, fail), .help = N_("the values that mean that it will never be so")},
	{"going", KEY_TEXTS, AT(guide_wait, going), .help = N_("the values that mean that it is under way already: an undo that was cut off does not ask for it again")},
	{"fail_when", KEY_TEXTS, AT(guide_wait, fail_when), .help = N_("tests of the whole answer that mean the same when all of them pass")},
	{"gone", KEY_FLAG, AT(guide_wait, gone), .help = N_("wait until it is not there any more")},
	{"every", KEY_NUMBER, AT(guide_wait, every), .help = N_("seconds between two looks; 5")},
	{"limit", KEY_NUMBER, AT(guide_wait, limit), .help = N_("seconds after which it is given up; 3600")},
	{"text", KEY_TEXT, AT(guide_wait, text), .help = N_("pointer to a word on what is being done")},
	{"percent", KEY_TEXT, AT(guide_wait, percent), .help = N_("pointer to a percentage")},
	{"reason", KEY_TEXT, AT(guide_wait, reason), .help = N_("pointer to why it failed")},
	{"progress", KEY_BLOCK, AT(guide_wait, progress), .block = &progress_block, .help = N_("another call that tells more on the progress")},
	{"log", KEY_BLOCK, AT(guide_wait, log), .block = &log_block, .help = N_("the cloud's own log of it")},
};
BLOCK(wait_block, N_("Wait"), wait_rows, guide_wait);

static const struct key_row remember_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_remember, lookup), .block = &lookup_block},
	{"export", KEY_TREE, AT(guide_remember, export), .required = true, .help = N_("names and where their values stand in it; the undo knows them, and they are kept")},
};
BLOCK(remember_block, N_("Remember"), remember_rows, guide_remember);

static const struct key_row after_rows[] = {
	{"call", KEY_INLINE, AT(guide_after, call), .block = &call_block},
	{"when", KEY_TEXT, AT(guide_after, when), .help = N_("condition; what was never to be remembered is told instead")},
};
BLOCK(after_block, N_("After"), after_rows, guide_after);

static const struct key_row undo_rows[] = {
	{"call", KEY_INLINE, AT(guide_undo, call), .block = &call_block},
	{"when", KEY_TEXT, AT(guide_undo, when), .help = N_("condition")},
	{"command", KEY_TEXTS, AT(guide_undo, command), .help = N_("a program and its arguments")},
	{"folder", KEY_TEXT, AT(guide_undo, folder), .help = N_("where it runs")},
	{"environment", KEY_TREE, AT(guide_undo, environment), .help = N_("variables that it gets besides")},
	{"wait", KEY_BLOCK, AT(guide_undo, wait), .block = &wait_block, .help = N_("until it is really gone")},
	{"held", KEY_BLOCK, AT(guide_undo, held), .block = &log_block, .help = N_("what may hold it, told when it refuses to go")},
	{"remember", KEY_BLOCK, AT(guide_undo, remember), .block = &remember_block, .help = N_("a look at the thing when it is there and before it goes: only it tells what stays behind")},
	{"after", KEY_BLOCK, AT(guide_undo, after), .block = &after_block, .help = N_("a call once it is gone, for what stays behind")},
	{"note", KEY_TEXT, AT(guide_undo, note), .help = N_("what only a person can undo")},
	{"keep", KEY_FLAG, AT(guide_undo, keep), .help = N_("nothing to undo: it goes with something else, or costs nothing")},
};
BLOCK(undo_block, N_("Undo"), undo_rows, guide_undo);

static const struct key_row price_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_price, lookup), .block = &lookup_block},
	{"hourly", KEY_NUMBER, AT(guide_price, hourly), .help = N_("price of one for an hour, where no call tells it")},
	{"currency", KEY_TEXT, AT(guide_price, currency), .help = N_("CNY, USD …, or a pointer to it in the answer")},
	{"count", KEY_TEXT, AT(guide_price, count), .help = N_("how many")},
	{"note", KEY_TEXT, AT(guide_price, note), .help = N_("what comes besides")},
};
BLOCK(price_block, N_("Price"), price_rows, guide_price);

static const struct key_row choices_rows[] = {
	{"lookup", KEY_INLINE, AT(guide_choices, lookup), .block = &lookup_block},
	{"value", KEY_TEXT, AT(guide_choices, value), .help = N_("pointer to the value in each element")},
	{"label", KEY_TEXT, AT(guide_choices, label), .help = N_("pointer to what is shown beside it")},
	{"price", KEY_BLOCK, AT(guide_choices, price), .block = &price_block, .help = N_("what each costs, which is ${EACH}: the cheapest comes first")},
};
BLOCK(choices_block, N_("Choices"), choices_rows, guide_choices);

static const struct key_row input_rows[] = {
	{"name", KEY_TEXT, AT(guide_input, name), .required = true, .help = N_("the name that steps use: capitals, digits and _")},
	{"title", KEY_TEXT, AT(guide_input, title), .required = true, .help = N_("what is asked for")},
	{"type", KEY_TEXT, AT(guide_input, type), .help = N_("text (the default), number, flag, cidr, path or list")},
	{"default", KEY_TEXT, AT(guide_input, fallback), .help = N_("the answer when none is given")},
	{"environment", KEY_TEXT, AT(guide_input, environment), .help = N_("environment variable whose value is the default when it is set")},
	{"suggest", KEY_BLOCK, AT(guide_input, suggest), .block = &choices_block, .help = N_("a call that finds the default")},
	{"values", KEY_TEXTS, AT(guide_input, values), .help = N_("the only values")},
	{"choices", KEY_BLOCK, AT(guide_input, choices), .block = &choices_block, .help = N_("a call that lists values")},
	{"match", KEY_TEXT, AT(guide_input, match), .help = N_("extended regular expression that the value must match")},
	{"least", KEY_NUMBER, AT(guide_input, least), .help = N_("smallest number; of a cidr, its shortest prefix")},
	{"most", KEY_NUMBER, AT(guide_input, most), .help = N_("largest number; of a cidr, its longest prefix")},
	{"secret", KEY_FLAG, AT(guide_input, secret), .help = N_("neither shown nor kept")},
	{"optional", KEY_FLAG, AT(guide_input, optional), .help = N_("may be empty")},
	{"when", KEY_TEXT, AT(guide_input, when), .help = N_("condition under which it is asked")},
	{"help", KEY_TEXT, AT(guide_input, help), .help = N_("what to know before answering")},
};
BLOCK(input_block, N_("Inputs"), input_rows, guide_input);

static const struct key_row section_rows[] = {
	{"id", KEY_TEXT, AT(guide_section, id), .required = true, .help = N_("its name in steps")},
	{"heading", KEY_TEXT, AT(guide_section, heading), .required = true, .help = N_("the heading in the guide that people read")},
	{"address", KEY_TEXT, AT(guide_section, address), .help = N_("where that stands")},
};
BLOCK(section_block, N_("Sections"), section_rows, guide_section);

static const struct key_row step_rows[] = {
	{"id", KEY_TEXT, AT(guide_step, id), .required = true, .help = N_("its name: small letters, digits and -")},
	{"sort", KEY_TEXT, AT(guide_step, sort_name), .required = true, .help = N_("ask, check, call, wait, upload, write, run or note")},
	{"section", KEY_TEXT, AT(guide_step, section), .required = true, .help = N_("id of the section that it belongs to")},
	{"title", KEY_TEXT, AT(guide_step, title), .required = true, .help = N_("what it does, in a few words")},
	{"why", KEY_TEXT, AT(guide_step, why), .help = N_("why it is needed, or what differs from the guide that people read")},
	{"when", KEY_TEXT, AT(guide_step, when), .help = N_("condition; without it the step is always taken")},
	{"needs", KEY_TEXTS, AT(guide_step, needs), .help = N_("ids of steps that come before")},
	{"each", KEY_TEXT, AT(guide_step, each), .sorts = MAKES | SORT(STEP_CHECK), .help = N_("name of a list: the step is done for each element, which is ${EACH}; in the remedy of a check, those that it does not hold for")},
	{"name", KEY_TEXT, AT(guide_step, name), .sorts = MAKES, .help = N_("name of what it makes, shown in the plan")},
	{"detail", KEY_TEXT, AT(guide_step, detail), .sorts = MAKES, .help = N_("more on it, shown in the plan")},
	{"export", KEY_TREE, AT(guide_step, export), .help = N_("names and where their values stand in the answer")},
	{"inputs", KEY_BLOCKS, MANY(guide_step, inputs, input_count), .block = &input_block, .sorts = SORT(STEP_ASK), .help = N_("what is asked")},
	{"call", KEY_INLINE, AT(guide_step, call), .block = &lookup_block, .sorts = CALLS},
	{"expect", KEY_TEXTS, AT(guide_step, expect), .sorts = SORT(STEP_CHECK), .help = N_("tests that the answer must pass; of a command, its output in JSON")},
	{"that", KEY_TEXT, AT(guide_step, that), .sorts = SORT(STEP_CHECK), .help = N_("condition that must hold")},
	{"refused", KEY_TEXT, AT(guide_step, refused), .sorts = SORT(STEP_CHECK), .help = N_("the code with which the call must be refused: DryRunOperation is a trial run that passed")},
	{"operations", KEY_TEXTS, AT(guide_step, operations), .sorts = SORT(STEP_CHECK), .help = N_("calls that change nothing and need no parameters: each must be allowed")},
	{"every_call", KEY_FLAG, AT(guide_step, every_call), .sorts = SORT(STEP_CHECK), .help = N_("each call that the run will make, and its undo, must be permitted; it is told without making them")},
	{"permissions", KEY_TEXTS, AT(guide_step, permissions), .sorts = SORT(STEP_CHECK), .help = N_("calls, or permissions as the cloud names them, that must be permitted besides")},
	{"late", KEY_FLAG, AT(guide_step, late), .sorts = SORT(STEP_CHECK), .help = N_("made when the walk comes to it, because what it asks for is made only then; before, too, when that is known already")},
	{"named", KEY_TEXTS, AT(guide_step, named), .sorts = SORT(STEP_CHECK), .help = N_("health checks of a cluster by name (H0 to H15), made when the walk comes here, again and again until none fails")},
	{"objects", KEY_TEXTS, AT(guide_step, objects), .sorts = SORT(STEP_CHECK), .help = N_("lists of a cluster's API, as kubectl get --raw takes them; by its metadata there must be nothing in them that where means; with expect, one of what where means must be as expected")},
	{"cluster", KEY_TEXT, AT(guide_step, cluster), .sorts = SORT(STEP_CHECK), .help = N_("id of the cluster that named and objects are of")},
	{"show", KEY_TEXT, AT(guide_step, show), .sorts = SORT(STEP_CHECK), .help = N_("pointer in each element that passes where: what is told when the check does not hold")},
	{"level", KEY_TEXT, AT(guide_step, level), .sorts = SORT(STEP_CHECK), .help = N_("fail (the default); warn; or known, which fails when it is seen not to hold, and warns when it cannot be seen")},
	{"remedy", KEY_TEXT, AT(guide_step, remedy), .sorts = SORT(STEP_CHECK), .help = N_("what to do when it does not hold")},
	{"optional", KEY_FLAG, AT(guide_step, optional), .sorts = WALKED, .help = N_("nothing that comes after needs it: a person may skip it when it fails")},
	{"settle", KEY_NUMBER, AT(guide_step, settle), .sorts = SORT(STEP_CALL), .help = N_("seconds that a call whose answer was lost may still take to have its effect; 5")},
	{"file", KEY_TEXT, AT(guide_step, file), .sorts = SORT(STEP_WRITE) | SORT(STEP_UPLOAD), .help = N_("the file to write or to upload")},
	{"template", KEY_TEXT, AT(guide_step, template), .sorts = SORT(STEP_WRITE), .help = N_("file of the guide's folder, or ${NAME} of a text, that it is made from")},
	{"renew", KEY_FLAG, AT(guide_step, renews), .sorts = SORT(STEP_WRITE), .help = N_("what is in it expires: an undo that runs commands reads what it needs again, and writes it anew")},
	{"private", KEY_FLAG, AT(guide_step, is_private), .sorts = SORT(STEP_WRITE) | SORT(STEP_CALL), .help = N_("a file readable by its owner alone and not shown; values of an answer that are neither shown nor kept")},
	{"command", KEY_TEXTS, AT(guide_step, command), .sorts = RUNS, .help = N_("a program and its arguments; no shell is involved")},
	{"already", KEY_TEXTS, AT(guide_step, already), .sorts = SORT(STEP_RUN), .help = N_("a command that ends well when the step is done already")},
	{"again", KEY_TEXTS, AT(guide_step, again), .sorts = SORT(STEP_RUN), .help = N_("a command that is run first when an earlier attempt failed or was cut off: it takes away what that left half done")},
	{"folder", KEY_TEXT, AT(guide_step, folder), .sorts = RUNS, .help = N_("where it runs")},
	{"environment", KEY_TREE, AT(guide_step, environment), .sorts = RUNS, .help = N_("variables that it gets besides")},
	{"limit", KEY_NUMBER, AT(guide_step, limit), .sorts = RUNS, .help = N_("seconds that it may take; 3600, for a check 20, for checks by name 900")},
	{"bucket", KEY_TEXT, AT(guide_step, bucket), .sorts = SORT(STEP_UPLOAD), .help = N_("where to")},
	{"object", KEY_TEXT, AT(guide_step, object), .sorts = SORT(STEP_UPLOAD), .help = N_("under which name")},
	{"text", KEY_TEXT, AT(guide_step, text), .sorts = SORT(STEP_NOTE), .help = N_("what only a person can do")},
	{"find", KEY_BLOCK, AT(guide_step, find), .block = &find_block, .sorts = MAKES, .help = N_("how to see that it is there already")},
	{"wait", KEY_BLOCK, AT(guide_step, wait), .block = &wait_block, .help = N_("until it is as wanted")},
	{"undo", KEY_BLOCK, AT(guide_step, undo), .block = &undo_block, .sorts = MAKES, .help = N_("how to take it away again")},
	{"price", KEY_BLOCK, AT(guide_step, price), .block = &price_block, .sorts = MAKES, .help = N_("what it costs")},
};
BLOCK(step_block, N_("Steps"), step_rows, guide_step);

static const struct key_row guide_rows[] = {
	{"title", KEY_TEXT, AT(guide, title), .required = true, .help = N_("what one has at the end")},
	{"backend", KEY_TEXT, AT(guide, backend), .required = true, .help = N_("the cloud: alibaba")},
	{"address", KEY_TEXT, AT(guide, address), .help = N_("the guide that people read")},
	{"why", KEY_TEXT, AT(guide, why), .help = N_("what it is for, in a sentence or two")},
	{"region", KEY_TEXT, AT(guide, region), .help = N_("where calls go that name no region")},
	{"approve", KEY_TEXT, AT(guide, approve), .required = true, .help = N_("the word that a person types to approve the plan")},
	{"outputs", KEY_TEXTS, AT(guide, outputs), .help = N_("names that peerdeck guide export prints, in their order, those of inputs by their environment variable too; lists as JSON; all when it is absent")},
	{"sections", KEY_BLOCKS, MANY(guide, sections, section_count), .block = &section_block, .required = true, .help = N_("the headings, in their order")},
	{"steps", KEY_BLOCKS, MANY(guide, steps, step_count), .block = &step_block, .required = true, .help = N_("the steps, in their order")},
};
BLOCK(guide_block, N_("Guide"), guide_rows, guide);
// clang-format on

const struct key_block *const key_blocks[] = {&guide_block, &section_block, &step_block, &input_block, &choices_block,
        &lookup_block, &find_block, &wait_block, &progress_block, &log_block, &remember_block, &after_block,
        &undo_block, &price_block, NULL};

static const struct {
	const char *name, *help;
} sorts[STEP_SORTS] = {
        [STEP_ASK] = {"ask", N_("a form: what only the person knows")},
        [STEP_CHECK] = {"check", N_("a question to the cloud, to a tool or to the answers, before anything is made")},
        [STEP_CALL] = {"call", N_("an API call")},
        [STEP_WAIT] = {"wait", N_("until something is as wanted, with its progress")},
        [STEP_UPLOAD] = {"upload", N_("a file into an object store")},
        [STEP_WRITE] = {"write", N_("a file from a template")},
        [STEP_RUN] = {"run", N_("a command, its output shown as it comes")},
        [STEP_NOTE] = {"note", N_("something that only a person can do; where one is there, the walk waits until they confirm it")},
};

const char *step_sort_name(enum step_sort sort)
{
	return sorts[sort].name;
}

const char *step_sort_help(enum step_sort sort)
{
	return sorts[sort].help;
}

const struct key_row *key_find(const struct key_block *block, const char *name, size_t *base)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct key_row *row = &block->rows[i], *inner;

		if (row->type == KEY_INLINE) {
			inner = key_find(row->block, name, base);
			if (inner) {
				*base += row->offset;
				return inner;
			}
		} else if (!strcmp(row->name, name)) {
			*base = 0;
			return row;
		}
	}
	return NULL;
}
