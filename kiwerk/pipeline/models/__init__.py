"""Who speaks for agents, and who is asked beside them: opened here alone, from what a command line says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.models.native import NativeAccess
from kiwerk.pipeline.models.openai import OpenAIAccess
from kiwerk.pipeline.models.protocol import Access, Models
from kiwerk.providers.pace import MOST_IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["API_KEY", "Access", "Models", "NativeAccess", "OpenAIAccess", "find_access"]

API_KEY = "KIWERK_API_KEY"
"""Variable that holds the endpoint's key."""

_FORMS = "openai, native"


def find_access(
    base_url: str | None,
    variables: Mapping[str, str],
    max_in_flight: int = MOST_IN_FLIGHT,
    *,
    stream: bool = False,
    provider: str | None = None,
) -> Access | None:
    """What a command line and the environment say about models; None where no model is asked.

    Raises:
        KiwerkError: there is no such provider, or it needs more than was said.
    """
    endpoint = OpenAIAccess(base_url, variables.get(API_KEY) or None, max_in_flight, stream) if base_url else None
    if provider is None:
        return endpoint
    if provider == "openai":
        if endpoint is None:
            raise KiwerkError("The provider 'openai' needs an address", remedy="Name it with --base-url URL")
        return endpoint
    if provider == "native":
        return NativeAccess(max_in_flight)
    raise KiwerkError(f"There is no provider '{provider}'", remedy=f"There is {_FORMS}")
