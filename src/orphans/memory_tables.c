// SPDX-License-Identifier: Apache-2.0
// What the memory's tables hold: one description of the columns, from which look-up, loading and writing work.
#include "config.h"

#include "orphans/memory_shelf.h"

#include <string.h>

#include "base/banned.h"

#define TEXT(row, member)                                                                                              \
	{                                                                                                              \
#member, COLUMN_TEXT, 0, offsetof(struct row, member)                                                  \
	}
#define KEY(row, member)                                                                                               \
	{                                                                                                              \
#member, COLUMN_TEXT, COLUMN_KEY, offsetof(struct row, member)                                         \
	}
#define TIME(row, member)                                                                                              \
	{                                                                                                              \
#member, COLUMN_INTEGER, 0, offsetof(struct row, member)                                               \
	}
#define SEEN(row)                                                                                                      \
	{                                                                                                              \
		"seen_at", COLUMN_INTEGER, COLUMN_COARSE, offsetof(struct row, seen_at)                                \
	}
#define SETTLING(member, type, flags)                                                                                  \
	{                                                                                                              \
#member, type, flags, offsetof(struct memory_vm, settling.member)                                      \
	}

static const struct column vm_columns[] = {
        KEY(memory_vm, id),
        SETTLING(first_seen, COLUMN_INTEGER, 0),
        SETTLING(last_scan, COLUMN_INTEGER, COLUMN_QUIET),
        SETTLING(counted_ms, COLUMN_INTEGER, 0),
        SETTLING(apart_ms, COLUMN_INTEGER, 0),
        SETTLING(scans, COLUMN_COUNT, 0),
        SETTLING(since_change, COLUMN_COUNT, 0),
        SETTLING(last_verdict, COLUMN_COUNT, 0),
        SETTLING(was_judged, COLUMN_FLAG, 0),
        TIME(memory_vm, since),
        {"used_at", COLUMN_INTEGER, COLUMN_COARSE, offsetof(struct memory_vm, used_at)},
        TIME(memory_vm, unused_since),
        TIME(memory_vm, termination_ms),
        TEXT(memory_vm, cluster_uid),
        TEXT(memory_vm, proof),
        TEXT(memory_vm, namespace_name),
        TEXT(memory_vm, pod),
        TEXT(memory_vm, pod_uid),
        TEXT(memory_vm, sandbox),
        TEXT(memory_vm, node),
        SEEN(memory_vm),
};
static const struct column cluster_columns[] = {
        KEY(memory_cluster, uid),
        TEXT(memory_cluster, id),
        TEXT(memory_cluster, name),
        TEXT(memory_cluster, vpc_id),
        TIME(memory_cluster, first_seen),
        TIME(memory_cluster, absent_since),
        {"is_confirmed_gone", COLUMN_FLAG, 0, offsetof(struct memory_cluster, is_confirmed_gone)},
        SEEN(memory_cluster),
};
static const struct column config_columns[] = {
        KEY(memory_config, cluster_uid),
        KEY(memory_config, region),
        KEY(memory_config, vswitch),
        KEY(memory_config, groups),
        KEY(memory_config, tags),
        KEY(memory_config, keeps),
        TIME(memory_config, first_seen),
        TIME(memory_config, changed),
        SEEN(memory_config),
};
static const struct column node_columns[] = {
        KEY(memory_node, cluster_uid),
        KEY(memory_node, address),
        KEY(memory_node, uid),
        TEXT(memory_node, name),
        TIME(memory_node, created),
        TIME(memory_node, gone_since),
        SEEN(memory_node),
};
static const struct column pod_columns[] = {
        KEY(memory_pod, cluster_uid),
        KEY(memory_pod, uid),
        TIME(memory_pod, steady_ms),
        TIME(memory_pod, apart_ms),
        {"scans", COLUMN_COUNT, 0, offsetof(struct memory_pod, scans)},
        {"seen_at", COLUMN_INTEGER, COLUMN_QUIET, offsetof(struct memory_pod, seen_at)},
};
static const struct column free_columns[] = {
        KEY(memory_free, kind),
        KEY(memory_free, id),
        TIME(memory_free, since),
        SEEN(memory_free),
};
static const struct column flood_columns[] = {
        KEY(memory_flood, cluster_uid),
        {"orphans", COLUMN_COUNT, 0, offsetof(struct memory_flood, orphans)},
        {"acknowledged", COLUMN_COUNT, 0, offsetof(struct memory_flood, acknowledged)},
        SEEN(memory_flood),
};
static const struct column keep_columns[] = {
        KEY(memory_keep_row, id),
        TEXT(memory_keep_row, why),
        TIME(memory_keep_row, seen_at),
};
static const struct column data_columns[] = {KEY(memory_data, id)};

#define COLUMNS(array) array, COUNT_OF(array)
const struct table memory_tables[MEMORY_TABLES] = {
        [MEMORY_VM] = {"orphan_vm", sizeof(struct memory_vm), COLUMNS(vm_columns), MEMORY_FORGET_DAYS},
        [MEMORY_CLUSTER] = {"orphan_cluster", sizeof(struct memory_cluster), COLUMNS(cluster_columns), 0},
        [MEMORY_CONFIG] = {"orphan_config", sizeof(struct memory_config), COLUMNS(config_columns),
                MEMORY_FORGET_CONFIG_DAYS},
        [MEMORY_NODE] = {"orphan_node", sizeof(struct memory_node), COLUMNS(node_columns), MEMORY_FORGET_CONFIG_DAYS},
        [MEMORY_POD] = {"orphan_pod", sizeof(struct memory_pod), COLUMNS(pod_columns), MEMORY_FORGET_DAYS},
        [MEMORY_FREE] = {"orphan_free", sizeof(struct memory_free), COLUMNS(free_columns), MEMORY_FORGET_DAYS},
        [MEMORY_FLOOD] = {"orphan_flood", sizeof(struct memory_flood), COLUMNS(flood_columns), MEMORY_FORGET_DAYS},
        [MEMORY_KEEP] = {"orphan_keep", sizeof(struct memory_keep_row), COLUMNS(keep_columns), 0},
        [MEMORY_DATA] = {NULL, sizeof(struct memory_data), COLUMNS(data_columns), 0},
};

const char *const memory_steps[] = {
        "CREATE TABLE orphan_vm (account TEXT NOT NULL, id TEXT NOT NULL, first_seen INTEGER, last_scan INTEGER,"
        " counted_ms INTEGER, apart_ms INTEGER, scans INTEGER, since_change INTEGER, last_verdict INTEGER,"
        " was_judged INTEGER, since INTEGER, used_at INTEGER, unused_since INTEGER, termination_ms INTEGER,"
        " cluster_uid TEXT, proof TEXT, namespace_name TEXT, pod TEXT, pod_uid TEXT, sandbox TEXT, node TEXT,"
        " seen_at INTEGER, PRIMARY KEY (account, id)) WITHOUT ROWID;"
        "CREATE TABLE orphan_cluster (account TEXT NOT NULL, uid TEXT NOT NULL, id TEXT, name TEXT, vpc_id TEXT,"
        " first_seen INTEGER, absent_since INTEGER, is_confirmed_gone INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_config (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, region TEXT NOT NULL,"
        " vswitch TEXT NOT NULL, groups TEXT NOT NULL, tags TEXT NOT NULL, keeps TEXT NOT NULL, first_seen INTEGER,"
        " changed INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, region, vswitch, groups, tags, keeps)) WITHOUT ROWID;"
        "CREATE TABLE orphan_node (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, address TEXT NOT NULL,"
        " uid TEXT NOT NULL, name TEXT, created INTEGER, gone_since INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, address, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_pod (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, uid TEXT NOT NULL,"
        " steady_ms INTEGER, apart_ms INTEGER, scans INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_free (account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, since INTEGER,"
        " seen_at INTEGER, PRIMARY KEY (account, kind, id)) WITHOUT ROWID;"
        "CREATE TABLE orphan_flood (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, orphans INTEGER,"
        " acknowledged INTEGER, seen_at INTEGER, PRIMARY KEY (account, cluster_uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_keep (account TEXT NOT NULL, id TEXT NOT NULL, why TEXT, seen_at INTEGER,"
        " PRIMARY KEY (account, id)) WITHOUT ROWID;",
};
const size_t memory_step_count = COUNT_OF(memory_steps);

const char *column_text(const struct column *column, const void *row)
{
	const char *text = *(const char *const *)(const void *)((const char *)row + column->offset);

	return text ? text : "";
}

int64_t column_number(const struct column *column, const void *row)
{
	const void *at = (const char *)row + column->offset;

	switch (column->type) {
	case COLUMN_INTEGER:
		return *(const int64_t *)at;
	case COLUMN_COUNT:
		return *(const unsigned *)at;
	case COLUMN_FLAG:
		return *(const bool *)at;
	case COLUMN_TEXT:
		break;
	}
	return 0;
}

void column_set(const struct column *column, void *row, int64_t value)
{
	void *at = (char *)row + column->offset;

	if (column->type == COLUMN_INTEGER)
		*(int64_t *)at = value;
	else if (column->type == COLUMN_COUNT)
		*(unsigned *)at = value < 0 ? 0 : (unsigned)value;
	else if (column->type == COLUMN_FLAG)
		*(bool *)at = value != 0;
}

bool column_same(const struct column *column, const void *a, const void *b)
{
	int64_t x, y;

	if (column->type == COLUMN_TEXT)
		return strcmp(column_text(column, a), column_text(column, b)) == 0;
	x = column_number(column, a);
	y = column_number(column, b);
	if (column->flags & COLUMN_QUIET)
		return true;
	return column->flags & COLUMN_COARSE ? x / DAY_MS == y / DAY_MS && !x == !y : x == y;
}
