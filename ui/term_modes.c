// SPDX-License-Identifier: Apache-2.0
// Terminal modes and signals. Handlers only set a bit and wake the loop; the crash handler restores the terminal first
// and then lets the signal do what it did before.
#include "config.h"

#include "ui/term_modes.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "ui/term.h"

#include "base/banned.h"

static struct {
	int terminal;
	bool taken;
	struct termios before, during;
} modes;

bool modes_take(int terminal, struct error *error)
{
	if (tcgetattr(terminal, &modes.before) != 0)
		return error_set_errno(error, "cannot read the terminal's modes");
	modes.terminal = terminal;
	modes.during = modes.before;
	modes.during.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT | PARMRK);
	modes.during.c_oflag &= ~(tcflag_t)OPOST;
	modes.during.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	modes.during.c_cflag |= CS8;
	modes.during.c_cc[VMIN] = 0;
	modes.during.c_cc[VTIME] = 0;
	modes.taken = true;
	if (tcsetattr(terminal, TCSANOW, &modes.during) != 0)
		return error_set_errno(error, "cannot set the terminal's modes");
	return true;
}

void modes_give_back(void)
{
	if (modes.taken)
		tcsetattr(modes.terminal, TCSADRAIN, &modes.before);
}

void modes_take_again(void)
{
	// A shell may have changed what it wants back (stty) while we were stopped.
	if (modes.taken && tcgetattr(modes.terminal, &modes.before) == 0)
		tcsetattr(modes.terminal, TCSANOW, &modes.during);
}

static const struct {
	int number;
	unsigned asks; // 0 = ignored
} asking[] = {
        {SIGWINCH, TERM_RESIZED},
        {SIGTSTP, TERM_SUSPEND},
        {SIGCONT, TERM_CONTINUED},
        {SIGTERM, TERM_QUIT},
        {SIGHUP, TERM_QUIT},
        {SIGINT, TERM_QUIT},
        {SIGQUIT, TERM_QUIT},
        {SIGPIPE, 0},
};
static const int crashing[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

static struct {
	int wake;
	atomic_uint asked;
	struct sigaction before_asking[COUNT_OF(asking)], before_crashing[COUNT_OF(crashing)];
	bool taken;
	int terminal;
	char farewell[512];
	size_t farewell_size;
	void *stack;
} signals = {.wake = -1};

static void on_asking(int number)
{
	const int saved = errno;
	for (size_t i = 0; i < COUNT_OF(asking); i++)
		if (asking[i].number == number)
			atomic_fetch_or(&signals.asked, asking[i].asks);
	const uint64_t one = 1;
	const ssize_t ignored = write(signals.wake, &one, sizeof one);
	(void)ignored;
	errno = saved;
}

static void on_crash(int number, siginfo_t *info, void *context)
{
	(void)context;
	static const char message[] = "peerdeck: stopped by a fault of its own; please report what you did last.\r\n";
	ssize_t ignored = write(signals.terminal, signals.farewell, signals.farewell_size);
	if (modes.taken)
		tcsetattr(modes.terminal, TCSANOW, &modes.before);
	ignored = write(STDERR_FILENO, message, sizeof message - 1);
	(void)ignored;
	for (size_t i = 0; i < COUNT_OF(crashing); i++)
		if (crashing[i] == number)
			sigaction(number, &signals.before_crashing[i], NULL);
	// A fault repeats by itself when we return to it, with its own context; a signal that was sent does not.
	if (info->si_code <= 0)
		raise(number);
}

bool signals_take(const char *farewell, int terminal, struct error *error)
{
	enum { CRASH_STACK = 64 * 1024 };
	signals.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (signals.wake < 0)
		return error_set_errno(error, "cannot make a descriptor for signals");
	signals.terminal = terminal;
	signals.farewell_size = strlen(farewell);
	if (signals.farewell_size > sizeof signals.farewell)
		signals.farewell_size = sizeof signals.farewell;
	memcpy(signals.farewell, farewell, signals.farewell_size);

	signals.stack = malloc(CRASH_STACK);
	if (signals.stack)
		sigaltstack(&(stack_t){.ss_sp = signals.stack, .ss_size = CRASH_STACK}, NULL);
	for (size_t i = 0; i < COUNT_OF(asking); i++) {
		struct sigaction action = {.sa_handler = asking[i].asks ? on_asking : SIG_IGN, .sa_flags = SA_RESTART};
		sigemptyset(&action.sa_mask);
		sigaction(asking[i].number, &action, &signals.before_asking[i]);
	}
	for (size_t i = 0; i < COUNT_OF(crashing); i++) {
		struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
		sigemptyset(&action.sa_mask);
		sigaction(crashing[i], &action, &signals.before_crashing[i]);
	}
	signals.taken = true;
	return true;
}

void signals_give_back(void)
{
	if (!signals.taken)
		return;
	for (size_t i = 0; i < COUNT_OF(asking); i++)
		sigaction(asking[i].number, &signals.before_asking[i], NULL);
	// A terminal that went away tells it more than once: what is still to be put in order is not cut short by that.
	struct termios now;
	if (tcgetattr(signals.terminal, &now) != 0)
		signal(SIGHUP, SIG_IGN);
	for (size_t i = 0; i < COUNT_OF(crashing); i++)
		sigaction(crashing[i], &signals.before_crashing[i], NULL);
	sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
	free(signals.stack);
	signals.stack = NULL;
	close(signals.wake);
	signals.wake = -1;
	signals.taken = false;
}

int signals_fd(void)
{
	return signals.wake;
}

unsigned signals_asked(void)
{
	uint64_t count;
	const ssize_t ignored = read(signals.wake, &count, sizeof count);
	(void)ignored;
	return atomic_exchange(&signals.asked, 0);
}

void signals_stop(void)
{
	struct sigaction ours, standard = {.sa_handler = SIG_DFL};
	sigemptyset(&standard.sa_mask);
	sigaction(SIGTSTP, &standard, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}
