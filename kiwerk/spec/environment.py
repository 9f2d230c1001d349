"""Where a release goes, who may vouch for it, and by which policy."""

from __future__ import annotations

import string
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kiwerk.spec.base import Document, EnvironmentRef, Model, NonEmpty, PolicyRef, Slug

EnvironmentVariable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _directory(value: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError as error:
        raise PydanticCustomError("directory", "Not a path template: {reason}", {"reason": str(error)}) from None
    if names != {"company"}:
        raise PydanticCustomError(
            "directory", "Needs the placeholder {placeholder} and no other", {"placeholder": "{company}"}
        )
    return value


class Target(Model):
    """The system that receives releases; the one key names its type."""

    directory: Annotated[NonEmpty, AfterValidator(_directory)] = Field(examples=["build/production/{company}"])
    """A folder per company, from the repository's root, with `{company}` in its path."""


class Signer(Model):
    """Somebody whose evidence counts in this environment."""

    name: Slug = Field(examples=["ci"])
    """Who holds the private key."""
    ed25519: NonEmpty = Field(examples=["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="])
    """Public key: 32 bytes, base64."""


class Revocation(Model):
    """Something that must not be deployed any more, whatever its evidence says."""

    ships: Digest = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    """The `ships` digest of an agent."""
    reason: NonEmpty = Field(examples=["Nennt einen falschen Preis"])
    """Why."""


class Environment(Document):
    """One place where agents work."""

    kind: Literal["Environment"] = Field(examples=["Environment"])
    """Always `Environment`."""
    promote_from: EnvironmentRef | None = Field(default=None, examples=["staging"])
    """Only what is deployed there may be deployed here."""
    allowed_regions: list[Slug] = Field(default_factory=list, examples=[["eu"]])
    """Regions in which personal data may be processed."""
    target: Target | None = Field(default=None, examples=[{"directory": "build/production/{company}"}])
    """Where a release goes; without it nothing can be deployed here."""
    credentials: dict[Slug, EnvironmentVariable] = Field(
        default_factory=dict, examples=[{"api-key": "PRODUCTION_API_KEY"}]
    )
    """Names of the environment variables that hold what the target asks for; never the secrets themselves."""
    signers: list[Signer] = Field(
        default_factory=list, examples=[[{"name": "ci", "ed25519": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}]]
    )
    """Whose evidence counts here."""
    policy: PolicyRef = Field(examples=["standard"])
    """What must hold before anything is deployed."""
    revoked: list[Revocation] = Field(
        default_factory=list,
        examples=[
            [
                {
                    "ships": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "reason": "Nennt einen falschen Preis",
                }
            ]
        ],
    )
    """What must neither be deployed nor rolled back to."""
