// SPDX-License-Identifier: Apache-2.0
// The rows of the command line.
#include "config.h"
#include "cli/options.h"

#include "base/banned.h"

#define MEMBER(member) .offset = offsetof(struct arguments, member)
#define IN(command) (1u << (command))

enum {
	CALLS = IN(CLI_CONSOLE) | IN(CLI_LIST) | IN(CLI_DOCTOR) | IN(CLI_DIAGNOSE) | IN(CLI_GUIDE), // those that talk to a cloud
	ROWS = IN(CLI_CONSOLE) | IN(CLI_LIST),
	ALL = CALLS | IN(CLI_COMPLETION) | IN(CLI_HELP),
};

// clang-format off
const struct option_row option_table[] = {
	{"--demo", NULL, NULL, N_("run on the simulated cloud; what follows -- goes to peerdeck-sim"), .commands = CALLS, MEMBER(demo)},
	{"--scenario", NULL, N_("NAME|FILE"), N_("world of the demo"), .commands = CALLS, .words = "demo empty large @file", MEMBER(scenario)},
	{"--seed", NULL, N_("N"), N_("chance of the demo"), .commands = CALLS, MEMBER(seed)},
	{"--profile", NULL, N_("NAME"), N_("profile of the cloud's own tools to use"), .setting = "profile", .commands = CALLS},
	{"--context", NULL, N_("NAME"), N_("context of the configuration to open"), .setting = "context", .commands = CALLS},
	{"--region", NULL, N_("NAME"), N_("region to show, or all; may be repeated"), .setting = "regions", .joint = ',', .commands = CALLS, .words = "all"},
	{"--kubeconfig", NULL, N_("FILE"), N_("Kubernetes configuration; may be repeated"), .setting = "kubeconfig", .joint = ':', .commands = CALLS, .words = "@file"},
	{"--endpoint", NULL, N_("URL"), N_("all cloud calls go there; plain http only on loopback"), .setting = "endpoint", .commands = CALLS},
	{"--output", "-o", N_("FORMAT"), N_("table, wide, json, jsonl, csv or name"), .commands = IN(CLI_LIST) | IN(CLI_DOCTOR) | IN(CLI_DIAGNOSE), .words = "table wide json jsonl csv name", MEMBER(output)},
	{"--namespace", "-n", N_("NAME"), N_("namespace of the pod; default unless said"), .commands = IN(CLI_DIAGNOSE), MEMBER(space)},
	{"--filter", NULL, N_("FILTER"), N_("only what passes, in the language of the console's /"), .commands = ROWS, MEMBER(filter)},
	{"--sort", NULL, N_("FIELD"), N_("order by a field; -FIELD is descending"), .commands = ROWS, MEMBER(sort)},
	{"--cluster", NULL, N_("NAME"), N_("only what is in this cluster; its name or id"), .commands = IN(CLI_LIST) | IN(CLI_DIAGNOSE), MEMBER(cluster)},
	{"--answers", NULL, N_("FILE"), N_("answers to what a guide asks"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(answers)},
	{"--plan-only", NULL, NULL, N_("show what a guide would do, and end"), .commands = IN(CLI_GUIDE), MEMBER(plan_only)},
	{"--save", NULL, N_("FILE"), N_("write the answers, with the plan that they led to, to this file"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(save)},
	{"--script", NULL, N_("FILE"), N_("write the same as a shell script to this file"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(script)},
	{"--run", NULL, N_("ID"), N_("which run of a guide, where there are several"), .commands = IN(CLI_GUIDE), MEMBER(run)},
	{"--yes", NULL, NULL, N_("do it without asking"), .commands = IN(CLI_GUIDE), MEMBER(yes)},
	{"--plain", NULL, NULL, N_("ask and tell line by line"), .commands = IN(CLI_GUIDE), MEMBER(plain)},
	{"--watch", "-w", NULL, N_("go on, printing what appears, changes and goes"), .commands = IN(CLI_LIST), MEMBER(watch)},
	{"--once", NULL, NULL, N_("print the view as text and end"), .commands = IN(CLI_CONSOLE), MEMBER(once)},
	{"--parallel", NULL, N_("N"), N_("requests at a time"), .setting = "parallel", .commands = CALLS},
	{"--refresh", NULL, N_("SECONDS"), N_("how often to read again; 0 is by hand only"), .setting = "refresh_seconds", .commands = ROWS},
	{"--read-only", NULL, NULL, N_("turn every changing action off"), .setting = "read_only", .fixed = "true", .commands = CALLS},
	{"--write", NULL, NULL, N_("allow changes in a context marked as production"), .commands = CALLS, MEMBER(write)},
	{"--no-color", NULL, NULL, N_("no colours"), .setting = "no_color", .fixed = "true", .commands = ALL},
	{"--theme", NULL, N_("NAME"), N_("colour theme"), .setting = "theme", .commands = IN(CLI_CONSOLE), .words = "default light high-contrast monochrome"},
	{"--config", NULL, N_("FILE"), N_("configuration to read instead of the usual one"), .commands = CALLS, .words = "@file", MEMBER(config_file)},
	{"--log", NULL, N_("FILE"), N_("append the log to this file"), .setting = "log_file", .commands = CALLS, .words = "@file"},
	{"--log-level", NULL, N_("LEVEL"), N_("debug, info, warning or error"), .setting = "log_level", .commands = CALLS, .words = "debug info warning error"},
	{"--help", "-h", NULL, N_("show this text"), .commands = ALL, MEMBER(help)},
	{"--version", NULL, NULL, N_("show the version"), .commands = ALL, MEMBER(version)},
	{"--dump-docs", NULL, N_("PART"), N_("a part of the manual, from the tables"), .commands = ALL, MEMBER(dump), .hidden = true},
};
const size_t option_table_count = COUNT_OF(option_table);

const struct command_row cli_command_table[] = {
	{CLI_CONSOLE, "", N_("[VIEW]"), N_("the console; VIEW opens first: regions, clusters, nodepools, vms, jobs …")},
	{CLI_LIST, "list", N_("KIND"), N_("print what there is of a kind")},
	{CLI_DOCTOR, "doctor", "", N_("check configuration, credentials, permissions, clock, endpoints and tools")},
	{CLI_DIAGNOSE, "diagnose", N_("[POD]"), N_("why a pod does not get its VM, or what is wrong with a cluster")},
	{CLI_GUIDE, "guide", N_("VERB [NAME]"), N_("set something up step by step: list, show, plan, run, status, resume, undo, lint, export")},
	{CLI_COMPLETION, "completion", N_("SHELL"), N_("print the completion for bash, zsh or fish")},
	{CLI_HELP, "help", "", N_("show this text")},
};
const size_t cli_command_table_count = COUNT_OF(cli_command_table);
// clang-format on
