// SPDX-License-Identifier: Apache-2.0
// Frames through a memory file: read back what curses wrote, send it whole, keep what the terminal does not take yet.
#include "config.h"

#include "ui/term_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

#define FRAME_BEGIN "\033[?2026h"
#define FRAME_END "\033[?2026l"

static int memory_file(void)
{
#ifdef HAVE_MEMFD_CREATE
	return memfd_create("peerdeck-frame", MFD_CLOEXEC);
#else
	return -1;
#endif
}

// A description of our own, so that O_NONBLOCK does not reach the shell that shares the other one.
static int open_terminal(int terminal)
{
	const char *name = ttyname(terminal);
	return name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
}

bool stage_init(struct stage *stage, int terminal, struct error *error)
{
	*stage = (struct stage){.memory = -1, .terminal = terminal};
	stage->numbered = getenv("PEERDECK_TEST_FRAMES") != NULL;
	int own = open_terminal(terminal);
	int memory = own >= 0 ? memory_file() : -1;
	if (memory >= 0)
		stage->file = fdopen(memory, "w");
	if (stage->file) {
		stage->memory = memory;
		stage->terminal = own;
		stage->owns_terminal = true;
		return true;
	}
	if (memory >= 0)
		close(memory);
	if (own >= 0)
		close(own);
	int copy = dup(terminal);
	stage->file = copy >= 0 ? fdopen(copy, "w") : NULL;
	if (stage->file)
		return true;
	error_set_errno(error, "cannot write to the terminal");
	if (copy >= 0)
		close(copy);
	return false;
}

void stage_finish(struct stage *stage)
{
	if (stage->file)
		fclose(stage->file);
	if (stage->owns_terminal)
		close(stage->terminal);
	free(stage->pending);
	*stage = (struct stage){.memory = -1, .terminal = -1};
}

static bool make_room(struct stage *stage, size_t size)
{
	if (stage->pending_sent == stage->pending_size)
		stage->pending_sent = stage->pending_size = 0;
	if (stage->pending_size + size <= stage->pending_room)
		return true;
	size_t room = stage->pending_room ? stage->pending_room : 16384;
	while (room < stage->pending_size + size)
		room *= 2;
	if (room > STAGE_FRAME_MOST)
		return false;
	char *grown = realloc(stage->pending, room);
	if (!grown)
		return false;
	stage->pending = grown;
	stage->pending_room = room;
	return true;
}

static bool append(struct stage *stage, const char *bytes, size_t size)
{
	if (!make_room(stage, size))
		return false;
	memcpy(stage->pending + stage->pending_size, bytes, size);
	stage->pending_size += size;
	return true;
}

bool stage_drain(struct stage *stage)
{
	while (stage_waits(stage)) {
		const ssize_t sent = write(stage->terminal, stage->pending + stage->pending_sent,
		        stage->pending_size - stage->pending_sent);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN;
		stage->stats.writes++;
		stage->stats.bytes += (uint64_t)sent;
		stage->pending_sent += (size_t)sent;
	}
	return true;
}

// Moves what curses wrote to `pending`. Returns how much it was, −1 when it could not be read.
static ssize_t take_written(struct stage *stage, bool frame)
{
	const off_t size = lseek(stage->memory, 0, SEEK_CUR);
	if (size <= 0)
		return size;
	const size_t room = (size_t)size + sizeof FRAME_BEGIN + sizeof FRAME_END;
	const bool marked = frame && stage->synchronized;
	if (!make_room(stage, room))
		return -1;
	if (marked)
		append(stage, FRAME_BEGIN, sizeof FRAME_BEGIN - 1);
	const ssize_t got = pread(stage->memory, stage->pending + stage->pending_size, (size_t)size, 0);
	if (got != size || lseek(stage->memory, 0, SEEK_SET) != 0)
		return -1;
	stage->pending_size += (size_t)got;
	if (marked)
		append(stage, FRAME_END, sizeof FRAME_END - 1);
	return got;
}

static void add_number(struct stage *stage)
{
	char text[64];
	const int size = snprintf(text, sizeof text, "\033]777;peerdeck;frame=%llu;writes=%llu\033\\",
	        (unsigned long long)stage->stats.frames, (unsigned long long)stage->stats.writes + 1);
	append(stage, text, (size_t)size);
}

bool stage_send_frame(struct stage *stage)
{
	if (stage->memory < 0)
		return fflush(stage->file) == 0;
	const ssize_t size = take_written(stage, true);
	if (size < 0)
		return false;
	if (size > 0) {
		stage->stats.frames++;
		if (stage->numbered)
			add_number(stage);
	}
	return stage_drain(stage);
}

bool stage_send_all(struct stage *stage)
{
	if (stage->memory < 0)
		return fflush(stage->file) == 0;
	if (take_written(stage, false) < 0)
		return false;
	// A terminal that takes nothing for two seconds is not waited for any longer.
	while (stage_drain(stage) && stage_waits(stage)) {
		struct pollfd wait = {.fd = stage->terminal, .events = POLLOUT};
		if (poll(&wait, 1, 2000) <= 0)
			return false;
	}
	return !stage_waits(stage);
}

bool stage_write(struct stage *stage, const char *bytes, size_t size)
{
	if (stage->memory < 0)
		return fwrite(bytes, 1, size, stage->file) == size && fflush(stage->file) == 0;
	return append(stage, bytes, size) && stage_drain(stage);
}
