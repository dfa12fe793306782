// SPDX-License-Identifier: Apache-2.0
// Reading the members of a kubeconfig's entries. For the kubeconfig_*.c files alone.
#ifndef PEERDECK_KUBERNETES_KUBECONFIG_USER_H
#define PEERDECK_KUBERNETES_KUBECONFIG_USER_H

#include "kubernetes/kubeconfig.h"
#include "kubernetes/yaml.h"

struct parse {
	struct kubeconfig *config;
	struct yaml_text yaml;
	const char *folder; // NULL = the text may not name files
};

bool parse_memory(struct error *error); // false, out of memory
// Each copies a member into the config and leaves NULL when it is absent or empty.
bool parse_text(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error);
bool parse_path(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error);
bool parse_certificate(struct parse *parse, yaml_node_t *map, const char *key, const char **out, struct error *error);
bool parse_key(struct parse *parse, yaml_node_t *map, const char *key, struct secret **out, struct error *error);

bool parse_user(struct parse *parse, yaml_node_t *map, struct kubeconfig_user *user, struct error *error);

#endif
