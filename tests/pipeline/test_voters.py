"""Votes from end to end: those of a server on this machine prove nothing where the policy lists somebody else."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiwerk.providers import openai
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import ScriptedServer, serve

RUBRIC = "Ist der Agent nett?"
OTHER = "Ist der Agent sehr nett?"


def write_judge(place: Workplace, rubric: str = RUBRIC) -> None:
    text = f'kind: Judge\nrubric: {rubric}\nmodel: {{name: "mistral:mistral-large-2411"}}\nvotes: 1\n'
    (place.root / "evals/praxis-weber/nett.yaml").write_text(text, encoding="utf-8")


def make_judged(folder: Path, capsys: pytest.CaptureFixture[str], provider: str) -> Workplace:
    place = make_workplace(folder, capsys, provider=provider)
    write_judge(place)
    edit(place.root / "evals/praxis-weber/empfang.yaml", "- address: sie", "- address: sie\n      - judge: nett")
    return place


@contextmanager
def serve_judge(place: Workplace, verdict: str, rubric: str = RUBRIC) -> Iterator[ScriptedServer]:
    """A model that behaves as the references, and a judge that always says the same."""
    said = json.dumps({"reason": "Darum.", "verdict": verdict})
    books = [{"within": "Erika", "system": rubric, "steps": [{"say": said}]}, *playbooks_of(place.root)]
    with serve({"playbooks": books}) as server:
        yield server


@contextmanager
def as_mistral() -> Iterator[None]:
    """As long as it lasts, the server on this machine stands for the one at Mistral's host."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai, "provider_of", lambda *_: "mistral")
        patch.setattr(openai, "is_loopback", lambda _: False)
        yield


def gate(place: Workplace) -> tuple[int, str]:
    shown = place.run("gate", "--env", "staging")
    return shown.code, " ".join(shown.out.split())


def signed(place: Workplace) -> Any:
    [path] = (place.root / ".kiwerk/evidence").rglob("*.json")
    statement = json.loads(base64.b64decode(json.loads(path.read_text())["payload"]))
    [carried] = [item for item in statement["predicate"]["configuration"] if item["name"] == "samples"]
    return carried["annotations"]["samples"]


def test_votes_of_a_stub_turn_no_gate_green(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_judged(tmp_path, capsys, "mistral")
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with as_mistral(), serve_judge(place, "yes") as server:
        place.run("eval", "--base-url", server.base_url, "--env", "staging")
    assert gate(place)[0] == 0
    write_judge(place, OTHER)
    assert "5 samples could not be judged" in gate(place)[1]
    with serve_judge(place, "yes", OTHER) as server:
        assert place.run("score", "--base-url", server.base_url).code == 0
    code, said = gate(place)
    assert code == 1
    assert "left out: 5 judged by votes of loopback (mistral demanded)" in said
    assert place.run("attest", "--env", "staging").code == 1
    # whoever counts can still be asked
    with as_mistral(), serve_judge(place, "yes", OTHER) as server:
        assert place.run("score", "--base-url", server.base_url).code == 0
        assert sum(OTHER in item["body"]["messages"][0]["content"] for item in server.requests) > 0
    assert gate(place)[0] == 0
    assert place.run("attest", "--env", "staging").code == 0
    # the evidence is enough to see who judged
    (place.root / ".kiwerk/store.sqlite3").unlink()
    assert place.run("verify", "--env", "staging").code == 0
    assert {(tuple(sample["voters"]), sample["source"]["provider"]) for sample in signed(place)} == {
        (("mistral",), "mistral")
    }


def test_evidence_is_held_against_todays_list_of_providers_for_votes_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_judged(tmp_path, capsys, "mistral")
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    edit(place.root / "evals/standard.yaml", "providers: [mistral]", "providers: [mistral, loopback]")
    with as_mistral(), serve_judge(place, "yes") as server:
        place.run("eval", "--base-url", server.base_url, "--env", "staging")
    write_judge(place, OTHER)
    with serve_judge(place, "yes", OTHER) as server:
        place.run("score", "--base-url", server.base_url)
    assert place.run("attest", "--env", "staging").code == 0
    assert place.run("verify", "--env", "staging").code == 0
    edit(place.root / "evals/standard.yaml", "providers: [mistral, loopback]", "providers: [mistral]")
    shown = place.run("verify", "--env", "staging")
    assert (shown.code, "judged by votes of loopback (mistral demanded)" in " ".join(shown.out.split())) == (1, True)


@pytest.mark.parametrize("asked", ["1999-01-01T00:00:00Z", None])
def test_votes_of_another_store_displace_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str | None
) -> None:
    (tmp_path / "place").mkdir()
    place = make_judged(tmp_path / "place", capsys, "loopback")
    with serve_judge(place, "no") as server:
        place.run("eval", "--base-url", server.base_url, "--env", "staging")
    assert gate(place)[0] == 1
    (tmp_path / "foreign").mkdir()
    mine, theirs = (
        sqlite3.connect(folder / "store.sqlite3") for folder in (place.root / ".kiwerk", tmp_path / "foreign")
    )
    mine.backup(theirs)
    rows = theirs.execute("SELECT judge, exhibit, body FROM votes").fetchall()
    theirs.execute("DELETE FROM votes")
    for judge, exhibit, body in rows:
        vote = json.loads(body)
        text = json.dumps(vote | {"answer": "yes", "asked": asked or vote["asked"]})
        name = hashlib.sha256(text.encode()).hexdigest()
        theirs.execute("INSERT INTO votes VALUES (?, ?, ?, ?)", (name, judge, exhibit, text))
    theirs.commit()
    mine.close()
    theirs.close()
    assert place.run("merge", str(tmp_path / "foreign")).code == 0
    code, said = gate(place)
    assert code == 1
    # what is too old does not count; what could be true makes the question open
    assert ("5 of 5 samples of 1 case failed" if asked else "5 samples could not be judged") in said


def test_evidence_says_who_played_the_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_workplace(tmp_path, capsys, simulated=True)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        place.run("eval", "--base-url", server.base_url, "--env", "staging")
    assert place.run("attest", "--env", "staging").code == 0
    assert {sample.get("user") for sample in signed(place)} == {None, "loopback"}
