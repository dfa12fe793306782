// SPDX-License-Identifier: Apache-2.0
// A file whose content expires, such as a temporary kubeconfig: an undo days later needs a fresh one.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"
#include "base/failpoint.h"

#include "base/banned.h"

static const struct guide_step *step_of(const struct guide_run *run, const struct step_row *row)
{
	char id[STEP_KEY_SIZE];

	snprintf(id, sizeof(id), "%.*s", (int)strcspn(row->key, "["), row->key);
	return guide_step_find(run->guide, id);
}

// Only commands use such files.
static bool is_used(const struct guide_run *run, const struct step_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct guide_step *step = step_of(run, &rows[i]);

		if (step && step->undo && step->undo->command && rows[i].state != ROW_UNDONE &&
		        (rows[i].made || rows[i].state == ROW_INTENDED))
			return true;
	}
	return false;
}

// What the steps that it needs read is read again.
static bool read_again(struct guide_run *run, const struct guide_step *step, struct cancel *cancel, struct error *error)
{
	bool good = true;

	for (int i = 0; good && step->needs && i < config_setting_length(step->needs); i++) {
		const struct guide_step *reads = guide_step_find(
		        run->guide, config_setting_get_string(config_setting_get_elem(step->needs, (unsigned)i)));
		struct values exports = {0};
		struct looked looked;

		if (!reads || !run_is_read(run, reads))
			continue;
		good = run_look(run, &reads->call, NULL, &run->values, &looked, cancel, error) == LOOK_FOUND &&
		       run_take_exports(run, reads, reads->export, looked.node, &exports, error) &&
		       run_merge(run, &exports, reads->id);
		values_finish(&exports);
		looked_finish(&looked);
	}
	return good;
}

// First the old one goes, then its hash is kept, then it is written: whatever happens in between, what lies there is
// known to be ours.
static bool write_again(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	char hash[SHA256_HEX_SIZE], old[SHA256_HEX_SIZE] = "";
	struct buffer path, text, now;
	struct error problem = {0};
	bool good = false;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, EXPAND_MOST);
	buffer_init(&now, EXPAND_MOST);
	if (!read_again(run, instance->step, cancel, error) ||
	        write_text(run, instance, EXPAND_PLAIN, &path, &text, error) != EXPAND_DONE)
		goto out;
	crypto_sha256_hex(buffer_text(&text), text.size, hash);
	if (run->effects.read(run->effects.user, buffer_text(&path), &now, &problem))
		crypto_sha256_hex(buffer_text(&now), now.size, old);
	else if (problem.kind != ERROR_NOT_FOUND)
		goto out;
	// Somebody else's changes stay.
	good = !strcmp(old, hash) || (*old && strcmp(old, instance->row.token) != 0);
	if (good)
		goto out;
	snprintf(instance->row.token, sizeof(instance->row.token), "%s", hash);
	good = run->effects.remove(run->effects.user, buffer_text(&path), error);
	failpoint("undo.renew");
	good = good && run_save(run, instance, instance->row.state, NULL, error) &&
	       run->effects.write(run->effects.user, buffer_text(&path), &text, instance->step->is_private, error);
	failpoint("undo.renewed");
out:
	buffer_finish(&path);
	buffer_finish(&text);
	buffer_finish(&now);
	return good;
}

void run_renew(struct guide_run *run, const struct step_row *rows, size_t count, struct cancel *cancel)
{
	bool used = is_used(run, rows, count);

	for (size_t i = 0; used && i < count && !cancel_asked(cancel); i++) {
		const struct guide_step *step = step_of(run, &rows[i]);
		struct error problem = {0};
		struct instance *instance;
		char text[512];

		if (!step || !step->renews || !rows[i].made || rows[i].state != ROW_DONE)
			continue;
		instance = instance_of_row(run, &rows[i], NULL);
		if (instance && !write_again(run, instance, cancel, &problem) && problem.kind != ERROR_CANCELLED) {
			snprintf(text, sizeof(text), _("%s is as it was: %.300s"), rows[i].name, problem.message);
			run_line(run, instance, text);
		}
		if (instance)
			instances_destroy(instance, 1);
	}
}
