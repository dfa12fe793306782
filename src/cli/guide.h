// SPDX-License-Identifier: Apache-2.0
// Shared by the parts of `peerdeck guide`.
#ifndef PEERDECK_CLI_GUIDE_H
#define PEERDECK_CLI_GUIDE_H

#include "cli/cli.h"
#include "guide/folder.h"
#include "guide/lint.h"
#include "guide/run.h"
#include "orphans/health_named.h"
#include "inventory/database.h"

enum { EXIT_PREFLIGHT = 3, EXIT_PARTLY = 4 };

struct guide_walk {
	struct deck *deck;
	const struct arguments *line;
	struct cancel *cancel;
	struct guide *guide;
	struct guide_store *store;
	struct guide_effects effects;
	struct health_named health;
	struct run_options options;
	struct guide_run *run;
	int lock;
	const struct guide_step *stopped; // that failed last
	bool asks;                        // a person is there to ask
	bool typed;                       // and has typed an answer
	bool began;                       // the run is on disk: its answers are kept there
	bool live;                        // standard error is a terminal: waiting is told on one line
	bool dirty;                       // that line is not ended yet
	char waited[80];                  // the line of waiting that was told last, and when
	int64_t waited_ms;
	char folder[1024], account[64];
};

// The work of the verbs that make something.
int guide_walk_verb(
        struct deck *deck, const struct arguments *line, const struct guide_entry *entry, struct cancel *cancel);

const struct backend *guide_backend(const struct deck *deck, const char *name); // NULL = none of that name
void guide_tell_mistake(const struct error *mistake, void *user);               // on standard error
struct guide_store *guide_store_of(struct deck *deck, char path[DATABASE_PATH_SIZE], struct error *error);

// Printing.
void guide_print_event(const struct guide_event *event, void *user);     // user = struct guide_walk
void guide_print_preflight(const struct preflight *preflight, bool all); // all: also those not needed
// What differs from the plan `before` is marked; its count 0 = there was none.
void guide_print_plan(const struct plan *before, const struct plan *plan);
void guide_print_made(struct guide_walk *walk);
// What a run made, with what each costs for an hour as far as that is known, and together; backwards for an undo.
void guide_print_rows(struct guide_walk *walk, const struct step_row *rows, size_t count, const char *sign, bool undo);
// "together … an hour", and each row's part (may be NULL); false when nothing of it has a price.
bool guide_cost_text(struct guide_walk *walk, const struct step_row *rows, size_t count, double *hourly,
        char currency[8], char out[160]);
void guide_print_duration(int64_t ms, char out[32]);

// Asking. False when the person leaves.
bool guide_ask_inputs(struct guide_walk *walk, struct error *error);
bool guide_ask_word(const struct guide_walk *walk, const char *question, const char *word);
bool guide_agrees(void *user, const char *question);               // user = struct guide_walk
bool guide_noted(void *user, const char *title, const char *text); // the note has been printed
// Writes the answers to a file in the state folder, and tells which: nobody types them twice.
void guide_keep_typed(struct guide_walk *walk);

#endif
