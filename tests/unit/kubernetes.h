// SPDX-License-Identifier: Apache-2.0
// Suites of the Kubernetes backend's unit tests, and a folder for each test that needs files.
#ifndef PEERDECK_TESTS_UNIT_KUBERNETES_H
#define PEERDECK_TESTS_UNIT_KUBERNETES_H

#include "kubernetes/kubeconfig.h"
#include "tests/unit/unit.h"

extern const struct unit_suite kubernetes_kubeconfig_suite, kubernetes_exec_suite, kubernetes_access_suite,
        kubernetes_fill_suite, kubernetes_lines_suite;

struct folder {
	char path[100];
	char name[200]; // of the file named last
};
void folder_init(struct folder *folder);
void folder_finish(struct folder *folder);
// Writes a file there and returns its path, which lives until the next call.
const char *folder_write(struct folder *folder, const char *name, unsigned mode, const char *text);
// A kubeconfig of one file's text, trusted.
struct kubeconfig *folder_config(struct folder *folder, const char *text);

#endif
