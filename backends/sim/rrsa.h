// SPDX-License-Identifier: Apache-2.0
// RRSA: the OIDC provider that stands for a cluster, and the tokens that its service accounts hold.
#ifndef PEERDECK_SIM_RRSA_H
#define PEERDECK_SIM_RRSA_H

#include <cjson/cJSON.h>

#include "sim/world.h"

#define RRSA_AUDIENCE "sts.aliyuncs.com"

const char *rrsa_provider_name(struct world *world, const struct cluster *cluster); // ack-rrsa-CLUSTER
const char *rrsa_provider_arn(struct world *world, const struct cluster *cluster);
const char *rrsa_issuer(struct world *world, const struct cluster *cluster); // the `iss` of its tokens
// The cluster whose provider has this ARN or name; NULL = none.
struct cluster *rrsa_cluster(struct world *world, const char *arn_or_name);

// The claims of a JSON Web Token; NULL when it is none. The caller deletes them. Its signature is not checked: the
// keys of a simulated cluster are nobody's secret.
cJSON *rrsa_claims(const char *token);
// Does the trust policy let a holder of these claims of the provider in?
bool rrsa_is_trusted(const char *trust_document, const char *provider_arn, const cJSON *claims);

#endif
