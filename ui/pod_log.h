// SPDX-License-Identifier: Apache-2.0
// Logs out of clusters: of a pod's containers, and of the Cloud API Adaptor that made a VM, narrowed to the lines that
// tell of it.
#ifndef PEERDECK_UI_POD_LOG_H
#define PEERDECK_UI_POD_LOG_H

#include "ui/target.h"

enum { LOG_WORDS_MOST = 6 };

struct log_opening {
	struct scope cluster;            // region may be ""
	char space[256], pod[256];       // "" = the adaptor's on `node`
	char container[256], node[256];  // container "" = the first
	char words[LOG_WORDS_MOST][256]; // only lines with one of these, until all are asked for; "" = no word
	int64_t since;                   // wall clock; 0 = all
	int64_t at;                      // stand on the first line from then on; 0 = follow the end
	bool previous;
	char what[256]; // for the title
};

bool pod_log_open(struct ui *ui, const struct log_opening *opening, struct error *error);
// The log of what is selected, if clusters have one for it: false = they have not. `reactions` otherwise.
bool pod_log_of(struct ui *ui, const struct target *target, bool previous, unsigned *reactions);

#endif
