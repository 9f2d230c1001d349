"""How far one can rely on an agent, from its cases' repeats."""

from __future__ import annotations

from kiwerk.record.base import Record


class FlakyCase(Record):
    """A case that passes at times and fails at times, by the same prompt, in the same situation."""

    case: str
    """`suite#case`."""
    passed: int
    failed: int


class Reliability(Record):
    """One agent's figures over samples of a model."""

    agent: str
    cases: int
    """With a judged sample."""
    samples: int
    """Judged ones."""
    repeats: int
    """Judged samples that every case has at least; no figure reaches further."""
    pass_rate: float | None
    """Mean of the cases' pass rates, 0 to 1; absent where nothing was judged or sampling was stopped."""
    low: float | None
    """Lower end of its 95 % interval, with the case as its unit."""
    high: float | None
    pass_hat_k: tuple[float, ...] = ()
    """For k from 1 to `repeats`: chance that k conversations of a case all pass, mean of the cases."""
    pass_at_k: tuple[float, ...] = ()
    """For k from 1 to `repeats`: chance that one of k conversations of a case passes, mean of the cases."""
    flaky: tuple[FlakyCase, ...] = ()
    demanded: int | None = None
    """Samples that the policy demands, where fewer count: what there is then is no fair picture, and has no rate."""
