// SPDX-License-Identifier: Apache-2.0
// Files into object storage, as work/calls.h wants it: in parts, several at a time, gone on with after a crash,
// verified by length and CRC-64. Parts that are there are not sent again. What this makes carries its token as
// x-oss-meta-peerdeck-upload, so that nothing of somebody else's is written over or deleted.
#ifndef PEERDECK_ALIBABA_UPLOAD_H
#define PEERDECK_ALIBABA_UPLOAD_H

#include "work/calls.h"

bool upload_file(struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error);
bool upload_look(struct session *session, const struct call_upload *upload, enum call_object *out,
        struct cancel *cancel, struct error *error);
bool upload_undo(struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error);

#endif
