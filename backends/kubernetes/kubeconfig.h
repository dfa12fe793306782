// SPDX-License-Identifier: Apache-2.0
// Kubeconfigs as kubectl reads them: several files become one, the first file that names a cluster, user or context
// wins with its whole entry. Read once, then never changed: many threads may look at one.
//
// Source: kubernetes docs, "Organizing Cluster Access Using kubeconfig Files" and "kubeconfig (v1)"; precedence as
// observed of kubectl.
#ifndef PEERDECK_KUBERNETES_KUBECONFIG_H
#define PEERDECK_KUBERNETES_KUBECONFIG_H

#include "base/base.h"
#include "base/error.h"
#include "base/secret.h"

enum { KUBECONFIG_SIZE_MOST = 8 << 20, KUBECONFIG_ENTRIES_MOST = 4096, KUBECONFIG_WORDS_MOST = 256 };

struct kubeconfig_cluster {
	const char *name, *place; // place: "FILE:LINE"
	const char *server;       // NULL when it has none
	const char *server_name;  // tls-server-name; NULL = the server's host
	const char *proxy;        // proxy-url, NULL = by environment
	const char *ca_file;      // absolute when its file was; NULL = none
	const char *ca;           // PEM from certificate-authority-data, wins over ca_file
	const char *exec_config;  // JSON of the extension client.authentication.k8s.io/exec, NULL = none
	bool insecure;            // insecure-skip-tls-verify
};

struct kubeconfig_variable {
	const char *name;
	struct secret *value;
};

struct kubeconfig_exec {
	const char *api_version, *command;
	const char **arguments; // without the command
	size_t argument_count;
	struct kubeconfig_variable *variables;
	size_t variable_count;
	const char *interactive_mode; // NULL when not set
	const char *install_hint;     // NULL = none
	bool provides_cluster;        // provideClusterInfo
};

struct kubeconfig_user {
	const char *name, *place;
	const char *certificate_file, *key_file, *token_file; // NULL = none
	const char *certificate;                              // PEM from client-certificate-data
	struct secret *key;                                   // PEM from client-key-data
	struct secret *token;
	const char *user_name;     // basic authentication, which no cluster since 1.19 takes
	const char *auth_provider; // name of a plugin of the kind that went with 1.26
	const char *as_user, *as_uid;
	const char **as_groups;
	size_t as_group_count;
	struct kubeconfig_variable *as_extra; // one for each value
	size_t as_extra_count;
	struct kubeconfig_exec *exec; // NULL = none
	bool trusted;                 // from the user's own files: its plugin may run unasked
};

struct kubeconfig_context {
	const char *name, *place;
	const char *cluster, *user; // "" when not set
	const char *space;          // namespace, "default" when not set
};

struct kubeconfig;

struct kubeconfig *kubeconfig_create(void); // NULL when out of memory; one reference
struct kubeconfig *kubeconfig_ref(struct kubeconfig *config);
void kubeconfig_unref(struct kubeconfig *config);

// Reading adds; what is there already wins. On failure nothing of that file was added: ERROR_CONFIG with FILE:LINE in
// `doing`.
bool kubeconfig_read_file(struct kubeconfig *config, const char *path, struct error *error);
// Text that a service sent; `name` stands for the file in errors. Kept in memory only. Its files and plugins are not
// trusted: a path in it is an error, a plugin runs only when allowed (access.h).
bool kubeconfig_read_text(
        struct kubeconfig *config, const char *name, const char *text, size_t size, struct error *error);
// The service account of a pod: address from the environment, files in `folder` (NULL = the usual one). ERROR_NOT_FOUND
// when this is no pod. Its context is called "in-cluster".
bool kubeconfig_read_in_cluster(
        struct kubeconfig *config, const char *host, const char *port, const char *folder, struct error *error);

// What kubectl would take: `files` (--kubeconfig; each must exist) alone; else `list` ($KUBECONFIG, parted by ':',
// missing ones are skipped); else `home`/.kube/config; else the service account. Any may be NULL.
struct kubeconfig_places {
	const char *const *files;
	size_t file_count;
	const char *list, *home;
	const char *service_host, *service_port, *service_folder; // KUBERNETES_SERVICE_HOST, …_PORT
};
bool kubeconfig_read_places(struct kubeconfig *config, const struct kubeconfig_places *places, struct error *error);

// Looks up; NULL when absent. Borrowed.
const char *kubeconfig_current(const struct kubeconfig *config); // current-context
const struct kubeconfig_context *kubeconfig_context(const struct kubeconfig *config, const char *name);
const struct kubeconfig_context *kubeconfig_context_at(const struct kubeconfig *config, size_t index);
const struct kubeconfig_cluster *kubeconfig_cluster(const struct kubeconfig *config, const char *name);
const struct kubeconfig_user *kubeconfig_user(const struct kubeconfig *config, const char *name);
// "FILE can be read by everybody: …", for the person.
const char *kubeconfig_warning(const struct kubeconfig *config, size_t index);

#endif
