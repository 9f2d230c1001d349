"""Real inner runs of pytest on the canonical example."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

# imported once, here: an inner run in this process forgets what it imported first
import kiwerk.cli
import kiwerk.pipeline.evaluate
import kiwerk.pipeline.rehearse
import kiwerk.pipeline.workspace
import kiwerk.providers.openai
import kiwerk.report.findings_text
import kiwerk.report.transcript_text
from kiwerk.run.plan import Planned
from tests.support.example import edit, write_example
from tests.support.loop import playbooks_of
from tests.support.openai_server import serve

pytest_plugins = "pytester"

PLUGIN = ("-p", "kiwerk.pytest_plugin", "-p", "no:cacheprovider", "-W", "error", "--strict-markers")
NOW = "--kiwerk-now=2026-11-27"
SUITE = "evals/praxis-weber/empfang.yaml"
CASE = f"{SUITE}::dienstag-halb-drei"


@pytest.fixture(name="example")
def fixture_example(pytester: pytest.Pytester) -> Path:
    return write_example(pytester.path)


@pytest.fixture(name="held")
def fixture_held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many conversations were held together, each time."""
    held: list[int] = []
    rehearse = kiwerk.pipeline.rehearse.rehearse

    def note(plan: Sequence[Planned]) -> tuple[kiwerk.pipeline.rehearse.Rehearsal, ...]:
        held.append(len(plan))
        return rehearse(plan)

    monkeypatch.setattr(kiwerk.pipeline.rehearse, "rehearse", note)
    return held


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, NOW, *arguments)


def test_reference_and_counterexamples_are_items(pytester: pytest.Pytester, example: Path) -> None:
    result = run(pytester, "evals/", "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [f"{CASE}[[]{variant}[]] PASSED*" for variant in ("reference", "blind-gebucht", "geduzt")]
    )


def test_nothing_is_written_without_a_model(pytester: pytest.Pytester, example: Path) -> None:
    run(pytester, "evals/").assert_outcomes(passed=3)
    assert not (example / ".kiwerk").exists()


def test_failing_reference_names_place_turn_and_difference(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / SUITE, "with: {beginn: 2026-12-01T14:30}}}]", "with: {beginn: 2026-12-01T15:30}}}]")
    edit(example / SUITE, "trips: [address]", "trips: [address, called]")
    result = run(pytester, "evals/")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*___ dienstag-halb-drei[[]reference[]] ___*",
            f"{SUITE}:*: called, after user turn 1",
            '*Expected a call of kalender.pruefen with {"beginn": "2026-12-01T15:30"}*',
            "*kalender.buchen*",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_counterexample_that_trips_something_else_fails(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / SUITE, "trips: [address]", "trips: [called]")
    result = run(pytester, "evals/")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*___ dienstag-halb-drei[[]geduzt[]] ___*",
            f"{SUITE}:*: dienstag-halb-drei, geduzt does not trip 'called'*",
            f"{SUITE}:*: dienstag-halb-drei, geduzt trips 'address' besides*",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("evals/", "-k", "blind-gebucht"), 1),
        (("evals/", "-k", "dienstag-halb-drei and not reference"), 2),
        (("evals/", "-m", "critical"), 3),
        ((f"{CASE}[geduzt]",), 1),
        ((CASE,), 3),
    ],
)
def test_selection_is_held_alone(
    pytester: pytest.Pytester, example: Path, held: list[int], arguments: tuple[str, ...], passed: int
) -> None:
    run(pytester, *arguments).assert_outcomes(passed=passed, deselected=0 if "::" in arguments[0] else 3 - passed)
    assert held == [passed]


def test_tag_that_pytest_acts_upon_skips_nothing(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / SUITE, "tags: [critical]", "tags: [critical, skip, xfail]")
    run(pytester, "evals/", "-k", "xfail").assert_outcomes(passed=3)


def test_junit_report_has_names_lines_and_the_difference(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / SUITE, "trips: [address]", "trips: [called]")
    run(pytester, "evals/", "--junitxml=report.xml", "-o", "junit_family=xunit1")
    cases = ET.parse(example / "report.xml").findall(".//testcase")  # noqa: S314 - pytest's own
    assert [case.get("name") for case in cases] == [
        f"dienstag-halb-drei[{variant}]" for variant in ("reference", "blind-gebucht", "geduzt")
    ]
    written = (example / SUITE).read_text(encoding="utf-8").splitlines()
    assert {case.get("file") for case in cases} == {SUITE}
    assert {written[int(case.get("line", "0"))].strip() for case in cases} == {"- id: dienstag-halb-drei"}
    (failure,) = [failure for case in cases for failure in case.findall("failure")]
    assert "does not trip 'called'" in failure.get("message", "")


def test_findings_fail_the_collection(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / "agents/praxis-weber/empfang.yaml", "heute: date", "heut: date")
    more = (example / SUITE).read_text(encoding="utf-8").replace("dienstag-halb-drei", "noch-einer")
    (example / "evals/praxis-weber/zweite.yaml").write_text(more, encoding="utf-8")
    result = run(pytester, "evals/")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["error[[]undefined-variable[]] `runtime.heute` is not defined", "*--> agents/praxis-weber/empfang.yaml:*"]
    )
    assert "Traceback" not in result.stdout.str()
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_case_that_cannot_be_held_is_skipped_with_its_reason(pytester: pytest.Pytester) -> None:
    write_example(pytester.path, simulated=True)
    result = run(pytester, "evals/", "-rs")
    result.assert_outcomes(passed=3, skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED [[]1[]] {SUITE}: a model plays the user; none was asked"])


def test_simulated_case_is_an_item_for_each_sample(pytester: pytest.Pytester) -> None:
    write_example(pytester.path, simulated=True)
    with serve({"playbooks": playbooks_of(pytester.path)}) as server:
        result = run(pytester, "evals/", "-k", "eiliger", "-v", f"--kiwerk-base-url={server.base_url}")
    result.assert_outcomes(passed=3, deselected=8)


def test_model_is_sampled_as_often_as_the_policy_wants(pytester: pytest.Pytester, example: Path) -> None:
    with serve({"playbooks": playbooks_of(example)}) as server:
        result = run(pytester, "evals/", "-v", f"--kiwerk-base-url={server.base_url}")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines([f"{CASE}[[]sample-{number}[]] PASSED*" for number in range(1, 6)])
    assert (example / ".kiwerk").exists(), "samples cost money, so they are kept"


def test_model_that_fails_is_shown_by_its_scores(
    pytester: pytest.Pytester, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (playbook,) = playbooks_of(example)
    rude = {**playbook, "steps": [{"say": "Nein."}, {"say": "Immer noch nein."}]}
    with serve({"playbooks": [rude]}) as server:
        monkeypatch.setenv("KIWERK_BASE_URL", server.base_url)
        result = run(pytester, "evals/", "-k", "sample-2 or reference")
    result.assert_outcomes(passed=1, failed=1, deselected=6)
    result.stdout.fnmatch_lines(
        [
            f"{SUITE}:*: called, after user turn 1",
            "  Expected a call of *",
            "To read it: kiwerk show * dienstag-halb-drei",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_environment_that_does_not_exist_is_an_error_without_traceback(
    pytester: pytest.Pytester, example: Path
) -> None:
    result = run(pytester, "evals/", "--kiwerk-base-url=http://127.0.0.1:9/v1", "--kiwerk-env=nowhere")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*There is no environment 'nowhere'*"])


def test_moment_that_is_none_is_a_wrong_usage(pytester: pytest.Pytester, example: Path) -> None:
    result = pytester.runpytest_inprocess(*PLUGIN, "--kiwerk-now=gestern", "evals/")
    result.stderr.fnmatch_lines(["ERROR: --kiwerk-now: 'gestern' is neither a date*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_workers_share_the_items(pytester: pytest.Pytester, example: Path) -> None:
    edit(example / SUITE, "trips: [address]", "trips: [called]")
    result = pytester.runpytest_subprocess(*PLUGIN, NOW, "evals/", "-n", "2", "-v")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines([f"{SUITE}:*: dienstag-halb-drei, geduzt does not trip 'called'*"])
    assert "Traceback" not in result.stdout.str()


def test_worker_holds_only_what_it_is_handed(pytester: pytest.Pytester, example: Path, held: list[int]) -> None:
    pytester.makeconftest("def pytest_configure(config): config.workerinput = {}")
    run(pytester, "evals/").assert_outcomes(passed=3)
    assert held == [1, 1, 1]


def test_workers_do_not_ask_a_model(pytester: pytest.Pytester, example: Path) -> None:
    result = pytester.runpytest_subprocess(*PLUGIN, NOW, "evals/", "-n", "1", "--kiwerk-base-url=http://127.0.0.1:9/v1")
    result.stdout.fnmatch_lines(["A live model is asked by one process*"])
    assert result.ret != 0


def test_example_repositories_among_other_tests_are_left_alone(pytester: pytest.Pytester) -> None:
    write_example(pytester.path / "tests" / "data")
    pytester.makepyfile(test_own="def test_own(): pass")
    pytester.mkdir("evals").joinpath("notes.yaml").write_text("a: 1", encoding="utf-8")
    run(pytester).assert_outcomes(passed=1)


def test_named_repository_is_collected_from_anywhere(pytester: pytest.Pytester) -> None:
    root = write_example(pytester.path / "inner")
    pytester.mkdir("beside")
    run(pytester, str(root / "evals")).assert_outcomes(passed=3)
    run(pytester, "beside/../inner/evals").assert_outcomes(passed=3)


def test_repository_is_collected_beside_its_own_tests(pytester: pytest.Pytester, example: Path) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    run(pytester).assert_outcomes(passed=4)


def test_plugin_imports_nothing_of_kiwerk_for_other_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what other installed plugins import is no matter here: anyio's imports asyncio
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import sys

        def test_own():
            own = sorted(name for name in sys.modules if name.startswith("kiwerk"))
            assert own == ["kiwerk", "kiwerk.pytest_plugin"]
            assert not {"pydantic", "yaml", "jinja2", "asyncio"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)


def test_thousand_cases_take_seconds(pytester: pytest.Pytester, example: Path, held: list[int]) -> None:
    head, case = (example / SUITE).read_text(encoding="utf-8").split("  - id: dienstag-halb-drei\n")
    case = case.partition("    counterexamples:\n")[0]
    cases = "".join(f"  - id: fall-{number}\n{case}" for number in range(1000))
    (example / SUITE).write_text(head + cases, encoding="utf-8")
    began = time.process_time()
    run(pytester, "evals/", "-q").assert_outcomes(passed=1000)
    taken = time.process_time() - began
    assert held == [1000]
    assert taken < 10, "of the processor, of which others may take their share, too"


def test_entry_point_is_the_module() -> None:
    """By its own name, so that `-p kiwerk.pytest_plugin` and an installed kiwerk are one plugin."""
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points.pytest11]\n"kiwerk.pytest_plugin" = "kiwerk.pytest_plugin"\n' in project
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "kiwerk.pytest_plugin", "--version"], check=True, capture_output=True
    )
    assert not shown.stderr


def test_counterexample_that_only_a_judge_can_notice_is_skipped(pytester: pytest.Pytester, example: Path) -> None:
    (example / "evals/praxis-weber/siezt.yaml").write_text(
        'kind: Judge\nrubric: Siezt der Agent?\nmodel: {name: "mistral:mistral-large-2411"}\n', encoding="utf-8"
    )
    edit(example / SUITE, "- address: sie", "- judge: siezt")
    edit(example / SUITE, "trips: [address]", "trips: [judge]")
    result = run(pytester, "evals/", "-rs")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*'judge' must notice it, and no model was asked to judge it"])
