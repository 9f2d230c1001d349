"""`native`: each agent's model at its own vendor, whose models also play users and judge."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.pipeline.models.protocol import Models
from kiwerk.providers.pace import MOST_IN_FLIGHT
from kiwerk.providers.vendors import find_vendor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiwerk.record import Bundle, Origin, Source
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class NativeAccess:
    """Models by the names that agents call them; addresses and credentials are in the environment."""

    max_in_flight: int = MOST_IN_FLIGHT
    """Requests a vendor gets at once at most; how many it is, its answers decide."""

    @property
    def origin(self) -> Origin:
        """A model."""
        return "model"

    @property
    def identity(self) -> str:
        """The protocol; the models are named in what ships."""
        return "native"

    def source_of(self, bundle: Bundle) -> Source:
        """The vendor by the host that its client asks.

        Raises:
            KiwerkError: its extra is not installed, its credential is not set, or there is no such vendor.
        """
        # told before pydantic-ai is imported, which is not there without an extra
        find_vendor(bundle.model.name, os.environ)
        from kiwerk.providers.native import NativeModels

        return NativeModels(self.max_in_flight).of(bundle.model.name).source

    def subject_of(self, rendered: Rendered) -> str:
        """What the agent ships."""
        return rendered.ships

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int:  # noqa: ARG002  # the same for all
        """As many as are wanted."""
        return wanted

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Models]:
        """One client for each vendor, made when it is first needed."""
        from kiwerk.providers.native import NativeModels

        models = NativeModels(self.max_in_flight)
        try:
            yield Models(lambda bundle, _: models.of(bundle.model.name), models, models.count_room, helper_of=models.of)
        finally:
            await models.close()
