from __future__ import annotations

from kiwerk.render.origin import Part, Place
from kiwerk.report.origin import format_parts, format_parts_json

AGENT, FACT = "agents/a/x.yaml", "agents/a/zeiten.yaml"
PARTS = (
    Part("Offen ", None, Place(AGENT, 9)),
    Part("8 Uhr", None, Place(FACT, 5)),
    Part(".\n", None, Place(AGENT, 9)),
    Part("\n", None, Place(AGENT, 10)),
    Part(None, "heute", Place(AGENT, 11)),
    Part("\n", None, Place(AGENT, 11)),
    Part("a\nb", None, Place(AGENT, 12), (Place(FACT, 6), Place(FACT, 7))),
)


def test_rows_show_where_lines_begin_and_where_they_go_on() -> None:
    assert format_parts(PARTS, {"heute": "date"}, colour=False).splitlines() == [
        "agents/a/x.yaml:9      | Offen",
        "agents/a/zeiten.yaml:5 + 8 Uhr",
        "agents/a/x.yaml:9      + .",
        "agents/a/x.yaml:10     |",
        "agents/a/x.yaml:11     | ⟨heute: date⟩",
        "agents/a/x.yaml:12     | a  ← agents/a/zeiten.yaml:6, agents/a/zeiten.yaml:7",
        "agents/a/x.yaml:12     | b  ← agents/a/zeiten.yaml:6, agents/a/zeiten.yaml:7",
    ]


def test_plain_data_has_text_or_hole() -> None:
    shown = format_parts_json(PARTS)
    assert shown[1] == {"text": "8 Uhr", "path": FACT, "line": 5, "reads": []}
    assert shown[4] == {"hole": "heute", "path": AGENT, "line": 11, "reads": []}
    assert shown[6]["reads"] == [{"path": FACT, "line": 6}, {"path": FACT, "line": 7}]


def test_what_moves_the_cursor_is_shown_by_its_number() -> None:
    assert "<U+001B>" in format_parts((Part("\x1b[2J", None, Place(AGENT, 1)),), {}, colour=False)
