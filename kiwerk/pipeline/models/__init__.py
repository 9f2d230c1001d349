"""Who speaks for agents, and who is asked beside them: opened here alone, from what a command line says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.pipeline.models.endpoint import EndpointAccess
from kiwerk.pipeline.models.native import NativeAccess
from kiwerk.pipeline.models.openai import OpenAIAccess
from kiwerk.pipeline.models.protocol import Access, Models
from kiwerk.pipeline.models.python import PythonAccess
from kiwerk.pipeline.models.recorded import RecordedAccess
from kiwerk.providers.pace import MOST_IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "API_KEY",
    "Access",
    "EndpointAccess",
    "Models",
    "NativeAccess",
    "OpenAIAccess",
    "PythonAccess",
    "RecordedAccess",
    "find_access",
]

API_KEY = "KIWERK_API_KEY"
"""Variable that holds the endpoint's key."""

_FORMS = "openai, native, recorded, endpoint:FILE, python:module:function"


def find_access(
    base_url: str | None,
    variables: Mapping[str, str],
    max_in_flight: int = MOST_IN_FLIGHT,
    *,
    stream: bool = False,
    provider: str | None = None,
    root: Path | None = None,
) -> Access | None:
    """What a command line and the environment say about who speaks; None where nobody is asked.

    Args:
        base_url: address of the OpenAI-compatible endpoint.
        variables: the environment's.
        max_in_flight: requests at once at most.
        stream: whether answers of that endpoint come in pieces.
        provider: who speaks for agents; a model at that endpoint unless told.
        root: the repository, where recordings and functions are looked for.

    Raises:
        KiwerkError: there is no such provider, or it needs more than was said.
    """
    endpoint = OpenAIAccess(base_url, variables.get(API_KEY) or None, max_in_flight, stream) if base_url else None
    if stream and provider not in (None, "openai"):
        message = f"Answers of '{provider}' do not come in pieces"
        raise KiwerkError(message, remedy="Leave out --stream, or ask an OpenAI-compatible endpoint")
    if provider is None:
        return endpoint
    if provider == "openai":
        if endpoint is None:
            raise KiwerkError("The provider 'openai' needs an address", remedy="Name it with --base-url URL")
        return endpoint
    if provider == "native":
        return NativeAccess(max_in_flight)
    kind, _, target = provider.partition(":")
    if provider == "recorded" and root is not None:
        return RecordedAccess(root, endpoint)
    if kind == "endpoint" and target:
        # brings aiohttp, jinja2 and YAML, which a run of references takes no time for
        from kiwerk.providers.endpoint_file import load_endpoint

        return EndpointAccess(load_endpoint(Path(target), variables), variables, endpoint, max_in_flight)
    if kind == "python" and root is not None:
        return PythonAccess(target, root, endpoint, max_in_flight)
    raise KiwerkError(f"There is no provider '{provider}'", remedy=f"There is {_FORMS}")
