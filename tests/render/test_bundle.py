from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.load.project import load_project
from kiwerk.record import Bundle
from kiwerk.render import bundle
from kiwerk.render.bundle import Rendered, render_agent
from tests.support.example import write_example


def test_agent_of_a_project_is_rendered_once(tmp_path: Path) -> None:
    project = load_project(write_example(tmp_path))
    agent = next(iter(project.agents.values()))

    assert render_agent(project, agent) is render_agent(project, agent)


def test_agent_of_another_reading_is_rendered_anew(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    one, other = load_project(root), load_project(root)
    (agent,), (again,) = (tuple(project.agents.values())[:1] for project in (one, other))

    render_agent(one, agent)

    assert render_agent(one, again).agent is again


def test_digest_is_computed_for_whoever_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Bundle] = []
    digest = bundle.ships_digest

    def note(item: Bundle) -> str:
        asked.append(item)
        return digest(item)

    monkeypatch.setattr(bundle, "ships_digest", note)
    project = load_project(write_example(tmp_path))

    rendered = render_agent(project, next(iter(project.agents.values())))

    assert isinstance(rendered, Rendered)
    assert not asked
    assert rendered.ships == rendered.ships == digest(rendered.bundle)
    assert len(asked) == 1
