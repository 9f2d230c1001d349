from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.errors import KiwerkError
from kiwerk.load.project import Project, load_project
from kiwerk.record import Segment
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.origin import Part, explain_prompt
from tests.support.example import write_example

ROOT = Path(__file__).parents[2]
AGENT = "agents/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/zeiten.yaml"
FACTS_TEXT = """\
kind: Facts
source: Aushang Praxis
valid_until: 2027-01-31
values:
  offen: 8 bis 17 Uhr
  preis: 42
  tage:
    - Montag
    - Dienstag
  doppelt: [Freitag, Freitag]
  feiertage:
    - {name: Neujahr, datum: 2027-01-01}
    - {name: Karfreitag, datum: 2027-03-26}
  anfahrt: |
    Aus der Bahn
    nach links
"""


def write_project(folder: Path, prompt: str) -> Project:
    write_example(folder)
    (folder / FACTS).write_text(FACTS_TEXT, encoding="utf-8")
    path = folder / AGENT
    head, _, _ = path.read_text(encoding="utf-8").partition("prompt: |\n")
    head = head.replace("facts: [", "facts: [zeiten, ")
    body = "".join(f"  {line}\n" for line in prompt.split("\n"))
    path.write_text(f"{head}prompt: |\n{body}", encoding="utf-8")
    return load_project(folder)


def explain(project: Project, name: str = "praxis-weber/empfang") -> tuple[Part, ...]:
    return explain_prompt(project, project.agents[name])


def join(parts: tuple[Part, ...]) -> tuple[Segment, ...]:
    joined = []
    for hole, group in groupby(parts, key=lambda part: part.hole):
        group_parts = list(group)
        if hole is None:
            joined.append(Segment(text="".join(part.text or "" for part in group_parts)))
        else:
            joined += [Segment(hole=hole)] * len(group_parts)
    return tuple(joined)


def rendered_prompt(project: Project, name: str = "praxis-weber/empfang") -> tuple[Segment, ...]:
    rendered = render_agent(project, project.agents[name])
    assert isinstance(rendered, Rendered), rendered.findings
    return rendered.bundle.prompt


def places(tmp_path: Path, prompt: str) -> list[tuple[str | None, str, list[str]]]:
    """Text, place and reads of the parts; places are `prompt:1` or `zeiten:5`."""
    project = write_project(tmp_path, prompt)
    document = project.agents["praxis-weber/empfang"].document
    first = document.template_line(("prompt",), 1)

    def name(path: str, line: int) -> str:
        return f"prompt:{line - first + 1}" if path == AGENT and line >= first else f"{Path(path).stem}:{line}"

    assert join(explain(project)) == rendered_prompt(project)
    return [
        (part.text, name(part.place.path, part.place.line), [name(read.path, read.line) for read in part.reads])
        for part in explain(project)
    ]


EXAMPLES = load_project(ROOT)


@pytest.mark.parametrize("name", EXAMPLES.agents)
def test_parts_of_the_example_companies_join_to_the_prompt(name: str) -> None:
    parts = explain(EXAMPLES, name)
    assert join(parts) == rendered_prompt(EXAMPLES, name)


@pytest.mark.parametrize("name", EXAMPLES.agents)
def test_text_of_the_template_stands_in_its_line(name: str) -> None:
    agent = EXAMPLES.agents[name]
    lines = agent.document.text.split("\n")
    own = [part for part in explain(EXAMPLES, name) if part.place.path == agent.document.path and not part.reads]
    assert own
    for part in own:
        line = lines[part.place.line - 1]
        assert (part.text or "").strip() in line or "{{" in line


def test_text_knows_its_line_behind_lines_of_tags(tmp_path: Path) -> None:
    prompt = (
        "eins\n{% if true %}\n  {# Anmerkung #}\nzwei {% if true %}drei{% endif %}\n"
        "{%- if true %}\nvier\n{% endif %}\n{% endif %}\nfünf"
    )
    found = places(tmp_path, prompt)
    assert {text.strip(): place for text, place, _ in found if text and text.strip()} == {
        "eins": "prompt:1",
        "zwei": "prompt:4",
        "drei": "prompt:4",
        "vier": "prompt:6",
        "fünf": "prompt:9",
    }


@pytest.mark.parametrize(
    ("expression", "text", "place", "reads"),
    [
        ("{{ facts.zeiten.offen }}", "8 bis 17 Uhr", "zeiten:5", []),
        ("{{ facts['zeiten']['offen'] }}", "8 bis 17 Uhr", "zeiten:5", []),
        ("{{ facts.zeiten.preis }}", "42", "zeiten:6", []),
        ("{{ facts.zeiten.offen | upper }}", "8 BIS 17 UHR", "prompt:1", ["zeiten:5"]),
        ("{{ facts.zeiten.tage | liste }}", "Montag und Dienstag", "prompt:1", ["zeiten:8"]),
        ("{{ facts.zeiten.offen ~ facts.zeiten.preis }}", "8 bis 17 Uhr42", "prompt:1", ["zeiten:5", "zeiten:6"]),
        ("{{ 'ja' if facts.zeiten.preis == 42 else 'nein' }}", "ja", "prompt:1", ["zeiten:6"]),
        ("{{ 'nur Text' }}", "nur Text", "prompt:1", []),
        ("{{\n  facts.zeiten.offen\n  | upper }}", "8 BIS 17 UHR", "prompt:2", ["zeiten:5"]),
        ("{{ organization.title }}", "Praxis Dr. Weber", "organization:2", []),
        ("{% macro m(x) %}[{{ x }}]{% endmacro %}\n{{ m(facts.zeiten.preis) }}", "[42]", "prompt:2", ["zeiten:6"]),
    ],
)
def test_what_an_expression_prints_has_its_place(
    tmp_path: Path, expression: str, text: str, place: str, reads: list[str]
) -> None:
    assert (text, place, reads) in places(tmp_path, expression)


def test_elements_of_a_loop_stand_in_their_own_lines(tmp_path: Path) -> None:
    prompt = "{% for tag in facts.zeiten.feiertage %}{{ tag.name }}{{ tag.datum | datum }}{% endfor %}"
    assert [(place, reads) for _, place, reads in places(tmp_path, prompt)][:4] == [
        ("zeiten:12", []),
        ("prompt:1", ["zeiten:12"]),
        ("zeiten:13", []),
        ("prompt:1", ["zeiten:13"]),
    ]


def test_texts_of_a_list_that_is_looped_over_stand_in_their_own_lines(tmp_path: Path) -> None:
    prompt = "{% for tag in facts.zeiten.tage %}{{ tag }}{% endfor %}{{ 'Montag' }}"
    found = [item for item in places(tmp_path, prompt) if item[0] != "\n"]
    assert found == [("Montag", "zeiten:8", []), ("Dienstag", "zeiten:9", []), ("Montag", "prompt:1", [])]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("{% for tag in facts.zeiten.doppelt %}{{ tag }}{% endfor %}", [("Freitag", "prompt:1", ["zeiten:10"])] * 2),
        ("{% for tag in facts.zeiten.tage %}{{ tag | upper }}{% endfor %}", [("MONTAG", "prompt:1", ["zeiten:8"])]),
        ("{% for tag in ['Montag'] %}{{ tag }}{% endfor %}{{ facts.zeiten.tage[0] }}", [("Montag", "prompt:1", [])]),
        (
            "{% for tag in facts.zeiten.tage %}{% for x in facts.zeiten.doppelt %}{{ tag }}{% endfor %}{% endfor %}",
            [("Montag", "zeiten:8", [])] * 2 + [("Dienstag", "zeiten:9", [])] * 2,
        ),
        (
            "{% for name, wert in facts.zeiten.feiertage[0] | items %}{{ name }}={{ wert }} {% endfor %}",
            [("name", "prompt:1", ["zeiten:12"]), ("=", "prompt:1", []), ("Neujahr", "zeiten:12", [])],
        ),
        ("{% for tag in facts.zeiten.tage %}{{ loop.index }}{% endfor %}", [("1", "prompt:1", [])]),
    ],
)
def test_texts_in_loops_claim_no_more_than_is_known(
    tmp_path: Path, prompt: str, expected: list[tuple[str, str, list[str]]]
) -> None:
    assert places(tmp_path, prompt)[: len(expected)] == expected


def test_lines_of_a_long_fact_have_their_own_places(tmp_path: Path) -> None:
    found = places(tmp_path, "{{ facts.zeiten.anfahrt }}")
    assert found[:2] == [("Aus der Bahn\n", "zeiten:15", []), ("nach links\n", "zeiten:16", [])]


def test_lines_of_a_procedure_stand_where_the_process_says_them() -> None:
    process = EXAMPLES.processes["praxis-weber/terminvereinbarung"]
    parts = [part for part in explain(EXAMPLES) if part.place.path == process.document.path]
    keys: list[tuple[str | int, ...]] = [
        ("title",),
        ("goal",),
        ("slots",),
        *(("slots", name) for name in process.spec.slots),
        ("steps",),
    ]
    keys += [("steps", index) for index in range(len(process.spec.steps))]
    keys += [("rules",), *(("rules", index) for index in range(len(process.spec.rules)))]
    assert [part.place.line for part in parts] == [process.document.span(key, key=True).line for key in keys]


def test_hole_stands_in_the_template(tmp_path: Path) -> None:
    project = write_project(tmp_path, "Heute:\n{{ runtime.heute }}{{ runtime.heute }}")
    holes = [part for part in explain(project) if part.hole]
    assert [(part.hole, part.text) for part in holes] == [("heute", None)] * 2
    first = project.agents["praxis-weber/empfang"].document.template_line(("prompt",), 1)
    assert {part.place.line for part in holes} == {first + 1}


def test_prompt_that_cannot_be_rendered_says_why(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="oeffnet"):
        explain(write_project(tmp_path, "{{ facts.zeiten.oeffnet }}"))


PIECES = st.sampled_from(
    [
        "Wort ",
        "\n",
        "{{ facts.zeiten.offen }}",
        "{{ facts.zeiten.tage | liste }}",
        "{{ facts.zeiten.anfahrt }}",
        "{{ runtime.heute }}",
        "{% for tag in facts.zeiten.tage %}{{ tag }}\n{% endfor %}\n",
        "{% if facts.zeiten.preis > 1 -%}\n ja {%- endif %}",
        "{# nichts #}\n",
        "{% raw %}{{ roh }}{% endraw %}",
        "{% set x = facts.zeiten.preis %}{{ x }}",
        "{% set y %}[{{ facts.zeiten.preis }}]{% endset %}{{ y }}",
        "{% for process in processes %}{{ process | sop }}{% endfor %}",
        "{% for key, value in facts.zeiten.feiertage[0] | items %}{{ key }}: {{ value }}{% endfor %}",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12))
def test_parts_always_join_to_the_prompt(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    project = write_project(tmp_path_factory.mktemp("repo"), "x" + "".join(pieces))
    assert join(explain(project)) == rendered_prompt(project)
