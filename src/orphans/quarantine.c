// SPDX-License-Identifier: Apache-2.0
// The tags of quarantine.
#include "config.h"
#include "orphans/quarantine.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

int64_t quarantine_since(const struct tag_list *tags)
{
	int64_t since;

	for (unsigned i = 0; i < tags->count; i++)
		if (strcmp(tags->items[i].key, QUARANTINE_TAG) == 0)
			return time_parse(tags->items[i].value, &since) ? since : 0;
	return 0;
}

bool quarantine_is_tag(const char *key)
{
	return strcmp(key, QUARANTINE_TAG) == 0 || strcmp(key, QUARANTINE_TAG_BY) == 0;
}
