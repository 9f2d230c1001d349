"""The systems that receive releases, one file a type.

A new type: a file here with a class that is a `Target`, a line in `TARGETS`, a key in `kiwerk.spec.environment.Target`,
and its folder under the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.deploy.names import slug
from kiwerk.deploy.targets.directory import open_directory
from kiwerk.deploy.targets.protocol import Target
from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiwerk.spec import environment as spec

TARGETS: Mapping[str, Callable[[str, str, Path], Target]] = {
    "directory": open_directory,
}
"""How to open each type: its setting in the Environment, the company, the repository's root."""


def open_target(target: spec.Target, company: str, root: Path) -> Target:
    """The system that an Environment names, as far as it serves one company. Nothing is written yet.

    Raises:
        KiwerkError: the company is no id.
    """
    slug(company)
    for name, open_type in TARGETS.items():
        setting = getattr(target, name)
        if setting is not None:
            return open_type(setting, company, root)
    raise KiwerkError("The target has no type that this kiwerk knows", remedy=f"Use one of {', '.join(TARGETS)}")


__all__ = ["TARGETS", "Target", "open_target"]
