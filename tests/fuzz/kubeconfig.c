// SPDX-License-Identifier: Apache-2.0
// A kubeconfig that a service sent: whatever it holds, it is read or refused with a place, names no file, and runs
// nothing.
#include "config.h"
#include "kubernetes/access.h"
#include "kubernetes/exec_plugin.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/banned.h"

static void use(struct kubeconfig *config, const char *context)
{
	struct access *access = access_create(config, context, NULL, NULL);
	struct access_grant grant;
	struct error error = {0};

	if (!access)
		return;
	FUZZ_CHECK(access_server(access) && access_space(access));
	if (access_take(access, &grant, NULL, &error))
		access_grant_finish(&grant);
	else
		FUZZ_CHECK(error.kind != ERROR_NONE);
	access_destroy(access);
}

static void describe(const struct kubeconfig *config, const struct kubeconfig_context *context)
{
	const struct kubeconfig_cluster *cluster = kubeconfig_cluster(config, context->cluster);
	const struct kubeconfig_user *user = kubeconfig_user(config, context->user);
	struct buffer info;

	if (user)
		FUZZ_CHECK(!user->trusted && !user->token_file && !user->key_file && !user->certificate_file);
	if (!cluster || !user || !user->exec)
		return;
	buffer_init(&info, 1 << 20);
	(void)exec_plugin_info(&info, user->exec, cluster, cluster->ca);
	(void)exec_plugin_check(user->exec, NULL);
	buffer_finish(&info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kubeconfig *config = kubeconfig_create();
	const struct kubeconfig_context *context;
	struct error error = {0};

	FUZZ_CHECK(config);
	if (!kubeconfig_read_text(config, "input", (const char *)data, size, &error)) {
		FUZZ_CHECK(error.kind != ERROR_NONE);
		FUZZ_CHECK(error.kind != ERROR_CONFIG || strncmp(error.doing, "input:", 6) == 0);
	}
	for (size_t i = 0; i < 4 && (context = kubeconfig_context_at(config, i)) != NULL; i++) {
		describe(config, context);
		use(config, context->name);
	}
	kubeconfig_unref(config);
	return 0;
}
