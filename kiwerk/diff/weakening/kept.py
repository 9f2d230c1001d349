"""Cases that are gone from a suite and stand in another one, with all that they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.diff.content import read_content

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Suite


def name_case(suite: str, case: str) -> str:
    """`suite#case`, as reports call it."""
    return f"{suite}#{case}"


def find_kept_cases(base: Project, head: Project) -> frozenset[str]:
    """Cases of base that say the same in another suite at head, under the same name or one that says what it was."""
    before, after = (
        {name_case(suite.id, case.id) for suite in side.suites.values() for case in suite.spec.cases}
        for side in (base, head)
    )
    gone = before - after
    if not gone:
        return frozenset()
    moved: dict[object, list[Any]] = {}
    for _, key, formerly, says in _find_cases(head, after - before):
        for at in {key, (*key[:2], formerly)}:
            moved.setdefault(at, []).append(says)
    return frozenset(name for name, key, _, says in _find_cases(base, gone) if says in moved.get(key, ()))


def _find_cases(
    project: Project, wanted: Collection[str]
) -> Iterator[tuple[str, tuple[str, str, str], str | None, Any]]:
    """The wanted cases with what each is known by, what it was called, and what it says with its suite's help."""
    for suite in project.suites.values():
        cases = [case for case in suite.spec.cases if name_case(suite.id, case.id) in wanted]
        contents = read_content(suite).data if cases else {}
        for case in cases:
            says = {key: value for key, value in contents["cases"][case.id].items() if key != "id"}
            key = suite.company, suite.spec.agent, case.id
            yield name_case(suite.id, case.id), key, case.formerly, (says, _find_world(suite, contents, says))


def _find_world(suite: Loaded[Suite], contents: dict[str, Any], says: dict[str, Any]) -> Any:
    """What a suite adds to a case: its world, and who plays the user."""
    if "simulate" not in says:
        return contents.get("given")
    return contents.get("given"), contents.get("simulator"), suite.spec.personas.get(says["simulate"]["persona"])
