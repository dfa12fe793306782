// SPDX-License-Identifier: Apache-2.0
// What health asks of Alibaba Cloud about the place where pod VMs are made.
#ifndef PEERDECK_ALIBABA_CHECKS_H
#define PEERDECK_ALIBABA_CHECKS_H

#include "alibaba/session.h"

extern const struct cloud_checks cloud_checks;

// An answer that was read.
struct answer_doc {
	struct http_response *response;
	struct json_doc doc;
};
// Sends the call (which is finished here) and opens its answer. Release with answer_close when true.
bool answer_open(
        struct session *session, struct call *call, struct answer_doc *out, struct cancel *cancel, struct error *error);
void answer_close(struct answer_doc *answer);

// An empty list may be a refusal: true when a dry run shows that it is none.
bool list_may_be_seen(struct session *session, const char *operation, const struct scope *region, struct cancel *cancel,
        struct error *error);
// The error of a list that is empty and cannot be; false.
bool list_is_refused(const char *operation, struct error *error);

// checks_network.c
bool check_lets_in(struct session *session, const struct scope *region, const struct cloud_passage *passage,
        enum answer *out, struct cancel *cancel, struct error *error);
bool check_egress(struct session *session, const struct scope *region, const char *vpc, const char *vswitch,
        const char *cidr, struct cloud_egress *out, struct cancel *cancel, struct error *error);
// checks_role.c
bool check_role(struct session *session, const struct cloud_role_question *question, struct cloud_role *out,
        struct cancel *cancel, struct error *error);

#endif
