// SPDX-License-Identifier: Apache-2.0
// A check of what a cluster has: of nothing there may be any that the guide means; or there must be one as it expects.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/banned.h"

// Names of those that are meant, as far as there is room.
static enum truth judge_items(
        struct guide_run *run, struct preflight_line *line, const cJSON *items, struct error *error)
{
	const struct guide_step *step = line->step;
	enum truth all = step->expect ? TRUTH_NO : TRUTH_YES;

	for (const cJSON *item = items ? items->child : NULL; item; item = item->next) {
		enum truth meant = tests_judge(step->call.where, item, &run->values, NULL, error);
		size_t used = strlen(line->seen);
		struct buffer name;

		if (meant == TRUTH_WRONG || meant == TRUTH_UNKNOWN)
			return meant;
		if (meant != TRUTH_YES)
			continue;
		if (step->expect) {
			all = tests_judge(step->expect, item, &run->values, NULL, error);
			if (all != TRUTH_NO)
				return all;
			continue;
		}
		all = TRUTH_NO;
		buffer_init(&name, VALUE_MOST);
		if (pointer_pick(item, step->show ? step->show : "/metadata/name", &run->values, &name))
			snprintf(line->seen + used, sizeof(line->seen) - used, used ? ", %.100s" : "%.100s",
			        buffer_text(&name));
		buffer_finish(&name);
	}
	return all;
}

static enum truth judge_list(struct guide_run *run, struct preflight_line *line, const char *path,
        struct cancel *cancel, struct error *error)
{
	const struct named_checks *checks = run->effects.checks;
	const char *texts[] = {run->guide->region ? run->guide->region : "${REGION}", line->step->cluster, path};
	struct buffer words[COUNT_OF(texts)], json;
	enum expand built = EXPAND_DONE;
	enum truth truth = TRUTH_WRONG;
	struct json_doc doc;

	buffer_init(&json, ANSWER_MOST);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		buffer_init(&words[i], EXPAND_MOST);
		if (built == EXPAND_DONE)
			built = expand_text(&words[i], texts[i], &run->values, EXPAND_PLAIN, error);
	}
	if (built == EXPAND_UNKNOWN)
		truth = TRUTH_UNKNOWN;
	else if (!checks || !checks->names)
		error_set(error, ERROR_USAGE, _("there are no clusters here that could be looked into"));
	else if (built == EXPAND_DONE &&
	         checks->names(checks->user, buffer_text(&words[0]), buffer_text(&words[1]), buffer_text(&words[2]),
	                 &json, cancel, error) &&
	         json_open(&doc, buffer_text(&json), json.size, path, error)) {
		truth = judge_items(run, line, json_member(doc.root, "items"), error);
		json_close(&doc);
	}
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		buffer_finish(&words[i]);
	buffer_finish(&json);
	return truth;
}

void check_objects(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	const guide_tree *objects = line->step->objects;
	enum truth truth = TRUTH_YES;
	struct error problem = {0};

	for (int i = 0; i < config_setting_length(objects) && truth == TRUTH_YES; i++)
		truth = judge_list(run, line, config_setting_get_string_elem(objects, i), cancel, &problem);
	if (truth == TRUTH_UNKNOWN) {
		line->result = PREFLIGHT_SKIP;
		snprintf(line->seen, sizeof(line->seen), "%s", _("known only while it runs"));
	} else if (truth != TRUTH_YES) {
		check_fails(line, &problem);
		if (!line->seen[0])
			snprintf(line->seen, sizeof(line->seen), "%s", _("not there"));
	}
}
