// SPDX-License-Identifier: Apache-2.0
// Reading all of one cluster that a judgement needs, at the same time.
#ifndef PEERDECK_KUBERNETES_SURVEY_H
#define PEERDECK_KUBERNETES_SURVEY_H

#include "kubernetes/read.h"

bool survey_read(struct session *session, const struct scope *scope, struct cluster_survey *out, struct cancel *cancel,
        struct error *error);

// survey_adaptor.c: what is installed, in the namespace of the Cloud API Adaptor.
struct survey_part {
	struct error error;       // why it could not be read
	const char *verb, *words; // "list", "peerpods": the right that it needs
	bool is_optional;         // without it the picture is still whole
};
enum { SURVEY_PARTS_MOST = 24 };
struct surveying {
	struct cluster_survey *out;
	struct site *site;
	struct reach *reach;
	const struct clock *clock;
	struct cancel *cancel;
	pthread_mutex_t lock; // of parts and the survey's arena
	struct survey_part parts[SURVEY_PARTS_MOST];
	size_t part_count;
	struct class_list classes;
	const char *space; // where the adaptor lives
};
// Keeps a failure; what is only absent is none.
void survey_note(
        struct surveying *surveying, const char *verb, const char *words, bool is_optional, const struct error *error);
const char *survey_text(struct surveying *surveying, const char *text);
void survey_look_at_adaptor(struct surveying *surveying);

#endif
