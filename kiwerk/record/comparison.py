"""What a change makes different: in the documents, in what agents may do, in what they are told, in how they behave.

A record says what was found; renderers compute nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from kiwerk.record.base import Record, Status
from kiwerk.record.run import Partial
from kiwerk.record.score import Score
from kiwerk.record.transcript import Turn


class Line(Record):
    """A line of a file on one side of the comparison."""

    path: str
    """POSIX path from the repository's root."""
    line: int
    """1-based."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


What = Literal["added", "removed", "changed", "moved"]


class Change(Record):
    """One difference between the documents of base and head; comments, order and formatting are none."""

    kind: str
    """Kind of the document, such as `Agent`."""
    id: str
    """Id of the document at head, or at base where it was removed."""
    what: What
    route: tuple[str, ...] = ()
    """Keys and ids that lead to the value; empty for the whole document."""
    before: Any = None
    """The value at base; the id at base of a document or entry that was moved."""
    after: Any = None
    """The value at head."""
    base: Line | None = None
    """Where it stood; absent for what was added."""
    head: Line | None = None
    """Where it stands; absent for what was removed."""

    @property
    def name(self) -> str:
        """`agent:praxis-weber/empfang`, as commands take it."""
        return f"{self.kind.lower()}:{self.id}"


Direction = Literal["wider", "narrower", "review"]
"""Whether an agent may do more than before, less, or whether a person has to look."""


class Capability(Record):
    """One thing an agent may do, must do or is bound by, that is different now."""

    rule: str
    """What was recognised, such as `lost-confirmation`."""
    subject: str
    """Whose: `agent:praxis-weber/empfang` or `environment:production`, as at head, or at base where it is gone."""
    direction: Direction
    message: str
    """One sentence in plain words."""
    base: Line | None = None
    head: Line | None = None


class Piece(Record):
    """A stretch of a text on its way from base to head."""

    what: Literal["same", "removed", "added"]
    text: str


class PromptChange(Record):
    """What an agent is told otherwise, word by word."""

    agent: str
    part: Literal["prompt", "opening"]
    pieces: tuple[Piece, ...]
    """All of the text; holes are written as `{{ runtime.name }}`."""
    causes: tuple[Line, ...]
    """Places of head, or of base where something was taken away, at which the change was written."""


CaseStatus = Literal[
    "regressed",
    "improved",
    "flaky",
    "unchanged",
    "undecided",
    "new",
    "removed",
    "not-comparable",
    "errored",
    "not-sampled",
]
"""What became of a case: only what fresh runs confirmed is called regressed or improved."""


class Sampled(Record):
    """What one side's samples of a case came to."""

    passed: int = 0
    failed: int = 0
    errored: int = 0
    """Could not be judged; in no rate."""

    @property
    def judged(self) -> int:
        """Samples with a verdict."""
        return self.passed + self.failed

    def __str__(self) -> str:
        return f"{self.passed}/{self.judged}"


class AlignedTurn(Record):
    """One user turn and what the agent made of it, on both sides."""

    number: int
    """User turn from 1; 0 for what the agent says before anybody else."""
    user_base: str | None = None
    """Absent where the conversation was over by then."""
    user_head: str | None = None
    base: tuple[Turn, ...] = ()
    """The agent's turns that follow."""
    head: tuple[Turn, ...] = ()
    differs: bool
    """Whether the two sides say or do something else here."""
    failed_base: tuple[Score, ...] = ()
    """What was expected here and not shown."""
    failed_head: tuple[Score, ...] = ()
    passed_base: tuple[str, ...] = ()
    """What it passed of its processes here: `terminvereinbarung: step pruefen, frei`."""
    passed_head: tuple[str, ...] = ()


class SideBySide(Record):
    """One conversation of each side beside the other: the ones that show best what is different."""

    base: str | None = None
    """Id of the transcript; absent where base has none."""
    head: str | None = None
    base_status: Status | None = None
    head_status: Status | None = None
    base_reason: str | None = None
    """Why it could not be finished."""
    head_reason: str | None = None
    turns: tuple[AlignedTurn, ...] = ()
    diverges: int | None = None
    """Number of the first turn that differs."""
    whole_base: tuple[Score, ...] = ()
    """What was expected of the whole conversation and not shown."""
    whole_head: tuple[Score, ...] = ()


class CaseChange(Record):
    """How one case went at base and at head."""

    case: str
    """`suite#case` at head, or at base where it was removed."""
    agent: str
    tags: tuple[str, ...] = ()
    process: str | None = None
    status: CaseStatus
    base: Sampled
    head: Sampled
    confirmed_base: Sampled | None = None
    """Fresh samples taken in turns with head's; they alone enter the test."""
    confirmed_head: Sampled | None = None
    p: float | None = None
    """Of Fisher's exact test over the confirmation, adjusted for the number of tests; absent without one."""
    needs: int | None = None
    """Samples a side at which rates like these would be told apart, where that is undecided and possible."""
    reason: str | None = None
    """Why it is not comparable, errored or undecided."""
    shown: SideBySide | None = None
    """Two conversations to look at, where anything is different or failed, and for a sample of the rest."""


class SliceChange(Record):
    """The difference of a group of cases as a whole."""

    name: str
    """`all`, `agent:…`, `tag:…` or `process:…`."""
    cases: int
    """Comparable cases with samples on both sides."""
    base_rate: float
    head_rate: float
    difference: float
    low: float
    high: float
    """95 % interval of the difference."""
    p: float
    """Two-sided, of a paired permutation test with the case as its unit; of slices adjusted for their number."""
    verdict: Literal["lower", "higher", "no-difference-shown"]


class RateCount(Record):
    """How many cases have a pass rate above one figure and up to another; 0 and 1 stand by themselves."""

    above: float
    """Equal to `up_to` where only exactly that is counted."""
    up_to: float
    """1 is not among what lies below it."""
    base: int
    head: int


class Behaviour(Record):
    """How agents behave at base and head."""

    cases: tuple[CaseChange, ...]
    slices: tuple[SliceChange, ...]
    """The whole first."""
    rates: tuple[RateCount, ...] = ()
    """How the pass rates of the cases are distributed that are compared, lowest first."""


class Version(Record):
    """One side of a comparison."""

    name: str
    """As it was asked for, or `working tree`."""
    commit: str | None = None
    """Digest of the commit; absent for the working tree."""
    date: datetime | None = None
    """When the commit was made."""
    broken: tuple[str, ...] = ()
    """`path:line: sentence` for each document that could not be read; they are left out, and the rest is compared."""


class Spread(Record):
    """How a figure is distributed over conversations: never a mean alone."""

    what: Literal["input_tokens", "output_tokens", "cost_eur", "latency_seconds", "first_token_seconds", "turns"]
    """Tokens, euro and turns are a conversation's, seconds an agent turn's."""
    side: Literal["base", "head"]
    count: int
    """Values counted."""
    low: float
    """Least value."""
    quarter: float
    """First quartile."""
    median: float
    three_quarters: float
    """Third quartile."""
    p95: float
    """95th percentile."""
    high: float
    """Greatest value."""


class Baseline(Record):
    """Where base's samples come from."""

    samples: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    reported: tuple[str, ...] = ()
    """Models as the provider reported them."""
    warnings: tuple[str, ...] = ()
    """What keeps it from being a good one: its age, another model than head's, that there is none."""


class CoveredPart(Record):
    """A changed part of a document, and the cases that test it."""

    document: str
    """`process:praxis-weber/terminvereinbarung`."""
    part: str
    """`operation kalender.buchen`, `outcome kalender.buchen:ok`, `rule erst-pruefen` or `step pruefen`."""
    before: tuple[str, ...]
    """Cases at base, sorted."""
    after: tuple[str, ...]
    """Cases at head, sorted; none where nobody tests it."""
    head: Line | None = None
    """Where it was changed; absent for what is gone."""


class Weakening(Record):
    """Something that makes the gate, or what it looks at, weaker."""

    rule: str
    """What was recognised, such as `removed-case`."""
    subject: str
    """What became weaker, such as `praxis-weber/empfang#dienstag-halb-drei`."""
    message: str
    """One sentence."""
    base: Line | None = None
    head: Line | None = None
    reason: str | None = None
    """Why somebody decided so, from the log of a policy; without one it is refused."""
    owner: str | None = None
    """Who decided so."""

    @property
    def name(self) -> str:
        """What a policy's log calls it: `removed-case:praxis-weber/empfang#dienstag-halb-drei`."""
        return f"{self.rule}:{self.subject}"


class Comparison(Record):
    """Two versions of a repository beside each other."""

    version: Literal[1] = 1
    engine: str
    """Version of kiwerk."""
    base: Version
    head: Version
    changes: tuple[Change, ...]
    capabilities: tuple[Capability, ...]
    """What is wider first."""
    prompts: tuple[PromptChange, ...]
    weakenings: tuple[Weakening, ...]
    coverage: tuple[CoveredPart, ...] = ()
    """Which cases test what was changed."""
    baseline: Baseline
    spreads: tuple[Spread, ...] = ()
    """Cost and speed of both sides over the cases that are compared, base and head of each figure in turn."""
    behaviour: Behaviour
    stopped: Partial | None = None
    """What is missing of fresh runs that were to confirm differences; absent where nothing is."""
    left_out: tuple[str, ...] = ()
    """Why suites could not be compared, and what is not known of coverage."""

    @property
    def is_acceptable(self) -> bool:
        """Whether nothing regressed, or could not be read, judged or finished, and nobody weakened the gate undecided.

        A whole or a slice of which fewer pass than before has regressed as well, though no single case need show it.
        """
        return (
            self.stopped is None
            and not self.head.broken
            and all(item.reason is not None for item in self.weakenings)
            and all(case.status not in ("regressed", "errored") for case in self.behaviour.cases)
            and all(item.verdict != "lower" for item in self.behaviour.slices)
        )
