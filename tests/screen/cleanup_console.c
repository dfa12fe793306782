// SPDX-License-Identifier: Apache-2.0
// The console on a world with orphans. Its arguments are settings, NAME=VALUE; the last one without = is the view.
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "inventory/database.h"
#include "tests/screen/cleanup_world.h"
#include "ui/ui.h"
#include "base/banned.h"

static const struct backend *const backends[] = {&cleanup_cloud, &cleanup_kubernetes, NULL};

static bool fail(const struct error *error)
{
	char text[1024];

	error_format(error, text, sizeof(text));
	fprintf(stderr, "cleanup_console: %s\n", text);
	return false;
}

static bool configure(struct config *config, int argc, char **argv, const char **view)
{
	struct context_config *context = &config->contexts[0];
	struct error error;

	config_defaults(config);
	config->context_count = 1;
	snprintf(context->name, sizeof(context->name), "prod");
	snprintf(context->backend, sizeof(context->backend), "fake");
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
	// The context is there already: nothing is looked for in the environment.
	return config_complete(config, &error) || fail(&error);
}

int main(int argc, char **argv)
{
	static struct config config;
	static struct deck deck;
	int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), status = 2;
	struct ui_options options = {.wake_fd = wake_fd};
	char database[DATABASE_PATH_SIZE];
	struct error error;

	setlocale(LC_ALL, "");
	cleanup_backends();
	if (!configure(&config, argc, argv, &options.view))
		return 2;
	if (!database_path(config.state_folder, database, &error) || !cleanup_world_make(database))
		return 2;
	config.clock = &cleanup_clock;
	if (!deck_init(&deck, &config, backends, ui_wake, &wake_fd, &error)) {
		fail(&error);
		return 2;
	}
	deck_open(&deck, NULL, NULL);
	status = ui_run(&deck, &options, &error);
	if (status)
		fail(&error);
	deck_finish(&deck);
	close(wake_fd);
	return status;
}
