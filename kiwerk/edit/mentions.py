"""Where a document, or a case, is called by its name: references, labels, states, selectors, prompts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.edit.replace import Replacement
from kiwerk.graph import find_links
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import template_name
from kiwerk.spec import Agent, Facts, Policy, Suite, Toolset
from kiwerk.spec.walk import find_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document as Spec
    from kiwerk.spec.walk import Route

_TERM = re.compile(r"(?P<negated>!?)(?:(?P<prefix>[^:,!\s]*):)?(?P<pattern>[^,\s]+)")


@dataclass(frozen=True, slots=True)
class Renaming:
    """A document that gets another id."""

    loaded: Loaded[Spec]
    new: str

    @property
    def kind(self) -> str:
        """Its kind."""
        return type(self.loaded.spec).__name__

    @property
    def new_name(self) -> str:
        """Its local name afterwards."""
        return self.new.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class CaseRenaming:
    """A case that gets another name."""

    suite: Loaded[Suite]
    number: int
    old: str
    new: str


def find_mentions(project: Project, renaming: Renaming) -> Iterator[tuple[str, Replacement]]:
    """Every place that names the document, with the path of the file it stands in."""
    yield from _in_references(project, renaming)
    selectors = {"Agent": "agent", "Suite": "suite", "Process": "process"}
    if renaming.kind in selectors:
        yield from _in_selectors(project, selectors[renaming.kind], renaming.loaded.id, renaming.new)
    if isinstance(renaming.loaded.spec, Facts):
        yield from _in_prompts(project, renaming)
    if isinstance(renaming.loaded.spec, Toolset):
        yield from _in_states(project, renaming)


def find_case_mentions(project: Project, renaming: CaseRenaming) -> Iterator[tuple[str, Replacement]]:
    """Every place that names the case, its own id first."""
    suite = renaming.suite
    yield suite.document.path, Replacement(("cases", renaming.number, "id"), renaming.old, renaming.new)
    yield from _in_selectors(project, "case", f"{suite.id}#{renaming.old}", f"{suite.id}#{renaming.new}")
    others = [other.id for other in project.suites.values() if other.id != suite.id]
    named_alike = any(case.id == renaming.old for other in others for case in project.suites[other].spec.cases)
    if not named_alike:
        # a pattern without its suite means the name anywhere, and may go on meaning the others
        yield from _in_selectors(project, "case", renaming.old, renaming.new)


def _in_references(project: Project, renaming: Renaming) -> Iterator[tuple[str, Replacement]]:
    old, name = renaming.loaded, renaming.new_name
    for link in find_links(project):
        if isinstance(link.target, Unresolved) or link.target.document is not old.document:
            continue
        reference = link.reference
        if reference.target == renaming.kind:
            new = renaming.new if "/" in reference.name else name
        elif reference.target in ("Operation", "Event") and renaming.kind == "Toolset":
            new = name + reference.name[reference.name.index(".") :]
        else:
            continue
        if new != reference.name:
            change = Replacement(reference.route, reference.name, new, is_key=reference.is_key)
            yield link.source.document.path, change


def _in_selectors(project: Project, prefix: str, old: str, new: str) -> Iterator[tuple[str, Replacement]]:
    for policy in project.policies.values():
        for route, text in _selectors(policy):
            changed = _TERM.sub(lambda match: _rename_term(match, prefix, old, new), text)
            if changed != text:
                yield policy.document.path, Replacement(route, text, changed)


def _selectors(policy: Loaded[Policy]) -> Iterator[tuple[Route, str]]:
    for number, rule in enumerate(policy.spec.rules):
        if rule.select is not None:
            yield ("rules", number, "select"), rule.select
    for number, exception in enumerate(policy.spec.exceptions):
        yield ("exceptions", number, "select"), exception.select


def _rename_term(match: re.Match[str], prefix: str, old: str, new: str) -> str:
    pattern = match["pattern"]
    if (match["prefix"] or "agent") == prefix and pattern == old:
        return match[0][: -len(pattern)] + new
    if prefix == "suite" and match["prefix"] == "path" and pattern.removeprefix("./") == f"evals/{old}.yaml":
        return match[0][: -len(f"{old}.yaml")] + f"{new}.yaml"
    if prefix == "suite" and match["prefix"] == "case" and pattern.startswith(f"{old}#"):
        return match[0][: -len(pattern)] + new + pattern[len(old) :]
    return match[0]


def _in_states(project: Project, renaming: Renaming) -> Iterator[tuple[str, Replacement]]:
    """Keys of `state`, in what is given and what is expected, of suites whose agent has the toolset."""
    old, new = renaming.loaded.name, renaming.new_name
    if old == new:
        return
    for suite in project.suites.values():
        agent = resolve_document(project, Agent, suite.spec.agent, suite.company)
        if isinstance(agent, Unresolved) or not _grants(project, agent, renaming.loaded):
            continue
        for route in _find_states(suite.document.data, (), old):
            yield suite.document.path, Replacement((*route, old), old, new, is_key=True)


def _grants(project: Project, agent: Loaded[Agent], toolset: Loaded[Spec]) -> bool:
    found = (resolve_document(project, Toolset, name, agent.company) for name in agent.spec.tools)
    return any(not isinstance(item, Unresolved) and item.document is toolset.document for item in found)


def _find_states(data: Any, route: Route, name: str) -> Iterator[Route]:
    """Routes of the states in `given` and `expect` that have the name as a key, wherever these two stand in a suite."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        here = (*route, key)
        if key == "given" and _has_state(value, name):
            yield (*here, "state")
        elif key == "expect" and isinstance(value, list):
            for number, entry in enumerate(value):
                if _has_state(entry, name):
                    yield (*here, number, "state")
        elif key in ("cases", "conversation") or isinstance(key, int):
            yield from _find_states(value, here, name)


def _has_state(data: Any, name: str) -> bool:
    state = data.get("state") if isinstance(data, dict) else None
    return isinstance(state, dict) and name in state


def _in_prompts(project: Project, renaming: Renaming) -> Iterator[tuple[str, Replacement]]:
    """Reads of the facts in prompts of agents that have them, as `facts.name` or `facts['name']`."""
    old, new = template_name(renaming.loaded.name), template_name(renaming.new_name)
    if old == new:
        return
    pattern = re.compile(rf"(?<![\w.|])facts(\s*\.\s*|\[\s*(?P<quote>['\"])){old}(?(quote)(?P=quote)|\b)")
    for agent in project.agents.values():
        links = [item for item in find_references(agent.spec) if item.target == "Facts"]
        found = [resolve_document(project, Facts, item.name, agent.company) for item in links]
        if all(isinstance(item, Unresolved) or item.document is not renaming.loaded.document for item in found):
            continue
        prompt = agent.spec.prompt
        changed = _in_templates(prompt, pattern, old, new)
        if changed != prompt:
            written = _written(agent)
            parts = tuple(
                (match.end() - len(old) - len(match["quote"] or ""), match.end() - len(match["quote"] or ""), new)
                for block in _BLOCK.finditer(written)
                for match in pattern.finditer(written, *block.span())
            )
            yield agent.document.path, Replacement(("prompt",), prompt, changed, parts=parts)


_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def _in_templates(text: str, pattern: re.Pattern[str], old: str, new: str) -> str:
    def rename(match: re.Match[str]) -> str:
        end = len(match[0]) - len(match["quote"] or "")
        return match[0][: end - len(old)] + new + match[0][end:]

    return _BLOCK.sub(lambda block: pattern.sub(rename, block[0]), text)


def _written(agent: Loaded[Agent]) -> str:
    """The prompt as the file has it, quotes and indentation included."""
    from kiwerk.edit.tree import build_tree, find_part
    from kiwerk.load.source import Source

    entry = find_part(build_tree(Source(agent.document.path, agent.document.text)), ("prompt",))
    return "" if entry is None else agent.document.text[entry.value.start : entry.value.end]
