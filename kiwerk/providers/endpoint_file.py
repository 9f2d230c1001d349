"""The file that describes an agent that runs elsewhere, read and checked as documents are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.check.secret_text import find_secrets
from kiwerk.errors import KiwerkError
from kiwerk.finding import Finding
from kiwerk.load.document import load_document
from kiwerk.load.validate import validate_document
from kiwerk.providers.host import split_address
from kiwerk.providers.secret import keep_secret
from kiwerk.render.expression import compile_expression, find_expressions
from kiwerk.render.problem import TemplateProblem
from kiwerk.spec.endpoint import CONVERSATION, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kiwerk.load.document import Document

_ASKING = ("conversation_id", "message", "messages")
_NAMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("webhook", "request"), _ASKING),
    (("webhook", "reply", "call"), ("call",)),
    (("webhook", "reply"), ("answer",)),
    (("webhook", "start", "conversation"), ("answer",)),
    (("webhook", "start"), ("conversation_id",)),
    (("webhook", "stop"), ("conversation_id",)),
)
"""What expressions may read, by where they stand; the first that fits."""


@dataclass(frozen=True, slots=True)
class EndpointFile:
    """A file that was read."""

    path: str
    endpoint: Endpoint

    @property
    def address(self) -> str:
        """Where the agent is spoken to."""
        found = self.endpoint.chat or self.endpoint.webhook
        return found.url if found else ""


def load_endpoint(path: Path, variables: Mapping[str, str]) -> EndpointFile:
    """The description in a file, whose secrets are set.

    Raises:
        KiwerkError: the file cannot be read, something in it is wrong (all of it is told, with its place), or a
            variable that it names is not set.
    """
    parsed = load_document(path, str(path))
    spec, problems = validate_document(parsed.document, Endpoint) if parsed.document else (None, ())
    findings = [*parsed.findings, *problems]
    if parsed.document and isinstance(spec, Endpoint):
        findings += _check(parsed.document, spec)
    if not isinstance(spec, Endpoint) or findings:
        listed = "\n".join(_format(finding) for finding in findings)
        raise KiwerkError(f"The description of the endpoint is wrong\n{listed}", remedy="docs/providers.md shows one")
    for name in name_variables(spec):
        if not variables.get(name):
            raise KiwerkError(f"The variable {name} is not set", path=path, remedy=f"Set {name} to the secret it names")
    keep_secret(variables[name] for name in name_variables(spec))
    return EndpointFile(str(path), spec)


def name_variables(endpoint: Endpoint) -> tuple[str, ...]:
    """The variables that hold its secrets."""
    if endpoint.chat is not None:
        return (endpoint.chat.key,) if endpoint.chat.key else ()
    headers = endpoint.webhook.headers if endpoint.webhook else {}
    return tuple(value.variable for value in headers.values() if not isinstance(value, str))


def _check(document: Document, endpoint: Endpoint) -> Iterator[Finding]:
    for secret in find_secrets(document.text):
        line = document.text.count("\n", 0, secret.start) + 1
        span = document.span(())
        message = f"Line {line} holds {secret.kind}"
        yield Finding("exposed-secret", message, span, help="Write the name of the variable that it is in")
    addresses = {
        ("chat", "url"): endpoint.chat.url if endpoint.chat else None,
        ("webhook", "url"): endpoint.webhook.url if endpoint.webhook else None,
        ("webhook", "start", "url"): endpoint.webhook.start.url
        if endpoint.webhook and endpoint.webhook.start
        else None,
        ("webhook", "stop", "url"): endpoint.webhook.stop.url if endpoint.webhook and endpoint.webhook.stop else None,
    }
    for route, address in addresses.items():
        if address is not None:
            try:
                split_address(address.replace(CONVERSATION, "1"))
            except KiwerkError as error:
                yield Finding("invalid-value", error.message, document.span(route), help=error.remedy)
    for place, text in find_expressions(document.data):
        try:
            reads = compile_expression(text).reads
        except TemplateProblem as problem:
            yield Finding("template", problem.message, document.span(place), help=problem.help)
            continue
        known = next((names for begin, names in _NAMES if place[: len(begin)] == begin), ())
        for name in dict.fromkeys(read.path[0] for read in reads):
            if name not in known:
                help_ = f"Known here: {', '.join(known) or 'nothing'}"
                yield Finding("undefined-variable", f"`{name}` is not defined", document.span(place), help=help_)


def _format(finding: Finding) -> str:
    span = finding.span
    help_ = f" ({finding.help})" if finding.help else ""
    return f"  {span.path}:{span.line}:{span.column}: {finding.message}{help_}"
