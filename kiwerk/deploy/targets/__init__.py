"""The systems that receive releases, one file a type.

A new type: a file here with a class that is a `Target`, a line in `TARGETS`, a key in `kiwerk.spec.environment.Target`,
and its folder under the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.deploy.names import slug
from kiwerk.deploy.targets.directory import find_directories, open_directory
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

FINDERS: Mapping[str, Callable[[str, Path], tuple[str, ...]]] = {
    "directory": find_directories,
}
"""How to find the companies that each type holds something of: its setting, the repository's root."""


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


def find_deployed(target: spec.Target, root: Path) -> tuple[str, ...]:
    """The companies of which something is current there, in the repository or not.

    Raises:
        KiwerkError: the target cannot be read.
    """
    settings = {name: getattr(target, name) for name in FINDERS}
    return tuple(
        company for name, setting in settings.items() if setting is not None for company in FINDERS[name](setting, root)
    )


__all__ = ["TARGETS", "Target", "find_deployed", "open_target"]
