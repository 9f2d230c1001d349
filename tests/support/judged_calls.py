"""A company whose calls a judge and two people have judged: what docs/judges.md shows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.support.openai_server import serve
from tests.test_readme import run

RUBRIC = "Spricht der Agent den Anrufer durchgehend mit Sie an?"
_SUITE = "evals/praxis-weber/anrede.yaml"
_CASES = 24
_MISSED = frozenset({3, 8})
"""Calls in which the judge does not notice that the agent says du."""
_FALSE_ALARM = 5
_DOUBTFUL = 12
"""The call about which the two people disagree."""


def write_judged_calls(clone: Path) -> None:
    """A suite of calls, its judge with all votes, and `answers.csv` with what Ute Probe and Jana Weber say."""
    (clone / _SUITE).write_text(_write_suite(), encoding="utf-8")
    judge = [
        {
            "within": text,
            "system": RUBRIC,
            "steps": [{"say": json.dumps({"reason": reason, "verdict": verdict}, ensure_ascii=False)}],
        }
        for text, verdict, reason in _votes()
    ]
    model = [{"user": _user(number), "steps": [{"say": _formal(number)}]} for number in range(_CASES)]
    (clone / "evals/praxis-weber/siezt.yaml").write_text(
        f'kind: Judge\nrubric: {RUBRIC}\nmodel: {{name: "mistral:mistral-large-2411"}}\nvotes: 3\n', encoding="utf-8"
    )
    with serve({"playbooks": [*judge, *model]}) as server:
        shown = run(clone, "kiwerk eval suite:praxis-weber/anrede --format json", KIWERK_BASE_URL=server.base_url)
    _write_answers(clone / "answers.csv", json.loads(shown)["run"]["results"])


def _user(number: int) -> str:
    return f"Guten Tag, hier ist Anrufer {number}."


def _formal(number: int) -> str:
    return f"Guten Tag, Anrufer {number}. Was kann ich für Sie tun?"


def _familiar(number: int) -> str:
    return f"Hallo, Anrufer {number}. Was kann ich für dich tun?"


def _write_suite() -> str:
    lines = ["kind: Suite", "agent: empfang", "given: {now: 2026-11-27T10:00}", "cases:"]
    for number in range(_CASES):
        lines += [
            f"  - id: anruf-{number}",
            f'    conversation: [{{user: "{_user(number)}"}}]',
            "    expect: [{judge: siezt}]",
            f'    reference: [{{say: "{_formal(number)}"}}]',
        ]
        if number % 2 == 0 or number in _MISSED:
            lines.append(f'    counterexamples: [{{id: geduzt, say: {{1: "{_familiar(number)}"}}, trips: [judge]}}]')
    return "\n".join(lines) + "\n"


def _votes() -> list[tuple[str, str, str]]:
    """What the judge says, by the words that it finds in a conversation; the first that fits."""
    missed = [(f'{_familiar(number)}"', "yes", "Der Agent ist höflich.") for number in sorted(_MISSED)]
    return [
        *missed,
        ("für dich", "no", "Der Agent sagt „für dich“."),
        (f'{_formal(_FALSE_ALARM)}"', "no", "Der Agent nennt den Anrufer nicht mit Namen."),
        ("für Sie", "yes", "Der Agent sagt „für Sie“."),
    ]


def _write_answers(path: Path, results: list[dict[str, dict[str, str]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["transcript", "answer", "by", "reason"])
        for result in results:
            conversation = result["conversation"]
            if conversation["origin"] == "reference" or conversation["repetition"]:
                # a model said the same, which counts for more
                continue
            number = int(conversation["case"].rpartition("-")[2])
            answer = "no" if conversation["variant"] else "yes"
            writer.writerow([result["transcript"], answer, "Ute Probe", ""])
            if number >= _DOUBTFUL:
                doubtful = number == _DOUBTFUL and answer == "yes"
                writer.writerow([result["transcript"], "no" if doubtful else answer, "Jana Weber", ""])
