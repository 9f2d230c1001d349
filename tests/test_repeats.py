"""The figures of docs/repeats.md are those that kiwerk itself would state."""

from __future__ import annotations

import os
import re
from math import ceil
from pathlib import Path

from kiwerk.gate import measure_alarm
from kiwerk.score import noticed_failure_rate, pass_at_k, pass_hat_k, pass_rate_interval
from tests.support.gate import FAILURES, NOW, SAMPLES, make_case, make_policy, make_samples

PAGE = Path(__file__).parents[1] / "docs" / "repeats.md"


def down(fraction: float) -> str:
    return f"{int(fraction * 100 + 1e-9) / 100:.2f}"


def up(fraction: float) -> int:
    return ceil(fraction * 100 - 1e-9)


def table(*rows: list[str]) -> str:
    head, *rest = rows
    lines = [head, [":---", *["---:"] * (len(head) - 1)], *rest]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def make_tables() -> dict[str, str]:
    cases = [5, 10, 20, 50, 100, 200]
    repeats = [1, 3, 5, 10, 14, 30]
    return {
        "cases": table(
            ["cases", *map(str, cases)],
            ["never failed: at least", *(down(pass_rate_interval(1, number).low) for number in cases)],
            ["pass rate 0.90: at least", *(down(pass_rate_interval(0.9, number).low) for number in cases)],
            ["pass rate 0.90: at most", *(f"{up(pass_rate_interval(0.9, number).high) / 100:.2f}" for number in cases)],
        ),
        "repeats": table(
            ["repeats", *map(str, repeats)],
            [
                "fails in this share or more",
                *(f"{up(noticed_failure_rate(number))} %" for number in repeats),
            ],
            ["conversations of 50 cases", *(str(50 * number) for number in repeats)],
        ),
        "draws": table(
            ["passed", *(f"pass^{k}" for k in (1, 2, 3, 5)), *(f"pass@{k}" for k in (2, 3, 5))],
            *(
                [
                    f"{passed} of 10",
                    *(down(pass_hat_k(passed, 10, k)) for k in (1, 2, 3, 5)),
                    *(down(pass_at_k(passed, 10, k)) for k in (2, 3, 5)),
                ]
                for passed in (10, 9, 8, 5, 2)
            ),
        ),
        "alarms": table(
            ["repeats", *map(str, repeats)],
            ["refused unchanged", *(f"{refused_unchanged(number):.0f} %" for number in repeats)],
        ),
    }


def refused_unchanged(repeats: int) -> float:
    """Percent, of a case that failed in one of ten conversations."""
    policy = make_policy(FAILURES, SAMPLES, repeats=repeats)
    alarm = measure_alarm(policy, "a/agent", [make_case("a", "critical")], make_samples({"a": "-" + 9 * "+"}), NOW)
    assert alarm.chance is not None
    return alarm.chance * 100


def test_tables_are_what_our_functions_say() -> None:
    """`UPDATE_SNAPSHOTS=1` writes them."""
    text = PAGE.read_text(encoding="utf-8")
    expected = text
    for name, shown in make_tables().items():
        place = re.compile(rf"(?<=^<!-- table: {name} -->\n\n)(\|.*\n)*", re.MULTILINE)
        assert len(place.findall(expected)) == 1, name
        expected = place.sub(shown, expected)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(expected, encoding="utf-8")
        return
    assert text == expected


def test_recommended_numbers_are_those_of_the_table() -> None:
    assert [round(noticed_failure_rate(number), 2) <= share for number, share in ((5, 0.5), (14, 0.2))] == [True, True]
    assert noticed_failure_rate(13) > 0.2
