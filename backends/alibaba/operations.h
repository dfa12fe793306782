// SPDX-License-Identifier: Apache-2.0
// The table of API calls: a row per operation. Signing, retrying, journaling and the command line that is shown to the
// person are made from the row.
#ifndef PEERDECK_ALIBABA_OPERATIONS_H
#define PEERDECK_ALIBABA_OPERATIONS_H

#include "base/base.h"
#include "net/http.h"

enum operation_style { STYLE_RPC, STYLE_ROA };

// How an answer is cut into pages (Alibaba Cloud API: the four shapes).
enum operation_paging {
	PAGING_NONE,
	PAGING_NUMBER,   // PageNumber, PageSize; TotalCount
	PAGING_TOKEN,    // MaxResults, NextToken
	PAGING_MARKER,   // Marker, MaxItems; IsTruncated
	PAGING_CS,       // page_number, page_size; page_info.total_count
	PAGING_CS_NODES, // pageNumber, pageSize; page.total_count
};

// What makes it safe to send the same again when the answer was lost.
enum operation_repeat {
	REPEAT_FREELY, // reads
	REPEAT_SAME,   // sets a state: a second time changes nothing more
	REPEAT_TOKEN,  // carries a client token
	REPEAT_NAME,   // a second thing of the same name is refused
	REPEAT_LOOK,   // only after looking whether the first had its effect
};

enum operation_flag {
	OPERATION_UNSIGNED = 1 << 0,  // AssumeRoleWithOIDC
	OPERATION_FORM = 1 << 1,      // parameters travel in a form body: long or private values
	OPERATION_SILENT = 1 << 2,    // may answer an empty list instead of a refusal
	OPERATION_DRY_RUN = 1 << 3,   // takes DryRun
	OPERATION_NO_REGION = 1 << 4, // central: takes no RegionId, asked without a region
};

struct operation {
	const char *name; // "ecs.DescribeInstances"
	const char *version;
	enum operation_style style;
	enum http_method method;
	const char *path; // RPC: "/"; ROA: "/clusters/{ClusterId}"
	enum operation_paging paging;
	unsigned page_size;
	bool changes;
	enum operation_repeat repeat;
	unsigned flags;
	double per_second; // calls per second and region that we allow ourselves; a minute's worth may come at once
	const char
	        *parameters; // all names that we send, space-separated, numbers as N: "Tag.N.Key"; "body" = a JSON body
	const char *private_parameters; // of these, the ones that are shown and kept masked; NULL = none
};

extern const struct operation operations[];
extern const size_t operation_count;

const struct operation *operation_find(const char *name);                // NULL when there is no such row
const char *operation_action(const struct operation *operation);         // "DescribeInstances"
void operation_service(const struct operation *operation, char out[32]); // "ecs"
// The permission that it needs: "ecs:DescribeInstances".
void operation_permission(const struct operation *operation, char out[96]);
bool operation_takes(const struct operation *operation, const char *parameter);
bool operation_is_private(const struct operation *operation, const char *parameter);
bool operation_has_path_parameter(const struct operation *operation, const char *parameter);

#endif
