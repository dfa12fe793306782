// SPDX-License-Identifier: Apache-2.0
// The console on a cloud that takes calls by name. Its things are files in the folder GUIDE_WORLD, so that they outlive
// the program and a test can look at them: ID.thing holds name, tag and token; the file "ready" makes all of them
// available, "forbidden" refuses each change. Its arguments are settings, NAME=VALUE; the last one without = is the
// view.
#include "config.h"

#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/json.h"
#include "tests/screen/fake_backend.h"
#include "ui/ui.h"
#include "work/calls.h"
#include "base/banned.h"

enum { THINGS_MOST = 16, PATH_SIZE = 1024 };

struct thing {
	char id[32], name[64], tag[64], token[80];
};

static pthread_mutex_t world_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct call_about operations[] = {
        {"fake.Create", CALL_TOKEN, false},
        {"fake.Delete", CALL_SAME, false},
        {"fake.List", CALL_READS, false},
        {"fake.Get", CALL_READS, false},
        {"fake.Log", CALL_READS, false},
        {"fake.Zones", CALL_READS, false},
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
	return !strcmp(parameter, "Name") || !strcmp(parameter, "Tag") || !strcmp(parameter, "Id");
}

static void world_path(const char *name, char out[PATH_SIZE])
{
	const char *folder = getenv("GUIDE_WORLD");

	snprintf(out, PATH_SIZE, "%s/%s", folder ? folder : ".", name);
}

static bool world_has(const char *name)
{
	char path[PATH_SIZE];

	world_path(name, path);
	return access(path, F_OK) == 0;
}

static bool read_thing(const char *file, struct thing *out)
{
	char path[PATH_SIZE];
	FILE *opened;
	bool good;

	memset(out, 0, sizeof(*out));
	snprintf(out->id, sizeof(out->id), "%.*s", (int)strcspn(file, "."), file);
	world_path(file, path);
	opened = fopen(path, "re");
	good = opened && fscanf(opened, "%63s %63s %79s", out->name, out->tag, out->token) == 3;
	if (opened)
		fclose(opened);
	return good;
}

static size_t read_world(struct thing *out)
{
	struct dirent **entries;
	char folder[PATH_SIZE];
	size_t count = 0;
	int found;

	world_path("", folder);
	found = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		if (strstr(entries[i]->d_name, ".thing") && count < THINGS_MOST)
			count += read_thing(entries[i]->d_name, &out[count]);
		free(entries[i]);
	}
	if (found >= 0)
		free(entries);
	return count;
}

static void tell_thing(const struct thing *thing, struct buffer *out)
{
	const bool ready = world_has("ready");

	buffer_printf(out, "{\"Id\":\"%s\",\"Name\":\"%s\",\"Tag\":\"%s\",\"State\":\"%s\",\"Percent\":%d}", thing->id,
	        thing->name, thing->tag, ready ? "Available" : "Creating", ready ? 100 : 40);
}

static bool refuse(struct error *error, enum error_kind kind, const char *code)
{
	error_set(error, kind, "refused: %s", code);
	snprintf(error->code, sizeof(error->code), "%s", code);
	snprintf(error->request_id, sizeof(error->request_id), "3C5E-9A");
	return false;
}

static bool create(const struct call_request *request, const cJSON *with, struct buffer *answer, struct error *error)
{
	struct thing things[THINGS_MOST], made = {0};
	size_t count = read_world(things);
	char path[PATH_SIZE], file[64];
	FILE *opened;

	if (world_has("forbidden"))
		return refuse(error, ERROR_DENIED, "Forbidden.RAM");
	for (size_t i = 0; i < count; i++)
		if (!strcmp(things[i].token, request->token)) {
			tell_thing(&things[i], answer);
			return true;
		}
	snprintf(made.id, sizeof(made.id), "t-%s", json_text(with, "Name"));
	snprintf(made.name, sizeof(made.name), "%s", json_text(with, "Name"));
	snprintf(made.tag, sizeof(made.tag), "%s", json_text(with, "Tag"));
	snprintf(file, sizeof(file), "%s.thing", made.id);
	world_path(file, path);
	opened = fopen(path, "we");
	if (!opened)
		return error_set_errno(error, "%s", path);
	fprintf(opened, "%s %s %s\n", made.name, made.tag, request->token);
	fclose(opened);
	tell_thing(&made, answer);
	return true;
}

static bool delete_thing(const cJSON *with, struct buffer *answer, struct error *error)
{
	char path[PATH_SIZE], file[64];

	snprintf(file, sizeof(file), "%.40s.thing", json_text(with, "Id"));
	world_path(file, path);
	return unlink(path) == 0 ? buffer_add_text(answer, "{}") : refuse(error, ERROR_NOT_FOUND, "Gone");
}

static bool read_things(const char *operation, const cJSON *with, struct buffer *answer, struct error *error)
{
	struct thing things[THINGS_MOST];
	const char *separator = "";
	size_t count = read_world(things);

	if (!strcmp(operation, "fake.Zones"))
		return buffer_add_text(answer,
		        "{\"Zones\":[{\"Id\":\"zone-a\",\"Name\":\"north\"},{\"Id\":\"zone-b\",\"Name\":"
		        "\"south\"},{\"Id\":\"zone-c\",\"Name\":\"\\u001b[31mred\"}]}");
	if (!strcmp(operation, "fake.Log"))
		return buffer_add_text(
		        answer, "[{\"Line\":\"Start to create\"},{\"Line\":\"an \\u001b[31mescape\\u001b[0m came\"}]");
	if (!strcmp(operation, "fake.Get")) {
		for (size_t i = 0; i < count; i++)
			if (!strcmp(things[i].id, json_text(with, "Id"))) {
				tell_thing(&things[i], answer);
				return true;
			}
		return refuse(error, ERROR_NOT_FOUND, "Gone");
	}
	buffer_add_text(answer, "{\"Things\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(answer, separator);
		tell_thing(&things[i], answer);
		separator = ",";
	}
	return buffer_add_text(answer, "]}");
}

static bool perform(struct session *session, const struct call_request *request, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	const char *parameters = request->parameters ? request->parameters : "{}";
	struct json_doc doc;
	bool done;

	(void)session, (void)cancel;
	memset(outcome, 0, sizeof(*outcome));
	if (!json_open(&doc, parameters, strlen(parameters), "request", error))
		return false;
	pthread_mutex_lock(&world_lock);
	if (!strcmp(request->operation, "fake.Create"))
		done = create(request, doc.root, answer, error);
	else if (!strcmp(request->operation, "fake.Delete"))
		done = delete_thing(doc.root, answer, error);
	else
		done = read_things(request->operation, doc.root, answer, error);
	pthread_mutex_unlock(&world_lock);
	json_close(&doc);
	return done;
}

static bool command(struct session *session, const struct call_request *request, struct buffer *out)
{
	(void)session;
	return buffer_printf(out, "fake %s '%s'", request->operation + strlen("fake."), request->parameters);
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

static const struct call_source calls = {.about = about,
        .name_at = name_at,
        .takes = takes,
        .perform = perform,
        .command = command,
        .masked = masked,
        .is_gone = is_gone,
        .exists = exists};

static bool fail(const struct error *error)
{
	char text[1024];

	error_format(error, text, sizeof(text));
	fprintf(stderr, "guide_console: %s\n", text);
	return false;
}

static bool configure(struct config *config, int argc, char **argv, const char **view)
{
	struct error error;

	config_defaults(config);
	config->context_count = 1;
	snprintf(config->contexts[0].name, sizeof(config->contexts[0].name), "test");
	snprintf(config->contexts[0].backend, sizeof(config->contexts[0].backend), "fake");
	snprintf(config->config_folder, sizeof(config->config_folder), "%s", TEST_CONFIG_FOLDER);
	config->refresh_seconds = 0;
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value) {
			*view = argv[i];
			continue;
		}
		*value++ = '\0';
		if (!config_assign(config, argv[i], value, &error))
			return fail(&error);
	}
	return config_complete(config, &error) || fail(&error);
}

int main(int argc, char **argv)
{
	static struct backend backend;
	static const struct backend *const backends[] = {&backend, NULL};
	static struct config config;
	static struct deck deck;
	int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), status = 2;
	struct ui_options options = {.wake_fd = wake_fd};
	struct error error;

	setlocale(LC_ALL, "");
	backend = fake_backend;
	backend.calls = &calls;
	if (!configure(&config, argc, argv, &options.view))
		return 2;
	if (!deck_init(&deck, &config, backends, ui_wake, &wake_fd, &error)) {
		fail(&error);
		return 2;
	}
	deck.clock = &fake_clock;
	deck.services.clock = &fake_clock;
	deck_open(&deck, NULL, NULL);
	status = ui_run(&deck, &options, &error);
	if (status)
		fail(&error);
	deck_finish(&deck);
	close(wake_fd);
	return status;
}
