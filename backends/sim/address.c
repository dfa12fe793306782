// SPDX-License-Identifier: Apache-2.0
// IPv4 addresses: text, blocks, handing out.
#include "config.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/world.h"

#include "base/banned.h"

void ip_format(uint32_t ip, char out[IP_TEXT_SIZE])
{
	char *to = out;
	for (int shift = 24; shift >= 0; shift -= 8) {
		unsigned part = (ip >> shift) & 255;
		if (part >= 100)
			*to++ = (char)('0' + part / 100);
		if (part >= 10)
			*to++ = (char)('0' + part / 10 % 10);
		*to++ = (char)('0' + part % 10);
		*to++ = shift ? '.' : 0;
	}
}

bool ip_parse(const char *text, uint32_t *out)
{
	struct in_addr address;
	if (!text || inet_pton(AF_INET, text, &address) != 1)
		return false;
	*out = ntohl(address.s_addr);
	return true;
}

bool cidr_parse(const char *text, uint32_t *network, int *prefix)
{
	char head[IP_TEXT_SIZE];
	const char *slash = text ? strchr(text, '/') : NULL;
	int64_t bits;
	if (!slash || (size_t)(slash - text) >= sizeof(head) || !text_to_int64(slash + 1, &bits) || bits < 0 ||
	        bits > 32)
		return false;
	memcpy(head, text, (size_t)(slash - text));
	head[slash - text] = 0;
	uint32_t ip;
	if (!ip_parse(head, &ip))
		return false;
	uint32_t mask = bits ? ~(uint32_t)0 << (32 - bits) : 0;
	if (ip & ~mask)
		return false;
	*network = ip;
	*prefix = (int)bits;
	return true;
}

// The first address and the last three of a vSwitch are the service's own.
uint32_t vswitch_take_address(struct vswitch *vswitch)
{
	uint32_t hosts = ((uint32_t)1 << (32 - vswitch->prefix)) - 4;
	if (vswitch->used >= hosts)
		return 0;
	vswitch->used++;
	uint32_t host = 1 + vswitch->next_host++ % hosts;
	return vswitch->network + host;
}

void vswitch_give_address(struct vswitch *vswitch)
{
	if (vswitch->used)
		vswitch->used--;
}

// 47.92.0.0 and on: made up, and never called.
uint32_t world_public_address(struct world *world)
{
	uint32_t n = world->next_public_ip++;
	return (47u << 24) + (92u << 16) + n * 7 + 11;
}
