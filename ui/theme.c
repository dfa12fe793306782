// SPDX-License-Identifier: Apache-2.0
// Theme files, and the arithmetic of colours.
#include "config.h"

#include "ui/theme.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

#include "base/banned.h"

const char *const style_names[STYLE_COUNT] = {
        [STYLE_TEXT] = "text",
        [STYLE_HEADER] = "header",
        [STYLE_BADGE] = "badge",
        [STYLE_BORDER] = "border",
        [STYLE_BORDER_FOCUS] = "border-focus",
        [STYLE_TITLE] = "title",
        [STYLE_TITLE_FOCUS] = "title-focus",
        [STYLE_HEADING] = "heading",
        [STYLE_CURSOR] = "cursor",
        [STYLE_CURSOR_AWAY] = "cursor-away",
        [STYLE_MARK] = "mark",
        [STYLE_CHANGED] = "changed",
        [STYLE_DIM] = "dim",
        [STYLE_MATCH] = "match",
        [STYLE_GOOD] = "good",
        [STYLE_IDLE] = "idle",
        [STYLE_TRANSIENT] = "transient",
        [STYLE_WARNING] = "warning",
        [STYLE_BAD] = "bad",
        [STYLE_GONE] = "gone",
        [STYLE_KEY] = "key",
        [STYLE_HINT] = "hint",
        [STYLE_STATUS] = "status",
        [STYLE_ERROR] = "error",
        [STYLE_PROGRESS] = "progress",
        [STYLE_DIALOG] = "dialog",
        [STYLE_DIALOG_BORDER] = "dialog-border",
        [STYLE_DANGER] = "danger",
        [STYLE_INPUT] = "input",
        [STYLE_CODE] = "code",
        [STYLE_NAME] = "name",
        [STYLE_VALUE] = "value",
};

static const char *const color_names[] = {
        "black",
        "red",
        "green",
        "yellow",
        "blue",
        "magenta",
        "cyan",
        "white",
        "bright-black",
        "bright-red",
        "bright-green",
        "bright-yellow",
        "bright-blue",
        "bright-magenta",
        "bright-cyan",
        "bright-white",
};
static const struct {
	const char *name;
	unsigned bit;
} attribute_names[] = {{"bold", LOOK_BOLD}, {"dim", LOOK_DIM}, {"underline", LOOK_UNDERLINE}, {"reverse", LOOK_REVERSE},
        {"italic", LOOK_ITALIC}};

// The terminal's own colours, so that it reads on dark and on light.
void theme_default(struct theme *theme)
{
	static const struct {
		enum style style;
		int foreground;
		unsigned attributes;
	} rows[] = {
	        {STYLE_HEADER, COLOR_NONE, LOOK_BOLD},
	        {STYLE_BADGE, 3, LOOK_REVERSE | LOOK_BOLD},
	        {STYLE_BORDER_FOCUS, 6, 0},
	        {STYLE_TITLE_FOCUS, 6, LOOK_BOLD},
	        {STYLE_HEADING, COLOR_NONE, LOOK_DIM},
	        {STYLE_CURSOR, COLOR_NONE, LOOK_REVERSE},
	        {STYLE_CURSOR_AWAY, COLOR_NONE, LOOK_BOLD},
	        {STYLE_MARK, 6, LOOK_BOLD},
	        {STYLE_CHANGED, COLOR_NONE, LOOK_BOLD},
	        {STYLE_DIM, COLOR_NONE, LOOK_DIM},
	        {STYLE_MATCH, 3, LOOK_REVERSE},
	        {STYLE_GOOD, 2, 0},
	        {STYLE_IDLE, COLOR_NONE, LOOK_DIM},
	        {STYLE_TRANSIENT, 6, 0},
	        {STYLE_WARNING, 3, 0},
	        {STYLE_BAD, 1, LOOK_BOLD},
	        {STYLE_GONE, COLOR_NONE, LOOK_DIM},
	        {STYLE_KEY, 6, 0},
	        {STYLE_ERROR, 1, LOOK_BOLD},
	        {STYLE_PROGRESS, 2, 0},
	        {STYLE_DIALOG_BORDER, 6, 0},
	        {STYLE_DANGER, 1, LOOK_BOLD},
	        {STYLE_INPUT, COLOR_NONE, LOOK_BOLD},
	        {STYLE_CODE, 6, 0},
	        {STYLE_NAME, 6, 0},
	};
	*theme = (struct theme){.name = "default"};
	for (size_t i = 0; i < STYLE_COUNT; i++)
		theme->looks[i] = (struct look){COLOR_NONE, COLOR_NONE, 0};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		theme->looks[rows[i].style] = (struct look){rows[i].foreground, COLOR_NONE, rows[i].attributes};
}

// "red", "bright-blue", "208", "#ff8700" or "default".
static bool parse_color(const char *word, int *out)
{
	int64_t number;
	if (strcmp(word, "default") == 0) {
		*out = COLOR_NONE;
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(color_names); i++)
		if (strcmp(word, color_names[i]) == 0) {
			*out = (int)i;
			return true;
		}
	if (word[0] == '#' && strlen(word) == 7 && strspn(word + 1, "0123456789abcdefABCDEF") == 6) {
		*out = COLOR_RGB | (int)strtol(word + 1, NULL, 16);
		return true;
	}
	if (!text_to_int64(word, &number) || number < 0 || number > 255)
		return false;
	*out = (int)number;
	return true;
}

static unsigned parse_attribute(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(attribute_names); i++)
		if (strcmp(word, attribute_names[i].name) == 0)
			return attribute_names[i].bit;
	return 0;
}

// "[COLOR] [on COLOR] [ATTRIBUTE ...]". Returns the word that is wrong, NULL when all is right.
static const char *parse_look(const char *text, struct look *out, char word[32])
{
	struct look look = {COLOR_NONE, COLOR_NONE, 0};
	bool on = false;
	while (*(text += strspn(text, " \t"))) {
		const size_t size = strcspn(text, " \t");
		snprintf(word, 32, "%.*s", (int)size, text);
		text += size;
		const unsigned attribute = parse_attribute(word);
		if (!on && strcmp(word, "on") == 0) {
			on = true;
			continue;
		}
		if (!on && attribute)
			look.attributes |= attribute;
		else if (!parse_color(word, on ? &look.background : &look.foreground))
			return word;
		on = false;
	}
	if (on)
		return "on";
	*out = look;
	return NULL;
}

static int find_style(const char *name)
{
	for (int i = 0; i < STYLE_COUNT; i++)
		if (strcmp(style_names[i], name) == 0)
			return i;
	return -1;
}

static char *trim(char *text)
{
	text += strspn(text, " \t");
	size_t size = strlen(text);
	while (size && isspace((unsigned char)text[size - 1]))
		text[--size] = 0;
	return text;
}

static bool parse_line(struct theme *theme, char *line, const char *file, unsigned number, struct error *error)
{
	char word[32];
	// '#' begins a comment at the start of a line only: colours are written with it.
	line = trim(line);
	if (!*line || *line == '#')
		return true;
	char *equals = strchr(line, '=');
	const char *expected = NULL;
	int style = -1;
	if (!equals) {
		expected = N_("STYLE = [COLOUR] [on COLOUR] [bold|dim|underline|reverse|italic ...]");
	} else {
		*equals = 0;
		style = find_style(trim(line));
		if (style < 0)
			expected = N_("a style; themes/README.md lists them");
		else if (parse_look(trim(equals + 1), &theme->looks[style], word))
			expected = N_("a colour (red, bright-blue, 0 to 255, #rrggbb, default) or an attribute");
	}
	if (!expected)
		return true;
	error_set(error, ERROR_CONFIG, _("expected %s"), _(expected));
	error_doing(error, "%s:%u", file, number);
	error_remedy(error, _("the default theme is used until the file is mended"));
	return false;
}

bool theme_parse(struct theme *theme, const char *file, const char *text, struct error *error)
{
	struct theme read;
	theme_default(&read);
	snprintf(read.name, sizeof read.name, "%s", theme->name);
	for (size_t i = 0; i < STYLE_COUNT; i++)
		read.looks[i] = (struct look){COLOR_NONE, COLOR_NONE, 0};
	for (unsigned number = 1; *text; number++) {
		char line[256];
		const size_t size = strcspn(text, "\n");
		snprintf(line, sizeof line, "%.*s", (int)size, text);
		text += size + (text[size] == '\n');
		if (!parse_line(&read, line, file, number, error)) {
			theme_default(theme);
			return false;
		}
	}
	*theme = read;
	return true;
}

static bool read_file(const char *path, struct buffer *out)
{
	char chunk[4096];
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
		buffer_add(out, chunk, got);
	const bool good = !ferror(file) && !out->broken;
	fclose(file);
	return good;
}

bool theme_load(struct theme *theme, const char *name, const char *user_folder, struct error *error)
{
	enum { THEME_MOST = 1 << 16 };
	const char *installed = getenv("PEERDECK_THEMES");
	char paths[2][1024] = {"", ""};
	struct buffer text;
	bool good = false;
	theme_default(theme);
	if (!*name || strcmp(name, "default") == 0)
		name = "default";
	if (strchr(name, '/'))
		return error_set(error, ERROR_CONFIG, _("“%s” is no name of a theme"), name);
	if (user_folder && *user_folder)
		snprintf(paths[0], sizeof paths[0], "%s/themes/%s.theme", user_folder, name);
	snprintf(paths[1], sizeof paths[1], "%s/%s.theme", installed ? installed : PKGDATADIR "/themes", name);
	buffer_init(&text, THEME_MOST);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		if (!*paths[i] || !read_file(paths[i], &text))
			continue;
		snprintf(theme->name, sizeof theme->name, "%s", name);
		good = theme_parse(theme, paths[i], buffer_text(&text), error);
		buffer_finish(&text);
		return good;
	}
	buffer_finish(&text);
	if (strcmp(name, "default") == 0)
		return true;
	error_set(error, ERROR_CONFIG, _("there is no theme “%s”"), name);
	error_remedy(error, _("looked for %s and %s"), *paths[0] ? paths[0] : "-", paths[1]);
	return false;
}

uint32_t theme_color_rgb(int color)
{
	static const uint32_t basic[] = {
	        0x000000,
	        0xcd0000,
	        0x00cd00,
	        0xcdcd00,
	        0x0000ee,
	        0xcd00cd,
	        0x00cdcd,
	        0xe5e5e5,
	        0x7f7f7f,
	        0xff0000,
	        0x00ff00,
	        0xffff00,
	        0x5c5cff,
	        0xff00ff,
	        0x00ffff,
	        0xffffff,
	};
	if (color & COLOR_RGB)
		return (uint32_t)color & 0xffffff;
	if (color < 16)
		return basic[color < 0 ? 0 : color];
	if (color >= 232) {
		const uint32_t grey = 8 + 10 * ((uint32_t)color - 232);
		return grey << 16 | grey << 8 | grey;
	}
	const uint32_t cube = (uint32_t)color - 16, steps[3] = {cube / 36, cube / 6 % 6, cube % 6};
	uint32_t rgb = 0;
	for (size_t i = 0; i < 3; i++)
		rgb = rgb << 8 | (steps[i] ? 55 + 40 * steps[i] : 0);
	return rgb;
}

static int distance(uint32_t a, uint32_t b)
{
	int sum = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		const int difference = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);
		sum += difference * difference;
	}
	return sum;
}

int theme_color_for(int color, int colors)
{
	if (color == COLOR_NONE || colors <= 0)
		return COLOR_NONE;
	if (!(color & COLOR_RGB) && color < colors)
		return color;
	if (!(color & COLOR_RGB) && color < 16 && colors == 8)
		return color - 8;
	// The first 16 look different on every terminal; with 256 colours the fixed ones are chosen from.
	const int first = colors >= 256 ? 16 : 0, count = colors >= 256 ? 256 : colors;
	int best = first, least = INT32_MAX;
	for (int i = first; i < count; i++) {
		const int d = distance(theme_color_rgb(color), theme_color_rgb(i));
		if (d < least) {
			least = d;
			best = i;
		}
	}
	return best;
}

static double luminance(uint32_t rgb)
{
	static const double weights[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (size_t i = 0; i < 3; i++) {
		const double part = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
		sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double theme_contrast(const struct look *look, uint32_t terminal_foreground, uint32_t terminal_background)
{
	const double front =
	        luminance(look->foreground == COLOR_NONE ? terminal_foreground : theme_color_rgb(look->foreground));
	const double back =
	        luminance(look->background == COLOR_NONE ? terminal_background : theme_color_rgb(look->background));
	return (fmax(front, back) + 0.05) / (fmin(front, back) + 0.05);
}

enum style theme_state_style(enum state_class state)
{
	static const enum style styles[] = {
	        [STATE_NONE] = STYLE_TEXT,
	        [STATE_GOOD] = STYLE_GOOD,
	        [STATE_IDLE] = STYLE_IDLE,
	        [STATE_TRANSIENT] = STYLE_TRANSIENT,
	        [STATE_WARNING] = STYLE_WARNING,
	        [STATE_BAD] = STYLE_BAD,
	        [STATE_GONE] = STYLE_GONE,
	};
	return (size_t)state < COUNT_OF(styles) ? styles[state] : STYLE_TEXT;
}
