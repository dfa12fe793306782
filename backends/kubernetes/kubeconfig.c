// SPDX-License-Identifier: Apache-2.0
// One kubeconfig out of several: files are read one by one and merged by name.
#include "config.h"
#include "kubernetes/kubeconfig_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct kubeconfig *kubeconfig_create(void)
{
	struct kubeconfig *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	atomic_init(&config->references, 1);
	arena_init(&config->arena, 4 * (size_t)KUBECONFIG_SIZE_MOST);
	return config;
}

struct kubeconfig *kubeconfig_ref(struct kubeconfig *config)
{
	if (config)
		atomic_fetch_add_explicit(&config->references, 1, memory_order_relaxed);
	return config;
}

void kubeconfig_unref(struct kubeconfig *config)
{
	if (!config || atomic_fetch_sub_explicit(&config->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < config->secret_count; i++)
		secret_unref(config->secrets[i]);
	free(config->secrets);
	free(config->clusters);
	free(config->users);
	free(config->contexts);
	free(config->warnings);
	arena_finish(&config->arena);
	free(config);
}

// The array is doubled at each power of two, so that its count alone tells its room.
void *kubeconfig_grow(void *array, size_t count, size_t size, struct error *error)
{
	void *grown = array;

	if (count >= KUBECONFIG_ENTRIES_MOST) {
		error_set(error, ERROR_LIMIT, _("more than %d entries"), KUBECONFIG_ENTRIES_MOST);
		return NULL;
	}
	if ((count & (count - 1)) == 0)
		grown = realloc(array, (count ? count * 2 : 1) * size);
	if (!grown)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	return grown;
}

struct secret *kubeconfig_keep(struct kubeconfig *config, const char *text, size_t length)
{
	struct secret **grown = kubeconfig_grow(config->secrets, config->secret_count, sizeof(*grown), NULL);
	struct secret *secret;

	if (!grown)
		return NULL;
	config->secrets = grown;
	secret = secret_create(text, length);
	if (secret)
		config->secrets[config->secret_count++] = secret;
	return secret;
}

bool kubeconfig_warn(struct kubeconfig *config, const char *text)
{
	const char **grown = kubeconfig_grow(config->warnings, config->warning_count, sizeof(*grown), NULL);
	const char *copy = arena_strdup(&config->arena, text);

	if (grown)
		config->warnings = grown;
	if (!grown || !copy)
		return false;
	config->warnings[config->warning_count++] = copy;
	return true;
}

// The entry of that name in an array of structs that all begin with their name.
static const void *find(const void *array, size_t count, size_t size, const char *name)
{
	for (size_t i = 0; name && i < count; i++) {
		const void *entry = (const char *)array + i * size;

		if (strcmp(*(const char *const *)entry, name) == 0)
			return entry;
	}
	return NULL;
}

// The array with those of `from` appended whose names are new; *good becomes false when there was no room.
static void *merge(
        void *array, size_t *count, const void *from, size_t from_count, size_t size, bool *good, struct error *error)
{
	for (size_t i = 0; *good && i < from_count; i++) {
		const char *entry = (const char *)from + i * size;
		void *grown;

		if (find(array, *count, size, *(const char *const *)(const void *)entry))
			continue;
		grown = kubeconfig_grow(array, *count, size, error);
		*good = grown != NULL;
		if (!grown)
			break;
		array = grown;
		memcpy((char *)array + *count * size, entry, size);
		++*count;
	}
	return array;
}

static bool take_secrets(struct kubeconfig *config, struct kubeconfig *from, struct error *error)
{
	while (from->secret_count > 0) {
		struct secret **grown = kubeconfig_grow(config->secrets, config->secret_count, sizeof(*grown), error);

		if (!grown)
			return false;
		config->secrets = grown;
		config->secrets[config->secret_count++] = from->secrets[--from->secret_count];
	}
	return true;
}

#define MERGE(member)                                                                                                  \
	config->member##s = merge(config->member##s, &config->member##_count, from->member##s, from->member##_count,   \
	        sizeof(*config->member##s), &good, error)

// `config` takes what is new in `from`, and its memory.
static bool config_merge(struct kubeconfig *config, struct kubeconfig *from, struct error *error)
{
	bool good = take_secrets(config, from, error);

	arena_move(&config->arena, &from->arena);
	MERGE(cluster);
	MERGE(user);
	MERGE(context);
	if (!config->current)
		config->current = from->current;
	return good;
}

bool kubeconfig_add(struct kubeconfig *config, const char *name, const char *folder, const char *text, size_t size,
        const char *warning, struct error *error)
{
	struct kubeconfig *part = kubeconfig_create();
	bool added;

	if (!part)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	added = kubeconfig_parse(part, name, folder, text, size, error) && config_merge(config, part, error);
	if (added && warning && !kubeconfig_warn(config, warning))
		added = error_set(error, ERROR_MEMORY, _("out of memory"));
	kubeconfig_unref(part);
	return added;
}

const char *kubeconfig_current(const struct kubeconfig *config)
{
	return config->current;
}

const struct kubeconfig_context *kubeconfig_context(const struct kubeconfig *config, const char *name)
{
	return find(config->contexts, config->context_count, sizeof(*config->contexts), name);
}

const struct kubeconfig_context *kubeconfig_context_at(const struct kubeconfig *config, size_t index)
{
	return index < config->context_count ? &config->contexts[index] : NULL;
}

const struct kubeconfig_cluster *kubeconfig_cluster(const struct kubeconfig *config, const char *name)
{
	return find(config->clusters, config->cluster_count, sizeof(*config->clusters), name);
}

const struct kubeconfig_user *kubeconfig_user(const struct kubeconfig *config, const char *name)
{
	return find(config->users, config->user_count, sizeof(*config->users), name);
}

const char *kubeconfig_warning(const struct kubeconfig *config, size_t index)
{
	return index < config->warning_count ? config->warnings[index] : NULL;
}
