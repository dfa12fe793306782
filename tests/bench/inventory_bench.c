// SPDX-License-Identifier: Apache-2.0
// inventory-bench [ROWS [REGIONS [RUNS]]]: what sorting, filtering, comparing and keeping rows costs. Medians.
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "inventory/cache.h"
#include "inventory/database.h"
#include "inventory/view.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

enum { REGIONS_MOST = 100, RUNS_MOST = 101 };

struct bench {
	unsigned rows, regions, runs;
	struct store *store;
	struct view *view;
	struct snapshot *shots[REGIONS_MOST];
	char folder[64], path[DATABASE_PATH_SIZE];
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

// Calls `prepare`, then takes the time of `run`, several times; tells the median.
static void measure(struct bench *bench, const char *what, void (*prepare)(struct bench *), void (*run)(struct bench *))
{
	double times[RUNS_MOST];

	for (unsigned i = 0; i < bench->runs; i++) {
		double start;

		if (prepare)
			prepare(bench);
		start = seconds();
		run(bench);
		times[i] = seconds() - start;
	}
	qsort(times, bench->runs, sizeof(times[0]), by_size);
	printf("%-34s %9.2f ms %9.0f ns/row\n", what, times[bench->runs / 2] * 1e3,
	        times[bench->runs / 2] * 1e9 / bench->rows);
}

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long total, pages = 0;

	if (file && fscanf(file, "%ld %ld", &total, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void make_all(struct bench *bench)
{
	char region[32];

	for (unsigned i = 0; i < bench->regions; i++) {
		unsigned first = (unsigned)((uint64_t)bench->rows * i / bench->regions);
		unsigned last = (unsigned)((uint64_t)bench->rows * (i + 1) / bench->regions);

		snprintf(region, sizeof(region), "cn-region-%u", i);
		snapshot_unref(bench->shots[i]);
		bench->shots[i] = world_vms(region, first, last - first, WORLD_NOW);
	}
}

static void publish_all(struct bench *bench)
{
	for (unsigned i = 0; i < bench->regions; i++) {
		store_publish(bench->store, bench->shots[i]);
		bench->shots[i] = NULL;
	}
}

static void order(struct bench *bench, const char *field)
{
	view_set_order(bench->view, field);
	view_update(bench->view);
}

static void by_created(struct bench *bench)
{
	order(bench, "-created");
}

static void by_name(struct bench *bench)
{
	order(bench, "name");
}

static void by_status(struct bench *bench)
{
	order(bench, "status");
}

static void by_id(struct bench *bench)
{
	order(bench, "id");
}

static void filter(struct bench *bench, const char *text)
{
	view_set_filter(bench->view, text, NULL);
	view_update(bench->view);
}

static void filter_none(struct bench *bench)
{
	filter(bench, "");
}

static void filter_letter(struct bench *bench)
{
	filter(bench, "n");
}

static void filter_prefix(struct bench *bench)
{
	filter(bench, "nginx-7");
}

static void filter_word(struct bench *bench)
{
	filter(bench, "nginx-77");
}

static void filter_nothing(struct bench *bench)
{
	filter(bench, "zzzz");
}

static void filter_chinese(struct bench *bench)
{
	filter(bench, "批处理");
}

static void filter_regex(struct bench *bench)
{
	filter(bench, "~nginx-.*7a$");
}

static void filter_age(struct bench *bench)
{
	filter(bench, "age>2h status=running");
}

static void find_all(struct bench *bench)
{
	size_t wrong = 0;

	for (size_t i = 0; i < view_count(bench->view); i++)
		wrong += view_find(bench->view, view_row(bench->view, i)->id) != i;
	if (wrong)
		printf("%zu rows not found\n", wrong);
}

static void refresh_one(struct bench *bench)
{
	unsigned count = (unsigned)((uint64_t)bench->rows / bench->regions);

	store_publish(bench->store, world_vms("cn-region-0", 0, count, WORLD_NOW));
	view_update(bench->view);
}

static void update_after_one(struct bench *bench)
{
	view_update(bench->view);
}

static void publish_one(struct bench *bench)
{
	unsigned count = (unsigned)((uint64_t)bench->rows / bench->regions);

	store_publish(bench->store, world_vms("cn-region-0", 0, count, WORLD_NOW));
}

static struct cache *cache_begin(struct bench *bench)
{
	struct error error = {0};
	struct cache *cache = cache_open(bench->path, &clock_system, NULL, NULL, &error);

	if (cache)
		return cache;
	fprintf(stderr, "%s\n", error.message);
	exit(1);
}

static void measure_cache(struct bench *bench)
{
	double start, saved, first, whole;
	struct store *store = store_create(&clock_system);
	struct cache *cache = cache_begin(bench);
	size_t count = 0;
	struct view *view;

	cache_watch(cache, store);
	make_all(bench);
	for (unsigned i = 0; i < bench->regions; i++)
		store_publish(store, snapshot_ref(bench->shots[i]));
	start = seconds();
	if (!cache_save(cache, NULL, NULL))
		printf("saving failed\n");
	saved = seconds() - start;
	printf("%-34s %9.2f ms %9.0f ns/row\n", "cache: first save, with history", saved * 1e3,
	        saved * 1e9 / bench->rows);
	cache_close(cache);
	store_destroy(store);

	store = store_create(&clock_system);
	cache = cache_begin(bench);
	cache_watch(cache, store);
	for (unsigned i = 0; i < bench->regions; i++)
		store_publish(store, snapshot_ref(bench->shots[i]));
	start = seconds();
	if (!cache_save(cache, NULL, NULL))
		printf("saving failed\n");
	saved = seconds() - start;
	printf("%-34s %9.2f ms %9.0f ns/row\n", "cache: save all again", saved * 1e3, saved * 1e9 / bench->rows);
	cache_close(cache);
	store_destroy(store);

	for (unsigned run = 0; run < 3; run++) {
		start = seconds();
		store = store_create(&clock_system);
		cache = cache_begin(bench);
		cache_load_first(cache, store, "prod", NULL);
		view = view_create(kind_get(KIND_VM), store, &clock_system);
		view_update(view);
		first = seconds() - start;
		count = view_count(view);
		start = seconds();
		cache_load(cache, store, "prod", NULL, NULL);
		whole = seconds() - start;
		view_update(view);
		printf("cache: open to first %4zu rows      %9.2f ms; the rest %.2f ms (%zu rows)\n", count,
		        first * 1e3, whole * 1e3, view_count(view));
		view_destroy(view);
		cache_close(cache);
		store_destroy(store);
	}
}

static unsigned argument(int argc, char **argv, int place, unsigned fallback, unsigned most)
{
	unsigned long value = argc > place ? strtoul(argv[place], NULL, 10) : fallback;

	return value == 0 || value > most ? fallback : (unsigned)value;
}

// What a scan says of every row: looked up by id.
static void publish_verdicts(struct bench *bench)
{
	static const char *const verdicts[] = {
	        "live", "live", "live", "live", "creating", "orphan", "suspect", "unknown"};
	const struct scope scope = {.context = "bench"};
	struct snapshot_builder *builder = snapshot_builder_create(KIND_ORPHAN, &scope, NULL);
	const struct view_source *sources;
	size_t count = view_sources(bench->view, &sources), at = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; sources[i].entry.snapshot && k < sources[i].entry.snapshot->count; k++, at++) {
			struct orphan_record *orphan = snapshot_add(builder, sources[i].entry.snapshot->records[k]->id);

			orphan->verdict = snapshot_shared(builder, verdicts[at % COUNT_OF(verdicts)]);
			orphan->per_hour = 1.02;
			orphan->currency = snapshot_shared(builder, "CNY");
			orphan->cluster = snapshot_shared(builder, "caa");
		}
	store_publish(bench->store, snapshot_finish(builder, WORLD_NOW, NULL));
}

static void update_view(struct bench *bench)
{
	view_update(bench->view);
}

static void by_verdict(struct bench *bench)
{
	order(bench, "verdict");
}

static void filter_verdict(struct bench *bench)
{
	filter(bench, "verdict=orphan");
}

static struct folds *folds;

static void tree_off(struct bench *bench)
{
	view_set_tree(bench->view, NULL, NULL);
	view_set_filter(bench->view, "", NULL);
	view_update(bench->view);
}

static void tree_on(struct bench *bench)
{
	view_set_tree(bench->view, "", folds);
	view_update(bench->view);
}

static void fold_all(struct bench *bench)
{
	view_fold_all(bench->view);
}

static void fold_one(struct bench *bench)
{
	struct view_line line;

	view_line(bench->view, 0, &line);
	view_fold(bench->view, line.group->record.id, !line.group->folded);
}

int main(int argc, char **argv)
{
	struct bench bench = {.rows = argument(argc, argv, 1, 100000, 2000000),
	        .regions = argument(argc, argv, 2, 30, REGIONS_MOST),
	        .runs = argument(argc, argv, 3, 7, RUNS_MOST)};
	size_t bytes = 0;
	long before;

	setlocale(LC_ALL, "");
	world_folder_make(bench.folder, sizeof(bench.folder));
	database_path(bench.folder, bench.path, NULL);
	printf("%u rows in %u scopes, median of %u runs\n", bench.rows, bench.regions, bench.runs);
	measure(&bench, "build snapshots", NULL, make_all);
	for (unsigned i = 0; i < bench.regions; i++) {
		snapshot_unref(bench.shots[i]);
		bench.shots[i] = NULL;
	}
	before = resident_kib();
	make_all(&bench);
	for (unsigned i = 0; i < bench.regions; i++)
		bytes += bench.shots[i]->bytes;
	bench.store = store_create(&clock_system);
	bench.view = view_create(kind_get(KIND_VM), bench.store, &clock_system);
	publish_all(&bench);
	view_update(bench.view);
	printf("%-34s %9zu bytes/row counted, %ld resident; whole process %ld KiB\n",
	        "memory of snapshots and one view", bytes / bench.rows, (resident_kib() - before) * 1024 / bench.rows,
	        resident_kib());

	measure(&bench, "publish and compare, all scopes", make_all, publish_all);
	measure(&bench, "view after one scope changed", publish_one, update_after_one);
	measure(&bench, "publish one scope and view", NULL, refresh_one);
	measure(&bench, "sort by age", by_name, by_created);
	measure(&bench, "sort by name", by_created, by_name);
	measure(&bench, "sort by status, then id", by_created, by_status);
	measure(&bench, "sort by id", by_created, by_id);
	measure(&bench, "find every row by id", NULL, find_all);
	measure(&bench, "filter: first letter", filter_none, filter_letter);
	measure(&bench, "filter: a word", filter_none, filter_word);
	measure(&bench, "filter: one letter more", filter_prefix, filter_word);
	measure(&bench, "filter: nothing passes", filter_none, filter_nothing);
	measure(&bench, "filter: Chinese word", filter_none, filter_chinese);
	measure(&bench, "filter: regular expression", filter_none, filter_regex);
	measure(&bench, "filter: age and status", filter_none, filter_age);
	measure(&bench, "filter: cleared", filter_word, filter_none);
	filter_none(&bench);
	publish_verdicts(&bench);
	measure(&bench, "view after a scan", publish_verdicts, update_view);
	measure(&bench, "judged: sort by verdict", by_created, by_verdict);
	measure(&bench, "judged: a word", filter_none, filter_word);
	measure(&bench, "judged: first letter", filter_none, filter_letter);
	measure(&bench, "judged: one verdict", filter_none, filter_verdict);
	measure(&bench, "judged: publish one scope and view", NULL, refresh_one);
	filter_none(&bench);
	folds = folds_create();
	measure(&bench, "tree: on", tree_off, tree_on);
	measure(&bench, "tree: fold or unfold all", NULL, fold_all);
	folds_set_all(folds, false);
	view_update(bench.view);
	measure(&bench, "tree: fold or unfold one", NULL, fold_one);
	measure(&bench, "tree: filter, first letter", filter_none, filter_letter);
	measure(&bench, "tree: filter, one letter more", filter_prefix, filter_word);
	measure(&bench, "tree: filter cleared", filter_word, filter_none);
	measure(&bench, "tree: sort by name", by_created, by_name);
	measure(&bench, "tree: view after one scope changed", publish_one, update_after_one);
	measure(&bench, "tree: view after a scan", publish_verdicts, update_view);
	view_destroy(bench.view);
	folds_destroy(folds);
	store_destroy(bench.store);
	measure_cache(&bench);
	for (unsigned i = 0; i < bench.regions; i++)
		snapshot_unref(bench.shots[i]);
	world_folder_remove(bench.folder);
	return 0;
}
