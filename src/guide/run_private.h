// SPDX-License-Identifier: Apache-2.0
// Shared by the parts of the engine, by nobody else.
#ifndef PEERDECK_GUIDE_RUN_PRIVATE_H
#define PEERDECK_GUIDE_RUN_PRIVATE_H

#include "guide/expression.h"
#include "guide/lock.h"
#include "guide/run.h"
#include "net/json.h"

// A line that is down is waited for: so often, and so long each time.
enum { UNHEARD_TURNS = 24, UNHEARD_MS = 5000 };
enum { ANSWER_MOST = 8 << 20, PARAMETERS_MOST = 1 << 20, NAME_SIZE = 256 };
// A program of a guide that sets no limit of its own.
enum { PROGRAM_LIMIT_MS = 3600000 };

struct guide_run {
	const struct guide *guide;
	struct guide_effects effects;
	struct guide_store *store;
	struct run_row row;
	struct values values;
	struct values answers; // the inputs alone
	struct values given;   // the same, as the run that is taken up again had them
	char folder[GUIDE_PATH_SIZE];
	void (*tell)(const struct guide_event *event, void *user);
	void (*checked)(const struct preflight_line *line, size_t index, size_t count, void *user);
	void *user;
	unsigned place;   // of the step begun last
	bool patient;     // reading calls wait for a line that is down
	char log_key[65]; // the cloud's log that was told last, and how many of its lines
	size_t log_lines;
	const struct plan *plan; // while it is carried out
	int lock;                // through which others look on; −1 = nobody does
	struct lock_holder seen; // what they were told last
	int programs; // kept open by programs that steps start; −1 = not opened yet, −2 = nobody could see it
};

// One instance of a step: for a step with `each` there are several.
struct instance {
	const struct guide_step *step;
	struct values values; // EACH, over the run's
	struct step_row row;
};

// What a reading call found.
enum look { LOOK_FOUND, LOOK_ABSENT, LOOK_UNKNOWN, LOOK_FAILED };
struct looked {
	struct buffer text;
	struct json_doc doc;
	const cJSON *root, *node; // node is what was meant
};
// What one costs for an hour, times its count: −1 = it could not be asked for.
double run_price(struct guide_run *run, const struct guide_price *price, const struct values *values, char currency[8],
        struct cancel *cancel);
enum look run_look(struct guide_run *run, const struct guide_lookup *lookup, const guide_tree *tests,
        const struct values *values, struct looked *out, struct cancel *cancel, struct error *error);
void looked_finish(struct looked *looked);

// Parameters of a call. The request points into `text` and `region`.
struct request_text {
	struct buffer parameters, region;
	struct call_request request;
};
enum expand request_build(struct guide_run *run, const struct guide_lookup *call, const struct values *values,
        unsigned mode, struct request_text *out, struct error *error);
void request_finish(struct request_text *request);

// Sets the names of `exports` from a node. False (error names the first) when one is not there.
bool run_take_exports(struct guide_run *run, const struct guide_step *step, const guide_tree *exports,
        const cJSON *node, struct values *out, struct error *error);
void run_forget_exports(struct guide_run *run, const struct guide_step *step); // known later only
void run_skip(
        struct guide_run *run, const struct guide_step *step); // its names are empty, unless another step gives them
bool run_merge(struct guide_run *run, const struct values *exports, const char *source);

void run_tell(struct guide_run *run, const struct guide_event *event);
void run_line(struct guide_run *run, const struct instance *instance, const char *text);
// Text with names replaced, cut to fit; what is not known yet as ${NAME}.
void run_text(struct guide_run *run, const char *text, const struct values *values, char *out, size_t size);

// Instances of a step by the value of its list; *count 0 and false when the list is not known yet.
bool instances_create(struct guide_run *run, const struct guide_step *step, struct instance **out, size_t *count,
        struct error *error);
void instances_destroy(struct instance *list, size_t count);
// The one that a row belongs to. Release with instances_destroy(…, 1).
struct instance *instance_of_row(struct guide_run *run, const struct step_row *row, struct error *error);

bool run_is_read(const struct guide_run *run, const struct guide_step *step); // a call that changes nothing
bool run_save(struct guide_run *run, struct instance *instance, enum row_state state, const struct values *exports,
        struct error *error);

// A command with its environment, expanded. Release with command_finish.
struct command_text {
	struct guide_command command;
	char **arguments, **environment;
	char *folder;
};
enum expand command_build(struct guide_run *run, const guide_tree *arguments, const guide_tree *environment,
        const char *folder, const struct values *values, unsigned mode, struct command_text *out, struct error *error);
void command_finish(struct command_text *command);

// A program that a step starts: its output is told line by line. First it waits until those have ended that an earlier
// walk started, before it was killed.
struct program {
	const guide_tree *arguments, *environment;
	const char *folder; // NULL = where peerdeck was started
	int64_t limit_ms;
	bool is_silent;
	struct buffer *out; // NULL = nobody reads it
};
bool program_run(struct guide_run *run, const struct instance *instance, const struct program *program,
        struct cancel *cancel, struct error *error);

// Of answers files.
struct config_setting_t;
void config_add_string(struct buffer *out, const char *text); // in quotes, as libconfig reads it
void plan_save(const struct plan *plan, struct buffer *out);
// The lines of a plan as they were saved; those of steps that the guide has no more are left out.
bool plan_take_saved(
        const struct guide *guide, const struct config_setting_t *saved, struct plan *out, struct error *error);

// The work of each sort; on success the row is done.
bool make_call(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error);
bool make_run(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error);
bool make_write(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error);
bool make_upload(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error);
bool make_check(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error);
// One check, now. `line->step` is given.
// What a line says of a check that does not hold; `problem` may be NULL.
void check_fails(struct preflight_line *line, const struct error *problem);
void check_call(struct guide_run *run, struct preflight_line *line, struct cancel *cancel);
void check_objects(struct guide_run *run, struct preflight_line *line, struct cancel *cancel);
void check_step(struct guide_run *run, struct preflight_line *line, struct cancel *cancel);
// Whether each call that the run will make is permitted, told without making it.
void check_permissions(struct guide_run *run, struct preflight_line *line, struct cancel *cancel);
bool named_are_known(const struct guide_run *run, const struct guide_step *step, struct error *error);
// Whether the object of an upload is there already, with the same bytes. For the plan.
bool upload_is_there(struct guide_run *run, const struct guide_step *step, struct cancel *cancel);
// Before an undo of these rows: what expires is fetched and written anew, as far as that goes.
void run_renew(struct guide_run *run, const struct step_row *rows, size_t count, struct cancel *cancel);
bool undo_upload(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error);
// Of a step that waits: whether that is over already, and what it exports then.
bool wait_peek(struct guide_run *run, struct instance *instance, struct values *exports, struct cancel *cancel);
bool wait_is_going(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel);
bool wait_is_over(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel);
// Whether what is waited for cannot come any more.
bool wait_has_failed(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel);
bool run_wait(struct guide_run *run, struct instance *instance, const struct guide_wait *wait, const char *place,
        struct values *exports, struct cancel *cancel, struct error *error);

// One changing call with its intent before and its outcome after. `place` is the first word of the failpoints passed.
struct change {
	const struct guide_lookup *call;
	const char *place, *token;
	struct buffer answer;
	bool refused_as_there; // it was refused because it is there already
	bool refused_as_gone;
};
enum change_result { CHANGE_DONE, CHANGE_REFUSED, CHANGE_IN_DOUBT, CHANGE_FAILED };
enum change_result run_change(struct guide_run *run, struct instance *instance, struct change *change,
        struct cancel *cancel, struct error *error);
// What the journal still has in doubt of a step is known now.
void change_settled(struct guide_run *run, const char *key, bool done);
// Whether what a row intends was made: settles it. The row becomes MADE or is forgotten.
bool settle_intent(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error);
// Reads and keeps what the undo needs once the thing is gone; also when it is just made, as somebody else may take it.
bool undo_remember(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error);
// Takes away what an instance made: the row becomes UNDONE.
bool undo_made(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error);
// What a write step writes.
enum expand write_text(struct guide_run *run, const struct instance *instance, unsigned mode, struct buffer *path,
        struct buffer *text, struct error *error);

#endif
