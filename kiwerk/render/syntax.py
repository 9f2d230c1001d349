"""Which part of Jinja's language templates may use, and the checks written into the code that runs them.

Everything not named here is refused. What is allowed is rewritten before it is compiled: the body of every loop and
macro begins by paying for itself, and concatenations, literals, comparisons and slices go through functions that pay
first. Those functions are filters with a space in their name, which no template can spell.
"""

from __future__ import annotations

import functools
import inspect
import math
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from kiwerk.render.limits import MAX_INTEGER
from kiwerk.render.problem import TemplateProblem, suggest_name
from kiwerk.render.reads import is_hole
from kiwerk.render.tree import children_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

TICK, TESTED, EACH, HOLE = "a tick", "a test", "an iteration", "a hole"
JOINED, BUILT, MAPPED, COMPARED, CONTAINED, CUT = "a join", "a list", "a mapping", "an operand", "a search", "a slice"

_RUNTIME_HELP = (
    "What is known only in the call is printed bare, as `{{ runtime.name }}`: no filter, condition, loop or variable"
)
_REFUSED_TAGS: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Include: ("include", "A template is one text; what several share comes in as data"),
    nodes.Import: ("import", "A template is one text; define the macro where it is used"),
    nodes.FromImport: ("from", "A template is one text; define the macro where it is used"),
    nodes.Extends: ("extends", "A template is one text; write it out"),
    nodes.Block: ("block", "A template is one text; write the block's content out"),
    nodes.Scope: ("autoescape", "Nothing is escaped in a prompt; leave the tag out"),
    nodes.FilterBlock: ("filter", "Apply the filter to a value: `{{ … | filter }}`"),
    nodes.CallBlock: ("call", "Pass text to the macro as an argument"),
    nodes.NSRef: ("set a.b", "Set a variable of its own"),
}
_COMPARISONS = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}
_RESERVED_NAMES = frozenset({"self", "super", "caller", "varargs", "kwargs"})
_ALLOWED = frozenset(
    (
        *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Macro, nodes.With),
        *(nodes.Assign, nodes.AssignBlock, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair),
        *(nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr),
        *(nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand),
        *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.And, nodes.Or),
        *(nodes.Not, nodes.Neg, nodes.Pos),
    )
)


class Guard(NodeTransformer):
    """Checks a tree against the allowed language and writes the checks of the running code into it.

    Args:
        filters: functions by the names that templates use.
        tests: the same for tests.
        expression: the tree is one expression, in which `runtime` is a name like any other.
    """

    def __init__(
        self,
        filters: Mapping[str, Callable[..., object]],
        tests: Mapping[str, Callable[..., object]],
        *,
        expression: bool = False,
    ) -> None:
        self._filters = filters
        self._tests = tests
        self._expression = expression
        self._captured = 0

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """The node as it is compiled, refused where templates may not use it."""
        if type(node) not in _ALLOWED:
            tag, help_text = _REFUSED_TAGS.get(type(node), (type(node).__name__.lower(), "Write it in another way"))
            _refuse(f"`{tag}` is not available in templates", node, help_text)
        return super().visit(node, *args, **kwargs)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  # Jinja names its visitors so
        """Outputs, with holes marked."""
        node.nodes = [self._visit_output(child) for child in node.nodes]
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        """Names that are neither Jinja's own nor the one for holes."""
        if node.name in _RESERVED_NAMES:
            _refuse(f"`{node.name}` is a name of the template language", node, "Choose another name")
        if node.name == "runtime" and not self._expression:
            _refuse("`runtime` is used in another way than `{{ runtime.name }}`", node, _RUNTIME_HELP)
        return node

    def visit_Const(self, node: nodes.Const) -> nodes.Node:  # noqa: N802
        """Constants that JSON could carry."""
        value = node.value
        if isinstance(value, float) and not math.isfinite(value):
            _refuse("The number is not finite", node)
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            _refuse("The number is too large", node, f"Whole numbers go up to {MAX_INTEGER:,}")
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            _refuse("Half of a surrogate pair is not a character", node)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """Loops over lists and keys, each round of which pays for the body."""
        if node.recursive:
            _refuse("`recursive` loops are not available in templates", node, "Write one loop for each level")
        toll = _toll(node.body, node)
        self.generic_visit(node)
        node.iter = _guarded(node.iter, EACH)
        if node.test is not None:
            node.test = _guarded(node.test, TESTED, nodes.Const(_cost([node.test]), lineno=node.lineno))
        node.body.insert(0, toll)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        """Macros, each call of which pays for the body."""
        if node.name in _RESERVED_NAMES or node.name == "runtime":
            _refuse(f"`{node.name}` is not free as the name of a macro", node, "Choose another name")
        if len({argument.name for argument in node.args}) < len(node.args):
            _refuse(f"Two arguments of the macro `{node.name}` have the same name", node)
        toll = _toll([*node.body, *node.defaults], node)
        self._captured += 1
        self.generic_visit(node)
        self._captured -= 1
        node.body.insert(0, toll)
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        """`{% set %}` around text, in which no hole can stand."""
        self._captured += 1
        self.generic_visit(node)
        self._captured -= 1
        return node

    def visit_With(self, node: nodes.With) -> list[nodes.Node]:  # noqa: N802
        """`with`, behind a statement of its line: Jinja itself would lay errors in its values to the line before."""
        self.generic_visit(node)
        return [_toll([], node), node]

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """Calls of `range` and of macros, which are names."""
        if not isinstance(node.node, nodes.Name):
            _refuse("Only `range` and macros can be called", node, "Values have no methods; use a filter")
        _check_arguments_once(node)
        return self.generic_visit(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        """Filters that exist, with arguments that fit."""
        self._check_function(node, "filter", self._filters)
        return self.generic_visit(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        """Tests that exist, with arguments that fit."""
        self._check_function(node, "test", self._tests)
        return self.generic_visit(node)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        """`a if b`, which prints nothing where `b` is false, and has no value in an expression."""
        if node.expr2 is None:
            if self._expression:
                _refuse("`if` without `else` has no value", node, "Add `else`")
            node.expr2 = nodes.Const("", lineno=node.lineno)
        return self.generic_visit(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """`a ~ b`, paid for before it is joined."""
        self.generic_visit(node)
        return _guarded(nodes.Tuple(node.nodes, "load", lineno=node.lineno), JOINED)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """Lists of defined values."""
        return _guarded(self.generic_visit(node), BUILT)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """Tuples of defined values; targets of assignments stay as they are."""
        self.generic_visit(node)
        return _guarded(node, BUILT) if node.ctx == "load" else node

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """Mappings of defined values under text."""
        return _guarded(self.generic_visit(node), MAPPED)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """`a[b]`; slices are cut by a function, as Jinja would hand them to the value itself."""
        if not isinstance(node.arg, nodes.Slice):
            return self.generic_visit(node)
        self.generic_visit(node)
        cut = node.arg
        empty = nodes.Const(None, lineno=node.lineno)
        return _guarded(node.node, CUT, cut.start or empty, cut.stop or empty, cut.step or empty)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """Comparisons of data, paid for by the size of what is compared."""
        self.generic_visit(node)
        searches = [operand for operand in node.ops if operand.op in {"in", "notin"}]
        if not searches and len(node.ops) == 1:
            other = node.ops[0]
            return nodes.Test(node.expr, _COMPARISONS[other.op], [other.expr], [], None, None, lineno=node.lineno)
        if not searches:
            node.expr = _guarded(node.expr, COMPARED)
            for operand in node.ops:
                operand.expr = _guarded(operand.expr, COMPARED)
            return node
        if len(node.ops) > 1:
            _refuse("`in` stands in a chain of comparisons", node, "Join two comparisons with `and`")
        found = _guarded(node.expr, CONTAINED, searches[0].expr)
        return nodes.Not(found, lineno=found.lineno) if searches[0].op == "notin" else found

    def _visit_output(self, node: nodes.Expr) -> Any:
        if self._expression or not is_hole(node):
            return self.visit(node)
        if self._captured:
            _refuse(
                f"The hole `runtime.{node.attr}` stands in a macro or `{{% set %}}`, where its text could be changed",
                node,
                "Print it outside",
            )
        return _guarded(nodes.Const(node.attr, lineno=node.lineno), HOLE)

    def _check_function(
        self, node: nodes.Filter | nodes.Test, kind: str, known: Mapping[str, Callable[..., object]]
    ) -> None:
        function = known.get(node.name)
        if function is None:
            _refuse(f"There is no {kind} `{node.name}`", node, suggest_name(node.name, known))
        _check_arguments_once(node)
        # Jinja's annotation says Pair, its parser makes Keyword.
        named = tuple(str(item.key) for item in node.kwargs)
        trouble = check_arguments(function, len(node.args), named)
        if trouble:
            _refuse(f"{kind} `{node.name}`: {trouble}", node)


@functools.lru_cache(maxsize=1024)
def check_arguments(function: Callable[..., object], positional: int, named: tuple[str, ...]) -> str | None:
    """What is wrong with calling a filter or test with its value and so many arguments, or None."""
    try:
        inspect.signature(function).bind(*[None] * (1 + positional), **dict.fromkeys(named))
    except TypeError as trouble:
        return str(trouble)
    return None


def _check_arguments_once(node: nodes.Call | nodes.Filter | nodes.Test) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _refuse("Arguments cannot be unpacked with `*` or `**`", node, "Write them out")
    names = [str(item.key) for item in node.kwargs]
    for name in names:
        # Jinja passes arguments of its own under names with an underscore.
        if name.startswith("_") or names.count(name) > 1:
            _refuse(f"The argument `{name}` is given twice, or not free", node)


def _guarded(node: nodes.Node, function: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, function, list(args), [], None, None, lineno=node.lineno)


def _toll(body: Iterable[nodes.Node], node: nodes.Node) -> nodes.Node:
    """Statement that pays for one pass through the body: its nodes, and the text that stands in it."""
    children = list(body)
    text = sum(len(data.data) for child in children for data in _find_within(child, nodes.TemplateData))
    price = nodes.Const(_cost(children), lineno=node.lineno)
    return nodes.ExprStmt(_guarded(price, TICK, nodes.Const(text, lineno=node.lineno)), lineno=node.lineno)


def _cost(body: Iterable[nodes.Node]) -> int:
    return 1 + sum(1 for child in body for _ in _find_within(child, nodes.Node))


def _find_within(node: nodes.Node, kind: type[Any]) -> Iterator[Any]:
    """Nodes of a kind in a part of the tree, without the bodies of loops and macros, which pay for themselves."""
    rest = [node]
    while rest:
        item = rest.pop()
        if isinstance(item, kind):
            yield item
        rest += children_of(item, ("body",) if isinstance(item, (nodes.For, nodes.Macro)) else ())


def _refuse(message: str, node: nodes.Node, help_text: str | None = None) -> NoReturn:
    raise TemplateProblem(message, node.lineno or 1, help_text)
