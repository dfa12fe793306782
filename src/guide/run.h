// SPDX-License-Identifier: Apache-2.0
// One walk through a guide: inputs, preflight, plan, run; and its resumption and undo. Each function waits as long as
// it takes and stops within a second when cancelled, so a screen calls it in a job. A run belongs to one thread at a
// time.
#ifndef PEERDECK_GUIDE_RUN_H
#define PEERDECK_GUIDE_RUN_H

#include "base/buffer.h"
#include "guide/effects.h"
#include "guide/guide.h"
#include "guide/store.h"

struct guide_run;

enum event_kind {
	EVENT_BEGIN, // a step begins
	EVENT_END,   // it is over: `outcome`
	EVENT_WAIT,  // waiting: text, percent, times
	EVENT_LINE,  // a line of a log or of a program's output
	EVENT_NOTE,  // something that the person should know or do
};
enum step_outcome {
	OUTCOME_MADE,    // by this run
	OUTCOME_KEPT,    // was there
	OUTCOME_DONE,    // nothing made: read, waited for
	OUTCOME_SKIPPED, // its condition does not hold, or a person let it go
	OUTCOME_UNDONE,
	OUTCOME_FAILED,
	OUTCOME_COUNT,
};
const char *step_outcome_name(enum step_outcome outcome); // stable word

struct guide_event {
	enum event_kind kind;
	const struct guide_step *step;
	const char *key; // "snat-entry[vsw-…]"
	const char *text;
	enum step_outcome outcome;
	int percent;                           // −1 = not known
	int64_t elapsed_ms, usual_ms, next_ms; // usual 0 = not known
	int64_t limit_ms;                      // when it is given up, 0 = never
	const struct error *error;             // of what failed
};

struct preflight_line;
struct run_options {
	const struct guide *guide;           // borrowed
	const struct guide_effects *effects; // copied
	struct guide_store *store;           // borrowed; NULL = nothing is kept, and nothing can be made
	const char *context, *region, *account, *home;
	int64_t clock_offset_ms; // the service's clock minus ours
	const char *folder;      // where its files are written, in one of its own
	const char *id;          // of a new run; NULL = one is made up
	void (*tell)(const struct guide_event *event, void *user);
	// A check of the preflight is over: any thread, one at a time. NULL = nobody cares.
	void (*checked)(const struct preflight_line *line, size_t index, size_t count, void *user);
	void *user;
};

struct guide_run *run_create(const struct run_options *options, struct error *error);
// One that the store knows, with its answers and all that its steps gave.
struct guide_run *run_resume(const struct run_options *options, const struct run_row *row, struct error *error);
void run_destroy(struct guide_run *run);
// Those that look on learn through this lock how far it is, while it goes.
void run_watched(struct guide_run *run, int lock);
const struct run_row *run_row(const struct guide_run *run);
const struct values *run_values(const struct guide_run *run);
// A text of the guide for people: names replaced, secrets masked, what is not known as ${NAME}; cut to fit.
void run_shown(struct guide_run *run, const char *text, char *out, size_t size);

// Inputs. Whether an answer is wanted, now that others are given.
bool run_input_wanted(struct guide_run *run, const struct guide_input *input);
// The default and where it is from ("" = there is none). True also when there is none.
bool run_input_default(struct guide_run *run, const struct guide_input *input, struct buffer *out, char source[64],
        struct cancel *cancel, struct error *error);
// It is not asked for, now that others are given: texts may name it all the same.
void run_answer_none(struct guide_run *run, const struct guide_input *input);
// By the input's own type, range, pattern and values; those say nothing of an empty answer.
bool input_accepts(const struct guide_input *input, const char *text, struct error *error);
// Checks and takes an answer.
bool run_answer(struct guide_run *run, const struct guide_input *input, const char *text, const char *source,
        struct error *error);
struct choice {
	char value[256], label[256];
};
enum { CHOICES_MOST = 500 };
// The values to choose from; false when they cannot be listed (a free answer is taken then). *count 0 = any value.
bool run_choices(struct guide_run *run, const struct guide_input *input, struct choice *out, size_t *count,
        struct cancel *cancel, struct error *error);
// Reads an answers file (libconfig: NAME = value;). Unknown names and bad values are told with file and line. "plan" is
// the hash of the plan that was approved, "planned" are its lines: they land in `approved` (may be NULL; hash "" = none
// was), which the caller releases with plan_finish also on failure.
struct plan;
bool run_answers_read(struct guide_run *run, const char *path, struct plan *approved, guide_tell *tell, void *user);
// Takes the default wherever no answer is given; tells what is missing or wrong. False when anything is.
bool run_answers_complete(struct guide_run *run, struct cancel *cancel, guide_tell *tell, void *user);
// Of a run that is taken up again: answers that differ from those it had are kept, where nothing that it made hangs on
// them; the others are told. False when there are such.
bool run_answers_settle(struct guide_run *run, struct cancel *cancel, guide_tell *tell, void *user);
// All answers but secrets, as such a file; `plan` NULL = nothing is approved.
bool run_answers_write(const struct guide_run *run, const struct plan *plan, struct buffer *out);

// Preflight: all checks at once, several at a time. They come in the guide's order; those not needed are told first.
enum preflight_result { PREFLIGHT_PASS, PREFLIGHT_WARN, PREFLIGHT_FAIL, PREFLIGHT_SKIP, PREFLIGHT_RESULTS };
const char *preflight_result_name(enum preflight_result result);
struct preflight_line {
	const struct guide_step *step;
	enum preflight_result result;
	char seen[320], remedy[320];
	bool denied;     // for want of a permission, which the remedy names
	bool not_needed; // with these answers; its result is skip
};
struct preflight {
	struct preflight_line *lines;
	size_t count;
	size_t counts[PREFLIGHT_RESULTS], not_needed; // those not needed are in no other count
};
bool run_preflight(struct guide_run *run, struct preflight *out, struct cancel *cancel, struct error *error);
// Those that did not pass, once more.
bool run_preflight_again(
        struct guide_run *run, struct preflight *preflight, struct cancel *cancel, struct error *error);
void preflight_finish(struct preflight *preflight);

// Plan: what is there is looked at, nothing is changed.
enum plan_sign { PLAN_CREATE, PLAN_CHANGE, PLAN_KEEP, PLAN_DELETE, PLAN_SIGNS };
struct plan_line {
	const struct guide_step *step;
	enum plan_sign sign;
	char name[256], detail[256];
	char note[160];    // "not simulated", "by traffic"
	bool observed;     // it was looked for
	char by_hand[640]; // what a person may have to do when it is undone; "" = nothing
	double hourly;
	char currency[8];
};
struct plan {
	struct plan_line *lines;
	size_t count;
	size_t counts[PLAN_SIGNS];
	double hourly; // together, in `currency`
	char currency[8];
	char approve[256]; // what a person types
	char hash[65];
};
bool run_plan(struct guide_run *run, struct plan *out, struct cancel *cancel, struct error *error);
void plan_finish(struct plan *plan);
char plan_sign_mark(enum plan_sign sign);                                                     // + ~ = -
const struct plan_line *plan_line_of(const struct plan *plan, const struct guide_step *step); // NULL = none
// How a line differs from the plan before; false when it does not, or when there was none.
bool plan_line_differs(const struct plan *before, const struct plan_line *line, char *how, size_t size);

// Makes what the plan says, or what remains of it. `plan` NULL = resuming. ERROR_CONFLICT when something turned up that
// the plan did not see. What was made before a failure stays, and is known.
bool run_go(struct guide_run *run, const struct plan *plan, struct cancel *cancel, struct error *error);
// Takes away, in reverse order, what this run made, and nothing else.
bool run_undo(struct guide_run *run, struct cancel *cancel, struct error *error);

// Lets go of a step that the guide calls optional: the walk passes it by from now on. What it made stays the run's.
bool run_let_go(struct guide_run *run, const char *id, struct error *error);
// Whether the walk has still to take the step: false when its condition does not hold as far as that is known.
bool run_step_wanted(struct guide_run *run, const struct guide_step *step);

// What one thing that a step makes costs for an hour: 0 = nothing, −1 = its price could not be asked for.
double run_step_price(struct guide_run *run, const struct guide_step *step, char currency[8], struct cancel *cancel);
// What all that the run made and that is still there costs for an hour; rows[i] of it in hourly[i] (NULL = nobody
// cares). −1 = its price could not be asked for. Asks the cloud for prices.
struct run_costs {
	double together, *hourly;
	char currency[8];
};
void run_cost(
        struct guide_run *run, const struct step_row *rows, size_t count, struct run_costs *out, struct cancel *cancel);

// How many calls left of which nobody knows yet what became of them.
size_t run_in_doubt(struct guide_run *run);
// What has been made and not been undone. Returns how many there are, copies up to `most`.
size_t run_made(struct guide_run *run, struct step_row *out, size_t most);
// The command that does the same as a step, secrets masked; false when there is none. Several lines for a file.
bool run_command(struct guide_run *run, const struct guide_step *step, struct buffer *out);
// The same for its undo.
bool run_undo_command(struct guide_run *run, const struct guide_step *step, struct buffer *out);
// The whole guide as a shell script with these answers.
bool run_script(struct guide_run *run, struct buffer *out);
// NAME='value' for a shell, of the guide's outputs that are known.
bool run_exports(struct guide_run *run, struct buffer *out);

#endif
