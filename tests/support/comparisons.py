"""Comparisons made up for the tests of reports, and what hostile people and models say in them."""

from __future__ import annotations

from kiwerk.record import Score, StateChange, Status, ToolCall, Turn
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
    RateCount,
    Sampled,
    SideBySide,
    SliceChange,
    Spread,
    Version,
    Weakening,
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


def say(text: str, *calls: ToolCall) -> tuple[Turn, ...]:
    return (Turn(role="agent", text=text, calls=calls, latency_seconds=0.5),)


def make_talk() -> CaseChange:
    """A booking: looked up alike on both sides, then booked at base and only promised at head."""
    asked = ToolCall(operation="kalender.pruefen", arguments={"beginn": "14:30"}, outcome="frei", result={})
    change = StateChange(action="append", path="kalender.termine", value={"beginn": "14:30"})
    booked = ToolCall(
        operation="kalender.buchen", arguments={"beginn": "14:30"}, outcome="ok", result={}, changes=(change,)
    )
    turns = (
        AlignedTurn(number=0, base=say("Praxis Weber."), head=say("Praxis Weber."), differs=False),
        AlignedTurn(
            number=1,
            user_base="Dienstag?",
            user_head="Dienstag?",
            base=say("14:30 Uhr ist frei.", asked),
            head=say("14:30 Uhr ist frei.", asked),
            differs=False,
            passed_base=("termin: step pruefen, frei",),
            passed_head=("termin: step pruefen, frei",),
        ),
        AlignedTurn(
            number=2,
            user_base="Ja.",
            user_head="Ja.",
            base=say("Der Termin ist gebucht.", booked),
            head=say("Der Termin ist vorgemerkt."),
            differs=True,
            failed_head=(
                Score(
                    name="gebucht",
                    kind="called",
                    turn=2,
                    status=Status.FAILED,
                    message="Es fehlt kalender.buchen.",
                    place="evals/a.yaml:7",
                ),
            ),
            passed_base=("termin: end resolved",),
        ),
        AlignedTurn(number=3, user_head="Hallo?", head=say("Bitte?"), differs=True),
    )
    shown = SideBySide(
        base="a" * 64,
        head="b" * 64,
        base_status=Status.PASSED,
        head_status=Status.FAILED,
        turns=turns,
        diverges=2,
        whole_head=(Score(name="state", kind="state", status=Status.FAILED, message="Der Kalender ist leer."),),
    )
    return make_case("praxis-weber/empfang#dienstag").model_copy(
        update={"shown": shown, "tags": ("critical",), "process": "praxis-weber/termin", "reason": None}
    )


def make_rich_comparison() -> Comparison:
    """A comparison with something in every part: one case with a conversation, and a hundred without."""
    others = [
        make_case(f"praxis-weber/auskunft#fall-{number}", status).model_copy(
            update={"agent": "praxis/auskunft", "shown": None}
        )
        for number, status in enumerate(["flaky", "unchanged", "unchanged", "improved", "undecided"] * 20)
    ]
    spreads = [
        Spread.model_validate(
            {"what": what, "side": side, "count": 9, "low": 1, "quarter": 2, "median": 3, "three_quarters": 4}
            | {"p95": 5, "high": 9}
        )
        for what in ("cost_eur", "latency_seconds", "turns")
        for side in ("base", "head")
    ]
    whole = {"name": "all", "cases": 99, "base_rate": 0.97, "head_rate": 0.9, "p": 0.001, "verdict": "lower"}
    part = {"name": "tag:a", "cases": 9, "base_rate": 0.9, "head_rate": 0.9, "p": 1, "verdict": "no-difference-shown"}
    slices = (
        SliceChange.model_validate(whole | {"difference": -0.07, "low": -0.1, "high": -0.04}),
        SliceChange.model_validate(part | {"difference": 0, "low": -0.1, "high": 0.1}),
    )
    bins = ((0, 0), (0, 0.5), (0.5, 1), (1, 1))
    rates = tuple(RateCount(above=low, up_to=high, base=3, head=4) for low, high in bins)
    plain = make_comparison(make_talk(), *others)
    weaker = Weakening(rule="removed-case", subject="a/b#c", message="the case is gone")
    return plain.model_copy(
        update={
            "weakenings": (weaker, weaker.model_copy(update={"reason": "Doppelt.", "owner": "Ute Probe"})),
            "spreads": tuple(spreads),
            "behaviour": plain.behaviour.model_copy(update={"slices": slices, "rates": rates}),
        }
    )
