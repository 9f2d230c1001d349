"""Who answers: a provider by the host of its address, and the address itself."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import aiohttp

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiohttp.abc import ResolveResult

LOOPBACK = "loopback"

_PROVIDERS = {
    "api.mistral.ai": "mistral",
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google",
    "openai.azure.com": "azure",
}
"""Providers by the host that answers, subdomains included; every other host is its own name."""
_BEDROCK = re.compile(r"bedrock-runtime(-fips)?\.[a-z]{2}(-[a-z]+)+-\d+\.amazonaws\.com(\.cn)?")
"""By region. Below the same domain anybody can have a host of their own, so subdomains do not count."""


def provider_of(scheme: str, host: str) -> str:
    """Name of the provider behind an endpoint: this machine is `loopback`, known hosts have names, others their own.

    A known name needs `https`: without it anybody on the way could have answered. A host that is called like a known
    provider is not it.
    """
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost") or is_loopback(host):
        return LOOPBACK
    for known, name in _PROVIDERS.items():
        if scheme == "https" and (host == known or host.endswith(f".{known}")):
            return name
    if scheme == "https" and _BEDROCK.fullmatch(host):
        return "bedrock"
    return f"host:{host}" if host in (LOOPBACK, "bedrock", *_PROVIDERS.values()) else host


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's, in whatever notation (`127.1`, `0`, `::ffff:127.0.0.1`)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        try:
            found = ipaddress.ip_address(socket.inet_aton(address))
        except OSError:
            return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    # a connection to the unspecified address reaches this machine as well
    return found.is_loopback or found.is_unspecified


def address_of(parts: SplitResult) -> str:
    """Scheme, host and port of an address, the port left out where everybody knows it."""
    host = (parts.hostname or "").rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{shown}{f':{parts.port}' if parts.port not in (None, usual) else ''}"


class NotingResolver(aiohttp.ThreadedResolver):
    """The system's name resolution, which tells the addresses it found."""

    def __init__(self, note: Callable[[Iterable[str]], None]) -> None:
        super().__init__()
        self._note = note

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a host."""
        found = await super().resolve(host, port, family)
        self._note(item["host"] for item in found)
        return found


def split_address(base_url: str, *, may_have_query: bool = False) -> SplitResult:
    """The parts of an endpoint's address.

    Args:
        base_url: the address.
        may_have_query: whether it is kept and shown without its query.

    Raises:
        KiwerkError: it is not one of HTTP, or carries a password or a query.
    """
    remedy = "Give it whole, such as https://api.mistral.ai/v1 or https://example.org/mcp"
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        message = f"Not the address of an endpoint: {error}"
        raise KiwerkError(message, remedy=remedy) from error
    if parts.username is not None or parts.password is not None:
        message = "The address of an endpoint carries a name or password, which would reach records"
        raise KiwerkError(message, remedy="Take them out: a key belongs into a variable of the environment")
    if not may_have_query and ("?" in base_url or "#" in base_url):
        message = "The address of an endpoint carries a query, which would reach records"
        remedy = "Leave it out; send a key in a header, `headers: {NAME: {variable: VARIABLE}}` in an endpoint's file"
        raise KiwerkError(message, remedy=remedy)
    labels = (parts.hostname or "").rstrip(".").split(".")
    if parts.scheme not in ("http", "https") or not all(labels) or port == 0:
        message = "Not the address of an endpoint"
        raise KiwerkError(message, path=base_url.partition("?")[0], remedy=remedy)
    return parts
