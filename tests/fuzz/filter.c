// SPDX-License-Identifier: Apache-2.0
// Any text is a filter or a mistake; a filter judges records one by one as it does together.
#include "config.h"
#include "inventory/filter.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "inventory/records.h"
#include "inventory/snapshot.h"

#include "base/banned.h"

static struct snapshot *make_records(void)
{
	static const char *const names[] = {"podvm-nginx-77aa01bc", "北京-Größe", "", "a\033[31m"};
	const struct scope scope = {.context = "c", .region = "r"};
	struct snapshot_builder *builder = snapshot_builder_create(KIND_VM, &scope, NULL);
	const struct text_pair tags[] = {{"k", "v"}, {"caa", "true"}};

	FUZZ_CHECK(builder);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char id[] = {'i', '-', (char)('0' + i), '\0'};
		struct vm_record *vm = snapshot_add(builder, id);

		FUZZ_CHECK(vm);
		vm->record.name = snapshot_text(builder, names[i]);
		vm->record.status = snapshot_shared(builder, i ? "Running" : "Stopping");
		vm->record.created = (int64_t)i * 1000;
		vm->vcpu = (int64_t)i;
		vm->tags = snapshot_tags(builder, tags, (unsigned)i % 3);
	}
	return snapshot_finish(builder, 1, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct field_context context = {.now = 100000};
	struct snapshot *snapshot;
	struct error error = {0};
	struct filter *filter;
	unsigned char passes[4] = {1, 1, 1, 1};
	char words[4][64];
	char *text = malloc(size + 1);

	FUZZ_CHECK(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	filter_complete(kind_get(KIND_VM), text, size / 2, words, COUNT_OF(words));
	filter = filter_parse(kind_get(KIND_VM), text, &error);
	FUZZ_CHECK(filter || error.kind == ERROR_USAGE || error.kind == ERROR_LIMIT);
	snapshot = make_records();
	if (filter)
		filter_select(filter, snapshot->records, snapshot->count, &context, passes);
	for (size_t i = 0; i < snapshot->count && filter; i++)
		FUZZ_CHECK(filter_passes(filter, snapshot->records[i], &context) == passes[i]);
	FUZZ_CHECK(!filter || filter_uses_time(filter) || filter_narrows(filter, filter));
	snapshot_unref(snapshot);
	filter_destroy(filter);
	free(text);
	return 0;
}
