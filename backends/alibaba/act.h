// SPDX-License-Identifier: Apache-2.0
// Changing things: what can be done, and the one way in which it is done.
#ifndef PEERDECK_ALIBABA_ACT_H
#define PEERDECK_ALIBABA_ACT_H

#include "alibaba/thing.h"

// DEED_GONE: the thing does not exist any more, and so can never look as if it was done.
enum deed_state { DEED_NOT_DONE, DEED_UNDER_WAY, DEED_DONE, DEED_GONE, DEED_UNKNOWN };

// What is known of a change when its outcome is judged.
struct deed_sight {
	const char *before; // state seen before
	int64_t since;      // when its intent was written
	const struct call *call;
};

// How an action is carried out.
struct deed {
	enum kind_id kind;
	const char *name; // of the action
	// Sets the call's parameters; false tells what is wrong with the value.
	bool (*fill)(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
	        struct error *error);
	// Whether the thing allows it now. NULL = always.
	bool (*check)(const struct thing *thing, struct error *error);
	// Whether the thing looks as if it was done.
	enum deed_state (*judge)(const struct thing *thing, const struct deed_sight *sight);
	int64_t wait_ms, interval_ms; // how long to wait for that, how often to look
	// Actions of the same kind that go before and after, where what they do is not done already. NULL = none.
	const char *first, *then;
	// Whether what it is bound to allows it too. NULL = nothing to look at.
	bool (*look_around)(struct session *session, const struct action_request *request, const struct thing *thing,
	        struct cancel *cancel, struct error *error);
};

enum { ALIBABA_ACTIONS = 14 };
extern const struct action actions[ALIBABA_ACTIONS];
const struct deed *deed_find(const struct action *action);
const struct action *action_find(enum kind_id kind, const char *name); // NULL when there is none

bool act_run(struct session *session, const struct action_request *request, struct job *job, struct error *error);
bool act_command(struct session *session, const struct action_request *request, struct buffer *out);
bool act_settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error);
// Whether an action would be done now, as far as reading the thing and the service's dry run (where the call has one)
// can tell.
bool act_rehearse(struct session *session, const char *action, enum kind_id kind, const struct scope *scope,
        const char *id, struct cancel *cancel, struct error *error);
// The call of an action. `thing` NULL = as the request describes it. Release with call_finish.
bool act_call(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error);
// Asks the service to try it. True also where the call knows no dry run.
bool act_dry_run(struct session *session, const struct action_request *request, const struct thing *thing,
        struct cancel *cancel, struct error *error);
// Text of an instance's serial console.
bool act_console(
        struct session *session, const struct action_request *request, struct cancel *cancel, struct error *error);

#endif
