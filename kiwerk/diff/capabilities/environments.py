"""Where releases may go; who may vouch for them is a matter of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record.comparison import Capability, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Environment


def find_environments(base: Project, head: Project) -> Iterator[Capability]:
    """Environments that are new or allow another region."""
    for name, loaded in head.environments.items():
        before = base.environments.get(name)
        if before is None:
            message = "is a new place to deploy to"
            yield _wider(name, "new-environment", message, head=_line(loaded, "kind"))
            continue
        for region in sorted(set(loaded.spec.allowed_regions) - set(before.spec.allowed_regions)):
            message = f"data may go to {region} now"
            places = {"base": _line(before, "allowed_regions"), "head": _line(loaded, "allowed_regions")}
            yield _wider(name, "wider-region", message, **places)


def _wider(name: str, rule: str, message: str, *, base: Line | None = None, head: Line | None = None) -> Capability:
    return Capability(
        rule=rule, subject=f"environment:{name}", direction="wider", message=message, base=base, head=head
    )


def _line(loaded: Loaded[Environment], *route: str) -> Line:
    span = loaded.span(*route, key=True)
    return Line(path=span.path, line=span.line)
