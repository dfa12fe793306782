// SPDX-License-Identifier: Apache-2.0
// What has been asked: the last requests, without secrets, and counts of all.
#ifndef PEERDECK_SIM_REQUEST_LOG_H
#define PEERDECK_SIM_REQUEST_LOG_H

#include "sim/json_out.h"
#include "sim/request.h"

enum { REQUEST_LOG_SIZE = 20000 };

struct request_log;
struct request_log *request_log_create(void);
void request_log_destroy(struct request_log *log);
void request_log_add(struct request_log *log, const struct request *request, const struct answer *answer);
// {"requests":[{"number","time","method","path","operation","region","status","code","request_id","bytes"}…]}: those
// after `after`, oldest first, at most `most`.
void request_log_write(const struct request_log *log, struct json_out *out, uint64_t after, size_t most);
// Members requests, failed, throttled, bytes, bytes_in, operations{}.
void request_log_stats(const struct request_log *log, struct json_out *out);

#endif
