"""Reads JUnit XML as a CI server does, and holds it against the schema of Jenkins' xUnit plugin."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import xmlschema

_SCHEMA = Path(__file__).parents[1] / "data" / "junit-10.xsd"


def read_junit(text: str) -> ET.Element:
    """The document, which the schema accepts, and whose figures are those of its test cases."""
    root = ET.fromstring(text.encode())  # noqa: S314  # written by the code under test
    load_schema().validate(root)
    for element in (root, *root):
        assert int(element.attrib["tests"]) == len(list(element.iter("testcase")))
        assert int(element.attrib["failures"]) == len(list(element.iter("failure")))
        assert int(element.attrib["errors"]) == len(list(element.iter("error")))
    return root


@cache
def load_schema() -> xmlschema.XMLSchema:
    """The schema."""
    return xmlschema.XMLSchema(_SCHEMA)


def find_outcomes(root: ET.Element) -> dict[str, str]:
    """What became of each test case by its name: `passed`, `failure`, `error` or `skipped`."""
    return {
        case.attrib["name"]: next((child.tag for child in case if child.tag != "system-out"), "passed")
        for case in root.iter("testcase")
    }
