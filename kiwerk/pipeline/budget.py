"""Budget: what a run may spend, and when it begins nothing more: everything spent, time over, or Ctrl-C.

Whatever is in flight then comes to its end. So that little is overspent, no more conversations are in flight than the
rest of a budget pays, by what they cost on average so far.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import format_duration, format_eur
from kiwerk.prices import find_prices
from kiwerk.prices.bill import price_spending
from kiwerk.prices.table import strip_provider
from kiwerk.record import Partial, describe_vote, find_spending

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Container, Iterator, Sequence
    from datetime import date, timedelta

    from kiwerk.load.project import Project
    from kiwerk.pipeline.models import Access
    from kiwerk.prices import PriceTable
    from kiwerk.record import Bundle, Spending, Transcript, Vote
    from kiwerk.run.plan import Planned

GRACE_SECONDS = 30.0
"""For what is in flight when the time is over: a patient model's next answer, and no more."""

FIRST_IN_FLIGHT = 4
"""Where there is a budget, and nothing is known yet of what a conversation takes."""

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one command may spend; absent is without limit."""

    cost_eur: float | None = None
    tokens: int | None = None
    timeout: timedelta | None = None


def open_meter(project: Project, today: date, plan: Sequence[Planned], budget: Budget, access: Access | None) -> Meter:
    """A meter for a plan, with nothing spent yet.

    Raises:
        KiwerkError: there is a budget in euro, and the price of a model is not known.
    """
    if access is None:
        return Meter(budget, None)
    prices = find_prices(project)
    is_kept = budget.cost_eur is not None and access.origin == "model"
    for name, provider in sorted(_find_asked(plan, access)) if is_kept else ():
        if prices.find(provider, [name], today) is None:
            message = f"No price is known for {name} of {provider}, so no budget in euro can be kept"
            remedy = "Write it into a document of kind Prices (`kiwerk new prices NAME`), or use --max-tokens"
            raise KiwerkError(message, remedy=remedy)
    return Meter(budget, prices)


def _find_asked(plan: Sequence[Planned], access: Access) -> set[tuple[str, str]]:
    """Models that a plan asks, those of simulated users and judges included, each with who will answer."""
    bundles: dict[str, Bundle] = {}
    for item in plan:
        situation, bundle = item.situation, item.rendered.bundle
        names = [judge.spec.model.name for judge in situation.judges.values()]
        if item.script is None and not item.skipped:
            names.append(bundle.model.name)
            if situation.case.simulate:
                names.append(situation.simulator.name)
        for name in names:
            if name not in bundles:
                model = bundle.model.model_copy(update={"name": name})
                bundles[name] = bundle.model_copy(update={"model": model})
    return {(strip_provider(name) or name, access.source_of(bundle).provider or "") for name, bundle in bundles.items()}


def describe_partial(reason: str, plan: Sequence[Planned], held: Container[int]) -> Partial:
    """What a run lacks that began nothing more."""
    missing = Counter(
        item.conversation.agent for position, item in enumerate(plan) if position not in held and not item.skipped
    )
    skipped = sum(item.skipped is not None for item in plan)
    return Partial(reason=reason, held=len(plan) - skipped - missing.total(), missing=dict(missing))


class Meter:
    """Counts what conversations spend, and tells when no more of them begin."""

    def __init__(self, budget: Budget, prices: PriceTable | None) -> None:
        """Begin with nothing spent; the time runs from now on."""
        self.budget = budget
        self.prices = prices
        self.eur = 0.0
        """Of what has a price."""
        self.tokens = 0
        self.stopped: str | None = None
        """Why nothing more begins; absent while something may."""
        self.is_interrupted = False
        self._unpriced: str | None = None
        self._paid = 0
        """Conversations that spent something."""
        self._began = time.monotonic()

    def may_begin(self) -> bool:
        """Whether one more may begin; once it may not, none may any more."""
        self.stopped = self.stopped or self._find_reason()
        return self.stopped is None

    def room(self, most: int) -> int:
        """How many conversations may be in flight, of `most` that the endpoint takes: at least one."""
        if not self._paid:
            is_free = self.budget.cost_eur is None and self.budget.tokens is None
            return most if is_free else min(most, FIRST_IN_FLIGHT)
        shares = [
            (limit - spent) * self._paid / spent
            for limit, spent in ((self.budget.cost_eur, self.eur), (self.budget.tokens, float(self.tokens)))
            if limit is not None and spent
        ]
        return max(1, min(most, *(int(share) for share in shares))) if shares else most

    def add(self, transcript: Transcript) -> None:
        """Count what a conversation spent."""
        spent = find_spending(transcript)
        self._paid += bool(spent)
        for item in spent:
            self._add(item, transcript.started.date())

    def add_vote(self, vote: Vote) -> None:
        """Count what a judge spent."""
        self._add(describe_vote(vote), vote.asked.date())

    def _add(self, spending: Spending, day: date) -> None:
        self.tokens += spending.usage.input_tokens + spending.usage.output_tokens
        euro = price_spending(spending, self.prices, day) if self.prices else None
        if euro is None:
            self._unpriced = f"{spending.provider} {spending.reported or spending.model}"
        else:
            self.eur += euro

    @property
    def spent_eur(self) -> float | None:
        """Euro spent so far; None where nothing was, or the price of a model is not known."""
        return self.eur if self._paid and self._unpriced is None else None

    @contextmanager
    def listening(self, tell: Callable[[], None]) -> Iterator[None]:
        """Let Ctrl-C stop what has not begun, and a second one everything; `tell` is called at the first."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop() -> None:
            if self.is_interrupted and task is not None:
                task.cancel()
            self.is_interrupted = True
            tell()

        try:
            loop.add_signal_handler(signal.SIGINT, stop)
        except (NotImplementedError, RuntimeError, ValueError):
            # not in the main thread, or no Unix: Ctrl-C then ends all at once
            yield
            return
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    @asynccontextmanager
    async def bounded(self) -> AsyncIterator[None]:
        """Cut off what is still in flight some time after the time is over."""
        if self.budget.timeout is None:
            yield
            return
        left = self.budget.timeout.total_seconds() - (time.monotonic() - self._began)
        try:
            async with asyncio.timeout(left + GRACE_SECONDS):
                yield
        except TimeoutError:
            self.stopped = f"{self._describe_timeout()}, and what was in flight was cut off"

    def _find_reason(self) -> str | None:
        budget = self.budget
        if self.is_interrupted:
            return INTERRUPTED
        if budget.timeout is not None and time.monotonic() - self._began >= budget.timeout.total_seconds():
            return self._describe_timeout()
        if budget.tokens is not None and self.tokens >= budget.tokens:
            return f"budget of {budget.tokens:,} tokens spent ({self.tokens:,})"
        if budget.cost_eur is not None and self._unpriced is not None:
            return f"no price known for {self._unpriced}, which answered"
        if budget.cost_eur is not None and self.eur >= budget.cost_eur:
            return f"budget of {format_eur(budget.cost_eur)} spent ({format_eur(self.eur)})"
        return None

    def _describe_timeout(self) -> str:
        return f"time-out of {format_duration(self.budget.timeout)} over" if self.budget.timeout else "time over"
