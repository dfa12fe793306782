// SPDX-License-Identifier: Apache-2.0
// Inputs: defaults with their source, choices from the cloud, checking of answers, answers files.
#include "config.h"
#include "guide/run_private.h"

#include <arpa/inet.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"
#include "guide/folder.h"
#include "inventory/kind.h"

#include "base/banned.h"

enum { ANSWERS_MOST = 1 << 20, PRICED_MOST = 40 };

bool run_input_wanted(struct guide_run *run, const struct guide_input *input)
{
	return condition_judge(input->when, &run->values, NULL) == TRUTH_YES;
}

static bool suggest(struct guide_run *run, const struct guide_input *input, struct buffer *out, struct cancel *cancel)
{
	struct looked looked;
	bool found = run_look(run, &input->suggest->lookup, NULL, &run->values, &looked, cancel, NULL) == LOOK_FOUND &&
	             pointer_pick(looked.node, input->suggest->value ? input->suggest->value : "", &run->values, out);

	looked_finish(&looked);
	return found;
}

bool run_input_default(struct guide_run *run, const struct guide_input *input, struct buffer *out, char source[64],
        struct cancel *cancel, struct error *error)
{
	const char *variable = input->environment ? getenv(input->environment) : NULL;

	buffer_clear(out);
	*source = '\0';
	if (variable && *variable) {
		snprintf(source, 64, _("environment: %.40s"), input->environment);
		return buffer_add_text(out, variable);
	}
	if (input->suggest && suggest(run, input, out, cancel)) {
		snprintf(source, 64, "%.63s", input->suggest->lookup.operation);
		return true;
	}
	if (!input->fallback)
		return true;
	snprintf(source, 64, "%s", _("default"));
	return expand_text(out, input->fallback, &run->values, EXPAND_PLAIN, error) != EXPAND_WRONG;
}

static bool is_number(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return *text && !*end;
}

static bool is_cidr(const char *text)
{
	char address[64];
	const char *slash = strchr(text, '/');
	struct in_addr parsed;
	int64_t bits;

	if (!slash || (size_t)(slash - text) >= sizeof(address) || !text_to_int64(slash + 1, &bits) || bits < 0 ||
	        bits > 32)
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	return inet_pton(AF_INET, address, &parsed) == 1 &&
	       (bits == 32 || (ntohl(parsed.s_addr) & (UINT32_MAX >> bits)) == 0);
}

static bool check_cidr(const struct guide_input *input, const char *text, struct error *error)
{
	double bits = 0;

	if (!is_cidr(text)) {
		error_set(error, ERROR_USAGE, _("%s: \"%s\" is no range of addresses such as 172.20.0.0/16"),
		        input->name, text);
		error_remedy(error, _("give its first address, and how many bits all of them share"));
		return false;
	}
	is_number(strchr(text, '/') + 1, &bits);
	if ((input->least == 0 && input->most == 0) || (bits >= input->least && bits <= input->most))
		return true;
	error_set(error, ERROR_USAGE, _("%s: %s is no range between /%g and /%g"), input->name, text, input->least,
	        input->most);
	error_remedy(error, bits > input->most ? _("it has too few addresses: choose a shorter prefix")
	                                       : _("it is too large: choose a longer prefix"));
	return false;
}

static bool check_type(const struct guide_input *input, const char *text, struct error *error)
{
	const char *type = input->type ? input->type : "text";
	double number;

	if (!strcmp(type, "number")) {
		if (!is_number(text, &number))
			return error_set(error, ERROR_USAGE, _("%s: \"%s\" is no number"), input->name, text);
		if ((input->least != 0 || input->most != 0) && (number < input->least || number > input->most))
			return error_set(error, ERROR_USAGE, _("%s: %s is not between %g and %g"), input->name, text,
			        input->least, input->most);
	}
	if (!strcmp(type, "flag") && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return error_set(error, ERROR_USAGE, _("%s: true or false, not \"%s\""), input->name, text);
	return strcmp(type, "cidr") != 0 || check_cidr(input, text, error);
}

static bool check_match(const struct guide_input *input, const char *text, struct error *error)
{
	regex_t expression;
	bool good;

	if (!input->match || regcomp(&expression, input->match, REG_EXTENDED | REG_NOSUB) != 0)
		return true;
	good = regexec(&expression, text, 0, NULL, 0) == 0;
	regfree(&expression);
	if (good)
		return true;
	error_set(error, ERROR_USAGE, _("%s: \"%s\" cannot be taken"), input->name, input->secret ? "***" : text);
	error_remedy(error, "%s", input->help ? input->help : input->match);
	return false;
}

static bool check_values(const struct guide_input *input, const char *text, struct error *error)
{
	char list[256] = "";

	for (int i = 0; input->values && i < config_setting_length(input->values); i++) {
		const char *value = config_setting_get_string(config_setting_get_elem(input->values, (unsigned)i));

		if (!strcmp(value, text))
			return true;
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "", value);
	}
	if (!input->values)
		return true;
	error_set(error, ERROR_USAGE, _("%s: \"%s\" is none of %s"), input->name, text, list);
	error_remedy(error, _("choose one of them"));
	return false;
}

static bool take_answer(struct guide_run *run, const struct guide_input *input, const char *text, const char *source,
        struct error *error)
{
	if (!*text && !input->optional) {
		error_set(error, ERROR_USAGE, _("%s: an answer is needed: %s"), input->name, input->title);
		error_remedy(error, "%s", input->help ? input->help : _("give it in the answers file"));
		return false;
	}
	if (*text && !input_accepts(input, text, error))
		return false;
	if (strpbrk(text, "\r\n\033"))
		return error_set(error, ERROR_USAGE, _("%s: an answer is one line of text"), input->name);
	if (!values_set(&run->values, input->name, text, source) ||
	        !values_set(&run->answers, input->name, text, source))
		return error_set(error, ERROR_LIMIT, _("%s: the answer is too long"), input->name);
	if (input->secret) {
		values_set_secret(&run->values, input->name);
		values_set_secret(&run->answers, input->name);
	}
	return true;
}

bool input_accepts(const struct guide_input *input, const char *text, struct error *error)
{
	return check_type(input, text, error) && check_match(input, text, error) && check_values(input, text, error);
}

bool run_answer(struct guide_run *run, const struct guide_input *input, const char *text, const char *source,
        struct error *error)
{
	char remedy[sizeof(error->remedy)];

	if (take_answer(run, input, text, source, error))
		return true;
	// The help of an input may name others.
	if (error && strstr(error->remedy, "${")) {
		run_shown(run, error->remedy, remedy, sizeof(remedy));
		error_remedy(error, "%s", remedy);
	}
	return false;
}

void run_answer_none(struct guide_run *run, const struct guide_input *input)
{
	values_set(&run->values, input->name, "", "");
}

static void pick_into(const cJSON *node, const char *pointer, char *out, size_t size)
{
	const struct values none = {0};
	struct buffer picked;

	buffer_init(&picked, VALUE_MOST);
	if (pointer_pick(node, pointer ? pointer : "", &none, &picked))
		snprintf(out, size, "%s", buffer_text(&picked));
	buffer_finish(&picked);
}

struct priced {
	struct choice choice;
	double hourly; // −1 = nobody knows
};

static int by_price(const void *left, const void *right)
{
	const struct priced *a = left, *b = right;

	if ((a->hourly < 0) != (b->hourly < 0))
		return a->hourly < 0 ? 1 : -1;
	if (a->hourly != b->hourly)
		return a->hourly < b->hourly ? -1 : 1;
	return strcmp(a->choice.value, b->choice.value);
}

// The cheapest first, each with its price; those past PRICED_MOST, and those whose price cannot be asked for, at the
// end.
static void rank_choices(struct guide_run *run, const struct guide_price *price, struct choice *choices, size_t count,
        struct cancel *cancel)
{
	struct priced *priced = calloc(count ? count : 1, sizeof(*priced));

	for (size_t i = 0; priced && i < count; i++) {
		struct values values = {.outer = &run->values};
		char currency[8] = "", text[MONEY_TEXT_SIZE];
		struct priced *one = &priced[i];

		one->choice = choices[i];
		one->hourly = -1;
		if (i < PRICED_MOST && !cancel_asked(cancel) && values_set(&values, "EACH", choices[i].value, ""))
			one->hourly = run_price(run, price, &values, currency, cancel);
		values_finish(&values);
		if (one->hourly < 0 || !money_text(one->hourly, currency, text, sizeof(text)))
			continue;
		snprintf(one->choice.label, sizeof(one->choice.label), _("%s an hour"), text);
		if (*choices[i].label)
			snprintf(one->choice.label + strlen(one->choice.label),
			        sizeof(one->choice.label) - strlen(one->choice.label), "  %.180s", choices[i].label);
	}
	if (priced)
		qsort(priced, count, sizeof(*priced), by_price);
	for (size_t i = 0; priced && i < count; i++)
		choices[i] = priced[i].choice;
	free(priced);
}

bool run_choices(struct guide_run *run, const struct guide_input *input, struct choice *out, size_t *count,
        struct cancel *cancel, struct error *error)
{
	struct guide_lookup lookup;
	const cJSON *list;
	struct looked looked;
	enum look look;

	*count = 0;
	for (int i = 0; input->values && i < config_setting_length(input->values) && *count < CHOICES_MOST; i++) {
		snprintf(out[*count].value, sizeof(out->value), "%s",
		        config_setting_get_string(config_setting_get_elem(input->values, (unsigned)i)));
		out[(*count)++].label[0] = '\0';
	}
	if (!input->choices)
		return true;
	lookup = input->choices->lookup;
	look = run_look(run, &lookup, NULL, &run->values, &looked, cancel, error);
	list = pointer_node(looked.root, lookup.at);
	for (const cJSON *child = cJSON_IsArray(list) ? list->child : NULL; child && *count < CHOICES_MOST;
	        child = child->next) {
		struct choice *choice = &out[*count];

		memset(choice, 0, sizeof(*choice));
		if (tests_judge(lookup.where, child, &run->values, NULL, NULL) != TRUTH_YES)
			continue;
		pick_into(child, input->choices->value, choice->value, sizeof(choice->value));
		if (input->choices->label)
			pick_into(child, input->choices->label, choice->label, sizeof(choice->label));
		*count += choice->value[0] != '\0';
	}
	looked_finish(&looked);
	if (input->choices->price)
		rank_choices(run, input->choices->price, out, *count, cancel);
	return look == LOOK_FOUND || look == LOOK_ABSENT;
}

// A value of an answers file as the text that a person would type.
static bool setting_text(const config_setting_t *setting, struct buffer *out)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return buffer_add_text(out, config_setting_get_string(setting));
	case CONFIG_TYPE_BOOL:
		return buffer_add_text(out, config_setting_get_bool(setting) ? "true" : "false");
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return buffer_printf(out, "%lld", config_setting_get_int64(setting));
	case CONFIG_TYPE_FLOAT:
		return buffer_printf(out, "%.15g", config_setting_get_float(setting));
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return expand_tree(out, setting, NULL, &(struct values){0}, EXPAND_PLAIN, NULL) == EXPAND_DONE;
	default:
		return false;
	}
}

static const char *input_name(size_t index, const void *user)
{
	const struct guide *guide = user;

	for (size_t i = 0; i < guide->step_count; i++) {
		if (index < guide->steps[i].input_count)
			return guide->steps[i].inputs[index].name;
		index -= guide->steps[i].input_count;
	}
	return NULL;
}

static bool take_plan(const char *text, struct plan *approved, struct error *error)
{
	if (!text || strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64) {
		error_set(error, ERROR_USAGE, _("plan: this is no plan as --save writes it"));
		error_remedy(error, _("save the plan anew, or take the line out: then nothing was approved before"));
		return false;
	}
	if (approved)
		snprintf(approved->hash, sizeof(approved->hash), "%s", text);
	return true;
}

static bool take_setting(
        struct guide_run *run, const config_setting_t *setting, struct plan *approved, struct error *error)
{
	const char *name = config_setting_name(setting), *nearest;
	const struct guide_input *input = guide_input_find(run->guide, name);
	struct buffer text;
	bool good;

	if (!strcmp(name, "plan"))
		return take_plan(config_setting_get_string(setting), approved, error);
	if (!strcmp(name, "planned"))
		return !approved || plan_take_saved(run->guide, setting, approved, error);
	if (!input) {
		error_set(error, ERROR_USAGE, _("the guide asks for no %s"), name);
		nearest = text_nearest(name, input_name, run->guide);
		if (nearest)
			error_remedy(error, _("did you mean %s?"), nearest);
		else
			error_remedy(error, _("peerdeck guide show %s lists what it asks for"), run->guide->name);
		return false;
	}
	buffer_init(&text, VALUE_MOST);
	good = setting_text(setting, &text) ? run_answer(run, input, buffer_text(&text), _("answers file"), error)
	                                    : error_set(error, ERROR_USAGE, _("%s must be one value"), name);
	buffer_finish(&text);
	return good;
}

// Read whole before it is taken apart: so what cannot be read says why.
static bool read_config(const char *path, config_t *config, struct error *error)
{
	struct buffer text;
	bool good;

	buffer_init(&text, ANSWERS_MOST);
	good = folder_read_file(path, &text, error);
	if (!good) {
		error_remedy(error, _("name a file of answers: NAME = value; in each line"));
		error->kind = ERROR_USAGE;
		buffer_finish(&text);
		return false;
	}
	config_init(config);
	good = config_read_string(config, buffer_text(&text));
	buffer_finish(&text);
	if (good)
		return true;
	error_set(error, ERROR_CONFIG, _("not the language of libconfig: %s"), config_error_text(config));
	error_doing(error, "%s:%d", path, config_error_line(config));
	error_remedy(error,
	        _("each name once, as NAME = value; with texts in quotes: look at this line and the one before"));
	config_destroy(config);
	return false;
}

bool run_answers_read(struct guide_run *run, const char *path, struct plan *approved, guide_tell *tell, void *user)
{
	const config_setting_t *root;
	struct error mistake = {0};
	config_t config;
	bool good = true;

	if (approved)
		*approved = (struct plan){0};
	if (!read_config(path, &config, &mistake)) {
		tell(&mistake, user);
		return false;
	}
	root = config_root_setting(&config);
	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);

		mistake = (struct error){0};
		if (take_setting(run, setting, approved, &mistake))
			continue;
		mistake.kind = ERROR_USAGE;
		error_doing(&mistake, "%s:%u", path, (unsigned)config_setting_source_line(setting));
		tell(&mistake, user);
		good = false;
	}
	config_destroy(&config);
	return good;
}

// Why there is no default where one should have come from the cloud.
static void explain_missing(
        struct guide_run *run, const struct guide_input *input, struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	struct looked looked;
	enum look look = run_look(run, &input->suggest->lookup, NULL, &run->values, &looked, cancel, &problem);

	looked_finish(&looked);
	if (look == LOOK_FAILED)
		*error = problem;
	else if (look == LOOK_ABSENT)
		error_remedy(error, _("%s offers none that goes with the other answers: change those, or give one"),
		        input->suggest->lookup.operation);
}

static bool complete_input(
        struct guide_run *run, const struct guide_input *input, struct cancel *cancel, struct error *error)
{
	const struct value *value = values_find(&run->values, input->name);
	enum truth wanted = condition_judge(input->when, &run->values, error);
	struct buffer text;
	char source[64];
	bool good;

	if (value && value->known)
		return true;
	if (wanted == TRUTH_WRONG || wanted == TRUTH_UNKNOWN)
		return wanted != TRUTH_WRONG;
	// What is not asked for is empty: texts may name it all the same.
	if (wanted == TRUTH_NO)
		return values_set(&run->values, input->name, "", "");
	buffer_init(&text, VALUE_MOST);
	good = run_input_default(run, input, &text, source, cancel, error) &&
	       run_answer(run, input, buffer_text(&text), source, error);
	if (!good && !text.size && input->suggest && !cancel_asked(cancel))
		explain_missing(run, input, cancel, error);
	buffer_finish(&text);
	return good;
}

bool run_answers_complete(struct guide_run *run, struct cancel *cancel, guide_tell *tell, void *user)
{
	bool good = true;

	for (size_t i = 0; i < run->guide->step_count; i++) {
		const struct guide_step *step = &run->guide->steps[i];

		for (size_t n = 0; n < step->input_count; n++) {
			struct error mistake = {0};
			bool asked = condition_judge(step->when, &run->values, NULL) != TRUTH_NO;

			if (asked ? complete_input(run, &step->inputs[n], cancel, &mistake)
			          : values_set(&run->values, step->inputs[n].name, "", ""))
				continue;
			if (mistake.kind == ERROR_NONE)
				error_set(&mistake, ERROR_MEMORY, _("out of memory"));
			tell(&mistake, user);
			good = false;
		}
	}
	return good;
}

bool run_answers_write(const struct guide_run *run, const struct plan *plan, struct buffer *out)
{
	buffer_printf(out, "# Answers for peerdeck guide run %s\n", run->guide->name);
	if (plan)
		plan_save(plan, out);
	for (size_t i = 0; i < run->answers.count; i++) {
		const struct value *value = &run->answers.list[i];
		const struct guide_input *input = guide_input_find(run->guide, value->name);

		if (!value->known || value->secret || !input)
			continue;
		buffer_printf(out, "%s = ", value->name);
		if (input->type && (!strcmp(input->type, "flag") || !strcmp(input->type, "number")) && *value->text)
			buffer_add_text(out, value->text);
		else
			config_add_string(out, value->text);
		buffer_add_text(out, ";\n");
	}
	return !out->broken;
}
