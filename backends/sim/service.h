// SPDX-License-Identifier: Apache-2.0
// What a simulated service is: a table of operations. A call has been authenticated, its parameters checked against
// the operation's table, and its region found before the operation runs.
#ifndef PEERDECK_SIM_SERVICE_H
#define PEERDECK_SIM_SERVICE_H

#include <cjson/cJSON.h>

#include "sim/json_out.h"
#include "sim/request.h"
#include "sim/world.h"

struct simulator;
struct identity;
struct operation;
struct service;

enum service_style { STYLE_RPC, STYLE_ROA };

enum operation_flags {
	OPERATION_CHANGES = 1,       // changes the world
	OPERATION_CLIENT_TOKEN = 2,  // takes ClientToken: the same token gives the same answer
	OPERATION_DRY_RUN = 4,       // takes DryRun; the operation calls call_dry_run() before its first change
	OPERATION_ANONYMOUS = 8,     // unsigned
	OPERATION_SILENT = 16,       // a list that was empty for whoever lacked the permission
	OPERATION_NO_PERMISSION = 32 // needs none (GetCallerIdentity)
};

struct call {
	struct simulator *simulator;
	struct world *world;
	struct request *request;
	const struct service *service;
	const struct operation *operation;
	const struct identity *identity; // who calls; NULL for OPERATION_ANONYMOUS
	struct region *region;           // NULL: central service, or the call did not say
	struct pairs params;             // RPC: query and form; ROA: query and path parameters
	cJSON *body;                     // ROA: the JSON body, NULL when there was none
	struct json_out out;             // RPC: inside the answer's object already; ROA: empty
	struct answer *answer;
	bool blind;  // lists must be empty (see OPERATION_SILENT); resource_visible via call_sees
	bool failed; // call_fail was called
};

typedef void operation_run(struct call *call);

struct operation {
	const char *name;
	operation_run *run;
	// What it takes, one word each: NAME[!][:TYPE][(RANGE)]. `!` = required. TYPE: int bool json time number
	// (default text). RANGE: 1..100 for int, a|b|c for text, and for a list's length. Numbered parameters are
	// written with N: "RegionId! Status(Running|Stopped) PageSize:int(1..100) Tag.N.Key Tag.N.Value
	// InstanceId.N(1..100) Force:bool". Common parameters (Action, Version, RegionId, Owner… ) need no mention;
	// RegionId! makes the region necessary.
	const char *params;
	unsigned flags;
	// ROA only: "GET", "/clusters/{ClusterId}/nodes".
	const char *method, *path;
};

struct service {
	const char *name;    // ecs: the prefix of its RAM actions and of its metadata file
	const char *version; // 2014-05-26
	enum service_style style;
	bool central; // has no region
	const struct operation *operations;
	size_t operation_count;
};

// All services; ends with NULL. Each is defined in a file of its own (ecs.c, cs.c, vpc.c, …).
extern const struct service *const services[];

// A protocol of its own on the same port (OSS, later Kubernetes): it does everything itself, from authentication on.
struct raw_service {
	bool (*claims)(const struct simulator *simulator, const struct request *request);
	void (*serve)(struct simulator *simulator, struct request *request, struct answer *answer);
};
extern const struct raw_service *const raw_services[]; // asked in order; ends with NULL

// Parameters. NULL / false / the default when absent. An empty text counts as absent.
const char *call_text(const struct call *call, const char *name);
const char *call_text_or(const struct call *call, const char *name, const char *otherwise);
int64_t call_int(const struct call *call, const char *name, int64_t otherwise);
bool call_bool(const struct call *call, const char *name, bool otherwise);
// NAME.1, NAME.2 …: fills `out` with at most `most` texts; returns how many.
size_t call_list(const struct call *call, const char *name, const char **out, size_t most);
// NAME.<n>.<member>; n counts from 1.
const char *call_member(const struct call *call, const char *name, size_t n, const char *member);
// A parameter that is a JSON list of texts. Returns -1 after call_fail when it is no such list, -2 when absent.
int call_json_list(struct call *call, const char *name, const char **out, size_t most);
// Tag.N.Key / Tag.N.Value, also Tag.N.key. Returns how many.
size_t call_tags(struct call *call, struct tag *out, size_t most);
bool resource_has_tags(const struct resource *resource, const struct tag *tags, size_t count);
// "Tags": {"Tag": [{KEY: …, VALUE: …}]}, the two names as each service has them.
void resource_write_tags(struct json_out *out, const struct resource *resource, const char *key, const char *value);
// Of a list as call_json_list gives it: an absent one wants all.
bool id_is_wanted(const char *const *ids, int count, const char *id);
bool call_wants_english(const struct call *call);
bool call_sees(const struct call *call, const struct resource *resource);

// The answer is this error. `code` may be NULL only with a printf'd message for CS. Always returns false.
bool call_fail(struct call *call, int status, const char *code, const char *format, ...) PRINTF_LIKE(4, 5);
// The 403 that names the missing permission. Always returns false.
bool call_deny(struct call *call, const char *action);
// True when this was a dry run: the answer is DryRunOperation, and the operation must return at once.
bool call_dry_run(struct call *call);
// "ecs:DescribeInstances" allowed for the caller?
bool call_allowed(const struct call *call, const char *action);

// Members of the JSON body; `path` is "name" or "scaling_group/desired_size".
const cJSON *call_body(const struct call *call, const char *path);
const char *call_body_text(const struct call *call, const char *path, const char *otherwise);
int64_t call_body_int(const struct call *call, const char *path, int64_t otherwise);
bool call_body_bool(const struct call *call, const char *path, bool otherwise);

// Paging. page_begin reads PageNumber/PageSize or MaxResults/NextToken; give each matching resource, newest first, to
// page_takes and write it when that is true; page_end writes TotalCount, PageNumber, PageSize or NextToken.
struct page {
	bool by_token;
	size_t size, number; // of a page; number counts from 1
	uint64_t before;     // by token: only sequences below this
	size_t seen, taken;
	uint64_t last; // sequence of the last one taken
	bool more;
};
// The same for CS: page_number/page_size (or pageNumber/pageSize), max_results/next_token; written as "page_info" (or
// "page") and "next_token".
bool cs_page_begin(struct call *call, struct page *page, size_t usual, size_t most);
void cs_page_end(struct call *call, struct page *page, const char *name);
enum page_style { PAGE_NUMBERS, PAGE_TOKENS, PAGE_BOTH };
bool page_begin(struct call *call, struct page *page, enum page_style style, size_t usual, size_t most);
bool page_takes(struct page *page, const struct resource *resource);
// The same for a whole list of matches, newest first: how many of them, from *from on, are on the page.
size_t page_slice(struct page *page, struct resource *const *items, size_t count, size_t *from);
bool page_is_done(const struct page *page); // by token: the rest need not be looked at
void page_end(struct call *call, struct page *page);

// The newest first in the region's table: for (struct resource *r; (r = each_next(&each)); )
struct each {
	const struct table *table;
	size_t index;
};
struct each each_in(const struct region *region, enum resource_kind kind);
struct resource *each_next(struct each *each);
#define EACH(variable, region, kind)                                                                                   \
	for (struct each each_##variable = each_in(region, kind); ((variable) = (void *)each_next(&each_##variable));)

#endif
