"""The workflow with the real kiwerk: what a reviewer reads, and what is red."""

from __future__ import annotations

import pytest

from kiwerk.report.comparison_markdown import KEY
from tests.support.act import Event, pull_request
from tests.support.delivery import MODEL_KEY, Delivery, raise_the_bar
from tests.support.example import edit

JUDGED = [("evaluate", "Judge for staging"), ("evaluate", "Judge for production")]


FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"


def test_green_change_passes_with_both_verdicts_in_the_summary(delivery: Delivery) -> None:
    edit(delivery.root / FACTS, "17:00", "18:00")
    run = delivery.run("pull-request", pull_request())
    assert run.exit_code == 0, run.output
    assert run.summary.startswith("### Gate for staging: passed\n")
    assert "(a sample of its cases)" in run.summary
    assert "values\\.sprechzeit → prompt of praxis\\-weber/empfang" in run.summary
    assert "### Gate for production: passed\n" in run.summary
    assert "references 1/1, counterexamples 2/2; model samples 5/5 passed" in run.summary
    assert {request["key"] for request in delivery.model.requests} == {MODEL_KEY}
    comment = (run.artifacts / "comparison" / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith(f"{KEY}\n### kiwerk: ")
    assert comment.rstrip() in run.summary
    assert (run.artifacts / "comparison" / "page.html").exists()
    assert run.jobs == {"evaluate": "success", "comment": "success"}


def test_change_that_affects_no_case_asks_no_model_and_is_green(delivery: Delivery) -> None:
    edit(delivery.root / FACTS, "source: Aushang Praxis", "source: Aushang")
    run = delivery.run("pull-request", pull_request())
    assert run.exit_code == 0, run.output
    assert run.summary.startswith(
        "### Gate for staging\\: passed, for nothing has to be asked of a model\\: None of 1 case is affected"
    )
    assert "None of 1 case is affected" in run.summary
    assert delivery.model.requests == []


def test_case_that_the_model_fails_is_red(delivery: Delivery) -> None:
    raise_the_bar(delivery)
    run = delivery.run("pull-request", pull_request())
    assert run.exit_code == 1
    assert run.failed_steps == JUDGED
    assert run.summary.startswith("### Gate for staging: refused\n")
    assert "references 1/1, counterexamples 2/2; model samples 0/5 passed" in run.summary
    assert (run.artifacts / "records" / "store.sqlite3").exists()


@pytest.mark.parametrize("event", [pull_request(), pull_request(fork=True)], ids=["own", "fork"])
def test_without_a_key_nothing_is_judged_and_no_model_asked(delivery: Delivery, event: Event) -> None:
    run = delivery.run("pull-request", event, model_key="")
    assert run.exit_code == 0, run.output
    assert run.summary.startswith("### Gate for staging: not judged: no model evidence\n")
    assert "references 1/1, counterexamples 2/2; model evidence for these prompts: none" in run.summary
    assert delivery.model.requests == []


def test_model_that_gives_no_answers_is_red(delivery: Delivery) -> None:
    delivery.model.script["playbooks"].clear()
    edit(delivery.root / FACTS, "17:00", "18:00")
    run = delivery.run("pull-request", pull_request())
    assert run.exit_code == 1
    assert run.failed_steps == [*JUDGED, ("evaluate", "Compare with the base")]
    assert run.summary.startswith("### Gate for staging: refused\n")
    assert "could not be judged" in run.summary


def test_finding_is_shown_at_its_line(delivery: Delivery) -> None:
    path = "agents/praxis-weber/empfang.yaml"
    edit(delivery.root / path, "owner: praxisleitung", "owner: praxisleiter")
    run = delivery.run("pull-request", pull_request())
    assert run.exit_code == 1
    assert run.failed_steps == [("evaluate", "Check")]
    [note] = run.annotations
    assert note.level == "error"
    assert "praxisleiter" in note.message
    lines = (delivery.root / path).read_text(encoding="utf-8").splitlines()
    assert note.properties["file"] == path
    assert lines[int(note.properties["line"]) - 1] == "owner: praxisleiter"
