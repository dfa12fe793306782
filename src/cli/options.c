// SPDX-License-Identifier: Apache-2.0
// The rows of the command line.
#include "config.h"
#include "cli/options.h"

#include "base/banned.h"

#define MEMBER(member) .offset = offsetof(struct arguments, member)
#define IN(command) (1u << (command))

enum {
	ORPHANS = IN(CLI_ORPHANS),
	CALLS = IN(CLI_CONSOLE) | IN(CLI_LIST) | IN(CLI_DOCTOR) | IN(CLI_DIAGNOSE) | IN(CLI_LOGS) | IN(CLI_GUIDE) | ORPHANS, // those that talk to a cloud
	ROWS = IN(CLI_CONSOLE) | IN(CLI_LIST),
	LOCAL = CALLS | IN(CLI_AUDIT), // those that read the configuration
	ALL = LOCAL | IN(CLI_COMPLETION) | IN(CLI_HELP),
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
	{"--output", "-o", N_("FORMAT"), N_("table, wide, json, jsonl, csv or name; audit also takes markdown"), .commands = IN(CLI_LIST) | IN(CLI_DOCTOR) | IN(CLI_DIAGNOSE) | ORPHANS | IN(CLI_AUDIT), .words = "table wide json jsonl csv name markdown", MEMBER(output)},
	{"--namespace", "-n", N_("NAME"), N_("namespace of the pod, or of the manifest"), .commands = IN(CLI_DIAGNOSE) | IN(CLI_LOGS) | ORPHANS, MEMBER(space)},
	{"--container", "-c", N_("NAME"), N_("container of the pod; its first one unless said"), .commands = IN(CLI_LOGS), MEMBER(container)},
	{"--previous", "-p", NULL, N_("log of the container before its last restart"), .commands = IN(CLI_LOGS), MEMBER(previous)},
	{"--follow", "-f", NULL, N_("go on until the container ends"), .commands = IN(CLI_LOGS), MEMBER(follow)},
	{"--timestamps", NULL, NULL, N_("the cluster's time before each line"), .commands = IN(CLI_LOGS), MEMBER(timestamps)},
	{"--filter", NULL, N_("FILTER"), N_("only what passes, in the language of the console's /"), .commands = ROWS | ORPHANS, MEMBER(filter)},
	{"--sort", NULL, N_("FIELD"), N_("order by a field; -FIELD is descending"), .commands = ROWS | ORPHANS, MEMBER(sort)},
	{"--cluster", NULL, N_("NAME"), N_("only what is in this cluster, by name or id; orphans also takes all, and an unattended deletion must say it"), .commands = IN(CLI_LIST) | IN(CLI_DIAGNOSE) | IN(CLI_LOGS) | ORPHANS, MEMBER(cluster)},
	{"--answers", NULL, N_("FILE"), N_("answers to what a guide asks"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(answers)},
	{"--plan-only", NULL, NULL, N_("show what a guide would do, and end"), .commands = IN(CLI_GUIDE), MEMBER(plan_only)},
	{"--save", NULL, N_("FILE"), N_("write the answers, with the plan that they led to, to this file"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(save)},
	{"--script", NULL, N_("FILE"), N_("write the same as a shell script to this file"), .commands = IN(CLI_GUIDE), .words = "@file", MEMBER(script)},
	{"--run", NULL, N_("ID"), N_("which run of a guide, where there are several"), .commands = IN(CLI_GUIDE), MEMBER(run)},
	{"--skip", NULL, N_("STEP"), N_("let go of a step that the guide calls optional, and go on after it"), .commands = IN(CLI_GUIDE), MEMBER(skip)},
	{"--yes", NULL, NULL, N_("do it without asking; orphans --delete then needs --cluster"), .commands = IN(CLI_GUIDE) | ORPHANS, MEMBER(yes)},
	{"--plain", NULL, NULL, N_("ask and tell line by line, also where input is no terminal"), .commands = IN(CLI_GUIDE), MEMBER(plain)},
	{"--watch", "-w", NULL, N_("go on, printing what appears, changes and goes"), .commands = IN(CLI_LIST), MEMBER(watch)},
	{"--once", NULL, NULL, N_("print the view as text and end"), .commands = IN(CLI_CONSOLE) | ORPHANS, MEMBER(once)},
	{"--all", NULL, NULL, N_("orphans: also what is live, being made, or foreign; guide: also the checks that are not needed"), .commands = ORPHANS | IN(CLI_GUIDE), MEMBER(orphans.all)},
	{"--verdict", NULL, N_("LIST"), N_("orphans: only these, separated by commas"), .commands = ORPHANS, .words = "orphan suspect unknown creating live foreign", MEMBER(orphans.verdict)},
	{"--older-than", NULL, N_("TIME"), N_("orphans: only what nobody has used for so long: 90m, 2h, 3d"), .commands = ORPHANS, MEMBER(orphans.older_than)},
	{"--explain", NULL, N_("ID"), N_("orphans: all that is known of one of them, and why it is judged so"), .commands = ORPHANS, MEMBER(orphans.explain)},
	{"--check", NULL, NULL, N_("orphans: one line for monitoring; exit status 3 when there are orphans, 4 when the picture is incomplete"), .commands = ORPHANS, MEMBER(orphans.check)},
	{"--plan", NULL, NULL, N_("orphans: what --delete would do, and the commands that do the same; changes nothing"), .commands = ORPHANS, MEMBER(orphans.plan)},
	{"--delete", NULL, NULL, N_("orphans: delete what is an orphan; asks for a confirmation, or takes --yes with --cluster"), .commands = ORPHANS, MEMBER(orphans.remove)},
	{"--quarantine", NULL, NULL, N_("orphans: with --delete, stop and tag first, and delete what has been in quarantine for long enough"), .commands = ORPHANS, MEMBER(orphans.quarantine)},
	{"--max", NULL, N_("N"), N_("orphans: at most so many in one deletion; 10 unless said"), .commands = ORPHANS, MEMBER(orphans.most)},
	{"--above-ceiling", NULL, NULL, N_("orphans: allow more than half of a cluster's pod VMs in one deletion"), .commands = ORPHANS, MEMBER(orphans.above_ceiling)},
	{"--real-flood", NULL, NULL, N_("orphans: many orphans at once, which an earlier scan found too, are real"), .commands = ORPHANS, MEMBER(orphans.real_flood)},
	{"--resume", NULL, NULL, N_("orphans: go on with deletions that were cut off"), .commands = ORPHANS, MEMBER(orphans.resume)},
	{"--user-data", NULL, NULL, N_("orphans: read user data of pod VMs, too, as proof; needs ecs:DescribeUserData"), .commands = ORPHANS, MEMBER(orphans.user_data)},
	{"--keep", NULL, N_("ID"), N_("orphans: put something on the keep list: it is never judged nobody's"), .commands = ORPHANS, MEMBER(orphans.keep)},
	{"--unkeep", NULL, N_("ID"), N_("orphans: take something off the keep list"), .commands = ORPHANS, MEMBER(orphans.unkeep)},
	{"--why", NULL, N_("TEXT"), N_("orphans: why it is kept"), .commands = ORPHANS, MEMBER(orphans.why)},
	{"--metrics", NULL, N_("FILE"), N_("orphans: write figures to FILE in Prometheus' text format"), .commands = ORPHANS, .words = "@file", MEMBER(orphans.metrics)},
	{"--every", NULL, N_("TIME"), N_("orphans: go on, doing the same again after this time"), .commands = ORPHANS, MEMBER(orphans.every)},
	{"--lease", NULL, N_("NAMESPACE/NAME"), N_("orphans: work only while this Lease is ours, so that one of several works at a time"), .commands = ORPHANS, MEMBER(orphans.lease)},
	{"--manifest", NULL, NULL, N_("orphans: print Kubernetes manifests that run it in a cluster; with the word ram-policy, the policy that its RAM role needs"), .commands = ORPHANS, MEMBER(orphans.manifest)},
	{"--variant", NULL, N_("NAME"), N_("orphans: manifest of a cronjob or a deployment"), .commands = ORPHANS, .words = "cronjob deployment", MEMBER(orphans.variant)},
	{"--image", NULL, N_("IMAGE"), N_("orphans: container image of the manifest"), .commands = ORPHANS, MEMBER(orphans.image)},
	{"--role", NULL, N_("NAME"), N_("orphans: RAM role of the manifest's service account"), .commands = ORPHANS, MEMBER(orphans.role)},
	{"--since", NULL, N_("TIME"), N_("audit: only what happened since a time (2026-11-20, 2026-11-20T20:52:00Z) or in the last 2h, 3d"), .commands = IN(CLI_AUDIT), MEMBER(since)},
	{"--parallel", NULL, N_("N"), N_("requests at a time"), .setting = "parallel", .commands = CALLS},
	{"--refresh", NULL, N_("SECONDS"), N_("how often to read again; 0 is by hand only"), .setting = "refresh_seconds", .commands = ROWS},
	{"--read-only", NULL, NULL, N_("turn every changing action off"), .setting = "read_only", .fixed = "true", .commands = CALLS},
	{"--write", NULL, NULL, N_("allow changes in a context marked as production"), .commands = CALLS, MEMBER(write)},
	{"--no-color", NULL, NULL, N_("no colours"), .setting = "no_color", .fixed = "true", .commands = ALL},
	{"--theme", NULL, N_("NAME"), N_("colour theme"), .setting = "theme", .commands = IN(CLI_CONSOLE), .words = "default light high-contrast monochrome"},
	{"--config", NULL, N_("FILE"), N_("configuration to read instead of the usual one"), .commands = LOCAL, .words = "@file", MEMBER(config_file)},
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
	{CLI_ORPHANS, "orphans", "", N_("pod VMs, interfaces and addresses that are nobody's: verdicts with evidence, deletion; without options on a terminal, the console's view of them")},
	{CLI_AUDIT, "audit", "", N_("what was deleted, why, by whom, and how it came out")},
	{CLI_DIAGNOSE, "diagnose", N_("[POD]"), N_("why a pod does not get its VM, or what is wrong with a cluster")},
	{CLI_LOGS, "logs", N_("POD"), N_("print the log of a pod's container, whichever cluster it runs in")},
	{CLI_GUIDE, "guide", N_("VERB [NAME]"), N_("set something up step by step: list, show, plan, run, status, resume, undo, lint, export")},
	{CLI_COMPLETION, "completion", N_("SHELL"), N_("print the completion for bash, zsh or fish")},
	{CLI_HELP, "help", "", N_("show this text")},
};
const size_t cli_command_table_count = COUNT_OF(cli_command_table);
// clang-format on
