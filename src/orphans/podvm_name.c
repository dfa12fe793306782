// SPDX-License-Identifier: Apache-2.0
// The name rules of pod VMs.
#include "config.h"

#include "orphans/podvm_name.h"

#include <string.h>

#include "base/banned.h"

static const char prefix[] = "podvm-";
enum {
	PREFIX_LENGTH = sizeof prefix - 1,
	// "podvm", the sandbox part and two hyphens
	AROUND_POD_PART = 15,
};

static bool is_kept(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

void podvm_name_clean(const char *text, char *out, size_t size)
{
	size_t used = 0;

	if (size == 0)
		return;
	for (; *text && used + 1 < size; text++) {
		char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;

		// The bytes that continue a UTF-8 character belong to the hyphen that its first byte became.
		if (((unsigned char)c & 0xC0) == 0x80)
			continue;
		out[used++] = is_kept(c) ? c : '-';
	}
	out[used] = '\0';
}

void podvm_name_pod_part(const char *pod_name, int limit, char out[PODVM_POD_PART_MOST + 1])
{
	size_t most = PODVM_POD_PART_MOST;

	if (limit - AROUND_POD_PART < PODVM_POD_PART_MOST)
		most = limit > AROUND_POD_PART ? (size_t)(limit - AROUND_POD_PART) : 0;
	podvm_name_clean(pod_name, out, most + 1);
}

bool podvm_name_compose(const char *pod_name, const char *sandbox_id, int limit, char out[PODVM_NAME_SIZE])
{
	char pod_part[PODVM_POD_PART_MOST + 1], sandbox_part[PODVM_SANDBOX_PART + 1];
	size_t pod_length;

	podvm_name_pod_part(pod_name, limit, pod_part);
	podvm_name_clean(sandbox_id, sandbox_part, sizeof sandbox_part);
	pod_length = strlen(pod_part);
	if (pod_length == 0 || strlen(sandbox_part) != PODVM_SANDBOX_PART)
		return false;
	memcpy(out, prefix, PREFIX_LENGTH);
	memcpy(out + PREFIX_LENGTH, pod_part, pod_length);
	out[PREFIX_LENGTH + pod_length] = '-';
	memcpy(out + PREFIX_LENGTH + pod_length + 1, sandbox_part, sizeof sandbox_part);
	return true;
}

bool podvm_name_parse(const char *text, struct podvm_name *out)
{
	size_t length = strlen(text), pod_length;
	const char *pod, *sandbox;

	if (length < PREFIX_LENGTH + 1 + 1 + PODVM_SANDBOX_PART || length > PODVM_NAME_LIMIT)
		return false;
	pod = text + PREFIX_LENGTH;
	sandbox = text + length - PODVM_SANDBOX_PART;
	pod_length = length - PREFIX_LENGTH - 1 - PODVM_SANDBOX_PART;
	if (memcmp(text, prefix, PREFIX_LENGTH) != 0 || sandbox[-1] != '-' ||
	        strspn(sandbox, "0123456789abcdef") != PODVM_SANDBOX_PART)
		return false;
	for (size_t i = 0; i < pod_length; i++)
		if (!is_kept(pod[i]))
			return false;
	memcpy(out->pod_part, pod, pod_length);
	out->pod_part[pod_length] = '\0';
	memcpy(out->sandbox_part, sandbox, PODVM_SANDBOX_PART + 1);
	return true;
}

bool podvm_name_fits_pod(const struct podvm_name *name, const char *pod_name, int limit)
{
	char part[PODVM_POD_PART_MOST + 1];

	podvm_name_pod_part(pod_name, limit, part);
	return strcmp(part, name->pod_part) == 0;
}

bool podvm_name_fits_sandbox(const struct podvm_name *name, const char *sandbox_id)
{
	return strncmp(name->sandbox_part, sandbox_id, PODVM_SANDBOX_PART) == 0;
}
