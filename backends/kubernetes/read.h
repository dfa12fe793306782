// SPDX-License-Identifier: Apache-2.0
// Reading whole kinds of one cluster into snapshots.
#ifndef PEERDECK_KUBERNETES_READ_H
#define PEERDECK_KUBERNETES_READ_H

#include "kubernetes/fill.h"
#include "kubernetes/fleet.h"

// RuntimeClasses, with their texts in an arena.
struct class_list {
	struct arena arena;
	struct survey_class *items;
	size_t count;
	bool is_known; // false: could not be read
};
bool class_list_read(struct class_list *list, struct api *api, struct cancel *cancel, struct error *error);
void class_list_finish(struct class_list *list);

// What pods are seen against: runtime classes and PeerPods. What cannot be read of it is left out.
struct backdrop {
	struct class_list classes;
	struct snapshot *peerpods;
	struct vm_book *vms;
};
void backdrop_read(struct backdrop *backdrop, struct reach *reach, const struct scope *scope, struct cancel *cancel);
// Only the PeerPods again; true when they differ.
bool backdrop_renew(struct backdrop *backdrop, struct reach *reach, const struct scope *scope, struct cancel *cancel);
void backdrop_fill(const struct backdrop *backdrop, struct fill *fill); // sets what `fill` knows beside its object
void backdrop_finish(struct backdrop *backdrop);

// Reads all objects of a kind. `builder` is where they go: *builder is made anew by `renew` when a list has to begin
// again under it; `page` (may be NULL) is told after each page. On failure *builder keeps what came.
struct read_kind {
	struct api *api;
	enum kind_id kind;
	struct fill fill; // its builder is the one that is used
	struct snapshot_builder *(*renew)(struct snapshot_builder *old, void *user); // takes the old one; NULL = stop
	void (*page)(struct snapshot_builder *builder, void *user);
	void *user;
};
bool read_kind(struct read_kind *read, struct cancel *cancel, struct error *error);
// The same into a snapshot of its own; NULL on failure.
struct snapshot *read_snapshot(
        struct read_kind *read, const struct clock *clock, struct cancel *cancel, struct error *error);

// The backend's functions.
bool cluster_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error);
bool cluster_lists(enum kind_id kind);
bool cluster_watch(struct session *session, enum kind_id kind, const struct scope *scope, struct list_sink *sink,
        struct cancel *cancel, struct error *error);
// A cluster without PeerPods as a resource has none of them, which is no failure.
bool cluster_lacks(enum kind_id kind, const struct error *error);

#endif
