// SPDX-License-Identifier: Apache-2.0
// Reads the adaptors' logs, a few containers at a time, and keeps of each only what tells of a VM that exists (E3).
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct log_task {
	cluster_ref cluster;
	const struct pod_record *pod;
	bool previous;
};

struct log_reading {
	struct kept_book *kept;
	size_t bytes;
	bool is_cut;
	char last[TIME_TEXT_SIZE + 8]; // what the last line begins with: its time
};

static bool log_line(const char *text, size_t size, void *user)
{
	struct log_reading *reading = user;
	struct caa_log *log = &reading->kept->book.log;

	if (reading->bytes + size > SCAN_LOG_BYTES_MOST) {
		reading->is_cut = true;
		return false;
	}
	reading->bytes += size;
	snprintf(reading->last, sizeof reading->last, "%.*s", (int)(size < 30 ? size : 30), text);
	caa_log_feed(log, text, size);
	if (size == 0 || text[size - 1] != '\n')
		caa_log_end(log);
	return true;
}

// Under the lock.
static const char *keep(struct scan *scan, const char *text)
{
	const char *copy = *text ? arena_strdup(&scan->arena, text) : "";

	if (!copy)
		atomic_store(&scan->is_broken, true);
	return copy ? copy : "";
}

// Under the lock.
static struct scan_log *log_add(struct scan *scan)
{
	if (scan->log_count == scan->log_room) {
		size_t room = scan->log_room ? scan->log_room * 2 : 256;
		struct scan_log *logs = realloc(scan->logs, room * sizeof *logs);

		if (!logs) {
			atomic_store(&scan->is_broken, true);
			return NULL;
		}
		scan->logs = logs;
		scan->log_room = room;
	}
	return &scan->logs[scan->log_count++];
}

static void entry_keep(struct scan *scan, const struct log_task *task, const struct log_reading *reading,
        const struct caa_entry *entry, size_t place, bool is_whole)
{
	const struct scan_vm *vm = &scan->vms[place];
	const struct caa_book *book = &reading->kept->book;
	const struct caa_address *address =
	        *vm->record->private_ip ? caa_book_address(book, vm->record->private_ip) : NULL;
	struct scan_log *log;

	pthread_mutex_lock(&scan->lock);
	log = log_add(scan);
	if (log) {
		*log = (struct scan_log){.cluster = task->cluster,
		        .node = task->pod->node,
		        .adaptor = task->pod->record.id,
		        .is_current = !task->previous,
		        .has_untied_error = book->counts[CAA_CREATE_FAILED] > 0,
		        .entry = *entry,
		        .vm = place};
		log->entry.sandbox = keep(scan, entry->sandbox);
		log->entry.pod = keep(scan, entry->pod);
		log->entry.namespace_name = keep(scan, entry->namespace_name);
		log->entry.netns = "";
		log->entry.instance = keep(scan, entry->instance);
		log->entry.name = keep(scan, entry->name);
		log->is_connected = address && entry->sandbox_made != 0 && address->established >= entry->sandbox_made;
		log->is_last = !task->previous && is_whole && *entry->pod && entry->order != 0 &&
		               caa_book_pod_last(book, entry->namespace_name, entry->pod) == entry;
	}
	pthread_mutex_unlock(&scan->lock);
}

static bool entry_is_of(const struct caa_entry *entry, const struct scan_vm *vm)
{
	char name[PODVM_NAME_SIZE];
	struct podvm_name own;

	if (*entry->instance && !strchr(entry->instance, '/'))
		return strcmp(entry->instance, vm->record->record.id) == 0;
	if (*entry->name)
		return strcmp(entry->name, vm->record->record.name) == 0;
	if (*entry->pod && *entry->sandbox)
		return podvm_name_compose(entry->pod, entry->sandbox, PODVM_NAME_LIMIT, name) &&
		       strcmp(name, vm->record->record.name) == 0;
	return *entry->sandbox && podvm_name_parse(vm->record->record.name, &own) &&
	       podvm_name_fits_sandbox(&own, entry->sandbox);
}

static void entry_match(struct scan *scan, const struct log_task *task, const struct log_reading *reading,
        const struct caa_entry *entry, bool is_whole)
{
	struct podvm_name name;
	char short_id[PODVM_SANDBOX_PART + 1] = "";
	size_t place = *entry->instance ? scan_vm_place(scan, entry->instance) : SIZE_MAX;

	if (place != SIZE_MAX) {
		entry_keep(scan, task, reading, entry, place, is_whole);
		return;
	}
	if (*entry->sandbox)
		memcpy(short_id, entry->sandbox, PODVM_SANDBOX_PART);
	else if (podvm_name_parse(entry->name, &name))
		memcpy(short_id, name.sandbox_part, PODVM_SANDBOX_PART);
	if (!*short_id)
		return;
	for (size_t at = multimap_first(&scan->vms_by_short, multimap_text(0, short_id)); at != SIZE_MAX;
	        at = multimap_next(&scan->vms_by_short, at))
		if (podvm_name_parse(scan->vms[at].record->record.name, &name) &&
		        strcmp(name.sandbox_part, short_id) == 0 && entry_is_of(entry, &scan->vms[at]))
			entry_keep(scan, task, reading, entry, at, is_whole);
}

static struct log_task *log_tasks(struct scan *scan)
{
	return (struct log_task *)scan->log_tasks;
}

// One container's one run.
static void log_key(const struct scan_cluster *cluster, const struct log_task *task, char out[BOOK_CACHE_KEY_SIZE])
{
	*out = '\0';
	if (*cluster->uid)
		snprintf(out, BOOK_CACHE_KEY_SIZE, "%s/%s/%lld/%lld/%d", cluster->uid, task->pod->record.id,
		        (long long)task->pod->running_since, (long long)task->pod->restarts, task->previous);
}

// The times that the API puts before each line have fractions; what it is asked for has whole seconds.
static int64_t log_since(const struct kept_book *kept)
{
	return kept->read_to > 1000 ? kept->read_to - 1000 : 0;
}

static void note_last(struct log_reading *reading)
{
	int64_t time;

	reading->last[strcspn(reading->last, " ")] = '\0';
	if (time_parse(reading->last, &time) && time > reading->kept->read_to)
		reading->kept->read_to = time;
}

static bool container_read(
        struct scan *scan, const struct log_task *task, struct log_reading *reading, struct error *error)
{
	const struct scan_options *options = &scan->options;
	const struct pod_record *pod = task->pod;
	struct survey_log wanted = {.space = pod->namespace_name,
	        .pod = pod->record.name,
	        .container = pod->containers.count > 0 ? pod->containers.items[0] : "",
	        .previous = task->previous,
	        .since = log_since(reading->kept)};
	bool read;

	// What a container that has ended logged does not change any more.
	if (task->previous && reading->kept->read_to != 0)
		return true;
	read = options->clusters->cluster->log(options->clusters_session, &scan->clusters[task->cluster - 1].scope,
	        &wanted, log_line, reading, scan->cancel, error);
	caa_log_end(&reading->kept->book.log);
	note_last(reading);
	return read;
}

static void read_log(struct scan *scan, size_t place)
{
	const struct log_task *task = &log_tasks(scan)[place];
	struct scan_cluster *cluster = &scan->clusters[task->cluster - 1];
	// Before a deletion nothing is taken from earlier scans.
	struct book_cache *cache = scan->is_recheck ? NULL : memory_books(scan->options.memory);
	struct log_reading reading = {.bytes = 0};
	struct error error = {ERROR_NONE};
	const struct caa_book *book;
	char key[BOOK_CACHE_KEY_SIZE];
	bool read;

	log_key(cluster, task, key);
	reading.kept = book_cache_take(cache, key);
	if (!reading.kept) {
		atomic_store(&scan->is_broken, true);
		return;
	}
	read = container_read(scan, task, &reading, &error);
	book = &reading.kept->book;
	for (size_t i = 0; i < book->entry_count; i++)
		entry_match(scan, task, &reading, book->entries[i], read && !reading.is_cut && !book->is_full);
	// A container that never ran before has no previous log: that is no failure.
	if (!read && !(task->previous && error.kind != ERROR_DENIED)) {
		pthread_mutex_lock(&scan->lock);
		cluster->logs_failed = true;
		cluster->log_error = error;
		pthread_mutex_unlock(&scan->lock);
	}
	if (read && !reading.is_cut)
		book_cache_put(cache, reading.kept);
	else
		kept_book_destroy(reading.kept);
	scan_progress(scan, 1, cluster->name);
}

// Logs are worth reading only where a pod VM exists at all, and in a recheck only those of the owner.
static bool cluster_has_logs(const struct scan *scan, const struct scan_cluster *cluster)
{
	if (!cluster->can_be_read || !cluster->survey.pods || !scan->options.clusters->cluster->log)
		return false;
	return !scan->is_recheck || !scan->wanted_uid || !*scan->wanted_uid ||
	       strcmp(scan->wanted_uid, cluster->uid) == 0;
}

static bool any_podvm(const struct scan *scan)
{
	for (size_t i = 0; i < scan->vm_count; i++)
		if (scan->vms[i].has_name)
			return true;
	return false;
}

bool scan_read_logs(struct scan *scan)
{
	size_t count = 0, tasks = 0;

	for (size_t i = 0; i < scan->pod_count; i++)
		count += scan_pod_is_adaptor(scan->pods[i].record);
	scan->log_tasks = arena_alloc(&scan->scratch, 2 * count * sizeof(struct log_task));
	if (!scan->log_tasks)
		return false;
	for (size_t i = 0; i < scan->pod_count && any_podvm(scan); i++) {
		const struct scan_pod *pod = &scan->pods[i];

		if (!scan_pod_is_adaptor(pod->record) || !cluster_has_logs(scan, &scan->clusters[pod->cluster - 1]))
			continue;
		log_tasks(scan)[tasks++] = (struct log_task){pod->cluster, pod->record, false};
		if (pod->record->restarts > 0)
			log_tasks(scan)[tasks++] = (struct log_task){pod->cluster, pod->record, true};
	}
	atomic_fetch_add(&scan->total, (long)tasks);
	return scan_tasks(scan, tasks, SCAN_LOGS_AT_ONCE, read_log);
}

bool scan_index_logs(struct scan *scan)
{
	if (!multimap_init(&scan->logs_by_vm, &scan->scratch, scan->log_count) ||
	        !multimap_init(&scan->logs_by_pod, &scan->scratch, scan->log_count))
		return false;
	for (size_t i = 0; i < scan->log_count; i++) {
		const struct scan_log *log = &scan->logs[i];

		multimap_add(&scan->logs_by_vm, log->vm, i);
		if (log->is_last)
			multimap_add(&scan->logs_by_pod,
			        scan_pod_key(log->cluster, log->entry.namespace_name, log->entry.pod), i);
	}
	return true;
}

static bool entry_is_mapped(const struct caa_entry *entry, const struct scan_vm *vm)
{
	if (!*entry->pod || !*entry->namespace_name)
		return false;
	if (*entry->instance && !strchr(entry->instance, '/') && strcmp(entry->instance, vm->record->record.id) != 0)
		return false;
	return caa_entry_saw(entry, CAA_INSTANCE_CREATED) || caa_entry_saw(entry, CAA_ARM_VM_CREATED) ||
	       caa_entry_saw(entry, CAA_NAME_CREATED);
}

static bool entry_is_half(const struct scan_log *log)
{
	static const enum caa_fact_kind ends[] = {CAA_NAME_CREATED, CAA_DELETE_STARTED, CAA_DELETE_DONE,
	        CAA_NAME_DELETED, CAA_INSTANCE_MISSING, CAA_DELETE_FAILED, CAA_STOP_REFUSED, CAA_CLEANUP_STARTED,
	        CAA_CLEANUP_FAILED, CAA_CREATE_FAILED, CAA_SET_INSTANCE_LATE};
	const struct caa_entry *entry = &log->entry;

	if (!log->is_current || log->has_untied_error ||
	        !(caa_entry_saw(entry, CAA_CREATE_INTENT) || caa_entry_saw(entry, CAA_INSTANCE_CREATED) ||
	                caa_entry_saw(entry, CAA_ARM_VM_CREATED)))
		return false;
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (caa_entry_saw(entry, ends[i]))
			return false;
	return true;
}

static bool entry_is_deleted(const struct caa_entry *entry)
{
	return caa_entry_saw(entry, CAA_DELETE_STARTED) || caa_entry_saw(entry, CAA_DELETE_DONE) ||
	       caa_entry_saw(entry, CAA_NAME_DELETED) || caa_entry_saw(entry, CAA_INSTANCE_MISSING) ||
	       caa_entry_saw(entry, CAA_DELETE_FAILED);
}

// The log of the container before and that of the one that runs now tell of one VM together.
bool scan_merge_log(struct scan *scan, size_t place)
{
	struct scan_vm *vm = &scan->vms[place];
	struct evidence_log whole = {0}, *out = &whole, *kept;
	bool disagree = false;

	for (size_t at = multimap_first(&scan->logs_by_vm, place); at != SIZE_MAX;
	        at = multimap_next(&scan->logs_by_vm, at)) {
		const struct scan_log *log = &scan->logs[at];

		if (log->vm != place)
			continue;
		vm->log_count++;
		if (out->cluster == CLUSTER_NONE)
			out->cluster = log->cluster;
		if (*log->entry.sandbox)
			out->sandbox = log->entry.sandbox;
		if (*log->entry.pod && !out->is_mapped) {
			out->cluster = log->cluster;
			out->node = log->node;
			out->namespace_name = log->entry.namespace_name;
			out->pod_name = log->entry.pod;
		}
		if (log->is_current && log->entry.order != 0) {
			out->adaptor = log->adaptor;
			out->order = log->entry.order;
		}
		if (entry_is_mapped(&log->entry, vm)) {
			disagree |= out->is_mapped && out->cluster != log->cluster;
			out->is_mapped = true;
			out->cluster = log->cluster;
			out->node = log->node;
			out->namespace_name = log->entry.namespace_name;
			out->pod_name = log->entry.pod;
		}
		out->is_half_created |= entry_is_half(log);
		out->is_deleted |= entry_is_deleted(&log->entry);
		out->is_refused |= caa_entry_saw(&log->entry, CAA_STOP_REFUSED);
		if (!out->node)
			out->node = log->node;
	}
	// Two clusters that claim one VM prove nothing.
	if (disagree || vm->log_count == 0)
		return true;
	kept = arena_alloc(&scan->scratch, sizeof *kept);
	if (!kept)
		return false;
	*kept = whole;
	vm->log = kept;
	return true;
}
