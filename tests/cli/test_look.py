from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.check.documentation import find_pages
from tests.support.example import write_example
from tests.support.loop import Workplace, make_workplace, serve_references


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def test_list_names_every_document_with_its_file(place: Workplace) -> None:
    shown = place.run("list").out
    files = [path.relative_to(place.root).as_posix() for path in place.root.rglob("*.yaml")]
    assert [file for file in files if file not in shown] == []
    assert len(shown.splitlines()) == len(files)


def test_list_of_a_kind_holds_nothing_else(place: Workplace) -> None:
    documents = place.run("list", "toolset", "--format", "json").json["documents"]
    assert {item["kind"] for item in documents} == {"Toolset"}
    assert {item["id"] for item in documents} == {"praxis-weber/kalender", "shared/uebergabe"}


def test_graph_shows_both_directions_around_a_document(place: Workplace) -> None:
    edges = place.run("graph", "process:terminvereinbarung", "--format", "json").json["edges"]
    pairs = {(edge["from"], edge["to"]) for edge in edges}
    assert ("agent:praxis-weber/empfang", "process:praxis-weber/terminvereinbarung") in pairs
    assert ("process:praxis-weber/terminvereinbarung", "toolset:shared/uebergabe") in pairs
    assert not any("facts:" in end for pair in pairs for end in pair)


@pytest.mark.parametrize(("style", "start"), [("mermaid", "flowchart LR\n"), ("dot", "digraph kiwerk {\n")])
def test_graph_is_a_picture_of_every_reference(place: Workplace, style: str, start: str) -> None:
    shown = place.run("graph", "--format", style).out
    edges = place.run("graph", "--format", "json").json["edges"]
    assert shown.startswith(start)
    assert shown.count("->") == len(edges) > 5


def test_document_is_shown_with_its_neighbours(place: Workplace) -> None:
    shown = place.run("show", "process:terminvereinbarung").out
    assert "referred to by\n  agent:praxis-weber/empfang" in shown
    assert "kalender__pruefen" in shown


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("agent:empfank", "Did you mean 'praxis-weber/empfang'?"),
        ("agnt:empfang", "There is no kind 'agnt'"),
        ("suite:nirgends", "help: "),
    ],
)
def test_document_that_does_not_exist_is_told_with_a_remedy(place: Workplace, name: str, message: str) -> None:
    shown = place.run("show", name)
    assert (shown.code, message in shown.err) == (2, True)


def test_name_of_several_documents_needs_its_kind(place: Workplace) -> None:
    shown = place.run("graph", "empfang")
    assert shown.code == 2
    assert "agent:praxis-weber/empfang or suite:praxis-weber/empfang" in shown.err


def test_local_name_in_several_companies_needs_the_whole_id(place: Workplace) -> None:
    for company in ("praxis-weber", "firma-muster"):
        path = place.root / f"agents/{company}/preise.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((place.root / "agents/praxis-weber/oeffnungszeiten.yaml").read_bytes())
    shown = place.run("show", "facts:preise")
    assert shown.code == 2
    assert "help: Write facts:firma-muster/preise or facts:praxis-weber/preise\n" in shown.err


@pytest.mark.parametrize(
    ("kind", "help_"),
    [
        ("agents", "Did you mean 'agent'?"),
        ("policies", "Did you mean 'policy'?"),
        ("Prozess", "Did you mean 'process'?"),
        ("xyz", "Kinds are organization, agent"),
    ],
)
def test_mistyped_kind_is_suggested(place: Workplace, kind: str, help_: str) -> None:
    for arguments in (("list", kind), ("show", f"{kind}:x"), ("new", kind, "a/b")):
        shown = place.run(*arguments)
        assert (shown.code, f"There is no kind '{kind}'\n  help: {help_}" in shown.err) == (2, True), arguments


def test_kind_is_listed_in_any_case(place: Workplace) -> None:
    assert place.run("list", "TOOLSET").out == place.run("list", "toolset").out != ""


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("quatsch", "KIWERK_BASE_URL: Not the address of an endpoint: quatsch"),
        ("ftp://127.0.0.1/v1", "KIWERK_BASE_URL: Not the address of an endpoint: ftp://127.0.0.1/v1"),
        ("https://anna:geheim@127.0.0.1/v1", "carries a name or password"),
        ("https://127.0.0.1/v1?key=geheim", "carries a query"),
    ],
)
def test_doctor_tells_what_is_no_address(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    monkeypatch.setenv("KIWERK_BASE_URL", address)
    found = examine(place)["model"]
    assert found["state"] == "wrong"
    assert message in found["message"]
    assert found["remedy"]
    assert "geheim" not in str(found)


def test_every_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for page in find_pages():
        assert cli.run(["explain", page.name]) == 0
        assert page.summary in capsys.readouterr().out


def test_mistyped_rule_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "expierd-fact"]) == 2
    assert "Did you mean 'expired-fact'?" in capsys.readouterr().err


def examine(place: Workplace, *arguments: str) -> dict[str, dict[str, str]]:
    symptoms = place.run("doctor", "--format", "json", *arguments).json["symptoms"]
    return {item["name"]: item for item in symptoms}


def test_doctor_finds_a_fine_place_fine(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with serve_references(place.root) as url:
        monkeypatch.setenv("KIWERK_BASE_URL", url)
        found = examine(place)
    assert {name for name, item in found.items() if item["state"] == "wrong"} == set()
    assert found["model"]["state"] == found["signing key"]["state"] == "fine"
    assert "production, staging" in found["signing key"]["message"]


def test_doctor_tells_what_is_wrong_and_what_to_do(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("KIWERK_API_KEY", "very-secret")
    monkeypatch.setenv("KIWERK_SIGNING_KEY", "no key at all")
    (place.root / "agents/praxis-weber/empfang.yaml").write_text("kind: Agnet\n", encoding="utf-8")
    shown = place.run("doctor")
    assert shown.code == 1
    assert shown.out.count("✗") == 3
    assert shown.out.count("help: ") >= 3
    assert "very-secret" not in shown.out
    assert "no key at all" not in shown.out


def test_doctor_warns_of_a_key_that_nobody_trusts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_workplace(tmp_path / "a", capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    write_example(tmp_path / "b")
    assert cli.run(["doctor", "--repo", str(tmp_path / "b")]) == 1
    assert "No environment trusts" in capsys.readouterr().out
