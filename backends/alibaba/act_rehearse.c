// SPDX-License-Identifier: Apache-2.0
// Trying an action without doing it.
#include "alibaba/act.h"

#include "base/banned.h"

static bool rehearse_one(struct session *session, const struct action *action, const struct scope *scope,
        const char *id, bool alone, struct cancel *cancel, struct error *error)
{
	const struct deed *deed = deed_find(action);
	struct action_request request = {.action = action, .scope = *scope, .id = id, .value = "peerdeck=trial"};
	struct deed_sight sight = {.before = ""};
	struct thing thing;
	bool good = false;

	if (!deed || !deed->judge)
		return error_set(error, ERROR_USAGE, _("\"%s\" changes nothing"), action->name);
	if (!thing_read(session, action->kind, scope, id, &thing, cancel, error))
		goto out;
	if (!thing.found) {
		error_set(error, ERROR_NOT_FOUND, _("%s does not exist any more"), id);
		goto out;
	}
	// A part of something larger that is done already is left out then, too.
	if (!alone && deed->judge(&thing, &sight) == DEED_DONE)
		good = true;
	else
		good = (!deed->check || deed->check(&thing, error)) &&
		       (!deed->look_around || deed->look_around(session, &request, &thing, cancel, error)) &&
		       act_dry_run(session, &request, &thing, cancel, error);
out:
	thing_finish(&thing);
	return good;
}

bool act_rehearse(struct session *session, const char *name, enum kind_id kind, const struct scope *scope,
        const char *id, struct cancel *cancel, struct error *error)
{
	const struct action *action = action_find(kind, name);
	const struct deed *deed = action ? deed_find(action) : NULL;
	const char *parts[2];

	if (!deed)
		return error_set(error, ERROR_USAGE, _("Alibaba Cloud has no such action"));
	parts[0] = deed->first;
	parts[1] = deed->then;
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (parts[i] && !rehearse_one(session, action_find(kind, parts[i]), scope, id, false, cancel, error))
			return false;
	return rehearse_one(session, action, scope, id, true, cancel, error);
}
