from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.load.project import load_project
from kiwerk.spec import Agent, Environment, Facts, Policy
from tests.support.example import write_example

FACTS = "kind: Facts\nsource: Aushang\nvalid_until: 2027-01-31\nvalues: {sprechzeit: 8 bis 17 Uhr}\n"


def write(root: Path, name: str, text: str = FACTS) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_document_is_known_by_its_path(tmp_path: Path) -> None:
    project = load_project(write_example(tmp_path))
    assert list(project.agents) == ["praxis-weber/empfang"]
    assert list(project.toolsets) == ["praxis-weber/kalender", "shared/uebergabe"]
    assert list(project.environments) == ["production", "staging"]
    assert list(project.policies) == ["standard"]
    agent = project.agents["praxis-weber/empfang"]
    assert (agent.id, agent.name, agent.company) == ("praxis-weber/empfang", "empfang", "praxis-weber")
    assert project.environments["staging"].company == ""
    assert agent.span("title").line == 2


def test_folders_below_a_company_are_part_of_the_id(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis-weber/sommer/zeiten.yaml")
    facts = load_project(tmp_path).facts["praxis-weber/sommer/zeiten"]
    assert (facts.name, facts.company) == ("zeiten", "praxis-weber")


def test_environment_and_policy_may_lie_in_folders_of_their_own(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    write(root, "agents/environments/eu/prod.yaml", "kind: Environment\npolicy: standard\n")
    write(root, "evals/praxis-weber/streng.yaml", (root / "evals/standard.yaml").read_text("utf-8"))
    project = load_project(root)
    assert project.environments["eu/prod"].company == ""
    assert project.policies["praxis-weber/streng"].company == "praxis-weber"


@pytest.mark.parametrize(
    ("name", "message", "help_"),
    [
        ("processes/praxis/zeiten.yaml", "A document of kind Facts does not belong in processes/praxis/", "agents/"),
        (
            "agents/environments/zeiten.yaml",
            "A document of kind Facts does not belong in agents/environments/",
            "agents/",
        ),
        ("agents/zeiten.yaml", "A document of kind Facts belongs to a company", "agents/praxis-weber/"),
    ],
)
def test_document_in_a_wrong_folder_is_refused(tmp_path: Path, name: str, message: str, help_: str) -> None:
    write(tmp_path, name)
    project = load_project(tmp_path)
    (finding,) = project.findings
    assert (finding.rule, finding.message, finding.span.path, finding.span.line) == ("wrong-folder", message, name, 1)
    assert help_ in str(finding.help)
    assert not project.facts
    assert [broken.kind for broken in project.broken] == ["Facts"]


def test_environment_outside_its_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis/staging.yaml", "kind: Environment\npolicy: standard\n")
    assert [finding.rule for finding in load_project(tmp_path).findings] == ["wrong-folder"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("kind: [Facts\n", None), ("kind: Fact\n", None), ("kind: Facts\n", "Facts"), ("", None), ("\0\0", None)],
)
def test_file_that_cannot_be_used_is_kept_as_broken(tmp_path: Path, text: str, kind: str | None) -> None:
    write(tmp_path, "agents/praxis/zeiten.yaml", text)
    write(tmp_path, "agents/praxis/andere.yaml")
    project = load_project(tmp_path)
    assert [(broken.identity.id, broken.kind) for broken in project.broken] == [("praxis/zeiten", kind)]
    assert project.findings
    assert list(project.facts) == ["praxis/andere"]


def test_file_that_was_not_even_read_is_kept_as_broken(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis/andere.yaml")
    (tmp_path / "agents/praxis/zeiten.yaml").symlink_to("/etc/hostname")
    write(tmp_path, "agents/praxis/preise.yml")
    project = load_project(tmp_path)
    assert {finding.rule for finding in project.findings} == {"outside-repository", "wrong-ending"}
    assert {broken.identity.id for broken in project.broken} == {"praxis/zeiten", "praxis/preise"}


def test_file_that_cannot_be_parsed_keeps_its_text_for_excerpts(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis/zeiten.yaml", "kind: [Facts\n")
    project = load_project(tmp_path)
    assert project.sources["agents/praxis/zeiten.yaml"].text == "kind: [Facts\n"
    assert not project.documents


def test_finding_that_leaves_the_data_whole_leaves_the_document_in_use(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis/zeiten.yaml", f"{FACTS}source: Website\n")
    project = load_project(tmp_path)
    assert [finding.rule for finding in project.findings] == ["duplicate-key"]
    assert list(project.facts) == ["praxis/zeiten"]
    assert not project.broken


def test_company_has_its_organization_where_there_is_exactly_one(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    project = load_project(root)
    assert project.organization("praxis-weber") is project.organizations["praxis-weber/organization"]
    assert project.organization("kanzlei-beck") is None
    write(root, "agents/praxis-weber/zweite.yaml", (root / "agents/praxis-weber/organization.yaml").read_text("utf-8"))
    assert load_project(root).organization("praxis-weber") is None


def test_documents_of_a_company_are_found_by_local_name(tmp_path: Path) -> None:
    write(tmp_path, "agents/praxis/zeiten.yaml")
    write(tmp_path, "agents/praxis/sommer/zeiten.yaml")
    write(tmp_path, "agents/kanzlei/zeiten.yaml")
    project = load_project(tmp_path)
    assert [loaded.id for loaded in project.in_company(Facts, "praxis")["zeiten"]] == [
        "praxis/sommer/zeiten",
        "praxis/zeiten",
    ]
    assert not project.in_company(Agent, "praxis")
    assert not project.in_company(Facts, "")


def test_documents_of_no_company_are_found_under_the_empty_one(tmp_path: Path) -> None:
    project = load_project(write_example(tmp_path))
    assert list(project.in_company(Environment, "")) == ["production", "staging"]
    assert list(project.in_company(Policy, "")) == ["standard"]


@pytest.mark.parametrize("folder", ["", "missing"])
def test_folder_without_documents_is_no_repository(tmp_path: Path, folder: str) -> None:
    with pytest.raises(KiwerkError) as caught:
        load_project(tmp_path / folder)
    assert caught.value.remedy
