// SPDX-License-Identifier: Apache-2.0
// Colours: what each style looks like. Read from *.theme files (themes/README.md tells their language). Without colours
// (NO_COLOR, --no-color, a terminal without them) only the attributes count.
#ifndef PEERDECK_UI_THEME_H
#define PEERDECK_UI_THEME_H

#include "base/error.h"
#include "inventory/kind.h"

enum style {
	STYLE_TEXT,
	STYLE_HEADER, // the line at the top
	STYLE_BADGE,  // RO, FROZEN, DEMO
	STYLE_BORDER,
	STYLE_BORDER_FOCUS,
	STYLE_TITLE,
	STYLE_TITLE_FOCUS,
	STYLE_HEADING,     // column headings
	STYLE_CURSOR,      // the selected row of the focused pane
	STYLE_CURSOR_AWAY, // the selected row of another pane
	STYLE_MARK,        // marked rows
	STYLE_CHANGED,     // a cell that changed a moment ago
	STYLE_DIM,         // stale, secondary
	STYLE_MATCH,       // found text
	STYLE_GOOD,
	STYLE_IDLE,
	STYLE_TRANSIENT,
	STYLE_WARNING,
	STYLE_BAD,
	STYLE_GONE,
	STYLE_KEY,    // a key in the footer
	STYLE_HINT,   // what it does
	STYLE_STATUS, // status line
	STYLE_ERROR,
	STYLE_PROGRESS,
	STYLE_DIALOG,
	STYLE_DIALOG_BORDER,
	STYLE_DANGER, // a dialog about something that cannot be undone
	STYLE_INPUT,
	STYLE_CODE,  // commands, JSON punctuation
	STYLE_NAME,  // JSON and describe: names
	STYLE_VALUE, // JSON and describe: values
	STYLE_COUNT
};

enum { COLOR_NONE = -1, COLOR_RGB = 1 << 24 }; // else 0…255, or COLOR_RGB | 0xRRGGBB
enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8, LOOK_ITALIC = 16 };

struct look {
	int foreground, background; // COLOR_NONE = the terminal's
	unsigned attributes;        // LOOK_ bits
};

struct theme {
	char name[64];
	struct look looks[STYLE_COUNT];
};

extern const char *const style_names[STYLE_COUNT]; // as theme files write them: "border-focus"

// The theme that needs no file.
void theme_default(struct theme *theme);
// Looks for NAME.theme in `user_folder` (may be NULL), then in PKGDATADIR/themes (PEERDECK_THEMES overrides the
// latter). On a mistake the error says FILE:LINE and what was expected, and `theme` is the default one.
bool theme_load(struct theme *theme, const char *name, const char *user_folder, struct error *error);
bool theme_parse(struct theme *theme, const char *file, const char *text, struct error *error);
// WCAG contrast of the two colours of a look over the given terminal background (0xRRGGBB), 1…21.
double theme_contrast(const struct look *look, uint32_t terminal_foreground, uint32_t terminal_background);
// Nearest of 8, 16 or 256 colours.
int theme_color_for(int color, int colors);
uint32_t theme_color_rgb(int color);
enum style theme_state_style(enum state_class state);

#endif
