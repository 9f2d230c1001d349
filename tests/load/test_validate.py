from __future__ import annotations

import pytest

from kiwerk.finding import Finding
from kiwerk.load.content import MAX_FINDINGS
from kiwerk.load.document import Document, parse_document
from kiwerk.load.validate import kind_of, validate_document
from kiwerk.spec import KINDS, Agent, Environment, Facts, Organization, Policy, Process, Suite, Toolset
from kiwerk.spec import Document as Spec

FACTS = "kind: Facts\nsource: Aushang\nvalid_until: 2027-01-31\n"
ORGANIZATION = "kind: Organization\ntitle: Praxis\ntimezone: Europe/Berlin\n"
SUITE = "kind: Suite\nagent: empfang\ncases:\n  - id: gruss\n    conversation: [{user: Guten Tag.}]\n"
PROCESS = "kind: Process\ntitle: Termin\nreviewed: 2026-11-02\nreview_every: 90d\ngoal: Termin\n"
ENVIRONMENT = "kind: Environment\npolicy: standard\n"
POLICY = "kind: Policy\nrepeats: {critical: 5, other: 3}\n"
TOOLSET = "kind: Toolset\noperations: {pruefen: {description: Prüft., effect: read, outcomes: [ok], parameters: {}}}\n"
AGENT = "kind: Agent\ntitle: Empfang\nchannel: phone\nlanguage: de\nprompt: Hallo.\n"


def parse(text: str) -> Document:
    document = parse_document(text.encode(), "agents/praxis/x.yaml").document
    assert document is not None
    return document


def find(text: str, model: type[Spec]) -> tuple[Finding, ...]:
    return validate_document(parse(text), model)[1]


def underlined(text: str, finding: Finding) -> str:
    span = finding.span
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1] if span.line == span.end_line else line[span.column - 1 :]


@pytest.mark.parametrize(
    ("text", "rule", "message", "help_", "place"),
    [
        ("- a\n", "wrong-type", "Expected a mapping with a kind, found a list", "`kind: Agent`", "- a"),
        ("hallo\n", "wrong-type", "Expected a mapping with a kind, found text", "`kind: Agent`", "hallo"),
        ("title: a\n", "missing-key", "The document has no kind", "Kinds are Organization, Agent,", "title"),
        ("kind: [Agent]\n", "wrong-type", "Expected text, found a list", "Kinds are", "[Agent]"),
        ("kind:\n", "wrong-type", "Expected text, found nothing", "Kinds are", ""),
        ("kind: Agnet\n", "unknown-kind", "Unknown kind 'Agnet'", "Did you mean 'Agent'?", "Agnet"),
        ("kind: agent\n", "unknown-kind", "Unknown kind 'agent'", "Did you mean 'Agent'?", "agent"),
        ("kind: Xylophon\n", "unknown-kind", "Unknown kind 'Xylophon'", "Kinds are", "Xylophon"),
    ],
)
def test_document_without_a_known_kind_is_refused(text: str, rule: str, message: str, help_: str, place: str) -> None:
    model, (finding,) = kind_of(parse(text))
    assert model is None
    assert (finding.rule, finding.message) == (rule, message)
    assert help_ in str(finding.help)
    assert underlined(text, finding) == place


@pytest.mark.parametrize("kind", KINDS)
def test_kind_decides_the_model(kind: str) -> None:
    assert kind_of(parse(f"kind: {kind}\n")) == (KINDS[kind], ())


@pytest.mark.parametrize(
    ("model", "text", "rule", "message", "help_", "place"),
    [
        pytest.param(
            *(Organization, f"{ORGANIZATION}people: {{a: {{name: b, depty: c}}}}\n"),
            *("unknown-key", "Unknown key 'depty'", "Did you mean 'deputy'?", "depty"),
            id="unknown key with a close one",
        ),
        pytest.param(
            *(Organization, f"{ORGANIZATION}people: {{a: {{name: b, xyz: c}}}}\n"),
            *("unknown-key", "Unknown key 'xyz'", "Known here: name, deputy, escalation", "xyz"),
            id="unknown key",
        ),
        pytest.param(
            *(Facts, "kind: Facts\nsource: a\nvalues: {a: 1}\n"),
            *("missing-key", "'valid_until' is missing", "Last day on which it holds, YYYY-MM-DD, such as", "kind"),
            id="missing key at the document's kind",
        ),
        pytest.param(
            *(Suite, f"{SUITE}    expect: [{{called: {{with: {{a: 1}}}}}}]\n"),
            *("missing-key", "'tool' is missing", "The operation, such as kalender.pruefen", "called"),
            id="missing key at its parent",
        ),
        pytest.param(
            *(
                Process,
                PROCESS + "steps: []\nends: {d: {after: b.c}}\nrules: [{id: e, precedence: [b.c]}]\n",
            ),
            *("missing-key", "Item 2 is missing", "The second event happens only after", "precedence"),
            id="missing item",
        ),
        pytest.param(
            *(Facts, f"{FACTS}values:\n"),
            *("wrong-type", "Expected a mapping, found nothing", "The knowledge, by key, such as {sprechzeit:", ""),
            id="empty value",
        ),
        pytest.param(
            *(Organization, f"{ORGANIZATION}people: {{a: Weber}}\n"),
            *("wrong-type", "Expected a mapping, found text", "Its keys are name, deputy, escalation", "Weber"),
            id="text for a mapping",
        ),
        pytest.param(
            *(Suite, SUITE.replace("Guten Tag.", "03023125042")),
            *("ambiguous-scalar", "Expected text, found the number 03023125042", '"03023125042"', "03023125042"),
            id="number for text, as it is written",
        ),
        pytest.param(
            *(Suite, SUITE.replace("Guten Tag.", "true")),
            *("ambiguous-scalar", "Expected text, found the word true", 'Put it in quotes: "true"', "true"),
            id="word for text",
        ),
        pytest.param(
            *(Facts, f"{FACTS}values: {{preis: 1.10}}\n"),
            *("ambiguous-scalar", "1.10 would be read as a number and lose its form", '"1.10"', "1.10"),
            id="number that does not come back",
        ),
        pytest.param(
            *(Organization, f"{ORGANIZATION}people: {{Ä: {{name: b}}}}\n"),
            *("invalid-value", "'Ä' is no name: expected lower-case letters and digits, joined by single hyphens"),
            *("The people who lead agents", "Ä"),
            id="key of another form",
        ),
        pytest.param(
            *(Agent, f"{AGENT}model: {{name: gpt}}\n"),
            *("invalid-value", "'gpt' has another form", "Provider and dated model, joined by a colon", "gpt"),
            id="value of another form",
        ),
        pytest.param(
            *(Toolset, TOOLSET.replace("effect: read", "effect: reed")),
            *("invalid-value", "Expected 'read', 'write' or 'handover'", "Did you mean 'read'?", "reed"),
            id="another word",
        ),
        pytest.param(
            *(Toolset, TOOLSET.replace("[ok]", "[]")),
            *("invalid-value", "Expected at least 1 entry, found 0", "Named results", "[]"),
            id="empty list",
        ),
        pytest.param(
            *(Policy, POLICY.replace("5", "0") + "rules: []\n"),
            *("invalid-value", "Expected at least 1", "Samples of a case tagged `critical`", "0"),
            id="number below its range",
        ),
        pytest.param(
            *(Suite, f"{SUITE}    expect: [{{contains: a, equals: b}}]\n"),
            *(
                "invalid-value",
                "An expectation needs exactly one of contains,",
                "What the whole",
                "{contains: a, equals: b}",
            ),
            id="two kinds of expectation",
        ),
        pytest.param(
            *(Policy, f"{POLICY}rules: [{{id: a, require: {{failures: {{max: 0}}}}}}]\n"),
            *("invalid-value", "A policy needs a rule that requires samples", None, "kind"),
            id="what is wrong with the whole document",
        ),
        pytest.param(
            *(Facts, FACTS.replace("2027-01-31", "2027-02-30") + "values: {a: 1}\n"),
            *("invalid-value", "No such day: day is out of range for month", "Last day", "2027-02-30"),
            id="no such day",
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(
    model: type[Spec], text: str, rule: str, message: str, help_: str | None, place: str
) -> None:
    finding = next(finding for finding in find(text, model) if finding.message.startswith(message))
    assert finding.rule == rule
    assert finding.help is None if help_ is None else help_ in str(finding.help)
    assert underlined(text, finding) == place


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("5", [("wrong-type", "Expected a list or text, found a number")]),
        ("[{wen: given, then: b}]", [("unknown-key", "Unknown key 'wen'")]),
        ("{when: given, then: b}", [("wrong-type", "Expected a list or text, found a mapping")]),
        ("[{else: 1}]", [("ambiguous-scalar", "Expected text, found the number 1")]),
    ],
)
def test_field_of_several_types_is_told_once(branch: str, expected: list[tuple[str, str]]) -> None:
    text = f"{PROCESS}steps: [{{id: a, collect: [b], next: {branch}}}]\nends: {{d: {{after: b.c}}}}\n"
    assert [(finding.rule, finding.message) for finding in find(text, Process)] == expected


def test_all_that_is_wrong_is_told_in_one_run() -> None:
    text = f"{FACTS.replace('source: Aushang', 'quelle: Aushang')}values: {{preis: 1.10, plz: 01234}}\n"
    spec, findings = validate_document(parse(text), Facts)
    assert spec is None
    assert sorted(finding.rule for finding in findings) == [
        "ambiguous-scalar",
        "ambiguous-scalar",
        "missing-key",
        "unknown-key",
    ]


def test_number_that_does_not_come_back_is_allowed_where_a_number_is_meant() -> None:
    text = f"{AGENT}model: {{name: 'a:b-2506', temperature: 0.20}}\n"
    spec, findings = validate_document(parse(text), Agent)
    assert findings == ()
    assert isinstance(spec, Agent)
    assert spec.model.temperature == 0.2


def test_number_that_does_not_come_back_keeps_a_document_from_being_used() -> None:
    assert validate_document(parse(f"{FACTS}values: {{preis: 1.10}}\n"), Facts)[0] is None


def test_file_full_of_errors_is_told_up_to_a_number() -> None:
    turns = ", ".join(["{user: 0}"] * (MAX_FINDINGS + 10))
    findings = find(SUITE.replace("{user: Guten Tag.}", turns), Suite)
    assert len(findings) == MAX_FINDINGS


def test_environment_is_read_strictly() -> None:
    assert [finding.rule for finding in find(f"{ENVIRONMENT}revoked: {{}}\n", Environment)] == ["wrong-type"]
