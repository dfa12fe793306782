// SPDX-License-Identifier: Apache-2.0
// Bytes from the cache: what is believed is written and read again without loss. The first byte chooses the kind.
#include "config.h"
#include "inventory/cache_chunk.h"
#include "tests/fuzz/fuzz.h"

#include "base/banned.h"

static struct snapshot_builder *builder_for(enum kind_id kind)
{
	const struct scope scope = {.context = "c", .region = "r"};
	struct snapshot_builder *builder = snapshot_builder_create(kind, &scope, NULL);

	FUZZ_CHECK(builder);
	return builder;
}

static void check_same(const struct kind *kind, const struct snapshot *a, struct snapshot *b)
{
	FUZZ_CHECK(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct record *other = snapshot_find(b, a->records[i]->id);

		FUZZ_CHECK(other);
		for (size_t k = 0; k < kind->field_count; k++)
			FUZZ_CHECK(field_equal(&kind->fields[k], a->records[i], other));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kind *kind = kind_get((enum kind_id)(size ? data[0] % KIND_COUNT : 0));
	struct snapshot_builder *builder = builder_for(kind->id), *again;
	bool believed = size > 0 && cache_chunk_decode_body(kind, data + 1, size - 1, builder);
	struct snapshot *first = snapshot_finish(builder, 1, NULL), *second;
	struct buffer out;

	FUZZ_CHECK(first);
	again = builder_for(kind->id);
	FUZZ_CHECK(!cache_chunk_decode(kind, data, size < 8 ? size : 7, again));
	buffer_init(&out, 64 * size + 4096);
	if (believed) {
		FUZZ_CHECK(cache_chunk_encode(kind, first->records, first->count, &out));
		FUZZ_CHECK(cache_chunk_decode(kind, out.data, out.size, again));
	}
	second = snapshot_finish(again, 1, NULL);
	FUZZ_CHECK(second);
	if (believed)
		check_same(kind, first, second);
	buffer_finish(&out);
	snapshot_unref(first);
	snapshot_unref(second);
	return 0;
}
