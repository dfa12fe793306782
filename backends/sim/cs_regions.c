// SPDX-License-Identifier: Apache-2.0
// Regions where ACK exists.
#include "config.h"
#include "sim/cs.h"

#include "sim/service.h"

#include "base/banned.h"

void cs_describe_regions(struct call *call)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_list(out, "regions");
	for (size_t i = 0; i < call->world->region_count; i++) {
		json_object(out, NULL);
		json_text(out, "regionId", call->world->regions[i].id);
		json_text(out, "localName", call->world->regions[i].name);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
