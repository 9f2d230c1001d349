from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.check import RULES
from kiwerk.check.adjust import BY_LAW, Level, find_levels
from kiwerk.check.configuration import apply_configuration, load_configuration, parse_configuration
from kiwerk.check.documentation import find_pages
from kiwerk.finding import Finding, Severity, Span

UNUSED = Finding("unused-tool", "Unused", Span("b.yaml", 3, 1, 3, 2), Severity.WARNING)
NO_HUMAN = Finding("no-human", "No way", Span("a.yaml", 3, 1, 3, 2))


def table(body: str) -> bytes:
    return f'[project]\nname = "praxis"\n\n[tool.kiwerk]\n{body}\n'.encode()


@pytest.mark.parametrize("data", [b"", b'[project]\nname = "x"\n', b"[tool.kiwerk]\n", b"not toml at all", b"\xff"])
def test_nothing_is_decided_without_a_table(data: bytes) -> None:
    configuration = parse_configuration(data)
    assert (configuration.levels, configuration.findings) == ({}, ())
    assert apply_configuration([UNUSED, NO_HUMAN], configuration) == (NO_HUMAN, UNUSED)


def test_repository_needs_no_file(tmp_path: Path) -> None:
    assert load_configuration(tmp_path).findings == ()
    (tmp_path / "pyproject.toml").mkdir()
    assert load_configuration(tmp_path).findings == ()


def test_severity_becomes_what_was_decided() -> None:
    configuration = parse_configuration(table('severity = {unused-tool = "error", no-human = "warning"}'))
    found = apply_configuration([UNUSED, NO_HUMAN], configuration)
    assert [(item.rule, item.severity) for item in found] == [
        ("no-human", Severity.WARNING),
        ("unused-tool", Severity.ERROR),
    ]


def test_rule_that_is_ignored_finds_nothing() -> None:
    configuration = parse_configuration(table('severity.unused-tool = "ignore"'))
    assert apply_configuration([UNUSED, NO_HUMAN], configuration) == (NO_HUMAN,)


@pytest.mark.parametrize(
    ("body", "message", "help_", "place"),
    [
        ('severity = {unused-toll = "ignore"}', "There is no rule 'unused-toll'", "'unused-tool'", (5, 13, 24)),
        (
            'severity = {unused-tool = "eror"}',
            "Expected error, warning or ignore",
            'unused-tool = "error"',
            (5, 13, 24),
        ),
        ('severity = {unused-tool = "info"}', "Expected error, warning or ignore", "unused-tool = ", (5, 13, 24)),
        ("severity = {unused-tool = 1}", "Expected error, warning or ignore", "unused-tool = ", (5, 13, 24)),
        ('severity = "error"', "Expected a table of rules", "severity = {", (5, 1, 9)),
        ('severty = {unused-tool = "ignore"}', "Unknown key 'severty'", "'severity'", (5, 1, 8)),
        (
            '[tool.kiwerk.severity]\nno-human = "error"\nexpired-fact = "ignore"',
            "'expired-fact' can only be error or warning: gate and deploy refuse it",
            "Remove",
            (7, 1, 13),
        ),
        (
            'severity.unresolved-reference = "warning"',
            "'unresolved-reference' can only be error: nothing can be built while it is broken",
            "Remove",
            (5, 10, 30),
        ),
        ('severity.yaml-syntax = "ignore"', "'yaml-syntax' can only be error", "Remove", (5, 10, 21)),
        ('note = """\nseverity.unused-tool = 1\n"""', "Unknown key 'note'", "severity", (7, 1, 4)),
    ],
)
def test_mistake_is_found_at_its_place_and_stays_unheard(
    body: str, message: str, help_: str, place: tuple[int, int, int]
) -> None:
    configuration = parse_configuration(table(body))
    [finding] = configuration.findings
    assert finding.rule == "invalid-configuration"
    assert finding.severity is Severity.ERROR
    assert message in finding.message
    assert help_ in (finding.help or "")
    assert (finding.span.line, finding.span.column, finding.span.end_column) == place
    assert finding.span.path == "pyproject.toml"
    assert set(configuration.levels) <= {"no-human"}


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"[tool.kiwerk]\nseverity = {\n", 2, "Not TOML"),
        (b"[tool.kiwerk]\nseverity = = 1\n", 2, "Not TOML: Invalid value"),
        (b"[tool]\nkiwerk = 1\n", 2, "is a table"),
        (b"# kiwerk \xff", 1, "not UTF-8"),
    ],
)
def test_file_that_cannot_be_read_is_a_finding(data: bytes, line: int, message: str) -> None:
    [finding] = parse_configuration(data).findings
    assert (finding.span.line, message in finding.message) == (line, True)


def test_too_large_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("# kiwerk\n" * 200_000, "utf-8")
    [finding] = load_configuration(tmp_path).findings
    assert "larger than 1 MiB" in finding.message


def test_mistakes_are_among_the_findings() -> None:
    configuration = parse_configuration(table('severity.unused-toll = "ignore"'))
    found = apply_configuration([UNUSED], configuration)
    assert [item.rule for item in found] == ["unused-tool", "invalid-configuration"]


def test_what_refuses_a_deploy_cannot_be_turned_off() -> None:
    """Nor what keeps agents from being built, nor a duty towards others as a whole."""
    for rule in RULES:
        if rule.blocks_deploy or rule.essential or rule.governance or rule.name in BY_LAW:
            assert Level.IGNORE not in find_levels(rule.name)[0]
        else:
            assert find_levels(rule.name) == (tuple(Level), "")


def test_what_building_relies_on_is_essential() -> None:
    """Rendering, conversing and judging assume that these find nothing."""
    assert {rule.name for rule in RULES if rule.essential} >= {
        *("cyclic-reference", "duplicate-name", "foreign-reference", "invalid-schema", "missing-organization"),
        *("missing-outcome", "name-clash", "template", "undefined-variable", "unfilled-hole", "ungranted-tool"),
        "unresolved-reference",
    }


def test_every_name_on_the_page_of_rules_has_levels() -> None:
    assert all(find_levels(page.name)[0] for page in find_pages())
