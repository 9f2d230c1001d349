"""Templates that would fill the memory or never end: each is refused, soon and small."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render import limits
from kiwerk.render.limits import Budget
from kiwerk.render.problem import Misuse
from kiwerk.render.sandbox import TemplateProblem, Text, compile_template
from tests.support.memory import measure_peak

SECONDS = 2.0
BYTES = 200 * 2**20

FOREVER = "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}"
END = "{% endfor %}{% endfor %}{% endfor %}"
MILLION = "{% set m = 'x' * 1000000 %}"

PAIR = "{% set x = [1] %}{% set y = [1] %}" + "{% set x = [x, x] %}{% set y = [y, y] %}" * 40
SHARED = "{% set x = {} %}{% set y = {} %}" + "{% set x = {'a': x, 'b': x} %}{% set y = {'a': y, 'b': y} %}" * 40
OTHER = MILLION + "{% set n = 'x' * 1000000 %}"
UNLUCKY = "{% set m = 'x' * 2499 %}{% set n = 'x' * 600 ~ 'y' ~ 'x' * 600 %}"
LONG = "{% set r = range(10000) %}{% set s = r + r + r + r %}"
ROUNDS = "{% for a in r %}{% for b in r %}{% for c in r %}"
TEN = "{% for i in range(10000) %}"

ATTACKS = {
    "range": "{% for i in range(10**9) %}x{% endfor %}",
    "range beyond a word": "{% for i in range(-9007199254740991, 9007199254740991) %}{% endfor %}",
    "long text": "{{ 'x' * 100000000 }}",
    "long list": "{{ ([1] * 100000000) | length }}",
    "tower of powers": "{{ 9**9**9 }}",
    "large power": "{{ 2**63 }}",
    "growing number": "{% set x = 9 %}" + "{% set x = x * x %}" * 40 + "{{ x }}",
    "shifted fraction": "{{ 1e308 * 10 }}",
    "format": "{{ '%1000000000d' % 1 }}",
    "macro calling itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "macro calling itself twice": "{% macro f(n) %}{{ f(n - 1) ~ f(n - 1) if n }}{% endmacro %}{{ f(30) }}",
    "macros calling each other": "{% macro f() %}{{ g() }}{% endmacro %}"
    "{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
    "macro as an argument": "{% macro f(g) %}{{ g(g) }}{{ g(g) }}{% endmacro %}{{ f(f) }}",
    "macro calling itself in its default": "{% macro f(a=f()) %}{% endmacro %}{{ f() }}",
    "empty rounds": FOREVER + END,
    "empty rounds with a condition": FOREVER + "{% if a == b %}{% endif %}" + END,
    "rounds filtered away": "{% for a in range(10000) %}{% for b in range(10000) if false %}{% endfor %}{% endfor %}",
    "rounds over one list filtered away": LONG + "{% for a in r %}{% for b in r if 0 %}{% endfor %}{% endfor %}",
    "rounds filtered by a long condition": "{% for a in range(10000) if [a, a] | join | length > 9 %}{% endfor %}" * 60,
    "text in a loop": "{% for i in range(10000) %}" + "x" * 1000 + "{% endfor %}",
    "text in a variable": "{% set a %}{% for i in range(10000) %}" + "x" * 10000 + "{% endfor %}{% endset %}",
    "text in a macro": "{% macro f() %}" + "x" * 100000 + "{% endmacro %}" + TEN + "{% set a = f() %}{% endfor %}",
    "doubled by ~": "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
    "doubled by +": "{% set x = 'ab' %}" + "{% set x = x + x %}" * 40 + "{{ x }}",
    "doubled list": "{% set x = [1] %}" + "{% set x = x + x %}" * 40 + "{{ x | length }}",
    "doubled inside and printed": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 40 + "{{ x }}",
    "doubled inside and compared": PAIR + "{{ x == y }}",
    "doubled inside and ordered": PAIR + "{{ 1 if x < y <= x }}",
    "doubled inside and searched": PAIR + "{{ 1 if x in [y] }}",
    "doubled mapping and compared": SHARED + "{{ 1 if x == y }}",
    "doubled inside and tested": PAIR + "{{ [x] | select('eq', y) | list }}",
    "replace upon replace": "{% set x = 'a' * 10 %}" + "{% set x = x | replace('a', 'a' * 10) %}" * 40 + "{{ x }}",
    "replace nothing": MILLION + "{{ m | replace('', m) }}",
    "join": MILLION + "{{ ([m] * 1000) | join }}",
    "join with a long separator": MILLION + "{{ range(1000) | join(m) }}",
    "liste with a long word": MILLION + "{{ ([m] * 1000) | liste(m) }}",
    "indent": "{% set x = '\\n' * 500000 %}{{ x | indent(1000) }}",
    "indent in a loop": "{% set x = '\\n' * 400000 %}{% for i in range(10000) %}{% set y = x | indent %}{% endfor %}",
    "upper in a loop": MILLION + FOREVER + "{% set y = m | upper %}" + END,
    "trim in a loop": "{% set m = ' ' * 1000000 %}" + FOREVER + "{{ m | trim }}" + END,
    "trim many characters": MILLION + "{{ m | trim('a' * 999999 ~ 'x') }}",
    "length in a loop": MILLION + FOREVER + "{% set y = m | length %}" + END,
    "first of a long list": "{% set r = range(10000) %}" + FOREVER + "{% set y = r | first %}" + END,
    "list made in a loop": FOREVER + "{% set y = [a, b, c, [a, b, c]] %}" + END,
    "lists kept": "".join(f"{{% set x{number} = range(10000) %}}" for number in range(100)),
    "slices": LONG + "{% set s = s + s %}" + ROUNDS + "{% set x = s[1:] %}" + END,
    "searches": LONG + ROUNDS + "{{ 1 if -1 in s }}" + END,
    "comparisons": LONG + "{% set t = s + [] %}" + ROUNDS + "{{ 1 if t == s }}" + END,
    "texts kept": "{% set m = '🙂' * 1000000 %}" + "".join(f"{{% set x{n} = m | upper %}}" for n in range(300)),
    "slices kept": "{% set m = '🙂' * 1000000 %}" + "".join(f"{{% set x{n} = m[1:] %}}" for n in range(300)),
    "lists kept by a filter": LONG + "".join(f"{{% set x{n} = s | reverse %}}" for n in range(1200)),
    "split": "{% set x = 'ä ' * 100000 %}" + "{% set y = x | split(' ') %}" * 100,
    "characters": MILLION + "{{ m | list | length }}",
    "sort of the same long texts": OTHER + "{{ ([m, n] * 5000) | sort(case_sensitive=true) | length }}",
    "sort of texts made small": MILLION + "{{ ([m] * 10000) | sort | length }}",
    "unique of long texts": OTHER + "{{ ([m, n] * 5000) | unique(case_sensitive=true) | length }}",
    "unlucky search": UNLUCKY + FOREVER + "{{ 1 if n in m }}" + END,
    "unlucky replace": UNLUCKY + FOREVER + "{% set o = m | replace(n, '') %}" + END,
    "long comparison": OTHER + FOREVER + "{{ 1 if n == m }}" + END,
    "map in a loop": "{% set r = range(1000) %}" + FOREVER + "{% set o = r | map('string') | list %}" + END,
    "select in a loop": "{% set r = range(1000) %}" + FOREVER + "{% set o = r | select('odd') | list %}" + END,
    "decimals": "{{ 1 | round(1000000000) }}",
    "number spelt with an exponent": "{{ '1e999999999' | int }}",
    "brackets": "{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}",
    "lists inside each other": "{{ " + "[" * 1000 + "]" * 1000 + " }}",
    "not not": "{{ " + "not " * 4000 + "1 }}",
    "minus minus": "{{ " + "- " * 4000 + "1 }}",
    "long sum": "{{ " + "1 + " * 4000 + "1 }}",
    "long and": "{{ " + "1 and " * 4000 + "1 }}",
    "long chain of filters": "{{ 'a'" + " | upper" * 4000 + " }}",
    "long path": "{{ a" + ".b" * 4000 + " }}",
    "long chain of conditions": "{{ " + "1 if 0 else " * 3000 + "1 }}",
    "blocks inside each other": "{% if 1 %}" * 1000 + "{% endif %}" * 1000,
    "loops inside each other": "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
    "too many words": "{% if 1 %}{% endif %}" * 5000,
    "as many words as there may be": "".join(f"{{% if a{n} %}}{{% endif %}}" for n in range(1400)),
    "as many branches as there may be": "{% if x %}" + "{% elif x %}" * 2400 + "{% endif %}",
    "as many values as there may be": "{{ [" + "1," * 4900 + "] }}",
    "as many macros as there may be": "{% macro a() %}{{ b }}{% endmacro %}" * 700 + "{{ x }}",
    "long source": "x" * 1_000_001,
    "long number": "{{ " + "9" * 100_000 + " }}",
    "long hexadecimal number": "{{ 0x" + "f" * 100_000 + " }}",
    "open text": "{{ '" + "\\'" * 400_000,
    "open tags": "{%" * 400_000,
    "open braces": "{" * 900_000 + "{{ x",
    "space": "{{" + " " * 900_000 + "x }}",
}


def refusal_of(source: str) -> TemplateProblem:
    """What compiling or rendering complains about."""
    with pytest.raises(TemplateProblem) as caught:
        compile_template(source).render({})
    return caught.value


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused_soon(name: str) -> None:
    began = time.process_time()

    problem = refusal_of(ATTACKS[name])

    assert time.process_time() - began < SECONDS
    assert problem.line >= 1


@pytest.mark.slow
def test_attacks_are_refused_while_they_are_small() -> None:
    program = """
import json, sys
from kiwerk.render.sandbox import TemplateProblem, compile_template
for source in json.load(sys.stdin):
    try:
        compile_template(source).render({})
    except TemplateProblem:
        pass
"""
    assert measure_peak(program, json.dumps(list(ATTACKS.values()))) < BYTES


def test_answer_does_not_depend_on_the_depth_of_the_stack() -> None:
    source = "{{ " + "(" * 20 + "1" + ")" * 20 + " }}" + "{% if 1 %}" * 16 + "x" + "{% endif %}" * 16

    def deep(frames: int) -> object:
        return deep(frames - 1) if frames else compile_template(source).render({})

    assert deep(0) == deep(300) == (Text("1x"),)
    assert refusal_of(source.replace("((", "(((", 1).replace("))", ")))", 1)).message == "Is nested too deeply"


def test_output_ends_at_its_limit() -> None:
    ten = "x" * 10
    rounds = limits.MAX_OUTPUT_CHARACTERS // len(ten) // 1000
    source = f"{{% for i in range({rounds}) %}}{ten * 1000}{{% endfor %}}"

    (text,) = compile_template(source).render({})
    assert isinstance(text, Text)
    assert len(text.text) == limits.MAX_OUTPUT_CHARACTERS
    assert "Prints more than" in refusal_of(source + "x").message


def test_ordinary_work_stays_far_below_the_limits() -> None:
    rows = [{"name": f"Kunde {number}", "summe": number} for number in range(1000)]
    source = (
        "{% for row in rows | sort(attribute='summe', reverse=true) if row.summe > 3 %}"
        "{{ loop.index }}. {{ row.name | upper }}: {{ row.summe | betrag }}{% if not loop.last %}, {% endif %}"
        "{% endfor %}"
    )

    (text,) = compile_template(source).render({"rows": rows})

    assert isinstance(text, Text)
    assert text.text.startswith("1. KUNDE 999: 999,00 €, ")


def test_value_that_contains_itself_ends_with_the_budget() -> None:
    ring: list[object] = []
    ring.append(ring)

    with pytest.raises(Misuse, match="steps"):
        Budget().scan(ring)


def test_recursion_ends_by_its_own_count() -> None:
    assert refusal_of(ATTACKS["macro calling itself"]).message == "Calls more than 32 macros inside each other"


def test_leaving_a_macro_makes_room_for_the_next() -> None:
    source = "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}x{% endmacro %}" + "{{ f(20) }}" * 10

    assert compile_template(source).render({}) == (Text("x" * 210),)


OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "in", "and", "or"]
FILTERS = ["upper", "list", "sort", "unique", "length", "first", "string", "join", "liste", "reverse", "sum", "max"]
MORE_FILTERS = ["items", "int", "default(1)", "betrag", "datum", "indent", "split('a')", "map('string')", "round"]
KEYS = ["a", "title", "__class__", "__globals__", "index", "0"]
VALUES = [
    "0",
    "1",
    "3",
    "1000",
    "'ab'",
    "'x' * 1000",
    "[]",
    "[1, 'a']",
    "{'a': x}",
    "range(300)",
    "none",
    "x",
    "y",
    "n",
]
EXPRESSIONS = st.recursive(
    st.sampled_from([*VALUES, "data", "loop", "fehlt", "f"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("{}.{}".format, inner, st.sampled_from(KEYS)),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:]".format, inner, st.sampled_from(VALUES)),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("f({})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({} | {})".format, inner, st.sampled_from([*FILTERS, *MORE_FILTERS])),
        st.builds("({} | replace({}, {}))".format, inner, inner, inner),
        st.builds("({} | map(attribute={}) | join)".format, inner, inner),
        st.builds("({} | selectattr({}, 'eq', {}) | list)".format, inner, inner, inner),
        st.builds("({} is {})".format, inner, st.sampled_from(["defined", "string", "odd", "mapping"])),
    ),
    max_leaves=6,
)
TEMPLATES = st.recursive(
    st.one_of(
        st.builds("{{{{ {} }}}}".format, EXPRESSIONS),
        st.builds("{{{{ [{}] | map('string') | join }}}}".format, EXPRESSIONS),
        st.builds("{{% set {} = {} %}}".format, st.sampled_from("xyn"), EXPRESSIONS),
    ),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% for n in {} %}}{}{{% endfor %}}".format, EXPRESSIONS, inner),
        st.builds("{{% for n in range(1000) %}}{}{{% endfor %}}".format, inner),
        st.builds("{{% for n in range(1000) if {} %}}{}{{% endfor %}}".format, EXPRESSIONS, inner),
        st.builds("{{% if {} %}}{}{{% endif %}}".format, EXPRESSIONS, inner),
        st.builds("{{% macro f(n) %}}{}{{% endmacro %}}".format, inner),
        st.builds("{{% set x %}}{}{{% endset %}}".format, inner),
    ),
    max_leaves=8,
).map("{{% macro f(n) %}}{{{{ n }}}}{{% endmacro %}}{}".format)


class _Object:
    title = "GEHEIM"


@given(TEMPLATES)
def test_no_template_escapes_or_runs_over(source: str) -> None:
    context = {"x": ["a", "b"], "y": {"a": 1, "title": "T"}, "data": _Object(), "n": 7}
    before = random.getstate()
    began = time.process_time()
    try:
        segments = compile_template(source).render(context)
    except TemplateProblem as problem:
        text = str(problem)
    else:
        text = "".join(segment.text for segment in segments if isinstance(segment, Text))
        assert segments == compile_template(source).render(context)
    assert time.process_time() - began < SECONDS
    assert "GEHEIM" not in text
    assert " object at 0x" not in text
    assert "<class" not in text
    assert context == {"x": ["a", "b"], "y": {"a": 1, "title": "T"}, "data": context["data"], "n": 7}
    assert random.getstate() == before
