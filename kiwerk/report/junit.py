"""Test results as every CI server reads them: one JUnit XML document with its suites and test cases.

There is no standard; this keeps to `junit-10.xsd` of Jenkins' xUnit plugin, which the other servers and pytest agree
with. A test case carries one failure or error, since readers show the first alone. XML 1.0 (section 2.2) has no place
for most control characters, not even escaped: they are written by their number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree as ET

from kiwerk.report.cells import show_character

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

Outcome = Literal["passed", "failure", "error", "skipped"]

LONGEST_TEXT = 10_000
"""Characters of one text; a reply of megabytes says in its beginning what is wrong with it."""
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class JUnitCase:
    """One test case and what became of it."""

    suite: str
    """Path of what it belongs to; readers group by its segments."""
    name: str
    outcome: Outcome
    message: str = ""
    """One line; says why where it did not pass."""
    type: str = ""
    """Kind of the failure or error."""
    text: str = ""
    """All there is to say about it, in lines."""
    seconds: float | None = None
    output: str = ""
    """What is worth reading of one that passed, too."""


@dataclass(frozen=True, slots=True)
class JUnitSuite:
    """Test cases that belong together."""

    name: str
    cases: Sequence[JUnitCase]
    started: datetime | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


def format_junit(name: str, suites: Sequence[JUnitSuite]) -> str:
    """The whole document; a suite without cases is left out."""
    filled = [suite for suite in suites if suite.cases]
    every = [case for suite in filled for case in suite.cases]
    root = ET.Element("testsuites", {"name": _line(name), **_count(every)})
    root.extend(_suite(suite) for suite in filled)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(suite: JUnitSuite) -> ET.Element:
    skipped = sum(case.outcome == "skipped" for case in suite.cases)
    attributes = {"name": _line(suite.name), **_count(suite.cases), "skipped": str(skipped)}
    if suite.started is not None:
        # readers take it for UTC, and none of them expects an offset
        attributes["timestamp"] = f"{suite.started:%Y-%m-%dT%H:%M:%S}"
    element = ET.Element("testsuite", attributes)
    if suite.properties:
        properties = ET.SubElement(element, "properties")
        for key, value in suite.properties.items():
            ET.SubElement(properties, "property", {"name": key, "value": _line(value)})
    element.extend(_case(case) for case in suite.cases)
    return element


def _case(case: JUnitCase) -> ET.Element:
    attributes = {"classname": _line(case.suite).replace("/", "."), "name": _line(case.name)}
    if case.seconds is not None:
        attributes["time"] = f"{case.seconds:.3f}"
    element = ET.Element("testcase", attributes)
    if case.outcome != "passed":
        why = ET.SubElement(element, case.outcome, {"message": _line(case.message)})
        if case.type:
            why.set("type", _line(case.type))
        why.text = _lines(case.text) or None
    if case.output:
        ET.SubElement(element, "system-out").text = _lines(case.output)
    return element


def _count(cases: Iterable[JUnitCase]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    known = [case.seconds for case in cases if case.seconds is not None]
    counted = {"tests": len(outcomes), "failures": outcomes.count("failure"), "errors": outcomes.count("error")}
    return {key: str(value) for key, value in counted.items()} | ({"time": f"{sum(known):.3f}"} if known else {})


def _line(text: str) -> str:
    return _lines(" ".join(text.split()))


def _lines(text: str) -> str:
    """The text in characters that XML has, none of which changes the order in which others are read."""
    short = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} … ({len(text)} characters)"
    shown = "".join(character if character == "\n" else show_character(character, 0) for character in short)
    return _UNWRITABLE.sub(lambda found: f"<U+{ord(found[0]):04X}>", shown)
