// SPDX-License-Identifier: Apache-2.0
// Writes JSON. Commas come by themselves; `name` is NULL inside a list.
#ifndef PEERDECK_SIM_JSON_OUT_H
#define PEERDECK_SIM_JSON_OUT_H

#include "base/buffer.h"

struct json_out {
	struct buffer buffer;
	bool comma; // the next member needs one before it
};

void json_object(struct json_out *out, const char *name); // {
void json_object_end(struct json_out *out);
void json_list(struct json_out *out, const char *name); // [
void json_list_end(struct json_out *out);
void json_text(struct json_out *out, const char *name, const char *value); // NULL writes ""
void json_text_or_null(struct json_out *out, const char *name, const char *value);
void json_int(struct json_out *out, const char *name, int64_t value);
void json_number(struct json_out *out, const char *name, double value); // up to six places
void json_bool(struct json_out *out, const char *name, bool value);
void json_null(struct json_out *out, const char *name);
void json_raw(struct json_out *out, const char *name, const char *json); // already JSON
void json_printf(struct json_out *out, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
void json_ip(struct json_out *out, const char *name, uint32_t ip); // "" for 0
// {"Name":["…"]}: the doubly nested list of RPC services with one scalar, or none for NULL or "".
void json_nested_text(struct json_out *out, const char *name, const char *item, const char *value);
// Times, from virtual ms: 2026-11-20T20:52Z, 2026-11-20T20:52:00Z, 2026-11-21T04:52:00+08:00. 0 writes "".
void json_time_minutes(struct json_out *out, const char *name, int64_t time);
void json_time(struct json_out *out, const char *name, int64_t time);
void json_time_local(struct json_out *out, const char *name, int64_t time);

#endif
