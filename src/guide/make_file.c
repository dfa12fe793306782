// SPDX-License-Identifier: Apache-2.0
// Steps that work here: files from templates, commands.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"
#include "base/failpoint.h"
#include "base/text.h"

#include "base/banned.h"

enum { FILE_MOST = 4 << 20, OUTPUT_MOST = 1 << 20, ALREADY_MS = 60000 };

enum expand write_text(struct guide_run *run, const struct instance *instance, unsigned mode, struct buffer *path,
        struct buffer *text, struct error *error)
{
	const struct guide_step *step = instance->step;
	char *template = strchr(step->template, '$') ? strdup(step->template)
	                                             : guide_template(run->guide, step->template, error);
	size_t length = strlen(step->template);
	enum expand where, result = EXPAND_WRONG;

	if (!template)
		return EXPAND_WRONG;
	if (length > 5 && !strcmp(step->template + length - 5, ".json"))
		mode |= EXPAND_JSON;
	where = expand_text(path, step->file, &instance->values, mode & EXPAND_SHOWN, error);
	if (where != EXPAND_WRONG)
		result = expand_text(text, template, &instance->values, mode, error);
	free(template);
	if (*buffer_text(path) != '/' && where == EXPAND_DONE) {
		char relative[GUIDE_PATH_SIZE];

		snprintf(relative, sizeof(relative), "%s", buffer_text(path));
		buffer_clear(path);
		buffer_printf(path, "%s/%s", run->folder, relative);
	}
	return where == EXPAND_DONE ? result : where;
}

static void hash_text(const struct buffer *text, char out[SHA256_HEX_SIZE])
{
	crypto_sha256_hex(buffer_text(text), text->size, out);
}

// What lies at the path: nothing, what we want, what we wrote, or something else.
enum lying { LIES_NOTHING, LIES_SAME, LIES_OURS, LIES_OTHER, LIES_UNREADABLE };
static enum lying look_at(struct guide_run *run, const char *path, const char *wanted, const char *written,
        char hash[SHA256_HEX_SIZE], struct error *error)
{
	struct error problem = {0};
	struct buffer text;
	enum lying lying = LIES_OTHER;

	hash[0] = '\0';
	buffer_init(&text, FILE_MOST);
	if (!run->effects.read(run->effects.user, path, &text, &problem)) {
		lying = problem.kind == ERROR_NOT_FOUND ? LIES_NOTHING
		        : problem.kind == ERROR_LIMIT   ? LIES_OTHER
		                                        : LIES_UNREADABLE;
		if (error)
			*error = problem;
	} else {
		hash_text(&text, hash);
		if (!strcmp(hash, wanted))
			lying = LIES_SAME;
		else if (strstr(written, hash))
			lying = LIES_OURS;
	}
	buffer_finish(&text);
	return lying;
}

static bool may_overwrite(struct guide_run *run, const char *path, struct error *error)
{
	char question[GUIDE_PATH_SIZE + 128];

	snprintf(question, sizeof(question), _("%s is there and differs. Write over it?"), path);
	if (run->effects.agrees(run->effects.user, question))
		return true;
	error_set(error, ERROR_CONFLICT, _("%s is there and differs from what would be written"), path);
	error_remedy(error, _("move it away, then resume"));
	return false;
}

// What a file exports is its path.
static bool save_path(struct guide_run *run, struct instance *instance, const char *path, struct error *error)
{
	const guide_tree *tree = instance->step->export;
	struct values exports = {0};
	bool good = true;

	for (int i = 0; tree && i < config_setting_length(tree); i++)
		good = values_set(
		               &exports, config_setting_name(config_setting_get_elem(tree, (unsigned)i)), path, "") &&
		       good;
	good = good && run_merge(run, &exports, instance->row.key) &&
	       run_save(run, instance, ROW_DONE, &exports, error);
	values_finish(&exports);
	return good;
}

bool make_write(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error)
{
	struct buffer path, text;
	char hash[SHA256_HEX_SIZE], before[SHA256_HEX_SIZE];
	enum lying lying;
	bool good = false;

	(void)cancel;
	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, FILE_MOST);
	switch (write_text(run, instance, EXPAND_PLAIN, &path, &text, error)) {
	case EXPAND_UNKNOWN:
		error_set(error, ERROR_INTERNAL, _("step %s: a value is not known"), instance->step->id);
		goto out;
	case EXPAND_WRONG:
		goto out;
	case EXPAND_DONE:
		break;
	}
	hash_text(&text, hash);
	lying = look_at(run, buffer_text(&path), hash, instance->row.token, before, error);
	if (lying == LIES_UNREADABLE || (lying == LIES_OTHER && !may_overwrite(run, buffer_text(&path), error)))
		goto out;
	*outcome = lying == LIES_SAME ? OUTCOME_KEPT : OUTCOME_MADE;
	if (lying == LIES_SAME && !instance->row.made) {
		good = save_path(run, instance, buffer_text(&path), error);
		goto out;
	}
	// What was there before is not ours to take away.
	instance->row.made = instance->row.made || lying == LIES_NOTHING;
	// Killed before it is written, the next attempt finds what this run wrote earlier, and must know it.
	snprintf(instance->row.token, sizeof(instance->row.token), "%s %s", hash, lying == LIES_OURS ? before : "");
	snprintf(instance->row.resource, sizeof(instance->row.resource), "%.511s", buffer_text(&path));
	failpoint("guide.before-intent");
	if (!run_save(run, instance, ROW_INTENDED, NULL, error))
		goto out;
	failpoint("guide.write");
	if (lying != LIES_SAME &&
	        !run->effects.write(run->effects.user, buffer_text(&path), &text, instance->step->is_private, error))
		goto out;
	failpoint("guide.written");
	snprintf(instance->row.token, sizeof(instance->row.token), "%s", hash);
	good = save_path(run, instance, buffer_text(&path), error);
out:
	buffer_finish(&path);
	buffer_finish(&text);
	return good;
}

// Output that is JSON is taken apart by pointers; other output is a value as a whole.
static bool take_output(struct guide_run *run, struct instance *instance, const struct buffer *out,
        struct values *exports, struct error *error)
{
	const char *text = buffer_text(out);
	size_t length = out->size;
	struct json_doc doc;
	cJSON whole = {.type = cJSON_String};
	bool good;

	if (!instance->step->export)
		return true;
	if (json_open(&doc, text, length, "output", NULL)) {
		good = run_take_exports(run, instance->step, instance->step->export, doc.root, exports, error);
		json_close(&doc);
		return good;
	}
	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		length--;
	whole.valuestring = strndup(text, length);
	good = whole.valuestring &&
	       run_take_exports(run, instance->step, instance->step->export, &whole, exports, error);
	free(whole.valuestring);
	return good;
}

static bool run_its(struct guide_run *run, const struct instance *instance, const guide_tree *arguments,
        int64_t limit_ms, bool is_silent, struct buffer *out, struct cancel *cancel, struct error *error)
{
	const struct guide_step *step = instance->step;
	const struct program program = {arguments, step->environment, step->folder, limit_ms, is_silent, out};

	return program_run(run, instance, &program, cancel, error);
}

bool make_run(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error)
{
	const struct guide_step *step = instance->step;
	int64_t limit = step->limit > 0 ? (int64_t)(step->limit * 1000) : PROGRAM_LIMIT_MS;
	struct values exports = {0};
	struct buffer out;
	bool good = false, already, cut_off = instance->row.state == ROW_INTENDED;

	buffer_init(&out, OUTPUT_MOST);
	already = step->already && run_its(run, instance, step->already, ALREADY_MS, true, &out, cancel, NULL);
	*outcome = already && !instance->row.made   ? OUTCOME_KEPT
	           : step->undo && step->undo->keep ? OUTCOME_DONE
	                                            : OUTCOME_MADE;
	if (cancel_asked(cancel)) {
		error_set(error, ERROR_CANCELLED, _("stopped"));
		goto out;
	}
	// Without a way to see it, what was done once is done.
	if (!already && !step->already && instance->row.made && instance->row.state == ROW_DONE) {
		good = true;
		goto out;
	}
	if (!already) {
		buffer_clear(&out);
		instance->row.made = !step->undo || !step->undo->keep;
		failpoint("guide.before-intent");
		if (!run_save(run, instance, ROW_INTENDED, NULL, error))
			goto out;
		failpoint("guide.run");
		if (cut_off && step->again && !run_its(run, instance, step->again, limit, false, NULL, cancel, error))
			goto out;
		if (!run_its(run, instance, step->command, limit, false, &out, cancel, error))
			goto out;
		failpoint("guide.ran");
	}
	good = take_output(run, instance, &out, &exports, error) && run_merge(run, &exports, instance->row.key) &&
	       (!step->wait || run_wait(run, instance, step->wait, "guide", NULL, cancel, error)) &&
	       run_save(run, instance, ROW_DONE, &exports, error);
out:
	values_finish(&exports);
	buffer_finish(&out);
	return good;
}
