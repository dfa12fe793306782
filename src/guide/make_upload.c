// SPDX-License-Identifier: Apache-2.0
// Steps that put a file into an object store: looking, sending with progress, taking away.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/failpoint.h"

#include "base/banned.h"

enum { ABOUT_MOST = 8 << 10, RATE_MS = 5000, MIB_SHIFT = 20 };

// What the store is told, with the texts that it points to.
struct uploading {
	struct guide_run *run;
	struct instance *instance;
	struct call_upload upload;
	char region[NAME_SIZE], bucket[NAME_SIZE], object[GUIDE_PATH_SIZE], file[GUIDE_PATH_SIZE], mark[NAME_SIZE];
	int64_t started;
	// The rate is that of the last seconds: since `from` at least one and at most two spans ago.
	struct {
		int64_t at, done;
	} from, last;
	bool told;
};

// What is made is the object; while it is being made, what the store remembers of that stands on a line of its own.
static void set_resource(struct uploading *uploading, const char *mark)
{
	struct step_row *row = &uploading->instance->row;

	snprintf(row->resource, sizeof(row->resource), "%.63s/%.240s%s%.200s", uploading->bucket, uploading->object,
	        *mark ? "\n" : "", mark);
}

static bool remember(const char *mark, void *user, struct error *error)
{
	struct uploading *uploading = user;

	set_resource(uploading, mark);
	return run_save(uploading->run, uploading->instance, ROW_INTENDED, NULL, error);
}

// Bytes a second; 0 = not known yet.
static int64_t rate_of(struct uploading *uploading, int64_t now, int64_t done)
{
	if (!uploading->told) {
		uploading->from.at = uploading->last.at = now;
		uploading->from.done = uploading->last.done = done;
		uploading->told = true;
	}
	if (now - uploading->last.at >= RATE_MS) {
		uploading->from = uploading->last;
		uploading->last.at = now;
		uploading->last.done = done;
	}
	return now > uploading->from.at ? (done - uploading->from.done) * 1000 / (now - uploading->from.at) : 0;
}

static void progress(int64_t done, int64_t total, void *user)
{
	struct uploading *uploading = user;
	int64_t now = clock_monotonic(uploading->run->effects.clock);
	int64_t rate = rate_of(uploading, now, done);
	char text[160], left[TIME_TEXT_SIZE] = "";
	struct guide_event event = {.kind = EVENT_WAIT,
	        .step = uploading->instance->step,
	        .key = uploading->instance->row.key,
	        .text = text,
	        .percent = total > 0 ? (int)(100 * done / total) : -1,
	        .elapsed_ms = now - uploading->started};

	failpoint("guide.upload");
	if (rate > 0 && done < total)
		time_format_age((total - done) / rate * 1000, left);
	if (*left)
		snprintf(text, sizeof(text), _("%lld of %lld MiB, %.1f MiB/s, %s left"), (long long)(done >> MIB_SHIFT),
		        (long long)(total >> MIB_SHIFT), (double)rate / (1 << MIB_SHIFT), left);
	else
		snprintf(text, sizeof(text), _("%lld of %lld MiB"), (long long)(done >> MIB_SHIFT),
		        (long long)(total >> MIB_SHIFT));
	run_tell(uploading->run, &event);
}

// The token of an upload is the same in each attempt of a run: what carries it is ours.
static void set_token(const struct guide_run *run, struct step_row *row)
{
	char text[RUN_ID_SIZE + STEP_KEY_SIZE];

	if (row->token[0])
		return;
	snprintf(text, sizeof(text), "%s%s", run->row.id, row->key);
	crypto_sha256_hex(text, strlen(text), row->token);
}

static bool expand_one(
        struct uploading *uploading, const char *text, char *out, size_t size, enum expand *result, struct error *error)
{
	struct buffer buffer;
	enum expand here;

	buffer_init(&buffer, size - 1);
	here = expand_text(&buffer, text, &uploading->instance->values, EXPAND_PLAIN, error);
	if (here != EXPAND_DONE && *result != EXPAND_WRONG)
		*result = here;
	snprintf(out, size, "%s", buffer_text(&buffer));
	if (buffer.broken)
		*result = EXPAND_WRONG;
	buffer_finish(&buffer);
	return *result != EXPAND_WRONG;
}

static enum expand describe(
        struct uploading *uploading, struct guide_run *run, struct instance *instance, struct error *error)
{
	const struct guide_step *step = instance->step;
	const char *mark = strchr(instance->row.resource, '\n');
	enum expand result = EXPAND_DONE;

	memset(uploading, 0, sizeof(*uploading));
	uploading->run = run;
	uploading->instance = instance;
	uploading->started = clock_monotonic(run->effects.clock);
	snprintf(uploading->mark, sizeof(uploading->mark), "%.200s", mark ? mark + 1 : "");
	if (!expand_one(uploading, run->guide->region ? run->guide->region : "${REGION}", uploading->region,
	            sizeof(uploading->region), &result, error) ||
	        !expand_one(uploading, step->bucket, uploading->bucket, sizeof(uploading->bucket), &result, error) ||
	        !expand_one(uploading, step->object, uploading->object, sizeof(uploading->object), &result, error) ||
	        !expand_one(uploading, step->file, uploading->file, sizeof(uploading->file), &result, error))
		return EXPAND_WRONG;
	set_token(run, &instance->row);
	uploading->upload = (struct call_upload){.region = uploading->region,
	        .bucket = uploading->bucket,
	        .object = uploading->object,
	        .file = uploading->file,
	        .token = instance->row.token,
	        .mark = uploading->mark,
	        .remember = remember,
	        .progress = progress,
	        .user = uploading};
	return result;
}

static bool can_upload(const struct guide_run *run, struct error *error)
{
	const struct call_source *calls = run->effects.calls;

	return (calls && calls->upload && calls->uploaded && calls->unload) ||
	       error_set(error, ERROR_USAGE, _("uploading is not possible with this cloud"));
}

// Saves the row as done, with what the store says of the object.
static bool finish(struct uploading *uploading, const struct buffer *about, struct error *error)
{
	struct guide_run *run = uploading->run;
	struct instance *instance = uploading->instance;
	struct values exports = {0};
	struct json_doc doc = {0};
	const cJSON *made;
	bool good = json_open(&doc, buffer_text(about), about->size, "upload", error);

	if (good) {
		made = json_member(doc.root, "Made");
		// Another's object stays when this run is undone.
		instance->row.made = cJSON_IsTrue(made);
		set_resource(uploading, "");
		good = run_take_exports(run, instance->step, instance->step->export, doc.root, &exports, error) &&
		       run_merge(run, &exports, instance->row.key) &&
		       run_save(run, instance, ROW_DONE, &exports, error);
		json_close(&doc);
	}
	values_finish(&exports);
	return good;
}

bool make_upload(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error)
{
	struct uploading uploading;
	struct buffer about;
	enum expand described;
	bool good;

	*outcome = OUTCOME_MADE;
	if (!can_upload(run, error))
		return false;
	if (instance->row.state == ROW_DONE)
		return true;
	described = describe(&uploading, run, instance, error);
	if (described == EXPAND_UNKNOWN)
		error_set(error, ERROR_INTERNAL, _("step %s: a value is not known"), instance->step->id);
	if (described != EXPAND_DONE)
		return false;
	buffer_init(&about, ABOUT_MOST);
	uploading.upload.about = &about;
	instance->row.made = true;
	set_resource(&uploading, uploading.mark);
	failpoint("guide.before-intent");
	good = run_save(run, instance, ROW_INTENDED, NULL, error);
	failpoint("guide.intended");
	good = good && run->effects.calls->upload(run->effects.session, &uploading.upload, cancel, error);
	failpoint("guide.answered");
	good = good && finish(&uploading, &about, error);
	if (good && !instance->row.made)
		*outcome = OUTCOME_KEPT;
	buffer_finish(&about);
	return good;
}

bool upload_is_there(struct guide_run *run, const struct guide_step *step, struct cancel *cancel)
{
	struct instance instance = {.step = step, .values = {.outer = &run->values}};
	struct uploading uploading;
	enum call_object there = OBJECT_ABSENT;

	// The token of a step is made from its key.
	snprintf(instance.row.key, sizeof(instance.row.key), "%s", step->id);
	return can_upload(run, NULL) && describe(&uploading, run, &instance, NULL) == EXPAND_DONE &&
	       run->effects.calls->uploaded(run->effects.session, &uploading.upload, &there, cancel, NULL) &&
	       (there == OBJECT_SAME || there == OBJECT_OURS);
}

bool undo_upload(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	struct uploading uploading;

	if (!can_upload(run, error))
		return false;
	if (describe(&uploading, run, instance, error) != EXPAND_DONE)
		return error_set(error, ERROR_INTERNAL, _("step %s: a value is not known"), instance->step->id);
	failpoint("undo.upload");
	if (!run->effects.calls->unload(run->effects.session, &uploading.upload, cancel, error))
		return false;
	failpoint("undo.unloaded");
	return true;
}
