# ruff: noqa: E501 - a table is read by its rows
"""Changes as people make them, on the example companies in a real git repository, with what they must be called."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.pipeline.compare import compare
from tests.support.example import edit
from tests.support.git import write_commit

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)

EMPFANG = "agents/praxis-weber/empfang.yaml"
KALENDER = "agents/praxis-weber/kalender.yaml"
HOURS = "agents/praxis-weber/oeffnungszeiten.yaml"
PRAXIS = "agents/praxis-weber/organization.yaml"
TERMIN = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"
WORKFLOW = ".github/workflows/pull-request.yml"
PRODUCTION = "agents/environments/production.yaml"
CASE = "praxis-weber/empfang#dienstag-halb-drei"
BEGINN = '[beginn, name, telefon]\n      properties:\n        beginn: {type: string, description: "Ortszeit, JJJJ-MM-TTThh:mm"}'


@dataclass(frozen=True)
class Planted:
    """One change and what must be said of it; what is not named must not be said."""

    name: str
    edits: tuple[tuple[str, str, str], ...] = ()
    move: tuple[str, str] | None = None
    capabilities: frozenset[str] = frozenset()
    """`rule` of those about empfang or an environment."""
    changes: frozenset[str] = frozenset()
    """`what route` of the documents."""
    prompts: frozenset[str] = frozenset()
    """Agents whose prompt or opening changed."""
    cases: tuple[tuple[str, str], ...] = ()
    """Case and status, of cases that are more than unchanged or not sampled."""
    weakenings: frozenset[str] = frozenset()
    """What weakens the gate and is refused."""
    is_another_world: bool = False
    """Whether no case of empfang can be compared, because it meets other systems."""


def planted(name: str, *edits: tuple[str, str, str], **expected: object) -> Planted:
    sets = {key: frozenset(value.split(";")) if isinstance(value, str) else value for key, value in expected.items()}
    return Planted(name, edits, **sets)  # type: ignore[arg-type]


PLANTED = [
    planted("a comment", (EMPFANG, "title: Telefonempfang", "# am Telefon\ntitle: Telefonempfang")),
    planted("key order", (EMPFANG, "channel: phone\nlanguage: de\n", "language: de\nchannel: phone\n")),
    planted("quotes and flow style", (HOURS, "16:30", '"16:30"')),
    planted("order of a list in which it says nothing", (KALENDER, "[gefunden, keiner]", "[keiner, gefunden]")),
    planted("an explicit default", (KALENDER, "gestoert: false}", "gestoert: false}"), (TERMIN, ", severity: block}\n  - {id: nur", "}\n  - {id: nur")),
    planted("a note for colleagues", (EMPFANG, "kind: Agent\n", "kind: Agent\ndescription: Zuständig für beide Ärztinnen.\n")),
    planted("another owner", (EMPFANG, "owner: praxisleitung", "owner: empfang"), changes="changed owner"),
    planted(
        "a moved file",
        ("agents/praxis-weber/auskunft.yaml", "schliesstage, erster-besuch,", "schliesstage, anmeldung,"),
        *(
            ("agents/praxis-weber/auskunft.yaml", f"facts.erster_besuch.{name}", f"facts.anmeldung.{name}")
            for name in ("mitbringen", "vorher_minuten", "kassen")
        ),
        move=("agents/praxis-weber/erster-besuch.yaml", "agents/praxis-weber/anmeldung.yaml"),
        changes="moved ;removed facts.erster-besuch;added facts.anmeldung;changed prompt",
    ),
    planted(
        "an inserted case",
        (SUITE, "cases:\n", "cases:\n  - id: neu\n    conversation: [{user: Hallo.}]\n    expect: [{contains: Tag}]\n\n"),
        changes="added cases.neu",
        cases=(("praxis-weber/empfang#neu", "new"),),
    ),
    planted(
        "a renamed case",
        (SUITE, "- id: dienstag-halb-drei\n", "- id: halb-drei\n    formerly: dienstag-halb-drei\n"),
        changes="moved cases.halb-drei",
    ),
    planted("a renamed case that does not say so", (SUITE, "- id: dienstag-halb-drei\n", "- id: halb-drei\n"),
        changes="moved cases.halb-drei",
        cases=(("praxis-weber/empfang#halb-drei", "new"), (CASE, "removed")),
    ),
    planted("an edited expectation", (SUITE, "      - address: sie\n    reference:                           #", "      - address: sie\n      - contains: Termin\n    reference:                           #"),
        changes="added cases.dienstag-halb-drei.expect.contains",
    ),
    planted("other words of the user", (SUITE, "- user: Ja, das passt.\n    expect:\n      - state: {kalender: {termine: [{beginn: 2026-12-01T14:30, name: Erika", "- user: Ja, gern.\n    expect:\n      - state: {kalender: {termine: [{beginn: 2026-12-01T14:30, name: Erika"),
        changes="changed cases.dienstag-halb-drei.conversation.1.user",
        cases=((CASE, "not-comparable"),),
        weakenings=f"changed-case:{CASE}.conversation",
    ),
    planted("a changed opening hour", (HOURS, "17:00 Uhr", "18:00 Uhr"),
        changes="changed values.sprechzeit", prompts="praxis-weber/auskunft;praxis-weber/empfang"),
    planted("a changed prompt", (EMPFANG, "kurze Sätze", "sehr kurze Sätze"), changes="changed prompt", prompts="praxis-weber/empfang"),
    planted("a dropped confirmation of an operation",
        (KALENDER, "    effect: write\n    confirm: explicit\n    outcomes: [ok, belegt]\n", "    effect: write\n    outcomes: [ok, belegt]\n"),
        changes="removed operations.buchen.confirm", capabilities="lost-confirmation", weakenings="lost-confirmation:praxis-weber/kalender.buchen"),
    planted("a dropped confirmation in a process",
        (TERMIN, "{id: anbieten, confirm: [wunschtermin], next: [{when: affirmed, then: buchen}, {else: erfassen}]}", "{id: anbieten, instruct: Termin nennen., next: buchen}"),
        changes="removed steps.anbieten.confirm;added steps.anbieten.instruct;changed steps.anbieten.next",
        capabilities="lost-confirmation", prompts="praxis-weber/empfang", weakenings="lost-confirmation:praxis-weber/terminvereinbarung.anbieten"),
    planted("a lost rule", (TERMIN, '  - {id: nur-einmal, absence: ["kalender.buchen:ok", 2], severity: block}\n', ""),
        changes="removed rules.nur-einmal", capabilities="lost-rule", prompts="praxis-weber/empfang", weakenings="removed-rule:praxis-weber/terminvereinbarung.nur-einmal"),
    planted("a rule that only warns", (TERMIN, "2], severity: block}", "2], severity: warn}"),
        changes="added rules.nur-einmal.severity", capabilities="looser-rule", weakenings="lowered-severity:praxis-weber/terminvereinbarung.nur-einmal"),
    planted("a rule that allows more", (TERMIN, '["kalender.buchen:ok", 2]', '["kalender.buchen:ok", 4]'),
        changes="changed rules.nur-einmal.absence.1", capabilities="raised-limit", prompts="praxis-weber/empfang",
        weakenings="changed-rule:praxis-weber/terminvereinbarung.nur-einmal"),
    planted("a raised limit", (EMPFANG, "turns: 20", "turns: 40"), changes="changed limits.turns", capabilities="raised-limit"),
    planted("a lowered limit", (EMPFANG, "turns: 20", "turns: 12"), changes="changed limits.turns", capabilities="lowered-limit"),
    planted("another model", (EMPFANG, "mistral-small-2506", "mistral-medium-2508"),
        changes="changed model.name", capabilities="other-model"),
    planted("another temperature", (EMPFANG, "temperature: 0.2", "temperature: 0.9"),
        changes="changed model.temperature", capabilities="other-model"),
    planted("another region", (PRAXIS, "region: eu", "region: us"), changes="changed processors.mistral.region",
        capabilities="other-region"),
    planted("a region more to deploy to", (PRODUCTION, "[eu]", "[eu, us]"), changes="added allowed_regions.us",
        capabilities="wider-region", weakenings="changed-environment:production.allowed_regions"),
    planted("a wider scope", (EMPFANG, "in: [Terminvereinbarung,", "in: [Rechnungsfragen, Terminvereinbarung,"),
        changes="added scope.in.Rechnungsfragen", capabilities="wider-scope", prompts="praxis-weber/empfang"),
    planted("less that is left to others", (EMPFANG, "Befunde, Auskünfte", "Auskünfte"),
        changes="removed scope.out.Befunde", capabilities="wider-scope", prompts="praxis-weber/empfang"),
    planted("an opening that is gone", (EMPFANG, "opening: ki_hinweis\n", ""),
        changes="removed opening", capabilities="lost-opening;lost-disclosure", prompts="praxis-weber/empfang"),
    planted("a disclosure that is gone", (PRAXIS, 'ki_hinweis: "Praxis Dr. Weber, guten Tag. Sie sprechen mit der KI-Assistentin der Praxis."', 'ki_hinweis: "Praxis Dr. Weber, guten Tag."'),
        changes="changed phrases.ki_hinweis", capabilities="lost-disclosure;other-opening", prompts="praxis-weber/empfang"),
    planted("a tool more", (EMPFANG, "tools: [kalender,", "tools: [postkorb, kalender,"),
        changes="added tools.postkorb", capabilities="new-operation", is_another_world=True),
    planted("an operation that writes now", (KALENDER, "effect: read\n    outcomes: [frei, belegt]", "effect: write\n    outcomes: [frei, belegt]"),
        changes="changed operations.pruefen.effect", capabilities="other-effect"),
    planted("an argument that may be left out", (KALENDER, "required: [name, bisher, beginn]", "required: [name, beginn]"),
        changes="removed operations.verlegen.parameters.required.bisher", capabilities="wider-argument"),
    planted("an argument with a pattern", (KALENDER, BEGINN, BEGINN.replace("string, desc", "string, maxLength: 16, desc")),
        changes="added operations.buchen.parameters.properties.beginn.maxLength", capabilities="narrower-argument"),
    planted("a process less", (EMPFANG, "processes: [terminvereinbarung, terminaenderung,", "processes: [terminvereinbarung,"),
        changes="removed processes.terminaenderung", capabilities="lost-process", prompts="praxis-weber/empfang",
        weakenings="removed-process:praxis-weber/empfang.terminaenderung"),
    planted("a class of personal data more", (TERMIN, "  name:         {type: text", "  konto: {type: text, pii: financial, retention: 30d}\n  name:         {type: text"),
        changes="added slots.konto", capabilities="new-personal-data", prompts="praxis-weber/empfang"),
    planted("longer retention", (TERMIN, "  rueckruf:     {type: phone, required: true, pii: contact, retention: 30d}", "  rueckruf:     {type: phone, required: true, pii: contact, retention: 90d}"),
        changes="changed slots.rueckruf.retention", capabilities="longer-retention"),
    planted("another way of addressing", (EMPFANG, "address: sie", "address: du"),
        changes="changed address", capabilities="other-address"),
    planted("more failures allowed", (POLICY, "failures: {max: 0}", "failures: {max: 2}"),
        changes="changed rules.kritisch.require.failures.max", weakenings="loosened-threshold:standard.kritisch"),
    planted("a lower pass rate", (POLICY, "min: 0.9", "min: 0.7"),
        changes="changed rules.gesamt.require.pass_rate.min", weakenings="loosened-threshold:standard.gesamt"),
    planted("a higher pass rate", (POLICY, "min: 0.9", "min: 0.95"), changes="changed rules.gesamt.require.pass_rate.min"),
    planted("older samples", (POLICY, "max_age: 14d", "max_age: 60d"),
        changes="changed rules.herkunft.require.samples.max_age", weakenings="loosened-threshold:standard.herkunft"),
    planted("a regression allowed", (POLICY, "{max: 0, confirm_repeats: 5}", "{max: 1, confirm_repeats: 5}"),
        changes="changed rules.rueckschritte.require.regressions.max",
        weakenings="loosened-threshold:standard.rueckschritte"),
    planted("fewer fresh samples", (POLICY, "confirm_repeats: 5", "confirm_repeats: 2"),
        changes="changed rules.rueckschritte.require.regressions.confirm_repeats",
        weakenings="loosened-threshold:standard.rueckschritte"),
    planted("younger samples", (POLICY, "max_age: 14d", "max_age: 7d"),
        changes="changed rules.herkunft.require.samples.max_age"),
    planted("a provider more that counts", (POLICY, "providers: [mistral]", "providers: [loopback, mistral]"),
        changes="added rules.herkunft.require.samples.providers.loopback", weakenings="loosened-threshold:standard.herkunft"),
    planted("fewer repeats", (POLICY, "critical: 5", "critical: 2"), changes="changed repeats.critical", weakenings="fewer-repeats:standard"),
    planted("a case that is no longer critical", (SUITE, "  - id: dienstag-halb-drei\n    tags: [critical]\n", "  - id: dienstag-halb-drei\n"),
        changes="removed cases.dienstag-halb-drei.tags.critical", weakenings=f"lost-critical:{CASE}"),
    planted("an expectation less", (SUITE, "      - process: {end: resolved}\n      - address: sie\n    reference:                           #", "      - address: sie\n    reference:                           #"),
        changes="removed cases.dienstag-halb-drei.expect.process", weakenings=f"removed-expectation:{CASE}.process"),
    planted("a counterexample less", (SUITE, "      - {id: nur-versprochen, drop: kalender.buchen, trips: [state, process]}\n\n  - id: meinung", "\n  - id: meinung"),
        changes="removed cases.dienstag-halb-drei.counterexamples.nur-versprochen", weakenings=f"removed-counterexample:{CASE}.nur-versprochen"),
    planted("a comment that ignores a rule", (EMPFANG, "opening: ki_hinweis\n", "opening: ki_hinweis  # kiwerk: ignore[unused-tool] bleibt vorerst\n"),
        weakenings=f"new-ignore:{EMPFANG}.unused-tool"),
    planted("a rule that is turned off", ("pyproject.toml", "severity = {}", 'severity = {unused-tool = "ignore"}'),
        weakenings="lowered-severity:pyproject.toml.unused-tool"),
    planted("a rule that weighs more", ("pyproject.toml", "severity = {}", 'severity = {overdue-review = "error"}')),
    planted("a gate that shrugs", (WORKFLOW, "kiwerk check --format github", "kiwerk check --format github || true"),
        weakenings=f"changed-gate:{WORKFLOW}.evaluate.Check.run"),
    planted("a gate that is gone", (WORKFLOW, "run: .venv/bin/kiwerk check --format github", "run: echo fertig"),
        weakenings=f"changed-gate:{WORKFLOW}.evaluate.Check.run"),
    planted("an ungated signer", (PRODUCTION, "signers: []", 'signers: [{name: ich, ed25519: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}]'),
        changes="added signers.ich", weakenings="new-signer:production.ich"),
    planted("a deploy without staging", (PRODUCTION, "promote_from: staging\n", ""),
        changes="removed promote_from", weakenings="lost-promotion:production"),
    planted("an expectation less that somebody decided",
        (SUITE, "      - process: {end: resolved}\n      - address: sie\n    reference:                           #", "      - address: sie\n    reference:                           #"),
        (POLICY, "exceptions: []", f"log: [{{on: 2026-11-26, owner: Dr. Jana Weber, reason: Das Ende steht im Zustand., weakens: ['removed-expectation:{CASE}.process']}}]\nexceptions: []"),
        changes="removed cases.dienstag-halb-drei.expect.process;added log.2026-11-26 removed-expectation:praxis-weber/empfang#dienstag-halb-drei.process"),
]  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example companies, committed."""
    root = tmp_path_factory.mktemp("planted") / "repository"
    for folder in ("agents", "processes", "evals", ".github"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "pyproject.toml").write_text("[tool.kiwerk]\nseverity = {}\n", encoding="utf-8")
    write_commit(root, {}, "Stand von gestern")
    return root


@pytest.mark.parametrize("change", PLANTED, ids=[re.sub(r"\W+", "-", change.name) for change in PLANTED])
def test_planted_change_is_called_what_it_is(change: Planted, base: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(base, root)
    for path, old, new in change.edits:
        edit(root / path, old, new)
    if change.move:
        (root / change.move[0]).rename(root / change.move[1])
    write_commit(root, {}, change.name)

    found = compare(root, "HEAD~1", "HEAD", NOW)

    assert {f"{item.what} {'.'.join(item.route)}" for item in found.changes} == change.changes
    mine = [
        item for item in found.capabilities if item.subject in ("agent:praxis-weber/empfang", "environment:production")
    ]
    assert {item.rule for item in mine} == change.capabilities
    assert {item.name for item in found.weakenings if item.reason is None} == change.weakenings
    assert {item.agent for item in found.prompts} == change.prompts
    quiet = ("unchanged", "not-sampled")
    cases = [(item.case, item.status) for item in found.behaviour.cases if item.status not in quiet]
    if change.is_another_world:
        assert {status for case, status in cases if case.startswith("praxis-weber/empfang")} == {"not-comparable"}
    else:
        assert sorted(cases) == sorted(change.cases)
    assert found.base.broken == found.head.broken == found.left_out == ()


def test_there_are_at_least_thirty_planted_changes() -> None:
    assert len({change.name for change in PLANTED}) >= 30
