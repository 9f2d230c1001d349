"""Comparisons made up for the tests of reports, and what hostile people and models say in them."""

from __future__ import annotations

from kiwerk.record import Score, Status, Turn
from kiwerk.record.comparison import (
    AlignedTurn,
    Baseline,
    Behaviour,
    Capability,
    CaseChange,
    Change,
    Comparison,
    Line,
    Piece,
    PromptChange,
    Sampled,
    SideBySide,
    Version,
)

HOSTILE = [
    "</details></td></tr></table><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![Bild](https://example.org/pixel.png)",
    "[klick hier](https://example.org)",
    "https://example.org/abholen www.example.org",
    "<https://example.org>",
    "schreib an jemand@example.org oder @everyone oder @octocat",
    "Fixes #123, siehe octo-org/octo-repo#42 und GH-7",
    "| a | b |\n| --- | --- |\n| x | y |",
    "```\ncode\n```\n# Überschrift\n- [ ] Aufgabe",
    "<!-- kiwerk diff --> <!-- --> -->",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\\[x](y) \\\\ \\@octocat",
    "\u202eGNP.nur\u202c \x1b[31mrot\x07 \x00 \ufeff",
    ":smile: ~~weg~~ **fett** __fett__ `code` $x^2$",
    "a" * 10_000_000,
]
"""What a model or a caller may say to whoever reads the comment."""


def make_case(name: str, status: str = "regressed", said: str = "Guten Tag.") -> CaseChange:
    failed = (Score(name="address", kind="address", status=Status.FAILED, message=said, turn=1),)
    turns = (
        AlignedTurn(
            number=1,
            user_base=said,
            user_head=said,
            base=(Turn(role="agent", text="Gern."),),
            head=(Turn(role="agent", text=said),),
            differs=True,
            failed_head=failed,
        ),
    )
    return CaseChange.model_validate(
        {
            "case": name,
            "agent": "praxis/empfang",
            "status": status,
            "base": Sampled(passed=5),
            "head": Sampled(failed=5),
            "reason": said,
            "shown": SideBySide(base="a", head="b", turns=turns, diverges=1, head_reason=said),
        }
    )


def make_comparison(*cases: CaseChange, said: str = "Guten Tag.") -> Comparison:
    line = Line(path="agents/praxis/empfang.yaml", line=3)
    subject = "agent:praxis/empfang"
    return Comparison(
        engine="0",
        base=Version(name="main", commit="0" * 40, broken=(said,)),
        head=Version(name="working tree"),
        changes=(
            Change(
                kind="Agent", id="praxis/empfang", what="changed", route=("prompt",), before="x", after=said, head=line
            ),
        ),
        capabilities=(Capability(rule="new-process", subject=subject, direction="wider", message=said, head=line),),
        prompts=(
            PromptChange(
                agent="praxis/empfang", part="prompt", pieces=(Piece(what="added", text=said),), causes=(line,)
            ),
        ),
        weakenings=(),
        baseline=Baseline(warnings=(said,)),
        behaviour=Behaviour(cases=cases, slices=()),
    )
