from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.graph import Graph, Node, build_graph, find_cycles, find_links
from kiwerk.load.project import load_project
from kiwerk.load.resolve import Unresolved
from tests.support.example import edit, write_example

AGENT = Node("Agent", "praxis-weber/empfang")
SUITE = Node("Suite", "praxis-weber/empfang")
PROCESS = Node("Process", "praxis-weber/terminvereinbarung")
KALENDER = Node("Toolset", "praxis-weber/kalender")
UEBERGABE = Node("Toolset", "shared/uebergabe")
FACTS = Node("Facts", "praxis-weber/oeffnungszeiten")
ORGANIZATION = Node("Organization", "praxis-weber/organization")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return build_graph(load_project(write_example(tmp_path_factory.mktemp("example"), simulated=True)))


def test_document_refers_to_what_it_names(graph: Graph) -> None:
    assert graph.targets(AGENT) == (ORGANIZATION, PROCESS, KALENDER, UEBERGABE, FACTS)
    assert graph.targets(PROCESS) == (ORGANIZATION, KALENDER, UEBERGABE)
    assert graph.targets(SUITE) == (AGENT, PROCESS, KALENDER)
    assert graph.targets(Node("Environment", "production")) == (
        Node("Environment", "staging"),
        Node("Policy", "standard"),
    )
    assert graph.targets(FACTS) == ()


def test_document_is_referred_to_by_what_names_it(graph: Graph) -> None:
    assert graph.sources(KALENDER) == (AGENT, PROCESS, SUITE)
    assert graph.sources(FACTS) == (AGENT,)
    assert graph.sources(SUITE) == ()


def test_name_within_a_document_is_no_edge(graph: Graph) -> None:
    assert graph.targets(ORGANIZATION) == ()


def test_edge_knows_where_it_stands(graph: Graph) -> None:
    edge = next(edge for edge in graph.by_source[AGENT] if edge.target == FACTS)
    assert edge in graph.by_target[FACTS]
    assert (edge.link.span.path, edge.link.span.line) == ("agents/praxis-weber/empfang.yaml", 11)


def test_node_is_written_with_its_kind() -> None:
    assert str(AGENT) == "agent:praxis-weber/empfang"


def test_reference_that_leads_nowhere_is_a_link_and_no_edge(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    edit(root / "agents/praxis-weber/empfang.yaml", "facts: [oeffnungszeiten]", "facts: [preise]")
    project = load_project(root)
    assert [link.reference.name for link in find_links(project) if isinstance(link.target, Unresolved)] == ["preise"]
    assert FACTS not in build_graph(project).targets(AGENT)


def test_name_in_a_company_without_organization_is_not_called_missing(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    (root / "agents/praxis-weber/organization.yaml").unlink()
    lost = [link.target for link in find_links(load_project(root)) if isinstance(link.target, Unresolved)]
    assert {item.reason for item in lost} == {"broken"}


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["a"]}, [("a",)]),
        ({"a": ["b"], "b": ["a"]}, [("a", "b")]),
        ({"x": ["a"], "a": ["b"], "b": ["a"]}, [("a", "b")]),
        ({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, [("a", "c")]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, [("a", "b"), ("c", "d")]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, [("b", "c")]),
        ({"a": ["missing"]}, []),
    ],
)
def test_circle_is_found_once(targets: dict[str, list[str]], expected: list[tuple[str, ...]]) -> None:
    assert list(find_cycles(targets)) == expected


def test_long_chain_needs_no_deep_stack() -> None:
    count = 20_000
    assert list(find_cycles({number: [number + 1] for number in range(count)})) == []
    assert len(next(find_cycles({number: [(number + 1) % 500] for number in range(500)}))) == 500


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9))
def test_circle_leads_round_and_a_graph_without_one_has_an_order(targets: dict[int, list[int]]) -> None:
    cycles = list(find_cycles(targets))
    for cycle in cycles:
        for node, following in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert following in targets[node]
    # what remains when nodes without targets are taken away, again and again, lies on or before a circle
    rest = {node: set(found) for node, found in targets.items()}
    while done := [node for node in rest if not any(target in rest for target in rest[node])]:
        for node in done:
            del rest[node]
    assert bool(cycles) is bool(rest)
