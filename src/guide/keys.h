// SPDX-License-Identifier: Apache-2.0
// How guide.cfg is written: a table row per key. The reader, the check and the manual page go by these rows.
#ifndef PEERDECK_GUIDE_KEYS_H
#define PEERDECK_GUIDE_KEYS_H

#include "guide/guide.h"

enum key_type {
	KEY_TEXT,   // text; a number or flag is taken as its text
	KEY_NUMBER, // double
	KEY_FLAG,   // bool
	KEY_TEXTS,  // array or list of texts: kept as a tree
	KEY_TREE,   // group
	KEY_BLOCK,  // group by the rows of `block`: pointer to it
	KEY_BLOCKS, // list of such groups: pointer, and the count after it
	KEY_INLINE, // the rows of `block` stand here, its struct is inside
};

struct key_row {
	const char *name;
	enum key_type type;
	size_t offset, count_offset;
	const struct key_block *block;
	bool required;
	unsigned sorts;   // of steps that use it, 1 << enum step_sort; 0 = all
	const char *help; // N_()
};

struct key_block {
	const char *title; // N_(), for the manual; NULL = not shown by itself
	const struct key_row *rows;
	size_t count, size;
};

extern const struct key_block guide_block, section_block, step_block, input_block, choices_block, lookup_block,
        call_block, find_block, wait_block, progress_block, log_block, remember_block, after_block, undo_block,
        price_block;
// All blocks in the order of the manual; NULL after the last.
extern const struct key_block *const key_blocks[];

// The row of a key, also inside inlined blocks; *base gets the offset of the struct it is in.
const struct key_row *key_find(const struct key_block *block, const char *name, size_t *base);

#endif
