"""Whatever a person edits: a finding perhaps, an exception never, and without an error everything can be built."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kiwerk.check import check_project
from kiwerk.check.adjust import find_obstacle
from kiwerk.finding import Severity
from kiwerk.load.document import parse_document
from kiwerk.load.project import load_project
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.report.findings import FINDING_STYLES, format_findings
from tests.support.example import read_example

NOW = datetime(2026, 11, 27, tzinfo=UTC)
ODD: list[Any] = [
    *(
        "",
        "x",
        "a.b",
        "kalender.pruefen",
        "kalender.pruefen:frei",
        "error",
        "shared/x",
        "=",
        "=x",
        "==",
        "{{ x }}",
        "ä",
    ),
    *("{% for", "-", "9999-12-31", "0001-01-01", "999999d", "0s", "tag:", "!x", "empfang", "given", "affirmed", "("),
    *(0, 1, -1, 0.5, True, False, None, [], {}, ["x"], {"x": "y"}, {"type": "object", "$ref": "#/x"}, "=args.x.y"),
    *({"type": "object", "required": "x"}, {"type": "object", "properties": {"beginn": True}}, "praxis-weber/empfang"),
]


def read_all() -> dict[str, Any]:
    documents = {name: parse_document(text.encode(), name).document for name, text in read_example().items()}
    return {name: document.data for name, document in documents.items() if document is not None}


def routes(value: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if route:
        yield route
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from routes(item, (*route, key))


FILES = read_all()
PLACES = [(name, route) for name, data in FILES.items() for route in routes(data)]
EDITS = st.tuples(st.sampled_from(PLACES), st.none() | st.sampled_from(ODD) | st.sampled_from(PLACES))


def apply(files: dict[str, Any], place: tuple[str, tuple[Any, ...]], new: Any) -> None:
    """Put an odd value or a copy of another part in a place; None takes the place away, with its whole file perhaps."""
    name, (*way, last) = place
    try:
        if isinstance(new, tuple):
            source, route = new
            new = files[source]
            for part in route:
                new = new[part]
        parent = files[name]
        for part in way:
            parent = parent[part]
        if new is None:
            del parent[last]
        else:
            parent[last] = copy.deepcopy(new)
    except (KeyError, IndexError, TypeError):
        # an earlier edit took it away
        return


@given(st.lists(EDITS, min_size=1, max_size=3), st.sets(st.sampled_from(sorted(FILES)), max_size=1))
def test_any_edit_is_judged_without_an_exception(edits: list[tuple[Any, Any]], removed: set[str]) -> None:
    files = {name: copy.deepcopy(data) for name, data in FILES.items() if name not in removed}
    for place, new in edits:
        apply(files, place, new)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            # JSON is YAML
            (root / name).write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        project = load_project(root)
        findings = check_project(project, NOW)
        for style in FINDING_STYLES:
            format_findings(findings, project.sources, style)
        if not any(find_obstacle(finding.rule) for finding in findings if finding.severity is Severity.ERROR):
            # all others may be made warnings, or be ignored
            for agent in project.agents.values():
                render_agent(project, agent)
            list(find_situations(project))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            assert all(isinstance(render_agent(project, agent), Rendered) for agent in project.agents.values())
            assert len(list(find_situations(project))) == sum(
                len(suite.spec.cases) for suite in project.suites.values()
            )
