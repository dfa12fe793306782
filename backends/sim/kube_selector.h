// SPDX-License-Identifier: Apache-2.0
// Label and field selectors.
#ifndef PEERDECK_SIM_KUBE_SELECTOR_H
#define PEERDECK_SIM_KUBE_SELECTOR_H

#include "base/arena.h"
#include "sim/kube_private.h"

enum selector_operator { SELECT_EQUALS, SELECT_DIFFERS, SELECT_EXISTS, SELECT_MISSING, SELECT_IN, SELECT_NOT_IN };

struct label_term {
	enum selector_operator operator;
	const char *key;
	const char **values;
	size_t value_count;
};

enum { MAX_TERMS = 32, FIELD_NAME = -1, FIELD_NAMESPACE = -2 };

struct field_term {
	int field; // index in the kind's list, or FIELD_NAME, FIELD_NAMESPACE
	bool differs;
	const char *value;
};

struct kube_selector {
	struct label_term labels[MAX_TERMS];
	struct field_term fields[MAX_TERMS];
	size_t label_count, field_count;
};

// Texts live in the arena. On failure *why is told (in the arena).
bool selector_parse_labels(struct kube_selector *selector, struct arena *arena, const char *text, const char **why);
bool selector_parse_fields(struct kube_selector *selector, struct arena *arena, const struct kube_resource *resource,
        const char *text, const char **why);
bool selector_matches(const struct kube_selector *selector, const struct kube_state *state);
bool selector_is_empty(const struct kube_selector *selector);

#endif
