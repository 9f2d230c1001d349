# ruff: noqa: E501 - a table is read by its rows
"""Ways past the gate that somebody tried, and changes beside them that must stay easy, in a real git repository."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kiwerk.diff.configuration import compare_documents
from kiwerk.diff.weakening import find_weakenings
from kiwerk.pipeline.sides import load_sides
from kiwerk.record.comparison import Weakening
from tests.support.example import edit
from tests.support.git import write_commit

ROOT = Path(__file__).parents[2]

KALENDER = "agents/praxis-weber/kalender.yaml"
TERMIN = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
OTHER = "evals/praxis-weber/empfang-zwei.yaml"
CHECK = "evals/praxis-weber/pruefungen.py"
POLICY = "evals/standard.yaml"
PULL = ".github/workflows/pull-request.yml"
DEPLOY = ".github/workflows/deploy.yml"
CALLING = ".github/workflows/aufruf.yml"
ACTION = ".github/actions/pruefen/action.yml"
OWNERS = ".github/CODEOWNERS"
PRODUCTION = "agents/environments/production.yaml"
PRODUKTION = "agents/environments/produktion.yaml"
CASE = "praxis-weber/empfang#dienstag-halb-drei"
STATE = "- state: {kalender: {termine: [{beginn: 2026-12-01T14:30, name: Erika Beispiel}]}}"
ADDRESS = "      - address: sie\n    reference:                           #"
REVOKED = "policy: standard\n"
TIERS = "exceptions:\n"
LAX = "kind: Policy\nrepeats: {critical: 1, other: 1}\nrules:\n  - {id: herkunft, require: {samples: {origin: model, providers: [mistral], max_age: 14d}}}\n"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
STRIPPED = """kind: Suite
agent: empfang
given: {now: 2026-11-27T10:00}
cases:
  - id: dienstag-halb-drei
    tags: [critical]
    conversation: [{user: Guten Tag.}]
    expect: [{contains: a}]
"""
FIRST_CASE = re.compile(r"  - id: dienstag-halb-drei\n.*?(?=\n  - id: meinung)", re.DOTALL)
CHECKED = "run: .venv/bin/kiwerk check --format github"
STEP = f"      - name: Check\n        {CHECKED}\n"
GATE = f"changed-gate:{PULL}.evaluate.Check"

Edit = tuple[str, str | None, str | None]
"""Path, what stands there and what stands there then; a whole new file without the one, none without the other."""


def entry(*weakens: str) -> str:
    return f"log:\n  - {{on: 2026-11-26, owner: Dr. Jana Weber, reason: So entschieden., weakens: {list(weakens)}}}\n"


WEAKER: list[tuple[str, list[Edit], set[str]]] = [
    ("a state that expects nothing", [(SUITE, STATE, "- state: {kalender: {}}")], {f"changed-expectation:{CASE}.state"}),
    ("an expectation of the opposite", [(SUITE, ADDRESS, ADDRESS.replace("address: sie", "{address: du, not: true}"))], {f"changed-expectation:{CASE}.address"}),
    ("a pattern that fits anything", [(SUITE, '"11[:.]30|halb zwölf"', '".*"')], {"changed-expectation:praxis-weber/empfang#doppelt-belegt.matches"}),
    ("a user who says nothing", [(SUITE, "- user: Ja, das passt.\n    expect:\n      - state: {kalender: {termine: [{beginn: 2026-12-01T14:30, name: Erika", '- user: ""\n    expect:\n      - state: {kalender: {termine: [{beginn: 2026-12-01T14:30, name: Erika')], {f"changed-case:{CASE}.conversation"}),
    ("another world", [(SUITE, "given: {state: {kalender: {frei: [2026-12-01T14:30]}}}\n    conversation:\n      - user: Guten Tag, einen", "conversation:\n      - user: Guten Tag, einen")], {f"changed-case:{CASE}.given"}),
    ("a world of all cases", [(SUITE, "given: {now: 2026-11-27T10:00}", "given: {now: 2026-11-28T10:00}")], {"changed-suite:praxis-weber/empfang.given"}),
    ("a case of no process", [(SUITE, "    process: terminvereinbarung\n    given: {state: {kalender: {frei: [2026-12-01T14:30]}}}\n    conversation:\n      - user: Guten Tag, einen", "    given: {state: {kalender: {frei: [2026-12-01T14:30]}}}\n    conversation:\n      - user: Guten Tag, einen")], {f"changed-case:{CASE}.process"}),
    ("a suite of another agent", [(SUITE, "agent: empfang", "agent: auskunft")], {"changed-suite:praxis-weber/empfang.agent"}),
    ("a critical case moved with nothing in it", [(SUITE, "", ""), (OTHER, None, STRIPPED)], {f"removed-case:{CASE}"}),
    ("a tag that an exception names", [(SUITE, "tags: [datum]", "tags: [datum, ausgenommen]")], {"changed-tag:praxis-weber/empfang#feiertag.ausgenommen"}),
    ("a check that agrees to all", [(CHECK, "return 'Euro' in text", "return True")], {f"changed-check:{CHECK}"}),
    ("a check that is gone", [(CHECK, None, None)], {f"changed-check:{CHECK}"}),
    ("a rule of something else", [(TERMIN, 'absence: ["kalender.buchen:ok", 2]', 'absence: ["uebergabe.mensch", 2]')], {"changed-rule:praxis-weber/terminvereinbarung.nur-einmal"}),
    ("a rule that allows all", [(TERMIN, '["kalender.buchen:ok", 2]', '["kalender.buchen:ok", 99]')], {"changed-rule:praxis-weber/terminvereinbarung.nur-einmal"}),
    ("an end that comes of itself", [(TERMIN, 'resolved: {after: "kalender.buchen:ok"}', 'resolved: {after: "kalender.pruefen"}')], {"changed-end:praxis-weber/terminvereinbarung.resolved"}),
    ("a write that is said to read", [(KALENDER, "    effect: write\n    confirm: explicit\n    outcomes: [ok, belegt]\n", "    effect: read\n    confirm: explicit\n    outcomes: [ok, belegt]\n")], {"changed-effect:praxis-weber/kalender.buchen"}),
    ("a tier of nothing", [(POLICY, TIERS, "tiers: {pull-request: {sample: 0, max_conversations: 1}}\n" + TIERS)], {"changed-policy:standard.tiers"}),
    ("an environment that is gone", [("agents/environments/sandbox.yaml", None, None)], {"removed-environment:sandbox"}),
    ("an environment under another name", [(PRODUCTION, None, None), (PRODUKTION, None, 'kind: Environment\nformerly: production\nallowed_regions: [eu]\ntarget: {directory: "build/production/{company}"}\nsigners: []\npolicy: lax\n'), ("evals/lax.yaml", None, LAX)],
        {"lost-promotion:produktion", "other-policy:produktion", "lost-revocation:produktion." + DIGEST, "shared-target:produktion"}),
    ("a promotion from elsewhere", [(PRODUCTION, "promote_from: staging", "promote_from: sandbox")], {"other-promotion:production"}),
    ("an environment beside another", [("agents/environments/eilig.yaml", None, 'kind: Environment\nallowed_regions: [eu]\ntarget: {directory: "./build/production/{company}"}\nsigners: []\npolicy: lax\n'), ("evals/lax.yaml", None, LAX)], {"shared-target:eilig"}),
    ("a revocation of something else", [(PRODUCTION, f'ships: "{DIGEST}"', f'ships: "{DIGEST[::-1]}"')], {f"lost-revocation:production.{DIGEST}"}),
    ("a step that never runs", [(PULL, STEP, STEP + "        if: false\n")], {f"{GATE}.if"}),
    ("a workflow by hand", [(PULL, "  pull_request:\n    branches: [main]\n", "  workflow_dispatch:\n")], {f"changed-gate:{PULL}.on"}),
    ("a failure that ends well", [(PULL, CHECKED, f"{CHECKED} || exit 0")], {f"{GATE}.run"}),
    ("a failure that becomes true", [(PULL, CHECKED, f"{CHECKED} || /bin/true")], {f"{GATE}.run"}),
    ("an end that is always good", [(PULL, CHECKED, f"{CHECKED}; exit 0")], {f"{GATE}.run"}),
    ("a command that is only printed", [(PULL, CHECKED, CHECKED.replace("run: ", "run: echo "))], {f"{GATE}.run"}),
    ("a failure that is continued from", [(PULL, STEP, STEP + "        continue-on-error: ${{ always() }}\n")], {f"{GATE}.continue-on-error"}),
    ("a status that is let pass", [(DEPLOY, '[ "$status" -le 1 ]', '[ "$status" -le 255 ]')], {f"changed-gate:{DEPLOY}.evaluate.Sample the model.run"}),
    ("a deploy that waits for nothing", [(DEPLOY, "    needs: attest\n", "")], {f"changed-gate:{DEPLOY}.staging.needs"}),
    ("another shell", [(PULL, "    shell: bash #", "    shell: bash {0} #")], {f"changed-gate:{PULL}.defaults"}),
    ("a step before the gate", [(PULL, STEP, "      - run: echo exit > .venv/bin/kiwerk\n" + STEP)], {f"changed-gate:{PULL}.evaluate.echo exit > .venv/bin/kiwerk"}),
    ("a pin that moved", [(CALLING, "a" * 40, "b" * 40)], {f"moved-pin:{CALLING}.rufen.actions/checkout.actions/checkout"}),
    ("a pin that is none any more", [(CALLING, "a" * 40, "main")], {f"changed-gate:{CALLING}.rufen.actions/checkout.uses"}),
    ("a workflow that is gone", [(CALLING, None, None)], {f"changed-gate:{CALLING}"}),
    ("a workflow that cannot be read", [(CALLING, "jobs:", "jobs: [")], {f"changed-gate:{CALLING}"}),
    ("an action that shrugs", [(ACTION, "kiwerk check", "kiwerk check || true")], {f"changed-gate:{ACTION}.kiwerk check.run"}),
    ("a target that shrugs", [("Makefile", "\tkiwerk check", "\t-kiwerk check")], {"changed-gate:Makefile.pruefen"}),
    ("a Makefile before it", [("GNUmakefile", None, "pruefen:\n\ttrue\n")], {"changed-gate:GNUmakefile.pruefen", "changed-gate:GNUmakefile.bereit"}),
    ("a file of owners that is gone", [(OWNERS, None, None)], {f"changed-owners:{OWNERS}.{line}" for line in ("/evals/*.yaml", "/agents/environments/", "/.github/", "/pyproject.toml")}),
    ("a line of owners that is gone", [(OWNERS, "/agents/environments/         @kiwerk/maintainers\n", "")], {f"changed-owners:{OWNERS}./agents/environments/"}),
    ("a line that takes owners away", [(OWNERS, "/pyproject.toml               @kiwerk/maintainers\n", "/pyproject.toml               @kiwerk/maintainers\n*.yaml\n")], {f"changed-owners:{OWNERS}.*.yaml"}),
    ("a decision in a policy that nobody uses", [(CALLING, None, None), ("evals/praxis-weber/gate.yaml", None, LAX + entry(f"changed-gate:{CALLING}"))], {f"changed-gate:{CALLING}"}),
    ("a decision about something else of the same file", [(PULL, CHECKED, CHECKED + " || true"), (PULL, "--env staging ", "--env sandbox "), (POLICY, "log:\n", entry(f"{GATE}.run"))], {f"changed-gate:{PULL}.evaluate.Judge for staging.run"}),
]  # fmt: skip

HARMLESS: list[tuple[str, list[Edit]]] = [
    ("a note in the folder of workflows", [(".github/workflows/README.md", None, "Hier laufen `kiwerk gate` und `kiwerk check`.\n")]),
    ("a workflow under another name", [(CALLING, None, None), (".github/workflows/gerufen.yml", None, "CALLING")]),
    ("steps after the gate, names and comments", [(PULL, "      - name: Check\n", "      - name: Dokumente prüfen # wie bisher\n"), (CALLING, "      - uses: ./.github/actions/pruefen\n", "      - uses: ./.github/actions/pruefen\n      - run: echo fertig\n")]),
    ("a trigger more", [(PULL, "    branches: [main]\n\npermissions", "    branches: [main]\n  merge_group:\n\npermissions")]),
    ("an expectation with an id", [(SUITE, ADDRESS, ADDRESS.replace("address: sie", "{id: siezt, address: sie}")), (SUITE, "{2: Dein Termin ist gebucht.}, trips: [address]", "{2: Dein Termin ist gebucht.}, trips: [siezt]")]),
    ("another id, a weight and one expectation more", [(SUITE, "- {id: richtiger-termin, called", "- contains: Termin\n      - {id: der-richtige, weight: 2, called")]),
    ("a case in another suite", [(SUITE, "", ""), (OTHER, None, "MOVED")]),
    ("another reference, a counterexample and a tag", [(SUITE, "say: Ihr Termin am Dienstag, 1. Dezember, um 14:30 Uhr ist gebucht.", "say: Ihr Termin am 1. Dezember um 14:30 Uhr ist gebucht."), (SUITE, "      - {id: blind-gebucht, drop", "      - {id: geduzt-zwei, say: {2: Dein Termin steht.}, trips: [address]}\n      - {id: blind-gebucht, drop"), (SUITE, "tags: [datum]", "tags: [datum, feiertage]")]),
    ("a stricter policy", [(POLICY, "repeats: {critical: 5, other: 3}", "repeats: {critical: 6, other: 4}"), (POLICY, "min: 0.9, lower_bound: 0.2", "min: 0.95, lower_bound: 0.3"), (POLICY, "log:\n", entry("nichts:x"))]),
    ("a stricter rule", [(TERMIN, '["kalender.buchen:ok", 2], severity: block', '["kalender.buchen:ok", 1]')]),
    ("a check with a comment", [(CHECK, "return 'Euro' in text", 'return "Euro" in text  # so schreiben wir es')]),
    ("a target more", [("Makefile", "fertig:\n", "schnell:\n\techo schnell\n\nfertig:\n")]),
    ("owners of something else", [(OWNERS, "/pyproject.toml               @kiwerk/maintainers\n", "/pyproject.toml    @kiwerk/maintainers\n/website/ @kiwerk/web # seit heute\n")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example companies with a repository's usual files around them, committed."""
    root = tmp_path_factory.mktemp("planted") / "repository"
    for folder in ("agents", "processes", "evals", ".github"):
        shutil.copytree(ROOT / folder, root / folder)
    edit(root / PRODUCTION, REVOKED, f'{REVOKED}revoked:\n  - {{ships: "{DIGEST}", reason: Falscher Preis}}\n')
    edit(root / POLICY, "exceptions: []                           #", 'exceptions:\n  - {rule: kritisch, select: "tag:ausgenommen", owner: x, reason: y, until: 2026-12-31}\nlog:\n  - {on: 2026-11-01, owner: x, reason: y, weakens: [z]}\n#')  # fmt: skip

    files = {
        CHECK: "def nennt_preis(text):\n    return 'Euro' in text\n",
        "Makefile": "pruefen: bereit\n\tkiwerk check\n\nfertig:\n\techo fertig\n\nbereit:\n\ttrue\n",
        CALLING: f"on: [push]\njobs:\n  rufen:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@{'a' * 40}\n      - uses: ./.github/actions/pruefen\n",
        ACTION: "name: Prüfen\nruns:\n  using: composite\n  steps:\n    - {run: kiwerk check, shell: bash}\n",
    }
    write_commit(root, files, "Stand von gestern")
    return root


def find(base: Path, root: Path, edits: list[Edit]) -> tuple[Weakening, ...]:
    shutil.copytree(base, root)
    for path, old, new in edits:
        file = root / path
        if old == "":
            text = file.read_text(encoding="utf-8")
            file.write_text(FIRST_CASE.sub("", text), encoding="utf-8")
        elif old is not None:
            assert new is not None
            edit(file, old, new)
        elif new is None:
            file.unlink()
        else:
            case = FIRST_CASE.search((base / SUITE).read_text(encoding="utf-8"))
            assert case is not None
            head = STRIPPED.partition("  - id")[0]
            texts = {"MOVED": head + case[0], "CALLING": (base / CALLING).read_text(encoding="utf-8")}
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(texts.get(new, new), encoding="utf-8")
    sides = load_sides(root, "HEAD", None)
    assert sides.head_version.broken == ()
    return find_weakenings(sides.base, sides.head, compare_documents(sides.base, sides.head), sides.files)


@pytest.mark.parametrize(("name", "edits", "expected"), WEAKER, ids=[name for name, *_ in WEAKER])
def test_way_past_the_gate_has_to_be_decided(
    name: str, edits: list[Edit], expected: set[str], base: Path, tmp_path: Path
) -> None:
    found = find(base, tmp_path / "repository", edits)
    assert {item.name for item in found if item.reason is None} == expected


@pytest.mark.parametrize(("name", "edits"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_harmless_change_needs_no_decision(name: str, edits: list[Edit], base: Path, tmp_path: Path) -> None:
    assert find(base, tmp_path / "repository", edits) == ()
