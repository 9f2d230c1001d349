"""Templates that people write as part of their YAML: strict, pure, unable to reach Python, and bounded.

Why no template runs for long or grows large, whatever it says:

1. What is compiled is small: characters, words and brackets are limited before parsing, and the depth of the tree
   before anything recurses over it (`source`).
2. Outside of loops and macros every node runs at most once. Inside, each round pays for the nodes and the text of its
   body before it begins (`syntax.Guard`), so 10^10 empty rounds end after half a million, and so does a macro that
   calls itself twice. Calls inside each other are counted as well.
3. One node takes constant time, except where it works on the whole of a value; those pay by its size before they
   begin: `~`, `+`, `*`, slices, comparisons, `in`, iteration, printing and filters. Shared parts of nested lists
   count each time they are met.
4. Memory is what is made: text is paid for by the character, lists by the element, whole numbers end at 2^53 - 1.
   Nothing can be collected in a loop except text, as variables set in it end with it.
5. The output ends at its own limit while it is made.

Only counts are compared, never clocks: the same template is refused on every machine, or on none. There is no time, no
chance, no environment and no file to ask for; a template sees what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from jinja2 import TemplateError, TemplateSyntaxError

from kiwerk.render.access import explain_missing
from kiwerk.render.environment import Filter, RenderEnvironment
from kiwerk.render.guards import HoleText
from kiwerk.render.limits import MAX_OUTPUT_CHARACTERS
from kiwerk.render.problem import MissingValue, Misuse, TemplateProblem, suggest_name
from kiwerk.render.reads import Read, find_holes, find_reads
from kiwerk.render.source import explain_syntax, parse_template, too_deep
from kiwerk.render.syntax import Guard

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import jinja2
    from jinja2 import nodes

_Key = TypeVar("_Key")

__all__ = ["Hole", "Segment", "Template", "TemplateProblem", "Text", "compile_template"]


@dataclass(frozen=True, slots=True)
class Text:
    """Part of an output that is known now."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    """Part of an output that is known only in the call."""

    name: str


Segment = Text | Hole


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A compiled template, and what can be said about it without running it."""

    reads: tuple[Read, ...]
    """Where it reads which variables, in branches that are not taken as well."""
    holes: tuple[tuple[str, int], ...]
    """Names of its holes with their lines, 1-based."""
    _code: jinja2.Template

    def undeclared(self) -> dict[str, int]:
        """Variables that must be given to the template, each with the line that reads it first.

        Variables that are read only with a default, or to ask whether they are defined, are not among them.
        """
        return _first_lines((read.path[0], read.line) for read in self.reads if not read.optional)

    def reads_of(self, name: str) -> dict[tuple[str, ...], int]:
        """Keys read from one variable, each path with the line that reads it first.

        The path ends where a key is computed, so an empty path means any of them.
        """
        return _first_lines((read.path[1:], read.line) for read in self.reads if read.path[0] == name)

    def render(self, context: Mapping[str, object], holes: Collection[str] = ()) -> tuple[Segment, ...]:
        """Text and holes of the output in order, with neighbouring texts joined.

        Args:
            context: variables by name.
            holes: names of the holes that are declared.

        Raises:
            TemplateProblem: something undefined is used, an operation does not fit its values, a limit is passed,
                or a hole is not declared.
        """
        for name, line in self.holes:
            if name not in holes:
                raise TemplateProblem(
                    f"The hole `runtime.{name}` is not declared", line, suggest_name(name, holes), is_undefined=True
                )
        segments: list[Segment] = []
        texts: list[str] = []
        for piece in self._pieces(context):
            if type(piece) is HoleText:
                _flush(texts, segments)
                segments.append(Hole(str.__str__(piece)))
            else:
                texts.append(piece)
        _flush(texts, segments)
        return tuple(segments)

    def _pieces(self, context: Mapping[str, object]) -> Iterator[str]:
        written = 0
        try:
            for piece in self._code.root_render_func(self._code.new_context(dict(context))):
                written += len(piece)
                _check_output(written)
                yield piece
        except Exception as trouble:
            problem = explain_trouble(trouble, self._code, context)
            if problem is None:
                raise
            raise problem from trouble


def compile_template(source: str, filters: Mapping[str, Filter] | None = None) -> Template:
    """The template of a source, compiled once for each distinct one.

    Args:
        source: Jinja, as far as `syntax` allows it.
        filters: further filters by name, functions of the value and the filter's arguments. They may be given any
            object of the context, raise `Misuse` for bad input, and must be pure.

    Raises:
        TemplateProblem: a syntax error, an unknown filter, a construct that templates may not use, a misplaced hole,
            or a source beyond the limits.
    """
    return _compile_template(source, tuple(sorted((filters or {}).items())))


@lru_cache(maxsize=4096)
def _compile_template(source: str, filters: tuple[tuple[str, Filter], ...]) -> Template:
    environment = make_environment(filters)
    tree = parse_template(environment, source)
    reads = tuple(read for read in find_reads(tree) if read.path[0] != "runtime")
    holes = tuple(find_holes(tree))
    return Template(reads, holes, compile_tree(environment, tree))


@lru_cache(maxsize=16)
def make_environment(filters: tuple[tuple[str, Filter], ...] = ()) -> RenderEnvironment:
    """The environment with these further filters, the same one for all templates that use them."""
    return RenderEnvironment(dict(filters))


def compile_tree(environment: RenderEnvironment, tree: nodes.Template, *, expression: bool = False) -> jinja2.Template:
    """Code of a tree, guarded.

    Raises:
        TemplateProblem: the tree uses what templates may not use, or Python refuses the code for its depth.
    """
    guard = Guard(environment.known_filters, environment.known_tests, expression=expression)
    tree = guard.visit(tree)
    tree.set_environment(environment)
    try:
        return environment.from_string(tree)
    except TemplateSyntaxError as trouble:
        raise explain_syntax(trouble, []) from trouble
    except (RecursionError, MemoryError, SyntaxError) as trouble:
        raise too_deep(1) from trouble


def explain_trouble(trouble: Exception, code: jinja2.Template, names: Iterable[str]) -> TemplateProblem | None:
    """What went wrong in a running template, or None where the fault is not the template's but ours.

    Args:
        trouble: what was raised while the code ran.
        code: the template.
        names: variables that were given to it.
    """
    line, inside = _find_line(trouble, code)
    if isinstance(trouble, Misuse):
        return TemplateProblem(trouble.message, line, trouble.help)
    if isinstance(trouble, MissingValue):
        message, help_text = explain_missing(trouble.undefined, names)
        return TemplateProblem(message, line, help_text, is_undefined=True)
    if isinstance(trouble, RecursionError):
        return too_deep(line)
    if isinstance(trouble, TemplateError) or (inside and isinstance(trouble, (TypeError, ValueError))):
        # Raised by an operation in the template itself, such as unpacking three values into two names.
        return TemplateProblem(str(trouble), line)
    return None


def _find_line(trouble: Exception, code: jinja2.Template) -> tuple[int, bool]:
    """Line of the template that ran last, and whether the template itself raised the trouble."""
    line, inside = 1, False
    step = trouble.__traceback__
    while step is not None:
        inside = step.tb_frame.f_globals.get("__jinja_template__") is code
        if inside:
            line = code.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    return line, inside


def _first_lines(places: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    lines: dict[_Key, int] = {}
    for key, line in places:
        lines[key] = min(line, lines.get(key, line))
    return lines


def _check_output(characters: int) -> None:
    if characters > MAX_OUTPUT_CHARACTERS:
        raise Misuse(f"Prints more than {MAX_OUTPUT_CHARACTERS:,} characters", "Shorten its texts and its loops")


def _flush(texts: list[str], segments: list[Segment]) -> None:
    text = "".join(texts)
    if text:
        segments.append(Text(text))
    texts.clear()
