// SPDX-License-Identifier: Apache-2.0
// Settings: peerdeck.conf (libconfig) under the command line. One table row per setting (config_table): name, type, default, range,
// help; the manual page and --help are made from it.
#ifndef PEERDECK_WORK_CONFIG_H
#define PEERDECK_WORK_CONFIG_H

#include "base/clock.h"
#include "base/error.h"

enum { CONFIG_REGIONS_MOST = 64, CONFIG_CONTEXTS_MOST = 64, CONFIG_KEYS_MOST = 128 };

// A named set of credentials with its cloud. From `contexts` in the file, else one is made from the environment.
struct context_config {
	char name[128];
	char backend[32];   // "alibaba"; "" = the first that the program has
	char profile[128];  // of the cloud's own tools; "" = its default chain
	char endpoint[512]; // all calls go there; "" = the cloud's
	char region[64];    // home region; "" = by the profile
	char kubeconfig[512];
	bool production; // starts read-only
	bool read_only;
};

struct key_binding {
	char view[32]; // "" = everywhere
	char key[32], command[64];
};

struct memory_sight; // orphans/memory.h

struct config {
	struct context_config contexts[CONFIG_CONTEXTS_MOST];
	size_t context_count;
	char context[128]; // chosen; "" = the first
	char profile[128], endpoint[512], kubeconfig[512]; // over those of the chosen context; "" = its own
	char regions[CONFIG_REGIONS_MOST][64];
	size_t region_count;
	bool all_regions;
	unsigned parallel;	// requests at a time
	double refresh_seconds; // 0 = by hand only
	bool read_only, write;	// write: --write, lifts read-only for good
	bool in_memory;		// the journal is not kept on disk, and there is no cache (--demo)
	bool no_cache;		// a list is printed once: the last inventory is neither shown nor saved, and nobody asks who we are
	bool no_color, mouse, ascii;
	char theme[64], language[32], clipboard[16], preset[16], editor[256];
	char log_file[512], log_level[16];
	bool read_user_data;	   // of VMs, by scans
	char trusted_clusters[1024]; // uids, separated by commas
	const struct clock *clock; // NULL = the system's; tests have time of their own
	const struct memory_sight *earlier; // borrowed: what scans begin to remember with, in memory alone (--demo)
	size_t earlier_count;
	char file[512];	 // where it was read from; "" = none
	char state_folder[512], config_folder[512];
	char demo_folder[64]; // where files go while in_memory; they go with the demo
	double connect_timeout, timeout;
	double quarantine_hours; // before what was put in quarantine may be deleted
	struct key_binding keys[CONFIG_KEYS_MOST];
	size_t key_count;
	unsigned mistakes; // in the file
};

enum config_type {
	CONFIG_TEXT,	// char[size]
	CONFIG_PATH,	// the same; a leading ~/ is the home folder
	CONFIG_CHOICE,	// char[size], one of `choices`
	CONFIG_FLAG,	// bool
	CONFIG_COUNT,	// unsigned, least..most
	CONFIG_NUMBER,	// double, least..most
	CONFIG_REGIONS, // names, or "all"
	CONFIG_CONTEXTS, // a list of groups; config_context_table says what is in one
	CONFIG_KEYS,	// a list of groups: key, command, view
};

struct config_row {
	const char *name;
	enum config_type type;
	const char *fallback; // as it would be written; "" = empty
	const char *choices;  // space separated, CONFIG_CHOICE
	const char *help;     // N_()
	size_t offset, size;  // in struct config, or in struct context_config or key_binding for their tables
	double least, most;
	bool file_only; // not for config_assign
};
extern const struct config_row config_table[], config_context_table[], config_key_table[];
extern const size_t config_table_count, config_context_table_count, config_key_table_count;
const char *config_type_name(enum config_type type); // "number", N_()

// Fills defaults and folders (XDG).
void config_defaults(struct config *config);
// Reads `path` (NULL = the usual place; absent there is no error). On a mistake the error says file, line and what was expected (the
// first mistake; `mistakes` counts them all); every setting that is right is taken, the rest keeps its default, so that the console still opens.
bool config_load(struct config *config, const char *path, struct error *error);
// The same, telling every mistake. Returns how many there were.
unsigned config_load_telling(struct config *config, const char *path, void (*tell)(const struct error *mistake, void *user), void *user);
// One setting by name, as the command line and `:set` do. "regions" takes names separated by commas, or "all".
bool config_assign(struct config *config, const char *name, const char *value, struct error *error);
// After the file and the command line: makes the context of the environment when there is none, lays profile, endpoint and kubeconfig over the
// chosen one, and checks that it exists.
bool config_complete(struct config *config, struct error *error);
// NULL or "" = the chosen one. NULL when there is no such context.
const struct context_config *config_context(const struct config *config, const char *name);

#endif
