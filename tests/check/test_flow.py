from __future__ import annotations

import pytest

from kiwerk.check.flow import find_reachable, find_trapped
from kiwerk.spec import Process


def make(*steps: dict[str, object]) -> Process:
    return Process.model_validate(
        {
            "kind": "Process",
            "title": "Ablauf",
            "reviewed": "2026-11-02",
            "review_every": "90d",
            "goal": "Fertig.",
            "ends": {"fertig": {"after": "k.a"}},
            "steps": [{"instruct": "Weiter.", **step} for step in steps],
        }
    )


def to(*targets: str) -> list[dict[str, str]]:
    return [{"when": f"w{number}", "then": target} for number, target in enumerate(targets)]


@pytest.mark.parametrize(
    ("steps", "reachable", "trapped"),
    [
        ([{"id": "a", "end": "fertig"}], "a", ""),
        ([{"id": "a", "next": "a"}], "a", "a"),
        ([{"id": "a", "next": "nirgends"}], "a", ""),
        ([{"id": "a", "next": []}], "a", "a"),
        ([{"id": "a", "next": "b"}, {"id": "b", "next": "a"}], "ab", "ab"),
        ([{"id": "a", "next": to("b", "c")}, {"id": "b", "next": "b"}, {"id": "c", "end": "fertig"}], "abc", "b"),
        ([{"id": "a", "next": to("b", "c")}, {"id": "b", "next": "a"}, {"id": "c", "end": "fertig"}], "abc", ""),
        ([{"id": "a", "end": "fertig"}, {"id": "b", "next": "b"}], "a", ""),
        ([{"id": "a", "next": "b"}, {"id": "b", "end": "fertig"}, {"id": "b", "next": "b"}], "ab", ""),
    ],
)
def test_steps_that_never_lead_to_an_end_are_trapped(
    steps: list[dict[str, object]], reachable: str, trapped: str
) -> None:
    process = make(*steps)
    assert "".join(step.id for step in find_reachable(process)) == reachable
    assert find_trapped(process) == set(trapped)


def test_long_chain_takes_no_recursion() -> None:
    steps: list[dict[str, object]] = [{"id": f"s{number}", "next": f"s{number + 1}"} for number in range(3000)]
    assert find_trapped(make(*steps, {"id": "s3000", "end": "fertig"})) == frozenset()
