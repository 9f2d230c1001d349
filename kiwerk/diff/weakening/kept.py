"""Cases that are gone from a suite and stand in another one, with all that they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.diff.content import read_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Suite


def name_case(suite: str, case: str) -> str:
    """`suite#case`, as reports call it."""
    return f"{suite}#{case}"


def find_kept_cases(base: Project, head: Project) -> frozenset[str]:
    """Cases of base that say the same in another suite at head, under the same name or one that says what it was."""
    old = {name: (key, says) for name, key, _, says in _find_cases(base)}
    new = list(_find_cases(head))
    there = {name for name, *_ in new}
    gone = [name for name in old if name not in there]
    moved: dict[object, list[Any]] = {}
    for name, key, formerly, says in new:
        if name not in old:
            for at in {key, (*key[:2], formerly)}:
                moved.setdefault(at, []).append(says)
    return frozenset(name for name in gone if old[name][1] in moved.get(old[name][0], ()))


def _find_cases(project: Project) -> Iterator[tuple[str, tuple[str, str, str], str | None, Any]]:
    """Each case with what it is known by, what it was called formerly, and what it says with its suite's help."""
    for suite in project.suites.values():
        contents = read_content(suite).data
        for case in suite.spec.cases:
            says = {key: value for key, value in contents["cases"][case.id].items() if key != "id"}
            key = suite.company, suite.spec.agent, case.id
            yield name_case(suite.id, case.id), key, case.formerly, (says, _find_world(suite, contents, says))


def _find_world(suite: Loaded[Suite], contents: dict[str, Any], says: dict[str, Any]) -> Any:
    """What a suite adds to a case: its world, and who plays the user."""
    if "simulate" not in says:
        return contents.get("given")
    return contents.get("given"), contents.get("simulator"), suite.spec.personas.get(says["simulate"]["persona"])
