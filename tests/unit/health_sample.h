// SPDX-License-Identifier: Apache-2.0
// A cluster in which everything is as it should be, for tests to spoil.
#ifndef PEERDECK_TESTS_UNIT_HEALTH_SAMPLE_H
#define PEERDECK_TESTS_UNIT_HEALTH_SAMPLE_H

#include "tests/unit/unit.h"

#include "orphans/health_own.h"

enum { SAMPLE_NODES = 2, SAMPLE_EVENTS_MOST = 4, SAMPLE_LOG_SIZE = 8192 };
enum { SAMPLE_ADAPTOR_1, SAMPLE_ADAPTOR_2, SAMPLE_CONTROLLER, SAMPLE_WEB, SAMPLE_OTHER, SAMPLE_PODS };
#define SAMPLE_NOW 1795219200000 // 2026-11-21T00:00:00Z

struct sample_event {
	const char *reason, *kind, *object, *uid, *message;
	int64_t count;
};

struct sample {
	struct health_facts facts; // made by sample_finish
	struct cluster_survey survey;
	struct survey_class class;
	struct text_pair values[16]; // of peer-pods-cm
	unsigned value_count;
	struct node_record *nodes[SAMPLE_NODES];
	struct pod_record *pods[SAMPLE_PODS]; // two adaptors, peerpod-ctrl, web (its VM i-web), other
	struct vm_record *vm;
	struct peerpod_record *peerpod;
	bool has_other, has_peerpod, vms_are_read;
	struct sample_event events[SAMPLE_EVENTS_MOST];
	size_t event_count;
	char logs[3][SAMPLE_LOG_SIZE]; // of the first three pods
	bool log_is_denied;
	struct health_log log_room[3];
};

void sample_init(struct sample *sample);
// Builds the facts of what the sample says now.
void sample_finish(struct sample *sample);
void sample_release(struct sample *sample);
void sample_event(struct sample *sample, const char *reason, const char *kind, const char *object, const char *uid,
        const char *message, int64_t count);
// Adds a line to a log, a minute ago.
void sample_log(struct sample *sample, size_t log, const char *text);
void sample_log_at(struct sample *sample, size_t log, int64_t time, const char *text);
void sample_value(struct sample *sample, const char *key, const char *value);
void sample_denied(struct health_question *question, const char *permission);

extern const struct unit_suite health_checks_suite, health_symptoms_suite, health_path_suite, diagnose_suite;

#endif
