// SPDX-License-Identifier: Apache-2.0
// The console on the fake cloud, with time standing still. Its arguments are settings, NAME=VALUE; the last one without
// = is the view.
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/screen/fake_backend.h"
#include "ui/ui.h"
#include "base/banned.h"

static const struct backend *const backends[] = {&fake_backend, NULL};

static void add_context(struct config *config, const char *name, bool production)
{
	struct context_config *context = &config->contexts[config->context_count++];

	snprintf(context->name, sizeof(context->name), "%s", name);
	snprintf(context->backend, sizeof(context->backend), "fake");
	context->production = production;
}

static bool fail(const struct error *error)
{
	char text[1024];

	error_format(error, text, sizeof(text));
	fprintf(stderr, "views_console: %s\n", text);
	return false;
}

static bool configure(struct config *config, int argc, char **argv, const char **view)
{
	struct error error;

	config_defaults(config);
	config->context_count = 0;
	add_context(config, "test", false);
	add_context(config, "prod", true);
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
	// Contexts are there already: nothing is looked for in the environment.
	return config_complete(config, &error) || fail(&error);
}

int main(int argc, char **argv)
{
	static struct config config;
	static struct deck deck;
	int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), status = 2;
	struct ui_options options = {.wake_fd = wake_fd};
	struct error error;

	setlocale(LC_ALL, "");
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
