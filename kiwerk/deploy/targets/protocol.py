"""What every target can do, so that plan, apply, rollback and status know no type of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kiwerk.deploy.release import Installed, Package
    from kiwerk.record import Deployment


class Target(Protocol):
    """A system that holds releases of one company, of which at most one is current."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Keeps every other deploy out while it lasts, and first finishes or undoes what a killed one left.

        Raises:
            KiwerkError: another deploy is under way.
        """

    def receive(self, package: Package) -> None:
        """Stores a release beside the others, complete and durable, without making it current.

        Called inside `exclusive`. Storing what is already there changes nothing.

        Raises:
            Refused: a release by this digest is there and differs.
            KiwerkError: it cannot be stored.
        """

    def switch(self, deployment: Deployment) -> None:
        """Makes a stored release the current one, at once and as a whole, and writes the deployment down.

        Called inside `exclusive`. Killed at any moment, either the old release is current or the new one, and
        `history` tells which.

        Raises:
            KiwerkError: it cannot be made current.
        """

    def read_back(self, release: str | None = None) -> Installed | None:
        """A stored release as the target would use it now, by default the current one; None where nothing is current.

        Needs no lock and changes nothing. A damaged release is not an error: its `differences` say so.

        Raises:
            Refused: something else than a release of kiwerk is current.
            KiwerkError: the target cannot be read.
        """

    def history(self) -> tuple[Deployment, ...]:
        """Every switch that happened, oldest first; none that was only begun.

        Raises:
            KiwerkError: it cannot be read.
        """
