"""The whole loop on the canonical example: a repository, its signer, and a model that behaves as the reference does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiwerk import cli
from kiwerk.deploy.keys import KeyPair, make_key_pair
from kiwerk.load.document import load_document
from kiwerk.load.project import load_project
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.simulator import BEGIN
from kiwerk.render.situation import find_situations
from tests.support.example import edit, write_example
from tests.support.openai_server import playbook_from_reference, serve

SIMULATED_CASES = Path(__file__).parents[1] / "data" / "simulated-cases.yaml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Workplace:
    """A repository with a command line in it."""

    root: Path
    keys: KeyPair
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Outcome:
        """Run a command in the repository."""
        self.capsys.readouterr()
        code = cli.run([*arguments, "--repo", str(self.root)])
        captured = self.capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


def make_workplace(
    folder: Path, capsys: pytest.CaptureFixture[str], *, provider: str = "loopback", simulated: bool = False
) -> Workplace:
    """The canonical example in a folder, with a new key pair whose public key may sign."""
    keys = make_key_pair()
    write_example(folder, provider=provider, simulated=simulated, public_key=keys.public)
    # samples carry the real time, so what expires has to hold at the real time
    edit(folder / "agents/praxis-weber/oeffnungszeiten.yaml", "valid_until: 2027-01-31", f"valid_until: {day(400)}")
    edit(folder / "processes/praxis-weber/terminvereinbarung.yaml", "reviewed: 2026-11-02", f"reviewed: {day(0)}")
    return Workplace(folder, keys, capsys)


def playbooks_of(root: Path) -> list[dict[str, Any]]:
    """Playbooks of a model that behaves as the references of every suite do, and plays the users of simulated cases."""
    books = simulated_playbooks_of(root)
    for path in sorted(root.glob("evals/*/*.yaml")):
        document = load_document(path, path.relative_to(root).as_posix()).document
        assert document is not None
        assert isinstance(document.data, dict)
        for case in document.data.get("cases", ()):
            if case.get("reference"):
                users = [turn["user"] for turn in case["conversation"]]
                books.append(playbook_from_reference(users, case["reference"]))
    return books


def content_judges_of(root: Path) -> list[dict[str, Any]]:
    """Playbooks of judges that find everything as it should be."""
    books: list[dict[str, Any]] = []
    for judge in load_project(root).judges.values():
        verdict = judge.spec.scale.points if judge.spec.scale else "yes"
        answer = json.dumps({"reason": "Nichts spricht dagegen.", "verdict": verdict}, ensure_ascii=False)
        books.append({"within": "<conversation>", "system": judge.spec.rubric.strip(), "steps": [{"say": answer}]})
    return books


def simulated_playbooks_of(root: Path) -> list[dict[str, Any]]:
    """Playbooks of both sides of the simulated cases that `simulated-cases.yaml` knows."""
    scripts = yaml.safe_load(SIMULATED_CASES.read_text(encoding="utf-8"))
    if not any("simulate:" in path.read_text(encoding="utf-8") for path in root.glob("evals/*/*.yaml")):
        return []
    project = load_project(root)
    books: list[dict[str, Any]] = []
    for situation in find_situations(project):
        simulation = situation.case.simulate
        if simulation is None or situation.id not in scripts:
            continue
        rendered = render_agent(project, situation.agent)
        assert isinstance(rendered, Rendered)
        turns = scripts[situation.id]
        books.append(
            {
                "user": rendered.bundle.opening or BEGIN["de"],
                "system": simulation.goal,
                "steps": [{"say": turn["user"]} for turn in turns],
            }
        )
        books.append(playbook_from_reference([turns[0]["user"]], turns))
    return books


def day(distance: int) -> str:
    """The date so many days from today, YYYY-MM-DD."""
    return f"{datetime.now(UTC) + timedelta(days=distance):%Y-%m-%d}"


@contextmanager
def serve_references(root: Path, faults: Sequence[dict[str, Any]] = ()) -> Iterator[str]:
    """Base URL of a model that behaves as the references do."""
    with serve({"playbooks": playbooks_of(root), "faults": list(faults)}) as server:
        yield server.base_url


def strip_ids(text: str) -> str:
    """Text without what differs from run to run: run ids, digests and seconds."""
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{12,64}\b", "DIGEST", text)
    return re.sub(r"\d+\.\d s", "N s", text)
