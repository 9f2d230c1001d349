"""The canonical example as a repository of its own, for tests that need a whole one."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "data" / "canonical-example.yaml"
_FILE = re.compile(r"^(?:---  )?# ((?:agents|processes|evals)/\S+\.yaml)$", re.MULTILINE)
_SIMULATED = re.compile(r"  - id: eiliger-anrufer\n(?:    .*\n)+")
_PERSONAS = re.compile(r"^personas: .*$", re.MULTILINE)
_PLACEHOLDER = "<base64 public key>"


def read_example() -> dict[str, str]:
    """The files of the example by path, as written."""
    parts = _FILE.split(SOURCE.read_text(encoding="utf-8"))
    return {path: text.lstrip("\n") for path, text in zip(parts[1::2], parts[2::2], strict=True)}


def write_example(
    folder: Path, *, simulated: bool = False, provider: str = "mistral", public_key: str | None = None
) -> Path:
    """The example as files below a folder; the folder.

    Args:
        folder: where it goes; made if need be.
        simulated: whether to keep the case that needs a simulated user.
        provider: whose samples the policy accepts.
        public_key: the signer of both environments.
    """
    for name, text in read_example().items():
        # a comment in place of the personas keeps the line numbers
        changed = text if simulated else _PERSONAS.sub("#", _SIMULATED.sub("", text))
        changed = changed.replace("providers: [mistral]", f"providers: [{provider}]")
        if public_key is not None:
            changed = changed.replace(_PLACEHOLDER, public_key)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed, encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace the one place in a file where `old` stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
