"""Where the files of tau-bench are: a sample that is always there, and the whole outside of this repository."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).parents[2]
SAMPLE = _ROOT / "tests/data/taubench_airline"
WHOLE = _ROOT.parent / "shared/data/taubench_airline"
MODEL = "openai:gpt-4o-2024-08-06"


def name_sample() -> list[str]:
    """The sample as arguments of `kiwerk import`."""
    return name_files(SAMPLE, "tasks.json")


def name_files(folder: Path, tasks: str) -> list[str]:
    """Files as arguments of `kiwerk import`."""
    return [
        *("tau2", "--model", MODEL, "--policy", str(folder / "policy.md"), "--tasks", str(folder / tasks)),
        *("--trajectories", str(folder / "trajectories.jsonl.gz")),
    ]
