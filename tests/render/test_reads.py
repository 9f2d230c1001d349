from __future__ import annotations

import pytest

from kiwerk.render.reads import Read
from kiwerk.render.sandbox import compile_template


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ a }}\n{{ b.c }}{{ a }}", {"a": 1, "b": 2}),
        ("{% if false %}\n{{ a }}{% elif b %}{{ c }}{% else %}{{ d }}{% endif %}", {"a": 2, "b": 2, "c": 2, "d": 2}),
        ("{% set a = b %}{{ a }}", {"b": 1}),
        ("{{ a }}{% set a = 1 %}", {"a": 1}),
        ("{% if x %}{% set a = 1 %}{% endif %}{{ a }}", {"x": 1}),
        ("{% for a, b in c if a == d %}{{ a }}{{ loop.index }}{{ e }}{% else %}{{ a }}{{ loop }}{% endfor %}", None),
        ("{% for a in b %}{% set c = 1 %}{{ c }}{% endfor %}{{ c }}", {"b": 1, "c": 1}),
        ("{% macro f(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ late }}{% endmacro %}{% set late = 1 %}{{ f(e) }}", None),
        ("{% set a %}{{ b }}{% set c = 1 %}{% endset %}{{ a }}{{ c }}", {"b": 1, "c": 1}),
        ("{% with a = b, c = a %}{{ a }}{{ c }}{% endwith %}{{ c }}", {"b": 1, "a": 1, "c": 1}),
        ("{{ range(a) }}{{ [b, {'x': c}, d ~ e][f] }}{{ g | replace(h, i) }}", dict.fromkeys("abcdefghi", 1)),
        ("{{ a | default(b) }}{{ 'x' if c is defined }}{{ d is undefined }}", {"b": 1}),
        ("{{ a | default('x') }}{{ a }}", {"a": 1}),
        ("{{ runtime.heute }}", {}),
        ("{% raw %}{{ a }}{% endraw %}{# {{ b }} #}", {}),
    ],
)
def test_variables_that_must_be_given_are_found_in_every_branch(source: str, expected: dict[str, int] | None) -> None:
    if expected is None:
        expected = {"c": 1, "d": 1, "e": 1} | ({"a": 1, "loop": 1} if "for" in source else {})

    assert compile_template(source).undeclared() == expected


def test_keys_are_read_as_far_as_they_are_written_out() -> None:
    template = compile_template(
        "{{ facts.zeiten.montag }}\n{{ facts['preise'].liste[0].name }}\n{{ facts[name].x }}{{ facts.zeiten.montag }}"
        "{% set z = facts.zeiten %}{{ z.dienstag }}{% for f in facts %}{{ f }}{% endfor %}"
    )

    assert template.reads_of("facts") == {
        ("zeiten", "montag"): 1,
        ("preise", "liste"): 2,
        (): 3,
        ("zeiten",): 3,
    }
    assert template.reads_of("name") == {(): 3}
    assert template.reads_of("fehlt") == {}


def test_reading_only_to_ask_is_told_apart() -> None:
    template = compile_template("{{ a.b | default('x') }}{{ 'y' if c is defined }}{{ d }}")

    assert template.reads == (Read(("a", "b"), 1, optional=True), Read(("c",), 1, optional=True), Read(("d",), 1))


def test_variable_that_is_only_read_optionally_may_be_left_out() -> None:
    template = compile_template("{{ a | default('x') }}{{ b }}")

    assert template.undeclared() == {"b": 1}
    assert template.render({"b": 1})
