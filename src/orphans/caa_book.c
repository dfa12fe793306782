// SPDX-License-Identifier: Apache-2.0
// Joins the facts of a log. An entry can be found by sandbox, by the sandbox's first eight characters and by instance.
#include "config.h"

#include "orphans/caa_book.h"

#include <stdlib.h>
#include <string.h>

#include "orphans/podvm_name.h"

#include "base/banned.h"

enum key_kind { KEY_SANDBOX, KEY_SHORT, KEY_INSTANCE, KEY_ADDRESS };

// Open addressing; a slot's `kind` keeps the sorts of key apart. `at` is the place of the entry or address plus one.
struct slot {
	const char *key;
	enum key_kind kind;
	uint32_t at;
};
struct index {
	struct slot *slots;
	size_t room, used; // room is a power of two
};

enum {
	FIRST_ROOM = 256,
	// entries, addresses and slots beside the arena, so that the whole stays below CAA_BOOK_MEMORY_MOST
	ARENA_MOST = CAA_BOOK_MEMORY_MOST / 3 * 2,
	ENTRIES_MOST = 32 << 10,
};

// A bit per fact kind fits in caa_entry.kinds.
_Static_assert(CAA_FACT_KINDS <= 64, "too many kinds of fact");

static size_t key_hash(enum key_kind kind, const char *key)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)kind;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return (size_t)(hash ^ hash >> 32);
}

static struct slot *slot_find(const struct index *index, enum key_kind kind, const char *key)
{
	size_t at = key_hash(kind, key) & (index->room - 1);

	while (index->slots[at].key && (index->slots[at].kind != kind || strcmp(index->slots[at].key, key) != 0))
		at = (at + 1) & (index->room - 1);
	return &index->slots[at];
}

static bool index_grow(struct index *index)
{
	struct index bigger = {.room = index->room ? index->room * 2 : FIRST_ROOM, .used = index->used};

	bigger.slots = calloc(bigger.room, sizeof *bigger.slots);
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < index->room; i++)
		if (index->slots[i].key)
			*slot_find(&bigger, index->slots[i].kind, index->slots[i].key) = index->slots[i];
	free(index->slots);
	*index = bigger;
	return true;
}

// `key` must live as long as the book. The last one put under a key wins.
static bool index_put(struct caa_book *book, enum key_kind kind, const char *key, size_t at)
{
	struct index *index = book->index;
	struct slot *slot;

	if (index->used * 4 >= index->room * 3 && !index_grow(index)) {
		book->is_full = true;
		return false;
	}
	slot = slot_find(index, kind, key);
	index->used += slot->key == NULL;
	*slot = (struct slot){key, kind, (uint32_t)at + 1};
	return true;
}

static size_t index_get(const struct caa_book *book, enum key_kind kind, const char *key)
{
	return slot_find(book->index, kind, key)->at;
}

static const char *keep(struct caa_book *book, const char *text)
{
	const char *copy = *text ? arena_strndup(&book->arena, text, strlen(text)) : "";

	if (!copy)
		book->is_full = true;
	return copy ? copy : "";
}

static struct caa_entry *entry_add(struct caa_book *book)
{
	struct caa_entry *entry;

	if (book->entry_count == book->entry_room) {
		size_t room = book->entry_room ? book->entry_room * 2 : FIRST_ROOM;
		struct caa_entry **entries =
		        room <= ENTRIES_MOST ? realloc(book->entries, room * sizeof *entries) : NULL;

		if (!entries) {
			book->is_full = true;
			return NULL;
		}
		book->entries = entries;
		book->entry_room = room;
	}
	entry = arena_alloc(&book->arena, sizeof *entry);
	if (!entry) {
		book->is_full = true;
		return NULL;
	}
	*entry = (struct caa_entry){"", "", "", "", "", ""};
	entry->place = (uint32_t)book->entry_count;
	book->entries[book->entry_count++] = entry;
	return entry;
}

static void short_key(const char *sandbox, char out[PODVM_SANDBOX_PART + 1])
{
	memcpy(out, sandbox, PODVM_SANDBOX_PART);
	out[PODVM_SANDBOX_PART] = '\0';
}

static struct caa_entry *entry_get(const struct caa_book *book, enum key_kind kind, const char *key)
{
	size_t at = index_get(book, kind, key);

	return at > 0 ? book->entries[at - 1] : NULL;
}

static struct caa_entry *entry_by_sandbox(struct caa_book *book, const char *sandbox)
{
	struct caa_entry *entry = entry_get(book, KEY_SANDBOX, sandbox);
	char key[PODVM_SANDBOX_PART + 1];
	const char *kept;

	if (entry)
		return entry;
	short_key(sandbox, key);
	// made from a name before (L2 without L1): the same VM
	entry = entry_get(book, KEY_SHORT, key);
	if (entry && *entry->sandbox)
		entry = NULL;
	if (!entry)
		entry = entry_add(book);
	if (!entry)
		return NULL;
	entry->sandbox = keep(book, sandbox);
	kept = keep(book, key);
	if (*entry->sandbox && *kept) {
		index_put(book, KEY_SANDBOX, entry->sandbox, entry->place);
		index_put(book, KEY_SHORT, kept, entry->place);
	}
	return entry;
}

static struct caa_entry *entry_by_name(struct caa_book *book, const char *text)
{
	struct podvm_name name;
	struct caa_entry *entry;

	if (!podvm_name_parse(text, &name))
		return NULL;
	entry = entry_get(book, KEY_SHORT, name.sandbox_part);
	if (!entry) {
		const char *kept;

		entry = entry_add(book);
		kept = entry ? keep(book, name.sandbox_part) : "";
		if (*kept)
			index_put(book, KEY_SHORT, kept, book->entry_count - 1);
	}
	if (entry && !*entry->name)
		entry->name = keep(book, text);
	return entry;
}

static void entry_join_instance(struct caa_book *book, struct caa_entry *entry, const char *instance)
{
	entry->instance = keep(book, instance);
	if (*entry->instance)
		index_put(book, KEY_INSTANCE, entry->instance, entry->place);
}

// An ARM id ends in the VM's name; anything else is looked up as it is.
static struct caa_entry *entry_by_instance(struct caa_book *book, const char *instance)
{
	const char *last = strrchr(instance, '/');
	struct caa_entry *entry = entry_get(book, KEY_INSTANCE, instance);

	if (!entry)
		entry = entry_by_name(book, last ? last + 1 : instance);
	if (!entry)
		entry = entry_add(book);
	if (entry && !*entry->instance)
		entry_join_instance(book, entry, instance);
	return entry;
}

// "10.0.0.7:15150" and "[fd00::7]:15150" become the host.
static void address_host(const char *address, char out[64])
{
	const char *colon = strchr(address, ':'), *last = strrchr(address, ':');
	const char *start = address, *end = address + strlen(address);

	if (*address == '[' && strchr(address, ']')) {
		start = address + 1;
		end = strchr(address, ']');
	} else if (colon && colon == last) {
		end = colon;
	}
	if (end - start > 63)
		end = start + 63;
	memcpy(out, start, (size_t)(end - start));
	out[end - start] = '\0';
}

static void address_established(struct caa_book *book, const struct caa_fact *fact)
{
	char host[64];
	size_t at;

	address_host(fact->address, host);
	at = index_get(book, KEY_ADDRESS, host);
	if (at == 0) {
		if (book->address_count == book->address_room) {
			size_t room = book->address_room ? book->address_room * 2 : FIRST_ROOM;
			struct caa_address *addresses =
			        room <= ENTRIES_MOST ? realloc(book->addresses, room * sizeof *addresses) : NULL;

			if (!addresses) {
				book->is_full = true;
				return;
			}
			book->addresses = addresses;
			book->address_room = room;
		}
		book->addresses[book->address_count] = (struct caa_address){keep(book, host), 0, 0};
		if (!*book->addresses[book->address_count].address ||
		        !index_put(
		                book, KEY_ADDRESS, book->addresses[book->address_count].address, book->address_count))
			return;
		at = ++book->address_count;
	}
	book->addresses[at - 1].established = fact->time;
	book->addresses[at - 1].line = book->facts;
}

// Which time of an entry a fact sets; SIZE_MAX for none.
static size_t fact_time_offset(enum caa_fact_kind kind)
{
	static const struct {
		enum caa_fact_kind kind;
		size_t offset;
	} rows[] = {
	        {CAA_SANDBOX_OF_POD, offsetof(struct caa_entry, sandbox_made)},
	        {CAA_CREATE_INTENT, offsetof(struct caa_entry, intent)},
	        {CAA_INSTANCE_CREATED, offsetof(struct caa_entry, instance_made)},
	        {CAA_ARM_VM_CREATED, offsetof(struct caa_entry, instance_made)},
	        {CAA_NAME_CREATED, offsetof(struct caa_entry, name_made)},
	        {CAA_DELETE_STARTED, offsetof(struct caa_entry, delete_started)},
	        {CAA_DELETE_DONE, offsetof(struct caa_entry, delete_done)},
	        {CAA_INSTANCE_MISSING, offsetof(struct caa_entry, delete_done)},
	        {CAA_NAME_DELETED, offsetof(struct caa_entry, delete_done)},
	        {CAA_DELETE_FAILED, offsetof(struct caa_entry, delete_failed)},
	        {CAA_STOP_REFUSED, offsetof(struct caa_entry, stop_refused)},
	        {CAA_CLEANUP_STARTED, offsetof(struct caa_entry, cleanup_started)},
	        {CAA_CLEANUP_FAILED, offsetof(struct caa_entry, cleanup_failed)},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind)
			return rows[i].offset;
	return SIZE_MAX;
}

static struct caa_entry *fact_entry(struct caa_book *book, const struct caa_fact *fact)
{
	if (*fact->sandbox)
		return entry_by_sandbox(book, fact->sandbox);
	if (*fact->instance)
		return entry_by_instance(book, fact->instance);
	return *fact->name ? entry_by_name(book, fact->name) : NULL;
}

static void fact_take(void *user, const struct caa_fact *fact)
{
	struct caa_book *book = user;
	struct caa_entry *entry = fact_entry(book, fact);
	size_t offset = fact_time_offset(fact->kind);

	book->facts++;
	book->counts[fact->kind]++;
	if (fact->time != 0) {
		book->first_time = book->first_time ? book->first_time : fact->time;
		book->last_time = fact->time;
	}
	if (fact->kind == CAA_SERVER_STARTED)
		book->server_started = fact->time;
	if (fact->kind == CAA_PROXY_ESTABLISHED)
		address_established(book, fact);
	if (!entry)
		return;
	entry->kinds |= UINT64_C(1) << fact->kind;
	if (offset != SIZE_MAX)
		*(int64_t *)(void *)((char *)entry + offset) = fact->time;
	if (fact->kind == CAA_SANDBOX_OF_POD) {
		entry->pod = keep(book, fact->pod);
		entry->namespace_name = keep(book, fact->namespace_name);
		entry->netns = keep(book, fact->netns);
		entry->order = ++book->orders;
	}
	if (fact->kind == CAA_INSTANCE_CREATED && !*entry->instance)
		entry_join_instance(book, entry, fact->instance);
	if (fact->kind == CAA_NAME_CREATED && !*entry->name)
		entry->name = keep(book, fact->name);
}

bool caa_book_init(struct caa_book *book)
{
	struct index *index = calloc(1, sizeof *index);

	*book = (struct caa_book){.index = index};
	arena_init(&book->arena, ARENA_MOST);
	caa_log_init(&book->log, fact_take, book);
	if (index && index_grow(index))
		return true;
	caa_book_finish(book);
	return false;
}

void caa_book_finish(struct caa_book *book)
{
	struct index *index = book->index;

	if (index)
		free(index->slots);
	free(index);
	free(book->entries);
	free(book->addresses);
	arena_finish(&book->arena);
	*book = (struct caa_book){0};
}

size_t caa_book_bytes(const struct caa_book *book)
{
	const struct index *index = book->index;

	return book->arena.used + book->entry_room * sizeof *book->entries +
	       book->address_room * sizeof *book->addresses + index->room * sizeof *index->slots;
}

const struct caa_entry *caa_book_sandbox(const struct caa_book *book, const char *sandbox)
{
	return entry_get(book, KEY_SANDBOX, sandbox);
}

const struct caa_entry *caa_book_instance(const struct caa_book *book, const char *instance)
{
	return entry_get(book, KEY_INSTANCE, instance);
}

const struct caa_entry *caa_book_name(const struct caa_book *book, const char *text)
{
	struct podvm_name name;

	return podvm_name_parse(text, &name) ? entry_get(book, KEY_SHORT, name.sandbox_part) : NULL;
}

const struct caa_entry *caa_book_pod_last(const struct caa_book *book, const char *namespace_name, const char *pod)
{
	const struct caa_entry *last = NULL;

	for (size_t i = 0; i < book->entry_count; i++) {
		const struct caa_entry *entry = book->entries[i];

		if (!strcmp(entry->pod, pod) && !strcmp(entry->namespace_name, namespace_name) &&
		        (!last || entry->order > last->order))
			last = entry;
	}
	return last;
}

const struct caa_address *caa_book_address(const struct caa_book *book, const char *address)
{
	size_t at = index_get(book, KEY_ADDRESS, address);

	return at > 0 ? &book->addresses[at - 1] : NULL;
}

bool caa_entry_saw(const struct caa_entry *entry, enum caa_fact_kind kind)
{
	return entry->kinds >> kind & 1;
}
