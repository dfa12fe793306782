// SPDX-License-Identifier: Apache-2.0
// The settings: one row each. The file reader, the command line, `:set` and peerdeck.conf(5) work from these rows.
#include <config.h>
#include "work/config.h"

#include "base/banned.h"

#define MEMBER(member) offsetof(struct config, member), sizeof(((struct config *)0)->member)
#define OF_CONTEXT(member) offsetof(struct context_config, member), sizeof(((struct context_config *)0)->member)
#define OF_KEY(member) offsetof(struct key_binding, member), sizeof(((struct key_binding *)0)->member)

// clang-format off
const struct config_row config_table[] = {
	{"contexts", CONFIG_CONTEXTS, "", NULL,
		N_("Named sets of credentials, each with its cloud. Without any, one is made from the environment and the cloud's own configuration files."),
		MEMBER(contexts), 0, 0, true},
	{"context", CONFIG_TEXT, "", NULL,
		N_("Name of the context to open; empty is the first one."), MEMBER(context)},
	{"profile", CONFIG_TEXT, "", NULL,
		N_("Profile of the cloud's own tools to use (~/.aliyun/config.json), in a context of its own unless one names it."), MEMBER(profile)},
	{"endpoint", CONFIG_TEXT, "", NULL,
		N_("Address that all cloud calls go to instead of the cloud's own. Plain http only on loopback."), MEMBER(endpoint)},
	{"kubeconfig", CONFIG_PATH, "", NULL,
		N_("Kubernetes configuration file; several are separated by colons."), MEMBER(kubeconfig)},
	{"regions", CONFIG_REGIONS, "", NULL,
		N_("Regions to show, a list of names or \"all\". Empty is the home region of the context in lists, all regions in the console."), MEMBER(regions)},
	{"parallel", CONFIG_COUNT, "16", NULL,
		N_("Requests at a time."), MEMBER(parallel), 1, 128},
	{"refresh_seconds", CONFIG_NUMBER, "5", NULL,
		N_("How often what is looked at is read again. Hidden things are read six times less often, changing ones every two seconds. 0 reads only when asked to."), MEMBER(refresh_seconds), 0, 3600},
	{"read_only", CONFIG_FLAG, "false", NULL,
		N_("Turns every changing action off."), MEMBER(read_only)},
	{"theme", CONFIG_TEXT, "default", NULL,
		N_("Colour theme: default, light, high-contrast, monochrome, or one of your own in the folder themes beside this file."), MEMBER(theme)},
	{"no_color", CONFIG_FLAG, "false", NULL,
		N_("No colours. The environment variable NO_COLOR does the same."), MEMBER(no_color)},
	{"ascii", CONFIG_FLAG, "false", NULL,
		N_("Draws with ASCII characters only."), MEMBER(ascii)},
	{"mouse", CONFIG_FLAG, "false", NULL,
		N_("Click selects, second click opens, the wheel scrolls."), MEMBER(mouse)},
	{"clipboard", CONFIG_CHOICE, "auto", "auto raw tmux screen off",
		N_("How copied text reaches the terminal (OSC 52)."), MEMBER(clipboard)},
	{"preset", CONFIG_CHOICE, "default", "default k9s htop",
		N_("Set of keys to begin with."), MEMBER(preset)},
	{"keys", CONFIG_KEYS, "", NULL,
		N_("Keys of your own, over those of the preset."), MEMBER(keys), 0, 0, true},
	{"editor", CONFIG_TEXT, "", NULL,
		N_("Editor for tags and notes; empty is $VISUAL, then $EDITOR, then vi."), MEMBER(editor)},
	{"language", CONFIG_TEXT, "", NULL,
		N_("Language of the program's texts (a locale name such as zh_CN); empty is by the environment."), MEMBER(language)},
	{"log_file", CONFIG_PATH, "", NULL,
		N_("File that the log is appended to; empty keeps the log in memory, for the log view."), MEMBER(log_file)},
	{"log_level", CONFIG_CHOICE, "info", "debug info warning error",
		N_("Least important lines that the log keeps. debug holds requests and answers, without secrets."), MEMBER(log_level)},
	{"connect_timeout", CONFIG_NUMBER, "10", NULL,
		N_("Seconds to wait for a connection."), MEMBER(connect_timeout), 0.1, 300},
	{"timeout", CONFIG_NUMBER, "60", NULL,
		N_("Seconds to wait for a whole answer."), MEMBER(timeout), 1, 3600},
	{"quarantine_hours", CONFIG_NUMBER, "24", NULL,
		N_("Hours that an orphan stays in quarantine (stopped and tagged) before a sweep of what was quarantined deletes it. 0 lets the next one do so."), MEMBER(quarantine_hours), 0, 8760},
	{"read_user_data", CONFIG_FLAG, "false", NULL,
		N_("Scans for orphans also read the user data of VMs whose cluster nothing else proves, as --user-data does: of it the pod is kept with its addresses, nothing secret. Needs ecs:DescribeUserData."),
		MEMBER(read_user_data)},
	{"trusted_clusters", CONFIG_TEXT, "", NULL,
		N_("Clusters whose tag caa-cluster-uid alone proves that a VM is theirs: uids of their namespace kube-system, separated by commas. Such a tag is copied easily with a configuration."),
		MEMBER(trusted_clusters)},
	{"state_folder", CONFIG_PATH, "", NULL,
		N_("Where journal, audit record and last inventory are kept; empty is $XDG_STATE_HOME/peerdeck or ~/.local/state/peerdeck."), MEMBER(state_folder)},
};
const size_t config_table_count = COUNT_OF(config_table);

const struct config_row config_context_table[] = {
	{"name", CONFIG_TEXT, "", NULL, N_("What it is called; required."), OF_CONTEXT(name)},
	{"backend", CONFIG_TEXT, "", NULL, N_("The cloud: alibaba. Empty is alibaba."), OF_CONTEXT(backend)},
	{"profile", CONFIG_TEXT, "", NULL, N_("Profile of the cloud's own tools; empty is their default chain of credentials."), OF_CONTEXT(profile)},
	{"endpoint", CONFIG_TEXT, "", NULL, N_("Address that all calls go to; empty is the cloud's own."), OF_CONTEXT(endpoint)},
	{"region", CONFIG_TEXT, "", NULL, N_("Home region; empty is that of the profile."), OF_CONTEXT(region)},
	{"kubeconfig", CONFIG_PATH, "", NULL, N_("Kubernetes configuration file for the clusters of this context."), OF_CONTEXT(kubeconfig)},
	{"production", CONFIG_FLAG, "false", NULL, N_("Starts read-only; :write 15m or --write lifts that."), OF_CONTEXT(production)},
	{"read_only", CONFIG_FLAG, "false", NULL, N_("Never changes anything."), OF_CONTEXT(read_only)},
};
const size_t config_context_table_count = COUNT_OF(config_context_table);

const struct config_row config_key_table[] = {
	{"key", CONFIG_TEXT, "", NULL, N_("The key: x, Ctrl-x, F5, Shift-Left; required."), OF_KEY(key)},
	{"command", CONFIG_TEXT, "", NULL, N_("The command it runs; empty unbinds the key."), OF_KEY(command)},
	{"view", CONFIG_TEXT, "", NULL, N_("The view it works in; empty is everywhere."), OF_KEY(view)},
};
const size_t config_key_table_count = COUNT_OF(config_key_table);
// clang-format on

const char *config_type_name(enum config_type type)
{
	static const char *const names[] = {
	        [CONFIG_TEXT] = N_("text"),
	        [CONFIG_PATH] = N_("file name"),
	        [CONFIG_CHOICE] = N_("choice"),
	        [CONFIG_FLAG] = N_("true or false"),
	        [CONFIG_COUNT] = N_("whole number"),
	        [CONFIG_NUMBER] = N_("number"),
	        [CONFIG_REGIONS] = N_("list of text"),
	        [CONFIG_CONTEXTS] = N_("list of groups"),
	        [CONFIG_KEYS] = N_("list of groups"),
	};

	return _(names[type]);
}
