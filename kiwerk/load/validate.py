"""From a parsed document to its model; what does not fit becomes findings at the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from kiwerk.finding import Finding
from kiwerk.load.content import MAX_FINDINGS
from kiwerk.load.explain import EXPECTED, describe_field, describe_type, explain_error
from kiwerk.load.suggest import suggest
from kiwerk.spec import KINDS
from kiwerk.spec.walk import is_free_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core import ErrorDetails

    from kiwerk.finding import Span
    from kiwerk.load.document import Document
    from kiwerk.spec import Document as Spec


def kind_of(document: Document) -> tuple[type[Spec] | None, tuple[Finding, ...]]:
    """Model of a document by its `kind`, or the finding that says why there is none."""
    data = document.data
    if not isinstance(data, dict):
        message = f"Expected a mapping with a kind, found {describe_type(data)}"
        help_ = "A document starts with its kind, such as `kind: Agent`"
        return None, (Finding("wrong-type", message, document.span(()), help=help_),)
    kinds = f"Kinds are {', '.join(KINDS)}"
    if "kind" not in data:
        span = document.span((next(iter(data), ""),), key=True)
        return None, (Finding("missing-key", "The document has no kind", span, help=kinds),)
    kind = data["kind"]
    if not isinstance(kind, str):
        message = f"Expected text, found {describe_type(kind)}"
        return None, (Finding("wrong-type", message, document.span(("kind",)), help=kinds),)
    if kind not in KINDS:
        help_ = suggest(kind, KINDS) or suggest(kind.capitalize(), KINDS) or kinds
        fix = next((name for name in KINDS if name.lower() == kind.lower()), None)
        span = document.span(("kind",))
        return None, (Finding("unknown-kind", f"Unknown kind '{kind}'", span, help=help_, fix=fix),)
    return KINDS[kind], ()


def validate_document(document: Document, model: type[Spec]) -> tuple[Spec | None, tuple[Finding, ...]]:
    """The document's content, or None with every finding that keeps it from being read."""
    findings = list(_find_lossy(document, model))
    try:
        spec = model.model_validate(document.data)
    except ValidationError as error:
        findings += _find_errors(error.errors(include_url=False), document, model)
        return None, tuple(findings)
    return (None if findings else spec), tuple(findings)


def _find_lossy(document: Document, model: type[Spec]) -> Iterator[Finding]:
    """Numbers whose text would change, where the author chooses the shape: `1.10`, `0123`."""
    for route, text in document.lossy[:MAX_FINDINGS]:
        if is_free_form(model, route):
            yield Finding(
                "ambiguous-scalar",
                f"{text} would be read as a number and lose its form",
                document.span(route),
                help=f'Put it in quotes to keep it as text: "{text}"; or write the number as it is',
            )


def _find_errors(details: Sequence[ErrorDetails], document: Document, model: type[Spec]) -> Iterator[Finding]:
    """A finding for each place and rule; of a field that may be one thing or another a single one."""
    types: dict[Span, list[ErrorDetails]] = {}
    findings: dict[tuple[str, Span], Finding] = {}
    written = {document.span(route): text for route, text in document.lossy}
    for detail in details[:MAX_FINDINGS]:
        finding = explain_error(detail, document, model, written)
        if detail["type"] in EXPECTED:
            types.setdefault(finding.span, []).append(detail)
        findings.setdefault((finding.rule, finding.span), finding)
    for (rule, span), finding in findings.items():
        if span not in types or rule not in ("wrong-type", "ambiguous-scalar"):
            yield finding
        elif rule == "wrong-type" and any(_lies_within(other.span, span) for other in findings.values()):
            # Another member of the union fits so far that something inside of it is wrong.
            continue
        elif len(types[span]) == 1:
            yield finding
        elif rule == "wrong-type" or ("wrong-type", span) not in findings:
            yield _one_of_several(types[span], span, model)


def _one_of_several(details: Sequence[ErrorDetails], span: Span, model: type[Spec]) -> Finding:
    """The finding where a field may be of several types and is of none."""
    expected = list(dict.fromkeys(EXPECTED[detail["type"]] for detail in details))
    found = describe_type(details[0]["input"])
    route = tuple(details[0]["loc"])
    help_ = describe_field(model, route) or describe_field(model, route[:-1])
    return Finding("wrong-type", f"Expected {' or '.join(expected)}, found {found}", span, help=help_)


def _lies_within(inner: Span, outer: Span) -> bool:
    """Whether a place lies inside another one and is not the same."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    ends = (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    return begins and ends and inner != outer
