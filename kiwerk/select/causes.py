"""Which changed line changes what: from edits of documents to the digests that differ.

Which keys can change what stands in one table; which of them reached a prompt, its explanation says. Where the table
knows no line, every edited one is named: a reason too many misleads less than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.errors import KiwerkError
from kiwerk.record import Cause
from kiwerk.render.origin import explain_prompt
from kiwerk.select.documents import Edit, Pairs, find_case_edits, find_documents, find_judging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kiwerk.load.content import Route
    from kiwerk.load.project import Loaded, Project
    from kiwerk.record import Bundle
    from kiwerk.record.selection import Part
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.origin import Part as PromptPart
    from kiwerk.render.origin import Place
    from kiwerk.render.situation import Situation
    from kiwerk.spec import Agent

SHIPPED = ("prompt", "opening", "model", "tools", "limits", "language", "holes")
"""Parts of a bundle."""
_EFFECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Agent": {
        **dict.fromkeys(("prompt", "title", "channel", "address", "scope"), ("prompt",)),
        "language": ("language", "prompt", "situation"),
        "opening": ("opening",),
        "model": ("model",),
        "limits": ("limits",),
        "runtime": ("holes", "prompt", "situation"),
        "tools": ("tools", "mocks", "rules"),
        "processes": ("prompt", "rules"),
        "facts": ("prompt", "facts"),
    },
    "Organization": {"phrases": ("prompt", "opening"), "timezone": ("prompt", "situation"), "title": ("prompt",)},
    "Facts": {"values": ("prompt", "facts")},
    "Toolset": {"operations": ("tools", "rules"), "mock": ("mocks",)},
    "Process": {
        **dict.fromkeys(("title", "goal", "slots", "steps", "escalation"), ("prompt",)),
        **dict.fromkeys(("ends", "rules"), ("prompt", "rules")),
    },
    "Suite": {"given": ("situation",), "personas": ("situation",)},
    "Judge": dict.fromkeys(("rubric", "model", "scale", "votes"), ("judge",)),
    "Prices": {"prices": ("prices",)},
}
"""What the first key of a document can change; a key that is not named here, all that its kind can."""
_CASE_EFFECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("given", "simulate"), ("situation",)),
    **dict.fromkeys(("expect", "process"), ("expectations",)),
    **dict.fromkeys(("reference", "counterexamples"), ("reference",)),
}
_NO_EFFECT = frozenset({"kind", "description", "formerly", "owner", "reviewed", "review_every", "tags", "id"})
_PARTS: dict[Part, frozenset[str]] = {
    "ships": frozenset(SHIPPED),
    "stimulus": frozenset({"situation", "mocks"}),
    "oracle": frozenset({"expectations", "rules", "facts", "judge", "prices"}),
    "script": frozenset({"reference"}),
}


class _Caused(NamedTuple):
    effect: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Shipped:
    """An agent now and at the base."""

    agent: Rendered
    before: Rendered
    project: Project
    base: Project

    def find_changed(self) -> frozenset[str]:
        """The parts of the bundle that differ."""
        return frozenset(name for name in SHIPPED if _part(self.agent.bundle, name) != _part(self.before.bundle, name))


class Causes:
    """Finds the lines that cases are selected for; what an agent ships is looked at once."""

    def __init__(self, project: Project, base: Project, pairs: Pairs) -> None:
        self._project = project
        self._base = base
        self._pairs = pairs
        self._shipped: dict[str, tuple[_Caused, ...]] = {}

    def find(self, situation: Situation, before: Situation, shipped: Shipped, parts: Sequence[Part]) -> list[Cause]:
        """The lines by which these parts differ, each once for each of its effects."""
        agent = situation.agent
        edits = [*find_case_edits(self._pairs, situation, before), *self._agent_edits(agent)]
        for loaded in find_judging(self._project, situation):
            edits += self._pairs.find_edits(loaded)
        found: dict[Cause, None] = {}
        for part in parts:
            if part == "ships":
                caused: Iterable[_Caused] = self._find_shipped(shipped)
            else:
                caused = [
                    _Caused(effect, edit) for edit in edits for effect in find_effects(edit) if effect in _PARTS[part]
                ]
            code = list(find_code_causes(situation, before, part))
            found.update(dict.fromkeys(code))
            caused = list(caused) or [_Caused(part, edit) for edit in edits if not code and not _is_idle(edit)]
            found.update(dict.fromkeys(_describe(item, agent.id) for item in caused))
        return list(found)

    def _agent_edits(self, agent: Loaded[Agent]) -> Iterator[Edit]:
        for loaded in find_documents(self._project, agent):
            yield from self._pairs.find_edits(loaded)

    def _find_shipped(self, shipped: Shipped) -> tuple[_Caused, ...]:
        agent = shipped.agent.agent
        if agent.id not in self._shipped:
            changed = shipped.find_changed()
            caused = [
                _Caused(effect, edit)
                for edit in self._agent_edits(agent)
                for effect in find_effects(edit)
                if effect in changed
            ]
            if "prompt" in changed:
                places = _find_prompt_places(shipped)
                caused = [item for item in caused if item.effect != "prompt" or _reaches(item.edit, caused, places)]
            self._shipped[agent.id] = tuple(caused)
        return self._shipped[agent.id]


def find_effects(edit: Edit) -> tuple[str, ...]:
    """What an edit can change."""
    if not edit.route:
        return tuple({name: None for names in _EFFECTS[edit.kind].values() for name in names})
    first = str(edit.route[0])
    if edit.kind == "Suite" and first == "cases":
        return _find_case_effects(edit.route[2:])
    known = _EFFECTS.get(edit.kind, {})
    if first in known or first in _NO_EFFECT:
        return known.get(first, ())
    return tuple({name: None for names in known.values() for name in names})


def find_code_causes(situation: Situation, before: Situation, part: Part) -> Iterator[Cause]:
    """The first line of each mock's or expectation's Python that is another than it was."""
    sources = {"stimulus": (situation.code, before.code), "oracle": (situation.checks, before.checks)}
    now, then = sources.get(part, ({}, {}))
    for name, source in now.items():
        was = then.get(name)
        old, new = was.text.splitlines() if was else [], source.text.splitlines()
        if old != new:
            equal = next((place for place, (one, two) in enumerate(zip(old, new, strict=False)) if one != two), None)
            line = min(len(old), len(new)) if equal is None else equal
            mock = f"mocks of {source.path.partition('/')[2].removesuffix('.py')}"
            effect = mock if part == "stimulus" else "expectations"
            yield Cause(path=source.path, line=max(min(line, len(new) - 1), 0) + 1, key="python", effect=effect)


def _find_case_effects(route: Route) -> tuple[str, ...]:
    first = str(route[0]) if route else ""
    if first in _CASE_EFFECTS or first in _NO_EFFECT:
        return _CASE_EFFECTS.get(first, ())
    if first == "conversation" and "user" in route:
        return ("situation",)
    return ("expectations",) if "expect" in route else ("situation", "expectations")


def _is_idle(edit: Edit) -> bool:
    route = edit.route[2:] if edit.kind == "Suite" and edit.route[:1] == ("cases",) else edit.route
    return bool(route) and route[0] in _NO_EFFECT


def _describe(caused: _Caused, agent: str) -> Cause:
    edit = caused.edit
    of = dict.fromkeys(("mocks", "rules", "judge"), f" of {edit.document.id}")
    of.update(dict.fromkeys((*SHIPPED, "facts", "ships"), f" of {agent}"))
    return Cause(
        path=edit.document.document.path,
        line=edit.line,
        key=edit.key or "as a whole",
        effect=f"{caused.effect}{of.get(caused.effect, '')}",
        gone=edit.gone,
    )


def _part(bundle: Bundle, name: str) -> object:
    value: object = getattr(bundle, name)
    return value


def _find_prompt_places(shipped: Shipped) -> frozenset[Place] | None:
    """Where the words of the prompt that are new or gone were written, or come from; None where nobody can say."""
    try:
        now = explain_prompt(shipped.project, shipped.agent.agent)
        before = explain_prompt(shipped.base, shipped.before.agent)
    except KiwerkError:
        return None
    old, new = {_words(part) for part in before}, {_words(part) for part in now}
    changed = [part for part in now if _words(part) not in old] + [part for part in before if _words(part) not in new]
    return frozenset(place for part in changed for place in (part.place, *part.reads))


def _words(part: PromptPart) -> tuple[str | None, str | None]:
    return part.text, part.hole


def _reaches(edit: Edit, all_of_them: Sequence[_Caused], places: frozenset[Place] | None) -> bool:
    """Whether an edited line is one that the prompt's new words come from, as far as that can be said."""
    if edit.kind == "Agent" and edit.route[:1] == ("prompt",):
        return True

    def stands_in(place: Place, other: Edit) -> bool:
        return place.path == other.document.document.path and other.line <= place.line <= other.last_line

    if not places or any(stands_in(place, edit) for place in places):
        return True
    rivals = [item.edit for item in all_of_them if item.effect == "prompt"]
    known = [other for other in rivals if any(stands_in(place, other) for place in places)]
    same_file = any(other.document.document.path == edit.document.document.path for other in known)
    in_places = any(place.path == edit.document.document.path for place in places)
    return not known or (in_places and not same_file)
