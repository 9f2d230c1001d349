"""The canonical example, delivered by this project's workflows, with the real kiwerk and a model over real HTTP."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.act import Event, WorkflowRun, run_workflow
from tests.support.example import edit
from tests.support.git import run_git, write_commit
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import ScriptedServer, serve
from tests.support.pipeline import WORKFLOWS, make_pipeline_repository

MODEL_KEY = "key-of-the-model"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A repository with the project's workflows, its signer, and the model that its runs may ask."""

    place: Workplace
    model: ScriptedServer
    scratch: Path

    @property
    def root(self) -> Path:
        """The repository's folder."""
        return self.place.root

    def run(self, workflow: str, event: Event, *, model_key: str = MODEL_KEY, signing_key: str = "") -> WorkflowRun:
        """The outcome of a workflow for the repository as it lies there, committed.

        `model_key` is what the secret holds, "" where there is none; `signing_key` takes the place of the signer's.
        """
        if event.name == "pull_request":
            run_git(self.root, "switch", "--quiet", "--create", "vorschlag")
        write_commit(self.root, {})
        signing = {"KIWERK_SIGNING_KEY": signing_key or self.place.keys.private}
        return run_workflow(
            self.root,
            str(WORKFLOWS / f"{workflow}.yml"),
            event,
            tmp=self.scratch / workflow,
            secrets=signing | ({"KIWERK_API_KEY": model_key} if model_key else {}),
            variables={"KIWERK_BASE_URL": self.model.base_url},
        )

    def digests(self, environment: str) -> dict[str, str]:
        """What would ship: the digest of each agent."""
        shown = self.place.run("release", "--env", environment, "--format", "json").json
        return {agent: ships for release in shown["releases"] for agent, ships in release["agents"].items()}


@contextmanager
def serve_delivery(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Delivery]:
    """A repository below `folder`, and a model that behaves as its references do now, whatever is edited later."""
    place = make_workplace(folder / "repository", capsys)
    make_pipeline_repository(place.root, {})
    with serve({"playbooks": playbooks_of(place.root), "api_key": MODEL_KEY}) as model:
        yield Delivery(place, model, folder)


def raise_the_bar(delivery: Delivery) -> None:
    """Edits the suite so that its reference still passes, and the model, which does not know of it, fails."""
    suite = delivery.root / "evals/praxis-weber/empfang.yaml"
    edit(suite, "      - address: sie\n", "      - address: sie\n      - contains: Auf Wiederhören\n")
    edit(suite, "um 14:30 Uhr ist gebucht.\n", "um 14:30 Uhr ist gebucht. Auf Wiederhören.\n")
    edit(suite, "Dein Termin ist gebucht.", "Dein Termin ist gebucht. Auf Wiederhören.")


def unpack(run: WorkflowRun, environment: str, folder: Path) -> None:
    """Puts what a run has deployed below `folder`, where the environment's target says."""
    archive = run.artifacts / environment / f"{environment}.tar"
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)


def is_deployed(run: WorkflowRun, environment: str) -> bool:
    """Whether a deploy to the environment was carried out, or anything of one is handed on."""
    carried_out = run.steps.get((environment, f"Deploy to {environment}")) == "success"
    return carried_out or (run.artifacts / environment).exists()
