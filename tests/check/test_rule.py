from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.check.rule import Rule, find_severity
from kiwerk.finding import Severity
from kiwerk.load.project import load_project

DUTY = Rule("a-duty", Severity.WARNING, governance=True)
HABIT = Rule("a-habit", Severity.WARNING)

NOWHERE = "kind: Environment\npolicy: standard\n"
SOMEWHERE = NOWHERE + 'target: {directory: "build/{company}"}\n'


@pytest.mark.parametrize(
    ("environments", "severity"),
    [
        ({}, Severity.WARNING),
        ({"staging": NOWHERE}, Severity.WARNING),
        ({"staging": NOWHERE, "production": SOMEWHERE}, Severity.ERROR),
    ],
    ids=["no environment", "no target", "one target"],
)
def test_duty_is_a_warning_until_an_environment_names_a_target(
    tmp_path: Path, environments: dict[str, str], severity: Severity
) -> None:
    (tmp_path / "agents/environments").mkdir(parents=True)
    for name, text in environments.items():
        (tmp_path / f"agents/environments/{name}.yaml").write_text(text, "utf-8")
    project = load_project(tmp_path)
    assert find_severity(DUTY, project) is severity
    assert find_severity(HABIT, project) is Severity.WARNING
