// SPDX-License-Identifier: Apache-2.0
// A simulator inside the test program: calls are signed and answered without a socket, time passes when told to.
#ifndef PEERDECK_TESTS_WIRE_SIM_H
#define PEERDECK_TESTS_WIRE_SIM_H

#include <cjson/cJSON.h>

#include "sim/simulator.h"
#include "tests/unit/unit.h"

struct sim_reply {
	int status;
	cJSON *json;
	char code[96]; // "" when it went well
	bool answered; // false: the connection was closed or held
};

// `scenario` is a name; the world's time stands still.
void sim_begin(struct simulator *simulator, const char *scenario, int64_t vms, int64_t regions);
void sim_end(struct simulator *simulator);
void sim_advance(struct simulator *simulator, int64_t seconds);

// How a call is signed; zeroed = as it should be, by the first identity.
struct sim_signing {
	const char *key_id, *secret, *token, *nonce, *unsigned_header;
	int64_t late_ms;
};
// `query` is "RegionId=cn-beijing&MaxResults=10", already encoded. The reply's json is the caller's.
struct sim_reply sim_rpc(struct simulator *simulator, const char *service, const char *action, const char *query);
struct sim_reply sim_roa(
        struct simulator *simulator, const char *method, const char *path, const char *query, const char *body);
struct sim_reply sim_signed(struct simulator *simulator, const char *method, const char *path, const char *query,
        const char *body, const char *action, const char *version, const struct sim_signing *signing);
void sim_done(struct sim_reply *reply);
// The text at "/Instances/Instance/0/Status"; NULL when it is not there.
const char *sim_text(const struct sim_reply *reply, const char *pointer);
const cJSON *sim_at(const struct sim_reply *reply, const char *pointer);

extern const struct unit_suite sim_caa_suite, sim_index_suite, sim_oss_suite, sim_ram_suite, sim_vpc_suite;
extern const struct unit_suite sim_auth_suite, sim_paging_suite, sim_life_suite, sim_ack_suite, sim_world_suite;

#endif
