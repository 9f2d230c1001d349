"""How far a judge agrees with people, who were asked the same question about the same conversations."""

from __future__ import annotations

from typing import Literal

from kiwerk.record.base import Record


class ClassAgreement(Record):
    """Of the conversations that people put into one class, how many the judge does, too."""

    name: str
    """`yes` or `no`; of grades, whether they are good enough."""
    n: int
    """Conversations that people put there."""
    agreed: int
    share: float | None = None
    """0 to 1; absent where there are none."""
    low: float | None = None
    """Lower end of its 95 % interval (Wilson)."""
    high: float | None = None


class Kappa(Record):
    """Agreement of two beyond that of chance (Cohen 1960)."""

    n: int
    """Conversations that both have judged."""
    agreement: float | None = None
    """Share in which they say the same, 0 to 1; absent where n is 0."""
    value: float | None = None
    """-1 to 1; absent where it is not defined."""
    standard_error: float | None = None
    """Of large samples (Fleiss, Cohen and Everitt 1969); absent where it says nothing."""
    low: float | None = None
    """Lower end of its 95 % interval, within -1 to 1."""
    high: float | None = None
    note: str | None = None
    """Why a figure is absent, as a clause."""


class LabellerPair(Record):
    """Two people who answered about the same conversations."""

    first: str
    second: str
    kappa: Kappa


class Calibration(Record):
    """A judge beside people."""

    version: Literal[1] = 1
    judge: str
    """Id of the judge."""
    verdict: str
    """Digest of what its answers follow from: question, model, prompt, number of votes, lowest good grade."""
    labels: int
    """Answers of people that count: the newest of each about each conversation, to today's question."""
    labellers: tuple[str, ...]
    compared: int
    """Conversations about which people and judge have an answer."""
    sampled: int = 0
    """Those among them that a model held, not a person's references and counterexamples."""
    voters: tuple[str, ...] = ()
    """Providers of the judge's votes about them."""
    table: dict[str, dict[str, int]]
    """Conversations by what people say, then by what the judge says."""
    classes: tuple[ClassAgreement, ...]
    kappa: Kappa
    people: tuple[LabellerPair, ...] = ()
    """How far people agree with each other."""
    disputed: int = 0
    """Conversations left out because as many people say the one as the other."""
    unasked: int = 0
    """Conversations left out because votes are missing."""
    undecided: int = 0
    """Conversations left out because the judge's votes decide nothing."""
    stale: int = 0
    """Answers of people that do not count: to another rubric or scale than today's."""
