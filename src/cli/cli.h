// SPDX-License-Identifier: Apache-2.0
// The jobs of peerdeck without a screen. Data goes to standard output, everything else to standard error. Each returns
// the exit status of the program.
#ifndef PEERDECK_CLI_CLI_H
#define PEERDECK_CLI_CLI_H

#include <stdio.h>

#include "base/cancel.h"
#include "cli/options.h"
#include "work/deck.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_FOUND = 3, EXIT_INCOMPLETE = 4, EXIT_INTERRUPTED = 130 };

// `peerdeck list KIND [--watch]`. The deck's context is open.
int cli_list(struct deck *deck, const struct arguments *line, struct cancel *cancel);
// `list jobs`: the changes that were made from here, out of the journal, newest first.
int cli_list_jobs(struct deck *deck, enum cli_format format);
// `peerdeck logs POD`.
int cli_logs(struct deck *deck, const struct arguments *line, struct cancel *cancel);
// `peerdeck VIEW --once`; no view = the four panes.
int cli_once(struct deck *deck, const struct arguments *line, struct cancel *cancel);
// `peerdeck doctor`. `first` is the first mistake of the configuration file; ERROR_NONE = there was none.
int cli_doctor(struct deck *deck, const struct arguments *line, const struct error *first, struct cancel *cancel);
// `peerdeck diagnose [POD]`. EXIT_FAILED when a line fails, EXIT_INCOMPLETE when one cannot be told.
int cli_diagnose(struct deck *deck, const struct arguments *line, struct cancel *cancel);

// `peerdeck guide VERB NAME`. Besides the usual statuses: 3 preflight failed, 4 partly made or partly undone.
int cli_guide(struct deck *deck, const struct arguments *line, struct cancel *cancel);

// `peerdeck orphans`.
int cli_orphans(struct deck *deck, const struct arguments *line, struct cancel *cancel);
// `peerdeck audit`: needs neither a context nor a cloud.
int cli_audit(const struct config *config, const struct arguments *line);
// The folder of the audit record; "" = in memory.
bool audit_folder(const struct config *config, char *out, size_t size, struct error *error);
// `peerdeck orphans --manifest`: Kubernetes manifests, or the RAM policy.
int cli_orphans_manifest(const struct arguments *line);

// --help, from the tables.
void cli_help(FILE *out);

// The completion for bash, zsh or fish, from the tables.
bool cli_completion(FILE *out, const char *shell, struct error *error);
// A part of the manual (mdoc), from the tables: man-options, man-commands, man-kinds, man-settings, man-contexts, man-keys. False when
// there is no such part.
bool cli_docs(FILE *out, const char *part);

// Tells an error on standard error as "peerdeck: …" and returns the exit status that goes with it.
int cli_fail(const struct error *error);

#endif
