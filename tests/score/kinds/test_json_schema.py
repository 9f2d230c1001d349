from __future__ import annotations

import json
from typing import Any

import pytest

from kiwerk.language import bounded
from kiwerk.record import Status
from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

SCHEMA = {
    "type": "object",
    "required": ["kategorie"],
    "properties": {"kategorie": {"enum": ["termin", "rezept"]}, "dringend": {"type": "boolean"}},
}


@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ('{"kategorie": "termin"}', True),
        (' {"kategorie": "rezept", "dringend": true}\n', True),
        ('{"kategorie": "anderes"}', False),
        ('{"kategorie": "termin", "dringend": "ja"}', False),
        ("{}", False),
        ("[]", False),
        ("", False),
        ("Termin", False),
        ('```json\n{"kategorie": "termin"}\n```', False),
        ('Gern: {"kategorie": "termin"}', False),
        ('{"kategorie": "termin"', False),
    ],
)
def test_reply_is_the_json_alone(reply: str, *, passes: bool) -> None:
    assert_judged({"json_schema": SCHEMA}, reply, passes=passes)


def test_every_reply_has_to_satisfy_it() -> None:
    talk = transcript(user(), agent('{"kategorie": "termin"}'), user(), agent("Gern."))
    assert_judged({"json_schema": SCHEMA}, talk, passes=False)
    assert_judged({"json_schema": SCHEMA}, talk, 0, passes=True)


def test_not_a_number_is_no_json() -> None:
    assert_judged({"json_schema": {"type": "number"}}, "NaN", passes=False)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ('{"kategorie": "x"}', "kategorie: 'x' is not one of ['termin', 'rezept'], in '{\"kategorie\": \"x\"}'"),
        ("Ja.", "no JSON (Expecting value: line 1 column 1 (char 0)), in 'Ja.'"),
        ("```\n{}\n```", "a code fence around the JSON, in '```\n{}\n```'"),
    ],
)
def test_message_says_what_is_wrong_where(reply: str, found: str) -> None:
    assert judge({"json_schema": SCHEMA}, reply).message == (
        f"Expected every reply in the conversation to satisfy the schema; found in the reply to user turn 1: {found}."
    )


@pytest.mark.parametrize("reference", ["https://example.org/a.json", "#/$defs/fehlt"])
@pytest.mark.parametrize("negated", [False, True])
def test_reference_that_leads_out_is_errored_and_never_fetched(reference: str, *, negated: bool) -> None:
    expectation: dict[str, Any] = {"json_schema": {"$ref": reference}, "not": negated}
    score = judge(expectation, "{}")
    assert score.status == "errored"
    assert "which is not in it" in score.message


def test_pattern_without_end_is_errored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    score = judge({"json_schema": {"pattern": "^(a|a)*$"}}, json.dumps("a" * 60 + "b"))
    assert (score.status, "takes too long" in score.message) == (Status.ERRORED, True)
