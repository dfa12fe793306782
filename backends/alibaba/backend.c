// SPDX-License-Identifier: Apache-2.0
// The backend's table of functions.
#include "alibaba/alibaba.h"

#include <stdio.h>

#include "alibaba/act.h"
#include "alibaba/calls.h"
#include "alibaba/doctor.h"
#include "alibaba/list.h"
#include "alibaba/source.h"
#include "alibaba/thing.h"
#include "base/banned.h"

static bool lists(enum kind_id kind)
{
	return lister_find(kind) != NULL;
}

// The call budget counts by the same name as the first page of such a reading.
static bool reading_key(struct session *session, enum kind_id kind, const struct scope *scope, char *out, size_t size)
{
	const struct lister *lister = lister_find(kind);
	const char *region = *scope->region ? scope->region : session_some_region(session);

	return lister && snprintf(out, size, "%s/%s/%s", session->caller.label, region, lister->operation) < (int)size;
}

const struct backend backend_alibaba = {
        .name = "alibaba",
        .title = "Alibaba Cloud",
        .open = session_open,
        .close = session_close,
        .identify = session_identify,
        .describe_session = session_describe,
        .lists = lists,
        .list = list_read,
        .describe = thing_describe,
        .actions = actions,
        .action_count = ALIBABA_ACTIONS,
        .act = act_run,
        .command = act_command,
        .console_url = console_url,
        .settle = act_settle,
        .doctor = doctor_run,
        .reading_key = reading_key,
        .calls = &alibaba_calls,
        .cloud = &cloud_source,
};
