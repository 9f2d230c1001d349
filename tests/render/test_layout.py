from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render.sandbox import TemplateProblem, Text, compile_template


def render(source: str) -> str:
    """Text of a template over two names."""
    return "".join(
        segment.text for segment in compile_template(source).render({"namen": ["A", "B"]}) if isinstance(segment, Text)
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a\n{% if true %}\nb\n{% endif %}\nc\n", "a\nb\nc\n"),
        ("a\n  {% if true %}  \n  b\n\t{% endif %}\nc\n", "a\n  b\nc\n"),
        ("{% for n in namen %}\n- {{ n }}\n{% endfor %}\n", "- A\n- B\n"),
        ("{% for n in namen %}{{ n }}{% endfor %}\nc", "AB\nc"),
        ("Sie: {% if true %}ja{% endif %}\nc", "Sie: ja\nc"),
        ("{% if true %}ja{% endif %}\nc", "ja\nc"),
        ("{% if true %}{% if true %}\nb\n{% endif %}{% endif %}\n", "b\n"),
        ("{% set x = 1 %}\n{% set y = 2 %}\n\n{{ x }}\n", "\n1\n"),
        ("{% set x = [\n  1,\n] %}\na\n", "a\n"),
        ("{# Hinweis #}\na\n  {# zwei\nZeilen #}\nb", "a\nb"),
        ("a {# Hinweis #}\nb", "a \nb"),
        ("a\n{{ '' }}\nb", "a\n\nb"),
        ("{% raw %}\n{{ x }}\n{% endraw %}\nb", "{{ x }}\nb"),
        ("a\n  {% if true %}{% endif %}", "a\n"),
        ("a\n{% if true -%}\n  b\n{%- endif %}\nc", "a\nb\nc"),
        ("a\n{%- if true %}\nb{% endif %}", "a\nb"),
        ("a\n{%+ if true +%}\nb\n{% endif %}\n", "a\n\nb\n"),
        ("a\u00a0\n\u00a0{% if true %}{% endif %}\nb", "a\u00a0\n\u00a0\nb"),
        ("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\n", "a\nb\n"),
    ],
)
def test_line_of_tags_alone_leaves_nothing(source: str, text: str) -> None:
    assert render(source) == text


@pytest.mark.parametrize("source", ["{% if 1 %}\n\n{{ x }}\n{% endif %}", "\n\n{{ x }}", "{# a\n#}\n{{ x }}"])
def test_lines_of_mistakes_are_still_those_of_the_source(source: str) -> None:
    with pytest.raises(TemplateProblem) as caught:
        render(source)

    assert caught.value.line == 3


@given(st.text(alphabet=" a\n\t", max_size=20), st.text(alphabet=" a\n\t", max_size=20))
def test_text_is_changed_only_on_lines_with_tags(before: str, after: str) -> None:
    assert render(before) == before
    assert render(f"{before}x{{% if true %}}{after}{{% endif %}}x") == f"{before}x{after}x"
    assert render(f"{before}\n{{% if true %}}\n{after}\n{{% endif %}}\n") == f"{before}\n{after}\n"
