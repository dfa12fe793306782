// SPDX-License-Identifier: Apache-2.0
// Finds out what is to be scanned: regions and the clusters in them, as the cloud and the kubeconfigs tell now.
#include "config.h"

#include "orphans/scanner_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work/sink.h"

#include "base/banned.h"

struct listing {
	struct error *errors; // one per scope; ERROR_NONE = read
};

static void listing_report(const struct sink_report *report, void *user)
{
	struct listing *listing = user;

	if (!report->read)
		listing->errors[report->tag] = report->error;
}

// Reads one kind into the store. `errors` gets why a scope failed. False only when cancelled or out of memory.
static bool list_kind(const struct scan_place *place, const struct patience *patience, const struct backend *backend,
        struct session *session, enum kind_id kind, const struct scope *scopes, size_t count, struct error *errors,
        struct job *job, struct error *error)
{
	size_t *tags = calloc(count + 1, sizeof *tags);
	struct listing listing = {errors};
	struct sink_options options = {.kind = kind,
	        .scopes = scopes,
	        .tags = tags,
	        .count = count,
	        .store = place->store,
	        .clock = place->clock,
	        .patience = patience,
	        .report = listing_report,
	        .user = &listing};
	struct sink *sink = NULL;
	bool read = false;

	if (!tags)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < count; i++)
		tags[i] = i;
	sink = sink_create(&options, error);
	if (sink)
		read = sink_read(sink, backend, session, job, error);
	sink_destroy(sink);
	free(tags);
	return read || (sink && !cancel_asked(job_cancel(job)) && (!error || error->kind != ERROR_MEMORY));
}

static struct scope scope_of(const struct scan_place *place, const char *region, const char *cluster)
{
	struct scope scope = {.context = ""};

	snprintf(scope.context, sizeof scope.context, "%s", place->context);
	snprintf(scope.region, sizeof scope.region, "%s", region);
	snprintf(scope.cluster, sizeof scope.cluster, "%s", cluster);
	return scope;
}

static bool list_regions(const struct scan_place *place, struct scan_basis *basis, struct scope *scopes, size_t *count,
        struct job *job, struct error *error)
{
	struct scope whole = scope_of(place, "", "");
	struct error failure = {ERROR_NONE};
	struct store_entry entry;

	(void)basis;
	*count = 0;
	for (; *count < place->region_count; ++*count)
		scopes[*count] = scope_of(place, place->regions[*count], "");
	if (*count > 0)
		return true;
	if (!list_kind(place, NULL, place->cloud, place->cloud_session, KIND_REGION, &whole, 1, &failure, job, error))
		return false;
	if (failure.kind == ERROR_NONE && store_get(place->store, KIND_REGION, &whole, &entry)) {
		for (size_t i = 0; entry.snapshot && i < entry.snapshot->count && *count < SCANNER_REGIONS_MOST; i++)
			scopes[(*count)++] = scope_of(place, entry.snapshot->records[i]->id, "");
		snapshot_unref(entry.snapshot);
	}
	if (*count > 0)
		return true;
	if (failure.kind == ERROR_NONE)
		error_set(&failure, ERROR_NOT_FOUND, _("the cloud lists no region"));
	if (error)
		*error = failure;
	return false;
}

// Keeps the clusters of one entry of the store, and says how many there are.
static size_t hold_clusters(const struct scan_place *place, struct scan_basis *basis, const struct scope *scope)
{
	struct store_entry entry;

	if (!store_get(place->store, KIND_CLUSTER, scope, &entry) || !entry.snapshot)
		return 0;
	basis->held[basis->held_count++] = entry.snapshot;
	return entry.snapshot->count;
}

// Names all clusters that are held; those with a region are the cloud's.
static bool name_clusters(const struct scan_place *place, struct scan_basis *basis, size_t most)
{
	struct scan_options *options = &basis->options;
	struct scope *scopes = arena_alloc(&basis->arena, most * sizeof *scopes);
	const struct cluster_record **known = arena_alloc(&basis->arena, most * sizeof *known);

	if (!scopes || !known)
		return false;
	for (size_t h = 0; h < basis->held_count; h++) {
		const struct snapshot *held = basis->held[h];

		for (size_t i = 0; i < held->count && options->cluster_count < most; i++) {
			scopes[options->cluster_count++] = scope_of(place, held->scope.region, held->records[i]->id);
			if (held->scope.region[0])
				known[options->known_count++] = (const struct cluster_record *)held->records[i];
		}
	}
	options->cluster_scopes = scopes;
	options->known = known;
	return true;
}

// What somebody read of a region's clusters just now is not asked for again, whatever came out of it.
static bool take_recent(const struct scan_place *place, const struct scope *scope, struct error *error)
{
	int64_t now = clock_now(place->clock);
	struct store_entry entry;
	bool recent;

	if (!store_get(place->store, KIND_CLUSTER, scope, &entry))
		return false;
	recent = !entry.reading && entry.asked_at != 0 && now - entry.asked_at < SCANNER_CLUSTERS_FRESH_MS &&
	         (entry.error.kind != ERROR_NONE ||
	                 (entry.snapshot && entry.snapshot->complete && entry.snapshot->origin == SNAPSHOT_LIVE));
	if (recent)
		*error = entry.error;
	snapshot_unref(entry.snapshot);
	return recent;
}

// Lists the clusters of those regions that nobody has read just now; errors[i] is that of region i.
static bool list_cloud_clusters(const struct scan_place *place, const struct patience *patience,
        struct scan_basis *basis, struct error *errors, struct job *job, struct error *error)
{
	const struct scan_options *options = &basis->options;
	size_t regions = options->region_count, count = 0;
	struct scope *asked = arena_alloc(&basis->arena, (regions + 1) * sizeof *asked);
	size_t *places = arena_alloc(&basis->arena, (regions + 1) * sizeof *places);
	struct error *failures = arena_alloc(&basis->arena, (regions + 1) * sizeof *failures);

	if (!asked || !places || !failures)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < regions; i++)
		if (!take_recent(place, &options->regions[i], &errors[i])) {
			asked[count] = options->regions[i];
			places[count++] = i;
		}
	if (count == 0)
		return true;
	if (!list_kind(place, patience, place->cloud, place->cloud_session, KIND_CLUSTER, asked, count, failures, job,
	            error))
		return false;
	for (size_t i = 0; i < count; i++)
		errors[places[i]] = failures[i];
	return true;
}

static bool list_clusters(const struct scan_place *place, const struct patience *patience, struct scan_basis *basis,
        struct job *job, struct error *error)
{
	struct scan_options *options = &basis->options;
	size_t regions = options->region_count;
	struct scope own = scope_of(place, "", "");
	struct scope *unlisted = arena_alloc(&basis->arena, (regions + 1) * sizeof *unlisted);
	struct error *errors = arena_alloc(&basis->arena, (regions + 2) * sizeof *errors), failure = {ERROR_NONE};
	bool has_own = place->clusters_session && place->clusters->cluster->has_own &&
	               place->clusters->cluster->has_own(place->clusters_session);
	size_t failed = 0, found = 0;

	basis->held = calloc(regions + 2, sizeof(struct snapshot *));
	if (!unlisted || !errors || !basis->held)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	if (place->cloud->lists(KIND_CLUSTER) && !list_cloud_clusters(place, patience, basis, errors, job, error))
		return false;
	if (has_own && !list_kind(place, patience, place->clusters, place->clusters_session, KIND_CLUSTER, &own, 1,
	                       &failure, job, error))
		return false;
	for (size_t i = 0; i < regions; i++) {
		found += hold_clusters(place, basis, &options->regions[i]);
		if (errors[i].kind == ERROR_NONE)
			continue;
		unlisted[failed] = options->regions[i];
		errors[failed++] = errors[i];
	}
	if (has_own)
		found += hold_clusters(place, basis, &own);
	if (!name_clusters(place, basis, found < SCANNER_CLUSTERS_MOST ? found : SCANNER_CLUSTERS_MOST))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	options->unlisted = unlisted;
	options->unlisted_errors = errors;
	options->unlisted_count = failed;
	return true;
}

struct scan_basis *scan_basis_read(
        const struct scan_place *place, const struct patience *patience, struct job *job, struct error *error)
{
	struct scan_basis *basis = calloc(1, sizeof *basis);
	struct scope *scopes;

	if (!basis) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	arena_init(&basis->arena, 0);
	scopes = arena_alloc(&basis->arena, SCANNER_REGIONS_MOST * sizeof *scopes);
	if (!scopes) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		goto failed;
	}
	basis->options = (struct scan_options){.cloud = place->cloud,
	        .cloud_session = place->cloud_session,
	        .regions = scopes,
	        .clusters = place->clusters,
	        .clusters_session = place->clusters_session,
	        .clock = place->clock,
	        .log = place->log,
	        .parallel = place->parallel};
	if (!list_regions(place, basis, scopes, &basis->options.region_count, job, error) ||
	        !list_clusters(place, patience, basis, job, error))
		goto failed;
	return basis;
failed:
	scan_basis_free(basis);
	return NULL;
}

bool scan_basis_trust(struct scan_basis *basis, const char *uids)
{
	size_t most = strlen(uids) / 2 + 1;
	const char **trusted = arena_alloc(&basis->arena, most * sizeof *trusted);
	char *copy = arena_strdup(&basis->arena, uids), *word;

	if (!trusted || !copy)
		return false;
	basis->options.trusted = trusted;
	while ((word = strsep(&copy, ", ")) != NULL)
		if (*word && basis->options.trusted_count < most)
			trusted[basis->options.trusted_count++] = word;
	return true;
}

static void *copy_array(struct arena *arena, const void *from, size_t size)
{
	void *copy = arena_alloc(arena, size);

	if (copy && size > 0)
		memcpy(copy, from, size);
	return copy;
}

static const char *const *copy_texts(struct arena *arena, const char *const *from, size_t count)
{
	const char **copy = arena_alloc(arena, count * sizeof *copy);

	for (size_t i = 0; copy && i < count; i++)
		if ((copy[i] = arena_strdup(arena, from[i])) == NULL)
			return NULL;
	return copy;
}

struct scan_basis *scan_basis_copy(const struct scan_basis *basis)
{
	const struct scan_options *from = &basis->options;
	struct scan_basis *copy = calloc(1, sizeof *copy);
	struct scan_options *options = copy ? &copy->options : NULL;

	if (!copy)
		return NULL;
	*options = *from;
	options->memory = memory_ref(from->memory);
	arena_init(&copy->arena, 0);
	copy->held = calloc(basis->held_count + 1, sizeof(struct snapshot *));
	options->regions = copy_array(&copy->arena, from->regions, from->region_count * sizeof *from->regions);
	options->cluster_scopes =
	        copy_array(&copy->arena, from->cluster_scopes, from->cluster_count * sizeof *from->cluster_scopes);
	options->known = copy_array(&copy->arena, from->known, from->known_count * sizeof *from->known);
	options->unlisted = copy_array(&copy->arena, from->unlisted, from->unlisted_count * sizeof *from->unlisted);
	options->unlisted_errors =
	        copy_array(&copy->arena, from->unlisted_errors, from->unlisted_count * sizeof *from->unlisted_errors);
	options->trusted = copy_texts(&copy->arena, from->trusted, from->trusted_count);
	if (!copy->held || !options->trusted || !options->regions || !options->cluster_scopes || !options->known ||
	        !options->unlisted || !options->unlisted_errors) {
		scan_basis_free(copy);
		return NULL;
	}
	for (; copy->held_count < basis->held_count; copy->held_count++)
		copy->held[copy->held_count] = snapshot_ref(basis->held[copy->held_count]);
	return copy;
}

void scan_basis_free(struct scan_basis *basis)
{
	if (!basis)
		return;
	for (size_t i = 0; i < basis->held_count; i++)
		snapshot_unref(basis->held[i]);
	free(basis->held);
	memory_close(basis->options.memory);
	arena_finish(&basis->arena);
	free(basis);
}

// The options are the first member of their basis.
void scan_options_free(struct scan_options *options)
{
	scan_basis_free((struct scan_basis *)options);
}
