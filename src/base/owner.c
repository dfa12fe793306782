// SPDX-License-Identifier: Apache-2.0
// Which process made something.
#include "config.h"
#include "base/owner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"

#include "base/banned.h"

// When the process began, in clock ticks since boot: tells it from a later one with the same number. 0 = no such
// process.
static unsigned long long process_started(long pid)
{
	char path[64], text[1024];
	unsigned long long started = 0;
	const char *at;
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return kill((pid_t)pid, 0) == 0 || errno == EPERM ? 1 : 0;
	size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = '\0';
	// proc(5): the name stands in parentheses and may hold anything; 20 fields after it comes the start time.
	at = strrchr(text, ')');
	for (int field = 0; at && field < 20; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%llu", &started) == 1 ? started : 1;
}

bool owner_sign(struct owner *owner, struct error *error)
{
	char host[64] = "", nonce[17];

	gethostname(host, sizeof(host) - 1);
	if (!crypto_random_hex(nonce, sizeof(nonce) - 1))
		return error_set(error, ERROR_SYSTEM, _("the operating system gave no random numbers"));
	owner->process_size = (size_t)snprintf(owner->text, sizeof(owner->text), "%s %ld %llu ", host[0] ? host : "-",
	        (long)getpid(), process_started((long)getpid()));
	snprintf(owner->text + owner->process_size, sizeof(owner->text) - owner->process_size, "%s", nonce);
	return true;
}

bool owner_is_at_work(const struct owner *self, const char *text, int64_t age_ms, int64_t elsewhere_ms)
{
	char host[64], here[64] = "";
	unsigned long long started;
	long pid;

	if (strncmp(text, self->text, self->process_size) == 0)
		return false;
	if (sscanf(text, "%63s %ld %llu", host, &pid, &started) != 3)
		return false;
	sscanf(self->text, "%63s", here);
	if (strcmp(host, here) != 0)
		return age_ms < elsewhere_ms;
	return process_started(pid) == started;
}
