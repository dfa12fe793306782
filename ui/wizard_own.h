// SPDX-License-Identifier: Apache-2.0
// The wizard from inside. For wizard*.c alone. A `struct wizard` belongs to the UI thread; a `struct walk` is shared
// with the jobs that do what takes time. What of the walk is marked "by the task" belongs to the one task at work, and
// to the UI thread while there is none.
#ifndef PEERDECK_UI_WIZARD_OWN_H
#define PEERDECK_UI_WIZARD_OWN_H

#include <pthread.h>

#include "guide/folder.h"
#include "guide/lock.h"
#include "guide/run.h"
#include "inventory/database.h"
#include "orphans/health_named.h"
#include "ui/document.h"
#include "ui/sheet.h"
#include "ui/wizard.h"

enum wizard_phase { PHASE_INPUTS, PHASE_PREFLIGHT, PHASE_PLAN, PHASE_RUN, PHASES };
enum { WIZARD_LOG_MOST = 8 << 20, WIZARD_LINES_MOST = 2000, WIZARD_ANSWER_MOST = 4096, WIZARD_WIDE_COLUMNS = 100 };

// An answer on its way to a job, in the guide's order. Text NULL = none was typed: its default counts.
struct given {
	const struct guide_input *input;
	char *text;
	char source[64];
};
struct answers {
	struct given *list;
	size_t count;
};
void answers_finish(struct answers *answers); // wipes what is secret

// How far a step of the guide got.
enum step_mark { MARK_NONE, MARK_AT_WORK, MARK_IN_DOUBT, MARK_OUTCOMES }; // from MARK_OUTCOMES on: enum step_outcome
struct step_state {
	unsigned mark;
	int64_t began, elapsed_ms; // monotonic; how long it took
};

// What is waited for.
struct waited {
	char text[256];
	int percent;                                           // −1 = not known
	int64_t elapsed_ms, usual_ms, next_ms, limit_ms, told; // told: monotonic
};

// What a task tells while it works; copied to the wizard when it looks.
struct walk_news {
	unsigned version;
	struct preflight_line *checks; // guide->step_count of them
	bool *checked;
	struct step_state *steps; // guide->step_count of them
	size_t current;
	bool waiting;
	struct waited waited;
	char *lines[WIZARD_LINES_MOST]; // since the last look
	size_t line_count;
	char question[512];               // for a person; "" = none
	int answer;                       // 0 = none yet, 1 = yes, −1 = no
	char note_title[128], note[2048]; // to be read and confirmed by a person; "" = none
	char key[STEP_KEY_SIZE];          // of the step at work
	size_t made;                      // how many things of the run exist, and what they cost for an hour
	double hourly;
	struct lock_holder holder; // the process that walks it instead of this one, pid 0 = none
	bool undoing;              // what that one does
};

struct walk {
	pthread_mutex_t lock;
	unsigned holders;
	struct wizard *wizard; // UI thread only; NULL = gone
	// Constant once it is open.
	struct guide_entry entry;
	char context[128], region[64], account[64], home[512], folder[1024], path[DATABASE_PATH_SIZE],
	        config_folder[512];
	int64_t clock_offset_ms;
	const struct backend *backend;
	struct session *session;
	const struct clock *clock;
	struct log *log;
	struct guide *guide;
	struct guide_effects effects;
	struct health_named health;
	// By the task.
	struct guide_store *store;
	struct guide_run *run;
	struct job *job;
	struct preflight preflight;
	struct plan plan;
	struct plan before; // the one that was approved, when what is there had changed; lines NULL = none
	char *script, *exports;
	struct step_price {
		bool known;
		double hourly; // of one, −1 = could not be asked for
	} * prices;            // guide->step_count of them
	char currency[8];
	size_t next_step;         // where the run that goes on stopped
	bool held;                // by another process, when it was opened
	int64_t heard_pid, heard; // whose lines of the log were taken over, and how many of them
	struct run_row row;       // of the run that goes on, id "" = none
	struct step_row *rows;
	size_t row_count;
	struct values stored; // its answers
	// Under the lock.
	char **commands, **undo_commands; // of each step: what does the same; NULL = nothing does
	struct walk_news news;
};
struct walk *walk_create(struct wizard *wizard, const struct guide_entry *entry, struct error *error);
struct walk *walk_ref(struct walk *walk);
void walk_unref(struct walk *walk);
// A run of its own for looking, with nothing kept.
struct guide_run *walk_scratch(const struct walk *walk, const char *id, struct error *error);
// One that is kept, for making things.
struct guide_run *walk_resume(struct walk *walk, struct error *error); // walk->row, from the store
struct guide_run *walk_begin(struct walk *walk, const char *id, struct error *error);
void walk_news_take(struct walk *walk); // UI thread: into the wizard

// The work of the wizard's jobs.
enum wizard_work {
	WORK_NONE,
	WORK_OPEN,    // guide, account, what is known of earlier runs
	WORK_LOOK,    // defaults
	WORK_CHOICES, // of one field
	WORK_CHECK,   // preflight
	WORK_CHECK_AGAIN,
	WORK_PLAN,
	WORK_WATCH, // another process walks: until it has ended
	WORK_GO,    // what the plan says
	WORK_RESUME,
	WORK_SKIP, // the step where it stopped, then as RESUME
	WORK_UNDO,
	WORK_COUNT,
};
struct task {
	struct walk *walk;
	enum wizard_work work;
	char id[RUN_ID_SIZE], step[STEP_KEY_SIZE]; // of the run; of WORK_SKIP
	struct answers answers;
	// WORK_LOOK gives these, one for each answer.
	struct given *defaults;
	struct error *problems;
	// WORK_CHOICES
	const struct guide_input *input;
	struct choice *choices;
	size_t choice_count;
	bool wrong_answers;         // they are what failed
	bool plan_changed, is_held; // another process walks
};
bool task_run(struct job *job, void *user, struct error *error);
void task_free(void *user);
// Takes the answers, also on failure. 0 on failure.
job_id wizard_submit(struct wizard *wizard, enum wizard_work work, struct answers *answers,
        const struct guide_input *input, struct error *error);
void wizard_done(job_id id, enum job_state state, const struct error *error, void *user);

struct question {
	const struct guide_step *step;
	const struct guide_input *input;
	bool wanted, touched; // asked for; answered by the person
	bool known;           // there is a text: typed, or its default
	char text[WIZARD_ANSWER_MOST + 1];
	char source[64];
	char problem[900];
};

struct wizard {
	struct ui *ui;
	struct wizard *next;
	struct walk *walk;
	char name[128];
	char id[RUN_ID_SIZE]; // of the run, once it begins
	enum wizard_phase phase;
	job_id job; // of the task at work; 0 = none
	enum wizard_work work;
	struct error failure; // of the last one; ERROR_NONE
	bool open;            // the guide is read

	// Inputs
	struct guide_run *form;
	struct question *fields;
	size_t field_count, cursor; // cursor: index into fields
	int inputs_top;
	job_id look;       // defaults are being looked for
	bool look_again;   // something was answered meanwhile
	bool looked;       // once at least
	bool leave_inputs; // as soon as the defaults are known
	job_id listing;    // choices of `listed`
	const struct guide_input *listed;
	struct choice *choices;
	size_t choice_count;
	struct error choices_problem;
	struct overlay *editor; // the field under the cursor is being typed into

	// Preflight, one for each check of the guide.
	const struct guide_step **check_steps;
	struct preflight_line *checks;
	bool *checked, *acknowledged;
	size_t *check_items; // what the cursor may stand on, as listed last
	size_t check_count,
	        check_cursor; // cursor: index into checks; check_count = the line that counts those not needed
	bool checks_unfolded; // those not needed are listed, too
	int checks_top;
	bool checks_over; // all of them were made with these answers
	unsigned news_seen;

	// Plan: made by the task, shown while none is at work.
	bool planned;
	size_t plan_cursor;
	int plan_top;

	// Run
	struct step_state *steps;
	size_t current;
	bool waiting, resuming, undoing;
	struct waited waited;
	char key[STEP_KEY_SIZE];
	size_t made;
	double hourly;
	struct lock_holder holder;
	char note_title[128], note[2048]; // waits to be confirmed; "" = none
	struct document *log;
	bool asking; // the task's question is on the screen
	size_t run_cursor;
	int run_top;
	// The list of steps, on a screen without room for both.
	bool steps_shown, steps_moved; // moved: by the person, away from the step at work
	int steps_top;
	unsigned version; // changes with what is to be drawn
};

// What a phase is on the screen.
struct phase_type {
	const char *name; // N_()
	void (*title)(struct wizard *wizard, char *out, size_t size);
	void (*draw)(struct wizard *wizard, const struct canvas *canvas, bool focused);
	unsigned (*command)(struct wizard *wizard, const struct command_call *call);
	size_t (*hints)(struct wizard *wizard, struct hint *out, size_t most);
};
extern const struct phase_type inputs_phase, preflight_phase, plan_phase, run_phase;
const struct phase_type *wizard_phase_type(enum wizard_phase phase);

// wizard.c
bool wizard_pane_open(struct wizard *wizard, struct error *error);
void wizard_changed(struct wizard *wizard); // it must be drawn
const char *wizard_phase_name(enum wizard_phase phase);
bool wizard_is_busy(const struct wizard *wizard);
bool steps_are_shown(const struct wizard *wizard);               // instead of the phase
bool wizard_begin(struct wizard *wizard, enum wizard_work work); // false and told when it cannot begin
void wizard_show(struct wizard *wizard, enum wizard_phase phase);
// A hint of the footer for a command, with the key that it has in a guide.
void wizard_hint_at(struct ui *ui, unsigned place, struct hint *hints, size_t *count, size_t most,
        enum command_id command, const char *text);
void wizard_hint(struct wizard *wizard, struct hint *hints, size_t *count, size_t most, enum command_id command,
        const char *text);

// wizard_checks.c
bool checks_create(struct wizard *wizard, struct error *error);
void checks_destroy(struct wizard *wizard);
void checks_clear(struct wizard *wizard, bool all); // all, or what did not pass
void checks_done(struct wizard *wizard, enum job_state state);
void checks_result(const struct wizard *wizard, size_t index, enum style *style, const char **sign, const char **word);
bool task_check(struct task *task, bool again, struct cancel *cancel, struct error *error);
void walk_checked(const struct preflight_line *line, size_t index, size_t count, void *user);

// wizard_plan.c
const char *plan_sign_word(enum plan_sign sign); // "+ create"
bool task_plan(struct task *task, struct cancel *cancel, struct error *error);

// wizard_explain.c
void explain_open(struct wizard *wizard, const struct guide_step *step); // NULL = all of them
void log_open(struct wizard *wizard);
enum style log_style(const struct document_line *line); // of a whole line

// wizard_known.c: what is known of a run, by the task.
bool walk_store(struct walk *walk, struct error *error);
// The newest run that exists still, or the one of this id; those that ended before they made anything are passed over.
bool walk_find(struct walk *walk, const char *id, unsigned states, struct run_row *out);
void walk_rows(struct walk *walk);
void walk_texts(struct walk *walk);                                         // commands, script, exports
void walk_price(struct walk *walk, struct cancel *cancel);                  // of each step that has one
void walk_count(struct walk *walk);                                         // into the news: what exists, what it costs
void walk_marks(struct walk *walk, struct step_state *out);                 // how far each step got, from the rows
double walk_row_price(const struct walk *walk, const struct step_row *row); // 0 = none or not known
const struct guide_step *walk_step_of(const struct walk *walk, const char *key); // NULL = the guide has it no more
void walk_known_free(struct walk *walk);
bool task_known(struct walk *walk, struct cancel *cancel,
        struct error *error); // the run that can be gone on with, if there is one
// Shows how far another process is, until that has ended.
bool walk_is_held(struct walk *walk);
bool task_watch(struct task *task, struct job *job, struct error *error);

// wizard_go.c: on a worker thread.
bool task_go(struct task *task, struct cancel *cancel, struct error *error);
bool task_resume(struct task *task, struct cancel *cancel, struct error *error);
bool task_undo(struct task *task, struct cancel *cancel, struct error *error);
bool task_skip(struct task *task, struct cancel *cancel, struct error *error);
bool walk_noted(void *user, const char *title, const char *text);
void walk_tell(const struct guide_event *event, void *user);
bool walk_agrees(void *user, const char *question);
void walk_add_line(struct walk_news *news, const char *text, const char *more); // under the lock

// wizard_run.c
void run_restore(struct wizard *wizard); // marks, from what is known of the run
bool run_is_made(const struct step_row *row);
bool run_is_watched(const struct wizard *wizard); // another process walks it
// What the cursor may stand on: where it stopped (when it did), each thing that exists, each name for a shell.
size_t run_items(const struct wizard *wizard);
bool run_item_stopped(const struct wizard *wizard);
bool run_can_undo(const struct wizard *wizard);
bool run_names_hold(const struct walk *walk); // what it made is there

// wizard_run_draw.c
void run_draw(struct wizard *wizard, const struct canvas *canvas, bool focused);
void run_title(struct wizard *wizard, char *out, size_t size);

// wizard_ask.c: dialogs.
enum { PRICE_TEXT_SIZE = 64 };
void price_text(double hourly, const char *currency, char out[PRICE_TEXT_SIZE]); // "¥ 1.21/h"; "" = nothing that costs
void cost_text(double hourly, const char *currency, char *out, size_t size);     // for an hour and a month
void run_ask(struct wizard *wizard);      // the task's question, when there is one
void approve_open(struct wizard *wizard); // asks for the typed word
void undo_open(struct wizard *wizard);
void skip_open(struct wizard *wizard);

// wizard_save.c
void save_open(struct wizard *wizard); // asks what to save, and where

// wizard_form.c
bool form_create(struct wizard *wizard, struct error *error);
void form_destroy(struct wizard *wizard);
// Judges all answers again: which are wanted, which are wrong.
void form_judge(struct wizard *wizard);
void form_renew(struct wizard *wizard);   // the answers stay, the run will be another one
void form_restore(struct wizard *wizard); // with the answers of the run that goes on
// Takes what was typed. False when it is wrong (the field says why).
bool form_answer(struct wizard *wizard, size_t field, const char *text);
void form_look(struct wizard *wizard);
void form_looked(struct wizard *wizard, struct task *task);
void form_list(struct wizard *wizard); // the choices of the field under the cursor
void form_listed(struct wizard *wizard, struct task *task, enum job_state state, const struct error *error);
bool form_move(struct wizard *wizard, int by); // to the next wanted field; false when there is none
struct answers form_answers(const struct wizard *wizard, bool with_defaults);
// The first wanted field that has no good answer; field_count = none.
size_t form_first_problem(const struct wizard *wizard);
bool form_task_look(struct task *task, struct cancel *cancel, struct error *error);
bool form_task_choices(struct task *task, struct cancel *cancel, struct error *error);
void inputs_leave(struct wizard *wizard); // to the preflight, or to the first problem

// wizard_field.c: typing into the field under the cursor.
bool field_open(struct wizard *wizard, struct error *error);
void field_close(struct wizard *wizard);
void field_refresh(struct wizard *wizard); // its default or its choices came
// Indexes of the choices that hold what is typed; returns how many.
size_t field_matches(const struct wizard *wizard, const char *typed, size_t *out, size_t most);
// What is being typed, NULL = nobody types; *caret in bytes, *filters = whether it narrows the choices.
const char *field_typed(const struct wizard *wizard, size_t *caret, bool *filters);

// wizard_inputs.c, wizard_form_draw.c
void form_draw(struct wizard *wizard, const struct canvas *canvas, bool focused);

// wizard_draw.c
void wizard_draw(struct wizard *wizard, const struct canvas *canvas, bool focused);

// wizards.c
void wizard_destroy(struct wizard *wizard);

// guides_view.c: looks, in a job, for a run of the context that is not finished. False: the caller frees it.
struct pending {
	struct ui *ui; // NULL = gone
	char state_folder[512], context[128];
	const struct clock *clock;
	struct log *log;
	char guide[128]; // whose run; "" = none
};
bool guides_look(struct ui *ui, struct pending *pending);
void wizards_looked(struct ui *ui); // it is over

#endif
