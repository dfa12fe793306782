// SPDX-License-Identifier: Apache-2.0
// Sorting by keys of eight bytes, then, where keys are equal, by the next eight behind what the texts have in common.
#include "config.h"
#include "inventory/sort.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { SMALL = 16, KEY_SIZE = 8, DEPTH_MOST = 64, MADE_SIZE = 256 };

// Ages are sorted as seen from a moment far off: the order must not depend on when it was made. Exact in a double.
static const int64_t far_moment = INT64_C(8000000000000000);

// Texts are sorted as they are, or as ids.
enum part { PART_FIELD, PART_ID };

void sort_order_init(
        struct sort_order *order, const struct field *field, bool descending, const struct field_context *context)
{
	*order = (struct sort_order){.field = field, .descending = descending, .context = *context};
	if (field->flags & FIELD_DURATION)
		order->context.now = far_moment;
}

static bool is_numeric(const struct field *field)
{
	if (field->flags & FIELD_DERIVED)
		return field->derive_number != NULL;
	return field->type == FIELD_INTEGER || field->type == FIELD_REAL || field->type == FIELD_TIME ||
	       field->type == FIELD_FLAG;
}

// Text of the part, in `made` where it does not lie in the record.
static const char *text_of(
        const struct sort_order *order, enum part part, const struct record *record, char made[MADE_SIZE])
{
	if (part == PART_ID)
		return record->id;
	if (order->field->type == FIELD_TEXT && !(order->field->flags & FIELD_DERIVED))
		return field_string(order->field, record);
	if (order->field->borrow)
		return order->field->borrow(record, &order->context);
	field_text(order->field, record, &order->context, true, made, MADE_SIZE);
	return made;
}

static uint64_t key_of_number(double number)
{
	uint64_t bits;

	number += 0.0; // one zero only
	memcpy(&bits, &number, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// A number sorts by its length, then its digits, among the characters that digits stand between (text_compare_natural).
static const char *key_digits(const char *text, unsigned char key[KEY_SIZE], size_t *used)
{
	size_t length;

	while (*text == '0')
		text++;
	for (length = 0; is_digit(text[length]); length++)
		;
	key[(*used)++] = (unsigned char)('0' + (length < 9 ? length : 9));
	if (length >= 9 && *used < KEY_SIZE)
		key[(*used)++] = length - 9 < 255 ? (unsigned char)(length - 9) : 255;
	for (size_t i = 0; i < length && *used < KEY_SIZE; i++)
		key[(*used)++] = (unsigned char)text[i];
	return text + length;
}

// A character beyond ASCII. Ideographs and Hangul have no case and sort by their bytes; where others fold to is not
// known here, so that the key ends with a byte for all of their neighbourhood. Returns the bytes of the character.
static size_t key_beyond_ascii(const char *text, unsigned char key[KEY_SIZE], size_t *used, bool *is_last)
{
	const unsigned char *c = (const unsigned char *)text;
	bool long_s = c[0] == 0xc5 && c[1] == 0xbf, kelvin = c[0] == 0xe2 && c[1] == 0x84 && c[2] == 0xaa;

	*is_last = false;
	if (long_s || kelvin) {
		key[(*used)++] = long_s ? 's' : 'k';
		return long_s ? 2 : 3;
	}
	if ((c[0] >= 0xe4 && c[0] <= 0xe9) || (c[0] >= 0xeb && c[0] <= 0xed)) {
		for (size_t i = 0; i < 3 && c[i] && *used < KEY_SIZE; i++)
			key[(*used)++] = c[i];
		return c[1] && c[2] ? 3 : strlen(text);
	}
	*is_last = true;
	key[(*used)++] = c[0] < 0xe4 ? 0xc2 : c[0] < 0xee ? 0xea : c[0] < 0xf0 ? 0xee : 0xf0;
	return 1;
}

// The first bytes of the text in the order of text_compare_natural.
static uint64_t key_of_text(const char *text)
{
	unsigned char key[KEY_SIZE] = {0};
	uint64_t value = 0;
	size_t used = 0;

	while (*text && used < KEY_SIZE) {
		unsigned char c = (unsigned char)*text;

		if (is_digit(*text)) {
			text = key_digits(text, key, &used);
			continue;
		}
		if (c >= 0x80) {
			bool is_last;
			size_t size = key_beyond_ascii(text, key, &used, &is_last);

			if (is_last)
				break;
			text += size;
			continue;
		}
		key[used++] = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
		text++;
	}
	for (size_t i = 0; i < KEY_SIZE; i++)
		value = value << 8 | key[i];
	return value;
}

static uint64_t key_of_bytes(const char *text)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < KEY_SIZE && text[i]; i++)
		value = value << 8 | (unsigned char)text[i];
	return i ? value << 8 * (KEY_SIZE - i) : 0;
}

// Known values come before unknown ones in both directions.
static uint64_t directed(const struct sort_order *order, uint64_t key)
{
	if (key == UINT64_MAX)
		key--;
	if (!order->descending)
		return key;
	return key ? ~key : UINT64_MAX - 1;
}

static uint64_t row_key(const struct sort_order *order, const struct record *record)
{
	char made[MADE_SIZE];
	const char *text;
	double number;

	if (is_numeric(order->field)) {
		bool known = field_number(order->field, record, &order->context, &number);

		return known ? directed(order, key_of_number(number)) : UINT64_MAX;
	}
	text = text_of(order, PART_FIELD, record, made);
	return *text ? directed(order, key_of_text(text + order->prefix_length)) : UINT64_MAX;
}

// Both have the same key.
static int compare_values(const struct sort_order *order, const struct record *a, const struct record *b)
{
	char left[MADE_SIZE], right[MADE_SIZE];
	const char *one, *other;
	int result;

	if (is_numeric(order->field))
		return 0;
	one = text_of(order, PART_FIELD, a, left);
	other = text_of(order, PART_FIELD, b, right);
	result = one == other ? 0 : text_compare_natural(one, other);
	return order->descending ? -result : result;
}

int sort_compare(const struct sort_order *order, const struct sort_row *a, const struct sort_row *b)
{
	int result;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	result = compare_values(order, a->record, b->record);
	if (result == 0)
		result = strcmp(a->record->id, b->record->id);
	// The same id in two scopes.
	if (result == 0)
		result = (a->source > b->source) - (a->source < b->source);
	return result;
}

static void swap_rows(struct sort_row *a, struct sort_row *b)
{
	struct sort_row kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_down(const struct sort_order *order, struct sort_row *rows, size_t at, size_t count)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			return;
		if (child + 1 < count && sort_compare(order, &rows[child], &rows[child + 1]) < 0)
			child++;
		if (sort_compare(order, &rows[at], &rows[child]) >= 0)
			return;
		swap_rows(&rows[at], &rows[child]);
		at = child;
	}
}

// For the few runs that keys do not tell apart: heap sort needs no memory and has no bad case.
static void sort_by_comparing(const struct sort_order *order, struct sort_row *rows, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift_down(order, rows, i, count);
	for (size_t last = count; last-- > 1;) {
		swap_rows(&rows[0], &rows[last]);
		sift_down(order, rows, 0, last);
	}
}

static uint64_t middle_of(uint64_t a, uint64_t b, uint64_t c)
{
	if (a < b)
		return b < c ? b : (a < c ? c : a);
	return a < c ? a : (b < c ? c : b);
}

// Quicksort by key alone, with three parts, so that equal keys cost nothing.
static void sort_by_key(struct sort_row *rows, size_t count)
{
	while (count > SMALL) {
		uint64_t pivot = middle_of(middle_of(rows[0].key, rows[count / 8].key, rows[count / 4].key),
		        middle_of(rows[count / 2 - 1].key, rows[count / 2].key, rows[count / 2 + 1].key),
		        middle_of(rows[3 * (count / 4)].key, rows[7 * (count / 8)].key, rows[count - 1].key));
		size_t low = 0, at = 0, high = count;

		while (at < high) {
			if (rows[at].key < pivot)
				swap_rows(&rows[low++], &rows[at++]);
			else if (rows[at].key > pivot)
				swap_rows(&rows[at], &rows[--high]);
			else
				at++;
		}
		// The smaller part by recursion, so that the stack stays shallow.
		if (low < count - high) {
			sort_by_key(rows, low);
			rows += high;
			count -= high;
		} else {
			sort_by_key(rows + high, count - high);
			count = low;
		}
	}
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && rows[k - 1].key > rows[k].key; k--)
			swap_rows(&rows[k - 1], &rows[k]);
}

static size_t run_length(const struct sort_row *rows, size_t count)
{
	size_t length = 1;

	while (length < count && rows[length].key == rows[0].key)
		length++;
	return length;
}

// A cut must not go through a character or a number: what follows would compare otherwise.
static size_t cut_back(const char *text, size_t length)
{
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	while (length > 0 && is_digit(text[length - 1]))
		length--;
	return length;
}

static size_t common_length(const char *a, const char *b, size_t most)
{
	size_t length = 0;

	while (length < most && a[length] && a[length] == b[length])
		length++;
	return length;
}

static void sort_ties(
        const struct sort_order *order, enum part part, size_t from, struct sort_row *rows, size_t count, int depth);

// Rows whose texts agree up to `from`: keys are made of what follows their common beginning. `rows` all have the same
// key, which is put back at the end, because keys of the whole order must stay comparable.
static void sort_run(
        const struct sort_order *order, enum part part, size_t from, struct sort_row *rows, size_t count, int depth)
{
	char made_first[MADE_SIZE], made[MADE_SIZE];
	const char *first = text_of(order, part, rows[0].record, made_first);
	uint64_t key = rows[0].key;
	size_t common = SIZE_MAX;
	bool all_equal = true, progress = false;

	for (size_t i = 1; i < count; i++) {
		const char *text = text_of(order, part, rows[i].record, made);

		if (text == first)
			continue;
		common = from + common_length(first + from, text + from, common == SIZE_MAX ? SIZE_MAX : common - from);
		all_equal = all_equal && !first[common] && !text[common];
	}
	if (all_equal && part == PART_FIELD) {
		sort_run(order, PART_ID, 0, rows, count, depth + 1);
		return;
	}
	if (all_equal || depth > DEPTH_MOST) {
		sort_by_comparing(order, rows, count);
		return;
	}
	if (part == PART_FIELD)
		common = cut_back(first, common);
	common = common > from ? common : from;
	for (size_t i = 0; i < count; i++) {
		const char *text = text_of(order, part, rows[i].record, made) + common;

		if (part == PART_ID)
			rows[i].key = key_of_bytes(text);
		else
			rows[i].key = order->descending ? ~key_of_text(text) : key_of_text(text);
		progress = progress || rows[i].key != rows[0].key;
	}
	if (progress) {
		sort_by_key(rows, count);
		sort_ties(order, part, common, rows, count, depth + 1);
	}
	for (size_t i = 0; i < count; i++)
		rows[i].key = key;
	if (!progress)
		sort_by_comparing(order, rows, count);
}

static void insert_by_comparing(const struct sort_order *order, struct sort_row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && sort_compare(order, &rows[k - 1], &rows[k]) > 0; k--)
			swap_rows(&rows[k - 1], &rows[k]);
}

static void sort_ties(
        const struct sort_order *order, enum part part, size_t from, struct sort_row *rows, size_t count, int depth)
{
	for (size_t at = 0; at < count;) {
		size_t length = run_length(rows + at, count - at);

		if (length > 1 && length <= 4)
			insert_by_comparing(order, rows + at, length);
		else if (length > 1)
			sort_run(order, part, from, rows + at, length, depth);
		at += length;
	}
}

static void sort_with_keys(const struct sort_order *order, struct sort_row *rows, size_t count)
{
	sort_by_key(rows, count);
	for (size_t at = 0; at < count;) {
		size_t length = run_length(rows + at, count - at);
		bool unknown = rows[at].key == UINT64_MAX;

		if (length > 1 && (unknown || is_numeric(order->field)))
			sort_run(order, PART_ID, 0, rows + at, length, 0);
		else if (length > 1)
			sort_run(order, PART_FIELD, order->prefix_length, rows + at, length, 0);
		at += length;
	}
}

// What all known texts begin with, cut where keys may be cut. With `shorten`, what the prefix so far has in common with
// them.
static void choose_prefix(struct sort_order *order, const struct sort_row *rows, size_t count, bool shorten)
{
	size_t common = shorten ? order->prefix_length : 0;
	bool chosen = shorten;
	char made[MADE_SIZE];

	for (size_t i = 0; i < count && (common > 0 || !chosen); i++) {
		const char *text = text_of(order, PART_FIELD, rows[i].record, made);

		if (*text && chosen) {
			common = common_length(order->prefix, text, common);
		} else if (*text) {
			common = strnlen(text, SORT_PREFIX_MOST - 1);
			memcpy(order->prefix, text, common);
			order->prefix[common] = '\0';
			chosen = true;
		}
	}
	// The byte behind the prefix is needed to know where its last character ends.
	if (common < order->prefix_length || !shorten)
		common = common > 0 ? cut_back(order->prefix, common - (common == SORT_PREFIX_MOST - 1)) : 0;
	order->prefix_length = common;
}

static void make_keys(const struct sort_order *order, struct sort_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows[i].key = row_key(order, rows[i].record);
}

void sort_rows(struct sort_order *order, struct sort_row *rows, size_t count)
{
	order->prefix_length = 0;
	if (!is_numeric(order->field))
		choose_prefix(order, rows, count, false);
	make_keys(order, rows, count);
	sort_with_keys(order, rows, count);
}

void sort_more(
        struct sort_order *order, struct sort_row *sorted, size_t sorted_count, struct sort_row *rows, size_t count)
{
	size_t before = order->prefix_length;

	if (sorted_count == 0) {
		sort_rows(order, rows, count);
		return;
	}
	if (before > 0)
		choose_prefix(order, rows, count, true);
	if (order->prefix_length != before)
		make_keys(order, sorted, sorted_count);
	make_keys(order, rows, count);
	sort_with_keys(order, rows, count);
}

bool sort_key(const struct sort_order *order, struct sort_row *row)
{
	char made[MADE_SIZE];

	if (!is_numeric(order->field)) {
		const char *text = text_of(order, PART_FIELD, row->record, made);

		if (*text && strncmp(text, order->prefix, order->prefix_length) != 0)
			return false;
	}
	row->key = row_key(order, row->record);
	return true;
}
