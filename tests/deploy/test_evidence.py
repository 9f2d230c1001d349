from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiwerk.deploy.envelope import format_envelope
from kiwerk.deploy.evidence import (
    PREDICATE_TYPE,
    check_statement,
    evidence_path,
    format_statement,
    load_evidence,
    parse_statement,
    write_evidence,
)
from kiwerk.deploy.files import MAX_BYTES
from kiwerk.errors import KiwerkError, Refused
from kiwerk.record import BaselineCase, BaselineFigures, Calibration, Status
from kiwerk.record.calibration import ClassAgreement, Kappa
from kiwerk.record.comparison import Sampled
from kiwerk.render.bundle import ships_digest
from kiwerk.render.canonical import canonical_json
from tests.deploy.world import AGENT, CASES, CONFIGURATION, MODEL, World, make_bundle, make_sample, make_samples

SHIPS = ships_digest(make_bundle())


def test_the_statement_is_one_by_the_specification(world: World) -> None:
    payload = world.sign().payload
    statement = json.loads(payload)
    assert payload == canonical_json(statement)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["subject"] == [{"name": AGENT, "digest": {"sha256": SHIPS}}]
    assert statement["predicate"]["result"] == "PASSED"
    assert set(statement["predicate"]) == {"result", "configuration", "passedTests", "warnedTests", "failedTests"}
    check_statement(statement)


def test_the_configuration_names_everything_the_result_rests_on(world: World) -> None:
    configuration = {entry["name"]: entry for entry in world.statement()["predicate"]["configuration"]}
    assert configuration[f"suite:{AGENT}"]["digest"] == {"sha256": "b" * 64}
    assert configuration["policy:standard"]["digest"] == {"sha256": "a" * 64}
    assert configuration["engine:kiwerk"]["annotations"] == {"version": "0.1.0"}
    assert configuration[f"model:{MODEL}"]["annotations"] == {
        "origin": "model",
        "provider": "mistral",
        "host": "api.mistral.ai",
        "model": MODEL,
        "reported": "mistral-small-2506-hotfix",
    }
    assert "environment:staging" in configuration


def test_every_model_that_spoke_is_named(world: World) -> None:
    samples = [*make_samples(), make_sample(repetition=9, provider="loopback")]
    entries = world.statement(samples)["predicate"]["configuration"]
    models = [entry["annotations"]["provider"] for entry in entries if entry["name"].startswith("model:")]
    assert models == ["loopback", "mistral"]


def test_the_samples_come_back_as_they_were(world: World) -> None:
    samples = make_samples()
    evidence = parse_statement(world.sign(samples).payload)
    assert sorted(evidence.samples, key=repr) == sorted(samples, key=repr)
    assert (evidence.agent, evidence.ships, evidence.outcome) == (AGENT, SHIPS, "PASSED")


def test_equal_samples_in_another_order_give_the_same_bytes(world: World) -> None:
    samples = make_samples()
    assert world.sign(samples) == world.sign(samples[::-1])


def test_a_failure_that_the_policy_tolerates_is_a_warning(world: World) -> None:
    samples = make_samples()
    samples[-1] = make_sample(CASES[-1], repetition=4, status=Status.FAILED)
    predicate = world.statement(samples)["predicate"]
    assert predicate["result"] == "WARNED"
    assert predicate["warnedTests"] == [f"case:{AGENT}#{CASES[-1]}"]
    assert f"case:{AGENT}#{CASES[0]}" in predicate["passedTests"]
    assert "rule:standard#gesamt" in predicate["passedTests"]
    assert predicate["failedTests"] == []


def test_a_red_verdict_is_a_failed_test(world: World) -> None:
    samples = [*make_samples(), make_sample(repetition=9, status=Status.ERRORED)]
    predicate = world.statement(samples)["predicate"]
    assert predicate["result"] == "FAILED"
    assert {f"case:{AGENT}#{CASES[0]}", "rule:standard#kritisch"} <= set(predicate["failedTests"])
    assert predicate["warnedTests"] == []


def test_nothing_is_not_attested(world: World) -> None:
    with pytest.raises(KiwerkError, match="There is no sample"):
        world.sign([])


@pytest.mark.parametrize("origin", ["reference", "counterexample"])
def test_what_a_person_wrote_is_not_attested(world: World, origin: str) -> None:
    with pytest.raises(KiwerkError, match="nothing a person wrote is evidence"):
        world.sign([*make_samples(), make_sample(origin=origin)])  # type: ignore[arg-type]  # both are origins


def test_a_sample_that_json_cannot_carry_cannot_be_signed(world: World) -> None:
    sample = make_sample()
    broken = sample.model_copy(update={"source": sample.source.model_copy(update={"reported": "\ud800"})})
    with pytest.raises(KiwerkError, match="cannot be signed"):
        world.sign([broken])


def test_the_library_refuses_what_is_no_statement() -> None:
    with pytest.raises(ValueError, match="not an in-toto statement"):
        check_statement({"subject": "x", "predicate": {}})
    with pytest.raises(ValueError, match="Wrong statement type"):
        check_statement({"_type": "x", "predicateType": PREDICATE_TYPE, "predicate": {}})


def test_evidence_survives_the_disk(world: World) -> None:
    envelope = world.sign()
    path = write_evidence(world.evidence, AGENT, SHIPS, envelope)
    assert path == world.evidence / "praxis-weber__empfang" / f"{SHIPS}.dsse.json"
    assert load_evidence(world.evidence, AGENT, SHIPS) == envelope
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_newer_evidence_takes_the_place_of_older(world: World) -> None:
    write_evidence(world.evidence, AGENT, SHIPS, world.sign())
    newer = world.sign(make_samples(repeats=7))
    write_evidence(world.evidence, AGENT, SHIPS, newer)
    assert load_evidence(world.evidence, AGENT, SHIPS) == newer


def test_there_may_be_none(world: World) -> None:
    assert load_evidence(world.evidence, AGENT, SHIPS) is None


@pytest.mark.parametrize(
    ("agent", "ships"), [("../../etc/passwd", SHIPS), ("a__b", SHIPS), (AGENT, f"../{SHIPS[3:]}"), (AGENT, "")]
)
def test_no_name_leads_out_of_the_folder(world: World, agent: str, ships: str) -> None:
    with pytest.raises(KiwerkError, match="is not"):
        evidence_path(world.evidence, agent, ships)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON"),
        (b"PK\x03\x04\xff", "is not UTF-8"),
        (b'{"payload": "e30=", "payloadType": "text/plain", "signatures": []}', "has another payloadType"),
        (b" " * (MAX_BYTES + 1), "is larger than 16 MiB"),
    ],
    ids=["empty", "binary", "type", "huge"],
)
def test_a_bad_file_is_a_clear_refusal(world: World, data: bytes, message: str) -> None:
    path = evidence_path(world.evidence, AGENT, SHIPS)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(Refused, match=message) as caught:
        load_evidence(world.evidence, AGENT, SHIPS)
    assert caught.value.path == str(path)
    assert caught.value.remedy


def test_a_truncated_file_is_a_clear_refusal(world: World) -> None:
    path = evidence_path(world.evidence, AGENT, SHIPS)
    path.parent.mkdir(parents=True)
    whole = format_envelope(world.sign())
    for length in range(0, len(whole) - 1, 997):
        path.write_bytes(whole[:length])
        with pytest.raises(Refused, match="The file"):
            load_evidence(world.evidence, AGENT, SHIPS)


def test_a_folder_by_that_name_is_a_clear_refusal(world: World) -> None:
    evidence_path(world.evidence, AGENT, SHIPS).mkdir(parents=True)
    with pytest.raises(KiwerkError, match=r"not a regular file|Is a directory"):
        load_evidence(world.evidence, AGENT, SHIPS)


def test_a_pipe_by_that_name_does_not_wait(world: World) -> None:
    path = evidence_path(world.evidence, AGENT, SHIPS)
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(Refused, match="not a regular file"):
        load_evidence(world.evidence, AGENT, SHIPS)


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from kiwerk.deploy import files
from kiwerk.deploy.files import write_atomically
step, path = int(sys.argv[1]), Path(sys.argv[2])
calls = 0
def deadly(real):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call
for name in ("open", "fsync", "replace", "close"):
    setattr(files.os, name, deadly(getattr(os, name)))
write_atomically(path, b"new")
"""


@pytest.mark.parametrize(("step", "left"), [(1, b"old"), (2, b"old"), (3, b"new"), (4, b"new")])
def test_a_writer_that_is_killed_leaves_the_old_file_or_the_new(tmp_path: Path, step: int, left: bytes) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(step), str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == left


CALIBRATION = Calibration(
    judge="a/freundlich",
    verdict="v" * 64,
    labels=2,
    labellers=("Ute Probe",),
    compared=2,
    table={"yes": {"yes": 1, "no": 0}, "no": {"yes": 0, "no": 1}},
    classes=(ClassAgreement(name="yes", n=1, agreed=1, share=1, low=0.2, high=1),),
    kappa=Kappa(n=2, agreement=1, value=1, note="no interval"),
)


def test_agreement_of_judges_comes_back_without_the_names_of_people(world: World) -> None:
    samples = make_samples()
    statement = format_statement(world.judge(samples, make_bundle()), samples, CONFIGURATION, [CALIBRATION])
    check_statement(statement)
    payload = canonical_json(statement)
    assert parse_statement(payload).calibrations == (CALIBRATION.model_copy(update={"labellers": ()}),)
    assert b"Ute" not in payload
    assert b'"judges"' not in canonical_json(world.statement())


@pytest.mark.parametrize("change", [{"version": 2}, {"judges": [{"judge": "a/freundlich"}]}, {"judges": None}])
def test_judges_in_another_form_are_refused(world: World, change: dict[str, object]) -> None:
    samples = make_samples()
    statement: Any = format_statement(world.judge(samples, make_bundle()), samples, CONFIGURATION, [CALIBRATION])
    [judges] = [entry for entry in statement["predicate"]["configuration"] if entry["name"] == "judges"]
    judges["annotations"].update(change)
    with pytest.raises(ValueError, match="carries"):
        parse_statement(canonical_json(statement))


BASELINE = BaselineFigures(
    ships="b" * 64,
    cases=(
        BaselineCase(
            case=f"{AGENT}#storno",
            stimulus="s",
            oracle="o",
            base=Sampled(passed=5),
            head=Sampled(passed=1, failed=4),
            confirmed_base=Sampled(passed=5),
            confirmed_head=Sampled(passed=4, failed=1),
        ),
    ),
    providers=("mistral",),
)


def test_figures_beside_what_is_deployed_come_back(world: World) -> None:
    samples = make_samples()
    statement = format_statement(world.judge(samples, make_bundle()), samples, CONFIGURATION, (), [BASELINE])
    check_statement(statement)
    assert parse_statement(canonical_json(statement)).baselines == (BASELINE,)
    assert parse_statement(canonical_json(world.statement())).baselines == ()


@pytest.mark.parametrize("change", [{"version": 2}, {"baselines": [{"ships": "b"}]}, {"baselines": None}])
def test_baselines_in_another_form_are_refused(world: World, change: dict[str, object]) -> None:
    samples = make_samples()
    statement: Any = format_statement(world.judge(samples, make_bundle()), samples, CONFIGURATION, (), [BASELINE])
    [carried] = [entry for entry in statement["predicate"]["configuration"] if entry["name"] == "baselines"]
    carried["annotations"].update(change)
    with pytest.raises(ValueError, match="carries"):
        parse_statement(canonical_json(statement))
