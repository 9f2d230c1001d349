from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.load.project import Project, load_project
from kiwerk.load.resolve import (
    ResolvedOperation,
    Unresolved,
    resolve_document,
    resolve_event,
    resolve_name,
    resolve_operation,
)
from kiwerk.spec import Document as Spec
from kiwerk.spec import Environment, Facts, Policy, Toolset

FACTS = "kind: Facts\nsource: Aushang\nvalid_until: 2027-01-31\nvalues: {sprechzeit: 8 bis 17 Uhr}\n"
TOOLSET = """\
kind: Toolset
operations:
  pruefen: {description: Prüft., effect: read, outcomes: [frei, belegt], parameters: {type: object}}
"""
ENVIRONMENT = "kind: Environment\npolicy: standard\n"
POLICY = """\
kind: Policy
repeats: {critical: 5, other: 3}
rules: [{id: herkunft, require: {samples: {origin: model, providers: [mistral], max_age: 14d}}}]
"""
FILES = {
    "agents/praxis/zeiten.yaml": FACTS,
    "agents/praxis/preise.yaml": FACTS,
    "agents/praxis/sommer/preise.yaml": FACTS,
    "agents/praxis/kaputt.yaml": "kind: Facts\n",
    "agents/kanzlei/gebuehren.yaml": FACTS,
    "agents/shared/feiertage.yaml": FACTS,
    "agents/praxis/kalender.yaml": TOOLSET,
    "agents/praxis/postkorb.yaml": TOOLSET,
    "agents/praxis/defekt.yaml": "kind: Toolset\n",
    "agents/shared/postkorb.yaml": TOOLSET,
    "agents/shared/uebergabe.yaml": TOOLSET,
    "agents/kanzlei/akten.yaml": TOOLSET,
    "agents/environments/staging.yaml": ENVIRONMENT,
    "agents/environments/eu/prod.yaml": ENVIRONMENT,
    "evals/standard.yaml": POLICY,
    "evals/praxis/streng.yaml": POLICY,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root: Path = tmp_path_factory.mktemp("repository")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return load_project(root)


@pytest.mark.parametrize(
    ("model", "name", "company", "expected"),
    [
        (Facts, "zeiten", "praxis", "praxis/zeiten"),
        (Facts, "praxis/zeiten", "praxis", "praxis/zeiten"),
        (Facts, "praxis/preise", "praxis", "praxis/preise"),
        (Facts, "shared/feiertage", "praxis", "shared/feiertage"),
        (Facts, "feiertage", "shared", "shared/feiertage"),
        (Environment, "staging", "", "staging"),
        (Environment, "eu/prod", "", "eu/prod"),
        (Policy, "standard", "", "standard"),
        (Policy, "standard", "praxis", "standard"),
        (Policy, "streng", "praxis", "praxis/streng"),
    ],
)
def test_name_leads_to_a_document(project: Project, model: type[Spec], name: str, company: str, expected: str) -> None:
    found = resolve_document(project, model, name, company)
    assert not isinstance(found, Unresolved)
    assert found.id == expected


@pytest.mark.parametrize(
    ("model", "name", "company", "reason", "help_"),
    [
        (Facts, "zeitn", "praxis", "missing", "Did you mean 'zeiten'?"),
        (Facts, "shared/feiertag", "praxis", "missing", "Did you mean 'shared/feiertage'?"),
        (Facts, "feiertage", "praxis", "missing", "Did you mean 'shared/feiertage'?"),
        (Facts, "gebuehren", "praxis", "missing", "Known: "),
        (Facts, "kanzlei/gebuehren", "praxis", "foreign", "move it to shared/"),
        (Facts, "kanzlei/nichts", "praxis", "foreign", "move it to shared/"),
        (Facts, "praxis/zeiten", "shared", "foreign", "move it to shared/"),
        (Facts, "preise", "praxis", "ambiguous", "Write the whole id"),
        (Facts, "kaputt", "praxis", "broken", None),
        (Facts, "praxis/kaputt", "praxis", "broken", None),
        (Policy, "praxis/streng", "", "foreign", "move it to shared/"),
        (Policy, "streng", "", "missing", "Known: standard"),
        (Environment, "stagin", "", "missing", "Did you mean 'staging'?"),
        (Toolset, "zeiten", "praxis", "missing", "Known: "),
        (Facts, "zeiten", "unbekannt", "missing", "Known: shared/feiertage"),
    ],
)
def test_name_that_leads_nowhere_says_why(
    project: Project, model: type[Spec], name: str, company: str, reason: str, help_: str | None
) -> None:
    found = resolve_document(project, model, name, company)
    assert isinstance(found, Unresolved)
    assert found.reason == reason
    assert found.help is None if help_ is None else help_ in str(found.help)


@pytest.mark.parametrize(
    ("label", "company", "toolset"),
    [
        ("kalender.pruefen", "praxis", "praxis/kalender"),
        ("uebergabe.pruefen", "praxis", "shared/uebergabe"),
        ("uebergabe.pruefen", "shared", "shared/uebergabe"),
        ("akten.pruefen", "kanzlei", "kanzlei/akten"),
        ("postkorb.pruefen", "kanzlei", "shared/postkorb"),
    ],
)
def test_label_leads_to_an_operation(project: Project, label: str, company: str, toolset: str) -> None:
    found = resolve_operation(project, label, company)
    assert isinstance(found, ResolvedOperation)
    assert (found.toolset.id, found.label) == (toolset, label)


@pytest.mark.parametrize(
    ("label", "company", "reason", "help_"),
    [
        ("kalender", "praxis", "missing", "Write toolset.operation"),
        ("", "praxis", "missing", "Write toolset.operation"),
        ("kalendr.pruefen", "praxis", "missing", "Did you mean 'kalender'?"),
        ("kalender.prufen", "praxis", "missing", "Did you mean 'pruefen'?"),
        ("kalender.pruefen.x", "praxis", "missing", "Did you mean 'pruefen'?"),
        ("kalender.pruefen:frei", "praxis", "missing", "Did you mean 'pruefen'?"),
        ("shared/uebergabe.pruefen", "praxis", "missing", "Did you mean 'uebergabe'?"),
        ("akten.pruefen", "praxis", "missing", "Known: "),
        ("kalender.pruefen", "shared", "missing", "Known: "),
        ("postkorb.pruefen", "praxis", "ambiguous", "Rename one of the toolsets"),
        ("defekt.pruefen", "praxis", "broken", None),
    ],
)
def test_label_that_leads_nowhere_says_why(
    project: Project, label: str, company: str, reason: str, help_: str | None
) -> None:
    found = resolve_operation(project, label, company)
    assert isinstance(found, Unresolved)
    assert found.reason == reason
    assert found.help is None if help_ is None else help_ in str(found.help)


@pytest.mark.parametrize("label", ["kalender.pruefen", "kalender.pruefen:frei", "kalender.pruefen:error"])
def test_event_leads_to_its_operation(project: Project, label: str) -> None:
    found = resolve_event(project, label, "praxis")
    assert isinstance(found, ResolvedOperation)
    assert found.label == "kalender.pruefen"


@pytest.mark.parametrize(
    ("label", "help_"),
    [
        ("kalender.pruefen:freii", "Did you mean 'frei'?"),
        ("kalender.pruefen:", "Known: belegt, error, frei"),
        ("kalender.pruefen:frei:frei", "Did you mean 'frei'?"),
        ("kalender:pruefen", "Write toolset.operation"),
    ],
)
def test_event_that_cannot_happen_says_why(project: Project, label: str, help_: str) -> None:
    found = resolve_event(project, label, "praxis")
    assert isinstance(found, Unresolved)
    assert (found.reason, help_ in str(found.help)) == ("missing", True)


def test_name_inside_a_document_is_known_or_explained() -> None:
    assert resolve_name(["leitung"], "leitung", "person") is None
    assert resolve_name(["leitung"], "leitun", "person") == Unresolved(
        "missing", "There is no person 'leitun'", "Did you mean 'leitung'?"
    )
    assert resolve_name([], "leitung", "person") == Unresolved(
        "missing", "There is no person 'leitung'", "There is no person at all yet"
    )
    many = resolve_name([f"xyz{number}" for number in range(20)], "leitung", "person")
    assert many is not None
    assert str(many.help).endswith(" …")
