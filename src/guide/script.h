// SPDX-License-Identifier: Apache-2.0
// Shared by the parts that write a guide as shell commands, by nobody else.
#ifndef PEERDECK_GUIDE_SCRIPT_H
#define PEERDECK_GUIDE_SCRIPT_H

#include "guide/run_private.h"

// script_command.c: the commands of one instance, secrets masked; false when there are none.
bool command_of(struct guide_run *run, const struct instance *instance, struct buffer *out);
bool command_of_call(
        struct guide_run *run, const struct guide_lookup *call, const struct values *values, struct buffer *out);
// A command line or word in which names not known yet, ${NAME}, become variables of the shell.
void add_with_variables(const struct values *values, const char *command, struct buffer *out);
void add_word_with_variables(const struct values *values, const char *word, struct buffer *out);

// script_jq.c: filters of jq that read an answer as the engine does. What the script itself finds out is read from the
// environment. They use jq_helpers: the text of a value, the elements of a list.
extern const char jq_helpers[];
void jq_node(struct guide_run *run, const struct guide_lookup *lookup, const struct values *values, struct buffer *out);
// `lookup` may be NULL: the whole answer. False when a filter of the pointer cannot be said in jq.
bool jq_export(struct guide_run *run, const struct guide_lookup *lookup, const struct values *values,
        const char *pointer, struct buffer *out);
// True when the answer passes what a check expects.
void jq_expect(struct guide_run *run, const struct guide_step *step, const struct values *values, struct buffer *out);
// "done", "failed", or what it is meanwhile.
void jq_wait(struct guide_run *run, const struct guide_wait *wait, const struct values *values, struct buffer *out);

#endif
