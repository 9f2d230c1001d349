"""Jinja's code generator without what `syntax.Guard` has made needless; nearly half of what it would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.compiler import CodeGenerator, DependencyFinderVisitor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import nodes
    from jinja2.compiler import Frame


class GuardedGenerator(CodeGenerator):
    """Writes Python for a tree that has neither blocks nor imports, and no filters and tests but known ones."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  # Jinja's name
        """The whole module; Jinja would go through the tree three times for blocks and imports, which are refused."""
        node.find_all = lambda _kind: iter(())  # type: ignore[assignment, method-assign]
        super().visit_Template(node, frame)

    def pull_dependencies(self, nodes: Iterable[nodes.Node]) -> None:
        """Names for filters and tests; Jinja would write a function for each, in case that it does not exist."""
        finder = DependencyFinderVisitor()
        for node in nodes:
            finder.visit(node)
        for known, names, kind in (
            (self.filters, finder.filters, "filters"),
            (self.tests, finder.tests, "tests"),
        ):
            for name in sorted(names.difference(known)):
                known[name] = self.temporary_identifier()
                self.writeline(f"{known[name]} = environment.{kind}[{name!r}]")
