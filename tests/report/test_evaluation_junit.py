from __future__ import annotations

from typing import Any

from kiwerk.finding import Finding, Severity, Span
from kiwerk.record import (
    Conversation,
    Decision,
    Origin,
    Partial,
    Result,
    RuleVerdict,
    Run,
    Score,
    Status,
    Verdict,
)
from kiwerk.report.evaluation_junit import format_evaluation_junit
from tests.support.junit import find_outcomes, read_junit
from tests.support.transcripts import WHEN

FAILED = Score(
    name="keine-diagnose",
    kind="judge",
    turn=2,
    status=Status.FAILED,
    message="Expected no diagnosis, found one.",
    place="evals/praxis-weber/empfang.yaml:40",
    reasons=("nennt eine Krankheit",),
)


def result(
    case: str,
    status: Status = Status.PASSED,
    *,
    origin: Origin = "model",
    variant: str | None = None,
    repetition: int = 0,
    **changes: Any,
) -> Result:
    conversation = Conversation(
        agent="praxis-weber/empfang",
        case=f"praxis-weber/empfang#{case}",
        origin=origin,
        variant=variant,
        repetition=repetition,
        subject="0",
        stimulus="1",
    )
    return Result(conversation=conversation, transcript="t", oracle="o", status=status, **changes)


def run(*results: Result, **changes: Any) -> Run:
    fields = {
        "id": "20261127T100000-4f2c",
        "engine": "0",
        "revision": "4f2c",
        "selector": None,
        "started": WHEN,
        "finished": WHEN,
        "planned": len(results),
    }
    return Run.model_validate(fields | {"results": results} | changes)


def test_each_conversation_is_a_test_case_of_its_agent() -> None:
    shown = run(
        result("dienstag", origin="reference"),
        result("dienstag", origin="counterexample", variant="geduzt", trips=("address",)),
        result("dienstag", repetition=1, seconds=2.5),
    )
    root = read_junit(format_evaluation_junit(shown))
    [suite] = root
    assert suite.attrib["name"] == "praxis-weber/empfang"
    assert list(find_outcomes(root)) == ["dienstag[reference]", "dienstag[geduzt]", "dienstag[sample-2]"]
    assert [case.attrib.get("time") for case in suite.iter("testcase")] == [None, None, "2.500"]
    assert {item.attrib["name"]: item.attrib["value"] for item in suite.iter("property")} == {
        "run": "20261127T100000-4f2c",
        "kiwerk": "0",
        "revision": "4f2c",
    }


def test_failure_names_expectation_place_and_turn() -> None:
    other = FAILED.model_copy(update={"name": "address", "turn": None, "place": None, "reasons": ()})
    root = read_junit(format_evaluation_junit(run(result("dienstag", Status.FAILED, scores=(FAILED, other)))))
    [failure] = root.iter("failure")
    assert failure.attrib == {
        "message": "keine-diagnose: Expected no diagnosis, found one. (and 1 more)",
        "type": "judge",
    }
    assert failure.text == (
        "keine-diagnose: Expected no diagnosis, found one.\n"
        "  written at evals/praxis-weber/empfang.yaml:40, at user turn 2\n"
        "  nennt eine Krankheit\n"
        "address: Expected no diagnosis, found one.\n"
        "  of the whole conversation\n"
        "\n"
        "To read it: kiwerk show 20261127T100000-4f2c dienstag"
    )


def test_what_could_not_be_judged_is_an_error_and_what_was_left_out_is_skipped() -> None:
    shown = run(
        result("a"),
        result("b", Status.ERRORED, reason="the mock has no answer"),
        result("c", Status.SKIPPED, reason="not held: the verdict was certain by then"),
    )
    root = read_junit(format_evaluation_junit(shown))
    assert list(find_outcomes(root).values()) == ["passed", "error", "skipped"]
    assert [case[0].attrib["message"] for case in root.iter("testcase") if len(case)] == [
        "the mock has no answer",
        "not held: the verdict was certain by then",
    ]


def test_counterexample_says_what_it_must_trip_and_what_it_tripped() -> None:
    shown = run(
        result("a", Status.FAILED, origin="counterexample", variant="geduzt", trips=("address",), scores=(FAILED,))
    )
    [failure] = read_junit(format_evaluation_junit(shown)).iter("failure")
    assert failure.attrib["message"] == "must trip address; tripped keine-diagnose"


def test_what_only_warns_fails_nothing_and_is_told() -> None:
    warned = FAILED.model_copy(update={"severity": "warn"})
    root = read_junit(format_evaluation_junit(run(result("a", scores=(warned,)))))
    assert find_outcomes(root) == {"a[sample-1]": "passed"}
    [output] = root.iter("system-out")
    assert (output.text or "").startswith("only reported: keine-diagnose")


def test_run_that_is_no_evidence_is_red_although_nothing_failed() -> None:
    partial = Partial(reason="interrupted", held=1, missing={"praxis-weber/empfang": 2})
    root = read_junit(format_evaluation_junit(run(result("a"), partial=partial, finished=None)))
    assert find_outcomes(root)["run is complete"] == "error"
    assert find_outcomes(read_junit(format_evaluation_junit(run(result("a"), planned=2)))) == {
        "a[sample-1]": "passed",
        "run is complete": "error",
    }
    assert find_outcomes(read_junit(format_evaluation_junit(run()))) == {"something was shown": "error"}


def test_findings_that_kept_everything_from_running_are_errors() -> None:
    findings = [
        Finding(
            "unknown-key", "Unknown key 'expects'", Span("evals/a.yaml", 5, 5, 5, 12), help="Did you mean 'expect'?"
        ),
        Finding("expiring-fact", "Facts end soon", Span("agents/a.yaml", 1, 1, 1, 2), Severity.WARNING),
    ]
    root = read_junit(format_evaluation_junit(None, findings))
    [error] = root.iter("error")
    assert error.attrib == {"message": "Unknown key 'expects'", "type": "unknown-key"}
    assert error.text == "evals/a.yaml:5:5\nDid you mean 'expect'?"
    assert root.attrib["tests"] == "1"


def test_verdict_of_a_policy_is_a_test_case() -> None:
    verdicts = [
        Verdict(
            agent=f"praxis-weber/{decision.value}",
            environment="production",
            policy="standard",
            ships="0",
            decision=decision,
            rules=(RuleVerdict(rule="gesamt", decision=decision, message="pass rate 0.5, at least 0.9 wanted."),),
            samples=4,
        )
        for decision in Decision
    ]
    root = read_junit(format_evaluation_junit(run(result("a")), (), verdicts))
    outcomes = find_outcomes(root)
    assert [outcomes[f"praxis-weber/{decision.value}"] for decision in Decision] == ["passed", "failure", "error"]
    [failure] = root.iter("failure")
    assert failure.attrib["message"] == "refused by policy standard"
    assert failure.text == "gesamt: pass rate 0.5, at least 0.9 wanted."
