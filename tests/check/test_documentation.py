from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiwerk
from kiwerk.check import RULES, Check, Rule
from kiwerk.check.documentation import (
    SECTIONS,
    find_documentation,
    format_rules_page,
    function_of,
    parse_documentation,
)
from kiwerk.check.elsewhere import DECIDING, EVALUATING, READING

PACKAGE = Path(kiwerk.__file__).parent
PAGE = PACKAGE.parent / "docs" / "rules.md"
SPEAKERS = {"Finding", "_add", "_refused"}
"""Functions of the loader that take a rule's name first."""


def test_page_is_up_to_date() -> None:
    """`UPDATE_SNAPSHOTS=1` writes it."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(format_rules_page(), "utf-8")
    assert PAGE.read_text("utf-8") == format_rules_page()


@pytest.mark.parametrize(("rule", "check"), RULES.items(), ids=lambda item: getattr(item, "name", ""))
def test_rule_stands_in_a_module_of_its_name_and_is_documented(rule: Rule, check: Check) -> None:
    assert function_of(check).__module__ == f"kiwerk.check.rules.{rule.name.replace('-', '_')}"
    assert getattr(function_of(check), "__name__", "").startswith("check_")
    documentation = find_documentation(check)
    assert tuple(documentation.sections) == SECTIONS
    assert f"\n## {rule.name}\n" in format_rules_page()


def test_rules_are_in_alphabetical_order() -> None:
    for names in ([rule.name for rule in RULES], list(READING), list(DECIDING), list(EVALUATING)):
        assert names == sorted(names)


def test_every_rule_that_the_package_names_is_on_the_page() -> None:
    headings = re.findall(r"^## (\S+)$", format_rules_page(), re.MULTILINE)
    assert len(headings) == len(set(headings))
    named = {name for path in PACKAGE.rglob("*.py") for name in find_rule_names(path)}
    assert {"unknown-key", "broken-link", "name-clash"} <= named
    assert named <= set(headings)


def find_rule_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        found: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found = node.args[0] if name in SPEAKERS else None
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and path.name == "discover.py":
            found = node.value.elts[0]
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


@pytest.mark.parametrize(
    "text",
    [
        "Summary alone.",
        "Summary.\n\nWhy:\n    a\n\nWhat it does:\n    b\n\nExample:\n    c\n\nInstead:\n    d\n",
        "Summary.\n\nWhat it does:\n    a\n\nWhy:\n\nExample:\n    c\n\nInstead:\n    d\n",
        "What it does:\n    a\n\nWhy:\n    b\n\nExample:\n    c\n\nInstead:\n    d\n",
    ],
    ids=["no sections", "another order", "an empty section", "no summary"],
)
def test_incomplete_documentation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected a summary and the sections"):
        parse_documentation(text)
