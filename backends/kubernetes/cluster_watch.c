// SPDX-License-Identifier: Apache-2.0
// Keeping up with one kind in one cluster: every change is told as a whole snapshot, at once when it comes alone,
// together with others when many come, and never so often that the copying would cost more than a quarter of a core.
#include "config.h"

#include <poll.h>
#include <string.h>

#include "kubernetes/api_watch.h"
#include "kubernetes/read.h"
#include "kubernetes/rows.h"

#include "base/banned.h"

enum {
	TELL_MS = 100,       // least time between two tellings
	TELL_AHEAD = 2,      // so many may come sooner
	TELL_COST_TIMES = 4, // and so many times what the last one cost
	VMS_MS = 5000,       // PeerPods are looked at again so often while a pod lacks its VM…
	VMS_TIMES = 24,      // …this many times after the last change of a pod
	AGAIN_MS = 3000,     // a cluster that is away is tried again
	LOOK_MS = 200,
};

struct keeping {
	struct site *site;
	struct reach *reach;
	const struct clock *clock;
	enum kind_id kind;
	const struct scope *scope;
	struct list_sink *sink;
	struct cancel *cancel;
	struct backdrop backdrop;
	struct snapshot_builder *builder; // while a list is read
	struct rows rows;
	bool listed, changed;
	int64_t changed_at;      // the oldest change that is not told
	int64_t even_at, gap_ms; // when tellings so far would be even with one each gap
	int64_t vms_at;
	unsigned vms_left;
};

static void make_fill(const struct keeping *keeping, struct fill *fill)
{
	*fill = (struct fill){.builder = keeping->builder, .scope = keeping->scope};
	if (keeping->kind == KIND_POD)
		backdrop_fill(&keeping->backdrop, fill);
}

// Tells what there is. The rows then rest on what was told.
static void tell(struct keeping *keeping)
{
	int64_t began = clock_monotonic(keeping->clock), now, cost;
	struct snapshot_builder *builder = keeping->sink->begin(keeping->sink, keeping->scope);
	struct snapshot *base;

	// What is told under another name now is not told twice.
	if (!builder || site_is_replaced(keeping->site)) {
		snapshot_builder_destroy(builder);
		return;
	}
	rows_write(&keeping->rows, keeping->kind, builder, keeping->backdrop.vms);
	base = snapshot_partial(builder, clock_now(keeping->clock));
	keeping->sink->end(keeping->sink, keeping->scope, builder, NULL);
	if (base && rows_take(&keeping->rows, base))
		keeping->changed = false;
	now = clock_monotonic(keeping->clock);
	cost = TELL_COST_TIMES * (now - began);
	keeping->gap_ms = cost > TELL_MS ? cost : TELL_MS;
	keeping->even_at = (keeping->even_at > now ? keeping->even_at : now) + keeping->gap_ms;
}

// How long the next telling has to wait: a few may follow each other at once, then one each gap.
static int64_t telling_in(const struct keeping *keeping, int64_t now)
{
	return keeping->even_at - TELL_AHEAD * keeping->gap_ms - now;
}

// ---- the list ----

static void on_begin(void *user)
{
	struct keeping *keeping = user;

	snapshot_builder_destroy(keeping->builder);
	if (keeping->kind == KIND_POD) {
		backdrop_finish(&keeping->backdrop);
		backdrop_read(&keeping->backdrop, keeping->reach, keeping->scope, keeping->cancel);
		keeping->vms_at = clock_monotonic(keeping->clock);
	}
	keeping->builder = keeping->sink->begin(keeping->sink, keeping->scope);
}

static bool on_page(const cJSON *page, void *user, struct error *error)
{
	struct keeping *keeping = user;
	const cJSON *item;
	struct fill fill;

	if (!keeping->builder)
		return error_set(error, ERROR_CANCELLED, _("cancelled"));
	make_fill(keeping, &fill);
	cJSON_ArrayForEach(item, json_member(page, "items")) fill_add(&fill, keeping->kind, item);
	keeping->sink->page(keeping->sink, keeping->scope, keeping->builder);
	return true;
}

static void on_listed(void *user)
{
	struct keeping *keeping = user;
	struct snapshot *base = snapshot_partial(keeping->builder, clock_now(keeping->clock));

	keeping->listed = base && rows_take(&keeping->rows, base);
	keeping->changed = false;
	keeping->sink->end(keeping->sink, keeping->scope, keeping->builder, NULL);
	keeping->builder = NULL;
	keeping->gap_ms = TELL_MS;
	keeping->even_at = clock_monotonic(keeping->clock);
	keeping->vms_left = VMS_TIMES;
	site_tell(keeping->site, keeping->reach, NULL);
	// The pages of a list are large, events are small: most of the reader's memory is given back.
	json_thread_finish();
}

// ---- its changes ----

static void on_event(enum api_event event, const cJSON *object, void *user)
{
	struct keeping *keeping = user;
	struct fill fill;

	make_fill(keeping, &fill);
	// Out of memory: what is told next lacks this change, and the next list mends it.
	rows_put(&keeping->rows, &fill, keeping->kind, object, event == API_DELETED);
	if (!keeping->changed)
		keeping->changed_at = clock_monotonic(keeping->clock);
	keeping->changed = true;
	keeping->vms_left = VMS_TIMES;
	// When events never cease nobody asks whether there is time.
	if (clock_monotonic(keeping->clock) - keeping->changed_at >= keeping->gap_ms)
		tell(keeping);
}

static void on_health(const struct error *error, void *user)
{
	struct keeping *keeping = user;

	site_tell(keeping->site, keeping->reach, error);
	if (error)
		keeping->sink->end(keeping->sink, keeping->scope, NULL, error);
	else if (keeping->listed)
		tell(keeping);
}

// A pod is made first, its VM later, and the PeerPod that joins them last.
static int64_t look_for_vms(struct keeping *keeping, int64_t now)
{
	int64_t wait = keeping->vms_at + VMS_MS - now;

	if (keeping->kind != KIND_POD || !keeping->backdrop.peerpods || keeping->vms_left == 0 ||
	        !rows_lack_vms(&keeping->rows))
		return -1;
	if (wait > 0)
		return wait;
	keeping->vms_left--;
	keeping->vms_at = now;
	if (backdrop_renew(&keeping->backdrop, keeping->reach, keeping->scope, keeping->cancel))
		tell(keeping);
	return VMS_MS;
}

static int64_t on_idle(void *user)
{
	struct keeping *keeping = user;
	int64_t now = clock_monotonic(keeping->clock), wait = telling_in(keeping, now);

	if (!keeping->listed || cancel_asked(keeping->cancel))
		return -1;
	if (keeping->changed && wait > 0)
		return wait;
	if (keeping->changed)
		tell(keeping);
	return look_for_vms(keeping, now);
}

// ---- the whole of it ----

static bool wait_a_while(struct keeping *keeping)
{
	int64_t until = clock_monotonic(keeping->clock) + AGAIN_MS;

	while (!cancel_asked(keeping->cancel)) {
		struct pollfd none = {.fd = -1};

		if (clock_monotonic(keeping->clock) >= until)
			return true;
		poll(&none, 1, LOOK_MS);
	}
	return false;
}

// One way to the cluster, for as long as it lasts.
static void watch_through(struct keeping *keeping, struct error *error)
{
	const struct api_query query = {.target = {.resource = fill_resource(keeping->kind)}};
	const struct api_watch_sink sink = {{on_begin, on_page, keeping}, on_listed, on_event, on_health, on_idle};
	const struct api_watch_options options = {.clock = keeping->clock};

	api_watch(keeping->reach->api, &query, &sink, &options, keeping->cancel, error);
	snapshot_builder_destroy(keeping->builder);
	keeping->builder = NULL;
	keeping->listed = false;
	rows_finish(&keeping->rows);
	backdrop_finish(&keeping->backdrop);
}

// A kubeconfig that the cloud hands out runs out under a watch: the next one is fetched.
static bool may_go_on(const struct keeping *keeping, const struct error *error)
{
	bool is_fetched;

	pthread_mutex_lock(&keeping->site->session->lock);
	is_fetched = !keeping->site->way;
	pthread_mutex_unlock(&keeping->site->session->lock);
	return error->kind == ERROR_CREDENTIALS && is_fetched;
}

static void end(struct keeping *keeping, const struct error *error)
{
	if (cluster_lacks(keeping->kind, error))
		keeping->sink->end(
		        keeping->sink, keeping->scope, keeping->sink->begin(keeping->sink, keeping->scope), NULL);
	else if (error->kind != ERROR_CANCELLED)
		keeping->sink->end(keeping->sink, keeping->scope, NULL, error);
}

bool cluster_watch(struct session *session, enum kind_id kind, const struct scope *scope, struct list_sink *sink,
        struct cancel *cancel, struct error *error)
{
	struct keeping keeping = {
	        .clock = session->services.clock, .kind = kind, .scope = scope, .sink = sink, .cancel = cancel};
	struct error problem = {0};
	bool again = true;

	if (!fill_resource(kind))
		return error_set(error, ERROR_USAGE, _("%s are not kept up with"), _(kind_get(kind)->title));
	keeping.site = fleet_site(session, scope, error);
	while (keeping.site && again && !cancel_asked(cancel)) {
		error_clear(&problem);
		keeping.reach = site_reach(keeping.site, cancel, &problem);
		if (keeping.reach)
			watch_through(&keeping, &problem);
		again = !keeping.reach || may_go_on(&keeping, &problem);
		if (keeping.reach)
			site_tell(keeping.site, keeping.reach, &problem);
		reach_unref(keeping.reach);
		keeping.reach = NULL;
		end(&keeping, &problem);
		again = again && wait_a_while(&keeping);
	}
	if (cancel_asked(cancel))
		error_set(&problem, ERROR_CANCELLED, _("cancelled"));
	if (error)
		*error = problem;
	return false;
}
