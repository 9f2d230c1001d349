from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.load.revision import take_base
from kiwerk.pipeline.changed import find_touched, select_changed
from kiwerk.pipeline.workspace import must_prepare
from kiwerk.record import Selection
from tests.support.example import edit, write_example
from tests.support.git import run_git, write_commit
from tests.support.python_mock import CODE, give_python

NOW = datetime(2026, 11, 27, tzinfo=UTC)
AGENT = "agents/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"
TOOLS = "agents/praxis-weber/kalender.yaml"
SHARED = "agents/shared/uebergabe.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
COMPANY = "agents/praxis-weber/organization.yaml"
CASE = "praxis-weber/empfang#dienstag-halb-drei"


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    write_example(tmp_path / "r")
    write_commit(tmp_path / "r", {})
    return tmp_path / "r"


def select(root: Path, revision: str = "main") -> Selection:
    workspace = must_prepare(root, NOW)
    return select_changed(workspace, workspace.cases, revision)


def causes(selection: Selection) -> list[str]:
    [case] = selection.selected
    return [f"{cause.path}:{cause.line} {cause.key} → {cause.effect}" for cause in case.causes]


ONE = "cases.dienstag-halb-drei"
RULES = "rules of praxis-weber/terminvereinbarung"
BUNDLED = "tools of praxis-weber/empfang"
MOCKS = "mocks of praxis-weber/kalender"
PROMPT = "prompt of praxis-weber/empfang"
ONE_DAY = "frei: [2026-12-01T14:30]}}}"
TWO_DAYS = "frei: [2026-12-01T14:30, 2026-12-02T10:00]}}}"


@pytest.mark.parametrize(
    ("path", "old", "new", "differs", "expected"),
    [
        (FACTS, "17:00", "18:00", "ships", f"values.sprechzeit → {PROMPT}"),
        (AGENT, "Sprechzeiten: {{", "Offen: {{", "ships", f"prompt → {PROMPT}"),
        (AGENT, "temperature: 0.2", "temperature: 0.3", "ships", "model.temperature → model of praxis-weber/empfang"),
        (AGENT, "title: Telefonempfang", "title: Empfang", "ships", f"title → {PROMPT}"),
        (COMPANY, "guten Tag. Sie", "hallo. Sie", "ships", "phrases.ki_hinweis → opening of praxis-weber/empfang"),
        (PROCESS, "Termin wiederholen", "Termin nennen", "ships", f"steps.abschliessen.instruct → {PROMPT}"),
        (TOOLS, "Bucht den Termin.", "Bucht.", "ships", f"operations.buchen.description → {BUNDLED}"),
        (TOOLS, "nicht mehr frei", "weg", "stimulus", f"mock.calls.buchen.2.result.fehler → {MOCKS}"),
        (SHARED, "erreichbar: true", "erreichbar: no", "stimulus", "mock.state.erreichbar → mocks of shared/uebergabe"),
        (SUITE, "Ja, das passt.", "Ja bitte.", "stimulus", f"{ONE}.conversation.2.user → situation"),
        (SUITE, ONE_DAY, TWO_DAYS, "stimulus", f"{ONE}.given.state.kalender.frei.2 → situation"),
        (SUITE, "- address: sie", "- address: du", "oracle", f"{ONE}.expect.3.address → expectations"),
        (SUITE, "Soll ich buchen?", "Soll ich?", "script", f"{ONE}.reference.1.say → reference"),
        (SUITE, "Dein Termin", "Euer Termin", "script", f"{ONE}.counterexamples.geduzt.say.2 → reference"),
        (PROCESS, "2], severity: block", "2], severity: warn", "oracle", f"rules.nur-einmal.severity → {RULES}"),
    ],
)  # fmt: skip
def test_case_is_selected_by_the_line_that_changed(
    root: Path, path: str, old: str, new: str, differs: str, expected: str
) -> None:
    edit(root / path, old, new)
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if new in line]
    selection = select(root)
    assert causes(selection) == [f"{path}:{number} {expected}"]
    assert selection.selected[0].differs == (differs,)
    assert selection.selected[0].is_rescored is (differs == "oracle")
    assert selection.selected[0].needs_model is (differs != "script")


def test_line_of_a_mocks_python_is_named(root: Path) -> None:
    code = give_python(root)
    assert causes(select(root))
    write_commit(root, {})
    assert select(root, "HEAD").selected == ()
    edit(code, '"nummer": len', '"nummer": 10 + len')
    assert causes(select(root, "HEAD")) == [f"{CODE}:6 python → {MOCKS}"]


def test_python_that_is_common_touches_who_refers_to_its_toolset(root: Path) -> None:
    write_commit(root, {"agents/shared/uebergabe.py": "x = 1\n"})
    (root / "agents/shared/uebergabe.py").write_text("x = 2\n", encoding="utf-8")
    assert "praxis-weber" in find_touched(must_prepare(root, NOW), take_base(root, "HEAD"))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (COMPANY, "Ute Probe", "Uta Probe"),
        (AGENT, "kind: Agent\n", "kind: Agent   # einer\ndescription: Vorn\n"),
        (AGENT, "channel: phone\nlanguage: de\n", "language: de\nchannel: phone\n"),
        (FACTS, "source: Aushang Praxis", "source: Aushang"),
        (SUITE, "tags: [critical]", "tags: [critical, kalender]"),
        (SUITE, "    tags: [critical]", "    description: Notiz\n    tags: [critical]"),
        (PROCESS, "review_every: 90d", "review_every: 60d"),
        ("evals/standard.yaml", "min: 0.9", "min: 0.8"),
        ("agents/environments/staging.yaml", "policy: standard", "policy: standard  # vorerst"),
    ],
)  # fmt: skip
def test_comments_order_owners_and_descriptions_select_nothing(root: Path, path: str, old: str, new: str) -> None:
    edit(root / path, old, new)
    selection = select(root)
    assert selection.selected == ()
    [left_out] = selection.left_out
    assert left_out.reason.startswith("no digest changed")


def test_edit_that_changes_no_digest_is_named(root: Path) -> None:
    edit(root / COMPANY, "Ute Probe", "Uta Probe")
    assert select(root).left_out[0].reason == f"no digest changed by {COMPANY}:4 people.empfang.name"


def test_of_two_facts_only_the_one_that_the_prompt_says_is_named(root: Path) -> None:
    edit(root / FACTS, "values: {sprechzeit:", "values: {adresse: Weg 1, sprechzeit:")
    write_commit(root, {})
    edit(root / FACTS, "Weg 1, sprechzeit: Montag bis Freitag 08", "Weg 2, sprechzeit: Montag bis Freitag 07")
    (root / FACTS).write_text(
        (root / FACTS)
        .read_text(encoding="utf-8")
        .replace("{adresse: Weg 2, ", "\n  adresse: Weg 2\n  ")
        .replace("Uhr}", "Uhr"),
        encoding="utf-8",
    )
    assert causes(select(root, "HEAD")) == [f"{FACTS}:6 values.sprechzeit → prompt of praxis-weber/empfang"]


def test_edit_beside_that_reached_no_word_of_the_prompt_is_not_named(root: Path) -> None:
    edit(root / PROCESS, "pii: identity, retention: 30d", "pii: identity, retention: 60d")
    edit(root / PROCESS, "Termin wiederholen", "Termin nennen")
    assert causes(select(root)) == [f"{PROCESS}:22 steps.abschliessen.instruct → {PROMPT}"]


def test_line_that_is_gone_is_named_where_it_stood(root: Path) -> None:
    edit(root / SUITE, "      - address: sie\n", "")
    edit(root / SUITE, "      - {id: geduzt, say: {2: Dein Termin ist gebucht.}, trips: [address]}\n", "")
    [case] = select(root).selected
    assert [(cause.line, cause.gone, cause.effect) for cause in case.causes] == [
        (17, True, "expectations"),
        (24, True, "reference"),
    ]


def test_only_the_edited_case_of_a_suite_is_selected(root: Path) -> None:
    text = (root / SUITE).read_text(encoding="utf-8")
    case = text[text.index("  - id: dienstag-halb-drei") :].rstrip() + "\n"
    (root / SUITE).write_text(text.rstrip() + "\n" + case.replace("dienstag-halb-drei", "zwei"), encoding="utf-8")
    write_commit(root, {})
    head, _, tail = (root / SUITE).read_text(encoding="utf-8").partition("  - id: zwei")
    new = case.replace("dienstag-halb-drei", "drei").replace("Ja, das passt.", "Ja.")
    # in front, so that every position changes
    first = head.index("  - id: dienstag")
    changed = f"{head[:first]}{new}{head[first:]}  - id: zwei{tail.replace('Ja, das passt.', 'Gut.')}"
    (root / SUITE).write_text(changed, encoding="utf-8")
    selection = select(root, "HEAD")
    assert {item.case.rpartition("#")[2]: item.note for item in selection.selected} == {"drei": "new", "zwei": None}
    assert [item.case for item in selection.left_out] == [CASE]


@pytest.mark.parametrize("renamed", ["case", "suite", "agent"])
def test_what_is_called_otherwise_with_its_history_is_not_new(root: Path, renamed: str) -> None:
    if renamed == "case":
        edit(root / SUITE, "  - id: dienstag-halb-drei", "  - id: halb-drei\n    formerly: dienstag-halb-drei")
    elif renamed == "suite":
        (root / SUITE).rename(root / "evals/praxis-weber/telefon.yaml")
        edit(root / "evals/praxis-weber/telefon.yaml", "kind: Suite", "kind: Suite\nformerly: praxis-weber/empfang")
    else:
        (root / AGENT).rename(root / "agents/praxis-weber/telefon.yaml")
        edit(root / "agents/praxis-weber/telefon.yaml", "kind: Agent", "kind: Agent\nformerly: praxis-weber/empfang")
        edit(root / SUITE, "agent: empfang", "agent: telefon")
    assert select(root).selected == ()


def test_renamed_and_edited_case_says_what_it_was(root: Path) -> None:
    edit(root / SUITE, "  - id: dienstag-halb-drei", "  - id: halb-drei\n    formerly: dienstag-halb-drei")
    edit(root / SUITE, "Ja, das passt.", "Ja bitte.")
    selection = select(root)
    assert selection.selected[0].formerly == CASE
    assert causes(selection) == [f"{SUITE}:14 cases.halb-drei.conversation.2.user → situation"]


def test_renamed_without_its_history_is_new(root: Path) -> None:
    edit(root / SUITE, "  - id: dienstag-halb-drei", "  - id: halb-drei")
    assert select(root).selected[0].note == "new"


def break_facts(root: Path) -> None:
    write_commit(root, {FACTS: "kind: Facts\nquelle: x\n"})


def break_reference(root: Path) -> None:
    edit(root / SUITE, "agent: empfang", "agent: niemand")
    write_commit(root, {})


def break_prompt(root: Path) -> None:
    edit(root / AGENT, "{{ agent.title }}", "{{ agent.titel }}")
    write_commit(root, {})


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (break_facts, rf"cannot be compared: at \w{{12}}, {FACTS}:1: "),
        (break_reference, rf"cannot be compared: at \w{{12}}, {SUITE}: "),
        (break_prompt, rf"the agent cannot be rendered at \w{{12}} \({AGENT}:15: "),
    ],
)
def test_base_that_is_flawed_selects_its_cases_and_says_by_which_line(
    root: Path, break_it: Callable[[Path], None], message: str
) -> None:
    sound = {path: (root / path).read_text(encoding="utf-8") for path in (FACTS, SUITE, AGENT)}
    break_it(root)
    for path, text in sound.items():
        (root / path).write_text(text, encoding="utf-8")
    [case] = select(root).selected
    assert re.search(message, case.note or "")


def test_company_that_nothing_touched_is_neither_read_nor_rendered(root: Path) -> None:
    for path in [*root.glob("*/praxis-weber/*.yaml")]:
        copy = root / str(path.relative_to(root)).replace("praxis-weber", "andere")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    write_commit(root, {})
    edit(root / FACTS, "17:00", "18:00")
    workspace = must_prepare(root, NOW)
    assert find_touched(workspace, take_base(root, "HEAD")) == {"praxis-weber"}
    edit(root / SHARED, "erreichbar: true", "erreichbar: false")
    assert find_touched(must_prepare(root, NOW), take_base(root, "HEAD")) >= {"praxis-weber", "andere", "shared"}


JUDGE = "evals/praxis-weber/freundlich.yaml"
JUDGED = "judge of praxis-weber/freundlich"
PRICES = "evals/preise.yaml"
MORE = {
    JUDGE: "kind: Judge\nrubric: Ist der Agent freundlich?\nmodel: {name: 'mistral:mistral-large-2411'}\n",
    PRICES: (
        "kind: Prices\nprices:\n  - {provider: mistral, models: [mistral-small-2506], input: 1, output: 2, "
        "as_of: 2026-11-01, source: Probe}\n"
    ),
}


@pytest.mark.parametrize(
    ("expectation", "path", "old", "new", "cause"),
    [
        ("{judge: freundlich, severity: warn}", JUDGE, "freundlich?", "nett?", f"2 rubric → {JUDGED}"),
        ("{cost: {max: 1.0}, severity: warn}", PRICES, "input: 1,", "input: 3,", "3 prices.1.input → prices"),
    ],
)  # fmt: skip
def test_what_a_case_is_judged_by_elsewhere_selects_it(
    root: Path, expectation: str, path: str, old: str, new: str, cause: str
) -> None:
    edit(root / SUITE, "      - address: sie\n", f"      - address: sie\n      - {expectation}\n")
    write_commit(root, MORE)
    edit(root / path, old, new)
    selection = select(root, "HEAD")
    assert causes(selection) == [f"{path}:{cause}"]
    assert selection.selected[0].is_rescored


def test_prices_that_are_gone_select_who_looks_at_cost(root: Path) -> None:
    edit(root / SUITE, "      - address: sie\n", "      - address: sie\n      - {cost: {max: 1.0}, severity: warn}\n")
    write_commit(root, MORE)
    (root / PRICES).unlink()
    assert [item.differs for item in select(root, "HEAD").selected] == [("oracle",)]


def test_compared_is_with_where_the_branch_left(root: Path) -> None:
    run_git(root, "switch", "--quiet", "--create", "work")
    run_git(root, "switch", "--quiet", "main")
    edit(root / FACTS, "17:00", "18:00")
    write_commit(root, {})
    run_git(root, "switch", "--quiet", "work")
    assert select(root, "main").selected == ()
