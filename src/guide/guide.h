// SPDX-License-Identifier: Apache-2.0
// A guide as it is read from its folder: guide.cfg and templates. peerdeck-guide(5) says what each member means; the
// blocks of keys.c say how it is written. Everything lives as long as the guide; trees are libconfig's own, so that
// each part knows its file and line.
#ifndef PEERDECK_GUIDE_GUIDE_H
#define PEERDECK_GUIDE_GUIDE_H

#include "base/arena.h"
#include "base/error.h"

struct config_setting_t;
typedef struct config_setting_t guide_tree; // a value, array, list or group of the file

enum { GUIDE_PATH_SIZE = 1024, GUIDE_STEPS_MOST = 200, GUIDE_FILE_MOST = 1 << 20 };

enum step_sort { STEP_ASK, STEP_CHECK, STEP_CALL, STEP_WAIT, STEP_UPLOAD, STEP_WRITE, STEP_RUN, STEP_NOTE, STEP_SORTS };
const char *step_sort_name(enum step_sort sort);
const char *step_sort_help(enum step_sort sort); // N_()

// Each block begins with where it stands.
struct guide_place {
	const guide_tree *tree;
};

// A reading call, and which part of its answer is meant.
struct guide_lookup {
	struct guide_place place;
	const char *operation; // NULL = none
	const char *region;    // NULL = the guide's
	const guide_tree *with;
	const guide_tree *body;
	const char *at;          // pointer; NULL = the whole answer
	const guide_tree *where; // tests: of the elements at `at` the first that passes is meant
};

struct guide_find {
	struct guide_lookup lookup;
	const guide_tree *proof;  // tests that show that this run made it
	const guide_tree *export; // names from what was found
	const char *when;
};

struct guide_progress {
	struct guide_lookup lookup;
	const char *text, *percent; // pointers
};

struct guide_log {
	struct guide_lookup lookup;
	const char *line; // pointer in each element
};

struct guide_wait {
	struct guide_lookup lookup;
	const guide_tree *until, *fail; // texts
	const guide_tree *going;        // texts
	const guide_tree *fail_when;    // tests of the whole answer
	bool gone;                      // until it is not there
	double every, limit;            // seconds; 0 = 5 s, 60 min
	const char *text, *percent;     // pointers in the answer
	const char *reason;             // pointer: why it failed
	const struct guide_progress *progress;
	const struct guide_log *log;
};

// Before a thing goes: what only it tells of what stays behind.
struct guide_remember {
	struct guide_lookup lookup;
	const guide_tree *export;
};

// A call once it is gone, for what stays behind.
struct guide_after {
	struct guide_lookup call;
	const char *when;
};

struct guide_undo {
	struct guide_lookup call; // operation, with, body
	const char *when;
	const guide_tree *command;
	const char *folder;
	const guide_tree *environment;
	const struct guide_wait *wait;
	const struct guide_log *held; // what may hold it
	const struct guide_remember *remember;
	const struct guide_after *after;
	const char *note; // what only a person can do
	bool keep;        // nothing is to be undone: it goes with something else
};

struct guide_price {
	struct guide_lookup lookup; // at = the price of one for an hour
	double hourly;
	const char *currency, *count, *note;
};

struct guide_choices {
	struct guide_lookup lookup;
	const char *value, *label;       // pointers in each element
	const struct guide_price *price; // of each, which is ${EACH}: the cheapest comes first
};

struct guide_input {
	struct guide_place place;
	const char *name, *title, *type, *help, *when;
	const char *fallback;     // default
	const char *environment;  // variable whose value is the default
	const guide_tree *values; // the only ones
	const struct guide_choices *choices;
	const struct guide_choices *suggest; // default from a call
	const char *match;                   // extended regular expression
	double least, most;                  // 0, 0 = any
	bool secret, optional;
};

struct guide_section {
	struct guide_place place;
	const char *id, *heading, *address;
};

struct guide_step {
	struct guide_place place;
	const char *id, *sort_name, *section, *title, *why, *when;
	enum step_sort sort;
	const guide_tree *needs; // ids of earlier steps
	const char *each;        // name of a list: once per element, ${EACH}
	const char *name, *detail;
	const guide_tree *export;
	// call and check
	struct guide_lookup call;
	const guide_tree *expect; // tests
	const char *that, *refused, *level, *remedy, *show;
	const guide_tree *operations;  // reading calls that must be allowed
	bool every_call;               // each call of the run must be permitted
	const guide_tree *permissions; // others that it needs
	bool late;                     // made when the walk comes to it
	bool optional;                 // a person may let it go
	const guide_tree *named;       // checks of a cluster, made while it runs
	const guide_tree *objects;     // lists of a cluster's API, whose elements are judged
	const char *cluster;           // of both
	double settle;                 // seconds that a lost call may still take to arrive
	// write
	const char *file, *template;
	bool is_private;
	bool renews; // what is in it expires
	// run and check
	const guide_tree *command, *environment, *already, *again;
	const char *folder;
	double limit;
	// upload
	const char *bucket, *object;
	// note
	const char *text;

	const struct guide_input *inputs;
	size_t input_count;
	const struct guide_find *find;
	const struct guide_wait *wait;
	const struct guide_undo *undo;
	const struct guide_price *price;
};

struct guide {
	struct guide_place place;
	char name[128];               // "alibaba/peer-pods"
	char folder[GUIDE_PATH_SIZE]; // where its files are
	bool own;                     // from the user's configuration folder
	char hash[65];                // SHA-256 of guide.cfg and its templates
	const char *title, *backend, *address, *region, *approve, *why;
	const guide_tree *outputs; // names for `guide export`
	const struct guide_section *sections;
	size_t section_count;
	const struct guide_step *steps;
	size_t step_count;

	void *config; // private
	struct arena arena;
};

// Called for each mistake; `doing` of the error is FILE:LINE.
typedef void guide_tell(const struct error *mistake, void *user);

// Reads FOLDER/guide.cfg. Mistakes of writing (unknown keys, wrong types, what is missing) are told one by one; a guide
// with any is not returned unless `with_mistakes`. NULL also when there is no such file.
struct guide *guide_read(const char *folder, const char *name, bool with_mistakes, guide_tell *tell, void *user);
void guide_destroy(struct guide *guide);

const struct guide_step *guide_step_find(const struct guide *guide, const char *id);
const struct guide_input *guide_input_find(const struct guide *guide, const char *name);
const struct guide_section *guide_section_find(const struct guide *guide, const char *id);
// A template of the folder: NULL with an error. free() it.
char *guide_template(const struct guide *guide, const char *name, struct error *error);
// Sets `error` as a mistake at a place of the file.
bool guide_mistake(const guide_tree *tree, struct error *error, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
