// SPDX-License-Identifier: Apache-2.0
// From bytes to events: UTF-8, escape sequences of terminals in use (ECMA-48, xterm control sequences, the Linux
// console), bracketed paste, SGR mouse. A decoder of our own because curses would wait for the rest of an escape
// sequence.
#include "config.h"

#include "ui/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#include "base/banned.h"

enum { INPUT_ROOM = 4096, ESCAPE_MS = 25, SEQUENCE_MOST = 64, DOUBLE_CLICK_MS = 400 };

struct input {
	unsigned char bytes[INPUT_ROOM];
	size_t size;
	int64_t came; // when the last bytes came
	bool pasting, closed;
	struct buffer paste;
	int64_t clicked_at;
	int click_y, click_x;
};

struct input *input_create(struct error *error)
{
	struct input *input = calloc(1, sizeof *input);
	if (!input) {
		error_set(error, ERROR_MEMORY, "out of memory");
		return NULL;
	}
	buffer_init(&input->paste, INPUT_PASTE_MOST);
	return input;
}

void input_destroy(struct input *input)
{
	if (!input)
		return;
	buffer_finish(&input->paste);
	free(input);
}

void input_feed(struct input *input, const char *bytes, size_t size, int64_t now)
{
	const size_t room = sizeof input->bytes - input->size;
	if (size > room)
		size = room;
	memcpy(input->bytes + input->size, bytes, size);
	input->size += size;
	input->came = now;
}

bool input_fill(struct input *input, int descriptor, int64_t now)
{
	if (input->size == sizeof input->bytes)
		return true;
	const ssize_t got = read(descriptor, input->bytes + input->size, sizeof input->bytes - input->size);
	if (got > 0) {
		input->size += (size_t)got;
		input->came = now;
	}
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

void input_discard(struct input *input)
{
	input->size = 0;
	input->pasting = false;
	buffer_clear(&input->paste);
}

int64_t input_wake_at(const struct input *input)
{
	return input->size && !input->pasting ? input->came + ESCAPE_MS : -1;
}

static void drop(struct input *input, size_t count)
{
	memmove(input->bytes, input->bytes + count, input->size - count);
	input->size -= count;
}

static keystroke from_control(unsigned char byte)
{
	switch (byte) {
	case '\r':
		return KEY_CODE_ENTER;
	case '\t':
		return KEY_CODE_TAB;
	case 0x7f:
		return KEY_CODE_BACKSPACE;
	case 0:
		return ' ' | KEY_CTRL;
	default:
		return (byte < 27 ? byte + 'a' - 1 : byte + '@') | KEY_CTRL;
	}
}

// Bytes of the character at the start; 0 = more must come, and *code is U+FFFD for what is no UTF-8.
static size_t decode(const unsigned char *bytes, size_t size, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char first = bytes[0];
	const size_t length = first < 0x80                    ? 1
	                      : first >= 0xf0 && first < 0xf5 ? 4
	                      : first >= 0xe0                 ? 3
	                      : first >= 0xc2                 ? 2
	                                                      : 0;
	*code = 0xfffd;
	if (length == 0 || first >= 0xf5)
		return 1;
	if (length == 1) {
		*code = first;
		return 1;
	}
	uint32_t value = first & (0xffU >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if (i >= size)
			return 0;
		if ((bytes[i] & 0xc0) != 0x80)
			return i;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value >= least[length] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff))
		*code = value;
	return length;
}

// Final bytes of CSI and SS3, and numbers of CSI n ~.
static const struct {
	char final;
	keystroke key;
} finals[] = {
        {'A', KEY_CODE_UP},
        {'B', KEY_CODE_DOWN},
        {'C', KEY_CODE_RIGHT},
        {'D', KEY_CODE_LEFT},
        {'H', KEY_CODE_HOME},
        {'F', KEY_CODE_END},
        {'P', KEY_CODE_F1},
        {'Q', KEY_CODE_F1 + 1},
        {'R', KEY_CODE_F1 + 2},
        {'S', KEY_CODE_F1 + 3},
        {'Z', KEY_CODE_TAB | KEY_SHIFT},
        {'M', KEY_CODE_ENTER},
        {'a', KEY_CODE_UP | KEY_SHIFT},
        {'b', KEY_CODE_DOWN | KEY_SHIFT},
        {'c', KEY_CODE_RIGHT | KEY_SHIFT},
        {'d', KEY_CODE_LEFT | KEY_SHIFT},
};
static const keystroke numbers[] = {
        [1] = KEY_CODE_HOME,
        [2] = KEY_CODE_INSERT,
        [3] = KEY_CODE_DELETE,
        [4] = KEY_CODE_END,
        [5] = KEY_CODE_PAGE_UP,
        [6] = KEY_CODE_PAGE_DOWN,
        [7] = KEY_CODE_HOME,
        [8] = KEY_CODE_END,
        [11] = KEY_CODE_F1,
        [12] = KEY_CODE_F1 + 1,
        [13] = KEY_CODE_F1 + 2,
        [14] = KEY_CODE_F1 + 3,
        [15] = KEY_CODE_F1 + 4,
        [17] = KEY_CODE_F1 + 5,
        [18] = KEY_CODE_F1 + 6,
        [19] = KEY_CODE_F1 + 7,
        [20] = KEY_CODE_F1 + 8,
        [21] = KEY_CODE_F1 + 9,
        [23] = KEY_CODE_F1 + 10,
        [24] = KEY_CODE_F1 + 11,
};

static keystroke from_final(char final)
{
	for (size_t i = 0; i < COUNT_OF(finals); i++)
		if (finals[i].final == final)
			return finals[i].key;
	return 0;
}

// xterm writes modifiers as 1 + (Shift 1, Alt 2, Ctrl 4).
static keystroke modifiers(unsigned parameter)
{
	const unsigned bits = parameter > 1 ? parameter - 1 : 0;
	return (bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_ALT : 0) | (bits & 4 ? KEY_CTRL : 0);
}

static void take_mouse(
        struct input *input, const unsigned *parameters, char final, int64_t now, struct input_event *out)
{
	const unsigned button = parameters[0];
	if (final != 'M' || parameters[1] == 0 || parameters[2] == 0)
		return;
	out->x = (int)parameters[1] - 1;
	out->y = (int)parameters[2] - 1;
	out->sort = INPUT_MOUSE;
	if (button == 64 || button == 65) {
		out->mouse = button == 64 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
	} else if (button == 2) {
		out->mouse = MOUSE_MENU;
	} else if (button == 0) {
		const bool again = input->click_y == out->y && input->click_x == out->x &&
		                   now - input->clicked_at < DOUBLE_CLICK_MS;
		out->mouse = again ? MOUSE_OPEN : MOUSE_CLICK;
		input->clicked_at = again ? 0 : now;
		input->click_y = out->y;
		input->click_x = out->x;
	} else {
		out->sort = INPUT_NONE;
	}
}

struct sequence {
	char prefix; // '?', '<', '>' or 0
	unsigned parameters[8];
	size_t count;
	char final;
};

// CSI: ESC [ parameters final. Returns its length, 0 = more must come.
static size_t parse_sequence(const unsigned char *bytes, size_t size, struct sequence *out)
{
	memset(out, 0, sizeof *out);
	size_t at = 2;
	if (at < size && bytes[at] >= '<' && bytes[at] <= '?')
		out->prefix = (char)bytes[at++];
	for (; at < size && at < SEQUENCE_MOST; at++) {
		const unsigned char byte = bytes[at];
		if (byte >= '0' && byte <= '9') {
			unsigned *number = &out->parameters[out->count];
			*number = *number < 100000 ? *number * 10 + (byte - '0') : *number;
		} else if (byte == ';' || byte == ':') {
			out->count += out->count + 1 < COUNT_OF(out->parameters);
		} else if (byte >= 0x40 && byte <= 0x7e) {
			out->final = (char)byte;
			out->count++;
			return at + 1;
		} else if (byte < 0x20 || byte > 0x7e) {
			return at; // broken off: what follows is something else
		}
	}
	return at < SEQUENCE_MOST ? 0 : at;
}

static void from_sequence(struct input *input, const struct sequence *sequence, int64_t now, struct input_event *out)
{
	const unsigned *parameters = sequence->parameters;
	if (sequence->prefix == '<') {
		take_mouse(input, parameters, sequence->final, now, out);
	} else if (sequence->prefix == '?') {
		out->sort = INPUT_ANSWER;
		if (sequence->final == 'c')
			out->answer = TERM_ANSWER_ATTRIBUTES;
		else if (sequence->final == 'y' && parameters[0] == 2026 && (parameters[1] == 1 || parameters[1] == 2))
			out->answer = TERM_ANSWER_SYNCHRONIZED;
		else
			out->sort = INPUT_NONE;
	} else if (sequence->prefix) {
		return;
	} else if (sequence->final == '~' && parameters[0] == 200) {
		input->pasting = true;
		buffer_clear(&input->paste);
	} else if (sequence->final == '~') {
		const keystroke code = parameters[0] < COUNT_OF(numbers) ? numbers[parameters[0]] : 0;
		out->key = code ? code | modifiers(parameters[1]) : 0;
	} else if ((sequence->final == 'I' || sequence->final == 'O') && parameters[0] == 0) {
		out->sort = INPUT_FOCUS;
		out->focused = sequence->final == 'I';
	} else {
		const keystroke code = from_final(sequence->final);
		out->key = code ? code | modifiers(parameters[1]) : 0;
	}
	if (out->key)
		out->sort = INPUT_KEY;
}

// Everything that begins with ESC. Returns its length, 0 = more must come.
static size_t take_escape(struct input *input, int64_t now, struct input_event *out)
{
	const unsigned char *bytes = input->bytes;
	struct sequence sequence;
	size_t length = 0;
	const bool late = now - input->came >= ESCAPE_MS;
	if (input->size >= 3 && bytes[1] == '[' && bytes[2] == '[') { // Linux console: ESC [ [ A … E are F1 … F5
		length = input->size >= 4 ? 4 : 0;
		if (length && bytes[3] >= 'A' && bytes[3] <= 'E')
			out->key = KEY_CODE_F1 + (keystroke)(bytes[3] - 'A');
	} else if (input->size >= 2 && bytes[1] == '[') {
		length = parse_sequence(bytes, input->size, &sequence);
		if (length && sequence.final)
			from_sequence(input, &sequence, now, out);
	} else if (input->size >= 2 && bytes[1] == 'O') {
		length = input->size >= 3 ? 3 : 0;
		out->key = length ? from_final((char)bytes[2]) : 0;
	} else if (input->size >= 2 && bytes[1] == 0x1b) {
		length = 1;
		out->key = KEY_CODE_ESCAPE;
	} else if (input->size >= 2) {
		uint32_t code;
		const size_t used = decode(bytes + 1, input->size - 1, &code);
		length = used ? used + 1 : 0;
		out->key = KEY_ALT | (code < 0x20 || code == 0x7f ? from_control((unsigned char)code) : code);
	}
	if (length == 0 && late) { // nothing follows: it was the key itself
		length = 1;
		out->key = KEY_CODE_ESCAPE;
	}
	if (length && out->key)
		out->sort = INPUT_KEY;
	return length;
}

static size_t take_character(struct input *input, int64_t now, struct input_event *out)
{
	uint32_t code;
	size_t length = decode(input->bytes, input->size, &code);
	if (length == 0 && now - input->came < ESCAPE_MS)
		return 0;
	if (length == 0)
		return input->size;
	out->key = code < 0x20 || code == 0x7f ? from_control((unsigned char)code) : code;
	out->sort = code == 0xfffd ? INPUT_NONE : INPUT_KEY;
	return length;
}

// Text between the marks of a bracketed paste. Returns true when it is complete.
static bool take_paste(struct input *input)
{
	static const char end[] = "\033[201~";
	const size_t mark = sizeof end - 1;
	for (size_t i = 0; i < input->size; i++) {
		if (input->bytes[i] != 0x1b)
			continue;
		const size_t rest = input->size - i, compared = rest < mark ? rest : mark;
		if (memcmp(input->bytes + i, end, compared) != 0)
			continue;
		buffer_add(&input->paste, input->bytes, i);
		drop(input, compared == mark ? i + mark : i);
		input->pasting = compared != mark;
		return !input->pasting;
	}
	buffer_add(&input->paste, input->bytes, input->size);
	input->size = 0;
	return false;
}

void input_read(struct input *input, int64_t now, struct input_event *out)
{
	memset(out, 0, sizeof *out);
	while (input->size && out->sort == INPUT_NONE) {
		if (input->pasting) {
			if (!take_paste(input))
				return;
			out->sort = INPUT_PASTE;
			out->paste = &input->paste;
			return;
		}
		out->key = 0;
		const size_t used =
		        input->bytes[0] == 0x1b ? take_escape(input, now, out) : take_character(input, now, out);
		if (used == 0) {
			out->sort = INPUT_NONE;
			return;
		}
		drop(input, used);
	}
}
