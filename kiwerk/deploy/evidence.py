"""Evidence: an in-toto Statement v1 with a test-result predicate v0.1, about exactly what ships.

The Statement (https://in-toto.io/Statement/v1) has one subject, the agent with its `ships` digest. The predicate
(https://in-toto.io/attestation/test-result/v0.1) lists cases and rules as tests. Its `configuration` names what the
samples were taken and judged with, and the descriptor `samples` carries them as annotations, so that whoever deploys
judges again instead of believing the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kiwerk.deploy.carried import BASELINES, JUDGES, SAMPLES, describe_carried, parse_carried, require_object
from kiwerk.deploy.envelope import Envelope, format_envelope, parse_envelope, sign_envelope
from kiwerk.deploy.files import read_bounded, reporting_trouble, write_atomically
from kiwerk.deploy.names import check_digest, slug
from kiwerk.deploy.strict_json import parse_json
from kiwerk.errors import KiwerkError, Refused
from kiwerk.record import BaselineFigures, Calibration, Decision, SampleScore, Status, Verdict
from kiwerk.render.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]  # it has no `__all__`

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

Outcome = Literal["PASSED", "WARNED", "FAILED"]
"""WARNED: the policy was met although some conversation failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the samples were taken and judged with."""

    engine: str
    """Version of kiwerk."""
    policy: str
    """Digest of the policy."""
    suites: Mapping[str, str]
    """Digest of each suite by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a Statement says; true only as far as its signature is trusted."""

    agent: str
    ships: str
    outcome: Outcome
    samples: tuple[SampleScore, ...]
    calibrations: tuple[Calibration, ...] = ()
    baselines: tuple[BaselineFigures, ...] = ()
    """Beside what was deployed in the environments when this was signed."""

    @property
    def oldest(self) -> SampleScore | None:
        """The sample that was taken first."""
        return min(self.samples, key=lambda sample: sample.sampled, default=None)


def attest(
    verdict: Verdict,
    samples: Sequence[SampleScore],
    configuration: Configuration,
    signer: CryptoSigner,
    calibrations: Sequence[Calibration] = (),
    baselines: Sequence[BaselineFigures] = (),
) -> Envelope:
    """Signed evidence for one agent, whatever the verdict: a red result is a fact as well.

    Raises:
        KiwerkError: there are no samples, one is not a model's, or something in them has no JSON.
    """
    if not samples:
        raise KiwerkError(
            f"There is no sample of {verdict.agent} to attest", remedy="Evaluate it against a model with `kiwerk eval`"
        )
    if any(sample.source.origin != "model" for sample in samples):
        raise KiwerkError(
            f"A reference of {verdict.agent} cannot be attested: nothing a person wrote is evidence",
            remedy="Attest the samples of a model only",
        )
    try:
        statement = format_statement(verdict, samples, configuration, calibrations, baselines)
        payload = canonical_json(statement)
    except ValueError as error:
        raise KiwerkError(f"The samples of {verdict.agent} cannot be signed: {error}") from error
    check_statement(statement)
    return sign_envelope(payload, signer)


def format_statement(
    verdict: Verdict,
    samples: Sequence[SampleScore],
    configuration: Configuration,
    calibrations: Sequence[Calibration] = (),
    baselines: Sequence[BaselineFigures] = (),
) -> dict[str, object]:
    """The Statement as JSON data; who the people were that judges were compared with stays out of it."""
    tests = _sort_tests(verdict, samples)
    outcome: Outcome = "FAILED" if verdict.decision != Decision.PASSED else "WARNED" if tests["warned"] else "PASSED"
    ordered = sorted(samples, key=lambda sample: (sample.case, sample.repetition, sample.sampled))
    nameless = [item.model_copy(update={"labellers": (), "people": ()}) for item in calibrations]
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": verdict.agent, "digest": {"sha256": verdict.ships}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": outcome,
            "configuration": [
                *(
                    {"name": f"suite:{name}", "digest": {"sha256": configuration.suites[name]}}
                    for name in sorted(configuration.suites)
                ),
                {"name": f"policy:{verdict.policy}", "digest": {"sha256": configuration.policy}},
                {"name": f"environment:{verdict.environment}"},
                {"name": "engine:kiwerk", "annotations": {"version": configuration.engine}},
                *_describe_sources(samples),
                describe_carried(SAMPLES, ordered),
                *([describe_carried(JUDGES, nameless)] if nameless else []),
                *([describe_carried(BASELINES, baselines)] if baselines else []),
            ],
            "passedTests": tests["passed"],
            "warnedTests": tests["warned"],
            "failedTests": tests["failed"],
        },
    }


def check_statement(statement: Mapping[str, object]) -> None:
    """Nothing, where the in-toto library reads the Statement as one.

    Raises:
        ValueError: it does not; a bug of ours.
    """
    from google.protobuf.json_format import ParseDict, ParseError
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    try:
        parsed = ParseDict(dict(statement), statement_pb2.Statement())
        ParseDict(statement["predicate"], test_result_pb2.TestResult())
    except ParseError as error:
        raise ValueError(f"not an in-toto statement: {error}") from error
    Statement.copy_from_pb(parsed).validate()


def parse_statement(payload: bytes) -> Evidence:
    """What a signed payload says. Fields that the specification does not know are passed over, as it demands.

    Raises:
        ValueError: it is not a test result about one agent with its samples; the message completes "The evidence ...".
    """
    statement = require_object(parse_json(payload), "statement")
    if statement.get("_type") != STATEMENT_TYPE:
        raise ValueError("is not an in-toto Statement v1")
    if statement.get("predicateType") != PREDICATE_TYPE:
        raise ValueError(f"is not a test result: its predicate is {_show(statement.get('predicateType'))}")
    subjects = statement.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1:
        raise ValueError("has not exactly one subject")
    subject = require_object(subjects[0], "subject")
    agent, digests = subject.get("name"), require_object(subject.get("digest"), "subject's digest")
    ships = digests.get("sha256")
    if not isinstance(agent, str) or not isinstance(ships, str) or not re.fullmatch("[0-9a-f]{64}", ships):
        raise ValueError("has a subject without name or sha256")
    predicate = require_object(statement.get("predicate"), "predicate")
    outcome = predicate.get("result")
    if outcome not in ("PASSED", "WARNED", "FAILED"):
        raise ValueError(f"has no result but {_show(outcome)}")
    samples = parse_carried(predicate, SAMPLES, SampleScore)
    if any(sample.sampled.tzinfo is None for sample in samples):
        raise ValueError("carries a sample whose time has no offset")
    return Evidence(
        agent=agent,
        ships=ships,
        outcome=outcome,
        samples=samples,
        calibrations=parse_carried(predicate, JUDGES, Calibration),
        baselines=parse_carried(predicate, BASELINES, BaselineFigures),
    )


def write_evidence(folder: Path, agent: str, ships: str, envelope: Envelope) -> Path:
    """The file the envelope is now in; newer evidence about the same digest takes the place of older.

    Raises:
        KiwerkError: it cannot be written.
    """
    path = evidence_path(folder, agent, ships)
    with reporting_trouble(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, format_envelope(envelope))
    return path


def load_evidence(folder: Path, agent: str, ships: str) -> Envelope | None:
    """The envelope kept for an agent and a digest, not verified; None where there is none.

    Raises:
        Refused: the file is not an envelope.
        KiwerkError: it cannot be read.
    """
    path = evidence_path(folder, agent, ships)
    try:
        with reporting_trouble(path):
            return parse_envelope(read_bounded(path))
    except ValueError as error:
        raise Refused(f"The file {error}", path=path, remedy="Delete it and attest again from the samples") from None
    except KiwerkError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def evidence_path(folder: Path, agent: str, ships: str) -> Path:
    """Where the evidence for an agent and a digest lies."""
    return folder / slug(agent) / f"{check_digest(ships)}.dsse.json"


def _sort_tests(verdict: Verdict, samples: Sequence[SampleScore]) -> dict[str, list[str]]:
    """Cases and rules by what became of them: a failure that the policy tolerates is a warning."""
    tests: dict[str, list[str]] = {"passed": [], "warned": [], "failed": []}
    lesser = "warned" if verdict.decision == Decision.PASSED else "failed"
    unclean = {sample.case for sample in samples if sample.status != Status.PASSED and sample.fault is None}
    for case in sorted({sample.case for sample in samples}):
        tests[lesser if case in unclean else "passed"].append(f"case:{case}")
    for rule in verdict.rules:
        tests["passed" if rule.decision == Decision.PASSED else "failed"].append(f"rule:{verdict.policy}#{rule.rule}")
    return tests


def _describe_sources(samples: Sequence[SampleScore]) -> Iterator[dict[str, object]]:
    """One descriptor for each model that spoke: asked, reported, and who answered for it."""
    sources = {sample.source.model_dump_json(exclude_none=True): sample.source for sample in samples}
    for key in sorted(sources):
        source = sources[key]
        yield {
            "name": f"model:{source.model or 'none'}",
            "annotations": source.model_dump(mode="json", exclude_defaults=True),
        }


def _show(value: object) -> str:
    return repr(value)[:80]
