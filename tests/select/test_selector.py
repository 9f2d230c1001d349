from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.select import Selector, SelectorProblem, Term, parse_selector, select_subjects
from kiwerk.select.selector import PREFIXES


@dataclass(frozen=True)
class Named:
    agent: str = "praxis-weber/empfang"
    suite: str = "praxis-weber/empfang"
    case: str = "praxis-weber/empfang#dienstag"
    tags: tuple[str, ...] = ("critical", "termin")
    process: str | None = "praxis-weber/terminvereinbarung"
    path: str = "evals/praxis-weber/empfang.yaml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("praxis-weber/empfang", True),
        ("agent:praxis-weber/empfang", True),
        ("praxis-weber/*", True),
        ("praxis-weber*", True),
        ("*", True),
        ("*/empfang", True),
        ("*weber*fang", True),
        ("empfang", False),
        ("praxis-weber/empfangs", False),
        ("praxis-weber/empfan", False),
        ("suite:praxis-weber/*", True),
        ("suite:dienstag", False),
        ("case:praxis-weber/empfang#dienstag", True),
        ("case:dienstag", True),
        ("case:dien*", True),
        ("case:*#dienstag", True),
        ("case:praxis-weber/empfang", False),
        ("case:montag", False),
        ("tag:critical", True),
        ("tag:crit*", True),
        ("tag:slow", False),
        ("process:praxis-weber/terminvereinbarung", True),
        ("process:*/termin*", True),
        ("process:other", False),
        ("path:evals/praxis-weber/empfang.yaml", True),
        ("path:./evals/praxis-weber/empfang.yaml", True),
        ("path:evals/praxis-weber", True),
        ("path:evals/praxis-weber/", True),
        ("path:evals", True),
        ("path:.", True),
        ("path:./", True),
        ("path:evals/*/empfang.yaml", True),
        ("path:*/empfang.yaml", True),
        ("path:*weber", True),
        ("path:evals/praxis", False),
        ("path:praxis-weber", False),
        ("path:evals/praxis-weber/empfang", False),
        ("path:evals/praxis-weber/empfang.yaml/x", False),
        ("tag:critical,path:evals/sanitaer-brandt", False),
        ("* !path:evals/praxis-weber", False),
        ("tag:critical,tag:termin", True),
        ("tag:critical,tag:slow", False),
        ("tag:critical,!tag:slow", True),
        ("tag:critical,!tag:termin", False),
        ("tag:slow tag:critical", True),
        ("tag:slow tag:fast", False),
        ("tag:slow praxis-weber/*,tag:critical", True),
        ("!tag:critical", False),
        ("!tag:slow", True),
        ("!tag:slow !tag:critical", False),
        ("praxis-weber/* !tag:critical", False),
        ("!tag:critical praxis-weber/*", False),
        ("praxis-weber/* !tag:slow", True),
        ("  tag:critical \n tag:slow ", True),
    ],
)
def test_selector_selects_by_what_a_case_belongs_to(text: str, *, expected: bool) -> None:
    assert parse_selector(text).matches(Named()) is expected


@pytest.mark.parametrize(("text", "expected"), [("process:*", False), ("!process:*", True), ("tag:x,!process:*", True)])
def test_case_without_process_has_none_to_match(text: str, *, expected: bool) -> None:
    assert parse_selector(text).matches(Named(process=None, tags=("x",))) is expected


def test_a_dot_is_a_dot_and_no_wildcard() -> None:
    assert not parse_selector("suite:a.c").matches(Named(suite="abc"))


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "The selector is empty"),
        ("  ", 0, "The selector is empty"),
        ("tags:critical", 0, "Unknown prefix 'tags:'; did you mean 'tag:'"),
        ("a/b !tgas:x", 5, "Unknown prefix 'tgas:'; did you mean 'tag:'"),
        ("a/b,zzz:x", 4, "Unknown prefix 'zzz:'; expected one of agent, suite, case, tag, process, path"),
        (":x", 0, "Unknown prefix ':'; expected one of agent, suite, case, tag, process, path"),
        ("Tag:x", 0, "Unknown prefix 'Tag:'; did you mean 'tag:'"),
        ("tag:", 4, "There is a name missing here"),
        ("!", 1, "There is a name missing here"),
        ("a,", 2, "There is a name missing here"),
        ("a,,b", 2, "There is a name missing here"),
        (",a", 0, "There is a name missing here"),
        ("a/b tag:", 8, "There is a name missing here"),
        ("a?", 1, "'?' cannot be part of a name"),
        ("x tag:[ab]", 6, "'[' cannot be part of a name"),
        ("tag:a:b", 5, "':' cannot be part of a name"),
        ("!!a", 1, "'!' cannot be part of a name"),
        (
            "a !tag:x,b",
            2,
            "'!' comes first in '!tag:x,b': put what is left out last, or in a group of its own",
        ),
    ],
)
def test_unreadable_selector_says_where_and_what_to_do(text: str, offset: int, message: str) -> None:
    with pytest.raises(SelectorProblem) as caught:
        parse_selector(text)
    assert (caught.value.offset, caught.value.message) == (offset, message)


def test_select_keeps_the_order() -> None:
    cases = [Named(case=f"s#{name}", tags=(name,)) for name in ("c", "a", "b")]
    assert select_subjects(parse_selector("tag:b tag:c"), cases) == (cases[0], cases[2])


PATTERNS = st.from_regex(r"[a-z0-9*/#.-]{1,6}", fullmatch=True)
TERMS = st.builds(Term, st.sampled_from(PREFIXES), PATTERNS)
GROUPS = st.builds(
    lambda first, others: (first, *(Term(term.prefix, term.pattern, negated) for term, negated in others)),
    TERMS,
    st.lists(st.tuples(TERMS, st.booleans()), max_size=2),
)
SELECTORS = st.builds(Selector, st.lists(GROUPS, max_size=3).map(tuple), st.lists(TERMS, max_size=2).map(tuple)).filter(
    lambda selector: bool(selector.groups or selector.excluded)
)


@given(SELECTORS)
def test_written_selector_parses_to_itself(selector: Selector) -> None:
    assert parse_selector(str(selector)) == selector


@given(st.text(max_size=12))
def test_any_text_is_a_selector_or_a_problem_inside_it(text: str) -> None:
    try:
        parse_selector(text)
    except SelectorProblem as problem:
        assert 0 <= problem.offset <= len(text)  # noqa: PT017 - both outcomes are fine
