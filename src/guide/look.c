// SPDX-License-Identifier: Apache-2.0
// Calls of a guide: their parameters, and reading ones with what is meant of their answer.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/banned.h"

enum { WORDS_MOST = 128 };

enum expand request_build(struct guide_run *run, const struct guide_lookup *call, const struct values *values,
        unsigned mode, struct request_text *out, struct error *error)
{
	const char *region = call->region ? call->region : run->guide->region ? run->guide->region : "${REGION}";
	struct buffer *text = &out->parameters;
	enum expand result = EXPAND_DONE, body = EXPAND_DONE, where;

	buffer_init(text, PARAMETERS_MOST);
	buffer_init(&out->region, NAME_SIZE);
	where = expand_text(&out->region, region, values, mode, error);
	if (call->with)
		result = expand_tree(text, call->with, run->guide, values, mode, error);
	else
		buffer_add_text(text, "{}");
	if (call->body && result != EXPAND_WRONG && text->size) {
		// The body is one more member.
		text->size--;
		text->data[text->size] = '\0';
		buffer_printf(text, "%s\"body\":", text->size > 1 ? "," : "");
		body = expand_tree(text, call->body, run->guide, values, mode, error);
		buffer_add_char(text, '}');
	}
	out->request = (struct call_request){
	        .operation = call->operation, .region = buffer_text(&out->region), .parameters = buffer_text(text)};
	if (text->broken || out->region.broken) {
		error_set(error, ERROR_LIMIT, _("the parameters of %s are too long"), call->operation);
		return EXPAND_WRONG;
	}
	if (result == EXPAND_WRONG || body == EXPAND_WRONG || where == EXPAND_WRONG)
		return EXPAND_WRONG;
	return result == EXPAND_DONE && body == EXPAND_DONE ? where : EXPAND_UNKNOWN;
}

void request_finish(struct request_text *request)
{
	buffer_finish(&request->parameters);
	buffer_finish(&request->region);
}

void looked_finish(struct looked *looked)
{
	json_close(&looked->doc);
	buffer_finish(&looked->text);
	*looked = (struct looked){0};
}

static enum truth passes(const struct guide_lookup *lookup, const guide_tree *tests, const cJSON *node,
        const struct values *values, struct error *error)
{
	enum truth first = tests_judge(lookup->where, node, values, NULL, error);

	if (first != TRUTH_YES)
		return first;
	return tests_judge(tests, node, values, NULL, error);
}

// The part of the answer that is meant.
static enum look choose(const struct guide_lookup *lookup, const guide_tree *tests, const struct values *values,
        struct looked *out, struct error *error)
{
	const cJSON *node = pointer_node(out->root, lookup->at);
	bool list = cJSON_IsArray(node);

	if (!node || cJSON_IsNull(node))
		return LOOK_ABSENT;
	for (const cJSON *child = list ? node->child : node; child; child = list ? child->next : NULL) {
		enum truth truth = passes(lookup, tests, child, values, error);

		if (truth == TRUTH_WRONG)
			return LOOK_FAILED;
		if (truth == TRUTH_UNKNOWN)
			return LOOK_UNKNOWN;
		if (truth == TRUTH_YES) {
			out->node = child;
			return LOOK_FOUND;
		}
	}
	return LOOK_ABSENT;
}

// No answer came, or none but that it should be asked later.
static bool may_pass(const struct error *problem)
{
	return problem->retryable && (problem->kind == ERROR_NETWORK || problem->kind == ERROR_TIMEOUT ||
	                                     problem->kind == ERROR_THROTTLED || problem->kind == ERROR_SERVICE);
}

// While something is being made a line that is down is waited for: it is back more often than not.
static bool perform_patiently(struct guide_run *run, const struct call_request *request, struct buffer *answer,
        struct cancel *cancel, struct error *problem)
{
	struct call_outcome outcome;

	for (unsigned turn = 0;; turn++) {
		outcome = (struct call_outcome){0};
		*problem = (struct error){0};
		buffer_clear(answer);
		if (run->effects.calls->perform(run->effects.session, request, answer, &outcome, cancel, problem))
			return true;
		if (!run->patient || !may_pass(problem) || turn == UNHEARD_TURNS ||
		        !run->effects.sleep(run->effects.user, UNHEARD_MS, cancel))
			return false;
	}
}

enum look run_look(struct guide_run *run, const struct guide_lookup *lookup, const guide_tree *tests,
        const struct values *values, struct looked *out, struct cancel *cancel, struct error *error)
{
	const struct call_source *calls = run->effects.calls;
	struct request_text request = {0};
	struct error problem = {0};
	enum look look = LOOK_FAILED;
	enum expand built;

	memset(out, 0, sizeof(*out));
	buffer_init(&out->text, ANSWER_MOST);
	if (!calls) {
		error_set(error, ERROR_USAGE, _("this cloud takes no calls by name"));
		return LOOK_FAILED;
	}
	built = request_build(run, lookup, values, EXPAND_PLAIN, &request, error);
	if (built == EXPAND_UNKNOWN)
		look = LOOK_UNKNOWN;
	if (built != EXPAND_DONE)
		goto out;
	if (!perform_patiently(run, &request.request, &out->text, cancel, &problem)) {
		look = calls->is_gone(&problem) ? LOOK_ABSENT : LOOK_FAILED;
		if (error)
			*error = problem;
		goto out;
	}
	if (!json_open(&out->doc, buffer_text(&out->text), out->text.size, lookup->operation, error))
		goto out;
	out->root = out->doc.root;
	look = choose(lookup, tests, values, out, error);
out:
	request_finish(&request);
	return look;
}

static char **expand_words(const guide_tree *tree, bool named, const struct values *values, unsigned mode,
        enum expand *result, struct error *error)
{
	int count = tree ? config_setting_length(tree) : 0;
	char **words = calloc((size_t)count + 1, sizeof(*words));
	size_t kept = 0;

	if (!words || count > WORDS_MOST) {
		*result = EXPAND_WRONG;
		error_set(error, ERROR_LIMIT, _("more than %d words"), WORDS_MOST);
		return words;
	}
	for (int i = 0; i < count && *result != EXPAND_WRONG; i++) {
		const config_setting_t *element = config_setting_get_elem(tree, (unsigned)i);
		const char *text = config_setting_get_string(element);
		struct buffer word;
		enum expand here;

		buffer_init(&word, EXPAND_MOST);
		if (named)
			buffer_printf(&word, "%s=", config_setting_name(element));
		here = text ? expand_text(&word, text, values, mode, error) : EXPAND_DONE;
		if (here != EXPAND_DONE)
			*result = here;
		// A word that is one optional name and empty is left out.
		if (named || word.size || !text || !strstr(text, "|optional}"))
			words[kept++] = buffer_add(&word, "", 0) ? buffer_take(&word) : NULL;
		buffer_finish(&word);
	}
	return words;
}

enum expand command_build(struct guide_run *run, const guide_tree *arguments, const guide_tree *environment,
        const char *folder, const struct values *values, unsigned mode, struct command_text *out, struct error *error)
{
	enum expand result = EXPAND_DONE;
	char path[GUIDE_PATH_SIZE];

	memset(out, 0, sizeof(*out));
	out->arguments = expand_words(arguments, false, values, mode, &result, error);
	if (environment && result != EXPAND_WRONG)
		out->environment = expand_words(environment, true, values, mode, &result, error);
	if (folder && result != EXPAND_WRONG) {
		run_text(run, folder, values, path, sizeof(path));
		out->folder = strdup(path);
	}
	if (result != EXPAND_WRONG && (!out->arguments || !out->arguments[0])) {
		error_set(error, ERROR_CONFIG, _("a command needs a program"));
		result = EXPAND_WRONG;
	}
	out->command = (struct guide_command){
	        .arguments = out->arguments, .environment = out->environment, .folder = out->folder};
	return result;
}

static void free_words(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}

void command_finish(struct command_text *command)
{
	free_words(command->arguments);
	free_words(command->environment);
	free(command->folder);
	memset(command, 0, sizeof(*command));
}
