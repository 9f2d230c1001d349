from __future__ import annotations

import pytest

from kiwerk.render.problem import TemplateProblem
from kiwerk.render.sandbox import compile_template, make_environment


def test_code_has_no_function_in_case_that_a_filter_is_missing() -> None:
    code = make_environment().compile("{{ name | upper }}{% if name is defined %}!{% endif %}", raw=True)

    assert "environment.filters['upper']" in code
    assert "environment.tests['defined']" in code
    assert "KeyError" not in code


@pytest.mark.parametrize("tag", ["{% block a %}{% endblock %}", "{% extends 'a' %}", "{% include 'a' %}"])
def test_what_the_generator_does_not_look_for_is_refused_before(tag: str) -> None:
    with pytest.raises(TemplateProblem, match="is not available in templates"):
        compile_template(tag)
