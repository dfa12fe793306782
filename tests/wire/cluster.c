// SPDX-License-Identifier: Apache-2.0
// Gathering what lists and watches tell.
#include "config.h"
#include "tests/wire/cluster.h"

#include <time.h>

#include "base/banned.h"

static struct gathered_part *part_of(struct gathered *gathered, const struct scope *scope)
{
	for (size_t i = 0; i < gathered->scope_count; i++)
		if (&gathered->scopes[i] == scope || scope_equal(&gathered->scopes[i], scope))
			if (scope < gathered->scopes || scope >= gathered->scopes + gathered->scope_count ||
			        &gathered->scopes[i] == scope)
				return &gathered->parts[i];
	return &gathered->parts[0];
}

static struct snapshot_builder *begin(struct list_sink *sink, const struct scope *scope)
{
	const struct gathered *gathered = (struct gathered *)sink;

	return snapshot_builder_create(gathered->kind, scope, NULL);
}

static void page(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder)
{
	(void)sink;
	(void)scope;
	(void)builder;
}

static void end(
        struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder, const struct error *error)
{
	struct gathered *gathered = (struct gathered *)sink;
	struct gathered_part *part;

	pthread_mutex_lock(&gathered->lock);
	part = part_of(gathered, scope);
	part->told++;
	part->error = error ? *error : (struct error){0};
	if (error) {
		snapshot_builder_destroy(builder);
	} else {
		snapshot_unref(part->snapshot);
		part->snapshot = builder ? snapshot_finish(builder, 1, NULL) : NULL;
		part->count = part->snapshot ? part->snapshot->count : 0;
	}
	pthread_cond_broadcast(&gathered->changed);
	pthread_mutex_unlock(&gathered->lock);
}

void gathered_init(struct gathered *gathered, enum kind_id kind, const struct scope *scopes, size_t count)
{
	memset(gathered, 0, sizeof(*gathered));
	gathered->sink = (struct list_sink){begin, page, end};
	gathered->kind = kind;
	gathered->scopes = scopes;
	gathered->scope_count = count;
	pthread_mutex_init(&gathered->lock, NULL);
	pthread_cond_init(&gathered->changed, NULL);
}

void gather(
        struct session *session, enum kind_id kind, const struct scope *scopes, size_t count, struct gathered *gathered)
{
	gathered_init(gathered, kind, scopes, count);
	CU_ASSERT_TRUE(backend_kubernetes.list(session, kind, scopes, count, &gathered->sink, NULL, NULL));
}

void gathered_finish(struct gathered *gathered)
{
	for (size_t i = 0; i < gathered->scope_count; i++)
		snapshot_unref(gathered->parts[i].snapshot);
	pthread_cond_destroy(&gathered->changed);
	pthread_mutex_destroy(&gathered->lock);
}

bool gathered_wait(struct gathered *gathered, bool (*holds)(const struct gathered_part *part))
{
	struct timespec until;
	bool held, late = false;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&gathered->lock);
	while (!(held = holds(&gathered->parts[0])) && !late)
		late = pthread_cond_timedwait(&gathered->changed, &gathered->lock, &until) != 0;
	pthread_mutex_unlock(&gathered->lock);
	return held;
}
