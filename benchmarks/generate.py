"""A repository like that of a large provider: 100 companies with 1,000 agents, 2,000 processes and many cases.

    python -m benchmarks.generate FOLDER --cases 10000

Same arguments, same bytes. Everything differs a little from place to place, as it does where people write, so that no
cache by text answers for two documents; and everything is sound: `kiwerk check` has nothing to say.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPANIES = 100
AGENTS = 10
"""Of a company."""
PROCESSES = 2
"""Of an agent."""
NOW = "2026-11-27"
"""The day on which nothing is overdue or expired."""

_FIRST_DAY = datetime(2026, 11, 30, tzinfo=UTC)


class Job(NamedTuple):
    """What one agent does, and for whom."""

    company: str
    title: str
    """Of the company."""
    agent: str
    matters: tuple[texts.Matter, ...]
    """One for each of its processes."""


def write_repository(root: Path, cases: int, *, companies: int = COMPANIES, seed: int = 1) -> int:
    """Write the documents below an empty folder; number of files written.

    Args:
        root: the folder.
        cases: how many in all; shared out evenly, the rest left out.
        companies: how many.
        seed: another one gives other words and moments in the same shapes.
    """
    source = random.Random(seed)
    count = 0
    folders = set()
    for name, text in _documents(source, companies, cases // (companies * AGENTS)):
        path = root / name
        if path.parent not in folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
        path.write_text(text, "utf-8")
        count += 1
    return count


def _documents(source: random.Random, companies: int, cases: int) -> Iterator[tuple[str, str]]:
    yield "agents/shared/uebergabe.yaml", texts.HANDOVER
    yield "agents/environments/staging.yaml", texts.STAGING
    yield "agents/environments/production.yaml", texts.PRODUCTION
    yield "evals/standard.yaml", texts.POLICY
    for number in range(companies):
        trade, town = texts.TRADES[number % len(texts.TRADES)], texts.TOWNS[number // len(texts.TRADES)]
        company, title = f"{trade.slug}-{town.slug}", f"{trade.title} {town.title}"
        owner = source.choice(texts.STAFF)
        yield f"agents/{company}/organization.yaml", texts.organization(title, owner)
        yield f"agents/{company}/kalender.yaml", texts.calendar(title)
        for place in range(AGENTS):
            matters = tuple(texts.MATTERS[(place * PROCESSES + step) % len(texts.MATTERS)] for step in range(PROCESSES))
            job = Job(company, title, texts.ROLES[place].slug, matters)
            yield from _job(source, job, texts.ROLES[place].title, cases)


def _job(source: random.Random, job: Job, role: str, cases: int) -> Iterator[tuple[str, str]]:
    company, agent = job.company, job.agent
    opens = source.choice((7, 8, 9))
    hours = f"{source.choice(texts.DAYS)} {opens:02}:00 bis {opens + 9}:30 Uhr"
    yield f"agents/{company}/zeiten-{agent}.yaml", texts.facts(role, hours)
    slugs = [f"{agent}-{matter.slug}" for matter in job.matters]
    for slug, matter in zip(slugs, job.matters, strict=True):
        yield f"processes/{company}/{slug}.yaml", texts.process(matter, job.title)
    yield f"agents/{company}/{agent}.yaml", texts.agent(job.title, agent, role, slugs, [m.title for m in job.matters])
    if cases:
        parts = [texts.suite(agent)]
        for number in range(cases):
            place = number % PROCESSES
            parts.append(_case(source, number, slugs[place], job.matters[place]))
        yield f"evals/{company}/{agent}.yaml", "".join(parts)


def _case(source: random.Random, number: int, process: str, matter: texts.Matter) -> str:
    minutes = source.choice((0, 15, 30, 45))
    moment = _FIRST_DAY + timedelta(days=source.randrange(60), hours=source.randrange(8, 17), minutes=minutes)
    caller, phone = source.choice(texts.CALLERS), f"030 23125 {source.randrange(1000):03}"
    return texts.case(texts.Situation(number, process, matter, moment, caller, phone, source.choice(texts.REASONS)))


def main() -> None:
    """Write a repository from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=10_000, help="in all companies")
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    count = write_repository(options.folder, options.cases, companies=options.companies, seed=options.seed)
    print(f"{count} files in {options.folder}")


if __name__ == "__main__":
    main()
