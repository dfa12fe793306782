# SPDX-License-Identifier: Apache-2.0
"""Walks that are stopped at random instants, in every manner in which programs come to an end; and programs called by a walk that are killed
while it lives. Failpoints lie between effects; here also SQLite's writes, forks and a program's own effects are cut in two."""
import os
import random
import re
import signal
import time

import processes
from guide_judge import add, nothing_left, stands, taken_away
from guide_world import Broken

PREFLIGHT, INTERRUPTED = 3, 130  # exit statuses
FAILED = (1, PREFLIGHT, 4)
KILL, KILL_ALL, HANG_UP, TERMINATE, INTERRUPT, KILL_PROGRAM = MANNERS = (
    "SIGKILL", "SIGKILL to it and its programs", "SIGHUP to it and its programs", "SIGTERM", "SIGINT twice", "SIGKILL to a program of it")
PROGRAMS = ("kubectl", "helm", "make", "docker")
# Counts the programs that a walk calls, and kills the n-th before or after it took effect.
KILLER = """#!/bin/sh
name=${0##*/}
real=$(PATH=${PATH#*:}; command -v "$name")
printf '%s %s\\n' $$ "$name $(printf '%s' "$*" | tr '\\n' ' ')" >>"$CRASH_PROGRAMS"
if [ "$(grep -n "^$$ " "$CRASH_PROGRAMS" | tail -n 1 | cut -d: -f1)" = "${CRASH_PROGRAM:-}" ]; then
	[ "$CRASH_WHEN" = before ] || "$real" "$@"
	kill -9 $$
fi
exec "$real" "$@"
"""
NO_RUN = "there is no such run"
NAMED = re.compile(r"\b(kubectl|helm|make|docker|sh|ls|rm)\b.* (ended|killed|status)")


def watched(world, verb, program=0, when=""):
    """A walk whose programs are noted, one of them killed; and what it called."""
    folder, log = os.path.join(world.home, "killers"), os.path.join(world.home, "programs")
    if not os.path.isdir(folder):
        os.makedirs(folder)
        for name in PROGRAMS:
            with open(os.path.join(folder, name), "w", opener=lambda path, flags: os.open(path, flags, 0o700)) as file:
                file.write(KILLER)
    with open(log, "w"):
        pass
    path = folder + ":" + world.environment("mine", {})["PATH"]
    result = world.guide(verb, PATH=path, CRASH_PROGRAMS=log, CRASH_PROGRAM=str(program), CRASH_WHEN=when)
    with open(log) as file:
        return result, [line.split(" ", 1)[1].strip() for line in file]


def learn(world):
    """How long an unbroken walk takes, and which programs it calls."""
    for verb in ("run", "undo"):
        began = time.monotonic()
        result, called = watched(world, verb)
        world.expect(result, verb)
        world.flavour.lasts[verb] = time.monotonic() - began
        world.flavour.programs[verb] = called


def says_which(result, what):
    # The preflight's lines are on standard output.
    if not NAMED.search(result.stderr) and not NAMED.search(result.stdout):
        raise Broken(f"{what}: it is not said which program failed: {result.stdout[-600:]}{result.stderr[-600:]}")


def kill_program_of_run(world, number, when):
    what = f"{world.flavour.programs['run'][number - 1][:60]} (program {number} of the run) killed {when} its effect"
    result, _ = watched(world, "run", number, when)
    add("programs killed")
    if result.returncode == PREFLIGHT:
        nothing_left(world, what)
        return
    if result.returncode != 0:
        says_which(result, what)
        world.expect(world.guide("resume"), f"resume after {what}")
    stands(world, what)
    taken_away(world, what)


def kill_program_of_undo(world, number, when):
    what = f"{world.flavour.programs['undo'][number - 1][:60]} (program {number} of the undo) killed {when} its effect"
    world.expect(world.guide("run"), "run")
    result, _ = watched(world, "undo", number, when)
    add("programs killed")
    if result.returncode != 0:
        says_which(result, what)
        world.expect(world.guide("undo"), f"undo after {what}")
    nothing_left(world, what)


def strike(world, process, manner, dice):
    if manner in (KILL, KILL_ALL):
        process.kill()
    if manner == KILL_ALL:
        processes.end_all(world.home)
    if manner == HANG_UP:
        for pid in (process.pid, *processes.below(world.home, process.pid)):
            processes.kill(pid, signal.SIGHUP)
    if manner == TERMINATE:
        process.terminate()
    if manner == INTERRUPT:
        process.send_signal(signal.SIGINT)
        time.sleep(dice.random() / 20)
        process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 5
    while manner == KILL_PROGRAM and process.poll() is None and time.monotonic() < deadline:
        found = processes.below(world.home, process.pid)
        if found and processes.kill(dice.choice(found)):
            add("programs killed")
            break


def judge_end(result, manner, what):
    """Whether it came to an end as it should."""
    status = result.returncode
    if status == -signal.SIGKILL and manner in (KILL, KILL_ALL):
        add("kills")
    elif status == 0 or NO_RUN in result.stderr:
        pass
    elif manner == KILL_PROGRAM and status in FAILED:
        says_which(result, what)
    elif manner == HANG_UP and status in (INTERRUPTED, *FAILED, -signal.SIGHUP):
        add("stopped")
    elif manner == TERMINATE and status in (INTERRUPTED, -signal.SIGTERM) or manner == INTERRUPT and status in (INTERRUPTED, -signal.SIGINT):
        add("stopped")
    else:
        raise Broken(f"{what} ended with {status}: {result.stdout[-300:]}{result.stderr[-900:]}")


class Story:
    """What is to happen in one case, drawn before it begins; and what happened."""

    def __init__(self, seed, number, has_programs):
        self.dice = random.Random(f"{seed} {number}")
        manners = MANNERS if has_programs else MANNERS[:-1]
        self.cuts = [[(self.dice.choice(manners), self.dice.random()) for _ in range(self.dice.choice((1, 1, 2, 3)))] for _ in range(2)]
        self.finishes = self.dice.random() < 0.6
        self.told = []

    def cut(self, world, verb, manner, fraction):
        after = fraction * world.flavour.lasts["undo" if verb == "undo" else "run"]
        self.told.append(f"{verb} {after:.4f} s {manner}")
        result = world.guide(verb, after=after, does=lambda process: strike(world, process, manner, self.dice))
        self.told[-1] += f" ({result.returncode})"
        judge_end(result, manner, str(self))
        return result

    def __str__(self):
        return ", ".join(self.told)


def go_on(world, story):
    result = world.guide("resume")
    if NO_RUN in result.stderr:
        result = world.guide("run")
    world.expect(result, f"what came after {story}")


def stop_anywhere(world, seed, number):
    story = Story(seed, number, bool(world.flavour.programs["run"]))
    verb, done = "run", False
    for manner, fraction in story.cuts[0]:
        result = story.cut(world, verb, manner, fraction)
        verb, done = "run" if NO_RUN in result.stderr else "resume", result.returncode == 0
        if done:
            break
    if not done and story.finishes:
        go_on(world, story)
        done = True
    if done:
        stands(world, story)
    for manner, fraction in story.cuts[1]:
        result = story.cut(world, "undo", manner, fraction)
        if result.returncode == 0 or NO_RUN in result.stderr:
            break
    else:
        result = world.guide("undo")
        if NO_RUN not in result.stderr:
            world.expect(result, f"undo after {story}")
    nothing_left(world, story)
