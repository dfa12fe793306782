// SPDX-License-Identifier: Apache-2.0
// Unit tests of the Kubernetes backend; what needs a server is under tests/wire.
#include "config.h"
#include "tests/unit/kubernetes.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

void folder_init(struct folder *folder)
{
	const char *parent = getenv("TMPDIR");

	snprintf(folder->path, sizeof(folder->path), "%.60s/peerdeck-kube-XXXXXX", parent ? parent : "/tmp");
	if (!mkdtemp(folder->path))
		abort();
}

void folder_finish(struct folder *folder)
{
	DIR *list = opendir(folder->path);
	struct dirent *entry;

	while (list && (entry = readdir(list)) != NULL) {
		char path[400];

		snprintf(path, sizeof(path), "%s/%s", folder->path, entry->d_name);
		unlink(path);
	}
	if (list)
		closedir(list);
	rmdir(folder->path);
}

const char *folder_write(struct folder *folder, const char *name, unsigned mode, const char *text)
{
	FILE *file;

	snprintf(folder->name, sizeof(folder->name), "%s/%s", folder->path, name);
	file = fopen(folder->name, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0 || chmod(folder->name, mode) != 0)
		abort();
	return folder->name;
}

struct kubeconfig *folder_config(struct folder *folder, const char *text)
{
	struct kubeconfig *config = kubeconfig_create();
	struct error error = {0};
	bool read = kubeconfig_read_file(config, folder_write(folder, "config", 0600, text), &error);

	if (!read)
		printf("\n    %s: %s\n", error.doing, error.message);
	CU_ASSERT_TRUE_FATAL(read);
	return config;
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {kubernetes_kubeconfig_suite, kubernetes_exec_suite, kubernetes_access_suite,
	        kubernetes_fill_suite, kubernetes_lines_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
