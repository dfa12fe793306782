// SPDX-License-Identifier: Apache-2.0
// Kinds: their tables are whole, and every value can be said.
#include "config.h"

#include "inventory/kind.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

static void each_kind_is_found_by_its_words(void)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = kind_get((enum kind_id)i);

		CU_ASSERT_EQUAL(kind->id, (enum kind_id)i);
		CU_ASSERT_PTR_EQUAL(kind_find(kind->name), kind);
		CU_ASSERT_PTR_EQUAL(kind_find(kind->plural), kind);
	}
	CU_ASSERT_PTR_EQUAL(kind_find("PodVMs"), kind_get(KIND_VM));
	CU_ASSERT_PTR_EQUAL(kind_find("np"), kind_get(KIND_NODE_POOL));
	CU_ASSERT_PTR_NULL(kind_find("pod vms"));
	CU_ASSERT_PTR_NULL(kind_find(""));
	CU_ASSERT_PTR_NULL(kind_find("nothing"));
}

static void each_word_names_one_kind(void)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		const char *at = kind_get((enum kind_id)i)->aliases;
		char word[64];

		while (*at) {
			size_t length = strcspn(at, " ");

			snprintf(word, sizeof(word), "%.*s", (int)length, at);
			CU_ASSERT_PTR_EQUAL(kind_find(word), kind_get((enum kind_id)i));
			at += length + strspn(at + length, " ");
		}
	}
}

// Bytes of a field's value.
static size_t value_size(const struct field *field)
{
	switch (field->type) {
	case FIELD_TEXT:
		return sizeof(const char *);
	case FIELD_INTEGER:
	case FIELD_TIME:
		return sizeof(int64_t);
	case FIELD_REAL:
		return sizeof(double);
	case FIELD_FLAG:
		return sizeof(bool);
	case FIELD_LIST:
	case FIELD_TAGS:
		return sizeof(struct text_list);
	}
	return 0;
}

// Every member of every record stands in its table once: what is left over is padding.
static void field_tables_cover_the_records(void)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = kind_get((enum kind_id)i);
		unsigned char covered[1024] = {0};
		size_t gap = 0;

		CU_ASSERT_FATAL(kind->record_size <= sizeof(covered) && kind->field_count <= 64);
		for (size_t k = 0; k < kind->field_count; k++) {
			const struct field *field = &kind->fields[k];

			if (field->flags & FIELD_DERIVED) {
				CU_ASSERT_PTR_NOT_NULL(field->derive);
				continue;
			}
			for (size_t at = 0; at < value_size(field); at++)
				CU_ASSERT_EQUAL(covered[field->offset + at]++, 0);
		}
		for (size_t at = 0; at < kind->record_size; at++) {
			gap = covered[at] ? 0 : gap + 1;
			CU_ASSERT(gap < sizeof(int64_t));
		}
	}
}

static void field_tables_begin_as_json_promises(void)
{
	static const char *const first[] = {"id", "name", "region", "status", "created"};

	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = kind_get((enum kind_id)i);

		for (size_t k = 0; k < COUNT_OF(first); k++)
			UNIT_SAME_TEXT(kind->fields[k].name, first[k]);
		for (size_t k = 0; k < kind->field_count; k++) {
			const struct field *found = kind_field(kind, kind->fields[k].name);

			// A derived field may stand for a stored one of its name, which only JSON shows.
			CU_ASSERT(found == &kind->fields[k] ||
			          (found->flags & FIELD_DERIVED && !(kind->fields[k].flags & FIELD_DERIVED)));
		}
		CU_ASSERT_PTR_NOT_NULL(kind_field(kind, kind->order + (*kind->order == '-')));
		if (kind->parent_field)
			CU_ASSERT_PTR_NOT_NULL(kind_field(kind, kind->parent_field));
	}
}

static void unknown_state_words_are_transitional(void)
{
	CU_ASSERT_EQUAL(state_of(KIND_VM, "Running"), STATE_GOOD);
	CU_ASSERT_EQUAL(state_of(KIND_VM, "running"), STATE_TRANSIENT);
	CU_ASSERT_EQUAL(state_of(KIND_VM, "Stopped"), STATE_IDLE);
	CU_ASSERT_EQUAL(state_of(KIND_VM, "Stopping"), STATE_TRANSIENT);
	CU_ASSERT_EQUAL(state_of(KIND_VM, "Hibernating"), STATE_TRANSIENT);
	CU_ASSERT_EQUAL(state_of(KIND_VM, ""), STATE_NONE);
	CU_ASSERT_EQUAL(state_of(KIND_VM, "orphan"), STATE_BAD);
	CU_ASSERT_EQUAL(state_of(KIND_CLUSTER, "running"), STATE_GOOD);
	CU_ASSERT_EQUAL(state_of(KIND_CLUSTER, "delete_failed"), STATE_BAD);
	CU_ASSERT_EQUAL(state_of(KIND_IMAGE, "CreateFailed"), STATE_BAD);
	CU_ASSERT_EQUAL(state_of(KIND_REGION, "denied"), STATE_WARNING);
	CU_ASSERT_EQUAL(state_of(KIND_NODE, "NotReady"), STATE_BAD);
}

static const char *text_for(const struct record *record, enum kind_id kind, const char *field, bool exact)
{
	static char text[128];
	const struct field_context context = {.now = WORLD_NOW};

	field_text(kind_field(kind_get(kind), field), record, &context, exact, text, sizeof(text));
	return text;
}

static void values_are_said_for_people_and_exactly(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "cn-beijing", "");
	struct vm_record *vm = snapshot_add(builder, "i-1"), *blank = snapshot_add(builder, "i-2");
	const struct text_pair tags[] = {{"a", "1"}, {"b", ""}};
	const char *locks[] = {"security", "financial"};

	vm->record.created = WORLD_NOW - INT64_C(3) * 86400 * 1000;
	vm->memory_mib = 16384;
	vm->pod = "nginx";
	vm->namespace_name = "default";
	vm->deletion_protection = true;
	vm->tags = snapshot_tags(builder, tags, 2);
	vm->locks = snapshot_list(builder, locks, 2, true);
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "age", false), "3 d");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "created", true), "2026-11-17T20:52:00Z");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "created", false), "2026-11-17 20:52Z");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "memory", false), "16 GiB");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "memory_mib", true), "16384");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "serves", false), "default/nginx");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "tags", false), "a=1,b");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "locks", false), "security,financial");
	UNIT_SAME_TEXT(text_for(&vm->record, KIND_VM, "deletion_protection", true), "true");
	UNIT_SAME_TEXT(text_for(&blank->record, KIND_VM, "age", false), "–");
	UNIT_SAME_TEXT(text_for(&blank->record, KIND_VM, "age", true), "");
	UNIT_SAME_TEXT(text_for(&blank->record, KIND_VM, "vcpu", false), "–");
	UNIT_SAME_TEXT(text_for(&blank->record, KIND_VM, "private_ip", false), "–");
	snapshot_builder_destroy(builder);
}

static void long_values_are_cut_between_characters(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "cn-beijing", "");
	struct vm_record *vm = snapshot_add(builder, "i-1");
	char text[8];

	vm->record.name = "北京北京";
	CU_ASSERT_EQUAL(
	        field_text(kind_field(kind_get(KIND_VM), "name"), &vm->record, NULL, false, text, sizeof(text)), 6);
	UNIT_SAME_TEXT(text, "北京");
	snapshot_builder_destroy(builder);
}

static void a_record_is_one_json_object(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VSWITCH, "cn-beijing", "");
	struct vswitch_record *vswitch = snapshot_add(builder, "vsw-1");
	const struct text_pair tags[] = {{"k\"", "v\n"}};
	struct buffer json;

	vswitch->record.name = "a \"name\" \033[31m";
	vswitch->record.region = "cn-beijing";
	vswitch->record.status = "Available";
	vswitch->record.created = WORLD_NOW;
	vswitch->available_ips = 250;
	vswitch->tags = snapshot_tags(builder, tags, 1);
	buffer_init(&json, 10000);
	CU_ASSERT(record_json(kind_get(KIND_VSWITCH), &vswitch->record, NULL, &json));
	UNIT_SAME_TEXT(buffer_text(&json),
	        "{\"id\":\"vsw-1\",\"name\":\"a \\\"name\\\" \\u001b[31m\",\"region\":\"cn-beijing\","
	        "\"status\":\"Available\",\"created\":\"2026-11-20T20:52:00Z\",\"cidr\":null,\"available_ips\":250,"
	        "\"zone\":null,\"vpc_id\":null,\"tags\":{\"k\\\"\":\"v\\n\"}}");
	buffer_finish(&json);
	snapshot_builder_destroy(builder);
}

static void a_vm_in_json_has_the_promised_members(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "cn-beijing", "");
	struct vm_record *vm = world_vm(builder, "cn-beijing", 1);
	struct buffer json;

	buffer_init(&json, 10000);
	CU_ASSERT(record_json(kind_get(KIND_VM), &vm->record, NULL, &json));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&json), "\"type\":\"ecs."));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&json), "\"private_ip\":\"172."));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&json), "\"cluster\":\"c"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&json), "\"verdict\":null"));
	CU_ASSERT_PTR_NULL(strstr(buffer_text(&json), "podvm\":"));
	buffer_finish(&json);
	snapshot_builder_destroy(builder);
}

static const struct unit_test tests[] = {
        UNIT_TEST(each_kind_is_found_by_its_words),
        UNIT_TEST(each_word_names_one_kind),
        UNIT_TEST(field_tables_cover_the_records),
        UNIT_TEST(field_tables_begin_as_json_promises),
        UNIT_TEST(unknown_state_words_are_transitional),
        UNIT_TEST(values_are_said_for_people_and_exactly),
        UNIT_TEST(long_values_are_cut_between_characters),
        UNIT_TEST(a_record_is_one_json_object),
        UNIT_TEST(a_vm_in_json_has_the_promised_members),
};
const struct unit_suite inventory_kinds_suite = UNIT_SUITE("kinds", tests);
