// SPDX-License-Identifier: Apache-2.0
// Conditions and tests. A condition whose outcome hangs on a name that is not known yet is neither true nor false.
#include "config.h"
#include "guide/expression.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"
#include "guide/filters.h"
#include "net/json.h"

#include "base/banned.h"

enum { OPERAND_MOST = 64 << 10, CONDITION_DEPTH_MOST = 20 };

struct condition {
	const char *at;
	const struct values *values;
	expression_name *name; // only checking
	void *user;
	struct error *error;
	unsigned depth;
};

static enum truth wrong(struct condition *condition, const char *what)
{
	error_set(condition->error, ERROR_CONFIG, _("condition: %s at \"%.40s\""), what, condition->at);
	error_remedy(condition->error, "%s", _("write it as NAME == 'text' && !(OTHER || THIRD != 'text')"));
	return TRUTH_WRONG;
}

static bool take(struct condition *condition, const char *token)
{
	condition->at += strspn(condition->at, " \t\n");
	if (strncmp(condition->at, token, strlen(token)) != 0)
		return false;
	condition->at += strlen(token);
	return true;
}

static enum truth judge_any(struct condition *condition);

static enum expand read_quoted(struct condition *condition, struct buffer *out)
{
	char text[1024];
	size_t length = strcspn(condition->at + 1, "'");

	if (condition->at[1 + length] != '\'' || length >= sizeof(text))
		return wrong(condition, _("a quote is not closed")), EXPAND_WRONG;
	snprintf(text, sizeof(text), "%.*s", (int)length, condition->at + 1);
	condition->at += length + 2;
	if (condition->name)
		return expression_check(EXPRESSION_TEXT, text, condition->name, condition->user, condition->error)
		               ? EXPAND_DONE
		               : EXPAND_WRONG;
	return expand_text(out, text, condition->values, EXPAND_PLAIN, condition->error);
}

static enum expand read_operand(struct condition *condition, struct buffer *out)
{
	char name[VALUE_NAME_SIZE];
	const struct value *value;
	size_t length = 0;

	condition->at += strspn(condition->at, " \t\n");
	if (*condition->at == '\'')
		return read_quoted(condition, out);
	while (isalnum((unsigned char)condition->at[length]) || condition->at[length] == '_')
		length++;
	if (!length || length >= sizeof(name))
		return wrong(condition, _("a name or a quoted text is expected")), EXPAND_WRONG;
	snprintf(name, sizeof(name), "%.*s", (int)length, condition->at);
	condition->at += length;
	if (!strcmp(name, "true") || !strcmp(name, "false"))
		return buffer_add_text(out, name), EXPAND_DONE;
	if (condition->name)
		return condition->name(name, condition->user, condition->error) ? EXPAND_DONE : EXPAND_WRONG;
	value = values_find(condition->values, name);
	if (!value) {
		error_set(condition->error, ERROR_CONFIG, _("nothing is called %s here"), name);
		return EXPAND_WRONG;
	}
	if (!value->known)
		return EXPAND_UNKNOWN;
	buffer_add_text(out, value->text);
	return EXPAND_DONE;
}

static bool holds(const char *text)
{
	return *text && strcmp(text, "false") != 0 && strcmp(text, "no") != 0 && strcmp(text, "0") != 0;
}

static enum truth judge_comparison(struct condition *condition)
{
	struct buffer left, right;
	enum expand result, other = EXPAND_DONE;
	enum truth truth;
	bool equal, compares;

	buffer_init(&left, OPERAND_MOST);
	buffer_init(&right, OPERAND_MOST);
	result = read_operand(condition, &left);
	equal = result != EXPAND_WRONG && take(condition, "==");
	compares = equal || (result != EXPAND_WRONG && take(condition, "!="));
	if (compares)
		other = read_operand(condition, &right);
	if (result == EXPAND_WRONG || other == EXPAND_WRONG)
		truth = TRUTH_WRONG;
	else if (result == EXPAND_UNKNOWN || other == EXPAND_UNKNOWN)
		truth = TRUTH_UNKNOWN;
	else if (compares)
		truth = (strcmp(buffer_text(&left), buffer_text(&right)) == 0) == equal ? TRUTH_YES : TRUTH_NO;
	else
		truth = holds(buffer_text(&left)) ? TRUTH_YES : TRUTH_NO;
	buffer_finish(&left);
	buffer_finish(&right);
	return truth;
}

static enum truth judge_one(struct condition *condition)
{
	enum truth truth;

	if (take(condition, "!")) {
		truth = judge_one(condition);
		return truth == TRUTH_YES ? TRUTH_NO : truth == TRUTH_NO ? TRUTH_YES : truth;
	}
	if (!take(condition, "("))
		return judge_comparison(condition);
	if (++condition->depth > CONDITION_DEPTH_MOST)
		return wrong(condition, _("too many brackets"));
	truth = judge_any(condition);
	if (truth != TRUTH_WRONG && !take(condition, ")"))
		return wrong(condition, _("a bracket is not closed"));
	return truth;
}

static enum truth judge_all(struct condition *condition)
{
	enum truth truth = judge_one(condition);

	while (truth != TRUTH_WRONG && take(condition, "&&")) {
		enum truth next = judge_one(condition);

		if (next == TRUTH_WRONG)
			return next;
		if (truth == TRUTH_NO || next == TRUTH_NO)
			truth = TRUTH_NO;
		else if (next == TRUTH_UNKNOWN)
			truth = next;
	}
	return truth;
}

static enum truth judge_any(struct condition *condition)
{
	enum truth truth = judge_all(condition);

	while (truth != TRUTH_WRONG && take(condition, "||")) {
		enum truth next = judge_all(condition);

		if (next == TRUTH_WRONG)
			return next;
		if (truth == TRUTH_YES || next == TRUTH_YES)
			truth = TRUTH_YES;
		else if (next == TRUTH_UNKNOWN)
			truth = next;
	}
	return truth;
}

static enum truth judge_whole(struct condition *condition)
{
	enum truth truth = judge_any(condition);

	condition->at += strspn(condition->at, " \t\n");
	return truth != TRUTH_WRONG && *condition->at ? wrong(condition, _("what is this")) : truth;
}

enum truth condition_judge(const char *text, const struct values *values, struct error *error)
{
	struct condition condition = {.at = text, .values = values, .error = error};

	return text ? judge_whole(&condition) : TRUTH_YES;
}

bool condition_check(const char *text, expression_name *name, void *user, struct error *error)
{
	struct condition condition = {.at = text, .name = name, .user = user, .error = error};

	return judge_whole(&condition) != TRUTH_WRONG;
}

// Tags come as Key/Value, key/value or TagKey/TagValue; the text is KEY=VALUE.
static bool is_tagged(const cJSON *tags, const char *wanted)
{
	const char *equals = strchr(wanted, '=');
	static const char *const spellings[][2] = {{"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}};

	for (const cJSON *tag = tags && equals ? tags->child : NULL; tag; tag = tag->next)
		for (size_t i = 0; i < COUNT_OF(spellings); i++) {
			const char *key = json_text(tag, spellings[i][0]);

			if (strlen(key) == (size_t)(equals - wanted) && !strncmp(key, wanted, strlen(key)) &&
			        !strcmp(json_text(tag, spellings[i][1]), equals + 1))
				return true;
		}
	return false;
}

static bool is_in(const char *text, const char *list)
{
	struct buffer element;
	bool found = false;

	buffer_init(&element, OPERAND_MOST);
	for (size_t i = 0; !found && list_element(list, i, &element); i++) {
		found = !strcmp(buffer_text(&element), text);
		buffer_clear(&element);
	}
	buffer_finish(&element);
	return found;
}

static double number_of(const char *text)
{
	double number = 0;

	return sscanf(text, "%lf", &number) == 1 ? number : 0;
}

enum test_operator {
	TEST_EQUAL,
	TEST_OTHER,
	TEST_IN,
	TEST_NOT_IN,
	TEST_HAS,
	TEST_TAGGED,
	TEST_OVERLAPS,
	TEST_MATCHES,
	TEST_NOT_MATCHES,
	TEST_LEAST,
	TEST_MORE,
	TEST_THERE,
	TEST_OPERATORS
};
static const struct {
	const char *word, *help;
} operators[TEST_OPERATORS] = {
        [TEST_EQUAL] = {"==", N_("is this text")},
        [TEST_OTHER] = {"!=", N_("is another text, or not there")},
        [TEST_IN] = {"in", N_("is one of a list")},
        [TEST_NOT_IN] = {"not-in", N_("is none of a list")},
        [TEST_HAS] = {"has", N_("is a list with this element")},
        [TEST_TAGGED] = {"tagged", N_("is a list of tags with KEY=VALUE")},
        [TEST_OVERLAPS] = {"overlaps", N_("is a range of addresses that shares one with this range, or with one of a list")},
        [TEST_MATCHES] = {"matches", N_("matches a pattern of * and ?")},
        [TEST_NOT_MATCHES] = {"not-matches", N_("matches no such pattern, or is not there")},
        [TEST_LEAST] = {">=", N_("is a number at least this large")},
        [TEST_MORE] = {">", N_("is a larger number than this, or than what stands at this /POINTER")},
        [TEST_THERE] = {"there", N_("is there and not empty: yes or no")},
};

const char *test_operator_at(size_t index, const char **help)
{
	if (index >= TEST_OPERATORS)
		return NULL;
	*help = operators[index].help;
	return operators[index].word;
}

// "POINTER OPERATOR TEXT" taken apart.
static bool parse_test(
        const char *text, char pointer[256], enum test_operator *found, const char **rest, struct error *error)
{
	size_t length = strcspn(text, " "), word;
	const char *at = text + length + strspn(text + length, " ");

	word = strcspn(at, " ");
	if (length < 256 && (*text == '/' || (*text == '.' && length == 1)))
		for (int i = 0; i < TEST_OPERATORS; i++)
			if (strlen(operators[i].word) == word && !strncmp(operators[i].word, at, word)) {
				snprintf(pointer, 256, "%.*s", *text == '.' ? 0 : (int)length, text);
				*found = (enum test_operator)i;
				*rest = at + word + strspn(at + word, " ");
				return true;
			}
	error_set(error, ERROR_CONFIG, _("\"%s\" is no test: POINTER OPERATOR TEXT"), text);
	error_remedy(error, "%s", _("the operators are == != in not-in has tagged overlaps matches not-matches >= > there"));
	return false;
}

bool test_parts(const char *text, char pointer[256], char operator[16], const char **rest)
{
	enum test_operator found;

	if (!parse_test(text, pointer, &found, rest, NULL))
		return false;
	snprintf(operator, 16, "%s", operators[found].word);
	return true;
}

static bool judge(enum test_operator operator, bool found, const cJSON *node, const char *text, const char *wanted)
{
	switch (operator) {
	case TEST_EQUAL:
		return found && !strcmp(text, wanted);
	case TEST_OTHER:
		return !found || strcmp(text, wanted) != 0;
	case TEST_IN:
		return found && is_in(text, wanted);
	case TEST_NOT_IN:
		return !found || !is_in(text, wanted);
	case TEST_HAS:
		return found && is_in(wanted, text);
	case TEST_TAGGED:
		return is_tagged(node, wanted);
	case TEST_OVERLAPS:
		return found && cidr_overlaps(text, wanted);
	case TEST_MATCHES:
		return found && text_glob(wanted, text);
	case TEST_NOT_MATCHES:
		return !found || !text_glob(wanted, text);
	case TEST_LEAST:
		return found && number_of(text) >= number_of(wanted);
	case TEST_MORE:
		return found && number_of(text) > number_of(wanted);
	case TEST_THERE:
		return (found && *text && strcmp(text, "[]") != 0 && strcmp(text, "{}") != 0) ==
		       (strcmp(wanted, "no") != 0);
	case TEST_OPERATORS:
		break;
	}
	return false;
}

enum truth test_judge(const char *text, const cJSON *node, const struct values *values, struct error *error)
{
	struct buffer wanted, got;
	enum test_operator operator;
	char pointer[256];
	const char *rest;
	enum expand result;
	enum truth truth = TRUTH_WRONG;

	if (!parse_test(text, pointer, &operator, & rest, error))
		return TRUTH_WRONG;
	buffer_init(&wanted, OPERAND_MOST);
	buffer_init(&got, OPERAND_MOST);
	result = expand_text(&wanted, rest, values, EXPAND_PLAIN, error);
	if (result == EXPAND_UNKNOWN)
		truth = TRUTH_UNKNOWN;
	if (result == EXPAND_DONE) {
		bool found = pointer_pick(node, pointer, values, &got);

		if (operator== TEST_MORE && * buffer_text(&wanted) == '/') {
			snprintf(pointer, sizeof(pointer), "%s", buffer_text(&wanted));
			buffer_clear(&wanted);
			found = pointer_pick(node, pointer, values, &wanted) && found;
		}
		truth = judge(operator, found, pointer_node(node, pointer), buffer_text(&got), buffer_text(&wanted))
		                ? TRUTH_YES
		                : TRUTH_NO;
	}
	buffer_finish(&wanted);
	buffer_finish(&got);
	return truth;
}

enum truth tests_judge(const guide_tree *tests, const cJSON *node, const struct values *values, const char **failed,
        struct error *error)
{
	enum truth all = TRUTH_YES;

	for (int i = 0; tests && i < config_setting_length(tests); i++) {
		const char *text = config_setting_get_string(config_setting_get_elem(tests, (unsigned)i));
		enum truth truth = test_judge(text, node, values, error);

		if (truth == TRUTH_YES)
			continue;
		if (failed)
			*failed = text;
		if (truth != TRUTH_UNKNOWN)
			return truth;
		all = truth;
	}
	return all;
}

bool test_check(const char *text, expression_name *name, void *user, struct error *error)
{
	enum test_operator operator;
	char pointer[256];
	const char *rest;

	return parse_test(text, pointer, &operator, & rest, error) &&
	       expression_check(EXPRESSION_TEXT, rest, name, user, error);
}
