"""What templates may do, and where it is said when they may not; what they may cost is in `test_limits`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from kiwerk.render.problem import Misuse
from kiwerk.render.sandbox import Hole, Segment, TemplateProblem, Text, compile_template

CANONICAL = """\
Du bist der {{ agent.title }} von {{ organization.title }}. Heute ist {{ runtime.heute }}.
Sprechzeiten: {{ facts.oeffnungszeiten.sprechzeit }}.
{% for process in processes %}{{ process | sop }}{% endfor %}
"""
CONTEXT = {
    "agent": {"title": "Telefonempfang", "items": "Posten"},
    "organization": {"title": "Praxis Dr. Weber"},
    "facts": {"oeffnungszeiten": {"sprechzeit": "Montag bis Freitag 08:00 bis 17:00 Uhr"}},
    "processes": [{"title": "Termin", "text": "1. Fragen.\n"}, {"title": "Absage", "text": "1. Absagen.\n"}],
    "namen": ["Anna", "Ben"],
    "zahl": 3,
    "leer": None,
}


@dataclass(frozen=True)
class Secret:
    """An object that no template may look into."""

    title: str = "GEHEIM"


def render(source: str, context: Mapping[str, object] = CONTEXT) -> str:
    """Text of a template without holes."""
    segments = compile_template(source).render(context)
    assert all(isinstance(segment, Text) for segment in segments)
    return "".join(segment.text for segment in segments if isinstance(segment, Text))


def problem_of(source: str, context: Mapping[str, object] = CONTEXT, holes: tuple[str, ...] = ()) -> TemplateProblem:
    """What compiling or rendering complains about."""
    with pytest.raises(TemplateProblem) as caught:
        compile_template(source).render(context, holes)
    return caught.value


def test_canonical_prompt_becomes_text_and_holes() -> None:
    template = compile_template(CANONICAL, {"sop": lambda process: process["text"]})

    assert template.render(CONTEXT, {"heute": "date"}) == (
        Text("Du bist der Telefonempfang von Praxis Dr. Weber. Heute ist "),
        Hole("heute"),
        Text(".\nSprechzeiten: Montag bis Freitag 08:00 bis 17:00 Uhr.\n1. Fragen.\n1. Absagen.\n\n"),
    )


def test_same_source_is_compiled_once() -> None:
    assert compile_template("{{ zahl }} mal") is compile_template("{{ zahl }} mal")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ zahl }} {{ zahl * 2 }} {{ zahl / 2 }} {{ 2 ** 3 }}", "3 6 1.5 8"),
        ("{{ 'a' ~ zahl ~ 'b' }}{{ 'x' + 'y' }}{{ 'ab' * 2 }}", "a3bxyabab"),
        (
            "{{ agent['title'] }} {{ namen[0] }} {{ namen[-1] }} {{ namen.1 }} {{ 'Termin'[:2] }}",
            "Telefonempfang Anna Ben Ben Te",
        ),
        ("{{ namen[::-1] | join }}{{ ('a', 'b') | join }}{{ {'a': 1}['a'] }}", "BenAnnaab1"),
        ("{{ agent.items }}", "Posten"),
        (
            "{% for n in namen %}{{ loop.index }}/{{ loop.length }} {{ n }}{{ ', ' if not loop.last }}{% endfor %}",
            "1/2 Anna, 2/2 Ben",
        ),
        ("{% for n in namen if n != 'Anna' %}{{ loop.length }} {{ n }}{% endfor %}", "1 Ben"),
        ("{% for n in [] %}x{% else %}niemand{% endfor %}", "niemand"),
        ("{% for k, v in agent | items %}{{ k }}={{ v }};{% endfor %}", "title=Telefonempfang;items=Posten;"),
        ("{% for k in agent %}{{ k }};{% endfor %}", "title;items;"),
        ("{% for i in range(2, 6, 2) %}{{ i }}{% endfor %}{% for i in range(2) %}{{ i }}{% endfor %}", "2401"),
        (
            "{% macro gruss(n, a='Herr') %}Guten Tag, {{ a }} {{ n }}{% endmacro %}{{ gruss('Muster') | upper }}",
            "GUTEN TAG, HERR MUSTER",
        ),
        ("{% set a, b = namen %}{{ b }}{{ a }}{% set c %}<{{ a }}>{% endset %}{{ c }}", "BenAnna<Anna>"),
        ("{% with x = zahl %}{{ x }}{% endwith %}", "3"),
        ("{% if 1 < zahl <= 3 and 'Ann' in namen[0] and 'Carla' not in namen %}ja{% elif true %}nein{% endif %}", "ja"),
        ("{{ 'da' if agent.telefon is defined else 'fehlt' }} {{ agent.telefon | default('keins') }}", "fehlt keins"),
        ("{{ 'a' if false }}", ""),
        ("{# nichts #}{% raw %}{{ roh }}{% endraw %}", "{{ roh }}"),
        ("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc\n"),
        ("ohne Ende\n\n", "ohne Ende\n\n"),
        ("ä€\U0001f642", "ä€\U0001f642"),
    ],
)
def test_allowed_language_renders(source: str, text: str) -> None:
    assert render(source) == text


def test_braces_in_data_stay_text() -> None:
    assert render("{{ a }}", {"a": "{{ runtime.heute }} {% if %}"}) == "{{ runtime.heute }} {% if %}"


def test_neighbouring_texts_are_one_and_empty_ones_none() -> None:
    template = compile_template("{{ '' }}{{ runtime.a }}{{ '' }}{{ runtime.b }}x{{ 'y' }}{% if true %}z{% endif %}")

    expected: tuple[Segment, ...] = (Hole("a"), Hole("b"), Text("xyz"))
    assert template.render({}, ("a", "b")) == expected


def test_hole_may_stand_in_a_branch_or_loop() -> None:
    template = compile_template(
        "{% for n in namen %}{% if loop.first %}{{ runtime.heute }}{% endif %}{{ n }}{% endfor %}"
    )

    assert template.render(CONTEXT, ("heute",)) == (Hole("heute"), Text("AnnaBen"))
    assert template.holes == (("heute", 1),)


@pytest.mark.parametrize(
    "source",
    [
        "{{ runtime.heute | upper }}",
        "{{ runtime.heute ~ '.' }}",
        "{{ runtime.heute[:2] }}",
        "{{ runtime['heute'] }}",
        "{{ runtime }}",
        "{{ runtime.heute.tag }}",
        "{{ (runtime.heute, 1) | join }}",
        "{% if runtime.heute %}x{% endif %}",
        "{{ 'x' if runtime.heute == '' else 'y' }}",
        "{{ runtime.heute is defined }}",
        "{% for x in runtime.heute %}{% endfor %}",
        "{% set x = runtime.heute %}",
        "{% set runtime = {'heute': 'immer'} %}",
        "{% for runtime in namen %}{% endfor %}",
        "{% with runtime = 1 %}{% endwith %}",
        "{% macro runtime() %}{% endmacro %}",
        "{% macro m(runtime) %}{% endmacro %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(runtime.heute) }}",
        "{% macro m() %}{{ runtime.heute }}{% endmacro %}{{ m() | upper }}",
        "{% set x %}{{ runtime.heute }}{% endset %}{{ x | upper }}",
    ],
)
def test_hole_that_is_not_bare_is_refused(source: str) -> None:
    problem = problem_of(f"\n{source}", holes=("heute",))

    assert "runtime" in problem.message
    assert problem.line == 2


def test_undeclared_hole_is_refused_even_where_it_would_not_be_printed() -> None:
    problem = problem_of("\n{% if false %}{{ runtime.huete }}{% endif %}", holes=("heute",))

    assert (problem.message, problem.line) == ("The hole `runtime.huete` is not declared", 2)
    assert problem.help == "Did you mean 'heute'?"
    assert problem.is_undefined


@pytest.mark.parametrize(
    ("source", "line", "message", "help_text"),
    [
        ("\n{{ agnet }}", 2, "`agnet` is not defined", "Did you mean 'agent'?"),
        ("\n\n{{ agent.titel }}", 3, "There is no key 'titel' here", "Did you mean 'title'?"),
        ("{{ agent['x'] }}", 1, "There is no key 'x' here", None),
        ("{% if agent.x %}{% endif %}", 1, "There is no key 'x' here", None),
        ("{{ agent.x.y }}", 1, "There is no key 'x' here", None),
        ("{{ x | upper }}", 1, "`x` is not defined", None),
        ("{{ [x] | length }}", 1, "`x` is not defined", None),
        ("{{ x == 1 }}", 1, "`x` is not defined", None),
        ("{{ x in namen }}", 1, "`x` is not defined", None),
        ("{{ 'a' ~ x }}", 1, "`x` is not defined", None),
        ("{{ 1 + x }}", 1, "`x` is not defined", None),
        ("{{ -x }}", 1, "`x` is not defined", None),
        ("{{ x() }}", 1, "`x` is not defined", None),
        ("{{ x[1:] }}", 1, "`x` is not defined", None),
        ("{{ namen[x] }}", 1, "`x` is not defined", None),
        ("{% for a in x %}{% endfor %}", 1, "`x` is not defined", None),
        ("{{ namen[2] }}", 1, "Position 2 lies outside a list of 2", None),
        (
            "{{ namen | map(attribute='x') | join }}",
            1,
            "Text has no 'x'",
            "Only the keys of mappings and positions in lists can be read",
        ),
        ("{% for a in namen %}\n{{ loop.previtem }}{% endfor %}", 2, "There is no previous item", None),
        ("{% macro m(a) %}\n{{ a }}{% endmacro %}\n{{ m() }}", 2, "Parameter 'a' was not provided", None),
    ],
)
def test_undefined_value_is_named_at_its_line(source: str, line: int, message: str, help_text: str | None) -> None:
    problem = problem_of(source)

    assert (problem.line, problem.message, problem.help) == (line, message, help_text)
    assert problem.is_undefined


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("\n{{ agent", 2, "`{{` is never closed"),
        ("\n{% if agent", 2, "`{%` is never closed"),
        ("\n{% if true %}\n{% for a in b %}\nx\n", 3, "`{% for %}` is never closed"),
        ("\n{% set a %}\nx", 2, "`{% set %}` is never closed"),
        ("{% if true %}\n{% endfor %}", 2, "`{% endfor %}` belongs to no open tag"),
        ("\n{% endif %}", 2, "`{% endif %}` belongs to no open tag"),
        ("\n{% fro a in b %}", 2, "There is no tag `fro`"),
        ("{{ 'a' | uper }}", 1, "There is no filter `uper`"),
        ("{% if false %}\n{{ 'a' | uper }}{% endif %}", 2, "There is no filter `uper`"),
        ("{{ 'a' is defind }}", 1, "There is no test `defind`"),
        ("{{ 'a' | upper(1) }}", 1, "Filter `upper`: too many positional arguments"),
        ("{{ 'a' | replace('a') }}", 1, "Filter `replace`: missing a required argument: 'new'"),
        ("{{ namen | map('uper') | join }}", 1, "There is no filter 'uper'"),
        ("{{ namen | map('replace') | join }}", 1, "Filter `replace`: missing a required argument: 'old'"),
        ("{{ namen | map('a hole') | join }}", 1, "There is no filter 'a hole'"),
        ("{{ 'a' | replace('a', new='b', new='c') }}", 1, "The argument `new` is given twice, or not free"),
        ("{% macro m(a, a) %}{% endmacro %}", 1, "Two arguments of the macro `m` have the same name"),
        ("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", 1, "Macro `m` takes at most 1 arguments"),
        ("{% macro m(a) %}{% endmacro %}{{ m(b=2) }}", 1, "Macro `m` has no argument `b`"),
        ("{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}", 1, "Macro `m` is given `a` twice"),
        ("{{ namen() }}", 1, "A list cannot be called"),
        ("{{ 'a' + 1 }}", 1, "`+` does not work on text and a number"),
        ("{{ 'a' < 1 }}", 1, "Text and a number have no order"),
        ("{{ 1 in 'a' }}", 1, "Text cannot contain a number"),
        ("{{ '%d' % 1 }}", 1, "`%` does not work on text and a number"),
        ("{{ (-8) ** 0.5 }}", 1, "The root of a negative number is not a number"),
        ("x\n{{ zahl // 0 }}", 2, "Division by zero"),
        (
            "{% macro m() %}\n{{ 1 / 0 }}{% endmacro %}\n{% for a in namen %}\n{{ m() }}{% endfor %}",
            2,
            "Division by zero",
        ),
        (
            "{% for a in namen %}\n{% for b in namen %}\n{{ a ~ b ~ (1 % 0) }}{% endfor %}{% endfor %}",
            3,
            "Division by zero",
        ),
        ("{{ zahl }}\n{% with a = 1 / 0 %}{% endwith %}", 2, "Division by zero"),
        ("{% for a, b in [[1, 2, 3]] %}{% endfor %}", 1, "Too many values to unpack (expected 2)"),
        ("{% for a in 'Anna' %}{% endfor %}", 1, "Expected a list, found text"),
        ("{{ namen }}", 1, "A list cannot be printed"),
        ("{{ agent }}", 1, "A mapping cannot be printed"),
        ("{{ leer }}", 1, "An empty value cannot be printed"),
        ("{{ zahl == 3 }}", 1, "True or false cannot be printed"),
        ("{% for a in namen %}{{ loop }}{% endfor %}", 1, "A loop cannot be printed"),
        ("{% macro m() %}{% endmacro %}{{ m }}", 1, "A macro cannot be printed"),
        (r"{{ 'a\d' }}", 1, r"Unknown escape `\d` in a text"),
        (r"{{ '\ud800' }}", 1, "Half of a surrogate pair is not a character"),
        ("{{ 1e999 }}", 1, "The number is not finite"),
        ("{{ range(1, 2, 0) }}", 1, "`range` takes a stop, or a start and a stop, or both and a step that is not 0"),
        ("{{ range('3') }}", 1, "`range` takes whole numbers"),
        ("{{ namen['a':] }}", 1, "A slice needs whole numbers, found text"),
        ("{{ {1: 2} }}", 1, "A key of the mapping is not text"),
        ("{{ 1 in namen in namen }}", 1, "`in` stands in a chain of comparisons"),
    ],
)
def test_mistake_is_named_at_its_line(source: str, line: int, message: str) -> None:
    problem = problem_of(source)

    assert (problem.line, problem.message) == (line, message)
    assert not problem.is_undefined


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'a' %}",
        "{% import 'a' as a %}",
        "{% from 'a' import b %}",
        "{% extends 'a' %}",
        "{% block a %}{% endblock %}",
        "{% autoescape true %}{% endautoescape %}",
        "{% filter upper %}a{% endfilter %}",
        "{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}",
        "{% for a in namen recursive %}{% endfor %}",
        "{% set a.b = 1 %}",
    ],
)
def test_construct_outside_the_language_is_refused(source: str) -> None:
    problem = problem_of(source)

    assert problem.message.endswith("is not available in templates") or "are not available" in problem.message
    assert problem.help


@pytest.mark.parametrize(
    "expression",
    [
        "geheim.title",
        "geheim['title']",
        "geheim.__class__",
        "[geheim] | map(attribute='title') | first",
        "[geheim] | map(attribute='__class__') | first",
        "[geheim] | selectattr('title') | list | length",
        "[geheim] | sort(attribute='title') | length",
        "''.__class__.__mro__",
        "''['__class__']",
        "'{0.__class__}'.format(1)",
        "('{0.title}' | format(geheim))",
        "'a'.upper()",
        "agent.items()",
        "agent.keys",
        "namen.append",
        "'' | attr('__class__')",
        "range.__globals__",
        "range.__class__",
        "self",
        "self._TemplateReference__context",
        "caller",
        "varargs",
        "cycler",
        "lipsum.__globals__",
        "namespace()",
        "dict(a=1)",
        "joiner.__init__",
        "geheim == geheim",
        "geheim in [geheim]",
        "geheim",
        "geheim ~ ''",
        "geheim()",
        "geheim | string",
        "geheim | length",
        "geheim + geheim",
        "[geheim][0].title",
        "{'a': geheim}.a.title",
        "(geheim | default('x')).title",
        "(1).real",
        "(1.5).is_integer()",
        "none.__class__",
        "range(2, _loop_vars=1)",
        "namen | map('upper', *namen)",
        "range(*[3])",
        "range(**{'a': 1})",
    ],
)
def test_no_way_leads_to_a_python_object(expression: str) -> None:
    context = {**CONTEXT, "geheim": Secret()}

    for source in (f"{{{{ {expression} }}}}", f"{{% for x in namen %}}{{{{ {expression} }}}}{{% endfor %}}"):
        assert "GEHEIM" not in str(problem_of(source, context))


@pytest.mark.parametrize("attribute", ["_iterable", "_iterator", "__class__", "cycle", "changed", "depth"])
def test_only_the_plain_attributes_of_a_loop_can_be_read(attribute: str) -> None:
    problem = problem_of(f"{{% for a in namen %}}{{{{ loop.{attribute} }}}}{{% endfor %}}")

    assert problem.message == f"A loop has no '{attribute}'"


def test_reading_a_missing_key_does_not_create_it() -> None:
    data: defaultdict[str, str] = defaultdict(str)

    problem_of("{{ data.x }}", {"data": data})

    assert not data


def test_template_may_not_change_what_it_is_given() -> None:
    context = {"liste": [3, 1, 2], "karte": {"a": [1]}}

    render(
        "{% set liste = liste | sort %}{% for x in liste | reverse %}{% endfor %}{% set a = karte.a + [2] %}", context
    )

    assert context == {"liste": [3, 1, 2], "karte": {"a": [1]}}


def test_further_filter_sees_objects_and_its_complaint_gets_a_line() -> None:
    def sop(value: object, style: str = "kurz") -> str:
        if not isinstance(value, Secret):
            message = "`sop` needs a process"
            raise Misuse(message, "Write `process | sop`")
        return f"{value.title} {style}"

    template = compile_template("{{ a | sop('lang') }}", {"sop": sop})
    assert template.render({"a": Secret()}) == (Text("GEHEIM lang"),)

    with pytest.raises(TemplateProblem) as caught:
        compile_template("\n{{ 1 | sop }}", {"sop": sop}).render({})
    assert (caught.value.message, caught.value.line, caught.value.help) == (
        "`sop` needs a process",
        2,
        "Write `process | sop`",
    )


def test_fault_of_a_filter_is_not_blamed_on_the_template() -> None:
    def broken(value: object) -> str:
        message = f"no use for {value}"
        raise TypeError(message)

    with pytest.raises(TypeError):
        compile_template("{{ 'a' | broken }}", {"broken": broken}).render({})


def test_one_compiled_template_serves_many_threads() -> None:
    template = compile_template("{% for i in range(2000) %}{{ i }}{{ name }}{% endfor %}")
    expected = [template.render({"name": str(number)}) for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: template.render({"name": str(number)}), range(20))) == expected
