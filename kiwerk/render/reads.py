"""Which variables and holes a template reads, found without running it: branches nobody takes are seen as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from jinja2 import nodes

from kiwerk.render.tree import children_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ASKING = frozenset({"default", "d", "defined", "undefined"})


@dataclass(frozen=True, slots=True)
class Read:
    """One place where a template reads something that is given to it."""

    path: tuple[str, ...]
    """The variable and the keys after it, as far as they are written out: `("facts", "zeiten", "montag")`."""
    line: int
    """1-based, in the template."""
    optional: bool = False
    """Read only to ask whether it is defined, or together with a default."""


def find_reads(tree: nodes.Template) -> Iterator[Read]:
    """Every read of a variable that the template has not set itself, in the order of the text, macros last.

    A variable that only one branch sets counts as set: rendering finds the other case.
    """
    walk = _Walk()
    yield from walk.statements(tree.body, _Scope())
    while walk.macros:
        macro, scope = walk.macros.pop(0)
        inner = _Scope(scope, (argument.name for argument in macro.args))
        for default in macro.defaults:
            yield from walk.expression(default, inner)
        yield from walk.statements(macro.body, inner)


def find_holes(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Names and lines of the bare outputs `{{ runtime.name }}`."""
    for output in tree.find_all(nodes.Output):
        for child in output.nodes:
            if is_hole(child):
                yield child.attr, child.lineno


def is_hole(node: nodes.Node) -> TypeGuard[nodes.Getattr]:
    """Whether a node is `runtime.name`."""
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "runtime"


class _Scope:
    """Names that the template has set so far, here and further out."""

    def __init__(self, outer: _Scope | None = None, names: Iterable[str] = ()) -> None:
        self._outer = outer
        self._names = set(names)

    def __contains__(self, name: str) -> bool:
        return name in self._names or (self._outer is not None and name in self._outer)

    def add(self, target: nodes.Node) -> None:
        self._names.update(_names_of(target))


class _Walk:
    def __init__(self) -> None:
        # A macro sees what is set after its definition as well, if it is called later.
        self.macros: list[tuple[nodes.Macro, _Scope]] = []

    def statements(self, body: Iterable[nodes.Node], scope: _Scope) -> Iterator[Read]:
        for node in body:
            yield from self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: _Scope) -> Iterator[Read]:
        match node:
            case nodes.Macro():
                scope.add(nodes.Name(node.name, "store"))
                self.macros.append((node, scope))
            case nodes.For():
                yield from self._loop(node, scope)
            case nodes.If():
                yield from self.expression(node.test, scope)
                for branch in (node.body, node.elif_, node.else_):
                    yield from self.statements(branch, scope)
            case nodes.With():
                yield from self._expressions(node.values, scope)
                names = (name for target in node.targets for name in _names_of(target))
                yield from self.statements(node.body, _Scope(scope, names))
            case nodes.Assign():
                yield from self.expression(node.node, scope)
                scope.add(node.target)
            case nodes.AssignBlock():
                yield from self.statements(node.body, _Scope(scope))
                yield from self._expressions((node.filter,) if node.filter else (), scope)
                scope.add(node.target)
            case _:
                yield from self._expressions(children_of(node), scope)

    def _loop(self, node: nodes.For, scope: _Scope) -> Iterator[Read]:
        yield from self.expression(node.iter, scope)
        inner = _Scope(scope, ("loop", *_names_of(node.target)))
        if node.test is not None:
            yield from self.expression(node.test, inner)
        yield from self.statements(node.body, inner)
        yield from self.statements(node.else_, _Scope(scope))

    def _expressions(self, children: Iterable[nodes.Node], scope: _Scope) -> Iterator[Read]:
        for child in children:
            yield from self.expression(child, scope)

    def expression(self, node: nodes.Node, scope: _Scope, *, optional: bool = False) -> Iterator[Read]:
        match node:
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                yield from self._chain(node, scope, optional=optional)
            case nodes.Filter() | nodes.Test() if node.node is not None:
                yield from self.expression(node.node, scope, optional=node.name in _ASKING)
                yield from self._expressions(children_of(node, ("node",)), scope)
            case nodes.Call(node=nodes.Name(name="range")):
                yield from self._expressions(children_of(node, ("node",)), scope)
            case _:
                yield from self._expressions(children_of(node), scope)

    def _chain(self, node: nodes.Expr, scope: _Scope, *, optional: bool) -> Iterator[Read]:
        """A name with the keys read from it; a key that is computed, or a position, ends the path."""
        keys: list[str] = []
        while not isinstance(node, nodes.Name):
            if isinstance(node, nodes.Getattr):
                keys.append(node.attr)
            elif isinstance(node, nodes.Getitem):
                if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                    keys.append(node.arg.value)
                else:
                    keys.clear()
                    yield from self.expression(node.arg, scope)
            else:
                yield from self.expression(node, scope)
                return
            node = node.node
        if node.name not in scope:
            yield Read((node.name, *reversed(keys)), node.lineno, optional)


def _names_of(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    for child in children_of(target):
        yield from _names_of(child)
