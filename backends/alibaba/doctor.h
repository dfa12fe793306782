// SPDX-License-Identifier: Apache-2.0
// The checks of `peerdeck doctor`, and addresses of the web console.
#ifndef PEERDECK_ALIBABA_DOCTOR_H
#define PEERDECK_ALIBABA_DOCTOR_H

#include "alibaba/session.h"

void doctor_run(struct session *session, void (*tell)(const struct check *check, void *user), void *user,
        struct cancel *cancel);
bool console_url(struct session *session, enum kind_id kind, const struct scope *scope, const struct record *record,
        struct buffer *out);

#endif
