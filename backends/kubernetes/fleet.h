// SPDX-License-Identifier: Apache-2.0
// The session: which clusters there are and how each is reached. A site is one cluster. The person's own kubeconfigs
// are matched to the clusters of the cloud where that is certain (by the id in a context's name, by public address, by
// the uid of kube-system once it is known) and win over kubeconfigs that the cloud hands out, which stay in memory and
// are renewed before they expire.
#ifndef PEERDECK_KUBERNETES_FLEET_H
#define PEERDECK_KUBERNETES_FLEET_H

#include <pthread.h>
#include <stdatomic.h>

#include "kubernetes/api.h"
#include "work/backend.h"

enum {
	FLEET_SITES_MOST = 4096,
	FLEET_PARALLEL = 128, // requests at a time
	FLEET_CONNECT_MS = 10000,
	SITE_RETRY_MS = 2000, // a cluster that failed is asked again after so long; doubles
	SITE_RETRY_MOST_MS = 30000,
	SITE_DOUBT_MS =
	        60000, // what the cloud could tell instead is asked of a failing cluster again so long after that
	SITE_REFUSED_MS = 30000,      // permissions do not change by themselves
	SITE_RENEW_EARLY_MS = 600000, // a kubeconfig is renewed so long before it expires, or in its last fifth
};

// A way to one cluster: kubeconfig, credentials, connections. References: what is under way keeps it.
struct reach {
	atomic_uint references;
	struct kubeconfig *config;
	struct access *access;
	struct api *api;
	int64_t made, expires; // wall clock; 0 = does not
};
struct reach *reach_ref(struct reach *reach);
void reach_unref(struct reach *reach);
// A way by the text of a kubeconfig that a service sent; `name` stands for its file in errors.
struct reach *reach_read(struct session *session, const char *name, const struct secret *text, struct error *error);

// One cluster of the person's kubeconfigs: contexts with the same server are one.
struct way {
	char name[SCOPE_WORD_SIZE]; // of the context
	char server[512];           // as server_normalize writes it; "" = unusable
	struct reach *reach;        // NULL: `error` says why
	struct error error;
	struct site *site; // whose it is, under the fleet's lock; NULL = nobody's yet
};

enum site_health { SITE_UNMET, SITE_WELL, SITE_ILL };

struct site {
	struct session *session;
	struct scope scope; // as it was first asked for
	// What follows: under the fleet's lock.
	char name[256], servers[2][512];
	struct way *way; // NULL = by a kubeconfig that the cloud hands out
	bool is_own;     // no cloud lists it
	struct reach *reach;
	bool busy; // somebody fetches a kubeconfig or looks whether it answers
	enum site_health health;
	struct error error;
	unsigned failures;
	int64_t retry_at; // monotonic
	char uid[64], version[64];
	bool offset_is_known;
	int64_t offset_ms;
};

struct session {
	struct services services;
	struct context_config context;
	struct http_client *http; // its own: clusters that do not answer must not hold up the cloud
	struct kubeconfig *config;
	struct error config_error; // why the kubeconfigs could not be read
	struct way *ways;
	size_t way_count;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct site **sites; // never shrinks: a site's address stays its own
	size_t site_count, site_room;
};

struct session *fleet_open(const struct context_config *context, const struct services *services, struct error *error);
void fleet_close(struct session *session);

// Writes "HOST:PORT/PATH" in lower case for comparing; "" when it is no address.
void server_normalize(const char *url, char *out, size_t size);
// Whether `text` (an address, several, or the JSON that ACK sends) names this normalized address.
bool server_is_named(const char *text, const char *server);

// Learns what the cloud has listed, and whose kubeconfig is whose. Cheap; makes no call.
void fleet_update(struct session *session);
// The cluster of a scope; by the name of a context as well. NULL only when there are too many, or out of memory.
struct site *fleet_site(struct session *session, const struct scope *scope, struct error *error);

// A reference to a way that works: fetches, renews, and looks whether the cluster answers, each done once for all who
// wait. While a cluster fails, the failure is answered at once.
struct reach *site_reach(struct site *site, struct cancel *cancel, struct error *error);
// Tells how a call through `reach` ended (`error` NULL: well), so that others need not find out.
void site_tell(struct site *site, const struct reach *reach, const struct error *error);
void site_clock(struct site *site, const struct http_response *response);

// It turned out to be one that the cloud lists, and is read under that name.
bool site_is_replaced(struct site *site);
// Clusters of the cloud that a kubeconfig may be of, by an address inside a network: meeting them tells. Returns how
// many, copies up to `most`.
size_t fleet_suspects(struct session *session, struct site **out, size_t most);

bool fleet_reaches(struct session *session, const struct scope *scope);
bool fleet_has_own(struct session *session);

#endif
