// SPDX-License-Identifier: Apache-2.0
// Reading JSON answers: cJSON's tree, built by a parser of our own in memory of the calling thread, so that a page costs no malloc
// per node. Never hand such a node to a cJSON function that frees or changes it. Safe from any thread; a document stays with the
// thread that opened it. Up to JSON_OPEN_MOST may be open at a time.
#ifndef PEERDECK_NET_JSON_H
#define PEERDECK_NET_JSON_H

#include <cjson/cJSON.h>

#include "base/base.h"
#include "base/buffer.h"
#include "base/error.h"

enum {
	JSON_DEPTH_MOST = 100,
	JSON_OPEN_MOST = 8,
	JSON_MEMORY_MOST = 256 << 20, // bytes of one thread's open documents: some eight times their text, at worst 32 times
};

struct json_doc {
	const cJSON *root; // borrowed, until json_close
	void *arena;	   // private
	size_t failed_at;  // after a failed json_open: byte offset of the mistake, so that a file's reader can tell the line
};

// Frees this thread's arena; a worker calls it before it ends.
void json_thread_finish(void);

// Parses the whole text, which need not live longer than the call. Trailing garbage is an error; in strings, what is no UTF-8, a lone
// surrogate or a NUL becomes U+FFFD. `what` names the answer in the error ("answer of ecs.DescribeInstances"), which tells the byte.
bool json_open(struct json_doc *doc, const char *text, size_t size, const char *what, struct error *error);
void json_close(struct json_doc *doc);

// Look-ups never fail: an absent member, null or another type gives the fallback. Names are compared exactly.
const cJSON *json_member(const cJSON *object, const char *name);	 // NULL when absent
const cJSON *json_path(const cJSON *node, const char *path);		 // "Instances.Instance", "items.0.kind"; NULL when absent
const cJSON *json_pointer(const cJSON *node, const char *pointer);	 // RFC 6901; NULL when absent
const char *json_text(const cJSON *object, const char *name);		 // "" when absent
const char *json_text_at(const cJSON *node, const char *path);		 // "" when absent; numbers are not converted
int64_t json_int(const cJSON *object, const char *name, int64_t fallback); // takes numbers and decimal strings
double json_real(const cJSON *object, const char *name, double fallback);
bool json_flag(const cJSON *object, const char *name, bool fallback);	 // takes booleans, "true"/"false"
int64_t json_time(const cJSON *object, const char *name);		 // 0 when absent or unreadable

// Writing: appends compact or indented JSON of a node.
bool json_write(struct buffer *out, const cJSON *node, bool indented);
// The same as YAML (block style, safe quoting), for the describe view.
bool json_write_yaml(struct buffer *out, const cJSON *node);

#endif
