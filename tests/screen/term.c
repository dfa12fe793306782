// SPDX-License-Identifier: Apache-2.0
// The test terminal: starting and ending the program, bytes to and from it.
#include "config.h"

#include "tests/screen/term_private.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { QUIET_MS = 20, REPORT_MOST = 8000 };

int64_t term_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int term_scale(int deadline_ms)
{
	int ms = deadline_ms ? deadline_ms : TERM_DEADLINE_MS;
	const char *slow = getenv("TERM_SLOW");

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	ms *= 3;
#endif
	return slow && *slow ? ms * 5 : ms;
}

// A sanitizer's report is longer than the screen.
static void tell_report(const struct terminal *term)
{
	static const char *const marks[] = {"ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "runtime error: "};

	for (size_t i = 0; term->log && i < COUNT_OF(marks); i++) {
		const char *at = memmem(term->log, term->log_size, marks[i], strlen(marks[i]));
		size_t left = at ? term->log_size - (size_t)(at - term->log) : 0;

		if (at)
			fprintf(stderr, "%.*s\n", (int)(left < REPORT_MOST ? left : REPORT_MOST), at);
	}
}

void term_complain(struct terminal *term, const char *format, ...)
{
	char *dump = term_dump(term, false);
	va_list arguments;

	fputs("screen test: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n%s%s\n", dump ? dump : "", term->exited ? "(the program has ended)" : "");
	free(dump);
	tell_report(term);
}

// What the shell in between tells: 'p' and the program's id, 's' when it stopped, 'x' and its status at the end.
struct report {
	char sort;
	int value;
};

static pid_t shell_program;

static void shell_forward(int signal)
{
	if (shell_program > 0)
		kill(-shell_program, signal);
}

static void shell_tell(int control, char sort, int value)
{
	struct report report = {.sort = sort, .value = value};

	while (write(control, &report, sizeof(report)) < 0 && errno == EINTR)
		;
}

static void program_exec(int slave, char *const argv[], char *const env[])
{
	setpgid(0, 0);
	tcsetpgrp(slave, getpid());
	signal(SIGTTOU, SIG_DFL);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	// What a test makes the program save must not land where the tests are run.
	for (char *const *variable = env; *variable; variable++)
		if (strncmp(*variable, "HOME=", 5) == 0 && argv[0][0] == '/' && chdir(*variable + 5) != 0)
			_exit(127);
	execve(argv[0], argv, env);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

// Does what an interactive shell does for one job, except that it leaves the terminal's modes alone: giving them back
// is the program's own task.
static void shell_run(int control, int slave, char *const argv[], char *const env[])
{
	struct sigaction forward = {.sa_handler = shell_forward};
	int status;
	char go;

	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	signal(SIGTTOU, SIG_IGN);
	sigaction(SIGHUP, &forward, NULL);
	shell_program = fork();
	if (shell_program < 0)
		_exit(127);
	if (shell_program == 0)
		program_exec(slave, argv, env);
	setpgid(shell_program, shell_program);
	tcsetpgrp(slave, shell_program);
	shell_tell(control, 'p', shell_program);
	for (;;) {
		if (waitpid(shell_program, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			_exit(127);
		}
		if (!WIFSTOPPED(status))
			break;
		tcsetpgrp(slave, getpid());
		shell_tell(control, 's', WSTOPSIG(status));
		while (read(control, &go, 1) < 0 && errno == EINTR)
			;
		tcsetpgrp(slave, shell_program);
		kill(-shell_program, SIGCONT);
	}
	shell_tell(control, 'x', status);
	_exit(0);
}

// env gets "NAME=value" and drops the NAMEs that `changes` tell of.
static void environment_build(char *env[], size_t most, const char *const *base, const char *const *changes)
{
	size_t count = 0;
	const char *const *lists[2] = {base, changes};

	for (int list = 0; list < 2; list++) {
		for (const char *const *item = lists[list]; item && *item; item++) {
			size_t name = strcspn(*item, "=");
			size_t kept = 0;

			for (size_t i = 0; i < count; i++)
				if (strncmp(env[i], *item, name) != 0 || env[i][name] != '=')
					env[kept++] = env[i];
			count = kept;
			if ((*item)[name] == '=' && count + 1 < most)
				env[count++] = (char *)(uintptr_t)*item;
		}
	}
	env[count] = NULL;
}

static void terminal_answers(const char *bytes, size_t size, void *user)
{
	struct terminal *term = user;
	static const char unknown[] = "\033[?2026;0$y";

	// libvterm 0.1.4 does not know synchronized updates; today's terminals do.
	if (!term->no_synchronized_update && size == sizeof(unknown) - 1 && memcmp(bytes, unknown, size) == 0)
		bytes = "\033[?2026;2$y";
	term_send(term, bytes, size);
}

static int terminal_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *term = user;

	if (property == VTERM_PROP_CURSORVISIBLE)
		term->cursor_visible = value->boolean;
	else if (property == VTERM_PROP_ALTSCREEN)
		term->alternate = value->boolean;
	return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.settermprop = terminal_property};

static bool screen_create(struct terminal *term)
{
	term->vterm = vterm_new(term->rows, term->columns);
	if (!term->vterm)
		return false;
	vterm_set_utf8(term->vterm, 1);
	vterm_output_set_callback(term->vterm, terminal_answers, term);
	term->screen = vterm_obtain_screen(term->vterm);
	vterm_screen_enable_altscreen(term->screen, 1);
	vterm_screen_set_callbacks(term->screen, &screen_callbacks, term);
	term->cursor_visible = true;
	vterm_screen_reset(term->screen, 1);
	return true;
}

static const char *value_of(char *const env[], const char *name)
{
	size_t length = strlen(name);

	for (; *env; env++)
		if (strncmp(*env, name, length) == 0 && (*env)[length] == '=')
			return *env + length + 1;
	return "";
}

static bool program_start(struct terminal *term, const struct term_options *options)
{
	struct winsize size = {.ws_row = (unsigned short)options->rows, .ws_col = (unsigned short)options->columns};
	char home[80], path[4096], sanitizer[512];
	const char *base[] = {
	        home, path, sanitizer, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC", "SHELL=/bin/sh", NULL};
	char *env[64];
	int pair[2];

	snprintf(home, sizeof(home), "HOME=%s", term->home);
	snprintf(path, sizeof(path), "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	snprintf(sanitizer, sizeof(sanitizer), "ASAN_OPTIONS=%s", getenv("ASAN_OPTIONS") ? getenv("ASAN_OPTIONS") : "");
	environment_build(env, COUNT_OF(env), base, options->env);
	snprintf(term->type, sizeof(term->type), "%s", value_of(env, "TERM"));
	if (openpty(&term->master, &term->slave, NULL, NULL, &size) < 0)
		return false;
	tcgetattr(term->slave, &term->before);
	fcntl(term->master, F_SETFL, O_NONBLOCK);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return false;
	term->shell = fork();
	if (term->shell == 0) {
		close(term->master);
		close(pair[0]);
		shell_run(pair[1], term->slave, (char *const *)(uintptr_t)options->argv, env);
	}
	close(pair[1]);
	term->control = pair[0];
	return term->shell > 0;
}

struct terminal *term_open(const struct term_options *options)
{
	struct terminal *term = calloc(1, sizeof(*term));

	if (!term)
		return NULL;
	term->master = term->slave = term->control = -1;
	term->rows = options->rows;
	term->columns = options->columns;
	term->no_synchronized_update = options->no_synchronized_update;
	snprintf(term->home, sizeof(term->home), "/tmp/peerdeck-test-XXXXXX");
	if (!mkdtemp(term->home) || !screen_create(term) || !program_start(term, options)) {
		fprintf(stderr, "screen test: cannot start %s: %s\n", options->argv[0], strerror(errno));
		term_stop(term);
		return NULL;
	}
	for (int64_t end = term_clock() + term_scale(0); !term->program && term_clock() < end;)
		term_pump(term, 50);
	return term;
}

struct terminal *term_start(int rows, int columns, const char *const argv[], const char *const env[])
{
	struct term_options options = {.rows = rows, .columns = columns, .argv = argv, .env = env};

	return term_open(&options);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

void term_stop(struct terminal *term)
{
	if (!term)
		return;
	if (term->program > 0 && !term->exited)
		kill(-term->program, SIGKILL);
	if (term->shell > 0) {
		if (term->stopped)
			term_continue(term);
		if (!term->program)
			kill(term->shell, SIGKILL);
		// The program may wait for room to write.
		for (int64_t end = term_clock() + 2000; !term->exited && term_clock() < end;)
			term_pump(term, 20);
		kill(term->shell, SIGKILL);
		waitpid(term->shell, NULL, 0);
	}
	if (term->master >= 0)
		close(term->master);
	if (term->slave >= 0)
		close(term->slave);
	if (term->control >= 0)
		close(term->control);
	if (term->vterm)
		vterm_free(term->vterm);
	nftw(term->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(term->log);
	free(term);
}

const char *term_home(const struct terminal *term)
{
	return term->home;
}

static void log_add(struct terminal *term, const char *bytes, size_t size)
{
	if (term->log_size + size > TERM_LOG_MOST)
		return;
	if (term->log_size + size > term->log_room) {
		size_t room = (term->log_size + size) * 2;
		char *grown = realloc(term->log, room);

		if (!grown)
			return;
		term->log = grown;
		term->log_room = room;
	}
	memcpy(term->log + term->log_size, bytes, size);
	term->log_size += size;
}

static void control_read(struct terminal *term)
{
	struct report report;
	ssize_t got = read(term->control, &report, sizeof(report));

	if (got != sizeof(report)) {
		term->exited = true;
		return;
	}
	if (report.sort == 'p') {
		term->program = report.value;
	} else if (report.sort == 's') {
		term->stopped = true;
	} else {
		term->exited = true;
		term->status = report.value;
	}
}

static bool master_read(struct terminal *term)
{
	char bytes[16384];
	ssize_t got = read(term->master, bytes, sizeof(bytes));

	if (got <= 0)
		return false;
	log_add(term, bytes, (size_t)got);
	vterm_input_write(term->vterm, bytes, (size_t)got);
	return true;
}

bool term_pump(struct terminal *term, int ms)
{
	struct pollfd fds[2] = {
	        {.fd = term->master, .events = POLLIN}, {.fd = term->exited ? -1 : term->control, .events = POLLIN}};

	if (poll(fds, 2, ms) <= 0)
		return false;
	// The last words come before the end.
	bool came = (fds[0].revents & POLLIN) && master_read(term);
	if (fds[1].revents) {
		control_read(term);
		came = true;
	}
	return came;
}

void term_drain_input(struct terminal *term)
{
	while (term_pump(term, 0))
		;
}

void term_send(struct terminal *term, const void *bytes, size_t size)
{
	const char *from = bytes;
	int64_t end = term_clock() + term_scale(0);

	while (size && term->master >= 0 && term_clock() < end) {
		ssize_t sent = write(term->master, from, size);

		if (sent > 0) {
			from += sent;
			size -= (size_t)sent;
		} else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			return;
		} else {
			term_pump(term, QUIET_MS);
		}
	}
}

void term_resize(struct terminal *term, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	term_drain_input(term);
	term->rows = rows;
	term->columns = columns;
	vterm_set_size(term->vterm, rows, columns);
	ioctl(term->master, TIOCSWINSZ, &size);
}

void term_hang_up(struct terminal *term)
{
	term_drain_input(term);
	close(term->slave);
	close(term->master);
	term->master = term->slave = -1;
	// A shell that loses its terminal tells its job.
	kill(term->shell, SIGHUP);
}

bool term_wait(
        struct terminal *term, bool (*check)(struct terminal *, void *), void *user, const char *what, int deadline_ms)
{
	int64_t end = term_clock() + term_scale(deadline_ms);

	// A condition that holds for a moment inside a frame does not count: the screen must be quiet.
	for (;;) {
		int64_t left = end - term_clock();

		if (term_pump(term, left > QUIET_MS ? QUIET_MS : left > 0 ? (int)left : 0) && left > 0)
			continue;
		if (check(term, user))
			return true;
		// Nothing comes after the end.
		if (left <= 0 || term->exited)
			break;
	}
	if (what)
		term_complain(term, "%s: %s", term->exited ? "not seen before the end" : "not seen in time", what);
	return false;
}

bool term_wait_quiet(struct terminal *term, int ms)
{
	int64_t end = term_clock() + term_scale(0);

	for (int64_t quiet_since = term_clock(); term_clock() < end;) {
		int64_t left = quiet_since + ms - term_clock();

		if (left <= 0)
			return true;
		if (term_pump(term, (int)left))
			quiet_since = term_clock();
	}
	term_complain(term, "never quiet for %d ms", ms);
	return false;
}

const char *term_log(struct terminal *term, size_t *size)
{
	term_drain_input(term);
	*size = term->log_size;
	return term->log ? term->log : "";
}

size_t term_mark(struct terminal *term)
{
	term_drain_input(term);
	return term->log_size;
}

size_t term_bytes_since(struct terminal *term, size_t mark)
{
	return term_mark(term) - mark;
}

struct log_wanted {
	size_t mark, size;
	const char *bytes;
};

static bool log_holds(struct terminal *term, void *user)
{
	const struct log_wanted *wanted = user;

	return memmem(term->log + wanted->mark, term->log_size - wanted->mark, wanted->bytes, wanted->size) != NULL;
}

bool term_wait_log(struct terminal *term, size_t mark, const char *bytes, size_t size, int deadline_ms)
{
	struct log_wanted wanted = {.mark = mark, .size = size, .bytes = bytes};

	return term_wait(term, log_holds, &wanted, "the bytes expected in the log", deadline_ms);
}

pid_t term_pid(const struct terminal *term)
{
	return term->program;
}

static bool has_exited(struct terminal *term, void *user)
{
	(void)user;
	return term->exited;
}

bool term_wait_exit(struct terminal *term, int *status, int deadline_ms)
{
	if (!term_wait(term, has_exited, NULL, "the end of the program", deadline_ms))
		return false;
	if (status)
		*status = term->status;
	return true;
}

static bool has_stopped(struct terminal *term, void *user)
{
	(void)user;
	return term->stopped;
}

bool term_wait_stopped(struct terminal *term, int deadline_ms)
{
	return term_wait(term, has_stopped, NULL, "that the program stops", deadline_ms);
}

void term_continue(struct terminal *term)
{
	term->stopped = false;
	while (write(term->control, "f", 1) < 0 && errno == EINTR)
		;
}

void term_kill(struct terminal *term, int signal)
{
	if (term->program > 0)
		kill(term->program, signal);
}

const struct termios *term_modes_before(const struct terminal *term)
{
	return &term->before;
}

bool term_modes_now(struct terminal *term, struct termios *out)
{
	return term->slave >= 0 && tcgetattr(term->slave, out) == 0;
}

bool term_modes_restored(struct terminal *term)
{
	const struct termios *before = &term->before;
	struct termios now;

	if (!term_modes_now(term, &now))
		return false;
	if (now.c_iflag == before->c_iflag && now.c_oflag == before->c_oflag && now.c_cflag == before->c_cflag &&
	        now.c_lflag == before->c_lflag && memcmp(now.c_cc, before->c_cc, sizeof(now.c_cc)) == 0)
		return true;
	fprintf(stderr, "screen test: terminal modes changed: iflag %x>%x oflag %x>%x cflag %x>%x lflag %x>%x\n",
	        before->c_iflag, now.c_iflag, before->c_oflag, now.c_oflag, before->c_cflag, now.c_cflag,
	        before->c_lflag, now.c_lflag);
	return false;
}
