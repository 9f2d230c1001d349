"""Who plays users and judges where no model speaks for the agent: a model at an OpenAI-compatible endpoint, if any."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiwerk.pipeline.models.openai import OpenAIAccess
    from kiwerk.providers.protocol import Provider


@asynccontextmanager
async def open_helper(access: OpenAIAccess | None) -> AsyncIterator[Provider | None]:
    """The model, until the end of the block; None where no address was named."""
    if access is None:
        yield None
        return
    async with access.open() as models:
        yield models.helper
