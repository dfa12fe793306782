// SPDX-License-Identifier: Apache-2.0
// The operations of the fake cloud: fake.Create (token), fake.CreateNamed (names are unique), fake.CreateBlind (look
// first), fake.Delete, fake.List, fake.Get. Who makes a thing "caster" makes a "shadow", too: it stays when the caster
// goes, does not go before, and the caster alone tells which it is.
#include "config.h"
#include "tests/unit/guide_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { READY_MS = 9000 };

static const struct call_about operations[] = {
        {"fake.Create", CALL_TOKEN, false},
        {"fake.CreateNamed", CALL_NAME, false},
        {"fake.CreateBlind", CALL_LOOK, false},
        {"fake.Delete", CALL_SAME, false},
        {"fake.List", CALL_READS, false},
        {"fake.Get", CALL_READS, false},
};

static bool about(const char *operation, struct call_about *out)
{
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		if (!strcmp(operations[i].name, operation)) {
			*out = operations[i];
			return true;
		}
	return false;
}

static const char *name_at(size_t index)
{
	return index < COUNT_OF(operations) ? operations[index].name : NULL;
}

static bool takes(const char *operation, const char *parameter)
{
	(void)operation;
	return !strcmp(parameter, "Name") || !strcmp(parameter, "Tag") || !strcmp(parameter, "Id") ||
	       !strcmp(parameter, "In");
}

static struct fake_thing *find(struct fake *fake, const char *id)
{
	for (size_t i = 0; i < fake->count; i++)
		if (!strcmp(fake->things[i].id, id))
			return &fake->things[i];
	return NULL;
}

size_t fake_named(const struct fake *fake, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->count; i++)
		count += !strcmp(fake->things[i].name, name);
	return count;
}

static struct fake_thing *add(struct fake *fake, const char *name, const char *tag, const char *token, const char *in)
{
	struct fake_thing *thing = &fake->things[fake->count++];

	memset(thing, 0, sizeof(*thing));
	snprintf(thing->id, sizeof(thing->id), "t-%zu", ++fake->made);
	snprintf(thing->name, sizeof(thing->name), "%s", name);
	snprintf(thing->tag, sizeof(thing->tag), "%s", tag);
	snprintf(thing->token, sizeof(thing->token), "%s", token ? token : "");
	snprintf(thing->holds, sizeof(thing->holds), "%s", in);
	thing->ready = fake->now + READY_MS;
	return thing;
}

struct fake_thing *fake_add(struct fake *fake, const char *name)
{
	struct fake_thing *thing = add(fake, name, "somebody", NULL, "");

	thing->foreign = true;
	return thing;
}

static void write_thing(const struct fake *fake, const struct fake_thing *thing, struct buffer *out)
{
	buffer_printf(out,
	        "{\"Id\":\"%s\",\"Name\":\"%s\",\"In\":\"%s\",\"State\":\"%s\","
	        "\"Tags\":[{\"Key\":\"peerdeck-run\",\"Value\":\"%s\"}]}",
	        thing->id, thing->name, thing->holds,
	        fake->breaks && !strcmp(fake->breaks, thing->name) ? "Broken"
	        : fake->now >= thing->ready                        ? "Available"
	                                                           : "Creating",
	        thing->tag);
}

static bool refuse(struct error *error, enum error_kind kind, const char *code)
{
	error_set(error, kind, "refused: %s", code);
	snprintf(error->code, sizeof(error->code), "%s", code);
	return false;
}

static bool create(struct fake *fake, const struct call_request *request, enum call_repeat repeat, const cJSON *with,
        struct buffer *answer, struct error *error)
{
	const char *name = json_text(with, "Name"), *in;
	char holds[32];

	for (size_t i = 0; repeat == CALL_TOKEN && i < fake->count; i++)
		if (!strcmp(fake->things[i].token, request->token)) {
			write_thing(fake, &fake->things[i], answer);
			return true;
		}
	if (repeat == CALL_NAME && fake_named(fake, name))
		return refuse(error, ERROR_CONFLICT, "Exists");
	if (*json_text(with, "In") && !find(fake, json_text(with, "In")))
		return refuse(error, ERROR_USAGE, "NoSuchIn");
	in = !strcmp(name, "caster") ? add(fake, "shadow", "", NULL, "")->id : json_text(with, "In");
	snprintf(holds, sizeof(holds), "%s", in);
	write_thing(fake, add(fake, name, json_text(with, "Tag"), request->token, holds), answer);
	return true;
}

static bool delete_thing(struct fake *fake, const cJSON *with, struct buffer *answer, struct error *error)
{
	struct fake_thing *thing = find(fake, json_text(with, "Id"));

	if (!thing)
		return refuse(error, ERROR_NOT_FOUND, "Gone");
	if (fake->firm && fake->now < thing->ready)
		return refuse(error, ERROR_CONFLICT, "Busy");
	for (size_t i = 0; i < fake->count; i++)
		if (!strcmp(fake->things[i].holds, thing->id))
			return refuse(error, ERROR_CONFLICT, "Held");
	*thing = fake->things[--fake->count];
	return buffer_add_text(answer, "{}");
}

static bool list_things(struct fake *fake, const cJSON *with, bool one, struct buffer *answer, struct error *error)
{
	const char *id = json_text(with, "Id"), *separator = "";
	struct fake_thing *thing = *id ? find(fake, id) : NULL;

	if (one && !thing)
		return refuse(error, ERROR_NOT_FOUND, "Gone");
	if (one) {
		write_thing(fake, thing, answer);
		return true;
	}
	buffer_add_text(answer, "{\"Things\":[");
	for (size_t i = 0; i < fake->count; i++) {
		if (*id && strcmp(fake->things[i].id, id) != 0)
			continue;
		buffer_add_text(answer, separator);
		write_thing(fake, &fake->things[i], answer);
		separator = ",";
	}
	return buffer_add_text(answer, "]}");
}

static bool act(struct fake *fake, const struct call_request *request, struct buffer *answer, struct error *error)
{
	struct call_about row;
	struct json_doc doc;
	bool done;

	if (!about(request->operation, &row) ||
	        !json_open(&doc, request->parameters, strlen(request->parameters), "request", error))
		return false;
	if (!strcmp(row.name, "fake.Delete"))
		done = delete_thing(fake, doc.root, answer, error);
	else if (row.repeat == CALL_READS)
		done = list_things(fake, doc.root, !strcmp(row.name, "fake.Get"), answer, error);
	else
		done = create(fake, request, row.repeat, doc.root, answer, error);
	json_close(&doc);
	return done;
}

static bool lose(struct buffer *answer, struct call_outcome *outcome, struct error *error)
{
	buffer_clear(answer);
	outcome->in_doubt = true;
	error_set(error, ERROR_NETWORK, "the connection broke");
	error->retryable = true;
	return false;
}

static bool perform(struct session *session, const struct call_request *request, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	struct fake *fake = (struct fake *)session;
	enum fake_trouble trouble = FAKE_WELL;
	struct call_about row;
	bool done;

	(void)cancel;
	memset(outcome, 0, sizeof(*outcome));
	if (about(request->operation, &row) && row.repeat != CALL_READS && ++fake->changes == fake->trouble_at)
		trouble = fake->trouble;
	if (fake->stops_in && !strcmp(fake->stops_in, request->operation)) {
		cancel_ask(&fake->cancel);
		return error_set(error, ERROR_CANCELLED, "cancelled");
	}
	if (trouble == FAKE_REFUSED)
		return refuse(error, ERROR_DENIED, "Forbidden");
	if (trouble == FAKE_STOP_BEFORE || trouble == FAKE_STOP_AFTER)
		cancel_ask(&fake->cancel);
	if (trouble == FAKE_LOST_BEFORE || trouble == FAKE_STOP_BEFORE)
		return lose(answer, outcome, error);
	done = act(fake, request, answer, error);
	if (trouble == FAKE_LOST_AFTER || trouble == FAKE_STOP_AFTER)
		return lose(answer, outcome, error);
	return done;
}

static bool command(struct session *session, const struct call_request *request, struct buffer *out)
{
	(void)session;
	return buffer_printf(out, "fake %s '%s'", request->operation, request->parameters);
}

static bool masked(const struct call_request *request, struct buffer *out)
{
	return buffer_add_text(out, request->parameters);
}

static bool is_gone(const struct error *error)
{
	return !strcmp(error->code, "Gone");
}

static bool exists(const struct error *error)
{
	return !strcmp(error->code, "Exists");
}

const struct call_source fake_calls = {
        .about = about,
        .name_at = name_at,
        .takes = takes,
        .perform = perform,
        .command = command,
        .masked = masked,
        .is_gone = is_gone,
        .exists = exists,
};

static int64_t now(void *user)
{
	return ((struct fake *)user)->now;
}

static bool sleep_on(void *user, int64_t ms, struct cancel *cancel)
{
	struct fake *fake = user;

	fake->now += ms;
	if (fake->stops_at && fake->now >= fake->stops_at)
		cancel_ask(&fake->cancel);
	return !cancel_asked(cancel);
}

static bool run_command_line(void *user, const struct guide_command *wanted, struct cancel *cancel, struct error *error)
{
	struct fake *fake = user;

	(void)cancel;
	fake->commands++;
	fake->last_command[0] = '\0';
	for (char *const *word = wanted->arguments; *word; word++)
		snprintf(fake->last_command + strlen(fake->last_command),
		        sizeof(fake->last_command) - strlen(fake->last_command), "%s ", *word);
	if (fake->says && wanted->line)
		wanted->line(fake->says, wanted->user);
	if (!strcmp(wanted->arguments[0], "missing"))
		return error_set(error, ERROR_NOT_FOUND, "missing: no such program");
	if (!strcmp(wanted->arguments[0], "fails"))
		return error_set(error, ERROR_SYSTEM, "fails ended with status 1");
	return buffer_add_text(wanted->out, "{\"made\":\"by-command\"}\n");
}

static size_t file_at(const struct fake *fake, const char *path)
{
	size_t i = 0;

	while (i < fake->file_count && strcmp(fake->files[i].path, path) != 0)
		i++;
	return i;
}

static bool read_file(void *user, const char *path, struct buffer *out, struct error *error)
{
	struct fake *fake = user;
	size_t i = file_at(fake, path);

	return i < fake->file_count ? buffer_add_text(out, fake->files[i].text)
	                            : error_set(error, ERROR_NOT_FOUND, "no such file");
}

static bool write_file(void *user, const char *path, const struct buffer *text, bool is_private, struct error *error)
{
	struct fake *fake = user;
	size_t i = file_at(fake, path);

	(void)is_private, (void)error;
	if (i == fake->file_count)
		fake->file_count++;
	snprintf(fake->files[i].path, sizeof(fake->files[i].path), "%s", path);
	snprintf(fake->files[i].text, sizeof(fake->files[i].text), "%s", buffer_text(text));
	return true;
}

static bool remove_file(void *user, const char *path, struct error *error)
{
	struct fake *fake = user;
	size_t i = file_at(fake, path);

	(void)error;
	if (i < fake->file_count)
		fake->files[i] = fake->files[--fake->file_count];
	return true;
}

static bool agrees(void *user, const char *question)
{
	(void)question;
	return ((struct fake *)user)->agrees;
}

void fake_init(struct fake *fake, struct guide_effects *effects)
{
	memset(fake, 0, sizeof(*fake));
	fake->now = 1800000000000;
	fake->clock = (struct clock){.wall = now, .monotonic = now, .user = fake};
	*effects = (struct guide_effects){.clock = &fake->clock,
	        .calls = &fake_calls,
	        .session = (struct session *)fake,
	        .sleep = sleep_on,
	        .run = run_command_line,
	        .read = read_file,
	        .write = write_file,
	        .remove = remove_file,
	        .agrees = agrees,
	        .user = fake};
}

void fake_restart(struct fake *fake)
{
	fake->trouble_at = 0;
	fake->changes = 0;
	fake->stops_in = NULL;
	atomic_store(&fake->cancel.asked, false);
}
