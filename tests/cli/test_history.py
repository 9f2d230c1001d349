"""`kiwerk history` on a real repository with deployments, samples and signed evidence."""

from __future__ import annotations

import shutil
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, serve_references

AGENT = "agents/praxis-weber/empfang.yaml"
DECISION = (
    "log: [{on: 2026-11-26, owner: Ute Probe, reason: Probebetrieb.,"
    " weakens: ['removed-case:praxis-weber/empfang#samstag']},"
    " {on: 2026-11-26, owner: Ute Probe, reason: Fremd., weakens: ['removed-case:andere/suite#x']}]\n"
    "exceptions: [{rule: gesamt, select: 'case:praxis-weber/empfang#dienstag-halb-drei', owner: Ute Probe,"
    " reason: Wird behoben., until: 2026-11-20}]"
)


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workplace:
    place = make_workplace(tmp_path / "repository", capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    write_commit(place.root, {".gitignore": ".kiwerk/\nbuild/\n"}, "Empfang für die Praxis")
    return place


def deploy(place: Workplace) -> None:
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0
    for command in (["attest", "--env", "staging"], ["deploy", "staging"], ["deploy", "production"]):
        assert place.run(*command).code == 0


def tell(place: Workplace) -> Any:
    shown = place.run("history", "empfang", "--format", "json", "--now", "2026-11-27")
    assert shown.code == 0, shown.err
    return shown.json


def test_whole_development_is_told_newest_first(place: Workplace) -> None:
    deploy(place)
    edit(place.root / AGENT, "Sprechzeiten:", "Öffnungszeiten:")
    write_commit(place.root, {}, "Öffnungszeiten sagen\n\nPatienten fragen so danach.")
    deploy(place)
    events = tell(place)["events"]
    moments = [datetime.fromisoformat(event["at"]) for event in events]
    assert moments == sorted(moments, reverse=True)
    kinds = [event["kind"] for event in events]
    assert {kind: kinds.count(kind) for kind in kinds} == {"release": 4, "change": 2, "result": 2, "approval": 2}
    releases = [event for event in events if event["kind"] == "release"]
    assert [event["title"] for event in releases[:2]] == ["released to production", "released to staging"]
    assert len({event["details"][0] for event in releases}) == 2
    changes = [event for event in events if event["kind"] == "change"]
    assert changes[0]["title"] == "Öffnungszeiten sagen"
    assert (changes[0]["who"], changes[0]["reason"]) == ("Test", "Patienten fragen so danach.")
    assert changes[0]["details"] == [f"changed {AGENT}"]
    results = [event for event in events if event["kind"] == "result"]
    assert {event["title"] for event in results} == {"model samples 5/5 passed over 1 case"}
    approvals = [event for event in events if event["kind"] == "approval"]
    assert {event["who"] for event in approvals} == {"ci"}
    assert {event["details"][1] for event in approvals} == {"accepted in production, staging"}


def test_same_contents_released_again_are_no_event(place: Workplace) -> None:
    deploy(place)
    before = tell(place)["events"]
    organization = place.root / "agents/praxis-weber/organization.yaml"
    organization.write_text(f"# neu\n{organization.read_text(encoding='utf-8')}", encoding="utf-8")
    assert place.run("deploy", "staging").code == 0
    assert [event for event in tell(place)["events"] if event["kind"] == "release"] == [
        event for event in before if event["kind"] == "release"
    ]


def test_decisions_and_exceptions_about_it_are_told_and_others_are_not(place: Workplace) -> None:
    edit(place.root / "evals/standard.yaml", "exceptions: []", DECISION)
    shown = tell(place)
    [decision] = [event for event in shown["events"] if event["kind"] == "decision"]
    assert decision["reason"] == "Probebetrieb."
    assert decision["title"].endswith("made weaker: removed-case:praxis-weber/empfang#samstag")
    [exception] = shown["exceptions"]
    assert (exception["rule"], exception["is_over"]) == ("gesamt", True)


def test_evidence_that_nobody_of_today_signed_is_no_approval(place: Workplace) -> None:
    deploy(place)
    for path in (place.root / "agents/environments").glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace(place.keys.public, "A" * 43 + "="), encoding="utf-8")
    shown = tell(place)
    assert [event for event in shown["events"] if event["kind"] == "approval"] == []
    assert any("the signature of no signer of today" in note for note in shown["notes"])


def test_repository_without_git_tells_the_rest(place: Workplace) -> None:
    deploy(place)
    shutil.rmtree(place.root / ".git")
    shown = tell(place)
    assert {event["kind"] for event in shown["events"]} == {"release", "result", "approval"}
    assert any(note.startswith("changes are not known: Git cannot be asked here") for note in shown["notes"])


def test_text_markdown_and_page_escape_what_people_wrote(place: Workplace) -> None:
    edit(place.root / AGENT, "Sprechzeiten:", "Zeiten:")
    write_commit(place.root, {}, "<script>alert(1)</script> @octocat [x](http://example.org) \x1b[31m\u202e")
    text = place.run("history", "empfang").out
    assert "\x1b" not in text
    assert "\u202e" not in text
    markdown = place.run("history", "empfang", "--format", "markdown").out
    assert markdown.startswith("# praxis\\-weber/empfang")
    assert "<script" not in markdown
    assert "](http" not in markdown.replace("\\](", "")
    page = place.run("history", "empfang", "--format", "html").out
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(page)
    assert tags.count("script") == 1
    assert "&lt;script&gt;alert(1)" in page


def test_unknown_agent_is_refused_with_a_remedy(place: Workplace) -> None:
    refused = place.run("history", "empfnag")
    assert refused.code == 2
    assert "Did you mean 'praxis-weber/empfang'?" in refused.err
