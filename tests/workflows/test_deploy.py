"""The workflow with the real kiwerk: what is green arrives, and nothing else does."""

from __future__ import annotations

import json

import pytest

from kiwerk.deploy.keys import make_key_pair
from tests.support.act import WorkflowRun, push
from tests.support.delivery import Delivery, is_deployed, raise_the_bar, unpack
from tests.support.example import edit
from tests.support.pipeline import insert_step, remove_step

AGENT = "agents/praxis-weber/empfang.yaml"
OTHER_PROMPT = ("Sprechzeiten:", "Oeffnungszeiten:")


def assert_stopped(run: WorkflowRun, job: str, step: str) -> None:
    """The run was red at this step alone, and nothing went anywhere."""
    assert run.exit_code == 1
    assert run.failed_steps == [(job, step)], run.output
    assert not is_deployed(run, "staging")
    assert not is_deployed(run, "production")


def test_green_change_reaches_staging_and_production_as_it_was_proven(delivery: Delivery) -> None:
    run = delivery.run("deploy", push())
    assert run.exit_code == 0, run.output
    assert run.summary.count(": passed\n") == 2
    for environment in ("staging", "production"):
        unpack(run, environment, delivery.root)
        current = delivery.root / "build" / environment / "praxis-weber" / "current"
        release = json.loads((current / "release.json").read_text(encoding="utf-8"))
        assert release["agents"] == delivery.digests(environment)
        assert delivery.place.run("status", environment).code == 0


def test_case_that_the_model_fails_stops_everything(delivery: Delivery) -> None:
    raise_the_bar(delivery)
    run = delivery.run("deploy", push())
    assert_stopped(run, "evaluate", "Judge for staging")
    assert "### Gate for staging: refused\n" in run.summary


def test_without_a_key_nothing_is_judged_and_nothing_deployed(delivery: Delivery) -> None:
    run = delivery.run("deploy", push(), model_key="")
    assert_stopped(run, "evaluate", "Judge for staging")
    assert "### Gate for staging: not judged: no model evidence\n" in run.summary


def test_evaluation_that_was_left_out_stops_everything(delivery: Delivery) -> None:
    remove_step(delivery.root, "deploy.yml", "Sample the model")
    run = delivery.run("deploy", push())
    assert_stopped(run, "evaluate", "Judge for staging")
    assert delivery.model.requests == []


def test_evaluation_that_is_not_passed_on_is_not_signed(delivery: Delivery) -> None:
    insert_step(delivery.root, "deploy.yml", before="Sign the evidence", run="rm .kiwerk/store.sqlite3")
    run = delivery.run("deploy", push())
    assert_stopped(run, "attest", "Sign the evidence")
    assert "not judged: no model evidence" in run.output


def test_evidence_that_is_not_passed_on_is_missed(delivery: Delivery) -> None:
    insert_step(delivery.root, "deploy.yml", before="Deploy to staging", run="rm -r .kiwerk/evidence")
    run = delivery.run("deploy", push())
    assert_stopped(run, "staging", "Deploy to staging")
    assert "There is no evidence for praxis-weber/empfang as it would ship" in run.output


def test_evidence_of_a_key_that_is_no_signer_is_refused(delivery: Delivery) -> None:
    run = delivery.run("deploy", push(), signing_key=make_key_pair().private)
    assert_stopped(run, "staging", "Deploy to staging")


@pytest.mark.parametrize("renamed", [False, True], ids=["as written", "under the new digest"])
def test_evidence_for_another_digest_is_refused(delivery: Delivery, *, renamed: bool) -> None:
    [proven] = delivery.digests("staging").values()
    edit(delivery.root / AGENT, *OTHER_PROMPT)
    [changed] = delivery.digests("staging").values()
    edit(delivery.root / AGENT, *reversed(OTHER_PROMPT))
    insert_step(
        delivery.root, "deploy.yml", before="Deploy to staging", run=f"sed -i s/{'/'.join(OTHER_PROMPT)}/ {AGENT}"
    )
    if renamed:
        move = f"cd .kiwerk/evidence/* && mv {proven}.dsse.json {changed}.dsse.json"
        insert_step(delivery.root, "deploy.yml", before="Deploy to staging", run=move)
    run = delivery.run("deploy", push())
    assert_stopped(run, "staging", "Deploy to staging")
    said = "is about other contents" if renamed else "There is no evidence for praxis-weber/empfang as it would ship"
    assert said in run.output
    assert proven[:12] in run.output or changed[:12] in run.output
