// SPDX-License-Identifier: Apache-2.0
// What only a judgement needs of Alibaba Cloud: proofs, user data, presence, prices, rehearsals, kubeconfigs.
#ifndef PEERDECK_ALIBABA_SOURCE_H
#define PEERDECK_ALIBABA_SOURCE_H

#include "alibaba/session.h"

extern const struct cloud_source cloud_source;

// source_user_data.c
bool source_user_data(struct session *session, const struct scope *region, const char *vm, struct secret **out,
        struct cancel *cancel, struct error *error);
// Moves a private text of an answer into a secret and wipes it where it came from; NULL when there is none.
struct secret *take_secret(struct http_response *response, const char *member, int64_t *expires, struct error *error);
// source_price.c
bool source_price(struct session *session, const struct scope *region, const char *type, const char *zone,
        int64_t disk_gib, double *per_hour, char currency[8], struct cancel *cancel, struct error *error);
bool source_address_price(struct session *session, const struct scope *region, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error);
// source_kubeconfig.c
bool source_kubeconfig(struct session *session, const struct scope *cluster, struct secret **out, int64_t *expires,
        struct cancel *cancel, struct error *error);

#endif
