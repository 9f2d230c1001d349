from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.edit.format import format_document
from kiwerk.load.document import load_document
from kiwerk.spec import KINDS
from tests.support.loop import Workplace, make_workplace

NEW_IDS = {
    "organization": "firma-neu/organization",
    "agent": "praxis-weber/chat",
    "toolset": "praxis-weber/kartei",
    "facts": "praxis-weber/preise",
    "environment": "probe",
    "process": "praxis-weber/beschwerde",
    "suite": "praxis-weber/empfang-zwei",
    "policy": "streng",
    "prices": "preise",
    "judge": "praxis-weber/freundlich",
}
FROM_NOTHING = (
    "policy standard",
    "environment staging",
    "organization firma-neu/organization",
    "toolset shared/uebergabe",
    "toolset firma-neu/kartei",
    "facts firma-neu/zeiten",
    "process firma-neu/anliegen",
    "agent firma-neu/empfang",
    "suite firma-neu/empfang",
    "judge firma-neu/freundlich",
)


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


@pytest.mark.parametrize("kind", NEW_IDS)
def test_new_document_passes_check_and_is_canonical(place: Workplace, kind: str) -> None:
    shown = place.run("new", kind, NEW_IDS[kind])
    assert shown.code == 0
    path = shown.out.split("\n")[0].removeprefix("wrote ")
    assert "error[" not in shown.out
    assert place.run("check").code == 0
    data = (place.root / path).read_bytes()
    assert not format_document(data, path).changes


@pytest.mark.parametrize("kind", NEW_IDS)
def test_every_required_field_is_there_with_a_comment(place: Workplace, kind: str) -> None:
    path = place.run("new", kind, NEW_IDS[kind]).out.split("\n")[0].removeprefix("wrote ")
    lines = (place.root / path).read_text(encoding="utf-8").split("\n")
    model = KINDS[kind.capitalize()]
    required = [field.alias or name for name, field in model.model_fields.items() if field.is_required()]
    assert required
    for key in required:
        [number] = [number for number, line in enumerate(lines) if re.match(rf"{key}:", line)]
        assert lines[number - 1].startswith("# ")


def test_new_kinds_have_a_draft() -> None:
    assert {kind.capitalize() for kind in NEW_IDS} == set(KINDS)


def test_company_from_nothing_passes_check_and_eval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in FROM_NOTHING:
        # which processors it has contracts with only a person can say
        code = 1 if words == "agent firma-neu/empfang" else 0
        assert cli.run(["new", *words.split(), "--repo", str(tmp_path)]) == code, words
    assert "Add mistral to the organization's processors" in capsys.readouterr().out
    organization = tmp_path / "agents/firma-neu/organization.yaml"
    contract = "processors: {mistral: {region: eu, contract: 2026-03-01}}\n"
    organization.write_text(organization.read_text(encoding="utf-8") + contract, encoding="utf-8")
    assert cli.run(["check", "--repo", str(tmp_path), "--format", "json"]) == 0
    assert '"errors": 0' in capsys.readouterr().out
    assert cli.run(["eval", "--repo", str(tmp_path)]) == 0
    assert "references 1/1, counterexamples 1/1" in capsys.readouterr().out


def test_references_lead_to_what_the_company_has(place: Workplace) -> None:
    place.run("new", "agent", "praxis-weber/chat")
    document = load_document(place.root / "agents/praxis-weber/chat.yaml", "chat.yaml").document
    assert document is not None
    assert isinstance(document.data, dict)
    assert document.data["processes"] == ["terminvereinbarung"]
    assert document.data["tools"] == ["kalender", "shared/uebergabe"]
    assert (document.data["owner"], document.data["opening"]) == ("praxisleitung", "ki_hinweis")


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        (("agnet", "a/b"), "There is no kind 'agnet'", "Did you mean 'agent'?"),
        (("agent", "praxis-weber/Grüße Büro.yaml"), "cannot be an id", "such as praxis-weber/gruesse-buero-yaml"),
        (("agent", "empfang"), "belongs to a company", "praxis-weber/empfang"),
        (("environment", "a/b"), "belongs to no company", "such as b"),
        (("agent", "environments/a"), "No company can be called environments", "another name"),
        (("agent", "firma-neu/a"), "has no Organization yet", "kiwerk new organization firma-neu/organization"),
        (("suite", "firma-neu/a"), "has no Organization yet", "kiwerk new organization"),
        (("agent", "../a/b"), "cannot be an id", "Use lower-case letters"),
        (("agent", "praxis-weber/empfang"), "There is something already", "Choose another id"),
        (("facts", "praxis-weber/empfang"), "There is something already", "Choose another id"),
        (("organization", "praxis-weber/neu"), "has an Organization", "Edit that one"),
        (("organization", "praxis-weber/organization"), "organization.yaml", "Edit that one"),
        (("organization", "shared/organization"), "'shared' is no company", "such as praxis-weber/organization"),
        (("process", "shared/anliegen"), "'shared' is no company", "such as praxis-weber/anliegen"),
        (("facts", "praxis-webr/foo"), "praxis-webr has no Organization yet", "Did you mean 'praxis-weber'? For a new"),
        (("toolset", "ganz-anders/foo"), "has no Organization yet", "First `kiwerk new organization ganz-anders/"),
        (("process", "praxis-webr/foo"), "has no Organization yet", "Did you mean 'praxis-weber'?"),
        (("policy", "praxis-webr/streng"), "has no Organization yet", "Did you mean 'praxis-weber'?"),
        (("facts", "agents/praxis-weber/foo"), "begins with a folder", "`kiwerk new facts praxis-weber/foo`"),
        (("suite", "evals/praxis-weber/foo.yaml"), "begins with a folder", "`kiwerk new suite praxis-weber/foo`"),
        (("environment", "agents/environments/probe"), "begins with a folder", "`kiwerk new environment probe`"),
    ],
)
def test_what_cannot_be_created_says_why_and_what_to_do(
    place: Workplace, arguments: tuple[str, str], message: str, help_: str
) -> None:
    before = sorted(place.root.rglob("*"))
    shown = place.run("new", *arguments)
    assert shown.code == 2
    assert message in shown.err
    assert help_ in shown.err
    assert sorted(place.root.rglob("*")) == before


def test_what_is_needed_first_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> str:
        cli.run(["new", *arguments, "--repo", str(tmp_path)])
        return capsys.readouterr().err

    assert "First `kiwerk new policy standard`" in run("environment", "staging")
    run("organization", "firma-neu/organization")
    assert "First `kiwerk new toolset shared/uebergabe`" in run("process", "firma-neu/anliegen")
    assert "First `kiwerk new agent firma-neu/empfang`" in run("suite", "firma-neu/empfang")


def test_what_still_has_errors_says_what_comes_next_and_is_red(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in FROM_NOTHING[:3]:
        cli.run(["new", *words.split(), "--repo", str(tmp_path)])
    capsys.readouterr()
    code = cli.run(["new", "agent", "firma-neu/empfang", "--repo", str(tmp_path)])
    shown = capsys.readouterr().out
    assert (code, "error[" in shown) == (1, True)
    assert shown.endswith("\nNext: mend agents/firma-neu/empfang.yaml as said above, then `kiwerk check`\n")


def test_company_with_an_unreadable_organization_has_one(place: Workplace) -> None:
    path = place.root / "agents/praxis-weber/organization.yaml"
    path.write_text("kind: Organization\ntitel: x\n", encoding="utf-8")
    assert place.run("new", "facts", "praxis-weber/neu").code in (0, 1)
    assert (place.root / "agents/praxis-weber/neu.yaml").exists()
    assert "has an Organization" in place.run("new", "organization", "praxis-weber/neu").err
