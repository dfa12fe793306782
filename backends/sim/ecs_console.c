// SPDX-License-Identifier: Apache-2.0
// What can be seen of an instance from outside: serial console, screenshot, user data.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/catalog.h"
#include "sim/podvms.h"
#include "sim/service.h"

#include "base/banned.h"

enum { CONSOLE_LIMIT = 64 * 1024 };

static void add_boot(struct buffer *text, const struct instance *instance, bool plain)
{
	const char *green = plain ? "" : "\033[0;32m", *end = plain ? "" : "\033[0m";
	static const char *const units[] = {"Network Configuration", "OpenSSH server daemon", "Time Synchronization"};
	static const char *const podvm_units[] = {"Process user data", "Agent Protocol Forwarder",
	        "Kata Containers Agent", "Attestation Agent", "Confidential Data Hub"};
	buffer_printf(text, "[    0.000000] Linux version 5.10.134-19.1.al8.x86_64 (gcc 10.2.1)\r\n");
	buffer_printf(text, "[    0.000000] Command line: console=ttyS0,115200n8 root=/dev/vda3\r\n");
	buffer_printf(text, "[    0.000000] DMI: Alibaba Cloud Alibaba Cloud ECS, BIOS 1.0\r\n");
	if (instance->confidential)
		buffer_printf(text, "[    0.000000] tdx: Guest detected\r\n");
	buffer_printf(text, "[    0.812345] virtio_net virtio0 eth0: renamed from eth0\r\n");
	for (size_t i = 0; i < COUNT_OF(units); i++)
		buffer_printf(text, "[%s  OK  %s] Started %s.\r\n", green, end, units[i]);
	for (size_t i = 0; instance->sort == VM_PODVM && i < COUNT_OF(podvm_units); i++)
		buffer_printf(text, "[%s  OK  %s] Started %s.\r\n", green, end, podvm_units[i]);
	buffer_printf(text, "\r\n%s login: ", instance->hostname);
}

void ecs_get_instance_console_output(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	struct buffer text, encoded;
	if (!instance)
		return;
	buffer_init(&text, CONSOLE_LIMIT);
	buffer_init(&encoded, 2 * CONSOLE_LIMIT);
	if (instance->started)
		add_boot(&text, instance, call_bool(call, "RemoveSymbols", false));
	text_add_base64(&encoded, buffer_text(&text), text.size);
	json_text(&call->out, "InstanceId", instance->base.id);
	json_text(&call->out, "ConsoleOutput", buffer_text(&encoded));
	json_time(&call->out, "LastUpdateTime", instance->started);
	buffer_finish(&text);
	buffer_finish(&encoded);
}

void ecs_get_instance_screenshot(struct call *call)
{
	// The smallest grey JPEG.
	static const char picture[] = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////"
	                              "////////////////////////////"
	                              "////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=";
	struct instance *instance = ecs_instance(call, "InstanceId");
	if (!instance)
		return;
	if (strcmp(instance->base.state, "Running") != 0) {
		call_fail(call, 403, "IncorrectInstanceStatus",
		        "The current status of the resource does not support this operation.");
		return;
	}
	json_text(&call->out, "InstanceId", instance->base.id);
	json_text(&call->out, "Screenshot", picture);
}

void ecs_describe_user_data(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	struct buffer text, encoded;
	if (!instance)
		return;
	buffer_init(&text, CONSOLE_LIMIT);
	buffer_init(&encoded, 2 * CONSOLE_LIMIT);
	if (!instance->user_data && instance->made_for.pod)
		podvm_user_data(instance, &text);
	text_add_base64(&encoded, buffer_text(&text), text.size);
	json_text(&call->out, "InstanceId", instance->base.id);
	json_text(&call->out, "RegionId", instance->base.region->id);
	json_text(&call->out, "UserData", instance->user_data ? instance->user_data : buffer_text(&encoded));
	buffer_finish(&text);
	buffer_finish(&encoded);
}
