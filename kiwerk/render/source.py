"""From the source of a template or an expression to its tree, with everything that can be wrong on the way.

The limits are checked before anything recurses over what they limit, so that the answer does not depend on how much of
Python's stack the caller has left.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from kiwerk.render.layout import Token, drop_tag_lines
from kiwerk.render.limits import MAX_BLOCKS, MAX_BRACKETS, MAX_DEPTH, MAX_SOURCE_CHARACTERS, MAX_TOKENS
from kiwerk.render.problem import TemplateProblem, suggest_name
from kiwerk.render.tree import children_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

RESULT = "result"
"""Variable that holds the value of a compiled expression."""

_BLOCKS = (nodes.For, nodes.If, nodes.Macro, nodes.With, nodes.AssignBlock)
MAX_DIGITS = 60
"""Reading a number takes time that grows with the square of its digits; this is room for binary ones."""
_TAGS = ("for", "if", "elif", "else", "endfor", "endif", "set", "endset", "macro", "endmacro", "with", "endwith")
_QUIET = frozenset({"whitespace", "data", "comment", "comment_begin", "comment_end", "raw_begin", "raw_end"})
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_ESCAPE = re.compile(r"\\(?!['\"\\nrt]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}).?", re.DOTALL)
_PAIR = re.compile(r"\\[\\'\"]")


def parse_template(environment: Environment, source: str, *, by_line: bool = False) -> nodes.Template:
    """Tree of a template.

    Args:
        environment: whose lexer is used.
        source: the template.
        by_line: give each line of text a node of its own, so that every text knows the line it was written in.

    Raises:
        TemplateProblem: a syntax error, or a source beyond the limits.
    """
    return _parse(environment, source, state=None, by_line=by_line)


def parse_expression(environment: Environment, source: str) -> nodes.Template:
    """Tree that sets `RESULT` to the value of an expression.

    Raises:
        TemplateProblem: a syntax error, or a source beyond the limits.
    """
    return _parse(environment, source, state="variable")


def _parse(environment: Environment, source: str, *, state: str | None, by_line: bool = False) -> nodes.Template:
    if len(source) > MAX_SOURCE_CHARACTERS:
        raise TemplateProblem(
            f"Is longer than {MAX_SOURCE_CHARACTERS:,} characters", 1, "Move its longest texts into data of their own"
        )
    tokens: list[Token] = []
    words: list[Token] = []
    try:
        for token in environment.lexer.tokeniter(source, None, None, state):
            tokens.append(token)
            if token[1] not in _QUIET:
                words.append(token)
                _check_token(token, len(words))
        _check_brackets(words)
        if by_line:
            tokens = list(_split_data(tokens))
        parser = Parser(environment, "")
        parser.stream = TokenStream(environment.lexer.wrap(drop_tag_lines(tokens)), None, None)
        tree = parser.parse() if state is None else _parse_single(parser)
    except TemplateSyntaxError as trouble:
        raise explain_syntax(trouble, words) from trouble
    except RecursionError as trouble:
        raise too_deep(1) from trouble
    check_depth(tree)
    return tree


def _split_data(tokens: list[Token]) -> Iterator[Token]:
    for line, kind, text in tokens:
        if kind != "data":
            yield line, kind, text
            continue
        for number, part in enumerate(text.split("\n")):
            end = "\n" if number < text.count("\n") else ""
            if part or end:
                yield line + number, kind, part + end


def _parse_single(parser: Parser) -> nodes.Template:
    expression = parser.parse_expression()
    if not parser.stream.eos:
        parser.fail("something follows the expression")
    target = nodes.Name(RESULT, "store", lineno=1)
    return nodes.Template([nodes.Assign(target, expression, lineno=1)], lineno=1)


def _check_token(token: Token, count: int) -> None:
    line, kind, text = token
    if count > MAX_TOKENS:
        raise TemplateProblem(f"Has more than {MAX_TOKENS:,} words and signs in its braces", line, "Split it")
    if kind == "integer" and len(text) > MAX_DIGITS:
        raise TemplateProblem("The number is too large", line)
    if kind == "string" and "\\" in text:
        # Jinja hands unknown escapes to Python, which warns about some and plans to refuse them.
        unknown = _ESCAPE.search(_PAIR.sub("", text))
        if unknown:
            raise TemplateProblem(f"Unknown escape `{unknown[0]}` in a text", line, "Write a backslash as `\\\\`")


def _check_brackets(tokens: list[Token]) -> None:
    depth = 0
    for line, kind, text in tokens:
        if kind == "operator":
            depth += _BRACKETS.get(text, 0)
            if depth > MAX_BRACKETS:
                raise too_deep(line)


def check_depth(tree: nodes.Template) -> None:
    """Nothing, where the tree is shallow enough for everything that recurses over it.

    Raises:
        TemplateProblem: it is not.
    """
    rest: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    while rest:
        node, blocks, depth = rest.pop()
        if isinstance(node, _BLOCKS):
            blocks, depth = blocks + 1, 0
        if blocks > MAX_BLOCKS or depth > MAX_DEPTH:
            raise too_deep(getattr(node, "lineno", None) or 1)
        rest += [(child, blocks, depth + 1) for child in children_of(node)]


def too_deep(line: int) -> TemplateProblem:
    """The one answer to everything that is nested too deeply."""
    return TemplateProblem(
        "Is nested too deeply", line, "Split the expression with `{% set %}`, or take blocks out of each other"
    )


def explain_syntax(trouble: TemplateSyntaxError, tokens: list[Token]) -> TemplateProblem:
    """Jinja's syntax error in our words, at the line where the reader has to look."""
    message = trouble.message or "syntax error"
    unknown = re.match(r"Encountered unknown tag '(\w+)'", message)
    if unknown:
        tag = unknown[1]
        if tag in _TAGS:
            inner = next(reversed(list(_open_tags(tokens, trouble.lineno))), None)
            help_text = f"The innermost open tag is `{{% {inner[1]} %}}` of line {inner[0]}" if inner else None
            return TemplateProblem(f"`{{% {tag} %}}` belongs to no open tag", trouble.lineno, help_text)
        return TemplateProblem(f"There is no tag `{tag}`", trouble.lineno, suggest_name(tag, _TAGS))
    if message.startswith("Unexpected end of template"):
        opened = list(_open_tags(tokens, None))
        if opened:
            line, tag = opened[-1]
            return TemplateProblem(f"`{{% {tag} %}}` is never closed", line, f"Add `{{% end{tag} %}}`")
    if "end of template" in message.lower():
        opened_by = {"end of print statement": "`{{` is never closed", "end of statement block": "`{%` is never closed"}
        ended = next((words for end, words in opened_by.items() if end in message), "Ends too early")
        return TemplateProblem(ended, trouble.lineno)
    return TemplateProblem(message.rstrip("."), trouble.lineno)


def _open_tags(tokens: list[Token], before: int | None) -> Iterator[tuple[int, str]]:
    """Lines and names of the tags that are open at the end, or before a line, the innermost last."""
    opened: list[tuple[int, str]] = []
    for index, (line, kind, _) in enumerate(tokens[:-1]):
        name = tokens[index + 1][2]
        if kind != "block_begin" or (before is not None and line >= before):
            continue
        if name in {"for", "if", "macro", "with"} or (name == "set" and _sets_block(tokens, index)):
            opened.append((line, name))
        elif name.startswith("end") and opened:
            opened.pop()
    return iter(opened)


def _sets_block(tokens: list[Token], begin: int) -> bool:
    for _, kind, text in tokens[begin:]:
        if kind == "block_end":
            return True
        if kind == "operator" and text == "=":
            return False
    return False
