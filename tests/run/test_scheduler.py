from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.load.project import load_project
from kiwerk.providers import retry
from kiwerk.providers.openai import OpenAIProvider
from kiwerk.providers.pace import Pace
from kiwerk.providers.protocol import ProviderFailure
from kiwerk.record import Conversation, Transcript
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import Situation, find_situations
from kiwerk.run import loop
from kiwerk.run.scheduler import Job, run_jobs
from tests.support.example import write_example
from tests.support.loop import playbooks_of
from tests.support.openai_server import ScriptedServer, serve


class Site:
    """The canonical example, its first case held many times against a scripted server."""

    def __init__(self, root: Path) -> None:
        write_example(root)
        project = load_project(root)
        rendered = render_agent(project, project.agents["praxis-weber/empfang"])
        assert isinstance(rendered, Rendered)
        self.rendered = rendered
        self.situation: Situation = next(find_situations(project))
        self.playbooks = playbooks_of(root)

    def serve(self, *faults: dict[str, Any]) -> Any:
        """A server that answers as the reference does, after these faults."""
        return serve({"playbooks": self.playbooks, "faults": list(faults)})

    def hold(self, server: ScriptedServer, times: int, pace: Pace) -> list[Transcript]:
        """Conversations, as a run holds them."""

        def jobs(provider: OpenAIProvider) -> Iterator[Job]:
            for repetition in range(times):
                held = Conversation(
                    agent=self.rendered.agent.id,
                    case=self.situation.id,
                    origin="model",
                    repetition=repetition,
                    subject=self.rendered.ships,
                    stimulus=self.situation.stimulus,
                )
                yield Job(held, self.rendered.bundle, self.situation, provider)

        async def hold_all() -> list[Transcript]:
            async with OpenAIProvider(server.base_url, None, pace) as provider:
                return [one async for ended in run_jobs(jobs(provider), lambda: pace.limit) for one in ended]

        return asyncio.run(hold_all())


@pytest.fixture(name="site")
def fixture_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.01)
    return Site(tmp_path)


def sent(transcripts: list[Transcript]) -> int:
    return sum(turn.attempts or 0 for transcript in transcripts for turn in transcript.turns)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0.1, "times": 20},
        {"status": 503, "times": 20},
        {"status": 500, "times": 3},
        {"dropped": True, "times": 3},
    ],
)
def test_provider_in_trouble_costs_time_and_no_conversation(site: Site, fault: dict[str, Any]) -> None:
    pace = Pace()
    with site.serve(fault) as server:
        transcripts = site.hold(server, 12, pace)
        assert [transcript.error for transcript in transcripts] == [None] * 12
        assert {turn.text for t in transcripts for turn in t.turns} == {turn.text for turn in transcripts[0].turns}
        assert sent(transcripts) == len(server.requests)
        assert len(server.requests) - fault["times"] == sent(site.hold(server, 12, Pace()))


def test_refusals_slow_every_conversation(site: Site) -> None:
    pace = Pace()
    with site.serve({"status": 429, "times": 8}) as server:
        transcripts = site.hold(server, 10, pace)
    assert all(transcript.error is None for transcript in transcripts)
    assert pace.limit < 16 + 10


class NotedPace(Pace):
    """A pace that counts what it let through: at a refusal, and 0.3 seconds later."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = 0
        self.counted: list[int] = []

    async def enter(self) -> int:
        found = await super().enter()
        self.entered += 1
        return found

    def note_refusal(self, sent_in: int, pause_seconds: float) -> None:
        super().note_refusal(sent_in, pause_seconds)
        self.counted.append(self.entered)
        asyncio.get_running_loop().call_later(0.3, lambda: self.counted.append(self.entered))


def test_retry_after_of_one_holds_all(site: Site) -> None:
    pace = NotedPace()
    with site.serve({"status": 429, "retry_after": 0.5}) as server:
        transcripts = site.hold(server, 30, pace)
        total = len(server.requests)
    before, later = pace.counted
    assert before == later < total
    assert sent(transcripts) == total == pace.entered


def test_attempts_of_a_conversation_that_failed_are_counted(site: Site) -> None:
    with site.serve({"status": 500, "times": None}) as server:
        [transcript] = site.hold(server, 1, Pace())
        assert transcript.is_broken_off
        assert sent([transcript]) == len(server.requests) == 4


@pytest.mark.parametrize("limit", ["TURN_SECONDS", "CONVERSATION_SECONDS"])
def test_conversation_that_hangs_is_broken_off(site: Site, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(loop, limit, 0.3)
    with site.serve({"delay": 20}) as server:
        [transcript] = site.hold(server, 1, Pace())
    assert transcript.is_broken_off
    assert "no end within" in (transcript.error or "")
    assert sent([transcript]) == 1


def test_what_ended_before_everything_stops_is_handed_over(site: Site) -> None:
    handed: list[Transcript] = []

    class Provider:
        source = OpenAIProvider("http://127.0.0.1:1/v1", None).source

        async def complete(self, _: object) -> Any:
            if len(handed) < 3:
                raise ProviderFailure("one case")
            raise KiwerkError("everything")

    async def hold_all(room: Callable[[], int]) -> None:
        held = Conversation(agent="a", case="a#b", origin="model", subject="s", stimulus="t")
        jobs = (Job(held, site.rendered.bundle, site.situation, Provider()) for _ in range(9))
        async for ended in run_jobs(jobs, room):
            handed.extend(ended)

    with pytest.raises(KiwerkError, match="everything"):
        asyncio.run(hold_all(lambda: 1))
    assert len(handed) == 3
