"""`kiwerk diff` on a real repository in real git."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiwerk.cli import run
from kiwerk.errors import ExitCode
from tests.support.example import edit, write_example
from tests.support.git import run_git, write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve
from tests.support.python_mock import BOOKING, CODE, give_python

TOOLSET = "agents/praxis-weber/kalender.yaml"
HOURS = "agents/praxis-weber/oeffnungszeiten.yaml"
SHAPE = {
    "version",
    "engine",
    "base",
    "head",
    "changes",
    "capabilities",
    "prompts",
    "weakenings",
    "coverage",
    "baseline",
    "spreads",
    "behaviour",
    "stopped",
    "left_out",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The canonical example, committed."""
    root = write_example(tmp_path / "repository")
    write_commit(root, {}, "Stand von gestern")
    return root


def diff(root: Path, *arguments: str) -> int:
    return run(["diff", *arguments, "--repo", str(root), "--now", "2026-11-27"])


def test_json_has_its_documented_shape(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    assert diff(repository, "HEAD", "--format", "json") == ExitCode.FINE
    body = json.loads(capsys.readouterr().out)
    assert set(body) == SHAPE
    documentation = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    assert [key for key in body if key != "version" and f"`{key}`" not in documentation] == []


def test_changed_fact_leads_to_the_prompt_and_names_its_line(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    assert diff(repository, "HEAD") == ExitCode.FINE
    shown = capsys.readouterr().out
    assert "praxis-weber/empfang, prompt  because agents/praxis-weber/oeffnungszeiten.yaml:4" in shown
    assert "[-17-]{+18+}:00 Uhr" in shown


def test_nothing_changed_is_said_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "kind: Facts\n", "# neu sortiert\nkind: Facts\n")
    assert diff(repository, "HEAD") == ExitCode.FINE
    assert "nothing differs in meaning" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["evals/standard.yaml", "agents/environments/production.yaml"])
def test_document_of_the_gate_that_cannot_be_read_is_refused(
    repository: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / path).write_text("kind: [\n", encoding="utf-8")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    shown = capsys.readouterr().out
    assert "problem in documents that cannot be read" in shown.splitlines()[1]
    assert f"{path}:" in shown
    write_commit(repository, {}, "Kaputt")
    (repository / path).write_bytes(run_git(repository, "show", f"HEAD~1:{path}").encode())
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    assert "could not be read before" in capsys.readouterr().out


def test_unknown_revision_is_refused_with_a_remedy(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(repository, "mian") == ExitCode.IMPOSSIBLE
    shown = capsys.readouterr().err
    assert "There is no revision 'mian'" in shown
    assert "Did you mean 'main'?" in shown


def test_histories_without_a_common_commit_are_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_git(repository, "checkout", "--quiet", "--orphan", "fremd")
    write_commit(repository, {}, "Ganz von vorn")
    assert diff(repository, "main") == ExitCode.IMPOSSIBLE
    assert "'main' and HEAD have no commit in common" in capsys.readouterr().err


def test_base_that_does_not_validate_is_shown_and_the_rest_compared(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / HOURS, "source:", "quelle:")
    write_commit(repository, {}, "kaputt")
    edit(repository / HOURS, "quelle:", "source:")
    edit(repository / TOOLSET, "    confirm: explicit\n", "")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    shown = " ".join(capsys.readouterr().out.split())
    assert f"base cannot be read: {HOURS}:2" in shown
    assert "added" not in shown
    assert "may call kalender.buchen without the customer's confirmation" in shown


def test_missing_baseline_says_how_to_get_one(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    diff(repository, "HEAD")
    commit = run_git(repository, "rev-parse", "HEAD")[:12]
    assert f"no behaviour baseline for {commit}; run `kiwerk eval` there" in capsys.readouterr().out.replace("\n", " ")


def test_weaker_gate_is_refused_until_somebody_decides_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository / "evals/standard.yaml", "min: 0.9", "min: 0.5")
    assert diff(repository, "HEAD") == ExitCode.REFUSED
    assert "refused   loosened-threshold:standard.gesamt  pass rate 0.5, before 0.9" in capsys.readouterr().out
    entry = "{on: 2026-11-26, owner: Ute Probe, reason: Probebetrieb., weakens: ['loosened-threshold:standard.gesamt']}"
    edit(repository / "evals/standard.yaml", "exceptions: []", f"log: [{entry}]\nexceptions: []")
    assert diff(repository, "HEAD") == ExitCode.FINE
    assert "decided by Ute Probe: Probebetrieb." in " ".join(capsys.readouterr().out.split())
    write_commit(repository, {}, "gelockert")
    edit(repository / "evals/standard.yaml", "min: 0.5", "min: 0.3")
    assert diff(repository, "HEAD") == ExitCode.REFUSED


AGENT = "agents/praxis-weber/empfang.yaml"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    """The canonical example with its signer, committed."""
    place = make_workplace(tmp_path / "repository", capsys)
    write_commit(place.root, {".gitignore": ".kiwerk/\n"}, "Stand von gestern")
    return place


def sample(place: Workplace, *, is_good: bool) -> None:
    """Sample the example's case of a model that does as the reference does, or that addresses people wrongly."""
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    written = suite.read_text(encoding="utf-8")
    if not is_good:
        edit(suite, "um 14:30 Uhr ist gebucht.", "um 14:30 Uhr ist für dich gebucht.")
    books = playbooks_of(place.root)
    suite.write_text(written, encoding="utf-8")
    with serve({"playbooks": books}) as server:
        place.run("eval", "--base-url", server.base_url, "--env", "staging")


def test_difference_is_undecided_until_fresh_samples_confirm_it(place: Workplace) -> None:
    sample(place, is_good=True)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    sample(place, is_good=False)
    shown = place.run("diff", "HEAD")
    assert shown.code == ExitCode.FINE
    assert "1 undecided" in shown.out
    body = place.run("diff", "HEAD", "--format", "json").json
    [case] = body["behaviour"]["cases"]
    assert (case["base"]["passed"], case["head"]["failed"], case["shown"]["diverges"]) == (5, 5, 2)
    assert [score["name"] for score in case["shown"]["whole_head"]] == ["address"]
    assert body["baseline"]["samples"] == 5


def bad_head(place: Workplace) -> list[dict[str, object]]:
    """Playbooks by which the edited prompt addresses people wrongly, and the old one does not."""
    good = playbooks_of(place.root)
    bad = json.loads(json.dumps(good).replace("ist gebucht.", "ist für dich gebucht."))
    return [*(book | {"system": "Sei immer der"} for book in bad), *good]


@pytest.fixture
def worse(place: Workplace) -> Workplace:
    """The example with an edit that made it worse, sampled before and after."""
    sample(place, is_good=True)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    sample(place, is_good=False)
    return place


def test_fresh_samples_in_turns_confirm_a_regression(worse: Workplace) -> None:
    with serve({"playbooks": bad_head(worse)}) as server:
        shown = worse.run("diff", "HEAD", "--confirm", "5", "--base-url", server.base_url)
        prompts = [request["body"]["messages"][0]["content"][:4] for request in server.requests]
    assert shown.code == ExitCode.REFUSED
    assert "1 regressed" in shown.out
    assert "fresh runs 5/5 → 0/5" in shown.out
    assert prompts.count("Du b") == prompts.count("Sei ")
    # what was confirmed stays so, without another request
    again = worse.run("diff", "HEAD")
    assert "1 regressed" in again.out
    # but not for ever
    assert "regressed" not in worse.run("diff", "HEAD", "--now", "2029-01-01").out


def test_too_few_fresh_samples_are_made_more(worse: Workplace) -> None:
    with serve({"playbooks": bad_head(worse)}) as server:
        few = worse.run("diff", "HEAD", "--confirm", "1", "--base-url", server.base_url)
        assert "1 undecided" in few.out
        asked = len(server.requests)
        assert worse.run("diff", "HEAD", "--confirm", "5", "--base-url", server.base_url).code == ExitCode.REFUSED
        more = len(server.requests) - asked
        assert more == 4 * asked
        assert worse.run("diff", "HEAD", "--confirm", "5", "--base-url", server.base_url).code == ExitCode.REFUSED
        assert len(server.requests) == asked + more


def test_stopped_confirmation_is_carried_on(worse: Workplace) -> None:
    with serve({"playbooks": bad_head(worse)}) as server:
        live = ("--confirm", "5", "--base-url", server.base_url)
        stopped = worse.run("diff", "HEAD", *live, "--max-tokens", "1")
        assert stopped.code == ExitCode.REFUSED
        assert "confirmation stopped: budget of 1 tokens spent" in " ".join(stopped.out.split())
        shown = worse.run("diff", "HEAD", *live)
    assert (shown.code, "1 regressed" in shown.out) == (ExitCode.REFUSED, True)


def test_fresh_samples_of_another_host_do_not_count(worse: Workplace) -> None:
    with serve({"playbooks": playbooks_of(worse.root)}) as server:
        cleared = worse.run("diff", "HEAD", "--confirm", "5", "--base-url", server.base_url)
        assert "regressed" not in cleared.out
        asked = len(server.requests)
        elsewhere = server.base_url.replace("127.0.0.1", "localhost")
        worse.run("diff", "HEAD", "--confirm", "5", "--base-url", elsewhere)
        assert len(server.requests) == 2 * asked


def test_stored_run_is_a_base(place: Workplace) -> None:
    place.run("eval")
    write_commit(place.root, {HOURS: (place.root / HOURS).read_text().replace("17:00", "18:00")}, "länger offen")
    shown = place.run("diff", "run:last")
    assert shown.code == ExitCode.FINE
    assert "run:last (" in shown.out
    assert "[-17-]{+18+}" in shown.out
    edit(place.root / HOURS, "18:00", "19:00")
    place.run("eval")
    assert "with changes that were in no commit" in place.run("diff", "run:last").err


def test_deployed_release_is_a_base(place: Workplace) -> None:
    assert "Nothing is deployed in staging yet" in place.run("diff", "deployed:staging").err
    assert "There is no environment 'stagnig'" in place.run("diff", "deployed:stagnig").err


def test_page_is_written_into_a_file_and_the_verdict_said(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository / HOURS, "17:00", "18:00")
    page = tmp_path / "pages" / "diff.html"
    assert diff(repository, "HEAD", "--report", f"html={page}") == ExitCode.FINE
    assert "\n1 prompt changed\n" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<del>17</del><ins>18</ins>:00 Uhr" in text


def test_page_that_cannot_be_written_is_said_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "belegt").mkdir()
    assert diff(repository, "HEAD", "--report", f"html={repository / 'belegt'}") == ExitCode.IMPOSSIBLE
    assert "The file cannot be written" in capsys.readouterr().err


def noting(path: Path) -> str:
    """Python that leaves a letter in a file each time it is run."""
    return f"with open({str(path)!r}, 'a') as file:\n    file.write('x')\n"


def check_in_python(place: Workplace, code: str) -> None:
    edit(
        place.root / "evals/praxis-weber/empfang.yaml",
        "- address: sie",
        "- address: sie\n      - python: {file: pruefung.py, function: ok}",
    )
    (place.root / "evals/praxis-weber/pruefung.py").write_text(code, encoding="utf-8")


def test_expectation_in_python_of_a_branch_that_is_not_checked_out_is_never_run(
    place: Workplace, tmp_path: Path
) -> None:
    sample(place, is_good=True)
    run_git(place.root, "checkout", "-q", "-b", "fork")
    check_in_python(place, noting(tmp_path / "run") + "def ok(conversation): return True\n")
    write_commit(place.root, {}, "harmless")
    run_git(place.root, "checkout", "-q", "main")
    for sides in (("main", "fork"), ("fork", "main")):
        [case] = place.run("diff", *sides, "--format", "json").json["behaviour"]["cases"]
        assert not (tmp_path / "run").exists()
        if sides == ("main", "fork"):
            assert (case["status"], case["reason"]) == ("not-comparable", "runs Python that is not checked out here")
        else:
            assert case["head"]["passed"] == 5
    run_git(place.root, "checkout", "-q", "fork")
    [case] = place.run("diff", "main", "fork", "--format", "json").json["behaviour"]["cases"]
    assert (tmp_path / "run").read_text("utf-8") == "x" * 5
    assert (case["head"]["passed"], case["reason"]) == (5, None)


def test_case_that_is_gone_is_not_judged_by_python_that_is_gone(place: Workplace, tmp_path: Path) -> None:
    check_in_python(place, noting(tmp_path / "run") + "def ok(conversation): return True\n")
    write_commit(place.root, {}, "mit Prüfung")
    sample(place, is_good=True)
    (tmp_path / "run").unlink()
    (place.root / "evals/praxis-weber/pruefung.py").unlink()
    (place.root / "evals/praxis-weber/empfang.yaml").unlink()
    [case] = place.run("diff", "HEAD", "--format", "json").json["behaviour"]["cases"]
    assert (case["status"], case["reason"]) == ("removed", "runs Python that is not checked out here")
    assert not (tmp_path / "run").exists()


def test_mock_in_python_of_a_branch_that_is_not_checked_out_is_not_sampled_with(
    place: Workplace, tmp_path: Path
) -> None:
    give_python(place.root)
    write_commit(place.root, {}, "Mock in Python")
    run_git(place.root, "checkout", "-q", "-b", "fork")
    (place.root / CODE).write_text(noting(tmp_path / "run") + BOOKING, encoding="utf-8")
    write_commit(place.root, {}, "noted")
    sample(place, is_good=True)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    write_commit(place.root, {}, "Prompt")
    sample(place, is_good=False)
    run_git(place.root, "checkout", "-q", "main")
    (tmp_path / "run").unlink()
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        shown = place.run("diff", "fork~1", "fork", "--confirm", "5", "--base-url", server.base_url)
        assert (shown.code, server.requests) == (ExitCode.FINE, [])
    assert not (tmp_path / "run").exists()
