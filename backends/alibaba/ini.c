// SPDX-License-Identifier: Apache-2.0
// Reads one section of an ini file.
#include "alibaba/ini.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

bool ini_path(const struct environment *environment, char *out, size_t size)
{
	const char *named = environment_cloud(environment, "CREDENTIALS_FILE");
	const char *home = environment_get(environment, "HOME");

	if (named)
		return snprintf(out, size, "%s", named) < (int)size;
	return home && snprintf(out, size, "%s/.alibabacloud/credentials", home) < (int)size;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r");
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool broken(const char *path, int line, const char *expected, struct error *error)
{
	error_set(error, ERROR_CONFIG, _("expected %s"), expected);
	error_doing(error, "%s:%d", path, line);
	return false;
}

// "name = value"; a '#' or ';' after blanks starts a remark.
static bool take_value(struct ini_section *out, char *line, const char *path, int number, struct error *error)
{
	char *equals = strchr(line, '=');
	char *value, *remark;

	if (!equals || equals == line)
		return broken(path, number, _("\"name = value\" or \"[section]\""), error);
	if (out->count == INI_VALUES_MOST)
		return broken(path, number, _("fewer values in a section"), error);
	*equals = '\0';
	value = equals + 1;
	for (remark = value; *remark; remark++)
		if ((*remark == '#' || *remark == ';') && remark > value && isspace((unsigned char)remark[-1])) {
			*remark = '\0';
			break;
		}
	out->names[out->count] = trim(line);
	out->values[out->count++] = trim(value);
	return true;
}

bool ini_read(char *text, const char *path, const char *section, struct ini_section *out, struct error *error)
{
	bool inside = false;
	int number = 0;
	char *line;

	memset(out, 0, sizeof(*out));
	while ((line = strsep(&text, "\n"))) {
		number++;
		line = trim(line);
		if (!*line || *line == '#' || *line == ';')
			continue;
		if (*line == '[') {
			char *end = strchr(line, ']');

			if (!end)
				return broken(path, number, _("a ']' at the end of the section's name"), error);
			*end = '\0';
			inside = !strcmp(trim(line + 1), section);
			if (inside)
				out->line = number;
		} else if (inside) {
			if (!take_value(out, line, path, number, error))
				return false;
		} else if (!strchr(line, '=')) {
			return broken(path, number, _("\"name = value\" or \"[section]\""), error);
		}
	}
	if (out->line)
		return true;
	error_set(error, ERROR_NOT_FOUND, _("There is no section [%s] in %s"), section, path);
	return false;
}

const char *ini_value(const struct ini_section *section, const char *name)
{
	for (size_t i = section->count; i-- > 0;)
		if (!strcmp(section->names[i], name))
			return section->values[i];
	return "";
}
