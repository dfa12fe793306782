// SPDX-License-Identifier: Apache-2.0
// Everything that one running peerdeck-sim holds.
#ifndef PEERDECK_SIM_SIMULATOR_H
#define PEERDECK_SIM_SIMULATOR_H

#include "sim/faults.h"
#include "sim/identity.h"
#include "sim/json_out.h"
#include "sim/options.h"
#include "sim/request.h"
#include "sim/world.h"

struct server;
struct throttle;
struct nonces;
struct idempotence;
struct request_log;
struct list_cache;
struct metadata;
struct kube_files;

struct simulator {
	struct options options;
	struct world world;
	struct faults faults;
	struct throttle *throttle;
	struct nonces *nonces;
	struct idempotence *idempotence;
	struct request_log *log;
	struct list_cache *lists;
	struct metadata *metadata; // NULL without --api-meta
	struct server *server, *oss;
	struct kube_files *kube_files; // kube_server.c
	char url[64];                  // http://127.0.0.1:PORT
	char oss_url[64];
	char *scenario; // that of the last reset, owned; NULL
	int64_t wall;   // real ms at the start of this round of the loop
};

bool simulator_init(struct simulator *simulator, const struct options *options, struct error *error);
void simulator_finish(struct simulator *simulator);
// Another world: by `seed`, from `scenario` (NULL = the same). Faults and the log of requests are forgotten; addresses
// of the clouds, account and credentials stay. When it fails the world stays as it is.
bool simulator_reset(struct simulator *simulator, const char *scenario, uint64_t seed, struct error *error);
// The server's own clock in real ms: what signatures and expiry of credentials are judged by (includes skew).
int64_t simulator_clock(const struct simulator *simulator);
// Makes a region unreachable or reachable again; NULL makes all reachable. False: there is no such region.
bool simulator_reach(void *simulator, const char *region, bool unreachable);
// A fault spec from the command line or /_sim/fault.
bool simulator_fault(struct simulator *simulator, const char *spec, struct error *error);
// Lets the time pass that has gone by, and opens listeners of clusters that came to run meanwhile.
void simulator_pass_time(struct simulator *simulator, int64_t wall);
// The ready line, without a newline.
void simulator_ready_line(const struct simulator *simulator, struct json_out *out);
void simulator_ready_members(const struct simulator *simulator, struct json_out *out);
// "Fri, 20 Nov 2026 20:52:00 GMT"
const char *simulator_http_date(int64_t now, struct arena *arena);
// The way of every request: control endpoint, OSS, or an RPC or ROA service.
void simulator_answer(struct simulator *simulator, struct request *request, struct answer *answer);

#endif
