"""The gate's rule about regressions, from a first deploy to a refused second one, with a model over real HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiwerk.deploy.envelope import Envelope, format_envelope, parse_envelope
from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

AGENT = "agents/praxis-weber/empfang.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"
CASE = "praxis-weber/empfang#dienstag-halb-drei"
RULE = "rueckschritte"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """The canonical example in git, with a policy that forgives failures: only regressions refuse."""
    place = make_workplace(tmp_path / "repository", capsys)
    monkeypatch.setenv("KIWERK_SIGNING_KEY", place.keys.private)
    edit(place.root / POLICY, "failures: {max: 0}", "failures: {max: 100}")
    edit(place.root / POLICY, "{min: 0.9, lower_bound: 0.2}", "{min: 0}")
    write_commit(place.root, {".gitignore": ".kiwerk/\nbuild/\n"}, "Stand von gestern")
    return place


def books(place: Workplace, *, failing: str = "") -> list[dict[str, Any]]:
    """A model that does as the reference does, and addresses people wrongly where a prompt says so."""
    good = playbooks_of(place.root)
    if not failing:
        return good
    bad = json.loads(json.dumps(good).replace("ist gebucht.", "ist für dich gebucht."))
    return [*(book | {"system": failing} for book in bad), *good]


def run_with(place: Workplace, playbooks: list[dict[str, Any]], *arguments: str) -> str:
    with serve({"playbooks": playbooks}) as server:
        return place.run(*arguments, "--base-url", server.base_url).out


def ask(place: Workplace, environment: str = "staging") -> tuple[str, str]:
    """What the rule about regressions says."""
    verdicts = place.run("gate", "--env", environment, "--format", "json").json["verdicts"]
    [(decision, message)] = [
        (rule["decision"], rule["message"]) for rule in verdicts[0]["rules"] if rule["rule"] == RULE
    ]
    return decision, message


def deploy(place: Workplace, environment: str = "staging") -> None:
    for command in (["attest", "--env", environment], ["deploy", environment]):
        shown = place.run(*command)
        assert shown.code == 0, shown.out + shown.err


def make_worse(place: Workplace, *, failing: str = "Sei immer") -> None:
    """Deploy what is good, then edit the prompt so that the model addresses people wrongly, and sample it."""
    run_with(place, books(place), "eval")
    deploy(place)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    run_with(place, books(place, failing=failing), "eval")


def test_first_deploy_has_no_baseline_says_so_and_passes(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    assert ask(place) == ("passed", "nothing of it is deployed in staging yet, so there is no baseline.")
    deploy(place)
    assert ask(place) == ("passed", "exactly this is deployed in staging.")
    assert ask(place, "production")[1].startswith("nothing of it is deployed in production yet")
    assert place.run("deploy", "staging").code == 0


def test_case_that_looks_worse_is_refused_until_it_was_sampled_afresh(place: Workplace) -> None:
    make_worse(place)
    decision, message = ask(place)
    assert decision == "refused"
    assert f"1 case looks worse and was not sampled afresh often enough ({CASE} 5/5 → 0/5)" in message
    assert "run `kiwerk diff deployed:staging --confirm 5`" in message
    assert place.run("attest", "--env", "staging").code == 1


def test_confirmed_regression_is_refused_with_its_figures(place: Workplace) -> None:
    make_worse(place)
    run_with(place, books(place, failing="Sei immer"), "diff", "deployed:staging", "--confirm", "5")
    decision, message = ask(place)
    assert decision == "refused"
    assert "1 of 1 case regressed from" in message
    assert f"in staging, 0 allowed: {CASE} (fresh samples 5/5 → 0/5)" in message
    assert place.run("attest", "--env", "staging").code == 1
    assert place.run("deploy", "staging").code == 1


def test_too_few_fresh_samples_confirm_nothing_and_are_added_to(place: Workplace) -> None:
    make_worse(place)
    bad = books(place, failing="Sei immer")
    run_with(place, bad, "diff", "deployed:staging", "--confirm", "2")
    assert "was not sampled afresh often enough" in ask(place)[1]
    run_with(place, bad, "diff", "deployed:staging", "--confirm", "5")
    assert f"{CASE} (fresh samples 5/5 → 0/5)" in ask(place)[1]


def test_what_only_chance_made_look_worse_is_deployed_and_promoted(place: Workplace) -> None:
    make_worse(place)
    # this time the model does well: what looked worse was its bad hour
    run_with(place, books(place), "diff", "deployed:staging", "--confirm", "5")
    decision, message = ask(place)
    assert decision == "passed", message
    assert "0 of 1 case regressed" in message
    deploy(place)
    assert place.run("deploy", "production").code == 0


def test_better_agent_needs_no_fresh_samples(place: Workplace) -> None:
    run_with(place, books(place, failing="Du bist"), "eval")
    deploy(place)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    run_with(place, books(place), "eval")
    decision, message = ask(place)
    assert decision == "passed", message
    deploy(place)


def test_case_in_another_situation_is_said_and_not_counted(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    edit(place.root / SUITE, "Ja, das passt.", "Ja, das passt mir gut.")
    run_with(place, books(place, failing="Sei immer"), "eval")
    decision, message = ask(place)
    assert decision == "passed"
    assert "0 of 0 cases regressed" in message
    assert (
        f"1 case not compared, which is new, or meets another situation than what is deployed was shown in: {CASE}"
        in message
    )


def test_baseline_without_samples_is_not_green(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    (place.root / ".kiwerk" / "store.sqlite3").unlink()
    run_with(place, books(place), "eval")
    decision, message = ask(place)
    assert decision == "refused"
    assert f"1 case without judged samples of both sides ({CASE})" in message
    # what the message says helps: base is sampled anew, and nothing looks worse
    with serve({"playbooks": books(place)}) as server:
        place.run("diff", "deployed:staging", "--confirm", "5", "--base-url", server.base_url)
        prompts = {request["body"]["messages"][0]["content"][:12] for request in server.requests}
    assert prompts == {"Du bist der "}
    assert ask(place)[0] == "passed", ask(place)[1]


def test_baseline_that_was_never_sampled_here_shows_a_regression_all_the_same(place: Workplace) -> None:
    make_worse(place)
    (place.root / ".kiwerk" / "store.sqlite3").unlink()
    bad = books(place, failing="Sei immer")
    run_with(place, bad, "eval")
    run_with(place, bad, "diff", "deployed:staging", "--confirm", "5")
    assert f"{CASE} (fresh samples 5/5 → 0/5)" in ask(place)[1]


def test_damaged_baseline_is_not_green_and_what_it_should_be_may_come_back(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    file = next((place.root / "build/staging/praxis-weber/current/agents").iterdir())
    file.chmod(0o644)
    file.write_text(file.read_text(encoding="utf-8").replace("Sprechzeiten", "Öffnungszeiten"), encoding="utf-8")
    assert ask(place) == ("passed", "exactly this is deployed in staging.")
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    run_with(place, books(place), "eval")
    decision, message = ask(place)
    assert decision == "refused"
    assert message.startswith("what is deployed in staging is no baseline: agents/praxis-weber__empfang.json")


def test_removed_baseline_is_not_a_first_deploy(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    (place.root / "build/staging/praxis-weber/current").unlink()
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    run_with(place, books(place), "eval")
    assert ask(place)[0] == "refused"


def test_evidence_compared_with_another_baseline_is_refused_with_a_remedy(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    first = (place.root / AGENT).read_text(encoding="utf-8")
    deploy(place)
    versions = [first.replace("Du bist der", f"{words} der") for words in ("Sei immer", "Sei stets")]
    for version in versions:
        (place.root / AGENT).write_text(version, encoding="utf-8")
        run_with(place, books(place), "eval")
        assert place.run("attest", "--env", "staging").code == 0
    # both were compared with the first; once one of them is deployed, the other was compared with something else
    assert place.run("deploy", "staging").code == 0
    (place.root / AGENT).write_text(versions[0], encoding="utf-8")
    refused = place.run("deploy", "staging")
    assert refused.code == 1
    shown = " ".join(refused.out.split())
    assert "now, with which it was not compared: run `kiwerk attest --env staging` again" in shown
    assert place.run("verify", "--env", "staging").code == 1
    deploy(place)


def test_forged_figures_are_refused_by_the_signature(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    edit(place.root / AGENT, "Du bist der", "Sei immer der")
    run_with(place, books(place), "eval")
    assert place.run("attest", "--env", "staging").code == 0
    ships = place.run("render", "empfang", "--env", "staging", "--format", "json").json["ships"]
    [file] = (place.root / ".kiwerk/evidence").glob(f"*/{ships}.dsse.json")
    envelope = parse_envelope(file.read_bytes())
    assert b'"baselines"' in envelope.payload
    forged = envelope.payload.replace(
        b'"base":{"errored":0,"failed":0,"passed":5}', b'"base":{"errored":0,"failed":5,"passed":0}'
    )
    assert forged != envelope.payload
    file.write_bytes(format_envelope(Envelope(forged, envelope.signatures)))
    refused = place.run("deploy", "staging")
    assert (refused.code, "altered after it was signed" in " ".join(refused.out.split())) == (1, True)


def test_promotion_takes_the_figures_for_its_own_baseline_along(place: Workplace) -> None:
    run_with(place, books(place), "eval")
    deploy(place)
    assert place.run("deploy", "production").code == 0
    for words in ("Sei immer", "Sei stets"):
        text = (place.root / AGENT).read_text(encoding="utf-8")
        for old in ("Du bist", "Sei immer"):
            text = text.replace(old, words)
        (place.root / AGENT).write_text(text, encoding="utf-8")
        run_with(place, books(place), "eval")
        deploy(place)
    # production still has the first of three
    shown = place.run("deploy", "production")
    assert shown.code == 0, shown.out


def test_policy_says_how_many_fresh_samples_confirm(place: Workplace) -> None:
    make_worse(place)
    run_with(place, books(place, failing="Sei immer"), "diff", "deployed:staging", "--confirm")
    assert f"{CASE} (fresh samples 5/5 → 0/5)" in ask(place)[1]
    edit(place.root / POLICY, f"  - {{id: {RULE}, require: {{regressions: {{max: 0, confirm_repeats: 5}}}}}}\n", "")
    shown = place.run("diff", "deployed:staging", "--confirm", "--base-url", "http://127.0.0.1:9/v1")
    assert shown.code == 2
    assert "No policy says how many fresh samples confirm a difference" in shown.err
