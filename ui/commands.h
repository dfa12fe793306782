// SPDX-License-Identifier: Apache-2.0
// Commands: everything a key or the command line can ask for, one row each. The enumeration, default keys, help screen,
// footer, completion and the manual page are made from these rows.
#ifndef PEERDECK_UI_COMMANDS_H
#define PEERDECK_UI_COMMANDS_H

#include "base/base.h"

// Where keys are pressed. A pane or overlay type is exactly one of them.
enum place {
	PLACE_TABLE = 1 << 0,
	PLACE_TEXT = 1 << 1, // describe, YAML, help
	PLACE_LOG = 1 << 2,  // text that grows
	PLACE_OPERATIONS = 1 << 3,
	PLACE_DASHBOARD = 1 << 4,
	PLACE_GUIDE = 1 << 5,
	PLACE_DIALOG = 1 << 6,
	PLACE_MENU = 1 << 7,
	PLACE_PROMPT = 1 << 8,
	PLACE_TEXTS = PLACE_TEXT | PLACE_LOG,
	PLACE_ROWS = PLACE_TABLE | PLACE_OPERATIONS, // a cursor on rows
	PLACE_PANES = PLACE_ROWS | PLACE_TEXTS | PLACE_DASHBOARD | PLACE_GUIDE,
	PLACE_ALL = PLACE_PANES | PLACE_DIALOG | PLACE_MENU | PLACE_PROMPT,
};

enum command_flag {
	COMMAND_CHANGES = 1 << 0,   // leads to a change: greyed when read-only, always through a dialog
	COMMAND_NEEDS_ROW = 1 << 1, // does nothing without a selected row
	COMMAND_LINE_ONLY = 1 << 2, // has no key
};

// identifier, name on the command line, further names there, default keys (space separated), places, flags,
// footer rank (1 = shown first, 0 = never), footer word, argument ("" = none), help
#define COMMAND_ROWS(ROW)                                                                                              \
	/* moving */                                                                                                   \
	ROW(DOWN, "down", "", "j Down Ctrl-n", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("next row"))                 \
	ROW(UP, "up", "", "k Up Ctrl-p", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("previous row"))                   \
	ROW(FIRST, "first", "top", "g Home", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("first row"))                  \
	ROW(LAST, "last", "bottom", "G End", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("last row"))                   \
	ROW(PAGE_DOWN, "page-down", "", "PgDn Ctrl-f", PLACE_PANES | PLACE_MENU | PLACE_DIALOG, 0, 0, "", "",          \
	        N_("next page"))                                                                                       \
	ROW(PAGE_UP, "page-up", "", "PgUp Ctrl-b", PLACE_PANES | PLACE_MENU | PLACE_DIALOG, 0, 0, "", "",              \
	        N_("previous page"))                                                                                   \
	ROW(HALF_DOWN, "half-down", "", "Ctrl-d", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("half a page down"))      \
	ROW(HALF_UP, "half-up", "", "Ctrl-u", PLACE_PANES | PLACE_MENU, 0, 0, "", "", N_("half a page up"))            \
	ROW(LEFT, "left", "", "Left H", PLACE_PANES, 0, 0, "", "", N_("scroll left"))                                  \
	ROW(RIGHT, "right", "", "Right L", PLACE_PANES, 0, 0, "", "", N_("scroll right"))                              \
	ROW(OPEN, "open", "", "Enter", PLACE_ROWS | PLACE_TEXT | PLACE_DASHBOARD | PLACE_GUIDE, 0, 1, N_("open"), "",  \
	        N_("open, drill down"))                                                                                \
	ROW(BACK, "back", "", "Esc", PLACE_PANES, 0, 0, N_("back"), "", N_("clear the filter, else back one level"))   \
	ROW(CLOSE, "close", "", "q", PLACE_PANES, 0, 0, N_("back"), "",                                                \
	        N_("back one level; at the top asks to leave"))                                                        \
	ROW(QUIT, "quit", "q q! exit", "Q", PLACE_PANES, 0, 0, N_("quit"), "",                                         \
	        N_("leave; asks only when operations run"))                                                            \
	ROW(CANCEL, "cancel", "", "Ctrl-c", PLACE_PANES, 0, 0, "", "",                                                 \
	        N_("cancel what is in progress; twice within 2 s: leave"))                                             \
	ROW(HISTORY_BACK, "history-back", "", "[", PLACE_PANES, 0, 0, "", "", N_("history: back"))                     \
	ROW(HISTORY_FORWARD, "history-forward", "", "]", PLACE_PANES, 0, 0, "", "", N_("history: forward"))            \
	ROW(HISTORY_LAST, "history-last", "", "-", PLACE_PANES, 0, 0, "", "", N_("the view before this one"))          \
	ROW(NEXT_PANE, "next-pane", "", "Tab", PLACE_PANES, 0, 0, "", "", N_("next pane"))                             \
	ROW(PREVIOUS_PANE, "previous-pane", "", "Shift-Tab", PLACE_PANES, 0, 0, "", "", N_("previous pane"))           \
	ROW(PANE, "pane", "", "1 2 3 4 5 6 7 8 9", PLACE_ROWS | PLACE_DASHBOARD | PLACE_GUIDE, 0, 0, "", N_("NUMBER"), \
	        N_("pane by number; 5 = orphans"))                                                                     \
	ROW(ALL_REGIONS, "all-regions", "", "0", PLACE_ROWS | PLACE_DASHBOARD, 0, 0, "", "", N_("all regions"))        \
	ROW(GROW, "grow", "zoom", "+", PLACE_PANES, 0, 0, "", "", N_("larger pane: normal, half, full"))               \
	ROW(SHRINK, "shrink", "", "_", PLACE_PANES, 0, 0, "", "", N_("smaller pane"))                                  \
	ROW(HEADER, "header", "", "Ctrl-e", PLACE_PANES, 0, 0, "", "", N_("header on, off"))                           \
	ROW(PATH, "path", "", "Ctrl-g", PLACE_PANES, 0, 0, "", "", N_("path line on, off"))                            \
	/* everywhere */                                                                                               \
	ROW(COMMAND, "command", "", ":", PLACE_PANES, 0, 5, N_("command"), "",                                         \
	        N_("command line with completion and history"))                                                        \
	ROW(FILTER, "filter", "", "/", PLACE_TABLE, 0, 4, N_("filter"), N_("[FILTER]"),                                \
	        N_("filter while typing; empty clears it"))                                                            \
	ROW(SEARCH_TEXT, "find-text", "", "/", PLACE_TEXTS, 0, 4, N_("search"), N_("TEXT"), N_("search in the text"))  \
	ROW(HELP, "help", "h", "? F1", PLACE_PANES, 0, 99, N_("help"), N_("[TOPIC]"), N_("help for this view"))        \
	ROW(REFRESH, "refresh", "", "Ctrl-r r F5", PLACE_PANES, 0, 0, N_("refresh"), "", N_("read again now"))         \
	ROW(REPAINT, "repaint", "redraw", "Ctrl-l", PLACE_PANES, 0, 0, "", "",                                         \
	        N_("repaint the screen and read again"))                                                               \
	ROW(SUSPEND, "suspend", "", "Ctrl-z", PLACE_PANES, 0, 0, "", "", N_("suspend to the shell; fg comes back"))    \
	ROW(FREEZE, "freeze", "", "Z", PLACE_PANES, 0, 0, "", "", N_("freeze, resume updates"))                        \
	ROW(CONTEXT, "context", "ctx profile", "P", PLACE_PANES, 0, 0, "", N_("[NAME]"), N_("choose the context"))     \
	ROW(REGIONS, "region", "", "R", PLACE_PANES, 0, 0, "", N_("[ID ...|all]"),                                     \
	        N_("choose regions; Space marks several"))                                                             \
	ROW(COMMANDS, "commands", "aliases", "Ctrl-a", PLACE_PANES, 0, 0, "", "", N_("list of commands and aliases"))  \
	ROW(OPERATIONS, "operations", "ops jobs", "T", PLACE_PANES, 0, 8, N_("operations"), "",                        \
	        N_("running and finished operations"))                                                                 \
	ROW(DASHBOARD, "dashboard", "", "~", PLACE_PANES, 0, 7, N_("dashboard"), "", N_("dashboard"))                  \
	ROW(LOG, "log", "messages", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "", N_("the log of this program"))      \
	ROW(BROWSE, "browse", "panes home", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "", N_("the four panes"))       \
	ROW(WRITE, "write", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", N_("[TIME|off]"),                           \
	        N_("allow changes for a time (15m, 1h), or for good"))                                                 \
	ROW(READ_ONLY, "read-only", "readonly ro", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "",                      \
	        N_("refuse changes from now on"))                                                                      \
	ROW(SET, "set", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", N_("NAME VALUE"),                               \
	        N_("change a setting until leaving"))                                                                  \
	ROW(THEME, "theme", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", N_("NAME"), N_("change colours"))           \
	ROW(SORT, "sort", "", "", PLACE_TABLE, COMMAND_LINE_ONLY, 0, "", N_("[-]COLUMN"),                              \
	        N_("sort by a column, - first: descending"))                                                           \
	/* tables */                                                                                                   \
	ROW(MARK, "mark", "", "Space", PLACE_TABLE, COMMAND_NEEDS_ROW, 3, N_("mark"), "", N_("mark and move down"))    \
	ROW(MARK_RANGE, "mark-range", "", "v Ctrl-Space", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, "", "",                   \
	        N_("mark a range from the last mark"))                                                                 \
	ROW(MARK_ALL, "mark-all", "", "*", PLACE_TABLE, 0, 0, "", "", N_("mark all shown"))                            \
	ROW(UNMARK, "unmark", "", "U Ctrl-\\", PLACE_TABLE, 0, 0, "", "", N_("clear marks"))                           \
	ROW(DESCRIBE, "describe", "", "d", PLACE_ROWS, COMMAND_NEEDS_ROW, 2, N_("describe"), "",                       \
	        N_("describe: fields, events, relations"))                                                             \
	ROW(YAML, "yaml", "", "y", PLACE_TABLE, COMMAND_NEEDS_ROW, 9, N_("YAML"), "",                                  \
	        N_("YAML or JSON of the resource"))                                                                    \
	ROW(JSON, "json", "", "", PLACE_TABLE | PLACE_TEXT, COMMAND_LINE_ONLY, 0, "", "", N_("JSON of the resource"))  \
	ROW(COPY_ID, "copy-id", "", "c", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, N_("copy"), "", N_("copy the id"))         \
	ROW(COPY_ROW, "copy-row", "", "C", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, "", "", N_("copy the row as JSON"))      \
	ROW(SEARCH, "search", "", "\\", PLACE_ROWS, 0, 0, "", N_("TEXT"), N_("search without filtering"))              \
	ROW(NEXT_MATCH, "next-match", "", "n", PLACE_ROWS | PLACE_TEXTS, 0, 0, "", "", N_("next match"))               \
	ROW(PREVIOUS_MATCH, "previous-match", "", "N", PLACE_TEXTS, 0, 0, "", "", N_("previous match"))                \
	ROW(WHY, "why", "evidence", "W", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, N_("why"), "",                             \
	        N_("why it is judged so: the evidence"))                                                               \
	ROW(KEEP, "keep", "unkeep", "K", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW, 0, N_("keep"), N_("[WHY]"),      \
	        N_("keep it, or no longer: what is kept is never taken for nobody's"))                                 \
	ROW(BY_VERDICT, "verdict", "", "V", PLACE_TABLE, 0, 0, N_("verdict"), N_("[VERDICT|all]"),                     \
	        N_("one verdict only; again: the next"))                                                               \
	ROW(BY_CLUSTER, "of", "", "B", PLACE_TABLE, 0, 0, "", N_("[CLUSTER|all]"),                                     \
	        N_("one cluster only; again: the next"))                                                               \
	ROW(BY_AGE, "older", "", "E", PLACE_TABLE, 0, 0, "", N_("[TIME|all]"),                                         \
	        N_("only what is older than 1h, 1d, 7d; again: the next"))                                             \
	ROW(QUARANTINE, "quarantine", "", "", PLACE_TABLE | PLACE_TEXT, COMMAND_LINE_ONLY | COMMAND_CHANGES, 0, "",    \
	        N_("[override]"), N_("stop orphans and tag them, to be deleted later; override: one suspect"))         \
	ROW(DIAGNOSE, "diagnose", "checkup", "X", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW, 0, N_("diagnose"), "",  \
	        N_("why a pod does not start, whether a cluster is well"))                                             \
	ROW(AUDIT, "audit", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "",                                         \
	        N_("the audit record: what was swept, and why"))                                                       \
	ROW(SWEEPS, "sweeps", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "",                                       \
	        N_("sweeps that are not finished: go on, or give up"))                                                 \
	ROW(LOGS, "logs", "console-output", "l", PLACE_TABLE | PLACE_TEXTS, COMMAND_NEEDS_ROW, 0, N_("logs"), "",      \
	        N_("logs, console output"))                                                                            \
	ROW(PREVIOUS_LOGS, "previous-logs", "", "p", PLACE_TABLE | PLACE_TEXTS, COMMAND_NEEDS_ROW, 0, "", "",          \
	        N_("logs of the container before"))                                                                    \
	ROW(SHELL, "shell", "ssh", "s", PLACE_TABLE, COMMAND_NEEDS_ROW | COMMAND_CHANGES, 0, "", "",                   \
	        N_("shell or SSH to the selected VM (not when read-only)"))                                            \
	ROW(EDIT, "edit", "", "e", PLACE_TABLE, COMMAND_NEEDS_ROW | COMMAND_CHANGES, 0, "", "",                        \
	        N_("edit tags in $EDITOR; shows the difference first"))                                                \
	ROW(WHERE, "where", "", "o", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW, 0, "", "", N_("where it runs"))      \
	ROW(OWNER, "owner", "", "J", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW, 0, "", "", N_("its owner"))          \
	ROW(USED_BY, "used-by", "", "u", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW, 0, "", "", N_("what uses it"))   \
	ROW(COMPARE, "compare", "diff", "m", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, "", "",                                \
	        N_("mark for comparison; on a second row show the difference"))                                        \
	ROW(ACTIONS, "actions", "", "a", PLACE_TABLE, 0, 6, N_("actions"), "",                                         \
	        N_("everything possible here, or the reason why not"))                                                 \
	ROW(DELETE, "delete", "", "D F9", PLACE_TABLE | PLACE_TEXT, COMMAND_NEEDS_ROW | COMMAND_CHANGES, 0,            \
	        N_("delete"), N_("[override]"), N_("delete ... (opens the plan); override: one suspect"))              \
	ROW(TREE, "tree", "", "t", PLACE_TABLE, 0, 10, N_("tree"), N_("[COLUMN ...|off]"),                             \
	        N_("rows below their parents, on, off; or below the values of these columns"))                         \
	ROW(FOLD, "fold", "", "Left", PLACE_TABLE, 0, 0, N_("fold"), "",                                               \
	        N_("in a tree fold, or go to the parent; else scroll left"))                                           \
	ROW(UNFOLD, "unfold", "", "Right", PLACE_TABLE, 0, 0, "", "",                                                  \
	        N_("in a tree unfold, or go to the first below; else scroll right"))                                   \
	ROW(FOLD_ALL, "fold-all", "", "x", PLACE_TABLE, 0, 0, N_("fold all"), "", N_("in a tree fold or unfold all"))  \
	ROW(PROBLEMS, "problems", "faults", "z", PLACE_TABLE, 0, 0, N_("problems"), "", N_("problems only"))           \
	ROW(FOLLOW_ROW, "follow", "", "F", PLACE_TABLE, 0, 0, "", "", N_("keep the selected resource in sight"))       \
	ROW(COLUMN_LEFT, "column-left", "", "Shift-Left", PLACE_TABLE, 0, 0, "", "",                                   \
	        N_("choose the column at the left"))                                                                   \
	ROW(COLUMN_RIGHT, "column-right", "", "Shift-Right", PLACE_TABLE, 0, 0, "", "",                                \
	        N_("choose the column at the right"))                                                                  \
	ROW(SORT_COLUMN, "sort-column", "", "O", PLACE_TABLE, 0, 0, "", "", N_("sort by the chosen column"))           \
	ROW(SORT_REVERSE, "sort-reverse", "", "I", PLACE_TABLE, 0, 0, "", "", N_("reverse the order"))                 \
	ROW(SORT_MENU, "sort-menu", "", "> F6", PLACE_TABLE, 0, 0, N_("sort"), "", N_("choose the order"))             \
	ROW(SORT_NAME, "sort-name", "", "N", PLACE_TABLE, 0, 0, "", "", N_("sort by name"))                            \
	ROW(SORT_AGE, "sort-age", "", "A", PLACE_TABLE, 0, 0, "", "", N_("sort by age"))                               \
	ROW(SORT_STATUS, "sort-status", "", "S", PLACE_TABLE, 0, 0, "", "", N_("sort by status"))                      \
	ROW(COLUMNS, "columns", "wide", "Ctrl-w", PLACE_TABLE, 0, 0, "", "", N_("all columns, usual columns"))         \
	ROW(CHOOSE_COLUMNS, "choose-columns", "", "", PLACE_TABLE, COMMAND_LINE_ONLY, 0, "", "",                       \
	        N_("choose which columns are shown"))                                                                  \
	ROW(SAVE, "save", "", "Ctrl-s", PLACE_PANES | PLACE_DIALOG, 0, 0, N_("save"), N_("[FILE]"),                    \
	        N_("save the view: text, CSV, JSON"))                                                                  \
	ROW(CONSOLE, "console", "web", "b", PLACE_TABLE, COMMAND_NEEDS_ROW, 0, "", "",                                 \
	        N_("show and copy the web console address"))                                                           \
	ROW(FIND, "find", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", N_("TEXT"),                                   \
	        N_("look for a name, id or address in everything read"))                                               \
	/* guides */                                                                                                   \
	ROW(GUIDES, "guides", "", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", "", N_("set-up guides"))                  \
	ROW(GUIDE, "guide", "wizard", "", PLACE_PANES, COMMAND_LINE_ONLY, 0, "", N_("NAME"),                           \
	        N_("open a set-up guide, or go on with it"))                                                           \
	ROW(ACKNOWLEDGE, "take-note", "", "Space", PLACE_GUIDE, 0, 0, "", "", N_("take note of a warning"))            \
	ROW(EXPLAIN, "explain", "", "x", PLACE_GUIDE, 0, 0, "", "", N_("explain a step: why, and the exact command"))  \
	ROW(AS_COMMANDS, "as-commands", "", "c", PLACE_GUIDE, 0, 0, "", "", N_("all steps as commands"))               \
	ROW(UNDO, "undo", "", "u", PLACE_GUIDE, COMMAND_CHANGES, 0, "", "", N_("undo the run (opens its plan)"))       \
	ROW(SKIP_STEP, "skip-step", "", "s", PLACE_GUIDE, COMMAND_CHANGES, 0, "", "",                                  \
	        N_("skip the step where the run stopped, where the guide lets it go"))                                 \
	ROW(GUIDE_LOG, "guide-log", "", "l", PLACE_GUIDE, 0, 0, "", "", N_("the whole log of the run"))                \
	/* texts and logs */                                                                                           \
	ROW(WRAP, "wrap", "", "w", PLACE_TEXTS, 0, 10, N_("wrap"), "", N_("wrap long lines"))                          \
	ROW(STAMPS, "timestamps", "", "t", PLACE_LOG, 0, 11, N_("times"), "", N_("times on, off"))                     \
	ROW(TAIL, "tail", "", "s", PLACE_LOG, 0, 12, N_("follow"), "", N_("follow on, off"))                           \
	ROW(SINCE, "since", "", "0 1 2 3 4 5 6", PLACE_LOG, 0, 0, "", "",                                              \
	        N_("0 tail, 1 head, 2 1m, 3 5m, 4 15m, 5 30m, 6 1h"))                                                  \
	ROW(MARK_LINE, "mark-line", "", "m", PLACE_LOG, 0, 0, "", "", N_("insert a mark line"))                        \
	ROW(FULL, "full", "", "f", PLACE_TEXTS, 0, 0, N_("full screen"), "", N_("full screen"))                        \
	ROW(COPY_TEXT, "copy", "", "c", PLACE_TEXTS, 0, 0, N_("copy"), "", N_("copy what is visible"))                 \
	ROW(COPY_ALL, "copy-all", "", "y", PLACE_TEXT, 0, 0, "", "", N_("copy all of it"))                             \
	ROW(REVEAL, "reveal", "", "x", PLACE_TEXTS, 0, 0, "", "", N_("show or mask sensitive values"))                 \
	/* prompts, menus, dialogs */                                                                                  \
	ROW(ACCEPT, "accept", "", "Enter Ctrl-j", PLACE_PROMPT | PLACE_MENU | PLACE_DIALOG, 0, 0, N_("take"), "",      \
	        N_("take the text or the item; in a dialog about a change: no"))                                       \
	ROW(ESCAPE, "escape", "", "Esc Ctrl-c", PLACE_PROMPT | PLACE_MENU | PLACE_DIALOG, 0, 0, N_("cancel"), "",      \
	        N_("cancel"))                                                                                          \
	ROW(CANCEL_JOB, "cancel-job", "", "x", PLACE_OPERATIONS, COMMAND_NEEDS_ROW, 3, N_("cancel"), "",               \
	        N_("stop this operation"))                                                                             \
	ROW(YES, "yes", "", "y", PLACE_DIALOG, 0, 0, N_("yes"), "", N_("yes"))                                         \
	ROW(NO, "no", "", "n", PLACE_DIALOG, 0, 0, N_("no"), "", N_("no"))                                             \
	ROW(INSTEAD, "instead", "", "q", PLACE_DIALOG, 0, 0, N_("quarantine"), "",                                     \
	        N_("quarantine instead, where the plan says so; else no"))                                             \
	ROW(MENU_MARK, "menu-mark", "", "Space", PLACE_MENU, 0, 0, N_("mark"), "", N_("mark this item"))               \
	ROW(MENU_CLOSE, "menu-close", "", "q", PLACE_MENU, 0, 0, "", "", N_("close the menu"))                         \
	ROW(MENU_FILTER, "menu-filter", "", "/", PLACE_MENU, 0, 0, N_("filter"), "",                                   \
	        N_("narrow the menu while typing"))                                                                    \
	ROW(COPY_COMMAND, "copy-command", "", "x", PLACE_DIALOG, 0, 0, N_("as command"), "",                           \
	        N_("show and copy the equivalent command"))                                                            \
	ROW(EDIT_START, "edit-start", "", "Ctrl-a Home", PLACE_PROMPT, 0, 0, "", "", N_("start of the line"))          \
	ROW(EDIT_END, "edit-end", "", "Ctrl-e End", PLACE_PROMPT, 0, 0, "", "", N_("end of the line"))                 \
	ROW(EDIT_LEFT, "edit-left", "", "Ctrl-b Left", PLACE_PROMPT, 0, 0, "", "", N_("back a character"))             \
	ROW(EDIT_RIGHT, "edit-right", "", "Ctrl-f Right", PLACE_PROMPT, 0, 0, "", "", N_("forward a character"))       \
	ROW(EDIT_WORD, "edit-word", "", "Ctrl-w", PLACE_PROMPT, 0, 0, "", "", N_("delete the word before"))            \
	ROW(EDIT_BEFORE, "edit-before", "", "Ctrl-u", PLACE_PROMPT, 0, 0, "", "", N_("delete to the start"))           \
	ROW(EDIT_AFTER, "edit-after", "", "Ctrl-k", PLACE_PROMPT, 0, 0, "", "", N_("delete to the end"))               \
	ROW(EDIT_ERASE, "edit-erase", "", "Backspace Ctrl-h", PLACE_PROMPT, 0, 0, "", "",                              \
	        N_("delete the character before"))                                                                     \
	ROW(EDIT_DELETE, "edit-delete", "", "Delete Ctrl-d", PLACE_PROMPT, 0, 0, "", "",                               \
	        N_("delete the character under the caret"))                                                            \
	ROW(EDIT_EARLIER, "edit-earlier", "", "Up Ctrl-p", PLACE_PROMPT, 0, 0, "", "", N_("history: earlier"))         \
	ROW(EDIT_LATER, "edit-later", "", "Down Ctrl-n", PLACE_PROMPT, 0, 0, "", "", N_("history: later"))             \
	ROW(COMPLETE, "complete", "", "Tab", PLACE_PROMPT, 0, 0, N_("complete"), "", N_("complete the word"))          \
	ROW(COMPLETE_BACK, "complete-back", "", "Shift-Tab", PLACE_PROMPT, 0, 0, "", "", N_("the completion before"))

enum command_id {
	COMMAND_NONE,
#define COMMAND_IDENTIFIER(id, ...) COMMAND_##id,
	COMMAND_ROWS(COMMAND_IDENTIFIER)
#undef COMMAND_IDENTIFIER
	        COMMAND_COUNT
};

struct command {
	const char *name, *aliases, *keys;
	unsigned places, flags;
	unsigned char rank;   // in the footer
	const char *hint;     // footer word, N_(); "" = none
	const char *argument; // N_(); "" = none
	const char *help;     // N_()
};

// One per command, indexed by enum command_id; [COMMAND_NONE] is empty.
extern const struct command command_table[COMMAND_COUNT];

// By name or alias; COMMAND_NONE when unknown.
enum command_id command_find(const char *word);
// "table", "text", "log", "operations", "dashboard", "guide", "dialog", "menu", "prompt" and "" or "all"; 0 = unknown.
unsigned place_find(const char *word);
const char *place_name(unsigned place);

// Hints of this rank and above stand at the right, where none of the others pushes them out: help, and the way out.
enum { HINT_RIGHT = 98 };

// One entry of the footer.
struct hint {
	char key[32];
	const char *text; // translated
	unsigned char rank;
	bool greyed;
};

#endif
