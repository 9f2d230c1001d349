"""Deploys in processes that are killed by SIGKILL, and checks each time what they left.

A program of its own, because it forks: `crash_driver.py FOLDER each-call` kills at every call that changes the disk,
`crash_driver.py FOLDER random SEED SECONDS` at any moment. Both print how many were killed before and after the
switch; whatever breaks a promise raises.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiwerk.deploy.apply import apply_deploy
from kiwerk.deploy.plan import DeployPlan
from kiwerk.deploy.release import digest_release, make_release
from kiwerk.deploy.status import read_status
from tests.deploy.world import COMPANY, NOW, STAMP, World, make_bundle

CALLS = ("mkdir", "write", "fsync", "rename", "replace", "symlink", "unlink", "chmod")

BUNDLES = {
    digest_release(make_release(COMPANY, "staging", [bundle])): bundle
    for bundle in (make_bundle(f"Fassung {number}") for number in range(3))
}


def die_at(step: int) -> None:
    """Kills this process at the `step`th call from now that changes the disk."""
    calls = 0

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for name in CALLS:
        setattr(os, name, deadly(getattr(os, name)))
    io.open = deadly(io.open)  # `Path.open` calls it, which the code uses for writing only


def plan(world: World, release: str, minute: int) -> DeployPlan:
    return world.plan(BUNDLES[release], stamp=replace(STAMP, at=NOW + timedelta(minutes=minute)))


def start_child(ready: DeployPlan, step: int | None = None) -> int:
    """Process id of a child that deploys, and dies at a step of it."""
    child = os.fork()
    if child == 0:
        if step is not None:
            die_at(step)
        apply_deploy(ready)
        os._exit(0)
    return child


def wait_for(child: int) -> bool:
    """Whether it was killed; otherwise it must have ended well."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def check(world: World, allowed: set[str | None], history: list[str]) -> str | None:
    """What is current: one of the allowed, intact, and the journal says how it came about."""
    target = plan(world, next(iter(BUNDLES)), 0).target
    assert target is not None
    current = target.read_back()
    release = None if current is None else current.digest
    assert release in allowed, (release, allowed)
    assert current is None or not current.differences, current
    happened = [deployment.release for deployment in target.history()]
    if release is not None and history[-1:] != [release]:
        history.append(release)
    assert happened == history, (happened, history)
    status = read_status(world.destination())
    assert status.release is None or (status.deployment is not None and status.intact), status
    return release


def check_healed(world: World) -> None:
    """Nothing is left of what was killed."""
    folder = world.folder()
    assert {path.name for path in folder.iterdir()} == {"current", "history.jsonl", "releases", ".lock"}
    assert {path.name for path in (folder / "releases").iterdir()} <= set(BUNDLES)
    for path in (folder / "releases").rglob("*"):
        assert path.is_dir() or not path.stat().st_mode & 0o222, path


def kill_at_each_call(world: World) -> Counter[str]:
    """Kills the first deploy of a company, then one over another, at each of their steps."""
    first, second, third = BUNDLES
    left: Counter[str] = Counter()
    for start, goal in ((None, first), (first, second)):
        killed, step = True, 0
        while killed:
            step += 1
            fresh = World(world.root / f"{goal[:8]}-{step}", keys=world.keys)
            fresh.vouch(*BUNDLES.values())
            history: list[str] = []
            if start is not None:
                apply_deploy(plan(fresh, start, 0))
                check(fresh, {start}, history)
            killed = wait_for(start_child(plan(fresh, goal, 1), step))
            current = check(fresh, {start, goal} if killed else {goal}, history)
            apply_deploy(plan(fresh, third, 2))
            check(fresh, {third}, history)
            check_healed(fresh)
            if killed:
                left["new" if current == goal else "old"] += 1
    return left


def kill_at_random(world: World, seed: int, seconds: float) -> Counter[str]:
    """Kills deploys at random moments, one after the other, at the same target."""
    world.vouch(*BUNDLES.values())
    chance = random.Random(seed)  # noqa: S311  # a failure must be repeatable
    history: list[str] = []
    current: str | None = None
    left: Counter[str] = Counter()
    end = time.monotonic() + seconds
    for minute in itertools.count():
        goal = chance.choice([release for release in BUNDLES if release != current])
        child = start_child(plan(world, goal, minute))
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        killed = wait_for(child)
        current = check(world, {current, goal} if killed else {goal}, history)
        if killed:
            left["new" if current == goal else "old"] += 1
        if time.monotonic() > end:
            break
    goal = next(release for release in BUNDLES if release != current)
    apply_deploy(plan(world, goal, 0))
    check(world, {goal}, history)
    check_healed(world)
    return left


def main() -> None:
    world = World(Path(sys.argv[1]))
    if sys.argv[2] == "each-call":
        left = kill_at_each_call(world)
    else:
        left = kill_at_random(world, seed=int(sys.argv[3]), seconds=float(sys.argv[4]))
    print(json.dumps(left))  # noqa: T201  # a program of its own


if __name__ == "__main__":
    main()
