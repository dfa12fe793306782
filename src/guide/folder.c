// SPDX-License-Identifier: Apache-2.0
// Where guides are.
#include "config.h"
#include "guide/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { FILES_MOST = 64 };

static bool is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool has_guide(const char *folder)
{
	char path[GUIDE_PATH_SIZE + 16];

	snprintf(path, sizeof(path), "%s/guide.cfg", folder);
	return is_file(path);
}

static int by_name(const void *a, const void *b)
{
	const struct guide_entry *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void add(struct guide_entry *out, size_t *count, size_t most, const char *name, const char *folder, bool own)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(out[i].name, name))
			return;
	if (*count == most)
		return;
	snprintf(out[*count].name, sizeof(out->name), "%s", name);
	snprintf(out[*count].folder, sizeof(out->folder), "%s", folder);
	out[(*count)++].own = own;
}

// ROOT/CLOUD<middle>/NAME, with the name CLOUD/NAME; own guides may stand one folder higher.
static void add_from(
        struct guide_entry *out, size_t *count, size_t most, const char *root, const char *middle, bool own)
{
	char inner[GUIDE_PATH_SIZE], folder[GUIDE_PATH_SIZE], name[128];
	struct dirent **clouds = NULL, **guides;
	int cloud_count = scandir(root, &clouds, NULL, alphasort), guide_count;

	for (int i = 0; i < cloud_count; i++) {
		const char *cloud = clouds[i]->d_name;

		if (*cloud == '.')
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s%s", root, cloud, middle) >= (int)sizeof(inner))
			continue;
		if (own && has_guide(inner))
			add(out, count, most, cloud, inner, own);
		guide_count = scandir(inner, &guides, NULL, alphasort);
		for (int n = 0; n < guide_count; n++) {
			if (*guides[n]->d_name != '.' &&
			        snprintf(folder, sizeof(folder), "%s/%s", inner, guides[n]->d_name) <
			                (int)sizeof(folder) &&
			        snprintf(name, sizeof(name), "%s/%s", cloud, guides[n]->d_name) < (int)sizeof(name) &&
			        has_guide(folder))
				add(out, count, most, name, folder, own);
			free(guides[n]);
		}
		if (guide_count >= 0)
			free(guides);
	}
	for (int i = 0; i < cloud_count; i++)
		free(clouds[i]);
	if (cloud_count >= 0)
		free(clouds);
}

// True when the program that runs is the one of the build folder: then the source's guides are meant.
static bool runs_from_build(void)
{
	char *program = realpath("/proc/self/exe", NULL), *build = realpath(BUILD_BUILDDIR, NULL);
	size_t length = build ? strlen(build) : 0;
	bool inside = program && build && !strncmp(program, build, length) && program[length] == '/';

	free(program);
	free(build);
	return inside;
}

size_t folder_list(const char *config_folder, struct guide_entry *out, size_t most)
{
	char root[GUIDE_PATH_SIZE];
	size_t count = 0;

	if (config_folder && *config_folder &&
	        snprintf(root, sizeof(root), "%s/guides", config_folder) < (int)sizeof(root))
		add_from(out, &count, most, root, "", true);
	if (runs_from_build())
		add_from(out, &count, most, BUILD_SRCDIR "/backends", "/guides", false);
	else
		add_from(out, &count, most, PKGDATADIR "/guides", "", false);
	qsort(out, count, sizeof(*out), by_name);
	return count;
}

static bool find_in(
        const struct guide_entry *list, size_t count, const char *name, struct guide_entry *out, struct error *error)
{
	const struct guide_entry *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *tail = strrchr(list[i].name, '/');

		if (!strcmp(list[i].name, name)) {
			*out = list[i];
			return true;
		}
		if (!tail || strcmp(tail + 1, name) != 0)
			continue;
		if (found) {
			error_set(error, ERROR_USAGE, _("%s may be %s or %s"), name, found->name, list[i].name);
			error_remedy(error, _("give the whole name"));
			return false;
		}
		found = &list[i];
	}
	if (found) {
		*out = *found;
		return true;
	}
	error_set(error, ERROR_NOT_FOUND, _("there is no guide %s"), name);
	error_remedy(error, _("peerdeck guide list tells which guides there are; a folder is given with a /"));
	return false;
}

bool folder_find(const char *config_folder, const char *name, struct guide_entry *out, struct error *error)
{
	struct guide_entry *list;
	const char *tail;
	bool found;

	if (strchr(name, '/') && has_guide(name)) {
		memset(out, 0, sizeof(*out));
		snprintf(out->folder, sizeof(out->folder), "%s", name);
		while (strlen(out->folder) > 1 && out->folder[strlen(out->folder) - 1] == '/')
			out->folder[strlen(out->folder) - 1] = '\0';
		tail = strrchr(out->folder, '/');
		snprintf(out->name, sizeof(out->name), "%.127s", tail ? tail + 1 : out->folder);
		out->own = true;
		return true;
	}
	list = calloc(GUIDES_MOST, sizeof(*list));
	if (!list)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	found = find_in(list, folder_list(config_folder, list, GUIDES_MOST), name, out, error);
	free(list);
	return found;
}

bool folder_file_at(const char *folder, size_t index, char *name, size_t size)
{
	struct dirent **files;
	int count = scandir(folder, &files, NULL, alphasort);
	bool found = false;
	size_t seen = 0;

	for (int i = 0; i < count; i++) {
		char path[GUIDE_PATH_SIZE + 256];

		snprintf(path, sizeof(path), "%s/%s", folder, files[i]->d_name);
		if (!found && *files[i]->d_name != '.' && seen < FILES_MOST && is_file(path) && seen++ == index) {
			snprintf(name, size, "%s", files[i]->d_name);
			found = true;
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	return found;
}

bool folder_read_file(const char *path, struct buffer *out, struct error *error)
{
	FILE *file = fopen(path, "re");
	char data[4096];
	size_t got;

	if (!file) {
		error_set_errno(error, "%s", path);
		if (error && errno == ENOENT)
			error->kind = ERROR_NOT_FOUND;
		return false;
	}
	while ((got = fread(data, 1, sizeof(data), file)) > 0)
		buffer_add(out, data, got);
	if (ferror(file)) {
		error_set_errno(error, "%s", path);
		fclose(file);
		return false;
	}
	fclose(file);
	if (out->broken)
		return error_set(error, ERROR_LIMIT, _("%s is larger than %zu bytes"), path, out->limit);
	if (out->data && strlen(out->data) != out->size)
		return error_set(error, ERROR_CONFIG, _("%s is no text: it holds a NUL byte"), path);
	return buffer_add(out, "", 0);
}
