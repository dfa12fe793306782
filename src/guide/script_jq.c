// SPDX-License-Identifier: Apache-2.0
// Pointers, tests and waits as filters of jq: what a script needs to read answers as the engine does.
#include "config.h"
#include "guide/script.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

#include "base/banned.h"

enum { POINTER_SIZE = 256 };

#define DIGITS "0123456789"
#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

const char jq_helpers[] = "def t: if type == \"string\" then . else tojson end; "
                          "def l: if type != \"string\" then . elif startswith(\"[\") then fromjson "
                          "else split(\",\") end; ";

// A text as jq writes it; a name that is known only when the script runs is read from the environment.
static void add_literal(struct buffer *out, const char *text)
{
	buffer_add_char(out, '"');
	while (*text) {
		size_t length = strncmp(text, "${", 2) ? 0 : strcspn(text, "}");
		struct buffer one;

		if (length && text[length]) {
			buffer_printf(out, "\\(env.%.*s)", (int)strcspn(text + 2, "|}"), text + 2);
			text += length + 1;
			continue;
		}
		buffer_init(&one, 64);
		text_add_json_string(&one, text, 1);
		if ((unsigned char)*text >= 0x80)
			buffer_add_char(out, *text);
		else
			buffer_add(out, one.data + 1, one.size - 2);
		buffer_finish(&one);
		text++;
	}
	buffer_add_char(out, '"');
}

// /a/0 as ["a"][0]; * is each element.
static void add_path(struct buffer *out, const char *pointer)
{
	char whole[POINTER_SIZE], *save = NULL, *at;

	snprintf(whole, sizeof(whole), "%.*s", (int)strcspn(pointer, "|"), pointer);
	for (size_t length = strlen(whole); length && whole[length - 1] == ' '; length--)
		whole[length - 1] = '\0';
	at = strtok_r(whole, "/", &save);
	if (!at)
		buffer_add_char(out, '.');
	for (bool first = true; at; at = strtok_r(NULL, "/", &save), first = false) {
		bool plain = !at[strspn(at, WORD DIGITS)] && !strchr(DIGITS, *at);

		if (first && !plain)
			buffer_add_char(out, '.');
		if (!at[strspn(at, DIGITS)])
			buffer_printf(out, "[%s]?", at);
		else if (!strcmp(at, "*"))
			buffer_add_text(out, "[]?");
		else
			buffer_printf(out, plain ? ".%s?" : "[\"%s\"]?", at);
	}
}

// The filters of a pointer that can stand in an export. False when one of them cannot be said.
static bool add_filters(struct buffer *out, const char *pointer)
{
	const char *bar = strchr(pointer, '|');
	bool all = true;

	while (bar) {
		const char *name = bar + 1 + strspn(bar + 1, " ");
		size_t length = strcspn(name, "|");

		while (length && name[length - 1] == ' ')
			length--;
		if (length == 5 && !strncmp(name, "first", 5)) {
			buffer_add_text(out, " | l | .[0]");
		} else if (length >= 8 && !strncmp(name, "default:", 8)) {
			char text[POINTER_SIZE];

			snprintf(text, sizeof(text), "%.*s", (int)(length - 8), name + 8);
			buffer_add_text(out, " | if . == null or . == \"\" then ");
			add_literal(out, text);
			buffer_add_text(out, " else . end");
		} else if (!(length == 4 && !strncmp(name, "json", 4))) {
			all = false;
		}
		bar = strchr(bar + 1, '|');
	}
	return all;
}

static void add_pattern(struct buffer *out, const char *pattern)
{
	struct buffer expression;

	buffer_init(&expression, 4 * POINTER_SIZE);
	buffer_add_char(&expression, '^');
	for (; *pattern; pattern++) {
		if (strchr(".+()[]|^\\", *pattern))
			buffer_add_char(&expression, '\\');
		if (*pattern == '*' || *pattern == '?')
			buffer_add_text(&expression, *pattern == '*' ? ".*" : ".");
		else
			buffer_add_char(&expression, *pattern);
	}
	buffer_add_char(&expression, '$');
	add_literal(out, buffer_text(&expression));
	buffer_finish(&expression);
}

static void add_number(struct buffer *out, const char *wanted)
{
	if (*wanted == '/') {
		buffer_add_text(out, "((");
		add_path(out, wanted);
		buffer_add_text(out, " | tonumber?) // 0)");
	} else {
		add_literal(out, wanted);
		buffer_add_text(out, " | tonumber");
	}
}

static void add_test(struct buffer *out, const char *pointer, const char *word, const char *wanted)
{
	bool is_not = *word == '!' || !strcmp(word, "not-in");

	buffer_add_char(out, '(');
	if (!strcmp(word, "there")) {
		buffer_add_text(out, "[");
		add_path(out, pointer);
		buffer_printf(out, " | select(. != null and . != \"\" and . != [] and . != {})] %s []",
		        strcmp(wanted, "no") ? "!=" : "==");
	} else if (!strcmp(word, "tagged")) {
		buffer_add_text(out, "any((");
		add_path(out, pointer);
		buffer_add_text(out, " // [])[]; (.Key // .key // .TagKey // \"\") + \"=\" + "
		                     "(.Value // .value // .TagValue // \"\") == ");
		add_literal(out, wanted);
		buffer_add_char(out, ')');
	} else if (*word == '>') {
		add_number(out, pointer);
		buffer_printf(out, " %s (", word);
		add_number(out, wanted);
		buffer_add_char(out, ')');
	} else if (!strcmp(word, "has")) {
		add_path(out, pointer);
		buffer_add_text(out, " // [] | l | map(t) | index(");
		add_literal(out, wanted);
		buffer_add_text(out, ") != null");
	} else if (!strcmp(word, "matches") || !strcmp(word, "not-matches")) {
		add_path(out, pointer);
		buffer_add_text(out, " // \"\" | t | test(");
		add_pattern(out, wanted);
		buffer_add_text(out, *word == 'n' ? ") | not" : ")");
	} else {
		add_path(out, pointer);
		buffer_add_text(out, " | t as $is | ");
		add_literal(out, wanted);
		if (word[1] == '=')
			buffer_printf(out, " %s= $is", is_not ? "!" : "=");
		else
			buffer_printf(out, " | l | index($is) %s null", is_not ? "==" : "!=");
	}
	buffer_add_char(out, ')');
}

// All of the tests, of the node that is the input.
static void add_tests(struct guide_run *run, const guide_tree *tests, const struct values *values, struct buffer *out)
{
	for (int i = 0; tests && i < config_setting_length(tests); i++) {
		const char *text = config_setting_get_string(config_setting_get_elem(tests, (unsigned)i));
		char pointer[POINTER_SIZE], word[16], wanted[4096];
		const char *rest;

		buffer_add_text(out, i ? " and " : "");
		if (!test_parts(text, pointer, word, &rest))
			continue;
		run_text(run, rest, values, wanted, sizeof(wanted));
		add_test(out, pointer, word, wanted);
	}
	if (!tests)
		buffer_add_text(out, "true");
}

void jq_node(struct guide_run *run, const struct guide_lookup *lookup, const struct values *values, struct buffer *out)
{
	buffer_add_char(out, '[');
	add_path(out, lookup->at ? lookup->at : "");
	buffer_add_text(out, " | if type == \"array\" then .[] else . end");
	if (lookup->where) {
		buffer_add_text(out, " | select(");
		add_tests(run, lookup->where, values, out);
		buffer_add_char(out, ')');
	}
	buffer_add_text(out, "][0]");
}

bool jq_export(struct guide_run *run, const struct guide_lookup *lookup, const struct values *values,
        const char *pointer, struct buffer *out)
{
	if (lookup && (lookup->at || lookup->where)) {
		jq_node(run, lookup, values, out);
		buffer_add_text(out, " | ");
	}
	if (strstr(pointer, "/*"))
		buffer_add_char(out, '[');
	add_path(out, pointer);
	if (strstr(pointer, "/*"))
		buffer_add_char(out, ']');
	return add_filters(out, pointer);
}

void jq_expect(struct guide_run *run, const struct guide_step *step, const struct values *values, struct buffer *out)
{
	jq_node(run, &step->call, values, out);
	buffer_add_text(out, " | ");
	if (step->level && !strcmp(step->level, "known"))
		buffer_add_text(out, ". == null or ");
	if (step->expect)
		add_tests(run, step->expect, values, out);
	else
		buffer_add_text(out, ". != null");
}

static void add_is_one(struct guide_run *run, const guide_tree *texts, const struct values *values, struct buffer *out)
{
	char text[4096];

	buffer_add_text(out, "([");
	for (int i = 0; i < config_setting_length(texts); i++) {
		run_text(run, config_setting_get_string(config_setting_get_elem(texts, (unsigned)i)), values, text,
		        sizeof(text));
		buffer_add_text(out, i ? ", " : "");
		add_literal(out, text);
	}
	buffer_add_text(out, "] | index($is) != null)");
}

void jq_wait(struct guide_run *run, const struct guide_wait *wait, const struct values *values, struct buffer *out)
{
	buffer_add_text(out, ". as $all | ");
	jq_node(run, &wait->lookup, values, out);
	buffer_add_text(out, " | if . == null then \"\" else (t as $is | ");
	if (wait->fail) {
		buffer_add_text(out, "if ");
		add_is_one(run, wait->fail, values, out);
		buffer_add_text(out, " then \"failed\" else ");
	}
	if (wait->fail_when) {
		buffer_add_text(out, "if ($all | ");
		add_tests(run, wait->fail_when, values, out);
		buffer_add_text(out, ") then \"failed\" else ");
	}
	if (wait->until) {
		buffer_add_text(out, "if ");
		add_is_one(run, wait->until, values, out);
		buffer_add_text(out, " then \"done\" else $is end");
	} else {
		buffer_add_text(out, "\"done\"");
	}
	buffer_add_text(out, wait->fail ? " end" : "");
	buffer_add_text(out, wait->fail_when ? " end" : "");
	buffer_add_text(out, ") end");
}
