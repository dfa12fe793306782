// SPDX-License-Identifier: Apache-2.0
// Settings: peerdeck.conf (libconfig) under the command line. One table row per setting (config_table): name, type, default, range,
// help; the manual page and --help are made from it.
#ifndef PEERDECK_WORK_CONFIG_H
#define PEERDECK_WORK_CONFIG_H

#include "base/error.h"

enum { CONFIG_REGIONS_MOST = 64, CONFIG_CONTEXTS_MOST = 64, CONFIG_KEYS_MOST = 128 };

// A named set of credentials with its cloud. From `contexts` in the file, else one is made from the environment.
struct context_config {
	char name[128];
	char backend[32];   // "alibaba"
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

struct config {
	struct context_config contexts[CONFIG_CONTEXTS_MOST];
	size_t context_count;
	char context[128]; // chosen; "" = the first
	char regions[CONFIG_REGIONS_MOST][64];
	size_t region_count;
	bool all_regions;
	unsigned parallel;	// requests at a time
	double refresh_seconds; // 0 = by hand only
	bool read_only, write;
	bool no_color, mouse, ascii;
	char theme[64], language[32], clipboard[16], preset[16], editor[256];
	char log_file[512], log_level[16];
	char file[512];	 // where it was read from; "" = none
	char state_folder[512], config_folder[512];
	double connect_timeout, timeout;
	struct key_binding keys[CONFIG_KEYS_MOST];
	size_t key_count;
};

struct config_row {
	const char *name, *type, *fallback, *help;
	size_t offset, size;
	double least, most;
};
extern const struct config_row config_table[];
extern const size_t config_table_count;

// Fills defaults and folders (XDG).
void config_init(struct config *config);
// Reads `path` (NULL = the usual place; absent there is no error). On a mistake the error says file, line and what was expected; settings
// read before it stay, the rest keeps its default, so that the console still opens.
bool config_read(struct config *config, const char *path, struct error *error);
// One setting by name, as the command line and `:set` do.
bool config_set(struct config *config, const char *name, const char *value, struct error *error);
const struct context_config *config_context(const struct config *config, const char *name);

#endif
