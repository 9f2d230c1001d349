"""Vendors whose own protocols kiwerk speaks through pydantic-ai: their extras, credentials and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor, by the name before the colon of an agent's model; its extra has the same name."""

    name: str
    module: str
    """What the extra brings beside pydantic-ai."""
    credentials: tuple[tuple[str, ...], ...]
    """Variables that hold one, each group of them enough; read by the vendor's own client."""
    address: str
    """Variable with another address than the vendor's."""
    finds_credentials: bool = False
    """Whether its client knows other places, such as files and roles of the machine."""

    def is_installed(self) -> bool:
        """Whether its extra is there."""
        return all(_is_there(module) for module in ("pydantic_ai", self.module))

    def has_credentials(self, variables: Mapping[str, str]) -> bool:
        """Whether one is set."""
        return any(all(variables.get(name) for name in group) for group in self.credentials)

    def name_credentials(self) -> str:
        """The variables, never what they hold."""
        return " or ".join(" and ".join(group) for group in self.credentials)


VENDORS: dict[str, Vendor] = {
    vendor.name: vendor
    for vendor in (
        Vendor("anthropic", "anthropic", (("ANTHROPIC_API_KEY",),), "ANTHROPIC_BASE_URL"),
        Vendor(
            "bedrock",
            "boto3",
            (("AWS_BEARER_TOKEN_BEDROCK",), ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_PROFILE",)),
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
            finds_credentials=True,
        ),
        Vendor("google", "google.genai", (("GOOGLE_API_KEY",), ("GEMINI_API_KEY",)), "GOOGLE_GEMINI_BASE_URL"),
        Vendor("mistral", "mistralai", (("MISTRAL_API_KEY",),), "MISTRAL_BASE_URL"),
    )
}
"""By name."""


def find_vendor(model: str, variables: Mapping[str, str]) -> Vendor:
    """Whose model it is, ready to be asked.

    Args:
        model: name of a model, `anthropic:claude-sonnet-4-5`.
        variables: the environment's.

    Raises:
        KiwerkError: there is none by that name, its extra is not installed, or its credential is not set.
    """
    name = model.partition(":")[0]
    vendor = VENDORS.get(name)
    if vendor is None:
        message = f"There is no native access to '{name}', of model {model}"
        remedy = f"There is {', '.join(VENDORS)}; ask others at an OpenAI-compatible endpoint, with --base-url"
        raise KiwerkError(message, remedy=remedy)
    if not vendor.is_installed():
        message = f"Native access to '{name}' is not installed"
        raise KiwerkError(message, remedy=f"pip install 'kiwerk[{name}]'")
    if not vendor.has_credentials(variables) and not vendor.finds_credentials:
        message = f"There is no credential for '{name}', of model {model}"
        raise KiwerkError(message, remedy=f"Set {vendor.name_credentials()}")
    return vendor


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # the package that it would be a part of
        return False
