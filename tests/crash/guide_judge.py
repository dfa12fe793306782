# SPDX-License-Identifier: Apache-2.0
"""What must be true of a world when a walk stands, and when it is undone; and the counts of all that was tried."""
import collections
import threading

from guide_world import Broken

counting = threading.Lock()
totals = collections.Counter()


def add(name, number=1):
    with counting:
        totals[name] += number


def exactly_once(world, what):
    wanted = world.flavour.made
    now = world.made(world.settled(lambda now: world.made(now) == wanted))
    count, right = collections.Counter(), collections.Counter()
    for (kind, name, _), number in now.items():
        count[kind, name] += number
    for (kind, name, _), number in wanted.items():
        right[kind, name] += number
    add("duplicates", sum((count - right).values()))
    if now != wanted:
        raise Broken(f"after {what}: {dict(now - wanted)} too many, {dict(wanted - now)} missing")


def nothing_left(world, what):
    before = world.before()
    now = world.settled(lambda now: now == before)
    left = [key for key in now if key not in before]
    touched = [key for key, thing in before.items() if now.get(key) != thing]
    add("left behind", len(left))
    add("foreign touched", len(touched))
    if left or touched:
        raise Broken(f"after {what}: left {left}, touched {touched}")


def foreign_is_as_it_was(world, what):
    """While the run stands. What it adds to a thing of others is told of that thing only once it is undone."""
    before, now = world.before(), {**world.of_cloud(), **(world.of_their_cluster() if world.looks_into_cluster else {})}
    touched = [key for key, thing in before.items() if key[0] not in ("file", "kube nodes") and now.get(key) != thing]
    add("foreign touched", len(touched))
    if touched:
        raise Broken(f"after {what}: touched {touched}")


def stands(world, what):
    exactly_once(world, what)
    foreign_is_as_it_was(world, what)


def taken_away(world, what):
    world.expect(world.guide("undo"), f"undo after {what}")
    nothing_left(world, what)
