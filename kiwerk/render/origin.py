"""Where each part of a prompt was written: the template's line, the fact, the step of a process.

The prompt is rendered once more, by a template with a mark before everything it prints and from variables that note
what is read from them. Marks are holes whose names no author can write, so that the sandbox needs to know nothing of
this; what is joined again is the prompt, character by character.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from kiwerk.errors import KiwerkError
from kiwerk.render.access import as_text
from kiwerk.render.bundle import FILTERS, prompt_context, resolve_all, template_name
from kiwerk.render.guards import HoleText
from kiwerk.render.problem import Misuse, TemplateProblem
from kiwerk.render.procedure import find_procedure_parts
from kiwerk.render.sandbox import compile_tree, explain_trouble, make_environment
from kiwerk.render.source import parse_template
from kiwerk.spec import Facts, Process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.load.content import Route
    from kiwerk.load.document import Document
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Organization


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file."""

    path: str
    """POSIX path from the repository's root."""
    line: int
    """1-based."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the prompt that comes from one place."""

    text: str | None
    """Absent for a hole."""
    hole: str | None
    place: Place
    """Where the words stand: in the template, or what a value says that is printed as it was written."""
    reads: tuple[Place, ...] = ()
    """What the template's expression at the place made the words of, where it changed or joined values."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A value that was read, and where it stands."""

    document: Document
    route: Route
    value: object

    @property
    def key(self) -> tuple[int, Route]:
        return id(self.document), self.route

    @property
    def place(self) -> Place:
        return Place(self.document.path, self.document.span(self.route).line)

    def covers(self, other: _Read) -> bool:
        """Whether the other is a part of this one."""
        inner, outer = other.route, self.route
        return other.document is self.document and len(inner) > len(outer) and inner[: len(outer)] == outer


@dataclass(slots=True)
class _Reader:
    """Notes what is read."""

    reads: list[_Read] = field(default_factory=list)

    def take(self) -> list[_Read]:
        """What was read since the last time, without what merely led to it, in the order of reading."""
        found = list({read.key: read for read in self.reads}.values())
        self.reads.clear()
        return [read for read in found if not any(read.covers(other) for other in found)]


class _Noted(dict[str, Any]):
    """A mapping that notes which of its values are read."""

    def __init__(
        self, values: Mapping[str, Any], places: Mapping[str, tuple[Document, Route]], reader: _Reader
    ) -> None:
        super().__init__({key: _note(value, *places[key], reader) for key, value in values.items()})
        self._places = places
        self._reader = reader

    def get(self, key: str, default: Any = None, /) -> Any:
        if key in self:
            self._reader.reads.append(_Read(*self._places[key], super().get(key)))
        return super().get(key, default)

    def __getitem__(self, key: str, /) -> Any:
        return self.get(key) if key in self else super().__getitem__(key)

    def items(self) -> Any:
        return [(key, self.get(key)) for key in self]

    def values(self) -> Any:
        return [self.get(key) for key in self]


def _note(value: Any, document: Document, route: Route, reader: _Reader) -> Any:
    if isinstance(value, dict):
        return _Noted(value, {key: (document, (*route, key)) for key in value}, reader)
    if isinstance(value, list):
        return [_note(item, document, (*route, index), reader) for index, item in enumerate(value)]
    return value


def explain_prompt(project: Project, agent: Loaded[Agent]) -> tuple[Part, ...]:
    """The parts of an agent's prompt in order: joined, they are the prompt, with its holes.

    Raises:
        KiwerkError: the agent cannot be rendered, or only just, so that there is no room left for the marks.
    """
    facts = resolve_all(project, agent, Facts, agent.spec.facts)
    processes = resolve_all(project, agent, Process, agent.spec.processes)
    organization = project.organization(agent.company)
    if facts is None or processes is None or organization is None:
        raise KiwerkError("A reference leads nowhere", path=agent.document.path, remedy="Run `kiwerk check`")
    reader = _Reader()
    context = _noted_context(agent, organization, facts, processes, reader)
    try:
        return tuple(_explain(agent, context, processes, reader))
    except TemplateProblem as problem:
        raise KiwerkError(
            f"The prompt cannot be explained: {problem.message}",
            path=agent.document.path,
            remedy="Run `kiwerk render` without --explain",
        ) from problem


def _noted_context(
    agent: Loaded[Agent],
    organization: Loaded[Organization],
    facts: Sequence[Loaded[Facts]],
    processes: Sequence[Loaded[Process]],
    reader: _Reader,
) -> dict[str, Any]:
    plain = prompt_context(agent.spec, organization.spec, facts, processes)
    by_name = {template_name(loaded.name): (loaded.document, ("values",)) for loaded in facts}
    return {
        "agent": _note(plain["agent"], agent.document, (), reader),
        "organization": _note(plain["organization"], organization.document, (), reader),
        "phrases": _note(plain["phrases"], organization.document, ("phrases",), reader),
        "facts": _Noted(plain["facts"], by_name, reader),
        "processes": [
            _note(process, loaded.document, (), reader)
            for process, loaded in zip(plain["processes"], processes, strict=True)
        ],
    }


def _explain(
    agent: Loaded[Agent], context: Mapping[str, Any], processes: Sequence[Loaded[Process]], reader: _Reader
) -> Iterator[Part]:
    """Between a mark and what it stands before, exactly what that is made of is read."""
    environment = make_environment(tuple(sorted(FILTERS.items())))
    tree = parse_template(environment, agent.spec.prompt, by_line=True)
    marks: list[_Mark] = []
    _mark(tree.body, marks, {})
    code = compile_tree(environment, tree)
    current = _Mark(nodes.Const("", lineno=1), {})
    looped: dict[nodes.Node, list[_Read]] = {}
    procedures = {id(loaded.document): loaded.spec for loaded in processes}
    try:
        for piece in code.root_render_func(code.new_context(dict(context))):
            reads = reader.take()
            if type(piece) is HoleText and piece.isdecimal():
                if isinstance(current.node, nodes.For):
                    looped[current.node] = reads
                current = marks[int(piece)]
                continue
            at = Place(agent.document.path, agent.document.template_line(("prompt",), _first_line(current.node)))
            if type(piece) is HoleText:
                yield Part(None, str.__str__(piece), at)
            elif isinstance(current.node, nodes.TemplateData):
                yield Part(piece, None, at)
            elif piece:
                reads = reads or _find_elements(piece, current, looped)
                yield from _split(piece, at, reads, procedures, agent.spec.language)
    except Exception as trouble:
        problem = explain_trouble(trouble, code, context)
        if problem is None:
            raise
        raise problem from trouble


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a mark stands before: something that is printed, or a loop, whose list is read next."""

    node: nodes.Node
    loops: Mapping[str, nodes.For]
    """The loops around it, by the names that they set."""


def _mark(body: list[nodes.Node], marks: list[_Mark], loops: Mapping[str, nodes.For]) -> None:
    """Put a mark before everything that is printed; what macros and `{% set %}` print is printed where it is used."""
    marked: list[nodes.Node] = []
    for node in body:
        match node:
            case nodes.Output():
                node.nodes = [part for child in node.nodes for part in (_new_mark(child, marks, loops), child)]
            case nodes.For():
                marked.append(nodes.Output([_new_mark(node, marks, loops)], lineno=node.lineno))
                _mark(node.body, marks, {**loops, **{name.name: node for name in _find_names(node.target)}})
                _mark(node.else_, marks, loops)
            case nodes.If():
                for branch in (node.body, node.elif_, node.else_):
                    _mark(branch, marks, loops)  # type: ignore[arg-type]  # a list of `If` is one of nodes
            case nodes.With():
                _mark(node.body, marks, loops)
        marked.append(node)
    body[:] = marked


def _new_mark(node: nodes.Node, marks: list[_Mark], loops: Mapping[str, nodes.For]) -> nodes.Expr:
    marks.append(_Mark(node, loops))
    name = nodes.Name("runtime", "load", lineno=node.lineno)
    return nodes.Getattr(name, str(len(marks) - 1), "load", lineno=node.lineno)


def _first_line(node: nodes.Node) -> int:
    """The line in which the expression begins: Jinja's own is that of its last filter."""
    return min([node.lineno, *(inner.lineno for inner in node.find_all(nodes.Expr) if inner.lineno)])


def _find_names(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _find_elements(piece: str, mark: _Mark, looped: Mapping[nodes.Node, list[_Read]]) -> list[_Read]:
    """What a loop's variable stands for: the one element that was printed, or else all that the loop goes through.

    Text cannot note that it is read, as mappings do.
    """
    loops = dict.fromkeys(mark.loops[name.name] for name in _find_names(mark.node) if name.name in mark.loops)
    reads = [read for loop in loops for read in looped.get(loop, ())]
    elements = [
        _Read(read.document, (*read.route, index), value)
        for read in reads
        if isinstance(read.value, list)
        for index, value in enumerate(read.value)
    ]
    found = [read for read in (*reads, *elements) if _is_written(read.value, piece)]
    return found if len(found) == 1 else reads


def _split(
    piece: str, at: Place, reads: Sequence[_Read], procedures: Mapping[int, Process], language: str
) -> Iterator[Part]:
    """The parts of what one expression printed."""
    if len(reads) != 1:
        yield Part(piece, None, at, tuple(dict.fromkeys(read.place for read in reads)))
        return
    [read] = reads
    path = read.document.path
    if read.route == ("procedure",) and id(read.document) in procedures and read.value == piece:
        for route, text in find_procedure_parts(procedures[id(read.document)], language):
            yield Part(f"{text}\n", None, Place(path, read.document.span(route, key=True).line))
    elif _is_written(read.value, piece):
        lines = piece.split("\n")
        for number, line in enumerate(lines, 1):
            text = line if number == len(lines) else f"{line}\n"
            if text:
                yield Part(text, None, Place(path, read.document.template_line(read.route, number)))
    else:
        yield Part(piece, None, at, (read.place,))


def _is_written(value: object, piece: str) -> bool:
    try:
        return as_text(value) == piece
    except Misuse:
        return False
