from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.pipeline.shared import find_shared_suites
from kiwerk.pipeline.sides import load_sides
from kiwerk.render.situation import find_situations
from tests.support.example import edit, write_example
from tests.support.git import write_commit

AGENT = "agents/praxis-weber/empfang.yaml"
SUITE = "praxis-weber/empfang"


@pytest.mark.parametrize(
    ("path", "old", "new", "shared"),
    [
        (AGENT, "Du bist der", "Sei der", {SUITE}),
        (AGENT, "title: Telefonempfang", "title: Empfang", {SUITE}),
        (AGENT, "runtime: {heute: date}", "runtime: {heute: datetime}", set()),
        (AGENT, "tools: [kalender, shared/uebergabe]", "tools: [kalender]", set()),
        ("agents/praxis-weber/oeffnungszeiten.yaml", "17:00", "18:00", set()),
        ("evals/praxis-weber/empfang.yaml", "Ja, das passt.", "Ja.", set()),
        ("agents/praxis-weber/kalender.yaml", "frei: true", "frei: ja", set()),
    ],
)
def test_suites_are_shared_only_where_every_situation_is_the_same(
    tmp_path: Path, path: str, old: str, new: str, shared: set[str]
) -> None:
    write_commit(write_example(tmp_path, simulated=True), {})
    edit(tmp_path / path, old, new)
    sides = load_sides(tmp_path, "HEAD", None)
    assert find_shared_suites(sides.base, sides.head) == shared
    if shared:
        digests = [
            {item.id: (item.stimulus, item.oracle) for item in find_situations(project)}
            for project in (sides.base, load_project(tmp_path))
        ]
        assert digests[0] == digests[1]


def test_equal_documents_are_read_once(tmp_path: Path) -> None:
    write_commit(write_example(tmp_path), {})
    edit(tmp_path / AGENT, "Du bist der", "Sei der")
    sides = load_sides(tmp_path, "HEAD", None)
    paths = [path for path, document in sides.base.documents.items() if sides.head.documents[path] is not document]
    assert paths == [AGENT]
